"""Grids of criteria that say by their colours what was achieved, with a key on the sheet that says which is which."""

from __future__ import annotations

import colorsys
import re
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from schemas.specification import plain, words
from validator.tables.marks import meaning_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from validator.layout.region import Region
    from validator.reading import Sheet, Workbook

_RGB = re.compile(r"[0-9A-F]{8}")
SPOKEN = 0.1
"""A grid with a larger share of filled cells than this speaks by them, not by colours."""


def speaks_by_colours(region: Region) -> bool:
    """Return whether next to nothing stands in a grid of criteria whose learners are listed."""
    cells = [
        row[column.index] if column.index < len(row) else None
        for row in region.sheet.rows[region.first_row : region.last_row]
        for column in region.decisions
    ]
    return bool(cells) and sum(cell is not None for cell in cells) <= SPOKEN * len(cells)


def with_colours_read(
    workbook: Workbook, sheet: Sheet, regions: Sequence[Region], told: Mapping[str, str] = MappingProxyType({})
) -> Sheet:
    """Return a sheet with the decisions that its colours tell written in its blank cells; as it was without a key.

    `told` is what a profile says of colours ("RRGGBB"), which comes before the key on the sheet.
    """
    grids = _speaking(regions)
    if not grids:
        return sheet
    fills = workbook.fills(sheet.name)
    inside = _inside(grids)
    key = {
        **_key(sheet, fills, inside),
        **{colour: outcome for colour in set(fills.values()) if (outcome := told.get(colour[2:])) is not None},
    }
    rows = [list(row) for row in sheet.rows]
    for row, column in inside & fills.keys():
        outcome = key.get(fills[row, column])
        if outcome and column < len(rows[row]) and rows[row][column] is None:
            rows[row][column] = outcome
    return replace(sheet, rows=rows)


def unexplained(workbook: Workbook, sheet: Sheet, regions: Sequence[Region]) -> dict[str, list[tuple[int, int]]]:
    """Return, by colour ("RRGGBB"), the cells of grids that speak by colours where nothing says what it means."""
    grids = _speaking(regions)
    if not grids:
        return {}
    fills = workbook.fills(sheet.name)
    inside = _inside(grids)
    key = _key(sheet, fills, inside)
    found: dict[str, list[tuple[int, int]]] = {}
    for place in sorted(inside & fills.keys()):
        if fills[place] not in key and _RGB.fullmatch(fills[place]):
            found.setdefault(fills[place][2:], []).append(place)
    return found


def are_unexplained(workbook: Workbook, sheet: Sheet, regions: Sequence[Region]) -> bool:
    """Return whether cells of a grid that holds no marks are coloured and nothing on the sheet says what that means.

    `sheet` and `regions` are as they are once the colours that are known are read.
    """
    grids = _speaking(regions)
    return bool(grids) and not _inside(grids).isdisjoint(workbook.fills(sheet.name))


def _speaking(regions: Sequence[Region]) -> list[Region]:
    return [region for region in regions if region.decisions and not region.turned and speaks_by_colours(region)]


def _inside(grids: Sequence[Region]) -> set[tuple[int, int]]:
    return {
        (row, column.index)
        for grid in grids
        for row in range(grid.first_row, grid.last_row)
        for column in grid.decisions
    }


def _key(sheet: Sheet, fills: Mapping[tuple[int, int], str], inside: set[tuple[int, int]]) -> dict[str, str]:
    """Return what each colour means, by cells of that colour that say it, or stand left of a cell that does, or by
    the colour's name ("Green = achieved")."""
    found: dict[str, str] = {}
    named: dict[str, str] = {}
    for row, cells in enumerate(sheet.rows):
        for column, value in enumerate(cells):
            if not isinstance(value, str) or not (outcome := meaning_of(value)):
                continue
            left = (row, column - 1)
            for place in ((row, column), left):
                if place in fills and (place not in inside or place == (row, column)):
                    found.setdefault(fills[place], outcome)
                    break
            for name in words()["colours"]:
                if re.search(rf"\b{name}\b", plain(value)):
                    named.setdefault(name, outcome)
    for colour in {fills[place] for place in inside & fills.keys()} - found.keys():
        name = _name(colour)
        if name in named:
            found[colour] = named[name]
    return found


def _name(colour: str) -> str:
    """Return the name of a colour given as "FFRRGGBB"; "" for a colour of the theme."""
    if not _RGB.fullmatch(colour):
        return ""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (2, 4, 6))
    hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    if saturation < 0.15:
        return "grey"
    return str(next(name for name, last in words()["colours"].items() if hue * 360 < last))
