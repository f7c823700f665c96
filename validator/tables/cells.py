"""What one cell means: statuses, grades, attempts, people, numbers, by the words that centres use."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache

from schemas.specification import plain, word_table, words
from validator.tables.criteria import read_criteria, read_criterion
from validator.tables.dates import Odd

_UNIT_NUMBER = re.compile(
    r"\A(?:unit|u|module)?\s*(?:no|number)?\s*([0-9]{1,3}[a-z]?)\b|\b(?:unit|module)\s*(?:no|number)?\s*([0-9]{1,3}[a-z]?)\b"
)
_ASSIGNMENT_NUMBER = re.compile(
    r"\A(?:assignment|assign|assgn|asgmt|assessment|ass|task|a)?\s*(?:no|number)?\s*([0-9]{1,2}[a-z]?)\Z"
)
_REMARK = re.compile(r"\s*[(\[]([^)\]]*)[)\]]\Z")
_NUMBERED_RETAKE = re.compile(r"\A(.*[0-9])\s?r[st]?\Z")


def read_text(value: object) -> str | None:
    """Return a cell as one line of text; None for a blank cell and for words such as "n/a" or "tbc"."""
    if value is None:
        return None
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = re.sub(r"\s+", " ", str(value)).strip()
    return None if is_blank(text) else text


def is_blank(text: str) -> bool:
    """Return whether text says that there is nothing to say: "", "-", "n/a", "tbc"."""
    return plain(text) in _blanks()


def is_no_date(text: str) -> bool:
    """Return whether text in a column of dates says that there is none: "", "n/a", "Not submitted", "No"."""
    return is_blank(text) or plain(text) in _spoken("no_date") | _spoken("no")


@cache
def _blanks() -> frozenset[str]:
    return frozenset({"", *(plain(word) for word in words()["blank"])})


def read_flag(value: object) -> str | Odd | None:
    """Return "yes" or "no"; a date means yes; `Odd` (STR008) for what is neither."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return "yes"
    text = read_text(value)
    if text is None:
        return None
    answer = _yes_or_no(text)
    return answer or Odd("STR008", text)


def read_mandatory(value: object) -> str | Odd | None:
    """Return "yes" for a mandatory unit and "no" for an optional one, however a list tells them apart."""
    meaning = word_table("mandatory").get(plain(value)) if isinstance(value, str) else None
    return meaning or read_flag(value)


def read_signature(value: object) -> str | Odd | None:
    """Return "yes" where a cell says that something was signed (a tick, a date, a name), "no" where it says not."""
    answer = read_flag(value)
    if not isinstance(answer, Odd):
        return answer
    spoken = plain(answer.text)
    return "no" if any(f"{spoken} ".startswith(f"{word} ") for word in words()["unsigned"]) else "yes"


def _yes_or_no(text: str) -> str | None:
    spoken = plain(text)
    for answer in ("yes", "no"):
        if spoken in _spoken(answer):
            return answer
    first = spoken.split(" ")[0]
    return first if first in ("yes", "no") else None


@cache
def _spoken(answer: str) -> frozenset[str]:
    return frozenset(plain(word) for word in words()[answer])


def read_grade(value: object) -> str | Odd | None:
    """Return P, M, D or U; None for a blank and for what is not graded yet; `Odd` (STR008) for anything else."""
    if value is None:
        return None
    text = re.sub(r"\s+", " ", str(value)).strip()
    grade = _REMARK.sub(lambda said: "" if plain(said[1]) in words()["behind_grades"] else said[0], text)
    meaning = word_table("grades").get(plain(grade))
    if meaning:
        return None if meaning == "not-graded" else meaning
    return None if is_blank(text) else Odd("STR008", text)


def read_attempt(value: object) -> str | Odd | None:
    """Return "first", "resubmission", "retake", "re-sit" or, where the cell does not say which of these two,
    "retake-or-re-sit"; `Odd` (STR008) for what is none of them."""
    text = read_text(value)
    if text is None:
        return None
    return word_table("attempts").get(plain(text)) or Odd("STR008", text)


def read_outcome(value: object) -> str | Odd | None:
    """Return "achieved" or "not achieved"; None for what is blank or not decided yet; `Odd` for anything else."""
    if value is None:
        return None
    text = read_text(value) or str(value)
    meaning = word_table("outcomes").get(plain(text))
    if meaning == "not-yet" or (meaning is None and is_blank(text)):
        return None
    return meaning.replace("-", " ") if meaning else Odd("STR008", text)


def read_one_criterion(value: object) -> str | Odd | None:
    """Return a criterion in its standard spelling; `Odd` (STR008) for what is none."""
    text = read_text(value)
    return None if text is None else read_criterion(text) or Odd("STR008", text)


def read_number(value: object) -> str | Odd | None:
    """Return a number as text without needless decimals; `Odd` (STR008) for what is none."""
    text = read_text(value)
    if text is None:
        return None
    m = re.match(r"\A([0-9]+(?:\.[0-9]+)?)\s*(?:glh|hours|h|points|pts)?\Z", text, re.IGNORECASE)
    return m[1] if m else Odd("STR008", text)


def unit_key(text: str) -> str:
    """Return what makes two spellings of a unit the same: its number, or else its plain title."""
    m = _UNIT_NUMBER.search(in_figures(plain(text)))
    return f"unit {(m[1] or m[2]).lstrip('0') or '0'}" if m else plain(text)


def assignment_key(text: str) -> str:
    """Return what makes two spellings of an assignment the same: "Assignment 1", "A1", "Asgmt 1" and "1"."""
    m = _ASSIGNMENT_NUMBER.match(in_figures(plain(text)))
    return m[1].lstrip("0") if m else plain(text)


def in_figures(spoken: str) -> str:
    """Return a name in plain words with its number in figures: "unit four" is "unit 4"."""
    return _numeral().sub(lambda m: f"{m[1]} {_numerals()[m[2]]}", spoken)


@cache
def _numerals() -> dict[str, int]:
    return {word: number for number, word in enumerate(words()["numerals"], 1)}


@cache
def _numeral() -> re.Pattern[str]:
    return re.compile(rf"\b(unit|module|assignment|assessment|task) ({'|'.join(_numerals())})\b")


def original_key(text: str, *, retake: bool) -> str | None:
    """Return the key of the assignment that a retake's name was made from: "Assignment 1 (re-sit)" gives that of
    "Assignment 1", and so does "Assignment 1R" where it is known to be a `retake`. None for any other name."""
    spoken = plain(text)
    rest = _second_chance().sub(" ", spoken)
    if rest == spoken and not (retake and (m := _NUMBERED_RETAKE.match(spoken)) and (rest := m[1])):
        return None
    return assignment_key(rest)


@cache
def _second_chance() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(words()["attempt_prefixes"]["retake"]) + r")\b")


def person_key(text: str) -> str:
    """Return what makes two spellings of a learner's name the same: no case, accents, commas or double spaces.

    "Haddad, Rania" is "Rania Haddad".
    """
    last, comma, first = text.partition(",")
    return plain(f"{first} {last}" if comma and first.strip() else text)


READERS = {
    "text": read_text,
    "any_text": read_text,
    "person": read_text,
    "unit": read_text,
    "flag": read_flag,
    "mandatory": read_mandatory,
    "signature": read_signature,
    "grade": read_grade,
    "attempt": read_attempt,
    "outcome": read_outcome,
    "number": read_number,
    "criteria": read_criteria,
    "criterion": read_one_criterion,
}
"""How a cell of each kind is read, except dates, which are read a column at a time."""

__all__ = ["READERS", "assignment_key", "is_blank", "is_no_date", "person_key", "read_criterion", "unit_key"]
