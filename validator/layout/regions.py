"""Where the tables of a sheet are: heading rows anywhere, with or without blocks of columns above them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from schemas.specification import TABLES, plain, table, word_table, words
from validator.layout.columns import BY_PLACE, DECISION, SEVERAL, Column, has_learner, matched, unused
from validator.layout.context import context_of, label_rows, told_of_blocks
from validator.layout.grid import LOOSE_ROWS, Grid, Heading, turned
from validator.layout.lookalikes import are_labels_or_a_record, heads_criteria, repeats_values
from validator.layout.region import Region, meet
from validator.layout.settling import GRID_FITTING, fit, of_one_attempt, settle, still_stands, unit_grades
from validator.mapping.headings import known
from validator.mapping.places import NO_NAMES, NOWHERE, Names, place_in
from validator.profiles import NOTHING_TOLD, Told
from validator.tables.cells import person_key, read_criterion, read_text
from validator.tables.marks import fits_decision

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from validator.layout.details import Detail
    from validator.reading import Sheet

FREE_KINDS = frozenset({"text", "any_text", "person", "unit", "signature", "signed_date"})
"""The kinds of fields that nearly any text fits."""
TITLED = 4
"""How much it counts for a kind of table that the sheet's name or a title above it names."""


def find_regions(
    sheet: Sheet,
    details: Sequence[Detail],
    names: Names = NO_NAMES,
    told: Told = NOTHING_TOLD,
    *,
    is_turned: bool = False,
) -> list[Region]:
    """Return the tables of a sheet from top to bottom; those whose records stand in its columns, if it is turned.

    `details` are the label/value pairs of the sheet: those above a table may tell what its columns do not.
    `names` are the units, assignments and learners that other sheets name, `told` is what a profile says of the sheet.
    """
    grid = Grid(turned(sheet) if is_turned else sheet, names, told)
    regions: list[Region] = []
    read: dict[Region, Region] = {}
    """Each table, settled by all the rows that it may have."""
    for row in range(grid.height):
        if not grid.may_be_heading(row):
            continue
        wide = (region for region in regions if len(region.span) == grid.width and row in region.rows)
        inside = next((region for region in wide if (_fits(grid, row, read[region]) or 0) > 0), None)
        if inside is not None:
            beside = None if is_turned else _beside(grid, row, inside, details)
            if beside is not None:
                narrow = replace(inside, span=range(beside.span.start))
                regions[regions.index(inside)] = narrow
                regions.append(beside)
                read |= {narrow: read[inside], beside: settle(grid, beside)}
            continue
        for region in _best(grid, row, regions, details, is_turned=is_turned):
            rivals = [other for other in regions if meet(other.span, region.span)]
            settled = settle(grid, _closed(grid, region))
            if not still_stands(settled) or any(
                row in other.rows and _is_record_of(grid, region, row, read[other]) for other in rivals
            ):
                continue
            read[region] = settled
            for other in rivals:
                regions.remove(other)
                above = range(other.first_row, region.heading_rows[0])
                if other.heading_rows[-1] not in region.heading_rows and above:  # else it was the row of blocks
                    last = _without_titles(grid, read[other], region.heading_rows[0])
                    shorter = replace(other, last_row=min(other.last_row, last))
                    regions.append(shorter)
                    read[shorter] = read[other]
            regions.append(region)
    found = sorted(regions, key=lambda region: (region.first_row, region.span.start))
    closed = [of_one_attempt(settle(grid, _closed(grid, region))) for region in found]
    return [part for region in closed for part in unit_grades(grid, region)]


def _without_titles(grid: Grid, region: Region, below: int) -> int:
    """Return one past the last row of a table above the heading row `below` of the next, without the rows right above
    that are titles of the next: nothing in them is what the columns ask for."""
    last = below
    if last - 1 > region.first_row and not any(value is not None for value in grid.rows[last - 1]):
        texts = [value for value in grid.rows[last - 2] if isinstance(value, str)]
        last -= any(place_in(text, grid.names)[0].is_told for text in texts[:1])
    while last > region.first_row and any(value is not None for value in grid.rows[last - 1]):
        fits = _fits(grid, last - 1, region)
        if (fits or 0) > 0 or (fits is None and not _may_be_title(grid, last - 1)):
            break
        last -= 1
    return last


def _may_be_title(grid: Grid, row: int) -> bool:
    """Return whether a row stands for a title: one text alone, labels with their values, or the name of a place."""
    cells = [value for value in grid.rows[row] if value is not None]
    texts = [value for value in cells if isinstance(value, str)]
    return len(cells) == 1 or any(":" in text or place_in(text, grid.names)[0].is_told for text in texts)


def _beside(grid: Grid, row: int, inside: Region, details: Sequence[Detail]) -> Region | None:
    """Return the table whose headings stand in a row of records of another, right of it: the staff, a calendar."""
    span = range(max(column.index for column in inside.columns) + 1, grid.width)
    of_all = [detail for detail in details if detail.kind == "programme"]
    found = _fittest(grid, row, span, (), of_all, is_turned=False)
    return found if found is not None and _strength(settle(grid, found))[0] else None


def _closed(grid: Grid, region: Region) -> Region:
    """Return the table of a form, which ends where people sign it, and one of criteria where comments follow them."""
    if region.kind not in ("decisions", "verifications"):
        return region
    is_list = region.kind == "decisions"
    criteria = [c.index for c in region.columns if is_list and "criterion" in str(c.field).split("|")]
    for row in range(region.first_row, region.last_row):
        first = next((grid.text(row, column) for column in region.span if grid.text(row, column)), "")
        if set(plain(first).split()) & set(words()["closings"]):
            return replace(region, last_row=row)
        told = grid.text(row, criteria[0]) if criteria else ""
        follows_gap = row > region.first_row and not any(grid.text(row - 1, column) for column in region.span)
        if told and not read_criterion(told) and (follows_gap or known(told, "attempts")):
            return replace(region, last_row=row)
    return region


def _is_record_of(grid: Grid, region: Region, row: int, other: Region) -> bool:
    """Return whether a heading row below another is one of its records.

    What stands under its dates, grades and criteria tells; where nothing does, whether a heading says "Learner".
    """
    fits = _fits(grid, row, other)
    if fits is not None:
        return fits > 0
    return (
        not _is_grid(region.columns)
        and "learner" in table(region.kind).fields
        and not any(
            column.field in ("learner", "registration") and column.how != "context" for column in region.columns
        )
    )


def _fits(grid: Grid, row: int, region: Region) -> int | None:
    """Return by how much more cells of a row are than are not what the columns of a table ask for; none where no
    column above them asks for anything."""
    if heads_criteria(grid, row):
        return -1
    balance, judged = 0, 0
    for column in region.columns:
        cell = grid.rows[row][column.index] if column.index < len(grid.rows[row]) else None
        if cell is None or not column.field:
            continue
        if column.field == DECISION:
            fits = fits_decision(region.told.read("outcome", cell), str(column.place.criterion))
        elif (kind := table(region.kind).fields[column.field].kind) in FREE_KINDS:
            continue
        else:
            fits = fit(kind, [region.told.read(kind, cell)]) == 1
        balance, judged = balance + (1 if fits else -1), judged + 1
    return balance if judged else None


def _best(grid: Grid, row: int, regions: list[Region], details: Sequence[Detail], *, is_turned: bool) -> list[Region]:
    """Return the tables whose heading row this is: one over the whole sheet, or several beside each other."""
    whole = _fittest(grid, row, range(grid.width), regions, details, is_turned=is_turned)
    segments = grid.segments(row)
    if len(segments) < 2:
        return [whole] if whole else []
    parts = [part for span in segments if (part := _fittest(grid, row, span, regions, details, is_turned=is_turned))]
    if not parts:
        return [whole] if whole else []
    apart = sum(_strength(part)[1] for part in parts)
    together = _strength(whole)[1] if whole else 0
    if len(parts) > 1:
        return parts if apart > together else [whole] if whole else parts
    strong = _strength(parts[0])[0]
    taken = [r for r in regions if r.first_row <= row < r.last_row and not meet(r.span, parts[0].span)]
    return parts if strong and taken and apart >= together else [whole] if whole else parts


def _fittest(
    grid: Grid, row: int, span: range, regions: Sequence[Region], details: Sequence[Detail], *, is_turned: bool
) -> Region | None:
    """Return the table whose heading row this is, read alone or with the rows of blocks above it."""
    candidates: list[tuple[tuple[bool, int, int, int], Region]] = []
    labels = label_rows(grid, row, span)
    for groups in grid.stacks(row, labels.__contains__):
        headings = grid.headings(row, groups, span)
        context = details if is_turned else context_of(grid, min((row, *groups)), span, regions, details)
        for kind in (grid.told.table,) if grid.told.table else TABLES:
            if table(kind).recognised_by and (not groups or kind in BY_PLACE):
                region = _region(grid, kind, row, groups, headings, span, context, is_turned=is_turned)
                if region is not None:
                    region = replace(region, of_blocks=told_of_blocks(grid, region, labels))
                    candidates.append((_strength(settle(grid, _closed(grid, region))), region))
    return max(candidates, key=lambda candidate: candidate[0])[1] if candidates else None


def _strength(region: Region) -> tuple[bool, int, int, int]:
    """Return how well a table fits: strongly or weakly, by how many columns, by how many of these whose unit and
    assignment are told, and by how few fields it leaves unfilled."""
    specification = table(region.kind)
    told = region.fields | region.details.keys()
    by_place = {column.place.assignment for column in region.columns if column.field and column.how == "context"}
    is_spread = region.kind == "attempts" and len(by_place - {None}) >= SEVERAL
    strong = any(needed <= told for needed in specification.recognised_by) or _is_grid(region.columns) or is_spread
    sure = {
        (column.place, column.field, column.part): 3 if column.how == "exact" else 2
        for column in region.columns
        if column.field
    }
    named = TITLED * any(title in region.sheet_title for title in specification.titles)
    placed = sum(bool(place.unit) + bool(place.assignment) + ("." in (place.criterion or "")) for place, _, _ in sure)
    return strong, sum(sure.values()) + named, placed, -len(specification.fields)


def _is_grid(columns: Iterable[Column]) -> bool:
    """Return whether columns stand for at least two criteria."""
    return len({column.place.criterion for column in columns if column.field == DECISION}) >= 2


def _region(
    grid: Grid,
    kind: str,
    row: int,
    groups: tuple[int, ...],
    headings: list[Heading],
    span: range,
    details: Sequence[Detail],
    *,
    is_turned: bool,
) -> Region | None:
    specification = table(kind)
    if len(headings) < 2 or _forbidden(kind, specification.not_with, headings):
        return None
    context = {d.field: d for d in reversed(details) if d.kind == kind and (is_turned or d.row < max(row, 1))}
    columns = tuple(matched(kind, headings, grid, row))
    if not has_learner(columns) and any(column.place.is_told for column in columns) and "learner" not in context:
        columns = _with_learners(grid, row, span, columns)
    by_place = {column.place for column in columns if column.how == "context" and column.place.is_told}
    if len(by_place) < 2:  # one unit or assignment is that of a record
        columns = tuple(unused(c, None) if c.how == "context" and c.place.is_told else c for c in columns)
    if kind == "unit_results" and len(by_place) > 1:  # a grade or points beside the units are the qualification's
        columns = tuple(
            unused(c, None) if c.place == NOWHERE and {*str(c.field).split("|")} & {"grade", "points"} else c
            for c in columns
        )
    filled = [column for column in columns if column.field and (row < LOOSE_ROWS or column.how != "similar")]
    fields = {name for column in filled for name in str(column.field).split("|")}
    told = fields | context.keys() | {n for n in ("unit", "assignment") for c in filled if getattr(c.place, n)}
    if len({(c.field, c.place) for c in filled}) < 2 or len(filled) * 3 < len(headings):
        return None
    if are_labels_or_a_record(grid, kind, row, groups, span, columns, filled) or (
        is_turned and repeats_values(columns)
    ):
        return None
    is_grid = kind == "attempts" and _is_grid(filled) and (has_learner(columns) or "learner" in context)
    recognised_by = (*specification.recognised_by, *specification.recognised_weakly_by)
    is_told = kind == grid.told.table
    if not is_grid and not is_told and not any(needed <= told and needed & fields for needed in recognised_by):
        return None
    return Region(
        grid.sheet,
        kind,
        tuple(sorted({row, *groups})),
        columns,
        row + 1,
        grid.height,
        {f: d for f, d in context.items() if f not in fields},
        span=span,
        sheet_title=_title(grid, row),
        turned=is_turned,
        told=grid.told,
    )


def _title(grid: Grid, row: int) -> str:
    """Return the sheet's name and the texts that stand alone in a row above, in plain words."""
    alone = [[v for v in values if v is not None] for values in grid.rows[:row]]
    texts = [values[0] for values in alone if len(values) == 1 and isinstance(values[0], str)]
    return " ".join(map(plain, (grid.sheet.name, *texts)))


def _forbidden(kind: str, fields: frozenset[str], headings: list[Heading]) -> bool:
    """Return whether a heading is one of another table's and means nothing in this one ("Name" may mean both)."""
    return any(
        field in known(heading.text, "attempts") and not known(heading.text, kind)
        for heading in headings
        for field in fields
    )


def _with_learners(grid: Grid, row: int, span: range, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the columns of a grid with that of the learners, which often has no heading, or one such as "Criteria"."""
    first = min(column.index for column in columns if column.place.is_told)
    for index in range(span.start, first):
        heading = next((column for column in columns if column.index == index), None)
        is_corner = heading is not None and plain(heading.heading) in words()["corners"]
        is_taken = heading is not None and heading.field is not None and not is_corner
        if heading is not None and (is_taken or person_key(heading.heading) in grid.names.learners):
            continue
        cells = grid.below(index, row + 1, grid.height)
        if len(cells) >= 1 and sum(_may_be_person(cell, grid.names) for cell in cells) >= len(cells) * GRID_FITTING:
            found = Column(index, heading.heading if heading else "", row, "learner", how="context", confidence=70)
            return tuple(sorted((found, *(c for c in columns if c.index != index)), key=lambda c: c.index))
    return columns


def _may_be_person(cell: Any, names: Names) -> bool:
    text = read_text(cell) if isinstance(cell, str) else None
    if text is None:
        return False
    if names.learners:
        return person_key(text) in names.learners
    return len(text) < 60 and not any(c.isdigit() for c in text) and plain(text) not in _marks_and_labels()


@cache
def _marks_and_labels() -> frozenset[str]:
    return frozenset({*word_table("grades"), *word_table("outcomes"), *words()["not_records"], *words()["corners"]})
