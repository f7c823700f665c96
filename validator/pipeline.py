"""The pipeline: trackers in, results out, a chunk at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from rules.catalogue import catalogue
from rules.edition import DEFAULT_EDITION, load_edition
from rules.records import Records
from validator.calendar import Calendar, Calendars, calendar_from_terms, country_code
from validator.findings import TrackerResult
from validator.judging import fingerprinted, judge
from validator.tables.build import build_tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from validator.tables.build import RawTracker
    from validator.tables.model import Tables


def check_tables(
    trackers: Sequence[RawTracker], *, as_of: date, calendar: Calendar | None = None, guide: str = DEFAULT_EDITION
) -> list[TrackerResult]:
    """Return what the rules and the schemas say of trackers whose tables are already recognised.

    `as_of` is the only clock; `calendar` is what the centre gave besides the trackers' own term dates.
    """
    tables, _failures = build_tables(trackers)
    numbers = range(len(trackers))
    calendars = Calendars({number: _calendar(tables, number, calendar) for number in numbers})
    edition = load_edition(guide)
    records = Records(
        tables, calendars=calendars, editions=dict.fromkeys(numbers, edition), as_of=pd.Timestamp(as_of)
    )
    judged = judge(catalogue().values(), records, tables, len(trackers))
    return [
        TrackerResult(
            path="",
            calendar=calendars.basis(number),
            guide=edition.name,
            coverage=tuple(judged.coverage[number]),
            findings=fingerprinted(judged.findings[number]),
        )
        for number in numbers
    ]


def _calendar(tables: Tables, number: int, given: Calendar | None) -> Calendar:
    """Return the calendar of one tracker: its own term dates, completed by what the centre gave besides."""
    terms = tables.frames["terms"]
    own = terms[terms["tracker"] == number]
    programme = tables.frames["programme"]
    countries = programme.loc[programme["tracker"] == number, "country"].dropna()
    told = calendar_from_terms(
        zip(
            own["name"].where(own["name"].notna(), None),
            (None if pd.isna(day) else day.date() for day in own["starts"]),
            (None if pd.isna(day) else day.date() for day in own["ends"]),
            own["kind"].where(own["kind"].notna(), None),
            strict=True,
        )
    )
    country = country_code(countries.iloc[0]) if len(countries) else None
    return replace(told, country=told.country or country).combined(given)
