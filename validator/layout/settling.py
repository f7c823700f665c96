"""What columns are in the end, by what their cells hold: one field a column, one column a field."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from schemas.specification import plain, table, words
from validator.layout.columns import BY_PLACE, DECISION, SEVERAL, Column, unused
from validator.layout.region import is_filled
from validator.mapping.headings import SPELT_OUT, known
from validator.mapping.places import Place, place_in
from validator.tables.cells import READERS, read_flag
from validator.tables.dates import Odd, read_dates
from validator.tables.marks import fits_decision

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.layout.grid import Grid
    from validator.layout.region import Region

FITTING = 0.3
"""The share of a column's cells that must be what its field asks for; fewer, and the heading was misleading."""
GRID_FITTING = 0.6
"""The same for a column that is known by its place alone: a criterion, a unit, an assignment."""
TOO_FEW = 3
"""With fewer filled cells than this a column cannot belie a heading that the vocabulary spells out."""
A_SENTENCE = 3
"""From so many words a cell under a criterion says what the criterion asks for, and decides nothing."""
LEADING_TO_ANOTHER = ("authorised_by", "authorised_on", "can_improve", "exceptional_reason")
"""What is recorded of a resubmission or retake before it is made."""

DONE = frozenset({"assessed", "results_received", "grade", "achieved", "not_achieved", "assessor_declared"})
"""What a row has only of work that came in."""


def of_one_attempt(region: Region) -> Region:
    """Return a table of resubmissions alone with all its columns about these: it has a day of submission for them, none
    for first submissions, and before the first column that says "resubmission" only what leads to one."""
    marked = [column for column in region.columns if column.field and column.attempt]
    told = {column.attempt for column in marked}
    is_told = "attempt" in region.fields | region.details.keys()
    if region.kind != "attempts" or is_told or len(told) != 1 or told == {"first"}:
        return region
    of_all = {*table("attempts").shared, *LEADING_TO_ANOTHER}
    fields = {column.field for column in marked}
    rest = [column for column in region.columns if column.field and not column.attempt and column.field not in of_all]
    first = min(column.index for column in marked)
    if "submitted" not in fields or any(c.field in fields | {"submitted"} or c.index < first for c in rest):
        return region
    came_in = next(c.index for c in marked if c.field == "submitted")
    done = [c.index for c in rest if c.field in DONE]
    rows = region.sheet.rows[region.first_row : region.last_row]
    if any(is_filled(row, at) and not is_filled(row, came_in) for row in rows for at in done):
        return region  # what was assessed there without a resubmission is a first submission
    unmarked = [c for c in region.columns if c.field and not c.attempt and c.field not in table("attempts").shared]
    placed = {column.index: replace(column.place, attempt=min(told, key=str)) for column in unmarked}
    columns = tuple(replace(c, place=placed.get(c.index, c.place)) for c in region.columns)
    return replace(region, columns=columns)


def settle(grid: Grid, region: Region) -> Region:
    """Return the region with one field a column and one column a field, by what the cells hold."""
    taken: dict[tuple[Place, str, str | None], int] = {}
    columns: list[Column] = []
    left: Column | None = None
    general = words()["literal"]
    for plain_column in region.columns:
        is_decision = plain_column.field == DECISION
        cells = grid.below(plain_column.index, region.first_row, region.last_row, with_blanks=is_decision)
        column, chosen = _chosen(region, plain_column, left, cells)
        key = (column.place, chosen or "", column.part)
        if chosen is not None and key in taken:
            rival = taken[key]
            weak = not region.is_named(columns[rival])
            named = weak and region.is_named(column)
            fills = weak and cells and not grid.below(columns[rival].index, region.first_row, region.last_row)
            is_general = plain(columns[rival].heading) in general and plain(column.heading) not in general
            if named or fills or is_general or (columns[rival].how == "similar" and column.how == "exact"):
                columns[rival] = unused(columns[rival], columns[rival].nearest)
            else:
                column, chosen = unused(column, f"{columns[rival].heading} (which is there already)"), None
        if chosen is not None:
            taken[key] = len(columns)
            column = replace(column, field=chosen)
        elif column.field is not None:
            column = unused(column, column.nearest or column.field.replace("_", " ").replace("|", " or "))
        columns.append(column)
        left = column
    return replace(region, columns=tuple(columns))


def still_stands(region: Region) -> bool:
    """Return whether a table that was recognised by the places of its columns still has two of them."""
    by_place = [c for c in region.columns if c.how == "context" or c.place.criterion]
    if not any(column.field for column in region.columns):
        return False
    return not by_place or len({(c.field, c.place) for c in region.columns if c.field}) >= 2


def _chosen(region: Region, column: Column, left: Column | None, cells: list[Any]) -> tuple[Column, str | None]:
    """Return a column and its field; a bare "Date" belongs to the signature on its left, a bare "Approved by" to what
    was approved there."""
    chosen = _fitting(region, column, cells)
    if chosen is None and left is not None and left.field and left.field != DECISION:
        of = table(region.kind).fields[left.field]
        bare = plain(column.heading)
        meant = of.companion if bare in words()["bare_dates"] else of.by if bare in words()["bare_people"] else None
        if meant:
            told = replace(column, field=meant, place=left.place, how="context", confidence=90, nearest=None)
            return told, _fitting(region, told, cells)
    return column, chosen


def _fitting(region: Region, column: Column, cells: list[Any]) -> str | None:
    """Return the field of a column: of those that its heading may mean, the one that its cells fit best."""
    if column.field is None:
        return None
    if column.field == DECISION:
        cells = region.told.filled("outcome", cells)
        sentences = [cell for cell in cells if isinstance(cell, str) and len(cell.split()) >= A_SENTENCE]
        if len(sentences) == 1 < len(cells):  # what the criterion asks for
            cells = [cell for cell in cells if cell is not sentences[0]]
        fitting = sum(fits_decision(cell, str(column.place.criterion)) for cell in cells)
        return DECISION if fitting >= GRID_FITTING * len(cells) else None
    scores = [(_fit(region, name, cells), name) for name in column.field.split("|")]
    best = max(score for score, _ in scores)
    if region.is_named(column):
        return next(name for score, name in scores if score == best)
    by_place = column.how == "context" and column.field == "|".join(BY_PLACE.get(region.kind, ()))
    if by_place and (not cells or best < (GRID_FITTING if len(cells) >= TOO_FEW else FITTING)):
        return None
    is_spelt_out = column.how not in ("exact", "similar") or column.confidence == SPELT_OUT
    is_outcome = best == 0 and _says_whether(column.heading, cells)
    if is_outcome or (best < FITTING and (len(cells) >= TOO_FEW or not is_spelt_out)):
        return None
    return next(name for score, name in scores if score == best)


def _says_whether(heading: str, cells: Sequence[Any]) -> bool:
    """Return whether the cells of a column say yes or no, and its heading asks for no date: "IV of decision" with
    "Approved" below is the outcome."""
    asks_for_a_date = {"date", "on", "when", "dated"} & set(plain(heading).split())
    answers = {flag for cell in cells if isinstance(flag := read_flag(cell), str)}
    return not asks_for_a_date and "yes" in answers and all(isinstance(read_flag(cell), str) for cell in cells)


def _fit(region: Region, name: str, cells: list[Any]) -> float:
    kind = table(region.kind).fields[name].kind
    return fit(kind, region.told.filled(kind, cells))


def fit(kind: str, cells: list[Any]) -> float:
    """Return the share (0 to 1) of filled cells that are what a kind of field asks for."""
    if not cells:
        return 1.0
    if kind == "date":
        return sum(
            day is not None and not (isinstance(day, Odd) and day.code == "STR005" and not day.hint)
            for day in read_dates(cells)
        ) / len(cells)
    if kind in ("text", "person", "unit"):
        dates = sum(not isinstance(cell, str) and not isinstance(cell, int | float) for cell in cells)
        return 1 - dates / len(cells)
    if kind in ("signed_date", "any_text"):
        return 1.0
    reader = READERS[kind]
    return sum(not isinstance(reader(cell), Odd) for cell in cells) / len(cells)


def unit_grades(grid: Grid, region: Region) -> list[Region]:
    """Return a table, and beside a grid of criteria the table of unit grades in its columns: "Unit grade", "Points".

    Where a grid is about a whole unit, or about several of its assignments, a "Grade" that is of none is the unit's.
    """
    whole_unit = "unit" in region.details and (
        "assignment" not in region.fields | region.details.keys()
        or len({column.place.assignment for column in region.decisions}) >= SEVERAL
    )
    learners = [column for column in region.columns if column.field in ("learner", "registration")]
    if region.kind != "attempts" or not region.in_blocks or not learners or not (region.decisions or whole_unit):
        return [region]
    split = {column.place.unit for column in region.decisions if column.place.unit and column.place.assignment}
    found: dict[int, Column] = {}
    for column in region.columns:
        where = column.place
        if column.field == "grade" and where.unit in split and not where.assignment and not where.attempt:
            found[column.index] = replace(column, place=Place(unit=where.unit))
            continue
        means = set(known(column.heading, "unit_results")) & {"grade", "points"}
        is_of_attempt = column.field and not (whole_unit and column.field == "grade" and not column.place.is_told)
        if means and not is_of_attempt and (whole_unit or "points" in means or "unit" in plain(column.heading).split()):
            place = Place(unit=place_in(column.heading, grid.names)[0].unit)
            found[column.index] = replace(column, field=min(means), place=place, how="exact", confidence=100)
    details = {"unit": replace(region.details["unit"], kind="unit_results")} if "unit" in region.details else {}
    if not found or not (details or all(column.place.unit for column in found.values())):
        return [region]
    rest = tuple(column for column in region.columns if column.index not in found)
    grades = replace(region, kind="unit_results", columns=(*learners, *found.values()), details=details, of_blocks=())
    return [replace(region, columns=rest), grades]
