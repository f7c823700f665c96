"""How the records of attempts agree with each other and with the plan: grades, assignments, assessors, dates.

The frames are those of `Records`; all of them keep trackers apart.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from rules.assessment_plan import UNIT, assignment_of_unit
from rules.edition import plain
from rules.extensions import with_extensions
from rules.lateness import tells_of_penalty
from rules.people import same_people
from rules.resubmissions import has_first

if TYPE_CHECKING:
    from rules.records import Records

GRADES = {"U": 0, "P": 1, "M": 2, "D": 3}
GRADE_NAMES = {rank: grade for grade, rank in GRADES.items()}

STORY = ["tracker", "learner_key", "unit_key", "base_key"]
PLANNED = ["tracker", "unit_key", "assignment_key"]

ENTRIES = (
    "results_received", "assessed", "submitted", "verified_on", "learner_declared_on", "assessor_declared_on",
    "authorised_on", "extension_granted_on", "deadline_agreed_on", "handed_out",
)  # fmt: skip
"""The dates of an attempt that show when something was entered."""


class Tracking:
    """The records of a chunk of trackers, as the rules on tracking ask for them."""

    def __init__(self, records: Records) -> None:
        self._records = records

    # ------------------------------------------------------------------ grades

    @cached_property
    def graded(self) -> pd.DataFrame:
        """A row per attempt that was assessed and graded, with `decided` (some criterion was), `records_criteria` (its
        tracker has decisions) and `decisions_row`, a decision of the same unit that has a cell of its own.

        A U without a date of submission is how many centres record that nothing came. A tracker that lists only what
        was achieved, or only what was not, says by a blank that nothing was.
        """
        records = self._records
        rows = records.attempts
        came = rows["submitted"].notna() | ~records.recorded(rows, "attempts.submitted") | rows["grade"].ne("U")
        rows = rows[rows["grade"].notna() & came].dropna(subset=STORY)
        decisions = records.decisions[records.decisions["outcome"].notna()]
        told, untold = (records.recorded(rows, f"attempts.{name}") for name in ("achieved", "not_achieved"))
        listed = rows[["achieved", "not_achieved"]].notna().any(axis=1)
        listed |= (untold & ~told) | (told & ~untold & rows["grade"].eq("U"))
        own = decisions[~records.recorded(decisions, "attempts.achieved|attempts.not_achieved")].drop_duplicates(UNIT)
        at = own.set_index(UNIT)["decisions_row"].reindex(pd.MultiIndex.from_frame(rows[UNIT]))
        return rows.assign(
            decided=listed | rows["attempts_row"].isin(decisions["attempts_row"]),
            records_criteria=rows["tracker"].isin(decisions["tracker"]),
            decisions_row=at.to_numpy().astype("float64"),
            work=rows["attempt_said"].fillna(rows["attempt"]).replace({"first": "first submission"}),
        )

    @cached_property
    def measured(self) -> pd.DataFrame:
        """A row per graded attempt whose criteria tell a grade: `earned` by the criteria achieved so far, `above` and
        `below` where the grade is another; `rests` says that what it may rest on is on record: the first submission,
        and the criteria of every attempt.

        A retake or re-sit is capped. A grade that stands once for all attempts, since the later ones have no place for
        theirs, may be that of any of them; that of a resubmission may be for what was resubmitted alone.
        """
        records = self._records
        rows = with_extensions(records, self.graded)
        cap = records.limit(rows, "retake_grade_cap").map(GRADES).astype("float64")
        retake = rows["attempt"].eq("retake")
        rank, least, most, alone = (
            grades.map(GRADES).astype("float64")
            for grades in (
                rows["grade"],
                *(
                    rows["attempts_row"].map(told)
                    for told in (records.earned, records.earned_at_most, records.earned_alone)
                ),
            )
        )
        least = least.mask(retake & (least > cap), cap)
        final = self._final_grades.reindex(pd.MultiIndex.from_frame(rows[STORY])).set_axis(rows.index)
        most = most.where(~(final > most), final)
        least = least.where(~(final < least), final)
        penalised = rows["comments"].astype(object).combine(rows["late"], tells_of_penalty).eq(True)
        excused = (rows["late"] & rows["attempt"].eq("first")) | penalised | self._lost(rows)
        again = ~rows["attempt"].eq("first") | (rows["nth"] > 1)
        partial = again & rank.eq(alone)
        rows = rows.assign(
            earned=rows["attempts_row"].map(records.earned),
            above=(rank > most) & ~(retake & (rank > cap)),
            below=(rank < least) & ~partial & ~excused,
            rests=(rows["attempt"].eq("first") | has_first(records, rows)) & ~self._untold(rows),
        )
        return rows.assign(
            earned=rows["earned"].mask(retake & (rows["earned"].map(GRADES) > cap), cap.map(GRADE_NAMES))
        )[least.notna()]

    @property
    def _final_grades(self) -> pd.Series:
        """The grade that all attempts of a story earn, as a number, where some of them have no place for a grade."""
        records = self._records
        rows = records.attempts.dropna(subset=STORY)
        rows = rows.assign(final=rows["attempts_row"].map(records.earned).map(GRADES).astype("float64"))
        placeless = ~records.recorded(rows, "attempts.grade")
        rows = rows[placeless.groupby([rows[key] for key in STORY]).transform("any")]
        return rows.groupby(STORY)["final"].max()

    def _untold(self, rows: pd.DataFrame) -> pd.Series:
        """Return the attempts of stories in which some have a place for criteria achieved and others have not."""
        records = self._records
        every = records.attempts.dropna(subset=STORY)
        told = records.recorded(every, "attempts.achieved").groupby([every[key] for key in STORY])
        mixed = every[told.transform("any") & ~told.transform("all")]
        stories = pd.MultiIndex.from_frame(mixed[STORY])
        return pd.Series(pd.MultiIndex.from_frame(rows[STORY]).isin(stories), rows.index)

    def _lost(self, rows: pd.DataFrame) -> pd.Series:
        """Return the attempts that record a criterion as not achieved that had been achieved before (RSB016)."""
        missed = self._records.decisions
        missed = missed[missed["outcome"].eq("not achieved")]
        lost = missed.merge(self._records.achieved_before, on=["attempts_row", "criterion"])
        return rows["attempts_row"].isin(lost["attempts_row"])

    # ------------------------------------------------------------------ the plan

    @cached_property
    def against_plan(self) -> pd.DataFrame:
        """A row per assignment on record, its first attempt, with `planned`: whether some version of the plan has it.

        A retake or re-sit is not planned beforehand. `assignments_row` leads to a row of the tracker's plan.
        """
        records = self._records
        plans = records.plans
        plans = plans[records.recorded(plans, "assignments.handed_out|assignments.deadline|assignments.criteria")]
        single = plans["unit_key"].map(lambda key: (key,), na_action="ignore")
        plans = plans.assign(unit_key=plans["units_named"].where(plans["several"], single)).explode("unit_key")
        named = plans.melt(["tracker", "unit_key"], ["assignment_key", "title"], value_name="name").dropna(
            subset="name"
        )
        named = named.assign(name=named["name"].map(plain), unit_key=named["unit_key"].fillna(""))
        names = named.groupby("tracker")[["unit_key", "name"]].agg(list)
        nameless = pd.MultiIndex.from_frame(plans.loc[plans["assignment_key"].isna(), UNIT])
        rows = records.attempts[records.attempts["attempt"].ne("retake")].dropna(subset="assignment_key")
        rows = rows.drop_duplicates(PLANNED)
        rows = rows[rows["tracker"].isin(names.index)]
        keys = (plain(key) for key in rows["assignment_key"])
        said = (plain(name) for name in rows["assignment"])
        found = [
            any(
                (not unit or not own_unit or unit == own_unit) and (name == key or _same_title(name, spelt))
                for unit, name in zip(*names.loc[tracker], strict=True)
            )
            for tracker, own_unit, key, spelt in zip(rows["tracker"], rows["unit_key"], keys, said, strict=True)
        ]
        first = plans.drop_duplicates("tracker").set_index("tracker")["assignments_row"]
        return rows.assign(
            planned=pd.Series(found, rows.index, dtype=bool) | pd.MultiIndex.from_frame(rows[UNIT]).isin(nameless),
            assignments_row=rows["tracker"].map(first).astype("float64"),
            named=assignment_of_unit(rows),
            learner=None,
            attempt=None,
        )

    @cached_property
    def assessed(self) -> pd.DataFrame:
        """A row per assessed attempt whose assessor and planned assessors are known, with `planned` (all of whom the
        plan names for it), and `other`: it was certainly somebody else.

        Where one other person assessed a whole assignment there is one row for it, and `learner` is missing.
        """
        records = self._records
        rows = records.attempts[records.attempts["assessed_made"]].dropna(subset=["assessor", *STORY])
        plan = records.assignments.dropna(subset="assessor")
        own = plan.groupby(PLANNED)["assessor"].agg(lambda names: " / ".join(dict.fromkeys(names)))
        base = plan.groupby([*UNIT, "base_key"])["assessor"].agg(lambda names: " / ".join(dict.fromkeys(names)))
        of_base = base.reindex(pd.MultiIndex.from_frame(rows[[*UNIT, "base_key"]])).set_axis(rows.index)
        of_own = own.reindex(pd.MultiIndex.from_frame(rows[PLANNED])).set_axis(rows.index)
        planned = of_own.where(rows["attempt"].ne("retake"), of_base).astype(object)
        rows = rows.assign(planned=planned)[planned.notna()]
        rows = rows.assign(other=same_people(rows["assessor"], rows["planned"]).eq(False))
        whole = rows.groupby(PLANNED)["other"].transform("all") & rows.groupby(PLANNED)["learner_key"].transform(
            "nunique"
        ).gt(1)
        by_one = whole & rows.groupby(PLANNED)["assessor"].transform("nunique").eq(1)
        rows = rows.assign(
            learner=rows["learner"].mask(by_one),
            attempt=rows["attempt"].mask(by_one),
            whose=(rows["learner"].astype(object) + "'s " + rows["assignment"].astype(object)).mask(
                by_one, rows["assignment"]
            ),
        )
        return rows[~(by_one & rows.duplicated(PLANNED))]

    # ------------------------------------------------------------------ dates

    @cached_property
    def newest(self) -> pd.DataFrame:
        """A row per tracker with dated records: its newest entry (`entered`, in the field `newest_field` of the attempt
        that `attempts_row` leads to), and `working_days` of term time from then until the as-of date.

        Only programmes that are under way: not after their end or, where that is not told, in a later academic year.
        """
        records = self._records
        attempts = records.attempts
        dates = attempts[list(ENTRIES)]
        past = dates.where(dates <= records.as_of)
        entered = past.max(axis=1)
        newest = attempts.assign(entered=entered, newest_field=_first_equal(past, entered)).dropna(subset="entered")
        newest = newest.sort_values(
            ["entered", "attempts_row"], ascending=[False, True], kind="stable"
        ).drop_duplicates("tracker")
        programme = records.programme.drop_duplicates("tracker").set_index("tracker")
        today = pd.Series(records.as_of, newest.index)
        year, this_year = (
            records.calendars.academic_year(newest["tracker"], day) for day in (newest["entered"], today)
        )
        ends = newest["tracker"].map(programme["ends"])
        running = (ends >= records.as_of) | (ends.isna() & year.eq(this_year).fillna(False).astype(bool))
        others = [records.verifications["verified_on"], records.feedback["given_on"]]
        since = newest["entered"]
        for frame, days in zip((records.verifications, records.feedback), others, strict=True):
            latest = days.where(days <= records.as_of).groupby(frame["tracker"]).max()
            at = latest.reindex(newest["tracker"]).set_axis(newest.index)
            since = since.where(~(at > since), at)
        newest = newest.assign(entered=since, learner=None, unit=None, assignment=None, attempt=None)
        days = records.calendars.working_days(newest["tracker"], newest["entered"], today).astype("Float64")
        return newest.assign(working_days=days.fillna(0).astype("float64"))[running]


def _first_equal(dates: pd.DataFrame, day: pd.Series) -> pd.Series:
    """Return the first column of `dates` that holds `day`, for each row."""
    return dates.eq(day, axis=0).idxmax(axis=1)


def _same_title(planned: str, said: str) -> bool:
    """Return whether two names may be one assignment: one begins with the other, as "Assignment 1 Programming" does."""
    short, long = sorted((planned, said), key=len)
    return short == long or (len(short) > 3 and f" {short} " in f" {long} ")
