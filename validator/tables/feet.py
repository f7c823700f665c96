"""Rows around the records of a table that are none: totals, keys, notes, signatures."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from schemas.specification import plain, word_table, words
from validator.mapping.headings import known

if TYPE_CHECKING:
    from collections.abc import Sequence


def is_foot(text: str) -> bool:
    """Return whether a row that begins so is a total, a key or a note: "Total", "Key:", "Average grade", but not the
    learner Key Johnson."""
    if text.lstrip().startswith("%"):
        return True
    first, *rest = plain(text).split()[:2] or [""]
    if rest and first in words()["not_records_together"] and rest[0] in words()["counted"]:
        return True
    return first in words()["not_records"] and (
        not rest or rest[0] in words()["counted"] or text.rstrip()[-1:] in ":=" or ":" in text
    )


def is_label(text: str) -> bool:
    """Return whether the first cell of a row is a heading or a label, and nobody's name: "Internal Verifier", "GLH"."""
    return bool(known(text, "attempts") or known(text, "units"))


def is_signature(text: str) -> bool:
    """Return whether a row that begins so is one in which people sign: "Programme leader signature:"."""
    return bool(set(plain(text).split()) & set(words()["closings"]))


def counts(row: Sequence[Any]) -> bool:
    """Return whether the first cell of a row says that it is no record: "Total", "% achieved", a mark or label with
    nothing but numbers behind it ("M | 4 | 2 | 3"), a label beside which people sign ("IV | K Lee | Signed")."""
    first, *rest = [value for value in row if value is not None] or [None]
    if not isinstance(first, str):
        return False
    if is_foot(first):
        return True
    if holds_numbers_alone(rest):
        return plain(first) in marks() or is_label(first)
    return any(isinstance(value, str) and is_signature(value) for value in rest) and is_label(first)


def holds_numbers_alone(row: Sequence[Any]) -> bool:
    """Return whether numbers stand in a row, and nothing else."""
    filled = [value for value in row if value is not None]
    return bool(filled) and all(isinstance(value, int | float) for value in filled)


@cache
def marks() -> frozenset[str]:
    """Return the marks and grades that stand in grids."""
    return frozenset({*word_table("grades"), *word_table("outcomes"), *words()["decision_marks"]})
