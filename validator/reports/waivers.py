"""Waivers as the readable reports tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validator.reports.words import count, long_date

if TYPE_CHECKING:
    from validator.findings import Waiver, WaiverUse

WHOSE = "A waiver is the centre's own decision, not Pearson's: a Standards Verifier may see it otherwise."
"""Stands wherever waivers are told."""


def decision(waiver: Waiver) -> str:
    """Return by whom a finding is waived, until when and why, as a sentence."""
    return f"Waived by {waiver.owner} until {long_date(waiver.expires)}: {waiver.reason.rstrip('.')}."


def grounds(waiver: Waiver) -> str:
    """Return who answers for a waiver, until when, why and where it stands, as a sentence."""
    return f"{waiver.owner}, until {long_date(waiver.expires)}: {waiver.reason.rstrip('.')} ({waiver.source})."


def named(use: WaiverUse) -> str:
    """Return what a waiver names: "RSB009, learner Noor Abbas"."""
    return ", ".join(value if key == "rule" else f"{key} {value}" for key, value in use.names)


def state(use: WaiverUse) -> str:
    """Return what became of a waiver, as a sentence or two."""
    found = len(use.findings)
    if use.state == "used":
        return f"Covers {count(found, 'finding')}."
    told = "Matches nothing that was found."
    if use.state == "expired":
        again = f"{count(found, 'finding counts', 'findings count')} again." if found else told
        told = f"Expired on {long_date(use.waiver.expires)}. {again}"
    return f"{told} {use.doubt}".rstrip()
