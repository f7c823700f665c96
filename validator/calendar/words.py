"""What the words of a calendar mean: kinds of period, the halves of a term, countries, weekdays.

The words stand in `words.toml` and `countries.toml`; nothing is read before it is asked for.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from datetime import date

Kind = Literal["term", "holiday", "closure", "public-holiday"]

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""In the order of `date.weekday()`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers by which calendars are judged; what they mean stands beside them in `words.toml`."""

    first_day: date
    last_day: date
    holiday_weekdays: int
    whole_year_weeks: int
    longest_break_weeks: int
    year_shift_weeks: int
    summer_gap_days: int
    half_term_holiday_days: int
    weekend_change_told: date


@cache
def words() -> dict[str, Any]:
    """Return `words.toml`."""
    return tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text("utf-8"))


@cache
def limits() -> Limits:
    """Return the numbers of `words.toml`."""
    return Limits(**words()["limits"])


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return `text` without case, accents and punctuation, its words one space apart."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", bare.replace("ı", "i").casefold()))


def _has(text: str, phrases: list[str]) -> bool:
    return any(f" {phrase} " in f" {text} " for phrase in phrases)


# ---------------------------------------------------------------------- kinds of period


def period_kind(name: str, kind: str | None) -> Kind:
    """Return what a row of term dates is, from what its kind column says or else from its name.

    What neither tells is a term. 'Half term' is a holiday, 'Half term 1' half a term.
    """
    return recognised_kind(name, kind) or "term"


def recognised_kind(name: str, kind: str | None) -> Kind | None:
    """Return what a row of term dates is, or None where neither its kind nor its name has a known word."""
    return _kind_of(plain(kind or "")) or _kind_of(plain(name))


def dated_kind(name: str, kind: str | None, starts: date, ends: date) -> Kind:
    """Return what a period is by its words and its length.

    'Half term' of seven weeks is half a term, 'Half term 1' of a week a holiday, and one day off that is
    called by no known word a closure.
    """
    days = (ends - starts).days + 1
    said = _kind_of(plain(kind or ""))
    if said and not _has(_spaced_number(plain(kind or "")), words()["kinds"]["half_term"]):
        return said
    text = plain(f"{name} {kind or ''}")
    if (found := _kind_of(text)) is None:
        return "closure" if days == 1 else "term"
    is_half_term = _has(_spaced_number(text), words()["kinds"]["half_term"])
    if is_half_term and _kind_of(_without_half_term(text)) in (None, "term"):
        return "holiday" if days <= limits().half_term_holiday_days else "term"
    return found


def _kind_of(text: str) -> Kind | None:
    if not text:
        return None
    kinds = words()["kinds"]
    if text.replace(" ", "-") in get_args(Kind):
        return text.replace(" ", "-")  # type: ignore[return-value]
    if _has(text, kinds["term-first"]):
        return "term"
    if _is_numbered_half(text) and not _has(_without_half_term(text), kinds["holiday"]):
        return "term"
    for kind in ("public-holiday", "holiday", "closure", "term"):
        if _has(text, kinds[kind]):
            return kind
    return None


def _spaced_number(text: str) -> str:
    """Return 'ht1' as 'ht 1'."""
    return re.sub(r"\b([a-z]+)([0-9])\b", r"\1 \2", text)


def _without_half_term(text: str) -> str:
    spaced = f" {_spaced_number(text)} "
    for phrase in sorted(words()["kinds"]["half_term"], key=len, reverse=True):
        spaced = spaced.replace(f" {phrase} ", " ")
    return spaced.strip()


def _half_number(text: str) -> int | None:
    """Return 3 for 'half term 3', 'ht3' or '3rd half term'."""
    spaced = re.sub(r"\bfirst\b", "1", re.sub(r"\bsecond\b", "2", _spaced_number(text)))
    for phrase in words()["kinds"]["half_term"]:
        if found := re.search(rf"\b{phrase} ([1-6])\b|\b([1-6])(?:st|nd|rd|th)? {phrase}\b", spaced):
            return int(found[1] or found[2])
    return None


def _is_numbered_half(text: str) -> bool:
    return _half_number(text) is not None


# ---------------------------------------------------------------------- the halves of a term


def term_name(name: str) -> tuple[str, bool]:
    """Return the term that `name` is, or is half of, and whether it may share it with another row.

    'Autumn 1' and 'Fall 2023, second half' are 'Autumn', 'Term 1b' is 'Term 1', 'HT3' is 'Half terms 3 and
    4'; two rows that are both called 'Term' are two terms.
    """
    text = _without_years(plain(name))
    if season := _season(text):
        return season, True
    if half := _half_number(text):
        first = half - (half + 1) % 2
        return f"Half terms {first} and {first + 1}", True
    whole = _without_half(text)
    return whole.capitalize(), whole != text


def _season(text: str) -> str | None:
    seasons: dict[str, list[str]] = words()["seasons"]
    return next((season for season, names in seasons.items() if _has(_spaced_number(text), names)), None)


def _without_years(text: str) -> str:
    text = re.sub(r"\b(?:19|20)[0-9]{2}(?: [0-9]{2}| (?:19|20)[0-9]{2})?\b", " ", text)
    return " ".join(re.sub(r"\b[0-9]{2}(?: [0-9]{2})?\b", " ", text).split())


def _without_half(text: str) -> str:
    bare = re.sub(r"\b([0-9]) ?[ab]\b|\b([0-9]) [12]\Z", r"\1\2", text)  # Term 1b, Term 1.2
    for phrase in words()["halves"]["phrases"]:
        bare = re.sub(rf"\b{phrase}\b(?: of)?", " ", bare)
    bare = " ".join(bare.split())
    return bare or text


# ---------------------------------------------------------------------- weekdays


@cache
def _weekday_words() -> dict[str, int]:
    return {word: WEEKDAYS.index(day) for day, known in words()["weekdays"].items() for word in known}


def weekday(text: str) -> int | None:
    """Return the number of a weekday (Monday is 0) by its name or abbreviation."""
    return _weekday_words().get(plain(text))


@dataclass(frozen=True, slots=True)
class StudyDays:
    """When a part-time learner studies: on some weekdays, or a number of days a week."""

    weekdays: frozenset[int] | None = None
    tenths: int | None = None
    """Days a week, in tenths: 25 is two and a half days."""


FULL_TIME = StudyDays()


@cache
def study_days(text: str) -> StudyDays:
    """Return what `text` says of the days of study: 'Mon, Wed', 'Sun-Tue', '2 days'; else full time."""
    said = re.sub(r"(?<=[^\W\d_])\s*[-–—]\s*(?=[^\W\d_])", " to ", text)
    tokens = plain(said).split()
    if any(token in words()["study"]["not"] for token in tokens):
        return FULL_TIME
    found = _named_days(tokens)
    return StudyDays(weekdays=found) if found else _days_a_week(text)


def _named_days(tokens: list[str]) -> frozenset[int]:
    known = _weekday_words()
    to = words()["study"]["to"]
    only_days = all(token in known or token in (*to, "and") for token in tokens)
    days: set[int] = set()
    previous: int | None = None
    reaching = False
    for token in tokens:
        if token in to:
            reaching = previous is not None
            continue
        day = known.get(token) if only_days or len(token) > 2 else None
        if day is None:
            previous, reaching = (previous, reaching) if token == "and" else (None, False)
            continue
        if reaching and previous is not None:
            days.update((previous + step) % 7 for step in range((day - previous) % 7))
        days.add(day)
        previous, reaching = day, False
    return frozenset(days)


def _days_a_week(text: str) -> StudyDays:
    numbers = re.findall(r"[0-9]+(?:[.,][0-9]+)?", text)
    left = plain(re.sub(r"[0-9]+(?:[.,][0-9]+)?", " ", text)).split()
    if len(numbers) != 1 or (left and not any(token in words()["study"]["days"] for token in left)):
        return FULL_TIME
    tenths = round(float(numbers[0].replace(",", ".")) * 10)
    return StudyDays(tenths=tenths) if 10 <= tenths <= 70 else FULL_TIME


def spoken(day: date) -> str:
    """Return a date for people: 20 October 2023."""
    return f"{day.day} {day:%B} {day.year}"
