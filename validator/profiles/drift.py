"""In what a tracker is no longer what a profile describes: headings that are missing, new ones, and which are alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.specification import plain
from validator.findings import Drift
from validator.profiles import NO_PROFILE, fits, key_of
from validator.profiles.applying import keys_of, texts_of
from validator.profiles.meanings import closest, table_names
from validator.reading import place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from validator.findings import ColumnReading, SheetReading
    from validator.profiles import NamedHeading, Profile
    from validator.reading import Sheet


def drift_of(profile: Profile, grids: Sequence[Sheet], sheets: Sequence[SheetReading]) -> tuple[Drift, ...]:
    """Return in what a tracker differs from what a profile says of it: `grids` are its sheets, `sheets` how they were
    read with that profile.

    A heading that is missing is told with the new one that is most like it, and that one not again.
    """
    if profile == NO_PROFILE:
        return ()
    new = [column for sheet in sheets for column in _left_over(profile, sheet)]
    missing = [*_missing_headings(profile, grids, new)]
    told = {drift.cell for drift in missing}
    surplus = [_surplus(column) for column in new if column.cell not in told]
    return (
        *missing,
        *_missing_sheets(profile, sheets),
        *_missing_cells(profile, sheets),
        *_unused(profile, sheets),
        *surplus,
    )


def _left_over(profile: Profile, sheet: SheetReading) -> Iterator[ColumnReading]:
    """Yield the headings that neither the profile nor the vocabulary knows."""
    for columns in (*(table.columns for table in sheet.tables), sheet.left_over):
        for column in columns:
            if column.field is None and not profile.heading(column.heading, sheet.sheet):
                yield column


def _missing_headings(profile: Profile, grids: Sequence[Sheet], new: Sequence[ColumnReading]) -> Iterator[Drift]:
    here = {grid.name: {key for _, _, text in texts_of(grid) for key in keys_of(text)} for grid in grids}
    left_out = {grid.name for grid in grids if (named := profile.sheet(grid.name)) and not named.table}
    free = list(new)
    for heading in profile.headings:
        scope = [grid.name for grid in grids if heading.is_for(grid.name) and grid.name not in left_out]
        if not scope or any(heading.key in here[sheet] for sheet in scope):
            continue
        near = _nearest(heading, [column for column in free if place(column.cell)[0] in scope])
        where = f" on sheet {heading.sheet}" if heading.sheet != "*" else ""
        said = f"The profile expects the heading “{heading.text}”{where} ({heading.meaning}), which is not there"
        if near is None:
            yield Drift("missing", f"{said}.", heading.text, heading.sheet if where else "")
            continue
        free.remove(near)
        sheet = place(near.cell)[0]
        yield Drift(
            "missing",
            f"{said}; the sheet {sheet} has “{_one_line(near.heading)}” ({near.cell}), which nothing recognises: "
            "nearest. If it is the same heading, write it in the profile instead.",
            heading.text,
            sheet,
            near.heading,
            near.cell,
        )


def _nearest(heading: NamedHeading, new: Sequence[ColumnReading]) -> ColumnReading | None:
    spoken = closest(heading.text, [plain(column.heading) for column in new])
    return next((column for column in new if spoken and plain(column.heading) == spoken), None)


def _missing_sheets(profile: Profile, sheets: Sequence[SheetReading]) -> Iterator[Drift]:
    patterns = [named.pattern for named in profile.sheets]
    patterns += [heading.sheet for heading in profile.headings if heading.sheet != "*"]
    for pattern in dict.fromkeys(patterns):
        if not any(fits(pattern, sheet.sheet) for sheet in sheets):
            names = ", ".join(f"“{sheet.sheet}”" for sheet in sheets)
            yield Drift(
                "missing",
                f"The profile names the sheet “{pattern}”, which is not there; there are {names}.",
                pattern,
                pattern,
            )


def _missing_cells(profile: Profile, sheets: Sequence[SheetReading]) -> Iterator[Drift]:
    told = {
        column.cell for sheet in sheets for table in sheet.tables for column in table.columns if column.how == "profile"
    }
    places = {place(cell) for cell in told}
    for named in profile.details:
        spoken = key_of(named.sheet)
        if not any((key_of(sheet), row, column) == (spoken, named.row, named.column) for sheet, row, column in places):
            yield Drift(
                "missing",
                f"The profile says that the cell {named.cell} tells the {named.meaning}; nothing stands there.",
                named.cell,
                named.sheet,
            )


def _unused(profile: Profile, sheets: Sequence[SheetReading]) -> Iterator[Drift]:
    """Yield the headings to which the profile gives a meaning that their table has no place for, or has already."""
    for sheet in sheets:
        for table in sheet.tables:
            what = table_names().get(table.kind, table.kind.replace("_", " "))
            why = f"the table there was read as {what}, which has no such column or has it already."
            for column in table.columns:
                if column.how == "profile" and column.field is None:
                    yield from _without_use(profile, sheet.sheet, column, why)
        why = "no table was recognised there. Its other headings may need a line in the profile too."
        for column in sheet.left_over:
            yield from _without_use(profile, sheet.sheet, column, why)


def _without_use(profile: Profile, sheet: str, column: ColumnReading, why: str) -> Iterator[Drift]:
    named = profile.heading(column.heading, sheet)
    if named and named.stands_for:
        heading = _one_line(column.heading)
        message = f"The profile says that “{heading}” on sheet {sheet} means {named.meaning}; {why}"
        yield Drift("unused", message, named.text, sheet, column.heading, column.cell)


def _surplus(column: ColumnReading) -> Drift:
    sheet = place(column.cell)[0]
    message = (
        f"The heading “{_one_line(column.heading)}” on sheet {sheet} is not in the profile, and nothing recognises it."
    )
    nearest = f" It comes nearest to “{column.nearest}”." if column.nearest else ""
    return Drift("surplus", message + nearest, "", sheet, column.heading, column.cell)


def _one_line(text: str) -> str:
    return " ".join(text.split())
