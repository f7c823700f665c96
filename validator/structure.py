"""What the reader and the schemas object to, as findings: the STR rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from rules.catalogue import catalogue
from schemas.specification import plain, table, words
from validator.findings import Coverage, Finding
from validator.layout.columns import DECISION
from validator.mapping.headings import known
from validator.reading import reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from validator.concerned import Concerned
    from validator.layout.columns import Column
    from validator.layout.region import Region
    from validator.layout.understand import UnderstoodSheet
    from validator.reading import Value
    from validator.tables.build import Failure

LEAST = 2
"""So many rows with a date in the same column are records, and not one line beside the table."""
AS_A_RECORD = 3
"""So many cells make a row a record."""

OF_THE_READER = ("STR001", "STR002", "STR003", "STR004")
OF_THE_SCHEMAS = ("STR005", "STR006", "STR007", "STR008", "STR009", "STR010")
OF_CELLS = ("STR011", "STR012", "STR013", "STR014")


def of_sheets(sheets: Sequence[UnderstoodSheet]) -> list[Finding]:
    """Return what is to be said of the sheets, tables and headings of a workbook: STR002, STR003, STR004."""
    found: list[Finding] = []
    is_planned = any({"assignment", "criteria"} <= region.fields for sheet in sheets for region in sheet.regions)
    for understood in sheets:
        if understood.is_left_over:
            cell = reference(understood.sheet.place, *_first_cell(understood))
            found.append(
                _finding(
                    "STR002",
                    f"The sheet {understood.sheet.place} holds data, and no table was recognised on it, so nothing "
                    "on it was checked.",
                    cells=(cell,),
                )
            )
        for region in understood.regions:
            found.extend(_of_columns(region, is_planned=is_planned))
            found.extend(_of_issues(region))
        found.extend(_of_labels(understood))
        found.extend(_beyond_tables(understood))
        found.extend(_of_hidden(understood))
    return found


def _beyond_tables(understood: UnderstoodSheet) -> Iterator[Finding]:
    """Yield a finding for records beside, above or below the tables of a sheet, and for columns of dates without a
    heading. Records are told by dates: notes, keys and totals stand around tables too, and are none."""
    sheet = understood.sheet
    if not understood.regions or any(region.turned for region in understood.regions):
        return
    free: dict[int, list[int]] = {}
    told = {(d.row, d.column) for d in understood.details}
    inside = [({column.index for column in region.columns}, region) for region in understood.regions if region.columns]
    told |= {(d.row, d.column) for region in understood.regions for d in region.details.values()}
    told |= {(d.row, d.column) for region in understood.regions for _, d in region.of_blocks}
    for number, row in enumerate(sheet.rows):
        taken: set[int] = set()
        for columns, region in inside:
            if region.heading_rows[0] <= number < region.last_row:
                taken |= columns
        cells = [
            at for at, value in enumerate(row) if value is not None and at not in taken and (number, at) not in told
        ]
        if cells:
            free[number] = cells
    dates = [(number, at) for number, cells in free.items() for at in cells if _is_entry(sheet.rows[number], at)]
    again = Counter(at for _, at in dates)
    records = [number for number, at in dates if again[at] >= LEAST and len(free[number]) >= AS_A_RECORD]
    if len(set(records)) >= LEAST:
        cell = reference(sheet.place, records[0], free[records[0]][0])
        yield _finding(
            "STR002",
            f"From {cell.rpartition('!')[2]} on, the sheet {sheet.place} holds rows of data that belong to no table "
            "that was recognised, so they were not checked.",
            cells=(cell,),
        )
        return
    for at in sorted(again):
        rows = [
            number for number, column in dates if column == at and any(number in region.rows for _, region in inside)
        ]
        if len(rows) >= LEAST:
            cell = reference(sheet.place, rows[0], at)
            message = f"A column of dates without a heading begins at {cell.rpartition('!')[2]}, and was not used."
            yield _finding("STR004", message, cells=(cell,))


def _is_entry(row: Sequence[Value], column: int) -> bool:
    """Return whether a cell is a date that no label stands before, as it does in a form."""
    if not isinstance(row[column], date):
        return False
    before = next((value for value in reversed(row[:column]) if value is not None), None)
    if not isinstance(before, str):
        return True
    is_label = before.rstrip().endswith(":") or any(word in words()["bare_dates"] for word in plain(before).split())
    return not is_label


def _of_labels(understood: UnderstoodSheet) -> Iterator[Finding]:
    """Yield a finding for each error, or formula without a value, that stands as a heading or beside a known label."""
    sheet = understood.sheet
    if any(region.turned for region in understood.regions):
        return
    for issue in sheet.issues:
        row = sheet.rows[issue.row] if issue.row < len(sheet.rows) else []
        before = next((v for v in reversed(row[: issue.column]) if v is not None), None)
        as_heading = any(issue.row in region.heading_rows and region.columns for region in understood.regions)
        in_table = any(issue.row in region.rows for region in understood.regions)
        if as_heading:
            what = "The heading"
        elif isinstance(before, str) and not in_table and known(before, "programme"):
            what = f"What stands beside “{before.strip()}”"
        else:
            continue
        cell = reference(sheet.place, issue.row, issue.column)
        if issue.kind == "error-value":
            yield _finding(
                "STR012", f"{what} is the error value {issue.text}, so nothing was read there.", cells=(cell,)
            )
        else:
            message = f"{what} is a formula whose result was never stored, so nothing was read there."
            yield _finding("STR011", message, cells=(cell,))


def _of_issues(region: Region) -> Iterator[Finding]:
    """Yield a finding for each cell of a table's records that holds an error, or a formula without a value."""
    columns = {column.index: column for column in region.columns if column.field}
    for issue in region.sheet.issues:
        if issue.column not in columns or not region.first_row <= issue.row < region.last_row:
            continue
        cell = region.cell(issue.row, issue.column)
        name, about = _name(region, columns[issue.column]), _about(region, issue.row, columns[issue.column])
        if issue.kind == "error-value":
            message = f"The {name} is the error value {issue.text}, so nothing is on record there."
            yield _finding("STR012", message, cells=(cell,), **about)
        else:
            message = f"The {name} is a formula whose result was never stored, so nothing is on record there."
            yield _finding("STR011", message, cells=(cell,), **about)


def _about(region: Region, row: int, column: Column) -> dict[str, str]:
    """Return whose record, and of what, a cell of a table is part of, as far as its row and its block tell."""
    cells = region.sheet.rows[row]
    told = {
        str(c.field): cells[c.index]
        for c in region.columns
        if c.field in _WHOSE and not c.part and c.index < len(cells)
    }
    told |= {name: place for name in ("unit", "assignment") if (place := getattr(column.place, name))}
    return {name: value for name, value in told.items() if isinstance(value, str)}


_WHOSE = ("learner", "unit", "assignment")


def _of_hidden(understood: UnderstoodSheet) -> Iterator[Finding]:
    """Yield a finding for a hidden sheet with records, and for the hidden rows and columns of each table."""
    sheet = understood.sheet
    if not understood.regions:
        return
    if not sheet.visible:
        message = f"The sheet {sheet.place} is hidden and holds records; they were checked like all others."
        yield _finding("STR013", message, cells=(reference(sheet.place, understood.regions[0].heading_rows[0], 0),))
    for region in understood.regions:
        view = region.sheet
        records = range(region.first_row, region.last_row)
        rows = [
            row for row in sorted(view.hidden_rows) if row in records and any(v is not None for v in view.rows[row])
        ]
        columns = [c.index for c in region.columns if c.index in view.hidden_columns and _has_values(region, c.index)]
        if rows or columns:
            names = ("column", "row") if region.turned else ("row", "column")
            what = " and ".join(
                _counted(len(which), word) for which, word in zip((rows, columns), names, strict=True) if which
            )
            places = [region.cell(row, region.columns[0].index) for row in rows]
            places += [region.cell(region.heading_rows[-1], column) for column in columns]
            message = f"The table on the sheet {sheet.place} has {what} hidden; they were checked like all others."
            yield _finding("STR013", message, cells=tuple(places))


def _name(region: Region, column: Column) -> str:
    """Return what people call what a column holds."""
    if column.field == DECISION:
        return f"decision on {column.place.criterion}"
    return table(region.kind).fields[str(column.field)].plain


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _first_cell(understood: UnderstoodSheet) -> tuple[int, int]:
    return next(
        (row, column)
        for row, values in enumerate(understood.sheet.rows)
        for column, value in enumerate(values)
        if value is not None
    )


def _of_columns(region: Region, *, is_planned: bool) -> list[Finding]:
    """Return what is to be said of the headings of a table; where the assignments and their criteria are planned, a
    grid of criteria need not say which assignment it is about."""
    specification = table(region.kind)
    sheet = region.sheet.place
    filled = region.fields | region.details.keys() | ({"learner"} if "registration" in region.fields else set())
    if is_planned and region.decisions:
        filled |= {"assignment"}
    found = [
        _finding(
            "STR003",
            f"The {specification.title} on the sheet {sheet} has no column for: {specification.fields[name].plain}.",
            cells=(region.first_cell,),
        )
        for name in specification.required
        if name not in filled
    ]
    for column in region.columns:
        if column.field or column.how == "profile" or not _has_values(region, column.index):
            continue
        nearest = f" The nearest known heading is “{column.nearest}”." if column.nearest else ""
        found.append(
            _finding(
                "STR004",
                f"The heading “{column.heading}” was not recognised, so its column was not used.{nearest}",
                cells=(region.cell(column.row, column.index),),
            )
        )
    return found


def _has_values(region: Region, column: int) -> bool:
    rows = region.sheet.rows[region.first_row : region.last_row]
    return any(column < len(row) and row[column] is not None for row in rows)


def of_failures(failures: Sequence[Failure], concerned: Concerned) -> dict[int, list[Finding]]:
    """Return the findings of the schemas by tracker: STR005 to STR010."""
    found: dict[int, list[Finding]] = defaultdict(list)
    for failure in failures:
        finding = _finding(
            failure.code, _sentence(failure), cells=failure.cells, criterion=failure.field, **failure.about
        )
        found[failure.tracker].append(concerned.of_record(finding, failure.table, failure.row))
    return found


def _sentence(failure: Failure) -> str:
    specification = table(failure.table)
    name = specification.fields[failure.field].plain if failure.field else ""
    told = {"text": failure.text, "hint": failure.hint, "name": name, "table": specification.title}
    return _SENTENCES[failure.code].format(**told, why=f" ({failure.hint})" if failure.hint else "")


_SENTENCES = {
    "STR005": "“{text}” stands where the {name} belongs, and it is not a date{why}.",
    "STR006": "The {name} “{text}” is ambiguous: {hint}. It was read with the day first.",
    "STR007": "The {name} “{text}” cannot be right: {hint}.",
    "STR008": "“{text}” stands where the {name} belongs, and it means nothing that is known{why}.",
    "STR009": "A record of the {table} does not say its {name}.",
    "STR010": "This record of the {table} stands in the tracker twice.",
    "STR014": "Two places of the tracker disagree about the {name}: “{text}” and “{hint}”.",
}


def coverage(findings: Mapping[str, int] | Counter[str], *, sheets: int, columns: int, records: int) -> list[Coverage]:
    """Return the coverage of the structural rules for a tracker that was read."""
    extent = {"STR001": 1, "STR002": sheets, "STR003": sheets, "STR004": columns}
    return [
        _covered(code, extent.get(code, records), findings.get(code, 0))
        for code in (*OF_THE_READER, *OF_THE_SCHEMAS, *OF_CELLS)
    ]


def _covered(code: str, checked: int, breaches: int) -> Coverage:
    if breaches:
        return Coverage(code, "breached", max(checked, breaches), breaches)
    return Coverage(code, "passed" if checked else "not-applicable", checked)


def _finding(
    code: str, message: str, *, cells: tuple[str, ...] = (), criterion: str | None = None, **about: str
) -> Finding:
    rule = catalogue()[code]
    remedy = rule.page["remedy"]
    found = Finding(code, rule.name, rule.severity, message, remedy, rule.section, criterion=criterion, cells=cells)
    return replace(found, **about)  # type: ignore[arg-type]
