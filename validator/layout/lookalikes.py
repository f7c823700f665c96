"""Rows that look like headings and are none: labels with their values, records."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from schemas.specification import plain, word_table
from validator.layout.columns import SEVERAL, Column
from validator.layout.settling import TOO_FEW, fit
from validator.mapping.headings import anywhere, known
from validator.mapping.places import place_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.layout.grid import Grid


def heads_criteria(grid: Grid, row: int) -> bool:
    """Return whether criteria stand in a row, beside headings alone: no list of what somebody achieved."""
    texts = {value.strip() for value in grid.rows[row] if isinstance(value, str)}
    places = {text: place_in(text, grid.names)[0] for text in texts}
    criteria = {place.criterion for place in places.values()} - {None}
    return len(criteria) >= SEVERAL and all(place.is_told or anywhere(text) for text, place in places.items())


def are_labels_or_a_record(
    grid: Grid,
    kind: str,
    row: int,
    groups: tuple[int, ...],
    span: range,
    columns: Sequence[Column],
    filled: Sequence[Column],
) -> bool:
    """Return whether a row that looks like headings is none: labels with their values beside them, or a record."""
    if _alternates(grid, row, kind) or _are_labels(grid, row, filled):
        return True
    own = grid.rows[row][span.start : span.stop]
    values = sum(value is not None and (not isinstance(value, str) or _is_day(value)) for value in own)
    if values >= sum(column.row == row for column in filled):
        return True
    rest = [t for value in own if isinstance(value, str) and not place_in(t := value, grid.names)[0].criterion]
    decided = {*word_table("grades"), *word_table("outcomes")}
    if rest and len(rest) < sum(isinstance(v, str) for v in own) and decided.issuperset(map(plain, rest)):
        return True  # a criterion with its decisions: "A.P1 | Achieved | Not achieved"
    if len(filled) * 2 <= len(columns) + values:
        return not any(grid.below(column.index, row + 1, grid.height) for column in filled)
    return bool(groups) and sum(c.row == row for c in filled) * 2 < sum(c.row == row for c in columns)


def _alternates(grid: Grid, row: int, kind: str) -> bool:
    """Return whether labels and values take turns in a row: "Unit | Unit 4 | Hand out | 11/09/2023"."""
    cells = [value for value in grid.rows[row] if value is not None]
    if len(cells) <= SEVERAL or len(cells) % 2:
        return False
    told = False
    for label, value in zip(cells[::2], cells[1::2], strict=True):
        fields = known(label, kind) if isinstance(label, str) else ()
        if not fields or (isinstance(value, str) and known(value, kind)):
            return False
        place = place_in(value, grid.names)[0] if isinstance(value, str) and not _is_day(value) else None
        told |= place is None or any(getattr(place, name, None) for name in fields)
    return told


def _is_day(text: str) -> bool:
    return text[:1].isdigit() and fit("date", [text]) == 1


def _are_labels(grid: Grid, row: int, filled: Sequence[Column]) -> bool:
    """Return whether texts are labels with their values beside them: "Learner: | Noor Abbas | Reg. no.: | KX41221".

    Further labels stand where the first record would, or colons tell.
    """
    own = [column.index for column in filled if column.row == row]
    cells = [at for at, value in enumerate(grid.rows[row]) if value is not None]
    beside = {at for at, right in pairwise(cells) if at in own and right not in own}
    are_valued = beside >= {*own} - {cells[-1]} != set()
    with_colons = sum(grid.text(row, at).endswith((":", "：")) for at in own) * 2 > len(own)
    following = next((r for r in range(row + 1, grid.height) if sum(v is not None for v in grid.rows[r]) > 1), None)
    below = [v for at in own if following is not None and (v := grid.cell(following, at)) is not None]
    labels = sum(isinstance(value, str) and _is_label(value) for value in below)
    return (are_valued and (with_colons or labels * 2 >= len(below))) or labels == len(below) > 0


def _is_label(text: str) -> bool:
    return text.rstrip().endswith((":", "：")) or anywhere(text) or bool(known(text, "programme"))


def repeats_values(columns: Sequence[Column]) -> bool:
    """Return whether unknown words stand again and again: then it is a column of a table that was turned in vain."""
    unknown = Counter(plain(column.heading) for column in columns if not column.field)
    return max(unknown.values(), default=0) >= TOO_FEW
