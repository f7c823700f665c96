"""Marks in a grid of criteria: ticks, crosses, letters, dates, and the key that says what they mean."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from schemas.specification import plain, word_table, words
from validator.tables.cells import is_blank, read_outcome
from validator.tables.dates import Odd, read_dates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_KEY = re.compile(
    r"(?:\A|[,;|\n])\s*(?:key\s*[:=]\s*)?([^\s=:–—,;|]{1,4})\s*(?:=|:|–|—|-)\s*([^,;|\n]{3,60})", re.IGNORECASE
)
_DATED = re.compile(
    r"\A\s*(?:([^\d\s(]{1,3})[\s:,-]*\(?(?:[0-9]{1,2}[/.-]){1,2}[0-9]{2,4}\)?|"
    r"\(?(?:[0-9]{1,2}[/.-]){1,2}[0-9]{2,4}\)?[\s:,-]*([^\d\s(]{1,3}))\s*\Z"
)
"""A mark with the day on which the decision was made: "A 16/10/23", "12.10.2023 - R"."""


def fits_decision(cell: object, criterion: str) -> bool:
    """Return whether a cell may be the decision on a criterion."""
    if isinstance(cell, str) and plain(cell) in ("x", *map(plain, words()["decision_marks"])):
        return True
    return not isinstance(decision(cell, criterion, {}), Odd)


def decision(cell: object, criterion: str, key: Mapping[str, str | None]) -> Any:
    """Return the decision that a cell of a grid holds: "achieved", "not achieved", None, or the cell's own words.

    A date means that the criterion was achieved on it, the letter of the criterion's own band that it was
    achieved. `key` has what a mark means on this sheet, which comes before what it usually means.
    """
    if cell is None or isinstance(cell, bool):
        return {True: "achieved", False: "not achieved", None: None}[cell]
    spoken = plain(str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell))
    if spoken in key:
        return key[spoken]
    if isinstance(cell, date) or (spoken and spoken == criterion.rpartition(".")[2].lstrip("12")[:1].casefold()):
        return "achieved"
    read = read_outcome(cell)
    if isinstance(read, Odd) and isinstance(cell, str):
        dated = _DATED.match(cell)
        if dated or isinstance(read_dates([cell])[0], date):
            return decision(dated[1] or dated[2], criterion, key) if dated else "achieved"
    return read


def key_of(marks: Iterable[object], texts: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, str | None]:
    """Return what the marks of a grid mean, as far as that is not what they usually mean.

    `marks` are the cells of the grid, `texts` what stands around it ("X = not achieved"), `pairs` cells beside
    each other that may be a line of a key. Without a key, a cross in a grid that has ticks or letters for what
    is achieved says that a criterion is not, and in a grid of crosses alone that it is.
    """
    found: dict[str, str | None] = {}
    for text in texts:
        for m in _KEY.finditer(text):
            found |= _meaning(m[1], m[2])
    for mark, text in pairs:
        if len(mark.strip()) <= 4:
            found |= _meaning(mark, text)
    if "x" not in found:
        counted = Counter(plain(str(mark)) for mark in marks if mark is not None)
        others = [word for word in counted if word != "x" and word_table("outcomes").get(word) == "achieved"]
        found["x"] = "not achieved" if others or any(isinstance(mark, date) for mark in marks) else "achieved"
    return found


def meaning_of(text: str) -> str | None:
    """Return "achieved" or "not achieved" where a text says so, None where it says neither or "not yet"."""
    return _meaning("?x", text).get(plain("?x"))


def _meaning(mark: str, text: str) -> dict[str, str | None]:
    """Return the mark with its meaning where a line of a key tells one: ("X", "Not achieved")."""
    spoken = plain(text)
    if is_blank(spoken) or not plain(mark):
        return {}
    for outcome, phrases in words()["key_phrases"].items():
        if any(re.search(rf"\b{phrase}\b", spoken) for phrase in phrases):
            return {plain(mark): None if outcome == "not-yet" else outcome.replace("-", " ")}
    return {}
