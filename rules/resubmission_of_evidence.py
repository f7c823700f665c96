"""Resubmission of evidence: who may have one, who authorises it, and within how many working days (RSB)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.rule import Verdict, rule

if TYPE_CHECKING:
    from rules.records import Records

PROCEDURE = "Procedure for resubmission of evidence: forms and deadlines"


@rule(
    "RSB009",
    "resubmission-deadline-too-late",
    "error",
    section=PROCEDURE,
    needs=("resubmission.deadline", "first.results_received"),
)
def resubmission_deadline_too_late(records: Records) -> Verdict:
    """The deadline of a resubmission is more than 15 working days after the learner received the results.

    Why: The guide gives every learner the same short time: 15 working days within term, counted from the day
    after the results reached the learner. More time would be an advantage over the others.

    Breaks: Results on 17 November 2023, resubmission deadline on Monday 11 December 2023, which is working
    day 16.

    Keeps: The deadline on 8 December 2023, working day 15 itself. A public holiday or a closure in between is
    no working day, and a part-time learner's days are study days.

    Remedy: Set the deadline no later than {latest}. If the learner already worked to the later date, record
    what happened and ask your Lead Internal Verifier whether the resubmission can stand.

    Cannot see: Holidays that neither the tracker nor a calendar tells.
    """
    rows = records.with_values(records.resubmissions, "first.results_received", "learners.study_days")
    rows = rows[rows["first_results_received"].notna() & rows["deadline"].notna()]
    limit = records.limit(rows, "resubmission_working_days")
    window = (rows["tracker"], rows["first_results_received"])
    rows = rows.assign(
        limit=limit,
        day=records.calendars.working_days(*window, rows["deadline"], rows["learners_study_days"]),
        latest=records.calendars.nth_working_day(*window, limit, rows["learners_study_days"]),
        basis=rows["tracker"].map({number: records.calendars.basis(number) for number in rows["tracker"].unique()}),
    )
    return Verdict(
        rows,
        rows["day"] > rows["limit"],
        cells=("resubmission.deadline", "first.results_received"),
        message="{learner} received the results of {assignment} on {first_results_received}; the resubmission "
        "deadline {deadline} is working day {day}, and {limit} are allowed. {basis}",
    )
