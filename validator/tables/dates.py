"""Dates as centres write them: real dates, day-first text, month names, serial numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal

from schemas.specification import plain, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SERIAL_EPOCH = date(1899, 12, 30)
_SERIALS = range(25569, 73051)  # 1970 to 2099: what a date that lost its format looks like
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_WEEKDAY = re.compile(r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?", re.IGNORECASE)
_ERA = re.compile(r"(?<=[0-9])\s*(?:AD|CE|AH|BE|هـ|ه|م)\.?\Z")
_NOTE = re.compile(r"\s*\((?![^)]*[0-9][-/.][0-9])[^()]*\)\Z")
_ORDINAL = re.compile(r"(?<=[0-9])(?:st|nd|rd|th)\b", re.IGNORECASE)
_TIME = re.compile(r"[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?\s*(?:[ap]m|Z)?\s*\Z", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"\A([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})\Z")
_NUMERIC = re.compile(r"\A([0-9]{1,2})[-/. ]+([0-9]{1,2})[-/. ]+([0-9]{4}|[0-9]{2})\Z")
_MONTH = r"[^\W\d_]{2,9}(?: [^\W\d_]{3,7})?"
_DAY_MONTH = re.compile(rf"\A([0-9]{{1,2}})[-/., ]*(?:of )?({_MONTH})\.?[-/., ]*([0-9]{{4}}|[0-9]{{2}})\Z")
_MONTH_DAY = re.compile(rf"\A({_MONTH})\.?[-/., ]*([0-9]{{1,2}})[-/., ]+([0-9]{{4}}|[0-9]{{2}})\Z")
_YEARLESS = re.compile(
    rf"\A(?:[0-9]{{1,2}}[-/., ]*(?:of )?({_MONTH})|({_MONTH})\.?[-/., ]*[0-9]{{1,2}}|[0-9]{{1,2}}[-/.][0-9]{{1,2}})\Z"
)
_DAY = re.compile(r"\A[0-9]{1,2}\Z")


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell that is not simply what its column asks for: what it says, and why it was not taken as it is."""

    code: Literal["STR005", "STR006", "STR007", "STR008"]
    text: str
    reading: object = None
    """What it was taken for in the meantime, or None."""
    hint: str = ""


def read_dates(values: Sequence[object], first: Literal["day", "month"] | None = None) -> list[date | Odd | None]:
    """Return the dates of one column, read as a whole: day-first unless the column itself settles otherwise, by a day
    above the 12th or by weekdays. `first` says what stands first where somebody knows.

    Blank cells give None; what is no date gives `Odd` with STR005; a text date that day-first and month-first
    read differently, in a column that does not settle it, STR006 (with the day-first reading); a date that
    cannot be meant (a Buddhist or Hijri year, a year long past or far off) STR007 (with the likely date).
    """
    texts = {v for v in values if isinstance(v, str)}
    orders = {first} if first else {_order(text) for text in texts}
    day_first, month_first = "day" in orders, "month" in orders
    settled = day_first != month_first
    read = {text: _from_text(text, month_first and not day_first, settled) for text in texts}
    return [read[v] if isinstance(v, str) else _from_value(v) for v in values]


def _order(text: str) -> Literal["day", "month"] | None:
    """Return what a numeric date begins with, where it tells: by a number above 12, or by the weekday before it."""
    numeric = _NUMERIC.match(_bare(text))
    if not numeric:
        return None
    first, second, year = int(numeric[1]), int(numeric[2]), _full_year(numeric[3])
    if max(first, second) > 12:
        return None if min(first, second) > 12 else "day" if first > 12 else "month"
    if named := _WEEKDAY.search(text):
        weekday = named[0][:3].lower()
        falls_on = [day and f"{day:%a}".lower() for day in (_date(year, second, first), _date(year, first, second))]
        if (falls_on[0] == weekday) != (falls_on[1] == weekday):
            return "day" if falls_on[0] == weekday else "month"
    return None


def _bare(text: str) -> str:
    text = _ERA.sub("", _TIME.sub("", _NOTE.sub("", text.translate(_DIGITS).strip())))
    text = _ORDINAL.sub("", _WEEKDAY.sub("", text))
    return re.sub(r"\s+", " ", text).strip(" ,.")


def _from_value(value: object) -> date | Odd | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return _plausible(value.date(), str(value.date()))
    if isinstance(value, date):
        return _plausible(value, str(value))
    if isinstance(value, int | float) and not isinstance(value, bool) and int(value) in _SERIALS:
        return _SERIAL_EPOCH + timedelta(days=int(value))
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return Odd("STR005", text)


def _from_text(text: str, month_first: bool, settled: bool) -> date | Odd | None:
    bare = _bare(text)
    if m := _YEAR_FIRST.match(bare):
        year, month, day = int(m[1]), int(m[2]), int(m[3])
    elif m := _NUMERIC.match(bare):
        first, second, year = int(m[1]), int(m[2]), _full_year(m[3])
        day, month = (second, first) if month_first else (first, second)
        if not settled and first != second and first <= 12 and second <= 12:
            reading = _date(year, month, day)
            other = _date(year, day, month)
            if reading and other and not isinstance(_plausible(reading, text), Odd):
                hint = f"{_spoken(reading)} if the day stands first, {_spoken(other)} if the month does"
                return Odd("STR006", text, reading, hint)
        if _date(year, month, day) is None:  # one stray entry in the other order, which can mean only one date
            day, month = month, day
    elif (m := _DAY_MONTH.match(bare)) and plain(m[2]) in _months():
        day, month, year = int(m[1]), _months()[plain(m[2])], _full_year(m[3])
    elif (m := _MONTH_DAY.match(bare)) and plain(m[1]) in _months():
        month, day, year = _months()[plain(m[1])], int(m[2]), _full_year(m[3])
    else:
        return Odd("STR005", text, hint=_no_single_day(bare))
    found = _date(year, month, day)
    return _plausible(found, text) if found else Odd("STR005", text, hint="there is no such day")


@cache
def _months() -> Mapping[str, int]:
    return {plain(name): number for number, names in enumerate(words()["months"], 1) for name in names}


def _no_single_day(text: str) -> str:
    """Return why a text that speaks of days is no date: a range, a week, a day without its year; "" for any other."""
    told = plain(text)
    if any(told.startswith(f"{word} ") for word in words()["weeks"]) and re.search("[0-9]", told):
        return "it is a week, and the day itself is needed"
    until = "|".join(map(re.escape, words()["until"]))
    for between in re.finditer(rf"\s*[-–—/]\s*|\s+(?:{until})\s+", text):
        first, last = text[: between.start()].strip(), text[between.end() :].strip()
        if _names_day(last) and (_DAY.match(first) or _names_day(first)):
            return "it is a range of days, and the day itself is needed"
    return "the year is missing" if _names_day(text) else ""


def _names_day(text: str) -> bool:
    """Return whether a text is a day of a year, or of a month at least."""
    if _YEAR_FIRST.match(text) or _NUMERIC.match(text):
        return True
    found = _DAY_MONTH.match(text) or _MONTH_DAY.match(text) or _YEARLESS.match(text)
    names = [part for part in found.groups() if part and not part.isdigit()] if found else []
    return found is not None and all(plain(name) in _months() for name in names)


def _full_year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _plausible(found: date, text: str) -> date | Odd:
    if 1970 <= found.year <= 2100:
        return found
    if 2513 <= found.year <= 2643 and (likely := _date(found.year - 543, found.month, found.day)):
        return Odd("STR007", text, None, f"the year looks Buddhist; it may be {_spoken(likely)}")
    if 1390 <= found.year <= 1500:
        likely = _from_hijri(found)
        return Odd(
            "STR007", text, None, f"the year looks Hijri; it may be {_spoken(likely)}, give or take a day or two"
        )
    return Odd("STR007", text, None, "the year cannot be right")


def _from_hijri(day: date) -> date:
    """Return the day that a Hijri date stands for by the tabular calendar, which may differ by a day or two from the
    one that was announced."""
    days = (11 * day.year + 3) // 30 + 354 * day.year + 30 * day.month - (day.month - 1) // 2 + day.day
    return date.fromordinal(days + 1948440 - 385 - 1721425)


def _spoken(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
