"""Which retakes and re-sits there are, and what the tracker says of them, as the rules of RTK need it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rules.people import refused
from rules.rule import once

if TYPE_CHECKING:
    import pandas as pd

    from rules.records import Records

CONDITIONS = "Retakes/Re-sits: conditions for retaking a new assignment"

RETAKER = "retake.learner|retake.registration"
"""The need of every rule on retakes: a tracker that records attempts, each of some learner."""

PLACE = ("retake.submitted", "retake.authorised_on", "retake.assignment")
"""Where a retake is to be found, whatever it lacks."""


@once
def every_retake(records: Records) -> pd.DataFrame:
    """Return the retakes and re-sits that were authorised or begun by the as-of date, numbered from 1 by `nth`.

    A row that was prepared and never used is none, nor is one that the Lead Internal Verifier refused. `regime`
    is that of the qualification, `kind` what the qualification calls it ("retake" where it has neither).
    """
    rows = records.retakes.sort_values("nth", kind="stable")
    no = refused(rows["authorised_by"])
    authorised = rows[["authorised_by", "authorised_on"]].notna().any(axis=1) & ~no
    rows = rows.assign(authorised_by=rows["authorised_by"].mask(no))
    rows = rows[rows["made"] | authorised | ((rows["handed_out"] <= records.as_of) & ~no)]
    regime = records.regime(rows)
    kind = regime.where(regime.isin(["retake", "re-sit"]), rows["attempt_said"]).fillna("retake")
    story = [rows[key] for key in ("tracker", "learner_key", "unit_key", "base_key")]
    return rows.assign(regime=regime, kind=kind, nth=rows.groupby(story, dropna=False).cumcount() + 1)


def the_retakes(records: Records) -> pd.DataFrame:
    """Return the retakes that a learner may have had: RTK001 and RTK003 speak for the others."""
    rows = every_retake(records)
    return rows[(rows["nth"] <= records.limit(rows, "retakes")) & rows["regime"].ne("none")]


def began(records: Records, rows: pd.DataFrame) -> pd.Series:
    """Return the date on which each retake began: its hand-out, unless the log repeats that of the original,
    else the hand-out of its assignment in the plan, else the submission."""
    own, planned = rows["handed_out"], records.value(rows, "retake_plan.handed_out")
    own = own.mask(own <= records.value(rows, "first.handed_out"))
    return own.fillna(planned).fillna(rows["submitted"])


def begun(records: Records, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the retakes that learners have begun: what those still to come lack is not due yet."""
    return rows[rows["made"] | (began(records, rows) <= records.as_of)]


def with_evidence(records: Records, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the retakes for which the learner handed something in."""
    achieved = rows["achieved"].map(bool, na_action="ignore").eq(True)
    assessed = rows["made"] & ~records.recorded(rows, "retake.submitted")
    return rows[rows["submitted"].notna() | achieved | rows["grade"].isin(["P", "M", "D"]) | assessed]


def undeclared(records: Records, rows: pd.DataFrame, pointer: str, who: str) -> tuple[pd.Series, pd.Series]:
    """Return whether the declaration of `who` ("learner", "assessor") with an attempt is neither signed nor
    dated, and whether the tracker has a place for it at all."""
    signed, dated = f"{pointer}.{who}_declared", f"{pointer}.{who}_declared_on"
    recorded = records.recorded(rows, signed) | records.recorded(rows, dated)
    missing = records.value(rows, signed).ne("yes") & records.value(rows, dated).isna()
    return missing & recorded, recorded


def as_text(values: pd.Series) -> pd.Series:
    """Return values as they stand in a sentence: lists of criteria joined, dates spelt out, blanks empty."""
    return values.astype(object).map(_spoken, na_action="ignore").astype(object).fillna("").astype("str")


def _spoken(value: object) -> str:
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
