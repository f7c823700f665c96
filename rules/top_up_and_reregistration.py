"""Learners moving onto a larger qualification: top-up and re-registration (TOP)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.rule import Verdict, rule
from rules.wording import says

if TYPE_CHECKING:
    from rules.records import Records

TOP_UP = "Learners moving onto a larger qualification: top-up registration"
REREGISTRATION = "Learners moving onto a larger qualification: re-registration"


@rule(
    "TOP001",
    "retake-of-imported-unit",
    "error",
    section=TOP_UP,
    needs=("unit_results.imported", "attempts.unit"),
)
def retake_of_imported_unit(records: Records) -> Verdict:
    """A learner made a new attempt in an internally assessed unit that a top-up had imported.

    Why: The grades of imported units are final. A top-up gives no second chance in internally assessed units.

    Breaks: Unit 4 imported from the Subsidiary Diploma; a submission for Unit 4 is dated after its certificates came.

    Keeps: A unit that is assessed externally. Attempts from before the smaller qualification was certificated or, where
    the tracker does not say when that was, from before this programme started.

    Remedy: Withdraw the attempt and let the certificated grade stand. If the unit was not imported, correct that.

    Cannot see: When the smaller qualification was certificated, unless the tracker has its certificates; every
    attempt since the start of the programme then counts as new. Units that are assessed externally and not listed
    as such.
    """
    imported = records.unit_results[records.unit_results["imported"].eq("yes")]
    unit = ["tracker", "unit_key"]
    exam = records.units[says(records.units["assessment"], "externally_assessed")]
    exam = exam[unit].drop_duplicates().assign(external=True)
    imported = imported.dropna(subset=["learner_key", "unit_key"]).drop_duplicates(
        ["tracker", "learner_key", "unit_key"]
    )
    imported = imported[["tracker", "learner_key", "unit_key", "unit_results_row"]].merge(exam, on=unit, how="left")
    certificated = (
        records.awards.groupby(["tracker", "learner_key"])["certificates_received"].min().rename("certificated")
    )
    rows = records.attempts.merge(imported, on=["tracker", "learner_key", "unit_key"])
    rows = rows.merge(certificated.reset_index(), on=["tracker", "learner_key"], how="left")
    rows = rows.assign(certificated=rows["certificated"].fillna(records.value(rows, "programme.starts")))
    made_on = rows["submitted"].fillna(rows["assessed"]).fillna(rows["handed_out"])
    begun = rows["made"] | rows["authorised_by"].notna() | rows["handed_out"].notna()
    rows = rows.assign(made_on=made_on)[begun & rows["external"].isna() & ~(made_on > records.as_of)]
    return Verdict(
        rows,
        ~(rows["made_on"] <= rows["certificated"]),
        cells=("attempts.submitted", "attempts.unit", "unit_results.imported"),
        message="{learner} made a new attempt at {assignment} of {unit}, a unit that was imported by a top-up.",
    )


@rule(
    "TOP002",
    "imported-grade-changed",
    "error",
    section=TOP_UP,
    needs=("unit_results.imported", "unit_results.certificated_grade", "unit_results.grade"),
)
def imported_grade_changed(records: Records) -> Verdict:
    """The grade of an imported unit is not the one that was certificated.

    Why: The grades of imported units are final.

    Breaks: Unit 4 imported with the certificated grade P; the tracker has M.

    Keeps: The certificated grade.

    Remedy: Restore the certificated grade.

    Cannot see: Whether the certificated grade is copied correctly from the certificate.
    """
    rows = records.unit_results
    rows = rows[rows["imported"].eq("yes") & rows["certificated_grade"].notna() & rows["grade"].notna()]
    return Verdict(
        rows,
        rows["grade"] != rows["certificated_grade"],
        cells=("unit_results.grade", "unit_results.certificated_grade"),
        message="{unit} was imported for {learner} with the certificated grade {certificated_grade}, and is recorded "
        "as {grade}.",
    )


@rule(
    "TOP003",
    "evidence-reused-after-reregistration",
    "error",
    section=REREGISTRATION,
    needs=(
        "learners.reregistered_on",
        "attempts.submitted|attempts.assessed",
        "attempts.achieved|decisions.outcome|attempts.grade",
    ),
)
def evidence_reused_after_reregistration(records: Records) -> Verdict:
    """A learner who was registered anew is credited with evidence from before the re-registration.

    Why: A new registration asks for entirely new evidence, from assignments of this centre.

    Breaks: Re-registered on 11 September 2023; credited with criteria of an assignment submitted in May 2023.

    Keeps: Evidence submitted on the day of the re-registration or later. Earlier work that earned nothing.

    Remedy: Take the old evidence off the record and assess new evidence.

    Cannot see: Old evidence that was handed in again with a new date.
    """
    rows = records.with_values(records.attempts, "learners.reregistered_on")
    rows = rows[rows["learners_reregistered_on"].notna()]
    won = records.decisions[records.decisions["outcome"].eq("achieved")]
    credited = rows["attempts_row"].isin(won["attempts_row"]) | rows["grade"].isin(["P", "M", "D"])
    when = rows["submitted"].fillna(rows["assessed"])
    lead = (
        records.decisions.sort_values("outcome", kind="stable")
        .drop_duplicates("attempts_row")
        .set_index("attempts_row")["decisions_row"]
    )
    rows = rows.assign(when=when, decisions_row=rows["attempts_row"].map(lead).astype("float64"))
    return Verdict(
        rows[when.notna()],
        credited & (when < rows["learners_reregistered_on"]),
        cells=("attempts.submitted", "attempts.assessed", "learners.reregistered_on"),
        message="{learner} was re-registered on {learners_reregistered_on}, and is credited with {assignment}, which "
        "dates from {when}.",
    )
