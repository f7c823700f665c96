"""Reads a configuration file and what it names: calendar, specification, modules of rules."""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from rules.edition import editions, load_editions
from schemas.specification import plain
from validator.calendar import Calendar, CalendarError, load_calendar
from validator.calendar.words import weekday
from validator.configuration import Configuration, ConfigurationError, shown
from validator.configuration.toml import toml_content
from validator.findings import Waiver
from validator.own_rules import OwnRulesError, known_rules
from validator.profiles import Profile, ProfileError
from validator.settings import LEAD
from validator.waivers import NAMING, GivenWaiver

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from validator.configuration.model import ConfigurationFile
    from validator.specification import Specification


def load_configuration(path: Path, *, vouched: bool) -> Configuration:
    """Return what a configuration file says. Raises ConfigurationError.

    `vouched` says that somebody has named the file, so that its modules of rules may be run and it may name files
    anywhere. A file that was merely found may have come with a tracker from anybody: its modules are told of and not
    run, and it may name files by relative paths alone.
    """
    from validator.configuration.model import read  # noqa: PLC0415 - pydantic, only where there is a configuration

    told = read(_content(path))
    if isinstance(told, list):
        raise _error(path, told)
    return _Reading(path, told, vouched=vouched).configuration()


def _content(path: Path) -> dict[str, Any]:
    try:
        return toml_content(path, "configuration")
    except ValueError as error:
        raise _error(path, [str(error)]) from error


def _error(path: Path, faults: list[str]) -> ConfigurationError:
    return ConfigurationError(f"{shown(path)}: {' '.join(faults)}")


class _Reading:
    """One file on its way to a configuration; its faults are gathered, so that all are told at once."""

    def __init__(self, path: Path, told: ConfigurationFile, *, vouched: bool) -> None:
        self._path = path
        self._told = told
        self._vouched = vouched
        self._faults: list[str] = []

    def configuration(self) -> Configuration:
        """Return the configuration, or raise ConfigurationError with every fault."""
        told = self._told
        modules = self._modules()
        self._check_together()
        self._check_guide()
        self._check_limits()
        self._check_codes(modules)
        calendar, specification, profile = self._calendar(), self._specification(), self._profile()
        if self._faults:
            raise _error(self._path, self._faults)
        return Configuration(
            source=shown(self._path),
            guide=told.guide,
            calendar=calendar,
            calendar_file=(self._path.parent / told.calendar).resolve() if told.calendar else None,
            specification=specification,
            profile=profile,
            limits=told.limits,
            severities=told.severities,
            ignored=told.ignore,
            staff=(
                *((person, LEAD) for person in told.staff.lead_internal_verifier),
                *((person, "Internal Verifier") for person in told.staff.internal_verifiers),
                *((person, "Assessor") for person in told.staff.assessors),
            ),
            study_days=told.study_days or "",
            modules=modules,
            not_run=() if self._vouched else tuple(told.rules.modules),
            together=self._together(),
            folder=self._path.parent,
            supplied=self._supplied(),
            waivers=self._waivers(),
        )

    # ------------------------------------------------------------------ rules

    def _modules(self) -> tuple[Path, ...]:
        if not self._vouched:
            return ()
        files = (self._file("rules.modules", name) for name in self._told.rules.modules)
        return tuple(file for file in files if file)

    def _check_codes(self, modules: tuple[Path, ...]) -> None:
        try:
            known = known_rules(modules)
        except OwnRulesError as error:
            self._faults.append(f"rules.modules: {error}")
            return
        ours = {code[:3] for code, rule in known.items() if not rule.origin}
        foreign = bool(self._told.rules.modules) and not self._vouched
        self._check_waived(known, ours, foreign=foreign)
        for code in self._told.severities:
            if code not in known and not (foreign and code[:3] not in ours):
                self._faults.append(f"severities.{code}: there is no rule {code}; {_near_code(code, known)}")
        for code in self._told.ignore:
            whole_section = len(code) >= 3 and any(rule.startswith(code) for rule in known)
            if not whole_section and not (foreign and len(code) >= 3 and code[:3] not in ours):
                self._faults.append(
                    f"ignore.{code}: no rule's code is or begins with {code}; write a code, or the three letters of a "
                    f"section; {_near_code(code, known)}"
                )

    def _check_waived(self, known: Iterable[str], ours: set[str], *, foreign: bool) -> None:
        for number, waiver in enumerate(self._told.waivers, 1):
            code = waiver.rule
            if code and code not in known and not (foreign and code[:3] not in ours):
                self._faults.append(f"waivers, number {number}: there is no rule {code}; {_near_code(code, known)}")

    def _waivers(self) -> tuple[GivenWaiver, ...]:
        source = shown(self._path)
        return tuple(
            GivenWaiver(
                Waiver(told.reason, told.owner, told.expires.isoformat(), source),
                tuple((key, value) for key in NAMING if (value := getattr(told, key))),
            )
            for told in self._told.waivers
        )

    def _check_limits(self) -> None:
        """Note what is no number that a centre may set, in the edition that is named or, without one, in any."""
        known = [edition for edition in load_editions() if self._told.guide in (None, edition.name)] or load_editions()
        left_open = {name for edition in known for name in edition.advice}
        fixed = {name: number for edition in known for name, number in edition.numbers.items()}
        for name in self._told.limits:
            if name in left_open:
                continue
            if name in fixed:
                self._faults.append(
                    f"limits.{name}: the guide fixes this number ({fixed[name]}), and no configuration may change it; "
                    "take the line out."
                )
            else:
                from validator.configuration.model import nearest  # noqa: PLC0415 - as in `load_configuration`

                self._faults.append(f"limits.{name} is not known; {nearest(name, sorted(left_open))}")

    def _check_guide(self) -> None:
        if self._told.guide and self._told.guide not in editions():
            self._faults.append(f"guide: there is no edition {self._told.guide!r}; there are: {', '.join(editions())}.")

    def _check_together(self) -> None:
        names = [plain(group.name) for group in self._told.together]
        for name in dict.fromkeys(group.name for group in self._told.together if names.count(plain(group.name)) > 1):
            self._faults.append(f"together: {name!r} is there twice; give each tracker a name of its own.")
        for group in self._told.together:
            for pattern in group.files:
                path, windows = PurePosixPath(pattern), PureWindowsPath(pattern)
                if not self._vouched and (windows.anchor or path.anchor or ".." in windows.parts):
                    self._faults.append(
                        f"together.files: {pattern!r} must lie in the folder of this file or below, since the file was "
                        "found and not named with --config."
                    )

    # ------------------------------------------------------------------ other files

    def _file(self, key: str, name: str) -> Path | None:
        """Return a file that the configuration names, or note what is wrong with it."""
        if not self._vouched and (PureWindowsPath(name).anchor or PurePosixPath(name).anchor):
            self._faults.append(
                f"{key}: {name!r} must be a path from the folder of this file, since the file was found and not named "
                "with --config."
            )
            return None
        file = Path(os.path.normpath(self._path.parent / name))
        if not os.path.isfile(file):  # noqa: PTH113 - says no for whatever cannot be looked at
            self._faults.append(f"{key}: there is no file {name!r} in {shown(self._path.parent)}.")
            return None
        return file

    def _calendar(self) -> Calendar | None:
        told = self._told
        days = [weekday(day) for day in told.weekend or ()]
        weekend = frozenset(day for day in days if day is not None) or None
        plain = Calendar(country=told.country, weekend=weekend) if told.country or weekend else None
        if told.calendar is None or (file := self._file("calendar", told.calendar)) is None:
            return plain
        try:
            return load_calendar(file).combined(plain)
        except CalendarError as error:
            self._faults.append(f"calendar: {error}")
            return None

    def _specification(self) -> Specification | None:
        if self._told.spec is None or (file := self._file("spec", self._told.spec)) is None:
            return None
        from validator.specification import SpecificationError, load_specification  # noqa: PLC0415 - as in `check`

        try:
            return load_specification(file)
        except SpecificationError as error:
            self._faults.append(f"spec: {error}")
            return None

    def _together(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple((group.name, tuple(group.files)) for group in self._told.together)

    def _profile(self) -> Profile | None:
        if self._told.profile is None or (file := self._file("profile", self._told.profile)) is None:
            return None
        from validator.profiles.loading import load_profile  # noqa: PLC0415 - only where one is named

        try:
            return load_profile(file)
        except ProfileError as error:
            self._faults.append(f"profile: {error}")
            return None

    def _supplied(self) -> Mapping[str, str]:
        told = self._told
        facts = {
            "Guide edition": told.guide,
            "Term dates": told.calendar,
            "Specification": told.spec,
            "Country": told.country,
            "Weekend": ", ".join(told.weekend or ()),
            "Study days": told.study_days,
            LEAD: ", ".join(told.staff.lead_internal_verifier),
            "Internal verifiers": ", ".join(told.staff.internal_verifiers),
            "Assessors": ", ".join(told.staff.assessors),
        }
        return {what: value for what, value in facts.items() if value}


def _near_code(code: str, known: Iterable[str]) -> str:
    near = get_close_matches(code.upper(), known, n=1, cutoff=0.8)
    return f"did you mean {near[0]}?" if near else "btec-validator rules lists them all."
