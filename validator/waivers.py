"""Waivers: a centre's decisions to live with findings for a while, held against what a check found."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from schemas.specification import plain
from validator.findings import WaiverUse
from validator.fingerprints import learner_identity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from validator.findings import Finding, TrackerResult, Waiver

NAMING = ("fingerprint", "rule", "learner", "unit", "assignment", "tracker")
"""The keys by which a waiver names findings."""
_DOUBTS = 3
"""How many trackers are named that could not show whether a waiver names anything; the rest is counted."""


@dataclass(frozen=True, slots=True)
class GivenWaiver:
    """A waiver as a configuration gives it."""

    waiver: Waiver
    names: tuple[tuple[str, str], ...]
    """What it names: pairs of a key of `NAMING` and a value."""

    def covers(self, finding: Finding, tracker: str) -> bool:
        """Say whether it names a finding of the tracker at this path, however learner and work are spelt."""
        return all(_agrees(key, value, finding, tracker) for key, value in self.names)


def waive(
    results: Sequence[TrackerResult], given: Sequence[Sequence[GivenWaiver]], as_of: date
) -> tuple[list[TrackerResult], tuple[WaiverUse, ...]]:
    """Return the results with their findings waived, and what became of each waiver, in the order of the files.

    `given` has for each result the waivers of its configuration. One whose last day is before `as_of` waives nothing.
    """
    named: dict[GivenWaiver, list[tuple[str, str]]] = defaultdict(list)
    doubts: dict[GivenWaiver, dict[str, None]] = defaultdict(dict)
    waived = []
    for result, waivers in zip(results, given, strict=True):
        findings = []
        for finding in result.findings:
            covering = [waiver for waiver in waivers if waiver.covers(finding, result.path)]
            for waiver in covering:
                named[waiver].append((result.path, finding.fingerprint))
            valid = (waiver.waiver for waiver in covering if not _is_over(waiver.waiver, as_of))
            findings.append(replace(finding, waiver=next(valid, None)))
        waived.append(replace(result, findings=tuple(findings)))
        for waiver in waivers:
            if doubt := _doubt(waiver, result):
                doubts[waiver][doubt] = None
    uses = []
    for waiver in dict.fromkeys(waiver for waivers in given for waiver in waivers):
        found = tuple(named[waiver])
        uses.append(
            WaiverUse(
                waiver.waiver,
                waiver.names,
                _state(waiver, found, as_of),
                found,
                "" if found else _told([*doubts[waiver]]),
            )
        )
    return waived, tuple(uses)


def _told(doubts: list[str]) -> str:
    rest = len(doubts) - _DOUBTS
    return " ".join((*doubts[:_DOUBTS], *([f"So it is with {rest:,} more."] if rest > 0 else [])))


def _state(
    given: GivenWaiver, found: Sequence[tuple[str, str]], as_of: date
) -> Literal["used", "expired", "unmatched"]:
    if _is_over(given.waiver, as_of):
        return "expired"
    return "used" if found else "unmatched"


def _is_over(waiver: Waiver, as_of: date) -> bool:
    return waiver.expires < as_of.isoformat()


def _agrees(key: str, value: str, finding: Finding, tracker: str) -> bool:
    if key == "tracker":
        return _is_of(value, tracker)
    told: str | None = getattr(finding, key)
    if told is None:
        return False
    if key == "learner":
        return learner_identity(told) == learner_identity(value)
    return plain(told) == plain(value) if key in ("unit", "assignment") else told == value


def _is_of(name: str, tracker: str) -> bool:
    return PurePosixPath(tracker).name.casefold() == name.casefold()


def _doubt(given: GivenWaiver, result: TrackerResult) -> str:
    """Return why a tracker could not show whether a waiver names anything in it; blank where it could."""
    names = dict(given.names)
    if "tracker" in names and not _is_of(names["tracker"], result.path):
        return ""
    if not result.is_complete:
        return f"{result.path} was not wholly checked."
    outcomes = {coverage.rule: coverage for coverage in result.coverage}
    if "rule" not in names:
        not_run = any(departure.kind in ("left-out", "selected") for departure in result.departures)
        return f"Not all rules were run on {result.path}." if not_run else ""
    if names["rule"] not in outcomes:
        return f"{names['rule']} was not run on {result.path}."
    coverage = outcomes[names["rule"]]
    could_not = coverage.status == "not-checkable" or coverage.missing
    return f"{names['rule']} could not be checked, or not everywhere, in {result.path}." if could_not else ""
