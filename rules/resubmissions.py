"""Which resubmissions there are, and what the tracker says of their authorisation, as its sections need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.extensions import with_extensions
from rules.people import refused
from rules.rule import STORY, once

if TYPE_CHECKING:
    import pandas as pd

    from rules.records import Records

SAME_RECORD = [
    "handed_out", "deadline", "submitted", "assessed", "achieved", "not_achieved", "grade", "authorised_on",
]  # fmt: skip
"""Two rows that agree in all of these are one resubmission, written twice."""


@once
def every_resubmission(records: Records) -> pd.DataFrame:
    """Return the resubmissions that were authorised or made by the as-of date, numbered from 1 by `nth`.

    A row that was prepared and never used is none, nor is one that the Lead Internal Verifier refused. What
    the record of the first submission says of the authorisation counts too. `came_in` says that evidence came.
    """
    rows = records.resubmissions.dropna(subset=STORY)
    rows = said_of(records, rows, "authorised_by").assign(came_in=_came_in(records, rows))
    rows = rows.assign(authorised_on=said_of(records, rows, "authorised_on")["authorised_on"])
    no = refused(rows["authorised_by"])
    named = rows["authorised_by"].notna() | rows["authorised_on"].notna()
    first_submitted = records.value(rows, "first.submitted")
    begun = (rows["handed_out"] > first_submitted) & (rows["handed_out"] <= records.as_of)
    rows = rows[rows["came_in"] | ((named | begun) & ~no)]
    rows = rows.sort_values([*STORY, "nth"], kind="stable").drop_duplicates([*STORY, *SAME_RECORD])
    return rows.assign(
        authorised_by=rows["authorised_by"].mask(no),
        nth=rows.groupby(STORY).cumcount() + 1,
        resubmission_row=rows["attempts_row"].astype("float64"),
    )


@once
def the_resubmissions(records: Records) -> pd.DataFrame:
    """Return the first resubmission of each learner for each assignment, the only one that there may be."""
    rows = every_resubmission(records)
    return rows[rows["nth"] == 1]


def resubmissions_after_first(records: Records, *fields: str) -> pd.DataFrame:
    """Return those of `the_resubmissions` that have a first submission on record, with a column for each field."""
    rows = the_resubmissions(records)
    return records.with_values(rows[has_first(records, rows)], *fields)


def before_retake(records: Records, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the resubmissions that answer the results of the first submission: what follows a retake or re-sit does
    not, and RTK016 speaks of it."""
    return rows[~rows["attempts_row"].map(records.after_retake).eq(True)]


def has_first(records: Records, rows: pd.DataFrame) -> pd.Series:
    """Return whether a first submission is on record for each resubmission: a row with nothing in it is none,
    where the tracker has a place for the date of submission."""
    first = records.first
    told = first["made"] | first[["results_received", "learner_declared_on"]].notna().any(axis=1)
    told |= first["learner_declared"].eq("yes") | ~records.recorded(first, "attempts.submitted")
    return rows["first_row"].isin(first.loc[told, "attempts_row"])


def with_last_day(records: Records, attempts: pd.DataFrame) -> pd.DataFrame:
    """Return attempts with `last_day`, the last on which they were in time: the deadline, or that of an extension
    that somebody approved; missing where that cannot be told. `agreed` says that there is such an extension."""
    rows = with_extensions(records, attempts)
    until = rows["extension_deadline"]
    last = rows["due"].where(~rows["agreed"] | (rows["due"] > until), until)
    return rows.assign(last_day=last.mask(rows["unclear"]))


def windows(records: Records) -> pd.DataFrame:
    """Return the resubmissions that have a deadline and results to count from: `day` is the working day on which
    the deadline falls, study days for those who study part time."""
    rows = before_retake(records, resubmissions_after_first(records, "first.results_received", "learners.study_days"))
    rows = rows[rows["first_results_received"].notna() & rows["deadline"].notna()]
    rows = rows.assign(study_days=records.study_days(rows))
    results, deadline = rows["first_results_received"], rows["deadline"]
    return rows.assign(day=records.calendars.working_days(rows["tracker"], results, deadline, rows["study_days"]))


def said_of(records: Records, rows: pd.DataFrame, field: str) -> pd.DataFrame:
    """Return resubmissions with what is said of `field` by their own record or by that of the first submission,
    on which many trackers note the authorisation; `authorisation_row` leads to the one that says it."""
    own, first = records.value(rows, f"attempts.{field}"), records.value(rows, f"first.{field}")
    on_first = own.isna() & (first.notna() | ~records.recorded(rows, f"attempts.{field}"))
    place = rows["attempts_row"].astype("float64").mask(on_first, rows["first_row"])
    return rows.assign(**{field: own.where(own.notna(), first)}, authorisation_row=place)


def original_day(records: Records, rows: pd.DataFrame) -> pd.Series:
    """Return the day that the first submission is of: when it came in, or else when it was due."""
    submitted, deadline = records.value(rows, "first.submitted"), records.value(rows, "first.deadline")
    return submitted.fillna(deadline).fillna(records.planned_date(rows, "deadline"))


def differs_in_year(records: Records, rows: pd.DataFrame, day: pd.Series) -> pd.Series:
    """Return whether a day is in another academic year than the first submission."""
    year, original = (
        records.calendars.academic_year(rows["tracker"], when) for when in (day, original_day(records, rows))
    )
    return year.notna() & original.notna() & year.ne(original).fillna(False)


def in_another_year(records: Records, rows: pd.DataFrame) -> pd.Series:
    """Return whether resubmissions are due, or were made, in another academic year than the first submission."""
    return differs_in_year(records, rows, rows["deadline"]) | differs_in_year(records, rows, rows["submitted"])


def _came_in(records: Records, rows: pd.DataFrame) -> pd.Series:
    """Return whether evidence came in: a grade alone may be the one that stood before."""
    undated = rows["submitted"].isna()
    unasked = ~records.recorded(rows, "attempts.submitted") & rows["assessed_made"]
    return (rows["submitted"] <= records.as_of) | (undated & (rows["assessed"].notna() | unasked))
