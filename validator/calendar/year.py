"""One centre's year, worked out from its calendar: days off and why, terms, holiday periods, academic years.

Everything is a handful of spans; `Calendars` paints them on arrays, `explain_deadline` walks through them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from validator.calendar.countries import Weekend, country, library_weekend, public_holidays
from validator.calendar.spans import (
    DAY,
    Span,
    day_of_year,
    each_day,
    longest_gap,
    merged,
    month_and_day,
    on,
    without,
)
from validator.calendar.words import limits, plain, spoken, term_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from validator.calendar.model import Calendar, Period

_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class SchoolYear:
    """What follows from one calendar."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._country = country(calendar.country)

    # ------------------------------------------------------------------ weekends and days off

    @cached_property
    def weekends(self) -> tuple[Weekend, ...]:
        """The weekends, oldest first: one entry, or more where the country changed its weekend."""
        if self.calendar.weekend is not None:
            return (Weekend(date.min, self.calendar.weekend),)
        return self._country.weekends or (Weekend(date.min, library_weekend(self.calendar.country)),)

    @property
    def week_length(self) -> int:
        """How many days of the week are working days."""
        return 7 - len(self.weekends[-1].days)

    def is_weekend(self, day: date) -> bool:
        """Return whether `day` falls on the weekend that its date had."""
        return day.weekday() in next(w.days for w in reversed(self.weekends) if w.starts <= day)

    def can_study_on(self, weekdays: frozenset[int]) -> bool:
        """Return whether any of `weekdays` is a working day of the week."""
        return any(weekdays - weekend.days for weekend in self.weekends)

    @cached_property
    def public_holidays(self) -> Mapping[date, str]:
        """The country's public holidays with their names; empty where the country is not known."""
        return public_holidays(self.calendar.country, self._country.holidays_of)

    @cached_property
    def days_off(self) -> tuple[Span, ...]:
        """The spans without working days, with why: own holidays and closures, then breaks between terms."""
        named = (Span(p.starts, p.ends, p.name or p.kind.replace("-", " ")) for p in self._off)
        return (*named, *(Span(gap.first, gap.last, f"between {_both(gap)}") for gap in self._gaps))

    def why_off(self, day: date) -> str | None:
        """Return why a weekday is no working day; None for a working day."""
        return next((off.what for off in self.days_off if day in off), None) or self.public_holidays.get(day)

    def is_working(self, day: date) -> bool:
        """Return whether `day` is a working day."""
        return not self.is_weekend(day) and self.why_off(day) is None

    # ------------------------------------------------------------------ terms

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """The terms, holidays and closures, as the centre names them: the periods that can be meant, by their start."""
        first, last = limits().first_day, limits().last_day
        meant = (p for p in self.calendar.periods if first <= p.starts <= p.ends <= last)
        return tuple(sorted(meant, key=lambda p: (p.starts, p.ends)))

    @cached_property
    def _off(self) -> tuple[Period, ...]:
        return tuple(p for p in self.periods if p.kind != "term")

    @cached_property
    def _terms(self) -> tuple[Period, ...]:
        """The terms, without rows that other rows divide ('Autumn' beside 'Autumn 1' and 'Autumn 2')."""
        terms = [p for p in self.periods if p.kind == "term"]
        return tuple(p for p in terms if not _divided(p, terms))

    @property
    def knows_terms(self) -> bool:
        """Whether the calendar has term dates."""
        return bool(self._terms)

    @cached_property
    def _runs(self) -> tuple[tuple[Period, ...], ...]:
        """The terms in runs that no break parts which is too long to be one."""
        runs: list[list[Period]] = []
        end = date.min
        for term in self._terms:
            if not runs or (term.starts - end).days > 7 * limits().longest_break_weeks:
                runs.append([])
            runs[-1].append(term)
            end = max(end, term.ends)
        return tuple(map(tuple, runs))

    @cached_property
    def _gaps(self) -> tuple[_Gap, ...]:
        return tuple(gap for run in self._runs for gap in _gaps_of(run))

    @cached_property
    def covered(self) -> tuple[Span, ...]:
        """The days on which the calendar can tell whether they are in term.

        From the first term's start to the last term's end; all of an academic year whose terms are all known.
        """
        spans: list[Span] = []
        for run in self._runs:
            first, last = _span_of(run).first, _span_of(run).last
            opening, closing = self.academic_year(run[0].starts), self.academic_year(run[-1].starts)
            if self._is_whole(run, opening):
                before = spans[-1].last if spans else date.min
                first = max(min(first, self.year_start(opening)), before + DAY)
            if self._is_whole(run, closing):
                last = max(last, self.year_start(closing + 1) - DAY)
            if spans and spans[-1].last >= first:
                spans[-1] = Span(spans[-1].first, first - DAY)
            spans.append(Span(first, last))
        return tuple(spans)

    def _is_whole(self, run: Sequence[Period], year: int) -> bool:
        """Return whether `run` holds all terms of an academic year."""
        return _is_whole_year([term for term in run if self.academic_year(term.starts) == year])

    @cached_property
    def teaching(self) -> tuple[Span, ...]:
        """The days in term: terms without holiday periods inside them, with the weekends that touch them."""
        spans = merged(Span(term.starts, term.ends) for term in self._terms)
        for holiday in self._long_holidays:
            spans = [part for span in spans for part in without(span, holiday)]
        return tuple(self._with_weekends(span) for span in spans)

    @cached_property
    def terms(self) -> tuple[Span, ...]:
        """The terms as people speak of them ('Autumn 2023'), half-term breaks inside; the longest last."""
        found: dict[str, list[Period]] = {}
        for term in self._terms:
            found.setdefault(self._identity(term), []).append(term)
        spans = [self._with_weekends(_span_of(rows, identity)) for identity, rows in found.items()]
        return tuple(sorted(spans, key=lambda span: (len(span), span.first)))

    def _identity(self, term: Period) -> str:
        name, shared = term_name(term.name)
        year = self.academic_year(term.starts)
        apart = [t for t in self._terms if t.ends < term.starts or term.ends < t.starts]
        alike = [t for t in apart if plain(t.name) == plain(term.name)]
        if not name or (not shared and any(self.academic_year(t.starts) == year for t in alike)):
            return f"{name or 'Term'} from {spoken(term.starts)}"
        return f"{name} {year}"

    def _with_weekends(self, span: Span) -> Span:
        first, last = span.first, span.last
        while self.is_weekend(first - DAY):
            first -= DAY
        while self.is_weekend(last + DAY):
            last += DAY
        return Span(first, last, span.what)

    # ------------------------------------------------------------------ holiday periods

    @cached_property
    def holiday_periods(self) -> tuple[Span, ...]:
        """The holiday periods by their start, from their first to their last weekday, described for people.

        Breaks between terms and the centre's own holidays of enough weekdays; and, where all terms of an
        academic year are known, what lies before the first and after the last. Named breaks go by their name.
        """
        own = list(self._long_holidays)
        periods = []
        for gap in (*self._breaks, *self._outside):
            named = [holiday for holiday in own if holiday.first <= gap.last and gap.first <= holiday.last]
            own = [holiday for holiday in own if holiday not in named]
            what = max(named, key=len).what if named else gap.what
            together = [gap, *named]
            periods.append(Span(min(s.first for s in together), max(s.last for s in together), what))
        return tuple(sorted(filter(None, map(self._weekdays_of, (*periods, *own)))))

    @cached_property
    def _long_holidays(self) -> tuple[Span, ...]:
        """The centre's own holidays that are holiday periods; one row a day makes one holiday."""
        found: list[Span] = []
        names: list[str] = []
        for row in self._off:
            if row.kind != "holiday":
                continue
            last = found[-1] if found else None
            goes_on = last and names[-1] == plain(row.name)
            if last and goes_on and not self._weekdays(last.last + DAY, row.starts - DAY):
                found[-1] = Span(last.first, max(last.last, row.ends), row.name)
            else:
                found.append(Span(row.starts, row.ends, row.name))
                names.append(plain(row.name))
        return tuple(
            Span(span.first, span.last, f"{span.what or 'the holiday'} ({_from_to(span)})")
            for span in found
            if self._weekdays(span.first, span.last) >= limits().holiday_weekdays
        )

    @cached_property
    def _breaks(self) -> tuple[Span, ...]:
        return tuple(
            Span(gap.first, gap.last, f"the break between {_ending(gap.before)} and {_starting(gap.after)}")
            for gap in self._gaps
            if self._weekdays(gap.first, gap.last) >= limits().holiday_weekdays
        )

    @cached_property
    def _outside(self) -> tuple[Span, ...]:
        """What lies before the first and after the last term of whole academic years."""
        spans = []
        for run, covered in zip(self._runs, self.covered, strict=True):
            terms, first, last = _span_of(run), run[0], max(run, key=lambda term: term.ends)
            if covered.first < terms.first:
                what = f"the time before {_name(first)}, which starts {spoken(first.starts)}"
                spans.append(Span(covered.first, terms.first - DAY, what))
            if terms.last < covered.last:
                what = f"the time after {_name(last)}, which ends {spoken(last.ends)}"
                spans.append(Span(terms.last + DAY, covered.last, what))
        return tuple(spans)

    def _weekdays_of(self, span: Span) -> Span | None:
        """Return `span` without weekends at its ends; None where nothing is left."""
        days = [day for day in each_day(span.first, span.last) if not self.is_weekend(day)]
        return Span(days[0], days[-1], span.what) if days else None

    def _weekdays(self, first: date, last: date) -> int:
        return sum(not self.is_weekend(day) for day in each_day(first, last))

    # ------------------------------------------------------------------ academic years

    def academic_year(self, day: date) -> int:
        """Return the year whose academic year `day` falls in: 2023 for 2023/24."""
        return next(year for year in (day.year + 1, day.year, day.year - 1) if self.year_start(year) <= day)

    def year_start(self, year: int) -> date:
        """Return the first day of an academic year; a term that is already running brings it forward."""
        start = on(year, *(self.calendar.academic_year_starts or self._usual_start))
        if self.calendar.academic_year_starts:
            return start
        running = (t for t in self._terms if t.starts < start <= t.ends and _is_shift(t, start))
        return min((term.starts for term in running), default=start)

    @cached_property
    def _usual_start(self) -> tuple[int, int]:
        """The month and day on which academic years start: the country's custom, unless terms differ."""
        customs = (self._country.academic_year_starts, country(None).academic_year_starts, (1, 1))
        if any(_is_whole_year(run) for run in self._runs) and (gap := self._summer):
            fitting = (custom for custom in customs if day_of_year(*custom) in gap)
            return next(fitting, month_and_day(gap[-1]))
        return next((custom for custom in customs if not self._cuts_a_term(custom)), customs[0])

    @property
    def _summer(self) -> list[int]:
        return longest_gap((Span(t.starts, t.ends) for t in self._terms), limits().summer_gap_days)

    def _cuts_a_term(self, custom: tuple[int, int]) -> bool:
        return any(
            term.starts < start <= term.ends and not _is_shift(term, start)
            for term in self._terms
            for year in range(term.starts.year, term.ends.year + 1)
            for start in [on(year, *custom)]
        )

    # ------------------------------------------------------------------ for people

    @property
    def basis(self) -> str:
        """One sentence that says what working days were counted with."""
        if not self.calendar.periods and not self.calendar.country and self.calendar.weekend is None:
            return "Weekdays were counted; neither term dates nor public holidays were known."
        used = [self._own_dates] if self.calendar.periods else []
        used.append(self._spoken_weekends)
        unknown = [] if self.knows_terms else ["term dates"]
        if self.public_holidays:
            used.append(f"the public holidays of {self._country.name}")
        elif not any(period.kind == "public-holiday" for period in self._off):
            unknown.append("public holidays")
        text = f"Working days were counted with {_listed(used)}"
        return f"{text}; {' and '.join(unknown)} were not known." if unknown else f"{text}."

    @property
    def _own_dates(self) -> str:
        dates = "the term dates" if self.knows_terms else "the holidays"
        source = self.calendar.source
        if not source:
            return f"{dates} given"
        return f"{dates} {'on' if source.startswith('sheet ') else 'in'} {source}"

    @property
    def _spoken_weekends(self) -> str:
        *older, now = self.weekends
        text = f"{_day_list(now.days)} weekends"
        seen_by_terms = not self._terms or self._terms[0].starts < now.starts
        if not older or now.starts < limits().weekend_change_told or not seen_by_terms:
            return text
        return f"{text} ({_day_list(older[-1].days)} until {spoken(now.starts - DAY)})"

    # ------------------------------------------------------------------ a deadline

    def nth_working_day(self, start: date, n: int) -> date:
        """Return working day `n` (1 or more) after `start`."""
        working = (day for day in each_day(start + DAY, date.max - DAY) if self.is_working(day))
        return next(day for number, day in enumerate(working, start=1) if number == n)


# ---------------------------------------------------------------------- terms and gaps


@dataclass(frozen=True, slots=True)
class _Gap:
    """The days between two consecutive terms."""

    first: date
    last: date
    before: Period
    after: Period


def _gaps_of(run: Sequence[Period]) -> Iterator[_Gap]:
    latest = run[0]
    for term in run[1:]:
        if term.starts > latest.ends + DAY:
            yield _Gap(latest.ends + DAY, term.starts - DAY, latest, term)
        if term.ends > latest.ends:
            latest = term


def _divided(whole: Period, terms: Sequence[Period]) -> bool:
    """Return whether other rows divide this one: they lie inside it, start with it and end with it."""
    parts = [t for t in terms if t != whole and whole.starts <= t.starts and t.ends <= whole.ends]
    slack = timedelta(days=3)
    return (
        len(parts) > 1
        and any(earlier.ends < later.starts for earlier in parts for later in parts)
        and min(part.starts for part in parts) <= whole.starts + slack
        and max(part.ends for part in parts) >= whole.ends - slack
    )


def _span_of(terms: Sequence[Period], what: str = "") -> Span:
    return Span(min(term.starts for term in terms), max(term.ends for term in terms), what)


def _is_whole_year(run: Sequence[Period]) -> bool:
    return len(_span_of(run)) >= 7 * limits().whole_year_weeks


def _is_shift(term: Period, start: date) -> bool:
    return (start - term.starts).days <= 7 * limits().year_shift_weeks


# ---------------------------------------------------------------------- phrases


def _name(term: Period) -> str:
    return term.name or "the term"


def _ending(term: Period) -> str:
    return f"{term.name or 'a term'} (ends {spoken(term.ends)})"


def _starting(term: Period) -> str:
    return f"{term.name or 'a term'} (starts {spoken(term.starts)})"


def _both(gap: _Gap) -> str:
    if gap.before.name and gap.after.name:
        return f"{gap.before.name} and {gap.after.name}"
    return "terms"


def _day_list(days: frozenset[int]) -> str:
    """Return 'Friday-Saturday' for two days in a row, else 'Friday and Sunday'."""
    ordered = [6, 0] if days == {0, 6} else sorted(days)
    in_a_row = all((earlier + 1) % 7 == later for earlier, later in pairwise(ordered))
    return ("-" if in_a_row else " and ").join(_DAY_NAMES[day] for day in ordered) or "no"


def _from_to(span: Span) -> str:
    return spoken(span.first) if len(span) == 1 else f"{spoken(span.first)} to {spoken(span.last)}"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
