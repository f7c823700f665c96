"""What a rule is: its identity, its page, what it needs, and the verdict that it returns.

A rule is a plain function over the records of many trackers at once. It knows nothing of workbooks, files
or HTML; it selects the rows that it judges, says which of them breach, names the fields that prove it and
gives the sentence. The pipeline turns fields into cells and works out the four outcomes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import wraps
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from validator.findings import RuleCard, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from rules.records import Records

PAGE_PARTS: Mapping[str, str] = MappingProxyType(
    {
        "Why": "why",
        "Breaks": "breaks",
        "Keeps": "keeps",
        "Remedy": "remedy",
        "Cannot see": "blind",
    }
)
"""The labelled paragraphs that every rule's docstring has, after the one that says what it finds."""

POINTERS: Mapping[str, str] = MappingProxyType(
    {
        "programme": "programme",
        "staff": "staff",
        "units": "units",
        "criteria": "criteria",
        "assignments": "assignments",
        "original": "assignments",
        "brief": "assignments",
        "retake_plan": "assignments",
        "learners": "learners",
        "namesake": "learners",
        "attempts": "attempts",
        "first": "attempts",
        "resubmission": "attempts",
        "retake": "attempts",
        "previous": "attempts",
        "authorisation": "attempts",
        "unit_results": "unit_results",
        "decisions": "decisions",
        "verifications": "verifications",
        "feedback": "feedback",
        "awards": "awards",
        "terms": "terms",
        "specification": "specification",
    }
)
"""The table that each pointer column (`first_row`, …) of a frame of records leads to."""

STORY = ["tracker", "learner_key", "unit_key", "base_key"]
"""What makes one learner's story with one assignment: all its attempts, a retake's new brief included."""

T = TypeVar("T")

_FIELD = re.compile(r"\A[a-z_]+\.[a-z_]+\Z")


def once(make: Callable[[Records], T]) -> Callable[[Records], T]:
    """Make what several rules ask of the same records only for the first of them; nobody may change it."""

    @wraps(make)
    def made(records: Records) -> T:
        if make not in records.made:
            records.made[make] = make(records)
        found: T = records.made[make]
        return found

    return made


@dataclass(frozen=True)
class Verdict:
    """What a rule says of the rows that it judged."""

    considered: pd.DataFrame
    """The rows that fall under the rule: a frame of `Records` (or a join of its frames) with `tracker`, its
    pointer columns (`attempts_row`, `first_row`, …) and, where they apply, `learner`, `unit`, `assignment`,
    `attempt` and `criterion`."""
    breaching: pd.Series
    """True for the rows of `considered` that break the rule; missing counts as False."""
    cells: tuple[str, ...]
    """The fields that prove a breach, as `pointer.field`; the first is where the reader should go. Where that
    differs from row to row, a column of `considered` may name the field: `assignments.{wrong}`."""
    message: str
    """A template over the columns of `considered`, such as `"{learner} submitted on {submitted}."`."""
    remedy: str | None = None
    """A template as well; the Remedy paragraph of the docstring where it is None."""
    severity: pd.Series | None = None
    """The severity of each row, where it is not the rule's own."""
    unknown: Mapping[str, pd.Series] = field(default_factory=dict)
    """For a field of the tracker model (`table.field`): True for the rows that it alone could settle, although
    the tracker has what `needs` names. Such rows count neither as passed nor as breached, unless they breach
    on other grounds; a tracker that has them and no breach is not-checkable for want of that field."""
    nothing_in: frozenset[int] = frozenset()
    """The trackers of which it is known that nothing in them falls under the rule, whatever else they lack."""


@dataclass(frozen=True)
class Rule:
    """A rule of the rulebook: its identity for machines and people, and the function that judges."""

    code: str
    name: str
    severity: Severity
    section: str
    needs: tuple[str, ...]
    judge: Callable[[Records], Verdict] | None
    """None for the structural rules, which the reader and the schemas answer."""
    page: Mapping[str, str]
    beyond_scope: bool = False
    """Whether it judges the programmes, too, that the guide does not cover."""
    origin: str = ""
    """The module or package of a centre that holds it; blank for the rules of the guide."""

    def fields(self) -> tuple[str, ...]:
        """Return the fields of the tracker model (`table.field`) that it needs, alternatives one by one."""
        alternatives = [alternative.partition(".") for need in self.needs for alternative in need.split("|")]
        return tuple(dict.fromkeys(f"{POINTERS[pointer]}.{name}" for pointer, _, name in alternatives))

    def card(self) -> RuleCard:
        """Return what reports and the catalogue tell of this rule."""
        return RuleCard(self.code, self.name, self.severity, self.section, self.needs, dict(self.page), self.origin)


def rule(
    code: str, name: str, severity: Severity, *, section: str, needs: tuple[str, ...] = (), beyond_scope: bool = False
) -> Callable[[Callable[[Records], Verdict]], Rule]:
    """Make a rule of a function from `Records` to a `Verdict`.

    `section` is the heading of the guide that asks for it. `needs` are the fields without which it cannot
    be checked: `pointer.field` (`attempts.deadline`, `first.results_received`), alternatives joined by `|`.
    A row whose needed field has no column in the tracker is not judged.

    Raises ValueError when the docstring lacks a part of the rule's page or a need is misspelt.
    """

    def decorate(judge: Callable[[Records], Verdict]) -> Rule:
        page = page_of(code, judge)
        return Rule(code, name, severity, section, _checked_needs(code, needs), judge, page, beyond_scope)

    return decorate


def structural(code: str, name: str, severity: Severity, *, section: str) -> Callable[[Callable[[], None]], Rule]:
    """Make a rule that the reader and the schemas answer: the function is there for its docstring."""

    def decorate(documented: Callable[[], None]) -> Rule:
        return Rule(code, name, severity, section, (), None, page_of(code, documented))

    return decorate


def page_of(code: str, documented: Callable[..., object]) -> Mapping[str, str]:
    """Return the page of a rule from its docstring: what it finds, then the parts of `PAGE_PARTS`.

    Raises ValueError when a part is missing.
    """
    page: dict[str, str] = {}
    part = "finds"
    for block in re.split(r"\n\s*\n", (documented.__doc__ or "").strip()):
        paragraph = re.sub(r"\s+", " ", block).strip()
        label, _, rest = paragraph.partition(": ")
        if label in PAGE_PARTS:
            part, paragraph = PAGE_PARTS[label], rest
        page[part] = f"{page[part]}\n\n{paragraph}" if part in page else paragraph
    parts = {"what it finds (the first paragraph)": "finds", **PAGE_PARTS}
    missing = [label for label, part in parts.items() if not page.get(part)]
    if missing:
        raise ValueError(f"The docstring of {code} lacks: {', '.join(missing)}.")
    return MappingProxyType(page)


def _checked_needs(code: str, needs: tuple[str, ...]) -> tuple[str, ...]:
    for need in needs:
        for alternative in need.split("|"):
            if not _FIELD.match(alternative):
                raise ValueError(f"{code} needs {alternative!r}, which is not of the form pointer.field.")
    return needs
