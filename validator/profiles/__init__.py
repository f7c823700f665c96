"""A centre's profile: how it keeps its trackers, as far as that differs from what is recognised anyway.

`loading` reads a profile's file and `meanings` knows what may be written in it; `applying` lets the layout see a sheet
as the profile describes it, `drift` tells in what a tracker is no longer so. `drafting` writes a profile of what was
left over of a tracker, with the words that `gathering` found in its cells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Literal

from schemas.specification import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

LEFT_OUT = "ignore"
"""What a profile says of a heading or a sheet that is not to be read."""
GROUPS = {
    "flag": "yes_no",
    "signature": "yes_no",
    "mandatory": "yes_no",
    "attempt": "attempts",
    "outcome": "outcomes",
    "grade": "grades",
}
"""The table of a profile that has the centre's words for a kind of field."""


class ProfileError(ValueError):
    """A profile that cannot be used; the message names the file and, for each fault, the line and what to do."""


@dataclass(frozen=True)
class NamedHeading:
    """A heading, as the centre writes it, and what it means."""

    text: str
    meaning: str
    """As the profile says it."""
    stands_for: str
    """A heading of the same meaning that is known anyway; blank where it is to be left out."""
    sheet: str = "*"
    """The sheets on which it means this: * stands for any letters."""

    @property
    def key(self) -> str:
        """What it has in common with the cells that hold it."""
        return key_of(self.text)

    def is_for(self, sheet: str) -> bool:
        """Return whether it is one of a sheet's headings."""
        return fits(self.sheet, sheet)


@dataclass(frozen=True)
class NamedSheet:
    """Sheets, by their names, and the table that stands on them; none where they are to be left out."""

    pattern: str
    table: str


@dataclass(frozen=True)
class NamedCell:
    """The cell in which a detail of the programme stands; 0-based."""

    field: str
    meaning: str
    cell: str
    sheet: str
    row: int
    column: int


@dataclass(frozen=True)
class Profile:
    """What a centre says of its trackers."""

    source: str = field(default="", compare=False)
    """The file, as reports name it."""
    headings: tuple[NamedHeading, ...] = ()
    """Those of single sheets first."""
    sheets: tuple[NamedSheet, ...] = ()
    details: tuple[NamedCell, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By group (`yes_no`, `attempts`, `outcomes`, `grades`), the known word for each of the centre's own."""
    blank: frozenset[str] = frozenset()
    """The words that say that there is nothing to say."""
    colours: Mapping[str, str] = field(default_factory=dict)
    """By "RRGGBB", what a fill colour in a grid of criteria means."""
    dates: Literal["day", "month"] | None = None
    """What stands first in dates that are text; where it is not told, each column tells."""

    def heading(self, text: str, sheet: str) -> NamedHeading | None:
        """Return what it says of a text that may be a heading of a sheet."""
        key = key_of(text)
        return next((named for named in self.headings if named.key == key and named.is_for(sheet)), None)

    def sheet(self, name: str) -> NamedSheet | None:
        """Return what it says of a sheet."""
        return next((named for named in self.sheets if fits(named.pattern, name)), None)

    @property
    def summary(self) -> str:
        """Return what it says in few words, with all that it leaves out."""
        told = [
            _counted(len([named for named in self.headings if named.stands_for]), "heading"),
            _counted(len([named for named in self.sheets if named.table]), "sheet"),
            _counted(len(self.details), "cell"),
            _counted(sum(map(len, self.words.values())) + len(self.blank), "word"),
            _counted(len(self.colours), "colour"),
            f"dates {self.dates}-first" if self.dates else "",
        ]
        left_out = [f"“{named.text}”" for named in self.headings if not named.stands_for]
        left_out += [f"sheet “{named.pattern}”" for named in self.sheets if not named.table]
        told.append(f"left out: {', '.join(left_out)}" if left_out else "")
        return ", ".join(filter(None, told)) or "nothing"


NO_PROFILE = Profile()


@dataclass(frozen=True)
class Told:
    """What a profile says of one sheet, for those who look for its tables and read its cells."""

    table: str = ""
    """The table that stands on it; blank where nobody says."""
    named: frozenset[tuple[int, int]] = frozenset()
    """The rows and columns of its headings that the profile names: what they mean is beyond doubt."""
    profile: Profile = NO_PROFILE
    tells_words: bool = False
    """Whether the profile says anything of what stands in cells."""

    def read(self, kind: str, value: Any) -> Any:
        """Return what a cell of a kind of field holds, the centre's own words and dates put into known ones."""
        profile = self.profile
        if not self.tells_words or value is None or isinstance(value, date | bool):
            return value
        key = key_of(str(int(value)) if isinstance(value, float) and value.is_integer() else str(value))
        if key in profile.blank:
            return None
        if kind == "date" and profile.dates and isinstance(value, str):
            from validator.tables.dates import read_dates  # noqa: PLC0415 - settings know profiles, and need no dates

            (day,) = read_dates([value], profile.dates)
            return day if isinstance(day, date) else value
        return profile.words.get(GROUPS.get(kind, ""), {}).get(key, value)

    def filled(self, kind: str, values: list[Any]) -> list[Any]:
        """Return what those of some filled cells hold that say anything."""
        if not self.tells_words:
            return values
        return [read for value in values if (read := self.read(kind, value)) is not None]


NOTHING_TOLD = Told()


def key_of(text: str) -> str:
    """Return what two spellings of a heading or word have in common; signs alone are kept as they are."""
    return plain(text) or "".join(text.split())


def fits(pattern: str, sheet: str) -> bool:
    """Return whether a sheet's name fits a pattern, in any case: * stands for any letters."""
    escaped = re.sub(r"[\[?]", r"[\g<0>]", pattern.strip().casefold())
    return fnmatchcase(sheet.strip().casefold(), escaped)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""
