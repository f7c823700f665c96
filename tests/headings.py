"""Headings for the workbooks that tests render, and what a centre does to them without changing what they say."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schemas.specification import plain, table
from tests.beyond import written

if TYPE_CHECKING:
    from collections.abc import Mapping

ATTEMPTS = {"first": "First submission", "resubmission": "Resubmission", "retake": "Re-sit"}


@dataclass
class Noise:
    """What a centre does to a tracker without changing what it says."""

    seed: int = 0
    shuffled: bool = False
    """Records in another order."""
    renamed: bool = False
    """Sheets under other names."""
    blank_rows: bool = False
    blank_columns: bool = False
    respelt: bool = False
    """Headings drawn from the vocabulary."""
    titled: bool = False
    """A title and a note above each table."""
    totals: bool = False
    """A total and a key below each table."""
    beyond: bool = False
    """Headings that the vocabulary does not have word by word, where the list of `beyond.py` has one for the field."""
    held_out: bool = False
    """Of these, those that are held out."""
    arabic: bool = False
    """Arabic headings beside the English ones, dates in Arabic-Indic digits, sheets from right to left."""
    random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)


def heading(kind: str, name: str, noise: Noise) -> str:
    """Return a heading for a field: the first of the vocabulary, or any that means this field alone."""
    if kind == "attempts" and name == "attempt" and not noise.respelt:
        return "Submission type"
    own = table(kind).fields[name].headings
    if noise.beyond and (texts := _beyond(kind, name, noise)):
        return random.Random(f"{noise.seed} {kind} {name}").choice(texts)  # who writes H/O writes it everywhere
    if noise.arabic and (arabic := [h for h in own if not h.isascii()]):
        return f"{arabic[0]} / {own[0].capitalize()}"
    if not noise.respelt:
        return own[0].capitalize()
    others = {h for other in table(kind).fields.values() if other.name != name for h in map(plain, other.headings)}
    told = [h for h in own if plain(h) not in others and h.isascii() and not (kind == "attempts" and names_attempt(h))]
    return noise.random.choice(told or own).title()


def _beyond(kind: str, name: str, noise: Noise) -> list[str]:
    return [text for of, field, text in written(noise.held_out) if (of, field) == (kind, name)]


def names_attempt(text: str) -> bool:
    """Say whether a heading names an attempt."""
    return any(word in text for word in ("resub", "re sub", "retake", "resit", "re sit"))


def kind_of(record: Mapping[str, Any]) -> str | None:
    """Return the attempt that a record says it is, or None."""
    said = plain(str(record.get("attempt", "first")))
    return {"first": "first", "resubmission": "resubmission", "re sit": "retake", "retake": "retake"}.get(said)


def unambiguous(kind: str, name: str, noise: Noise) -> str:
    """Return a heading that names no attempt, for layouts in which such words would say whose column it is."""
    own = heading(kind, name, noise)
    if names_attempt(own.lower()):
        own = next(h for h in table(kind).fields[name].headings if not names_attempt(h)).capitalize()
    return own
