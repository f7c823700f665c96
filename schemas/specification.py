"""The tables of the tracker model and the words that centres use, read from the data beside this module."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLES = (
    "programme",
    "staff",
    "units",
    "criteria",
    "assignments",
    "learners",
    "attempts",
    "extensions",
    "feedback",
    "unit_results",
    "awards",
    "decisions",
    "verifications",
    "terms",
    "specification",
)
"""The tables of the tracker model, each a file of its own in `tables/`."""


@dataclass(frozen=True)
class Field:
    """One field of a table."""

    name: str
    kind: str
    """text, person, unit, date, signed_date, flag, mandatory, signature, criteria, criterion, grade, attempt, outcome,
    number: how its cells are read."""
    plain: str
    """What people call it."""
    headings: tuple[str, ...]
    companion: str | None = None
    """The date that belongs to it: a date in its own cell, or under a bare heading "Date" beside it."""
    by: str | None = None
    """Who did it: the field of a bare heading such as "Approved by" beside it."""


@dataclass(frozen=True)
class Table:
    """One kind of record."""

    name: str
    title: str
    key: tuple[str, ...]
    """The fields that tell two records apart."""
    required: tuple[str, ...]
    """The fields without which a record means nothing."""
    recognised_by: tuple[frozenset[str], ...]
    """A heading row is this table's when it has all fields of one of these sets …"""
    recognised_weakly_by: tuple[frozenset[str], ...]
    """… or all of one of these, where no other kind of table fits …"""
    not_with: frozenset[str]
    """… and none of these."""
    evidence: tuple[str, ...]
    """Of a log: the fields of which a row must have one to be a record at all."""
    evidence_in_block: tuple[str, ...]
    """The same for a resubmission or retake that stands in a block of columns of its own."""
    shared: tuple[str, ...]
    """Columns outside such blocks that hold for every attempt of the row …"""
    shared_with_resubmission: tuple[str, ...]
    """… and for the first submission and the resubmission."""
    titles: tuple[str, ...]
    """Words in a sheet's name or title that speak for this kind of table."""
    done: tuple[str, ...]
    """The dates of what has been done, which cannot be to come."""
    fields: Mapping[str, Field]


@cache
def table(name: str) -> Table:
    """Return the specification of a table of the tracker model."""
    content = tomllib.loads((files("schemas") / "tables" / f"{name}.toml").read_text("utf-8"))
    fields = {
        key: Field(
            key, entry["kind"], entry["plain"], tuple(entry["headings"]), entry.get("companion"), entry.get("by")
        )
        for key, entry in content["fields"].items()
    }
    return Table(
        name,
        content["title"],
        tuple(content["key"]),
        tuple(content["required"]),
        tuple(frozenset(names) for names in content["recognised_by"]),
        tuple(frozenset(names) for names in content.get("recognised_weakly_by", ())),
        frozenset(content.get("not_with", ())),
        tuple(content.get("evidence", ())),
        tuple(content.get("evidence_in_block", ())),
        tuple(content.get("shared", ())),
        tuple(content.get("shared_with_resubmission", ())),
        tuple(content.get("titles", ())),
        tuple(content.get("done", ())),
        MappingProxyType(fields),
    )


@cache
def words() -> Mapping[str, Any]:
    """Return the words that centres write in cells: yes, no, blank, attempts, outcomes, grades, …"""
    return MappingProxyType(tomllib.loads((files("schemas") / "words.toml").read_text("utf-8")))


@cache
def word_table(name: str) -> Mapping[str, str]:
    """Return, for a group of words (`attempts`, `grades`, `outcomes`), the meaning of each plain word."""
    return MappingProxyType({plain(word): meaning for meaning, group in words()[name].items() for word in group})


@lru_cache(maxsize=1 << 16)
def plain(text: str) -> str:
    """Return text in lower case, without accents, with one space for whatever is no letter, digit, tick or *.

    A text of symbols alone stays: "●" says something, and "-" does not. A lone ü or û is a tick or a cross of the font
    Wingdings.
    """
    if mark := _WINGDINGS.get(text.strip()):
        return mark
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    spoken = re.sub(r"[^\w✓✔☑√✗✘×☐*]+|_", " ", bare.casefold()).strip()
    return spoken or "".join(c for c in bare if unicodedata.category(c).startswith("S"))


_WINGDINGS = MappingProxyType({"ü": "✓", "û": "✗"})
