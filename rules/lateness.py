"""Whether a comment says that a grade was held down because the work was late; `lateness.toml` has the
words."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from rules.edition import plain


def tells_of_penalty(comment: object, was_late: bool) -> bool:
    """Return whether `comment` says that work was capped or marked down for being late.

    `was_late` is what the dates say. Of work that was late, by its dates or the rest of the comment, a cap
    that names no other reason is enough.
    """
    if not isinstance(comment, str):
        return False
    known_late = was_late or bool(_patterns("lateness").search(plain(comment)))
    return any(_tells(plain(sentence), known_late) for sentence in re.split(r"[.!?;\n]+(?:\s|\Z)", comment))


def _tells(sentence: str, known_late: bool) -> bool:
    without = _patterns("nothing_held_down").sub(" ", sentence)
    if _patterns("lateness").search(sentence):
        return any(_patterns(kind).search(without) for kind in ("held_down", "perhaps_held_down"))
    return (
        known_late and bool(_patterns("held_down").search(without)) and not _patterns("other_reason").search(sentence)
    )


@cache
def _patterns(kind: str) -> re.Pattern[str]:
    content = tomllib.loads((files("rules") / "lateness.toml").read_text("utf-8"))
    return re.compile("|".join(f"(?:{pattern})" for pattern in content[kind]))
