"""`btec-validator.toml`: what a centre sets once for the trackers in and below a folder.

`loading` reads a file, `model` says which keys it may have, `choosing` settles with what each tracker is checked.
To add a key: a field in `model`, what it means in `loading`, and in `choosing` how it gets into the settings and, if
it changes what the check says, the departure that reports tell of it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from validator.calendar import Calendar
    from validator.findings import Severity
    from validator.profiles import Profile
    from validator.specification import Specification
    from validator.waivers import GivenWaiver

NAME = "btec-validator.toml"


class ConfigurationError(ValueError):
    """A configuration that cannot be used; the message names the file and, for each fault, the key and what to do."""


@dataclass(frozen=True)
class Configuration:
    """What a configuration file says, checked: plain values that may travel between processes."""

    source: str
    """The file, as reports name it."""
    guide: str | None = None
    calendar: Calendar | None = None
    """Term dates, country and weekend."""
    specification: Specification | None = None
    profile: Profile | None = None
    limits: Mapping[str, int] = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=dict)
    ignored: Mapping[str, str] = field(default_factory=dict)
    """The reason for each code, or beginning of codes, of rules not to run."""
    staff: tuple[tuple[str, str], ...] = ()
    """People and their roles."""
    study_days: str = ""
    modules: tuple[Path, ...] = ()
    """The modules of the centre's own rules, which may be run."""
    not_run: tuple[str, ...] = ()
    """The modules that it names and that may not be run, since it was merely found."""
    calendar_file: Path | None = None
    """Where the calendar stands: no tracker, although it lies among them."""
    together: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Trackers that are made of several workbooks: the name of each, and patterns of its files from `folder`."""
    folder: Path = Path()
    """Where the configuration stands."""
    supplied: Mapping[str, str] = field(default_factory=dict)
    """What it tells that trackers do not, in words for reports: "Country" → "Egypt"."""
    waivers: tuple[GivenWaiver, ...] = ()
    """The findings that the centre has decided to live with."""


def find_configuration(tracker: Path) -> Path | None:
    """Return the configuration for a tracker: the nearest one in its folder and the folders above."""
    folder = Path(os.path.abspath(tracker.parent))  # noqa: PTH100 - links stay, so that people find the folder
    return next((file for up in (folder, *folder.parents) if os.path.isfile(file := up / NAME)), None)  # noqa: PTH113


def shown(path: Path) -> str:
    """Return a file as reports name it: from the working folder where it is below it, with forward slashes."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100
    here = Path.cwd()
    return (whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix()
