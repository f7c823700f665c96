"""What a heading says of where a column belongs: a unit, an assignment, an attempt, a learning aim, a criterion."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from schemas.specification import plain, words
from validator.mapping.headings import attempt_in, attempt_of_group
from validator.tables.criteria import read_criterion

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 120
"""A longer text is an explanation, not a heading."""

_UNIT = re.compile(
    r"\b(?:unit|module)\s*(?:no\.?\s*|number\s*)?[0-9]{1,3}[a-z]?\b|\bu\s?[0-9]{1,3}(?![0-9])", re.IGNORECASE
)
_ASSIGNMENT = re.compile(
    r"\b(?:assignment|assessment|asgmt|assgn|assign|ass|task)\.?\s*(?:no\.?\s*|number\s*)?[0-9]{1,2}[a-z]?\b"
    r"|(?<![a-z])a\s?[0-9]{1,2}(?![0-9.])|\b(?:pearson\s+)?set assignment\b|\bpsa\b",
    re.IGNORECASE,
)
_AIM = re.compile(r"\b(?:learning aims?|aims?|la|learning outcomes?|lo)\s*[:\-]?\s*([A-L])\b", re.IGNORECASE)
_CRITERION = re.compile(
    r"\A\s*(?:(?:assessment\s+)?crit(?:erion|eria)?\.?\s*)?"
    r"((?:[A-L]{1,6}[0-9]?[.\s]\s?|[A-L]{1,6}(?=[12]?[PMD][0-9]))?[12]?[PMD]\.?\s?[0-9]{1,2}|[12][A-L]\.[PMD]?[0-9]{1,2})"
    r"(?![0-9A-Za-z]*[0-9])\s*(.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_OF_ASSIGNMENT = re.compile(r"\A\s*A\s?[0-9]{1,2}[\s:–—-]+\S", re.IGNORECASE)
"""What begins with an assignment, not with a learning aim: "A2 P3", but not "A2.P3"."""
_ID = re.compile(r"\(\s*[0-9]{3,}\s*\)\s*\Z")
"""The number that an export gives an assignment: "Unit 1 A1 (10234)"."""
_EDGES = " \t\r\n-–—:;,./|()[]"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column belongs, as far as headings tell."""

    unit: str | None = None
    assignment: str | None = None
    attempt: str | None = None
    aim: str | None = None
    criterion: str | None = None

    def within(self, outer: Place) -> Place:
        """Return this place, completed by that of a heading above it."""
        return Place(
            self.unit or outer.unit,
            self.assignment or outer.assignment,
            self.attempt or outer.attempt,
            self.aim or outer.aim,
            self.criterion or outer.criterion,
        )

    @property
    def is_told(self) -> bool:
        """Whether it says anything."""
        return self != NOWHERE

    @property
    def full_criterion(self) -> str | None:
        """The criterion with its learning aim, where one stands above it: "P1" under "Learning aim A" is A.P1."""
        if self.criterion and self.aim and "." not in self.criterion:
            return f"{self.aim}.{self.criterion}"
        return self.criterion


NOWHERE = Place()


@dataclass(frozen=True)
class Names:
    """The names that other sheets of the workbook give: headings and titles that use them are understood by them."""

    units: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """By its plain title or name, a unit as its list spells it."""
    assignments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    learners: frozenset[str] = frozenset()
    """The keys of the learners."""


NO_NAMES = Names()


def place_in(text: str, names: Names = NO_NAMES) -> tuple[Place, str]:
    """Return where a heading says that its column belongs, and the rest of the heading in plain words.

    "Assignment 1: Deadline" gives the assignment and "deadline"; "A.P1 (resub)" the criterion, the attempt and "".
    """
    text = " ".join(text.split())
    if not text or len(text) > LONGEST:
        return NOWHERE, plain(text)
    if known := _named(text, names):
        return known, ""
    if criterion := _criterion_in(text):
        return criterion, ""
    return _place_in(text)


@cache
def _place_in(text: str) -> tuple[Place, str]:
    found = NOWHERE
    rest = text
    if m := _UNIT.search(rest):
        found, rest = replace(found, unit=m[0].strip()), _without(rest, m)
    if m := _ASSIGNMENT.search(rest):
        found, rest = replace(found, assignment=m[0].strip()), _without(rest, m)
    if m := _AIM.search(rest):
        found, rest = replace(found, aim=m[1].upper()), _without(rest, m)
    if found.is_told and (of := _criterion_in(rest.strip(_EDGES))):  # "Assignment 1 - P1"
        return of.within(found), ""
    if exact := attempt_of_group(rest.strip(_EDGES)) if plain(rest) else None:
        attempt, spoken = attempt_in(rest)
        found, rest = replace(found, attempt=exact), spoken if attempt else ""
    if found.assignment:
        rest = _ID.sub(" ", rest)
        if set(plain(rest).split()) <= set(words()["of_exports"]):
            rest = ""
    if found.is_told and rest and (criterion := _criterion_in(rest.strip(_EDGES))):  # "Unit 1 A1 / A.P1"
        return criterion.within(found), ""
    return found, plain(rest)


def _without(text: str, hit: re.Match[str]) -> str:
    return f"{text[: hit.start()]} {text[hit.end() :]}"


@cache
def _criterion_in(text: str) -> Place | None:
    """Return the criterion that a heading names, with its attempt; None where it names none.

    What follows a colon or a dash explains the criterion ("P1: Explain how …").
    """
    if _OF_ASSIGNMENT.match(text):
        return None
    m = _CRITERION.match(text)
    criterion = read_criterion(m[1]) if m else None
    if m is None or criterion is None:
        return _criterion_after_attempt(text)
    rest = m[2].strip()
    attempt = attempt_of_group(rest.strip(_EDGES)) if plain(rest) else None
    if plain(rest) and attempt is None:
        short = words()["attempt_marks"].get(plain(rest))
        if short is None and plain(rest) not in words()["decision_headings"] and rest[0] not in ":-–—.)":
            return None
        attempt = short
    return Place(criterion=criterion, attempt=attempt)


def _criterion_after_attempt(text: str) -> Place | None:
    """Return the criterion of a heading that says first which attempt it is about: "Resub A.P1"."""
    first, _, last = text.replace(":", " ").rpartition(" ")
    attempt = attempt_of_group(first.strip(_EDGES)) if first and not first.isdigit() else None
    criterion = read_criterion(last.strip(_EDGES)) if attempt else None
    return Place(criterion=criterion, attempt=attempt) if criterion else None


def _named(text: str, names: Names) -> Place | None:
    spoken = plain(text)
    if unit := names.units.get(spoken):
        return Place(unit=unit)
    if assignment := names.assignments.get(spoken):
        return Place(assignment=assignment)
    return None


def is_decision_heading(text: str) -> bool:
    """Return whether a heading under a criterion stands over the decision itself: "Achieved?", "Met"."""
    return plain(text) in words()["decision_headings"]
