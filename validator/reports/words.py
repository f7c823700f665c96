"""Plain words for people who never see a rule's or a field's name, and text that is safe to show."""

from __future__ import annotations

import tomllib
import unicodedata
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from validator.findings import Finding, TrackerResult

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
"""British English whatever the machine's locale, so that reports are the same everywhere."""
_BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


PRIVACY = {
    "named": "",
    "coded": "Learners are called by codes. Who has their registration numbers or names can tell which is whose.",
    "left-out": "Names are left out.",
}
"""What a report says of the names of learners in it."""


def named_in_commands(result: TrackerResult) -> str:
    """Return a tracker as the command line takes it: its path, or the workbooks that make it together."""
    if not result.parts:
        return f'"{result.path}"'
    return " ".join(["--together", *(f'"{part.path}"' for part in result.parts)])


def human(name: str) -> str:
    """Return a rule's name as a heading: `deadline-missing` becomes "Deadline missing"."""
    words = name.replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def field_name(field: str) -> str:
    """Return `table.field` in plain words: "results received (submissions)".

    Alternatives, joined by `|`, are joined by "or".
    """
    return " or ".join(_one_field(alternative) for alternative in field.split("|"))


def table_name(table: str) -> str:
    """Return what people call a table of the tracker model: "submissions" for `attempts`."""
    return _names().get("where", {}).get(table, table.replace("_", " "))


def attempt_name(attempt: str) -> str:
    """Return an attempt as people speak of it: "first submission" for `first`."""
    return "first submission" if attempt == "first" else attempt


def kind(finding: Finding) -> str:
    """Return what to call a finding: its severity, and whether it is waived or new since the baseline."""
    if finding.waiver:
        return f"waived {finding.severity}"
    return f"new {finding.severity}" if finding.change == "new" else finding.severity


def count(number: int, singular: str, plural: str | None = None) -> str:
    """Return a number with its noun: "1 error", "5,000 errors"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def listed(parts: list[str]) -> str:
    """Join parts as a sentence does: "a, b and c"."""
    return " and ".join(([", ".join(parts[:-1])] if parts[:-1] else []) + parts[-1:])


def long_date(iso: str) -> str:
    """Return an ISO date as British readers write it: "8 March 2024"."""
    day = date.fromisoformat(iso)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def visible(text: str) -> str:
    """Return text on one line with its control characters and direction overrides spelt out.

    For terminals, where such characters would act instead of being shown.
    """
    return "".join(
        " " if character.isspace() else ascii(character)[1:-1] if _acts(character) else character for character in text
    )


def encodable(text: str) -> str:
    """Return text that UTF-8 can hold: half a surrogate pair, as odd file names have, becomes "?"."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _acts(character: str) -> bool:
    return character in _BIDI_OVERRIDES or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def _one_field(field: str) -> str:
    table, _, name = field.rpartition(".")
    names = _names()
    # A rule may follow a pointer (`first.deadline`) to a table; its fields are then those of submissions.
    fields = names.get(table) or names["attempts"]
    plain = fields.get(name, name.replace("_", " "))
    return f"{plain} ({table_name(table)})" if table else plain


@cache
def _names() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("templates").joinpath("fields.toml").read_text("utf-8"))
