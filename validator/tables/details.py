"""The details of the programme that several sheets tell, and in which they contradict each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from rules.edition import family_of
from rules.people import same_people
from schemas.specification import plain, table, words
from validator.calendar import country_code
from validator.guides import guide_year, years_told
from validator.specification import OUTSIDE
from validator.tables.cells import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from validator.tables.build import RawTable

_RECORDS = ("assignments", "attempts")
_DATES = ("handed_out", "deadline", "submitted")


@dataclass(frozen=True)
class Contradiction:
    """A detail of the programme of which two places say different things."""

    field: str
    texts: tuple[str, str]
    """What the sheet says that stands first, and what the other says."""
    cells: tuple[str, ...]
    """Where the first stands, then every place of the other."""


@dataclass(frozen=True)
class _Told:
    """What one sheet tells of one detail."""

    text: str
    cell: str
    sheet: str
    is_plan: bool = False


def contradictions(
    details: RawTable | None, number: int, frames: Mapping[str, Any], cells: Mapping[str, Any]
) -> Iterator[Contradiction]:
    """Yield what the sheets of a tracker contradict each other in: its qualification, level, country, academic year,
    Lead Internal Verifier and the version of its plan.

    `details` has a row for each sheet; `frames` and `cells` are those of the chunk, in which the tracker has `number`.
    Other spellings are no contradiction, nor is what may hold for one sheet alone: another group's details, another
    version of the plan, or an academic year that the sheet's own dates bear out.
    """
    rows = _of_one_group(_rows(details))
    said = {name: _said(rows, name) for name in ("qualification", "level", "country", "academic_year", "lead_iv")}
    if said["lead_iv"] and len(frames["staff"]):
        said["lead_iv"] += _lead_of_staff(number, frames, cells)
    for name, differ in _DIFFER.items():
        yield from _against_first(name, said[name], differ)
    yield from _against_first("academic_year", _unborne(said["academic_year"], number, frames, cells), _other_year)
    versions = _said(rows, "plan_version")
    plans = [told for told in versions if told.is_plan]
    for told in versions:
        if not told.is_plan and plans and all(_other_version(told.text, plan.text) for plan in plans):
            yield Contradiction("plan_version", (told.text, plans[0].text), (told.cell, plans[0].cell))


def _against_first(name: str, said: list[_Told], differ: Callable[[str, str], bool]) -> Iterator[Contradiction]:
    """Yield what differs from what the first sheet says: what several sheets say alike is one fact."""
    others: dict[str, list[_Told]] = {}
    for told in said[1:]:
        if differ(said[0].text, told.text):
            others.setdefault(plain(told.text), []).append(told)
    for alike in others.values():
        yield Contradiction(name, (said[0].text, alike[0].text), (said[0].cell, *(told.cell for told in alike)))


# ---------------------------------------------------------------------- what the sheets say


def _rows(details: RawTable | None) -> list[dict[str, tuple[Any, str | None]]]:
    """Return what each sheet tells: for each detail its value and its cell."""
    if details is None:
        return []
    names = details.values.keys()
    return [{name: (details.values[name][i], details.cells[name][i]) for name in names} for i in range(details.rows)]


def _said(rows: list[dict[str, tuple[Any, str | None]]], name: str) -> list[_Told]:
    found = []
    for row in rows:
        value, cell = row.get(name, (None, None))
        text = read_text(value)
        if text and cell:
            found.append(_Told(text, cell, str(row["sheet"][0]), bool(row["is_plan"][0])))
    return found


def _of_one_group(rows: list[dict[str, tuple[Any, str | None]]]) -> list[dict[str, tuple[Any, str | None]]]:
    """Return the sheets that do not name another group than the first that names one."""
    groups = [plain(str(row.get("group", ("", None))[0] or "")) for row in rows]
    first = next(filter(None, groups), "")
    return [row for row, group in zip(rows, groups, strict=True) if group in ("", first)]


def _lead_of_staff(number: int, frames: Mapping[str, Any], cells: Mapping[str, Any]) -> list[_Told]:
    """Return the Lead Internal Verifier of the tracker's own staff list, where it names one alone."""
    staff = frames["staff"]
    leads = {plain(word) for word in words()["lead_roles"]}
    own = staff[(staff["tracker"] == number) & staff["person"].notna() & staff["role"].notna()]
    own = own[[plain(str(role)) in leads for role in own["role"]]]
    own = own[cells["staff"].loc[own.index, "person"] != OUTSIDE]
    if len(own) != 1:
        return []
    cell = str(cells["staff"].at[own.index[0], "person"])
    return [_Told(str(own["person"].iloc[0]), cell, _sheet(cell))]


# ---------------------------------------------------------------------- what differs


def _other_person(one: str, other: str) -> bool:
    return bool(same_people(pd.Series([one]), pd.Series([other])).eq(False).item())


def _other_family(one: str, other: str) -> bool:
    families = [family_of(text) for text in (one, other)]
    return None not in families and families[0] != families[1]


def _other_level(one: str, other: str) -> bool:
    levels = [set(re.findall(r"[1-8]", text)) for text in (one, other)]
    return all(levels) and levels[0].isdisjoint(levels[1])


def _other_country(one: str, other: str) -> bool:
    codes = [country_code(text) for text in (one, other)]
    if not codes[0] or not codes[1]:
        return False
    return not (codes[0].startswith(codes[1]) or codes[1].startswith(codes[0]))


def _other_year(one: str, other: str) -> bool:
    years = [set(years_told(text)) for text in (one, other)]
    return all(years) and not (years[0] <= years[1] or years[1] <= years[0])


def _other_version(one: str, other: str) -> bool:
    numbers = [".".join(part.lstrip("0") or "0" for part in re.findall(r"[0-9]+", text)) for text in (one, other)]
    return all(numbers) and numbers[0] != numbers[1]


_DIFFER: Mapping[str, Callable[[str, str], bool]] = {
    "qualification": _other_family,
    "level": _other_level,
    "country": _other_country,
    "lead_iv": _other_person,
}


# ---------------------------------------------------------------------- the years of a sheet's own dates


def _unborne(said: list[_Told], number: int, frames: Mapping[str, Any], cells: Mapping[str, Any]) -> list[_Told]:
    """Return what sheets say of the academic year, without those of another year that their own dates bear out, where
    the first is borne out elsewhere: a workbook may hold the sheets of several years."""
    if not any(_other_year(said[0].text, told.text) for told in said[1:]):
        return []
    dated = _years_by_sheet(number, frames, cells)
    first, *others = said

    def borne_out(told: _Told, sheets: set[str]) -> bool:
        return any(year in dated.get(sheet, ()) for year in years_told(told.text)[:1] for sheet in sheets)

    own_year = [borne_out(told, {told.sheet}) and borne_out(first, dated.keys() - {told.sheet}) for told in others]
    return [first, *(told for told, own in zip(others, own_year, strict=True) if not own)]


def _years_by_sheet(number: int, frames: Mapping[str, Any], cells: Mapping[str, Any]) -> dict[str, set[int]]:
    """Return the years, by the calendar year in which they begin, of the dates that each sheet records."""
    found: dict[str, set[int]] = {}
    for name in _RECORDS:
        frame, places = frames[name], cells[name]
        own = frame.index[frame["tracker"] == number]
        for label, cell in places.loc[own, list(table(name).key)].bfill(axis=1).iloc[:, 0].dropna().items():
            days = frame.loc[label, [day for day in _DATES if day in frame]].dropna()
            found.setdefault(_sheet(str(cell)), set()).update(guide_year(day.date()).year for day in days)
    return found


def _sheet(cell: str) -> str:
    return cell.rpartition("!")[0].strip("'").replace("''", "'")
