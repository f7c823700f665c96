"""Whether two names mean one person: trackers spell them with titles, with initials and in any order.

The answer has three values. What cannot be told ("RH" and "Rania Haddad") is neither the same nor different,
and no rule builds a finding on it.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

ALIKE = 0.8
"""From this likeness on, two words may be one name with a slip of the pen."""

_Words = tuple[str, ...]

_DATE = re.compile(r"[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}")
_MAIL_DOMAIN = re.compile(r"@\S+")
_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ`´‘](?=\w)")
_BETWEEN_PEOPLE = re.compile(r"\s*[/;&+|\n]\s*")
_SURNAME_AND_INITIAL = re.compile(r"[^,]+,\s*[^\W\d_]\.?\s*")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class _Name:
    """One person's name, taken apart."""

    words: _Words
    """Given names first where that can be told; a single letter is an initial."""
    gender: str
    """"male" or "female" where a title tells, else empty."""
    code: str
    """What may be somebody's initials or staff code ("RH", "T014"), else empty."""

    @property
    def core(self) -> _Words:
        """The words without "al", "de" and the like, which are left out as often as written."""
        return tuple(word for word in self.words if word not in _people()["particles"]) or self.words

    @property
    def latin(self) -> bool:
        return any("a" <= letter <= "z" for word in self.words for letter in word)


def same_person(a: str, b: str) -> bool | None:
    """Return True where two cells name one person, False where they name two, None where it cannot be told.

    Case, accents, titles, order, initials beside a full name and left-out middle names make no difference. A
    given name or a surname alone, initials alone and words that differ by a slip cannot be told; nor can a
    cell that names nobody ("Lead IV", "signed") or is in another script.
    """
    left, right = _name(a), _name(b)
    if not left.words or not right.words or left.latin != right.latin:
        return None
    rivals = {left.gender, right.gender} == {"male", "female"}
    if "".join(left.words) == "".join(right.words) or sorted(left.words) == sorted(right.words):
        answer: bool | None = True
    elif left.code or right.code:
        answer = _compared_codes(left, right)
    else:
        answer = _compared(left.core, right.core)
    doubtful = rivals and sum(len(word) > 1 for word in left.core) < 2
    return None if answer and doubtful else answer


def people_in(cell: str) -> tuple[str, ...]:
    """Return the people whom one cell names, as it spells them: "Rania Haddad / Priya Nair" names two.

    "Haddad, Rania" names one; "Lead IV" and "Yes" name nobody.
    """
    joiner = rf"\s+(?:{'|'.join(_people()['joiners'])})\s+"
    parts = re.split(joiner, _BETWEEN_PEOPLE.sub(" and ", _DATE.sub(" ", cell)), flags=re.IGNORECASE)
    return tuple(person.strip() for part in parts for person in _by_commas(part) if _name(person).words)


def same_people(left: pd.Series, right: pd.Series) -> pd.Series:
    """Return for each row whether somebody whom `left` names is named in `right` too.

    True where one certainly is, False where each of them is certainly somebody else, None where it cannot be
    told or a cell names nobody. `left` and `right` have the same index.
    """
    return left.astype(object).combine(right.astype(object), _same_cell).astype(object)


def refused(cells: pd.Series) -> pd.Series:
    """Return for each cell in which a name could stand whether it says that nobody did: "No", "Not authorised",
    "Awaiting LIV"."""
    return cells.astype(object).map(_is_refusal, na_action="ignore").eq(True)


def is_no_name_alone(word: str) -> bool:
    """Say whether one word of a name tells nobody by itself: a title, "al", "van", "junior"."""
    return _plain(word) in _people()["particles"] | _people()["suffixes"] | _titles().keys()


# ---------------------------------------------------------------------- comparing


def _same_cell(left: object, right: object) -> bool | None:
    return _same_in_cells(left, right) if isinstance(left, str) and isinstance(right, str) else None


@lru_cache(maxsize=4096)
def _same_in_cells(left: str, right: str) -> bool | None:
    answers = {same_person(a, b) for a in people_in(left) for b in people_in(right)}
    if True in answers:
        return True
    return False if answers == {False} else None


def _is_refusal(cell: str) -> bool:
    first, *others = cell.split() or [""]
    word = _plain(first.strip(".,;:-()"))
    still_to_come = [word, *map(_plain, others[:1])] == ["to", "be"]
    return still_to_come or (word in _people()["refusals"] and not (others and len(word) == 1))


def _compared(left: _Words, right: _Words) -> bool | None:
    """Compare two names word by word: equal words first, then initials, then likenesses among the rest."""
    few, many = sorted((left, right), key=len)
    equal, few_rest, many_rest = _paired(few, many, _equal)
    initials, few_rest, many_rest = _paired(few_rest, many_rest, _initial_of)
    alike, few_rest, many_rest = _paired(few_rest, many_rest, _alike)
    if few_rest:  # each has a word that the other lacks, which may be one of several middle names
        return None if equal >= 2 and _equal(left[0], right[0]) else False
    certain = not alike and (equal >= 2 or (equal == 1 and initials >= 1))
    return True if certain else None


def _compared_codes(left: _Name, right: _Name) -> bool | None:
    """Compare names one of which may be initials or a staff code: they differ, or it cannot be told."""
    if left.code and right.code:
        return None if sorted(left.code) == sorted(right.code) else False
    code, words = (left.code, right.core) if left.code else (right.code, left.core)
    if not code.isalpha() or any(_equal(code, word) or _alike(code, word) for word in words):
        return None
    fitting = [letter in {word[0] for word in words} for letter in code]
    if len(words) == 1:
        return None if any(fitting) else False
    # Two letters are initials. More may be the beginning of a surname too, such as "RHA".
    possible = all(fitting) if len(code) == 2 else fitting[0] or fitting[-1]
    return None if possible else False


def _paired(few: _Words, many: _Words, fits: Callable[[str, str], bool]) -> tuple[int, _Words, _Words]:
    """Pair the words of two names that fit; return how many pairs there are and what is left of each."""
    left: list[str] = []
    rest = list(many)
    for word in few:
        partner = next((other for other in rest if fits(word, other)), None)
        if partner is None:
            left.append(word)
        else:
            rest.remove(partner)
    return len(few) - len(left), tuple(left), tuple(rest)


def _equal(a: str, b: str) -> bool:
    short, long = sorted((_spelling(a), _spelling(b)), key=len)
    return len(short) > 1 and (short == long or (len(short) >= 5 and long in (f"al{short}", f"el{short}")))


def _initial_of(a: str, b: str) -> bool:
    return min(len(a), len(b)) == 1 and a[0] == b[0]


def _alike(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    if len(short) == 1:
        return False
    shortened = len(short) >= 3 and long.startswith(short)
    return shortened or long in _short_names().get(short, ()) or SequenceMatcher(None, a, b).ratio() >= ALIKE


# ---------------------------------------------------------------------- reading a cell


@lru_cache(maxsize=4096)
def _name(cell: str) -> _Name:
    """Take apart the name of one person; `words` is empty where the cell names nobody."""
    text = _APOSTROPHE.sub("", _MAIL_DOMAIN.sub(" ", _DATE.sub(" ", cell)))
    last, comma, first = text.partition(",")
    written = _WORD.findall(f"{first} {last}" if comma else text)
    written = _without_roles(written)
    written, gender = _without_titles(written)
    while len(written) > 2 and _plain(written[-1]) in _people()["suffixes"]:
        written.pop()
    if len(written) > 1:
        written = [word for word in written if word.isalpha()]
    if len(written) > 1 and not all(word.isupper() for word in written):
        # "JP Morgan": two capitals beside a name are two initials.
        written = [part for w in written for part in (w if len(w) == 2 and w.isupper() else [w])]
    words = tuple(_plain(word) for word in written)
    return _Name(words, gender, "".join(words) if _is_code(written) else "")


def _is_code(written: list[str]) -> bool:
    """Return whether words may be initials ("RH", "R. H.") or a staff code ("RHA", "T014")."""
    if len(written) != 1:
        return bool(written) and all(len(word) == 1 for word in written)
    word = written[0]
    return not word.isalpha() or (len(word) <= 4 and word.isupper())


def _without_roles(written: list[str]) -> list[str]:
    """Leave out the words that name nobody; single letters are initials unless no name stands beside them."""
    roles = _people()["roles"]
    named = [word for word in written if _plain(word) not in roles and not word.isdecimal()]
    return [word for word in written if word in named or (named and len(word) == 1 and word.isalpha())]


def _without_titles(written: list[str]) -> tuple[list[str], str]:
    titles = _titles()
    gender = ""
    while len(written) > 1 and _plain(written[0]) in titles:
        gender = titles[_plain(written[0])] or gender
        written = written[1:]
    while len(written) > 1 and titles.get(_plain(written[-1])):
        gender = titles[_plain(written[-1])]
        written = written[:-1]
    return written, gender


def _by_commas(part: str) -> list[str]:
    """Split a list of people with commas, but not the comma of "Haddad, Rania"."""
    suffixes = _people()["suffixes"]
    pieces = [piece for piece in part.split(",") if _name(piece).words and _plain(piece) not in suffixes]
    lone = [len(_name(piece).core) == 1 for piece in pieces]
    if lone == [True] and _SURNAME_AND_INITIAL.fullmatch(part):  # "Costa, E." although "e" may mean electronic
        return [part]
    if len(pieces) == 2 and any(lone):
        return [",".join(pieces)]
    if len(pieces) % 2 == 0 and all(lone[::2]):
        return [",".join(pair) for pair in zip(pieces[::2], pieces[1::2], strict=True)]
    return pieces


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.strip().casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


# ---------------------------------------------------------------------- the words of people.toml


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads((files("rules") / "people.toml").read_text("utf-8"))


@cache
def _people() -> dict[str, frozenset[str]]:
    return {name: frozenset(map(_plain, words)) for name, words in _content()["words"].items()}


@cache
def _titles() -> dict[str, str]:
    return {
        _plain(title): "" if gender == "either" else gender
        for gender, titles in _content()["titles"].items()
        for title in titles
    }


@cache
def _spellings() -> dict[str, str]:
    return {word: group[0] for group in _content()["spellings"]["groups"] for word in group}


def _spelling(word: str) -> str:
    return _spellings().get(word, word)


@cache
def _short_names() -> dict[str, frozenset[str]]:
    return {short: frozenset(names) for short, names in _content()["short"].items()}
