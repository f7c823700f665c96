"""Baselines: what an earlier check found, held against what this one found."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date  # noqa: TC003 - pydantic reads the annotations
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from validator.findings import Baseline, Finding, TrackerResult
from validator.fingerprints import identity
from validator.reports.json import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

_MOST_BYTES = 2**29
_WRITE_IT = "Write one with btec-validator check --json."


class BaselineError(ValueError):
    """A file that is no baseline; its text is a sentence or two for the person who named it."""


@dataclass(frozen=True)
class RecordedTracker:
    """What an earlier check found in one tracker."""

    path: str
    findings: tuple[Finding, ...]
    sha256: str = ""


@dataclass(frozen=True)
class RecordedRun:
    """An earlier check, as its findings.json tells it."""

    as_of: date
    trackers: tuple[RecordedTracker, ...]


def load_baseline(path: Path) -> RecordedRun:
    """Return the check that a findings.json tells of. Raises BaselineError."""
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - only where there is a baseline

    document = _content(path)
    if not isinstance(document, dict) or "schema_version" not in document or "trackers" not in document:
        raise BaselineError(f"{path} is not what btec-validator writes for programs. {_WRITE_IT}")
    if (version := document["schema_version"]) != SCHEMA_VERSION:
        raise BaselineError(
            f"{path} is of another version (schema_version {version!r}, and this program reads {SCHEMA_VERSION!r}). "
            + _WRITE_IT
        )
    try:
        return TypeAdapter(RecordedRun).validate_python(document)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise BaselineError(f"{path} is damaged at {where} ({fault['msg']}). {_WRITE_IT}") from None


def _content(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise BaselineError(f"{path} is far too large for a baseline.")
        return json.loads(content)
    except OSError as error:
        raise BaselineError(f"{path} cannot be opened ({error.strerror or error}).") from None
    except BaselineError:
        raise
    except (ValueError, RecursionError):
        raise BaselineError(f"{path} is not JSON, or only the beginning of it. {_WRITE_IT}") from None


def compare(
    results: Sequence[TrackerResult], recorded: RecordedRun, source: str
) -> tuple[list[TrackerResult], Baseline]:
    """Return the results with what changed in each since the baseline, and what there is to say of the baseline.

    A finding of the baseline that is gone is fixed only where its rule was run now and could be checked everywhere;
    else it is unsettled.
    """
    pairs = _paired(results, recorded.trackers)
    compared = [_compared(result, pairs.get(number)) for number, result in enumerate(results)]
    used = {id(tracker) for tracker in pairs.values()}
    baseline = Baseline(
        source,
        recorded.as_of.isoformat(),
        moved=tuple(
            (results[number].path, tracker.path)
            for number, tracker in sorted(pairs.items())
            if _place(results[number].path) != _place(tracker.path)
        ),
        added=tuple(result.path for number, result in enumerate(results) if number not in pairs),
        gone=tuple(tracker.path for tracker in recorded.trackers if id(tracker) not in used),
    )
    return compared, baseline


# ---------------------------------------------------------------------- which tracker is which


def _paired(results: Sequence[TrackerResult], recorded: Sequence[RecordedTracker]) -> dict[int, RecordedTracker]:
    """Return the tracker of the baseline for each result, by its number: the one at the same path, or else with the
    same content, or else of the same name, where no other on either side has it."""
    found: dict[int, RecordedTracker] = {}
    keys: tuple[Callable[[Any], str], ...] = (
        lambda tracker: _place(tracker.path),
        lambda tracker: tracker.sha256,
        lambda tracker: PurePosixPath(tracker.path).name,
    )
    for key in keys:
        ours, theirs = _by(key, results), _by(key, recorded)
        taken = {id(tracker) for tracker in found.values()}
        for value, numbers in ours.items():
            others = theirs.get(value, [])
            if value and len(numbers) == len(others) == 1 and numbers[0] not in found:
                tracker = recorded[others[0]]
                if id(tracker) not in taken:
                    found[numbers[0]] = tracker
    return found


def _by(key: Callable[[Any], str], trackers: Iterable[Any]) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, tracker in enumerate(trackers):
        numbers[key(tracker)].append(number)
    return numbers


def _place(path: str) -> str:
    return str(PurePosixPath(path))


# ---------------------------------------------------------------------- which finding is which


def _compared(result: TrackerResult, recorded: RecordedTracker | None) -> TrackerResult:
    before = recorded.findings if recorded else ()
    known = _matched(result.findings, before)
    findings = tuple(
        replace(finding, change="unchanged" if number in known else "new")
        for number, finding in enumerate(result.findings)
    )
    gone = _renumbered(result.findings, before, set(known.values()))
    settled = _settled(result)
    return replace(
        result,
        findings=findings,
        fixed=tuple(finding for finding in gone if finding.rule in settled),
        unsettled=tuple(finding for finding in gone if finding.rule not in settled),
    )


def _renumbered(now: Sequence[Finding], before: Sequence[Finding], known: set[int]) -> list[Finding]:
    """Return the findings that are gone, each with a fingerprint that is gone too."""
    taken = {finding.fingerprint for finding in now}
    spare: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for number in sorted(known):
        if before[number].fingerprint not in taken:
            spare[identity(before[number])].append(before[number].fingerprint)
    gone = []
    for number, finding in enumerate(before):
        if number not in known:
            others = spare[identity(finding)]
            fingerprint = others.pop() if finding.fingerprint in taken and others else finding.fingerprint
            gone.append(replace(finding, fingerprint=fingerprint, waiver=None, change=None))
    return gone


def _settled(result: TrackerResult) -> set[str]:
    """Return the rules that were run on a tracker and could be checked wherever they apply."""
    if result.status != "checked":
        return set()
    return {c.rule for c in result.coverage if c.status != "not-checkable" and not c.missing}


def _matched(findings: Sequence[Finding], recorded: Sequence[Finding]) -> dict[int, int]:
    """Return for each finding that was there before, by its number, which of the recorded ones it is.

    Fingerprints decide how many there are of each kind. Findings on one record are told apart by number alone, and
    those numbers move up when one of them is put right: among these the same sentence is the same finding.
    """
    by_fingerprint = {finding.fingerprint: number for number, finding in enumerate(recorded)}
    matched = {
        number: by_fingerprint[finding.fingerprint]
        for number, finding in enumerate(findings)
        if finding.fingerprint in by_fingerprint
    }
    ours = _alike(findings)
    theirs = _alike(recorded)
    for about, numbers in ours.items():
        others = theirs.get(about, [])
        pairs = {number: matched[number] for number in numbers if number in matched}
        if len(numbers) == len(others) == len(pairs) or not set(pairs.values()) <= set(others):
            continue
        left = Counter(recorded[other].message for other in others)
        same = []
        for number in numbers:
            if left[findings[number].message] > 0:
                left[findings[number].message] -= 1
                same.append(number)
        chosen = (same + [number for number in numbers if number not in same])[: len(pairs)]
        matched = {number: other for number, other in matched.items() if number not in pairs}
        matched |= _by_sentence(chosen, others, findings, recorded)
    return matched


def _by_sentence(
    chosen: Sequence[int], others: Sequence[int], findings: Sequence[Finding], recorded: Sequence[Finding]
) -> dict[int, int]:
    """Return which recorded finding each of the chosen is: one with the same sentence, or else whichever is left."""
    free = list(others)
    found = {}
    for number in chosen:
        alike = next((other for other in free if recorded[other].message == findings[number].message), None)
        if alike is not None:
            free.remove(alike)
            found[number] = alike
    return found | dict(zip((number for number in chosen if number not in found), free, strict=False))


def _alike(findings: Sequence[Finding]) -> dict[tuple[str, ...], list[int]]:
    numbers: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, finding in enumerate(findings):
        numbers[identity(finding)].append(number)
    return numbers
