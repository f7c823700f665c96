"""How an assessment plan is read: which of several plans is in force, which rows make one assignment, which units
and groups it is for, and how its deadlines lie.

The functions take and give frames of `Records`; all of them keep trackers apart.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from rules.edition import plain
from rules.wording import says

if TYPE_CHECKING:
    from rules.records import Records

UNIT = ["tracker", "unit_key"]
"""What makes one unit."""

PART = [*UNIT, "name_key", "group_key", "version_key"]
"""What makes one assignment of a plan: its unit and name, its group and set assignment version ("" where untold)."""

COMPARED = (
    "title", "criteria", "assessor", "internal_verifier", "handed_out", "deadline", "verification_planned_on",
    "resubmission_planned_on", "psa_version",
)  # fmt: skip
"""What two versions of a plan are compared by: what is planned, not what has happened since."""

PEOPLE = ("assessor", "internal_verifier")
"""The fields of the plan in which a name stands."""

SAID_ONCE = ("title", "handed_out", "deadline", "verification_planned_on", "resubmission_planned_on", "synoptic")
"""What a plan with several rows for one assignment may say in one of them."""

_NUMBERED_UNIT = re.compile(r"\b(?:units?|u)\s*\.?\s*(?:no\.?|number)?\s*([0-9]{1,3})\b")
_LISTED_UNITS = re.compile(
    r"\s*(?:units?|u|modules?)?\s*[0-9]{1,3}(?:\s*(?:[,;/&+]|and\b)\s*(?:and\s*)?(?:units?|u)?\s*[0-9]{1,3}(?![0-9a-z.-]))+"
)
_UNIT_RANGE = re.compile(r"\s*units\s*([0-9]{1,3})\s*(?:-|–|to)\s*([0-9]{1,3})\b")
_BARE_UNITS = re.compile(r"\s*[0-9]{1,3}(?:\s+[0-9]{1,3})+\s*")
_MOST_UNITS = 20
"""A range of more units than a qualification has is no range of units."""
_SECOND_CHANCE = re.compile(
    r"\bre[ -]?sits?\b|\A\W*re[ -]?takes?\b|[(\[]\s*re[ -]?takes?\b"
    r"|\bre[ -]?takes?(?: assignment| brief)?[)\]]?\s*[0-9]*\s*\Z"
)
_BETWEEN_GROUPS = re.compile(r"[,;/&+]|\band\b", re.IGNORECASE)
_GENERIC_NAME = re.compile(r"[a-z]{0,12} ?(?:no|number)? ?[0-9]{1,2}[a-z]?")


# ---------------------------------------------------------------------- plans and their versions


def in_force(plans: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the plans that count: of two plans for the same assignments the one with the higher
    version, or the one that stands last.

    A workbook may have a plan for each unit or group: those do not replace each other. A list without hand-out
    dates or deadlines (`complete` is False), such as a schedule of internal verification, replaces nothing, and
    gives way to a plan that has its assignments.
    """
    order = plans.assign(
        number=plans["plan_version"].map(version_order, na_action="ignore").astype("float64").fillna(-1.0),
        start=plans.groupby(["tracker", "plan"])["assignments_row"].transform("min"),
    )
    rank = order.groupby(["tracker", "number", "start"]).ngroup()
    newest = rank.where(plans["complete"]).groupby([plans[key] for key in PART], dropna=False).transform("max")
    replaced = (plans["complete"] & (rank < newest)).groupby([plans["tracker"], plans["plan"]]).transform("any")
    name = [plans[key] for key in ("tracker", "unit_key", "name_key")]
    beside = ~plans["complete"] & plans["complete"].groupby(name, dropna=False).transform("any")
    return plans[~replaced & ~beside]


def version_order(version: str) -> float:
    """Return a number that orders versions: "1.10" after "1.9", "v2" after "1.2"."""
    parts = [int(part) for part in re.findall(r"[0-9]+", version)][:3]
    return float(sum(part * 1000.0**-place for place, part in enumerate(parts)))


def version_name(version: str) -> str:
    """Return what makes two spellings of a version the same: "v1.2", "Version 1.2" and "1.2"."""
    return re.sub(r"\A\s*(?:version|ver|v|issue|revision|rev)?[\s.:]*", "", version.casefold()).strip()


def changes(plans: pd.DataFrame, recorded: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each plan that has an earlier one of the same version for the same assignments:
    `plan_before`, and `changed`, the assignments that the two plan differently.

    `recorded` says of each row and field of `COMPARED` whether the plan has a place for it; two plans are
    compared by what both have.
    """
    keys = ["tracker", "plan", *PART[1:]]
    told = plans[["plan_group", *COMPARED]].assign(
        criteria=plans["criteria"].map(lambda listed: " ".join(sorted(listed)), na_action="ignore")
    )
    told = told.astype(object).apply(lambda column: column.map(lambda value: plain(str(value)), na_action="ignore"))
    rows = plans[["tracker", "plan", "plan_version", "unit", "assignment", "assignments_row", *PART[1:]]].assign(**told)
    rows = rows.assign(version=rows["plan_version"].map(version_name, na_action="ignore"))
    rows = rows[plans["complete"] & rows["version"].notna()].drop_duplicates(keys)
    pairs = rows.merge(rows, on=["tracker", "version"], suffixes=("", "_before"))
    pairs = pairs[pairs["assignments_row"] > pairs["assignments_row_before"]]
    pairs = pairs[(pairs["plan"] != pairs["plan_before"]) & ~_differ(pairs, "plan_group")]
    same = pd.concat([pairs[key].eq(pairs[f"{key}_before"]) for key in PART[1:]], axis=1).all(axis=1)
    shared = pairs[same]
    held = recorded.groupby([plans["tracker"], plans["plan"]]).any()
    unequal = pd.Series(False, index=shared.index)
    for field in COMPARED:
        both = [
            pd.Series(held[field].reindex(pd.MultiIndex.from_frame(shared[["tracker", plan]])).to_numpy(), shared.index)
            for plan in ("plan", "plan_before")
        ]
        changed = shared[field].fillna("") != shared[f"{field}_before"].fillna("")
        unequal |= changed & both[0].eq(True) & both[1].eq(True)
    by = ["tracker", "plan", "plan_before"]
    found = shared.drop_duplicates(by)[[*by, "plan_version", "assignments_row"]]
    moved = shared[unequal].assign(name=shared["unit"].fillna("") + " " + shared["assignment"].fillna(""))
    gone = _only_in_one(rows, found)
    names = pd.concat([moved[[*by, "name"]], gone[[*by, "name"]]]).groupby(by, sort=False)["name"].agg(distinct)
    at = moved.groupby(by)["assignments_row"].first()
    index = pd.MultiIndex.from_frame(found[by])
    first = pd.Series(at.reindex(index).to_numpy(), found.index)
    return found.assign(
        changed=pd.Series(names.reindex(index).to_numpy(), found.index, dtype=object),
        assignments_row=first.fillna(found["assignments_row"]),
    ).drop_duplicates(["tracker", "plan"])


def _only_in_one(rows: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the assignments that only one plan of each pair has."""
    by, key = ["tracker", "plan", "plan_before"], PART[1:]
    sides = [
        pairs[by].merge(rows.rename(columns={"plan": side}), on=["tracker", side])[[*by, *key, "unit", "assignment"]]
        for side in ("plan", "plan_before")
    ]
    both = pd.concat(sides, ignore_index=True)
    alone = both[~both.duplicated([*by, *key], keep=False)]
    return alone.assign(name=alone["unit"].fillna("") + " " + alone["assignment"].fillna(""))


def _differ(pairs: pd.DataFrame, field: str) -> pd.Series:
    before = pairs[f"{field}_before"]
    return pairs[field].notna() & before.notna() & (pairs[field] != before)


# ---------------------------------------------------------------------- assignments


def with_part(frame: pd.DataFrame) -> pd.DataFrame:
    """Return planned assignments with what tells them apart: `name_key`, `group_key` and `version_key`; and
    with `groups`, the set of groups that they are for, which is empty where that is not told."""
    group = frame["group"].where(frame["group"].notna(), frame["plan_group"]).astype(object)
    name = frame["assignment_key"]
    return frame.assign(
        name_key=name.where(name.notna(), "row " + frame["assignments_row"].astype(str)),
        group_key=plain_key(group),
        version_key=plain_key(frame["psa_version"]),
        groups=group.fillna("").map(groups_of),
    )


def plain_key(texts: pd.Series) -> pd.Series:
    """Return texts without case, accents and punctuation; "" where there is none."""
    return texts.map(plain, na_action="ignore").astype(object).fillna("")


def groups_of(text: str) -> frozenset[str]:
    """Return the keys of the groups that a cell names."""
    return frozenset(key for part in _BETWEEN_GROUPS.split(text) if (key := plain(part)))


def written_for_retake(frame: pd.DataFrame) -> pd.Series:
    """Return which assignments were written for a retake or re-sit: by what they stand in for, or by name."""
    named = pd.Series(False, index=frame.index)
    for column in ("assignment", "title"):
        named |= (
            frame[column]
            .astype(object)
            .fillna("")
            .map(lambda text: bool(_SECOND_CHANCE.search(text.casefold())))
            .astype(bool)
        )
    return (frame["retake_of"].notna() & ~plain_key(frame["retake_of"]).isin(["no", "n", "false"])) | named


def units_named(text: str) -> tuple[str, ...]:
    """Return the keys of the units that a cell names: "Units 3 and 4" names "unit 3" and "unit 4".

    Numbers in a title do not count: "Unit 4: Web 2.0", "Unit 12 (follows Unit 3)".
    """
    said = re.sub(r"\(.*?\)", " ", text.casefold())
    if m := _UNIT_RANGE.match(said):
        numbers = list(range(int(m[1]), int(m[2]) + 1))
        return tuple(f"unit {number}" for number in numbers) if len(numbers) <= _MOST_UNITS else ()
    found = [int(number) for number in _NUMBERED_UNIT.findall(said)]
    if listed := _LISTED_UNITS.match(said) or _BARE_UNITS.fullmatch(said):
        found.extend(int(number) for number in re.findall(r"[0-9]{1,3}", listed[0]))
    return tuple(dict.fromkeys(f"unit {number}" for number in found))


def joint_key(frame: pd.DataFrame) -> pd.Series:
    """Return what makes rows for several units one assignment: the same name, title, hand-out and deadline.

    Numbering starts again in every unit, so that "Assignment 1" of two units is two assignments unless a title
    says otherwise; those get a key of their own.
    """
    title = plain_key(frame["title"])
    name = title.where(title.ne(""), frame["name_key"]).astype(object)
    dates = frame[["handed_out", "deadline"]]
    telling = ~name.str.fullmatch(_GENERIC_NAME.pattern).eq(True) & dates.notna().all(axis=1)
    parts = (name, dates["handed_out"], dates["deadline"], frame["group_key"])
    key = frame["name_key"].astype(str)
    for part in parts:
        key = key + "|" + part.astype(str)
    return key.where(telling, "row " + frame["assignments_row"].astype(str))


# ---------------------------------------------------------------------- the plan as rules ask for it


class AssessmentPlan:
    """The plans in force of a chunk of trackers, as rules ask for them."""

    def __init__(self, records: Records) -> None:
        self._records = records

    @cached_property
    def assignments(self) -> pd.DataFrame:
        """A row per planned assignment: what one of its rows says, where a plan has a row for each task."""
        frame = self._records.assignments
        dated = self._records.recorded(frame, "assignments.deadline") & frame["deadline"].notna()
        frame = frame.assign(unit_key=frame["unit_key"].fillna(""), undated=~dated)
        frame = frame.sort_values("undated", kind="stable")
        rows = frame.drop_duplicates(PART).sort_index()
        first = frame.groupby(PART)[list(SAID_ONCE)].first()
        at = pd.MultiIndex.from_frame(rows[PART])
        said = {name: pd.Series(first[name].reindex(at).to_numpy(), rows.index) for name in SAID_ONCE}
        return rows.assign(**said, named=assignment_of_unit(rows))

    def asked_for(self, field: str) -> pd.DataFrame:
        """Return a row per planned assignment with `absent`: none of its rows has `field`."""
        frame = self._records.assignments
        named = frame[field].dropna() if field in PEOPLE else frame[field].iloc[:0]
        nobody = says(named, "nobody_named").reindex(frame.index, fill_value=False)
        frame = frame.assign(unit_key=frame["unit_key"].fillna(""), absent=frame[field].isna() | nobody)
        frame = frame.assign(
            absent=frame.groupby(PART)["absent"].transform("all"),
            unrecorded=~self._records.recorded(frame, f"assignments.{field}"),
            named=assignment_of_unit(frame),
        )
        return frame.sort_values("unrecorded", kind="stable").drop_duplicates(PART).sort_index()

    @cached_property
    def scheduled(self) -> pd.Series:
        """Which rows of the assignments table belong to the schedule, by `assignments_row`: all but a retake's or
        re-sit's brief that has no date yet and that nobody has taken."""
        frame = self._records.assignments
        story = ["tracker", "unit_key", "base_key"]
        used = pd.MultiIndex.from_frame(frame[story]).isin(pd.MultiIndex.from_frame(self._records.retakes[story]))
        dated = frame[["handed_out", "deadline", "verification_planned_on"]].notna().any(axis=1)
        return pd.Series((~frame["for_retake"] | dated | used).to_numpy(), frame["assignments_row"])

    @cached_property
    def integrated(self) -> pd.DataFrame:
        """A row per assignment for several units and unit, with `covers` (the units) and `mapped` (whether its
        criteria are given for that unit): one whose cell names several units, or one that is listed for each."""
        frame = self._records.assignments
        frame = frame.assign(joint=joint_key(frame), listing=frame["criteria"].notna())
        among = frame.groupby(["tracker", "joint"])
        frame = frame.assign(
            spread=among["unit_key"].transform("nunique") > 1,
            covers=among["unit"].transform(lambda units: list_text(distinct(units.dropna()))),
            told_elsewhere=among["listing"].transform("any"),
        )
        frame = frame[frame["several"] | frame["spread"]]
        return frame.assign(
            covers=frame["covers"].where(frame["spread"], frame["unit"]),
            mapped=~frame["several"] & (frame["listing"] | ~frame["told_elsewhere"]),
        )

    @cached_property
    def unmapped_units(self) -> pd.DataFrame:
        """The units (`UNIT`) whose criteria cannot be told apart in an assignment for several units."""
        unmapped = self.integrated[~self.integrated["mapped"]]
        named = unmapped["units_named"].where(unmapped["several"], unmapped["unit_key"].map(lambda key: (key,)))
        return unmapped.assign(unit_key=named).explode("unit_key")[UNIT]

    @cached_property
    def changed(self) -> pd.DataFrame:
        """A row per plan that has an earlier one of the same version, with the assignments that differ."""
        plans = self._records.plans
        recorded = {field: self._records.recorded(plans, f"assignments.{field}") for field in COMPARED}
        return changes(plans, pd.DataFrame(recorded, index=plans.index))

    @cached_property
    def combination(self) -> pd.DataFrame:
        """A row per tracker with a plan and a specification: `left_out` (mandatory units that are not planned,
        missing where there are none), `hours` (of the planned units) of `size`, and whether they are `short`.

        Hours are those of the specification, else of the unit list; where one is not known, nothing is short.
        """
        plan = self._records.assignments
        single = plan["unit_key"].map(lambda key: (key,), na_action="ignore")
        planned = plan.assign(unit_key=plan["units_named"].where(plan["several"], single)).explode("unit_key")
        planned = planned.dropna(subset=["unit_key"]).drop_duplicates(UNIT)[[*UNIT, "programme_row"]]
        required = self._records.specification.dropna(subset=["unit_key"]).drop_duplicates(UNIT)
        unplanned = ~pd.MultiIndex.from_frame(required[UNIT]).isin(pd.MultiIndex.from_frame(planned[UNIT]))
        left_out = required[required["mandatory"].eq("yes") & unplanned].groupby("tracker")["unit"]
        listed = self._records.units.drop_duplicates(UNIT)[[*UNIT, "glh"]].rename(columns={"glh": "own_glh"})
        sized = planned.merge(required[[*UNIT, "glh"]], on=UNIT, how="left").merge(listed, on=UNIT, how="left")
        hours = sized["glh"].fillna(sized["own_glh"]).groupby(sized["tracker"]).sum(skipna=False)
        first = plan.drop_duplicates("tracker")[["tracker", "assignments_row"]]
        rows = required.drop_duplicates("tracker")[["tracker", "specification_row", "programme_row"]]
        rows = rows.merge(first, on="tracker")
        rows = rows.assign(
            left_out=rows["tracker"].map(left_out.agg(lambda units: list_text(tuple(units)))),
            hours=rows["tracker"].map(hours).astype("Float64"),
            size=rows["tracker"].map(required.groupby("tracker")["size_glh"].max()).astype("Float64"),
        )
        short = (rows["hours"] < rows["size"]).fillna(False).astype(bool)
        return rows.assign(short=short, hours=rows["hours"].astype("Int64"), size=rows["size"].astype("Int64"))


# ---------------------------------------------------------------------- wording


def distinct(values: pd.Series) -> tuple[str, ...]:
    """Return the distinct values, in their order: for `agg`."""
    return tuple(dict.fromkeys(values))


def list_text(names: tuple[str, ...]) -> str:
    """Return names as a sentence has them: "A, B and C"."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def assignment_of_unit(frame: pd.DataFrame) -> pd.Series:
    """Return what a sentence calls each assignment: "Assignment 1 of Unit 4"."""
    unit = (" of " + frame["unit"].astype(object)).where(frame["unit"].notna(), "")
    return frame["assignment"].astype(object).where(frame["assignment"].notna(), "an assignment without a name") + unit


def spoken_dates(days: pd.Series) -> pd.Series:
    """Return dates as a sentence has them: "3 November 2023"; missing where there is none."""
    return days.map(lambda day: f"{day.day} {day:%B %Y}", na_action="ignore").astype(object)
