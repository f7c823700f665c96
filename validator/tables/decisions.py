"""Decisions that stand criterion by criterion: the assignments they belong to, and the attempts they tell of."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

Frames = dict[str, Any]
"""The frames of a chunk, or those of their cells, by table. Cells hold anything, so they are typed so."""

KEY = ["tracker", "learner_key", "unit_key", "assignment_key", "attempt"]
NAMES = ["learner", "unit", "assignment", "attempt"]


def enter_decisions(frames: Frames, cells: Frames) -> None:
    """Enter single decisions in the attempts that they were made on, as lists of criteria with the cell of one of them.

    A decision that names no assignment belongs to the one of its unit that the plan gives its criterion to. An
    attempt of which nothing but decisions is on record is an attempt all the same.
    """
    if frames["decisions"].empty:
        return
    _assign_by_plan(frames, "decisions", "criterion")
    decisions, places = frames["decisions"], cells["decisions"]
    told = decisions[decisions["assignment_key"].notna() & decisions["learner_key"].notna()]
    told = told[told["outcome"].notna() & told["criterion"].notna()]
    telling = set(told.loc[told["outcome"] == "not achieved", "tracker"])
    attempts = frames["attempts"]
    known = dict(zip(zip(*(attempts[k] for k in KEY), strict=True), attempts.index, strict=True))
    new: list[dict[str, Any]] = []
    new_cells: list[dict[str, Any]] = []
    next_label = int(attempts.index.max()) + 1 if len(attempts) else 0
    for key, rows in told.groupby(KEY, sort=False):
        lists, refs = _lists(rows, places, tells_failures=key[0] in telling)
        label = known.get(key)
        if label is None:
            first = rows.iloc[0]
            new.append({**{name: first[name] for name in (*NAMES, *KEY, "base_key", "attempt_said")}, **lists})
            new_cells.append({**{name: places.at[rows.index[0], name] for name in NAMES}, **refs})
        else:
            _complete(attempts, cells["attempts"], label, lists, refs)
    _show_blanks(attempts, cells["attempts"], told, telling)
    if not new:
        return
    labels = range(next_label, next_label + len(new))
    added = pd.DataFrame(new, index=labels).reindex(columns=attempts.columns).astype(attempts.dtypes)
    frames["attempts"] = pd.concat([attempts, added]) if len(attempts) else added
    refs_added = pd.DataFrame(new_cells, index=labels).reindex(columns=cells["attempts"].columns)
    refs_added = refs_added.astype(object).where(refs_added.notna(), None)
    cells["attempts"] = pd.concat([cells["attempts"], refs_added]) if len(attempts) else refs_added


def _lists(rows: pd.DataFrame, places: pd.DataFrame, *, tells_failures: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the decisions of one attempt come to as the fields of an attempt, and the cells of these.

    A tracker that marks only what was achieved keeps no list of what was not.
    """
    lists: dict[str, Any] = {}
    refs: dict[str, Any] = {}
    outcomes = {"achieved": "achieved", "not_achieved": "not achieved"}
    for field, outcome in outcomes.items() if tells_failures else [("achieved", "achieved")]:
        of_it = rows[rows["outcome"] == outcome]
        lists[field] = tuple(dict.fromkeys(of_it["criterion"])) if len(of_it) else np.nan
        refs[field] = places.at[of_it.index[0] if len(of_it) else rows.index[0], "outcome"]
    dated = rows[rows["decided_on"].notna()]
    if len(dated):
        last = dated["decided_on"].idxmax()
        lists["assessed"], refs["assessed"] = dated.at[last, "decided_on"], places.at[last, "decided_on"]
    return lists, refs


def _show_blanks(attempts: Any, places: Any, told: pd.DataFrame, telling: set[Any]) -> None:
    """Let the attempts without a decision have blank lists, in the units of trackers that tell decisions one by one."""
    unit = ["tracker", "unit_key"]
    decided = pd.MultiIndex.from_frame(attempts[unit]).isin(pd.MultiIndex.from_frame(told[unit]))
    blank = decided & places["achieved"].isna() & places["not_achieved"].isna()
    places.loc[blank, "achieved"] = places.loc[blank, "grade"].where(
        places.loc[blank, "grade"].notna(), places.loc[blank, "learner"]
    )
    blank = decided & attempts["tracker"].isin(telling) & places["achieved"].notna() & places["not_achieved"].isna()
    places.loc[blank, "not_achieved"] = places.loc[blank, "achieved"]


def _complete(attempts: Any, places: Any, label: int, lists: dict[str, Any], refs: dict[str, Any]) -> None:
    """Enter in an attempt on record what it does not tell in columns of its own."""
    for field, value in lists.items():
        told = attempts.at[label, field]
        if not isinstance(told, tuple) and pd.isna(told):
            attempts.at[label, field], places.at[label, field] = value, refs[field]


def _assign_by_plan(frames: Frames, name: str, column: str) -> None:
    """Give records that name no assignment the one that the plan gives their criterion to, or the unit's only one."""
    frame, plan = frames[name], frames["assignments"]
    nameless = frame["assignment_key"].isna() & frame["unit_key"].ne("") & frame["unit_key"].notna()
    if not nameless.any():
        return
    first_chances = plan[plan["retake_of"].isna() & plan["assignment_key"].notna()]
    of_criterion: dict[tuple[Any, ...], set[tuple[str, str]]] = defaultdict(set)
    of_unit: dict[tuple[Any, ...], set[tuple[str, str]]] = defaultdict(set)
    for tracker, unit, assignment, key, listed in zip(
        *(first_chances[c] for c in ("tracker", "unit_key", "assignment", "assignment_key", "criteria")), strict=True
    ):
        of_unit[tracker, unit].add((assignment, key))
        for criterion in listed if isinstance(listed, tuple) else ():
            of_criterion[tracker, unit, criterion].add((assignment, key))
    for label in frame.index[nameless]:
        unit = (frame.at[label, "tracker"], frame.at[label, "unit_key"])
        found = of_criterion.get((*unit, frame.at[label, column])) or of_unit.get(unit, set())
        if len({key for _, key in found}) == 1:
            assignment, key = min(found)
            frame.loc[label, ["assignment", "assignment_key", "base_key"]] = [assignment, key, key]
