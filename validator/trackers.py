"""Which files are trackers: each workbook one of its own, unless several are read together."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv"})
MARKED = " (findings marked"
"""What the name of a marked copy has after the tracker's: a number may follow, and the bracket closes."""

_MARKED_COPY = re.compile(re.escape(MARKED) + r"( [0-9]+)?\)\Z")


@dataclass(frozen=True, slots=True)
class Together:
    """Several workbooks that make one tracker: the plan in one, submissions in another."""

    name: str
    """The tracker as reports call it."""
    files: tuple[Path, ...]

    def as_posix(self) -> str:
        """Return what stands for its path in reports."""
        return self.name

    def books(self) -> tuple[str, ...]:
        """Return how references name each file: as Excel names other workbooks, with folders where they differ."""
        above = Path(os.path.commonpath([os.path.abspath(file.parent) for file in self.files]))  # noqa: PTH100
        folders = [Path(os.path.abspath(file.parent)).relative_to(above).as_posix() for file in self.files]  # noqa: PTH100
        names = [file.name.casefold() for file in self.files]
        return tuple(
            f"{folder}/[{file.name}]" if names.count(name) > 1 and folder != "." else f"[{file.name}]"
            for file, folder, name in zip(self.files, folders, names, strict=True)
        )


Tracker: TypeAlias = Path | Together


def as_one(files: Sequence[Path]) -> Tracker:
    """Return workbooks as one tracker, called by their names."""
    return Together(" + ".join(file.name for file in files), tuple(files)) if len(files) > 1 else files[0]


def files_of(tracker: Tracker) -> tuple[Path, ...]:
    """Return the workbooks of a tracker."""
    return tracker.files if isinstance(tracker, Together) else (tracker,)


def is_tracker_name(path: Path) -> bool:
    """Say whether a file of a folder is to be checked: a workbook by its suffix, no lock file, not hidden.

    A marked copy is none: it would tell everything twice.
    """
    is_no_original = path.name.startswith(("~$", ".")) or _MARKED_COPY.search(path.stem) is not None
    return path.suffix.lower() in SUFFIXES and not is_no_original


def find_trackers(paths: Iterable[Path]) -> list[Path]:
    """Return the trackers that the paths name: files as given, folders with all that is in them.

    The order of the paths is kept, what a folder holds is sorted, and a file that is reached twice comes
    once. A path that does not exist, or a folder that may not be listed, is returned too, so that reading it
    can say so.
    """
    found: dict[str, Path] = {}
    for path in paths:
        for tracker in _walk(path) if _is_folder(path) else (path,):
            found.setdefault(_identity(tracker), tracker)
    return list(found.values())


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the trackers in a folder and below it, hidden folders left out, then folders not listed."""
    closed: list[Path] = []
    seen: set[str] = set()
    for here, folders, names in os.walk(
        folder, followlinks=True, onerror=lambda error: closed.append(Path(error.filename))
    ):
        if (identity := _identity(Path(here))) in seen:
            folders.clear()
            continue
        seen.add(identity)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from filter(is_tracker_name, (Path(here, name) for name in sorted(names)))
    yield from closed


def _identity(path: Path) -> str:
    """Return what is the same for all the paths that lead to one file."""
    return os.path.normcase(os.path.realpath(path))


def _is_folder(path: Path) -> bool:
    """Say whether a path is a folder, so far as one may know."""
    try:
        return path.is_dir()
    except OSError:
        return False
