"""A sheet as a profile describes it: the centre's headings stand for known ones while its tables are looked for."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from validator.layout.columns import Column
from validator.layout.details import Detail
from validator.layout.grid import turned
from validator.mapping.headings import anywhere
from validator.profiles import NOTHING_TOLD, Told, key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from validator.layout.region import Region
    from validator.layout.understand import UnderstoodSheet
    from validator.profiles import NamedHeading, Profile
    from validator.reading import Sheet

_LABEL = re.compile(r"\A\s*([^:：]+?)\s*[:：]\s*(.*)\Z", re.DOTALL)


@dataclass(frozen=True)
class Tailored:
    """A sheet in which the headings that a profile names are replaced by known ones."""

    sheet: Sheet
    told: Told = NOTHING_TOLD
    own: Mapping[tuple[int, int], tuple[str, NamedHeading]] = field(default_factory=dict)
    """By row and column, what the tracker says there and what the profile says of it."""
    is_left_out: bool = False

    def restored(self, understood: UnderstoodSheet) -> UnderstoodSheet:
        """Return a sheet as it was understood, with the headings that the tracker itself has."""
        if not self.own:
            return understood
        rows = [list(row) for row in understood.sheet.rows]
        for (row, column), (text, _) in self.own.items():
            rows[row][column] = text
        sheet = replace(understood.sheet, rows=rows)
        across = turned(sheet) if any(region.turned for region in understood.regions) else sheet
        return replace(
            understood,
            sheet=sheet,
            regions=tuple(self._named(region, across if region.turned else sheet) for region in understood.regions),
            details=tuple(map(self._labelled, understood.details)),
        )

    def _named(self, region: Region, sheet: Sheet) -> Region:
        """Return a table with the tracker's own headings, those that the profile leaves out among them."""
        own = {(column, row) if region.turned else (row, column): told for (row, column), told in self.own.items()}
        columns = [
            replace(column, heading=own[place][0], how="profile", confidence=100, nearest=None)
            if (place := (column.row, column.index)) in own
            else column
            for column in region.columns
        ]
        columns += [
            Column(column, text, row, how="profile", confidence=100)
            for (row, column), (text, named) in own.items()
            if not named.stands_for and row in region.heading_rows and column in region.span
        ]
        return replace(
            region,
            sheet=sheet,
            columns=tuple(sorted(columns, key=lambda column: column.index)),
            details={name: self._labelled(detail) for name, detail in region.details.items()},
        )

    def _labelled(self, detail: Detail) -> Detail:
        text, _ = self.own.get((detail.label_row, detail.label_column), (None, None))
        if text is None:
            return detail
        one = _LABEL.match(text)
        return replace(detail, label=one[1] if one else text, how="profile")


def tailored(sheet: Sheet, profile: Profile) -> Tailored:
    """Return a sheet as a profile describes it; the sheet as it is where the profile says nothing of it."""
    named = profile.sheet(sheet.name)
    if named is not None and not named.table:
        return Tailored(sheet, is_left_out=True)
    own = {(row, column): (text, heading) for row, column, text, heading in _headings(sheet, profile)}
    tells_words = bool(profile.words or profile.blank or profile.dates)
    told = Told(named.table if named else "", frozenset(own), profile, tells_words)
    if not own:
        return Tailored(sheet, told)
    rows = [list(row) for row in sheet.rows]
    for (row, column), (text, heading) in own.items():
        one = _LABEL.match(text) if key_of(text) != heading.key else None
        rows[row][column] = (
            f"{heading.stands_for}: {one[2]}" if one and heading.stands_for else heading.stands_for or None
        )
    return Tailored(replace(sheet, rows=rows), told, own)


def _headings(sheet: Sheet, profile: Profile) -> Iterator[tuple[int, int, str, NamedHeading]]:
    """Yield the cells that hold a heading which a profile names: the topmost of its column, and all in rows of
    headings. A cell further down that says the same is a value."""
    named = {heading.key: heading for heading in reversed(profile.headings) if heading.is_for(sheet.name)}
    seen: set[tuple[int, str]] = set()
    for number, cells in groupby(texts_of(sheet) if named else (), itemgetter(0)):
        texts = {column: text for _, column, text in cells}
        found = {
            column: heading
            for column, text in texts.items()
            if (heading := next((named[key] for key in keys_of(text) if key in named), None))
        }
        if not found:
            continue
        filled = sum(value is not None for value in sheet.rows[number])
        alike = Counter(heading.key for heading in found.values())
        known = len(alike) + sum(column not in found and anywhere(text) for column, text in texts.items())
        is_heading_row = known >= 2 and known * 2 >= filled
        for column, heading in found.items():
            if is_heading_row or (column, heading.key) not in seen:
                yield number, column, texts[column], heading
            seen.add((column, heading.key))


def texts_of(sheet: Sheet) -> Iterator[tuple[int, int, str]]:
    """Yield the row, column and text of each cell that holds one, row by row."""
    for number, row in enumerate(sheet.rows):
        for column, value in enumerate(row):
            if isinstance(value, str) and value.strip():
                yield number, column, value


def keys_of(text: str) -> tuple[str, ...]:
    """Return the keys of the headings that a cell may hold: its whole text, or the label before a colon."""
    one = _LABEL.match(text)
    return (key_of(text), key_of(one[1])) if one else (key_of(text),)


def told_details(sheets: Sequence[Sheet], profile: Profile) -> dict[str, list[Detail]]:
    """Return, by sheet, the details of the programme that stand in the cells which a profile names."""
    found: dict[str, list[Detail]] = {}
    for cell in profile.details:
        for sheet in sheets:
            if key_of(sheet.name) != key_of(cell.sheet):
                continue
            row = sheet.rows[cell.row] if cell.row < len(sheet.rows) else []
            value = row[cell.column] if cell.column < len(row) else None
            if value is not None:
                place = (cell.row, cell.column)
                found.setdefault(sheet.place, []).append(
                    Detail("programme", cell.field, cell.meaning, *place, value, *place, how="profile")
                )
    return found


def with_details(understood: UnderstoodSheet, told: Mapping[str, list[Detail]]) -> UnderstoodSheet:
    """Return a sheet with the details that stand where the profile says, which are looked for nowhere else."""
    if not told:
        return understood
    fields = {detail.field for details in told.values() for detail in details}
    others = [detail for detail in understood.details if detail.kind != "programme" or detail.field not in fields]
    return replace(understood, details=(*told.get(understood.sheet.place, ()), *others))
