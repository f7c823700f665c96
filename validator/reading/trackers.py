"""Which files of a folder are trackers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv"})


def is_tracker_name(path: Path) -> bool:
    """Say whether a file of a folder is to be checked: a workbook by its suffix, no lock file, not hidden."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(("~$", "."))


def find_trackers(paths: Iterable[Path]) -> list[Path]:
    """Return the trackers that the paths name: files as given, folders with all that is in them.

    The order of the paths is kept, what a folder holds is sorted, and a file that is reached twice comes
    once. A path that does not exist is returned too, so that reading it can say so.
    """
    found: dict[str, Path] = {}
    for path in paths:
        for tracker in _walk(path) if path.is_dir() else (path,):
            found.setdefault(os.path.normcase(os.path.realpath(tracker)), tracker)
    return list(found.values())


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the trackers in a folder and below it, hidden folders left out."""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from filter(is_tracker_name, (Path(here, name) for name in sorted(names)))
