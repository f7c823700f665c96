"""What a check is told besides the trackers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules.catalogue import catalogue
from rules.edition import Edition, load_editions

if TYPE_CHECKING:
    from datetime import date

    from rules.rule import Rule
    from validator.calendar import Calendar
    from validator.specification import Specification


@dataclass(frozen=True)
class Settings:
    """The options of a check. They travel to the workers."""

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

    def rules(self) -> tuple[Rule, ...]:
        """Return the rules to run, in the order of the rulebook."""
        return tuple(
            rule
            for code, rule in catalogue().items()
            if (not self.select or code.startswith(self.select)) and not (self.ignore and code.startswith(self.ignore))
        )
