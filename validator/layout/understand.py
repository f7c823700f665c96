"""How a workbook is understood: the tables and details of each sheet, and what was left over."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from schemas.specification import plain, table, words
from validator.findings import ColumnReading, SheetReading, TableReading
from validator.layout.colours import are_unexplained, with_colours_read
from validator.layout.details import (
    OF_SECTIONS,
    Detail,
    find_details,
    find_form,
    find_sections,
    named_in_titles,
    plan_signature,
    version_in_title,
)
from validator.layout.explaining import explains
from validator.layout.leftovers import likely_headings
from validator.layout.region import Region, is_filled
from validator.layout.regions import find_regions
from validator.mapping.headings import known
from validator.mapping.places import NO_NAMES, Names
from validator.profiles import NO_PROFILE, Profile
from validator.profiles.applying import tailored, told_details, with_details
from validator.reading import reference
from validator.tables.cells import is_no_date, person_key, read_attempt
from validator.tables.dates import Odd, read_dates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from validator.profiles import Told
    from validator.profiles.applying import Tailored
    from validator.reading import Sheet, Workbook

FORMS = (
    ("attempts", {"learner", "assignment"}, ("submitted", "learner_declared", "assessed", "grade", "results_received")),
    ("attempts", {"learner", "unit"}, ("submitted", "learner_declared", "assessed", "grade", "results_received")),
    ("assignments", {"unit", "assignment", "brief_verified_on"}, ("brief_verified_on", "internal_verifier")),
)
COLOURS_UNEXPLAINED = (
    "The criteria on it are coloured and hold nothing else, and no key on the sheet says what the colours mean, so no "
    "decision was read from them. Write a key such as “Green = achieved” below the table."
)
BRIEF_VERIFIED = {"internal_verifier": "brief_verified_on"}
"""What the date beside a signature is on a form whose title says that it verifies a brief."""
"""Forms: the table that one is a record of, the labels it must have, and those of which one must be filled in."""
DEADLINES = ("handed_out", "deadline")
"""The dates of a form that labels of the programme are headed like."""
AGAIN = 2
"""From this many labels that come again on, a form has another record."""
SURE = 2
"""From this many columns recognised beyond those that are not, a sheet is not read across as well."""
AS_A_RECORD = 3
"""A column of a turned table with this many filled cells is a record."""
DATA_ROWS = 3
"""A sheet with this many rows of two or more filled cells holds data, not a text or a title."""


@dataclass(frozen=True)
class UnderstoodSheet:
    """One sheet, with the tables on it and the details of the programme."""

    sheet: Sheet
    regions: tuple[Region, ...]
    details: tuple[Detail, ...]
    is_left_out: bool = False
    """Whether a profile says that it is not to be read."""
    note: str = ""
    """What was seen and not read."""
    explains: bool = False
    """Whether it explains the workbook and holds no records: contents, guidance, lists."""
    is_of_evidence: bool = False
    """Whether it says what a learner was seen to do: an observation record, a witness statement."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all stands on it."""
        return not any(value is not None for row in self.sheet.rows for value in row)

    @property
    def is_left_over(self) -> bool:
        """Whether it holds data of which nothing was recognised."""
        if self.regions or self.is_left_out or self.explains or self.is_of_evidence:
            return False
        told = {detail.row for detail in self.details} | {detail.label_row for detail in self.details}
        rows = (row for number, row in enumerate(self.sheet.rows) if number not in told)
        filled = (sum(value is not None for value in row) for row in rows)
        return sum(count >= 2 for count in filled) >= DATA_ROWS

    def reading(self, records: Sequence[int]) -> SheetReading:
        """Return how it was understood, for people; `records` has the number of records of each table."""
        tables = [
            TableReading(
                self.sheet.place,
                region.kind,
                tuple(row + 1 for row in region.heading_rows),
                count,
                region.readings(),
            )
            for region, count in zip(self.regions, records, strict=True)
        ]
        if self.details:
            pairs = tuple(
                ColumnReading(
                    d.label, reference(self.sheet.place, d.label_row, d.label_column), f"{d.kind}.{d.field}", how=d.how
                )
                for d in self.details
            )
            tables.insert(0, TableReading(self.sheet.place, "programme", (), 1, pairs))
        note = self.note
        if not tables:
            note = "It is blank." if self.is_blank else "No table was recognised."
        if self.explains:
            note = "It explains the workbook and holds no records."
        if self.is_of_evidence:
            note = "It is evidence of what a learner was seen to do, on which no rule turns, and was not read."
        if self.is_left_out:
            note = "It was left out, as the profile asks."
        is_understood = self.regions or self.is_left_out or self.explains or self.is_of_evidence
        left_over = () if is_understood else likely_headings(self.sheet)
        return SheetReading(self.sheet.place, self.sheet.visible, tuple(tables), note, left_over)


def understand(workbooks: Sequence[Workbook], profile: Profile = NO_PROFILE) -> list[UnderstoodSheet]:
    """Return how each sheet of a tracker was understood, which is one workbook or several, and what a profile says of
    it before all else.

    The lists and the plan are read first: the names that they give make sheets understood that say no more than
    those.
    """
    seen = [(workbook, tailored(sheet, profile)) for workbook in workbooks for sheet in workbook.sheets]
    found = [
        _left_out(own) if own.is_left_out else _understood(workbook, own.sheet, NO_NAMES, own.told)
        for workbook, own in seen
    ]
    names = _names(found)
    if names != NO_NAMES:
        found = [
            _understood(workbook, understood.sheet, names, own.told) if _may_gain(understood) else understood
            for understood, (workbook, own) in zip(found, seen, strict=True)
        ]
    titles = frozenset(plain(own.sheet.name) for _, own in seen)
    found = [
        replace(sheet, explains=True, details=())
        if sheet.is_left_over and explains(sheet.sheet, titles, names.learners)
        else sheet
        for sheet in found
    ]
    told = told_details([own.sheet for _, own in seen if not own.is_left_out], profile)
    restored = (own.restored(understood) for understood, (_, own) in zip(_with_targets(found), seen, strict=True))
    return [with_details(understood, told) for understood in restored]


def _with_targets(sheets: Sequence[UnderstoodSheet]) -> list[UnderstoodSheet]:
    """Return the sheets with grids that say by their columns what is targeted, where there is no plan. Where no
    assignment is named anywhere either, a unit is its only assignment, and its grade that of the assignment."""
    every = [region for sheet in sheets for region in sheet.regions]
    if any("targeted" in region.fields or region.kind == "assignments" for region in every):
        return list(sheets)
    is_named = any("assignment" in region.fields | region.details.keys() for region in every)
    return [
        replace(sheet, regions=tuple(_with_own_targets(r, sheet.regions, of_units=not is_named) for r in sheet.regions))
        for sheet in sheets
    ]


def _with_own_targets(region: Region, beside: Sequence[Region], *, of_units: bool) -> Region:
    if not region.decisions or region.kind != "attempts":
        return region
    if not of_units or not ("unit" in region.details or all(column.place.unit for column in region.decisions)):
        return replace(region, tells_targets=True)
    grades = tuple(
        column
        for other in beside
        if other.kind == "unit_results" and other.heading_rows == region.heading_rows
        for column in other.columns
        if column.field == "grade"
    )
    return replace(region, columns=(*region.columns, *grades), tells_targets=True, of_units=True)


def _left_out(own: Tailored) -> UnderstoodSheet:
    return UnderstoodSheet(own.sheet, (), (), is_left_out=True)


def _may_gain(understood: UnderstoodSheet) -> bool:
    """Return whether the names of other sheets may change how a sheet is understood: it is not a plan or a list."""
    if understood.is_left_out:
        return False
    return not understood.regions or any(
        region.in_blocks or ("learner" not in region.fields and region.kind in ("attempts", "unit_results"))
        for region in understood.regions
    )


def _names(sheets: Sequence[UnderstoodSheet]) -> Names:
    """Return the names that the lists and the plan of a workbook give."""
    units: dict[str, str] = {}
    assignments: dict[str, str] = {}
    learners: set[str] = set()
    for sheet in sheets:
        for region in sheet.regions:
            if region.in_blocks:
                continue
            if region.kind in ("units", "assignments"):
                for unit, title in _pairs(region, "unit", "title"):
                    units |= {plain(unit): unit, plain(title): unit} if region.kind == "units" else {plain(unit): unit}
            if region.kind == "assignments":
                told = list(_pairs(region, "assignment", "title"))
                again = Counter(plain(title) for _, title in told)
                for name, title in told:
                    assignments |= {plain(name): name} | ({plain(title): name} if again[plain(title)] == 1 else {})
            if region.kind in ("learners", "attempts"):
                learners |= {person_key(name) for name, _ in _pairs(region, "learner", "learner")}
    for unclear in ("", *(name for name in assignments if name in units)):
        units.pop(unclear, None)
        assignments.pop(unclear, None)
    return Names(units, assignments, frozenset(learners))


def _pairs(region: Region, left: str, right: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of two columns of a table, row by row; "" where there is none."""
    columns = {column.field: column.index for column in region.columns if column.part is None}
    if left not in columns:
        return
    for row in region.sheet.rows[region.first_row : region.last_row]:
        cells = (row[columns[name]] if name in columns and columns[name] < len(row) else None for name in (left, right))
        first, second = ("" if cell is None else " ".join(str(cell).split()) for cell in cells)
        if first:
            yield first, second


def _understood(workbook: Workbook, sheet: Sheet, names: Names, profiled: Told) -> UnderstoodSheet:
    regions, told = _read(sheet, names, profiled, is_turned=False)
    is_log = any({"learner", "registration"} & {column.field for column in region.columns} for region in regions)
    if _is_of_evidence(sheet) and not is_log and not profiled.table:
        return UnderstoodSheet(sheet, (), (), is_of_evidence=True)
    forms = _forms(sheet, regions, told, names)
    if _certainty(regions) < SURE:
        turned, told_besides = _read(sheet, names, profiled, is_turned=True)
        if any(region.decisions for region in turned) or (
            turned
            and (not forms or any(_holds_several(region, forms) for region in turned))
            and _certainty(turned) > _certainty(regions)
        ):
            regions, told, forms = turned, told_besides, []
    coloured = with_colours_read(workbook, sheet, regions, profiled.profile.colours)
    if coloured is not sheet:
        regions, told = _read(coloured, names, profiled, is_turned=False)
    note = COLOURS_UNEXPLAINED if are_unexplained(workbook, coloured, regions) else ""
    above = range(_first_heading(sheet, regions))
    details = [d for d in told if d.kind == "programme" and d.row in above]
    if any(region.kind == "assignments" for region in regions) and not any(d.field == "plan_version" for d in details):
        titled = version_in_title(sheet, above)
        details.extend([titled] if titled else [])
    plans = [region for region in regions if region.kind == "assignments" and not region.turned]
    if plans and not any(d.field == "plan_verified_on" for d in details):
        signature = plan_signature(sheet, range(plans[-1].first_row, len(sheet.rows)))
        details.extend([signature] if signature else [])
    regions = [_signed(_ended(region)) for region in regions]
    # the dates of a form are those of its record: a "Completion date" is no programme's
    taken = {(d.label_row, d.label_column) for form in forms for d in form.details.values() if d.field in DEADLINES}
    details = [d for d in details if (d.label_row, d.label_column) not in taken]
    return UnderstoodSheet(coloured, (*regions, *forms), tuple(details), note=note)


def _holds_several(region: Region, forms: Sequence[Region]) -> bool:
    """Return whether a turned table has several records: a form has one, and labels where the next would stand, so
    that more is known of it as a form."""
    if len(region.fields) < max(len(form.details) for form in forms):
        return False
    columns = {column.field: column.index for column in region.columns if column.field}
    records = [
        cells
        for row in region.sheet.rows[region.first_row : region.last_row]
        if len(cells := [row[at] for at in columns.values() if at < len(row) and row[at] is not None]) >= AS_A_RECORD
    ]
    return len(records) > 1 and not any(
        known(cell, region.kind) for cells in records for cell in cells if isinstance(cell, str)
    )


def _ended(region: Region) -> Region:
    """Return a table without what follows a row that heads another: one that has a heading of learners where learners
    stand, or, after a blank row, texts alone, some of them where dates stand."""
    if region.turned or not region.columns:
        return region
    who = {c.index for c in region.columns if c.field == "learner"}
    dates = {c.index for c in region.columns if c.field and _holds_dates(region.kind, c.field)}
    rows = region.sheet.rows
    for number in range(region.first_row + 1, region.last_row):
        filled = {at: value for at, value in enumerate(rows[number]) if value is not None}
        texts = {at for at, value in filled.items() if isinstance(value, str)}
        if len(filled) < 2 or len(texts) < len(filled):
            continue
        again = any("learner" in known(str(filled[at]), region.kind) for at in who & texts)
        unread = [at for at in dates & texts if not is_no_date(str(filled[at])) and _is_no_day(str(filled[at]))]
        above = number - 1  # a title may stand over the headings
        above -= sum(value is not None for value in rows[above]) == 1 and above > region.first_row
        after_gap = not any(value is not None for value in rows[above])
        if again or (after_gap and unread and len(unread) == len(dates & texts)):
            return replace(region, last_row=number)
    return region


def _holds_dates(kind: str, field: str) -> bool:
    return field in table(kind).fields and table(kind).fields[field].kind == "date"


def _is_no_day(text: str) -> bool:
    (read,) = read_dates([text])
    return isinstance(read, Odd) and read.code == "STR005" and not read.hint


def _signed(region: Region) -> Region:
    """Return a sample of verified decisions with the verifier and the date that stand below it, where people sign."""
    if region.kind != "verifications" or region.turned:
        return region
    below = find_form(region.sheet, range(region.last_row, len(region.sheet.rows)), region.kind)[None]
    told = {
        name: detail for name, detail in below.items() if name in ("verifier", "verified_on", "assessor", "assessed")
    }
    return replace(region, details={**{n: d for n, d in told.items() if n not in region.fields}, **region.details})


def _forms(sheet: Sheet, regions: Sequence[Region], told: Sequence[Detail], names: Names) -> list[Region]:
    """Return the records that forms tell by their labels: of one learner's work, or of the verification of a brief."""
    if any({"learner", "registration"} & {c.field for c in region.columns} for region in regions):
        return []
    inside = {
        row for region in regions for row in range(region.heading_rows[0], region.last_row) if _in_table(region, row)
    }
    outside = [row for row in range(len(sheet.rows)) if row not in inside]
    sections = find_sections(sheet, outside, names)
    for kind, needed, evidence in FORMS:
        companions = BRIEF_VERIFIED if kind == "assignments" and _verifies_a_brief(sheet) else {}
        context = {d.field: d for d in told if d.kind == kind and d.field in ("unit", "assignment", "attempt")}
        found = _records_of_form(sheet, outside, kind, companions, sections, context)
        records = [
            record
            for record in found
            if needed <= record.keys() and any(name in record and record[name].value is not None for name in evidence)
        ]
        if records and not any(region.kind == kind for region in regions):
            return [Region(sheet, kind, (0,), (), 0, 1, record) for record in records]
    return []


def _records_of_form(
    sheet: Sheet,
    outside: Sequence[int],
    kind: str,
    companions: Mapping[str, str],
    sections: Sequence[Detail],
    context: Mapping[str, Detail],
) -> list[dict[str, Detail]]:
    """Return what labels tell of each record of a form: another begins where a title or label names another unit,
    assignment, attempt or learner and the labels come again. It keeps what stands above all of them, and of what the
    title leaves unsaid the unit, the assignment and the learner of the record above."""
    starts = sorted({d.row for d in sections if d.kind == kind})
    first = next(iter(starts), 0)
    rows, titled = [row for row in outside if row < first], dict(context)
    found = [find_form(sheet, rows, kind, companions)]
    for start, end in pairwise([*starts, len(sheet.rows)]):
        part = [row for row in outside if start <= row < end]
        names = {d.field: d for d in sections if d.kind == kind and d.row == start}
        own, told = find_form(sheet, part, kind, companions), {**titled, **found[-1][None]}
        again = own[None].keys() & found[-1][None].keys() - {*OF_SECTIONS, "assessor"}
        if len(again) >= AGAIN and any(_is_another(told.get(name), detail) for name, detail in names.items()):
            rows, titled = part, names
            found.append(own)
        else:
            rows, titled = [*rows, *part], {**names, **titled}
            found[-1] = find_form(sheet, rows, kind, companions)
        found[-1][None] = {**titled, **found[-1][None]}
    found[0][None] = {**context, **found[0][None]}
    for above, below in pairwise(record[None] for record in found):
        same = {"learner", "registration"} if {"unit", "assignment"} & below.keys() else {*table(kind).shared}
        same |= {"unit"} if "unit" not in below else set()
        for name, detail in above.items():
            if name in same or detail.label_row < first:
                below.setdefault(name, detail)
    return [record for each in found for record in _attempts_of_form(each, kind)]


def _is_another(told: Detail | None, named: Detail) -> bool:
    """Return whether a title names something else than what was told before; a first attempt need not be."""
    if told is None:
        return named.field == "attempt" and named.value != "first"
    return named.value is not None and plain(str(told.value)) != plain(str(named.value))


def _attempts_of_form(told: Mapping[str | None, dict[str, Detail]], kind: str) -> Iterator[dict[str, Detail]]:
    """Yield the record of a form, and one of each further attempt that some of its labels name and that was made."""
    record = dict(told[None])
    if kind != "attempts":
        yield record
        return
    if "assignment" not in record and "brief" in record:  # "Assignment title" is what names it on a form
        record["assignment"] = replace(record["brief"], field="assignment")
    own = read_attempt(record["attempt"].value) if "attempt" in record else None
    further = {
        attempt: marked
        for attempt, marked in told.items()
        if attempt not in (None, own) and any(_is_made(marked, name) for name in table(kind).evidence_in_block)
    }
    for attempt, marked in told.items():
        if attempt is not None and attempt not in further and own not in (None, "first"):
            record |= {name: detail for name, detail in marked.items() if name not in record}
    yield record
    shared = {name: detail for name, detail in record.items() if name in table(kind).shared}
    for attempt, marked in further.items():
        yield {**shared, **marked, "attempt": replace(next(iter(marked.values())), field="attempt", value=attempt)}


def _is_made(marked: Mapping[str, Detail], name: str) -> bool:
    return name in marked and marked[name].value is not None and not is_no_date(str(marked[name].value))


def _verifies_a_brief(sheet: Sheet) -> bool:
    """Return whether a form's title, or its sheet's name, says that it is the internal verification of a brief."""
    first = next((row for row in sheet.rows if any(value is not None for value in row)), [])
    titles = (sheet.name, *(value for value in first if isinstance(value, str)))
    return any("brief_verified_on" in known(title, "assignments") for title in titles)


def _is_of_evidence(sheet: Sheet) -> bool:
    """Return whether the title of a form says that it records what a learner was seen to do."""
    first = next((row for row in sheet.rows if any(value is not None for value in row)), [])
    titles = [plain(value) for value in first if isinstance(value, str)]
    return len(titles) == 1 and any(f" {form} " in f" {titles[0]} " for form in words()["forms_of_evidence"])


def _in_table(region: Region, row: int) -> bool:
    """Return whether a row holds cells under at least two headings of a table."""
    return row in region.heading_rows or sum(is_filled(region.sheet.rows[row], c.index) for c in region.columns) >= 2


def _read(sheet: Sheet, names: Names, profiled: Told, *, is_turned: bool) -> tuple[list[Region], list[Detail]]:
    """Return the tables of a sheet, read down or across, and the details and titles above them."""
    regions = find_regions(sheet, (), names, profiled, is_turned=is_turned)
    told = _told(sheet, range(_first_heading(sheet, regions)), names)
    if is_turned and regions:
        first = min(region.heading_rows[0] for region in regions)
        left = replace(sheet, name="", rows=[row[:first] for row in sheet.rows])
        told += named_in_titles(left, range(len(left.rows)), names)
    if any(detail.kind != "programme" for detail in told):
        regions = find_regions(sheet, told, names, profiled, is_turned=is_turned) or regions
    sections = [] if is_turned else _sections(sheet, regions, names)
    return [_in_sections(region, sections) for region in regions], told


def _sections(sheet: Sheet, regions: Sequence[Region], names: Names) -> list[Detail]:
    """Return what titles and labels between the tables of a sheet, and between the records of one, tell."""
    headings = {row for region in regions for row in region.heading_rows}
    rows = range(min(headings), len(sheet.rows)) if headings else range(0)
    return find_sections(sheet, [row for row in rows if row not in headings], names)


def _in_sections(region: Region, sections: Sequence[Detail]) -> Region:
    """Return a table with what the sections of its records tell that no column of it does."""
    own = [d for d in sections if d.kind == region.kind and d.row in region.rows and d.field not in region.fields]
    return replace(region, sections=tuple(own))


def _certainty(regions: Sequence[Region]) -> int:
    """Return how many more columns were recognised than not, what labels tell for a table counted too.

    A heading that no cell stands under counts for nothing where it was not recognised.
    """
    return sum(
        len(region.details)
        + sum(bool(column.field) for column in region.columns)
        - sum(not column.field and _has_cells(region, column.index) for column in region.columns)
        for region in regions
    )


def _has_cells(region: Region, column: int) -> bool:
    return any(is_filled(row, column) for row in region.sheet.rows[region.first_row : region.last_row])


def _told(sheet: Sheet, rows: range, names: Names) -> list[Detail]:
    """Return what labels and titles in some rows of a sheet tell, the titles only what no label does."""
    details = find_details(sheet, rows)
    labelled = {(detail.kind, detail.field) for detail in details}
    titles = named_in_titles(sheet, rows, names)
    return [*details, *(detail for detail in titles if (detail.kind, detail.field) not in labelled)]


def _first_heading(sheet: Sheet, regions: Sequence[Region]) -> int:
    """Return the first row of a sheet that belongs to a table."""
    rows = [
        min(c.index for c in region.columns if c.field) if region.turned else region.heading_rows[0]
        for region in regions
    ]
    return min(rows, default=len(sheet.rows))
