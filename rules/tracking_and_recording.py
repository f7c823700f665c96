"""Assessment tracking and recording: what the tracker says of learners, criteria and grades (TRK)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.rule import Verdict, rule

if TYPE_CHECKING:
    from rules.records import Records

SECTION = "Assessment tracking and recording"
GRADING = "Submission of evidence"
DECISIONS = "attempts.achieved|attempts.not_achieved|decisions.outcome"
ACHIEVED = "attempts.achieved|decisions.outcome"
ENTRY = (
    "attempts.results_received|attempts.assessed|attempts.submitted|attempts.verified_on|attempts.learner_declared_on"
    "|attempts.assessor_declared_on|attempts.authorised_on|attempts.handed_out"
)
DAYS_A_WEEK = 5
"""Working days of a week in term time, wherever the weekend falls."""


@rule("TRK001", "grade-without-criteria", "error", section=SECTION, needs=("attempts.grade", DECISIONS))
def grade_without_criteria(records: Records) -> Verdict:
    """A grade has no decisions on criteria behind it, in a tracker that records them.

    Why: Achievement is recorded criterion by criterion; the grade follows from that. A grade alone cannot be
    verified, and is not enough for certification.

    Breaks: Graded M, with nothing under "Criteria achieved" and "Criteria not achieved".

    Keeps: A grade with its decisions, were it one that says "none". A U for work that never came in.

    Remedy: Enter the decisions from the assessment record. If there are none, the assessor has to decide on each
    criterion before the grade can stand.

    Cannot see: Decisions that are kept on paper alone, where the tracker records no criteria at all.
    """
    rows = records.tracking.graded
    return Verdict(
        rows,
        ~rows["decided"] & rows["records_criteria"],
        cells=("attempts.achieved", "attempts.grade", "attempts.not_achieved", "decisions.outcome"),
        message="{learner}'s {work} of {assignment} is graded {grade}, and no criterion of it is recorded as achieved "
        "or not achieved.",
        unknown={"decisions.criterion": ~rows["records_criteria"]},
    )


GRADED_BY = (
    "attempts.grade",
    "attempts.achieved",
    "attempts.not_achieved",
    "attempts.targeted",
    "assignments.criteria",
)
"""What shows that a grade is not the one that the criteria earn."""

GRADED = "{learner}'s {work} of {assignment} is graded {grade}; the criteria achieved earn {earned}."


@rule(
    "TRK002",
    "grade-above-criteria",
    "error",
    section=SECTION,
    needs=("attempts.grade", ACHIEVED, "attempts.targeted|assignments.criteria|first.targeted"),
)
def grade_above_criteria(records: Records) -> Verdict:
    """A grade is above what the criteria achieved so far earn.

    Why: The criteria decide: a Distinction takes all Pass, Merit and Distinction criteria of the assignment, a Merit
    all Pass and Merit criteria, a Pass all Pass criteria.

    Breaks: Graded D, although B.M2 was not achieved. Graded P, although A.P2 was not achieved.

    Keeps: A grade that criteria of the first submission and of the resubmission earn together. A Merit criterion
    achieved while a Pass criterion is not: it bears on the grade alone. A resubmission or re-sit whose first
    submission is not on record, which resubmission-without-submission tells.

    Remedy: Compare the assessment record. Correct the grade, or the criterion that was entered wrongly, and tell the
    learner if the result changes.

    Cannot see: Criteria that were achieved and not entered. A Merit or Distinction on a retake or re-sit is another
    matter (higher-grade-on-retake), and so is a criterion without a decision (decision-not-recorded).
    """
    rows = records.tracking.measured
    rows = rows[rows["rests"]]
    return Verdict(
        rows,
        rows["above"],
        cells=GRADED_BY,
        message=GRADED,
    )


@rule(
    "TRK003",
    "grade-below-criteria",
    "warning",
    section=SECTION,
    needs=("attempts.grade", ACHIEVED, "attempts.targeted|assignments.criteria|first.targeted"),
)
def grade_below_criteria(records: Records) -> Verdict:
    """A grade is below what the criteria achieved so far earn.

    Why: Only the criteria count. A learner who achieved them is entitled to the grade, on a resubmission as well:
    all criteria are available there.

    Breaks: All Pass and Merit criteria achieved and graded P. A resubmission capped at P.

    Keeps: A retake or re-sit graded P, whatever else was achieved. The grade of a resubmission for what was
    resubmitted alone.

    Remedy: Compare the assessment record. Correct the grade, or the criterion that was entered wrongly, and tell the
    learner if the result changes.

    Cannot see: Why a grade is lower. For late work penalised-for-lateness speaks.
    """
    rows = records.tracking.measured
    return Verdict(
        rows,
        rows["below"],
        cells=GRADED_BY,
        message=GRADED,
    )


@rule(
    "TRK004",
    "record-missing",
    "warning",
    section=SECTION,
    needs=("assignments.deadline", "learners.learner|learners.registration", "attempts.learner|attempts.registration"),
)
def record_missing(records: Records) -> Verdict:
    """A learner of the group has no record for an assignment whose deadline is past.

    Why: The tracker shows what every learner has achieved and what is still to be done. A learner who is not there
    may have been forgotten, or have no result when it is claimed.

    Breaks: Fifteen learners of the group have a record of Assignment 1, due on 22 September; one has none.

    Keeps: A record that says that nothing was handed in. A learner who joined later, or had left. An assignment for
    another group, or one that was written for a retake or re-sit.

    Remedy: Enter the learner's record. If nothing was handed in, say so; if the learner does not take this unit, or
    has left, note that on the learner list.

    Cannot see: Which optional units a learner takes. An assignment of which nobody has a record is taken to be
    tracked elsewhere.
    """
    rows = records.learner_list.due
    return Verdict(
        rows,
        rows["absent"],
        cells=("learners.learner", "assignments.deadline"),
        message="{learner} has no record of {named}, which was due on {deadline}.",
    )


@rule(
    "TRK005",
    "learner-not-registered",
    "error",
    section=SECTION,
    needs=("learners.learner|learners.registration", "attempts.learner|attempts.registration"),
)
def learner_not_registered(records: Records) -> Verdict:
    """There are records of a learner who is not on the learner list, or who has no registration number there.

    Why: Achievement can only be claimed for learners who are registered with Pearson.

    Breaks: Submissions by a learner whom the list does not have; a blank under "Registration number".

    Keeps: A name in another spelling or order, with the same number. A list without numbers.

    Remedy: Register the learner with Pearson if that has not been done, and enter the number. If the name is
    misspelt, correct it in the record.

    Cannot see: Whether a number is the right one.
    """
    rows = records.learner_list.recorded
    unlisted = rows["listed"].eq(False)
    what = unlisted.map(
        {
            True: "has records in this tracker, and is not on the learner list",
            False: "has no registration number on the learner list",
        }
    )
    return Verdict(
        rows.assign(what=what, unit=None, assignment=None, attempt=None),
        unlisted | (rows["listed"].eq(True) & ~rows["numbered"]),
        cells=("{place}", "attempts.learner"),
        message="{learner} {what}.",
    )


@rule(
    "TRK006",
    "duplicate-learner",
    "error",
    section=SECTION,
    needs=("learners.learner|attempts.registration",),
)
def duplicate_learner(records: Records) -> Verdict:
    """Two learners have one registration number, or one learner is listed twice.

    Why: Results are claimed by registration number. With one number for two learners, one of them gets the other's
    results; a learner who stands there twice may have two halves of a record.

    Breaks: KX41221 for Noor Abbas and for Hana Suzuki. Noor Abbas twice in the list of one group.

    Keeps: A learner in the lists of two groups. Two learners of one name with a number each.

    Remedy: Look the numbers up with Pearson and correct the wrong one. Of two entries for one learner, keep one.

    Cannot see: Two entries for one learner under different names and numbers.
    """
    rows = records.learner_list.twins
    number = (
        "has the registration number "
        + rows["registration"].astype(object)
        + ", and so has "
        + rows["namesake"].astype(object)
    )
    what = number.mask(rows["same_name"].eq(True), "is on the learner list twice")
    return Verdict(
        rows.assign(what=what, unit=None, assignment=None, attempt=None),
        rows["namesake"].notna(),
        cells=("learners.registration", "attempts.registration", "learners.learner", "namesake.registration",
               "namesake.learner", "previous.registration"),
        message="{learner} {what}.",
    )  # fmt: skip


@rule(
    "TRK007",
    "assignment-not-in-plan",
    "error",
    section=SECTION,
    needs=("assignments.assignment", "attempts.assignment"),
)
def assignment_not_in_plan(records: Records) -> Verdict:
    """There are records of an assignment that the assessment plan does not have.

    Why: The plan is what was verified: the criteria, the dates, the people. An assignment outside it was not.

    Breaks: Records of Assignment 3 of Unit 4, where the plan has Assignments 1 and 2.

    Keeps: The same assignment with its title beside its number. One that an earlier version of the plan had. The
    assignment of a retake or re-sit, which nobody can plan beforehand.

    Remedy: Add the assignment to the plan, with a new version number, and have the plan verified. If the name is a
    slip, correct it in the records.

    Cannot see: A plan that is kept elsewhere.
    """
    rows = records.tracking.against_plan
    return Verdict(
        rows,
        ~rows["planned"],
        cells=("attempts.assignment", "attempts.unit"),
        message="There are records of {named}, which the assessment plan does not have.",
    )


@rule(
    "TRK008",
    "assessor-differs-from-plan",
    "warning",
    section=SECTION,
    needs=("attempts.assessor", "assignments.assessor"),
)
def assessor_differs_from_plan(records: Records) -> Verdict:
    """Work was assessed by somebody whom the plan does not name for the assignment.

    Why: The plan names assessors and internal verifiers so that nobody verifies their own work and every assessor is
    in the sample. A change that is not in the plan undoes that unseen.

    Breaks: The plan names Sam Whitlock for Assignment 1; Elena Costa assessed it.

    Keeps: One of several assessors whom the plan names; initials or another spelling.

    Remedy: If the assessor changed, revise the plan with a new version number and check who verifies. If the record
    is wrong, correct it.

    Cannot see: Who assessed where only "Yes" or a role is recorded.
    """
    rows = records.tracking.assessed
    return Verdict(
        rows,
        rows["other"],
        cells=("attempts.assessor", "assignments.assessor"),
        message="{whose} was assessed by {assessor}; the plan names {planned}.",
    )


@rule("TRK009", "tracker-out-of-date", "note", section=SECTION, needs=(ENTRY,))
def tracker_out_of_date(records: Records) -> Verdict:
    """Nothing has been entered for weeks of term time, although the programme is under way.

    Why: Records that are up to date lessen the risk of malpractice, and of loss when an assessor leaves.

    Breaks: The newest entry is of 21 November, the day of the check 8 March: eleven weeks of term time.

    Keeps: Six weeks of term time or less; holidays do not count. A programme that has ended.

    Remedy: Bring the tracker up to date, or archive it if the programme has ended.

    Cannot see: Entries without a date. Your centre may set another number of weeks.
    """
    rows = records.tracking.newest
    weeks = records.limit(rows, "tracker_out_of_date_weeks").astype("float64")
    return Verdict(
        rows,
        rows["working_days"] > weeks * DAYS_A_WEEK,
        cells=("attempts.{newest_field}",),
        message="The newest entry in this tracker is of {entered}, {working_days} working days of term time ago.",
    )
