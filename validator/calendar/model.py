"""What a centre says of its year: terms, holidays, closures, country and weekend."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from validator.calendar.words import Kind, dated_kind, recognised_kind

if TYPE_CHECKING:
    from collections.abc import Iterable


class CalendarError(ValueError):
    """A calendar file that cannot be used; its message says what is wrong, where, and what to do."""


@dataclass(frozen=True, slots=True)
class Period:
    """Consecutive days with a name, the first and the last included."""

    name: str
    starts: date
    ends: date
    kind: Kind


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is known of the days on which a centre teaches. With nothing known, weekdays are working days."""

    periods: tuple[Period, ...] = ()
    """The centre's own term dates and holidays, in any order."""
    country: str | None = None
    """ISO 3166 code; gives weekend, public holidays and the usual start of the academic year."""
    weekend: frozenset[int] | None = None
    """Monday is 0; wins over the country's."""
    source: str = ""
    """Where the term dates stand, for the reader: 'sheet Term dates', 'calendar.toml'."""
    academic_year_starts: tuple[int, int] | None = None
    """Month and day; wins over everything that could tell."""

    def combined(self, given: Calendar | None) -> Calendar:
        """Return this calendar, the tracker's own, completed by the one that was given with the options.

        The tracker's own terms win over the given ones, its own holidays over the given holidays; what only
        one of the two knows is kept.
        """
        if given is None:
            return self
        own_terms, own_rest = _split(self.periods)
        given_terms, given_rest = _split(given.periods)
        terms, rest = own_terms or given_terms, own_rest or given_rest
        used = [c.source for c in (self, given) if c.source and set(c.periods) & {*terms, *rest}]
        return replace(
            self,
            periods=terms + rest,
            country=self.country or given.country,
            weekend=given.weekend if self.weekend is None else self.weekend,
            source=" and ".join(dict.fromkeys(used)),
            academic_year_starts=self.academic_year_starts or given.academic_year_starts,
        )


def _split(periods: tuple[Period, ...]) -> tuple[tuple[Period, ...], tuple[Period, ...]]:
    terms = tuple(period for period in periods if period.kind == "term")
    return terms, tuple(period for period in periods if period.kind != "term")


def calendar_from_terms(
    rows: Iterable[tuple[str | None, date | None, date | None, str | None]],
    *,
    country: str | None = None,
    source: str = "",
    weekend: frozenset[int] | None = None,
    academic_year_starts: tuple[int, int] | None = None,
) -> Calendar:
    """Return the calendar that a tracker's own rows (name, first day, last day, kind) make.

    Rows without a first day, terms without a last day and rows that end before they start are left out; a
    holiday or closure without a last day is one day long.
    """
    found = (own_period(name, starts, ends, kind) for name, starts, ends, kind in rows if starts)
    return Calendar(tuple(filter(None, found)), country, weekend, source, academic_year_starts)


def own_period(name: str | None, starts: date, ends: date | None, kind: str | None) -> Period | None:
    """Return the period that one row of a calendar means; None where it is incomplete or ends too early."""
    name, starts, ends = " ".join((name or "").split()), _day(starts), _day(ends) if ends else None
    if ends is None and recognised_kind(name, kind) != "term":
        ends = starts
    if ends is None or ends < starts:
        return None
    return Period(name, starts, ends, dated_kind(name, kind, starts, ends))


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
