"""Extensions: asked for, granted, by whom, until when, and whether the work came in by then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.extensions import EXTENSION, GRANT, with_extensions
from validator.findings import Evidence, EvidenceState, RegisterEntry
from validator.registers.cells import Cell, Told, absent, dicts, is_refusal, name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.records import Records


def extensions(records: Records, told: Told) -> list[tuple[int, RegisterEntry]]:
    """Return the extensions that attempts show, then the entries of a log that belong to no attempt on record."""
    rows = records.attempts
    shown = with_extensions(records, rows)
    named = rows[list(GRANT)].notna()
    rows = rows[shown["extended"] | named.any(axis=1) | rows["extension_applied"].eq("yes")]
    found = [
        (int(row["tracker"]), _extension(told, "attempts", row["attempts_row"], row))
        for row in dicts(rows.sort_values("attempts_row", kind="stable"))
    ]
    entered = {(number, evidence.cell) for number, entry in found for evidence in entry.evidence if evidence.cell}
    for row in dicts(records.extensions):
        entry = _extension(told, "extensions", row["extensions_row"], row)
        told_of = {evidence.cell for evidence in entry.evidence if evidence.state == "present"}
        if told_of and not any((row["tracker"], cell) in entered for cell in told_of):
            found.append((int(row["tracker"]), entry))
    return found


def _extension(told: Told, table: str, at: object, row: Mapping[str, Any]) -> RegisterEntry:
    applied, reason, until, granted, approved = (told.cell(table, at, field) for field in EXTENSION)
    no = is_refusal(approved)
    state: EvidenceState = "not-due" if no else "missing"
    why = "refused" if no else "missing"

    def plain(what: str, cell: Cell) -> Evidence:
        if cell:
            return Evidence(what, "present", str(cell), cell.where)
        gap = absent(what, cell, missing=why)
        return Evidence(what, state, why, cell.where) if gap.state == "missing" else gap

    submitted = told.cell(table, at, "submitted") if table == "attempts" else Cell(None, "")
    handed_in = plain("Handed in", submitted)
    if submitted and until and submitted.value > until.value:
        handed_in = Evidence("Handed in", "wrong", f"{submitted}, after the new deadline", submitted.where)
    elif not submitted and handed_in.state == "missing" and not (until and until.value < told.as_of):
        handed_in = Evidence("Handed in", "not-due", "not yet", submitted.where)
    elif table != "attempts":
        handed_in = Evidence("Handed in", "unclear", "no such submission on record")
    said_yes = {"yes": "yes", "no": "says no"}.get(str(applied), str(applied))
    evidence = (
        Evidence("Applied for", "present", said_yes, applied.where)
        if applied and applied.where
        else Evidence("Applied for", "present", "entered in the log")
        if applied or table == "extensions"
        else plain("Applied for", applied),
        plain("Reason", reason),
        Evidence("Approved by", "wrong", f"says “{approved}”", approved.where)
        if no
        else plain("Approved by", approved),
        plain("Granted on", granted),
        plain("New deadline", until),
        handed_in,
    )
    learner, unit, assignment = (name(row[part]) for part in ("learner", "unit", "assignment"))
    cell = next((e.cell for e in (evidence[4], *evidence) if e.cell), "")
    return RegisterEntry("extension", learner, unit, assignment, evidence, cell)
