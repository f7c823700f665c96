"""How the versions of Pearson Set Assignments are named, and the year that a name tells."""

from __future__ import annotations

import re

from rules.edition import plain

_NO_PART = frozenset(
    (
        *("psa", "pearson", "btec", "set", "assignment", "assignments", "version", "versions", "ver", "v", "series"),
        *("no", "paper", "the", "of", "sep", "sept", "september"),
    )
)
_NAMED = re.compile(r"\b(?:psas?|pearson|set assignments?|set tasks?)\b")
_NAMED_FOR_CERTAIN = re.compile(r"\b(?:psas?|pearson)\b")
_TWO_YEARS = re.compile(r"\b(20[0-9]{2}|[0-9]{2}) ?[-/–_ ] ?(20[0-9]{2}|[0-9]{2})\b")
_YEAR_AND_MONTH = re.compile(r"\b(20[0-9]{2})-(0[1-9]|1[0-2])\b")
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})(?:t|uary|ruary|ch|il|e|y|ust|tember|ober|ember)?\b")


def version_key(version: str) -> str:
    """Return what makes two spellings of a version the same: "2023-A", "PSA 2023 A" and "Version A, 2023"."""
    words = plain(re.sub(r"([0-9])(?=[a-z])|([a-z])(?=[0-9])", r"\1\2 ", version, flags=re.IGNORECASE)).split()
    return " ".join(sorted(word for word in words if word not in _NO_PART)) or " ".join(words)


def series_year(version: str, first_month: int) -> int | None:
    """Return the year in which the set assignment that a version names became available, or None.

    "2023-A", "2023/24" and "September 2023" tell 2023; so does "January 2024", where `first_month` is September.
    """
    said = version.casefold()
    for first, second in _TWO_YEARS.findall(said):
        if (int(first) + 1) % 100 == int(second) % 100:
            return 2000 + int(first) % 100
    if dated := _YEAR_AND_MONTH.search(said):
        return int(dated[1]) - (int(dated[2]) < first_month)
    years = set(_YEAR.findall(said))
    if len(years) != 1:
        return None
    month = _MONTH.search(said)
    return int(years.pop()) - (month is not None and _MONTHS.index(month[1]) + 1 < first_month)


def names_set_assignment(name: str, *, for_certain: bool = False) -> bool:
    """Return whether a title or brief says that it is Pearson's: "PSA", "Pearson Set Assignment", "Set Assignment".

    `for_certain` asks for Pearson's own word: a centre may call an assignment of its own "Set Assignment".
    """
    return bool((_NAMED_FOR_CERTAIN if for_certain else _NAMED).search(plain(name)))
