"""The layouts in which centres spread a log of submissions over grids, sheets and blocks.

Each writes the attempts of a case to a workbook and notes in `places` where each value went. Lists of criteria
become a cell for each criterion, except in the layouts of `LISTING`; where such a cell went is not noted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from tests.headings import ATTEMPTS, heading, kind_of, unambiguous
from validator.mapping.places import Place, place_in
from validator.reading import reference
from validator.tables.criteria import read_criteria

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from tests.headings import Noise

Places = dict[str, str]
Records = dict[str, dict[str, Any]]
DECIDED = ("achieved", "not_achieved")
COLOURS = {"achieved": "FF92D050", "not_achieved": "FFFF5050"}
"""The colours of a grid that speaks by them."""
MARKS = (("A", "NA"), ("✓", "✗"), ("Y", "N"), (1, 0), ("Achieved", "Not achieved"), ("✓", "X"))
"""What says that a criterion was achieved, and that it was not, by the seed of the noise."""


@dataclass
class Canvas:
    """Cells to be written, in rows and columns or the other way round."""

    sheet: Worksheet
    noise: Noise
    turned: bool = False
    row: int = 0
    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    fills: dict[tuple[int, int], str] = field(default_factory=dict)

    def put(self, row: int, column: int, value: Any) -> str:
        """Note a cell; rows and columns count from 0. Return where it will stand."""
        self.cells[row, column] = None if value == "" else value
        at = (column, row) if self.turned else (row, column)
        return reference(self.sheet.title, *at)

    def skip(self) -> None:
        """Leave rows blank, where there is noise."""
        if self.noise.blank_rows and self.noise.random.random() < 0.3:
            self.row += self.noise.random.randint(1, 2)

    def columns(self, names: Iterable[Any]) -> dict[Any, int]:
        """Give each column its number, leaving blank columns between them where there is noise."""
        numbers, at = {}, 0
        for name in names:
            if self.noise.blank_columns and at and self.noise.random.random() < 0.15:
                at += 1
            numbers[name] = at
            at += 1
        return numbers

    def write(self) -> None:
        """Write the cells to the sheet."""
        for (row, column), value in self.cells.items():
            at = (column, row) if self.turned else (row, column)
            cell = self.sheet.cell(at[0] + 1, at[1] + 1, value)
            if isinstance(value, date):
                cell.number_format = "DD/MM/YYYY"
        for (row, column), colour in self.fills.items():
            self.sheet.cell(row + 1, column + 1).fill = PatternFill("solid", fgColor=colour)
        for top, left, bottom, right in self.merges:
            if (top, left) != (bottom, right):
                corners = ((left, top), (right, bottom)) if not self.turned else ((top, left), (bottom, right))
                first, last = (f"{get_column_letter(c + 1)}{r + 1}" for c, r in corners)
                self.sheet.merge_cells(f"{first}:{last}")


def grid_per_unit(
    book: Workbook,
    records: Records,
    noise: Noise,
    places: Places,
    *,
    turned: bool = False,
    told_by: str = "marks",
) -> None:
    """A sheet for each unit: learners down, blocks of columns for each assignment, a column for each criterion.

    Decisions are told by marks, by "dates" of achievement, or by "colours" with a key below.
    """
    for unit in dict.fromkeys(r["unit"] for r in records.values()):
        of_unit = {key: r for key, r in records.items() if r["unit"] == unit}
        canvas = Canvas(book.create_sheet(_sheet_name(book, unit, noise)), noise, turned)
        if noise.titled and not turned:
            canvas.put(0, 0, "BTEC internal assessment")
        canvas.row = 1 if turned else 2
        canvas.put(canvas.row - 1, 0, unit)
        _grid(canvas, of_unit, places, outer=lambda r: r["assignment"], told_by=told_by)
        canvas.write()


def grid_per_assignment(book: Workbook, records: Records, noise: Noise, places: Places, *, parts: bool = False) -> None:
    """A sheet for each assignment: learners down, a column for each criterion. `parts` as markbooks export it."""
    for unit, assignment in dict.fromkeys((r["unit"], r["assignment"]) for r in records.values()):
        own = {k: r for k, r in records.items() if (r["unit"], r["assignment"]) == (unit, assignment)}
        canvas = Canvas(book.create_sheet(_sheet_name(book, f"{unit} {assignment}", noise)), noise)
        canvas.put(0, 0, unit)
        canvas.put(1, 0, assignment)
        canvas.row = 3
        _grid(canvas, own, places, outer=None, parts=parts)
        canvas.write()


def blocks_per_assignment(book: Workbook, records: Records, noise: Noise, places: Places) -> None:
    """One sheet: learners down, a block of columns for each unit and assignment."""
    canvas = Canvas(book.create_sheet("Submissions"), noise)
    if noise.titled:
        canvas.put(0, 0, "Internal assessment tracker")
        canvas.row = 2
    _grid(canvas, records, places, outer=lambda r: f"{r['unit']} - {r['assignment']}", listing=True)
    canvas.write()


def sheet_per_learner(book: Workbook, records: Records, noise: Noise, places: Places) -> None:
    """A sheet for each learner, with the learner's details on top and a row for each attempt below."""
    for number, learner in enumerate(dict.fromkeys(r["learner"] for r in records.values())):
        own = {key: r for key, r in records.items() if r["learner"] == learner}
        canvas = Canvas(book.create_sheet(f"Learner {number}" if noise.renamed else learner[:30]), noise)
        where = {}
        for row, name in enumerate(n for n in ("learner", "registration") if any(n in r for r in own.values())):
            canvas.put(row, 0, heading("attempts", name, noise))
            where[name] = canvas.put(row, 1, next(iter(own.values())).get(name, ""))
            canvas.row = row + 2
        names = [n for n in dict.fromkeys(n for r in own.values() for n in r) if n not in where]
        numbers = canvas.columns(names)
        for name, column in numbers.items():
            canvas.put(canvas.row, column, heading("attempts", name, noise))
        for key, record in _ordered(own, noise):
            canvas.row += 1
            canvas.skip()
            places.update({f"attempts.{key}.{name}": place for name, place in where.items()})
            for name, column in numbers.items():
                places[f"attempts.{key}.{name}"] = canvas.put(canvas.row, column, record.get(name, ""))
        canvas.write()


def decisions_apart(book: Workbook, records: Records, noise: Noise, places: Places) -> None:
    """A log of attempts without lists of criteria, and a sheet with a row for each decision."""
    canvas = Canvas(book.create_sheet("Submissions"), noise)
    numbers = canvas.columns(n for n in dict.fromkeys(n for r in records.values() for n in r) if n not in DECIDED)
    for name, column in numbers.items():
        canvas.put(0, column, heading("attempts", name, noise))
    for key, record in _ordered(records, noise):
        canvas.row += 1
        canvas.skip()
        for name, column in numbers.items():
            places[f"attempts.{key}.{name}"] = canvas.put(canvas.row, column, record.get(name, ""))
    canvas.write()
    canvas = Canvas(book.create_sheet("Criteria decisions"), noise)
    key_names = ("learner", "unit", "assignment", "attempt")
    for column, name in enumerate((*key_names, "criterion", "outcome")):
        canvas.put(0, column, heading("decisions", name, noise))
    for _, record in _ordered(records, noise):
        for criterion, mark in _decisions(record, MARKS[noise.seed % len(MARKS)]):
            canvas.row += 1
            for column, value in enumerate((*(record.get(n, "") for n in key_names), criterion, mark)):
                canvas.put(canvas.row, column, value)
    canvas.write()


def _grid(
    canvas: Canvas,
    records: Records,
    places: Places,
    *,
    outer: Callable[[dict[str, Any]], str] | None,
    parts: bool = False,
    listing: bool = False,
    told_by: str = "marks",
) -> None:
    """Write learners down; for each block of `outer` and each attempt its fields and its criteria across."""
    noise = canvas.noise
    who = [n for n in ("learner", "registration") if any(n in r for r in records.values())]
    common = [*(["given", "family"] if parts else ["learner"]), *who[1:]]
    blocks = list(dict.fromkeys(outer(r) if outer else "" for r in records.values()))
    columns: list[Any] = list(common)
    for block in blocks:
        own = [r for r in records.values() if not outer or outer(r) == block]
        columns += [(block, kind, name) for kind in ATTEMPTS for name in _names(own, kind, listing=listing)]
    numbers = canvas.columns(columns)
    if outer:
        for block in blocks:
            at = [number for column, number in numbers.items() if column[0] == block and isinstance(column, tuple)]
            canvas.put(canvas.row, at[0], block)
            canvas.merges.append((canvas.row, at[0], canvas.row, at[-1]))
        canvas.row += 1
    for column, number in numbers.items():
        canvas.put(canvas.row, number, _heading(column, noise))
    stories: dict[tuple[Any, ...], list[tuple[str, dict[str, Any]]]] = {}
    for key, record in _ordered(records, noise):
        stories.setdefault(tuple(record.get(n) for n in who), []).append((key, record))
    marks = MARKS[noise.seed % len(MARKS)]
    for story, attempts in stories.items():
        canvas.row += 1
        canvas.skip()
        cells = dict(zip(who, story, strict=True))
        if parts:
            cells["given"], _, cells["family"] = str(cells["learner"]).partition(" ")
        where = {name: canvas.put(canvas.row, numbers[name], cells[name]) for name in common}
        where |= {"learner": where["given"]} if parts else {}
        for key, record in attempts:
            places.update({f"attempts.{key}.{name}": where[name] for name in who})
            at = {c[2]: n for c, n in numbers.items() if c[:2] == (outer(record) if outer else "", kind_of(record))}
            if told_by == "dates":
                marks = (record.get("assessed") or date(2023, 9, 29), "X")
            _put(canvas, key, record, at, marks, places, in_colours=told_by == "colours")
    if told_by == "colours":
        canvas.row += 1
        for row, name in enumerate(DECIDED):
            canvas.put(canvas.row + row + 1, 0, name.replace("_", " ").capitalize())
            canvas.fills[canvas.row + row + 1, 0] = COLOURS[name]
        canvas.row += 2
    elif noise.totals and told_by == "marks":  # dates explain themselves
        _foot(canvas, marks)


def _put(
    canvas: Canvas,
    key: str,
    record: dict[str, Any],
    columns: dict[str, int],
    marks: tuple[Any, Any],
    places: Places,
    *,
    in_colours: bool = False,
) -> None:
    """Write one attempt into the columns of its block."""
    decided = dict(_decisions(record, DECIDED if in_colours else marks))
    for name, number in columns.items():
        if name.startswith("=") and in_colours:
            if name[1:] in decided:
                canvas.fills[canvas.row, number] = COLOURS[decided[name[1:]]]
        elif name.startswith("="):
            canvas.put(canvas.row, number, decided.get(name[1:], ""))
        else:
            places[f"attempts.{key}.{name}"] = canvas.put(canvas.row, number, record.get(name, ""))


def _foot(canvas: Canvas, marks: tuple[Any, Any]) -> None:
    """Write a total and a key below."""
    for row, cells in ((2, ("Total", 3)), (4, (marks[0], "Achieved")), (5, (marks[1], "Not achieved"))):
        for column, value in enumerate(cells):
            canvas.put(canvas.row + row, column, value)


def _names(records: list[dict[str, Any]], kind: str, *, listing: bool) -> list[str]:
    """Return the columns of a block: the fields of its records, and a column for each criterion ("=A.P1")."""
    own = [r for r in records if kind_of(r) == kind]
    told = list(dict.fromkeys(n for r in own for n in r if n not in ("learner", "registration", "unit", "assignment")))
    fields = [n for n in told if n != "attempt" and (listing or n not in DECIDED)]
    if listing:
        return fields
    every = [c for r in own for n in ("targeted", *DECIDED) for c in _criteria(r.get(n, ""))]
    return [*fields, *(f"={criterion}" for criterion in sorted(set(every)))]


def _heading(column: Any, noise: Noise) -> str:
    if isinstance(column, str):
        return {"given": "First name", "family": "Surname"}.get(column) or heading("attempts", column, noise)
    _, kind, name = column
    said = {"first": "", "resubmission": "Resubmission", "retake": "Re-sit"}[kind]
    if name.startswith("="):
        return f"{name[1:]} ({said})" if said else name[1:]
    return f"{said} {unambiguous('attempts', name, noise)}".strip()


def _decisions(record: dict[str, Any], marks: tuple[Any, Any]) -> list[tuple[str, Any]]:
    return [
        (criterion, mark)
        for name, mark in zip(DECIDED, marks, strict=True)
        for criterion in _criteria(record.get(name, ""))
    ]


def _criteria(value: Any) -> tuple[str, ...]:
    found = read_criteria(value or None)
    return found if isinstance(found, tuple) else ()


def _ordered(records: Records, noise: Noise) -> list[tuple[str, dict[str, Any]]]:
    entries = list(records.items())
    if noise.shuffled:
        noise.random.shuffle(entries)
    return entries


def _sheet_name(book: Workbook, name: str, noise: Noise) -> str:
    if noise.renamed:
        return f"Sheet {len(book.sheetnames) + 100}"
    return "".join(c for c in name if c not in "[]:*?/\\")[:30]


def can_spread(records: Iterable[dict[str, Any]], layout: str) -> bool:
    """Say whether the records can stand in a layout: each of its learner, unit and assignment, decided once.

    A block has only the columns of its own records, and without a plan only a heading that is an assignment and
    nothing else says so. In a grid something must show that what was not achieved would be told.
    """
    records = list(records)
    named = all(record.get(name) for record in records for name in ("learner", "unit", "assignment"))
    alike = len({frozenset(record) for record in records}) <= 1
    read = [place_in(str(record.get("assignment"))) for record in records]
    plain = named and not any(rest or place.attempt for place, rest in read)
    in_rows = layout in ("sheet per learner", "decisions apart", "forms")
    marked = any(record.get("not_achieved") for record in records) and all(map(_is_decided, records))
    return named and (in_rows or (alike and plain)) and (layout in LISTING or marked)


def _is_decided(record: dict[str, Any]) -> bool:
    """Say whether a record lists what was achieved and what was not, and no criterion in both."""
    read = [read_criteria(record.get(name) or None) for name in DECIDED]
    lists = all(name in record for name in DECIDED) and all(isinstance(r, tuple | None) and r != ("*",) for r in read)
    return lists and not set(read[0] or ()) & set(read[1] or ())  # type: ignore[arg-type]


def can_stand_in_a_grid(results: Iterable[dict[str, Any]]) -> bool:
    """Say whether unit results can stand in a master grid: a grade for each learner and unit, and nothing besides."""
    results = list(results)
    told = [(record.get("learner"), record.get("unit")) for record in results]
    plain_units = all(place_in(str(unit)) == (Place(unit=str(unit)), "") for _, unit in told)
    only = all(record.keys() == {"learner", "unit", "grade"} and all(record.values()) for record in results)
    return bool(results) and only and plain_units and len(set(told)) == len(told) and len({u for _, u in told}) > 1


def master_grid(sheet: Worksheet, results: Records, noise: Noise, places: Places) -> None:
    """Learners down, units across, nothing but grades."""
    canvas = Canvas(sheet, noise)
    if noise.titled:
        canvas.put(0, 0, "Master grade tracker")
        canvas.row = 2
    numbers = canvas.columns(["learner", *dict.fromkeys(r["unit"] for r in results.values())])
    for name, column in numbers.items():
        canvas.put(canvas.row, column, "Learner" if name == "learner" else name)
    for learner in dict.fromkeys(r["learner"] for r in results.values()):
        canvas.row += 1
        canvas.skip()
        whose = canvas.put(canvas.row, numbers["learner"], learner)
        for key, record in results.items():
            if record["learner"] == learner:
                place = canvas.put(canvas.row, numbers[record["unit"]], record["grade"])
                places |= {f"unit_results.{key}.learner": whose, f"unit_results.{key}.unit": place}
                places[f"unit_results.{key}.grade"] = place
    if noise.totals:
        canvas.put(canvas.row + 2, numbers["learner"], "Passes")
        canvas.put(canvas.row + 2, numbers["learner"] + 1, 2)
    canvas.write()


def forms(book: Workbook, records: Records, noise: Noise, places: Places) -> None:
    """An assessment record for each attempt, a sheet each: labels on top, a row for each criterion, signatures."""
    for number, (key, record) in enumerate(_ordered(records, noise)):
        canvas = Canvas(book.create_sheet(f"Record {number + 1}"), noise)
        if noise.titled:
            canvas.put(0, 0, "Assessment record sheet")
            canvas.row = 2
        for name, value in record.items():
            if name in DECIDED:
                continue
            canvas.put(canvas.row, 0, heading("attempts", name, noise))
            places[f"attempts.{key}.{name}"] = canvas.put(canvas.row, 1, value)
            canvas.row += 1
        canvas.row += 1
        for column, text in enumerate(("Targeted criteria", "Criteria achieved (Yes/No)", "Assessment comments")):
            canvas.put(canvas.row, column, text)
        marked = dict(_decisions(record, ("Yes", "No")))
        for criterion in sorted({*marked, *_criteria(record.get("targeted", ""))}):
            canvas.row += 1
            canvas.put(canvas.row, 0, criterion)
            canvas.put(canvas.row, 1, marked.get(criterion, ""))
        canvas.write()


SPREAD = {
    "grid per unit": grid_per_unit,
    "grid of dates": lambda *a: grid_per_unit(*a, told_by="dates"),
    "grid of colours": lambda *a: grid_per_unit(*a, told_by="colours"),
    "forms": forms,
    "grid per unit, turned": lambda *a: grid_per_unit(*a, turned=True),
    "grid per assignment": grid_per_assignment,
    "markbook export": lambda *a: grid_per_assignment(*a, parts=True),
    "blocks per assignment": blocks_per_assignment,
    "sheet per learner": sheet_per_learner,
    "decisions apart": decisions_apart,
}
LISTING = ("blocks per assignment", "sheet per learner")
"""The layouts in which criteria stand in lists."""
