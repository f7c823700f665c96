"""The options --config, --profile and --together, for the commands that take them, and the trackers that are named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from validator.configuration import NAME, Configuration, ConfigurationError, shown
from validator.own_rules import OwnRulesError, known_rules
from validator.profiles import ProfileError
from validator.trackers import as_one, find_trackers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rules.rule import Rule
    from validator.profiles import Profile
    from validator.trackers import Tracker

FILE = click.Path(path_type=Path, dir_okay=False)

config_of_check = click.option(
    "--config", type=FILE, help=f"The configuration for all trackers. Default: {NAME}, found upward from each tracker."
)
profile_of_tracker = click.option(
    "--profile",
    type=FILE,
    help="How the centre keeps its trackers (.toml), as btec-validator profile drafts it.",
)
several_together = click.option(
    "--together", is_flag=True, help="The workbooks make one tracker: the plan in one, submissions in another."
)
config_of_rules = click.option("--config", type=FILE, help="The configuration that names rules of your own.")


def trackers_in(paths: Sequence[Path]) -> list[Path]:
    """Return the workbooks that paths name. Raises click.UsageError where there is none."""
    trackers = find_trackers(paths)
    if not trackers:
        raise click.UsageError(
            "No tracker was found: "
            + ", ".join(map(str, paths))
            + " holds no .xlsx, .xlsm, .xls, .xlsb, .ods or .csv file."
        )
    return trackers


def one_tracker(paths: Sequence[Path], *, together: bool) -> Tracker:
    """Return the tracker that paths name, which are several workbooks of one where they go `together`.

    Raises click.UsageError where they name more than one.
    """
    if together:
        return as_one(trackers_in(paths))
    if len(paths) > 1:
        raise click.UsageError("Name one tracker. Are these the workbooks of one? Then say --together.")
    return paths[0]


def named(config: Path | None) -> Configuration | None:
    """Return the configuration that was named with --config. Raises click.BadParameter where it is wrong."""
    if config is None:
        return None
    from validator.configuration.loading import load_configuration  # noqa: PLC0415 - only where one is named

    try:
        return load_configuration(config, vouched=True)
    except ConfigurationError as error:
        raise click.BadParameter(str(error), param_hint="--config") from None


def every_rule(configuration: Configuration | None) -> Mapping[str, Rule]:
    """Return every rule that there is by its code. Raises click.UsageError where rules of a centre cannot be used."""
    try:
        return known_rules(configuration.modules if configuration else ())
    except OwnRulesError as error:
        raise click.UsageError(str(error)) from None


def given_profile(path: Path | None) -> Profile | None:
    """Return the profile that was named with --profile. Raises click.BadParameter where it is wrong."""
    if path is None:
        return None
    from validator.profiles.loading import load_profile  # noqa: PLC0415 - only where one is named

    try:
        return load_profile(path)
    except ProfileError as error:
        raise click.BadParameter(str(error), param_hint="--profile") from None


def found(run: Callable[..., list[Configuration | str]], files: Sequence[Path]) -> list[Configuration | str]:
    """Read configurations that were found: a stranger's files, so that workers open them too."""
    return run(
        files,
        _read_found,
        jobs=1,
        fail=lambda path, _: f"{shown(path)}: reading it, or a file that it names, took too much time or memory.",
    )


def _read_found(files: tuple[Path, ...]) -> list[Configuration | str]:
    from validator.configuration.loading import load_configuration  # noqa: PLC0415 - as it is for pandas

    told: list[Configuration | str] = []
    for file in files:
        try:
            told.append(load_configuration(file, vouched=False))
        except ConfigurationError as error:
            told.append(str(error))
    return told
