"""What the readable reports say of a check: the verdict, how much could be checked, and findings in order."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from validator.findings import SEVERITIES
from validator.reports import departures, views, waivers
from validator.reports.words import count, human, listed, long_date

if TYPE_CHECKING:
    from validator.findings import (
        CheckReport,
        Coverage,
        Departure,
        Finding,
        Outcome,
        RuleCard,
        Severity,
        TrackerResult,
        WaiverUse,
    )

Standing = Literal["error", "warning", "note", "clear", "partial", "unchecked"]
"""How a tracker or a run stands: its most serious finding. Without any finding it is `clear` only where all
that applies was checked, `partial` where some of it was, `unchecked` where nothing was. Waived findings do not count;
where there are no others it is `note`, for they are nothing to be clear of."""


@dataclass(frozen=True)
class Reach:
    """How far a check reached: how many rules were judged, could not be, or did not apply."""

    checked: int
    not_checkable: int
    not_applicable: int

    @property
    def applicable(self) -> int:
        """How many rules ought to have been checked."""
        return self.checked + self.not_checkable


@dataclass(frozen=True)
class Group:
    """The findings of one rule on one tracker that have the same severity."""

    severity: Severity
    code: str
    name: str
    section: str
    card: RuleCard | None
    findings: tuple[Finding, ...]
    first: int = 1
    """The number of its first finding in the report of its tracker."""

    @property
    def title(self) -> str:
        """The rule's name as a heading."""
        return human(self.name)

    @property
    def waived(self) -> int:
        """How many of the findings are waived."""
        return sum(finding.waiver is not None for finding in self.findings)

    @cached_property
    def remedy(self) -> str:
        """The remedy that all the findings share, or nothing where they differ."""
        remedies = {finding.remedy for finding in self.findings}
        return remedies.pop() if len(remedies) == 1 else ""


@dataclass(frozen=True)
class ToldDeparture:
    """One departure from the default check."""

    sentence: str
    source: str
    trackers: tuple[TrackerOverview, ...]
    """Those that were checked so."""


@dataclass(frozen=True)
class ToldWaiver:
    """One waiver of the run."""

    use: WaiverUse
    names: str
    """What it names: "RSB009, learner Noor Abbas"."""
    state: str
    """What became of it, in a sentence."""


@dataclass(frozen=True)
class Wanted:
    """A field that a tracker does not record, and the rules that wait for it."""

    field: str
    rules: tuple[str, ...]
    trackers: int = 1
    """How many trackers lack it."""


class Overview:
    """A check as its readable reports tell it: the same figures and sentences whatever the format."""

    def __init__(self, report: CheckReport) -> None:
        self.report = report
        self.cards = {card.code: card for card in report.rules}
        self._order = {card.code: position for position, card in enumerate(report.rules)}
        self.trackers = tuple(
            TrackerOverview(number, tracker, self) for number, tracker in enumerate(report.trackers, 1)
        )

    @cached_property
    def counts(self) -> Counter[Severity]:
        """How many findings there are of each severity, without those that are waived."""
        return sum((tracker.counts for tracker in self.trackers), Counter())

    @cached_property
    def waived(self) -> Counter[Severity]:
        """How many findings of each severity are waived: they are told, and do not count."""
        return sum((tracker.waived for tracker in self.trackers), Counter())

    @cached_property
    def reach(self) -> Reach:
        """How far the check reached over all trackers.

        A rule that could not be checked in one tracker counts as not checkable, whatever the others allow.
        """
        seen: dict[str, set[Outcome]] = defaultdict(set)
        for tracker in self.report.trackers:
            for coverage in tracker.coverage:
                seen[coverage.rule].add(coverage.status)
        kinds = Counter(_reached(outcomes) for outcomes in seen.values())
        return Reach(kinds["checked"], kinds["not-checkable"], kinds["not-applicable"])

    @cached_property
    def failed(self) -> tuple[TrackerOverview, ...]:
        """The trackers that could not be read or understood."""
        return tuple(tracker for tracker in self.trackers if tracker.result.status != "checked")

    @cached_property
    def halfway(self) -> tuple[TrackerOverview, ...]:
        """The trackers that were checked, but with a defect or without the centre's own rules."""
        return tuple(t for t in self.trackers if t.result.status == "checked" and t.result.reason)

    @cached_property
    def left_out(self) -> frozenset[str]:
        """The rules that somebody did not want to be run, in all trackers or in some."""
        return frozenset(code for tracker in self.trackers for code in tracker.left_out)

    @cached_property
    def states(self) -> dict[str, int]:
        """How many trackers stand in which way, the worst first."""
        names: dict[Standing, str] = {
            "error": "with errors",
            "warning": "with warnings only",
            "note": "with notes only",
            "unchecked": "not checked at all",
            "partial": "without a breach found, but not wholly checked",
            "clear": "without a breach found",
        }
        standings = Counter(tracker.standing for tracker in self.trackers)
        return {name: standings[standing] for standing, name in names.items() if standings[standing]}

    @cached_property
    def departures(self) -> tuple[ToldDeparture, ...]:
        """In what the check was not the default one, each once."""
        found: dict[Departure, list[TrackerOverview]] = defaultdict(list)
        for tracker in self.trackers:
            for departure in tracker.result.departures:
                found[departure].append(tracker)
        return tuple(
            ToldDeparture(departures.sentence(departure, self.rule_title), departure.source, tuple(trackers))
            for departure, trackers in found.items()
        )

    @cached_property
    def standing(self) -> Standing:
        """How the whole run stands."""
        if all(tracker.standing == "unchecked" for tracker in self.trackers):
            return "unchecked"
        return _standing(self.counts, self.waived, complete=not self.incomplete)

    @cached_property
    def headline(self) -> str:
        """What was found, in one line without a full stop."""
        if not self.waived.total():
            return self._found()
        waived = self.waived.total()
        return f"{self._found()}; {count(waived, 'finding is', 'findings are')} waived by the centre"

    def _found(self) -> str:
        errors, warnings, notes = (self.counts[severity] for severity in SEVERITIES)
        that_counts = " that counts" if self.waived.total() else ""
        if self.standing == "unchecked":
            return self._nothing_checked()
        if errors:
            return f"{count(errors, 'error')} to put right before certification{self._spread('error')}"
        if warnings:
            found = f"No error{that_counts} found in what could be checked"
            return f"{found}, but {count(warnings, 'warning')}{self._spread('warning')}"
        if notes:
            return f"No error or warning{that_counts} found in what could be checked, only {count(notes, 'note')}"
        return f"No breach{that_counts} found in what could be checked"

    @property
    def tells_more_of_baseline(self) -> bool:
        """Whether there is more to say of the baseline than how much changed."""
        baseline = self.report.baseline
        if baseline is None:
            return False
        gone = any(tracker.fixed or tracker.unsettled for tracker in self.report.trackers)
        return gone or bool(baseline.moved or baseline.added or baseline.gone)

    @property
    def first_new(self) -> str:
        """The id of the first finding that the baseline did not have."""
        new = (f"t{t.number}-f{e.number}" for t in self.trackers for e in t.entries if e.finding.change == "new")
        return next(new, "")

    @cached_property
    def gravest(self) -> Severity | None:
        """The most serious kind of finding that there is."""
        return next((severity for severity in SEVERITIES if self.counts[severity]), None)

    @cached_property
    def first_to_fix(self) -> tuple[views.Weight, ...]:
        """The rules with the most serious findings, the most findings first."""
        return views.first_to_fix(self, self.gravest) if self.gravest else ()

    @property
    def first_tracker_with_findings(self) -> str:
        """The id of the first tracker's section that has any finding."""
        return next((f"t{tracker.number}" for tracker in self.trackers if tracker.groups), "")

    @property
    def first_tracker_with_learners(self) -> str:
        """The id of the first tracker's section in which a finding names a learner."""
        return next((f"t{t.number}" for t in self.trackers if any(i.kind == "learner" for i in t.indexes)), "")

    @cached_property
    def learners_to_help(self) -> tuple[views.Weight, ...]:
        """The learners with the most serious findings, the most findings first."""
        return views.learners_to_help(self, self.gravest) if self.gravest else ()

    @cached_property
    def sections(self) -> tuple[views.Tally, ...]:
        """The findings by section of the guide."""
        return views.by_section(self)

    @cached_property
    def wanted(self) -> tuple[Wanted, ...]:
        """The fields that any tracker lacks, those that most rules wait for first."""
        rules: dict[str, set[str]] = defaultdict(set)
        trackers: Counter[str] = Counter()
        for tracker in self.trackers:
            for wanted in tracker.wanted():
                rules[wanted.field].update(wanted.rules)
                trackers[wanted.field] += 1
        found = (Wanted(field, tuple(sorted(codes)), trackers[field]) for field, codes in rules.items())
        return tuple(sorted(found, key=lambda wanted: (-len(wanted.rules), wanted.field)))

    @cached_property
    def caveat(self) -> str:
        """How much of it could be checked, in one line; as important as what was found."""
        rules, trackers = self.reach.not_checkable, len(self.trackers)
        gaps = []
        if rules:
            everywhere = "" if trackers == 1 else " in at least one tracker"
            gaps.append(f"{count(rules, 'rule')} could not be checked{everywhere}")
        if self.failed:
            could_not = "could not be read or understood"
            gaps.append("the tracker " + could_not if trackers == 1 else
                        f"{count(len(self.failed), 'tracker')} {could_not}")  # fmt: skip
        if self.halfway:
            gaps.append("some rules could not be run" + ("" if trackers == 1 else
                        f" on {count(len(self.halfway), 'tracker')}"))  # fmt: skip
        left_out = f"{count(len(self.left_out), 'rule was', 'rules were')} left out as asked"
        if gaps:
            sentence = listed([*gaps, left_out] if self.left_out else gaps)
            return sentence[:1].upper() + sentence[1:]
        if not self.reach.checked:
            return "No rule was checked"
        every, besides = ("Every other rule", f"; {left_out}") if self.left_out else ("Every rule", "")
        return f"{every} that applies could be checked ({count(self.reach.checked, 'rule')}){besides}"

    @cached_property
    def waivers(self) -> tuple[ToldWaiver, ...]:
        """Every waiver of the run: first those that waive nothing, which somebody ought to look at."""
        told = [ToldWaiver(use, waivers.named(use), waivers.state(use)) for use in self.report.waivers]
        return tuple(sorted(told, key=lambda waiver: waiver.use.state == "used"))

    @cached_property
    def since(self) -> str:
        """What changed since the baseline, in a sentence or two; nothing where there is none."""
        baseline = self.report.baseline
        if baseline is None:
            return ""
        new, unchanged, fixed, unsettled = (sum(kind) for kind in zip(*(t.changes for t in self.trackers), strict=True))
        told = [
            f"Since the baseline of {long_date(baseline.as_of)} ({baseline.source}): "
            f"{count(new, 'finding is', 'findings are')} new, {unchanged:,} unchanged, {fixed:,} fixed."
        ]
        if unsettled:
            told.append(
                f"{count(unsettled, 'other is', 'others are')} not found any more, and it cannot be told whether that "
                "is a change: their rules were not run, or could not be checked everywhere."
            )
        if baseline.added:
            told.append(f"{count(len(baseline.added), 'tracker is', 'trackers are')} not in it.")
        if baseline.gone:
            told.append(f"{count(len(baseline.gone), 'tracker')} of it {'was' if len(baseline.gone) == 1 else 'were'} "
                        "not checked now.")  # fmt: skip
        return " ".join(told)

    @property
    def in_several_folders(self) -> bool:
        """Whether the names of the trackers need their folders beside them."""
        return len({tracker.folder for tracker in self.trackers}) > 1

    @property
    def incomplete(self) -> bool:
        """Whether anything that ought to have been checked was not."""
        return bool(self.reach.not_checkable or self.failed or self.halfway or self.left_out or not self.reach.checked)

    def breached(self) -> list[RuleCard]:
        """Return the rules that any tracker breached, in the order of the rulebook."""
        codes = {finding.rule for tracker in self.report.trackers for finding in tracker.findings}
        return [card for card in self.report.rules if card.code in codes]

    def groups_of(self, code: str) -> tuple[tuple[TrackerOverview, Group], ...]:
        """Return the findings of one rule in every tracker that breaches it."""
        return self._groups.get(code, ())

    def position(self, code: str) -> tuple[int, str]:
        """Return where a rule stands in the rulebook, for sorting."""
        return self._order.get(code, len(self._order)), code

    def rule_title(self, code: str) -> str:
        """Return a rule's name as a heading, or nothing where the catalogue does not have it."""
        return human(self.cards[code].name) if code in self.cards else ""

    @cached_property
    def _groups(self) -> dict[str, tuple[tuple[TrackerOverview, Group], ...]]:
        groups: dict[str, list[tuple[TrackerOverview, Group]]] = defaultdict(list)
        for tracker in self.trackers:
            for group in tracker.groups:
                groups[group.code].append((tracker, group))
        return {code: tuple(found) for code, found in groups.items()}

    def _spread(self, severity: Severity) -> str:
        where = sum(tracker.counts[severity] > 0 for tracker in self.trackers)
        return "" if len(self.trackers) == 1 else f" in {where:,} of {len(self.trackers):,} trackers"

    def _nothing_checked(self) -> str:
        if not self.trackers:
            return "No tracker was given, so nothing was checked"
        if len(self.trackers) == 1:
            return "Nothing could be checked in this tracker"
        return f"Nothing could be checked in any of the {len(self.trackers):,} trackers"


class TrackerOverview:
    """One tracker of an overview."""

    def __init__(self, number: int, result: TrackerResult, overview: Overview) -> None:
        self.number = number
        """Its place in the report, from 1."""
        self.result = result
        self.report = overview.report
        self._overview = overview
        self.counts: Counter[Severity] = Counter(f.severity for f in result.findings if not f.waiver)
        self.waived: Counter[Severity] = Counter(f.severity for f in result.findings if f.waiver)
        self.changes = (
            sum(finding.change == "new" and not finding.waiver for finding in result.findings),
            sum(finding.change == "unchanged" for finding in result.findings),
            len(result.fixed),
            len(result.unsettled),
        )
        """How many findings are new (and count), unchanged, fixed, and of how many it cannot be told."""
        self.folder, self.slash, self.name = result.path.rpartition("/")

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The findings, by severity and rule: errors first, then in the order of the rulebook."""
        found: dict[tuple[Severity, str], list[Finding]] = defaultdict(list)
        for finding in self.result.findings:
            found[finding.severity, finding.rule].append(finding)
        groups, first = [], 1
        for severity, code in sorted(
            found, key=lambda key: (SEVERITIES.index(key[0]), *self._overview.position(key[1]))
        ):
            told = tuple(found[severity, code])
            card = self._overview.cards.get(code)
            groups.append(Group(severity, code, told[0].name, told[0].section, card, told, first))
            first += len(told)
        return tuple(groups)

    @cached_property
    def entries(self) -> tuple[views.Entry, ...]:
        """All findings with their places in the report."""
        return views.entries(self.groups)

    @cached_property
    def indexes(self) -> tuple[views.Index, ...]:
        """The same findings by learner, work and people."""
        return views.indexes(self.entries)

    @cached_property
    def heat(self) -> views.Heat | None:
        """The map of learners and assignments."""
        return views.heat(self.entries, self.result.registers.work)

    @cached_property
    def reach(self) -> Reach:
        """How far the check of this tracker reached."""
        return Reach(
            len(self.outcomes("breached", "passed")),
            len(self.outcomes("not-checkable")),
            len(self.outcomes("not-applicable")),
        )

    @cached_property
    def standing(self) -> Standing:
        """How this tracker stands."""
        if self.result.status != "checked" or not (self.reach.checked or self.result.findings):
            return "unchecked"
        complete = not (self.reach.not_checkable or self.result.reason or self.left_out)
        return _standing(self.counts, self.waived, complete=complete)

    @cached_property
    def state(self) -> str:
        """How this tracker stands, in words. Never "all clear": only what could be checked was."""
        if self.result.status == "unreadable":
            return "Could not be read"
        if self.result.status == "not-understood":
            return "Not understood"
        if self.waived and not self.counts and self.standing == "note":
            return "Waived findings only"
        return {
            "error": "Errors found",
            "warning": "Warnings, no errors" + (" that count" if self.waived["error"] else ""),
            "note": "Notes only",
            "clear": "No breach found",
            "partial": f"No breach found, but not all {'could be' if self.reach.not_checkable else 'was'} checked",
            "unchecked": "Nothing could be checked",
        }[self.standing]

    @cached_property
    def left_out(self) -> dict[str, list[Departure]]:
        """The rules that somebody did not want to be run, each with who and why."""
        found: dict[str, list[Departure]] = defaultdict(list)
        for departure in self.result.departures:
            if departure.kind in ("left-out", "selected"):
                for code in departure.rules:
                    found[code].append(departure)
        return {code: found[code] for code in sorted(found, key=self._overview.position)}

    def learner_place(self, learner: str) -> int:
        """Return a learner's place in the index of learners, from 1; 0 where no finding is about them."""
        return self._learner_places.get(learner, 0)

    @cached_property
    def _learner_places(self) -> dict[str | None, int]:
        names = [name for index in self.indexes if index.kind == "learner" for name, _ in index.entries]
        return {name: place for place, name in enumerate(names, 1)}

    @property
    def found(self) -> int:
        """How many findings there are, waived ones included."""
        return len(self.result.findings)

    @property
    def points_to_cells(self) -> bool:
        """Whether any finding says where to go."""
        return any(finding.cells for finding in self.result.findings)

    def outcomes(self, *outcomes: Outcome) -> list[Coverage]:
        """Return the coverage of the rules with one of these outcomes, in the order of the rulebook."""
        chosen = [coverage for coverage in self.result.coverage if coverage.status in outcomes]
        return sorted(chosen, key=lambda coverage: self._overview.position(coverage.rule))

    def wanted(self) -> list[Wanted]:
        """Return the fields that this tracker lacks, those that most rules wait for first."""
        waiting: dict[str, list[str]] = defaultdict(list)
        for coverage in self.outcomes("not-checkable"):
            for field in coverage.missing:
                waiting[field].append(coverage.rule)
        return sorted(
            (Wanted(field, tuple(rules)) for field, rules in waiting.items()),
            key=lambda wanted: (-len(wanted.rules), wanted.field),
        )


def _standing(counts: Counter[Severity], waived: Counter[Severity], *, complete: bool) -> Standing:
    without: Standing = "note" if waived else "clear" if complete else "partial"
    return next((severity for severity in SEVERITIES if counts[severity]), without)


def _reached(outcomes: set[Outcome]) -> str:
    if "not-checkable" in outcomes:
        return "not-checkable"
    return "checked" if outcomes & {"breached", "passed"} else "not-applicable"
