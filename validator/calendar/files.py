"""Calendars from files: tables in .csv and .xlsx, settings in .toml, events in .ics."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from validator.calendar.countries import country_code, read_month_and_day
from validator.calendar.model import Calendar, CalendarError, Period, own_period
from validator.calendar.words import plain, recognised_kind, weekday, words
from validator.tables.dates import Odd, read_dates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_HEADING_ROWS = 20
_MOST_ROWS, _MOST_COLUMNS = 5000, 60
_DELIMITERS = ",;\t|"
_SHAPE = "a row of headings such as Term, Starts, Ends, Kind and a row for each term or holiday"


def load_calendar(path: Path) -> Calendar:
    """Return the calendar in a .csv, .xlsx, .toml or .ics file.

    Raises CalendarError, whose message is one sentence for the user: what is wrong, where, and what to do.
    """
    loader = _LOADERS.get(path.suffix.lower())
    if loader is None:
        msg = f"{path.name} is no kind of calendar that can be read; give it as .csv, .xlsx, .toml or .ics."
        raise CalendarError(msg)
    try:
        calendar = loader(path)
    except OSError as error:
        msg = f"{path} cannot be opened ({error.strerror or error}); check the path given as --calendar."
        raise CalendarError(msg) from error
    if not calendar.periods and calendar.country is None and calendar.weekend is None:
        msg = f"{path.name} holds no term dates, holidays or country; write {_SHAPE}."
        raise CalendarError(msg)
    return calendar


# ---------------------------------------------------------------------- tables


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a calendar table, with the words for where it stands."""

    where: str
    name: str
    starts: object
    ends: object
    kind: str | None


def _from_csv(path: Path) -> Calendar:
    text = _decoded(path).splitlines()
    heading = max(text[:_HEADING_ROWS], key=lambda line: sum(map(line.count, _DELIMITERS)), default="")
    lines = csv.reader(text, delimiter=max(_DELIMITERS, key=heading.count))
    try:
        rows = _rows(path.name, [(lines.line_num, line) for line in lines])
    except csv.Error as error:
        msg = f"{path.name}, row {lines.line_num} cannot be read ({error}); save the file as .csv again."
        raise CalendarError(msg) from error
    if rows is None:
        msg = f"{path.name} has no headings that can be understood; write {_SHAPE}."
        raise CalendarError(msg)
    return Calendar(_periods(rows), source=path.name)


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _from_xlsx(path: Path) -> Calendar:
    import openpyxl  # noqa: PLC0415 - only for those who keep their calendar in a workbook

    with path.open("rb") as stream:
        try:
            workbook = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        except Exception as error:  # openpyxl raises whatever the damage leads to
            msg = f"{path.name} is not a workbook that can be opened; save it as .xlsx again, or as .csv."
            raise CalendarError(msg) from error
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()
            cells = sheet.iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS, values_only=True)
            try:
                rows = _rows(f"{path.name}, sheet {sheet.title}", list(enumerate(cells, start=1)))
            except (ValueError, KeyError, SyntaxError) as error:  # SyntaxError: XML that does not parse
                msg = f"{path.name}: sheet {sheet.title} cannot be read; save the workbook again, or as .csv."
                raise CalendarError(msg) from error
            if rows:
                return Calendar(_periods(rows), source=f"{path.name} (sheet {sheet.title})")
    msg = f"{path.name} has no sheet with term dates; give one of its sheets {_SHAPE}."
    raise CalendarError(msg)


def _rows(file: str, lines: Sequence[tuple[int, Sequence[object]]]) -> list[_Row] | None:
    """Return the rows below the headings, or None where there are no headings."""
    for at, (_, line) in enumerate(lines[:_HEADING_ROWS]):
        if columns := _columns(line):
            return [
                row
                for number, cells in lines[at + 1 :]
                if (row := _row(f"{file}, row {number}", cells, columns)) is not None
            ]
    return None


def _columns(line: Sequence[object]) -> dict[str, int] | None:
    """Return which column holds which field, where this line is the headings."""
    known: dict[str, list[str]] = words()["columns"]
    headings = [plain(str(cell or "")) for cell in line]
    columns = {field: at for field in known for at in [_first(headings, known[field])] if at is not None}
    return columns if "starts" in columns and len(columns) > 1 else None


def _first(headings: list[str], known: list[str]) -> int | None:
    return next((at for at, heading in enumerate(headings) if heading in known), None)


def _row(where: str, cells: Sequence[object], columns: dict[str, int]) -> _Row | None:
    values = {field: cells[at] if at < len(cells) else None for field, at in columns.items()}
    name, kind = (str(values.get(field) or "").strip() for field in ("name", "kind"))
    starts, ends = (_filled(values.get(field)) for field in ("starts", "ends"))
    return _Row(where, name, starts, ends, kind or None) if starts or ends else None


def _filled(value: object) -> object:
    return value.strip() or None if isinstance(value, str) else value


def _periods(rows: Sequence[_Row]) -> tuple[Period, ...]:
    """Return the periods of a table. Its dates are read together: one can settle the order of all."""
    dates = read_dates([row.starts for row in rows] + [row.ends for row in rows])
    return tuple(
        _period(row, _date(row, row.starts, starts), _date(row, row.ends, ends))
        for row, starts, ends in zip(rows, dates[: len(rows)], dates[len(rows) :], strict=True)
    )


def _date(row: _Row, value: object, found: date | Odd | None) -> date | None:
    if not isinstance(found, Odd):
        return found
    if isinstance(found.reading, date):  # month-first would read it differently: the day stands first
        return found.reading
    msg = f"{row.where}: '{value}' is not a date; write it as 2024-09-30 or 30/09/2024."
    raise CalendarError(msg)


def _period(row: _Row, starts: date | None, ends: date | None) -> Period:
    called = f"'{row.name}'" if row.name else "the period"
    if starts is None:
        msg = f"{row.where}: {called} has no start date; give it one or remove the row."
        raise CalendarError(msg)
    if ends is not None and ends < starts:
        msg = f"{row.where}: {called} ends on {ends}, before it starts on {starts}; correct one of the dates."
        raise CalendarError(msg)
    period = own_period(row.name, starts, ends, row.kind)
    if period is None:
        msg = f"{row.where}: {called} is a term and has no end date; give it one, or a kind such as closure."
        raise CalendarError(msg)
    return period


# ---------------------------------------------------------------------- settings


def _from_toml(path: Path) -> Calendar:
    try:
        settings = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path.name} is not valid TOML ({error}); correct it there."
        raise CalendarError(msg) from error
    _known_keys(path.name, settings, {"periods", "country", "weekend", "academic_year_starts"})
    entries = settings.get("periods", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        msg = f"{path.name}: periods must be tables; begin each with a line [[periods]]."
        raise CalendarError(msg)
    rows = []
    for number, entry in enumerate(entries, start=1):
        where = f"{path.name}, period {number}"
        _known_keys(where, entry, {"name", "starts", "ends", "kind"})
        kind = str(entry["kind"]) if "kind" in entry else None
        rows.append(_Row(where, str(entry.get("name", "")), entry.get("starts"), entry.get("ends"), kind))
    return Calendar(
        _periods(rows),
        country=_country(path.name, settings.get("country")),
        weekend=_weekend(path.name, settings.get("weekend")),
        source=path.name,
        academic_year_starts=_year_start(path.name, settings.get("academic_year_starts")),
    )


def _known_keys(where: str, table: dict[str, Any], known: set[str]) -> None:
    if unknown := sorted(table.keys() - known):
        msg = f"{where}: '{unknown[0]}' is not known here; use {', '.join(sorted(known))}."
        raise CalendarError(msg)


def _country(file: str, value: object) -> str | None:
    if value is None:
        return None
    if code := country_code(str(value)):
        return code
    msg = f"{file}: country '{value}' is not known; give its English name or its ISO code, such as EG."
    raise CalendarError(msg)


def _weekend(file: str, value: object) -> frozenset[int] | None:
    if value is None:
        return None
    days = [weekday(str(day)) for day in value] if isinstance(value, list) else [None]
    found = frozenset(day for day in days if day is not None)
    if len(found) == len(days) < 7:
        return found
    msg = f'{file}: weekend must list different days of the week, such as ["Fri", "Sat"].'
    raise CalendarError(msg)


def _year_start(file: str, value: object) -> tuple[int, int] | None:
    if value is None:
        return None
    try:
        return read_month_and_day(str(value))
    except ValueError as error:
        msg = f"{file}: academic_year_starts '{value}' is no month and day; write 1 September as \"09-01\"."
        raise CalendarError(msg) from error


# ---------------------------------------------------------------------- events


def _from_ics(path: Path) -> Calendar:
    import icalendar  # noqa: PLC0415 - only for those who keep their calendar as events

    try:
        events = icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")
        periods = [period for event in events if (period := _event_period(event))]
    except (ValueError, KeyError, AttributeError, TypeError, IndexError, OverflowError) as error:
        msg = f"{path.name} is not a calendar file that can be read ({error}); export it again as .ics."
        raise CalendarError(msg) from error
    return Calendar(tuple(periods), source=path.name)


def _event_period(event: Any) -> Period | None:
    """Return the period of an event; None for what is neither term nor holiday, such as a sports day."""
    name, kind = str(event.get("SUMMARY", "")), _categories(event)
    if recognised_kind(name, kind) is None or "DTSTART" not in event:
        return None
    starts = event.decoded("DTSTART")
    if "DTEND" in event:
        ends = event.decoded("DTEND")
    else:
        ends = starts + event.decoded("DURATION") if "DURATION" in event else starts
    first, last = _first_day(starts), _last_day(ends)
    period = own_period(name, first, max(first, last), kind)
    is_moment = first >= last and recognised_kind(name, kind) == "term"  # 'Autumn term begins'
    return None if is_moment else period


def _categories(event: Any) -> str | None:
    value = event.get("CATEGORIES")
    return value.to_ical().decode("utf-8", errors="replace") if hasattr(value, "to_ical") else None


def _first_day(moment: object) -> date:
    if not isinstance(moment, date):
        msg = f"'{moment}' is not a date"
        raise TypeError(msg)
    return moment.date() if isinstance(moment, datetime) else moment


def _last_day(moment: object) -> date:
    """Return the last day of an event; its end is the first moment after it."""
    if isinstance(moment, datetime) and moment.time() != time(0, 0):
        return moment.date()
    return _first_day(moment) - timedelta(days=1)


_LOADERS = {
    ".csv": _from_csv,
    ".xlsx": _from_xlsx,
    ".xlsm": _from_xlsx,
    ".toml": _from_toml,
    ".ics": _from_ics,
}
