"""From understood sheets to the raw tables of a tracker: every value with the cell that it came from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.specification import plain, table, word_table, words
from validator.reading import reference
from validator.tables.build import RawTable, RawTracker
from validator.tables.cells import is_blank, read_flag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from validator.layout.regions import Column, Region
    from validator.layout.understand import UnderstoodSheet

Record = dict[str, tuple[Any, str | None]]

ATTEMPTS = ("first", "resubmission", "retake")

SAID = {"retake": "retake or re-sit"}
"""What is said of an attempt that stands in a block: the heading's own word for a retake is not kept."""

_OF_THE_PLAN = {"plan_version": "plan_version", "plan_verified_on": "plan_verified_on", "group": "plan_group"}
"""What the details above a plan say of it: a workbook may hold several versions, or a plan for each group."""


@dataclass(frozen=True)
class Extract:
    """The raw tables of one tracker, and how many records each table of each sheet gave. Beside the tables of the
    tracker model there are the `details`: what each sheet tells of the programme."""

    tracker: RawTracker
    records: tuple[tuple[int, ...], ...]


def extract(sheets: Sequence[UnderstoodSheet]) -> Extract:
    """Return the records of a workbook's tables."""
    tracker: RawTracker = defaultdict(RawTable)
    details = RawTable()
    counts: list[tuple[int, ...]] = []
    programme: Record = {}
    for understood in sheets:
        own = _programme(understood)
        details.add(_told_of_programme(understood, own))
        for name, cell in own.items():
            if name not in programme or programme[name][0] is None:
                programme[name] = cell
        plan = {as_told: own[name] for name, as_told in _OF_THE_PLAN.items() if name in own}
        found = []
        for region in understood.regions:
            before = tracker[region.kind].rows
            of_plan = {**plan, "plan": (understood.sheet.name, None)} if region.kind == "assignments" else {}
            for record in _records(region):
                tracker[region.kind].add({**record, **of_plan})
            found.append(tracker[region.kind].rows - before)
        counts.append(tuple(found))
    if programme:
        tracker["programme"].add(programme)
        tracker["details"] = details
    return Extract(dict(tracker), tuple(counts))


def _programme(understood: UnderstoodSheet) -> Record:
    found: Record = {}
    for detail in understood.details:
        if detail.field not in found or found[detail.field][0] is None:
            found[detail.field] = (detail.value, reference(understood.sheet.name, detail.row, detail.column))
    return found


def _told_of_programme(understood: UnderstoodSheet, own: Record) -> Record:
    """Return what a sheet tells of the programme and of its plan; a version that is not a plan's is the workbook's."""
    is_plan = any(region.kind == "assignments" for region in understood.regions)
    of_plan = is_plan or any(d.field == "plan_version" and "plan" in plain(d.label) for d in understood.details)
    told = {name: cell for name, cell in own.items() if name != "plan_version" or of_plan}
    return {**told, "sheet": (understood.sheet.name, None), "is_plan": (is_plan, None)}


def _records(region: Region) -> Iterator[Record]:
    """Yield the records of a table: one a row, or one an attempt where its columns stand in blocks."""
    specification = table(region.kind)
    details: Record = {
        name: (d.value, reference(region.sheet.name, d.row, d.column)) for name, d in region.details.items()
    }
    columns = [column for column in region.columns if column.field]
    merged = _vertical_merges(region)
    broken = {(issue.row, issue.column) for issue in region.sheet.issues}
    for number in range(region.first_row, region.last_row):
        row = region.sheet.rows[number]
        if not _is_record(row, columns, region.columns):
            continue
        by_attempt: dict[str | None, Record] = defaultdict(dict)
        for column in columns:
            if (number, column.index) in broken:
                continue
            top = merged.get((number, column.index), number) if column.field in specification.key else number
            by_attempt[column.attempt][str(column.field)] = (
                _at(region.sheet.rows[top], column.index),
                reference(region.sheet.name, number, column.index),
            )
        if region.kind != "attempts":
            yield {**details, **by_attempt[None]}
        elif region.in_blocks:
            yield from ({**details, **record} for record in _attempts(by_attempt))
        else:
            record = {**details, **by_attempt[None]}
            if _has_evidence(record, specification.evidence):
                yield record


def _attempts(by_attempt: Mapping[str | None, Record]) -> Iterator[Record]:
    """Yield the attempts of a row whose columns stand in blocks."""
    specification = table("attempts")
    common = by_attempt.get(None, {})
    for attempt in ATTEMPTS:
        block = by_attempt.get(attempt, {})
        wanted = specification.evidence if attempt == "first" else specification.evidence_in_block
        inherited = {
            name: cell
            for name, cell in common.items()
            if attempt == "first"
            or name in specification.shared
            or (attempt == "resubmission" and name in specification.shared_with_resubmission)
        }
        record = {**inherited, **block}
        own = record if attempt == "first" else block
        if _has_evidence(own, wanted):
            yield {**record, "attempt": (SAID.get(attempt, attempt), _first_cell(block or record))}


def _first_cell(block: Record) -> str | None:
    """Return the first cell of an attempt's block, which is where its row says which attempt it is."""
    return next((cell for _, cell in block.values() if cell is not None), None)


def _has_evidence(record: Record, wanted: tuple[str, ...]) -> bool:
    return any(name in record and _says_something(record[name][0]) for name in wanted)


def _says_something(value: Any) -> bool:
    if value is None:
        return False
    if isinstance(value, str):
        nothing = word_table("grades").get(plain(value)) == "not-graded"
        return not nothing and not is_blank(value) and read_flag(value) != "no"
    return value is not False


def _is_record(row: list[Any], columns: list[Column], every: tuple[Column, ...]) -> bool:
    """Return whether a row may be a record: neither blank nor a total, a key or a note below the table."""
    filled = [column for column in columns if _at(row, column.index) is not None]
    if not filled:
        return False
    first = next((_at(row, column.index) for column in every if _at(row, column.index) is not None), None)
    if isinstance(first, str) and plain(first).split(" ")[0] in words()["not_records"] and len(filled) < len(columns):
        return False
    return len(filled) >= 2 or len(columns) == 1


def _vertical_merges(region: Region) -> dict[tuple[int, int], int]:
    return {
        (row, left): top
        for top, left, bottom, right in region.sheet.merged
        if left == right and top >= region.first_row
        for row in range(top, min(bottom, region.last_row - 1) + 1)
    }


def _at(row: list[Any], column: int) -> Any:
    return row[column] if column < len(row) else None
