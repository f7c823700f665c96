"""Dates that no entry of a tracker can have, because their year is off: 2032 in a tracker of 2023-24."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from schemas.specification import table
from validator.tables.dates import Odd

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

APART = 550
"""Days between two dates of one tracker beyond which the next belongs to another time …"""
SO_MANY_MORE = 10
"""… that is a slip where so many times more dates lie together elsewhere."""
OF_ITS_TIME = ("assignments", "attempts", "decisions", "extensions", "feedback", "verifications")
"""The tables whose dates lie within the programme; those of learners and awards may lie years apart."""
_OTHER_TIMES = ("psa_from", "psa_until")
_Places = list[tuple[date, str, int, str]]


def doubt_dates(frames: Mapping[str, pd.DataFrame]) -> None:
    """Put an `Odd` (STR007) in place of each date whose year is far from that of nearly all others of its tracker."""
    numbers = set().union(*(frames[name]["tracker"] for name in OF_ITS_TIME))
    for number in numbers:
        places = sorted(_places(frames, number))
        for day, name, row, field in _of_another_time(places):
            _doubt(frames[name], row, field, day, "the other dates of the tracker lie in other years")


def _places(frames: Mapping[str, pd.DataFrame], number: int) -> Iterator[tuple[date, str, int, str]]:
    for name in OF_ITS_TIME:
        own = frames[name][frames[name]["tracker"] == number]
        for field in table(name).fields.values():
            if field.kind == "date" and field.name not in _OTHER_TIMES:
                for row, value in own[field.name].items():
                    day = value.reading if isinstance(value, Odd) else value
                    if isinstance(day, date):
                        yield day, name, int(str(row)), field.name


def _of_another_time(places: _Places) -> _Places:
    """Return the dates that lie far from all others and are few beside them."""
    times: list[_Places] = [places[:1]]
    for before, after in pairwise(places):
        if (after[0] - before[0]).days > APART:
            times.append([])
        times[-1].append(after)
    most = max(map(len, times))
    return [place for time in times if len(time) * SO_MANY_MORE <= most for place in time]


def _doubt(frame: pd.DataFrame, row: int, field: str, day: date, hint: str) -> None:
    value: Any = frame.at[row, field]
    odd: Any = Odd("STR007", value.text if isinstance(value, Odd) else str(day), None, hint)
    frame.at[row, field] = odd
