"""The option --config, for the commands that take it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from validator.configuration import NAME, Configuration, ConfigurationError
from validator.own_rules import OwnRulesError, known_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.rule import Rule

FILE = click.Path(path_type=Path, dir_okay=False)

config_of_check = click.option(
    "--config", type=FILE, help=f"The configuration for all trackers. Default: {NAME}, found upward from each tracker."
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
