"""Resubmission of evidence: who may have one, who authorises it, and what it is for (RSB001-RSB007 and others)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.people import same_people
from rules.resubmissions import (
    before_retake,
    every_resubmission,
    has_first,
    resubmissions_after_first,
    said_of,
    the_resubmissions,
    with_last_day,
)
from rules.rule import Verdict, rule

if TYPE_CHECKING:
    import pandas as pd

    from rules.records import Records

OPPORTUNITIES = "Resubmission of evidence: opportunities for resubmission of evidence"
RESUBMITTER = "resubmission.learner|resubmission.registration"
AUTHORISED_BY = "resubmission.authorised_by|first.authorised_by"
AUTHORISED_ON = "resubmission.authorised_on|first.authorised_on"
ANY_EXTENSION = (
    "first.extension_applied|first.extension_reason|first.extension_deadline|first.extension_granted_on"
    "|first.extension_approved_by"
)
DATE_IN_TEXT = r"[0-9]{1,4}[-./ ](?:[0-9]{1,2}|[^\W\d_]{3,9})[-./ ][0-9]{2,4}"


@rule("RSB001", "more-than-one-resubmission", "error", section=OPPORTUNITIES, needs=(RESUBMITTER,))
def more_than_one_resubmission(records: Records) -> Verdict:
    """A learner has a second resubmission for one assignment.

    Why: The guide gives each learner one resubmission of evidence for each assignment. A further chance, where
    the qualification has one at all, is a retake or re-sit, with conditions of its own.

    Breaks: Two resubmissions of Assignment 1 by one learner, due on 19 October and on 9 November.

    Keeps: One resubmission, however many criteria it targets; the same row written twice; a resubmission that
    the Lead Internal Verifier refused; one resubmission for each of several assignments. One that came after a
    retake or re-sit is told by RTK016.

    Remedy: Find out what the second record is. If it is a retake or re-sit, record it as one with its
    authorisation. If it is a second resubmission, its decisions cannot stand: tell your Lead Internal Verifier.

    Cannot see: Work that was resubmitted again and entered over the earlier record.
    """
    rows = before_retake(records, every_resubmission(records))
    rows = rows.assign(limit=records.limit(rows, "resubmissions"))
    return Verdict(
        rows,
        rows["nth"] > rows["limit"],
        cells=("resubmission.attempt", "resubmission.submitted", "resubmission.deadline", "resubmission.authorised_by"),
        message="{learner} has resubmission number {nth} of {assignment} on record; the guide allows {limit}.",
    )


@rule(
    "RSB002",
    "resubmission-not-authorised",
    "error",
    section=OPPORTUNITIES,
    needs=(f"{AUTHORISED_BY}|{AUTHORISED_ON}",),
)
def resubmission_not_authorised(records: Records) -> Verdict:
    """A resubmission was made, or is under way, without the Lead Internal Verifier's authorisation.

    Why: Only the Lead Internal Verifier can authorise a resubmission, so that all learners are treated alike.
    The authorisation, signed and dated, is part of what a Standards Verifier asks for.

    Breaks: Work resubmitted on 19 October; "Authorised by (LIV)" is blank, or says No.

    Keeps: A name, a signature or "LIV" under the authorisation, on the record of the resubmission or on that of
    the first submission. A row that was prepared for a resubmission that nobody has begun.

    Remedy: If the Lead Internal Verifier did authorise it, enter the name and the date from the assessment
    record. If not, the resubmission should not have been accepted: tell your Lead Internal Verifier, who decides
    whether its decisions can stand.

    Cannot see: Authorisations on paper that were not entered.
    """
    rows = the_resubmissions(records)
    named = records.recorded(rows, "resubmission.authorised_by") | records.recorded(rows, "first.authorised_by")
    return Verdict(
        rows,
        rows["authorised_by"].isna() & (named | rows["authorised_on"].isna()),
        cells=("authorisation.authorised_by", "authorisation.authorised_on", "resubmission.submitted"),
        message="{learner} has a resubmission of {assignment} on record that no Lead Internal Verifier authorised.",
    )


@rule("RSB003", "authorisation-not-dated", "error", section=OPPORTUNITIES, needs=(AUTHORISED_BY, AUTHORISED_ON))
def authorisation_not_dated(records: Records) -> Verdict:
    """A resubmission was authorised, and the authorisation bears no date.

    Why: The authorisation must be signed and dated. Without the date nobody can show that it came before the
    learner began.

    Breaks: "Rania Haddad" under "Authorised by (LIV)", and a blank authorisation date.

    Keeps: A date that stands in the same cell as the name. A resubmission that nobody authorised at all is
    another matter (RSB002).

    Remedy: Enter the date from the signed authorisation. Do not enter today's date for an authorisation of
    another day.

    Cannot see: Whether the date is the true one.
    """
    rows = the_resubmissions(records)
    rows = rows[rows["authorised_by"].notna()]
    dated = rows["authorised_by"].astype("str").str.contains(DATE_IN_TEXT, regex=True)
    rows = said_of(records, rows, "authorised_on")
    return Verdict(
        rows,
        rows["authorised_on"].isna() & ~dated,
        cells=("authorisation.authorised_on", "resubmission.authorised_by"),
        message="The resubmission of {assignment} by {learner} was authorised by {authorised_by}, without a date.",
    )


@rule("RSB004", "authorised-by-another", "error", section=OPPORTUNITIES, needs=(AUTHORISED_BY, "programme.lead_iv"))
def authorised_by_another(records: Records) -> Verdict:
    """A resubmission was authorised by somebody who is not the programme's Lead Internal Verifier.

    Why: The guide gives this decision to the Lead Internal Verifier alone, whatever anybody else's part in the
    programme.

    Breaks: Rania Haddad is the Lead Internal Verifier; Priya Nair, an internal verifier, authorised.

    Keeps: The same person with a title, initials or another order of names; one of several Lead Internal
    Verifiers; "LIV" or a signature without a name.

    Remedy: If the programme's details name an earlier Lead Internal Verifier, bring them up to date. If somebody
    else did authorise it, ask the Lead Internal Verifier to look at the case and record the decision.

    Cannot see: Who signed where only "LIV", "Yes" or a first name is recorded.
    """
    rows = the_resubmissions(records)
    named = records.programme.dropna(subset=["lead_iv"]).drop_duplicates(["tracker", "lead_iv"])
    leads = named.groupby("tracker")["lead_iv"].agg(" / ".join)
    rows = rows.assign(lead=rows["tracker"].map(leads))
    rows = rows[rows["lead"].notna() & rows["authorised_by"].notna()]
    return Verdict(
        rows,
        same_people(rows["authorised_by"], rows["lead"]).eq(False),
        cells=("authorisation.authorised_by", "programme.lead_iv"),
        message="The resubmission of {assignment} by {learner} was authorised by {authorised_by}; the Lead Internal "
        "Verifier of the programme is {lead}.",
    )


@rule(
    "RSB005",
    "resubmission-after-missed-deadline",
    "error",
    section=OPPORTUNITIES,
    needs=("first.submitted", "first.deadline|first.extension_deadline|assignments.deadline", ANY_EXTENSION),
)
def resubmission_after_missed_deadline(records: Records) -> Verdict:
    """A resubmission was authorised or made although the first submission missed its deadline.

    Why: A resubmission is only for learners who met the deadline of the assignment or an extension that was
    agreed. Late work is assessed all the same, but the second chance is lost.

    Breaks: Due on 22 September with no extension, submitted on 25 September; a resubmission is on record.

    Keeps: Submitted on the deadline itself, or by the new deadline of an extension that somebody approved.

    Remedy: If an extension was agreed, record it with its new deadline and who approved it. If not, the
    resubmission must not be authorised: withdraw it, and tell your Lead Internal Verifier if it was assessed.

    Cannot see: Extensions that were agreed and not recorded; an agreed one without its new deadline.
    """
    first = with_last_day(records, records.first)[["attempts_row", "last_day", "agreed", "due", "unclear"]]
    rows = resubmissions_after_first(records, "first.submitted")
    rows = rows.merge(first.rename(columns={"attempts_row": "first_row"}), on="first_row")
    perhaps = rows["unclear"] & (rows["first_submitted"] > rows["due"])
    rows = rows[rows["first_submitted"].notna() & (rows["last_day"].notna() | perhaps)]
    rows = rows.assign(limit=rows["agreed"].map({True: "extended deadline", False: "deadline"}))
    return Verdict(
        rows,
        rows["first_submitted"] > rows["last_day"],
        cells=("resubmission.authorised_by", "first.submitted", "first.extension_deadline", "first.deadline",
               "assignments.deadline", "resubmission.submitted"),
        message="{learner} has a resubmission of {assignment}, but first submitted it on {first_submitted}, after "
        "the {limit} of {last_day}.",
        unknown={"attempts.extension_applied": perhaps},
    )  # fmt: skip


@rule(
    "RSB006",
    "resubmission-without-authenticated-submission",
    "error",
    section=OPPORTUNITIES,
    needs=("first.learner_declared|first.learner_declared_on|first.assessor_declared|first.assessor_declared_on",),
)
def resubmission_without_authenticated_submission(records: Records) -> Verdict:
    """A resubmission was authorised or made although the first submission was not authenticated.

    Why: A resubmission may be authorised only when the learner declared the first submission to be their own
    work and the assessor confirmed it.

    Breaks: No declaration by the learner, or no confirmation by the assessor, with the first submission; a
    resubmission is on record.

    Keeps: Both on record, by a signature, a tick or a date.

    Remedy: If the declarations exist, enter them with the first submission. If not, the resubmission must not be
    authorised: tell your Lead Internal Verifier.

    Cannot see: Declarations that were not entered, or were signed later than their date.
    """
    rows = resubmissions_after_first(records)
    lacks = {who: _undeclared(records, rows, who) for who in ("learner", "assessor")}
    kept = {who: _keeps_declarations(records, rows, who) for who in lacks}
    whose = lacks["learner"].map({True: "the learner's declaration", False: "the assessor's confirmation"})
    whose = whose.mask(lacks["learner"] & lacks["assessor"], "the learner's declaration or the assessor's confirmation")
    return Verdict(
        rows.assign(whose=whose),
        lacks["learner"] | lacks["assessor"],
        cells=("resubmission.authorised_by", "first.learner_declared", "first.learner_declared_on",
               "first.assessor_declared", "first.assessor_declared_on", "resubmission.submitted"),
        message="{learner} has a resubmission of {assignment}, but the first submission is on record without {whose} "
        "that it is the learner's own work.",
        unknown={f"attempts.{who}_declared": ~kept[who] for who in kept},
    )  # fmt: skip


@rule(
    "RSB007",
    "improvement-judgement-missing",
    "warning",
    section=OPPORTUNITIES,
    needs=("resubmission.can_improve|first.can_improve",),
)
def improvement_judgement_missing(records: Records) -> Verdict:
    """The assessor's judgement that the learner can improve without further guidance is not on record, or is No.

    Why: The Lead Internal Verifier may authorise a resubmission only where the assessor judges that the learner
    can provide better evidence without help.

    Breaks: "Able to improve without further guidance" is blank: a warning. It says No, and there is a resubmission
    all the same: an error.

    Keeps: Yes, on the record of the resubmission or on that of the first submission.

    Remedy: Ask the assessor for the judgement that was made and enter it. Where it was No, the resubmission must
    not be authorised: tell your Lead Internal Verifier.

    Cannot see: What the judgement rests on.
    """
    rows = said_of(records, the_resubmissions(records), "can_improve")
    refused = rows["can_improve"].eq("no")
    told = refused.map({True: "is recorded as No", False: "is not recorded"})
    return Verdict(
        rows.assign(told=told),
        rows["can_improve"].ne("yes"),
        cells=("authorisation.can_improve",),
        message="{learner} has a resubmission of {assignment}; the assessor's judgement that the learner can improve "
        "without further guidance {told}.",
        severity=refused.map({True: "error", False: "warning"}),
    )


@rule(
    "RSB015",
    "resubmission-targets-achieved",
    "warning",
    section=OPPORTUNITIES,
    needs=("resubmission.targeted", "decisions.outcome"),
)
def resubmission_targets_achieved(records: Records) -> Verdict:
    """A resubmission targets a criterion that the learner had already achieved.

    Why: All criteria of the assignment are open to a resubmission, Merit and Distinction too, but it targets only
    those that were not achieved the first time.

    Breaks: A.P1 was achieved on the first submission; the resubmission targets A.P1 and A.P2.

    Keeps: A resubmission that targets what was not achieved, whatever its band.

    Remedy: Take the criteria that were achieved off the list. Their decisions stand.

    Cannot see: What the learner was asked to do where the resubmission has no list of criteria of its own.
    """
    rows = _decided_first(records, resubmissions_after_first(records))
    rows = rows[rows["targeted"].notna() & ~_nothing_left(records, rows)]
    pairs = records.targets.merge(records.achieved_before, on=["attempts_row", "criterion"])
    again = rows["attempts_row"].map(pairs.groupby("attempts_row", sort=False)["criterion"].agg(tuple))
    return Verdict(
        rows.assign(again=again),
        again.notna(),
        cells=("resubmission.targeted", "decisions.outcome"),
        message="{learner}'s resubmission of {assignment} targets {again}, achieved before it.",
    )


@rule("RSB016", "achieved-criterion-lost", "warning", section=OPPORTUNITIES, needs=("decisions.outcome",))
def achieved_criterion_lost(records: Records) -> Verdict:
    """A criterion that the learner had achieved is recorded as not achieved after the resubmission.

    Why: A resubmission is about what was not achieved. What was achieved on the first submission stays achieved.

    Breaks: A.P1 was achieved on the first submission and stands under "Criteria not achieved" of the
    resubmission.

    Keeps: A criterion that was not achieved on either; an achieved one that the resubmission does not mention.

    Remedy: Correct the entry if it is a slip. If the first decision was wrong, correct it there, with the internal
    verifier's agreement, and tell the learner.

    Cannot see: Which of the two decisions the evidence bears out.
    """
    judged = records.decisions[records.decisions["attempt"].eq("resubmission")]
    judged = judged.drop_duplicates(["attempts_row", "criterion", "outcome"])
    before = records.achieved_before.assign(earlier=True)
    rows = judged.merge(before, on=["attempts_row", "criterion"], how="left")
    return Verdict(
        rows.assign(previous_row=rows["earlier_row"]),
        rows["earlier"].eq(True) & rows["outcome"].eq("not achieved"),
        cells=("decisions.outcome", "previous.achieved"),
        message="{learner} had achieved {criterion} of {assignment}; the resubmission records it as not achieved.",
    )


@rule("RSB018", "resubmission-without-submission", "error", section=OPPORTUNITIES, needs=(RESUBMITTER,))
def resubmission_without_submission(records: Records) -> Verdict:
    """A resubmission is on record, and no first submission.

    Why: A resubmission is a second chance for work that was submitted in time and assessed. Without a first
    submission none of its conditions can be shown.

    Breaks: The only row of a learner for Assignment 1 is a resubmission; or the first one is a row in which
    nothing was handed in.

    Keeps: A first submission under the same learner, unit and assignment.

    Remedy: Enter the first submission. If the work was late but is the learner's first, record it as that.

    Cannot see: First submissions in another workbook. A tracker that holds no first submission at all is taken
    for a log of resubmissions and left alone.
    """
    rows = the_resubmissions(records)
    rows = rows[rows["tracker"].isin(records.first["tracker"].unique())]
    return Verdict(
        rows,
        ~has_first(records, rows),
        cells=("resubmission.submitted", "resubmission.authorised_by", "resubmission.attempt", "first.submitted"),
        message="{learner} has a resubmission of {assignment}, but no first submission of it is on record.",
    )


@rule("RSB019", "authorised-too-late", "error", section=OPPORTUNITIES, needs=(AUTHORISED_ON, "resubmission.submitted"))
def authorised_too_late(records: Records) -> Verdict:
    """The authorisation of a resubmission is dated after the work was resubmitted.

    Why: The Lead Internal Verifier decides first, and the learner then has a deadline to work to. An authorisation
    that comes afterwards was no condition of anything.

    Breaks: Resubmitted on 19 October, authorised on 23 October.

    Keeps: Authorised on the day of the resubmission, or at any time before. Work that was resubmitted before the
    results, and so before anybody could authorise it, is told by resubmission-dates-out-of-order.

    Remedy: Correct the date that is wrong. If it was authorised afterwards, keep the true date, note why, and ask
    your Lead Internal Verifier whether the resubmission can stand.

    Cannot see: Authorisations that were signed late and bear an earlier date.
    """
    rows = records.with_values(the_resubmissions(records), "first.results_received")
    rows = said_of(records, rows, "authorised_on")
    rows = rows[rows["authorised_on"].notna() & rows["submitted"].notna()]
    rows = rows[~(rows["submitted"] < rows["first_results_received"])]
    return Verdict(
        rows,
        rows["authorised_on"] > rows["submitted"],
        cells=("authorisation.authorised_on", "resubmission.submitted"),
        message="The resubmission of {assignment} by {learner} was authorised on {authorised_on}, after it was "
        "submitted on {submitted}.",
    )


@rule(
    "RSB024",
    "resubmission-not-needed",
    "warning",
    section=OPPORTUNITIES,
    needs=("first.targeted|assignments.criteria", "decisions.outcome"),
)
def resubmission_not_needed(records: Records) -> Verdict:
    """A resubmission is on record although the learner had achieved every criterion that was targeted.

    Why: A resubmission targets criteria that were not achieved. Where all are, there is nothing to target.

    Breaks: All criteria of Assignment 1 were achieved on the first submission; a resubmission was authorised.

    Keeps: A resubmission for a Merit or Distinction criterion that was not achieved, with all Pass criteria met.

    Remedy: Check the decisions on the first submission. If they are right, take the resubmission off the record,
    or note what it was for.

    Cannot see: What was targeted where neither the first submission nor the plan lists it.
    """
    rows = _decided_first(records, resubmissions_after_first(records))
    rows = rows[rows["first_row"].isin(records.targets["attempts_row"])]
    return Verdict(
        rows,
        _nothing_left(records, rows),
        cells=("resubmission.targeted", "first.achieved", "decisions.outcome", "resubmission.submitted"),
        message="{learner} has a resubmission of {assignment}, although the first submission had achieved every "
        "criterion that was targeted.",
    )


# ---------------------------------------------------------------------- what the rules share


def _undeclared(records: Records, rows: pd.DataFrame, who: str) -> pd.Series:
    """Return whether the first submission bears neither the signature nor the date of the learner or assessor."""
    signed, dated = (records.value(rows, f"first.{who}_declared{end}") for end in ("", "_on"))
    return signed.ne("yes") & dated.isna() & _keeps_declarations(records, rows, who)


def _keeps_declarations(records: Records, rows: pd.DataFrame, who: str) -> pd.Series:
    """Return whether the tracker has a place for that declaration on the first submission."""
    fields = (f"first.{who}_declared", f"first.{who}_declared_on")
    return records.recorded(rows, fields[0]) | records.recorded(rows, fields[1])


def _decided_first(records: Records, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the resubmissions whose first submission has decisions, with `decisions_row` leading to one of them."""
    decided = records.decisions.drop_duplicates("attempts_row").set_index("attempts_row")["decisions_row"]
    rows = rows.assign(decisions_row=rows["first_row"].map(decided).astype("float64"))
    return rows[rows["decisions_row"].notna()]


def _nothing_left(records: Records, rows: pd.DataFrame) -> pd.Series:
    """Return whether the first submission achieved every criterion that it targeted."""
    won = records.decisions.loc[records.decisions["outcome"].eq("achieved"), ["attempts_row", "criterion"]]
    targets = records.targets[["attempts_row", "criterion"]].merge(
        won.drop_duplicates().assign(won=True), on=["attempts_row", "criterion"], how="left"
    )
    all_won = targets["won"].eq(True).groupby(targets["attempts_row"]).all()
    return rows["first_row"].map(all_won).eq(True)
