"""How the deadlines of each group lie: where too many of them stand close together."""

from __future__ import annotations

import pandas as pd

from rules.assessment_plan import PART, joint_key, list_text, spoken_dates

DAYS_OF_A_WEEK = 7

_WHOSE = ["tracker", "whose"]


def bunches(assignments: pd.DataFrame, limit: pd.Series) -> pd.DataFrame:
    """Return the assignments that end a bunch: more deadlines of one group within 7 days than `limit`.

    `limit` is a number for each row of `assignments`. `number` counts the deadlines of the bunch, `together` names
    them, and `group_name` says whose they are, where the plan tells. Deadlines of retakes do not count: they
    concern few learners; an assignment for several units, or in several versions, counts once.
    """
    due = _by_group(assignments.assign(limit=limit))
    pairs = due.merge(due[[*_WHOSE, "day", "assignments_row"]], on=_WHOSE, suffixes=("_from", ""))
    pairs = pairs[(pairs["day"] >= pairs["day_from"]) & (pairs["day"] < pairs["day_from"] + DAYS_OF_A_WEEK)]
    window = [*_WHOSE, "day_from"]
    pairs = pairs.drop_duplicates([*window, "assignments_row"])
    full = pairs[pairs.groupby(window)["assignments_row"].transform("size") > pairs["limit"]].copy()
    last = full.groupby(window, as_index=False)["day"].max()
    reached = last.groupby(_WHOSE)["day"].cummax().groupby([last[key] for key in _WHOSE]).shift()
    last = last.assign(bunch=(~(last["day_from"] <= reached)).cumsum()).drop(columns="day")
    members = full[[*window, "assignments_row"]].merge(last, on=window).drop_duplicates(["bunch", "assignments_row"])
    members = members[["bunch", "whose", "assignments_row"]].merge(assignments, on="assignments_row")
    members = members.sort_values(["bunch", "deadline", *PART[1:3]], kind="stable")
    spoken = (members["named"] + " (" + spoken_dates(members["deadline"]) + ")").groupby(members["bunch"])
    alone = [groups == {whose} for groups, whose in zip(members["groups"], members["whose"], strict=True)]
    own = members[pd.Series(alone, members.index, dtype=bool)]
    group = own["group"].where(own["group"].notna(), own["plan_group"]).groupby(own["bunch"]).first()
    ends = members.drop_duplicates("bunch", keep="last")
    return ends.assign(
        together=ends["bunch"].map(spoken.agg(lambda said: list_text(tuple(said)))),
        number=ends["bunch"].map(spoken.size()),
        group_name=ends["bunch"].map(group).astype(object),
    ).drop_duplicates("assignments_row")


def _by_group(assignments: pd.DataFrame) -> pd.DataFrame:
    """Return a row per deadline and group that it is for (`whose`): all groups, where the plan does not say."""
    frame = assignments.assign(joint=joint_key(assignments))
    frame = frame[frame["deadline"].notna() & ~frame["for_retake"]]
    everybody = {tracker: frozenset[str]().union(*rows) for tracker, rows in frame.groupby("tracker")["groups"]}
    whose = [sorted(own or everybody[key] or {""}) for own, key in zip(frame["groups"], frame["tracker"], strict=True)]
    frame = frame.assign(
        whose=pd.Series(whose, frame.index, dtype=object),
        day=frame["deadline"].dt.normalize().astype("datetime64[s]").astype("int64") // 86400,
    )
    frame = frame.explode("whose", ignore_index=True)
    frame = frame.drop_duplicates([*_WHOSE, "joint"]).drop_duplicates([*_WHOSE, *PART[1:3]])
    return frame[[*_WHOSE, "day", "assignments_row", "limit"]]
