"""The registers as the report shows them: what has gaps first, and the time line drawn to scale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from validator.findings import SEVERITIES
from validator.reports.words import MONTHS, count, listed, long_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from validator.findings import (
        AssignmentLine,
        Mark,
        RegisterEntry,
        Registers,
        SamplingCoverage,
        SchoolPeriod,
        Severity,
        Suggestion,
    )

GAPS = ("missing", "wrong")
DOUBTS = ("unclear", "no-column")


@dataclass(frozen=True)
class Register:
    """The entries of one kind, those with gaps first."""

    title: str
    entries: tuple[RegisterEntry, ...]
    none: str
    """What is to be said where there are none."""

    @property
    def columns(self) -> tuple[str, ...]:
        """What each entry has evidence of."""
        return tuple(evidence.what for evidence in self.entries[0].evidence) if self.entries else ()

    @property
    def summary(self) -> str:
        """How many of them have everything on record."""
        gaps = sum(has_gap(entry) for entry in self.entries)
        doubts = sum(not has_gap(entry) and _states(entry, DOUBTS) for entry in self.entries)
        whole = len(self.entries) - gaps - doubts
        parts = [f"{whole:,} without a gap"] if whole else []
        parts += [f"{gaps:,} with a gap"] if gaps else []
        parts += [f"{doubts:,} of which this tracker does not tell all"] if doubts else []
        return listed(parts)


def has_gap(entry: RegisterEntry) -> bool:
    """Return whether a piece of evidence is missing, or is not as the guide asks."""
    return _states(entry, GAPS)


def _states(entry: RegisterEntry, states: tuple[str, ...]) -> bool:
    return any(evidence.state in states for evidence in entry.evidence)


class RegistersView:
    """The registers of one tracker."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to show: no work, no plan, or a programme that the guide does not cover."""
        told = self._registers
        return not (told.entries or told.sampling or told.time_line)

    @cached_property
    def all(self) -> tuple[Register, ...]:
        """The registers of second chances and extensions."""
        extensions = "No extension is on record."
        if not self._registers.keeps_extensions:
            extensions = "The tracker has no place for extensions, so nothing is known of them."
        return (
            self._register("Resubmissions", ("resubmission",), "No resubmission is on record."),
            self._register("Retakes and re-sits", ("retake", "re-sit"), "No retake or re-sit is on record."),
            self._register("Extensions", ("extension",), extensions),
        )

    def _register(self, title: str, kinds: tuple[str, ...], none: str) -> Register:
        chosen = [entry for entry in self._registers.entries if entry.kind in kinds]
        order = sorted(chosen, key=lambda entry: (not has_gap(entry), not _states(entry, DOUBTS)))
        return Register(title, tuple(order), none)

    @property
    def keeps_sampling(self) -> bool:
        """Whether the tracker has any place for the internal verification of decisions."""
        return self._registers.keeps_sampling

    @cached_property
    def by_assessor(self) -> tuple[SamplingCoverage, ...]:
        """How much was sampled of each assessor."""
        return tuple(row for row in self._registers.sampling if row.of == "assessor")

    @cached_property
    def by_assignment(self) -> tuple[SamplingCoverage, ...]:
        """How much was sampled of each assignment."""
        return tuple(row for row in self._registers.sampling if row.of == "assignment")

    @property
    def grades(self) -> tuple[str, ...]:
        """The grades that were given, highest first; "" for decisions without one."""
        order = ("D", "M", "P", "U")
        given = {grade.grade for row in self._registers.sampling for grade in row.grades}
        return (*(g for g in order if g in given), *sorted(g for g in given if g and g not in order),
                *([""] if "" in given else []))  # fmt: skip

    @property
    def suggested(self) -> tuple[Suggestion, ...]:
        """The decisions to sample next."""
        return self._registers.suggested

    @cached_property
    def chart(self) -> Chart | None:
        """The time line, where anything has a date."""
        return Chart(self._registers.time_line, self._registers.periods) if self._registers.time_line else None


@dataclass(frozen=True)
class Bar:
    """A span on the chart, or a day that is drawn as one: `x` and `width` in percent of its breadth."""

    kind: str
    x: str
    width: str
    severity: Severity | None = None


class Chart:
    """A time line to scale: what happened between the first and the last month that an assignment has a date in."""

    def __init__(self, lines: tuple[AssignmentLine, ...], periods: tuple[SchoolPeriod, ...]) -> None:
        self.lines = lines
        days = [day for line in lines for mark in line.marks for day in (mark.starts, mark.ends)]
        self._first = date.fromisoformat(min(days)).replace(day=1)
        self._end = _next_month(date.fromisoformat(max(days)))
        self.periods = tuple(
            period for period in periods if period.starts < self._end.isoformat() and period.ends >= str(self._first)
        )

    @property
    def knows_terms(self) -> bool:
        """Whether any term is known in these months."""
        return any(period.kind == "term" for period in self.periods)

    @cached_property
    def months(self) -> tuple[tuple[str, str, str], ...]:
        """Where each month begins, what it is called on the axis, and its whole name; few enough to be read."""
        starts = [self._first]
        while (following := _next_month(starts[-1])) < self._end:
            starts.append(following)
        step = next((step for step in (1, 2, 3, 6) if len(starts) <= 12 * step), 12)
        shown = starts[::step]
        return tuple(
            (self._x(day), f"{MONTHS[day.month - 1][:3]}{f' {day.year}' if day.month == 1 or day is shown[0] else ''}",
             f"{MONTHS[day.month - 1]} {day.year}")
            for day in shown
        )  # fmt: skip

    @cached_property
    def bands(self) -> tuple[Bar, ...]:
        """The terms, then what interrupts them."""
        ordered = sorted(self.periods, key=lambda period: period.kind != "term")
        return tuple(self._bar("term" if p.kind == "term" else "off", p.starts, p.ends) for p in ordered)

    def bars(self, line: AssignmentLine) -> Iterator[Bar]:
        """Yield what is drawn of an assignment: the time to work on it, its days, second chances, breaches."""
        out = [mark.starts for mark in line.marks if mark.kind == "handed-out"]
        due = [mark.starts for mark in line.marks if mark.kind == "deadline"]
        if out and due and min(out) <= max(due):
            yield self._bar("work", min(out), max(due))
        for mark in line.marks:
            if mark.kind != "breach":
                yield self._bar(mark.kind, mark.starts, mark.ends)
        worst: dict[str, Severity] = {}
        for mark in line.marks:
            if mark.severity:
                worst[mark.starts] = min(worst.get(mark.starts, mark.severity), mark.severity, key=SEVERITIES.index)
        for day, severity in worst.items():
            yield self._bar("breach", day, day, severity)

    def dates(self, line: AssignmentLine, kind: str) -> str:
        """Return the dates of one kind of mark in words."""
        return "; ".join(_spoken(mark) for mark in line.marks if mark.kind == kind) or "–"

    def breaches(self, line: AssignmentLine) -> list[tuple[str, int, str]]:
        """Return the rules that were broken on an assignment, each with how often and when."""
        found: dict[str, list[Mark]] = {}
        for mark in line.marks:
            if mark.kind == "breach":
                found.setdefault(mark.rule, []).append(mark)
        return [(rule, sum(m.count for m in marks), _between(m.starts for m in marks)) for rule, marks in found.items()]

    def label(self, line: AssignmentLine) -> str:
        """Return what the picture of a line shows, for those who do not see it."""
        parts = [
            f"{word} {self.dates(line, kind)}"
            for kind, word in (
                ("handed-out", "handed out"),
                ("deadline", "due"),
                ("extension", "extended to"),
                ("resubmission", "resubmission"),
                ("retake", "retake"),
            )
            if self.dates(line, kind) != "–"
        ]
        broken = sum(mark.count for mark in line.marks if mark.kind == "breach")
        return ". ".join([*parts, count(broken, "finding") if broken else "no finding with a date"])

    def _bar(self, kind: str, first: str, last: str, severity: Severity | None = None) -> Bar:
        start = max(date.fromisoformat(first), self._first)
        end = min(date.fromisoformat(last), self._end - timedelta(days=1)) + timedelta(days=1)
        width = 100 * (end - start).days / (self._end - self._first).days
        return Bar(kind, self._x(start), f"{width:.2f}%", severity)

    def _x(self, day: date) -> str:
        return f"{100 * (day - self._first).days / (self._end - self._first).days:.2f}%"


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _between(days: Iterable[str]) -> str:
    ordered = sorted(set(days))
    first, last = long_date(ordered[0]), long_date(ordered[-1])
    return first if first == last else f"{first} to {last}"


def _spoken(mark: Mark) -> str:
    """Return a mark's day or span, with whom it holds for."""
    told = _between((mark.starts, mark.ends))
    whom = [mark.group] if mark.group else []
    whom += [count(mark.count, "learner")] if mark.count else []
    return f"{told} ({', '.join(whom)})" if whom else told
