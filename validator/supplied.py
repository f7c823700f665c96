"""What a centre supplies beside its trackers, put where a tracker is silent: who does what, and study days.

What a tracker says of itself always wins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.specification import plain, words
from validator.settings import LEAD
from validator.specification import OUTSIDE
from validator.tables.build import RawTable
from validator.tables.cells import is_blank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.tables.build import RawTracker


def completed(tracker: RawTracker, staff: tuple[tuple[str, str], ...], study_days: str) -> RawTracker:
    """Return a tracker with the people and the study days that it does not tell itself.

    `staff` are people with their roles. They join the staff list, the Lead Internal Verifiers among them only where the
    tracker names none; `study_days` are taken for a programme that has none of its own.
    """
    own = _names_a_lead(tracker)
    joining = [pair for pair in staff if not (own and pair[1] == LEAD)]
    tracker = dict(tracker)
    if joining:
        tracker["staff"] = _table(*_records(tracker, "staff"), *(_outside(person=p, role=r) for p, r in joining))
    if study_days:
        programmes = list(_records(tracker, "programme")) or [{}]
        supplied = _outside(study_days=study_days)
        tracker["programme"] = _table(
            *(record if _tells(record, "study_days") else {**record, **supplied} for record in programmes)
        )
    return tracker


_Record = dict[str, tuple[Any, str | None]]


def _names_a_lead(tracker: RawTracker) -> bool:
    leads = {plain(word) for word in words()["lead_roles"]}
    roles = (record.get("role", ("", None))[0] for record in _records(tracker, "staff") if _tells(record, "person"))
    named = any(_tells(record, "lead_iv") for record in _records(tracker, "programme"))
    return named or any(isinstance(role, str) and plain(role) in leads for role in roles)


def _tells(record: _Record, field: str) -> bool:
    value = record.get(field, (None, None))[0]
    return value is not None and not (isinstance(value, str) and is_blank(value))


def _records(tracker: RawTracker, name: str) -> Iterator[_Record]:
    table = tracker.get(name, RawTable())
    for row in range(table.rows):
        yield {field: (values[row], table.cells[field][row]) for field, values in table.values.items()}


def _outside(**values: str) -> _Record:
    return {field: (value, OUTSIDE) for field, value in values.items()}


def _table(*records: _Record) -> RawTable:
    table = RawTable()
    for record in records:
        table.add(record)
    return table
