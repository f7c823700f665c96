"""The cases of rules: data files, each case a tracker that differs from the honest centre in one thing.

`CODE.yaml` is a list of cases of the rule CODE:

    - case: deadline on working day 16
      expect: breach              # breach, silent, not-checkable or not-applicable
      change: {attempts: {resubmission: {deadline: 2023-12-11}}}
      findings: 1                 # optional; how many of this rule
      cells: [attempts.resubmission.deadline]   # optional; the first cell that the finding must name
      severity: warning           # optional
      speaks: RSB022              # optional; the rule that reports this very fact, so that this one is silent
      says: [the learner's declaration]   # optional; what the message of the first finding contains

What a case may say of `honest_centre.yaml`: `change` patches records (a new name adds one; `like: NAME` copies
another first), `remove` takes records away ({attempts: [retake]}), `without` takes whole columns ([attempts.grade]
or a whole table [terms]), `only` keeps the named records of a table ({attempts: [first]}), `as_of` moves the clock.

The project's own rules and those of centres are tried out alike: `read_cases`, `judge_cases`, `objection`.
"""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from rules.rule import Rule
    from validator.findings import TrackerResult
    from validator.settings import Settings
    from validator.tables.build import RawTracker

EXPECTED = ("breach", "silent", "not-checkable", "not-applicable")

_KEYS = frozenset(
    {
        "case",
        "expect",
        "change",
        "remove",
        "without",
        "only",
        "as_of",
        "findings",
        "cells",
        "severity",
        "speaks",
        "says",
    }
)


class CaseError(ValueError):
    """Cases that cannot be read; the message is one sentence that names the file, the case and what is wrong."""


@dataclass(frozen=True)
class Case:
    """One case of a rule: a tracker, and what the rule says of it."""

    rule: str
    title: str
    expect: str
    tables: dict[str, dict[str, dict[str, Any]]] = field(repr=False, compare=False)
    """The records of the tracker by table and by a short name of theirs."""
    as_of: date
    findings: int | None = None
    cells: tuple[str, ...] = ()
    severity: str | None = None
    speaks: str | None = None
    says: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.rule}: {self.title}"


# ---------------------------------------------------------------------- reading


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a file; its name is the code of their rule. Raises CaseError."""
    try:
        entries = yaml.safe_load(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CaseError(f"{path.name} cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CaseError(f"{path.name} is not a list of cases: begin each with a line - case: what is the case")
    cases = [_case(path, number, entry) for number, entry in enumerate(entries, start=1)]
    if again := [title for title, times in Counter(case.title for case in cases).items() if times > 1]:
        raise CaseError(f"{path.name}: two cases are called {again[0]!r}, and would be taken for one")
    return cases


def _case(path: Path, number: int, entry: dict[str, Any]) -> Case:
    title = str(entry.get("case", f"case {number}"))
    where = f"{path.name}, {title}"
    if unknown := sorted(map(str, entry.keys() - _KEYS)):
        raise CaseError(f"{where}: {unknown[0]} means nothing here; known are {', '.join(sorted(_KEYS))}")
    if entry.get("expect") not in EXPECTED:
        raise CaseError(f"{where}: expect must be one of {', '.join(EXPECTED)}")
    try:
        tables = _patched(entry)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CaseError(f"{where}: what it changes does not fit the honest centre ({error})") from error
    as_of = entry.get("as_of", _honest_centre()["as_of"])
    if type(as_of) is not date:
        raise CaseError(f"{where}: as_of {as_of!r} is no date; write it as 2024-03-08")
    return Case(
        path.stem,
        title,
        entry["expect"],
        tables,
        as_of,
        entry.get("findings"),
        tuple(entry.get("cells", ())),
        entry.get("severity"),
        entry.get("speaks"),
        tuple(entry.get("says", ())),
    )


@cache
def _honest_centre() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((files("validator") / "honest_centre.yaml").read_text("utf-8"))
    return loaded


def _patched(entry: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    tables = copy.deepcopy({name: records for name, records in _honest_centre().items() if name != "as_of"})
    for name, kept in entry.get("only", {}).items():
        tables[name] = {key: tables[name][key] for key in kept}
    for name, gone in entry.get("remove", {}).items():
        for key in gone:
            del tables[name][key]
    for name, patches in copy.deepcopy(entry.get("change", {})).items():
        records = tables.setdefault(name, {})
        for key, patch in patches.items():
            like = patch.pop("like", None)
            records[key] = {**(records[like] if like else records.get(key, {})), **patch}
    for column in entry.get("without", ()):
        name, _, gone = column.partition(".")
        if not gone:
            del tables[name]
            continue
        for record in tables[name].values():
            record.pop(gone, None)
    return tables


# ---------------------------------------------------------------------- judging


def raw_tracker(case: Case) -> RawTracker:
    """Return the tables of a case as a reader of its workbook would: what one record tells, all have a column for."""
    from validator.tables.build import RawTable  # noqa: PLC0415 - brings pandas, which reading cases does without

    tracker: RawTracker = {}
    for name, records in case.tables.items():
        tracker[name] = RawTable()
        for key, record in records.items():
            sheet = [other for other in records.values() if other.get("plan") == record.get("plan")]
            columns = list(dict.fromkeys(column for other in sheet for column in other))
            tracker[name].add(
                {c: (record.get(c) if record.get(c) != "" else None, f"{name}.{key}.{c}") for c in columns}
            )
    return tracker


def judge_cases(cases: Iterable[Case], settings: Settings) -> dict[Case, TrackerResult]:
    """Return what the rules say of each case: the cases of one day as one chunk, which is how trackers are met.

    The cases say what day it is. Where a rule fails, the cases of that day are judged one by one, and each of the
    results says so.
    """
    found: dict[Case, TrackerResult] = {}
    cases = list(cases)
    for day in sorted({case.as_of for case in cases}):
        chunk = [case for case in cases if case.as_of == day]
        today = replace(settings, as_of=day)
        try:
            found |= _judged(chunk, today)
        except Exception:  # whatever a rule raises; alone, the pipeline notes it and goes on
            for case in chunk:
                found |= _judged([case], today)
    return found


def _judged(chunk: Sequence[Case], settings: Settings) -> dict[Case, TrackerResult]:
    from validator.pipeline import check_tables  # noqa: PLC0415 - brings pandas

    return dict(zip(chunk, check_tables([raw_tracker(case) for case in chunk], settings), strict=True))


def objection(case: Case, result: TrackerResult) -> str:
    """Return in what a result is not what the case expects; blank where it is."""
    return next(_objections(case, result), "")


def _objections(case: Case, result: TrackerResult) -> Iterator[str]:
    coverage = {entry.rule: entry for entry in result.coverage}[case.rule]
    own = [finding for finding in result.findings if finding.rule == case.rule]
    told = "".join(f"\n  {finding.message} {', '.join(finding.cells)}" for finding in own)
    expected = {"breach": ("breached",), "silent": ("passed", "not-applicable")}.get(case.expect, (case.expect,))
    if result.reason:
        yield result.reason
    if coverage.status not in expected:
        yield f"it is {coverage.status}, not {' or '.join(expected)}{told}"
    if len(own) != (wanted := (case.findings or 1) if case.expect == "breach" else 0):
        yield f"findings expected: {wanted}, found: {len(own)}{told}"
    if not all(finding.cells for finding in own):
        yield f"a finding names no cell{told}"
    if any("nan" in f.message.lower().split() or "(blank)" in f.message for f in own):
        yield f"a sentence has a gap{told}"
    if case.cells and own[0].cells[: len(case.cells)] != case.cells:
        yield f"the first cells are not {', '.join(case.cells)}{told}"
    if not all(part in own[0].message for part in case.says):
        yield f"the sentence does not say {' and '.join(case.says)}{told}"
    if case.severity and {finding.severity for finding in own} != {case.severity}:
        yield f"the severity is {own[0].severity}, not {case.severity}"
    if case.expect == "not-checkable" and not coverage.missing:
        yield "it does not say what is missing"
    if case.speaks and case.speaks not in {finding.rule for finding in result.findings}:
        yield f"{case.speaks} does not speak"


def unproved(rule: Rule, cases: Sequence[Case]) -> list[str]:
    """Return which kinds of cases a rule still lacks, in words."""
    kinds = Counter(case.expect for case in cases if case.rule == rule.code)
    wanted = [("a case that breaks it", kinds["breach"] >= 1)]
    wanted.append(("an honest way that keeps it and a near miss (expect: silent)", kinds["silent"] >= 2))
    wanted.append(("a tracker that cannot tell (expect: not-checkable)", kinds["not-checkable"] >= 1 or not rule.needs))
    return [lacking for lacking, there in wanted if not there]
