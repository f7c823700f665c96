"""Submission of evidence: submitted once, declared, authenticated and decided (SUB)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.rule import Verdict, rule

if TYPE_CHECKING:
    import pandas as pd

    from rules.records import Records

SECTION = "Submission of evidence"
RESULTS = "attempts.assessed|attempts.grade|attempts.achieved|attempts.not_achieved|decisions.outcome"
FACTS = (
    "submitted", "assessed", "grade", "achieved", "not_achieved", "targeted", "deadline", "handed_out",
    "learner_declared_on", "assessor", "results_received", "brief", "psa_version",
)  # fmt: skip
"""What tells one submission from another when two rows are of the same learner and assignment."""


@rule("SUB001", "more-than-one-submission", "error", section=SECTION, needs=("attempts.attempt",))
def more_than_one_submission(records: Records) -> Verdict:
    """A learner has two first submissions for the same assignment.

    Why: Each assignment is submitted once. What comes after the results is a resubmission, with the
    conditions that the guide sets for it; a second first submission would go round them.

    Breaks: Two rows "First" of one learner for Assignment 1, handed in on 21 and on 28 September.

    Keeps: A first submission and an authorised resubmission. The same row written twice is one submission,
    and so is a row that was never filled in because nothing was handed in. A set assignment that is taken again
    in a later year, on the version that the learner had before, is told by set-assignment-already-attempted.

    Remedy: Find out what the second record is. If it is a resubmission, record it as one with its
    authorisation; if the work was assessed twice, the first submission counts: ask your Lead Internal
    Verifier what can stand.

    Cannot see: Work that was handed in again and entered over the earlier record.
    """
    rows = _handed_in(records, records.first).dropna(subset="first_row").sort_values("nth", kind="stable")
    earlier = rows.groupby("first_row")["attempts_row"].transform("first").astype("float64")
    rows = rows.assign(previous_row=earlier, limit=records.limit(rows, "submissions"))
    another = rows["tracker"].ne(rows["tracker"])
    for fact in FACTS:
        before = records.value(rows, f"previous.{fact}")
        another |= rows[fact].notna() & before.notna() & rows[fact].ne(before)
    another &= ~rows["attempts_row"].isin(records.set_assignments.earlier_use["attempts_row"])
    number = 1 + another.groupby(rows["first_row"]).cumsum()
    return Verdict(
        rows,
        another & number.eq(rows["limit"] + 1),
        cells=("attempts.submitted", "attempts.attempt", "previous.submitted", "previous.attempt"),
        message="{learner} has more than one first submission of {assignment} on record; {limit} is allowed.",
    )


@rule(
    "SUB002",
    "learner-declaration-missing",
    "error",
    section=SECTION,
    needs=("attempts.learner_declared|attempts.learner_declared_on",),
)
def learner_declaration_missing(records: Records) -> Verdict:
    """A first submission came without the learner's declaration of authenticity.

    Why: Each assignment is handed in with a signed and dated declaration that the work is the learner's own.
    Without it the evidence is not authenticated, and the learner cannot be given a resubmission.

    Breaks: Work submitted on 21 September; "Declaration signed" says No or is blank, and no date is given.

    Keeps: A declaration on the front sheet, the assessment record or a platform, recorded with a tick, a
    signature or a date. A learner who handed in nothing declares nothing.

    Remedy: If the learner signed a declaration, record it with its date. If not, the work should not have
    been accepted as it was: get the declaration signed with today's date, never an earlier one, and note why.

    Cannot see: Declarations that exist on paper and were not entered.
    """
    rows = _handed_in(records, records.first)
    return Verdict(
        rows,
        rows["learner_declared"].ne("yes") & rows["learner_declared_on"].isna(),
        cells=("attempts.learner_declared", "attempts.learner_declared_on"),
        message="No declaration of authenticity by {learner} is recorded with the first submission of {assignment}.",
    )


@rule(
    "SUB003",
    "learner-declaration-incomplete",
    "error",
    section=SECTION,
    needs=("attempts.learner_declared", "attempts.learner_declared_on"),
)
def learner_declaration_incomplete(records: Records) -> Verdict:
    """The learner's declaration is signed but not dated, or dated but not signed.

    Why: The guide asks for a declaration that is signed and dated. One without its date does not show that it
    came with the work.

    Breaks: "Declaration signed" says Yes and its date is blank; or the date is filled and the signature is
    not.

    Keeps: One column that holds the date as the signature.

    Remedy: Look at the declaration itself. If it is complete, enter what is missing here; if it is not, have
    the learner complete it with the day on which they do so.

    Cannot see: Declarations in trackers that have no column for the date, or none for the signature.
    """
    signed = records.attempts["learner_declared"].eq("yes")
    dated = records.attempts["learner_declared_on"].notna()
    rows = records.attempts[signed | dated]
    state = signed.map({True: "signed but not dated", False: "dated but not signed"})
    return Verdict(
        rows.assign(state=state, work=_work(rows)),
        signed.ne(dated),
        cells=("attempts.learner_declared_on", "attempts.learner_declared"),
        message="The declaration of {learner} for the {work} of {assignment} is {state}.",
    )


@rule(
    "SUB004",
    "assessor-authentication-missing",
    "error",
    section=SECTION,
    needs=("attempts.assessor_declared|attempts.assessor_declared_on",),
)
def assessor_authentication_missing(records: Records) -> Verdict:
    """A first submission was assessed without the assessor's confirmation that the evidence is authentic.

    Why: The assessor confirms, to the best of their knowledge, that the evidence is the learner's own work.
    Without that confirmation the learner cannot be given a resubmission.

    Breaks: Assessed on 26 September; "Assessor declaration" says No or is blank, and no date is given.

    Keeps: Work that is not assessed yet; a confirmation that is recorded by its date alone.

    Remedy: If the assessor signed the assessment record, enter it here. If not, the assessor must look at the
    evidence again and confirm it with the day on which they do so.

    Cannot see: Confirmations on assessment records that were not entered.
    """
    rows = _handed_in(records, records.first)
    rows = rows[rows["assessed_made"] & ~(rows["assessed"] > records.as_of)]
    return Verdict(
        rows,
        rows["assessor_declared"].ne("yes") & rows["assessor_declared_on"].isna(),
        cells=("attempts.assessor_declared", "attempts.assessor_declared_on"),
        message="{learner}'s first submission of {assignment} was assessed, and no confirmation by the "
        "assessor that the evidence is authentic is recorded.",
    )


@rule(
    "SUB005",
    "decision-not-recorded",
    "error",
    section=SECTION,
    needs=(
        "attempts.targeted|assignments.criteria",
        "attempts.achieved|decisions.outcome",
        "attempts.not_achieved|decisions.outcome",
    ),
)
def decision_not_recorded(records: Records) -> Verdict:
    """An attempt was assessed, and a criterion that it targets has no decision.

    Why: The assessor formally records whether each targeted criterion is achieved. A criterion that is
    neither achieved nor not achieved leaves the learner, and whoever samples the work, without an answer.

    Breaks: Targeted A.P1, A.P2 and A.M1; achieved A.P1; not achieved A.M1. Nothing is said of A.P2.

    Keeps: Every targeted criterion is under one of the two. A tracker that lists only what was achieved says
    by that what was not; a criterion achieved on an earlier attempt needs no second decision. A criterion that the
    unit does not have is told once, of the plan, by unknown-criterion.

    Remedy: Enter the decision from the assessment record. If there is none, the assessor must decide from the
    evidence, and the learner must be told.

    Cannot see: Decisions on criteria in trackers that list neither targets nor what was not achieved.
    """
    rows = _with_own_decisions(records, _handed_in(records, records.attempts), "not achieved")
    rows = rows[_finished(records, rows) & rows["attempts_row"].isin(records.targets["attempts_row"])]
    decided = records.decisions[records.decisions["outcome"].notna()]
    settled = {*_pairs(decided), *_pairs(records.achieved_before)}
    targets = records.targets[~_pairs(records.targets).isin(settled) & ~records.unknown(records.targets)]
    undecided = rows["attempts_row"].map(targets.groupby("attempts_row", sort=False)["criterion"].agg(tuple))
    rows = rows.assign(
        undecided=undecided,
        criterion=undecided.map(lambda found: found[0] if len(found) == 1 else None, na_action="ignore"),
        work=_work(rows),
    )
    return Verdict(
        rows,
        undecided.notna() & (rows["attempts_row"].isin(decided["attempts_row"]) | rows["grade"].isna()),
        cells=("attempts.not_achieved", "attempts.achieved", "attempts.targeted", "attempts.assessed"),
        message="{learner}'s {work} of {assignment} was assessed without a decision on {undecided}.",
    )


@rule(
    "SUB006",
    "assessed-before-submission",
    "error",
    section=SECTION,
    needs=("attempts.assessed", "attempts.submitted"),
)
def assessed_before_submission(records: Records) -> Verdict:
    """Work was assessed before the day on which it was submitted.

    Why: Criteria are confirmed once, by formal assessment of what the learner has submitted. An earlier
    assessment is either a wrong date or feedback on a draft.

    Breaks: Submitted on 21 September, assessed on 20 September.

    Keeps: Assessed on the day of submission.

    Remedy: Correct the date that is wrong. If a draft was assessed, tell your Lead Internal Verifier:
    criteria may not be confirmed while the learner is still working.

    Cannot see: Which of the two dates is the wrong one.
    """
    rows = records.attempts[records.attempts[["assessed", "submitted"]].notna().all(axis=1)]
    return Verdict(
        rows.assign(work=_work(rows)),
        rows["assessed"] < rows["submitted"],
        cells=("attempts.assessed", "attempts.submitted"),
        message="{learner}'s {work} of {assignment} was assessed on {assessed}, before it was submitted on "
        "{submitted}.",
    )


@rule(
    "SUB007",
    "untargeted-criterion-decided",
    "warning",
    section=SECTION,
    needs=(
        "decisions.outcome|attempts.achieved|attempts.not_achieved",
        "attempts.targeted|first.targeted|assignments.criteria",
    ),
)
def untargeted_criterion_decided(records: Records) -> Verdict:
    """A decision is recorded on a criterion that the assignment does not target.

    Why: Learners hand in evidence for the criteria that the assignment targets, and the brief was verified
    for those. A decision on another one has no brief behind it.

    Breaks: The assignment targets A.P1 and A.P2; B.P3 stands among the criteria achieved.

    Keeps: A resubmission that repeats what the first submission had achieved.

    Remedy: If the criterion is a slip, correct it. If the assignment does assess it, add it to the plan and
    the brief and have them verified.

    Cannot see: What an assignment targets where neither the plan nor the record says so.
    """
    rows = records.decisions[records.decisions["outcome"].notna()]
    rows = rows.drop_duplicates(["attempts_row", "criterion"])
    lists = (
        rows["targeted"],
        records.value(rows, "first.targeted"),
        records.planned_criteria(rows),
        records.planned_criteria(rows, "base_key"),
    )
    known, targeted = rows["tracker"].ne(rows["tracker"]), _pairs(rows).isin(_pairs(records.achieved_before))
    for listed in lists:
        known |= listed.notna()
        targeted |= rows["criterion"].combine(
            listed, lambda one, several: isinstance(several, tuple) and one in several
        )
    rows = rows[known]
    return Verdict(
        rows.assign(work=_work(rows)),
        ~targeted,
        cells=("decisions.outcome", "decisions.criterion", "attempts.targeted", "assignments.criteria"),
        message="{learner}'s {work} of {assignment} has a decision on {criterion}, which the assignment does "
        "not target.",
    )


@rule("SUB008", "assessment-overdue", "note", section=SECTION, needs=("attempts.submitted", RESULTS))
def assessment_overdue(records: Records) -> Verdict:
    """Work was submitted more than 20 working days ago, and no result is recorded.

    Why: Feedback should reach learners close to the assessment; those who wait for results cannot use them,
    and the 15 working days of a resubmission have not begun.

    Breaks: Submitted on 8 January, nothing assessed by 6 February, working day 21.

    Keeps: Working day 20 itself; work of which a grade, a decision or a date of assessment is recorded.

    Remedy: Have the work assessed, or enter the result if it was. If there is a reason to wait, note it and
    tell the learner.

    Cannot see: Assessment that is under way. How many days are too many is advice, not a rule of the guide.
    """
    rows = records.attempts[records.attempts["submitted"] <= records.as_of]
    rows = _with_own_decisions(records, rows, "achieved", "not achieved")
    rows = rows.assign(as_of=records.as_of, limit=records.limit(rows, "assessment_overdue_working_days"))
    rows = rows.assign(
        days=records.calendars.working_days(rows["tracker"], rows["submitted"], rows["as_of"]),
        work=_work(rows),
    )
    return Verdict(
        rows,
        (rows["days"] > rows["limit"]) & ~rows["assessed_made"] & rows["results_received"].isna(),
        cells=("attempts.assessed", "attempts.grade", "attempts.achieved", "attempts.submitted"),
        message="{learner}'s {work} of {assignment} came in on {submitted}; {days} working days later, on "
        "{as_of}, no result is recorded.",
    )


@rule(
    "SUB009",
    "declaration-after-assessment",
    "error",
    section=SECTION,
    needs=("attempts.learner_declared_on", "attempts.assessed"),
)
def declaration_after_assessment(records: Records) -> Verdict:
    """The learner's declaration is dated after the work was assessed.

    Why: The declaration comes with the evidence, so that the assessor knows whose work it is before judging
    it.

    Breaks: Assessed on 26 September, declaration dated 29 September.

    Keeps: Declared on the day of the assessment, or at any time before. Where the assessment is dated before the
    work came in, that date is what is wrong, and assessed-before-submission tells it.

    Remedy: Correct the date if it is a slip. If the learner signed afterwards, keep the true date, note why,
    and ask your Lead Internal Verifier whether the assessment can stand.

    Cannot see: Declarations that were signed late and bear an earlier date.
    """
    rows = records.attempts[records.attempts[["learner_declared_on", "assessed"]].notna().all(axis=1)]
    rows = rows[~(rows["assessed"] < rows["submitted"])]
    return Verdict(
        rows.assign(work=_work(rows)),
        rows["learner_declared_on"] > rows["assessed"],
        cells=("attempts.learner_declared_on", "attempts.assessed"),
        message="{learner}'s declaration for the {work} of {assignment} is dated {learner_declared_on}, "
        "after the assessment on {assessed}.",
    )


@rule(
    "SUB010",
    "submitted-before-hand-out",
    "error",
    section=SECTION,
    needs=("attempts.submitted", "attempts.handed_out|assignments.handed_out"),
)
def submitted_before_hand_out(records: Records) -> Verdict:
    """Work was submitted before the assignment was handed out.

    Why: Learners work on an assignment from the day on which it is handed out, all with the same time. Work
    that came in before is under a wrong date, or was done from a brief that nobody had handed out.

    Breaks: Handed out on 30 October, submitted on 19 October.

    Keeps: Submitted on the day of the hand-out, as with a practical assessment.

    Remedy: Correct the date that is wrong. If this learner had the brief earlier than the others, record when
    and why.

    Cannot see: Which of the two dates is the wrong one.
    """
    rows = records.attempts[records.attempts["attempt"].ne("resubmission")]
    out = rows["handed_out"].fillna(records.planned_date(rows, "handed_out"))
    rows = rows.assign(out=out, work=_work(rows))[out.notna() & rows["submitted"].notna()]
    return Verdict(
        rows,
        rows["submitted"] < rows["out"],
        cells=("attempts.submitted", "attempts.handed_out", "assignments.handed_out"),
        message="{learner} handed in the {work} of {assignment} on {submitted}, before it was handed out on {out}.",
    )


# ---------------------------------------------------------------------- what the rules share


def _handed_in(records: Records, attempts: pd.DataFrame) -> pd.DataFrame:
    """Return the attempts with which evidence came in by the as-of date.

    Where the tracker has a place for the date of submission and it is blank, only a grade or a criterion that
    was achieved shows that there was any: a U is how many centres record that nothing came.
    """
    achieved = records.decisions.loc[records.decisions["outcome"] == "achieved", "attempts_row"]
    won = attempts["grade"].isin(["P", "M", "D"]) | attempts["attempts_row"].isin(achieved)
    unsaid = attempts["assessed_made"] & ~records.recorded(attempts, "attempts.submitted")
    undated = attempts["submitted"].isna() & (won | unsaid)
    return attempts[undated | (attempts["submitted"] <= records.as_of)]


def _finished(records: Records, attempts: pd.DataFrame) -> pd.Series:
    """Return whether the assessment of each attempt is over: dated or graded, where the tracker records
    that."""
    kept = records.recorded(attempts, "attempts.assessed") | records.recorded(attempts, "attempts.grade")
    over = (attempts["assessed"] <= records.as_of) | (attempts["assessed"].isna() & attempts["grade"].notna())
    return over | (attempts["assessed_made"] & ~kept)


def _with_own_decisions(records: Records, attempts: pd.DataFrame, *outcomes: str) -> pd.DataFrame:
    """Return attempts with `decisions_row`: where their lists of criteria have no column, a decision with
    one of `outcomes` on the same unit that has a cell of its own, which shows that the tracker records
    them so."""
    own = records.decisions[~_lists_criteria(records, records.decisions)]
    own = own[own["outcome"].isin(outcomes)].drop_duplicates(["tracker", "unit_key"])
    rows = dict(zip(zip(own["tracker"], own["unit_key"], strict=True), own["decisions_row"], strict=True))
    keys = attempts["tracker"].combine(attempts["unit_key"], lambda tracker, unit: (tracker, unit))
    return attempts.assign(decisions_row=keys.map(rows).where(~_lists_criteria(records, attempts)).astype("float64"))


def _lists_criteria(records: Records, rows: pd.DataFrame) -> pd.Series:
    achieved, not_achieved = "attempts.achieved", "attempts.not_achieved"
    return records.recorded(rows, achieved) | records.recorded(rows, not_achieved)


def _pairs(frame: pd.DataFrame) -> pd.Series:
    """Return which attempt and criterion each row of `frame` is about."""
    return frame["attempts_row"].astype("int64").astype(str).str.cat(frame["criterion"].astype(str), sep=" ")


def _work(attempts: pd.DataFrame) -> pd.Series:
    """Return what people call each attempt: first submission, resubmission, retake or re-sit."""
    said = attempts["attempt_said"]
    return said.where(said.notna(), attempts["attempt"]).replace({"first": "first submission"})
