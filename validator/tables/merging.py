"""One fact in one place: records that stand twice, lists kept on several sheets, logs beside the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rules.people import same_people
from schemas.specification import plain, table, words

if TYPE_CHECKING:
    from collections.abc import Iterator

Frames = dict[str, Any]
"""The frames of a chunk, or those of their cells, by table. Cells hold anything, so they are typed so."""

WITHOUT_COPIES = ("assignments", "units", "attempts", "verifications", "unit_results")
"""The tables in which the same record twice is a slip; a learner listed twice is a matter of its own (TRK006)."""
OF_ONE_FACT = {
    "learners": ["tracker", "learner_key"],
    "units": ["tracker", "unit_key"],
    "attempts": ["tracker", "learner_key", "unit_key", "assignment_key", "attempt"],
}
"""The tables of which several sheets may hold the same record, and what makes it the same."""
FREELY_TOLD = frozenset({"learner", "unit", "assignment", "title", "group", "comments", "brief", "attempt"})
"""The fields that two sheets may word differently without a contradiction."""
EXTENSION = (
    "extension_applied",
    "extension_reason",
    "extension_approved_by",
    "extension_granted_on",
    "extension_deadline",
)


def take_out_copies(frames: Frames, cells: Frames) -> Iterator[tuple[str, int, pd.Series, tuple[str, ...]]]:
    """Take records out that repeat another in every field; yield the table, label, record and cells of each."""
    for name in WITHOUT_COPIES:
        frame = frames[name]
        if frame.empty:
            continue
        key = list(table(name).required)
        copies = frame.duplicated() & frame[key].notna().all(axis=1)
        twins = frame[frame.duplicated(keep=False)].groupby(list(frame.columns), dropna=False, sort=False)
        first = {label: group.index[0] for _, group in twins for label in group.index}
        for label in frame.index[copies]:
            places = [_first_place(cells[name], row) for row in (label, first[label])]
            if name == "unit_results" and len({str(place).rpartition("!")[0] for place in places}) > 1:
                continue  # the unit's own sheet and a summary say the same
            yield name, int(label), frame.loc[label], tuple(place for place in places if place)
        frames[name], cells[name] = frame[~copies], cells[name][~copies]


@dataclass(frozen=True)
class Conflict:
    """Two places of a tracker that say different things of the same fact."""

    table: str
    row: int
    record: pd.Series
    field: str
    texts: tuple[str, str]
    cells: tuple[str, ...]


def merge_sheets(frames: Frames, cells: Frames) -> Iterator[Conflict]:
    """Join what several sheets say of one learner, unit or attempt into one record; yield what they disagree in.

    The sheet that stands first is believed. Two records on one sheet stay two: that is for the rules. A learner
    of the list who is not on a further sheet (induction, study days) has a blank there, and it is the learner's
    own cell that shows it.
    """
    for name, key in OF_ONE_FACT.items():
        frame, places = frames[name], cells[name]
        if frame.empty:
            continue
        sheet = places[list(table(name).key)].bfill(axis=1).iloc[:, 0].fillna("").astype(str).map(_sheet)
        told = frame[key].notna().all(axis=1) & frame[key].ne("").all(axis=1)
        spread = told & (sheet.groupby([frame[k] for k in key], dropna=False).transform("nunique") > 1)
        surplus: list[int] = []
        for _, rows in frame[spread].groupby(key, sort=False):
            owner = rows.index[0]
            others = [row for row in rows.index if sheet[row] != sheet[owner]]
            for row in others:
                yield from _merge(name, owner, row, frame, places)
            surplus.extend(others)
        if name == "learners" and surplus:
            _show_absence(frame, places, sheet, surplus)
        frames[name], cells[name] = frame.drop(index=surplus), places.drop(index=surplus)


def _merge(name: str, owner: int, row: int, frame: Any, places: Any) -> Iterator[Conflict]:
    for field, entry in table(name).fields.items():
        value = frame.at[row, field]
        if _is_missing(value):
            continue
        if _is_missing(frame.at[owner, field]):
            frame.at[owner, field], places.at[owner, field] = value, places.at[row, field]
        elif field not in FREELY_TOLD and _differ(entry.kind, frame.at[owner, field], value):
            texts = (_spoken(frame.at[owner, field]), _spoken(value))
            refs = tuple(str(c) for c in (places.at[owner, field], places.at[row, field]) if not _is_missing(c))
            yield Conflict(name, owner, frame.loc[owner], field, texts, refs)


def _differ(kind: str, told: Any, value: Any) -> bool:
    """Return whether two values of one field are certainly not the same: a person may be spelt in many ways."""
    if kind == "person":
        return bool(same_people(pd.Series([told]), pd.Series([value])).eq(False).item())
    return plain(_spoken(told)) != plain(_spoken(value))


def _show_absence(frame: Any, places: Any, sheet: Any, surplus: list[int]) -> None:
    """Give the learners of a list who are not on a further sheet, which has most of them, a blank there."""
    for number, rows in frame.loc[surplus].groupby("tracker"):
        main = sheet[frame.index[frame["tracker"] == number][0]]
        listed = frame.index[(frame["tracker"] == number) & (sheet == main)]
        for field in table("learners").fields:
            if 2 * places.loc[rows.index, field].notna().sum() >= len(listed):
                blank = listed[places.loc[listed, field].isna()]
                places.loc[blank, field] = places.loc[blank, "learner"]


def _sheet(place: str) -> str:
    return place.rpartition("!")[0]


def _is_missing(value: Any) -> bool:
    return not isinstance(value, tuple) and bool(pd.isna(value))


def _spoken(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(sorted(value))
    if isinstance(value, pd.Timestamp):
        return f"{value.day} {value:%B %Y}"
    return str(value)


def enter_extensions(frames: Frames, cells: Frames) -> None:
    """Enter what an extension log says into the first submissions that it is about.

    Where the submissions have extension columns of their own, those are believed before the log.
    """
    log, log_cells = frames["extensions"], cells["extensions"]
    attempts, places = frames["attempts"], cells["attempts"]
    if log.empty or attempts.empty:
        return
    key = ["tracker", "learner_key", "unit_key", "assignment_key"]
    rows = {
        k: label for *k_parts, label in zip(*(log[c] for c in key), log.index, strict=True) for k in [tuple(k_parts)]
    }
    owners = [
        (label, rows[k])
        for *k_parts, attempt, label in zip(
            *(attempts[c] for c in key), attempts["attempt"], attempts.index, strict=True
        )
        for k in [tuple(k_parts)]
        if attempt == "first" and k in rows
    ]
    for name in EXTENSION:
        target = [a for a, _ in owners if pd.isna(attempts.at[a, name])]
        source = [e for a, e in owners if pd.isna(attempts.at[a, name])]
        attempts.loc[target, name] = log.loc[source, name].to_numpy()
        places.loc[target, name] = log_cells.loc[source, name].to_numpy()
    applied = [a for a, _ in owners if pd.isna(attempts.at[a, "extension_applied"])]
    attempts.loc[applied, "extension_applied"] = "yes"
    _show_no_extension(frames, cells, key)


def _show_no_extension(frames: Frames, cells: Frames, key: list[str]) -> None:
    """Give the first submissions that are not in an extension log a place for the extension that they do not have:
    the learner's own cell shows it.

    An entry of the log that belongs to no submission on record may be about any of its learner's or, where nobody on
    record has that name, about anybody's.
    """
    log, attempts, places = frames["extensions"], frames["attempts"], cells["attempts"]
    learner = ["tracker", "learner_key"]
    first = pd.MultiIndex.from_frame(attempts.loc[attempts["attempt"].eq("first"), key])
    stray = pd.MultiIndex.from_frame(log.loc[~pd.MultiIndex.from_frame(log[key]).isin(first), learner])
    on_record = pd.MultiIndex.from_frame(attempts[learner])
    told = set(log["tracker"]) - {tracker for tracker, _ in stray[~stray.isin(on_record)]}
    absent = attempts["tracker"].isin(told) & attempts["attempt"].eq("first") & ~on_record.isin(stray)
    absent &= attempts["extension_applied"].isna() & places["extension_applied"].isna()
    places.loc[absent, "extension_applied"] = places.loc[absent, "learner"]


def name_leads(frames: Frames, cells: Frames) -> None:
    """Take the Lead Internal Verifiers from the staff list where the programme's details do not name one."""
    staff, programme = frames["staff"], frames["programme"]
    leads = {plain(word) for word in words()["lead_roles"]}
    named = staff[staff["role"].map(lambda role: isinstance(role, str) and plain(role) in leads).astype(bool)]
    named = named[named["person"].notna()].drop_duplicates(["tracker", "person"])
    together = named.groupby("tracker")["person"].agg(" / ".join)
    named = named.drop_duplicates("tracker").reset_index().set_index("tracker")
    silent = programme.index[programme["lead_iv"].isna() & programme["tracker"].isin(named.index)]
    labels = named.loc[programme.loc[silent, "tracker"], "index"]
    programme.loc[silent, "lead_iv"] = together.loc[programme.loc[silent, "tracker"]].to_numpy()
    cells["programme"].loc[silent, "lead_iv"] = cells["staff"].loc[labels, "person"].to_numpy()


def _first_place(places: Any, label: int) -> str | None:
    told = places.loc[label].replace({np.nan: None}).dropna()
    return str(told.iloc[0]) if len(told) else None
