"""The identity of a finding, and the order in which findings are told."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from schemas.specification import plain
from validator.findings import SEVERITIES, Finding

if TYPE_CHECKING:
    from collections.abc import Iterable


def fingerprinted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order of the report, each with its fingerprint.

    A fingerprint is made of the rule and the record (learner, unit, assignment, attempt, criterion), not of
    rows, sheets or wording; equal ones are numbered.
    """
    ordered = sorted(
        findings,
        key=lambda f: (
            SEVERITIES.index(f.severity),
            f.rule,
            *_identity(f),
            f.message,
        ),
    )
    seen: Counter[tuple[str, ...]] = Counter()
    marked = []
    for finding in ordered:
        identity = (finding.rule, *_identity(finding))
        seen[identity] += 1
        digest = hashlib.sha256("\x1f".join((*identity, str(seen[identity]))).encode()).hexdigest()
        marked.append(replace(finding, fingerprint=digest[:16]))
    return tuple(marked)


def _identity(finding: Finding) -> tuple[str, ...]:
    """Return what a finding is about, however it is spelt: "Abbas, Noor" is "Noor Abbas"."""
    learner = " ".join(sorted(plain(finding.learner or "").split()))
    rest = (finding.unit, finding.assignment, finding.attempt, finding.criterion)
    return learner, *(plain(value or "") for value in rest)
