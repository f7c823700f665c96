"""What a tracker says of deadlines and of the extensions to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.people import refused
from rules.rule import STORY, once
from rules.wording import says

if TYPE_CHECKING:
    import pandas as pd

    from rules.records import Records

GRANT = ("extension_deadline", "extension_granted_on", "extension_approved_by")
"""The fields that are filled when an extension was granted, not only asked for."""

EXTENSION = ("extension_applied", "extension_reason", *GRANT)
"""All that a tracker may say of an extension."""

ANY_EXTENSION = "|".join(f"attempts.{name}" for name in EXTENSION)
"""The need of a rule that must know whether there was an extension: any place for one."""


def with_extensions(records: Records, attempts: pd.DataFrame) -> pd.DataFrame:
    """Return attempts with what is on record of their deadline and of an extension to it.

    `due` is the original deadline: the attempt's own or, for a first submission, that of the plan. `extended`
    says that an extension is on record, `agreed` that somebody approved it too (or that the tracker has no
    place for that), `unclear` that the cell for it holds what nobody can read. `late` is a submission after
    the original deadline or after the extended one.
    """
    nobody, reason = refused(attempts["extension_approved_by"]), attempts["extension_reason"]
    attempts = attempts.assign(
        extension_approved_by=attempts["extension_approved_by"].mask(nobody),
        extension_reason=reason.mask(says(reason, "nothing")),
    )
    applied, granted = attempts["extension_applied"], attempts[list(GRANT)].notna()
    kept = {name: records.recorded(attempts, f"attempts.{name}") for name in ("extension_applied", *GRANT)}
    only_reasons = ~(kept["extension_applied"] | kept[GRANT[0]] | kept[GRANT[1]] | kept[GRANT[2]])
    in_other_rows = kept["extension_applied"].groupby(attempts["tracker"]).transform("any")
    extended = (
        applied.eq("yes")
        | (applied.isna() & granted.any(axis=1))
        | (granted["extension_deadline"] & granted[list(GRANT[1:])].any(axis=1))
        | (attempts["extension_reason"].notna() & only_reasons)
    )
    extended &= ~nobody | granted["extension_deadline"]
    due = _original_deadline(records, attempts)
    submitted, until = attempts["submitted"], attempts["extension_deadline"]
    return attempts.assign(
        due=due,
        extended=extended,
        agreed=extended & (granted["extension_approved_by"] | ~kept["extension_approved_by"]),
        unclear=in_other_rows & ~kept["extension_applied"] & ~extended,
        late=(submitted > due) | (extended & (submitted > until)),
    )


@once
def attempts_with_extensions(records: Records) -> pd.DataFrame:
    """Return all attempts as `with_extensions` does."""
    return with_extensions(records, records.attempts)


@once
def first_time_with_extensions(records: Records) -> pd.DataFrame:
    """Return the first submissions of `first_time` as `with_extensions` does."""
    return with_extensions(records, first_time(records))


@once
def first_time(records: Records) -> pd.DataFrame:
    """Return the first submissions, without those that follow one that was made: SUB001 speaks of them or, where the
    tracker does not say which attempt a row is, they may be resubmissions."""
    rows = records.first.sort_values("nth", kind="stable")
    made = rows["made"].astype("int64")
    earlier = made.groupby([rows[key] for key in STORY], dropna=False).cumsum() - made
    return rows[rows[STORY].isna().any(axis=1) | earlier.eq(0)].sort_index()


def _original_deadline(records: Records, attempts: pd.DataFrame) -> pd.Series:
    """Return the deadline before any extension: that of the plan where a first submission has none of its
    own, or where the extended deadline was written over it; but not for a learner who joined, or had the
    assignment, after it."""
    planned = records.planned_date(attempts, "deadline").where(attempts["attempt"].eq("first"))
    planned = planned.mask(
        (records.value(attempts, "learners.joined_on") > planned) | (attempts["handed_out"] > planned)
    )
    own = attempts["deadline"]
    overwritten = own.eq(attempts["extension_deadline"]) & ~(planned >= own)
    return own.where(own.notna() & ~overwritten, planned)
