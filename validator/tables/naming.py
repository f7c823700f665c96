"""One name for one unit and one assignment: sheets call them by their number here, by their title there."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from schemas.specification import plain, words
from validator.mapping.headings import attempt_in
from validator.tables.cells import assignment_key, in_figures, original_key, unit_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

RECORDS = ("attempts", "decisions", "verifications", "extensions", "feedback")
"""The tables that name assignments which the plan, or other sheets, may call by another name."""
A_WORD = 4
"""Shorter words of a title are not compared."""

_UNIT = re.compile(
    r"\b(?:unit|module|u)\s?(?:no\s|number\s)?0*([0-9]{1,3}(?:[a-z](?![a-z0-9]))?)(?![0-9])"
    r"|\b0*([0-9]{1,3})\.(?=[0-9])"
)
_NUMBER = re.compile(
    r"\b(?:assignment|assessment|assign|assgn|asgmt|asmt|asst|ass|task|a)\s?(?:no\s|number\s)?0*([0-9]{1,2}[a-z]?)\b"
    r"|\A\W*0*([0-9]{1,2})\b(?!\s*(?:st|nd|rd|th)\b)"
)


@dataclass(frozen=True, slots=True)
class Name:
    """An assignment as a cell calls it: its number, where it has one, and what is said besides."""

    number: str
    title: str

    def is_of(self, planned: Name, title: str) -> bool:
        """Return whether it names a planned assignment, whose `title` (plain) the plan may give besides: by its
        number, where no title contradicts that, or by its title alone."""
        titles = {planned.title, title} - {""}
        if self.number and planned.number:
            alike = not (self.title and titles) or any(_are_alike(self.title, other) for other in titles)
            return self.number == planned.number and alike
        return self.title in titles


def _are_alike(left: str, right: str) -> bool:
    """Return whether one title says no more than the other: "Thinking" of "Computational thinking", but not "Business
    pitch" of "Business plan"."""
    first, second = ({word for word in title.split() if len(word) >= A_WORD} for title in (left, right))
    return left == right or (bool(first and second) and (first <= second or second <= first))


@lru_cache(maxsize=1 << 12)
def name_of(text: str, unit: str) -> Name | None:
    """Return how a cell calls an assignment of a unit (by its key): "U4 A1 - Thinking", "4.1" and "Assignment One".

    None where it says something that may make it another assignment: a retake's, a part, a version, another unit's.
    """
    spoken = _spoken(text)
    if m := _UNIT.search(spoken):
        if unit != f"unit {m[1] or m[2]}":
            return None
        spoken = _without(spoken, m)
    number = ""
    if m := _NUMBER.search(spoken):
        number, spoken = m[1] or m[2], _without(spoken, m)
    rest = plain(spoken)
    said = set(rest.split())
    tells_more = original_key(text, retake=False) is not None or attempt_in(rest)[0] is not None
    if tells_more or said & set(words()["of_versions"]) or any(w.isdigit() or len(w) == 1 for w in said):
        return None
    return Name(number, rest)


def _spoken(text: str) -> str:
    """Return a name in lower case, with its points and with its numbers in figures."""
    return in_figures(" ".join(re.sub(r"[^\w.\s]|_", " ", text.casefold()).split()))


def _without(spoken: str, hit: re.Match[str]) -> str:
    return " ".join(f"{spoken[: hit.start()]} {spoken[hit.end() :]}".split()).strip(" .")


def name_units(frames: Mapping[str, Any]) -> None:
    """Give units that records call by their titles alone, or by a number and a title where the lists have titles alone,
    the key that the unit list or the plan gives them."""
    known: dict[Any, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    listed: dict[Any, set[str]] = defaultdict(set)
    for tracker, key, *texts in _units(frames):
        listed[tracker].add(key)
        for text in texts:
            known[tracker][plain(text)].add(key)
            known[tracker][title_of_unit(text)].add(key)
    for name in RECORDS:
        frame = frames[name]
        for tracker, unit, key in zip(frame["tracker"], frame["unit"], frame["unit_key"], strict=True):
            if isinstance(unit, str) and key in listed[tracker] and (title := title_of_unit(unit)):
                known[tracker][title].add(key)
    for frame in frames.values():
        if "unit_key" not in frame:
            continue
        told = frame.dropna(subset="unit_key").drop_duplicates(["tracker", "unit"])
        other: dict[tuple[Any, str], str] = {}
        for tracker, unit, key in zip(told["tracker"], told["unit"], told["unit_key"], strict=True):
            meant = known[tracker].get(plain(unit)) or known[tracker].get(title_of_unit(unit)) or set()
            if key not in listed[tracker] and len(meant) == 1 and not all(map(_is_numbered, (key, *meant))):
                other[tracker, unit] = next(iter(meant))
        _replace(frame, "unit_key", ("tracker", "unit"), other)


def _is_numbered(key: str) -> bool:
    return re.fullmatch("unit [0-9]{1,3}[a-z]?", key) is not None


def title_of_unit(text: str) -> str:
    """Return the title of a unit that is called by its number and title, in plain words; "" where it has none."""
    spoken = plain(text)
    if not unit_key(text).startswith("unit "):
        return spoken
    return re.sub(r"\A(?:unit|module|u)?\s?(?:no|number)?\s?[0-9]{1,3}[a-z]?\b\s*", "", spoken)


@dataclass
class _Known:
    """The assignments of one unit that the plan or the records name."""

    planned: dict[str, set[tuple[Name, str]]] = field(default_factory=lambda: defaultdict(set))
    """By key, each with its title."""

    def meant(self, name: Name) -> set[str]:
        found = {key for key, every in self.planned.items() if any(name.is_of(p, title) for p, title in every)}
        titled = {
            key for key, every in self.planned.items() if any(name.title in {p.title, t} - {""} for p, t in every)
        }
        return found & titled or found | titled


def name_assignments(frames: Mapping[str, Any]) -> None:
    """Give assignments that records call otherwise than the plan the key that they have there, and assignments that no
    plan has one key for "A1" and "Assignment 1: Thinking", where only one assignment can be meant."""
    plans: dict[tuple[Any, str], _Known] = defaultdict(_Known)
    titles: dict[tuple[Any, str], set[str]] = defaultdict(set)
    for tracker, key, *texts in _units(frames):
        titles[tracker, key].update(word for text in texts for word in title_of_unit(text).split())
    plan = frames["assignments"]
    plan = plan[plan["assignment_key"].notna() & plan["retake_of"].isna()]
    plan = plan.assign(unit_key=plan["unit_key"].fillna(""))
    for tracker, unit, text, key, title in zip(
        *(plan[c] for c in ("tracker", "unit_key", "assignment", "assignment_key", "title")), strict=True
    ):
        if name := _without_unit(name_of(text, unit), titles[tracker, unit]):
            for place in {unit, ""}:
                plans[tracker, place].planned[key].add((name, plain(title) if isinstance(title, str) else ""))
    other = {}
    unplanned: dict[tuple[Any, str, str], dict[tuple[Any, str, str], str]] = defaultdict(dict)
    planned: dict[Any, set[str]] = defaultdict(set)
    for tracker, unit in plans:
        planned[tracker] |= {unit} - {""}
    for tracker, unit, text in dict.fromkeys(_named(frames)):
        known, key = plans.get((tracker, unit)), assignment_key(text)
        own = unit or (next(iter(planned[tracker])) if len(planned[tracker]) == 1 else "")
        name = _without_unit(name_of(text, own), titles[tracker, own])
        if name is None or (known and key in known.planned):
            continue
        if known and len(meant := known.meant(name)) == 1:
            other[tracker, unit, text] = next(iter(meant))
        elif name.number and not known:
            unplanned[tracker, unit, name.number][tracker, unit, text] = name.title
    for (*_, number), alike in unplanned.items():
        if len(set(alike.values()) - {""}) <= 1:
            other |= dict.fromkeys(alike, number)
    for table in RECORDS:
        frame = frames[table]
        frame["unit_said"] = frame["unit_key"].where(frame["unit_key"].notna(), "")
        _replace(frame, "assignment_key", ("tracker", "unit_said", "assignment"), other)
        del frame["unit_said"]


def _units(frames: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the units of the lists and plans: the tracker, the key and what the unit is called."""
    for name, titles in (("units", "title"), ("assignments", "unit")):
        frame = frames[name].dropna(subset="unit_key")
        for tracker, key, *texts in zip(*(frame[c] for c in ("tracker", "unit_key", "unit", titles)), strict=True):
            yield tracker, key, *(text for text in texts if isinstance(text, str))


def _without_unit(name: Name | None, title: set[str]) -> Name | None:
    """Return a numbered name without the title of its unit: "Programming A1"."""
    if name is None or not name.number:
        return name
    return replace(name, title=" ".join(word for word in name.title.split() if word not in title))


def _named(frames: Mapping[str, Any]) -> Iterator[tuple[Any, str, str]]:
    """Yield the tracker, the key of the unit and the name of each assignment that records are about."""
    for table in RECORDS:
        frame = frames[table]
        units = frame["unit_key"].where(frame["unit_key"].notna(), "")
        for tracker, unit, text in zip(frame["tracker"], units, frame["assignment"], strict=True):
            if isinstance(text, str):
                yield tracker, unit, text


def _replace(frame: Any, column: str, by: Iterable[str], other: Mapping[tuple[Any, ...], str]) -> None:
    """Replace the keys of the records that are in `other` by what it says of them."""
    if other:
        found = [other.get(told) for told in zip(*(frame[name] for name in by), strict=True)]
        keys = [new or old for new, old in zip(found, frame[column], strict=True)]
        frame[column] = pd.Series(keys, frame.index, dtype=object)  # where all are blank, no numbers
