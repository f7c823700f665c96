"""How planned assignments cover the learning aims of units: which criteria a unit has, which aims belong together,
and which assignments target what.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rules.assessment_plan import PART, UNIT, assignment_of_unit, distinct, list_text

if TYPE_CHECKING:
    from collections.abc import Iterable

_CRITERION = r"\A(?:([A-Z]+)\.)?([0-9]*)([PMD])([0-9]+)\Z"

_ONE_AIM = r"\A(?:(?i:learning aim|la|aim)\s*:?\s*)?([A-L])\Z"

_TOLD = [*PART, "unit", "assignment", "named", "deadline", "groups", "assignments_row", "attempts_row"]
"""What findings about an assignment need to know of it."""


class LearningAims:
    """How the assignments of a chunk of trackers cover the learning aims of their units.

    `planned` and `lists` are `Records.planned` and `Records.unit_criteria`; `assignments` the planned assignments
    of the trackers whose plans give criteria. `blocked` are units of which it cannot be told what is targeted;
    `settled` the trackers of which it is known that no further assignment is to come: they have such a plan, or
    the programme has ended.
    """

    def __init__(
        self,
        planned: pd.DataFrame,
        lists: pd.DataFrame,
        assignments: pd.DataFrame,
        *,
        blocked: pd.MultiIndex,
        settled: Iterable[int],
    ) -> None:
        planned = planned.assign(named=assignment_of_unit(planned))
        known = planned[planned["entry"].notna() | ~planned["listed"]]
        ties = tied_aims(pd.concat([known[[*UNIT, "aims"]], lists[[*UNIT, "aims"]]]))
        self._planned = planned
        self._known = known[~known["for_retake"]].merge(ties, on=[*UNIT, "aims"], how="left")
        self._lists = lists.merge(ties, on=[*UNIT, "aims"], how="left")
        self._assignments = assignments
        self._blocked = blocked
        self._settled = frozenset(settled)

    # ------------------------------------------------------------------ within an assignment

    @cached_property
    def _separate(self) -> pd.Series:
        """Which criteria are targeted by an assignment that has no Pass criterion of their aims, although there
        are some."""
        some = pd.concat([self._known, self._lists])[[*UNIT, "cluster", "band"]]
        some = some[some["band"] == "P"]
        passes = _index(self._known, [*UNIT, "cluster"]).isin(_index(some, [*UNIT, "cluster"]))
        return ~self._with_pass([*PART, "cluster"]) & passes

    def _with_pass(self, by: list[str]) -> pd.Series:
        return self._known["band"].eq("P").groupby([self._known[key] for key in by]).transform("any").astype(bool)

    def separate(self) -> pd.DataFrame:
        """Return a row per assignment, and per task of those with several, with `higher`: the Merit and Distinction
        criteria that it targets apart from the Pass criteria of their aims (missing where there are none)."""
        whole = self._known.assign(task_key="", apart=self._separate)
        tasks = self._known.assign(task_key=self._known["task"].fillna("").astype(str))
        shared = self._with_pass([*PART, "cluster"]) & (tasks.groupby(PART)["task_key"].transform("nunique") > 1)
        lone = tasks["band"].ne("P").groupby([tasks[key] for key in [*PART, "task_key", "cluster"]]).transform("all")
        tasks = tasks.assign(apart=shared & lone)
        every = pd.concat([whole, tasks[tasks["task_key"] != ""]], ignore_index=True)
        by = [*PART, "task_key"]
        rows = every.drop_duplicates(by)[[*_TOLD, "task_key", "task"]]
        apart = every[every["apart"]]
        return rows.assign(
            higher=_looked_up(rows, by, apart.groupby(by)["criterion"].agg(distinct)),
            of_aims=_looked_up(rows, by, apart.groupby(by)["cluster"].agg(distinct).map(_aims_text)),
        )

    # ------------------------------------------------------------------ between assignments

    def splits(self) -> pd.DataFrame:
        """Return a row per assignment and cluster of aims, with `before`: the assignments due earlier that target
        criteria of the same aims (missing where there are none); `targeted`, `of_aims` and `ties` tell what.
        """
        by = [*PART, "cluster"]
        known = self._known[~self._separate & self._known["cluster"].ne("")]
        rows = known.drop_duplicates(by)[[*_TOLD, "cluster"]].sort_values("deadline", kind="stable")
        whole = self._known.sort_values("criterion").groupby(PART)["criterion"].agg(distinct)
        shared = pd.concat([self._known, self._lists])[[*UNIT, "cluster", "criterion", "aims"]]
        shared = shared[shared["aims"].map(len) > 1]
        ties = shared.groupby([*UNIT, "cluster"])["criterion"].agg(distinct)
        rows = rows.assign(
            place=rows.groupby([*UNIT, "cluster"]).cumcount(),
            targeted=_looked_up(rows, by, known.groupby(by)["criterion"].agg(distinct)),
            whole=_looked_up(rows, PART, whole),
            ties=_looked_up(rows, [*UNIT, "cluster"], ties.map(list_text)),
            of_aims=rows["cluster"].map(lambda cluster: _aims_text((cluster,))).astype(object),
        ).reset_index(drop=True)
        pairs = rows.reset_index().merge(rows, on=[*UNIT, "cluster"], suffixes=("", "_before"))
        pairs = pairs[(pairs["place"] > pairs["place_before"]) & (pairs["name_key"] != pairs["name_key_before"])]
        pairs = pairs[~_alternatives(pairs)]
        name = pairs["assignment_before"].astype(object).fillna("another")
        said = name + " targets " + pairs["targeted_before"].map(", ".join)
        before = said.astype(object).groupby(pairs["index"]).agg(lambda names: list_text(distinct(names)))
        return rows.assign(before=before.reindex(rows.index))

    # ------------------------------------------------------------------ against the unit's own list

    def incomplete(self) -> pd.DataFrame:
        """Return a row per assignment that targets Pass criteria, with `missing`: the Merit and Distinction criteria
        of the same aims that no assignment targets. Each is told of the assignment that is due last.

        `blocked` says that criteria of the unit cannot be told; `criterion` is the missing one where it is alone.
        """
        owners = self._known[self._known["band"] == "P"]
        absent = self._absent(self._lists["band"].isin(["M", "D"]))
        absent = absent[absent["tracker"].isin(self._settled) | absent["aims"].ne("")]
        lettered = owners[owners["listed"]].assign(letter=owners["entry"].fillna("").map(_letters)).explode("letter")
        pairs = absent.assign(letter=absent["code"].map(_letters)).explode("letter").merge(
            lettered.drop(columns=["criterion", "band", "aims", "cluster"]), on=[*UNIT, "letter"]
        )  # fmt: skip
        pairs = pairs.sort_values("deadline", kind="stable").drop_duplicates([*UNIT, "code"], keep="last")
        pairs = pairs.sort_values("position", kind="stable")
        rows = self._with_list(owners.drop_duplicates(PART)[_TOLD])
        return _with_missing(rows, PART, pairs[~_index(pairs, UNIT).isin(self._blocked)])

    def uncovered(self) -> pd.DataFrame:
        """Return a row per planned unit, with `missing`: its Pass criteria that no assignment targets.

        Level 1 criteria of a Level 1/2 unit are what falls short of Level 2, on the same evidence. Records alone
        do not tell what is still to come: without a plan, aims of which nothing is targeted are left out.
        """
        columns = [*UNIT, "unit", "deadline", "assignments_row", "attempts_row", "cluster"]
        planned = self._assignments.assign(attempts_row=np.nan, cluster="")
        planned = planned[~planned["for_retake"] & ~planned["several"] & planned["unit_key"].fillna("").ne("")]
        parts = [part[columns] for part in (self._known, planned) if len(part)]
        targeting = pd.concat(parts or [planned[columns]], ignore_index=True)
        absent = self._absent(self._lists["band"].eq("P") & ~self._lists["short"].str.startswith("1"))
        aims = [*UNIT, "cluster"]
        touched = _index(absent, aims).isin(_index(self._known, aims)) & absent["cluster"].ne("")
        absent = absent[absent["tracker"].isin(self._settled) | touched]
        nearest = targeting.assign(beside=_index(targeting, aims).isin(_index(absent, aims)))
        nearest = nearest.sort_values(["beside", "deadline"], kind="stable", na_position="first")
        rows = nearest.drop_duplicates(UNIT, keep="last").sort_values(UNIT)[
            [*UNIT, "unit", "assignments_row", "attempts_row"]
        ]
        return _with_missing(self._with_list(rows), UNIT, absent[~_index(absent, UNIT).isin(self._blocked)])

    def unknown(self) -> pd.DataFrame:
        """Return a row per assignment, with `missing`: the criteria that it targets and its unit's list lacks."""
        rows = self._with_list(self._planned.drop_duplicates(PART)[_TOLD])
        return _with_missing(rows, PART, self._planned[self._planned["listed"] & self._planned["entry"].isna()])

    def _absent(self, which: pd.Series) -> pd.DataFrame:
        """Return the criteria of units' lists that no assignment targets, in the order of the list."""
        targeted = self._known.dropna(subset=["entry"])
        lists = self._lists.assign(position=range(len(self._lists))).drop_duplicates([*UNIT, "code"])
        met = _index(lists, [*UNIT, "code"]).isin(_index(targeted, [*UNIT, "entry"]))
        lists = lists[which.reindex(lists.index) & ~met]
        return lists[[*UNIT, "criterion", "code", "aims", "cluster", "position"]]

    def _with_list(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows with pointers to their unit's list of criteria, and whether what is planned is `blocked`."""
        lists = self._lists.drop_duplicates(UNIT)[[*UNIT, "criteria_row", "specification_row"]]
        rows = rows.merge(lists, on=UNIT, how="left")
        return rows.assign(blocked=_index(rows, UNIT).isin(self._blocked))


def _with_missing(rows: pd.DataFrame, by: list[str], criteria: pd.DataFrame) -> pd.DataFrame:
    missing = _looked_up(rows, by, criteria.groupby(by)["criterion"].agg(distinct))
    alone = missing.map(lambda found: found[0] if len(found) == 1 else None, na_action="ignore")
    return rows.assign(missing=missing, criterion=alone)


def _alternatives(pairs: pd.DataFrame) -> pd.Series:
    """Return which pairs of assignments are not for the same learners: for other groups, on another version of a
    set assignment, or with the very same criteria where nobody says for which groups."""
    groups = list(zip(pairs["groups"], pairs["groups_before"], strict=True))
    apart = pd.Series([bool(own and other) and own.isdisjoint(other) for own, other in groups], pairs.index, dtype=bool)
    told = pd.Series([bool(own and other) for own, other in groups], pairs.index, dtype=bool)
    versions = pairs["version_key"].ne("") & pairs["version_key_before"].ne("")
    other_version = versions & (pairs["version_key"] != pairs["version_key_before"])
    return apart | other_version | ((pairs["whole"] == pairs["whole_before"]) & ~told)


# ---------------------------------------------------------------------- criteria and aims


def with_letter(assignments: pd.DataFrame) -> pd.Series:
    """Return the criteria of planned assignments, with the letter of the one learning aim that the plan names beside
    them where they bear none: P1 and M1 for learning aim A are A.P1 and A.M1."""
    letter = assignments["learning_aims"].astype("str").str.extract(_ONE_AIM)[0]
    spelt = [
        tuple(criterion if "." in criterion or criterion == "*" else f"{aim}.{criterion}" for criterion in criteria)
        if isinstance(criteria, tuple) and isinstance(aim, str)
        else criteria
        for criteria, aim in zip(assignments["criteria"], letter, strict=True)
    ]
    return pd.Series(spelt, assignments.index, dtype=object)


def with_code(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` with `short` (P1 for A.P1, A.2P1 and P1) and `code` (its letters in order, and `short`)."""
    parts = frame["criterion"].astype("str").str.extract(_CRITERION)
    short = (parts[1].replace("2", "") + parts[2] + parts[3]).astype(object)
    letters = parts[0].fillna("").map(lambda aims: "".join(sorted(set(aims))))
    return frame.assign(short=short, code=(letters + "." + short).str.lstrip(".").astype(object))


def as_listed(planned: pd.DataFrame, lists: pd.DataFrame) -> pd.DataFrame:
    """Return planned criteria as the unit's own list spells them.

    `entry` is the code of the criterion on the list, missing where the list has none; `listed` says whether
    the unit has a list at all. "P1" is A.P1 where the unit has but one P1, and "all" is the whole list.
    """
    whole = planned["criterion"].eq("*")
    every = planned[whole].drop(columns="criterion").merge(lists[[*UNIT, "criterion"]], on=UNIT)
    planned = with_code(pd.concat([planned[~whole], every], ignore_index=True) if len(every) else planned[~whole])
    exact = lists.drop_duplicates([*UNIT, "code"])[[*UNIT, "code"]].assign(entry=lambda f: f["code"])
    alone = lists.drop_duplicates([*UNIT, "code"]).drop_duplicates([*UNIT, "short"], keep=False)
    alone = alone[[*UNIT, "short", "code", "criterion"]].rename(columns={"code": "likely", "criterion": "spelt"})
    frame = planned.merge(exact, on=[*UNIT, "code"], how="left").merge(alone, on=[*UNIT, "short"], how="left")
    bare = ~frame["criterion"].str.contains(".", regex=False)
    loosely = frame["entry"].isna() & frame["likely"].notna() & (bare | frame["likely"].eq(frame["short"]))
    return frame.assign(
        entry=frame["entry"].where(~loosely, frame["likely"]),
        criterion=frame["criterion"].where(~(loosely & bare), frame["spelt"]),
        listed=pd.MultiIndex.from_frame(frame[UNIT]).isin(pd.MultiIndex.from_frame(lists[UNIT])),
    ).drop(columns=["likely", "spelt", "short", "code"])


def tied_aims(criteria: pd.DataFrame) -> pd.DataFrame:
    """Return for each unit and letters of criteria (`aims`) the aims that shared criteria tie together
    (`cluster`): AB.D1 ties A and B, so that A, B and AB all belong to "AB". Criteria without letters have "".
    """
    by = [*UNIT, "aims"]
    frame = criteria[by].drop_duplicates()
    frame = frame.assign(letter=frame["aims"].map(lambda aims: list(aims) or [""])).explode("letter", ignore_index=True)
    root = frame["letter"].map(lambda letter: ord(letter) if letter else 0).astype("int64")
    while True:
        joined = root.groupby([frame[key] for key in by]).transform("min")
        joined = joined.groupby([frame[key] for key in [*UNIT, "letter"]]).transform("min")
        if (joined == root).all():
            break
        root = joined
    frame = frame.assign(root=root)
    names = frame.groupby([*UNIT, "root"])["letter"].agg(lambda letters: "".join(sorted(set(letters))))
    index = pd.MultiIndex.from_frame(frame[[*UNIT, "root"]])
    named = frame.assign(cluster=pd.Series(names.reindex(index).to_numpy(), frame.index, dtype=object))
    return named.drop_duplicates(by)[[*by, "cluster"]]


def _letters(code: str) -> list[str]:
    """Return the letters of a criterion's aims; one blank where it has none."""
    letters, dot, _ = code.partition(".")
    return list(letters) if dot else [""]


def _aims_text(clusters: tuple[str, ...]) -> str:
    """Return "learning aim C" or "learning aims A and B"; the unit's criteria where they have no letters."""
    letters = tuple(dict.fromkeys(letter for cluster in clusters for letter in cluster))
    if not letters:
        return "the unit"
    return f"learning aim{'s' if len(letters) > 1 else ''} {list_text(letters)}"


def _index(frame: pd.DataFrame, by: list[str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame[by], names=[None] * len(by))


def _looked_up(frame: pd.DataFrame, by: list[str], values: pd.Series) -> pd.Series:
    """Return for each row of `frame` what `values`, which are indexed by `by`, hold."""
    if values.empty:
        return pd.Series(np.nan, index=frame.index, dtype=object)
    return pd.Series(values.reindex(_index(frame, by)).to_numpy(), frame.index, dtype=object)
