"""Label/value pairs: "Programme | BTEC …", "Lead Internal Verifier: Rania Haddad"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from schemas.specification import plain, table, word_table, words
from validator.mapping.headings import known
from validator.mapping.places import NO_NAMES, place_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from validator.mapping.places import Names
    from validator.reading import Sheet

FURTHEST = 6
"""How many cells to the right of a label its value may stand."""
NEAR = 2
"""Within so many rows a second label for one thing ("Learner declaration", "Learner signature") is about the first; a
signature farther below is given for the form as a whole, and its date is not that of the first."""
DETAILS_OF = ("programme", "attempts", "assignments", "verifications", "decisions", "unit_results")
"""The tables whose fields a label may tell, in the order in which they are asked."""
CONTEXT = frozenset(
    {"learner", "registration", "unit", "assignment", "assessor", "handed_out", "deadline", "psa_version", "verifier"}
)
"""The fields of records that a label above a table may tell for all of them."""
OF_BLOCKS = frozenset(
    {
        "assessor",
        "handed_out",
        "deadline",
        "psa_version",
        "brief",
        "assessed",
        "results_received",
        "verifier",
        "verified_on",
    }
)
"""The fields that a row of labels among the headings may tell for each block of columns."""

LONGEST_TITLE = 120
"""A longer text above a table is no title."""

_NO_COMPANIONS: Mapping[str, str] = MappingProxyType({})
_IN_ONE_CELL = re.compile(r"\A\s*([^:：]{2,60})[:：]\s*(.*)\Z", re.DOTALL)
_VERSION = re.compile(r"\bv(?:er(?:sion)?)?\.?\s*([0-9]+(?:\.[0-9]+)*)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Detail:
    """One label and its value, for one table that has a field of that name."""

    kind: str
    field: str
    label: str
    label_row: int
    label_column: int
    value: Any
    row: int
    column: int
    """Where the value stands, or would stand; 0-based."""
    how: Literal["exact", "profile"] = "exact"
    """By what its label was recognised."""


def find_details(sheet: Sheet, rows: range) -> list[Detail]:
    """Return the label/value pairs in some rows of a sheet, such as those above its first table."""
    found: list[Detail] = []
    for number in rows:
        row = sheet.rows[number]
        filled = [column for column, value in enumerate(row) if value is not None]
        for position, column in enumerate(filled):
            text = row[column]
            if not isinstance(text, str) or len(text) > 200:
                continue
            found.extend(_details(row, number, column, filled[position + 1 :]))
    return found


def version_in_title(sheet: Sheet, rows: range) -> Detail | None:
    """Return the version that a title bears: "Assessment plan v1.2"."""
    for number in rows:
        for column, value in enumerate(sheet.rows[number]):
            if isinstance(value, str) and (m := _VERSION.search(value)) and "plan" in plain(value):
                return Detail("programme", "plan_version", value, number, column, m[1], number, column)
    return None


def named_in_titles(sheet: Sheet, rows: range, names: Names = NO_NAMES) -> list[Detail]:
    """Return the unit, the assignment and the attempt that the titles above a table name, or the sheet's own name."""
    titles = [
        (value, number, column)
        for number in rows
        for column, value in enumerate(sheet.rows[number])
        if isinstance(value, str) and len(value) < LONGEST_TITLE
    ]
    return named_in(titles, names, called(sheet))


def called(sheet: Sheet) -> str:
    """Return the name of a sheet as a title."""
    return sheet.name.replace("_", " ")


def named_in(titles: Sequence[tuple[str, int, int]], names: Names = NO_NAMES, sheet: str = "") -> list[Detail]:
    """Return the unit, the assignment and the attempt that titles name, each with its row and column, or the name of
    their `sheet`; the first that names one counts. "Resubmission" in a key beside "Not achieved" is no title."""
    outcomes = {row for text, row, _ in titles if len(text) > 1 and plain(text) in word_table("outcomes")}
    of_keys = {near for row in outcomes for near in (row - 1, row, row + 1)}
    found: list[Detail] = []
    for name in ("unit", "assignment", "attempt"):
        told_by = [title for title in titles if name != "attempt" or title[1] not in of_keys]
        for text, row, column in (*told_by, (sheet, 0, 0)):
            place, rest = place_in(text, names)
            told = getattr(place, name)
            if told and not (name == "attempt" and (plain(text).isdigit() or not _is_of_a_table(rest))):
                found.extend(Detail(kind, name, told, row, column, told, row, column) for kind in DETAILS_OF[1:])
                break
    return found


def _is_of_a_table(rest: str) -> bool:
    """Return whether a title that names an attempt says besides only that a table follows: "2. Resubmissions"."""
    return all(word.isdigit() or word in words()["of_a_table"] for word in rest.split())


def label_of(text: str, kind: str) -> str | None:
    """Return the field that a label tells for blocks of columns ("Deadline:"), or None."""
    fields = [name for name in known(text.strip().rstrip(":：").strip(), kind) if name in OF_BLOCKS]
    return fields[0] if fields else None


def find_form(
    sheet: Sheet, outside: Sequence[int], kind: str, companions: Mapping[str, str] = _NO_COMPANIONS
) -> dict[str, Detail]:
    """Return what the labels in some rows of a form tell of one record of a table, by field; blanks are told too.

    The labels of the record are all its fields; a bare "Date" belongs to the signature on its left. `companions` has
    the dates of signatures that only this form gives the meaning of.
    """
    found: dict[str, Detail] = {}
    specification = table(kind)
    bare = {plain(word) for word in words()["bare_dates"]}
    title = next((number for number, row in enumerate(sheet.rows) if any(value is not None for value in row)), 0)
    for number in outside:
        row = sheet.rows[number]
        filled = [column for column, value in enumerate(row) if value is not None]
        if number == title and len(filled) == 1 and ":" not in str(row[filled[0]]):
            continue
        last: str | None = None
        for position, column in enumerate(filled):
            text = row[column]
            if not isinstance(text, str) or len(text) > LONGEST_TITLE:
                continue
            one = _IN_ONE_CELL.match(text)
            label = (one[1] if one else text).strip().rstrip(":：").strip()
            dates = companions.get(last, specification.fields[last].companion) if last else None
            name = (dates if plain(label) in bare else None) or next(iter(known(label, kind)), None)
            if name is None:
                continue
            if name in found and found[name].value is not None:
                last = name if number - found[name].label_row <= NEAR else None
                continue
            value, place = (one[2].strip() or None if one else None), column
            right = filled[position + 1] if position + 1 < len(filled) else None
            if value is None and right is not None and right - column <= FURTHEST:
                beside = row[right]
                is_label = isinstance(beside, str) and (known(beside, kind) or plain(beside) in bare)
                value, place = (None, column + 1) if is_label else (beside, right)
            last = name
            if name in found and value is None:
                continue
            found[name] = Detail(kind, name, label, number, column, value, number, place)
    return found


def _details(row: list[Any], number: int, column: int, right: list[int]) -> list[Detail]:
    text = row[column]
    one = _IN_ONE_CELL.match(text)
    if one and one[2].strip() and (fields := _meanings(one[1])):
        return [
            Detail(kind, name, one[1].strip(), number, column, one[2].strip(), number, column) for kind, name in fields
        ]
    label = text.strip().rstrip(":：").strip()
    fields = _meanings(label)
    if not fields:
        return []
    value, place = None, column + 1
    if right and right[0] - column <= FURTHEST and not _is_label(row[right[0]]):
        value, place = row[right[0]], right[0]
    return [Detail(kind, name, label, number, column, value, number, place) for kind, name in fields]


def _meanings(label: str) -> list[tuple[str, str]]:
    found = []
    for kind in DETAILS_OF:
        names = [name for name in known(label, kind) if kind == "programme" or name in CONTEXT]
        if names:
            found.append((kind, names[0]))
    return found


def _is_label(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    if (one := _IN_ONE_CELL.match(value)) and _meanings(one[1]):
        return True
    label = value.strip().rstrip(":：")
    return plain(label) in words()["bare_dates"] or bool(_meanings(label))
