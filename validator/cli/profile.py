"""`profile`: how a tracker was read, as a profile to correct and keep."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from validator.cli.configured import one_tracker, several_together
from validator.findings import TrackerResult
from validator.reports import OutputError, write_atomically
from validator.reports.words import visible
from validator.workers import run_in_workers

if TYPE_CHECKING:
    from validator.trackers import Tracker


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH...]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True, dir_okay=False),
    default=Path("-"),
    help="Write it to this file, such as profile.toml. Default: standard output.",
)
@several_together
@click.option("--fields", is_flag=True, help="List everything that a heading may mean, instead.")
def profile(paths: tuple[Path, ...], output: Path, *, together: bool, fields: bool) -> None:
    """Write a profile of a tracker: the headings, sheets and words that were left over, as lines to fill in.

    Fill in what you know, and check the tracker again with --profile FILE.
    """
    if fields:
        from validator.profiles.drafting import fields_of_tables  # noqa: PLC0415 - only where they are asked for

        click.echo(fields_of_tables())
        return
    if not paths:
        raise click.UsageError("Name the tracker: btec-validator profile TRACKER.xlsx")
    tracker = one_tracker(paths, together=together)
    ((result, text),) = run_in_workers([tracker], _draft, jobs=1, fail=_failed, doing="Reading")
    if not text:
        raise click.ClickException(f"{visible(result.path)}: {visible(result.reason)}")
    if str(output) == "-":
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
        sys.stdout.write(text)
        return
    if output.resolve() in map(Path.resolve, paths) or output.suffix.casefold() != ".toml":
        raise click.BadParameter(
            f"{output} is no name for a profile. Choose one that ends in .toml.", param_hint="--output"
        )
    try:
        write_atomically(output, text)
    except OutputError as error:
        raise click.ClickException(str(error).replace("The report", "The profile")) from None
    click.echo(f"Profile: {output}")


def _draft(trackers: tuple[Tracker, ...]) -> list[tuple[TrackerResult, str]]:
    from validator.pipeline import draft_profiles  # noqa: PLC0415 - pandas is for the workers alone

    return draft_profiles(trackers)


def _failed(tracker: Tracker, reason: str) -> tuple[TrackerResult, str]:
    return TrackerResult(tracker.as_posix(), status="unreadable", reason=reason), ""
