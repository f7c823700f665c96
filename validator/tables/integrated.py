"""Assignments for several units whose criteria cell says which criteria belong to which unit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from validator.tables.criteria import read_criteria

if TYPE_CHECKING:
    from validator.tables.build import RawTable

_UNIT = re.compile(
    r"[(\[]?\s*\b(?:units?|u)\s*\.?\s*(?:no\.?|number)?\s*([0-9]{1,3})\b\s*[)\]]?\s*[:=–—-]?", re.IGNORECASE
)
_EDGES = " \t\n;,.:()[]–—-|/&"


def criteria_by_unit(cell: object) -> list[tuple[str, str]]:
    """Return the unit and the criteria of each part of a cell such as "Unit 3: A.P1, A.M1; Unit 4: B.P2", or
    "A.P1 (Unit 3), B.P2 (Unit 4)"; nothing where a cell does not say so throughout."""
    text = str(cell or "")
    marks = list(_UNIT.finditer(text))
    if not marks:
        return []
    starts, ends = [m.end() for m in marks], [m.start() for m in marks]
    if text[: ends[0]].strip(_EDGES):  # each unit stands behind its criteria
        pieces = list(zip([0, *starts[:-1]], ends, strict=True))
        rest = text[starts[-1] :]
    else:
        pieces = list(zip(starts, [*ends[1:], len(text)], strict=True))
        rest = ""
    found = [(f"Unit {int(mark[1])}", _bare(text[start:end])) for mark, (start, end) in zip(marks, pieces, strict=True)]
    if rest.strip(_EDGES) or not all(
        isinstance(criteria := read_criteria(part), tuple) and criteria for _, part in found
    ):
        return []
    return found


def _bare(text: str) -> str:
    return re.sub(r"\A(?:and|&)\s+|\s+and\Z", "", text.strip(_EDGES), flags=re.IGNORECASE).strip(_EDGES)


def per_unit(plan: RawTable) -> RawTable:
    """Return an assessment plan with a row for each unit of an assignment that gives its criteria unit by unit."""
    column = plan.values.get("criteria", [])
    parts = [criteria_by_unit(cell) if isinstance(cell, str) else [] for cell in column]
    if not any(parts):
        return plan
    spread = type(plan)()
    for row, units in enumerate(parts):
        record = {name: (values[row], plan.cells[name][row]) for name, values in plan.values.items()}
        if not units:
            spread.add(record)
        place = record["criteria"][1]
        for unit, criteria in units:
            spread.add({**record, "unit": (unit, record.get("unit", (None, place))[1]), "criteria": (criteria, place)})
    return spread
