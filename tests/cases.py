"""The cases of the rules: data files, each case a tracker that differs from the honest centre in one thing.

`tests/cases/CODE.yaml` is a list of cases:

    - case: deadline on working day 16
      expect: breach              # breach, silent, not-checkable or not-applicable
      change: {attempts: {resubmission: {deadline: 2023-12-11}}}
      findings: 1                 # optional; how many of this rule
      cells: [attempts.resubmission.deadline]   # optional; the first cell that the finding must name
      severity: warning           # optional
      speaks: RSB022              # optional; the rule that reports this very fact, so that this one is silent
      says: [the learner's declaration]   # optional; what the message of the first finding contains

What a case may say of `_base.yaml`: `change` patches records (a new name adds one; `like: NAME` copies another
first), `remove` takes records away ({attempts: [retake]}), `without` takes whole columns ([attempts.grade] or a
whole table [terms]), `only` keeps the named records of a table ({attempts: [first]}), `as_of` moves the clock.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    rule: str
    title: str
    expect: str
    tables: dict[str, dict[str, dict[str, Any]]] = field(repr=False, compare=False)
    as_of: date = date(2024, 3, 8)
    findings: int | None = None
    cells: tuple[str, ...] = ()
    severity: str | None = None
    speaks: str | None = None
    says: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.rule}: {self.title}"


@cache
def all_cases() -> tuple[Case, ...]:
    return tuple(case for path in sorted(FOLDER.glob("[A-Z]*.yaml")) for case in cases_of(path))


def cases_of(path: Path) -> list[Case]:
    entries = yaml.safe_load(path.read_text("utf-8"))
    known = {
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
    for entry in entries:
        assert entry.keys() <= known, f"{path.name}: {entry.keys() - known} means nothing in {entry.get('case')}"
        assert entry["expect"] in ("breach", "silent", "not-checkable", "not-applicable"), entry
    titles = [entry["case"] for entry in entries]
    assert len({*titles}) == len(titles), f"{path.name}: two cases have one title, and would be taken for one"
    return [
        Case(
            path.stem,
            entry["case"],
            entry["expect"],
            _patched(entry),
            entry.get("as_of", _base()["as_of"]),
            entry.get("findings"),
            tuple(entry.get("cells", ())),
            entry.get("severity"),
            entry.get("speaks"),
            tuple(entry.get("says", ())),
        )
        for entry in entries
    ]


@cache
def _base() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / "_base.yaml").read_text("utf-8"))
    return loaded


def _patched(entry: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    tables = copy.deepcopy({name: records for name, records in _base().items() if name != "as_of"})
    for name, kept in entry.get("only", {}).items():
        tables[name] = {key: tables[name][key] for key in kept}
    for name, gone in entry.get("remove", {}).items():
        for key in gone:
            del tables[name][key]
    for name, patches in entry.get("change", {}).items():
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
