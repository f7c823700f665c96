"""Planning internal verification: of briefs before they are handed out, of a sample of decisions before the results
(IVR)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.rule import Verdict, rule

if TYPE_CHECKING:
    from rules.records import Records

PLANNING = "Planning internal verification"
SAMPLING = "Following assessment: giving feedback to learners"
VERIFICATION = "attempts.verified_on|attempts.verifier|verifications.verified_on|verifications.verifier"
VERIFICATION_DATE = "attempts.verified_on|verifications.verified_on"


@rule(
    "IVR001",
    "brief-not-verified",
    "error",
    section=PLANNING,
    needs=("brief.brief_verified_on", "assignments.handed_out|attempts.handed_out"),
)
def brief_not_verified(records: Records) -> Verdict:
    """An assignment brief went to learners before it was internally verified, or without that.

    Why: Internal verification shows that a brief is fit for purpose. A fault that is found after learners have
    begun cannot be put right without disadvantage to them.

    Breaks: Handed out on 11 September with a blank under "Brief IV date", or verified on 12 September.

    Keeps: Verified on the day of the hand-out, or before. A brief that is still to be handed out. Pearson's set
    assignments, whose briefs are not the centre's own.

    Remedy: If the brief was verified in time, enter the date from the signed form. If it was not, have it verified
    now and record that it was handed out before; your Lead Internal Verifier decides what that means for the work.

    Cannot see: Whether the internal verifier's actions were carried out before the hand-out.
    """
    rows = records.sampling.briefs
    rows = rows[
        (rows["handed_out"] <= records.as_of) & ~(records.set_assignments.of(rows) & rows["brief_verified_on"].isna())
    ]
    late = rows["brief_verified_on"] > rows["handed_out"]
    how = ("before its brief was internally verified on " + records.spoken(rows["brief_verified_on"])).where(
        late, "and no internal verification of its brief is on record"
    )
    return Verdict(
        rows.assign(how=how, learner=None),
        late | rows["brief_verified_on"].isna(),
        cells=("brief.brief_verified_on", "attempts.handed_out", "assignments.handed_out"),
        message="{named} was handed out on {handed_out}, {how}.",
    )


@rule(
    "IVR002",
    "schedule-after-start",
    "warning",
    section=PLANNING,
    needs=("programme.iv_scheduled_on", "programme.starts"),
)
def schedule_after_start(records: Records) -> Verdict:
    """The schedule of internal verification is dated after the start of the programme.

    Why: Who verifies what, and when, should be settled before the programme begins, so that no brief and no
    decision escapes it.

    Breaks: The programme started on 4 September; the schedule was agreed on 11 September.

    Keeps: A schedule of the first day or before. Later changes of it, as long as the first date stands.

    Remedy: If an earlier schedule was in force, record its date. If not, check that everything handed out or
    returned since the start was verified in time, and settle next year's schedule before the programme starts.

    Cannot see: What the schedule provides for.
    """
    rows = records.programme.dropna(subset=["iv_scheduled_on", "starts"])
    return Verdict(
        rows,
        rows["iv_scheduled_on"] > rows["starts"],
        cells=("programme.iv_scheduled_on", "programme.starts"),
        message="The internal verification schedule is dated {iv_scheduled_on}, after the start of the programme on "
        "{starts}.",
    )


@rule(
    "IVR003",
    "no-decision-sampled",
    "error",
    section=SAMPLING,
    needs=("attempts.results_received", VERIFICATION),
)
def no_decision_sampled(records: Records) -> Verdict:
    """Learners have their results for an assignment, and none of its decisions was internally verified.

    Why: A sample of the decisions on each assignment is to be verified before work and feedback go back. Without
    one nobody has checked that the assessor applied the criteria rightly.

    Breaks: Results of Assignment 1 given on 28 September, and no internal verifier or date on any of its records.

    Keeps: One verified decision on the assignment is enough here; nobody asks that all learners are in the sample.

    Remedy: If a sample was verified, record who verified which decisions and when. If not, have one verified now,
    and review the other decisions if it shows a fault.

    Cannot see: Whether the sample was large and varied enough. Samples that are recorded elsewhere.
    """
    rows = records.sampling.assignments
    return Verdict(
        rows.assign(learner=None, attempt=None),
        ~rows["sampled"],
        cells=("attempts.verified_on", "attempts.verifier", "attempts.results_received"),
        message="Results of {assignment} were given from {results_received}, and none of its decisions is on record as "
        "internally verified.",
    )


@rule(
    "IVR004",
    "feedback-before-verification",
    "error",
    section=SAMPLING,
    needs=("attempts.results_received", VERIFICATION_DATE),
)
def feedback_before_verification(records: Records) -> Verdict:
    """Results went to learners before the sample of decisions was internally verified.

    Why: The sample is verified before work and feedback are returned, so that a wrong decision is put right before
    a learner relies on it.

    Breaks: Results on 28 September, the decision verified on 2 October. Or: all other learners had their results on
    28 September, and the first decision of the assignment was verified on 2 October.

    Keeps: Verified on the day of the results, or before. A learner who is not in the sample.

    Remedy: Correct the date that is wrong. If results did go out first, record it, tell the learner if
    verification changed the decision, and agree with the assessor that results wait for the sample.

    Cannot see: Results that were told before they were given in writing.
    """
    rows = records.sampling.feedback
    return Verdict(
        rows,
        rows["late"],
        cells=("verifications.verified_on", "attempts.results_received"),
        message="{fact}.",
    )


@rule(
    "IVR005",
    "self-verification",
    "error",
    section=PLANNING,
    needs=(
        "assignments.internal_verifier|verifications.verifier",
        "assignments.assessor|attempts.assessor|verifications.assessor",
    ),
)
def self_verification(records: Records) -> Verdict:
    """Somebody internally verifies their own brief, or their own assessment decision.

    Why: Internal verification is another person's judgement. An assessor may verify colleagues' work, never their
    own.

    Breaks: Sam Whitlock as assessor and "S. Whitlock" as internal verifier of Assignment 1, in the plan or on the
    record of a decision.

    Keeps: Two assessors who verify each other's assignments. The Lead Internal Verifier as internal verifier.

    Remedy: Name another internal verifier in the plan. Have a decision that its assessor verified looked at by
    somebody else, and record that.

    Cannot see: Who verified what where several people share an assignment, or where initials, a role or a surname
    alone may be either of two people's.
    """
    rows = records.sampling.pairs
    return Verdict(
        rows,
        rows["own"].eq(True),
        cells=("verifications.verifier", "assignments.internal_verifier", "attempts.assessor", "assignments.assessor"),
        message="{internal_verifier} is both the assessor and the internal verifier of {what}.",
        unknown={
            "assignments.internal_verifier": rows["own"].isna() & rows["verifications_row"].isna(),
            "verifications.verifier": rows["own"].isna() & rows["verifications_row"].notna(),
        },
    )


@rule(
    "IVR006",
    "assessor-never-sampled",
    "warning",
    section=PLANNING,
    needs=("attempts.results_received", "attempts.assessor|assignments.assessor", VERIFICATION),
)
def assessor_never_sampled(records: Records) -> Verdict:
    """Results that an assessor decided were returned, and none of that assessor's decisions was ever sampled.

    Why: Internal verification shows that all assessors of a programme apply the criteria alike. An assessor who is
    never in a sample may differ from the others unseen.

    Breaks: Elena Costa assessed eight learners; every verified decision of the programme is Sam Whitlock's.

    Keeps: One verified decision of each assessor. A name in another spelling is the same assessor. Where no
    decision on any of the assessor's assignments was verified, no-decision-sampled says so.

    Remedy: Take decisions of this assessor into the next sample, and look at those already returned.

    Cannot see: Samples that are recorded without the learner or the assignment.
    """
    rows = records.sampling.assessors
    return Verdict(
        rows[~(rows["unsampled_assignments"] & ~rows["sampled"])].assign(
            learner=None, unit=None, assignment=None, attempt=None
        ),
        ~rows["sampled"],
        cells=("attempts.assessor", "assignments.assessor", "attempts.verified_on"),
        message="{assessed_by} decided results that learners have had since {results_received}, and none of these "
        "decisions is on record as internally verified.",
    )
