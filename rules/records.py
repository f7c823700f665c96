"""The records that rules judge: the tables of a chunk of trackers, joined the way the guide speaks of them.

Every frame has `tracker` first, and pointer columns that lead to the rows that its values come from:
`first_row` is the label, in the attempts table, of the learner's first submission for the same assignment.
A pointer is missing where there is no such row. `rules.rule.POINTERS` says which table each one leads to.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rules.assessment_plan import (
    PART,
    UNIT,
    AssessmentPlan,
    in_force,
    spoken_dates,
    units_named,
    with_part,
    written_for_retake,
)
from rules.claims import Claims
from rules.edition import family_of, plain
from rules.learner_list import LearnerList
from rules.learning_aims import LearningAims, as_listed, with_code, with_letter
from rules.rule import POINTERS, STORY
from rules.sampling import Sampling
from rules.set_assignment_use import SetAssignments
from rules.structures import shipped
from rules.tracking import Tracking
from rules.workload import bunches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.edition import Edition
    from rules.structures import Structure
    from validator.calendar import Calendars
    from validator.tables.model import Tables

PLANNED = ["tracker", "unit_key", "assignment_key"]
"""What makes one assignment of a plan."""

BANDS = ("P", "M", "D")
"""The bands of criteria, lowest first."""

_WHEN = ("submitted", "assessed", "authorised_on", "deadline", "handed_out")
"""The dates that tell when an attempt was made, surest first: a hand-out date is often that of the original."""


class Records:
    """The records of one chunk of trackers, as rules see them.

    `as_of` is the only clock. `editions` and the calendars are looked up by tracker.
    """

    def __init__(
        self,
        tables: Tables,
        *,
        calendars: Calendars,
        editions: Mapping[int, Edition],
        as_of: pd.Timestamp,
        structures: Mapping[int, Structure],
    ) -> None:
        self._tables = tables
        self.calendars = calendars
        self.as_of = as_of
        self._editions = editions
        self._structures = structures
        self.made: dict[object, Any] = {}
        """What `rules.rule.once` has made of these records."""

    # ------------------------------------------------------------------ looking values up

    def value(self, frame: pd.DataFrame, field: str) -> pd.Series:
        """Return what `field` (`pointer.field`, such as `first.deadline`) holds for each row of `frame`."""
        pointer, _, name = field.partition(".")
        return self._follow(frame, pointer, self._tables.frames[POINTERS[pointer]][name])

    def with_values(self, frame: pd.DataFrame, *fields: str) -> pd.DataFrame:
        """Return `frame` with a column for each of `fields`: `first.deadline` becomes `first_deadline`."""
        return frame.assign(**{field.replace(".", "_"): self.value(frame, field) for field in fields})

    def recorded(self, frame: pd.DataFrame, field: str) -> pd.Series:
        """Return, for each row of `frame`, whether the tracker has a place for `field`, blank or not; for
        alternatives joined by `|`, whether it has one for any of them."""
        held = np.zeros(len(frame), dtype=bool)
        for alternative in field.split("|"):
            pointer, _, name = alternative.partition(".")
            held |= self._follow(frame, pointer, self._tables.cells[POINTERS[pointer]][name]).notna().to_numpy()
        return pd.Series(held, frame.index)

    def limit(self, frame: pd.DataFrame, name: str) -> pd.Series:
        """Return a number of the tracker's edition of the guide (working days, weeks, …) for each row."""
        return frame["tracker"].map({tracker: edition.number(name) for tracker, edition in self._editions.items()})

    @staticmethod
    def spoken(days: pd.Series) -> pd.Series:
        """Return dates as a sentence has them: "3 November 2023"; missing where there is none."""
        return spoken_dates(days)

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

        `family` is the id of its family, `family_title` its name, `covered` whether the guide is for it, and
        `second_chance` what the guide allows it: "retake", "re-sit" or "none"; all are missing where the family
        cannot be told.
        """
        frame = self._own("programme")
        told = list(zip(frame["qualification"].fillna(""), frame["level"].fillna(""), strict=True))
        families = {pair: family_of(*pair) for pair in set(told)}
        family = pd.Series([families[pair] for pair in told], frame.index, dtype=object)
        return frame.assign(
            family=family.map(lambda f: f.id, na_action="ignore").astype(object),
            family_title=family.map(lambda f: f.title, na_action="ignore").astype(object),
            covered=family.map(lambda f: f.covered, na_action="ignore").astype(object),
            second_chance=family.map(lambda f: f.second_chance, na_action="ignore").astype(object),
        )

    def regime(self, frame: pd.DataFrame) -> pd.Series:
        """Return "retake", "re-sit" or "none" for each row of `frame`; missing where the family is unknown."""
        return self._of_programme(frame, "second_chance")

    def family(self, frame: pd.DataFrame) -> pd.Series:
        """Return the id of the qualification's family for each row of `frame`; missing where it is unknown."""
        return self._of_programme(frame, "family")

    @cached_property
    def leads(self) -> pd.Series:
        """The Lead Internal Verifiers whom each tracker names, by tracker: "Rania Haddad / Priya Nair"."""
        named = self.programme.dropna(subset=["lead_iv"]).drop_duplicates(["tracker", "lead_iv"])
        return named.groupby("tracker")["lead_iv"].agg(" / ".join).astype(object)

    def level(self, frame: pd.DataFrame) -> pd.Series:
        """Return the level of the qualification ("2", "3") for each row of `frame`; missing where it is not told."""
        programme = self.programme
        level = programme["family_title"].astype("str").str.extract(r"Level ([1-8])\b(?!/)", expand=False)
        for column, pattern in (
            ("qualification", r"(?i)\b(?:level|lvl|l) ?([1-8])\b(?!/)"),
            ("level", r"\b(?:[A-Za-z]* ?)?([1-8])\b"),
        ):
            level = level.fillna(programme[column].astype("str").str.extract(pattern, expand=False))
        by_tracker = level.set_axis(programme["tracker"]).groupby(level=0).first()
        return frame["tracker"].map(by_tracker).astype(object)

    def study_days(self, frame: pd.DataFrame) -> pd.Series:
        """Return when the learner of each row of `frame` studies, by the learner list, else by the programme's
        details; missing where neither tells, or where several programmes of the tracker tell it differently."""
        told = self.programme.dropna(subset=["study_days"]).groupby("tracker")["study_days"].agg(["first", "nunique"])
        common = frame["tracker"].map(told.loc[told["nunique"] == 1, "first"])
        own = self.value(frame, "learners.study_days")
        return own.where(own.notna(), common).astype(object)

    @cached_property
    def beyond_scope(self) -> set[int]:
        """The trackers of programmes that the guide does not cover."""
        return set(self.programme.loc[self.programme["covered"].eq(False), "tracker"])

    def _of_programme(self, frame: pd.DataFrame, column: str) -> pd.Series:
        programme = self.programme.drop_duplicates("tracker").set_index("tracker")
        return frame["tracker"].map(programme[column]).astype(object)

    @cached_property
    def assignments(self) -> pd.DataFrame:
        """A row per planned assignment: its fields, `unit_key`, `assignment_key`, `base_key` and `for_retake`.

        `base_key` is the assignment that a retake or re-sit stands in for, else its own key. Of several plans
        for the same assignments the current one counts: the highest version, or the one that stands last.
        """
        return self._pointing(in_force(self.plans), "units", self._own("units"), ["tracker", "unit_key"])

    @cached_property
    def plans(self) -> pd.DataFrame:
        """Every row of every plan, older versions included: `plan` tells them apart, `plan_version` numbers them.

        `for_retake` says that it was written for a retake or re-sit, `units_named` which units its cell names.
        `complete` says that its plan has hand-out dates and deadlines; a list of something else has not.
        """
        frame = self._own("assignments")
        frame = with_part(frame.assign(plan=frame["plan"].fillna(""), for_retake=written_for_retake(frame)))
        named = frame["unit"].fillna("").map(units_named)
        dated = self.recorded(frame, "assignments.handed_out") & self.recorded(frame, "assignments.deadline")
        complete = dated.groupby([frame["tracker"], frame["plan"]]).transform("any")
        return frame.assign(units_named=named, several=named.map(len) > 1, complete=complete.astype(bool))

    @cached_property
    def specification(self) -> pd.DataFrame:
        """A row per unit of the qualification's specification, where one was given, with `unit_key`."""
        return self._own("specification")

    @cached_property
    def planned(self) -> pd.DataFrame:
        """A row per assignment (`PART` tells them apart) and criterion that it targets: `criterion` as the unit's
        list spells it, `entry` (its code there, missing where the list has none), `listed` (whether the unit has
        a list), `band` (P, M or D) and `aims` (the letters of its learning aims, "" where criteria are not lettered).

        Where the tracker has no plan, or one without criteria, the assignments are those that its first
        submissions show, with the criteria that they target; `assignments_row` is then missing and
        `attempts_row` leads to the record. An assignment for several units without criteria for each is left out.
        """
        columns = [
            *PART, "unit", "assignment", "task", "groups", "deadline", "for_retake", "assignments_row", "attempts_row",
            "criterion",
        ]  # fmt: skip
        plan = self.assignments.assign(attempts_row=np.nan, criterion=with_letter(self.assignments))
        shown = self.first[~self.first["tracker"].isin(self._plans_with_criteria)]
        shown = shown.rename(columns={"targeted": "criterion"})
        names = [shown[key] for key in ("tracker", "unit_key", "assignment_key")]
        shown = shown.assign(
            name_key=shown["assignment_key"].fillna(""),
            group_key="", version_key="", task=np.nan, assignments_row=np.nan, plan_group=np.nan,
            groups=pd.Series([frozenset()] * len(shown), shown.index, dtype=object),
            deadline=shown["deadline"].groupby(names, dropna=False).transform("min"),
            for_retake=written_for_retake(shown.assign(title=np.nan, retake_of=np.nan)),
            several=shown["unit"].fillna("").map(units_named).map(len) > 1,
        )  # fmt: skip
        parts = [part.loc[~part["several"].astype(bool), columns] for part in (plan, shown) if len(part)]
        both = pd.concat(parts or [plan[columns]], ignore_index=True).explode("criterion", ignore_index=True)
        both = both.astype(dict.fromkeys(("unit_key", "unit", "assignment", "task", "criterion"), object))
        both = both[both["criterion"].notna() & both["unit_key"].fillna("").ne("")]
        lists = self.unit_criteria
        return with_band_and_aims(as_listed(both.drop_duplicates([*PART, "task", "criterion"]), lists))

    def unknown(self, frame: pd.DataFrame) -> pd.Series:
        """Return whether the `criterion` of each row, of the attempt that `attempts_row` leads to, is one that planned
        assignments target and the unit's list lacks: PLN013 speaks of it."""
        planned = self.planned
        lacking = planned.loc[planned["listed"] & planned["entry"].isna(), [*UNIT, "criterion"]]
        attempts = self._tables.frames["attempts"]
        keys = [frame["attempts_row"].map(attempts[key]) for key in UNIT]
        found = pd.MultiIndex.from_arrays([*keys, frame["criterion"]]).isin(pd.MultiIndex.from_frame(lacking))
        return pd.Series(found, frame.index, dtype=bool)

    @cached_property
    def plan(self) -> AssessmentPlan:
        """The plans in force, assignment by assignment."""
        return AssessmentPlan(self)

    def bunches(self, limit: pd.Series) -> pd.DataFrame:
        """Return the planned assignments that end a bunch of more deadlines of one group than `limit` in a week."""
        return bunches(self.plan.assignments, limit)

    @cached_property
    def sampling(self) -> Sampling:
        """What was internally verified."""
        return Sampling(self)

    @cached_property
    def set_assignments(self) -> SetAssignments:
        """Which assignments are Pearson Set Assignments, and how they are used."""
        return SetAssignments(self)

    @cached_property
    def tracking(self) -> Tracking:
        """How the records agree with each other and with the plan."""
        return Tracking(self)

    @cached_property
    def learner_list(self) -> LearnerList:
        """The learner list, and how the records agree with it."""
        return LearnerList(self)

    @cached_property
    def aims(self) -> LearningAims:
        """How the planned assignments cover the learning aims of their units."""
        told = self._plans_with_criteria
        plans = self.assignments[self.assignments["tracker"].isin(told)]
        unread = plans.loc[~self.recorded(plans, "assignments.criteria") & ~plans["for_retake"], UNIT]
        ended = self.programme.loc[self.programme["ends"] <= self.as_of, "tracker"]
        blocked = pd.concat([unread, self.plan.unmapped_units]).dropna()
        return LearningAims(
            self.planned,
            self.unit_criteria,
            plans,
            blocked=pd.MultiIndex.from_frame(blocked.astype({"tracker": "int64"}), names=[None, None]),
            settled={*told, *ended},
        )

    @cached_property
    def _plans_with_criteria(self) -> set[int]:
        """The trackers whose plan has a place for criteria."""
        return set(self.assignments.loc[self.recorded(self.assignments, "assignments.criteria"), "tracker"])

    @cached_property
    def unit_criteria(self) -> pd.DataFrame:
        """A row per unit and criterion that it has by the specification, else by the tracker's unit list:
        `criterion`, its `code` and `short` form, `band`, `aims`, and `specification_row` or `criteria_row`."""
        own = self._own("criteria")[[*UNIT, "unit", "criterion", "criteria_row"]]
        given = self.specification[[*UNIT, "unit", "criteria", "specification_row"]]
        given = given.rename(columns={"criteria": "criterion"}).explode("criterion")
        given = given[given["criterion"].notna()]
        own = own[~pd.MultiIndex.from_frame(own[UNIT]).isin(pd.MultiIndex.from_frame(given[UNIT]))]
        both = pd.concat([own, given], ignore_index=True).dropna(subset=["unit_key", "criterion"])
        both = both.assign(criterion=both["criterion"].astype(object))
        return with_code(with_band_and_aims(both[both["criterion"] != "*"].reset_index(drop=True)))

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
        a row for each group, `assignments_row` leads to that of the learner's own. Attempts of nobody (STR009) are
        left out: they have no story.
        """
        frame = self._own("attempts")
        frame = frame[frame["learner_key"].notna()]
        frame = self._pointing(frame, "learners", self.learners, ["tracker", "learner_key"])
        frame = frame.assign(group_key=self.group_keys(frame))
        frame = self._pointing(frame, "assignments", self.assignments, PLANNED)
        own = self._pointing(frame, "assignments", self.planned_by_group, [*PLANNED, "group_key"])["assignments_row"]
        frame = frame.assign(assignments_row=own.fillna(frame["assignments_row"]))
        frame = self._pointing(frame, "units", self.units, ["tracker", "unit_key"])
        decisions = self._tables.frames["decisions"]
        decided = frame.index.isin(decisions.loc[decisions["outcome"].notna(), "attempts_row"])
        assessed = frame[["assessed", "grade"]].notna().any(axis=1) | decided
        frame = frame.assign(made=frame["submitted"].notna() | assessed, assessed_made=assessed)
        when = frame[list(_WHEN)].bfill(axis=1).iloc[:, 0]
        order = frame.assign(when=when).sort_values([*STORY, "when", "attempts_row"], kind="stable")
        frame["nth"] = order.groupby([*STORY, "attempt"], dropna=False).cumcount() + 1
        story = list(zip(*(frame[key] for key in STORY), strict=True))
        for kind in ("first", "resubmission", "retake"):
            chosen = (frame["attempt"] == kind) & (frame["nth"] == 1)
            rows = {key: row for key, row, yes in zip(story, frame["attempts_row"], chosen, strict=True) if yes}
            frame[f"{kind}_row"] = pd.Series([rows.get(key, np.nan) for key in story], frame.index, dtype="float64")
        before = frame["first_row"].where(
            frame["attempt"] != "retake", frame["resubmission_row"].fillna(frame["first_row"])
        )
        frame["previous_row"] = before.where(frame["attempt"] != "first")
        return frame.copy()  # in few blocks: every rule takes rows of it, and pandas takes them block by block

    def group_keys(self, frame: pd.DataFrame) -> pd.Series:
        """Return the learner's group for each attempt: as its record says, else as the learner list does, where
        somebody who is listed in two groups is of both together."""
        listed = self.learners.dropna(subset=["group", "learner_key"]).drop_duplicates(
            ["tracker", "learner_key", "group"]
        )
        groups = listed.groupby(["tracker", "learner_key"])["group"].agg(" ".join)
        known = pd.Series(
            groups.reindex(pd.MultiIndex.from_frame(frame[["tracker", "learner_key"]])).to_numpy(), frame.index
        )
        return (
            frame["group"]
            .where(frame["group"].notna(), known.astype(object))
            .map(plain, na_action="ignore")
            .astype(object)
            .fillna("")
        )

    @cached_property
    def planned_by_group(self) -> pd.DataFrame:
        """The planned assignments, a row for each group that a row of the plan names, with its `group_key`."""
        return self.assignments.assign(group_key=self.assignments["groups"].map(sorted)).explode("group_key")

    def planned_date(self, frame: pd.DataFrame, field: str) -> pd.Series:
        """Return a date of the plan (`deadline`, `handed_out`) for each attempt in `frame`: that of the learner's
        group where the plan has one for each; missing where the rows of the plan that may be meant differ."""
        found = []
        for agreed, key in self._agreed_dates(field):
            at = pd.MultiIndex.from_frame(frame[key])
            found.append((pd.Series(agreed.reindex(at).to_numpy(), frame.index), at.isin(agreed.index)))
        (own, has_own), (any_group, _) = found
        return own.where(has_own, any_group).astype("datetime64[s]")

    def _agreed_dates(self, field: str) -> list[tuple[pd.Series, list[str]]]:
        """Return a date of the plan for each group of each assignment and for each assignment, with what they go by."""
        if ("agreed dates", field) not in self.made:
            found = []
            for plan, key in ((self.planned_by_group, [*PLANNED, "group_key"]), (self.assignments, PLANNED)):
                agreed = plan.dropna(subset=key).groupby(key)[field].agg(["first", "nunique"])
                found.append((agreed["first"].mask(agreed["nunique"] > 1), key))
            self.made["agreed dates", field] = found
        dates: list[tuple[pd.Series, list[str]]] = self.made["agreed dates", field]
        return dates

    def is_planned(self, frame: pd.DataFrame, field: str) -> pd.Series:
        """Return whether a date of each attempt in `frame` is what some row of the plan says for its assignment."""
        plan = pd.MultiIndex.from_frame(self.assignments[[*PLANNED, field]].dropna())
        return pd.Series(pd.MultiIndex.from_frame(frame[[*PLANNED, field]]).isin(plan), frame.index)

    def planned_criteria(self, frame: pd.DataFrame, assignment: str = "assignment_key") -> pd.Series:
        """Return the criteria that the plan targets with the assignment of each row of `frame`, or with the one
        that a retake stands in for (`base_key`), from all its rows: some plans have one for each task or group."""
        listed = self.assignments.explode("criteria").dropna(subset=[*PLANNED, "criteria"])
        groups = listed.drop_duplicates([*PLANNED, "criteria"]).groupby(PLANNED, sort=False)["criteria"]
        criteria = {key: tuple(rows) for key, rows in groups}
        keys = zip(frame["tracker"], frame["unit_key"], frame[assignment], strict=True)
        return pd.Series([criteria.get(key, np.nan) for key in keys], frame.index, dtype=object)

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
        """The retakes and re-sits that were authorised or made.

        `retake_row` leads to each itself, `original_row` to the planned assignment that it stands in for, and
        `retake_plan_row` to the assignment that the plan has for it: its own, or the only one written for
        retakes of the original.
        """
        frame = self.attempts[self.attempts["attempt"] == "retake"]
        # The same record may stand in the list of another group of the learner's, too.
        frame = frame[~self._tables.frames["attempts"].drop(columns="group").duplicated().reindex(frame.index)]
        frame = frame.assign(retake_row=frame["attempts_row"])
        plan = self.assignments.assign(original_row=self.assignments["assignments_row"])
        base = ["tracker", "unit_key", "base_key"]
        frame = self._pointing(frame, "original", plan.assign(base_key=plan["assignment_key"]), base)
        written = plan[plan["for_retake"]].assign(retake_plan_row=plan["assignments_row"])
        only = written[~written.duplicated(base, keep=False)]
        own = self._pointing(frame, "retake_plan", written, PLANNED)["retake_plan_row"]
        return frame.assign(
            retake_plan_row=own.fillna(self._pointing(frame, "retake_plan", only, base)["retake_plan_row"])
        )

    @cached_property
    def after_retake(self) -> pd.Series:
        """Whether each attempt, by its label, is a resubmission of a retake, or one that the learner made or
        was granted after the retake of the same assignment."""
        frame = self.attempts
        ours, retake = (
            self.with_values(frame, *(f"{pointer}.{name}" for name in _WHEN))[[f"{pointer}_{name}" for name in _WHEN]]
            .bfill(axis=1)
            .iloc[:, 0]
            for pointer in ("attempts", "retake")
        )
        of_a_retake = frame["base_key"].ne(frame["assignment_key"]) & frame["assignment_key"].notna()
        return (frame["attempt"] == "resubmission") & (of_a_retake | (ours > retake))

    @cached_property
    def unit_results(self) -> pd.DataFrame:
        """A row per learner and unit: the grade and points of the unit as a whole, with both keys."""
        return self._own("unit_results")

    @cached_property
    def staff(self) -> pd.DataFrame:
        """A row per person and role of the staff list."""
        return self._own("staff")

    @cached_property
    def verifications(self) -> pd.DataFrame:
        """A row per decision that was sampled, from the log's columns or a sheet of its own; `attempts_row`
        leads to the attempt, as far as there is one on record."""
        return self._own("verifications")

    @cached_property
    def extensions(self) -> pd.DataFrame:
        """A row per entry of the extension log, with the keys of its learner and assignment."""
        return self._own("extensions")

    @cached_property
    def feedback(self) -> pd.DataFrame:
        """A row per entry of the feedback log, with `learner_key`, `unit_key` and `assignment_key`."""
        return self._own("feedback")

    @cached_property
    def awards(self) -> pd.DataFrame:
        """A row per learner and award, with `learner_key` and the pointer to the learner list."""
        return self._pointing(self._own("awards"), "learners", self.learners, ["tracker", "learner_key"])

    @cached_property
    def structures(self) -> Mapping[int, Structure | None]:
        """What is known of the sizes, points and thresholds of each tracker's qualification: by the specification
        that the centre gave, else by what ships for its family; None where nothing is."""
        known = self.programme.drop_duplicates("tracker").set_index("tracker")["family"]
        pairs = zip(known.index, known, strict=True)
        shipping = {int(number): shipped(family) if isinstance(family, str) else None for number, family in pairs}
        return {**shipping, **self._structures}

    @cached_property
    def claims(self) -> Claims:
        """The awards that were claimed, with the units that they rest on."""
        return Claims(self)

    # ------------------------------------------------------------------ criteria of attempts

    @staticmethod
    def of_bands(criteria: pd.Series, *bands: str) -> pd.Series:
        """Return, of each list of criteria, those of the given bands; missing where there is none."""
        listed = with_band_and_aims(criteria.explode().to_frame("criterion"))
        found = listed[listed["band"].isin(bands)].groupby(level=0)["criterion"].agg(tuple)
        return found.reindex(criteria.index).astype(object)

    @cached_property
    def targets(self) -> pd.DataFrame:
        """A row per attempt and criterion that it targets, with `band`, `aims` and the attempt's pointers.

        A first submission without a list of its own targets what the plan says; of another attempt without
        one, nothing is known.
        """
        frame = self.attempts
        planned = self.planned_criteria(frame).where(frame["attempt"] == "first")
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
        return self._earned_by(self._won)

    @cached_property
    def earned_at_most(self) -> pd.Series:
        """The grade that they would earn if each targeted criterion without a decision were achieved, in trackers that
        list what was not achieved: a missing decision is another matter (SUB005), and so is a criterion that the unit
        does not have (PLN013)."""
        targets = self.targets[self.recorded(self.targets, "attempts.not_achieved")]
        keys = ["attempts_row", "criterion"]
        settled = pd.MultiIndex.from_frame(pd.concat([self.decisions[keys], self.achieved_before[keys]]))
        open_ones = targets.loc[~pd.MultiIndex.from_frame(targets[keys]).isin(settled), keys]
        whole = self._whole_assignment()
        return self._earned_by(
            pd.concat([self._won, open_ones, whole.loc[self.unknown(whole), keys]]).drop_duplicates()
        )

    @cached_property
    def earned_alone(self) -> pd.Series:
        """The grade that the decisions of each attempt earn by themselves, by `attempts_row`."""
        own = self.decisions[["attempts_row", "criterion", "band", "outcome"]].drop_duplicates(
            ["attempts_row", "criterion"]
        )
        return _grades(own.assign(won=own["outcome"].eq("achieved")), ["attempts_row"])

    @property
    def _won(self) -> pd.DataFrame:
        """A row per attempt and criterion that was achieved on it or before."""
        won = self.decisions.loc[self.decisions["outcome"] == "achieved", ["attempts_row", "criterion"]]
        return pd.concat([won, self.achieved_before[["attempts_row", "criterion"]]]).drop_duplicates()

    def _earned_by(self, won: pd.DataFrame) -> pd.Series:
        whole = self._whole_assignment()
        judged = whole[whole["attempts_row"].isin(self.decisions["attempts_row"])]
        judged = judged.merge(won.assign(won=True), on=["attempts_row", "criterion"], how="left")
        return _grades(judged, ["attempts_row"])

    @cached_property
    def earned_in_unit(self) -> pd.Series:
        """The grade (P, M, D or U) that a learner's criteria earn in a unit as a whole, by tracker, `learner_key`
        and `unit_key`; what a retake alone gave above a Pass does not count.

        Missing where the unit's criteria are not known or none was decided.
        """
        unit, learner = ["tracker", "unit_key"], ["tracker", "learner_key", "unit_key"]
        listed = self.unit_criteria[[*unit, "criterion", "band"]]
        planned = self.planned[[*unit, "criterion", "band"]]
        known = pd.MultiIndex.from_frame(planned[unit]).isin(pd.MultiIndex.from_frame(listed[unit]))
        whole = pd.concat([listed, planned[~known]]).drop_duplicates([*unit, "criterion"])
        won = self.decisions[self.decisions["outcome"] == "achieved"]
        won = won[(won["attempt"] != "retake") | (won["band"] == "P")]
        won = won[[*learner, "criterion"]].drop_duplicates().assign(won=True)
        judged = self.decisions[learner].drop_duplicates().merge(whole, on=unit)
        return _grades(judged.merge(won, on=[*learner, "criterion"], how="left"), learner)

    @cached_property
    def passes_left(self) -> pd.Series:
        """How many Pass criteria of its assignment the learner had still to achieve before each attempt, by
        `attempts_row`; missing where the assignment's criteria are not known."""
        whole = self._whole_assignment()
        before = self.achieved_before[["attempts_row", "criterion"]].assign(won=True)
        passes = whole[whole["band"] == "P"].merge(before, on=["attempts_row", "criterion"], how="left")
        return passes["won"].isna().groupby(passes["attempts_row"]).sum()

    def _whole_assignment(self) -> pd.DataFrame:
        """A row per attempt and criterion of the assignment as a whole (its plan, or its first submission)."""
        frame = self.attempts.assign(target=self.value(self.attempts, "first.targeted"))
        planned = self.planned_criteria(frame, "base_key")
        frame = frame.assign(criterion=planned.where(planned.notna(), frame["target"])).explode("criterion")
        return with_band_and_aims(frame.loc[frame["criterion"].notna(), ["attempts_row", "criterion"]])

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
        return frame.assign(
            **{f"{pointer}_row": pd.Series([rows.get(k, np.nan) for k in keys], frame.index, dtype="float64")}
        )


def _grades(judged: pd.DataFrame, by: list[str]) -> pd.Series:
    """Return the grade that criteria earn for each value of `by`: `judged` has a row per criterion with its `band`,
    and `won` is True where it was achieved.

    Level 1 criteria of a First (A.1P1) earn the least of all grades, which trackers call L1 and we a Pass.
    """
    judged = judged.assign(won=judged["won"].eq(True))
    of_level_1 = judged["criterion"].astype("str").str.contains(r"(?:\A|\.)1P")
    complete = judged[~of_level_1].groupby([*by, "band"])["won"].all().unstack()
    complete = complete.reindex(columns=list(BANDS)).astype(object)
    grade = pd.Series("U", index=complete.index, dtype=object)
    unbroken = pd.Series(True, index=complete.index)
    for band in BANDS:
        unbroken &= complete[band].ne(False)
        grade = grade.mask(unbroken & complete[band].eq(True), band)
    level_1 = judged[of_level_1].groupby(by)["won"].all().reindex(grade.index)
    return grade.mask(grade.eq("U") & level_1.eq(True), "P")


def with_band_and_aims(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` with `band` (P, M, D) and `aims` ("AB" for AB.D1, "" for P1) of its `criterion`."""
    parts = frame["criterion"].astype("str").str.extract(r"\A(?:([A-Z]+)\.)?[0-9]*([PMD])[0-9]+\Z")
    return frame.assign(band=parts[1].astype(object), aims=parts[0].fillna("").astype(object))
