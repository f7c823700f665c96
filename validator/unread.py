"""The result of a tracker that could not be read: nothing in it was checked, and it says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.catalogue import catalogue
from validator.findings import Coverage, Finding, TrackerResult
from validator.fingerprints import fingerprinted

if TYPE_CHECKING:
    from validator.settings import Settings

UNREADABLE = "STR001"


def unread(path: str, reason: str, settings: Settings) -> TrackerResult:
    """Return an `unreadable` result with STR001; `reason` is the sentence that says why and what to do."""
    rule = catalogue()[UNREADABLE]
    finding = Finding(rule.code, rule.name, rule.severity, reason, rule.page["remedy"], rule.section)
    coverage = tuple(
        Coverage(rule.code, "breached", 1, 1)
        if rule.code == UNREADABLE
        else Coverage(rule.code, "not-checkable", missing=rule.fields())
        for rule in settings.rules()
    )
    return TrackerResult(
        path,
        status="unreadable",
        reason=reason,
        guide=settings.guide or "",
        coverage=coverage,
        findings=fingerprinted(settings.weighed([finding])),
    )


def unchecked(path: str, reason: str, settings: Settings) -> TrackerResult:
    """Return the result of a tracker that was not even opened; `reason` is the sentence that says why."""
    coverage = tuple(Coverage(rule.code, "not-checkable") for rule in settings.rules())
    return TrackerResult(path, status="not-understood", reason=reason, guide=settings.guide or "", coverage=coverage)
