"""Whom a tracker names: its learners, and the members of staff who teach and verify."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.people import people_in
from schemas.specification import TABLES, table
from validator.findings import People
from validator.tables.build import RawTable
from validator.tables.cells import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.tables.build import RawTracker


def people_of(tracker: RawTracker) -> People:
    """Return the people of a tracker, each spelling that it has for a name as a name of its own."""
    learners: dict[tuple[str, str], None] = {}
    staff: dict[str, None] = {}
    for name in TABLES:
        for learner, number in _learners(tracker.get(name, RawTable())):
            together = people_in(learner)
            learners |= dict.fromkeys([(learner, number), *((one, "") for one in together if len(together) > 1)])
        for field in table(name).fields.values():
            if field.kind == "person" and field.name != "learner":
                values = dict.fromkeys(tracker.get(name, RawTable()).values.get(field.name, ()))
                cells = map(read_text, values)
                staff |= dict.fromkeys(person for cell in cells if cell for person in people_in(cell))
    return People(tuple(sorted(learners)), tuple(sorted(staff)))


def _learners(records: RawTable) -> Iterator[tuple[str, str]]:
    blank = [None] * records.rows
    columns = [records.values.get(field, blank) for field in ("learner", "registration")]
    for learner, number in dict.fromkeys(zip(*([read_text(value) or "" for value in c] for c in columns), strict=True)):
        if learner or number:
            yield learner, number
