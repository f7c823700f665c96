"""From understood sheets to the raw tables of a tracker: every value with the cell that it came from."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from schemas.specification import plain, table, word_table, words
from validator.layout.details import label_of
from validator.layout.regions import DECISION
from validator.mapping.places import NOWHERE, Place
from validator.reading import reference
from validator.tables.build import RawTable, RawTracker
from validator.tables.cells import is_blank, read_flag, read_text
from validator.tables.dates import Odd
from validator.tables.marks import decision, key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from validator.layout.regions import Column, Region
    from validator.layout.understand import UnderstoodSheet

Record = dict[str, tuple[Any, str | None]]
Decided = dict[tuple[Place, str | None], list[tuple[str, Any, str | None]]]
"""By unit and assignment, and attempt: the criteria, with what stands in their cells and where."""

ATTEMPTS = ("first", "resubmission", "retake")

LISTS = ("achieved", "not_achieved")
"""The lists that columns of criteria stand for: a blank one is a blank list."""

SAID = {"retake": "retake or re-sit"}
"""What is said of an attempt that stands in a block: the heading's own word for a retake is not kept."""

_OF_THE_PLAN = {"plan_version": "plan_version", "plan_verified_on": "plan_verified_on", "group": "plan_group"}
"""What the details above a plan say of it: a workbook may hold several versions, or a plan for each group."""


@dataclass(frozen=True)
class Extract:
    """The raw tables of one tracker, and how many records each table of each sheet gave."""

    tracker: RawTracker
    records: tuple[tuple[int, ...], ...]


def extract(sheets: Sequence[UnderstoodSheet]) -> Extract:
    """Return the records of a workbook's tables."""
    tracker: RawTracker = defaultdict(RawTable)
    counts: list[tuple[int, ...]] = []
    programme: Record = {}
    for understood in sheets:
        own = _programme(understood)
        for name, cell in own.items():
            if name not in programme or programme[name][0] is None:
                programme[name] = cell
        plan = {as_told: own[name] for name, as_told in _OF_THE_PLAN.items() if name in own}
        found = []
        for region in understood.regions:
            of_plan = {**plan, "plan": (understood.sheet.name, None)} if region.kind == "assignments" else {}
            count = Counter[str]()
            for kind, record in _records(region):
                tracker[kind].add({**record, **of_plan})
                count[kind] += 1
            found.append(count[region.kind] or sum(count.values()))
        counts.append(tuple(found))
    if programme:
        tracker["programme"].add(programme)
    return Extract(dict(tracker), tuple(counts))


def _programme(understood: UnderstoodSheet) -> Record:
    found: Record = {}
    for detail in understood.details:
        if detail.field not in found or found[detail.field][0] is None:
            found[detail.field] = (detail.value, reference(understood.sheet.name, detail.row, detail.column))
    return found


def _records(region: Region) -> Iterator[tuple[str, Record]]:
    """Yield the kind and the cells of each record of a table: one a row, or one for each block of its columns."""
    specification = table(region.kind)
    details: Record = {name: (d.value, region.detail_cell(d)) for name, d in region.details.items()}
    columns = [column for column in region.columns if column.field]
    merged = _vertical_merges(region)
    broken = {(issue.row, issue.column) for issue in region.sheet.issues}
    if not region.columns:
        yield region.kind, details
        return
    key = _key(region)
    for number in range(region.first_row, region.last_row):
        row = region.sheet.rows[number]
        if not _is_record(row, columns, region.columns, region):
            continue
        by_place: dict[Place, Record] = defaultdict(dict)
        names: dict[str, tuple[str, str]] = {}
        for column in columns:
            if (number, column.index) in broken:
                continue
            top = merged.get((number, column.index), number) if column.field in specification.key else number
            cell = (_at(region.sheet.rows[top], column.index), region.cell(number, column.index))
            if column.part:
                names[column.part] = (str(cell[0] or "").strip(), cell[1])
            else:
                by_place[column.place][str(column.field)] = cell
        if names and "learner" not in by_place[NOWHERE]:
            by_place[NOWHERE]["learner"] = _whole_name(names)
        if region.kind == "attempts":
            yield from _of_attempts(region, details, by_place, key)
        elif region.kind == "unit_results" and region.in_blocks:
            yield from _of_units(details, by_place)
        else:
            yield region.kind, {**details, **by_place[NOWHERE]}


def _whole_name(parts: Mapping[str, tuple[str, str]]) -> tuple[str | None, str | None]:
    """Return the name that stands in two columns, with the cell of its first part."""
    told = [parts[part] for part in ("given", "family") if part in parts]
    return " ".join(text for text, _ in told if text) or None, min((cell for _, cell in told), default=None)


def _of_units(details: Record, by_place: Mapping[Place, Record]) -> Iterator[tuple[str, Record]]:
    """Yield the unit results of a row whose columns stand in a block for each unit."""
    common = by_place.get(NOWHERE, {})
    for place, block in by_place.items():
        if place != NOWHERE and any(_says_something(value) for value, _ in block.values()):
            unit = {"unit": (place.unit, _first_cell(block))} if place.unit else {}
            yield "unit_results", {**details, **common, **unit, **block}


def _of_attempts(
    region: Region, details: Record, by_place: Mapping[Place, Record], key: Mapping[str, str | None]
) -> Iterator[tuple[str, Record]]:
    """Yield the attempts of a row, and the decisions on criteria that have columns of their own."""
    specification = table("attempts")
    if not region.in_blocks:
        record = {**details, **by_place[NOWHERE]}
        if _has_evidence(record, specification.evidence):
            yield "attempts", record
        return
    common = by_place.get(NOWHERE, {})
    blocks: dict[Place, dict[str | None, Record]] = defaultdict(lambda: defaultdict(dict))
    decided: Decided = defaultdict(list)
    for place, cells in by_place.items():
        where = Place(unit=place.unit, assignment=place.assignment)
        if place.criterion:
            value, cell = cells[DECISION]
            decided[where, place.attempt].append((place.criterion, value, cell))
            blocks.setdefault(where, defaultdict(dict))
        elif place != NOWHERE:
            blocks[where][place.attempt].update(cells)
    for place, detail in region.of_blocks:
        where = Place(unit=place.unit, assignment=place.assignment)
        if where in blocks:
            told = blocks[where][place.attempt]
            told.setdefault(detail.field, (detail.value, region.detail_cell(detail)))
    placed = any(where != NOWHERE for where in blocks)
    for where, by_attempt in blocks.items():
        if where == NOWHERE and placed and not any(by_attempt.values()):
            continue
        own = _first_cell(next((b for b in by_attempt.values() if b), {})) or _first_decision(decided, where)
        outer: Record = {
            name: (told, own) for name in ("unit", "assignment") if (told := getattr(where, name)) is not None
        }
        told_by_details = {n: c for n, c in details.items() if n != "attempt"}
        common_here = {**told_by_details, **common, **outer}
        usual = details["attempt"][0] if "attempt" in details else "first"
        blocks_here = {None: {**common_here, **by_attempt.get(None, {})}} | {
            attempt: block for attempt, block in by_attempt.items() if attempt
        }
        for attempt in ATTEMPTS:
            decisions = decided[where, attempt] + (decided[where, None] if attempt == usual else [])
            yield from _decided(blocks_here[None], attempt, decisions, key)
        if "attempt" in details:
            record = {**blocks_here[None], "attempt": details["attempt"]}
            if _has_evidence(record, specification.evidence):
                yield "attempts", record
            continue
        evidence_of = {
            attempt: [cell for _, value, cell in decided[where, attempt] if value is not None] for attempt in ATTEMPTS
        }
        for attempt, record in _attempts(blocks_here, evidence_of):
            columns = decided[where, attempt] or (decided[where, None] if attempt == "first" else [])
            lists: Record = {name: (None, columns[0][2]) for name in LISTS} if columns else {}
            yield "attempts", {**lists, **record}


def _first_decision(decided: Decided, where: Place) -> str | None:
    return next((cells[0][2] for (place, _), cells in decided.items() if place == where and cells), None)


def _decided(
    common: Record, attempt: str, decisions: list[tuple[str, Any, str | None]], key: Mapping[str, str | None]
) -> Iterator[tuple[str, Record]]:
    """Yield the decisions of an attempt that its columns of criteria hold; a blank cell is none."""
    whose: Record = {name: common[name] for name in ("learner", "registration", "unit", "assignment") if name in common}
    for criterion, value, cell in decisions:
        outcome = decision(value, criterion, key)
        if outcome is None:
            continue
        outcome = outcome.text if isinstance(outcome, Odd) else outcome
        dated = {"decided_on": (value, cell)} if isinstance(value, date) else {}
        said = (SAID.get(attempt, attempt), cell)
        yield (
            "decisions",
            {**whose, "attempt": said, "criterion": (criterion, cell), "outcome": (outcome, cell), **dated},
        )


def _key(region: Region) -> dict[str, str | None]:
    """Return what the marks of a grid of criteria mean, by the key that stands around it on its sheet."""
    if not region.decisions:
        return {}
    columns = [column for column in region.columns if column.field]
    own = {column.index for column in region.columns}
    marks: list[Any] = []
    texts: list[str] = []
    pairs: list[tuple[str, str]] = []
    for number, row in enumerate(region.sheet.rows):
        inside = region.first_row <= number < region.last_row and _is_record(row, columns, region.columns, region)
        if inside:
            marks.extend(_at(row, column.index) for column in region.decisions)
        cells = [value if isinstance(value, str) and not (inside and at in own) else "" for at, value in enumerate(row)]
        texts.extend(cell for cell in cells if len(cell) > 4)
        pairs.extend(pairwise(cells))
    return key_of(marks, texts, pairs)


def _attempts(
    by_attempt: Mapping[str | None, Record], decided: Mapping[str, Sequence[str | None]]
) -> Iterator[tuple[str, Record]]:
    """Yield the attempts of a row whose columns stand in blocks; `decided` has the cells of their decisions."""
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
            cell = _first_cell(block) or next(iter(decided[attempt]), None) or _first_cell(record)
            yield attempt, {**record, "attempt": (SAID.get(attempt, attempt), cell)}


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


def _is_record(row: list[Any], columns: list[Column], every: tuple[Column, ...], region: Region) -> bool:
    """Return whether a row may be a record: neither blank nor a total, a key or a note below the table."""
    filled = [column for column in columns if _at(row, column.index) is not None]
    if not filled:
        return False
    first = next((_at(row, column.index) for column in every if _at(row, column.index) is not None), None)
    if isinstance(first, str) and plain(first).split(" ")[0] in words()["not_records"] and len(filled) < len(columns):
        return False
    if region.in_blocks:
        who = read_text(next((_at(row, c.index) for c in columns if c.field == "learner"), None))
        if who and (plain(who) in _marks() or label_of(who, "attempts")):
            return False
    return len(filled) >= 2 or len(columns) == 1


@cache
def _marks() -> frozenset[str]:
    return frozenset({*word_table("grades"), *word_table("outcomes"), *words()["decision_marks"]})


def _vertical_merges(region: Region) -> dict[tuple[int, int], int]:
    return {
        (row, left): top
        for top, left, bottom, right in region.sheet.merged
        if left == right and top >= region.first_row
        for row in range(top, min(bottom, region.last_row - 1) + 1)
    }


def _at(row: list[Any], column: int) -> Any:
    return row[column] if column < len(row) else None
