"""The cases of the project's own rules; `validator/cases.py` says what a case may contain."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from validator.cases import Case, read_cases

FOLDER = Path(__file__).parent / "cases"

cases_of = read_cases


@cache
def all_cases() -> tuple[Case, ...]:
    return tuple(case for path in sorted(FOLDER.glob("[A-Z]*.yaml")) for case in cases_of(path))


__all__ = ["FOLDER", "Case", "all_cases", "cases_of"]
