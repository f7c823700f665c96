"""Learner appeals and malpractice (MAL)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.rule import Verdict, rule

if TYPE_CHECKING:
    import pandas as pd

    from rules.records import Records


@rule(
    "MAL001",
    "learner-not-briefed",
    "warning",
    section="Learner appeals and malpractice",
    needs=("learners.induction_on", "attempts.handed_out|assignments.handed_out"),
)
def learner_not_briefed(records: Records) -> Verdict:
    """A learner had no induction on appeals, malpractice and deadlines before the first assignment was handed out.

    Why: Learners know what malpractice is, how to appeal and what a deadline means before they begin assessed work.

    Breaks: First hand-out on 11 September; induction on 20 September, or none.

    Keeps: Induction on the day of the hand-out. A learner who joined late and was inducted before an assignment
    of their own was handed out.

    Remedy: Brief the learner now and record the date. If the induction was held in time, enter its date.

    Cannot see: What the induction was about; the first hand-out of learners without any record.
    """
    rows = _with_first_hand_out(records)
    late = (rows["induction_on"] > rows["first_hand_out"]) & rows["sure"]
    told = ("was inducted on " + records.spoken(rows["induction_on"]) + ", after").where(
        late, "has no induction on record before"
    )
    return Verdict(
        rows.assign(told=told),
        rows["induction_on"].isna() | late,
        cells=("learners.induction_on", "attempts.handed_out", "assignments.handed_out"),
        message="{learner} {told} the first hand-out on {first_hand_out}.",
    )


def _with_first_hand_out(records: Records) -> pd.DataFrame:
    """Return the learners of the list to whom an assignment has been handed out, with `first_hand_out`: by their own
    records, else by the plan for their group; `attempts_row` or `assignments_row` leads to it.

    `sure` says that it is the learner's own: who has no record yet, in a tracker that has others, may have joined late.
    """
    learner, group = ["tracker", "learner_key"], ["tracker", "group_key"]
    attempts = records.attempts
    attempts = attempts.assign(handed_out=attempts["handed_out"].fillna(records.planned_date(attempts, "handed_out")))
    own = (
        attempts.dropna(subset=["learner_key", "handed_out"])
        .sort_values("handed_out", kind="stable")
        .drop_duplicates(learner)
    )
    rows = records.learners.drop_duplicates(learner)
    rows = rows.assign(group_key=records.group_keys(rows)).merge(
        own[[*learner, "handed_out", "attempts_row", "assignments_row"]], on=learner, how="left"
    )
    plan = records.planned_by_group.dropna(subset=["handed_out"]).sort_values("handed_out", kind="stable")
    plan = plan.assign(group_key=plan["group_key"].astype(object).fillna("")).drop_duplicates(group)[
        [*group, "handed_out", "assignments_row"]
    ]
    for_all = plan[plan["group_key"].eq("")].drop(columns="group_key")
    rows = rows.merge(plan, on=group, how="left", suffixes=("", "_group")).merge(
        for_all, on="tracker", how="left", suffixes=("", "_all")
    )
    told = rows["attempts_row"].notna()
    for name in ("handed_out", "assignments_row"):
        planned = rows[f"{name}_group"].fillna(rows[f"{name}_all"])
        rows[name] = rows[name].where(told, planned)
    rows = rows.assign(first_hand_out=rows["handed_out"], sure=told | ~rows["tracker"].isin(attempts["tracker"]))
    return rows[rows["first_hand_out"] <= records.as_of]
