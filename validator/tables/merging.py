"""One fact in one place: records that stand twice, lists kept on several sheets, logs beside the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from schemas.specification import plain, table, words

if TYPE_CHECKING:
    from collections.abc import Iterator

Frames = dict[str, Any]
"""The frames of a chunk, or those of their cells, by table. Cells hold anything, so they are typed so."""

WITHOUT_COPIES = ("assignments", "units", "attempts", "verifications", "unit_results")
"""The tables in which the same record twice is a slip; a learner listed twice is a matter of its own (TRK006)."""
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
            yield name, int(label), frame.loc[label], tuple(place for place in places if place)
        frames[name], cells[name] = frame[~copies], cells[name][~copies]


def merge_learner_lists(frames: Frames, cells: Frames) -> None:
    """Join what several sheets say of one learner (list, induction, study days) into one row.

    A learner of the list who is not on such a sheet has a blank there, and it is the learner's own cell that
    shows it.
    """
    frame, places = frames["learners"], cells["learners"]
    sheet = places["learner"].fillna("").astype(str).map(lambda place: place.rpartition("!")[0])
    spread = sheet.groupby(frame["tracker"]).nunique()
    for number in spread.index[spread > 1]:
        rows = frame.index[frame["tracker"] == number]
        owners = frame.loc[rows].drop_duplicates("learner_key").set_index("learner_key").index
        first = dict(zip(owners, frame.loc[rows].drop_duplicates("learner_key").index, strict=True))
        main = sheet[rows[0]]
        surplus = [row for row in rows if first[frame.at[row, "learner_key"]] != row and sheet[row] != main]
        for name in table("learners").fields:
            extra = [row for row in surplus if pd.notna(places.at[row, name])]
            for row in extra:
                owner = first[frame.at[row, "learner_key"]]
                if pd.isna(places.at[owner, name]) or pd.isna(frame.at[owner, name]):
                    frame.at[owner, name], places.at[owner, name] = frame.at[row, name], places.at[row, name]
            listed = [row for row in rows if sheet[row] == main]
            if 2 * len(extra) >= len(listed):
                blank = [row for row in listed if pd.isna(places.at[row, name])]
                places.loc[blank, name] = places.loc[blank, "learner"]
        frames["learners"] = frame = frame.drop(index=surplus)
        cells["learners"] = places = places.drop(index=surplus)


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


def name_leads(frames: Frames, cells: Frames) -> None:
    """Take the Lead Internal Verifier from the staff list where the programme's details do not name one."""
    staff, programme = frames["staff"], frames["programme"]
    leads = {plain(word) for word in words()["lead_roles"]}
    named = staff[staff["role"].map(lambda role: isinstance(role, str) and plain(role) in leads).astype(bool)]
    named = named[named["person"].notna()].drop_duplicates("tracker").reset_index().set_index("tracker")
    silent = programme.index[programme["lead_iv"].isna() & programme["tracker"].isin(named.index)]
    labels = named.loc[programme.loc[silent, "tracker"], "index"]
    programme.loc[silent, "lead_iv"] = staff.loc[labels, "person"].to_numpy()
    cells["programme"].loc[silent, "lead_iv"] = cells["staff"].loc[labels, "person"].to_numpy()


def _first_place(places: Any, label: int) -> str | None:
    told = places.loc[label].replace({np.nan: None}).dropna()
    return str(told.iloc[0]) if len(told) else None
