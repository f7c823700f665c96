"""Whom a finding concerns: the assessor and the internal verifier of the work that it is about."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.records import Records
    from validator.findings import Finding
    from validator.tables.model import Tables

TO_ATTEMPTS = ("attempts", "resubmission", "retake", "first")
TO_PLAN = ("assignments", "original", "brief", "retake_plan")
"""The pointers that lead to the work that a row is about, surest first."""

_Names = dict[int | None, str]


class Concerned:
    """The people of each attempt and each planned assignment of a chunk of trackers, as the trackers spell them.

    Nothing is looked up before the first finding asks.
    """

    def __init__(self, tables: Tables, records: Records) -> None:
        self._tables = tables
        self._records = records

    def named_in(self, finding: Finding, row: Mapping[str, Any]) -> Finding:
        """Return a finding with the people of the attempt that `row`, its row of the frames that rules judge, leads
        to, else of the planned assignment.

        A finding about an assignment as a whole concerns whom the plan names, before who assessed the attempt that
        proves it; one about an assessor alone, that assessor; one about a learner alone, nobody.
        """
        if not (finding.unit or finding.assignment):
            assessor = None if finding.learner else row.get("assessed_by")
            return replace(finding, assessor=assessor) if isinstance(assessor, str) else finding
        attempt = self._attempt(row)
        plan = next((at for at in (_label(row.get(f"{p}_row")) for p in TO_PLAN) if at is not None), None)
        if plan is None:
            plan = self._plan_of.get(attempt)
        places = [(self._of_attempts, attempt), (self._of_plan, plan)]
        if not (finding.learner or finding.attempt):
            places.reverse()
        assessor, verifier = (
            next((people[role][at] for people, at in places if at in people[role]), None) for role in (0, 1)
        )
        return replace(finding, assessor=assessor, internal_verifier=verifier)

    def of_record(self, finding: Finding, table: str, row: int) -> Finding:
        """Return a finding with the people of the record of a table that it is about."""
        if table == "verifications":
            row = self._tables.frames[table]["attempts_row"].get(row, float("nan"))
            table = "attempts"
        return self.named_in(finding, {f"{table}_row": row})

    def _attempt(self, row: Mapping[str, Any]) -> int | None:
        told = next((at for at in (_label(row.get(f"{p}_row")) for p in TO_ATTEMPTS) if at is not None), None)
        decision = _label(row.get("decisions_row"))
        return told if told is not None or decision is None else self._attempt_of_decision.get(decision)

    @cached_property
    def _of_attempts(self) -> tuple[_Names, _Names]:
        attempts, sampled = self._tables.frames["attempts"], self._tables.frames["verifications"]
        sampled = sampled.dropna(subset="attempts_row").set_index("attempts_row")
        assessors, verifiers = (_names(sampled[role]) | _names(attempts[role]) for role in ("assessor", "verifier"))
        return assessors, verifiers

    @cached_property
    def _of_plan(self) -> tuple[_Names, _Names]:
        plan = self._tables.frames["assignments"]
        return _names(plan["assessor"]), _names(plan["internal_verifier"])

    @cached_property
    def _plan_of(self) -> dict[int | None, int]:
        linked = self._records.attempts["assignments_row"].dropna()
        return dict(zip(linked.index, linked.astype("int64"), strict=True))

    @cached_property
    def _attempt_of_decision(self) -> dict[int, int]:
        linked = self._tables.frames["decisions"]["attempts_row"].dropna()
        return dict(zip(linked.index, linked.astype("int64"), strict=True))


def _names(column: pd.Series) -> _Names:
    told = column.dropna()
    return {int(row): str(name) for row, name in zip(told.index, told, strict=True)}


def _label(value: object) -> int | None:
    """Return the label that a pointer holds; of several rows the first, None where it leads nowhere."""
    if isinstance(value, tuple | list):
        value = next(iter(value), None)
    return None if value is None or pd.isna(value) else int(value)  # type: ignore[call-overload]
