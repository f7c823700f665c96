"""Working days the way the guide counts them: term dates, holidays, weekends and days of study.

`Calendars` answers for many trackers at once and brings pandas with it; the rest does without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from validator.calendar.countries import country_code
from validator.calendar.deadline import DaysOff, Deadline, explain_deadline
from validator.calendar.files import load_calendar
from validator.calendar.model import Calendar, CalendarError, Period, calendar_from_terms
from validator.calendar.words import Kind, period_kind

if TYPE_CHECKING:
    from validator.calendar.calendars import Calendars

__all__ = [
    "Calendar",
    "CalendarError",
    "Calendars",
    "DaysOff",
    "Deadline",
    "Kind",
    "Period",
    "calendar_from_terms",
    "country_code",
    "explain_deadline",
    "load_calendar",
    "period_kind",
]


def __getattr__(name: str) -> object:
    if name == "Calendars":
        from validator.calendar.calendars import Calendars  # noqa: PLC0415 - brings pandas

        return Calendars
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
