"""The catalogue: every rule of the sections in this folder, in the order of the rulebook.

Importing it costs no pandas, so that `rules` and `explain` answer at once.
"""

from __future__ import annotations

import importlib
from functools import cache

from rules.rule import Rule

SECTIONS = (
    "scope",
    "planning",
    "internal_verification",
    "set_assignments",
    "submission_of_evidence",
    "authenticity",
    "resubmission_of_evidence",
    "resubmission_procedure",
    "retakes_and_resits",
    "retake_assignments",
    "meeting_deadlines",
    "feedback",
    "tracking_and_recording",
    "prior_learning",
    "appeals_and_malpractice",
    "retention",
    "top_up_and_reregistration",
    "eligibility_for_an_award",
    "structure",
)
"""The modules of this folder that hold rules, in the order of the rulebook."""


@cache
def catalogue() -> dict[str, Rule]:
    """Return every rule by its code.

    Raises ValueError when two rules bear the same code or the same name.
    """
    rules: dict[str, Rule] = {}
    for section in SECTIONS:
        module = importlib.import_module(f"rules.{section}")
        for value in vars(module).values():
            if not isinstance(value, Rule):
                continue
            if value.code in rules or any(value.name == other.name for other in rules.values()):
                raise ValueError(f"Two rules are called {value.code} or {value.name}.")
            rules[value.code] = value
    sections = list(dict.fromkeys(code[:3] for code in rules))
    return {code: rules[code] for code in sorted(rules, key=lambda code: (sections.index(code[:3]), code))}
