"""The latest deadline for a resubmission, with the calendar's reasons."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from validator.calendar.spans import DAY, each_day
from validator.calendar.words import spoken
from validator.calendar.year import SchoolYear

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from validator.calendar.model import Calendar


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Weekdays that did not count, with nothing but weekends between them."""

    first: date
    last: date
    weekdays: int
    why: str
    """The name of the holiday or closure, or 'between Autumn 1 and Autumn 2'."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The latest deadline for a resubmission, with the calendar's reasons."""

    received: date
    """When the learner received the results; day 1 is the next working day."""
    working_days: int
    counted: date
    """That many working days later."""
    latest: date | None
    """The latest day that keeps to term time as well: `counted`, or the last working day before what stands
    in `limit`; None where not a single working day is left."""
    limit: str | None
    """The holiday period, or the end of the academic year, that comes before `counted`."""
    days_off: tuple[DaysOff, ...]
    """The weekdays between `received` and `counted` that are no working days."""
    basis: str
    """What the days were counted with."""


def explain_deadline(calendar: Calendar, received: date, working_days: int) -> Deadline:
    """Return the deadline `working_days` (1 or more) after the results, and why it is not earlier or later.

    Guide: Procedure for resubmission of evidence. The days lie in term time, in one academic year and not
    over a holiday period.
    """
    year = SchoolYear(calendar)
    counted = year.nth_working_day(received, working_days)
    starts = year.year_start(year.academic_year(received) + 1)
    barriers = [(p.first, p.what) for p in year.holiday_periods if p.first <= counted and received <= p.last]
    if starts <= counted:
        barriers.append((starts, f"the end of the academic year on {spoken(starts - DAY)}"))
    before, limit = min(barriers, default=(counted + DAY, None))
    left = [day for day in each_day(received + DAY, before - DAY) if year.is_working(day)]
    return Deadline(
        received=received,
        working_days=working_days,
        counted=counted,
        latest=left[-1] if left else None,
        limit=limit,
        days_off=tuple(_grouped(year, received + DAY, counted)),
        basis=year.basis,
    )


def _grouped(year: SchoolYear, first: date, last: date) -> Iterator[DaysOff]:
    weekdays = [(day, year.why_off(day)) for day in each_day(first, last) if not year.is_weekend(day)]
    for why, group in groupby(weekdays, key=lambda entry: entry[1]):
        days = [day for day, _ in group]
        if why:
            yield DaysOff(days[0], days[-1], len(days), why)
