"""From understood sheets to the raw tables of a tracker: every value with the cell that it came from."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from schemas.specification import plain, table, words
from validator.layout.columns import DECISION
from validator.layout.settling import A_SENTENCE
from validator.mapping.places import NOWHERE, Place
from validator.reading import reference
from validator.tables.blocks import Record, attempts_of_row, has_evidence, unit_results_of_row
from validator.tables.build import RawTable, RawTracker
from validator.tables.cells import assignment_key, is_blank, read_attempt, read_text, unit_key
from validator.tables.feet import counts, holds_numbers_alone, is_foot, is_label, is_signature, marks
from validator.tables.marks import fits_decision, key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from validator.layout.columns import Column
    from validator.layout.region import Region
    from validator.layout.understand import UnderstoodSheet

USUAL = 0.4
"""From this share of rows without a name, the name stands only in the first row of each learner."""

_OF_THE_PLAN = {"plan_version": "plan_version", "plan_verified_on": "plan_verified_on", "group": "plan_group"}
"""What the details above a plan say of it: a workbook may hold several versions, or a plan for each group."""


_OF_THE_FORM = ("internal_verifier", "brief_verified_on")


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
    forms: list[Record] = []
    for understood in sheets:
        own = _programme(understood)
        details.add(_told_of_programme(understood, own))
        for name, cell in own.items():
            if name not in programme or _says_nothing(programme[name][0]):
                programme[name] = cell
        plan = {as_told: own[name] for name, as_told in _OF_THE_PLAN.items() if name in own}
        found = []
        for region in understood.regions:
            of_plan = {**plan, "plan": (understood.sheet.place, None)} if region.kind == "assignments" else {}
            count = Counter[str]()
            if not region.columns and region.kind == "assignments":
                forms.extend(record for _, record in _records(region))
                found.append(1)
                continue
            for kind, record in _records(region):
                tracker[kind].add({**record, **of_plan})
                count[kind] += 1
            found.append(count[region.kind] or sum(count.values()))
        counts.append(tuple(found))
    if programme:
        tracker["programme"].add(programme)
        tracker["details"] = details
    for form in forms:
        _enter_in_plan(tracker["assignments"], form)
    return Extract(dict(tracker), tuple(counts))


def _enter_in_plan(plan: RawTable, form: Record) -> None:
    """Enter what the form of an assignment says where the plan says nothing, or the assignment if it is not planned.

    Who verified the brief, and when, is as the form records it: the plan has what was intended.
    """
    keys = {"unit": unit_key, "assignment": assignment_key}
    wanted = [key(str(form[name][0])) for name, key in keys.items()]
    rows = [
        row
        for row in range(plan.rows)
        if [key(str(plan.values[name][row])) if name in plan.values else "" for name, key in keys.items()] == wanted
    ]
    for row in rows:
        for name, (value, cell) in form.items():
            if name not in plan.values:
                plan.values[name], plan.cells[name] = [None] * plan.rows, [None] * plan.rows
            if plan.values[name][row] is None or (name in _OF_THE_FORM and value is not None):
                plan.values[name][row], plan.cells[name][row] = value, cell
    if not rows:
        plan.add(form)


def _programme(understood: UnderstoodSheet) -> Record:
    found: Record = {}
    for detail in understood.details:
        if detail.field not in found or _says_nothing(found[detail.field][0]):
            found[detail.field] = (detail.value, reference(understood.sheet.place, detail.row, detail.column))
    return found


def _says_nothing(value: Any) -> bool:
    """Return whether a detail is blank, or says that it is still to come ("tbc"): one that is told elsewhere counts."""
    return value is None or (isinstance(value, str) and is_blank(value))


def _told_of_programme(understood: UnderstoodSheet, own: Record) -> Record:
    """Return what a sheet tells of the programme and of its plan; a version that is not a plan's is the workbook's."""
    is_plan = any(region.kind == "assignments" and region.columns for region in understood.regions)
    of_plan = is_plan or any(d.field == "plan_version" and "plan" in plain(d.label) for d in understood.details)
    told = {name: cell for name, cell in own.items() if name != "plan_version" or of_plan}
    return {**told, "sheet": (understood.sheet.place, None), "is_plan": (is_plan, None)}


def _records(region: Region) -> Iterator[tuple[str, Record]]:
    """Yield the kind and the cells of each record of a table: one a row, or one for each block of its columns."""
    specification = table(region.kind)
    details: Record = {name: (d.value, region.detail_cell(d)) for name, d in region.details.items()}
    columns = [column for column in region.columns if column.field]
    merges = _Merges(region, _vertical_merges(region), _left_out(region, columns))
    broken = {(issue.row, issue.column) for issue in region.sheet.issues}
    if not region.columns:
        yield region.kind, details
        return
    key = _key(region)
    somebody = _last_of_somebody(region, columns)
    sections = {detail.label_row for detail in region.sections}
    for number in range(region.first_row, region.last_row):
        row = region.sheet.rows[number]
        told = (detail for detail in region.sections if detail.label_row == number)
        details = {**details, **{d.field: (d.value, region.detail_cell(d)) for d in told}}
        is_record = number not in sections and _is_record(row, columns, region.columns, region)
        if not is_record or somebody.leaves_out(number, row):
            continue
        by_place: dict[Place, Record] = defaultdict(dict)
        names: dict[str, tuple[str, str]] = {}
        for column in columns:
            if (number, column.index) in broken:
                continue
            top = merges.row_of(column, number)
            cell = (_value(region, column, top), region.cell(number, column.index))
            if column.part:
                names[column.part] = (str(cell[0] or "").strip(), cell[1])
            else:
                by_place[column.place][str(column.field)] = cell
        if names and "learner" not in by_place[NOWHERE]:
            by_place[NOWHERE]["learner"] = _whole_name(names)
        if region.kind == "attempts":
            yield from attempts_of_row(region, details, by_place, key)
        elif region.kind == "unit_results" and region.in_blocks:
            yield from unit_results_of_row(details, by_place)
        else:
            record = {**details, **by_place[NOWHERE]}
            if not specification.evidence or has_evidence(record, specification.evidence):
                yield region.kind, record


def _value(region: Region, column: Column, row: int) -> Any:
    """Return what a cell holds, the centre's own words put into known ones where a profile has any."""
    value = _at(region.sheet.rows[row], column.index)
    if not region.told.tells_words:
        return value
    kind = "outcome" if column.field == DECISION else table(region.kind).fields[str(column.field)].kind
    return region.told.read(kind, value)


def _whole_name(parts: Mapping[str, tuple[str, str]]) -> tuple[str | None, str | None]:
    """Return the name that stands in two columns, with the cell of its first part."""
    told = [parts[part] for part in ("given", "family") if part in parts]
    return " ".join(text for text, _ in told if text) or None, min((cell for _, cell in told), default=None)


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


def _is_record(row: list[Any], columns: list[Column], every: tuple[Column, ...], region: Region) -> bool:
    """Return whether a row may be a record: neither blank nor a total, a key or a note below the table."""
    filled = [column for column in columns if _at(row, column.index) is not None]
    if not filled:
        return False
    first = next((_at(row, column.index) for column in every if _at(row, column.index) is not None), None)
    if isinstance(first, str) and (is_foot(first) or is_signature(first)):
        names_nobody = filled[0].field == "learner" and _at(row, filled[0].index) == first
        signs = is_signature(first) and first.rstrip().endswith(":")
        if names_nobody or signs or len(filled) < len(columns):
            return False
    named = next((_at(row, c.index) for c in columns if c.field == "learner"), None)
    who = read_text(named)
    if who and (
        is_label(who) or plain(who) in words()["not_learners"]
    ):  # a label, such as "Internal Verifier", where people sign
        return False
    if region.in_blocks and (counts(row) if named is None else plain(who or str(named)) in marks()):
        return False
    if region.decisions and (_explains_criteria(row, columns) or _counts_decisions(row, columns)):
        return False
    return len(filled) >= 2 or len(columns) == 1


def _explains_criteria(row: list[Any], columns: list[Column]) -> bool:
    """Return whether a row of a grid says what its criteria ask for: sentences where decisions would stand, or, beside
    no learner, nothing that is one."""
    cells = [(_at(row, c.index), str(c.place.criterion)) for c in columns if c.field == DECISION]
    filled = [(cell, criterion) for cell, criterion in cells if cell is not None]
    return bool(filled) and all(
        not fits_decision(cell, criterion)
        and (not _names_somebody(row, columns) or len(str(cell).split()) >= A_SENTENCE)
        for cell, criterion in filled
    )


def _counts_decisions(row: list[Any], columns: list[Column]) -> bool:
    """Return whether the numbers of a row without a learner count something: decisions are 1 and 0 at most."""
    cells = [_at(row, c.index) for c in columns]
    is_nobodys = holds_numbers_alone(cells) and not _names_somebody(row, columns)
    return is_nobodys and not all(cell in (0, 1, None) for cell in cells)


def _names_somebody(row: list[Any], columns: list[Column]) -> bool:
    return any(_at(row, c.index) is not None for c in columns if c.field in ("learner", "registration"))


@dataclass(frozen=True)
class _Known:
    """The last row of a log that names a learner and an assignment, and the learners up to there. What follows and
    names neither an assignment nor one of them is a remark: "Last updated", "Class average"."""

    learner: int | None = None
    assignment: int | None = None
    last: int = 0
    learners: frozenset[str] = frozenset()

    def leaves_out(self, number: int, row: list[Any]) -> bool:
        if self.learner is None or self.assignment is None or number <= self.last:
            return False
        who = _at(row, self.learner)
        return _at(row, self.assignment) is None and who is not None and plain(str(who)) not in self.learners


def _last_of_somebody(region: Region, columns: Sequence[Column]) -> _Known:
    at = {column.field: column.index for column in columns if column.place == NOWHERE and not column.part}
    if region.kind not in ("attempts", "verifications") or not {"learner", "assignment"} <= at.keys():
        return _Known()
    learner, assignment = at["learner"], at["assignment"]
    rows = region.sheet.rows
    whole = [n for n in region.rows if _at(rows[n], learner) is not None and _at(rows[n], assignment) is not None]
    if not whole:
        return _Known()
    return _Known(learner, assignment, whole[-1], frozenset(plain(str(_at(rows[n], learner))) for n in whole))


@dataclass(frozen=True)
class _Merges:
    """The rows of a table that say in another row what they say: cells are merged, or left out below the first."""

    region: Region
    merged: Mapping[tuple[int, int], int]
    left_out: Mapping[tuple[int, int], int]

    def row_of(self, column: Column, row: int) -> int:
        """Return the row that holds what a row says in a column. A merged deadline is everybody's; a grade that is
        merged over the attempts of one learner is not each attempt's."""
        at = (row, column.index)
        if column.field in table(self.region.kind).key:
            return self.left_out.get(at, self.merged.get(at, row))
        top = self.merged.get(at, row)
        return row if top != row and self._is_of_one_learner(top, row) else top

    def _is_of_one_learner(self, row: int, other: int) -> bool:
        learner = next((c for c in self.region.columns if c.field == "learner" and not c.part), None)
        if learner is None:
            return False
        first, second = (self.region.sheet.rows[self.row_of(learner, n)] for n in (row, other))
        return bool(_at(first, learner.index) == _at(second, learner.index))


def _vertical_merges(region: Region) -> dict[tuple[int, int], int]:
    return {
        (row, left): top
        for top, left, bottom, right in region.sheet.merged
        if left == right and top >= region.first_row
        for row in range(top, min(bottom, region.last_row - 1) + 1)
    }


def _left_out(region: Region, columns: Sequence[Column]) -> dict[tuple[int, int], int]:
    """Return the cells that are left blank because the row above says the same: for each, the row that says it.

    Many write a learner's name only in the first of several rows. One blank name among many is a slip (STR009). Where
    rows without a name are the rule and repeat nothing of the learner above, they are that learner's, and so is a row
    that names no assignment either and says that it is a resubmission or retake.
    """
    by_field = {column.field: column.index for column in columns if column.place == NOWHERE and not column.part}
    keys = [by_field[name] for name in ("learner", "registration", "unit", "assignment") if name in by_field]
    if region.kind != "attempts" or "learner" not in by_field:
        return {}
    rows = [
        n
        for n in range(region.first_row, region.last_row)
        if _is_record(region.sheet.rows[n], list(columns), region.columns, region)
    ]
    nameless = [
        n
        for n in rows
        if all(_at(region.sheet.rows[n], by_field[f]) is None for f in ("learner", "registration") if f in by_field)
    ]
    about = [by_field[name] for name in ("unit", "assignment", "attempt") if name in by_field]
    groups: list[list[tuple[Any, ...]]] = [[]]
    for number in rows:
        if number not in nameless:
            groups.append([])
        groups[-1].append(tuple(_at(region.sheet.rows[number], column) for column in about))
    is_usual = len(nameless) >= USUAL * len(rows) and all(len(set(group)) == len(group) for group in groups)
    found: dict[tuple[int, int], int] = {}
    told: dict[int, int] = {}
    for number in rows:
        row = region.sheet.rows[number]
        attempt = read_attempt(_at(row, by_field["attempt"])) if "attempt" in by_field else None
        leaves_out = "assignment" in by_field and _at(row, by_field["assignment"]) is None
        follows = leaves_out and isinstance(attempt, str) and attempt != "first"
        for column in keys:
            is_of_learner = column in (by_field["learner"], by_field.get("registration"))
            if _at(row, column) is not None or (is_of_learner and number not in nameless):
                told[column] = number
            elif column in told and number in nameless and (follows or (is_usual and is_of_learner)):
                found[number, column] = told[column]
    return found


def _at(row: list[Any], column: int) -> Any:
    return row[column] if column < len(row) else None
