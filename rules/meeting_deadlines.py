"""Meeting deadlines: late work, extensions, and the same time for every learner (DDL)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.extensions import ANY_EXTENSION, EXTENSION, attempts_with_extensions, first_time_with_extensions
from rules.lateness import tells_of_penalty
from rules.rule import Verdict, rule

if TYPE_CHECKING:
    import pandas as pd

    from rules.records import Records

SECTION = "Meeting deadlines"
DEADLINE = "attempts.deadline|assignments.deadline"
GRADES = {"U": 0, "P": 1, "M": 2, "D": 3}


@rule(
    "DDL001",
    "late-without-extension",
    "warning",
    section=SECTION,
    needs=("attempts.submitted", DEADLINE),
)
def late_without_extension(records: Records) -> Verdict:
    """A first submission came in after the deadline, and no agreed extension covers it.

    Why: Learners should not have an advantage from more time than the others. The work may be accepted and is
    then graded in full, but a learner who missed the deadline without an agreed extension has lost the
    resubmission.

    Breaks: Deadline 10 November, submitted on 14 November, no extension; or one that nobody approved.

    Keeps: Submitted on the deadline itself; an extension that was agreed and met. The plan's deadline, for a learner
    without one of their own who joined, or had the assignment, after it. A second first submission is told by
    more-than-one-submission.

    Remedy: If an extension was agreed, record who approved it, when, and the new deadline. If not, grade the
    work for what it is and authorise no resubmission for it.

    Cannot see: Extensions that are kept outside the tracker: a tracker with no place for them has none on
    record. Where an extension has no new deadline, nobody can say whether the work was late.
    """
    rows = _filled(first_time_with_extensions(records), "submitted", "due")
    until = rows["extension_deadline"]
    excused = rows["extended"] & (rows["agreed"] | until.isna() | (rows["submitted"] > until))
    late = (rows["submitted"] > rows["due"]) & ~excused
    return Verdict(
        rows[late | ~rows["unclear"]],
        late & ~rows["unclear"],
        cells=(
            "attempts.submitted",
            "attempts.deadline",
            "assignments.deadline",
            "attempts.extension_approved_by",
        ),
        message="{learner} handed in {assignment} on {submitted}, after the deadline of {due}, and no agreed "
        "extension is on record.",
        unknown={"attempts.extension_applied": late & rows["unclear"]},
    )


@rule(
    "DDL002",
    "extension-without-application",
    "error",
    section=SECTION,
    needs=("attempts.extension_reason|attempts.extension_applied",),
)
def extension_without_application(records: Records) -> Verdict:
    """An extension is on record with no application or reason for it.

    Why: Learners apply formally for an extension, for a genuine reason such as illness. Without a reason on
    record nobody can show that extensions are given fairly.

    Breaks: Extended to 14 November; the column for the reason is blank.

    Keeps: A reason in a word or two, or a reference to the application form. A learner without an extension
    needs none, and a refused application is no extension.

    Remedy: Enter the reason from the learner's application. If there was no application, note that and ask
    your Lead Internal Verifier whether the extension can stand.

    Cannot see: Whether the reason is a genuine one.
    """
    rows = _extensions(records)
    has_place = records.recorded(rows, "attempts.extension_reason")
    no_application = rows["extension_applied"].ne("yes") & ~has_place
    return Verdict(
        rows,
        (rows["extension_reason"].isna() & has_place) | no_application,
        cells=("attempts.extension_reason", "attempts.extension_applied", "attempts.extension_deadline"),
        message="{learner} has an extension for {assignment}, and no application or reason is recorded.",
    )


@rule(
    "DDL003",
    "extension-without-deadline",
    "error",
    section=SECTION,
    needs=("attempts.extension_deadline",),
)
def extension_without_deadline(records: Records) -> Verdict:
    """An extension is on record without its new deadline.

    Why: When an extension is granted, the new deadline is recorded and kept to. Without one, nobody can say
    whether the work was late or whether the learner may have a resubmission.

    Breaks: "Extension granted" says Yes; the extended deadline is blank.

    Keeps: An extension with its new deadline. A refused application has none.

    Remedy: Enter the deadline that was agreed with the learner.

    Cannot see: New deadlines that were agreed and not entered.
    """
    rows = _extensions(records)
    return Verdict(
        rows,
        rows["extension_deadline"].isna(),
        cells=("attempts.extension_deadline", "attempts.extension_applied"),
        message="{learner} has an extension for {assignment}, and no new deadline is recorded.",
    )


@rule(
    "DDL004",
    "extension-missed",
    "warning",
    section=SECTION,
    needs=("attempts.extension_deadline", "attempts.submitted"),
)
def extension_missed(records: Records) -> Verdict:
    """A first submission came in after the extended deadline.

    Why: The new deadline of an extension is to be kept like any other. A learner who missed it has lost the
    resubmission; the work itself may be accepted and is then graded in full.

    Breaks: Extended to 14 November, submitted on 15 November.

    Keeps: Submitted on the extended deadline itself, or by the original one.

    Remedy: If a further extension was agreed, record its deadline. If not, grade the work for what it is and
    authorise no resubmission for it.

    Cannot see: Further extensions that were not entered.
    """
    rows = _filled(first_time_with_extensions(records), "submitted", "extension_deadline")
    rows = rows[rows["extended"]]
    return Verdict(
        rows,
        (rows["submitted"] > rows["extension_deadline"]) & ~(rows["submitted"] <= rows["due"]),
        cells=("attempts.submitted", "attempts.extension_deadline"),
        message="{learner} handed in {assignment} on {submitted}, after the extended deadline of {extension_deadline}.",
    )


@rule(
    "DDL005",
    "extension-granted-late",
    "warning",
    section=SECTION,
    needs=("attempts.extension_granted_on", DEADLINE),
)
def extension_granted_late(records: Records) -> Verdict:
    """An extension was granted after the original deadline had passed.

    Why: An extension is agreed while the deadline still stands. One that is granted afterwards makes late
    work look punctual, and gives an advantage that the others did not have.

    Breaks: Deadline 10 November, extension granted on 13 November.

    Keeps: Granted on the deadline itself, or before.

    Remedy: Correct the date if it is a slip. If the learner could not apply in time, keep the date, record
    why, and let your Lead Internal Verifier judge it as a case for special consideration.

    Cannot see: Agreements that were made in time and written down later.
    """
    rows = _filled(_extensions(records), "extension_granted_on", "due")
    return Verdict(
        rows,
        rows["extension_granted_on"] > rows["due"],
        cells=("attempts.extension_granted_on", "attempts.deadline", "assignments.deadline"),
        message="{learner}'s extension for {assignment} was granted on {extension_granted_on}, after the "
        "original deadline of {due}.",
    )


@rule(
    "DDL006",
    "penalised-for-lateness",
    "error",
    section=SECTION,
    needs=(
        "attempts.grade|attempts.comments",
        "attempts.submitted|attempts.comments",
        f"{DEADLINE}|attempts.comments",
        "attempts.achieved|decisions.outcome|attempts.comments",
    ),
)
def penalised_for_lateness(records: Records) -> Verdict:
    """Late work was graded below what its criteria earn, or a comment says that it was held down for
    lateness.

    Why: Once evidence is accepted for assessment, it is judged by the assessment criteria alone. Being late
    costs the learner the resubmission, not the grade.

    Breaks: Submitted four days late with all Pass and Merit criteria achieved, graded P; or the comment
    "Capped at Pass: late".

    Keeps: Late work that is graded in full. A criterion of which meeting deadlines is a part may be not
    achieved for that reason; the grade then follows from the criteria. A retake or re-sit is capped at Pass.

    Remedy: Give the grade that the achieved criteria earn, tell the learner, and correct the record.

    Cannot see: Criteria that were withheld because the work was late.
    """
    rows = attempts_with_extensions(records)
    decided = records.decisions.drop_duplicates("attempts_row").set_index("attempts_row")["decisions_row"]
    rows = rows.assign(decisions_row=rows["attempts_row"].map(decided).astype("float64"))
    rows = rows[rows["made"] & rows["attempt"].ne("retake")]
    told = rows["comments"].astype(object).combine(rows["late"], tells_of_penalty).eq(True)
    earned = rows["attempts_row"].map(records.earned)
    late_first = rows["late"] & rows["attempt"].eq("first")
    below = late_first & (rows["grade"].map(GRADES) < earned.map(GRADES))
    graded = "is graded " + rows["grade"].astype(str) + " where the criteria achieved earn " + earned.astype(str)
    reason = graded.where(below, "was held down for being late, by the comment on it")
    return Verdict(
        rows.assign(reason=reason, work=rows["attempt"].replace({"first": "first submission"}))[late_first | told],
        below | told,
        cells=("attempts.grade", "attempts.comments", "attempts.submitted", "attempts.achieved", "decisions.outcome"),
        message="{learner}'s late {work} of {assignment} {reason}.",
    )


@rule(
    "DDL007",
    "unequal-deadlines",
    "warning",
    section=SECTION,
    needs=("attempts.deadline", ANY_EXTENSION),
)
def unequal_deadlines(records: Records) -> Verdict:
    """Learners of one group have different deadlines for one assignment, and no extension explains it.

    Why: Learners are assessed fairly and consistently, and none should have the advantage of more time.

    Breaks: Fifteen learners of a group are due on 10 November and one on 17 November, without an extension.

    Keeps: A learner with an extension; another group with dates of its own; another version of a set
    assignment. A learner who joined after the group had the assignment, and who had no more days for it.

    Remedy: Correct the date if it is a slip. If this learner was given another deadline, record the extension
    with its reason and approval.

    Cannot see: Groups that neither the learner list nor the records tell apart. Where no deadline is the most
    common one, that of the plan counts as the group's, else the earliest.
    """
    rows = _without_extension(records)
    key = ["tracker", "group_key", "unit_key", "assignment_key", "version"]
    rows = rows.assign(
        version=rows["psa_version"].astype(object).fillna(""), planned=records.planned_date(rows, "deadline")
    )
    rows = rows[rows.groupby(key)["learner_key"].transform("nunique") > 1]
    rows = rows.assign(
        others=rows.groupby([*key, "deadline"])["attempts_row"].transform("size"),
        unplanned=rows["deadline"].ne(rows["planned"]),
    )
    ranked = rows.sort_values(["others", "unplanned", "deadline"], ascending=[False, True, True], kind="stable")
    rows = rows.assign(usual=ranked.groupby(key)["deadline"].transform("first"))
    handed_out = rows["handed_out"].where(rows["deadline"].eq(rows["usual"]))
    handed_out = handed_out.groupby([rows[name] for name in key]).transform("min")
    joined_later = (records.value(rows, "learners.joined_on") > handed_out) & (
        rows["deadline"] - rows["handed_out"] <= rows["usual"] - handed_out
    )
    planned_for_some = rows["planned"].isna() & records.is_planned(rows, "deadline")
    return Verdict(
        rows,
        rows["deadline"].ne(rows["usual"]) & ~planned_for_some & ~joined_later,
        cells=("attempts.deadline",),
        message="{learner}'s deadline for {assignment} is {deadline}; the group's is {usual}, and no "
        "extension is on record.",
    )


@rule(
    "DDL008",
    "extension-not-approved",
    "error",
    section=SECTION,
    needs=("attempts.extension_approved_by",),
)
def extension_not_approved(records: Records) -> Verdict:
    """An extension is on record that nobody is recorded as having approved.

    Why: An extension counts when it is agreed by the centre's procedure. One that nobody approved excuses no
    late work and keeps no resubmission open.

    Breaks: Extended to 14 November because of illness; "Extension approved by" is blank.

    Keeps: The name of whoever approves extensions at your centre. A refused application is no extension.

    Remedy: Record who approved it and when. If nobody did, the original deadline stands.

    Cannot see: Whether the person named may approve extensions.
    """
    rows = _extensions(records)
    return Verdict(
        rows,
        rows["extension_approved_by"].isna(),
        cells=("attempts.extension_approved_by", "attempts.extension_applied", "attempts.extension_deadline"),
        message="{learner} has an extension for {assignment}, and nobody is recorded as having approved it.",
    )


@rule(
    "DDL009",
    "deadline-differs-from-plan",
    "warning",
    section=SECTION,
    needs=("attempts.deadline", "assignments.deadline", ANY_EXTENSION),
)
def deadline_differs_from_plan(records: Records) -> Verdict:
    """The deadline of an assignment is not the one in the assessment plan, and no extension explains it.

    Why: The plan sets the deadlines for everyone and is what learners are told. When a deadline moves, the
    plan is revised, so that assessment and internal verification stay on time.

    Breaks: The plan says 10 November; every learner of the group is due on 17 November.

    Keeps: A group with a deadline of its own in the plan; an extension. Where only some learners of a group
    differ, unequal-deadlines speaks of them.

    Remedy: Revise the plan, with a new version number, or correct the deadline in the records.

    Cannot see: Deadlines that were moved for everyone and changed in the plan as well.
    """
    rows = _without_extension(records)
    rows = _filled(rows.assign(planned=records.planned_date(rows, "deadline")), "planned")
    key = ["tracker", "group_key", "unit_key", "assignment_key"]
    rows = rows.assign(differs=rows["deadline"].ne(rows["planned"]))
    count, differ = (
        rows.groupby(key)["learner_key"].transform("nunique"),
        rows.groupby(key)["differs"].transform("all"),
    )
    for_whom = rows["learner"].where(count.eq(1), "all " + count.astype(str) + " learners on record")
    rows = rows.assign(for_whom=for_whom, learner=rows["learner"].where(count.eq(1)))
    return Verdict(
        rows.drop_duplicates(key),
        differ,
        cells=("attempts.deadline", "assignments.deadline"),
        message="The deadline of {assignment} was {deadline} for {for_whom}; the plan says {planned}, and no "
        "extension explains it.",
    )


# ---------------------------------------------------------------------- what the rules share


def _extensions(records: Records) -> pd.DataFrame:
    """Return the attempts with an extension, each extension once: some logs repeat it in the row of a
    resubmission."""
    rows = attempts_with_extensions(records)
    rows = rows[rows["extended"]].sort_values("attempt", kind="stable")
    return rows.drop_duplicates(["tracker", "learner_key", "unit_key", "base_key", *EXTENSION]).sort_index()


def _without_extension(records: Records) -> pd.DataFrame:
    """Return the first submissions that have a deadline of their own and no extension."""
    rows = first_time_with_extensions(records)
    return _filled(rows[~rows["extended"] & ~rows["unclear"]], "deadline", "assignment_key", "learner_key")


def _filled(rows: pd.DataFrame, *fields: str) -> pd.DataFrame:
    return rows[rows[list(fields)].notna().all(axis=1)]
