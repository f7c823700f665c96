"""What the headings of a table mean, by themselves and by the blocks that they stand in."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from schemas.specification import plain, table, word_table
from validator.mapping.headings import (
    NOTHING,
    Match,
    attempt_in,
    due_dates,
    in_english,
    known,
    match,
)
from validator.mapping.places import NOWHERE, Names, Place, is_decision_heading, place_in
from validator.tables.cells import read_attempt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from validator.layout.grid import Grid, Heading

SEVERAL = 2
"""From so many headings that name an attempt ("Resub deadline", "Resub grade") on, they stand for blocks of columns."""
DECISION = "decision"
"""What a column under a criterion holds."""
BY_PLACE = {"attempts": ("grade", "achieved"), "unit_results": ("grade",)}
"""The fields that a column may hold whose heading is no more than an assignment or a unit."""
_NUMBERED = re.compile(r"\A(?:(.*?[^0-9\s])\s*[#(]?([0-9]{1,2})\)?|([0-9]{1,2})\s*[.:)-]\s*(.*\D.*))\Z", re.DOTALL)
_DECISION = Match((DECISION,), "exact", 100)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, and what it was taken for."""

    index: int
    heading: str
    row: int
    """The row in which the heading stands; 0-based, as is `index`."""
    field: str | None = None
    place: Place = NOWHERE
    """The unit, assignment, attempt and criterion that it is about, where its table has blocks of columns."""
    part: str | None = None
    """"given" or "family" where a name stands in two columns."""
    how: str = "none"
    confidence: int = 0
    nearest: str | None = None

    @property
    def attempt(self) -> str | None:
        """The attempt whose block it stands in."""
        return self.place.attempt


def has_learner(columns: Iterable[Column]) -> bool:
    """Return whether a column says whose record a row is."""
    return any(column.field in ("learner", "registration") for column in columns)


def matched(kind: str, headings: list[Heading], grid: Grid, row: int) -> Iterator[Column]:
    """Yield what each heading means by itself; the columns that compete for a field are settled by their cells."""
    own, english = headings, in_english([heading.text for heading in headings], kind)
    headings = [replace(heading, text=english.get(heading.text, heading.text)) for heading in headings]
    parts, names = _name_parts(kind, headings), grid.names
    if kind not in BY_PLACE:
        for told, heading in zip(own, headings, strict=True):
            yield _column(told, parts, _joint(kind, heading, match(heading.text, kind)), NOWHERE)
        return
    numbered = _numbered(kind, headings)
    due = due_dates(heading.text for heading in headings) if kind == "attempts" else {}
    headings = _beside_assignments(headings, names)
    left: tuple[Place, tuple[str, ...]] | None = None
    places = _places_of_blocks(headings, names)
    has_attempt_column = _has_attempt_column(kind, headings, places) or _tells_attempts(kind, headings, grid, row)
    is_log = _is_log(kind, headings, names)
    for told, heading in zip(own, headings, strict=True):
        outer = NOWHERE
        for text in heading.over:
            outer = outer.within(places[text])
        found, place = (
            _of_criterion(heading, outer, left, names)
            or numbered.get(heading.column)
            or _placed(kind, heading, outer, names, has_attempt_column=has_attempt_column, is_log=is_log)
        )
        if place.criterion and kind != "attempts":
            found = NOTHING
        if heading.text in due:
            found = Match((due[heading.text],), "context", 90)
        left = (place, heading.over) if place.criterion else None
        yield _column(told, parts, found, place)


def _beside_assignments(headings: list[Heading], names: Names) -> list[Heading]:
    """Return the headings of an export, those that come again beside each assignment put under it: "Unit 1 A1 | Points
    | Feedback | Unit 1 A2 | Points | Feedback"."""
    if any(heading.over for heading in headings):
        return headings
    again = Counter(plain(heading.text) for heading in headings)
    found, left = [], ""
    for heading in headings:
        place, rest = place_in(heading.text, names)
        comes_again = again[plain(heading.text)] > 1 and not place.is_told
        if place.assignment and not rest and not place.criterion:
            left = heading.text
        elif not comes_again:
            left = ""
        found.append(replace(heading, over=(left,)) if left and comes_again else heading)
    return found


def _has_attempt_column(kind: str, headings: list[Heading], places: Mapping[str, Place]) -> bool:
    """Return whether a column says of each row which attempt it is: surely where a heading means nothing else, and of
    one that may ("Submission") where no headings are marked by attempts ("Resub deadline")."""
    meanings = [known(h.text, kind) for h in headings if not any(places[text].attempt for text in h.over)]
    if ("attempt",) in meanings:
        return True
    marked = [rest for attempt, rest in map(attempt_in, (h.text for h in headings)) if attempt and known(rest, kind)]
    return len(marked) < SEVERAL and any("attempt" in fields for fields in meanings)


def _tells_attempts(kind: str, headings: list[Heading], grid: Grid, row: int) -> bool:
    """Return whether the cells of a column say that some rows are resubmissions or retakes."""
    may = [heading.column for heading in headings if not heading.over and "attempt" in known(heading.text, kind)]
    told = {read_attempt(cell) for at in may for cell in grid.below(at, row + 1, grid.height) if isinstance(cell, str)}
    return any(isinstance(attempt, str) and attempt != "first" for attempt in told)


def _is_log(kind: str, headings: list[Heading], names: Names) -> bool:
    """Return whether a column says of each row which assignment it is of, and the headings name no two."""
    named = {place_in(heading.text, names)[0].assignment for heading in headings} - {None}
    return len(named) < SEVERAL and any("assignment" in known(h.text, kind) for h in headings if not h.over)


def _places_of_blocks(headings: list[Heading], names: Names) -> dict[str, Place]:
    """Return the place that each heading of a block means; of two that seem to mean the same assignment, the one
    that says more is another: "Assignment 1" and "Assignment 1 second version"."""
    found: dict[str, Place] = {}
    for text in dict.fromkeys(text for heading in headings for text in heading.over):
        place, rest = place_in(text, names)
        if place.assignment and rest and place in found.values():
            place = replace(place, assignment=f"{place.assignment} {rest}")
        found[text] = place
    return found


def _column(heading: Heading, parts: Mapping[int, str], found: Match, place: Place) -> Column:
    part = parts.get(heading.column)
    if part:
        return Column(heading.column, heading.text, heading.row, "learner", part=part, how="exact", confidence=100)
    fields = "|".join(found.fields) or None
    where = place if fields and not set(found.fields) & {"learner", "registration"} else NOWHERE
    return Column(
        heading.column, heading.text, heading.row, fields, where, None, found.how, found.confidence, found.nearest
    )


def _name_parts(kind: str, headings: list[Heading]) -> dict[int, str]:
    """Return the columns that hold a part of the learner's name, where a table has both parts."""
    if "learner" not in table(kind).fields:
        return {}
    found = {}
    for heading in headings:
        if part := word_table("name_parts").get(plain(heading.text)):
            found[heading.column] = part
    if "family" in found.values() and "given" not in found.values():
        names = [h.column for h in headings if plain(h.text) in ("name", "learner name", "student name")]
        found |= dict.fromkeys(names[:1], "given")
    return found if {"given", "family"} <= set(found.values()) else {}


def _of_criterion(
    heading: Heading, outer: Place, left: tuple[Place, tuple[str, ...]] | None, names: Names
) -> tuple[Match, Place] | None:
    """Return the meaning of a heading that is a criterion, or stands under or right of one (`left`: its place and
    what stands over it)."""
    own, rest = place_in(heading.text, names)
    if own.criterion:
        return _DECISION, _full(own.within(outer))
    if outer.criterion and not own.unit and not own.assignment:
        if (own.attempt and not rest) or is_decision_heading(heading.text):
            return _DECISION, _full(own.within(outer))
        return NOTHING, NOWHERE
    if left is not None and own.attempt not in (None, "first") and not rest and heading.over == left[1]:
        return _DECISION, replace(left[0], attempt=own.attempt)
    return None


def _full(place: Place) -> Place:
    return replace(place, criterion=place.full_criterion, aim=None)


def _placed(
    kind: str, heading: Heading, outer: Place, names: Names, *, has_attempt_column: bool, is_log: bool
) -> tuple[Match, Place]:
    """Return the meaning of a heading in a table whose columns may stand in blocks; in a log, whose rows say which
    assignment they are of, none is of one assignment: "PSA version used" is no block of the assignment "PSA"."""
    outer = replace(outer, aim=None)
    exact = Match(fields, "exact", 100) if (fields := known(heading.text, kind)) else NOTHING
    own, rest = place_in(heading.text, names)
    if is_log and own.assignment and rest and not exact.fields:
        found = match(rest, kind)
        says_it = (plain(own.assignment) in h for name in found.fields for h in table(kind).fields[name].headings)
        return (found if any(says_it) else NOTHING), outer
    if (own.unit or own.assignment) and not exact.fields:
        inner = _full(replace(own, aim=None)).within(outer)
        if rest and (found := match(rest, kind)).fields:
            return found, inner
        if not rest and own.attempt == "first" and (dates := _dates_of_one_word(kind, heading.text, own)):
            return Match((*dates, *BY_PLACE[kind]), "exact", 90), inner
        titled = kind == "unit_results" and not inner.assignment and not match(rest, "attempts").fields
        if (not rest and not (kind == "unit_results" and inner.assignment)) or titled:
            return Match(BY_PLACE[kind], "context", 90), inner
    if own.attempt and not rest and heading.over and (fields := known(heading.over[0], kind)):
        return Match(fields, "exact", 100), replace(outer, attempt=own.attempt)  # "Grade" over "1st" and "Resub"
    found, attempt = match(heading.text, kind), outer.attempt
    if kind == "attempts" and not has_attempt_column and attempt is None:
        attempt, rest = attempt_in(heading.text)
        marked = match(rest, kind) if attempt and rest else NOTHING
        if attempt and marked.fields and marked.fields != ("attempt",):
            found = marked
        elif attempt and found.fields and not (set(found.fields) - {"attempt"}):
            found, attempt = NOTHING, None
    return _joint(kind, heading, found), replace(outer, attempt=attempt)


def _dates_of_one_word(kind: str, text: str, own: Place) -> tuple[str, ...]:
    """Return the dates that a word beside an assignment may mean besides the attempt: "A1 Sub"."""
    word = plain(text)
    for told in filter(None, (own.unit, own.assignment)):
        word = word.replace(plain(told), " ")
    return tuple(name for name in known(word.strip(), kind) if table(kind).fields[name].kind == "date")


def _joint(kind: str, heading: Heading, found: Match) -> Match:
    """Return the meaning of a heading that means something only together with the one above it."""
    if found.fields or not heading.over:
        return found
    joint = match(f"{heading.over[0]} {heading.text}", kind)
    return replace(joint, how="context") if joint.fields else found


def _numbered(kind: str, headings: list[Heading]) -> dict[int, tuple[Match, Place]]:
    """Return the meaning of headings that are numbered by assignment: "Deadline 1", "Submitted 1", "Deadline 2"."""
    if kind != "attempts":
        return {}
    found: dict[int, tuple[Match, Place]] = {}
    stems: dict[str, set[str]] = defaultdict(set)
    for heading in headings:
        m = _NUMBERED.match(heading.text.strip())
        stem, number = (m[1] or m[4], m[2] or m[3]) if m else ("", "")
        place = place_in(heading.text)[0]
        if not stem or heading.over or place != Place(attempt=place.attempt) or known(heading.text, kind):
            continue
        attempt, rest = attempt_in(stem)
        if place.attempt and not (attempt and rest):  # "Submission 1" is an attempt, "Resub grade 1" a grade
            continue
        if not (meaning := match(rest if attempt else stem, kind)).fields or meaning.fields == ("attempt",):
            continue
        stems[number].add(plain(stem))
        found[heading.column] = meaning, Place(assignment=f"Assignment {number}", attempt=attempt)
    shared = [stem for stem in set().union(*stems.values()) if sum(stem in group for group in stems.values()) > 1]
    return found if len(stems) > 1 and len(shared) > 1 else {}


def unused(column: Column, nearest: str | None) -> Column:
    """Return a column that is taken for nothing, with the heading that comes nearest."""
    return replace(column, field=None, place=NOWHERE, how="none", nearest=nearest)
