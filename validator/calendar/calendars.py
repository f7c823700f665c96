"""Working days, terms and holiday periods of many trackers at once.

Each distinct calendar becomes a row of a table with a column for each day; a question about many records is
then an index into it. Working days are kept as running totals, so that a weekend may change inside a span.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from validator.calendar.deadline import Deadline, explain_deadline
from validator.calendar.model import Calendar
from validator.calendar.spans import DAY
from validator.calendar.words import FULL_TIME, limits, study_days
from validator.calendar.year import SchoolYear

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

    from numpy.typing import NDArray

    from validator.calendar.model import Period
    from validator.calendar.spans import Span

    Ints: TypeAlias = NDArray[np.int64]
    Bools: TypeAlias = NDArray[np.bool_]
    Dates: TypeAlias = "pd.Series[Any] | date"

_EPOCH = date(1970, 1, 1).toordinal()
_MISSING = np.iinfo(np.int64).min
_EVERY_DAY = 127
"""A set of weekdays as bits: Monday is 1, Sunday 64."""
_UNKNOWN = -1
_MARGIN = 400
"""Days by which the table reaches beyond the dates that were asked for."""


class Calendars:
    """The calendars of a chunk of trackers, by tracker.

    Every method takes Series that share an index (a single date stands for the same date in every row) and
    returns a Series with that index. A tracker without a calendar has plain weekdays. The answer is missing
    where a date is missing, or lies so far off that no tracker can mean it (before 1995, after 2060).
    """

    def __init__(self, by_tracker: Mapping[int, Calendar]) -> None:
        distinct: dict[Calendar, int] = {Calendar(): 0}
        self._row_of = {tracker: distinct.setdefault(c, len(distinct)) for tracker, c in by_tracker.items()}
        self._years = [SchoolYear(calendar) for calendar in distinct]
        self._bounds = (_number(limits().first_day), _number(limits().last_day))
        self._first = self._last = _number(date(2020, 1, 1))
        self._tables: dict[Hashable, NDArray[Any]] = {}
        self._texts: list[str] = []
        self._holiday_starts: list[int] = []

    # ------------------------------------------------------------------ working days

    def working_days(
        self, tracker: pd.Series[Any], start: Dates, end: Dates, study_days: pd.Series[Any] | None = None
    ) -> pd.Series[Any]:
        """Return how many working days after `start` there are up to and including `end`.

        0 for the same day; negative where `end` is before `start`. `study_days` says for each row when the
        learner studies ('Mon, Wed', '2 days'; blank or anything else is full time): only those days count,
        and of a number of days a week the same share of the working days.
        Guide: Procedure for resubmission of evidence.
        """
        starts, ends = self._asked(tracker, start), self._asked(tracker, end)
        known = (starts != _MISSING) & (ends != _MISSING)
        rows, tenths, weeks = self._working_rows(tracker, study_days)
        totals, at = self._totals(rows)
        since, until = (np.where(known, days - self._first, 0) for days in (starts, ends))
        days = totals[at, until] - totals[at, since]
        days = np.sign(days) * (np.abs(days) * tenths // (10 * weeks))
        return _integers(days, known, tracker.index)

    def nth_working_day(
        self,
        tracker: pd.Series[Any],
        start: Dates,
        n: pd.Series[Any] | int,
        study_days: pd.Series[Any] | None = None,
    ) -> pd.Series[Any]:
        """Return the date of working day `n` after `start`: the first day on which `working_days` is `n`.

        `start` itself for 0; the working day that many days back for a negative number.
        """
        starts = self._asked(tracker, start)
        wanted = pd.Series(n, tracker.index) if isinstance(n, int) else pd.to_numeric(n, errors="coerce")
        known = (starts != _MISSING) & wanted.notna().to_numpy(dtype=bool)
        numbers = wanted.fillna(0).to_numpy(dtype=np.int64)
        rows, tenths, weeks = self._working_rows(tracker, study_days)
        steps = np.sign(numbers) * -(-np.abs(numbers) * 10 * weeks // tenths)
        found = np.where(known & (numbers == 0), starts, _MISSING)
        left = known & (numbers != 0)
        while left.any():
            found[left] = self._reaching(rows[left], starts[left], steps[left])
            left &= found == _MISSING
            width = self._last - self._first
            back = width if (steps[left] < 0).any() else 0
            if not left.any() or not self._grow(self._first - back, self._last + width):
                break
        return _dates(found, tracker.index)

    def _reaching(self, rows: Ints, starts: Ints, steps: Ints) -> Ints:
        """Return the days on which the totals have risen by `steps`; missing where the table ends before."""
        totals, at = self._totals(rows)
        width = totals.shape[1]
        target = totals[at, starts - self._first] + steps
        rising = totals + np.arange(len(totals))[:, None] * (width + 1)  # all rows as one rising sequence
        columns = np.searchsorted(rising.ravel(), target + at * (width + 1)) - at * width
        return np.where((target > 0) & (columns < width), columns + self._first, _MISSING)

    def _working_rows(self, tracker: pd.Series[Any], said: pd.Series[Any] | None) -> tuple[Ints, Ints, Ints]:
        """Return for each record which totals to use, the tenths of days a week that count, and the week."""
        calendars = self._calendar_rows(tracker)
        weeks = np.array([year.week_length for year in self._years], dtype=np.int64)[calendars]
        if said is None:
            return calendars * 128 + _EVERY_DAY, 10 * weeks, weeks
        codes, texts = pd.factorize(said)
        learnt = [study_days(text) if isinstance(text, str) else _counted(text) for text in texts]
        learnt.append(FULL_TIME)  # code -1: blank
        bits = [sum(1 << day for day in entry.weekdays or ()) for entry in learnt]
        masks = np.array(bits, dtype=np.int64)[codes]
        tenths = np.array([entry.tenths or 70 for entry in learnt], dtype=np.int64)[codes]
        keys, where = np.unique(calendars * 128 + masks, return_inverse=True)
        rows = np.array([self._row_key(int(key)) for key in keys], dtype=np.int64)[where]
        return rows, np.minimum(tenths, 10 * weeks), weeks

    def _row_key(self, key: int) -> int:
        """Return the key of a row of totals; where no named day is ever a working day, all count."""
        calendar, mask = divmod(key, 128)
        named = frozenset(day for day in range(7) if mask >> day & 1)
        return key if self._years[calendar].can_study_on(named) else calendar * 128 + _EVERY_DAY

    def _totals(self, rows: Ints) -> tuple[Ints, Ints]:
        """Return the running totals that `rows` need, and where each of `rows` stands among them."""
        keys, at = np.unique(rows, return_inverse=True)
        totals = [self._total(int(key)) for key in keys] or [self._total(_EVERY_DAY)]
        return np.stack(totals), at.astype(np.int64)

    def _total(self, key: int) -> Ints:
        if ("totals", key) not in self._tables:
            calendar, mask = divmod(key, 128)
            working = self._painted("working", self._paint_working, np.bool_)[calendar]
            studied = np.array([mask >> day & 1 for day in range(7)], dtype=bool)[self._weekdays()]
            self._tables["totals", key] = np.cumsum(working & studied, dtype=np.int64)
        total: Ints = self._tables["totals", key]
        return total

    def _paint_working(self, row: Bools, year: SchoolYear) -> None:
        weekdays = self._weekdays()
        for weekend in year.weekends:
            since = self._column(weekend.starts)
            row[since:] = ~np.isin(weekdays[since:], list(weekend.days))
        for off in year.days_off:
            row[self._columns(off)] = False
        holidays = _numbers_of(year.public_holidays) - self._first
        row[holidays[(holidays >= 0) & (holidays < len(row))]] = False

    # ------------------------------------------------------------------ terms

    def knows_terms(self, tracker: pd.Series[Any]) -> pd.Series[Any]:
        """Return whether the tracker's term dates are known."""
        known = np.array([year.knows_terms for year in self._years], dtype=bool)
        return pd.Series(known[self._calendar_rows(tracker)], index=tracker.index)

    def term(self, tracker: pd.Series[Any], day: Dates) -> pd.Series[Any]:
        """Return the term that `day` falls in, such as 'Autumn 2023'; missing outside terms.

        Both halves of a term and the break between them have the same; the year is the academic year's.
        """

        def paint(row: Ints, year: SchoolYear) -> None:
            row[:] = _UNKNOWN
            for term in year.terms:
                row[self._columns(term)] = self._text(term.what)

        return self._texts_at(self._looked_up(tracker, day, "term", paint), tracker.index)

    def in_term(self, tracker: pd.Series[Any], day: Dates) -> pd.Series[Any]:
        """Return whether `day` is in term; missing where the calendar does not reach, or has no terms.

        Weekends that touch a term are in term, and public holidays and closures inside it.
        """

        def paint(row: Ints, year: SchoolYear) -> None:
            row[:] = _UNKNOWN
            for covered in year.covered:
                row[self._columns(covered)] = 0
            for teaching in year.teaching:
                row[self._columns(teaching)] = 1

        found = self._looked_up(tracker, day, "in term", paint)
        return pd.Series(pd.arrays.BooleanArray(found == 1, found == _UNKNOWN), index=tracker.index)

    def holiday_period(self, tracker: pd.Series[Any], start: Dates, end: Dates) -> pd.Series[Any]:
        """Return the first holiday period that the days from `start` to `end` touch, described for people.

        A break between terms or a holiday of the centre's of three weekdays or more, or the time before the
        first or after the last term of a whole academic year. Missing if there is none, or none is known.
        """

        def paint(row: Ints, year: SchoolYear) -> None:
            row[:] = _UNKNOWN
            for period in reversed(year.holiday_periods):
                row[: self._column(period.last + DAY)] = self._text(period.what, period.first)

        starts, ends = self._asked(tracker, start), self._asked(tracker, end)
        found = self._looked_up(tracker, start, "holiday", paint)
        firsts = np.array([*self._holiday_starts, 0], dtype=np.int64)[found]
        touched = (found != _UNKNOWN) & (ends != _MISSING) & (starts <= ends) & (firsts <= ends)
        return self._texts_at(np.where(touched, found, _UNKNOWN), tracker.index)

    def academic_year(self, tracker: pd.Series[Any], day: Dates) -> pd.Series[Any]:
        """Return the calendar year in which the academic year of `day` begins."""

        def paint(row: Ints, year: SchoolYear) -> None:
            for number in range(limits().first_day.year - 1, limits().last_day.year + 1):
                row[self._column(year.year_start(number)) :] = number

        found = self._looked_up(tracker, day, "year", paint)
        return _integers(found, found != _UNKNOWN, tracker.index)

    # ------------------------------------------------------------------ for people

    def basis(self, tracker: int) -> str:
        """Return the sentence that says what this tracker's working days were counted with."""
        return self._years[self._row_of.get(tracker, 0)].basis

    def periods(self, tracker: int) -> tuple[Period, ...]:
        """Return this tracker's terms, holidays and closures, by their start."""
        return self._years[self._row_of.get(tracker, 0)].periods

    def explains(self, tracker: int, start: date, n: int) -> Deadline:
        """Return the latest deadline `n` working days after results on `start`, with the reasons."""
        return explain_deadline(self._years[self._row_of.get(tracker, 0)].calendar, start, n)

    # ------------------------------------------------------------------ the table of days

    def _asked(self, tracker: pd.Series[Any], days: Dates) -> Ints:
        """Return dates as day numbers, and see to it that the table holds them."""
        numbers = _numbers(days, len(tracker))
        numbers[(numbers < self._bounds[0]) | (numbers > self._bounds[1])] = _MISSING
        known = numbers[numbers != _MISSING]
        if len(known):
            lowest, highest = int(known.min()), int(known.max())
            if lowest < self._first or highest > self._last:
                self._grow(lowest - _MARGIN, highest + _MARGIN)
        return numbers

    def _grow(self, first: int, last: int) -> bool:
        """Let the table reach from `first` to `last`, as far as dates make sense; return whether it grew."""
        old = (self._first, self._last)
        self._first = max(min(first, self._first), self._bounds[0])
        self._last = min(max(last, self._last), self._bounds[1])
        if (self._first, self._last) == old:
            return False
        self._tables.clear()
        self._texts.clear()
        self._holiday_starts.clear()
        return True

    def _looked_up(
        self, tracker: pd.Series[Any], day: Dates, what: str, paint: Callable[[Ints, SchoolYear], None]
    ) -> Ints:
        days = self._asked(tracker, day)
        known = days != _MISSING
        table = self._painted(what, paint, np.int32)
        found = table[self._calendar_rows(tracker), np.where(known, days - self._first, 0)]
        return np.where(known, found, _UNKNOWN).astype(np.int64)

    def _painted(
        self, what: str, paint: Callable[[NDArray[Any], SchoolYear], None], dtype: type[np.generic]
    ) -> NDArray[Any]:
        """Return the table of one property: a row for each calendar, a column for each day."""
        if what not in self._tables:
            table = np.zeros((len(self._years), self._last - self._first + 1), dtype=dtype)
            for row, year in zip(table, self._years, strict=True):
                paint(row, year)
            self._tables[what] = table
        return self._tables[what]

    def _calendar_rows(self, tracker: pd.Series[Any]) -> Ints:
        codes, trackers = pd.factorize(tracker)
        rows = [self._row_of.get(int(number), 0) for number in trackers]
        return np.array([*rows, 0], dtype=np.int64)[codes]

    def _columns(self, span: Span) -> slice:
        return slice(self._column(span.first), self._column(span.last + DAY))

    def _column(self, day: date) -> int:
        """Return the column of a day; the first one for days before the table."""
        return max(_number(day) - self._first, 0)

    def _weekdays(self) -> Ints:
        return (np.arange(self._first, self._last + 1) + 3) % 7  # 1 January 1970 was a Thursday

    def _text(self, text: str, first: date = date.min) -> int:
        """Return the number under which a text is kept, for a holiday period with its first day."""
        self._texts.append(text)
        self._holiday_starts.append(_number(first))
        return len(self._texts) - 1

    def _texts_at(self, found: Ints, index: pd.Index[Any]) -> pd.Series[Any]:
        texts = np.array([*self._texts, pd.NA], dtype=object)
        return pd.Series(texts[found], index=index, dtype="string")


def _number(day: date) -> int:
    return day.toordinal() - _EPOCH


def _numbers_of(days: Iterable[date]) -> Ints:
    return np.array([_number(day) for day in days], dtype=np.int64)


def _numbers(days: Dates, length: int) -> Ints:
    """Return dates as days since 1970, whatever their unit; times of day are dropped."""
    if isinstance(days, date):
        return np.full(length, _number(days), dtype=np.int64)
    if len(days) != length:
        msg = f"{len(days)} dates for {length} trackers"
        raise ValueError(msg)
    if isinstance(days.dtype, pd.DatetimeTZDtype):
        days = days.dt.tz_localize(None)
    if days.dtype.kind == "M":
        return days.to_numpy().astype("datetime64[D]").astype(np.int64)
    return np.array([_number(day) if _is_date(day) else _MISSING for day in days], dtype=np.int64)


def _is_date(value: object) -> bool:
    return isinstance(value, date) and not pd.isna(value)


def _counted(number: object) -> Any:
    """Return what a bare number in a column of study days says."""
    return study_days(f"{number:g}") if isinstance(number, int | float) else FULL_TIME


def _integers(values: Ints, known: Bools, index: pd.Index[Any]) -> pd.Series[Any]:
    return pd.Series(pd.arrays.IntegerArray(np.where(known, values, 0), ~known), index=index)


def _dates(numbers: Ints, index: pd.Index[Any]) -> pd.Series[Any]:
    return pd.Series(numbers.astype("datetime64[D]").astype("datetime64[ns]"), index=index)  # _MISSING is NaT
