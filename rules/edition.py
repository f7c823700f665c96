"""The editions of the guide and the regimes of qualification families: what changes by year, as data."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from importlib.resources.abc import Traversable

_ACADEMIC_YEAR = re.compile(r"\b20([0-9]{2}) (?:20)?([0-9]{2})\b")
_LEVEL = re.compile(r"\b(?:level [1-8]|entry)\b")


@dataclass(frozen=True)
class Edition:
    """One edition of the guide: its name, the date from which it applies, and its numbers."""

    name: str
    applies_from: date
    numbers: Mapping[str, Any]
    advice: frozenset[str] = frozenset()
    """Which of the numbers are no numbers of the guide: a centre may set its own."""

    def number(self, name: str) -> Any:
        """Return a limit or a piece of advice by its name in the edition's file.

        Raises KeyError where the edition has none of that name.
        """
        return self.numbers[name]

    def with_limits(self, own: Mapping[str, int]) -> Edition:
        """Return this edition with the numbers that a centre has set, which are all among its advice."""
        return replace(self, numbers={**self.numbers, **{n: v for n, v in own.items() if n in self.advice}})


@dataclass(frozen=True)
class Family:
    """A family of qualifications and what the guide allows it."""

    id: str
    title: str
    covered: bool
    second_chance: str | None = None
    """"retake", "re-sit" or "none"; None where the guide does not cover the family."""


@cache
def load_editions(folder: Traversable | None = None) -> tuple[Edition, ...]:
    """Return the editions of the guide that ship with the program and those of a further folder, oldest first.

    Each is a file `NAME.toml`; one that extends another holds only what differs, and one of a name that ships takes
    that one's place.

    Raises ValueError for an edition that extends one that there is no file for, or that extends itself.
    """
    places = [files("rules") / "editions", *([folder] if folder else [])]
    contents = {
        entry.name.removesuffix(".toml"): tomllib.loads(entry.read_text("utf-8"))
        for place in places
        for entry in place.iterdir()
        if entry.name.endswith(".toml")
    }
    found = [_edition(name, contents) for name in contents]
    return tuple(sorted(found, key=lambda edition: edition.applies_from))


def load_edition(name: str, among: Sequence[Edition] | None = None) -> Edition:
    """Return an edition of the guide by its name, of those that ship unless others are given.

    Raises ValueError for one that there is no file for.
    """
    known = {edition.name: edition for edition in among or load_editions()}
    if name not in known:
        raise ValueError(f"There is no edition {name!r} of the guide; there are: {', '.join(known)}.")
    return known[name]


def editions() -> list[str]:
    """Return the names of the editions that ship, oldest first."""
    return [edition.name for edition in load_editions()]


def edition_of(day: date, among: Sequence[Edition] | None = None) -> Edition:
    """Return the newest edition that applies on a day, or the oldest one where none does yet.

    The editions that ship are meant unless others, oldest first, are given.
    """
    known = among or load_editions()
    return next((edition for edition in reversed(known) if edition.applies_from <= day), known[0])


def _edition(name: str, contents: Mapping[str, dict[str, Any]], above: tuple[str, ...] = ()) -> Edition:
    if name in above or name not in contents:
        raise ValueError(f"The edition {above[-1]!r} of the guide extends {name!r}, which is no edition that it could.")
    content = contents[name]
    basis = content.get("extends")
    base = _edition(basis, contents, (*above, name)) if basis else None
    limits, advice = content.get("limits", {}), content.get("advice", {})
    numbers = {**(base.numbers if base else {}), **limits, **advice}
    left_open = ((base.advice if base else frozenset()) - limits.keys()) | advice.keys()
    return Edition(content["edition"], content["applies_from"], numbers, left_open)


def family_of(qualification: str, level: str = "") -> Family | None:
    """Return the family that a programme's name belongs to, or None where it cannot be told.

    `level` is what a tracker says of the level apart from the name ("3", "Level 3"): it counts where the name
    tells none. Academic years do not count: an old qualification may be taught in any of them.
    """
    words = spoken(qualification)
    if not words:
        return None
    if not _LEVEL.search(words):
        words += " " + spoken(f"level {level}" if level.strip().isdigit() else level)
    for family, patterns, without in _families():
        if all(p.search(words) for p in patterns) and not any(p.search(words) for p in without):
            return family
    return None


def plain(text: str) -> str:
    """Return text in lower case, without accents, and with one space for whatever is no letter or digit."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", bare.casefold()).strip()


def spoken(name: str) -> str:
    """Return a programme's name in the spelling of `regimes.toml`."""
    words = _ACADEMIC_YEAR.sub(lambda m: " " if (int(m[1]) + 1) % 100 == int(m[2]) else m[0], plain(name))
    for pattern, spelling in _spellings():
        words = pattern.sub(spelling, words)
    return re.sub(r" +", " ", words).strip()


@cache
def _regimes() -> dict[str, Any]:
    return tomllib.loads((files("rules") / "regimes.toml").read_text("utf-8"))


@cache
def _spellings() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), entry["is"]) for entry in _regimes()["spellings"] for pattern in entry["patterns"]]


@cache
def _families() -> list[tuple[Family, list[re.Pattern[str]], list[re.Pattern[str]]]]:
    return [
        (
            Family(entry["id"], entry["title"], entry["covered"], entry.get("second_chance")),
            [re.compile(pattern) for pattern in entry["patterns"]],
            [re.compile(pattern) for pattern in entry.get("without", [])],
        )
        for entry in _regimes()["families"]
    ]
