"""Headings in other words than the vocabulary's: abbreviations, synonyms, another order, two languages, misspellings.

A heading and those of the vocabulary are brought to the same words ("Date H/I by student" and "hand in date" alike) and
compared as sets, so that order does not matter. What then may mean two fields means none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from schemas.specification import plain, table, words

if TYPE_CHECKING:
    from collections.abc import Mapping

Words = frozenset[str]

LONG_ENOUGH = 5
"""From this many letters a word may be a misspelling of another."""
MISSPELT = 82
"""The likeness (0 to 100) of two words from which one is a misspelling of the other …"""
CLEARLY = 4
"""… if it is by this much more like it than like any other word."""
MOST_WORDS = 9
"""A longer text is a sentence, not a heading."""

_DATE = frozenset({"date"})
"""What a heading of a date may say or leave out, where no signature beside it has the same name without it."""
_ALTERNATIVES = re.compile(r"[/|\n]|\s[-–—]\s")
_LANGUAGES = re.compile(
    r"(?:(?<=[^\W\d_a-zA-Z])|(?<=[\u0900-\u0eff]))[\s()]+(?=[a-zA-Z])"
    r"|(?<=[a-zA-Z.)])[\s()]+(?=[\u0600-\u06ff\u0900-\u0eff\u3040-\u9fff])"
)
"""Where a heading goes on in another writing: Latin after Arabic, Thai or Chinese, and the other way round."""
_BRACKETED = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_FORMATS = re.compile(r"\b(?:dd|mm|yyyy|yy|[ymn] n|yes no|p m d u|p m d|pmd)\b")


@dataclass(frozen=True, slots=True)
class _Index:
    """What the headings of a table mean by their words."""

    exact: Mapping[Words, tuple[str, ...]]
    """Sets of words that mean the same in all headings that consist of them."""
    spelt: Mapping[str, tuple[str, ...]]
    """What the headings themselves mean."""
    headings: Mapping[str, frozenset[Words]]
    """For each field the words of its headings."""
    besides: Mapping[str, Words]
    """For each field the words that a heading of it may have besides."""
    known: Words
    """All words of the vocabulary."""


@lru_cache(maxsize=1 << 14)
def meant_by_words(text: str, kind: str, *, correct: bool = False) -> tuple[str, ...]:
    """Return the fields of a table that a heading means by its words; `correct` takes misspelt words for what they
    are. Of a heading in two languages, or one that says a thing twice ("Group/Class"), both parts must mean the same.
    """
    if len(plain(text).split()) > MOST_WORDS + 5:
        return ()
    if len(parts := _parts(text)) > 1 and (fields := _of_parts(parts, kind, correct=correct)):
        return fields
    full, bare = plain(text), _FORMATS.sub(" ", plain(_BRACKETED.sub(" ", text)))
    for spoken in dict.fromkeys((_FORMATS.sub(" ", full), bare)):
        if (said := _said(spoken)) and (fields := _meaning(said, kind, correct=correct)):
            return fields
    return ()


def _parts(text: str) -> list[str]:
    """Return the parts of a heading that says a thing twice, those in Latin letters first."""
    found = [part for part in _ALTERNATIVES.split(text.replace("n/a", "na")) if len(plain(part)) > 1]
    if len(found) < 2:  # "Learner الطالب": the languages part the heading
        found = [run for run in _LANGUAGES.split(text) if plain(run)]
    return sorted(found, key=lambda part: not part.isascii())


def _of_parts(parts: list[str], kind: str, *, correct: bool) -> tuple[str, ...]:
    """Return what all parts of a heading mean. An Arabic part may say less than the English one beside it, or be one
    that the vocabulary does not have: تاريخ التسليم is the day of handing in, whether due or done."""
    spelt = _index(kind).spelt
    meanings = [spelt.get(plain(part), ()) or _meaning(_said(plain(part)), kind) for part in parts]
    if correct:
        meanings = [
            m or _meaning(_said(plain(part)), kind, correct=True) for m, part in zip(meanings, parts, strict=True)
        ]
    latin = [m for m, part in zip(meanings, parts, strict=True) if part.isascii()]
    if not latin or not all(latin) or any(_is_number(part) for part in parts):
        return ()
    shared = set(latin[0]).intersection(*latin)
    agreed = shared.intersection(*(m for m in meanings if m)) or (shared if len(latin) < len(parts) else set())
    return tuple(name for name in latin[0] if name in agreed)


def _is_number(part: str) -> bool:
    return plain(part).isdigit()


def _meaning(said: Words, kind: str, *, correct: bool = False) -> tuple[str, ...]:
    """Return what a set of words means: what the vocabulary says of these very words, or else of these without those
    that a heading of the field may have besides."""
    index = _index(kind)
    if correct:
        said = frozenset(_corrected(word, index.known) for word in said)
    if fields := index.exact.get(said):
        return fields
    if not said or len(said) > MOST_WORDS or not said <= index.known:
        return ()
    found = [
        name
        for name, headings in index.headings.items()
        if any(heading <= said and said - heading <= index.besides[name] for heading in headings)
    ]
    return tuple(found) if len(found) == 1 else ()


def unknown_words(text: str, kind: str) -> Words:
    """Return the words of a text that no heading of a table has."""
    return _said(plain(text)) - _index(kind).known


def _corrected(word: str, known: Words) -> str:
    """Return the word of the vocabulary that a word is a misspelling of, or the word itself."""
    if word in known or len(word) < LONG_ENOUGH or not word.isascii() or word in words()["corners"]:
        return word
    scored = sorted(((fuzz.ratio(word, other), other) for other in known if other[0] == word[0]), reverse=True)
    if not scored or scored[0][0] < MISSPELT or (len(scored) > 1 and scored[0][0] - scored[1][0] < CLEARLY):
        return word
    return scored[0][1]


@cache
def _said(spoken: str) -> Words:
    """Return the words of a plain heading, abbreviations and synonyms as the one word that stands for them."""
    pattern, standing_for = _synonyms()
    text = re.sub(r"\s+", " ", spoken.replace("*", " ")).strip()
    text = pattern.sub(lambda m: standing_for[m[0]], text)
    if text.endswith(" on"):
        text = text[:-3] + " date"
    return frozenset(text.split()) - frozenset(words()["fillers"])


@cache
def _synonyms() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Return what finds abbreviations and synonyms, the longest first, and the word that stands for each."""
    standing_for = {plain(said): word for word, group in words()["synonyms"].items() for said in group}
    every = sorted(standing_for, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, every)) + r")\b"), MappingProxyType(standing_for)


@cache
def _index(kind: str) -> _Index:
    told: dict[Words, set[tuple[str, ...]]] = {}
    by_spelling: dict[str, list[str]] = {}
    companions = {field.companion for field in table(kind).fields.values()}
    besides = {
        name: _besides(name) | (_DATE if field.kind == "date" and name not in companions else frozenset())
        for name, field in table(kind).fields.items()
    }
    headings: dict[str, frozenset[Words]] = {}
    for name, field in table(kind).fields.items():
        spellings = [plain(heading) for heading in (name.replace("_", " "), *field.headings)]
        for spelling in spellings:
            if name not in by_spelling.setdefault(spelling, []):
                by_spelling[spelling].append(name)
        general = words()["literal"]
        headings[name] = frozenset(_said(spelling) for spelling in spellings if spelling not in general) - {frozenset()}
    for spelling, names in by_spelling.items():
        told.setdefault(_said(spelling), set()).add(tuple(names))
    exact = {said: next(iter(names)) for said, names in told.items() if len(names) == 1 and said}
    known = frozenset().union(*told, *besides.values())
    spelt = {spelling: tuple(names) for spelling, names in by_spelling.items()}
    return _Index(exact, spelt, headings, besides, known)


def _besides(name: str) -> Words:
    """Return the words that a heading of a field may have besides without meaning anything else."""
    return frozenset(words()["besides"].get(name, ()))
