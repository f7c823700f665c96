"""Procedure for resubmission of evidence: deadlines, declarations and results, within the same term and year (RSB)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.resubmissions import (
    before_retake,
    differs_in_year,
    every_resubmission,
    in_another_year,
    original_day,
    resubmissions_after_first,
    the_resubmissions,
    windows,
    with_last_day,
)
from rules.rule import Verdict, rule

if TYPE_CHECKING:
    import pandas as pd

    from rules.records import Records

PROCEDURE = "Procedure for resubmission of evidence: forms and deadlines"
VERIFICATION = "Procedure for resubmission of evidence: Standards Verification"


@rule("RSB008", "resubmission-deadline-missing", "error", section=PROCEDURE, needs=("resubmission.deadline",))
def resubmission_deadline_missing(records: Records) -> Verdict:
    """A resubmission was authorised or made, and no deadline is recorded for it.

    Why: The authorisation states the deadline, and it must lie within 15 working days of the results. Without it
    neither can be shown.

    Breaks: Authorised on 28 September; the deadline of the resubmission is blank.

    Keeps: A deadline with the resubmission. The date that the plan has for resubmissions is not one that this
    learner was given.

    Remedy: Enter the deadline from the signed authorisation. Do not work one out afterwards.

    Cannot see: Deadlines that were given and not entered.
    """
    rows = the_resubmissions(records)
    return Verdict(
        rows,
        rows["deadline"].isna() & rows["extension_deadline"].isna(),
        cells=("resubmission.deadline", "resubmission.authorised_by", "resubmission.submitted"),
        message="{learner}'s resubmission of {assignment} has no deadline on record.",
    )


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
    no working day, and a part-time learner's days are study days. A resubmission after a retake or re-sit, which
    answers other results, is told by attempt-after-retake.

    Remedy: Bring the deadline forward to working day 15 at the latest. If the learner already worked to the later
    date, record what happened and ask your Lead Internal Verifier whether the resubmission can stand.

    Cannot see: Holidays that neither the tracker nor a calendar tells.
    """
    rows = windows(records)
    start = (rows["tracker"], rows["first_results_received"])
    limit = records.limit(rows, "resubmission_working_days")
    rows = rows.assign(
        limit=limit,
        latest=records.calendars.nth_working_day(*start, limit, rows["study_days"]),
        basis=_basis(records, rows),
    )
    return Verdict(
        rows,
        rows["day"] > rows["limit"],
        cells=("resubmission.deadline", "first.results_received"),
        message="{learner} received the results of {assignment} on {first_results_received}; the resubmission "
        "deadline {deadline} is working day {day}, and {limit} are allowed. {basis}",
        remedy="Set the deadline no later than {latest}. If the learner already worked to {deadline}, record what "
        "happened and ask your Lead Internal Verifier whether the resubmission can stand.",
    )


@rule(
    "RSB010",
    "resubmission-over-holiday",
    "error",
    section=PROCEDURE,
    needs=("resubmission.deadline", "first.results_received", "terms.starts"),
)
def resubmission_over_holiday(records: Records) -> Verdict:
    """The time for a resubmission, from the results to the deadline, touches a holiday period or leaves term time.

    Why: The 15 working days lie within term and must not fall over a holiday period: learners would have more
    time than the guide gives, and no access to the centre.

    Breaks: Results on 11 December, deadline on 12 January, with the winter break in between.

    Keeps: A window that ends on the last day of term; a single public holiday inside it.

    Remedy: Move the deadline to before the holiday. If that leaves the learner too little time, return results
    earlier in the term; a window that is over cannot be mended: record what happened and tell your Lead Internal
    Verifier.

    Cannot see: Holidays that are not among the term dates. Another academic year is another matter (RSB011).
    """
    rows = windows(records)
    rows = rows[rows["day"] >= 0]
    holiday = records.calendars.holiday_period(rows["tracker"], rows["first_results_received"], rows["deadline"])
    out_of_term = records.calendars.in_term(rows["tracker"], rows["deadline"]).eq(False).fillna(False)
    rows = rows.assign(holiday=holiday.fillna("days that are not in term"))
    return Verdict(
        rows,
        (holiday.notna() | out_of_term) & ~in_another_year(records, rows),
        cells=("resubmission.deadline", "first.results_received"),
        message="{learner}'s time for the resubmission of {assignment}, from {first_results_received} to {deadline}, "
        "touches {holiday}.",
    )


@rule(
    "RSB011",
    "resubmission-in-another-year",
    "error",
    section=PROCEDURE,
    needs=("resubmission.deadline|resubmission.submitted", "first.submitted|first.deadline|assignments.deadline"),
)
def resubmissionin_another_year(records: Records) -> Verdict:
    """A resubmission is due, or was made, in another academic year than the first submission.

    Why: The resubmission belongs to the academic year of the original submission.

    Breaks: First submitted in June 2023, the resubmission due on 15 September 2023.

    Keeps: Both in one academic year, at a centre whose year runs from January to December too, where the calendar
    or the country tells so.

    Remedy: Correct the date if it is a slip. A resubmission that was left to the next year is not available any
    more: tell your Lead Internal Verifier.

    Cannot see: Where the academic year begins if neither term dates nor the country are known: it is then taken
    to begin in September, or in August.
    """
    rows = before_retake(records, resubmissions_after_first(records))
    rows = rows.assign(original=original_day(records, rows))
    rows = rows[rows["original"].notna() & rows[["deadline", "submitted"]].notna().any(axis=1)]
    due = differs_in_year(records, rows, rows["deadline"])
    rows = rows.assign(
        told=due.map({True: "is due on", False: "was made on"}), when=rows["deadline"].where(due, rows["submitted"])
    )
    return Verdict(
        rows,
        in_another_year(records, rows),
        cells=("resubmission.deadline", "resubmission.submitted", "first.submitted", "first.deadline"),
        message="The first submission of {assignment} by {learner} is of {original}; the resubmission {told} {when}, "
        "in another academic year.",
    )


@rule(
    "RSB012",
    "resubmission-submitted-late",
    "error",
    section=PROCEDURE,
    needs=("resubmission.submitted", "resubmission.deadline|resubmission.extension_deadline"),
)
def resubmission_submitted_late(records: Records) -> Verdict:
    """A resubmission was submitted after its deadline.

    Why: The deadline is part of the authorisation. There is no third chance for the same assignment, so late work
    cannot be taken for a resubmission.

    Breaks: Due on 19 October, resubmitted on 20 October.

    Keeps: Resubmitted on the deadline itself, or by the new deadline of an extension that somebody approved.

    Remedy: Correct the date that is wrong. If an extension was agreed, record it with who approved it. If the work
    was late, tell your Lead Internal Verifier, who decides whether its decisions can stand.

    Cannot see: The time of day; extensions that were not recorded.
    """
    rows = records.with_values(every_resubmission(records), "first.results_received")
    rows = with_last_day(records, rows)
    due = rows["last_day"]
    rows = rows[rows["submitted"].notna() & due.notna() & ~(due < rows["first_results_received"])]
    return Verdict(
        rows,
        rows["submitted"] > rows["last_day"],
        cells=("resubmission.submitted", "resubmission.extension_deadline", "resubmission.deadline"),
        message="{learner} resubmitted {assignment} on {submitted}, after the deadline {last_day}.",
    )


@rule(
    "RSB013",
    "resubmission-declaration-missing",
    "error",
    section=VERIFICATION,
    needs=("resubmission.learner_declared|resubmission.learner_declared_on",),
)
def resubmission_declaration_missing(records: Records) -> Verdict:
    """A resubmission came without the learner's declaration of authenticity.

    Why: Resubmitted evidence is new evidence: it needs a signed and dated declaration of its own, which a
    Standards Verifier asks for.

    Breaks: Resubmitted on 19 October; "Declaration signed" says No or is blank, and no date is given.

    Keeps: A declaration recorded with a tick, a signature or a date; a resubmission that has not come in yet.
    One that is signed but not dated is incomplete, not missing (SUB003).

    Remedy: If the learner signed a declaration, record it with its date. If not, get it signed with today's date,
    never an earlier one, and note why.

    Cannot see: Declarations that exist on paper and were not entered.
    """
    rows = every_resubmission(records)
    rows = rows[rows["came_in"]]
    return Verdict(
        rows,
        rows["learner_declared"].ne("yes") & rows["learner_declared_on"].isna(),
        cells=("resubmission.learner_declared", "resubmission.learner_declared_on"),
        message="No declaration of authenticity by {learner} is recorded with the resubmission of {assignment}.",
    )


@rule(
    "RSB014",
    "resubmission-not-authenticated",
    "error",
    section=VERIFICATION,
    needs=("resubmission.assessor_declared|resubmission.assessor_declared_on",),
)
def resubmission_not_authenticated(records: Records) -> Verdict:
    """A resubmission was assessed without the assessor's confirmation that the evidence is authentic.

    Why: Standards Verifiers ask for the assessor's confirmation of the resubmitted evidence, as for the first.

    Breaks: The resubmission was assessed on 20 October; "Assessor declaration" says No, or is blank and no date
    is given.

    Keeps: A resubmission that is not assessed yet; a confirmation that is recorded by its date alone.

    Remedy: If the assessor signed the record of the resubmission, enter it here. If not, the assessor must look at
    the evidence again and confirm it with the day on which they do so.

    Cannot see: Confirmations on assessment records that were not entered.
    """
    rows = every_resubmission(records)
    rows = rows[rows["came_in"] & rows["assessed_made"] & ~(rows["assessed"] > records.as_of)]
    return Verdict(
        rows,
        rows["assessor_declared"].eq("no") | (rows["assessor_declared"].isna() & rows["assessor_declared_on"].isna()),
        cells=("resubmission.assessor_declared", "resubmission.assessor_declared_on"),
        message="{learner}'s resubmission of {assignment} was assessed, and no confirmation by the assessor that the "
        "evidence is authentic is recorded.",
    )


@rule(
    "RSB017",
    "guidance-before-resubmission",
    "error",
    section=PROCEDURE,
    needs=("resubmission.guidance_given_on|first.guidance_given_on", "first.results_received"),
)
def guidance_before_resubmission(records: Records) -> Verdict:
    """Further guidance is recorded between the results and the resubmission.

    Why: The learner undertakes a resubmission without further guidance; the feedback on the first submission is
    all that there is.

    Breaks: Results on 28 September, guidance on 9 October, resubmitted on 19 October.

    Keeps: Feedback on the day of the results; guidance before the first submission, or after the resubmission.

    Remedy: If the entry is about something else, such as general teaching, correct it. If the learner was helped
    with this evidence, tell your Lead Internal Verifier: the resubmission does not meet its conditions.

    Cannot see: What the guidance was about.
    """
    rows = resubmissions_after_first(records, "first.guidance_given_on", "first.results_received")
    rows = rows[rows["first_results_received"].notna()]
    guided = {name: _between(rows, rows[name]) for name in ("guidance_given_on", "first_guidance_given_on")}
    own = guided["guidance_given_on"]
    rows = rows.assign(
        guided_on=rows["guidance_given_on"].where(own, rows["first_guidance_given_on"]),
        authorisation_row=rows["attempts_row"].astype("float64").where(own, rows["first_row"]),
    )
    return Verdict(
        rows,
        own | guided["first_guidance_given_on"],
        cells=("authorisation.guidance_given_on", "first.results_received", "resubmission.submitted"),
        message="{learner} was given further guidance on {guided_on}, after the results of {assignment} on "
        "{first_results_received} and before the resubmission.",
    )


@rule(
    "RSB020",
    "results-held-back",
    "error",
    section=PROCEDURE,
    needs=("attempts.results_received", "attempts.assessed"),
)
def results_held_back(records: Records) -> Verdict:
    """Results of work that was assessed in one term reached the learner in a later term.

    Why: Feedback reaches learners close to the assessment. Results that are kept until the next term, or until
    just before a week for resubmissions, take away the learner's time to use them.

    Breaks: Assessed on 15 November, results given on 9 January. Where no term dates are known: results more than
    20 working days after the assessment, as a warning.

    Keeps: Results after a half-term break, since both halves are one term; work that was assessed during a holiday
    and returned when term began; working day 20 itself.

    Remedy: Correct the date that is wrong. If the results were kept back, note why, and see to it that results go
    out close to the assessment.

    Cannot see: Results that were given by word of mouth before their date. How many days are too many where no
    terms are known is advice, not a rule of the guide.
    """
    rows = records.attempts[records.attempts[["assessed", "results_received"]].notna().all(axis=1)]
    limit = records.limit(rows, "results_held_back_working_days")
    rows = rows.assign(limit=limit, days=_working_days(records, rows, "assessed", "results_received"))
    then, later = (records.calendars.term(rows["tracker"], rows[day]) for day in ("assessed", "results_received"))
    reach = [records.calendars.in_term(rows["tracker"], rows[day]).notna() for day in ("assessed", "results_received")]
    termed = reach[0] & reach[1] & records.calendars.knows_terms(rows["tracker"])
    held = then.notna() & later.notna() & then.ne(later).fillna(False) & (rows["days"] > 0)
    names = [term.astype("str").str.replace(r" [0-9]{4}\Z", "", regex=True) for term in (then, later)]
    in_terms = "in one term (" + names[0] + "), and the results came in a later one (" + names[1] + ")"
    in_days = "and the results came " + rows["days"].astype("str") + " working days later, where "
    in_days += limit.astype("str") + " are enough"
    return Verdict(
        rows.assign(told=in_terms.where(termed, in_days)),
        held.where(termed, rows["days"] > limit),
        cells=("attempts.results_received", "attempts.assessed"),
        message="{learner}'s work for {assignment} was assessed on {assessed} and the results were given on "
        "{results_received}: it was assessed {told}.",
        severity=termed.map({True: "error", False: "warning"}),
    )


@rule(
    "RSB021",
    "resubmission-windows-unequal",
    "warning",
    section=PROCEDURE,
    needs=("resubmission.deadline", "first.results_received"),
)
def resubmission_windows_unequal(records: Records) -> Verdict:
    """Learners of one group had different numbers of working days to resubmit the same assignment.

    Why: The procedure is applied consistently to all learners, and nobody is to have an advantage by more time.

    Breaks: Most of the group had 15 working days for Assignment 1, one learner had 10.

    Keeps: The same number of days on other dates; part-time learners, whose days are study days. A window that is
    too long is told of by RSB009 alone.

    Remedy: Give everybody the same number of working days from their results. Where a difference was agreed, note
    the reason.

    Cannot see: Reasons that are not recorded. Where as many learners had the one as the other, the longer window
    is named.
    """
    rows = windows(records)
    part_time = rows["learners_study_days"].notna()
    rows = rows[(rows["day"] >= 0) & (rows["day"] <= records.limit(rows, "resubmission_working_days")) & ~part_time]
    group = ["tracker", "group_key", "unit_key", "base_key"]
    rows = rows.assign(alike=rows.groupby([*group, "day"])["day"].transform("size"))
    together = rows.groupby(group)
    most = rows["alike"].eq(together["alike"].transform("max"))
    usual = rows["day"].where(most).astype("float64")
    rows = rows.assign(usual=usual.groupby([rows[key] for key in group]).transform("min"), basis=_basis(records, rows))
    rows = rows[together["day"].transform("size") > 1]
    return Verdict(
        rows,
        rows["day"].ne(rows["usual"]),
        cells=("resubmission.deadline", "first.results_received"),
        message="{learner} had {day} working days to resubmit {assignment}, others of the group {usual}. {basis}",
    )


@rule("RSB022", "results-date-missing", "error", section=PROCEDURE, needs=("first.results_received",))
def results_date_missing(records: Records) -> Verdict:
    """A resubmission is on record, and no date on which the learner received the results.

    Why: The 15 working days begin with the day after the results reached the learner. Without that day nobody can
    show that the deadline was right.

    Breaks: The resubmission is due on 19 October; the date of the results of the first submission is blank.

    Keeps: The date of the results on the record of the first submission.

    Remedy: Enter the date on which the learner received the results, from the assessment record or the e-mail with
    which they were sent.

    Cannot see: Whether the date is the true one.
    """
    rows = resubmissions_after_first(records, "first.results_received")
    return Verdict(
        rows,
        rows["first_results_received"].isna(),
        cells=("first.results_received", "resubmission.deadline", "resubmission.submitted"),
        message="{learner} has a resubmission of {assignment}, and the date on which the results of the first "
        "submission were received is not recorded.",
    )


@rule(
    "RSB023",
    "resubmission-dates-out-of-order",
    "error",
    section=PROCEDURE,
    needs=("resubmission.deadline|resubmission.submitted", "first.results_received"),
)
def resubmission_dates_out_of_order(records: Records) -> Verdict:
    """The deadline of a resubmission, or the resubmission itself, is before the learner received the results.

    Why: A resubmission answers results. One that comes before them is under a wrong date, or is no resubmission.

    Breaks: Results on 28 September, the resubmission submitted on 25 September.

    Keeps: Resubmitted on the day of the results, or after.

    Remedy: Correct the date that is wrong. If the learner did hand in twice before the results, only the first
    submission counts: ask your Lead Internal Verifier.

    Cannot see: Which of the dates is the wrong one.
    """
    rows = resubmissions_after_first(records, "first.results_received")
    rows = rows[rows["first_results_received"].notna() & rows[["deadline", "submitted"]].notna().any(axis=1)]
    due = rows["deadline"] < rows["first_results_received"]
    rows = rows.assign(
        told=due.map({True: "was due on", False: "was submitted on"}),
        when=rows["deadline"].where(due, rows["submitted"]),
    )
    return Verdict(
        rows,
        due | (rows["submitted"] < rows["first_results_received"]),
        cells=("first.results_received", "resubmission.submitted", "resubmission.deadline"),
        message="{learner}'s resubmission of {assignment} {told} {when}, before the results of the first submission "
        "were received on {first_results_received}.",
    )


# ---------------------------------------------------------------------- what the rules share


def _working_days(
    records: Records, rows: pd.DataFrame, since: str, until: str, study_days: pd.Series | None = None
) -> pd.Series:
    return records.calendars.working_days(rows["tracker"], rows[since], rows[until], study_days)


def _basis(records: Records, rows: pd.DataFrame) -> pd.Series:
    """Return the sentence that says what working days were counted with."""
    return rows["tracker"].map({number: records.calendars.basis(number) for number in rows["tracker"].unique()})


def _between(rows: pd.DataFrame, day: pd.Series) -> pd.Series:
    """Return whether a day lies after the results and before the resubmission came in, if it did."""
    return (day > rows["first_results_received"]) & ~(day >= rows["submitted"])
