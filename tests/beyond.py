"""Headings as colleagues write them, beyond the vocabulary (`data/headings.toml`), and how one is read in its table."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from schemas.specification import table
from validator.layout.regions import find_regions
from validator.reading.sheets import Sheet

_TEXTS = {
    "learner": ["Noor Abbas", "Omar Al-Khatib", "Hana Suzuki", "Sara Haddad"],
    "registration": ["KX41221", "KX41207", "KX41228", "KX41230"],
    "attempt": ["First", "Resubmission", "First", "Re-sit"],
    "authorised_by": [None, "Rania Haddad", None, "Rania Haddad"],
}
_BY_KIND: dict[str, list[Any]] = {
    "unit": ["Unit 4", "Unit 4", "Unit 1", "Unit 1"],
    "person": ["Sam Whitlock", "Sam Whitlock", "Priya Nair", "Priya Nair"],
    "criteria": ["A.P1, A.M1", "A.P2", "A.P1", "A.P2, A.D1"],
    "grade": ["P", "M", "D", "U"],
    "flag": ["Yes", "No", "Yes", "Yes"],
    "signature": ["Yes", "Yes", "No", "Yes"],
    "text": ["Assignment 1", "Assignment 2", "Assignment 1", "Assignment 2"],
    "number": [60, 90, 60, 90],
}
_BESIDES = {
    "attempts": "group extension_reason extension_approved_by extension_granted_on brief exceptional_reason",
    "learners": "study_days date_of_birth",
    "verifications": "unit assignment assessor",
    "unit_results": "registration points",
}
"""The fields that stand in a table beside those of the list."""


@cache
def written(held_out: bool | None = None) -> tuple[tuple[str, str, str], ...]:
    """Return the headings of the list as table, field and text: all of them, or only those that are (not) held out."""
    return tuple(
        (kind, name, text)
        for kind, fields in _list().items()
        if kind != "ambiguous"
        for name, texts in fields.items()
        for at, text in enumerate(texts)
        if held_out is None or held_out == is_held_out(at)
    )


def is_held_out(at: int) -> bool:
    """Say whether the heading at a place of its list (from 0) is held out: every third is."""
    return at % 3 == 2


@cache
def ambiguous() -> tuple[tuple[str, str], ...]:
    """Return headings that may mean several things, or nothing that is checked, as table and text."""
    return tuple((kind, text) for kind, texts in _list()["ambiguous"].items() for text in texts)


def read_as(kind: str, name: str | None, text: str) -> str | None:
    """Return the field that a heading is read as in a table of the usual columns, where it stands for the column
    `name`, or for a further column of dates, texts and blanks if that is None."""
    names = list(dict.fromkeys([*_list()[kind], *_BESIDES.get(kind, "").split()]))
    headings = [text if other == name else table(kind).fields[other].headings[0].capitalize() for other in names]
    columns = [_cells(kind, other, at) for at, other in enumerate(names)]
    if name is None:
        headings.append(text)
        columns.append([date(2023, 9, 28), date(2023, 9, 29), None, "n/a"])
    rows: list[list[Any]] = [headings, *map(list, zip(*columns, strict=True))]
    regions = find_regions(Sheet("Sheet 1", visible=True, rows=rows), ())
    own = [region for region in regions if region.kind == kind]
    at = len(names) if name is None else names.index(name)
    return next((column.field for region in own for column in region.columns if column.index == at), None)


def _cells(kind: str, name: str, at: int) -> list[Any]:
    field_kind = table(kind).fields[name].kind
    if field_kind == "date":
        return [date(2023, 9, 4) + timedelta(days=3 * at + row) for row in range(4)]
    return _TEXTS.get(name) or _BY_KIND[field_kind.removeprefix("any_")]


@cache
def _list() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "data" / "headings.toml").read_text(encoding="utf-8"))
