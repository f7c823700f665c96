"""Which field a heading means: by the vocabulary, and beyond it by likeness, rather not at all than wrongly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from schemas.specification import TABLES, plain, table, word_table, words
from validator.mapping.wording import meant_by_words, unknown_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ALIKE = 88
"""The likeness (0 to 100) from which a heading that is not in the vocabulary is taken for one that is."""
SPELT_OUT = 100
"""How surely a heading is one that the vocabulary spells out …"""
BY_WORDS = 95
"""… or made of the words of one, …"""
CORRECTED = 90
"""… or one that differs in the spelling of its words."""
APART = 6
"""By how much it must be more like this field's headings than like any other field's."""
WORDS_ALIKE = 75
"""The likeness of two words from which one is a misspelling of the other."""
BILINGUAL = 4
"""From this many headings in two languages a row is one in two languages."""
NEAREST = 70
"""The likeness from which a heading is worth naming as the nearest."""

_SCORERS = (fuzz.ratio, fuzz.token_sort_ratio)
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_SIDES = re.compile(r"\s*[/|\n(]\s*|\s[-–—]\s")
"""What stands between the two languages of a heading."""
_OR = re.compile(r"\s*[/|]\s*|\s+or\s+", re.IGNORECASE)
_FORMATS = re.compile(r"\b(?:dd|mm|yyyy|yy|y n|yes no|p m d u|p m d)\b")
_ON_A_DAY = frozenset({"on", "actual"})
_FILLERS = re.compile(r"\b(?:the|of|a|an|s|please)\b")


@dataclass(frozen=True, slots=True)
class Match:
    """What a heading may mean: its fields (several where the vocabulary has it twice), and how surely."""

    fields: tuple[str, ...]
    how: str
    confidence: int
    nearest: str | None = None


NOTHING = Match((), "none", 0)


def known(text: str, kind: str) -> tuple[str, ...]:
    """Return the fields of a table that a heading means by the vocabulary alone."""
    return _known(text, kind)[0]


def _known(text: str, kind: str) -> tuple[tuple[str, ...], int]:
    """Return the same and how surely: a heading that the vocabulary spells out, or one that is made of its words."""
    vocabulary = _vocabulary(kind)
    full, *shorter = _spellings(text)
    if "%" not in text and (fields := vocabulary.get(full)):
        return fields, SPELT_OUT if full in _spelt_out(kind) else BY_WORDS
    if (is_other := _is_of_something_else(text)) or ("attempt" in table(kind).fields and _offers_attempts(text)):
        return ((), 0) if is_other else (("attempt",), BY_WORDS)
    if _says_of_what(text):
        return meant_by_words(_IN_BRACKETS.sub(lambda part: part[0][1:-1], text), kind), BY_WORDS
    if "(" in text and (fields := meant_by_words(text, kind)):  # what stands in brackets may matter
        return fields, BY_WORDS
    for spelling in shorter:
        if fields := vocabulary.get(spelling):
            return fields, SPELT_OUT if spelling in _spelt_out(kind) else BY_WORDS
    return meant_by_words(text, kind), BY_WORDS


def match(text: str, kind: str) -> Match:
    """Return what a heading means in a table, and for one that means nothing the heading that comes nearest."""
    fields, confidence = _known(text, kind)
    if fields:
        return Match(fields, "exact", confidence)
    if _is_of_something_else(text) or _says_of_what(text):
        return NOTHING
    if fields := meant_by_words(text, kind, correct=True):
        return Match(fields, "similar", CORRECTED)
    return _similar(_spellings(text)[0], kind)


@cache
def _is_of_something_else(text: str) -> bool:
    """Return whether a heading that the vocabulary does not have is another thing's: by a word (the draft of a
    submission, an extension that was refused, a share in per cent), or as a whole ("Number of learners")."""
    spoken, other = plain(text), words()["something_else"]
    return "%" in text or spoken in other["whole"] or not set(other["anywhere"]).isdisjoint(spoken.split())


@cache
def _offers_attempts(text: str) -> bool:
    """Return whether a heading asks which attempt a record is by naming them: "Sub / Resub", "Attempt (1st/2nd)"; but
    not "Resub sub", the date of one."""
    bracketed = _IN_BRACKETS.findall(text)
    if bracketed and plain(_IN_BRACKETS.sub(" ", text)) not in table("attempts").fields["attempt"].headings:
        return False
    offered = [plain(part) for part in _OR.split(bracketed[0] if bracketed else text)]
    attempts = word_table("attempts")
    if not all(part in attempts for part in offered) or all(part.isdigit() for part in offered):
        return False
    return len({attempts[part] for part in offered}) > 1


@cache
def _says_of_what(text: str) -> bool:
    """Return whether a heading cannot do without what stands in its brackets: "Grade (target)"."""
    inside = {word for part in _IN_BRACKETS.findall(text) for word in plain(part).split()}
    return not set(words()["something_else"]["in_brackets"]).isdisjoint(inside)


def in_english(texts: Sequence[str], kind: str) -> dict[str, str]:
    """Return the English part of the headings of a row in two languages: "Fecha límite / Deadline".

    Most of its headings have a part that the vocabulary knows, always on the same side, and another of words that it
    has nowhere. A single heading of the kind may be anything: "Turnitin / Deadline".
    """
    pairs = {text: parts for text in texts if len(parts := _SIDES.split(text.strip(" )"))) == 2}
    for side in (1, 0):
        told = [text for text, parts in pairs.items() if known(parts[side], kind) and not known(parts[1 - side], kind)]
        if len(told) < BILINGUAL or len(told) * 2 < len(texts):
            continue
        foreign: dict[str, set[str]] = {}
        for text in told:
            foreign.setdefault(plain(pairs[text][1 - side]), set()).add(plain(pairs[text][side]))
        if any(len(english) > 1 for english in foreign.values()):
            continue  # "Viva - Grade", "Viva - Deadline": of what, not in which language
        if all(_is_foreign(pairs[text][1 - side], kind) for text in told):
            return {text: parts[side] for text, parts in pairs.items() if _is_foreign(parts[1 - side], kind)}
    return {}


def _is_foreign(part: str, kind: str) -> bool:
    """Return whether a part of a heading has words of another language: unknown ones, and none that turns a meaning."""
    return not _is_of_something_else(part) and bool(unknown_words(part, kind))


def attempt_in(text: str) -> tuple[str | None, str]:
    """Return the attempt that a heading names ("Resub deadline") and the heading without it."""
    spoken = plain(text)
    for attempt, pattern in _attempt_patterns():
        rest, hits = pattern.subn(" ", spoken)
        if hits:
            return attempt, re.sub(r"\s+", " ", rest).strip()
    return None, spoken


def attempt_of_group(text: str) -> str | None:
    """Return the attempt that a heading over a block of columns names, or None."""
    spoken = plain(text)
    if exact := word_table("attempts").get(spoken):
        return "retake" if exact in ("re-sit", "retake-or-re-sit") else exact
    return attempt_in(text)[0]


def due_dates(texts: Iterable[str]) -> Mapping[str, str]:
    """Return what headings of a table of attempts, or labels of a form, mean by their neighbours alone.

    "Submission date" is when work is due, as in a plan, where none else names a deadline and another says on which day
    the work came in; "Target date" and "Actual date" are the two beside each other.
    """
    texts = dict.fromkeys(texts)
    fields = {text: known(text, "attempts") for text in texts if not attempt_in(text)[0]}
    if any("deadline" in meant for meant in fields.values()):
        return {}
    came_in = [text for text, meant in fields.items() if meant[:1] == ("submitted",)]
    due = [text for text in came_in if "deadline" in known(text, "assignments")]
    if due and any(_ON_A_DAY & set(plain(text).split()) for text in came_in if text not in due):
        return dict.fromkeys(due, "deadline")
    pair = [[text for text in fields if plain(text) in side] for side in words()["due_and_done"]]
    if all(len(side) == 1 for side in pair) and not came_in:
        return {pair[0][0]: "deadline", pair[1][0]: "submitted"}
    return {}


def anywhere(text: str) -> bool:
    """Return whether any table's vocabulary knows a heading: a cheap first look at a row."""
    return any(spelling in _all_headings() for spelling in _spellings(text))


@cache
def _attempt_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (attempt, re.compile(r"\b(?:" + "|".join(sorted(group, key=len, reverse=True)) + r")\b"))
        for attempt, group in words()["attempt_prefixes"].items()
    )


@cache
def _spellings(text: str) -> tuple[str, ...]:
    """Return a heading as it may stand in the vocabulary: in full, without brackets, formats and fillers."""
    text = text.replace("&", " and ")
    full = plain(text)
    bare = _FORMATS.sub(" ", plain(_IN_BRACKETS.sub(" ", text)))
    bare = re.sub(r"\s+", " ", bare).strip()
    lean = re.sub(r"\s+", " ", _FILLERS.sub(" ", bare)).strip()
    return tuple(dict.fromkeys(s for s in (full, bare, lean) if s)) or ("",)


@cache
def _vocabulary(kind: str) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for field in table(kind).fields.values():
        for heading in (field.name.replace("_", " "), *field.headings):
            for spelling in {plain(heading), re.sub(r"\s+", " ", _FILLERS.sub(" ", plain(heading))).strip()}:
                if field.name not in found.setdefault(spelling, []):
                    found[spelling].append(field.name)
    return MappingProxyType({spelling: tuple(fields) for spelling, fields in found.items()})


@cache
def _spelt_out(kind: str) -> frozenset[str]:
    return frozenset(plain(heading) for field in table(kind).fields.values() for heading in field.headings)


@cache
def _all_headings() -> frozenset[str]:
    return frozenset(heading for kind in TABLES for heading in _vocabulary(kind) if table(kind).recognised_by)


@cache
def _similar(spoken: str, kind: str) -> Match:
    if len(spoken) < 3:
        return NOTHING
    vocabulary = _vocabulary(kind)
    scored = _nearest(spoken, [*vocabulary])
    if not scored:
        return NOTHING
    best, score = scored[0]
    rivals = [s for heading, s in scored if vocabulary[heading] != vocabulary[best]]
    sure = score >= ALIKE and len(spoken) > 4 and all(score - rival >= APART for rival in rivals)
    if sure and _same_subject(spoken, best) and not _once_more(spoken, best):
        return Match(vocabulary[best], "similar", int(score), best)
    return Match((), "none", int(score), best)


def likeness(left: str, right: str) -> float:
    """Return how alike two headings are, word order apart; words of one never make up for words of the other."""
    return max(scorer(left, right) for scorer in _SCORERS)


def _nearest(spoken: str, headings: Sequence[str]) -> list[tuple[str, float]]:
    """Return the dozen headings that come nearest, if near at all, with their `likeness`, the likest first."""
    found: dict[int, float] = {}
    for scorer in _SCORERS:  # one by one: the library is quick with scorers of its own only
        for _, score, number in process.extract(spoken, headings, scorer=scorer, limit=None, score_cutoff=NEAREST):
            found[number] = max(score, found.get(number, 0.0))
    likest = sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))
    return [(headings[number], score) for number, score in likest[:12]]


def _once_more(left: str, right: str) -> bool:
    """Return whether one of two headings says of a thing that it was done again, and the other does not."""
    words_of = [set(text.split()) for text in (left, right)]
    odd = [words_of[0] - words_of[1], words_of[1] - words_of[0]]
    return any(f"re{word}" in odd[1 - side] for side in (0, 1) for word in odd[side])


def _same_subject(left: str, right: str) -> bool:
    """Return whether two headings differ in spelling alone: every word of each has its like in the other.

    A word more or another beginning turns a meaning round: "not achieved", "unachieved", "assessor declaration".
    """
    words_left, words_right = left.split(), right.split()
    return len(words_left) == len(words_right) and all(
        any(word[0] == other[0] and fuzz.ratio(word, other) >= WORDS_ALIKE for other in words_right)
        for word in words_left
    )
