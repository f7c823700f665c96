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
    seen: Counter[tuple[str, ...]] = Counter()
    marked = []
    for finding in in_order(findings):
        about = identity(finding)
        seen[about] += 1
        digest = hashlib.sha256("\x1f".join((*about, str(seen[about]))).encode()).hexdigest()
        marked.append(replace(finding, fingerprint=digest[:16]))
    return tuple(marked)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order of the report."""
    return tuple(sorted(findings, key=lambda f: (SEVERITIES.index(f.severity), *identity(f), f.message)))


def learner_identity(name: str) -> str:
    """Return what is the same for all spellings of a learner's name: "Abbas, Noor" is "Noor Abbas"."""
    return " ".join(sorted(plain(name).split()))


def identity(finding: Finding) -> tuple[str, ...]:
    """Return the rule and the record that a finding is about, however it is spelt."""
    rest = (finding.unit, finding.assignment, finding.attempt, finding.criterion)
    return finding.rule, learner_identity(finding.learner or ""), *(plain(value or "") for value in rest)
