"""With what each tracker is checked: the options of the command, then a configuration, then the defaults."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from rules.edition import load_edition
from validator.configuration import Configuration, find_configuration, shown
from validator.findings import Departure
from validator.own_rules import own_rules
from validator.profiles import NO_PROFILE, Profile
from validator.reports.words import listed
from validator.settings import Settings
from validator.trackers import Together, files_of, is_tracker_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from validator.calendar import Calendar
    from validator.specification import Specification
    from validator.trackers import Tracker
    from validator.waivers import GivenWaiver

Loader: TypeAlias = Callable[[Sequence[Path]], Sequence[Configuration | str]]
"""Reads configurations that were found: each as it is, or the sentence that says why it cannot be used."""


@dataclass(frozen=True)
class Options:
    """What the command was told that a configuration may tell too, or that changes which rules are run."""

    as_of: date
    guide: str | None = None
    calendar: Calendar | None = None
    specification: Specification | None = None
    profile: Profile | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """With what one tracker is checked."""

    settings: Settings
    source: str = ""
    """The configuration, as reports name it; blank where there is none."""
    departures: tuple[Departure, ...] = ()
    """In what that differs from the default, whichever edition of the guide counts."""
    unchecked: str = ""
    """Why the tracker is not checked at all; blank where it is."""
    calendar_file: Path | None = None
    """The calendar that a configuration names."""
    incomplete: str = ""
    """Which rules are not run that the centre wants run; blank where there are none."""
    waivers: tuple[GivenWaiver, ...] = ()
    """The findings that the centre has decided to live with."""

    def departures_from(self, guide: str) -> tuple[Departure, ...]:
        """Return in what a check against an edition of the guide differs from the default, limits first.

        A blank name, that of a tracker which could not be read, stands for the newest edition.
        """
        editions = self.settings.editions
        edition = load_edition(guide, editions) if guide else editions[-1]
        limits = (
            Departure("limit", name, self.source, now=str(number), default=str(edition.number(name)))
            for name, number in self.settings.limits.items()
            if name in edition.advice and number != edition.number(name)
        )
        return (*limits, *self.departures)


def choose(
    trackers: Sequence[Tracker], options: Options, named: Configuration | None, load: Loader
) -> dict[Tracker, Choice]:
    """Return for each tracker with what it is checked.

    That is the configuration that was `named`, for all of them, or else the one that is found for each; `load` is asked
    for those. Workbooks that a configuration groups come together, at the place of the first of them, and with those of
    their group that were not asked for: without them, what the others lack would look like a breach.
    """
    none = Configuration("")
    if named is not None:
        return _grouped(dict.fromkeys(trackers, named), options)
    folders = {file.parent: file for tracker in trackers for file in files_of(tracker)}
    files = {folder: find_configuration(file) for folder, file in folders.items()}
    found = list(dict.fromkeys(file for file in files.values() if file))
    loaded: dict[Path | None, Configuration | str] = dict(zip(found, load(found), strict=True)) if found else {}
    loaded[None] = none
    chosen: dict[Tracker, Configuration | str] = {}
    for tracker in trackers:
        theirs = list(dict.fromkeys(files[file.parent] for file in files_of(tracker)))
        chosen[tracker] = loaded[theirs[0]] if len(theirs) == 1 else _several(theirs)
    return _grouped(chosen, options)


def _several(files: Sequence[Path | None]) -> str:
    told = listed([shown(file) if file else "none" for file in files])
    return f"Its workbooks come under different configurations ({told}): name one of them with --config."


def _grouped(chosen: Mapping[Tracker, Configuration | str], options: Options) -> dict[Tracker, Choice]:
    """Return the choice for each tracker, with the workbooks that a configuration groups in one."""
    choices = {id(told): _choice(options, told) for told in chosen.values()}
    groups = {id(told): _groups(told) for told in chosen.values() if isinstance(told, Configuration)}
    grouped: dict[Tracker, Choice] = {}
    for tracker, told in chosen.items():
        choice, whole, missing = choices[id(told)], tracker, ""
        if isinstance(tracker, Path):
            whole, missing = groups.get(id(told), {}).get(os.path.realpath(tracker), (tracker, ""))
        if isinstance(whole, Together) and choice.calendar_file:
            whole = replace(whole, files=tuple(file for file in whole.files if file.resolve() != choice.calendar_file))
        grouped.setdefault(whole, replace(choice, unchecked=missing) if missing and not choice.unchecked else choice)
    return grouped


def _groups(configuration: Configuration) -> dict[str, tuple[Together, str]]:
    """Return for each workbook that a configuration groups its tracker, and what that one lacks, if anything."""
    found: dict[str, tuple[Together, str]] = {}
    folder = configuration.folder
    for name, patterns in configuration.together:
        by_pattern = {pattern: _files(folder, pattern) for pattern in patterns}
        files = tuple(dict.fromkeys(file for some in by_pattern.values() for file in some))
        together = Together(Path(_from_here(folder), name).as_posix(), files)
        lacking = [pattern for pattern, some in by_pattern.items() if not some]
        twice = [file.name for file in files if os.path.realpath(file) in found]
        missing = ""
        if lacking:
            missing = (
                f"Nothing was checked: {configuration.source} says that {listed(lacking)} belongs to this tracker, and "
                "there is no such workbook. Put it there, or correct the entry in [[together]]."
            )
        if twice:
            missing = (
                f"Nothing was checked: {configuration.source} puts {listed(twice)} into more than one tracker. Correct "
                "the entries in [[together]]."
            )
        found.update((os.path.realpath(file), (together, missing)) for file in files)
    return found


def _files(folder: Path, pattern: str) -> list[Path]:
    """Return the workbooks that a pattern names, sorted; `**` stands for any folders."""
    paths = sorted(glob.glob(pattern, root_dir=folder, recursive=True))  # noqa: PTH207 - takes absolute patterns too
    return [Path(os.path.normpath(folder / path)) for path in paths if is_tracker_name(Path(path))]


def _from_here(folder: Path) -> str:
    told = shown(folder)
    return "" if told == "." else told


def _choice(options: Options, configuration: Configuration | str) -> Choice:
    if isinstance(configuration, str):
        settings = settings_of(options, Configuration(""))
        return Choice(settings, unchecked=f"Nothing was checked, because the configuration is wrong. {configuration}")
    settings = settings_of(options, configuration)
    return Choice(
        settings,
        configuration.source,
        tuple(_departures(options, configuration, settings)),
        calendar_file=configuration.calendar_file,
        incomplete=_not_run(configuration),
        waivers=configuration.waivers,
    )


def settings_of(options: Options, configuration: Configuration) -> Settings:
    """Return what a tracker is checked with; options win over the configuration."""
    return Settings(
        as_of=options.as_of,
        guide=options.guide or configuration.guide,
        calendar=_calendar(options.calendar, configuration.calendar),
        specification=options.specification or configuration.specification,
        profile=options.profile or configuration.profile or NO_PROFILE,
        select=options.select,
        ignore=(*options.ignore, *configuration.ignored),
        limits=configuration.limits,
        severities=configuration.severities,
        staff=configuration.staff,
        study_days=configuration.study_days,
        modules=configuration.modules,
    )


def _calendar(option: Calendar | None, configured: Calendar | None) -> Calendar | None:
    """Return the calendar of the option, completed by the country and weekend of the configuration."""
    if option is None or configured is None:
        return option or configured
    return option.combined(replace(configured, periods=()))


def _not_run(configuration: Configuration) -> str:
    if not configuration.not_run:
        return ""
    modules = ", ".join(configuration.not_run)
    return (
        f"The centre's own rules in {modules} were not run: {configuration.source} was only found, may have come from "
        "anybody, and such a file may not run programs. If you know it and its rules, check again with "
        f'--config "{configuration.source}".'
    )


# ---------------------------------------------------------------------- departures


def _departures(options: Options, configuration: Configuration, settings: Settings) -> Iterator[Departure]:
    source = configuration.source
    known = settings.catalogue()

    def beginning(codes: tuple[str, ...] | str) -> tuple[str, ...]:
        return tuple(code for code in known if code.startswith(codes))

    for code, severity in configuration.severities.items():
        if code in known and known[code].severity != severity:
            yield Departure("severity", code, source, now=severity, default=known[code].severity, rules=(code,))
    for codes, reason in configuration.ignored.items():
        yield Departure("left-out", codes, source, reason=reason, rules=beginning(codes))
    for codes in options.ignore:
        yield Departure("left-out", codes, "--ignore", rules=beginning(codes))
    if options.select:
        others = tuple(code for code in known if not code.startswith(options.select))
        yield Departure("selected", ", ".join(options.select), "--select", rules=others)
    for origin in dict.fromkeys(rule.origin for rule in own_rules(settings.modules)):
        own = tuple(rule.code for rule in own_rules(settings.modules) if rule.origin == origin)
        modules = [path.name for path in settings.modules]
        yield Departure("rules", origin, source if origin in modules else "installed package", rules=own)
    if settings.profile != NO_PROFILE:
        named_by = "--profile" if options.profile else source
        yield Departure("profile", settings.profile.source, named_by, now=settings.profile.summary)
    replaced = {
        "Guide edition": options.guide, "Term dates": options.calendar, "Specification": options.specification,
    }  # fmt: skip
    for what, value in configuration.supplied.items():
        if not replaced.get(what):
            yield Departure("supplied", what, source, now=value)
