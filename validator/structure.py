"""What the reader and the schemas object to, as findings: the STR rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from rules.catalogue import catalogue
from schemas.specification import table
from validator.findings import Coverage, Finding
from validator.layout.regions import DECISION
from validator.reading import reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from validator.layout.regions import Column, Region
    from validator.layout.understand import UnderstoodSheet
    from validator.tables.build import Failure

OF_THE_READER = ("STR001", "STR002", "STR003", "STR004")
OF_THE_SCHEMAS = ("STR005", "STR006", "STR007", "STR008", "STR009", "STR010")
OF_CELLS = ("STR011", "STR012", "STR013", "STR014")


def of_sheets(sheets: Sequence[UnderstoodSheet]) -> list[Finding]:
    """Return what is to be said of the sheets, tables and headings of a workbook: STR002, STR003, STR004."""
    found: list[Finding] = []
    is_planned = any({"assignment", "criteria"} <= region.fields for sheet in sheets for region in sheet.regions)
    for understood in sheets:
        if understood.is_left_over:
            cell = reference(understood.sheet.name, *_first_cell(understood))
            found.append(
                _finding(
                    "STR002",
                    f"The sheet {understood.sheet.name} holds data, and no table was recognised on it, so nothing "
                    "on it was checked.",
                    cells=(cell,),
                )
            )
        for region in understood.regions:
            found.extend(_of_columns(region, is_planned=is_planned))
            found.extend(_of_issues(region))
        found.extend(_of_hidden(understood))
    return found


def _of_issues(region: Region) -> Iterator[Finding]:
    """Yield a finding for each cell of a table's records that holds an error, or a formula without a value."""
    columns = {column.index: column for column in region.columns if column.field}
    for issue in region.sheet.issues:
        if issue.column not in columns or not region.first_row <= issue.row < region.last_row:
            continue
        cell = region.cell(issue.row, issue.column)
        name = _name(region, columns[issue.column])
        if issue.kind == "error-value":
            yield _finding(
                "STR012", f"The {name} is the error value {issue.text}, so nothing is on record there.", cells=(cell,)
            )
        else:
            message = f"The {name} is a formula whose result was never stored, so nothing is on record there."
            yield _finding("STR011", message, cells=(cell,))


def _of_hidden(understood: UnderstoodSheet) -> Iterator[Finding]:
    """Yield a finding for a hidden sheet with records, and for the hidden rows and columns of each table."""
    sheet = understood.sheet
    if not understood.regions:
        return
    if not sheet.visible:
        message = f"The sheet {sheet.name} is hidden and holds records; they were checked like all others."
        yield _finding("STR013", message, cells=(reference(sheet.name, understood.regions[0].heading_rows[0], 0),))
    for region in understood.regions:
        view = region.sheet
        records = range(region.first_row, region.last_row)
        rows = [
            row for row in sorted(view.hidden_rows) if row in records and any(v is not None for v in view.rows[row])
        ]
        columns = [c.index for c in region.columns if c.index in view.hidden_columns and _has_values(region, c.index)]
        if rows or columns:
            words = ("column", "row") if region.turned else ("row", "column")
            what = " and ".join(
                _counted(len(which), word) for which, word in zip((rows, columns), words, strict=True) if which
            )
            places = [region.cell(row, region.columns[0].index) for row in rows]
            places += [region.cell(region.heading_rows[-1], column) for column in columns]
            message = f"The table on the sheet {sheet.name} has {what} hidden; they were checked like all others."
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
    sheet, row = region.sheet.name, region.heading_rows[-1]
    filled = region.fields | region.details.keys() | ({"learner"} if "registration" in region.fields else set())
    if is_planned and region.decisions:
        filled |= {"assignment"}
    found = [
        _finding(
            "STR003",
            f"The {specification.title} on the sheet {sheet} has no column for: {specification.fields[name].plain}.",
            cells=(region.cell(row, region.columns[0].index),),
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


def of_failures(failures: Sequence[Failure]) -> dict[int, list[Finding]]:
    """Return the findings of the schemas by tracker: STR005 to STR010."""
    found: dict[int, list[Finding]] = defaultdict(list)
    for failure in failures:
        finding = _finding(
            failure.code, _sentence(failure), cells=failure.cells, criterion=failure.field, **failure.about
        )
        found[failure.tracker].append(finding)
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
