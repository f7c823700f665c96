"""The pipeline: trackers in, results out, a chunk at a time. It runs in a worker."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from rules.records import Records
from validator import structure
from validator.calendar import Calendar, Calendars, calendar_from_terms, country_code
from validator.concerned import Concerned
from validator.findings import Part, Registers, TrackerResult
from validator.fingerprints import fingerprinted
from validator.guides import guides_of
from validator.judging import judge
from validator.layout.understand import UnderstoodSheet, understand
from validator.profiles import NO_PROFILE, Profile
from validator.profiles.drafting import draft, example_line
from validator.profiles.drift import drift_of
from validator.profiles.gathering import columns_of_dates, unread_words
from validator.reading import Unreadable, read_workbook
from validator.registers import registers
from validator.reports.words import named_in_commands
from validator.rows import with_rows
from validator.supplied import completed
from validator.tables.build import RawTable, RawTracker, build_tables
from validator.tables.extract import extract
from validator.tables.people import people_of
from validator.trackers import Together
from validator.unread import unread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.structures import Structure
    from validator.findings import Finding, SheetReading, Status
    from validator.reading import Sheet, Workbook
    from validator.settings import Settings
    from validator.specification import Specification
    from validator.tables.model import Tables
    from validator.trackers import Tracker

REGISTERS = "registers"
"""What stands for the registers among the defects, where rules stand by their codes."""


@dataclass(frozen=True)
class _Understood:
    """One tracker on its way through the pipeline."""

    path: str
    sha256: str
    parts: tuple[Part, ...]
    sheets: tuple[UnderstoodSheet, ...]
    tracker: RawTracker
    records: tuple[tuple[int, ...], ...]

    def grids(self) -> list[Sheet]:
        return [sheet.sheet for sheet in self.sheets]

    def readings(self) -> tuple[SheetReading, ...]:
        return tuple(sheet.reading(counts) for sheet, counts in zip(self.sheets, self.records, strict=True))


def check_files(trackers: Sequence[Tracker], settings: Settings) -> list[TrackerResult]:
    """Return the result of each tracker of a chunk, in their order.

    One that cannot be read gives an `unreadable` result with STR001; nothing is raised on its account.
    """
    understood: dict[int, _Understood] = {}
    results: dict[int, TrackerResult] = {}
    for number, tracker in enumerate(trackers):
        try:
            understood[number] = _read(tracker, settings.profile)
        except Unreadable as error:
            results[number] = unread(tracker.as_posix(), str(error), settings)
    checked = check_tables([entry.tracker for entry in understood.values()], settings)
    for (number, entry), result in zip(understood.items(), checked, strict=True):
        results[number] = _completed(entry, result, settings)
    return [results[number] for number in range(len(trackers))]


def read_trackers(trackers: Sequence[Tracker], profile: Profile = NO_PROFILE) -> list[TrackerResult]:
    """Return how each tracker was understood, without checking it: what `inspect` shows."""
    results = []
    for tracker in trackers:
        try:
            entry = _read(tracker, profile)
        except Unreadable as error:
            results.append(TrackerResult(tracker.as_posix(), status="unreadable", reason=str(error)))
            continue
        status, reason = _status(entry)
        readings = entry.readings()
        drift = drift_of(profile, entry.grids(), readings)
        results.append(
            TrackerResult(entry.path, entry.sha256, status, reason, sheets=readings, parts=entry.parts, drift=drift)
        )
    return results


def draft_profiles(trackers: Sequence[Tracker]) -> list[tuple[TrackerResult, str]]:
    """Return how each tracker was understood, and the profile that says what was left over; none for one that cannot
    be read."""
    drafts = []
    for tracker in trackers:
        try:
            workbooks = _workbooks(tracker)
        except Unreadable as error:
            drafts.append((TrackerResult(tracker.as_posix(), status="unreadable", reason=str(error)), ""))
            continue
        entry = _understood(tracker, workbooks, NO_PROFILE)
        status, reason = _status(entry)
        result = TrackerResult(entry.path, entry.sha256, status, reason, sheets=entry.readings(), parts=entry.parts)
        drafts.append((result, _drafted(entry, workbooks, result)))
    return drafts


def _drafted(entry: _Understood, workbooks: Sequence[Workbook], result: TrackerResult) -> str:
    unread = unread_words(workbooks, entry.sheets, entry.tracker)
    return draft(result, unread, columns_of_dates(entry.sheets))


def check_tables(trackers: Sequence[RawTracker], settings: Settings) -> list[TrackerResult]:
    """Return what the schemas and the rules say of trackers whose tables are recognised, in their order."""
    if not trackers:
        return []
    trackers = [_with_specification(tracker, settings.specification) for tracker in trackers]
    trackers = [completed(tracker, settings.staff, settings.study_days) for tracker in trackers]
    tables, failures = build_tables(trackers, settings.as_of)
    numbers = range(len(trackers))
    calendars = Calendars({number: _calendar(tables, number, settings.calendar) for number in numbers})
    guides = guides_of(tables, settings)
    records = Records(
        tables,
        calendars=calendars,
        editions={n: guide.edition.with_limits(settings.limits) for n, guide in guides.items()},
        as_of=pd.Timestamp(settings.as_of),
        structures=_structures(trackers, settings.specification),
    )
    rules = settings.rules()
    chosen = {rule.code for rule in rules}
    concerned = Concerned(tables, records)
    judged = judge(rules, records, tables, len(trackers), concerned)
    failed = structure.of_failures([failure for failure in failures if failure.code in chosen], concerned)
    findings = {n: fingerprinted(settings.weighed([*failed[n], *judged.findings[n]])) for n in numbers}
    defects = dict(judged.defects)
    try:
        kept = registers(tables, records, failures, findings)
    except Exception as error:
        if len(trackers) != 1:
            raise
        kept, defects[REGISTERS] = {0: Registers()}, type(error).__name__
    programmes = records.programme.drop_duplicates("tracker").set_index("tracker")["qualification"]
    return [
        TrackerResult(
            path="",
            reason=_told_defects(defects, settings),
            programme="" if pd.isna(programmes[number]) else str(programmes[number]),
            calendar=calendars.basis(number),
            guide=guides[number].edition.name,
            guide_reason=guides[number].reason,
            coverage=tuple(judged.coverage[number]),
            findings=findings[number],
            registers=kept[number],
            people=people_of(trackers[number]),
        )
        for number in numbers
    ]


def _told_defects(defects: Mapping[str, str], settings: Settings) -> str:
    told = []
    if REGISTERS in defects:
        told.append(
            f"A defect in btec-validator kept the registers from being made ({defects[REGISTERS]}). Please report it."
        )
        defects = {code: kind for code, kind in defects.items() if code != REGISTERS}
    for origin in dict.fromkeys(settings.catalogue()[code].origin for code in defects):
        failed = ", ".join(f"{c} ({kind})" for c, kind in defects.items() if settings.catalogue()[c].origin == origin)
        advice = f"Ask whoever wrote {origin}" if origin else "Please report it"
        where = origin or "btec-validator"
        told.append(f"A defect in {where} kept these rules from being run on this tracker: {failed}. {advice}.")
    return " ".join(told)


def _read(tracker: Tracker, profile: Profile) -> _Understood:
    """Return how a tracker was understood. Raises Unreadable."""
    return _understood(tracker, _workbooks(tracker), profile)


def _workbooks(tracker: Tracker) -> list[Workbook]:
    return [read_workbook(tracker)] if isinstance(tracker, Path) else _read_together(tracker)


def _understood(tracker: Tracker, workbooks: Sequence[Workbook], profile: Profile) -> _Understood:
    sheets = tuple(understand(workbooks, profile))
    found = extract(sheets)
    parts: tuple[Part, ...] = ()
    sha256 = workbooks[0].sha256
    if isinstance(tracker, Together):
        told = zip(tracker.files, workbooks, tracker.books(), strict=True)
        parts = tuple(Part(file.as_posix(), workbook.sha256, book) for file, workbook, book in told)
        sha256 = hashlib.sha256("".join(sorted(part.sha256 for part in parts)).encode()).hexdigest()
    return _Understood(tracker.as_posix(), sha256, parts, sheets, found.tracker, found.records)


def _read_together(tracker: Together) -> list[Workbook]:
    """Return the workbooks of a tracker, each sheet with the workbook that it stands in.

    Raises Unreadable where one of them cannot be read: without it, what the others lack would look like a breach.
    """
    workbooks = []
    for file, book in zip(tracker.files, tracker.books(), strict=True):
        try:
            workbook = read_workbook(file)
        except Unreadable as error:
            raise Unreadable(
                f"{file.name}, one of the {len(tracker.files)} workbooks of this tracker, could not be read, so none "
                f"of it was checked. {error}"
            ) from None
        workbooks.append(replace(workbook, sheets=tuple(replace(sheet, book=book) for sheet in workbook.sheets)))
    return workbooks


def _completed(entry: _Understood, result: TrackerResult, settings: Settings) -> TrackerResult:
    """Return a tracker's result with what is to be said of its file, sheets and headings."""
    chosen = [rule.code for rule in settings.rules()]
    findings: list[Finding] = [f for f in structure.of_sheets(entry.sheets) if f.rule in chosen]
    every = fingerprinted(settings.weighed([*findings, *result.findings]))
    coverage = structure.coverage(
        Counter(finding.rule for finding in every),
        sheets=len(entry.sheets),
        columns=sum(len(region.columns) for sheet in entry.sheets for region in sheet.regions),
        records=sum(sum(counts) for counts in entry.records),
    )
    status, reason = _status(entry)
    readings = entry.readings()
    return replace(
        result,
        path=entry.path,
        sha256=entry.sha256,
        status=status,
        parts=entry.parts,
        reason=reason or result.reason,
        sheets=readings,
        drift=drift_of(settings.profile, entry.grids(), readings),
        coverage=(*result.coverage, *(c for c in coverage if c.rule in chosen)),
        findings=with_rows(entry.sheets, every),
    )


def _status(entry: _Understood) -> tuple[Status, str]:
    """Return whether a tracker was understood at all, and the sentence that says what to do where it was not."""
    if any(sheet.regions for sheet in entry.sheets):
        return "checked", ""
    if all(sheet.is_blank for sheet in entry.sheets):
        return "not-understood", "The workbook is blank: there is nothing to check."
    result = TrackerResult(entry.path, sheets=entry.readings(), parts=entry.parts)
    tracker = named_in_commands(result)
    said = "No table of learners, assignments or submissions was recognised, so nothing was checked. "
    line = example_line(result)
    if not line:
        return "not-understood", said + (
            "Give each table a heading row such as Learner, Assignment, Deadline, Date submitted, Grade; "
            f"`btec-validator inspect {tracker}` shows how each sheet was read."
        )
    return "not-understood", said + (
        f"To say what its headings mean, run `btec-validator profile {tracker} -o profile.toml`, fill in lines "
        f"such as `{line}`, and check again with `--profile profile.toml`. "
        f"`btec-validator inspect {tracker}` shows how each sheet was read."
    )


def _with_specification(tracker: RawTracker, given: Specification | None) -> RawTracker:
    """Return a tracker with the specification that was given for its qualification as a table of its own."""
    qualification, size, level = (_told(tracker, field) for field in ("qualification", "size", "level"))
    if given is None or not given.is_for(qualification):
        return tracker
    units = RawTable()
    for row in given.rows(qualification, size, level):
        units.add(row)
    return {**tracker, "specification": units}


def _structures(trackers: Sequence[RawTracker], given: Specification | None) -> dict[int, Structure]:
    """Return the structure of the qualification of each tracker that the specification is for."""
    told = [(_told(tracker, "qualification"), _told(tracker, "level")) for tracker in trackers]
    return {n: given.structure(*words) for n, words in enumerate(told) if given and given.is_for(words[0])}


def _told(tracker: RawTracker, field: str) -> str:
    """Return what the details of the programme say first of a field, as text."""
    programme = tracker.get("programme", RawTable())
    return next((str(value) for value in programme.values.get(field, ()) if value is not None), "")


def _calendar(tables: Tables, number: int, given: Calendar | None) -> Calendar:
    """Return the calendar of one tracker: its own term dates, completed by what the centre gave besides."""
    terms = tables.frames["terms"]
    own = terms[terms["tracker"] == number]
    programme = tables.frames["programme"]
    countries = programme.loc[programme["tracker"] == number, "country"].dropna()
    told = calendar_from_terms(
        zip(
            own["name"].where(own["name"].notna(), None),
            (None if pd.isna(day) else day.date() for day in own["starts"]),
            (None if pd.isna(day) else day.date() for day in own["ends"]),
            own["kind"].where(own["kind"].notna(), None),
            strict=True,
        ),
        country=country_code(countries.iloc[0]) if len(countries) else None,
        source=_sheet_of(tables.cells["terms"].loc[own.index, "starts"]),
    )
    return told.combined(given)


def _sheet_of(cells: pd.Series) -> str:
    """Return where term dates stand, for people: "sheet Term dates"."""
    told = cells.dropna()
    return f"sheet {told.iloc[0].rpartition('!')[0]}" if len(told) else ""
