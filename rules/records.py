"""The records that rules judge: the tables of a chunk of trackers, joined the way the guide speaks of them.

Every frame has `tracker` first, and pointer columns that lead to the rows that its values come from:
`first_row` is the label, in the attempts table, of the learner's first submission for the same assignment.
A pointer is missing where there is no such row. `rules.rule.POINTERS` says which table each one leads to.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rules.edition import family_of, plain
from rules.rule import POINTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.edition import Edition
    from validator.calendar import Calendars
    from validator.tables.model import Tables

PLANNED = ["tracker", "unit_key", "assignment_key"]
"""What makes one assignment of a plan."""

STORY = ["tracker", "learner_key", "unit_key", "base_key"]
"""What makes one learner's story with one assignment: all its attempts, a retake's new brief included."""

BANDS = ("P", "M", "D")
"""The bands of criteria, lowest first."""


class Records:
    """The records of one chunk of trackers, as rules see them.

    `as_of` is the only clock. `editions` and the calendars are looked up by tracker.
    """

    def __init__(
        self, tables: Tables, *, calendars: Calendars, editions: Mapping[int, Edition], as_of: pd.Timestamp
    ) -> None:
        self._tables = tables
        self.calendars = calendars
        self.as_of = as_of
        self._editions = editions

    # ------------------------------------------------------------------ looking values up

    def value(self, frame: pd.DataFrame, field: str) -> pd.Series:
        """Return what `field` (`pointer.field`, such as `first.deadline`) holds for each row of `frame`."""
        pointer, _, name = field.partition(".")
        return self._follow(frame, pointer, self._tables.frames[POINTERS[pointer]][name])

    def with_values(self, frame: pd.DataFrame, *fields: str) -> pd.DataFrame:
        """Return `frame` with a column for each of `fields`: `first.deadline` becomes `first_deadline`."""
        return frame.assign(**{field.replace(".", "_"): self.value(frame, field) for field in fields})

    def recorded(self, frame: pd.DataFrame, field: str) -> pd.Series:
        """Return, for each row of `frame`, whether the tracker has a place for `field`, blank or not."""
        pointer, _, name = field.partition(".")
        return self._follow(frame, pointer, self._tables.cells[POINTERS[pointer]][name]).notna()

    def limit(self, frame: pd.DataFrame, name: str) -> pd.Series:
        """Return a number of the tracker's edition of the guide (working days, weeks, …) for each row."""
        return frame["tracker"].map({tracker: edition.number(name) for tracker, edition in self._editions.items()})

    @staticmethod
    def _follow(frame: pd.DataFrame, pointer: str, values: pd.Series) -> pd.Series:
        labels = frame[f"{pointer}_row"]
        if len(values) == 0:
            return pd.Series(np.nan, index=frame.index, dtype=values.dtype if values.dtype.kind == "M" else object)
        return labels.map(values)

    # ------------------------------------------------------------------ the plan

    @cached_property
    def programme(self) -> pd.DataFrame:
        """A row per programme and group, with `programme_row` and the regime of its qualification.

        `family` is the id of its family and `second_chance` what the guide allows it: "retake", "re-sit" or
        "none"; both are missing where the family cannot be told.
        """
        frame = self._own("programme")
        families = {name: family_of(name) for name in frame["qualification"].dropna().unique()}
        family = frame["qualification"].map(families)
        return frame.assign(
            family=family.map(lambda f: f.id, na_action="ignore").astype(object),
            second_chance=family.map(lambda f: f.second_chance, na_action="ignore").astype(object),
        )

    def regime(self, frame: pd.DataFrame) -> pd.Series:
        """Return "retake", "re-sit" or "none" for each row of `frame`; missing where the family is unknown."""
        programme = self.programme.drop_duplicates("tracker").set_index("tracker")
        return frame["tracker"].map(programme["second_chance"]).astype(object)

    @cached_property
    def assignments(self) -> pd.DataFrame:
        """A row per planned assignment: its fields, `unit_key`, `assignment_key`, `base_key` and `for_retake`.

        `base_key` is the assignment that a retake or re-sit stands in for, else its own key. Of several plans
        of one tracker the current one counts: the highest version, or the one that stands last.
        """
        frame = self.plans
        newest = (
            frame.assign(version=frame["plan_version"].map(version_order, na_action="ignore"))
            .drop_duplicates(["tracker", "plan"])
            .sort_values(["tracker", "version"], na_position="first", kind="stable")
            .drop_duplicates("tracker", keep="last")
        )
        current = pd.MultiIndex.from_frame(newest[["tracker", "plan"]])
        frame = frame[pd.MultiIndex.from_frame(frame[["tracker", "plan"]]).isin(current)]
        return self._pointing(frame, "units", self._own("units"), ["tracker", "unit_key"])

    @cached_property
    def plans(self) -> pd.DataFrame:
        """Every row of every plan, older versions included: `plan` tells them apart, `plan_version` numbers them."""
        frame = self._own("assignments")
        return frame.assign(for_retake=frame["retake_of"].notna(), plan=frame["plan"].fillna(""))

    @cached_property
    def specification(self) -> pd.DataFrame:
        """A row per unit of the qualification's specification, where one was given, with `unit_key`."""
        return self._own("specification")

    @cached_property
    def planned(self) -> pd.DataFrame:
        """A row per assignment and criterion that it targets: `unit_key`, `assignment_key`, `criterion`, `band`
        (P, M or D) and `aims` (the letters of its learning aims, "" where criteria are not lettered).

        Where the tracker has no plan, the assignments are those that its first submissions show, with the
        criteria that they target; `assignments_row` is then missing and `attempts_row` leads to the record.
        """
        columns = [
            "tracker", "unit", "unit_key", "assignment", "assignment_key", "group", "deadline", "psa_version",
            "for_retake", "assignments_row", "attempts_row",
        ]  # fmt: skip
        plan = self.assignments.assign(attempts_row=np.nan).rename(columns={"criteria": "criterion"})
        plan = plan[[*columns, "criterion"]].explode("criterion")
        shown = self.first.rename(columns={"targeted": "criterion"})
        shown = shown[~shown["tracker"].isin(self.assignments["tracker"].unique())]
        shown = shown.assign(for_retake=False, assignments_row=np.nan, group=np.nan)
        shown = shown[[*columns, "criterion"]].explode("criterion")
        shown = shown.drop_duplicates(["tracker", "unit_key", "assignment_key", "criterion"])
        both = pd.concat([part for part in (plan, shown) if len(part)] or [plan], ignore_index=True)
        return with_band_and_aims(both[both["criterion"].notna()].reset_index(drop=True))

    @cached_property
    def unit_criteria(self) -> pd.DataFrame:
        """A row per unit and criterion that it has by the unit list or specification: `unit_key`, `criterion`,
        `band`, `aims`, `units_row` or `criteria_row`."""
        return with_band_and_aims(self._own("criteria"))

    @cached_property
    def units(self) -> pd.DataFrame:
        """A row per unit of the unit list, with `unit_key`."""
        return self._own("units")

    @cached_property
    def learners(self) -> pd.DataFrame:
        """A row per learner of the learner list, with `learner_key`."""
        return self._own("learners")

    @cached_property
    def terms(self) -> pd.DataFrame:
        """A row per term or holiday of the tracker's own calendar."""
        return self._own("terms")

    # ------------------------------------------------------------------ attempts

    @cached_property
    def attempts(self) -> pd.DataFrame:
        """A row per attempt (first, resubmission, retake) that is on record, with pointers to its plan, its
        learner and the other attempts of the same learner for the same assignment.

        `nth` counts attempts of one kind from 1, in the order in which they were made. `first_row`,
        `resubmission_row` and `retake_row` lead to the first of each kind, `previous_row` to the attempt that
        a resubmission or retake follows. `made` says that work was submitted or assessed, `assessed_made`
        that it was assessed: a date, a grade or at least one decision. A retake's `base_key` is the assignment
        that it stands in for. `group_key` is the learner's group ("" where it is not told); where the plan has
        a row for each group, `assignments_row` leads to that of the learner's own.
        """
        frame = self._own("attempts")
        frame = self._pointing(frame, "learners", self.learners, ["tracker", "learner_key"])
        frame = frame.assign(group_key=self._group_key(frame))
        frame = self._pointing(frame, "assignments", self.assignments, PLANNED)
        own = self._pointing(frame, "assignments", self._planned_by_group, [*PLANNED, "group_key"])["assignments_row"]
        frame = frame.assign(assignments_row=own.fillna(frame["assignments_row"]))
        frame = self._pointing(frame, "units", self.units, ["tracker", "unit_key"])
        decisions = self._tables.frames["decisions"]
        decided = frame.index.isin(decisions.loc[decisions["outcome"].notna(), "attempts_row"])
        assessed = frame[["assessed", "grade"]].notna().any(axis=1) | decided
        frame = frame.assign(made=frame["submitted"].notna() | assessed, assessed_made=assessed)
        when = frame[["handed_out", "submitted", "assessed", "deadline"]].bfill(axis=1).iloc[:, 0]
        order = frame.assign(when=when).sort_values([*STORY, "when", "attempts_row"], kind="stable")
        frame["nth"] = order.groupby([*STORY, "attempt"], dropna=False).cumcount() + 1
        story = list(zip(*(frame[key] for key in STORY), strict=True))
        for kind in ("first", "resubmission", "retake"):
            chosen = (frame["attempt"] == kind) & (frame["nth"] == 1)
            rows = {key: row for key, row, yes in zip(story, frame["attempts_row"], chosen, strict=True) if yes}
            frame[f"{kind}_row"] = pd.Series([rows.get(key, np.nan) for key in story], frame.index, dtype="float64")
        before = frame["first_row"].where(frame["attempt"] != "retake", frame["resubmission_row"].fillna(frame["first_row"]))
        frame["previous_row"] = before.where(frame["attempt"] != "first")
        return frame

    def _group_key(self, frame: pd.DataFrame) -> pd.Series:
        """Return the learner's group for each attempt: as its record says, else as the learner list does, where
        somebody who is listed in two groups is of both together."""
        listed = self.learners.dropna(subset=["group", "learner_key"]).drop_duplicates(["tracker", "learner_key", "group"])
        groups = listed.groupby(["tracker", "learner_key"])["group"].agg(" ".join)
        known = pd.Series(groups.reindex(pd.MultiIndex.from_frame(frame[["tracker", "learner_key"]])).to_numpy(), frame.index)
        return frame["group"].where(frame["group"].notna(), known.astype(object)).map(plain, na_action="ignore").fillna("")

    @cached_property
    def _planned_by_group(self) -> pd.DataFrame:
        """The planned assignments, a row for each group that a row of the plan names, with its `group_key`."""
        named = self.assignments["group"].str.split(r"\s*(?:[,;/&+]|\band\b)\s*", regex=True)
        frame = self.assignments.assign(group_key=named).explode("group_key")
        return frame.assign(group_key=frame["group_key"].map(plain, na_action="ignore"))

    def planned_date(self, frame: pd.DataFrame, field: str) -> pd.Series:
        """Return a date of the plan (`deadline`, `handed_out`) for each attempt in `frame`: that of the learner's
        group where the plan has one for each; missing where the rows of the plan that may be meant differ."""
        found = []
        for plan, key in ((self._planned_by_group, [*PLANNED, "group_key"]), (self.assignments, PLANNED)):
            rows = plan.dropna(subset=key)
            agreed = rows.groupby(key)[field].agg(["first", "nunique"])
            agreed.loc[agreed["nunique"] > 1, "first"] = pd.NaT
            at = pd.MultiIndex.from_frame(frame[key])
            found.append((pd.Series(agreed["first"].reindex(at).to_numpy(), frame.index), at.isin(agreed.index)))
        (own, has_own), (any_group, _) = found
        return own.where(has_own, any_group).astype("datetime64[s]")

    @cached_property
    def first(self) -> pd.DataFrame:
        """The first submissions, one row each; a second one for the same assignment is a row of its own."""
        return self.attempts[self.attempts["attempt"] == "first"]

    @cached_property
    def resubmissions(self) -> pd.DataFrame:
        """The resubmissions that were authorised or made."""
        return self.attempts[self.attempts["attempt"] == "resubmission"]

    @cached_property
    def retakes(self) -> pd.DataFrame:
        """The retakes and re-sits that were authorised or made."""
        return self.attempts[self.attempts["attempt"] == "retake"]

    # ------------------------------------------------------------------ criteria of attempts

    @cached_property
    def targets(self) -> pd.DataFrame:
        """A row per attempt and criterion that it targets, with `band`, `aims` and the attempt's pointers.

        A first submission without a list of its own targets what the plan says; of another attempt without
        one, nothing is known.
        """
        frame = self.attempts
        planned = self._planned_criteria(frame, PLANNED, self.assignments).where(frame["attempt"] == "first")
        frame = frame.assign(criterion=frame["targeted"].where(frame["targeted"].notna(), planned))
        frame = frame.explode("criterion")
        return with_band_and_aims(frame[frame["criterion"].notna()].reset_index(drop=True))

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """A row per attempt and criterion that was decided: `outcome` is "achieved" or "not achieved".

        `decisions_row` leads to the cell of the decision; the attempt's columns and pointers are there too.
        """
        own = self._own("decisions")[["decisions_row", "attempts_row", "criterion", "outcome"]]
        attempts = self.attempts.drop(columns=["criterion", "outcome"], errors="ignore")
        return with_band_and_aims(own.merge(attempts, on="attempts_row", how="inner"))

    @cached_property
    def achieved_before(self) -> pd.DataFrame:
        """A row per attempt and criterion that the learner had achieved on an earlier attempt: `attempts_row`,
        `criterion`, and `earlier_row`, the attempt on which it was achieved."""
        won = self._ranked(self.decisions[self.decisions["outcome"] == "achieved"])
        later = self._ranked(self.attempts)[[*STORY, "attempts_row", "rank"]]
        pairs = later.merge(
            won[[*STORY, "criterion", "attempts_row", "rank"]].rename(columns={"attempts_row": "earlier_row"}),
            on=STORY, suffixes=("", "_earlier"),
        )  # fmt: skip
        pairs = pairs[pairs["rank_earlier"] < pairs["rank"]]
        return pairs.drop_duplicates(["attempts_row", "criterion"])[["attempts_row", "criterion", "earlier_row"]]

    @cached_property
    def earned(self) -> pd.Series:
        """The grade (P, M, D or U) that the criteria achieved up to each attempt earn, by `attempts_row`.

        The highest band whose criteria, and those of every band below, are all achieved; missing where the
        assignment's criteria are not known or none was decided.
        """
        whole = self._whole_assignment()
        won = self.decisions.loc[self.decisions["outcome"] == "achieved", ["attempts_row", "criterion"]]
        before = self.achieved_before[["attempts_row", "criterion"]]
        won = pd.concat([won, before]).drop_duplicates().assign(won=True)
        judged = whole[whole["attempts_row"].isin(self.decisions["attempts_row"])]
        judged = judged.merge(won, on=["attempts_row", "criterion"], how="left")
        judged = judged.assign(won=judged["won"].eq(True))
        complete = judged.groupby(["attempts_row", "band"])["won"].all().unstack()
        complete = complete.reindex(columns=list(BANDS)).astype(object)
        grade = pd.Series("U", index=complete.index, dtype=object)
        unbroken = pd.Series(True, index=complete.index)
        for band in BANDS:
            unbroken &= complete[band].ne(False)
            grade = grade.mask(unbroken & complete[band].eq(True), band)
        return grade

    def _whole_assignment(self) -> pd.DataFrame:
        """A row per attempt and criterion of the assignment as a whole (its plan, or its first submission)."""
        frame = self.attempts.assign(target=self.value(self.attempts, "first.targeted"))
        plan = self.assignments[~self.assignments["for_retake"]]
        planned = self._planned_criteria(frame, ["tracker", "unit_key", "base_key"], plan)
        frame = frame.assign(criterion=planned.where(planned.notna(), frame["target"])).explode("criterion")
        return with_band_and_aims(frame.loc[frame["criterion"].notna(), ["attempts_row", "criterion"]])

    @staticmethod
    def _planned_criteria(frame: pd.DataFrame, key: list[str], plan: pd.DataFrame) -> pd.Series:
        """Return the criteria of the assignment that `key` names for each row of `frame`, from all its rows in
        `plan`: some plans have a row for each task or group."""
        listed = plan.explode("criteria").dropna(subset=[*PLANNED, "criteria"]).drop_duplicates([*PLANNED, "criteria"])
        criteria = {key: tuple(rows) for key, rows in listed.groupby(PLANNED, sort=False)["criteria"]}
        found = [criteria.get(key, np.nan) for key in zip(*(frame[column] for column in key), strict=True)]
        return pd.Series(found, frame.index, dtype=object)

    @staticmethod
    def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
        rank = frame["attempt"].map({"first": 0, "resubmission": 1, "retake": 2}) * 100 + frame["nth"]
        return frame.assign(rank=rank)

    # ------------------------------------------------------------------ joining

    def _own(self, table: str) -> pd.DataFrame:
        """Return a table with the label of each row in its own pointer column, and the programme's pointer."""
        frame = self._tables.frames[table]
        frame = frame.assign(**{f"{table}_row": frame.index})
        if table == "programme":
            return frame
        programme = self._tables.frames["programme"]
        only = programme.drop_duplicates("tracker")
        return frame.assign(programme_row=frame["tracker"].map(pd.Series(only.index, index=only["tracker"])))

    @staticmethod
    def _pointing(frame: pd.DataFrame, pointer: str, target: pd.DataFrame, key: list[str]) -> pd.DataFrame:
        """Return `frame` with a pointer to the first row of `target` that has the same key."""
        found = target.dropna(subset=key[1:]).drop_duplicates(key)
        rows = dict(zip(zip(*(found[column] for column in key), strict=True), found[f"{pointer}_row"], strict=True))
        keys = zip(*(frame[column] for column in key), strict=True)
        return frame.assign(**{f"{pointer}_row": pd.Series([rows.get(k, np.nan) for k in keys], frame.index, dtype="float64")})


def version_order(version: str) -> float:
    """Return a number that orders versions: "1.10" after "1.9", "v2" after "1.2"."""
    parts = [int(part) for part in re.findall(r"[0-9]+", version)][:3]
    return float(sum(part * 1000.0**-place for place, part in enumerate(parts)))


def with_band_and_aims(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` with `band` (P, M, D) and `aims` ("AB" for AB.D1, "" for P1) of its `criterion`."""
    parts = frame["criterion"].astype("str").str.extract(r"\A(?:([A-Z]+)\.)?[0-9]*([PMD])[0-9]+\Z")
    return frame.assign(band=parts[1].astype(object), aims=parts[0].fillna("").astype(object))
