"""From the cells of recognised tables to the frames that rules judge, a chunk of trackers at a time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rules.people import same_people
from schemas.models import failures
from schemas.specification import TABLES, table
from validator.tables.cells import (
    READERS,
    assignment_key,
    is_no_date,
    original_key,
    person_key,
    read_signature,
    read_text,
    unit_key,
)
from validator.tables.dates import Odd, read_dates
from validator.tables.decisions import enter_decisions
from validator.tables.details import contradictions
from validator.tables.integrated import per_unit
from validator.tables.merging import enter_extensions, merge_sheets, name_leads, take_out_copies
from validator.tables.model import Tables
from validator.tables.naming import name_assignments, name_units
from validator.tables.plausibility import doubt_dates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


ALL = ("*",)
"""A list that says "all"."""

SECOND_CHANCES = ["retake", "re-sit", "retake-or-re-sit"]
"""What a cell may say of a third attempt; which of the words it was is kept in `attempt_said`."""

OF_ANY_ATTEMPT = ("learner", "registration", "group", "unit", "assignment")
"""What of a record is true whichever attempt it is; where that cannot be read, nothing else of it is judged."""

CRITERIA_COLUMNS = (
    ("assignments", "criteria"),
    ("attempts", "targeted"),
    ("attempts", "achieved"),
    ("attempts", "not_achieved"),
    ("decisions", "criterion"),
)
"""The columns that name criteria of a unit."""


@dataclass
class RawTable:
    """One kind of record of one tracker: for each field its cells as read, and where each of them stands.

    A cell without a reference (None) is one that the tracker has no column for.
    """

    values: dict[str, list[Any]] = field(default_factory=dict)
    cells: dict[str, list[str | None]] = field(default_factory=dict)
    rows: int = 0

    def add(self, record: Mapping[str, tuple[Any, str | None]]) -> None:
        """Add a record: for each field its value and its cell."""
        for name in record.keys() - self.values.keys():
            self.values[name] = [None] * self.rows
            self.cells[name] = [None] * self.rows
        for name in self.values:
            value, cell = record.get(name, (None, None))
            self.values[name].append(value)
            self.cells[name].append(cell)
        self.rows += 1


RawTracker = dict[str, RawTable]
"""A tracker: its tables by name."""


@dataclass(frozen=True)
class Failure:
    """A cell or record that the schemas object to."""

    tracker: int
    code: str
    table: str
    row: int
    """The label of the record in the table's frame."""
    field: str | None
    text: str
    hint: str
    cells: tuple[str, ...]
    about: Mapping[str, str]
    """The learner, unit, assignment and attempt of the record, as far as it tells them."""


def build_tables(trackers: Sequence[RawTracker], as_of: date = date.max) -> tuple[Tables, list[Failure]]:
    """Return the tables of a chunk of trackers, numbered as in `trackers`, and what the schemas object to; what has
    been done cannot be dated after `as_of`.

    A cell that fails is blank in the tables and has no reference, so that no rule takes it for a missing
    value; the failure speaks for it.
    """
    frames: dict[str, pd.DataFrame] = {}
    cells: dict[str, pd.DataFrame] = {}
    found: list[Failure] = []
    gathered = {name: _gather(name, trackers) for name in TABLES}
    doubt_dates({name: frame for name, (frame, _) in gathered.items()}, as_of)
    for name, (frame, places) in gathered.items():
        found.extend(_settle(name, frame, places))
        frames[name], cells[name] = _typed(name, frame), places
    _complete_programme(frames, cells, len(trackers))
    name_leads(frames, cells)
    for name, row, record, refs in take_out_copies(frames, cells):
        found.append(Failure(int(record["tracker"]), "STR010", name, row, None, "", "", refs, _about(record)))
    _add_keys(frames, cells)
    for conflict in merge_sheets(frames, cells):
        name, row, record, (told, other) = conflict.table, conflict.row, conflict.record, conflict.texts
        about = (int(record["tracker"]), "STR014", name, row, conflict.field, told, other, conflict.cells)
        found.append(Failure(*about, _about(record)))
    for number, tracker in enumerate(trackers):
        for clash in contradictions(tracker.get("details"), number, frames, cells):
            row = int(frames["programme"].index[frames["programme"]["tracker"] == number][0])
            found.append(Failure(number, "STR014", "programme", row, clash.field, *clash.texts, clash.cells, {}))
    enter_extensions(frames, cells)
    _complete_criteria(frames)
    _explode_unit_criteria(frames, cells)
    enter_decisions(frames, cells)
    _link_decisions(frames, cells)
    _link_verifications(frames, cells)
    return Tables(frames, cells), found


# ---------------------------------------------------------------------- reading cells


def _gather(name: str, trackers: Sequence[RawTracker]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the cells of one table for all trackers, read by the kinds of their fields, and their references."""
    specification = table(name)
    values: dict[str, list[Any]] = {column: [] for column in ("tracker", *specification.fields)}
    places: dict[str, list[str | None]] = {column: [] for column in specification.fields}
    for number, tracker in enumerate(trackers):
        raw = tracker.get(name)
        if raw is None or not raw.rows:
            continue
        raw = per_unit(raw) if name == "assignments" else raw
        values["tracker"].extend([number] * raw.rows)
        for field_name, entry in specification.fields.items():
            column = raw.values.get(field_name)
            values[field_name].extend([None] * raw.rows if column is None else _read(entry.kind, column))
            places[field_name].extend(raw.cells.get(field_name, [None] * raw.rows))
        _fill_companions(name, values, places, raw)
    frame = pd.DataFrame({column: pd.Series(content, dtype=object) for column, content in values.items()})
    frame["tracker"] = frame["tracker"].astype("int64")
    return frame, pd.DataFrame({column: pd.Series(content, dtype=object) for column, content in places.items()})


def _read(kind: str, column: list[Any]) -> list[Any]:
    if kind == "date":
        return list(read_dates([None if isinstance(v, str) and is_no_date(v) else v for v in column]))
    if kind == "signed_date":
        return [None if read_signature(v) == "no" else read_text(v) for v in column]
    reader = READERS[kind]
    known: dict[Any, Any] = {}
    for value in column:
        if (type(value), value) not in known:
            known[type(value), value] = reader(value)
    return [known[type(value), value] for value in column]


def _fill_companions(
    name: str, values: dict[str, list[Any]], places: dict[str, list[str | None]], raw: RawTable
) -> None:
    """Take a date that stands in a signature's own cell for the date of the signature."""
    for entry in table(name).fields.values():
        if entry.companion is None or entry.name not in raw.values or entry.companion in raw.values:
            continue
        read = read_dates([None if isinstance(v, float | int) else v for v in raw.values[entry.name]])
        dates = [day if isinstance(day, date) else None for day in read]
        if any(dates):
            values[entry.companion][-raw.rows :] = dates
            places[entry.companion][-raw.rows :] = raw.cells[entry.name]


def _settle(name: str, frame: Any, places: Any) -> list[Failure]:
    """Ask the model of the table, note its failures, and leave in `frame` only what the cells can be taken for."""
    found: list[Failure] = []
    failing = failures(name, frame)
    for code, row, column in zip(failing["code"], failing["row"], failing["field"], strict=True):
        record, cell = frame.loc[row], places.at[row, column]
        if code == "STR009" and name == "assignments" and cell is None:  # the whole column is missing (STR003)
            continue
        odd = frame.at[row, column]
        text, hint = (odd.text, odd.hint) if isinstance(odd, Odd) else ("", "")
        refs = (cell,) if cell else tuple(str(c) for c in places.loc[row].dropna())[:1]
        number = int(frame.at[row, "tracker"])
        found.append(Failure(number, code, name, row, column, text, hint, refs, _about(record)))
        if isinstance(odd, Odd):
            frame.at[row, column] = odd.reading
            if odd.reading is None:
                places.at[row, column] = None
    if name == "attempts":
        unread = [f.row for f in found if f.field == "attempt" and f.code == "STR008"]
        untold = [column for column in places if column not in OF_ANY_ATTEMPT]
        frame.loc[unread, untold] = None  # that there was an attempt is known, of which kind is not
        places.loc[unread, untold] = None
    return found


def _about(record: pd.Series) -> dict[str, str]:
    told = {name: record.get(name) for name in ("learner", "unit", "assignment", "attempt")}
    return {name: value for name, value in told.items() if isinstance(value, str)}


def _typed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    for field_name, entry in table(name).fields.items():
        column = frame[field_name]
        if entry.kind == "date":
            frame[field_name] = pd.to_datetime(column, errors="raise").astype("datetime64[s]")
        elif entry.kind == "number":
            frame[field_name] = pd.to_numeric(column, errors="raise").astype("float64")
        else:
            frame[field_name] = column.where(column.notna(), np.nan).astype(object)
    return frame


# ---------------------------------------------------------------------- joining


def _complete_programme(frames: dict[str, pd.DataFrame], cells: dict[str, pd.DataFrame], trackers: int) -> None:
    """Give every tracker a programme row, blank and without cells where it tells nothing of its programme."""
    silent = sorted(set(range(trackers)) - set(frames["programme"]["tracker"]))
    if not silent:
        return
    blank = pd.DataFrame({"tracker": silent}).reindex(columns=frames["programme"].columns)
    dtypes = frames["programme"].dtypes
    frames["programme"] = pd.concat([frames["programme"], blank.astype(dtypes)], ignore_index=True)
    cells["programme"] = cells["programme"].reindex(frames["programme"].index).astype(object)


def _add_keys(frames: dict[str, pd.DataFrame], cells: dict[str, pd.DataFrame]) -> None:
    """Add the keys by which records of different tables find each other."""
    for frame in frames.values():
        for column, key, function in (
            ("unit", "unit_key", unit_key),
            ("assignment", "assignment_key", assignment_key),
            ("learner", "learner_key", person_key),
        ):
            if column in frame:
                frame[key] = _mapped(frame[column], function)
    name_units(frames)
    name_assignments(frames)
    _key_learners(frames, cells)
    plan = frames["assignments"]
    plan["base_key"] = _mapped(plan["retake_of"], assignment_key).fillna(plan["assignment_key"])
    titled = plan["title"].map(lambda title: original_key(title, retake=False) is not None, na_action="ignore")
    _find_originals(plan, plan, titled.eq(True))
    for name in ("attempts", "verifications", "decisions", "extensions", "feedback"):
        _key_records(frames[name], plan)


def _key_learners(frames: dict[str, pd.DataFrame], cells: dict[str, pd.DataFrame]) -> None:
    """Tell learners apart by registration number where records bear one, and name those known by number alone.

    Two learners of one name who are listed with a number each stay apart where all records of theirs bear the number.
    A name that is not on the list, and may be that of the learner whose number stands beside it, is that learner's: a
    number that plainly contradicts the name is left for TRK006. Where no list has numbers, the first record of each
    says whose it is.
    """
    listed = frames["learners"]
    listed["number"] = _numbers(listed)
    known = listed[listed["number"].ne("") & listed["learner"].notna()]
    namesakes = known.groupby(["tracker", "learner_key"])["number"].transform("nunique") > 1
    if namesakes.any():
        namesakes &= ~pd.MultiIndex.from_frame(known[["tracker", "learner_key"]]).isin(_named_alone(frames))
    listed.loc[known.index[namesakes], "learner_key"] += " " + known["number"][namesakes]
    attempts = frames["attempts"].assign(number=_numbers(frames["attempts"]))
    unlisted = attempts[attempts["number"].ne("") & attempts["learner"].notna()]
    unlisted = unlisted[~unlisted["tracker"].isin(known["tracker"])]
    columns = ["tracker", "number", "learner", "learner_key"]
    told = pd.concat([listed.loc[known.index, columns], unlisted[columns]]).drop_duplicates(["tracker", "number"])
    owners, keys = (told.set_index(["tracker", "number"])[column] for column in ("learner", "learner_key"))
    names = {pair for some in (listed, told) for pair in zip(some["tracker"], some["learner_key"], strict=True)}
    for records in (frames["attempts"], frames["decisions"], frames["unit_results"], frames["awards"]):
        numbers = _numbers(records)
        if not numbers.ne("").any():
            continue
        numbered = pd.MultiIndex.from_arrays([records["tracker"], numbers])
        owner = pd.Series(owners.reindex(numbered).to_numpy(dtype=object), records.index, dtype=object)
        key = pd.Series(keys.reindex(numbered).to_numpy(dtype=object), records.index, dtype=object)
        nameless = records["learner"].isna() & numbers.ne("")
        records["learner"] = records["learner"].mask(nameless, owner.fillna(records["registration"]))
        records["learner_key"] = records["learner_key"].mask(nameless, _mapped(records["learner"], person_key))
        own = [pair in names for pair in zip(records["tracker"], records["learner_key"], strict=True)]
        doubtful = key.notna() & (nameless | ~pd.Series(own, records.index, dtype=bool))
        theirs = same_people(records.loc[doubtful, "learner"], owner[doubtful]).ne(False)
        records["learner_key"] = records["learner_key"].mask(theirs.reindex(records.index, fill_value=False), key)
    del listed["number"]
    _key_as_listed(frames, cells)


def _named_alone(frames: dict[str, pd.DataFrame]) -> set[tuple[int, str]]:
    """Return the trackers and keys of the learners of whom some record gives the name without a number."""
    found: set[tuple[int, str]] = set()
    for frame in frames.values():
        if "learner_key" in frame:
            alone = frame[_numbers(frame).eq("")] if "registration" in frame else frame
            found.update(zip(alone["tracker"], alone["learner_key"], strict=True))
    return found


def _numbers(frame: pd.DataFrame) -> pd.Series:
    """Return what makes two spellings of a registration number the same; "" where there is none."""
    return frame["registration"].astype(object).where(frame["registration"].notna(), "").str.casefold()


def _key_as_listed(frames: dict[str, pd.DataFrame], cells: dict[str, pd.DataFrame]) -> None:
    """Give names that are on the learner list in another order ("SELIM Yara") the key that they have there; without a
    list, that of the sheet with most submissions."""
    listed, attempts = frames["learners"].dropna(subset="learner_key"), frames["attempts"].dropna(subset="learner_key")
    own = set(zip(listed["tracker"], listed["learner_key"], strict=True))
    places = cells["attempts"].loc[attempts.index, "learner"]
    sheets = places.map(lambda place: place.rpartition("!")[0], na_action="ignore")
    for tracker, rows in attempts[~attempts["tracker"].isin(listed["tracker"])].groupby("tracker"):
        most = sheets.loc[rows.index].mode()
        own.update((tracker, key) for key in rows["learner_key"][sheets.loc[rows.index].isin(most[:1])])
    by_words: dict[tuple[int, tuple[str, ...]], set[str]] = {}
    for tracker, key in own:
        by_words.setdefault((tracker, tuple(sorted(key.split()))), set()).add(key)
    for name, frame in frames.items():
        if name == "learners" or "learner_key" not in frame:
            continue
        named = frame["learner_key"].dropna()
        for row, tracker, key in zip(named.index, frame.loc[named.index, "tracker"], named, strict=True):
            same = by_words.get((tracker, tuple(sorted(key.split()))), set())
            if (tracker, key) not in own and len(same) == 1:
                frame.at[row, "learner_key"] = next(iter(same))


def _key_records(frame: pd.DataFrame, plan: pd.DataFrame) -> None:
    """Complete the keys of records: the unit, where only the assignment is told, and the assignment that a
    retake stands in for. A record of an assignment that was written for a retake is a retake."""
    planned = plan.dropna(subset=["assignment_key"])
    alone = planned.drop_duplicates(["tracker", "assignment_key", "unit_key"])
    alone = alone[~alone.duplicated(["tracker", "assignment_key"], keep=False)]
    units = dict(zip(zip(alone["tracker"], alone["assignment_key"], strict=True), alone["unit_key"], strict=True))
    keys = list(zip(frame["tracker"], frame["assignment_key"], strict=True))
    told = pd.Series([units.get(key, "") for key in keys], frame.index, dtype=object)
    frame["unit_key"] = frame["unit_key"].where(frame["unit_key"].notna(), told).fillna("")
    bases = dict(
        zip(
            zip(planned["tracker"], planned["unit_key"], planned["assignment_key"], strict=True),
            planned["base_key"],
            strict=True,
        )
    )
    base = [
        bases.get((t, u, base := bases.get((t, u, a), a)), base)
        for t, u, a in zip(frame["tracker"], frame["unit_key"], frame["assignment_key"], strict=True)
    ]
    frame["base_key"] = pd.Series(base, frame.index, dtype=object)
    if "attempt" not in frame:
        return
    said = frame["attempt"]
    _find_originals(frame, planned, said.isin(SECOND_CHANCES))
    frame["attempt_said"] = said.where(said.isin(["retake", "re-sit"]))
    frame["attempt"] = said.replace(SECOND_CHANCES, "retake").fillna("first")
    stands_in = frame["base_key"].ne(frame["assignment_key"]) & frame["assignment_key"].notna()
    frame["attempt"] = frame["attempt"].mask(stands_in & frame["attempt"].eq("first"), "retake")


def _find_originals(frame: pd.DataFrame, planned: pd.DataFrame, retake: pd.Series) -> None:
    """Let the name tell which assignment a retake stands in for, where the plan does not: "Assignment 1 (re-sit)"
    is for "Assignment 1" if the plan or the records have one. `retake` says which rows are known to be retakes."""
    said = _mapped(frame["assignment"], lambda text: original_key(text, retake=False))
    base = said.where(~retake, _mapped(frame["assignment"], lambda text: original_key(text, retake=True)))
    named = base.notna() & frame["base_key"].eq(frame["assignment_key"])
    if not named.any():
        return
    keys = ("tracker", "unit_key", "assignment_key")
    known = {key for part in (frame, planned) for key in zip(*(part[column] for column in keys), strict=True)}
    rows = frame[named]
    meant = list(zip(rows["tracker"], rows["unit_key"], base[named], strict=True))
    found = [key[2] if key in known else own for key, own in zip(meant, rows["base_key"], strict=True)]
    frame.loc[named, "base_key"] = found


def _complete_criteria(frames: dict[str, pd.DataFrame]) -> None:
    """Say which criteria "all" means, and give a criterion its learning aim ("P1" is "A.P1") where the unit has
    only one of that number: some trackers write both."""
    attempts, plan = frames["attempts"], frames["assignments"]
    planned: dict[tuple[Any, ...], tuple[str, ...]] = {}
    for *key, listed in zip(plan["tracker"], plan["unit_key"], plan["assignment_key"], plan["criteria"], strict=True):
        if isinstance(listed, tuple) and listed != ALL:
            planned[*key] = (*planned.get((*key,), ()), *listed)
    keys = list(zip(attempts["tracker"], attempts["unit_key"], attempts["assignment_key"], strict=True))
    for column in ("targeted", "achieved", "not_achieved"):
        meant = [
            (own if isinstance(own, tuple) and own != ALL else planned.get(key, np.nan)) if listed == ALL else listed
            for key, listed, own in zip(keys, attempts[column], attempts["targeted"], strict=True)
        ]
        attempts[column] = pd.Series(meant, attempts.index, dtype=object)
    full: dict[tuple[Any, Any], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, column in (("units", "criteria"), ("assignments", "criteria"), ("attempts", "targeted")):
        frame = frames[name]
        for *unit, listed in zip(frame["tracker"], frame["unit_key"], frame[column], strict=True):
            for criterion in listed if isinstance(listed, tuple) else ():
                if "." in criterion:
                    full[*unit][criterion.rpartition(".")[2]].add(criterion)

    def completed(unit: tuple[Any, Any], criterion: str) -> str:
        found = full[unit].get(criterion, ()) if unit in full else ()
        return next(iter(found)) if len(found) == 1 else criterion

    for name, column in CRITERIA_COLUMNS:
        frame = frames[name]
        frame[column] = pd.Series(
            [
                tuple(dict.fromkeys(completed(unit, criterion) for criterion in listed))
                if isinstance(listed, tuple)
                else completed(unit, listed)
                if isinstance(listed, str)
                else listed
                for unit, listed in zip(
                    zip(frame["tracker"], frame["unit_key"], strict=True), frame[column], strict=True
                )
            ],
            frame.index,
            dtype=object,
        )


def _explode_unit_criteria(frames: dict[str, pd.DataFrame], cells: dict[str, pd.DataFrame]) -> None:
    """Fill the criteria table from the lists on the unit list."""
    units, places = frames["units"], cells["units"]
    listed = units[["tracker", "unit", "unit_key", "criteria"]].rename(columns={"criteria": "criterion"})
    listed = listed.assign(place=places["criteria"], units_row=units.index)
    listed = listed.explode("criterion")
    listed = listed[listed["criterion"].notna()].reset_index(drop=True)
    own = frames["criteria"]
    frames["criteria"] = pd.concat([own.assign(units_row=np.nan), listed.drop(columns="place")], ignore_index=True)
    places = pd.DataFrame({column: [None] * len(listed) for column in cells["criteria"].columns}, dtype=object)
    places["criterion"] = places["unit"] = listed["place"].astype(object)
    cells["criteria"] = pd.concat([cells["criteria"], places], ignore_index=True).astype(object)


def _link_decisions(frames: dict[str, pd.DataFrame], cells: dict[str, pd.DataFrame]) -> None:
    """Fill the decisions from the lists of criteria achieved and not achieved, and link all to their attempts.

    A criterion of a list whose decision has a cell of its own is that decision.
    """
    attempts, places = frames["attempts"], cells["attempts"]
    own = _linked(frames["decisions"], attempts)
    names = ["attempts_row", "criterion", "outcome"]
    known = set(zip(*(own[name] for name in names), strict=True))
    parts, part_cells = [own], [cells["decisions"]]
    shared = ["tracker", "learner", "unit", "assignment", "attempt", "attempt_said"]
    keys = ["learner_key", "unit_key", "assignment_key", "base_key"]
    for column, outcome in (("achieved", "achieved"), ("not_achieved", "not achieved")):
        listed = attempts[[*shared, *keys]].assign(
            criterion=attempts[column],
            outcome=outcome,
            attempts_row=attempts.index.astype("float64"),
            place=places[column],
        )
        listed = listed.explode("criterion")
        listed = listed[listed["criterion"].notna()]
        is_known = [key in known for key in zip(*(listed[name] for name in names), strict=True)]
        listed = listed[~np.array(is_known, dtype=bool)].reset_index(drop=True)
        refs = pd.DataFrame({name: [None] * len(listed) for name in cells["decisions"].columns}, dtype=object)
        refs["criterion"] = refs["outcome"] = listed.pop("place").astype(object)
        parts.append(listed)
        part_cells.append(refs)
    frames["decisions"] = _stacked(parts)
    cells["decisions"] = _stacked(part_cells).astype(object)


def _link_verifications(frames: dict[str, pd.DataFrame], cells: dict[str, pd.DataFrame]) -> None:
    """Fill the verifications from the columns of the log, and link all to their attempts."""
    attempts, places = frames["attempts"], cells["attempts"]
    verified = attempts[attempts[["verifier", "verified_on"]].notna().any(axis=1)]
    columns = [
        "tracker",
        "learner",
        "unit",
        "assignment",
        "attempt",
        "verifier",
        "verified_on",
        "learner_key",
        "unit_key",
        "assignment_key",
        "base_key",
        "attempt_said",
    ]
    listed = verified[columns].assign(attempts_row=verified.index.astype("float64"))
    refs = places.loc[verified.index, ["learner", "unit", "assignment", "attempt", "verifier", "verified_on"]]
    frames["verifications"] = _stacked([_linked(frames["verifications"], attempts), listed])
    cells["verifications"] = _stacked([cells["verifications"], refs]).astype(object)


def _linked(records: pd.DataFrame, attempts: pd.DataFrame) -> pd.DataFrame:
    key = ["tracker", "learner_key", "unit_key", "assignment_key", "attempt"]
    first = attempts.drop_duplicates(key)
    rows = dict(zip(zip(*(first[k] for k in key), strict=True), first.index, strict=True))
    found = [rows.get(k, np.nan) for k in zip(*(records[k] for k in key), strict=True)]
    return records.assign(attempts_row=pd.Series(found, records.index, dtype="float64"))


def _stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    if not filled:
        return parts[0]
    stacked = pd.concat(filled, ignore_index=True)
    absent = {str(name): parts[0][name].reindex(stacked.index) for name in parts[0] if name not in stacked}
    return stacked.assign(**absent)


def _mapped(column: pd.Series, function: Any) -> pd.Series:
    known: dict[Any, Any] = {value: function(value) for value in column.dropna().unique()}
    return column.map(known).astype(object)


__all__ = ["Failure", "RawTable", "RawTracker", "build_tables"]
