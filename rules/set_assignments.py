"""Pearson Set Assignments: which is used, when, and under what control (PSA)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.rule import Verdict, rule
from rules.set_assignment_versions import version_key

if TYPE_CHECKING:
    from rules.records import Records

SECTION = "Pearson Set Assignments (PSAs)"
CONTROL = "Degree of Control (applies to Pearson Set Assignments)"
IS_SET = "units.set_assignment|specification.set_assignment"
VERSION = "attempts.psa_version|assignments.psa_version"
SHORT_PERIOD_DAYS = 180


@rule("PSA001", "centre-devised-set-assignment", "error", section=SECTION, needs=(IS_SET,))
def centre_devised_set_assignment(records: Records) -> Verdict:
    """A unit that is assessed by Pearson Set Assignment has an assignment that is not recorded as one.

    Why: For these units Pearson sets the assignment, so that all learners take the same. Teachers may not write one
    of their own.

    Breaks: Unit 1 is a set assignment unit; its assignment bears the centre's title and no version.

    Keeps: The version, in the plan or in the log; a title or brief that says that it is Pearson's.

    Remedy: If it is Pearson's, record which version. If it is the centre's own, its results cannot stand: let the
    learners take a set assignment that they have not seen, and tell your Lead Internal Verifier.

    Cannot see: Set assignment units that neither the unit list nor a specification marks.
    """
    rows = records.set_assignments.assignments
    rows = rows[rows["must_be"]]
    told = records.recorded(rows, VERSION)
    return Verdict(
        rows,
        ~rows["is_one"] & told,
        cells=("assignments.psa_version", "attempts.psa_version", "assignments.title", "units.set_assignment"),
        message="{unit} is assessed by Pearson Set Assignment, and {assignment} is not recorded as one: it has no "
        "version of Pearson's.",
        unknown={"assignments.psa_version": ~rows["is_one"] & ~told},
        nothing_in=records.set_assignments.none_in,
    )


@rule(
    "PSA002",
    "set-assignment-shared-early",
    "error",
    section=SECTION,
    needs=("assignments.psa_from", "assignments.handed_out|attempts.handed_out"),
)
def set_assignment_shared_early(records: Records) -> Verdict:
    """A set assignment was handed to learners before its assessment period starts.

    Why: Set assignments are kept secure until then. Learners who saw one earlier have had an advantage.

    Breaks: The assessment period starts on 8 January; handed out on 3 January.

    Keeps: Handed out on the first day of the period, or later.

    Remedy: Correct the date that is wrong. If it was shared early, tell your Lead Internal Verifier and Pearson's
    representative before any result is claimed, and use another version.

    Cannot see: Copies that were shared without a record of it.
    """
    rows = records.set_assignments.uses
    rows = rows[rows["psa_from"].notna() & rows["handed_out"].notna()]
    early = rows["handed_out"] < rows["psa_from"]
    told = early & rows["attempts_row"].isna()
    return Verdict(
        rows,
        early & ~(rows["attempts_row"].notna() & rows["assignments_row"].isin(rows.loc[told, "assignments_row"])),
        cells=("attempts.handed_out", "assignments.handed_out", "assignments.psa_from"),
        message="{named} was handed out{to_whom} on {handed_out}, before its assessment period starts on {psa_from}.",
        nothing_in=records.set_assignments.none_in,
    )


@rule(
    "PSA003",
    "set-assignment-out-of-date",
    "error",
    section=SECTION,
    needs=(
        f"{VERSION}|assignments.psa_until",
        "assignments.handed_out|attempts.handed_out|assignments.deadline|attempts.deadline",
    ),
)
def set_assignment_out_of_date(records: Records) -> Verdict:
    """A set assignment is used outside the one year from September for which it is valid.

    Why: Pearson publishes set assignments each September, for that year alone. Earlier ones are known to too many.

    Breaks: Version 2022-A handed out in January 2024; a deadline after the last day of validity.

    Keeps: Version 2023-A handed out in January 2024. Learners who take longer than recommended within the year.

    Remedy: Check the version that learners had. If it was out of date, its results cannot stand: let them take the
    current one, and tell your Lead Internal Verifier.

    Cannot see: The year of a version whose name does not tell it, where no end of validity is recorded.
    """
    rows = records.set_assignments.uses
    used = rows["handed_out"].fillna(rows["deadline"])
    known = used.notna() & (rows["valid_from"].notna() | rows["psa_until"].notna())
    year_is_over = (used < rows["valid_from"]) | (used > rows["valid_until"])
    brief_period = (rows["psa_until"] - rows["psa_from"]).dt.days < SHORT_PERIOD_DAYS
    expired = (used > rows["psa_until"]) | ((rows["deadline"] > rows["psa_until"]) & ~brief_period)
    out = year_is_over | expired
    told = out & rows["attempts_row"].isna()
    since = "whose year runs from " + records.spoken(rows["valid_from"]) + " to " + records.spoken(rows["valid_until"])
    until = "which is valid until " + records.spoken(rows["psa_until"])
    rows = rows.assign(
        used=used,
        validity=since.where(year_is_over, until),
        version=("version " + rows["version"].astype(object)).fillna("a version"),
        by_whom=(" by " + rows["learner"].astype(object)).fillna(""),
    )
    return Verdict(
        rows[known],
        out & ~(rows["attempts_row"].notna() & rows["assignments_row"].isin(rows.loc[told, "assignments_row"])),
        cells=("attempts.psa_version", "assignments.psa_version", "attempts.handed_out", "assignments.handed_out",
               "assignments.psa_until", "assignments.deadline"),
        message="{named} was used{by_whom} on {used} in {version}, {validity}.",
        nothing_in=records.set_assignments.none_in,
    )  # fmt: skip


@rule(
    "PSA004",
    "set-assignment-reused-for-resit",
    "error",
    section=SECTION,
    needs=("retake.psa_version|retake_plan.psa_version", "first.psa_version|original.psa_version"),
)
def set_assignment_reused_for_resit(records: Records) -> Verdict:
    """A retake or re-sit is on the version of the set assignment that the learner had before.

    Why: A re-sit is a new assignment. Pearson publishes a further version for it each year.

    Breaks: First submission on version 2023-A, and the re-sit too.

    Keeps: Another version for the re-sit. The same version for a resubmission.

    Remedy: If another version was used, record it. If not, the re-sit cannot stand: let your Lead Internal Verifier
    decide whether the learner may take the other version.

    Cannot see: Two versions under one name.
    """
    rows = records.with_values(records.retakes, "first.psa_version", "original.psa_version", "retake_plan.psa_version")
    planned = rows["retake_plan_psa_version"].where(rows["retake_plan_row"].ne(rows["original_row"]))
    own, first = rows["psa_version"].notna(), rows["first_psa_version"].notna()
    rows = rows.assign(
        version=rows["psa_version"].where(own, planned),
        before=rows["first_psa_version"].where(first, rows["original_psa_version"]),
        place=own.map({True: "retake", False: "retake_plan"}),
        place_before=first.map({True: "first", False: "original"}),
        kind=rows["attempt_said"].fillna("retake"),
    )
    rows = rows[rows["version"].notna() & rows["before"].notna()]
    return Verdict(
        rows,
        rows["version"].map(version_key).eq(rows["before"].map(version_key)),
        cells=("{place}.psa_version", "{place_before}.psa_version"),
        message="The {kind} of {assignment} by {learner} is on version {version}, which the learner had before.",
        nothing_in=records.set_assignments.none_in,
    )


@rule("PSA005", "set-assignment-already-attempted", "error", section=SECTION, needs=(VERSION,))
def set_assignment_already_attempted(records: Records) -> Verdict:
    """A first submission is on a version of the set assignment that the learner had attempted earlier.

    Why: A centre may choose any published version, but not one that the learner knows from an earlier attempt.

    Breaks: A learner who repeats the unit gets version 2023-A, as the first time.

    Keeps: Another version. The resubmission of the same attempt.

    Remedy: Check which version the learner had each time. If it was the same, the later work cannot stand: let the
    learner take another version.

    Cannot see: Attempts of earlier years, or at another centre, that this tracker does not hold.
    """
    rows = records.set_assignments.attempts
    rows = rows[rows["attempt"].eq("first") & rows["version_key"].notna()]
    before = records.set_assignments.earlier_use.set_index("attempts_row")
    rows = rows.assign(
        previous_row=rows["attempts_row"].map(before["previous_row"]).astype("float64"),
        earlier=rows["attempts_row"].map(before["assignment_before"]),
    )
    return Verdict(
        rows,
        rows["previous_row"].notna(),
        cells=("attempts.psa_version", "previous.psa_version", "assignments.psa_version"),
        message="{learner}'s first submission of {assignment} is on version {version}, which the learner had "
        "attempted as {earlier}.",
        nothing_in=records.set_assignments.none_in,
    )


@rule(
    "PSA006", "set-assignment-authentication-missing", "error", section=SECTION, needs=("attempts.psa_authenticated",)
)
def set_assignment_authentication_missing(records: Records) -> Verdict:
    """Work on a set assignment came in without its authentication sheet.

    Why: Learners complete an authentication sheet for every set assignment and hand it in with their work.

    Breaks: Submitted on 19 January; "Authentication sheet" says No or is blank.

    Keeps: A tick, a signature or a date under "Authentication sheet". An assignment that is not a set assignment.

    Remedy: If the sheet is there, record it. If not, have the learner complete it with today's date, and note that
    it was missing.

    Cannot see: Whether the sheet is complete.
    """
    rows = records.set_assignments.attempts
    rows = rows[
        rows["made"] & ~(rows["submitted"].isna() & rows["grade"].eq("U")) & ~(rows["submitted"] > records.as_of)
    ]
    return Verdict(
        rows.assign(work=rows["attempt_said"].fillna(rows["attempt"]).replace({"first": "first submission"})),
        rows["psa_authenticated"].ne("yes"),
        cells=("attempts.psa_authenticated", "attempts.submitted"),
        message="No authentication sheet is recorded with {learner}'s {work} of {assignment}, a set assignment.",
        nothing_in=records.set_assignments.none_in,
    )


@rule(
    "PSA007",
    "degree-of-control-missing",
    "warning",
    section=CONTROL,
    needs=(IS_SET + "|" + VERSION, "assignments.control|units.control"),
)
def degree_of_control_missing(records: Records) -> Verdict:
    """A set assignment has no degree of control on record, or one that its level does not have.

    Why: Each set assignment is taken under a defined degree of control: medium or low at Level 3, limited at
    Level 2. Centres have to arrange for it.

    Breaks: A blank under "Degree of control"; "High"; "Limited" at Level 3.

    Keeps: "Medium", or "Low control", at Level 3. Assignments of the centre's own, which have none.

    Remedy: Look the degree up in the unit and the specification, and record it.

    Cannot see: How the assignment was in fact supervised.
    """
    rows = records.set_assignments.controls
    why = ("is “" + rows["control"].astype(object) + "”; it can be " + rows["allowed"]).where(
        rows["control"].notna(), "is not recorded"
    )
    return Verdict(
        rows.assign(why=why),
        rows["fits"].ne(True),
        cells=("assignments.control", "units.control"),
        message="The degree of control of the set assignment {named} {why}.",
        nothing_in=records.set_assignments.none_in,
    )
