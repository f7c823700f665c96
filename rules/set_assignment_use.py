"""Which assignments are Pearson Set Assignments, which versions of them are used, and when.

The frames are those of `Records`; all of them keep trackers apart.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from rules.assessment_plan import UNIT, assignment_of_unit
from rules.edition import plain
from rules.set_assignment_versions import names_set_assignment, series_year, version_key

if TYPE_CHECKING:
    from rules.records import Records

PLANNED = ["tracker", "unit_key", "assignment_key"]
SHORT_PERIOD = pd.Timedelta(days=180)
"""Dates that lie nearer to each other are a period of assessment, which learners may exceed, not a year of validity."""

_OF_ASSIGNMENT = (
    *PLANNED, "unit", "assignment", "title", "brief", "named", "psa_version", "control", "learner", "attempt",
    "assignments_row",
)  # fmt: skip
_OF_USE = (
    *PLANNED, "unit", "assignment", "learner", "attempt", "version", "psa_from", "psa_until", "handed_out", "deadline",
    "assignments_row", "attempts_row",
)  # fmt: skip


class SetAssignments:
    """The Pearson Set Assignments of a chunk of trackers, as rules ask for them."""

    def __init__(self, records: Records) -> None:
        self._records = records

    # ------------------------------------------------------------------ which they are

    @cached_property
    def units(self) -> pd.DataFrame:
        """A row per unit of which it is said whether it is assessed by set assignment: `is_set`, with pointers."""
        records = self._records
        own = records.units.dropna(subset=["set_assignment", "unit_key"])
        given = records.specification.dropna(subset=["set_assignment", "unit_key"])
        both = pd.concat([own, given], ignore_index=True).drop_duplicates(UNIT)
        return both.assign(is_set=both["set_assignment"].eq("yes"))

    def assessed_by_set_assignment(self, frame: pd.DataFrame) -> pd.Series:
        """Return whether the unit of each row is assessed by set assignment; False where that is not said."""
        units = pd.MultiIndex.from_frame(self.units.loc[self.units["is_set"], UNIT])
        return pd.Series(pd.MultiIndex.from_frame(frame[UNIT]).isin(units), frame.index)

    @cached_property
    def none_in(self) -> frozenset[int]:
        """The trackers whose unit list says of every unit on record that it has no set assignment, and that name no
        version of one."""
        frames = (self._records.assignments, self._records.attempts)
        named = pd.concat([frame[["tracker", "unit_key", "psa_version"]] for frame in frames])
        settled = pd.MultiIndex.from_frame(self.units.loc[~self.units["is_set"], UNIT])
        open_ones = named[~pd.MultiIndex.from_frame(named[UNIT]).isin(settled) | named["psa_version"].notna()]
        return frozenset(self.units["tracker"]) - frozenset(open_ones["tracker"])

    def of(self, plan: pd.DataFrame) -> pd.Series:
        """Return which planned assignments are Pearson's, or should be."""
        return plan["psa_version"].notna() | self._says_so(plan) | self.assessed_by_set_assignment(plan)

    @staticmethod
    def _says_so(frame: pd.DataFrame) -> pd.Series:
        """Return which assignments bear a title or brief of Pearson's."""
        found = pd.Series(False, index=frame.index)
        for column, for_certain in (("title", False), ("brief", False), ("assignment", True)):
            if column in frame:
                said = frame[column].map(
                    lambda name, sure=for_certain: names_set_assignment(name, for_certain=sure), na_action="ignore"
                )
                found |= said.eq(True)
        return found

    @cached_property
    def assignments(self) -> pd.DataFrame:
        """A row per assignment of the plan (of the records, where there is none): `must_be` says that its unit is
        assessed by set assignment, `is_one` that it is Pearson's by its version or title, in the plan or the log.

        `attempts_row` leads to the first record of it, and `named` is what a sentence calls it.
        """
        records = self._records
        attempts = records.attempts.dropna(subset="assignment_key")
        attempts = attempts.assign(is_one=attempts["psa_version"].notna() | self._says_so(attempts))
        told = attempts[attempts["is_one"]].drop_duplicates(PLANNED)
        first = attempts.drop_duplicates(PLANNED).set_index(PLANNED)["attempts_row"]
        plan = records.plan.assignments
        unplanned = attempts[~attempts["tracker"].isin(plan["tracker"]) & attempts["attempt"].eq("first")]
        unplanned = unplanned.drop_duplicates(PLANNED).drop(columns=["psa_version", "is_one"])
        unplanned = unplanned.assign(named=assignment_of_unit(unplanned), learner=None, attempt=None)
        rows = pd.concat([plan, unplanned], ignore_index=True)[[*_OF_ASSIGNMENT]]
        keys = pd.MultiIndex.from_frame(rows[PLANNED])
        own = rows["psa_version"].notna() | self._says_so(rows)
        return rows.assign(
            attempts_row=pd.Series(first.reindex(keys).to_numpy(), rows.index).astype("float64"),
            must_be=self.assessed_by_set_assignment(rows),
            is_one=own | keys.isin(pd.MultiIndex.from_frame(told[PLANNED])),
            **self._unit_pointers(rows),
        )

    def _unit_pointers(self, rows: pd.DataFrame) -> dict[str, pd.Series]:
        """Return pointers to the rows of the unit list and of the specification that each row's unit stands in."""
        found = {}
        for table in ("units", "specification"):
            own = self._records.units if table == "units" else self._records.specification
            first = own.drop_duplicates(UNIT).set_index(UNIT)[f"{table}_row"]
            at = pd.MultiIndex.from_frame(rows[UNIT])
            found[f"{table}_row"] = pd.Series(first.reindex(at).to_numpy(), rows.index).astype("float64")
        return found

    # ------------------------------------------------------------------ how they are used

    @cached_property
    def attempts(self) -> pd.DataFrame:
        """A row per attempt on a set assignment, with `version` (its own, or the plan's for it) and `version_key`.

        An assignment of the centre's own is none, although its unit asks for a set assignment (PSA001).
        """
        records = self._records
        rows = records.attempts.dropna(subset=["assignment_key", "learner_key"])
        own_plan = rows["attempt"].ne("retake") | rows["base_key"].ne(rows["assignment_key"])
        planned = records.value(rows, "assignments.psa_version").where(own_plan)
        version = rows["psa_version"].astype(object).where(rows["psa_version"].notna(), planned.astype(object))
        known = self.assignments
        centre_devised = pd.MultiIndex.from_frame(known.loc[known["must_be"] & ~known["is_one"], PLANNED])
        told = records.recorded(rows, "attempts.psa_version|assignments.psa_version")
        own = told & pd.MultiIndex.from_frame(rows[PLANNED]).isin(centre_devised)
        rows = rows.assign(version=version, version_key=version.map(version_key, na_action="ignore").astype(object))
        ours = version.notna() | self._says_so(rows) | (self.assessed_by_set_assignment(rows) & ~own)
        return rows[ours].assign(**self._unit_pointers(rows[ours]))

    @cached_property
    def uses(self) -> pd.DataFrame:
        """A row per planned set assignment, and per version and hand-out of it that the records show besides.

        `version`, `psa_from`, `psa_until`, `handed_out`, `deadline`, and the span of the year for which the version
        is valid (`valid_from`, `valid_until`). `learner` is filled where the records are of one learner alone;
        `to_whom` says so in a sentence.
        """
        records = self._records
        plan = records.assignments
        planned = plan[self.of(plan)].drop_duplicates([*PLANNED, "psa_version", "handed_out", "psa_from", "psa_until"])
        planned = planned.assign(version=planned["psa_version"], attempts_row=float("nan"), learner=None, attempt=None)
        made = self.attempts[self.attempts["attempt"].ne("resubmission")]
        own_plan = made["attempt"].ne("retake") | made["base_key"].ne(made["assignment_key"])
        made = made.assign(
            **{name: records.value(made, f"assignments.{name}").where(own_plan) for name in ("psa_from", "psa_until")},
            handed_out=made["handed_out"].mask(
                ~(made["handed_out"] > records.value(made, "first.handed_out")) & made["attempt"].eq("retake")
            ),
        )
        same = ["tracker", "unit_key", "assignment_key", "version_key", "handed_out"]
        shared = made.groupby(same, dropna=False)["learner_key"].transform("nunique") > 1
        made = made.assign(learner=made["learner"].mask(shared), attempt=made["attempt"].mask(shared)).drop_duplicates(
            same
        )
        both = pd.concat([planned, made], ignore_index=True)[[*_OF_USE]]
        both = both.assign(
            named=assignment_of_unit(both),
            to_whom=(" to " + both["learner"].astype(object)).where(both["learner"].notna(), ""),
        )
        return self._with_validity(both)

    def _with_validity(self, rows: pd.DataFrame) -> pd.DataFrame:
        month = self._records.limit(rows, "set_assignment_available_from_month")
        months = self._records.limit(rows, "set_assignment_validity_months")
        told = (
            rows["version"]
            .astype(object)
            .combine(month, lambda text, first: series_year(text, first) if isinstance(text, str) else None)
        )
        first = pd.to_datetime(
            pd.DataFrame({"year": told.astype("float64"), "month": month.astype("float64"), "day": 1.0}),
            errors="coerce",
        ).astype("datetime64[s]")
        end = first.dt.year * 12 + first.dt.month - 1 + months.astype("float64")
        last = pd.to_datetime(pd.DataFrame({"year": end // 12, "month": end % 12 + 1, "day": 1.0}), errors="coerce")
        return rows.assign(valid_from=first, valid_until=last.astype("datetime64[s]") - pd.Timedelta(days=1))

    @cached_property
    def earlier_use(self) -> pd.DataFrame:
        """A row per attempt on a version that the learner had used before, in the same unit: `previous_row`, the
        earlier attempt, which `again` describes. A resubmission may be on the version of its first submission."""
        records = self._records
        rows = self.attempts.dropna(subset=["version_key", "learner_key"])
        when = rows[["submitted", "handed_out", "deadline", "assessed"]].bfill(axis=1).iloc[:, 0]
        rows = rows.assign(when=when, year=records.calendars.academic_year(rows["tracker"], when).astype("Float64"))
        key = ["tracker", "learner_key", "unit_key", "version_key"]
        columns = ["attempts_row", "base_key", "attempt", "when", "year", "assignment"]
        pairs = rows.merge(rows[[*key, *columns]], on=key, suffixes=("", "_before"))
        same_story = pairs["base_key"].eq(pairs["base_key_before"])
        before = (pairs["when_before"] < pairs["when"]) | (pairs["attempt"].eq("retake") & same_story)
        retaken = pairs["attempt"].eq("retake") & pairs["attempt_before"].ne("retake")
        begun_again = (
            pairs["attempt"].eq("first")
            & pairs["attempt_before"].ne("retake")
            & (~same_story | (pairs["year"] > pairs["year_before"]).fillna(False).astype(bool))
        )
        pairs = pairs[before & (pairs["attempts_row"] != pairs["attempts_row_before"]) & (retaken | begun_again)]
        pairs = pairs.sort_values(
            ["attempts_row", "when_before", "attempts_row_before"], kind="stable"
        ).drop_duplicates("attempts_row")
        return pairs.assign(previous_row=pairs["attempts_row_before"].astype("float64"))

    # ------------------------------------------------------------------ the degree of control

    @cached_property
    def controls(self) -> pd.DataFrame:
        """A row per planned set assignment, and per set assignment unit that has none, with its degree of control:
        `control` as it is told, `allowed` (the degrees of its level) and `fits`, which is missing where none is told.

        Where the level cannot be told, the degrees of every level are allowed.
        """
        records = self._records
        known = self.assignments[self.assignments["is_one"] & self.assignments["assignments_row"].notna()]
        units = self.units[self.units["is_set"]]
        units = units[~pd.MultiIndex.from_frame(units[UNIT]).isin(pd.MultiIndex.from_frame(self.assignments[UNIT]))]
        units = units.assign(named=units["unit"], assignments_row=float("nan"), control=float("nan")).drop(
            columns="criteria"
        )
        rows = pd.concat([known, units.assign(**self._unit_pointers(units))], ignore_index=True)
        own = rows["control"].astype(object)
        told = own.where(own.notna(), records.value(rows, "units.control").astype(object))
        degrees = records.limit(rows, "set_assignment_controls")
        allowed = degrees.combine(records.level(rows), _degrees_of)
        fits = told.combine(allowed, _fits).astype(object)
        return rows.assign(control=told, allowed=allowed.map(" or ".join), fits=fits)


def _degrees_of(degrees: dict[str, list[str]], level: object) -> tuple[str, ...]:
    every = tuple(degree for of_level in degrees.values() for degree in of_level)
    return tuple(degrees.get(str(level), every))


def _fits(control: object, allowed: tuple[str, ...]) -> bool | None:
    if not isinstance(control, str):
        return None
    words = set(plain(control).split())
    others = {"high", "medium", "low", "limited"} - set(allowed)
    return bool(words & set(allowed)) and not words & others
