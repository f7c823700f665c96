"""Countries: their codes and names, weekends, public holidays and academic years.

What `countries.toml` says wins; the `holidays` library is asked for the rest and for the public holidays.
"""

from __future__ import annotations

import re
import tomllib
import warnings
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from validator.calendar.words import WEEKDAYS, limits, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

SATURDAY_SUNDAY = frozenset({5, 6})


@dataclass(frozen=True, slots=True)
class Weekend:
    """The weekend from one day on."""

    starts: date
    days: frozenset[int]


@dataclass(frozen=True, slots=True)
class Country:
    """What `countries.toml` says of a country or one of its subdivisions."""

    code: str
    name: str
    """As it stands in a sentence: 'Egypt', 'the United Arab Emirates'."""
    holidays_of: str | None
    """The subdivision whose public holidays count."""
    weekends: tuple[Weekend, ...]
    """Oldest first; empty where only the `holidays` library can tell."""
    academic_year_starts: tuple[int, int]


@cache
def _countries() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("countries.toml").read_text("utf-8"))


@cache
def _country_names() -> dict[str, str]:
    """Return the code for each name, with and without the spaces ('u a e', 'uae')."""
    codes: dict[str, str] = {}
    for code, entry in _countries()["countries"].items():
        for name in (code, entry.get("alpha3", ""), *entry["names"]):
            codes.setdefault(plain(name), code)
    return {name.replace(" ", ""): code for name, code in codes.items() if name} | codes


def country_code(text: str) -> str | None:
    """Return the ISO 3166 code of a country by a code or name of it: 'UAE', 'ae', 'Egypt', 'Cairo, Egypt'.

    'England' and 'UK' are GB; Scotland, Wales and Northern Ireland have codes with a hyphen (GB-SCT), and a
    code with a hyphen stays as it is. None where the text names no country.
    """
    if re.fullmatch(r"\s*[A-Za-z]{2}-[A-Za-z0-9]{1,3}\s*", text):
        code = text.strip().upper()
        return code if code[:2] in _countries()["countries"] else None
    parts = [text, *reversed(re.split(r"[,;/()]", text))]
    return next((found for part in parts if (found := _code_of_name(plain(part)))), None)


def _code_of_name(name: str) -> str | None:
    names = _country_names()
    while name:
        joined = name.replace(" ", "")
        code = names.get(name) or (names.get(joined) if len(joined) > 3 else None)  # 'N/A' is not Namibia
        if code:
            return code
        prefix = next((p for p in _countries()["prefixes"] if name.startswith(f"{p} ")), None)
        if prefix is None:
            return None
        name = name.removeprefix(f"{prefix} ")
    return None


@cache
def country(code: str | None) -> Country:
    """Return what is known of a country; of an unknown one, or None, only the defaults."""
    known = _countries()["countries"]
    whole = (code or "").partition("-")[0]
    own = known.get(code, {})
    entry = {**{key: value for key, value in known.get(whole, {}).items() if key != "holidays_of"}, **own}
    name = own.get("names", entry.get("names", [code or ""]))[0]
    return Country(
        code=code or "",
        name=f"the {name}" if entry.get("the") else name,
        holidays_of=own.get("holidays_of") or (code or "").partition("-")[2] or None,
        weekends=_weekends(entry.get("weekend", [])),
        academic_year_starts=read_month_and_day(
            entry.get("academic_year_starts", _countries()["academic_year_starts"])
        ),
    )


def _weekends(entries: list[dict[str, Any]]) -> tuple[Weekend, ...]:
    starts = date.min
    found = []
    for entry in entries:
        found.append(Weekend(starts, frozenset(WEEKDAYS.index(day) for day in entry["days"])))
        if "until" in entry:
            starts = entry["until"] + timedelta(days=1)
    return tuple(found)


def read_month_and_day(text: str) -> tuple[int, int]:
    """Return the month and the day of '09-01'. Raises ValueError for what is neither."""
    month, _, day = text.strip().partition("-")
    date(2000, int(month), int(day))
    return int(month), int(day)


# ---------------------------------------------------------------------- the holidays library


@cache
def public_holidays(code: str | None, subdivision: str | None) -> Mapping[date, str]:
    """Return a country's public holidays with English names where the library has them."""
    found = _library(code, subdivision)
    return MappingProxyType({} if found is None else dict(found.items()))


@cache
def library_weekend(code: str | None) -> frozenset[int]:
    """Return the weekend that the library knows; Saturday and Sunday for a country that it does not."""
    found = _library(code, None, populated=False)
    return SATURDAY_SUNDAY if found is None else frozenset(found.weekend)


def _library(code: str | None, subdivision: str | None, *, populated: bool = True) -> Any:
    """Return the library's holidays of a country, or None where it does not know the country."""
    if not code:
        return None
    import holidays  # noqa: PLC0415 - takes its time, and many trackers name no country

    whole = code.partition("-")[0]
    try:
        plainly = holidays.country_holidays(whole)
    except NotImplementedError:
        return None
    spoken_here = (f"en_{whole}", "en_GB", "en_US")
    language = next((name for name in spoken_here if name in (plainly.supported_languages or ())), None)
    years = range(limits().first_day.year, limits().last_day.year + 1) if populated else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some countries' holidays are known for some years only
        known = subdivision if subdivision in plainly.subdivisions else None
        return holidays.country_holidays(whole, subdiv=known, years=years, language=language, expand=False)
