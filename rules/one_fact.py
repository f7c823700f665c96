"""One fact, one finding: which rule speaks where several would report the same, as data for pages and tests.

What a rule leaves to another is written in the rule itself, so that it says the same whichever rules are run.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class OneFact:
    """A fact that several rules could report, and the one that does."""

    fact: str
    """A sentence that says what is the case."""
    speaks: str
    """The code of the rule that reports it."""
    silent: tuple[str, ...]
    """The codes of those that leave it to that one."""


@cache
def facts() -> tuple[OneFact, ...]:
    """Return every fact that more than one rule could report, in the order of the rules that do."""
    told = tomllib.loads((files("rules") / "one_fact.toml").read_text("utf-8"))["facts"]
    return tuple(OneFact(entry["fact"], entry["speaks"], tuple(entry["silent"])) for entry in told)
