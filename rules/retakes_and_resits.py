"""Retakes and re-sits: which qualifications have them, and who may be given one (RTK001-RTK007)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.people import same_people
from rules.resubmission_of_evidence import ANY_EXTENSION, DATE_IN_TEXT
from rules.resubmissions import has_first, with_last_day
from rules.retakes import CONDITIONS, PLACE, RETAKER, as_text, begun, every_retake, the_retakes, undeclared
from rules.rule import Verdict, rule

if TYPE_CHECKING:
    from rules.records import Records

AVAILABLE = "Retakes/Re-sits"


@rule("RTK001", "retake-not-available", "error", section=AVAILABLE, needs=(RETAKER, "programme.qualification"))
def retake_not_available(records: Records) -> Verdict:
    """A learner was given a retake or re-sit in a qualification that has neither.

    Why: The guide lists the qualifications with retakes (the 2010 Firsts and Nationals, the 2016 Introductory
    Suite) and those with re-sits (International Level 3 and Level 2 Applied Science of 2020, Level 2 Art and
    Design of 2021). In any other the resubmission is the last opportunity.

    Breaks: A retake in a BTEC Level 1/2 First.

    Keeps: A re-sit in a BTEC International Level 3 qualification; a retake in a 2010 National.

    Remedy: Withdraw the attempt and let the result before it stand. If the qualification is another than the
    tracker says, correct its title.

    Cannot see: The regime of a qualification whose title does not tell its family; name it in full, with its
    year.
    """
    rows = every_retake(records)
    family = records.family(rows)
    rows = records.with_values(rows[family.isna() | rows["regime"].notna()], "programme.qualification")
    return Verdict(
        rows,
        rows["regime"].eq("none"),
        cells=("retake.attempt", *PLACE, "programme.qualification"),
        message="{learner} has a retake or re-sit of {assignment}, and {programme_qualification} has neither.",
        unknown={"programme.family": rows["regime"].isna()},
    )


@rule(
    "RTK002",
    "retake-misnamed",
    "note",
    section=AVAILABLE,
    needs=("retake.attempt", "programme.qualification"),
)
def retake_misnamed(records: Records) -> Verdict:
    """An attempt is called a retake where the qualification has re-sits, or the other way round.

    Why: The two words stand for the rules of different qualifications; the wrong one makes a Standards
    Verifier ask which of them the centre followed.

    Breaks: A "Retake" in a BTEC International Level 3 qualification of 2020, which has re-sits.

    Keeps: "Retake/Re-sit", or "third submission", which leave it open.

    Remedy: Call it by the word that the guide has for the qualification.

    Cannot see: What a heading over a block of columns calls it.
    """
    rows = every_retake(records)
    covered = records.family(rows).isna() | rows["regime"].notna()
    rows = rows[covered & rows["attempt_said"].notna() & rows["regime"].ne("none")]
    return Verdict(
        rows,
        rows["regime"].notna() & rows["attempt_said"].ne(rows["regime"]),
        cells=("retake.attempt",),
        message="The new attempt of {learner} at {assignment} is called a {attempt_said}; in this "
        "qualification it is a {regime}.",
        unknown={"programme.family": rows["regime"].isna()},
    )


@rule("RTK003", "more-than-one-retake", "error", section=CONDITIONS, needs=(RETAKER,))
def more_than_one_retake(records: Records) -> Verdict:
    """A learner has a second retake or re-sit for the same assignment.

    Why: The Lead Internal Verifier may authorise one, and no attempt of any kind follows it.

    Breaks: Re-sits of Assignment 1 in November and again in January.

    Keeps: One re-sit of Assignment 1 and one of Assignment 2; the same record listed twice, of which STR010
    speaks.

    Remedy: Withdraw the second one and let the result of the first stand. Tell your Lead Internal Verifier
    if it was already assessed.

    Cannot see: A second one that is recorded as a resubmission; RTK016 speaks of that.
    """
    rows = every_retake(records)
    rows = rows[rows["regime"].ne("none")]
    rows = rows.assign(limit=records.limit(rows, "retakes"))
    return Verdict(
        rows,
        rows["nth"] > rows["limit"],
        cells=PLACE,
        message="This is {kind} number {nth} of {assignment} for {learner}; {limit} is allowed.",
    )


@rule("RTK004", "retake-without-resubmission", "error", section=CONDITIONS, needs=(RETAKER,))
def retake_without_resubmission(records: Records) -> Verdict:
    """A retake or re-sit with no resubmission before it.

    Why: It is for learners who still lack Pass criteria after they resubmitted.

    Breaks: First submission in September, re-sit in November, nothing in between; or a resubmission that was
    authorised and never handed in.

    Keeps: First submission, resubmission, re-sit. A resubmission that came after the re-sit, of which RTK016
    speaks.

    Remedy: If the learner did resubmit, record it. If not, the retake or re-sit was not open to the learner:
    withdraw it and take it to your Lead Internal Verifier.

    Cannot see: A resubmission that is kept in another workbook.
    """
    rows = the_retakes(records)
    rows = records.with_values(rows, "resubmission.deadline")
    made = rows["resubmission_row"].map(records.attempts["made"]).eq(True)
    waited = (
        ~made & records.recorded(rows, "resubmission.submitted") & ~(rows["resubmission_deadline"] >= records.as_of)
    )
    none = rows["resubmission_row"].isna()
    told = "no resubmission is on record before it"
    rows = rows.assign(why=none.map({True: told, False: "no work is on record for the resubmission before it"}))
    return Verdict(
        rows,
        none | waited,
        cells=("retake.attempt", *PLACE),
        message="{learner} was given a {kind} of {assignment}, and {why}.",
    )


@rule(
    "RTK005",
    "retake-conditions-not-met",
    "error",
    section=CONDITIONS,
    needs=(
        RETAKER,
        "first.submitted|first.learner_declared|first.learner_declared_on|first.assessor_declared",
    ),
)
def retake_conditions_not_met(records: Records) -> Verdict:
    """A retake or re-sit for a learner who did not meet the conditions of a resubmission.

    Why: A retake asks for all that a resubmission does: the first submission in time, or within an agreed
    extension, and declarations of authenticity by the learner and the assessor.

    Breaks: A re-sit for a learner whose first submission came a day after its deadline, with no extension; or
    whose first submission bears no declaration.

    Keeps: A first submission on the deadline itself, or on the day to which an approved extension ran. Without any
    first submission on record there is nothing to judge; resubmission-without-submission tells that.

    Remedy: Complete the record if the extension or the declaration exists. Otherwise the learner was not
    eligible: withdraw the retake or re-sit and take it to your Lead Internal Verifier.

    Cannot see: An extension that was agreed and not recorded. A declaration with half of what it needs is
    told by SUB003.
    """
    rows = the_retakes(records)
    rows = records.with_values(rows[has_first(records, rows)], "first.submitted")
    last = with_last_day(records, records.first).set_index("attempts_row")["last_day"]
    due = last.reindex(rows["first_row"]).set_axis(rows.index)
    after = rows["first_submitted"] > due
    settled = records.recorded(rows, ANY_EXTENSION)
    late = after & settled
    learner, learner_told = undeclared(records, rows, "first", "learner")
    assessor, assessor_told = undeclared(records, rows, "first", "assessor")
    both = "the learner's declaration and the assessor's confirmation"
    lacks = learner.map({True: "the learner's declaration", False: "the assessor's confirmation"})
    lacks = "lacks " + lacks.mask(learner & assessor, both)
    why = "was handed in on " + as_text(rows["first_submitted"]) + ", after its deadline " + as_text(due)
    why = lacks.mask(late, why)
    why = why.mask(late & (learner | assessor), why + ", and " + lacks)
    return Verdict(
        rows.assign(why=why),
        late | learner | assessor,
        cells=(
            *PLACE,
            "first.submitted",
            "first.deadline",
            "first.learner_declared",
            "first.assessor_declared",
        ),
        message="{learner} was given a {kind} of {assignment}, although the first submission {why}.",
        unknown={
            "attempts.submitted": ~records.recorded(rows, "first.submitted"),
            "attempts.extension_deadline": after & ~settled,
            "attempts.learner_declared": ~learner_told,
            "attempts.assessor_declared": ~assessor_told,
        },
    )


@rule(
    "RTK006",
    "retake-not-authorised",
    "error",
    section=CONDITIONS,
    needs=(RETAKER, "retake.authorised_by|retake.authorised_on"),
)
def retake_not_authorised(records: Records) -> Verdict:
    """A retake or re-sit without the Lead Internal Verifier's authorisation, or with an undated one.

    Why: Only the Lead Internal Verifier may authorise it, and Standards Verifiers ask to see that, dated.

    Breaks: A re-sit that was handed out and assessed with nobody under "Authorised by"; a name with no date;
    the name of somebody who is not the programme's Lead Internal Verifier.

    Keeps: Name and date of the Lead Internal Verifier; a retake that is planned and not handed out yet.

    Remedy: If the Lead Internal Verifier authorised it, enter name and date from the assessment record. If
    not, the retake or re-sit cannot stand; take it to the Lead Internal Verifier now, and do not date
    anything back.

    Cannot see: Whether the signature itself is on the assessment record.
    """
    rows = begun(records, the_retakes(records))
    rows = rows.assign(lead=rows["tracker"].map(records.leads))
    named, dated = (records.recorded(rows, f"retake.authorised_{part}") for part in ("by", "on"))
    nobody = (named & rows["authorised_by"].isna()) | (~named & rows["authorised_on"].isna())
    another = same_people(rows["authorised_by"], rows["lead"]).eq(False)
    person, lead = as_text(rows["authorised_by"]), as_text(rows["lead"])
    undated = dated & rows["authorised_on"].isna() & ~person.str.contains(DATE_IN_TEXT)
    why = "the authorisation by " + person + " bears no date"
    why = why.mask(another, person + " authorised it, who is not the Lead Internal Verifier (" + lead + ")")
    why = why.mask(nobody, "no authorisation by the Lead Internal Verifier is recorded")
    return Verdict(
        rows.assign(why=why),
        nobody | another | undated,
        cells=("retake.authorised_by", "retake.authorised_on", *PLACE),
        message="{learner} was given a {kind} of {assignment}, and {why}.",
        unknown={"attempts.authorised_on": ~dated},
    )


@rule(
    "RTK007",
    "exceptional-reason-missing",
    "error",
    section=CONDITIONS,
    needs=(RETAKER, "retake.exceptional_reason"),
)
def exceptional_reason_missing(records: Records) -> Verdict:
    """Nothing is recorded on why a retake or re-sit was necessary, appropriate and fair.

    Why: It is for exceptional circumstances only, and the Lead Internal Verifier has to be able to show them.

    Breaks: A re-sit that is authorised and dated, and nothing under "Exceptional reason".

    Keeps: "Hospital stay during the resubmission; necessary, and fair to the others."

    Remedy: Record the circumstances, and why the Lead Internal Verifier found the opportunity necessary,
    appropriate and fair.

    Cannot see: Whether the reason is a good one.
    """
    rows = begun(records, the_retakes(records))
    return Verdict(
        rows,
        rows["exceptional_reason"].isna(),
        cells=("retake.exceptional_reason",),
        message="No exceptional reason is recorded for the {kind} of {assignment} by {learner}.",
    )
