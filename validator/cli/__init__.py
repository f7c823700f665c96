"""The command line. Each command is a module of its own, imported when it is asked for."""

from __future__ import annotations

from importlib import import_module

import click

from validator import __version__

COMMANDS = {
    "check": "check",
    "inspect": "inspect",
    "profile": "profile",
    "rules": "catalogue",
    "explain": "catalogue",
    "deadline": "deadline",
}
"""The module of each command, in the order of the help."""


class _Commands(click.Group):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click asks
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"validator.cli.{COMMANDS[cmd_name]}"), cmd_name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="btec-validator")
def main() -> None:
    """Check assessment trackers against the BTEC International Centre Guide to Internal Assessment.

    Start with: btec-validator check TRACKER.xlsx
    """
