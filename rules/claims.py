"""The awards that a centre claims and the units that they rest on: outcomes, hours, points, combinations."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rules.structures import Size, grade_of_award
from rules.wording import says

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rules.records import Records

LEARNER = ["tracker", "learner_key"]
UNIT = ["tracker", "unit_key"]
PASSED = ("P", "M", "D")
OF_AWARD = ["learner", "awards_row", "learners_row", "programme_row", "structured", "of_programme", "size_glh", "award"]
"""The columns of an award that its units have too."""

_RANK = {"U": 0, "P": 1, "M": 2, "D": 3}


class Claims:
    """The claimed awards of a chunk of trackers; of several awards of one learner, the largest.

    One that is smaller than the programme and was certificated is where a top-up began: its units were judged then.
    """

    def __init__(self, records: Records) -> None:
        self._records = records

    @cached_property
    def awards(self) -> pd.DataFrame:
        """A row per claimed award, with its pointers and `size` (a `Size`, or None), `size_name`, `size_glh`,
        `structured` (whether its sizes are known at all),
        `of_programme` (whether it is of the size that the tracker is about: its unit list is then that of the award),
        `claimed` (the grade in its standard spelling), `threshold` and `lowest` (points) and `award`, what a
        sentence calls it.

        An award is claimed when it bears a grade or the date of the claim, or when its certificates came.
        """
        records = self._records
        rows = records.with_values(records.awards, "programme.size", "programme.qualification")
        rows = rows[rows["learner_key"].notna() & self._is_claimed(rows)]
        told = zip(
            *(rows[c] for c in ("tracker", "size", "qualification", "programme_size", "programme_qualification")),
            strict=True,
        )
        sizes = pd.Series([self._size(*texts) for texts in told], rows.index, dtype=object)
        rows = rows.rename(columns={"size": "size_said"}).assign(
            size=sizes,
            size_name=_of(sizes, lambda size: size.name),
            size_glh=_of(sizes, lambda size: size.glh).astype("float64"),
            structured=rows["tracker"].map(self._records.structures.get).notna(),
            claimed=rows["grade"].map(grade_of_award, na_action="ignore").astype(object),
        )
        own = [
            self._size(*texts)
            for texts in zip(rows["tracker"], rows["programme_size"], rows["programme_qualification"], strict=True)
        ]
        taught = _of(pd.Series(own, rows.index, dtype=object), lambda size: size.glh).astype("float64")
        rows = rows.assign(of_programme=~rows["size_glh"].ne(taught) | taught.isna())
        largest = rows.groupby(LEARNER)["size_glh"].transform("max")
        before = (rows["size_glh"] < taught) & rows["certificates_received"].notna()
        rows = rows[(rows["size_glh"].eq(largest) | largest.isna()) & ~before]
        pairs = list(zip(rows["size"], rows["claimed"], strict=True))
        threshold = [size.threshold(grade) if size and isinstance(grade, str) else None for size, grade in pairs]
        lowest = [size.thresholds[0][1] if size and size.thresholds else None for size, _ in pairs]
        said = rows["qualification"].where(rows["qualification"].notna(), rows["size_said"])
        return rows.assign(
            threshold=pd.Series(threshold, rows.index, dtype="float64"),
            lowest=pd.Series(lowest, rows.index, dtype="float64"),
            award=rows["size_name"].where(rows["size_name"].notna(), said.fillna("the qualification")),
        )

    def _is_claimed(self, rows: pd.DataFrame) -> pd.Series:
        records = self._records
        graded = rows["grade"].notna() & ~says(rows["grade"], "no_award")
        open_claim = records.recorded(rows, "awards.claimed_on") & ~(rows["claimed_on"] <= records.as_of)
        came = rows["certificates_received"] <= records.as_of
        return (graded & ~open_claim) | (rows["claimed_on"] <= records.as_of) | came

    def _size(self, tracker: int, *texts: object) -> Size | None:
        structure = self._records.structures.get(tracker)
        return structure.size_named(*texts) if structure else None

    # ------------------------------------------------------------------ units

    @cached_property
    def units(self) -> pd.DataFrame:
        """A row per claimed award and unit of its learner: those with a unit result, and those of the unit list
        that the learner must have. Learners without any unit result are left out.

        `outcome` is the unit grade; `shown` says that the learner has a record of the unit, `own` that it is one of
        the qualification's (by the specification, where a whole one is given); `mandatory` is "yes", "no" or missing.
        `worth` are the points of the unit. `needed` says that the award cannot do without its outcome, `doubtful`
        that this cannot be told. `unit_results_row` leads to the record, or to another of the learner's.
        """
        awards = self.awards[[*LEARNER, *OF_AWARD]]
        results = self._results
        shown = awards.merge(results, on=LEARNER).assign(shown=True)
        anchors = shown.drop_duplicates("awards_row").set_index("awards_row")["unit_results_row"]
        listed = self._listed
        due = awards[awards["awards_row"].isin(anchors.index) & awards["of_programme"]].merge(listed, on="tracker")
        due = due[due["mandatory"].ne("no") | due["list_glh"].eq(due["size_glh"])]
        taken = pd.MultiIndex.from_frame(shown[["awards_row", "unit_key"]])
        due = due[~pd.MultiIndex.from_frame(due[["awards_row", "unit_key"]]).isin(taken)]
        due = due.assign(shown=False, outcome=np.nan, unit_results_row=due["awards_row"].map(anchors))
        whole = (
            listed[listed["tracker"].isin(self._specified)].drop_duplicates("tracker").set_index("tracker")["list_glh"]
        )
        shown = shown.merge(listed.drop(columns="unit"), on=UNIT, how="left")
        rows = pd.concat([shown, due.astype({"outcome": object})], ignore_index=True) if len(due) else shown
        specified = rows["tracker"].map(whole) >= rows["size_glh"]
        rows = rows.assign(own=rows["listed"].eq(True) | ~specified)
        return self._with_need(rows.assign(worth=self._worth(rows)))

    @cached_property
    def _results(self) -> pd.DataFrame:
        """The unit results, one row per learner and unit: the best outcome where there are several."""
        rows = self._records.unit_results
        imported = rows["certificated_grade"].where(rows["imported"].eq("yes"))
        rows = rows.assign(outcome=rows["grade"].where(rows["grade"].notna(), imported))
        rows = rows.assign(rank=rows["outcome"].map(_RANK).fillna(-1)).sort_values(
            "rank", ascending=False, kind="stable"
        )
        rows = rows.dropna(subset=["learner_key", "unit_key"]).drop_duplicates([*LEARNER, "unit_key"]).sort_index()
        return rows[[*LEARNER, "unit", "unit_key", "outcome", "points", "unit_results_row"]]

    @cached_property
    def _specified(self) -> set[int]:
        """The trackers with a specification that lists units."""
        return set(self._records.specification["tracker"])

    @cached_property
    def _listed(self) -> pd.DataFrame:
        """A row per unit of the specification, else of the tracker's unit list: `glh`, `mandatory`, its pointers, and
        `list_glh`, the hours of the whole list (missing where a unit's are not told)."""
        units = self._records.units[[*UNIT, "unit", "glh", "mandatory", "units_row"]].dropna(subset=["unit_key"])
        units = units.drop_duplicates(UNIT)
        given = self._records.specification[[*UNIT, "unit", "glh", "mandatory", "specification_row"]].drop_duplicates(
            UNIT
        )
        given = given.merge(units[[*UNIT, "units_row", "glh"]], on=UNIT, how="left", suffixes=("", "_told"))
        given = given.assign(glh=given["glh"].fillna(given["glh_told"])).drop(columns="glh_told")
        own = units[~units["tracker"].isin(self._specified)].assign(specification_row=np.nan)
        rows = pd.concat([part for part in (given, own) if len(part)] or [own], ignore_index=True)
        hours = rows.groupby("tracker")["glh"].sum(min_count=1)
        whole = rows["glh"].notna().groupby(rows["tracker"]).all()
        return rows.assign(list_glh=rows["tracker"].map(hours.where(whole)), listed=True)

    def _worth(self, rows: pd.DataFrame) -> pd.Series:
        """Return the points of each unit: by the structure, else as the tracker has them."""
        structures = self._records.structures
        worth = [
            structure.points_of(glh, grade)
            if (structure := structures.get(tracker)) and pd.notna(glh) and isinstance(grade, str)
            else None
            for tracker, glh, grade in zip(rows["tracker"], rows["glh"], rows["outcome"], strict=True)
        ]
        return pd.Series(worth, rows.index, dtype="float64").fillna(rows["points"].astype("float64"))

    @staticmethod
    def _with_need(rows: pd.DataFrame) -> pd.DataFrame:
        decided = rows[rows["outcome"].notna() & rows["own"]]
        hours = decided.groupby("awards_row")["glh"].sum(min_count=1)
        whole = decided["glh"].notna().groupby(decided["awards_row"]).all()
        rows = rows.assign(hours=rows["awards_row"].map(hours.where(whole)))
        full = rows["hours"] >= rows["size_glh"]
        no_choice = rows["list_glh"].eq(rows["size_glh"])
        mandatory = rows["mandatory"].eq("yes")
        return rows.assign(
            needed=(mandatory & (rows["shown"] | ~full)) | (~full & (rows["shown"] | no_choice)),
            doubtful=~rows["shown"] & ~full & rows["mandatory"].isna() & ~no_choice,
        )

    # ------------------------------------------------------------------ combinations

    @cached_property
    def judged(self) -> pd.DataFrame:
        """The claimed awards with what their units come to.

        `incomplete`: a unit that it needs has no outcome. `hours` (missing where a unit's are not told) and
        `possible`: whether the units can make the size with every mandatory one (missing where it cannot be told);
        `left_out`, the mandatory units that the learner has no record of, `foreign`, those that the specification
        does not have. `reckoned` are the points of the best such combination, `score` these or else the points on
        record, `exact` whether no other combination is possible, `earned` the grade that the score earns and `reached`
        its threshold. `mandatory_at_u`: a mandatory unit is at U (`unsure_at_u`: one that may be mandatory);
        `optional_glh_at_u`: the hours of optional units at U, less those that the size does not need.
        """
        units = self.units
        awards = self.awards
        by = units.groupby("awards_row")
        surplus = (by["hours"].first() - by["size_glh"].first()).clip(lower=0).fillna(0)
        lacking = units[units["needed"] & units["outcome"].isna()]
        own = units[units["shown"] & units["own"] & units["outcome"].notna()]
        left_out = units[~units["shown"] & units["mandatory"].eq("yes") & ~units["needed"]]
        at_u = own[own["outcome"].eq("U")]
        anchor = at_u.drop_duplicates("awards_row").set_index("awards_row")["unit_results_row"]
        optional_at_u = at_u[at_u["mandatory"].eq("no")].groupby("awards_row")["glh"].sum()
        of_award = awards["awards_row"].map
        rows = awards.assign(
            has_units=awards["awards_row"].isin(units["awards_row"]),
            unit_results_row=of_award(anchor).fillna(of_award(by["unit_results_row"].first())),
            units_row=of_award(by["units_row"].first()).astype("float64"),
            specification_row=of_award(by["specification_row"].first()).astype("float64"),
            incomplete=awards["awards_row"].isin(lacking["awards_row"]),
            doubtful=of_award(by["doubtful"].any()).eq(True),
            hours=of_award(by["hours"].first()).astype("float64"),
            list_glh=of_award(by["list_glh"].max()).astype("float64"),
            left_out=of_award(_names(left_out)).astype(object),
            foreign=of_award(_names(units[~units["own"]])).astype(object),
            mandatory_told=of_award(own["mandatory"].notna().groupby(own["awards_row"]).all()).eq(True),
            unsure_at_u=of_award(at_u["mandatory"].isna().groupby(at_u["awards_row"]).any()).eq(True),
            mandatory_at_u=of_award(at_u["mandatory"].eq("yes").groupby(at_u["awards_row"]).any()).eq(True),
            optional_glh_at_u=of_award(optional_at_u.sub(surplus, fill_value=0).clip(lower=0)).fillna(0.0),
        )
        parts = _combinable(own)
        told = zip(rows["awards_row"], rows["size_glh"], strict=True)
        best = pd.Series([best_points(parts.get(award, ()), size) for award, size in told], rows.index, dtype="float64")
        worth_told = of_award(own["worth"].notna().groupby(own["awards_row"]).all()).eq(True)
        short = rows["hours"] < rows["size_glh"]
        partial = short & ~(rows["list_glh"] >= rows["size_glh"])
        known = rows["hours"].notna() & rows["size_glh"].notna() & ~partial
        possible = (best.notna() & rows["left_out"].isna()).astype(object).where(known)
        exact = rows["hours"].eq(rows["size_glh"])
        reckoned = best.where(possible.eq(True) & worth_told)
        recorded = rows["points"].astype("float64").where(possible.ne(False))
        score = reckoned.fillna(recorded)
        earned = [
            s.earned(points) if s and pd.notna(points) else None for s, points in zip(rows["size"], score, strict=True)
        ]
        reached = [s.threshold(grade) if s and grade else None for s, grade in zip(rows["size"], earned, strict=True)]
        return rows.assign(
            possible=possible,
            exact=exact | (reckoned.isna() & recorded.notna()),
            partial=partial,
            reckoned=reckoned,
            score=score,
            earned=pd.Series(earned, rows.index, dtype=object),
            reached=pd.Series(reached, rows.index, dtype="float64"),
            smaller=self._smaller(rows, own[own["outcome"].isin(PASSED)]),
        )

    def _smaller(self, rows: pd.DataFrame, passed: pd.DataFrame) -> pd.Series:
        """Return the largest smaller size whose hours and lowest threshold the units that were passed reach."""
        parts = _combinable(passed.assign(mandatory="no"))
        found = []
        for tracker, award, size in zip(rows["tracker"], rows["awards_row"], rows["size"], strict=True):
            structure = self._records.structures.get(tracker)
            smaller = [s for s in structure.sizes if s.glh < size.glh and s.thresholds] if structure and size else []
            reached = (
                s.name
                for s in reversed(smaller)
                if (best_points(parts.get(award, ()), s.glh) or -1) >= s.thresholds[0][1]
            )
            found.append(next(reached, None))
        return pd.Series(found, rows.index, dtype=object)


def best_points(units: Iterable[tuple[float, float, bool]], size: float) -> float | None:
    """Return the most points that units make which add up to just `size` guided learning hours.

    Each unit is its hours, its points and whether it is mandatory: then it counts in any case. None where no
    combination makes the size.
    """
    best: dict[float, float] = {0.0: 0.0}
    for glh, worth, mandatory in units:
        added = {hours + glh: points + worth for hours, points in best.items()}
        without = {} if mandatory else best
        best = {hours: max(without.get(hours, 0.0), added.get(hours, 0.0)) for hours in without | added}
    return best.get(float(size))


def _combinable(units: pd.DataFrame) -> dict[float, tuple[tuple[float, float, bool], ...]]:
    known = units[units["glh"].notna()]
    each = list(zip(known["glh"], known["worth"].fillna(0.0), known["mandatory"].eq("yes"), strict=True))
    return dict(pd.Series(each, known.index, dtype=object).groupby(known["awards_row"]).agg(tuple)) if each else {}


def _names(units: pd.DataFrame) -> pd.Series:
    return units.groupby("awards_row")["unit"].agg(" and ".join)


def _of(sizes: pd.Series, value: Callable[[Size], object]) -> pd.Series:
    return sizes.map(lambda size: value(size) if size else np.nan).astype(object)
