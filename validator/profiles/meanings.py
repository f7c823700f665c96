"""What may be written in a profile: the names of fields and tables in the words of centres."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from schemas.specification import TABLES, plain, table, word_table
from validator.mapping.headings import attempt_in, known, likeness
from validator.mapping.places import place_in
from validator.profiles import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

ATTEMPTS = ("resubmission", "retake")
"""The words that may stand before the name of a field, for a column that is about this attempt alone."""
OFFERED = ("assignments", "learners", "attempts", "decisions", "verifications", "unit_results", "units", "awards")
"""The tables whose fields are suggested for a heading of a sheet on which no table was recognised."""
DATES = ("date", "signed_date")
"""The kinds of fields that dates stand in."""
SHORTEST = 3
"""Shorter words are alike by chance."""
CLOSE = 60
"""The likeness (0 to 100) from which a name is worth suggesting."""
CLOSE_OF_DATES = 55
"""The same in a column of dates: they are few."""


def heading_for(meaning: str) -> str:
    """Return a heading that is known anyway for what a profile says that a heading means; blank for "ignore".

    Raises ValueError, with the end of a sentence, where it means nothing.
    """
    spoken = plain(meaning)
    if spoken == LEFT_OUT:
        return ""
    if fields := _fields().get(spoken):
        return _heading_of(fields)
    attempt, rest = attempt_in(meaning)
    if attempt and (fields := _fields().get(rest)):
        return f"{'first submission' if attempt == 'first' else attempt} {_heading_of(fields)}"
    place, _ = place_in(meaning)
    if place.is_told or spoken in word_table("name_parts") or any(known(meaning, kind) for kind in TABLES):
        return meaning
    near = closest(meaning, _fields())
    raise ValueError(
        f"{meaning!r} is no field; did you mean {name_of_plain(near)!r}?"
        if near
        else f'{meaning!r} is no field; write one of those that btec-validator profile lists, or "{LEFT_OUT}"'
    )


def table_for(name: str) -> str:
    """Return the table that a profile says a sheet holds; blank for "ignore".

    Raises ValueError, with the end of a sentence, where there is no such table.
    """
    if plain(name) == LEFT_OUT:
        return ""
    tables = {plain(title): kind for kind, title in table_names().items()}
    if plain(name) in tables:
        return tables[plain(name)]
    known_names = ", ".join(f'"{title}"' for title in table_names().values())
    raise ValueError(f'{name!r} is no table; write {known_names} or "{LEFT_OUT}"')


def detail_for(name: str) -> str:
    """Return the field of the programme's details that a name in a profile means.

    Raises ValueError, with the end of a sentence, where there is none.
    """
    for kind, field in _fields().get(plain(name), ()):
        if kind == "programme":
            return field
    if fields := known(name, "programme"):
        return fields[0]
    raise ValueError(
        f"{name!r} is no detail of the programme; there are: {', '.join(field_names('programme').values())}"
    )


@cache
def table_names() -> Mapping[str, str]:
    """Return what people call the tables that a sheet may hold."""
    return {kind: _names()["where"][kind] for kind in TABLES if table(kind).recognised_by and kind in _names()["where"]}


@cache
def field_names(kind: str) -> Mapping[str, str]:
    """Return what people call the fields of a table."""
    return {
        name: _names().get(kind, {}).get(name, field.plain)
        for name, field in table(kind).fields.items()
        if field.headings
    }


def suggestion(
    heading: str, kinds: Iterable[str], *, besides: Collection[str] = (), holds_dates: bool | None = None
) -> str:
    """Return the name of the field that a heading comes nearest to in some tables; blank where it is like none.

    `besides` are fields that other columns have already, `holds_dates` says whether dates stand in its column.
    """
    best, name = (CLOSE_OF_DATES if holds_dates else CLOSE) - 1.0, ""
    for kind in kinds:
        attempt, rest = attempt_in(heading) if kind == "attempts" else (None, heading)
        spoken = plain(rest or heading)
        for field, own_name in field_names(kind).items():
            entry = table(kind).fields[field]
            if holds_dates is not None and holds_dates != (entry.kind in DATES):
                continue
            told = f"{attempt} {own_name}" if attempt in ATTEMPTS and rest else own_name
            alike = max(likeness(spoken, plain(known_one)) for known_one in (own_name, *entry.headings))
            if alike > best and told not in besides:
                best, name = alike, told
    return name


def closest(text: str, known_texts: Iterable[str]) -> str:
    """Return the text that is most like another, both in plain words; blank where none is."""
    if len(plain(text)) < SHORTEST:
        return ""
    found = process.extractOne(plain(text), list(known_texts), scorer=fuzz.token_sort_ratio, score_cutoff=CLOSE)
    return found[0] if found else ""


def name_of_plain(spoken: str) -> str:
    """Return the name of a field as people write it, by its plain words."""
    return next((name for kind in TABLES for name in field_names(kind).values() if plain(name) == spoken), spoken)


@cache
def _fields() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return, by its plain name, each field with the tables that have it under this name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind in TABLES:
        for name, spoken in field_names(kind).items():
            if table(kind).fields[name].headings:
                found.setdefault(plain(spoken), []).append((kind, name))
    return {spoken: tuple(fields) for spoken, fields in found.items()}


@cache
def _heading_of(fields: tuple[tuple[str, str], ...]) -> str:
    """Return the heading that means some fields, each in its table, and as little as possible in other tables."""
    own = field_names(fields[0][0])[fields[0][1]]
    if all(known(own, kind) == (name,) for kind, name in fields):
        return own
    candidates = [
        heading
        for kind, name in fields
        for heading in (name.replace("_", " "), *table(kind).fields[name].headings)
        if heading.isascii()
    ]

    def unclear(heading: str) -> tuple[int, bool, int]:
        missed = sum(known(heading, kind) != (name,) for kind, name in fields)
        tells_place = place_in(heading)[0].is_told or attempt_in(heading)[0] is not None
        told = {kind for kind, _ in fields}
        return missed, tells_place, sum(bool(known(heading, kind)) for kind in TABLES if kind not in told)

    return min(dict.fromkeys(candidates), key=unclear)


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("templates").joinpath("fields.toml").read_text("utf-8"))
