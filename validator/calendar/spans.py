"""Spans of days and days of the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DAY = timedelta(days=1)
_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Consecutive days, the first and the last included, and what they are."""

    first: date
    last: date
    what: str = ""

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __len__(self) -> int:
        return (self.last - self.first).days + 1


def each_day(first: date, last: date) -> Iterator[date]:
    """Yield the days from `first` to `last`, both included."""
    while first <= last:
        yield first
        first += DAY


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return spans that neither overlap nor adjoin for the same days."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.first <= merged[-1].last + DAY:
            merged[-1] = Span(merged[-1].first, max(merged[-1].last, span.last))
        else:
            merged.append(span)
    return merged


def without(span: Span, hole: Span) -> Iterator[Span]:
    """Yield what `hole` leaves of `span`."""
    if hole.last < span.first or span.last < hole.first:
        yield span
        return
    if span.first < hole.first:
        yield Span(span.first, hole.first - DAY)
    if hole.last < span.last:
        yield Span(hole.last + DAY, span.last)


def on(year: int, month: int, day: int) -> date:
    """Return a day of a year; 28 February for the 29th that a year lacks."""
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, day - 1)


def day_of_year(month: int, day: int) -> int:
    """Return 0 for 1 January and 365 for 31 December."""
    return date(_LEAP_YEAR, month, day).timetuple().tm_yday - 1


def month_and_day(number: int) -> tuple[int, int]:
    """Return the month and the day of a day of the year."""
    day = date(_LEAP_YEAR, 1, 1) + timedelta(days=number)
    return day.month, day.day


def longest_gap(spans: Iterable[Span], shortest: int) -> list[int]:
    """Return the longest run of days of the year that no span of any year holds, and the day after it.

    The days run on from December to January. Empty where no run is longer than `shortest` days.
    """
    held = {
        day_of_year(day.month, day.day)
        for span in spans
        for day in each_day(span.first, min(span.last, span.first + timedelta(days=366)))
    }
    around = sorted(held)
    gaps = [(later - earlier, earlier) for earlier, later in pairwise([*around, around[0] + 366])]
    length, earlier = max(gaps)
    if length <= shortest:
        return []
    return [day % 366 for day in range(earlier + 1, earlier + length + 1)]
