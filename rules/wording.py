"""What a cell of free text says, as far as rules turn on it; `wording.toml` has the words."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from rules.edition import plain

if TYPE_CHECKING:
    import pandas as pd

_SENTENCES = re.compile(r"[.!?;\n]+(?:\s+|\Z)")
_TICK = re.compile(r"[✓✔☑√]")
_CRITERION = re.compile(r"\b(?:([A-L]{1,6})\.\s?)?([PMD][0-9]{1,2})\b", re.IGNORECASE)


def says(cells: pd.Series, what: str) -> pd.Series:
    """Return for each cell whether a sentence in it says `what`, an entry of `wording.toml`; blank cells do not."""
    return cells.astype(object).map(partial(_says, what), na_action="ignore").eq(True)


def criteria_in(cells: pd.Series) -> pd.Series:
    """Return for each cell the criteria that its text names, in their standard spelling; missing where it is blank."""
    return cells.astype(object).map(_criteria, na_action="ignore").astype(object)


@lru_cache(maxsize=4096)
def _says(what: str, cell: str) -> bool:
    denied, said, exempt = _patterns(what)
    sentences = (plain(_TICK.sub(" tick ", sentence)) for sentence in _SENTENCES.split(cell))
    left = (denied.sub(" ", sentence) for sentence in sentences)
    return any(said.search(sentence) and not exempt.search(sentence) for sentence in left)


def _criteria(cell: str) -> tuple[str, ...]:
    found = (f"{m[1]}.{m[2]}" if m[1] else m[2] for m in _CRITERION.finditer(cell))
    return tuple(dict.fromkeys(criterion.upper() for criterion in found))


@cache
def _patterns(what: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return what is taken out of a sentence before it is searched, what says it, and what exempts a sentence."""
    content = _content()
    entry, parts = content[what], content["parts"]
    denied, said, exempt = (
        re.compile("|".join(f"(?:{_filled(pattern, parts)})" for pattern in entry.get(kind, [])) or r"(?!)")
        for kind in ("without", "says", "unless")
    )
    return denied, said, exempt


def _filled(pattern: str, parts: dict[str, str]) -> str:
    for name, part in parts.items():
        pattern = pattern.replace(f"<{name}>", part)
    return pattern


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads((files("rules") / "wording.toml").read_text("utf-8"))
