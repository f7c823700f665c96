"""In what a check was not the default one, as the readable reports tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validator.reports.words import count, listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from validator.findings import Departure

TOLD_BY_TRACKERS = frozenset({"Country", "Study days", "Term dates", "Lead Internal Verifier"})
"""The facts of a configuration that count only where the tracker is silent."""


def sentence(departure: Departure, title: Callable[[str], str]) -> str:  # noqa: PLR0911 - one for each kind
    """Return what was changed, from what to what and why; `title` gives the name of a rule by its code.

    Where it was asked for is not in it.
    """
    what, rules = departure.what, departure.rules
    name = f"{what} ({title(what)})" if title(what) else what
    match departure.kind:
        case "limit":
            return f"The limit {what} is {departure.now} instead of {departure.default}."
        case "severity":
            return f"{name} counts as {departure.now} instead of {departure.default}."
        case "left-out":
            many = f" ({count(len(rules), 'rule')})" if rules != (what,) else ""
            reason = f"Reason: {departure.reason.rstrip('.')}." if departure.reason else "No reason was given."
            return f"{name}{many} was not run. {reason}"
        case "selected":
            return f"Only {what} was run; {count(len(rules), 'other rule was', 'other rules were')} not."
        case "rules":
            return f"The centre's own rules in {what} were added: {listed(list(rules))}."
        case "profile":
            return f"The profile {what} says how to read it: {departure.now}."
        case "supplied":
            unless = ", unless the tracker tells its own" if what in TOLD_BY_TRACKERS else ""
            return f"{what}: {departure.now}{unless}."
