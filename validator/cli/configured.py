"""The option --config, for the commands that take it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from validator.configuration import NAME, Configuration, ConfigurationError, shown
from validator.own_rules import OwnRulesError, known_rules
from validator.profiles import ProfileError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rules.rule import Rule
    from validator.profiles import Profile

FILE = click.Path(path_type=Path, dir_okay=False)

config_of_check = click.option(
    "--config", type=FILE, help=f"The configuration for all trackers. Default: {NAME}, found upward from each tracker."
)
profile_of_tracker = click.option(
    "--profile",
    type=FILE,
    help="How the centre keeps its trackers (.toml), as btec-validator profile drafts it.",
)
config_of_rules = click.option("--config", type=FILE, help="The configuration that names rules of your own.")


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
