"""Which edition of the guide each tracker is checked against: that of its programme's academic year, unless one is
asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rules.edition import edition_of, load_edition

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from rules.edition import Edition
    from validator.settings import Settings
    from validator.tables.model import Tables

FIRST_MONTH = 9
"""The month with which a year of the guide begins. August belongs to the year that follows: programmes start in it."""

_TWO_YEARS = re.compile(r"\b20([0-9]{2})\s*(?:[-–—/]|to)\s*(?:20)?([0-9]{2})\b", re.IGNORECASE)
_SHORT = re.compile(r"\b([0-9]{2})\s*[-–—/]\s*([0-9]{2})\b")
_ONE_YEAR = re.compile(r"\b20([0-9]{2})\b")

_DATES = (
    ("programme", "starts", "The programme starts on {day}, and the tracker tells no academic year."),
    (
        "assignments",
        "handed_out",
        "The first hand-out of the plan is on {day}, and the tracker tells no academic year.",
    ),
    ("attempts", "handed_out", "The first hand-out is on {day}, and the tracker tells no academic year."),
    ("assignments", "deadline", "The first deadline of the plan is on {day}, and the tracker tells no academic year."),
    ("attempts", "deadline", "The first deadline is on {day}, and the tracker tells no academic year."),
    ("attempts", "submitted", "The first submission is of {day}, and the tracker tells no academic year."),
)
"""The dates that tell the year where the academic year is not told, surest first."""


@dataclass(frozen=True)
class Guide:
    """The edition that a tracker is checked against, and a sentence that says why."""

    edition: Edition
    reason: str


def guides_of(tables: Tables, settings: Settings) -> dict[int, Guide]:
    """Return the edition of the guide for each tracker of a chunk, by its number."""
    numbers = [int(number) for number in tables.frames["programme"]["tracker"].unique()]
    if settings.guide is not None:
        asked_for = Guide(load_edition(settings.guide, settings.editions), "It was chosen for this check.")
        return dict.fromkeys(numbers, asked_for)
    told = _told(tables.frames["programme"], "academic_year")
    dates = [(_earliest(tables.frames[table], name), why) for table, name, why in _DATES]
    return {
        number: _guide(told.get(number, ""), [(days[number], why) for days, why in dates if number in days], settings)
        for number in numbers
    }


def _guide(academic_year: str, dates: list[tuple[date, str]], settings: Settings) -> Guide:
    begins = year_of(academic_year, [day for day, _ in dates])
    if begins is not None:
        return _applying(begins, f"The academic year in the tracker is {academic_year}.", settings.editions)
    if dates:
        day, why = dates[0]
        return _applying(guide_year(day), why.format(day=_spoken(day)), settings.editions)
    today = f"The tracker tells no academic year and no date, so that of the check counts, {_spoken(settings.as_of)}."
    return _applying(guide_year(settings.as_of), today, settings.editions)


def years_told(text: str) -> tuple[int, ...]:
    """Return the calendar years of an academic year: 2023 and 2024 for "2023-24", "2023/2024" and "23/24", one for
    "2024", none where the text tells none."""
    alone = _ONE_YEAR.search(text)
    for found in (_TWO_YEARS if alone else _SHORT).finditer(text):
        first, second = int(found[1]), int(found[2])
        if (first + 1) % 100 == second:
            return 2000 + first, 2001 + first
    return (2000 + int(alone[1]),) if alone else ()


def year_of(academic_year: str, dates: Iterable[date] = ()) -> date | None:
    """Return the day on which an academic year of the guide begins, or None where the text tells none.

    "2024" alone may be the year that begins then, or the calendar year of a centre: the first of `dates` that lies in
    it tells.
    """
    years = years_told(academic_year)
    if not years:
        return None
    first = date(years[0], FIRST_MONTH, 1)
    return first if len(years) > 1 else guide_year(next((day for day in dates if day.year == years[0]), first))


def guide_year(day: date) -> date:
    """Return the day on which the guide's year of a date begins."""
    later = day + timedelta(days=31) if day.month == FIRST_MONTH - 1 else day
    return date(later.year - (later.month < FIRST_MONTH), FIRST_MONTH, 1)


def _applying(begins: date, why: str, editions: tuple[Edition, ...]) -> Guide:
    """Return the edition for the year that begins on a day, and say where there is none of that year."""
    edition = edition_of(begins, editions)
    if begins < edition.applies_from:
        why += " No edition for so early a year is known to this program; this is the oldest that it has."
    elif edition is editions[-1] and guide_year(edition.applies_from) < begins:
        why += " No edition for that year is known to this program; this is the newest that it has."
    return Guide(edition, why)


def _told(programme: pd.DataFrame, name: str) -> dict[int, str]:
    rows = programme.dropna(subset=[name]).drop_duplicates("tracker")
    return {int(number): str(text) for number, text in zip(rows["tracker"], rows[name], strict=True)}


def _earliest(frame: pd.DataFrame, name: str) -> dict[int, date]:
    first = frame.dropna(subset=[name]).groupby("tracker")[name].min()
    return {int(str(number)): day.date() for number, day in first.items()}


def _spoken(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
