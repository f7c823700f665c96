"""What a check is told besides the trackers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rules.edition import Edition, load_editions
from validator.own_rules import known_rules
from validator.profiles import NO_PROFILE, Profile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from rules.rule import Rule
    from validator.calendar import Calendar
    from validator.findings import Finding, Severity
    from validator.specification import Specification

LEAD = "Lead Internal Verifier"
"""The role of those among `staff` who are Lead Internal Verifiers."""


@dataclass(frozen=True)
class Settings:
    """What a tracker is checked with. It travels to the workers; trackers with equal settings are judged together.

    Where a setting was written belongs elsewhere (`Departure`): it would make settings differ that agree.
    """

    as_of: date
    """The only clock."""
    guide: str | None = None
    """The edition of the guide for all trackers; where there is none, that of each programme's academic year."""
    editions: tuple[Edition, ...] = field(default_factory=load_editions)
    """The editions that there are to choose from, oldest first."""
    calendar: Calendar | None = None
    """Term dates, holidays and country that the centre gave besides what its trackers tell."""
    specification: Specification | None = None
    """The specification of the qualification that the centre gave."""
    select: tuple[str, ...] = ()
    """The codes, or beginnings of codes, of the rules to run; all where there is none."""
    ignore: tuple[str, ...] = ()
    """The codes, or beginnings of codes, of the rules not to run."""
    limits: Mapping[str, int] = field(default_factory=dict)
    """The numbers that the centre has set, of those that the guide leaves open."""
    severities: Mapping[str, Severity] = field(default_factory=dict)
    """The severities that the centre has changed, by the code of the rule."""
    staff: tuple[tuple[str, str], ...] = ()
    """People and their roles, for trackers that do not tell."""
    study_days: str = ""
    """When learners study, for trackers that do not tell: "Mon, Wed"; blank for full time."""
    profile: Profile = NO_PROFILE
    """How the centre keeps its trackers, as far as that is not recognised anyway."""
    modules: tuple[Path, ...] = ()
    """The modules of the centre's own rules, which are run wherever the settings are used."""

    def catalogue(self) -> Mapping[str, Rule]:
        """Return every rule that there is by its code, the centre's own after those of the guide.

        Raises validator.own_rules.OwnRulesError where the centre's own cannot be used.
        """
        return known_rules(self.modules)

    def rules(self) -> tuple[Rule, ...]:
        """Return the rules to run, in the order of the rulebook."""
        return tuple(
            rule
            for code, rule in self.catalogue().items()
            if (not self.select or code.startswith(self.select)) and not (self.ignore and code.startswith(self.ignore))
        )

    def weighed(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return findings with the severities that the centre has given to their rules."""
        return [replace(found, severity=self.severities.get(found.rule, found.severity)) for found in findings]
