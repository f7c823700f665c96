"""Dates as centres write them: real dates, day-first text, month names, serial numbers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal

from rapidfuzz import fuzz

from schemas.specification import plain, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SERIAL_EPOCH = date(1899, 12, 30)
_SERIALS = range(25569, 73051)  # 1970 to 2099: what a date that lost its format looks like
_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_ERA = re.compile(r"(?<=[0-9])\s*(?:AD|CE|AH|BE|هـ|ه|م)\.?\Z")
_CHINESE = re.compile(r"([0-9]{4})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号號]?")
_NOTE = re.compile(r"\s*\(([^()]*)\)\Z")
_ORDINAL = re.compile(r"(?<=[0-9])(?:st|nd|rd|th)\b", re.IGNORECASE)
_CLOCK = r"[0-9]{1,2}(?::[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?|(?:\.[0-9]{2})?(?=\s*[ap]\.?m))"
_TIME = re.compile(
    rf"(?:[T ,@]|[-–]\s|\b(?:at|by|before)\s)+(?:{_CLOCK}\s*"
    r"(?:[ap]\.?m\.?|[صم]|h(?:ou)?rs?|Z|[+-][0-9]{2}:?[0-9]{2})?|(?:12 )?(?:noon|midday|midnight))\s*\Z",
    re.IGNORECASE,
)
_TIME_FIRST = re.compile(rf"\A{_CLOCK}\s*(?:[ap]\.?m\.?)?(?:[ ,]|\bon\b)+", re.IGNORECASE)
_INITIALS = re.compile(r"(?<=[0-9])[ ,;–-]+[A-Z]{2,3}\Z")
_YEAR_FIRST = re.compile(
    r"\A([0-9]{4})[-/. ]+([0-9]{1,2})[-/. ]+([0-9]{1,2})\Z|\A((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})\Z"
)
_NUMERIC = re.compile(r"\A([0-9]{1,2})[-/., \\]+([0-9]{1,2})[-/., \\]+'?([0-9]{4}|[0-9]{2})\Z")
_MONTH = r"[^\W\d_][^\s0-9/,_-]{1,13}(?: [^\W\d_]{3,7})?"
_DAY_MONTH = re.compile(rf"\A([0-9]{{1,2}})[-/., ]*({_MONTH})\.?[-/., ]*'?([0-9]{{4}}|[0-9]{{2}})\Z")
_MONTH_DAY = re.compile(rf"\A({_MONTH})\.?[-/., ]*([0-9]{{1,2}})[-/., ]+'?([0-9]{{4}}|[0-9]{{2}})\Z")
_YEARLESS = re.compile(
    rf"\A(?:[0-9]{{1,2}}[-/., ]*({_MONTH})|({_MONTH})\.?[-/., ]*[0-9]{{1,2}}|[0-9]{{1,2}}[-/.][0-9]{{1,2}})\Z"
)
_DAY = re.compile(r"\A[0-9]{1,2}\Z")
_ANY_DAY = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{2,4}")
_A_YEAR = 12
_LONG_ENOUGH = 6
"""From this many letters the name of a month may be misspelt …"""
_MISSPELT = 85
"""… if it is this much (0 to 100) like the name."""


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
    if named := _weekday().search(_spaced(text)):
        weekday = _weekdays()[plain(named[0])]
        days = (_date(year, second, first), _date(year, first, second))
        falls_on = [day is not None and day.weekday() == weekday for day in days]
        if falls_on[0] != falls_on[1]:
            return "day" if falls_on[0] else "month"
    return None


def _spaced(text: str) -> str:
    """Return a text with Western digits and plain spaces, and without the marks that turn the direction of writing."""
    text = _MARKS.sub("", unicodedata.normalize("NFKC", text))
    text = "".join(c if c.isascii() or (digit := unicodedata.decimal(c, None)) is None else str(digit) for c in text)
    return re.sub(r"\s+", " ", text).strip()


def _bare(text: str) -> str:
    """Return a date without what stands around it: weekday, time, era, initials, a remark that names no day."""
    text = _CHINESE.sub(r"\1-\2-\3 ", _spaced(text)).strip()
    if (note := _NOTE.search(text)) and not _is_day_in(note[1]):
        text = text[: note.start()]
    text = _TIME_FIRST.sub("", _ERA.sub("", _TIME.sub("", text)))
    text = _ORDINAL.sub("", _weekday().sub("", text))
    before, after, within = _remarks()
    text = within.sub(" ", after.sub("", before.sub("", text.strip(" ,.*"))))
    return re.sub(r"\s+", " ", _INITIALS.sub("", text)).strip(" ,.;*")


def _is_day_in(note: str) -> bool:
    """Return whether a remark names a day of its own: "(extended to 11 Dec)", not "(5 days more)"."""
    return bool(re.search(r"[0-9][-/.][0-9]", note)) or (
        any(c.isdigit() for c in note) and any(_month(word) for word in note.split())
    )


@cache
def _remarks() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return what finds the words that may stand before a date, after it and inside it without changing it."""
    before, after, within = (
        "|".join(map(re.escape, words()["beside_dates"][where])) for where in ("before", "after", "within")
    )
    return (
        re.compile(rf"\A(?:(?:{before})(?![^\W\d_])[\s:.,–-]*)+", re.IGNORECASE),
        re.compile(rf"(?:[\s:,;–-]+(?:{after})\.?)+\Z", re.IGNORECASE),
        re.compile(rf"(?<!\w)(?:{within})(?!\w)", re.IGNORECASE),
    )


@cache
def _weekdays() -> Mapping[str, int]:
    return {plain(name): number for number, names in enumerate(words()["weekdays"]) for name in names}


@cache
def _weekday() -> re.Pattern[str]:
    names = sorted((name for names in words()["weekdays"] for name in names), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)\.?,?", re.IGNORECASE)


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
    return _from_text(text, month_first=False, settled=True) if _YEAR_FIRST.match(text) else Odd("STR005", text)


def _from_text(text: str, month_first: bool, settled: bool) -> date | Odd | None:
    bare = _bare(text)
    if m := _YEAR_FIRST.match(bare):
        year, month, day = (int(part) for part in m.groups() if part)
    elif m := _NUMERIC.match(bare):
        first, second, year = int(m[1]), int(m[2]), _full_year(m[3])
        day, month = (second, first) if month_first else (first, second)
        if not settled and first != second and first <= 12 and second <= 12:
            reading = _date(year, month, day)
            other = _date(year, day, month)
            if reading and other and not isinstance(_plausible(reading, text), Odd):
                hint = f"{_spoken(reading)} if the day stands first, {_spoken(other)} if the month does"
                return Odd("STR006", text, reading, hint)
        if _date(year, month, day) is None and not _of_other_calendar(year, month, day, text):
            # one stray entry in the other order, which can mean only one date
            day, month = month, day
    elif (m := _DAY_MONTH.match(bare)) and (month := _month(m[2])):
        day, year = int(m[1]), _full_year(m[3])
    elif (m := _MONTH_DAY.match(bare)) and (month := _month(m[1])):
        day, year = int(m[2]), _full_year(m[3])
    else:
        return Odd("STR005", text, hint=_no_single_day(bare))
    in_its_calendar = month - _A_YEAR if _is_hijri(bare) else month
    if odd := _of_other_calendar(year, in_its_calendar, day, text):
        return odd
    found = _date(year, month, day)
    return _plausible(found, text) if found else Odd("STR005", text, hint="there is no such day")


@cache
def _months() -> Mapping[str, int]:
    """Return the number of each month by its names: from 13 on those of the Hijri year."""
    every = [*words()["months"], *words()["hijri_months"]]
    return {plain(name): number for number, names in enumerate(every, 1) for name in names}


@cache
def _month(name: str) -> int:
    """Return the number of a month by its name, slightly misspelt perhaps; 0 for any other word."""
    spoken = plain(name)
    if spoken in _months() or len(spoken) < _LONG_ENOUGH:
        return _months().get(spoken, 0)
    alike = {number for other, number in _months().items() if fuzz.ratio(spoken, other) >= _MISSPELT}
    return alike.pop() if len(alike) == 1 else 0


def _is_hijri(text: str) -> bool:
    """Return whether a date names a month of the Hijri year."""
    return any(_month(word) > _A_YEAR for word in re.findall(_MONTH, text))


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
    if len(_ANY_DAY.findall(text)) > 1:
        return "it names several days, and the one that counts is needed"
    return "the year is missing" if _names_day(text) else ""


def _names_day(text: str) -> bool:
    """Return whether a text is a day of a year, or of a month at least."""
    if _YEAR_FIRST.match(text) or _NUMERIC.match(text):
        return True
    found = _DAY_MONTH.match(text) or _MONTH_DAY.match(text) or _YEARLESS.match(text)
    names = [part for part in found.groups() if part and not part.isdigit()] if found else []
    return found is not None and all(map(_month, names))


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
    return _of_other_calendar(found.year, found.month, found.day, text) or Odd(
        "STR007", text, None, "the year cannot be right"
    )


def _of_other_calendar(year: int, month: int, day: int, text: str) -> Odd | None:
    """Return what is to be said of a day of a Buddhist or Hijri year; None for any other."""
    if 2513 <= year <= 2643 and (likely := _date(year - 543, month, day)):
        return Odd("STR007", text, None, f"the year looks Buddhist; it may be {_spoken(likely)}")
    if 1390 <= year <= 1500 and 1 <= month <= _A_YEAR and 1 <= day <= 30:
        likely = _from_hijri(year, month, day)
        return Odd(
            "STR007", text, None, f"the year looks Hijri; it may be {_spoken(likely)}, give or take a day or two"
        )
    return None


def _from_hijri(year: int, month: int, day: int) -> date:
    """Return the day that a Hijri date stands for by the tabular calendar, which may differ by a day or two from the
    one that was announced."""
    days = (11 * year + 3) // 30 + 354 * year + 30 * month - (month - 1) // 2 + day
    return date.fromordinal(days + 1948440 - 385 - 1721425)


def _spoken(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
