"""Criteria as centres write them: A.P1, AB.D1, P1, lists and ranges of them."""

from __future__ import annotations

import re

from schemas.specification import plain, words
from validator.tables.dates import Odd

_ONE = re.compile(r"\A(?:([A-L]{1,6})[.\s]*)?([12])?[.\s]*([PMD])[.\s]*([0-9]{1,2})\Z", re.IGNORECASE)
_AIM_NUMBERED = re.compile(r"\A([A-L])[0-9][.\s]+([12])?([PMD])([0-9]{1,2})\Z", re.IGNORECASE)
_LEVEL_FIRST = re.compile(r"\A([12])([A-L])[.\s]*([PMD])?([0-9]{1,2})\Z", re.IGNORECASE)
_TOKEN = re.compile(
    r"(?P<aim>\b[A-Z]{1,6}\s*:)|(?P<criterion>(?:[12]?[A-L]{1,6}[0-9]?\.\s*|[12]?[A-L]{1,6})?[12]?[PMD]\.?[0-9]{1,2}(?![0-9])|[12][A-L]\.[0-9]{1,2})",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"[\s,;/&+|\n•·]|\band\b", re.IGNORECASE)
_DASHES = re.compile(r"\A\s*(?:-|–|—|to)\s*\Z", re.IGNORECASE)


def read_criterion(text: str) -> str | None:
    """Return one criterion in its standard spelling (`A.P1`, `AB.D1`, `P1`, `A.2P1`), or None."""
    text = text.strip()
    if m := _AIM_NUMBERED.match(text):  # A1.P1
        return f"{m[1].upper()}.{m[2] or ''}{m[3].upper()}{int(m[4])}"
    if m := _ONE.match(text):
        aims, level, band, number = m[1] or "", m[2] or "", m[3], m[4]
        return f"{aims.upper()}.{level}{band.upper()}{int(number)}" if aims else f"{level}{band.upper()}{int(number)}"
    if m := _LEVEL_FIRST.match(text):  # 2A.P1, and 1A.1 for the Level 1 criteria of a First
        return f"{m[2].upper()}.{m[1]}{(m[3] or 'P').upper()}{int(m[4])}"
    return None


def read_criteria(value: object) -> tuple[str, ...] | Odd | None:
    """Return the criteria that a cell lists, in the order of the cell; `Odd` (STR008) for what means nothing.

    "A.P1, A.M1", "P1 P2 & M1", "A.P1-A.P3" and "A: P1 P2 M1" are lists; "all" gives `("*",)` and "none" an
    empty one. Blank cells give None.
    """
    if value is None:
        return None
    text = str(value).strip()
    spoken = plain(text)
    if spoken in words()["all"]["words"]:
        return ("*",)
    if spoken in {plain(word) for word in (*words()["all"]["nothing"], *words()["blank"])}:
        return ()
    found: list[str] = []
    aim, position = "", 0
    for m in _TOKEN.finditer(text):
        between = text[position : m.start()]
        position = m.end()
        if m["aim"]:
            aim = m["aim"].rstrip(": ").upper()
            continue
        criterion = read_criterion(m["criterion"])
        if criterion is None or _SEPARATORS.sub("", between).strip(".:()[]") not in ("", "-", "–", "—", "to"):
            return Odd("STR008", text)
        if "." not in criterion and (aim or (found and "." in found[-1])):
            criterion = f"{aim or found[-1].split('.')[0]}.{criterion}"
        if found and _DASHES.match(between):
            found.extend(_range(found[-1], criterion))
        found.append(criterion)
    if not found or _SEPARATORS.sub("", text[position:]).strip(".:()[]*"):
        return Odd("STR008", text)
    return tuple(dict.fromkeys(found))


def _range(first: str, last: str) -> list[str]:
    """Return the criteria strictly between two of the same aim and band: A.P2 between A.P1 and A.P3."""
    head, tail = re.match(r"\A(.*?)([0-9]+)\Z", first), re.match(r"\A(.*?)([0-9]+)\Z", last)
    if not head or not tail or head[1].split(".")[-1] != tail[1].split(".")[-1]:
        return []
    return [f"{head[1]}{number}" for number in range(int(head[2]) + 1, int(tail[2]))]
