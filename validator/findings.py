"""What a check says of a tracker: findings, coverage, and how the tracker was understood.

These values travel from the workers to the command and on to the reports, so nothing here needs pandas.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning", "note"]
Outcome = Literal["breached", "passed", "not-checkable", "not-applicable"]
Status = Literal["checked", "not-understood", "unreadable"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""Most serious first."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A centre's decision to live with a finding for a while: it is still told, and no longer counts."""

    reason: str
    owner: str
    """Who answers for it."""
    expires: str
    """ISO date of its last day."""
    source: str
    """Where it stands: a configuration file."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach: one fact of the tracker that a rule objects to."""

    rule: str
    name: str
    severity: Severity
    message: str
    """A sentence that says what is wrong, with the tracker's own names and dates."""
    remedy: str
    """A sentence that says how to put it right."""
    section: str
    """The heading of the guide that asks for it."""
    learner: str | None = None
    """Learner, unit and assignment as the tracker spells them; None where they do not apply."""
    unit: str | None = None
    assignment: str | None = None
    attempt: str | None = None
    criterion: str | None = None
    cells: tuple[str, ...] = ()
    """A1 references, sheet names quoted as Excel quotes them; the first is where to go."""
    fingerprint: str = ""
    """Stays the same when rows are sorted, sheets renamed or blank rows inserted."""
    assessor: str | None = None
    """Assessor and internal verifier of the record that it is about, as the tracker spells them."""
    internal_verifier: str | None = None
    record: tuple[tuple[str, str, str], ...] = ()
    """The row that it stands in: heading, value and cell of each column that says something."""
    waiver: Waiver | None = None
    change: Literal["new", "unchanged"] | None = None
    """Against the baseline; None where there is none."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of one rule on one tracker. A blank is never a pass."""

    rule: str
    status: Outcome
    checked: int = 0
    """How many records the rule judged."""
    breaches: int = 0
    missing: tuple[str, ...] = ()
    """The fields (`table.field`) that the tracker does not record and the rule needs."""


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """How one column (or one label/value pair) was understood."""

    heading: str
    cell: str
    field: str | None
    """`table.field`, or None where the heading fits nothing."""
    attempt: str | None = None
    """The attempt whose block of columns it stands in, where the layout has such blocks."""
    how: Literal["exact", "similar", "context", "profile", "none"] = "exact"
    """`profile`: a profile names it; without a field it is then left out on purpose."""
    confidence: int = 100
    """0 to 100."""
    nearest: str | None = None
    """For what was not recognised: the heading that comes nearest."""


@dataclass(frozen=True, slots=True)
class TableReading:
    """One table that was recognised on a sheet."""

    sheet: str
    kind: str
    """The table of the tracker model."""
    heading_rows: tuple[int, ...]
    """Row numbers as Excel counts them."""
    records: int
    columns: tuple[ColumnReading, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetReading:
    """One sheet: the tables found on it, and what was left over."""

    sheet: str
    visible: bool
    tables: tuple[TableReading, ...] = ()
    note: str = ""
    """Why nothing was recognised, where nothing was."""
    left_over: tuple[ColumnReading, ...] = ()
    """What are probably its headings, where no table was recognised."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One way in which a tracker is no longer what a profile describes."""

    kind: Literal["missing", "surplus", "unused"]
    """The profile names what the tracker does not have; the tracker has a heading that neither the profile nor
    anything else knows; the profile gives a heading a meaning that its table has no place for."""
    message: str
    """A sentence for people."""
    expected: str = ""
    """The heading, sheet or cell as the profile names it; blank for what it does not name."""
    sheet: str = ""
    """The sheet, as the tracker or else the profile spells it; blank where it may be any."""
    found: str = ""
    """The tracker's own heading that this is about, or that comes nearest to the one that is missing."""
    cell: str = ""
    """Where that heading stands."""


@dataclass(frozen=True, slots=True)
class Departure:
    """One way in which a tracker was checked otherwise than by default, and who asked for it."""

    kind: Literal["limit", "severity", "left-out", "selected", "rules", "supplied", "profile"]
    """A number or a severity that was changed, rules that were not run or were run alone, rules of the centre's own,
    a fact that the tracker does not tell, or a profile that says how the tracker is to be read."""
    what: str
    """The limit, the rules or the fact, as the one who asked for it wrote them."""
    source: str
    """Where it stands: a configuration file, or an option of the command."""
    now: str = ""
    default: str = ""
    """What it is otherwise, where it is otherwise anything."""
    reason: str = ""
    rules: tuple[str, ...] = ()
    """The codes of the rules that it changes, leaves out or adds."""


@dataclass(frozen=True, slots=True)
class Registers:
    """What a verifier asks to see of a tracker besides its findings, as the tracker tells it."""

    work: tuple[tuple[str, str, str], ...] = ()
    """Learner, unit and assignment of everything that was handed in or assessed."""


@dataclass(frozen=True, slots=True)
class TrackerResult:
    """Everything a check says of one tracker."""

    path: str
    """As given on the command line, with forward slashes."""
    sha256: str = ""
    status: Status = "checked"
    reason: str = ""
    """Why a tracker was not checked, or not wholly: one clear sentence; blank where it was."""
    programme: str = ""
    """The qualification as the tracker names it."""
    calendar: str = ""
    """A sentence on how working days were counted."""
    guide: str = ""
    """The edition of the guide it was checked against."""
    sheets: tuple[SheetReading, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    findings: tuple[Finding, ...] = ()
    guide_reason: str = ""
    """A sentence that says why it was checked against that edition."""
    departures: tuple[Departure, ...] = ()
    """In what the check was not the default one."""
    registers: Registers = Registers()
    fixed: tuple[Finding, ...] = ()
    """The findings of the baseline that are no longer there."""
    drift: tuple[Drift, ...] = ()
    """In what the tracker is no longer what the profile that it was read with describes."""

    def counts(self) -> dict[str, int]:
        """Return how many findings there are of each severity."""
        return {severity: sum(finding.severity == severity for finding in self.findings) for severity in SEVERITIES}

    @property
    def is_complete(self) -> bool:
        """Whether the tracker was read and understood, and every rule could be run on it."""
        return self.status == "checked" and not self.reason


@dataclass(frozen=True, slots=True)
class RuleCard:
    """What the reports and the catalogue tell of a rule: its identity and its page."""

    code: str
    name: str
    severity: Severity
    section: str
    needs: tuple[str, ...]
    page: dict[str, str] = field(default_factory=dict)
    """finds, why, breaks, keeps, remedy, blind: the parts of the page that `explain` shows."""
    origin: str = ""
    """The module or package of the centre that holds the rule; blank for the rules of the guide."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """A whole run: what every report is made from."""

    guide: str
    """The edition, or editions, that the trackers were checked against."""
    as_of: str
    """ISO date."""
    trackers: tuple[TrackerResult, ...]
    rules: tuple[RuleCard, ...] = ()
