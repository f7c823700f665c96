"""Feedback during and following assessment (FBK)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.resubmissions import every_resubmission
from rules.rule import Verdict, rule
from rules.wording import says

if TYPE_CHECKING:
    import pandas as pd

    from rules.records import Records

DURING = "During assessment: giving feedback to learners"
FOLLOWING = "Following assessment: giving feedback to learners"
HANDED_OUT = "attempts.handed_out|assignments.handed_out"
STORY = ["tracker", "learner_key", "unit_key", "base_key"]


@rule(
    "FBK001",
    "criteria-confirmed-during-assessment",
    "error",
    section=DURING,
    needs=("feedback.given_on", "feedback.said|feedback.confirmed", HANDED_OUT),
)
def criteria_confirmed_during_assessment(records: Records) -> Verdict:
    """The feedback log confirms criteria while the learner was still working on the assignment.

    Why: Between the hand-out and the submission learners work independently. Feedback may be general then;
    whether a criterion is achieved is decided at the formal assessment and not before.

    Breaks: Handed out on 11 September, submitted on 21 September; on 15 September the log says "A.P1 met".

    Keeps: General feedback; what the assignment targets and asks for. Criteria confirmed on the day of the
    submission, or after it.

    Remedy: Remind the team to keep to general feedback during assessment. Tell your Lead Internal Verifier, who
    judges whether the work is still the learner's own.

    Cannot see: What was said and not logged.
    """
    rows = _during_assessment(records)
    listed = rows["confirmed"].map(bool, na_action="ignore").eq(True)
    return Verdict(
        rows,
        rows["working"] & (listed | says(rows["said"], "criteria_confirmed")),
        cells=("feedback.confirmed", "feedback.said", "feedback.given_on", "attempts.submitted"),
        message="Criteria of {assignment} were confirmed to {learner} on {given_on}, {when}.",
        unknown={"attempts.submitted": rows["untold"]},
    )


@rule(
    "FBK002",
    "unachieved-without-reason",
    "warning",
    section=FOLLOWING,
    needs=("attempts.comments", "attempts.not_achieved|decisions.outcome"),
)
def unachieved_without_reason(records: Records) -> Verdict:
    """A criterion was not achieved, and the assessor's comments are blank.

    Why: Learners are told which criteria they achieved, which not, and why, so that they can learn from it.

    Breaks: A.P2 not achieved; no comment.

    Keeps: A sentence on what was missing in general terms. No comment where every criterion was achieved.

    Remedy: Add the reason to the assessment record and the tracker, and see that the learner has it.

    Cannot see: Whether the comment gives a reason; feedback that is kept elsewhere.
    """
    missed = records.decisions[records.decisions["outcome"].eq("not achieved")]
    of_attempt = missed.groupby("attempts_row").agg(
        criteria=("criterion", lambda names: tuple(dict.fromkeys(names))), decisions_row=("decisions_row", "first")
    )
    rows = records.attempts[records.attempts["assessed_made"]]
    lead, names = (rows["attempts_row"].map(of_attempt[name]) for name in ("decisions_row", "criteria"))
    rows = rows.assign(decisions_row=lead, criteria=names.astype(object))
    rows = rows[rows["decisions_row"].notna() & _came_in(records, rows) & ~(rows["assessed"] > records.as_of)]
    return Verdict(
        rows,
        rows["comments"].isna(),
        cells=("attempts.comments", "attempts.not_achieved", "decisions.outcome"),
        message="{learner} did not achieve {criteria} of {assignment}, and no comment says why.",
    )


@rule(
    "FBK003",
    "feedback-date-missing",
    "warning",
    section=FOLLOWING,
    needs=("attempts.results_received", "attempts.assessed|attempts.grade|decisions.outcome"),
)
def feedback_date_missing(records: Records) -> Verdict:
    """Work was assessed, and there is no date on which the feedback reached the learner.

    Why: Learners have their results close to the assessment. The days for a resubmission count from there too.

    Breaks: Assessed on 26 September; the date of the results is still blank in December.

    Keeps: Work assessed in the last few weeks, whose decisions may still be with the internal verifier. Where
    the learner resubmitted, results-date-missing speaks of it.

    Remedy: Enter the date on which the learner received the results. If they are still held back, release them.

    Cannot see: Feedback that was given and not entered.
    """
    rows = records.attempts
    settled = rows[["assessed", "grade"]].notna().any(axis=1) | ~records.recorded(rows, "attempts.assessed")
    rows = rows[rows["assessed_made"] & settled & _came_in(records, rows)]
    followed = every_resubmission(records)[STORY].drop_duplicates().assign(followed=True)
    rows = rows.merge(followed, on=STORY, how="left").set_index(rows.index)
    rows = rows[~(rows["attempt"].eq("first") & rows["followed"].eq(True))]
    decided = records.decisions.drop_duplicates("attempts_row").set_index("attempts_row")["decisions_row"]
    when = rows["assessed"].fillna(rows["submitted"]).fillna(rows["deadline"])
    since = records.calendars.working_days(rows["tracker"], when, when.where(when.isna(), records.as_of))
    recent = (when > records.as_of) | (since <= records.limit(rows, "results_held_back_working_days"))
    told = (" on " + records.spoken(rows["assessed"])).where(rows["assessed"].notna(), "")
    return Verdict(
        rows.assign(told=told, decisions_row=rows["attempts_row"].map(decided).astype("float64")),
        rows["results_received"].isna() & ~recent,
        cells=("attempts.results_received", "attempts.assessed", "attempts.grade"),
        message="{learner}'s {assignment} was assessed{told}, and no date says when the results reached the learner.",
    )


@rule("FBK004", "feedback-coaches", "note", section="Feedback vs 'Coaching'", needs=("attempts.comments",))
def feedback_coaches(records: Records) -> Verdict:
    """The assessor's comments tell the learner what to do to reach a grade or a criterion.

    Why: Feedback says what was achieved, what was not, and why. A list of actions towards a grade would make the
    next evidence the assessor's work as much as the learner's.

    Breaks: "To achieve a Distinction you need to add two more sources."

    Keeps: "A.D1 was not achieved: the evaluation does not weigh the options."

    Remedy: Word the feedback as reasons. If a resubmission follows, ask your Lead Internal Verifier whether the
    learner has had guidance.

    Cannot see: Coaching in other words, or in conversation.
    """
    rows = records.attempts[records.attempts["comments"].notna()]
    return Verdict(
        rows,
        says(rows["comments"], "feedback_coaches"),
        cells=("attempts.comments",),
        message="The comments on {learner}'s {assignment} tell the learner what to do to reach a grade.",
    )


# ---------------------------------------------------------------------- what the rules share


def _came_in(records: Records, rows: pd.DataFrame) -> pd.Series:
    """Return whether there is evidence to give feedback on: a learner who handed in nothing may have a U on record, and
    a resubmission that nobody made the grade of the first submission."""
    first = rows["attempt"].eq("first")
    earned = rows["achieved"].map(bool, na_action="ignore").eq(True) | rows["grade"].isin(["P", "M", "D"])
    told = rows["submitted"].notna() | ~records.recorded(rows, "attempts.submitted")
    return told | earned.where(first, rows["assessed"].notna())


def _during_assessment(records: Records) -> pd.DataFrame:
    """Return the entries of the feedback log with `working`: whether the learner was then working on the first
    submission. `untold` marks those of which the tracker does not record when it came in; `when` says it in words."""
    rows = records.feedback
    key = ["tracker", "learner_key", "unit_key", "assignment_key"]
    attempt = records.first.dropna(subset=key).drop_duplicates(key)[[*key, "attempts_row"]]
    plan = records.assignments.drop_duplicates(["tracker", "unit_key", "assignment_key"])
    rows = rows.drop(columns="attempts_row", errors="ignore").merge(attempt, on=key, how="left")
    rows = rows.merge(
        plan[["tracker", "unit_key", "assignment_key", "assignments_row"]],
        on=["tracker", "unit_key", "assignment_key"],
        how="left",
    )
    rows = records.with_values(
        rows, "attempts.handed_out", "attempts.submitted", "attempts.assessed", "assignments.handed_out"
    )
    rows = rows.assign(
        attempt="first",
        begun=rows["attempts_handed_out"].fillna(rows["assignments_handed_out"]),
        handed_in=rows["attempts_submitted"].fillna(rows["attempts_assessed"]),
    )
    rows = rows[rows["begun"].notna() & (rows["given_on"] <= records.as_of)]
    handed_in = rows["handed_in"]
    still = handed_in.isna() | (rows["given_on"] < handed_in)
    untold = rows["attempts_row"].notna() & handed_in.isna() & ~records.recorded(rows, "attempts.submitted")
    came = "before the work came in on " + records.spoken(handed_in)
    when = came.where(handed_in.notna(), "while the learner was working on it")
    return rows.assign(working=(rows["given_on"] >= rows["begun"]) & still & ~untold, untold=untold, when=when)
