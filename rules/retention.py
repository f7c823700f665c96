"""Retention of learner evidence and assessment records (RTN)."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from rules.rule import Verdict, rule
from rules.wording import says

if TYPE_CHECKING:
    import pandas as pd

    from rules.records import Records

SECTION = "Retention of learner evidence and assessment records"
KEPT = {
    "briefs_kept": "the assignment briefs",
    "assessment_records_kept": "the assessment records",
    "verification_kept": "the internal verification documents",
    "tracking_kept": "the tracking of criteria",
}
"""What is kept for three years after certification, by the field that says whether it is."""


@rule(
    "RTN001",
    "evidence-disposed-early",
    "error",
    section=SECTION,
    needs=("awards.evidence_disposed_on", "awards.certificates_received"),
)
def evidence_disposed_early(records: Records) -> Verdict:
    """A learner's evidence was disposed of or returned before 12 weeks had passed since the certificates came.

    Why: Original evidence stays at the centre for 12 weeks after the centre has received the certificates.

    Breaks: Certificates received on 21 August, evidence returned on 12 November.

    Keeps: Returned 12 weeks after, on 13 November, or later.

    Remedy: Correct the date if it is a slip. If the evidence is gone, tell your Lead Internal Verifier, and keep
    the evidence of the others for the full time.

    Cannot see: Evidence that is kept as photographs or videos after the original was returned.
    """
    rows = _disposed(records, "evidence_disposed_on")
    rows = rows[rows["certificates_received"].notna() & ~rows["topping_up"]]
    until = rows["certificates_received"] + _weeks(records, rows)
    return Verdict(
        rows.assign(until=until),
        rows["evidence_disposed_on"] < until,
        cells=("awards.evidence_disposed_on", "awards.certificates_received"),
        message="The evidence of {learner} was disposed of or returned on {evidence_disposed_on}; the certificates "
        "came on {certificates_received}, so it was to be kept until {until}.",
    )


@rule(
    "RTN002",
    "records-disposed-early",
    "error",
    section=SECTION,
    needs=("awards.records_disposed_on", "awards.certificates_received"),
)
def records_disposed_early(records: Records) -> Verdict:
    """Assessment records were disposed of before three years had passed since certification.

    Why: Briefs, assessment records, internal verification documents and the tracking of criteria are kept for at
    least three years after certification, for audits and appeals.

    Breaks: Certificated on 21 August 2020, records destroyed on 20 August 2023.

    Keeps: Destroyed on 21 August 2023 or later.

    Remedy: Correct the date if it is a slip. If the records are gone, tell your Lead Internal Verifier, and
    secure what is left, such as the tracker itself.

    Cannot see: Copies that are kept elsewhere.
    """
    rows = _disposed(records, "records_disposed_on")
    rows = rows[rows["certificates_received"].notna()]
    until = _years_later(rows["certificates_received"], records.limit(rows, "records_retention_years"))
    return Verdict(
        rows.assign(until=until),
        rows["records_disposed_on"] < until,
        cells=("awards.records_disposed_on", "awards.certificates_received"),
        message="The assessment records of {learner} were disposed of on {records_disposed_on}; certificated on "
        "{certificates_received}, they were to be kept until {until}.",
    )


@rule(
    "RTN003",
    "certificates-date-missing",
    "warning",
    section=SECTION,
    needs=("awards.evidence_disposed_on", "awards.certificates_received"),
)
def certificates_date_missing(records: Records) -> Verdict:
    """Evidence was disposed of or returned, and there is no date on which the certificates came.

    Why: The 12 weeks begin when the centre receives the certificates. Without that date nobody can show that the
    evidence was kept long enough.

    Breaks: Evidence returned on 13 November; "Certificates received" is blank.

    Keeps: Both dates recorded. Evidence that is still kept.

    Remedy: Enter the date on which the certificates reached the centre.

    Cannot see: Certificates that came and were not entered.
    """
    rows = _disposed(records, "evidence_disposed_on")
    return Verdict(
        rows,
        rows["certificates_received"].isna() & ~_gone_before_largest(rows),
        cells=("awards.certificates_received", "awards.evidence_disposed_on"),
        message="The evidence of {learner} was disposed of or returned on {evidence_disposed_on}, and no date says "
        "when the certificates came.",
    )


@rule(
    "RTN004",
    "top-up-evidence-disposed-early",
    "error",
    section=SECTION,
    needs=("awards.evidence_disposed_on", "awards.certificates_received", "awards.top_up|learners.top_up"),
)
def top_up_evidence_disposed_early(records: Records) -> Verdict:
    """A top-up learner's evidence was disposed of before 12 weeks had passed since the certificates of the largest
    qualification came.

    Why: A learner who tops up takes the units along. Their evidence is kept until 12 weeks after the certificates
    of the largest qualification that the learner takes.

    Breaks: Certificates of the Subsidiary Diploma in August 2022 and of the Diploma in August 2023; evidence
    returned in December 2022.

    Keeps: Returned 12 weeks after the Diploma's certificates came.

    Remedy: Correct the date if it is a slip. If the evidence is gone, tell your Lead Internal Verifier, and keep
    what is left until 12 weeks after the last certificates.

    Cannot see: Top-ups that the tracker does not mark as such.
    """
    rows = _disposed(records, "evidence_disposed_on")
    rows = rows[rows["topping_up"]]
    certificates = rows["largest_received"]
    until = certificates + _weeks(records, rows)
    gone = _gone_before_largest(rows)
    came = "the certificates of the largest qualification came on " + records.spoken(certificates)
    why = came.where(certificates.notna() & ~gone, "no certificates of the largest qualification are on record")
    return Verdict(
        rows.assign(why=why)[certificates.notna() | gone],
        (rows["evidence_disposed_on"] < until) | gone,
        cells=("awards.evidence_disposed_on", "awards.certificates_received", "learners.top_up"),
        message="The evidence of {learner}, who is topping up, was disposed of or returned on "
        "{evidence_disposed_on}; {why}.",
    )


@rule(
    "RTN005",
    "evidence-with-learner",
    "warning",
    section=SECTION,
    needs=("awards.evidence_location", "awards.certificates_received|awards.on_programme|programme.ends"),
)
def evidence_with_learner(records: Records) -> Verdict:
    """The evidence of a learner who is still on the programme is kept by the learner.

    Why: Evidence that learners keep gets lost. Until the programme is over it belongs at the centre, where
    standards verification may ask for it; a secure electronic archive will do.

    Breaks: Evidence location "With learner"; no certificates yet.

    Keeps: A locked cupboard, the VLE, "Learner folder on the server". Work returned after certification.

    Remedy: Collect the evidence, or a copy that shows all of it, and record where the centre keeps it.

    Cannot see: Learners who left without a certificate, unless the tracker says so.
    """
    rows = records.with_values(records.awards, "programme.ends")
    rows = rows[rows["evidence_location"].notna()]
    ended = (rows["certificates_received"] <= records.as_of) | (rows["programme_ends"] <= records.as_of)
    still = rows["on_programme"].eq("yes") | (
        rows["on_programme"].isna() & ~ended & rows["evidence_disposed_on"].isna()
    )
    return Verdict(
        rows[still],
        says(rows["evidence_location"], "kept_by_learner"),
        cells=("awards.evidence_location", "awards.certificates_received"),
        message="{learner} is still on the programme, and the evidence is kept by the learner ({evidence_location}).",
    )


@rule(
    "RTN006",
    "records-incomplete",
    "warning",
    section=SECTION,
    needs=("awards.certificates_received", "|".join(f"awards.{name}" for name in KEPT)),
)
def records_incomplete(records: Records) -> Verdict:
    """After certification, a record that has to be kept is marked as not kept.

    Why: Briefs, assessment records, internal verification documents and the tracking of criteria are kept for at
    least three years after certification.

    Breaks: Certificated in August; "IV records kept" says No.

    Keeps: All of them kept; records that were disposed of when the three years were over.

    Remedy: Find the record, or a copy, and store it with the others. If it is lost, note that and tell your Lead
    Internal Verifier.

    Cannot see: Whether the records that are marked as kept are complete.
    """
    rows = records.awards
    over = _years_later(rows["certificates_received"], records.limit(rows, "records_retention_years")) <= records.as_of
    rows = rows[(rows["certificates_received"] <= records.as_of) & ~over & rows["records_disposed_on"].isna()]
    lost = {name: rows[name].eq("no") for name in KEPT}
    told = reduce(
        add, (lost[name].map({True: f"{label} and ", False: ""}).astype(object) for name, label in KEPT.items())
    )
    first = told.where(told.isna())
    for name in reversed(KEPT):
        first = first.mask(lost[name], name)
    return Verdict(
        rows.assign(told=told.str.removesuffix(" and "), first=first),
        first.notna(),
        cells=("awards.{first}", *(f"awards.{name}" for name in KEPT), "awards.certificates_received"),
        message="{learner} was certificated on {certificates_received}, and {told} are marked as not kept.",
    )


# ---------------------------------------------------------------------- what the rules share


def _disposed(records: Records, field: str) -> pd.DataFrame:
    """Return the awards whose evidence or records (`field`) were disposed of by the as-of date, with `topping_up` and,
    for top-up learners, the largest of their qualifications: `largest` says that it is this row's, `largest_glh`
    its hours and `largest_received` when its certificates came."""
    rows = records.with_values(records.awards, "learners.top_up", "programme.size", "programme.qualification")
    learner = ["tracker", "learner_key"]
    marked = rows["top_up"].eq("yes") | rows["learners_top_up"].eq("yes")
    rows = rows.assign(topping_up=marked.groupby([rows[key] for key in learner]).transform("any").eq(True))
    rows = rows.assign(
        glh=_hours(records, rows, "size", "qualification"),
        programme_glh=_hours(records, rows, "programme_size", "programme_qualification"),
    )
    ordered = rows.sort_values(["glh", "certificates_received"], na_position="first", kind="stable")
    largest = ordered.drop_duplicates(learner, keep="last").set_index(learner)
    at = rows.set_index(learner).index
    rows = rows.assign(
        largest_received=largest["certificates_received"].reindex(at).to_numpy(),
        largest_glh=largest["glh"].reindex(at).to_numpy(),
    )
    return rows[rows[field] <= records.as_of]


def _hours(records: Records, rows: pd.DataFrame, *fields: str) -> pd.Series:
    """Return the size, in guided learning hours, that the first telling one of `fields` names."""
    import pandas as pd  # noqa: PLC0415 - only where there are records to judge

    structures = records.structures
    told = zip(rows["tracker"], *(rows[name] for name in fields), strict=True)
    sizes = [
        structure.size_named(*texts) if (structure := structures.get(tracker)) else None for tracker, *texts in told
    ]
    return pd.Series([size.glh if size else None for size in sizes], rows.index, dtype="float64")


def _gone_before_largest(rows: pd.DataFrame) -> pd.Series:
    """Return whether the evidence of a top-up learner went while the largest qualification was still to come: its
    certificates are not on record, though it is known to be larger than the one in this row."""
    awaited = rows["largest_received"].isna() & (rows["largest_glh"] > rows["glh"])
    return rows["topping_up"] & (awaited | (rows["programme_glh"] > rows["largest_glh"]))


def _weeks(records: Records, rows: pd.DataFrame) -> pd.Series:
    days = 7 * records.limit(rows, "evidence_retention_weeks").astype("float64")
    return (days * 86400).astype("timedelta64[s]")


def _years_later(days: pd.Series, years: pd.Series) -> pd.Series:
    """Return the same day some years later; 1 March where that year has no 29 February."""
    import pandas as pd  # noqa: PLC0415 - only where there are records to judge

    parts = pd.DataFrame({"year": days.dt.year + years, "month": days.dt.month, "day": 1})
    first = pd.to_datetime(parts.dropna(), errors="coerce").reindex(days.index)
    later: pd.Series = first + (days.dt.day.sub(1).astype("float64") * 86400).astype("timedelta64[s]")
    return later
