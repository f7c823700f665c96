"""Planning: the assessment plan, who is named in it, its dates, and how it covers the units (PLN)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.rule import Verdict, rule

if TYPE_CHECKING:
    from rules.records import Records

PLANS = "Planning: Assessment Plans"

TARGETS = ("assignments.unit|attempts.unit", "assignments.criteria|attempts.targeted")
"""Where it is told what assignments target: in the plan, or without one in the records of submissions."""

UNIT_LIST = "units.criteria|criteria.criterion|specification.criteria"


# ---------------------------------------------------------------------- the plan as a document


@rule(
    "PLN001",
    "plan-version-missing",
    "warning",
    section=PLANS,
    needs=("assignments.plan_version|programme.plan_version",),
)
def plan_version_missing(records: Records) -> Verdict:
    """The assessment plan bears no version number.

    Why: A plan changes during the year. Version numbers are what lets a verifier see which plan was in force
    when, and that changes were agreed.

    Breaks: The field Version at the head of the plan is blank.

    Keeps: Version 1.0, v2, Issue 3: any numbering.

    Remedy: Give the plan a version number, and a new one whenever it is changed.

    Cannot see: A version that stands only in the name of the file.
    """
    plans = records.assignments.drop_duplicates(["tracker", "plan"])
    own = records.recorded(plans, "assignments.plan_version")
    any_own = own.groupby(plans["tracker"]).transform("any").astype(bool)
    rows = plans[own | (~any_own & ~plans.duplicated("tracker"))]
    rows = records.with_values(rows, "programme.plan_version").drop(columns=["unit", "assignment", "group"])
    version = rows["plan_version"].where(own.reindex(rows.index), rows["programme_plan_version"])
    return Verdict(
        rows,
        version.isna(),
        cells=("assignments.plan_version", "programme.plan_version"),
        message="The assessment plan bears no version number.",
    )


@rule(
    "PLN002",
    "plan-not-verified",
    "warning",
    section=PLANS,
    needs=("assignments.plan_verified_on|programme.plan_verified_on",),
)
def plan_not_verified(records: Records) -> Verdict:
    """The assessment plan has no sign-off by the Lead Internal Verifier.

    Why: The programme team draws up the plan together, and the Lead Internal Verifier verifies it, so that
    mistakes are found before learners meet them.

    Breaks: The field for the Lead Internal Verifier's sign-off at the head of the plan is blank, or says No.

    Keeps: A date or a signature in that field.

    Remedy: Ask the Lead Internal Verifier to verify the plan, and record the date.

    Cannot see: A sign-off that is kept elsewhere, such as the minutes of a team meeting.
    """
    plans = records.assignments.drop_duplicates(["tracker", "plan"])
    own = records.recorded(plans, "assignments.plan_verified_on")
    any_own = own.groupby(plans["tracker"]).transform("any").astype(bool)
    rows = plans[own | (~any_own & ~plans.duplicated("tracker"))]
    rows = records.with_values(rows, "programme.plan_verified_on").drop(columns=["unit", "assignment", "group"])
    signed = rows["plan_verified_on"].where(own.reindex(rows.index), rows["programme_plan_verified_on"])
    return Verdict(
        rows,
        signed.isna(),
        cells=("assignments.plan_verified_on", "programme.plan_verified_on"),
        message="No sign-off of the assessment plan by the Lead Internal Verifier is recorded.",
    )


# ---------------------------------------------------------------------- who and when


def _asked_for(records: Records, field: str, message: str, *, scheduled_only: bool = False) -> Verdict:
    """Return the verdict that planned assignments must have `field`."""
    rows = records.plan.asked_for(field)
    if scheduled_only:
        rows = rows[rows["assignments_row"].map(records.plan.scheduled).eq(True)]
    return Verdict(rows, rows["absent"], cells=(f"assignments.{field}", "assignments.assignment"), message=message)


@rule("PLN003", "assessor-not-named", "error", section=PLANS, needs=("assignments.assessor",))
def assessor_not_named(records: Records) -> Verdict:
    """A planned assignment has no assessor.

    Why: The names of all assessors are among what every assessment plan must show.

    Breaks: The assessor of Assignment 2 is blank, "TBC" or "Vacant".

    Keeps: A name, or initials that your centre knows.

    Remedy: Name the assessor of this assignment in the plan.

    Cannot see: Whether the person named is qualified and available.
    """
    return _asked_for(records, "assessor", "The plan names no assessor for {named}.")


@rule("PLN004", "internal-verifier-not-named", "error", section=PLANS, needs=("assignments.internal_verifier",))
def internal_verifier_not_named(records: Records) -> Verdict:
    """A planned assignment has no internal verifier.

    Why: The names of all internal verifiers are among what every assessment plan must show.

    Breaks: The internal verifier of Assignment 2 is blank, "TBC" or "To be appointed".

    Keeps: A name, or initials that your centre knows.

    Remedy: Name the internal verifier of this assignment in the plan: somebody other than its assessor.

    Cannot see: An internal verifier who is named in a schedule of its own.
    """
    return _asked_for(records, "internal_verifier", "The plan names no internal verifier for {named}.")


@rule("PLN005", "hand-out-date-missing", "error", section=PLANS, needs=("assignments.handed_out",))
def hand_out_date_missing(records: Records) -> Verdict:
    """A planned assignment has no hand-out date.

    Why: The plan schedules when each assignment is handed out, set assignments included, so that teaching,
    verification of the brief and the learners' workload can be planned around it.

    Breaks: The hand-out date of Assignment 2 is blank.

    Keeps: Any planned date. A brief that is kept ready for a re-sit or retake and has no date at all yet.

    Remedy: Enter the date on which this assignment is to be handed out.

    Cannot see: Whether it was handed out on that day.
    """
    return _asked_for(records, "handed_out", "The plan gives no hand-out date for {named}.", scheduled_only=True)


@rule("PLN006", "deadline-missing", "error", section=PLANS, needs=("assignments.deadline",))
def deadline_missing(records: Records) -> Verdict:
    """A planned assignment has no deadline.

    Why: Every assignment has a formal completion date. Whether a submission is on time, and whether the
    learner may resubmit, is judged by it.

    Breaks: The deadline of Assignment 2 is blank.

    Keeps: Any planned date. A brief that is kept ready for a re-sit or retake and has no date at all yet.

    Remedy: Enter the deadline of this assignment and tell it to the learners in the brief.

    Cannot see: A deadline that stands only in the brief.
    """
    return _asked_for(records, "deadline", "The plan gives no deadline for {named}.", scheduled_only=True)


@rule("PLN007", "verification-not-scheduled", "error", section=PLANS, needs=("assignments.verification_planned_on",))
def verification_not_scheduled(records: Records) -> Verdict:
    """A planned assignment has no date scheduled for internal verification of its decisions.

    Why: The plan schedules internal verification, because a sample of decisions is verified before learners
    have their results.

    Breaks: The date for internal verification of Assignment 2 is blank.

    Keeps: Any planned date. A brief that is kept ready for a re-sit or retake and has no date at all yet.

    Remedy: Schedule internal verification between the deadline and the day on which results are returned.

    Cannot see: A schedule of internal verification that is kept outside the tracker.
    """
    message = "The plan schedules no internal verification for {named}."
    return _asked_for(records, "verification_planned_on", message, scheduled_only=True)


@rule("PLN008", "resubmission-not-scheduled", "error", section=PLANS, needs=("assignments.resubmission_planned_on",))
def resubmission_not_scheduled(records: Records) -> Verdict:
    """A planned assignment has no date scheduled for the opportunity to resubmit.

    Why: The plan schedules the opportunity to resubmit, so that it lies within term and comes soon after the
    results, for all learners alike.

    Breaks: The resubmission date of Assignment 2 is blank.

    Keeps: An assignment that was written for a re-sit or retake: nothing is resubmitted after it.

    Remedy: Schedule the resubmission, at most 15 working days after learners are to have their results, within
    the same term and year.

    Cannot see: Whether anybody will need it; the date is planned all the same.
    """
    verdict = _asked_for(
        records,
        "resubmission_planned_on",
        "The plan schedules no opportunity to resubmit {named}.",
    )
    rows = verdict.considered[~verdict.considered["for_retake"]]
    return Verdict(rows, rows["absent"], verdict.cells, verdict.message)


# ---------------------------------------------------------------------- learning aims and criteria


@rule("PLN009", "split-learning-aim", "error", section=PLANS, needs=TARGETS)
def split_learning_aim(records: Records) -> Verdict:
    """The criteria of one learning aim are targeted by more than one assignment.

    Why: An assignment is to let learners show everything from Pass to Distinction within a learning aim.
    Split over two assignments, no single piece of work can do that. A criterion that aims share, such as
    AB.D1, ties those aims together.

    Breaks: Assignment 1 targets A.P1 and A.M1, Assignment 2 targets B.P3, B.M2 and AB.D1: AB.D1 makes aims A
    and B one, so they belong in one assignment.

    Keeps: One assignment for several whole aims; another version of the assignment for another group or on
    another set assignment; a brief for a re-sit or retake; criteria without letters, as in legacy units,
    which do not tell their aims.

    Remedy: Bring all criteria of these aims together in one assignment, and verify the brief again.

    Cannot see: Aims that are tied in the specification by a criterion that neither the plan nor the unit's
    list of criteria has.
    """
    rows = records.aims.splits()
    tied = ", tied together by " + rows["ties"].astype(object) + ","
    return Verdict(
        rows.assign(tied=tied.where(rows["ties"].notna(), "")),
        rows["before"].notna(),
        cells=("assignments.criteria", "attempts.targeted"),
        message="{named} targets {targeted}, and {before}: the criteria of {of_aims}{tied} are split between "
        "assignments.",
    )


@rule("PLN010", "separate-higher-grade-assignment", "error", section=PLANS, needs=TARGETS)
def separate_higher_grade_assignment(records: Records) -> Verdict:
    """An assignment, or a task of one, targets only Merit or Distinction criteria of a learning aim.

    Why: The guide rules out extra assignments or tasks for the higher grades: each is to give every learner
    the chance of Pass, Merit and Distinction on the same work.

    Breaks: Assignment 3 targets C.P4 and C.M3, and Assignment 4 only C.D2.

    Keeps: Assignment 3 with C.P4, C.M3 and C.D2; aims that are tied by AB.D1, where the assignment with AB.D1
    has B.P3 as well.

    Remedy: Move these criteria to the assignment, and the tasks, in which the Pass criteria of the same aims are
    assessed.

    Cannot see: Tasks within an assignment that the plan does not list.
    """
    rows = records.aims.separate()
    task = " (task " + rows["task_key"].str.replace(r"(?i)\Atask\s*", "", regex=True) + ")"
    return Verdict(
        rows.assign(in_task=task.where(rows["task_key"].ne(""), "")),
        rows["higher"].notna(),
        cells=("assignments.criteria", "attempts.targeted"),
        message="{named}{in_task} targets {higher} and no Pass criterion of {of_aims}.",
    )


@rule("PLN011", "grade-range-incomplete", "error", section=PLANS, needs=(*TARGETS, UNIT_LIST))
def grade_range_incomplete(records: Records) -> Verdict:
    """An assignment targets the Pass criteria of a learning aim, yet some of its Merit or Distinction criteria are
    targeted nowhere.

    Why: Every learner is to have the chance of a Distinction. Where a Merit or Distinction criterion is not
    targeted, nobody can achieve it.

    Breaks: Assignment 5 targets E.P7 and E.M5; the unit also has E.D4, which no assignment targets.

    Keeps: E.P7, E.M5 and E.D4 in one assignment; a brief for a re-sit or retake, which targets Pass criteria
    alone.

    Remedy: Add the missing criteria to this assignment, with a task that lets learners meet them.

    Cannot see: Criteria that the unit's list in the tracker has left out.
    """
    rows = records.aims.incomplete()
    return Verdict(
        rows,
        rows["missing"].notna(),
        cells=("assignments.criteria", "attempts.targeted", "criteria.criterion"),
        message="{assignment} assesses Pass criteria of {unit}, but no assignment targets {missing} of the same aims.",
        unknown={"assignments.criteria": rows["blocked"]},
    )


@rule("PLN012", "criterion-not-assessed", "error", section=PLANS, needs=(*TARGETS, UNIT_LIST))
def criterion_not_assessed(records: Records) -> Verdict:
    """A Pass criterion of a planned unit is targeted by no assignment.

    Why: A unit is passed when every Pass criterion is achieved. One that no assignment targets leaves all
    learners short of a Pass.

    Breaks: Unit 4 has C.P5, and none of its assignments targets it.

    Keeps: Every Pass criterion of the unit in some assignment; a unit that has no assignment in the plan yet;
    content of the unit that no criterion asks for.

    Remedy: Add the criterion to the assignment that assesses its learning aim.

    Cannot see: Without a plan, assignments that are still to come.
    """
    rows = records.aims.uncovered()
    return Verdict(
        rows,
        rows["missing"].notna(),
        cells=("assignments.criteria", "attempts.targeted", "criteria.criterion"),
        message="No assignment of {unit} targets {missing}.",
        unknown={"assignments.criteria": rows["blocked"]},
    )


@rule("PLN013", "unknown-criterion", "error", section=PLANS, needs=(*TARGETS, UNIT_LIST))
def unknown_criterion(records: Records) -> Verdict:
    """The plan targets a criterion that the unit does not have.

    Why: Decisions on a criterion that does not exist count for nothing, and the one that was meant is left out.

    Breaks: Assignment 2 targets B.P9; the unit ends at B.P4.

    Keeps: The same criterion in another spelling, such as P3 or B P3 for B.P3.

    Remedy: Compare the assignment with the unit in the specification and correct the criterion, in the brief too.

    Cannot see: Whether the unit's list in the tracker is that of the specification.
    """
    rows = records.aims.unknown()
    return Verdict(
        rows,
        rows["missing"].notna(),
        cells=("assignments.criteria", "attempts.targeted", "criteria.criterion"),
        message="{named} targets {missing}, which the unit does not have.",
    )


@rule(
    "PLN014",
    "integrated-criteria-not-mapped",
    "error",
    section=PLANS,
    needs=("assignments.unit", "assignments.criteria"),
)
def integrated_criteria_not_mapped(records: Records) -> Verdict:
    """An assignment covers several units, and its criteria are not given for each unit.

    Why: Integrating units is a good way to deliver them, as long as evidence is mapped to the criteria of each
    unit: A.P1 of one unit is not A.P1 of another, and achievement is recorded unit by unit.

    Breaks: One row for "Units 3 and 4" with the criteria A.P1, A.P2, A.M1.

    Keeps: A row for each unit with its own criteria; one row with "Unit 3: A.P1, A.M1; Unit 4: B.P2, B.M1".

    Remedy: List this assignment once for each unit, each time with the criteria of that unit.

    Cannot see: A mapping that is kept in the brief alone.
    """
    rows = records.plan.integrated
    listed = rows["criteria"].map(", ".join, na_action="ignore").astype(object)
    told = ("gives one list of criteria for all of them: " + listed).where(rows["listing"], "gives no criteria")
    return Verdict(
        rows.assign(told=told.mask(~rows["several"], "gives no criteria for " + rows["unit"].astype(object))),
        ~rows["mapped"],
        cells=("assignments.criteria", "assignments.unit"),
        message="{assignment} covers {covers}, and the plan {told}.",
    )


# ---------------------------------------------------------------------- dates


DATES = {
    "handed_out": "hand-out",
    "deadline": "deadline",
    "verification_planned_on": "internal verification",
    "resubmission_planned_on": "resubmission",
}
"""The dates of a plan, and what people call them."""

IN_ORDER = (
    ("handed_out", "deadline"),
    ("deadline", "verification_planned_on"),
    ("deadline", "resubmission_planned_on"),
    ("verification_planned_on", "resubmission_planned_on"),
)
"""Which date of a plan comes first: results are verified before learners have them, and they resubmit after that."""


@rule(
    "PLN015",
    "plan-dates-out-of-order",
    "error",
    section=PLANS,
    needs=(
        "assignments.deadline",
        "assignments.handed_out|assignments.verification_planned_on|assignments.resubmission_planned_on",
    ),
)
def plan_dates_out_of_order(records: Records) -> Verdict:
    """The planned dates of an assignment are out of order.

    Why: Work is handed out, submitted, verified, returned and resubmitted, in that order. A plan whose dates
    say otherwise cannot be followed, and usually holds a slip of the keyboard.

    Breaks: A deadline before the hand-out; internal verification of decisions or a resubmission before the
    deadline; a resubmission before the decisions are verified.

    Keeps: Two of them on the same day. The brief's own verification, which comes before the hand-out.

    Remedy: Correct the date that is wrong, and tell the learners if they have been told otherwise.

    Cannot see: Dates that are in order and wrong all the same.
    """
    rows = records.plan.assignments
    own_column = records.recorded(rows, "assignments.brief_verified_on")
    of_the_brief = ~own_column & (rows["verification_planned_on"] <= rows["handed_out"])
    rows = rows.assign(verification_planned_on=rows["verification_planned_on"].mask(of_the_brief))
    rows = rows[rows["deadline"].notna() & (rows[list(DATES)].notna().sum(axis=1) > 1)]
    rows = rows.assign(told="", wrong="", against="")
    spoken = {name: records.spoken(rows[name]) for name in DATES}
    for first, then in IN_ORDER:
        late = rows[then] < rows[first]
        said = f"; the {DATES[then]} on " + spoken[then] + f" is before the {DATES[first]} on " + spoken[first]
        both = late & rows["against"].eq("deadline") & (first == "deadline")  # then it is the deadline that is wrong
        alone = late & rows["wrong"].eq("")
        rows = rows.assign(
            told=rows["told"].mask(late, rows["told"] + said),
            wrong=rows["wrong"].mask(alone, then).mask(both, "deadline"),
            against=rows["against"].mask(alone, first).mask(both, then),
        )
    return Verdict(
        rows.assign(told=rows["told"].str.removeprefix("; ")),
        rows["told"].ne(""),
        cells=("assignments.{wrong}", "assignments.{against}"),
        message="The dates planned for {named} are out of order: {told}.",
    )


@rule("PLN016", "deadlines-bunched", "note", section=PLANS, needs=("assignments.deadline",))
def deadlines_bunched(records: Records) -> Verdict:
    """More than three deadlines of one group fall within seven days.

    Why: Deadlines that are spread over the programme give learners a balanced workload, and leave assessors
    the time to return results soon.

    Breaks: Four deadlines of group 12A between Monday and the Sunday after it.

    Keeps: Three deadlines in a week; four on eight days; an assignment for several units, which is one.

    Remedy: Move one of these deadlines, or more, to another week.

    Cannot see: How much work each assignment is, and deadlines of other programmes.
    """
    rows = records.plan.assignments[records.plan.assignments["deadline"].notna()]
    limit = records.limit(rows, "deadlines_per_week")
    bunches = records.bunches(limit).set_index("assignments_row")
    whose = " of " + bunches["group_name"].astype(object)
    return Verdict(
        rows.assign(
            together=rows["assignments_row"].map(bunches["together"]),
            number=rows["assignments_row"].map(bunches["number"]),
            whose=rows["assignments_row"].map(whose).astype(object).fillna(""),
            limit=limit,
        ),
        rows["assignments_row"].isin(bunches.index),
        cells=("assignments.deadline",),
        message="{number} deadlines{whose} lie close together, more than {limit} within 7 days: {together}.",
    )


@rule("PLN017", "synoptic-too-early", "warning", section=PLANS, needs=("assignments.synoptic", "assignments.deadline"))
def synoptic_too_early(records: Records) -> Verdict:
    """A synoptic assignment is due in the first half of the programme's planned span.

    Why: Synoptic assessment asks learners to draw on the whole programme, so it belongs towards its end, when
    the units that lay the foundation have been taught.

    Breaks: A programme from September to June with a synoptic assignment due in November.

    Keeps: The same assignment due in April.

    Remedy: Plan the synoptic assignment towards the end of the programme.

    Cannot see: The rest of a programme of which the plan shows one year; without the programme's own dates, its
    span is that of the plan.
    """
    plan = records.with_values(records.plan.assignments, "programme.starts", "programme.ends")
    of_tracker = plan.groupby("tracker")
    starts = plan["programme_starts"].fillna(of_tracker["handed_out"].transform("min"))
    ends = plan["programme_ends"].fillna(of_tracker["deadline"].transform("max"))
    several = plan["programme_ends"].notna() | (of_tracker["deadline"].transform("nunique") > 1)
    plan = plan.assign(starts=starts, ends=ends, middle=starts + (ends - starts) / 2)
    rows = plan[plan["synoptic"].eq("yes") & plan["deadline"].notna() & (starts < ends) & several]
    return Verdict(
        rows,
        rows["deadline"] < rows["middle"],
        cells=("assignments.deadline", "assignments.synoptic"),
        message="{named} is synoptic and due on {deadline}, in the first half of the programme, which "
        "is planned from {starts} to {ends}.",
    )


@rule("PLN018", "plan-changed-without-new-version", "warning", section=PLANS, needs=("assignments.assignment",))
def plan_changed_without_new_version(records: Records) -> Verdict:
    """Two versions of a plan differ but bear the same version number.

    Why: Version numbers make the audit trail of a plan. Two different plans under one number leave nobody
    sure which was in force.

    Breaks: Two sheets headed Version 1.1 give different deadlines for the same assignment, or one of them has
    an assignment more.

    Keeps: A changed plan with a new number; a second copy of the same plan; a plan for each unit or group.

    Remedy: Give the later plan a number of its own, note what was changed and have it verified again.

    Cannot see: Changes that overwrote the only copy of a plan.
    """
    rows = records.plan.changed
    return Verdict(
        rows,
        rows["changed"].notna(),
        cells=("assignments.plan_version", "assignments.deadline"),
        message="“{plan_before}” and “{plan}” both bear version {plan_version} and plan these differently: {changed}.",
    )


@rule(
    "PLN019", "unit-combination-incomplete", "warning", section=PLANS, needs=("specification.unit", "assignments.unit")
)
def unit_combination_incomplete(records: Records) -> Verdict:
    """The planned units miss a mandatory unit, or do not add up to the qualification's size.

    Why: A qualification is awarded for a valid combination of units: all mandatory ones, and optional ones to
    the full number of guided learning hours.

    Breaks: A Subsidiary Diploma of 360 hours whose plan leaves out mandatory Unit 2, or makes 300 hours.

    Keeps: All mandatory units and 360 hours. More hours, where groups take different optional units.

    Remedy: Plan the missing units. Where they belong to another year of the programme, check the plan of that
    year and note it here.

    Cannot see: Units that are planned in another tracker, imported by a top-up or credited for prior learning.
    """
    rows = records.plan.combination
    lacks = "leaves out the mandatory " + rows["left_out"].astype(object)
    short = "makes " + rows["hours"].astype("str") + " of " + rows["size"].astype("str") + " guided learning hours"
    both = (lacks + " and " + short).where(rows["short"], lacks)
    return Verdict(
        rows.assign(told=both.where(rows["left_out"].notna(), short)),
        rows["left_out"].notna() | rows["short"],
        cells=("programme.qualification", "assignments.unit"),
        message="The plan {told}.",
        unknown={"specification.size_glh": rows["size"].isna(), "specification.glh": rows["hours"].isna()},
    )


@rule(
    "PLN020",
    "deadline-out-of-term",
    "warning",
    section=PLANS,
    needs=("assignments.handed_out|assignments.deadline", "terms.starts"),
)
def deadline_out_of_term(records: Records) -> Verdict:
    """A hand-out or a deadline falls outside term time.

    Why: In the holidays nobody is there to explain a brief, to take in work or to confirm that it is the
    learner's own, and learners do not all have the same time for it.

    Breaks: A deadline on 27 December, between two terms.

    Keeps: A date in term; the weekend before or after a term.

    Remedy: Move the date into term, or correct the term dates where they are wrong.

    Cannot see: Dates beyond the terms that the calendar knows.
    """
    plan = records.plan.assignments
    outside = {name: ~records.calendars.in_term(plan["tracker"], plan[name]) for name in ("handed_out", "deadline")}
    known = outside["handed_out"].notna() | outside["deadline"].notna()
    handed_out, due = outside["handed_out"].eq(True).fillna(False), outside["deadline"].eq(True).fillna(False)
    spoken = {name: f"{DATES[name]} on " + records.spoken(plan[name]) for name in outside}
    told = (spoken["handed_out"] + " and " + spoken["deadline"]).where(handed_out & due, spoken["deadline"])
    rows = plan.assign(told=told.mask(handed_out & ~due, spoken["handed_out"]), wrong="deadline")
    rows = rows.assign(wrong=rows["wrong"].mask(handed_out & ~due, "handed_out"))[known]
    return Verdict(
        rows,
        handed_out | due,
        cells=("assignments.{wrong}",),
        message="Outside term time for {named}: {told}.",
    )
