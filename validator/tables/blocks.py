"""A row whose columns stand in blocks: a record for each unit, assignment and attempt that it holds something of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from schemas.specification import plain, table, word_table
from validator.layout.columns import DECISION
from validator.mapping.places import NOWHERE, Place
from validator.tables.cells import is_blank, read_attempt, read_flag
from validator.tables.dates import Odd
from validator.tables.marks import decision

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from validator.layout.region import Region

Record = dict[str, tuple[Any, str | None]]
"""For each field of a record what its cell holds, and the cell."""

ATTEMPTS = ("first", "resubmission", "retake")
VERIFIED = ("verifier", "verified_on")
"""What stands beside decisions and makes them an attempt of which more is known."""
SAID = {"retake": "retake or re-sit"}
"""What is said of an attempt that stands in a block: the heading's own word for a retake is not kept."""


@dataclass
class _Block:
    """What a row holds of one assignment."""

    cells: dict[str | None, Record] = field(default_factory=lambda: defaultdict(dict))
    """By attempt, None where the headings tell none."""
    decisions: dict[str | None, list[tuple[str, Any, str | None]]] = field(default_factory=lambda: defaultdict(list))
    """By attempt, the criteria with what stands in their cells and where."""

    @property
    def first_cell(self) -> str | None:
        """The first cell of the block."""
        records = (_first_cell(record) for record in self.cells.values())
        decided = (cell for cells in self.decisions.values() for _, _, cell in cells)
        return next((cell for cell in (*records, *decided) if cell is not None), None)


def unit_results_of_row(details: Record, by_place: Mapping[Place, Record]) -> Iterator[tuple[str, Record]]:
    """Yield the unit results of a row whose columns stand in a block for each unit."""
    common = by_place.get(NOWHERE, {})
    for place, block in by_place.items():
        if place != NOWHERE and any(_says_something(value) for value, _ in block.values()):
            unit = {"unit": (place.unit, _first_cell(block))} if place.unit else {}
            yield "unit_results", {**details, **common, **unit, **block}


def attempts_of_row(
    region: Region, details: Record, by_place: Mapping[Place, Record], key: Mapping[str, str | None]
) -> Iterator[tuple[str, Record]]:
    """Yield the attempts of a row, and the decisions on criteria that have columns of their own.

    `details` are what labels tell for the whole table, `by_place` the cells of the row by the place of their
    columns, `key` what the marks in columns of criteria mean.
    """
    if not region.in_blocks:
        record = {**details, **by_place.get(NOWHERE, {})}
        if has_evidence(record, table("attempts").evidence):
            yield "attempts", record
        return
    common = {**details, **by_place.get(NOWHERE, {})}
    blocks = _blocks(region, by_place)
    for where, block in blocks.items():
        told: Record = {
            name: (text, block.first_cell) for name in ("unit", "assignment") if (text := getattr(where, name))
        }
        if region.of_units and (unit := told.get("unit", common.get("unit"))):
            told["assignment"] = unit
        is_alone = len(region.assignments) == 1 and len(blocks) == 1
        inherited = (
            common
            if where == NOWHERE or is_alone
            else {n: c for n, c in common.items() if _is_shared(n) or n in details}
        )
        for kind, record in _of_block(block, {**inherited, **told}, key):
            yield kind, {**_targets(region, block, record), **record} if kind == "attempts" else record


def _targets(region: Region, block: _Block, record: Record) -> Record:
    """Return what a first submission targets, where the columns of criteria tell it; of a unit as a whole only once it
    is graded: till then some of its criteria may be still to come."""
    if not region.tells_targets or read_attempt(record["attempt"][0]) != "first":
        return {}
    if region.of_units and not has_evidence(record, ("grade",)):
        return {}
    columns = [*block.decisions.get(None, []), *block.decisions.get("first", [])]
    return {"targeted": (", ".join(criterion for criterion, _, _ in columns), columns[0][2])} if columns else {}


def _is_shared(name: str) -> bool:
    return name in table("attempts").shared or name in table("attempts").shared_with_resubmission


def _blocks(region: Region, by_place: Mapping[Place, Record]) -> dict[Place, _Block]:
    """Return what a row holds of each unit and assignment, with what rows of labels tell of it."""
    found: dict[Place, _Block] = defaultdict(_Block)
    for place, cells in by_place.items():
        where = Place(unit=place.unit, assignment=place.assignment)
        if place.criterion:
            found[where].decisions[place.attempt].append((place.criterion, *cells[DECISION]))
        elif place != NOWHERE:
            found[where].cells[place.attempt].update(cells)
    for place, detail in region.of_blocks:
        where = Place(unit=place.unit, assignment=place.assignment)
        if where in found:
            cells = found[where].cells[place.attempt]
            cells.setdefault(detail.field, (detail.value, region.detail_cell(detail)))
    return found


def _of_block(block: _Block, common: Record, key: Mapping[str, str | None]) -> Iterator[tuple[str, Record]]:
    """Yield the decisions and the attempts of one assignment; `common` is what the row tells besides.

    Where a column says which attempt a row is, or a title which a whole sheet is about, that is what unmarked columns
    hold; of a word that means none, no decision is made.
    """
    said, said_at = common.get("attempt", (None, None))
    read = read_attempt(said)
    usual = (read if read in ATTEMPTS else "retake") if isinstance(read, str) else "first"
    common = {**common, **block.cells.get(None, {})}
    for attempt in ATTEMPTS:
        is_usual = attempt == usual
        word = said if is_usual and read is not None else SAID.get(attempt, attempt)
        decided = block.decisions.get(attempt, []) + (block.decisions.get(None, []) if is_usual else [])
        made = [] if is_usual and isinstance(read, Odd) else list(_decided(common, word, decided, key))
        yield from made
        lists: Record = {"achieved": (None, decided[0][2])} if decided else {}  # blank where its columns are
        own = block.cells.get(attempt, {})
        if is_usual:
            record = {**common, **own}
            evidence = table("attempts").evidence
        else:
            inherited = table("attempts").shared
            if attempt == "resubmission" and usual == "first":
                inherited = (*inherited, *table("attempts").shared_with_resubmission)
            record = {**{name: cell for name, cell in common.items() if name in inherited}, **own}
            evidence = table("attempts").evidence_in_block
        is_verified = bool(made) and "assignment" in record and has_evidence(record, VERIFIED)
        if is_verified or has_evidence(record if is_usual else own, evidence):
            place = said_at if is_usual and said_at else _first_cell(own)
            place = place or next((cell for _, value, cell in decided if value is not None), None)
            yield "attempts", {**lists, **record, "attempt": (word, place or _first_cell(record))}


def _decided(
    common: Record, attempt: str, decisions: Iterable[tuple[str, Any, str | None]], key: Mapping[str, str | None]
) -> Iterator[tuple[str, Record]]:
    """Yield the decisions of an attempt that its columns of criteria hold; a blank cell is none."""
    whose: Record = {name: common[name] for name in ("learner", "registration", "unit", "assignment") if name in common}
    for criterion, value, cell in decisions:
        outcome = decision(value, criterion, key)
        no_need = read_attempt(attempt) != "first" and isinstance(value, str) and "/" in value and is_blank(value)
        if outcome is None or no_need:  # N/A: the criterion was not attempted again
            continue
        told: Record = {
            "attempt": (attempt, cell),
            "criterion": (criterion, cell),
            "outcome": (outcome.text if isinstance(outcome, Odd) else outcome, cell),
        }
        dated: Record = {"decided_on": (value, cell)} if isinstance(value, date) else {}
        yield "decisions", {**whose, **told, **dated}


def _first_cell(block: Record) -> str | None:
    """Return the first cell of an attempt's block, which is where its row says which attempt it is."""
    return next((cell for _, cell in block.values() if cell is not None), None)


def has_evidence(record: Record, wanted: tuple[str, ...]) -> bool:
    """Return whether a record says something in one of the fields that make it one."""
    return any(name in record and _says_something(record[name][0]) for name in wanted)


def _says_something(value: Any) -> bool:
    if value is None:
        return False
    if isinstance(value, str):
        nothing = word_table("grades").get(plain(value)) == "not-graded"
        return not nothing and not is_blank(value) and read_flag(value) != "no"
    return value is not False
