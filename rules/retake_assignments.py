"""The assignment of a retake or re-sit: what it targets and gives, how it is carried out, what follows it
(RTK008-RTK018)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.edition import plain
from rules.resubmissions import every_resubmission, with_last_day
from rules.retakes import (
    CONDITIONS,
    PLACE,
    RETAKER,
    as_text,
    began,
    begun,
    every_retake,
    the_retakes,
    undeclared,
    with_evidence,
)
from rules.rule import Verdict, rule
from rules.wording import says

if TYPE_CHECKING:
    from rules.records import Records

GRADES = {"U": 0, "P": 1, "M": 2, "D": 3}
GRADE_NAMES = {"P": "Pass", "M": "Merit", "D": "Distinction", "U": "no Pass"}


@rule(
    "RTK008",
    "retake-targets-higher-criteria",
    "error",
    section=CONDITIONS,
    needs=(RETAKER, "retake.targeted|retake_plan.criteria"),
)
def retake_targets_higher_criteria(records: Records) -> Verdict:
    """A retake or re-sit targets a Merit or Distinction criterion.

    Why: It is a chance to reach the Pass criteria that are still missing, and no more than that.

    Breaks: A re-sit that targets A.P2 and A.M1.

    Keeps: A re-sit that targets A.P2.

    Remedy: Take the Merit and Distinction criteria out of the assignment and the record, and judge the Pass
    criteria alone.

    Cannot see: What the brief itself asks for.
    """
    rows = every_retake(records)
    own = rows["targeted"].notna()
    targets = rows["targeted"].where(own, records.value(rows, "retake_plan.criteria"))
    rows = rows.assign(retake_plan_row=rows["retake_plan_row"].mask(own), higher=records.of_bands(targets, "M", "D"))
    rows = rows[targets.notna() | ~records.recorded(rows, "retake.targeted")]
    return Verdict(
        rows,
        rows["higher"].notna(),
        cells=("retake_plan.criteria", "retake.targeted"),
        message="The {kind} of {assignment} by {learner} targets {higher}; it may target Pass criteria only.",
    )


@rule(
    "RTK009",
    "higher-grade-on-retake",
    "error",
    section=CONDITIONS,
    needs=(RETAKER, "retake.grade|retake.achieved|decisions.outcome"),
)
def higher_grade_on_retake(records: Records) -> Verdict:
    """A Merit or Distinction was awarded on a retake or re-sit, as a grade or as a criterion.

    Why: The assignment of a retake is capped at a Pass. Anything higher would give the learner an advantage
    over those who had two opportunities.

    Breaks: A re-sit graded M; a Merit criterion that is achieved on the re-sit for the first time.

    Keeps: A re-sit graded P; a list of all criteria achieved so far that repeats a Merit criterion of the
    first submission.

    Remedy: Correct the grade of the retake or re-sit to a Pass, take back the higher criteria that only it
    gave, and correct the unit grade that rests on them.

    Cannot see: Whether a Merit criterion is new, where the first submission has no record.
    """
    rows = every_retake(records)
    rows = rows.assign(cap=records.limit(rows, "retake_grade_cap"))
    won = records.decisions[records.decisions["outcome"].eq("achieved")]
    won = won[won["band"].map(GRADES) > records.limit(won, "retake_grade_cap").map(GRADES)]
    won = won.merge(records.achieved_before, on=["attempts_row", "criterion"], how="left")
    new = won[won["earlier_row"].isna() & won["first_row"].notna()].groupby("attempts_row")
    own = rows["attempts_row"]
    higher = own.map(new["criterion"].agg(tuple))
    decided = records.decisions.groupby("attempts_row")["decisions_row"].first()
    graded = rows["grade"].map(GRADES) > rows["cap"].map(GRADES)
    proof = own.map(new["decisions_row"].first()).fillna(own.map(decided).mask(graded))
    credited = "credited with " + as_text(higher)
    why = ("graded " + as_text(rows["grade"].map(GRADE_NAMES))).where(graded, credited)
    why = why.mask(graded & higher.notna(), why + " and " + credited)
    return Verdict(
        rows.assign(why=why, decisions_row=proof, cap=rows["cap"].map(GRADE_NAMES)),
        graded | higher.notna(),
        cells=("decisions.outcome", "retake.grade"),
        message="The {kind} of {assignment} by {learner} is {why}; a {kind} is capped at a {cap}.",
    )


@rule(
    "RTK010",
    "retake-targets-achieved",
    "error",
    section=CONDITIONS,
    needs=(RETAKER, "retake.targeted|previous.grade|previous.achieved"),
)
def retake_targets_achieved(records: Records) -> Verdict:
    """A retake or re-sit targets a Pass criterion that the learner had achieved, or none was left to achieve.

    Why: It closes gaps at Pass. What the learner has achieved already is not assessed again.

    Breaks: A re-sit that targets A.P1 and A.P2, when A.P1 was achieved on the first submission; a re-sit
    after a resubmission that was graded P.

    Keeps: A re-sit that targets A.P2 alone. The assignment that the plan has for re-sits may offer more
    criteria than one learner needs.

    Remedy: Confine the retake or re-sit to the Pass criteria that are missing. If none is, withdraw it.

    Cannot see: What was achieved earlier, where the tracker records no criteria.
    """
    rows = records.with_values(the_retakes(records), "previous.grade")
    passes = records.targets[records.targets["band"] == "P"]
    passes = passes.merge(records.achieved_before, on=["attempts_row", "criterion"], how="left")
    again = passes[passes["earlier_row"].notna()].groupby("attempts_row")["criterion"].agg(tuple)
    again, left = (rows["attempts_row"].map(found) for found in (again, records.passes_left))
    earlier = rows[["first_row", "resubmission_row"]]
    decided = earlier.isin(records.decisions["attempts_row"].tolist()).any(axis=1)
    open_still = rows["attempts_row"].isin(passes.loc[passes["earlier_row"].isna(), "attempts_row"]) & decided
    passed = left.eq(0) | (left.isna() & rows["previous_grade"].isin(["P", "M", "D"]))
    why = "targets " + as_text(again) + ", achieved before it"
    why = why.where(again.notna(), "was given when no Pass criterion was left to achieve")
    return Verdict(
        rows.assign(why=why),
        again.notna() | (passed & ~open_still),
        cells=("retake.targeted", *PLACE, "previous.achieved", "previous.grade"),
        message="The {kind} of {assignment} by {learner} {why}.",
        unknown={
            "attempts.targeted": rows["targeted"].isna() & left.isna() & rows["previous_grade"].isna(),
            "attempts.achieved": ~decided
            & ~records.recorded(rows, "first.achieved")
            & (rows["targeted"].notna() | rows["previous_grade"].isna()),
        },
    )


@rule(
    "RTK011",
    "retake-uses-same-assignment",
    "error",
    section=CONDITIONS,
    needs=(RETAKER, "retake.brief|retake_plan.title", "first.brief|original.title"),
)
def retake_uses_same_assignment(records: Records) -> Verdict:
    """A retake or re-sit is on the brief of the original assignment.

    Why: The learner has worked on the old task twice, with feedback; this last chance is on a fresh one.

    Breaks: The brief "Computational thinking" for the first submission and for the re-sit; "Same as original".

    Keeps: A brief of its own, such as "Computational thinking (re-sit)". For set assignments the version
    counts, and PSA004 speaks of that.

    Remedy: Issue a new assignment for the missing Pass criteria, have its brief internally verified, and let
    the learner take that. If the brief was new, record its title.

    Cannot see: Whether a brief with a new title holds a new task.
    """
    rows = the_retakes(records)
    versions = rows["psa_version"].notna() | records.value(rows, "first.psa_version").notna()
    rows = rows[~versions & records.value(rows, "units.set_assignment").ne("yes")]
    used = rows["brief"].fillna(records.value(rows, "retake_plan.title"))
    rows = rows.assign(used=used, same=says(rows["brief"], "same_brief"))[used.notna()]
    used, first, planned = (
        names.map(plain, na_action="ignore")
        for names in (rows["used"], records.value(rows, "first.brief"), records.value(rows, "original.title"))
    )
    return Verdict(
        rows,
        used.notna() & used.ne("") & (used.eq(first) | used.eq(planned) | rows["same"]),
        cells=("retake.brief", "retake_plan.title", "first.brief", "original.title"),
        message="The {kind} of {assignment} by {learner} uses the brief “{used}”, which is that of the original.",
    )


# ---------------------------------------------------------------------- how it is carried out


@rule(
    "RTK012",
    "retake-deadline-missing",
    "error",
    section=CONDITIONS,
    needs=(RETAKER, "retake.deadline|retake_plan.deadline"),
)
def retake_deadline_missing(records: Records) -> Verdict:
    """No deadline is recorded for a retake or re-sit.

    Why: Learner and assessor settle the date beforehand, so that nobody is given more time on the way.

    Breaks: A re-sit that was handed out on 6 November, with no deadline.

    Keeps: A deadline in the record, or in the plan for the assignment written for the re-sit; a re-sit that
    is still to be handed out.

    Remedy: Record the deadline that was agreed with the learner. If none was, agree one now, and tell your
    Lead Internal Verifier.

    Cannot see: A deadline that stands only on the assessment record.
    """
    rows = begun(records, every_retake(records))
    return Verdict(
        rows,
        rows["deadline"].isna() & records.value(rows, "retake_plan.deadline").isna(),
        cells=("retake.deadline", *PLACE),
        message="No deadline is recorded for the {kind} of {assignment} by {learner}.",
    )


@rule(
    "RTK013",
    "retake-deadline-set-late",
    "error",
    section=CONDITIONS,
    needs=(RETAKER, "retake.deadline_agreed_on", "retake.handed_out|retake_plan.handed_out|retake.submitted"),
)
def retake_deadline_set_late(records: Records) -> Verdict:
    """The deadline of a retake or re-sit was agreed after the learner had begun it.

    Why: A deadline that is set under way can be set to suit one learner.

    Breaks: A re-sit that was handed out on 6 November, its deadline agreed on 8 November.

    Keeps: A deadline agreed on 3 November, or on 6 November itself.

    Remedy: Check the two dates. If they are right, tell your Lead Internal Verifier, and agree deadlines
    before the hand-out from now on.

    Cannot see: When a deadline was agreed for which no such date is recorded.
    """
    rows = every_retake(records)
    rows = rows.assign(began_on=began(records, rows))
    rows = rows[rows["deadline_agreed_on"].notna() & rows["began_on"].notna()]
    return Verdict(
        rows,
        rows["deadline_agreed_on"] > rows["began_on"],
        cells=("retake.deadline_agreed_on", "retake.handed_out", "retake_plan.handed_out"),
        message="The deadline of {learner}'s {kind} of {assignment} was agreed on {deadline_agreed_on}, and "
        "the learner had begun on {began_on}.",
    )


@rule(
    "RTK014",
    "retake-declaration-missing",
    "error",
    section=CONDITIONS,
    needs=(RETAKER, "retake.learner_declared|retake.learner_declared_on"),
)
def retake_declaration_missing(records: Records) -> Verdict:
    """A retake or re-sit was submitted without the learner's declaration of authenticity.

    Why: The learner signs and dates one with every attempt, as for the submissions before.

    Breaks: A re-sit that was submitted and assessed, with neither signature nor date of a declaration.

    Keeps: A signed and dated declaration; a re-sit that the learner did not hand in. A declaration that is
    signed and not dated is told by SUB003.

    Remedy: Find the declaration and record it. If there is none, ask your Lead Internal Verifier whether the
    evidence can be accepted.

    Cannot see: Whether the declaration is on the assessment record.
    """
    rows = with_evidence(records, every_retake(records))
    missing, _ = undeclared(records, rows, "retake", "learner")
    return Verdict(
        rows,
        missing,
        cells=("retake.learner_declared", "retake.learner_declared_on"),
        message="{learner} submitted the {kind} of {assignment} without a declaration of authenticity.",
    )


@rule(
    "RTK015",
    "retake-not-authenticated",
    "error",
    section=CONDITIONS,
    needs=(RETAKER, "retake.assessor_declared|retake.assessor_declared_on"),
)
def retake_not_authenticated(records: Records) -> Verdict:
    """A retake or re-sit was assessed without the assessor's confirmation that the evidence is authentic.

    Why: The assessor confirms it for every attempt, as for the submissions before.

    Breaks: A re-sit that is assessed and graded, and nothing under the assessor's declaration.

    Keeps: A confirmation, signed or dated; a re-sit that is not assessed yet.

    Remedy: Let the assessor complete the confirmation, and do not release or claim the result before.

    Cannot see: Whether the confirmation is on the assessment record.
    """
    rows = with_evidence(records, every_retake(records))
    rows = rows[rows["assessed_made"]]
    missing, _ = undeclared(records, rows, "retake", "assessor")
    return Verdict(
        rows,
        missing | rows["assessor_declared"].eq("no"),
        cells=("retake.assessor_declared", "retake.assessor_declared_on"),
        message="The {kind} of {assignment} by {learner} was assessed without the assessor's confirmation "
        "that the evidence is authentic.",
    )


# ---------------------------------------------------------------------- what follows it


@rule(
    "RTK016",
    "attempt-after-retake",
    "error",
    section=CONDITIONS,
    needs=("resubmission.learner|resubmission.registration",),
)
def attempt_after_retake(records: Records) -> Verdict:
    """A learner was given a resubmission after a retake or re-sit.

    Why: Nothing follows it: no resubmission of the retake, and none of the original assignment.

    Breaks: A re-sit submitted on 16 November and a resubmission on 4 December; a resubmission of the
    assignment that was written for the re-sit.

    Keeps: First submission, resubmission, re-sit. A second re-sit is told by RTK003.

    Remedy: Withdraw the resubmission and let the result of the retake or re-sit stand.

    Cannot see: The order of attempts that bear no date.
    """
    rows = every_resubmission(records)
    after = records.after_retake.reindex(rows.index).eq(True)
    rows = rows[rows["retake_row"].notna() | after]
    return Verdict(
        rows,
        after,
        cells=(
            "resubmission.submitted",
            "resubmission.authorised_on",
            "resubmission.assignment",
            "retake.submitted",
        ),
        message="{learner} was given a resubmission of {assignment} after its retake or re-sit; no attempt "
        "may follow that.",
    )


@rule("RTK017", "unit-grade-above-cap", "warning", section=CONDITIONS, needs=(RETAKER, "unit_results.grade"))
def unit_grade_above_cap(records: Records) -> Verdict:
    """A unit is graded Merit or Distinction, although one of its assignments was passed on a retake or
    re-sit, and the criteria do not show why.

    Why: A retake gives Pass criteria only, so a higher unit grade has to rest on criteria that the learner
    achieved on other attempts.

    Breaks: A unit graded M when the Merit criterion of the assignment that was re-sat was never achieved.

    Keeps: A unit graded M when all its Merit criteria were achieved on first submissions and resubmissions,
    and the re-sit gave the last Pass criterion.

    Remedy: Check the unit grade against the criteria. Correct it, or record the criteria that earn it.

    Cannot see: Criteria that are recorded elsewhere.
    """
    passed = with_evidence(records, every_retake(records))
    passed = passed[passed["grade"].isin(["P", "M", "D"]) | passed["achieved"].map(bool, na_action="ignore").eq(True)]
    learner = ["tracker", "learner_key", "unit_key"]
    passed = passed.rename(columns={"assignment": "retaken"})[[*learner, "retake_row", "retaken", "kind"]]
    rows = records.unit_results.dropna(subset="grade").merge(passed.drop_duplicates(learner), on=learner)
    earned = records.earned_in_unit.rename("earned").reset_index()
    rows = rows.merge(earned, on=learner, how="left")
    above = rows["grade"].map(GRADES) > rows["earned"].map(GRADES)
    higher = rows["grade"].isin(["M", "D"])
    rows = rows.assign(awarded=rows["grade"].map(GRADE_NAMES), due=rows["earned"].map(GRADE_NAMES))
    return Verdict(
        rows,
        higher & above,
        cells=("unit_results.grade", "retake.submitted", "retake.grade"),
        message="{learner} has {awarded} for {unit}, although {retaken} was passed on a {kind}; without what "
        "a {kind} cannot give, the criteria earn {due}.",
        unknown={"decisions.criterion": higher & rows["earned"].isna()},
    )


@rule(
    "RTK018",
    "retake-submitted-late",
    "error",
    section=CONDITIONS,
    needs=(RETAKER, "retake.submitted", "retake.deadline|retake_plan.deadline"),
)
def retake_submitted_late(records: Records) -> Verdict:
    """A retake or re-sit was submitted after its deadline.

    Why: Its deadline is agreed beforehand, and more time would be an advantage over the other learners.

    Breaks: The deadline on 17 November, the submission on 20 November, and no extension.

    Keeps: The submission on 17 November itself, or on the day to which an approved extension ran.

    Remedy: Check the dates, and record the extension if one was agreed. If not, ask your Lead Internal
    Verifier whether the work can be accepted.

    Cannot see: An extension that was agreed and not recorded.
    """
    rows = every_retake(records)
    told = with_last_day(records, rows)
    planned = records.value(rows, "retake_plan.deadline").mask(told["agreed"] | rows["deadline"].notna())
    due = told["last_day"].fillna(planned)
    rows = rows.assign(due=due)[rows["submitted"].notna() & due.notna()]
    return Verdict(
        rows,
        rows["submitted"] > rows["due"],
        cells=("retake.submitted", "retake.deadline", "retake_plan.deadline"),
        message="{learner} submitted the {kind} of {assignment} on {submitted}, after the deadline {due}.",
    )
