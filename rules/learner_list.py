"""The learner list, and how the records of attempts agree with it.

The frames are those of `Records`; all of them keep trackers apart.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from rules.assessment_plan import plain_key
from rules.people import same_people

if TYPE_CHECKING:
    from rules.records import Records

LEARNER = ["tracker", "learner_key"]
"""What makes one learner."""

NUMBER = ["tracker", "number"]
"""What makes one registration number."""

_TASK = ["tracker", "learners_row", "unit_key", "base_key"]


class LearnerList:
    """The learner lists of a chunk of trackers, as rules ask for them."""

    def __init__(self, records: Records) -> None:
        self._records = records

    @cached_property
    def learners(self) -> pd.DataFrame:
        """A row per entry of the list, with `number` (the registration number's key) and `group_key`, "" if untold."""
        rows = self._records.learners.dropna(subset="learner")
        return rows.assign(number=_number(rows), group_key=plain_key(rows["group"]))

    @cached_property
    def recorded(self) -> pd.DataFrame:
        """A row per learner on record, the first attempt of each, in trackers with a learner list.

        `learners_row` leads to the learner's entry, or else to the head of the list; `listed` is True, False, or
        missing where a name on the list may be the same in another spelling. `numbered` says that the list or a
        record gives a registration number, `place` the field that shows what is wrong.
        """
        records = self._records
        rows = records.attempts.dropna(subset="learner_key")
        rows = rows.assign(number=_number(rows))
        numbered = rows.groupby(LEARNER)["number"].transform("first").ne("")
        rows = rows.assign(number=rows.groupby(LEARNER)["number"].transform("max"), told=numbered).drop_duplicates(
            LEARNER
        )
        learners = self.learners[self.learners["tracker"].isin(self._complete)]
        numbered_first = learners.sort_values("number", key=lambda numbers: numbers.eq(""), kind="stable")
        by_name = numbered_first.drop_duplicates(LEARNER).set_index(LEARNER)["learners_row"]
        known = learners[learners["number"].ne("")].drop_duplicates(NUMBER).set_index(NUMBER)["learners_row"]
        named = pd.Series(by_name.reindex(pd.MultiIndex.from_frame(rows[LEARNER])).to_numpy(), rows.index)
        counted = pd.Series(known.reindex(pd.MultiIndex.from_frame(rows[NUMBER])).to_numpy(), rows.index)
        entry = named.fillna(counted).astype("float64")
        perhaps = self._alike(rows[entry.isna()], learners)
        head = learners.drop_duplicates("tracker").set_index("tracker")["learners_row"]
        rows = rows.assign(
            entry=entry,
            listed=entry.notna().astype(object).mask(rows["attempts_row"].isin(perhaps["attempts_row"])),
            learners_row=entry.fillna(rows["tracker"].map(head)).astype("float64"),
        )
        rows = rows[rows["learners_row"].notna()]
        has_number = records.value(rows, "learners.registration").notna() | rows["number"].ne("")
        return rows.assign(
            numbered=has_number | ~records.recorded(rows, "learners.registration"),
            place=rows["listed"].eq(True).map({True: "learners.registration", False: "attempts.learner"}),
        )

    @cached_property
    def _complete(self) -> set[int]:
        """The trackers whose list is one of all learners: it has numbers or groups, or half of those on record. A list
        of the part-time learners alone is none."""
        records, listed = self._records, self._records.learners
        full = records.recorded(listed, "learners.registration|learners.group")
        on_record = records.attempts.dropna(subset="learner_key").drop_duplicates(LEARNER)
        found = pd.MultiIndex.from_frame(on_record[LEARNER]).isin(pd.MultiIndex.from_frame(listed[LEARNER]))
        share = pd.Series(found, on_record["tracker"]).groupby(level=0).mean()
        return {*listed.loc[full, "tracker"], *share.index[share >= 0.5]}

    @staticmethod
    def _alike(rows: pd.DataFrame, learners: pd.DataFrame) -> pd.DataFrame:
        """Return a row per record and entry of the list whose names may be one, with the pointers to both."""
        pairs = rows[["tracker", "learner", "attempts_row"]].merge(
            learners[["tracker", "learner", "learners_row"]], on="tracker", suffixes=("", "_listed")
        )
        return pairs[same_people(pairs["learner"], pairs["learner_listed"]).ne(False)]

    # ------------------------------------------------------------------ one learner twice

    @cached_property
    def twins(self) -> pd.DataFrame:
        """A row per entry of the list, and per learner on record with a number; `namesake_row` leads to the entry that
        has the same number, or is of the same learner, and `fact` says which."""
        listed = self.learners.sort_values(["learner_key", "learners_row"], kind="stable")
        listed = listed.assign(order=range(len(listed)), attempts_row=float("nan"))
        told = [*LEARNER, "learner", "number", "group_key", "date_of_birth", "order", "learners_row"]
        pairs = listed.merge(listed[told], on="tracker", suffixes=("", "_first"))
        pairs = pairs[pairs["order"] > pairs["order_first"]]
        same_number = pairs["number"].eq(pairs["number_first"]) & pairs["number"].ne("")
        same_name = pairs["learner_key"].eq(pairs["learner_key_first"])
        other_number = pairs["number"].ne(pairs["number_first"]) & pairs["number"].ne("") & pairs["number_first"].ne("")
        born = pairs[["date_of_birth", "date_of_birth_first"]]
        other_birth = born.notna().all(axis=1) & born["date_of_birth"].ne(born["date_of_birth_first"])
        other_group = (
            pairs["group_key"].ne(pairs["group_key_first"])
            & pairs["group_key"].ne("")
            & pairs["group_key_first"].ne("")
        )
        twice = same_name & ~other_number & ~other_birth & ~other_group
        pairs = pairs[twice | (same_number & ~same_name)].sort_values(
            ["learners_row", "learners_row_first"], kind="stable"
        )
        pairs = pairs.drop_duplicates("learners_row").set_index("learners_row")
        found = listed.assign(
            namesake_row=listed["learners_row"].map(pairs["learners_row_first"]).astype("float64"),
            namesake=listed["learners_row"].map(pairs["learner_first"]),
            same_name=listed["learners_row"].map(pairs["learner_key"].eq(pairs["learner_key_first"])),
        )
        return pd.concat([found, self._numbers_on_record], ignore_index=True)

    @cached_property
    def _numbers_on_record(self) -> pd.DataFrame:
        """The learners on record with a number; `namesake_row` leads to another's entry with the same number or, where
        the list has no such number, `previous_row` to another's record."""
        records = self._records
        rows = records.attempts.assign(number=_number(records.attempts))
        rows = rows[rows["number"].ne("") & rows["learner_key"].notna()].drop_duplicates([*NUMBER, "learner_key"])
        rows = rows.sort_values(["learner_key", "attempts_row"], kind="stable").assign(order=range(len(rows)))
        listed = self.learners[self.learners["number"].ne("")][[*NUMBER, "learner", "learner_key", "learners_row"]]
        told = [*NUMBER, "learner", "learner_key", "attempts_row", "order"]
        known = pd.MultiIndex.from_frame(rows[NUMBER]).isin(pd.MultiIndex.from_frame(listed[NUMBER]))
        others = pd.concat(
            [listed.assign(attempts_row=float("nan"), order=-1), rows.loc[~known, told]], ignore_index=True
        )
        pairs = rows[told].merge(others, on=NUMBER, suffixes=("", "_first"))
        pairs = pairs[pairs["order"] > pairs["order_first"]]
        pairs = pairs[same_people(pairs["learner"], pairs["learner_first"]).eq(False) & ~self._both_listed(pairs)]
        pairs = pairs.drop_duplicates("attempts_row").set_index("attempts_row")
        return rows.assign(
            namesake_row=rows["attempts_row"].map(pairs["learners_row"]).astype("float64"),
            previous_row=rows["attempts_row"].map(pairs["attempts_row_first"]).astype("float64"),
            namesake=rows["attempts_row"].map(pairs["learner_first"]),
            same_name=False,
            learners_row=float("nan"),
        )

    def _both_listed(self, pairs: pd.DataFrame) -> pd.Series:
        """Return the pairs of which the list says the same: both learners stand there with that number."""
        listed = pd.MultiIndex.from_frame(self.learners[[*NUMBER, "learner_key"]])
        own, other = (
            pd.MultiIndex.from_frame(pairs[[*NUMBER, key]]).isin(listed) for key in ("learner_key", "learner_key_first")
        )
        return pd.Series(own & other, pairs.index)

    # ------------------------------------------------------------------ who has no record

    @cached_property
    def due(self) -> pd.DataFrame:
        """A row per learner of a group and assignment that was due from them by the as-of date, with `absent`: there
        is no record of it. Assignments that nobody of the group has on record are kept elsewhere, and left out."""
        records = self._records
        plan = records.plan.assignments
        plan = plan[(plan["deadline"] < records.as_of) & ~plan["for_retake"] & plan["assignment_key"].notna()]
        learners = self.learners[self.learners["tracker"].isin(self._complete)].dropna(subset="learner_key")
        learners = learners[
            [
                "tracker",
                "learner",
                "learner_key",
                "number",
                "group_key",
                "induction_on",
                "left_on",
                "joined_on",
                "learners_row",
            ]
        ]
        pairs = plan.merge(learners, on="tracker", suffixes=("", "_of_learner"))
        pairs = pairs[self._of_group(pairs)].drop_duplicates(_TASK)
        pairs = pairs[~self._excused(pairs)]
        pairs = pairs.assign(absent=~self._on_record(pairs))
        some = records.attempts.drop_duplicates("tracker").set_index("tracker")["attempts_row"]
        pairs = pairs.assign(attempts_row=pairs["tracker"].map(some).astype("float64"))
        kept = (~pairs["absent"]).groupby(
            [pairs[key] for key in ("tracker", "unit_key", "base_key", "group_key_of_learner")]
        )
        return pairs[kept.transform("any")]

    @staticmethod
    def _of_group(pairs: pd.DataFrame) -> pd.Series:
        """Return whether each learner is of a group that the assignment is for; groups that no learner is of tell
        nothing."""
        named = pairs["groups"].combine(
            pairs["group_key_of_learner"], lambda groups, own: not groups or not own or own in groups
        )
        own = named.astype(bool)
        strange = ~own.groupby([pairs["tracker"], pairs["assignments_row"]]).transform("any")
        return own | strange

    def _excused(self, pairs: pd.DataFrame) -> pd.Series:
        """Return the learners from whom an assignment was not due: who came later or had left, has an extension that
        still runs, or has the unit from elsewhere."""
        records = self._records
        deadline = pairs["deadline"]
        away = (pairs["induction_on"] > deadline) | (pairs["joined_on"] > deadline) | (pairs["left_on"] <= deadline)
        task, unit = ["tracker", "learner_key", "unit_key", "base_key"], ["tracker", "learner_key", "unit_key"]
        running = records.extensions[records.extensions["extension_deadline"] >= records.as_of]
        credit = records.unit_results
        credit = credit[
            credit["imported"].eq("yes")
            | (credit["prior_learning"].notna() & credit["prior_learning"].str.casefold().ne("no"))
        ]
        for key, frame in ((task, running), (unit, credit)):
            away |= pd.MultiIndex.from_frame(pairs[key]).isin(pd.MultiIndex.from_frame(frame[key]))
        return away

    def _on_record(self, pairs: pd.DataFrame) -> pd.Series:
        """Return whether the learner has a record of the assignment, perhaps under another spelling of the name or on
        another version of the set assignment."""
        records = self._records
        made = records.attempts.dropna(subset="base_key").assign(number=_number(records.attempts))
        task, numbered = (
            ["tracker", "learner_key", "unit_key", "base_key"],
            ["tracker", "number", "unit_key", "base_key"],
        )
        found = pd.Series(pd.MultiIndex.from_frame(pairs[task]).isin(pd.MultiIndex.from_frame(made[task])), pairs.index)
        by_number = made[made["number"].ne("")]
        found |= pd.MultiIndex.from_frame(pairs[numbered]).isin(pd.MultiIndex.from_frame(by_number[numbered]))
        set_work = made[
            made["assignments_row"].isin(
                records.assignments.loc[records.assignments["psa_version"].notna(), "assignments_row"]
            )
        ]
        version = pairs["psa_version"].notna() & pd.MultiIndex.from_frame(pairs[task[:3]]).isin(
            pd.MultiIndex.from_frame(set_work[task[:3]])
        )
        unlisted = self.recorded[self.recorded["entry"].isna()]
        perhaps = self._alike(unlisted, self.learners)
        names = dict(zip(unlisted["attempts_row"], unlisted["learner_key"], strict=True))
        other = perhaps.assign(learner_key=perhaps["attempts_row"].map(names).astype(object))[
            ["tracker", "learners_row", "learner_key"]
        ]
        other = other.merge(made[task].drop_duplicates(), on=LEARNER)
        spelt = pd.MultiIndex.from_frame(pairs[_TASK]).isin(pd.MultiIndex.from_frame(other[_TASK]))
        return found | version | spelt


def _number(frame: pd.DataFrame) -> pd.Series:
    """Return what makes two spellings of a registration number the same; "" where there is none."""
    return plain_key(frame["registration"]).str.replace(" ", "", regex=False)
