"""Renders the tables of a case as a real workbook, in any of the layouts that centres keep, with noise on demand.

`render` returns where each value went, so that a test can hold a finding's cells to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from schemas.specification import table
from tests.grids import SPREAD, can_spread, can_stand_in_a_grid, master_grid
from tests.headings import ATTEMPTS, Noise, heading, kind_of, unambiguous
from validator.reading import reference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

Tables = dict[str, dict[str, dict[str, Any]]]
Places = dict[str, str]
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")

SHEETS = {
    "assignments": "Assessment Plan",
    "learners": "Learners",
    "units": "Units",
    "attempts": "Submissions",
    "terms": "Term dates",
    "staff": "Staff",
    "extensions": "Extensions",
    "verifications": "Internal verification",
    "feedback": "Feedback log",
    "unit_results": "Unit results",
    "awards": "Awards",
}
IN_A_LOG = ("log", "one sheet", "lists beside each other", "master grid", "right to left")
"""The layouts that keep attempts as a log."""
COMMON = ("learner", "registration", "unit", "assignment")


def render(tables: Tables, path: Path, layout: str = "log", noise: Noise | None = None) -> Places:
    """Write the tables as a workbook and return the reference of each `table.record.field`."""
    noise = noise or Noise()
    book = Workbook()
    book.remove(book.active)
    places: Places = {}
    names = dict(SHEETS)
    if noise.renamed:
        names = {
            kind: f"{noise.random.choice(['Blatt', 'Sheet', 'My', 'Copy of', 'BTEC'])} {number}"
            for number, kind in enumerate(names)
        }
    noise.arabic |= layout == "right to left"
    if layout == "one sheet":
        _one_sheet(book.create_sheet("Tracker"), tables, noise, places)
        book.save(path)
        return places
    if layout == "lists beside each other":
        lists = {kind: tables[kind] for kind in ("learners", "units", "terms", "staff") if kind in tables}
        _beside(book.create_sheet("Lists"), lists, noise, places)
        tables = {kind: rows for kind, rows in tables.items() if kind not in lists}
    if "programme" in tables or "assignments" in tables:
        _plan(book.create_sheet(names["assignments"]), tables, noise, places)
    for kind in SHEETS:
        if kind in tables and layout == "master grid" and kind == "unit_results":
            master_grid(book.create_sheet("Grades"), tables[kind], noise, places)
        elif kind in tables and kind not in ("assignments", "attempts"):
            _table(book.create_sheet(names[kind]), kind, tables[kind], noise, places)
    if "attempts" in tables:
        if layout in SPREAD:
            SPREAD[layout](book, tables["attempts"], noise, places)
        elif layout in IN_A_LOG:
            _table(book.create_sheet(names["attempts"]), "attempts", tables["attempts"], noise, places)
        else:
            sheet = book.create_sheet(names["attempts"])
            _blocks(sheet, tables["attempts"], noise, places, marked=layout == "prefixed")
    for sheet in book.worksheets:
        sheet.sheet_view.rightToLeft = noise.arabic
    book.save(path)
    return places


def can_render(tables: Tables, layout: str) -> bool:
    """Say whether a layout can hold the records: blocks have room for one attempt of each kind, and decisions that
    stand by themselves are on no sheet."""
    if tables.keys() - {"programme", *SHEETS} or len(tables.get("programme", {})) > 1:
        return False
    headed = all(table(kind).fields[n].headings for kind, rows in tables.items() for r in rows.values() for n in r)
    if not headed or not all(_is_recognisable(kind, rows) for kind, rows in tables.items()):
        return False
    attempts = list(tables.get("attempts", {}).values())
    # without a plan, the columns of a grid say what is targeted
    is_told = "assignments" in tables or any("targeted" in record for record in attempts)
    if layout in SPREAD and not (attempts and is_told and can_spread(attempts, layout)):
        return False
    kinds = [(r.get("learner"), r.get("unit"), r.get("assignment"), kind_of(r)) for r in attempts]
    once = len(set(kinds)) == len(kinds)
    if (layout == "master grid" and not can_stand_in_a_grid(tables.get("unit_results", {}).values())) or (
        layout == "sheet per learner" and _has_two_names(tables)
    ):
        return False
    if layout in (*IN_A_LOG, "sheet per learner", "decisions apart"):
        return all("attempt" in record for record in attempts) and (once or layout != "decisions apart")
    shown = [any(r.get(n) for n in table("attempts").evidence_in_block) for r in attempts if kind_of(r) != "first"]
    return once and all(kind for *_, kind in kinds) and all(shown)


def _has_two_names(tables: Tables) -> bool:
    """Say whether one registration number stands beside two names, each of which would have a sheet of its own."""
    records = [*tables.get("learners", {}).values(), *tables.get("attempts", {}).values()]
    named = {(str(r["registration"]).casefold(), r.get("learner")) for r in records if r.get("registration")}
    return len({number for number, _ in named}) < len(named)


def _is_recognisable(kind: str, rows: dict[str, dict[str, Any]]) -> bool:
    """Say whether a table has the columns by which its kind is known, and those that it cannot do without: a sheet
    without the former is left over, and of one without the latter a workbook tells more (STR003) than tables can."""
    known = (*table(kind).recognised_by, *table(kind).recognised_weakly_by)
    columns = set(_columns(rows))
    return not rows or (columns >= set(table(kind).required) and any(needed <= columns for needed in known or [set()]))


def _columns(records: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for record in records.values() for name in record))


def _cell(value: Any) -> Any:
    return None if value == "" else value


@dataclass
class _Writer:
    sheet: Worksheet
    noise: Noise
    row: int = 1
    left: int = 0
    """How many columns stand left of the table."""

    def skip(self) -> None:
        if self.noise.blank_rows and self.noise.random.random() < 0.3:
            self.row += self.noise.random.randint(1, 2)

    def columns(self, names: list[Any]) -> dict[Any, int]:
        """Give each column its number, leaving blank columns between them where there is noise."""
        numbers, at = {}, 1
        for name in names:
            if self.noise.blank_columns and self.noise.random.random() < 0.2:
                at += 1
            numbers[name] = at
            at += 1
        return numbers

    def put(self, column: int, value: Any) -> str:
        column += self.left
        if isinstance(value, date) and self.noise.arabic:
            value = value.isoformat().translate(ARABIC_DIGITS)
        cell = self.sheet.cell(self.row, column, _cell(value))
        if isinstance(value, date):
            cell.number_format = "DD/MM/YYYY"
        return reference(self.sheet.title, self.row - 1, column - 1)

    def title(self, text: str) -> None:
        if self.noise.titled:
            self.put(1, text)
            self.row += 2
            self.put(1, "For the programme team. Dates are day/month/year.")
            self.row += 1
        self.skip()

    def end(self, first: int) -> None:
        if self.noise.totals:
            self.row += 1
            self.put(first, "Total")
            self.put(first + 1, self.row)
            self.row += 2
            self.put(first, "Key: U = unclassified")


def _one_sheet(sheet: Worksheet, tables: Tables, noise: Noise, places: Places) -> None:
    """Write all tables below each other on one sheet, each under a title."""
    writer = _Writer(sheet, noise)
    _details(writer, tables, places)
    for kind, title in SHEETS.items():
        if kind in tables:
            writer.row += 1
            writer.put(1, title)
            writer.row += 1 + noise.blank_rows
            _rows(writer, kind, tables[kind], places)
            writer.row += 1


def _beside(sheet: Worksheet, tables: Tables, noise: Noise, places: Places) -> None:
    """Write tables beside each other, a blank column between them."""
    plain_noise = replace(noise, blank_columns=False)
    writer = _Writer(sheet, plain_noise)
    for kind, rows in tables.items():
        writer.row = 1
        writer.title(SHEETS[kind])
        writer.row = 5
        _rows(writer, kind, rows, places)
        writer.left += len(_columns(rows)) + 1


def _plan(sheet: Worksheet, tables: Tables, noise: Noise, places: Places) -> None:
    writer = _Writer(sheet, noise)
    writer.title("BTEC assessment plan")
    _details(writer, tables, places)
    if "assignments" in tables:
        _rows(writer, "assignments", tables["assignments"], places)


def _details(writer: _Writer, tables: Tables, places: Places) -> None:
    """Write the details of the programme, a row for each label and its value."""
    for key, record in tables.get("programme", {}).items():
        for name, value in record.items():
            writer.put(1, heading("programme", name, writer.noise))
            gap = 1 if writer.noise.blank_columns else 0
            places[f"programme.{key}.{name}"] = writer.put(2 + gap, value)
            writer.row += 1
    writer.row += 1


def _table(sheet: Worksheet, kind: str, records: dict[str, dict[str, Any]], noise: Noise, places: Places) -> None:
    writer = _Writer(sheet, noise)
    writer.title(f"{kind.capitalize()} of the programme")
    _rows(writer, kind, records, places)


def _rows(writer: _Writer, kind: str, records: dict[str, dict[str, Any]], places: Places) -> None:
    numbers = writer.columns(_columns(records))
    for name, column in numbers.items():
        writer.put(column, heading(kind, name, writer.noise))
    writer.row += 1
    for key, record in _ordered(records, writer.noise):
        writer.skip()
        for name, column in numbers.items():
            places[f"{kind}.{key}.{name}"] = writer.put(column, record.get(name, ""))
        writer.row += 1
    writer.end(min(numbers.values(), default=1))


def _ordered(records: dict[str, dict[str, Any]], noise: Noise) -> list[tuple[str, dict[str, Any]]]:
    entries = list(records.items())
    if noise.shuffled:
        noise.random.shuffle(entries)
    return entries


def _blocks(
    sheet: Worksheet, records: dict[str, dict[str, Any]], noise: Noise, places: Places, *, marked: bool
) -> None:
    """Write a row per learner and assignment: blocks under merged headings, or marked headings in one row."""
    writer = _Writer(sheet, noise)
    writer.title("Internal assessment tracker")
    every = _columns(records)
    common = [name for name in COMMON if name in every]
    kinds = [kind for kind in ATTEMPTS if any(kind_of(record) == kind for record in records.values())]
    own = {
        kind: [
            n
            for n in _columns({k: r for k, r in records.items() if kind_of(r) == kind})
            if n not in (*COMMON, "attempt")
        ]
        for kind in kinds
    }
    numbers = writer.columns([*common, *((kind, name) for kind in kinds for name in own[kind])])
    labels = {column: _block_heading(column, noise, marked=marked) for column in numbers}
    if marked:
        for column, number in numbers.items():
            writer.put(number, labels[column])
    else:
        _two_rows(writer, numbers, labels, common, kinds, own)
    writer.row += 1
    stories: dict[tuple[Any, ...], dict[str, tuple[str, dict[str, Any]]]] = {}
    for key, record in _ordered(records, noise):
        stories.setdefault(tuple(record.get(n) for n in common), {})[str(kind_of(record))] = (key, record)
    for story, attempts in stories.items():
        writer.skip()
        common_places = {name: writer.put(numbers[name], value) for name, value in zip(common, story, strict=True)}
        for kind, (key, record) in attempts.items():
            places.update({f"attempts.{key}.{name}": place for name, place in common_places.items()})
            for name in own[kind]:
                places[f"attempts.{key}.{name}"] = writer.put(numbers[kind, name], record.get(name, ""))
        writer.row += 1
    writer.end(1)


def _block_heading(column: Any, noise: Noise, *, marked: bool) -> str:
    if isinstance(column, str):
        return heading("attempts", column, noise)
    kind, name = column
    own = unambiguous("attempts", name, noise)
    return f"{ATTEMPTS[kind]} {own}" if marked and kind != "first" else own


def _two_rows(
    writer: _Writer,
    numbers: dict[Any, int],
    labels: dict[Any, str],
    common: list[str],
    kinds: list[str],
    own: dict[str, list[str]],
) -> None:
    merge: Callable[[int, int, int, int], None] = lambda top, left, bottom, right: writer.sheet.merge_cells(  # noqa: E731
        f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
    )
    for name in common:
        writer.put(numbers[name], labels[name])
        merge(writer.row, numbers[name], writer.row + 1, numbers[name])
    for kind in kinds:
        block = [numbers[kind, name] for name in own[kind]]
        writer.put(block[0], ATTEMPTS[kind])
        merge(writer.row, block[0], writer.row, block[-1])
    writer.row += 1
    for column, number in numbers.items():
        if not isinstance(column, str):
            writer.put(number, labels[column])
