"""Dates that no entry of a programme can have: of what has been done a day to come; a year far from all others."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from schemas.specification import table
from validator.tables.dates import Odd

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

APART = 3 * 365
"""Days between two dates of one tracker beyond which the next belongs to another time …"""
SO_MANY_MORE = 10
"""… that is a slip where so many times more dates lie together elsewhere."""
OF_ITS_TIME = ("assignments", "attempts", "decisions", "extensions", "feedback", "verifications")
"""The tables whose dates lie within the programme; those of learners and awards may lie years apart."""
OLDER = ("psa_from", "psa_until", "brief_verified_on")
"""Their fields of which that is not true: a brief may be that of years ago."""
_Place = tuple[date, str, int, str]
"""A date, and the table, row and field in which it stands."""


def doubt_dates(frames: Mapping[str, pd.DataFrame], as_of: date) -> None:
    """Put an `Odd` (STR007) in place of each date that cannot be meant: of what has been done a day after `as_of`, of
    anything one that is far from nearly all other dates of its tracker."""
    by_tracker: dict[Any, list[_Place]] = defaultdict(list)
    for tracker, place in _places(frames):
        by_tracker[tracker].append(place)
    for places in by_tracker.values():
        other_times = set(_of_another_time(sorted(p for p in places if p[3] not in OLDER)))
        for place in places:
            day, name, row, field = place
            if place in other_times:
                _doubt(frames, place, None, "the other dates of the tracker lie in other years")
            elif day > as_of and field in table(name).done and not isinstance(frames[name].at[row, field], Odd):
                hint = f"it was still to come on {as_of}, as of which the tracker was checked"
                # Rules know of signatures and assessments that are still to come; of work that was not yet handed in
                # nobody can say more.
                _doubt(frames, place, None if field == "submitted" else day, hint)


def _places(frames: Mapping[str, pd.DataFrame]) -> Iterator[tuple[Any, _Place]]:
    for name in OF_ITS_TIME:
        frame = frames[name]
        for field in table(name).fields.values():
            if field.kind == "date":
                for tracker, row, value in zip(frame["tracker"], frame.index, frame[field.name], strict=True):
                    day = value.reading if isinstance(value, Odd) else value
                    if isinstance(day, date):
                        yield tracker, (day, name, row, field.name)


def _of_another_time(places: list[_Place]) -> list[_Place]:
    """Return the dates that lie far from all others and are few beside them."""
    times: list[list[_Place]] = [places[:1]]
    for before, after in pairwise(places):
        if (after[0] - before[0]).days > APART:
            times.append([])
        times[-1].append(after)
    usual = max(times, key=len)
    slipped = {place[1:3] for place in usual}  # a record of which only some dates lie elsewhere; else it is an old one
    few = [time for time in times if len(time) * SO_MANY_MORE <= len(usual)]
    alone = {row for time in few for row, n in Counter(p[1:3] for p in time).items() if n == 1}
    return [place for time in few for place in time if place[1:3] in slipped | alone]


def _doubt(frames: Mapping[str, pd.DataFrame], place: _Place, reading: date | None, hint: str) -> None:
    day, name, row, field = place
    value: Any = frames[name].at[row, field]
    odd: Any = Odd("STR007", value.text if isinstance(value, Odd) else str(day), reading, hint)
    frames[name].at[row, field] = odd
