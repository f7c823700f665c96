"""The README says what the command does: its table of options is the help."""

from __future__ import annotations

from pathlib import Path

import click

from validator import __version__
from validator.cli import COMMANDS, main

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def command(name: str) -> click.Command:
    found = main.get_command(click.Context(main), name)
    assert found is not None
    return found


def options_table(name: str) -> str:
    """Return the options of a command as the README has to have them."""
    context = click.Context(command(name), help_option_names=["-h", "--help"])
    options = [given for given in command(name).get_params(context) if isinstance(given, click.Option)]
    records = [option.get_help_record(context) for option in options]
    rows = [(option, " ".join(told.split())) for option, told in filter(None, records)]
    cells = ["| `{}` | {} |".format(option.replace("|", "\\|"), told.replace("|", "\\|")) for option, told in rows]
    return "\n".join(["| option | does |", "|---|---|", *cells])


def test_the_table_of_options_is_the_help() -> None:
    assert options_table("check") in README, f"Put this into README.md:\n\n{options_table('check')}"


def test_every_command_is_told() -> None:
    assert [name for name in COMMANDS if f"btec-validator {name}" not in README] == []


def test_the_wheel_that_is_named_is_this_version() -> None:
    assert f"btec_validator-{__version__}-py3-none-any.whl" in README
