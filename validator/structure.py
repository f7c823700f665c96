"""What the reader and the schemas object to, as findings: the STR rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from rules.catalogue import catalogue
from schemas.specification import table
from validator.findings import Coverage, Finding
from validator.reading import reference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from validator.layout.regions import Region
    from validator.layout.understand import UnderstoodSheet
    from validator.tables.build import Failure

OF_THE_READER = ("STR001", "STR002", "STR003", "STR004")
OF_THE_SCHEMAS = ("STR005", "STR006", "STR007", "STR008", "STR009", "STR010")


def of_sheets(sheets: Sequence[UnderstoodSheet]) -> list[Finding]:
    """Return what is to be said of the sheets, tables and headings of a workbook: STR002, STR003, STR004."""
    found: list[Finding] = []
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
            found.extend(_of_columns(region))
    return found


def _first_cell(understood: UnderstoodSheet) -> tuple[int, int]:
    return next(
        (row, column)
        for row, values in enumerate(understood.sheet.rows)
        for column, value in enumerate(values)
        if value is not None
    )


def _of_columns(region: Region) -> list[Finding]:
    specification = table(region.kind)
    sheet, row = region.sheet.name, region.heading_rows[-1]
    filled = region.fields | region.details.keys() | ({"learner"} if "registration" in region.fields else set())
    found = [
        _finding(
            "STR003",
            f"The {specification.title} on the sheet {sheet} has no column for: {specification.fields[name].plain}.",
            cells=(reference(sheet, row, region.columns[0].index),),
        )
        for name in specification.required
        if name not in filled
    ]
    for column in region.columns:
        if column.field or not _has_values(region, column.index):
            continue
        nearest = f" The nearest known heading is “{column.nearest}”." if column.nearest else ""
        found.append(
            _finding(
                "STR004",
                f"The heading “{column.heading}” was not recognised, so its column was not used.{nearest}",
                cells=(reference(sheet, column.row, column.index),),
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
    plain = specification.fields[failure.field].plain if failure.field else ""
    hint = f" ({failure.hint})" if failure.hint else ""
    match failure.code:
        case "STR005":
            return f"“{failure.text}” stands where the {plain} belongs, and it is not a date{hint}."
        case "STR006":
            return f"The {plain} “{failure.text}” is ambiguous: {failure.hint}. It was read with the day first."
        case "STR007":
            return f"The {plain} “{failure.text}” cannot be right: {failure.hint}."
        case "STR008":
            return f"“{failure.text}” stands where the {plain} belongs, and it means nothing that is known{hint}."
        case "STR009":
            return f"A record of the {specification.title} does not say its {plain}."
        case _:
            return f"This record of the {specification.title} stands in the tracker twice."


def coverage(findings: Mapping[str, int] | Counter[str], *, sheets: int, columns: int, records: int) -> list[Coverage]:
    """Return the coverage of the structural rules for a tracker that was read."""
    extent = {"STR001": 1, "STR002": sheets, "STR003": sheets, "STR004": columns}
    return [
        _covered(code, extent.get(code, records), findings.get(code, 0)) for code in (*OF_THE_READER, *OF_THE_SCHEMAS)
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
