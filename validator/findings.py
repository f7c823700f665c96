"""What a check says of a tracker: findings, coverage, and how the tracker was understood.

These values travel from the workers to the command and on to the reports, so nothing here needs pandas.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

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
class WaiverUse:
    """What became of a waiver of the configuration."""

    waiver: Waiver
    names: tuple[tuple[str, str], ...]
    """What it names, as its configuration writes it: ("rule", "RSB009"), ("learner", "Noor Abbas")."""
    state: Literal["used", "expired", "unmatched"]
    """`expired` wins: such a waiver waives nothing, whatever it names. `unmatched` names nothing that was found."""
    findings: tuple[tuple[str, str], ...] = ()
    """The tracker's path and the fingerprint of each finding that it names."""
    doubt: str = ""
    """Why it may name something all the same, where it names nothing that was found."""


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


EvidenceState = Literal["present", "missing", "wrong", "unclear", "no-column", "not-due"]
"""Whether a piece of evidence is on record: it is, it is not, it is but not as the guide asks, it cannot be told, the
tracker has no column for it, or nobody need have it (yet). Only `missing` and `wrong` are gaps."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a tracker says of one piece of evidence."""

    what: str
    state: EvidenceState
    told: str
    """In words: "Rania Haddad, 28 September 2023"."""
    cell: str = ""
    """Where it stands, or should; blank where the tracker has no place for it."""


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """A resubmission, a retake, a re-sit or an extension, with the evidence that a verifier asks for."""

    kind: Literal["resubmission", "retake", "re-sit", "extension"]
    learner: str
    unit: str
    assignment: str
    evidence: tuple[Evidence, ...]
    """The same pieces in the same order for all entries of a kind."""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class GradeSampled:
    """How many decisions gave a grade, and how many of them were sampled."""

    grade: str
    """P, M, D, U, as far as one is known; blank where none is."""
    assessed: int
    sampled: int


@dataclass(frozen=True, slots=True)
class SamplingCoverage:
    """How much of the decisions of one assessor, or on one assignment, was internally verified."""

    of: Literal["assessor", "assignment"]
    name: str
    """The assessor or the assignment; blank where the tracker names none."""
    unit: str
    assessed: int
    sampled: int
    grades: tuple[GradeSampled, ...]
    besides: int = 0
    """Samples of theirs that belong to no decision on record."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A decision to be sampled next, and what is covered by it that no sample covers yet."""

    learner: str
    unit: str
    assignment: str
    attempt: str
    assessor: str
    grade: str
    covers: tuple[str, ...]
    cell: str = ""


@dataclass(frozen=True, slots=True)
class SchoolPeriod:
    """A term, a holiday or a closure of the calendar that working days were counted with."""

    name: str
    kind: str
    starts: str
    """ISO dates, both included."""
    ends: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A day or a span on the time line of an assignment."""

    kind: Literal["handed-out", "deadline", "extension", "resubmission", "retake", "breach"]
    starts: str
    """ISO dates, both included; the same for a day."""
    ends: str
    count: int = 1
    """How many learners it holds for, or how many findings it stands for; 0 for a date of the plan."""
    group: str = ""
    rule: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class AssignmentLine:
    """The time line of one assignment."""

    unit: str
    assignment: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Registers:
    """What a verifier asks to see of a tracker besides its findings, as the tracker tells it."""

    work: tuple[tuple[str, str, str], ...] = ()
    """Learner, unit and assignment of everything that was handed in or assessed."""
    entries: tuple[RegisterEntry, ...] = ()
    """Resubmissions, retakes and re-sits, and extensions."""
    keeps_extensions: bool = False
    """Whether the tracker has any place for extensions."""
    keeps_sampling: bool = False
    """Whether the tracker has any place for the internal verification of decisions."""
    sampling: tuple[SamplingCoverage, ...] = ()
    suggested: tuple[Suggestion, ...] = ()
    periods: tuple[SchoolPeriod, ...] = ()
    time_line: tuple[AssignmentLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One workbook of a tracker that is made of several."""

    path: str
    """As given on the command line, with forward slashes."""
    sha256: str
    book: str
    """What references to its cells begin with: `[Plan.xlsx]`."""


@dataclass(frozen=True, slots=True)
class People:
    """Whom a tracker names, in each of the ways in which it spells them."""

    learners: tuple[tuple[str, str], ...] = ()
    """Name and registration number; one of them may be blank."""
    staff: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrackerResult:
    """Everything a check says of one tracker."""

    path: str
    """As given on the command line, with forward slashes; a name for a tracker of several workbooks."""
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
    parts: tuple[Part, ...] = ()
    """The workbooks that make the tracker, where it is made of several."""
    people: People = People()
    """Whom it names: for the command, which may have to leave them out. No output tells this."""
    unsettled: tuple[Finding, ...] = ()
    """Those of which it cannot be told: they are not there, but their rule was not run or could not be checked now."""
    drift: tuple[Drift, ...] = ()
    """In what the tracker is no longer what the profile that it was read with describes."""

    def counts(self) -> dict[str, int]:
        """Return how many findings there are of each severity; those that are waived do not count."""
        return _by_severity(finding for finding in self.findings if not finding.waiver)

    def new(self) -> dict[str, int]:
        """Return how many of those that count are new against the baseline."""
        return _by_severity(finding for finding in self.findings if finding.change == "new" and not finding.waiver)

    def waived(self) -> dict[str, int]:
        """Return how many findings of each severity are waived."""
        return _by_severity(finding for finding in self.findings if finding.waiver)

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
class Baseline:
    """The earlier check that this one was compared with."""

    source: str
    """The findings.json, as it was named."""
    as_of: str
    """ISO date."""
    moved: tuple[tuple[str, str], ...] = ()
    """The paths, now and then, of trackers that were found again by their content or their name."""
    added: tuple[str, ...] = ()
    """The trackers that it does not have: all that is found in them is new."""
    gone: tuple[str, ...] = ()
    """Its trackers that were not checked now: nothing in them is fixed."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """A whole run: what every report is made from."""

    guide: str
    """The edition, or editions, that the trackers were checked against."""
    as_of: str
    """ISO date."""
    trackers: tuple[TrackerResult, ...]
    rules: tuple[RuleCard, ...] = ()
    waivers: tuple[WaiverUse, ...] = ()
    """Every waiver of the configurations that were used."""
    baseline: Baseline | None = None
    learners: Literal["named", "coded", "left-out"] = "named"
    """Whether learners are called by their names or by codes, or names are left out altogether."""


def _by_severity(findings: Iterable[Finding]) -> dict[str, int]:
    counted = Counter(finding.severity for finding in findings)
    return {severity: counted[severity] for severity in SEVERITIES}
