"""The findings from other sides than the rules': what weighs most, learners and their work, people, sections."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from validator.findings import SEVERITIES
from validator.reports.words import attempt_name, count, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from validator.findings import Finding, Severity
    from validator.reports.overview import Group, Overview, TrackerOverview

_ATTEMPTS = ("first", "resubmission", "retake")
_AT = re.compile(r"^(?P<sheet>.*)!\$?(?P<column>[A-Z]+)\$?(?P<row>[0-9]+)")


class Work(NamedTuple):
    """A unit and an assignment, either of which a finding may leave open."""

    unit: str | None
    assignment: str | None

    @property
    def label(self) -> str:
        """Both in one line."""
        return " · ".join(filter(None, self))


class Entry(NamedTuple):
    """A finding with its place in the report of its tracker."""

    number: int
    finding: Finding
    story: int
    """Its place when a learner's work is told in order: units, assignments, attempts."""
    place: int
    """Its place when the workbook is read from the first sheet down."""


@dataclass(frozen=True)
class Weight:
    """A rule, or a learner, with the findings of the most serious kind of the run."""

    name: str
    number: int
    learners: int
    href: str
    code: str = ""


@dataclass(frozen=True)
class Tally:
    """How many findings of each severity something has."""

    name: str
    counts: Counter[Severity]

    @property
    def number(self) -> int:
        """How many there are in all."""
        return self.counts.total()


@dataclass(frozen=True)
class Index:
    """The findings of a tracker by one kind of thing they are about; what names none comes last, as None."""

    kind: Literal["learner", "work", "assessor", "verifier"]
    entries: tuple[tuple[str | None, tuple[Entry, ...]], ...]


@dataclass(frozen=True)
class HeatCell:
    """One learner's findings on one assignment."""

    worst: Severity | Literal["none", "waived", "blank"]
    """`none` is a record without a finding, which is no pass; `blank` is no record."""
    number: int = 0
    words: str = ""
    first: int = 0
    """The number of the first finding."""


@dataclass(frozen=True)
class Heat:
    """Learners and assignments by the most serious finding that they share."""

    columns: tuple[Work, ...]
    rows: tuple[tuple[str, tuple[HeatCell, ...]], ...]
    knows_work: bool
    """Whether the tracker's records are known, so that a cell without a finding tells whether it has a record."""

    @property
    def has_waived(self) -> bool:
        """Whether any cell has waived findings only."""
        return any(cell.worst == "waived" for _, cells in self.rows for cell in cells)

    @property
    def units(self) -> list[tuple[str | None, int]]:
        """Each unit with how many columns it has, in order."""
        widths: dict[str | None, int] = Counter(column.unit for column in self.columns)
        return list(widths.items())


def natural(text: str | None) -> tuple[bool, list[tuple[bool, int, str]]]:
    """Return a key that sorts as people do: Unit 2 before Unit 10, whatever the case, and nothing at the end."""
    parts = re.split(r"([0-9]{1,18})", (text or "").casefold())
    return text is None, [(not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts if part]


def work_of(finding: Finding) -> Work:
    """Return the work that a finding is about."""
    return Work(finding.unit, finding.assignment)


def entries(groups: Iterable[Group]) -> tuple[Entry, ...]:
    """Return the findings of all groups, numbered in the order of the report."""
    findings = [finding for group in groups for finding in group.findings]
    sheets = {sheet: at for at, sheet in enumerate(dict.fromkeys(_cell(finding)[0] for finding in findings))}
    story = _ranks(findings, lambda f: (*map(natural, (f.learner, f.unit, f.assignment)), _attempt(f)))
    place = _ranks(findings, lambda f: (sheets[_cell(f)[0]], *_cell(f)[1:]))
    return tuple(
        Entry(number, finding, story[number - 1], place[number - 1]) for number, finding in enumerate(findings, 1)
    )


def indexes(told: tuple[Entry, ...]) -> tuple[Index, ...]:
    """Return the findings by learner, by work, by assessor and by internal verifier, as far as they name any."""
    kinds: dict[Literal["learner", "work", "assessor", "verifier"], Callable[[Finding], str | None]] = {
        "learner": lambda finding: finding.learner,
        "work": lambda finding: work_of(finding).label or None,
        "assessor": lambda finding: finding.assessor,
        "verifier": lambda finding: finding.internal_verifier,
    }
    found = []
    for kind, name in kinds.items():
        named: dict[str | None, list[Entry]] = defaultdict(list)
        for entry in sorted(told, key=lambda entry: entry.story):
            named[name(entry.finding)].append(entry)
        if named.keys() - {None}:
            found.append(Index(kind, tuple((who, tuple(named[who])) for who in sorted(named, key=natural))))
    return tuple(found)


def heat(told: tuple[Entry, ...], work: tuple[tuple[str, str, str], ...]) -> Heat | None:
    """Return the map of learners and assignments, or nothing where no learner is known."""
    records = {(learner, Work(unit, assignment)) for learner, unit, assignment in work}
    found: dict[tuple[str, Work], list[Entry]] = defaultdict(list)
    for entry in told:
        if entry.finding.learner:
            found[entry.finding.learner, work_of(entry.finding)].append(entry)
    keys = records | found.keys()
    if not keys:
        return None
    columns = sorted({about for _, about in keys}, key=lambda about: (natural(about.unit), natural(about.assignment)))
    learners = sorted({learner for learner, _ in keys}, key=natural)
    rows = tuple(
        (name, tuple(_heat_cell(found.get((name, about), []), (name, about) in records) for about in columns))
        for name in learners
    )
    return Heat(tuple(columns), rows, bool(records))


def first_to_fix(overview: Overview, severity: Severity) -> tuple[Weight, ...]:
    """Return the rules with findings of a severity, the most findings first."""
    found: dict[str, list[tuple[TrackerOverview, Group]]] = defaultdict(list)
    for tracker in overview.trackers:
        for group in tracker.groups:
            if group.severity == severity and len(group.findings) > group.waived:
                found[group.code].append((tracker, group))
    weights = []
    for code, places in found.items():
        tracker, group = places[0]
        one_place = len(places) == 1 or code not in overview.cards
        weights.append(
            Weight(
                group.title,
                sum(len(part.findings) - part.waived for _, part in places),
                len({(t.number, f.learner) for t, part in places for f in part.findings if f.learner and not f.waiver}),
                f"#t{tracker.number}-{severity}-{code}" if one_place else f"#rule-{code}",
                code,
            )
        )
    return tuple(sorted(weights, key=lambda weight: (-weight.number, overview.position(weight.code))))


def learners_to_help(overview: Overview, severity: Severity) -> tuple[Weight, ...]:
    """Return the learners with findings of a severity, the most findings first."""
    weights = []
    for tracker in overview.trackers:
        index = next((index for index in tracker.indexes if index.kind == "learner"), None)
        for at, (name, told) in enumerate(index.entries if index else (), 1):
            number = sum(e.finding.severity == severity and e.finding.waiver is None for e in told)
            if name and number:
                weights.append(Weight(name, number, 1, f"#t{tracker.number}-learner-{at}"))
    return tuple(sorted(weights, key=lambda weight: (-weight.number, natural(weight.name))))


def by_section(overview: Overview) -> tuple[Tally, ...]:
    """Return the findings by the section of the guide that asks for what they lack, the most serious first."""
    found: dict[str, Counter[Severity]] = defaultdict(Counter)
    for tracker in overview.trackers:
        for group in tracker.groups:
            found[group.section].update(counted(group.findings))
    tallies = [Tally(section, counts) for section, counts in found.items() if counts]
    return tuple(sorted(tallies, key=lambda tally: tuple(-tally.counts[severity] for severity in SEVERITIES)))


def counted(findings: Iterable[Finding]) -> Counter[Severity]:
    """Return how many findings of each severity count: those that are waived do not."""
    return Counter(finding.severity for finding in findings if finding.waiver is None)


def _heat_cell(told: list[Entry], has_record: bool) -> HeatCell:
    if not told:
        return HeatCell("none" if has_record else "blank")
    counts = counted(entry.finding for entry in told)
    worst = next((severity for severity in SEVERITIES if counts[severity]), None)
    waived = sum(entry.finding.waiver is not None for entry in told)
    words = [count(counts[severity], severity) for severity in SEVERITIES if counts[severity]]
    words += [f"{waived} waived"] if waived else []
    return HeatCell(worst or "waived", counts.total() or waived, listed(words), told[0].number)


def _attempt(finding: Finding) -> tuple[int, str]:
    attempt = finding.attempt or ""
    return (_ATTEMPTS.index(attempt) if attempt in _ATTEMPTS else len(_ATTEMPTS)), attempt_name(attempt)


def _cell(finding: Finding) -> tuple[str, int, int, str]:
    """Return where the first cell of a finding stands, in an order that follows the sheet down and across."""
    match = _AT.match(finding.cells[0]) if finding.cells else None
    if match is None:
        return "", 0, 0, ""
    return match["sheet"], int(match["row"]), len(match["column"]), match["column"]


def _ranks(findings: list[Finding], key: Callable[[Finding], tuple[object, ...]]) -> list[int]:
    """Return for each finding its place when they are sorted by a key."""
    keys: list[tuple[object, ...]] = [key(finding) for finding in findings]
    order = sorted(range(len(findings)), key=keys.__getitem__)
    ranks = [0] * len(findings)
    for rank, at in enumerate(order):
        ranks[at] = rank
    return ranks
