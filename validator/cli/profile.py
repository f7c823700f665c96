"""`profile`: how a tracker was read, as a profile to correct and keep."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from validator.findings import TrackerResult
from validator.reports import OutputError, write_atomically
from validator.reports.words import visible
from validator.workers import run_in_workers


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True, dir_okay=False),
    default=Path("-"),
    help="Write it to this file, such as profile.toml. Default: standard output.",
)
@click.option("--fields", is_flag=True, help="List everything that a heading may mean, instead.")
def profile(path: Path | None, output: Path, *, fields: bool) -> None:
    """Write a profile of a tracker: the headings, sheets and words that were left over, as lines to fill in.

    Fill in what you know, and check the tracker again with --profile FILE.
    """
    if fields:
        from validator.profiles.drafting import fields_of_tables  # noqa: PLC0415 - only where they are asked for

        click.echo(fields_of_tables())
        return
    if path is None:
        raise click.UsageError("Name the tracker: btec-validator profile TRACKER.xlsx")
    ((result, text),) = run_in_workers([path], _draft, jobs=1, fail=_failed, doing="Reading")
    if not text:
        raise click.ClickException(f"{visible(result.path)}: {visible(result.reason)}")
    if str(output) == "-":
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
        sys.stdout.write(text)
        return
    if output.resolve() == path.resolve() or output.suffix.casefold() != ".toml":
        raise click.BadParameter(
            f"{output} is no name for a profile. Choose one that ends in .toml.", param_hint="--output"
        )
    try:
        write_atomically(output, text)
    except OutputError as error:
        raise click.ClickException(str(error).replace("The report", "The profile")) from None
    click.echo(f"Profile: {output}")


def _draft(paths: tuple[Path, ...]) -> list[tuple[TrackerResult, str]]:
    from validator.pipeline import draft_profiles  # noqa: PLC0415 - pandas is for the workers alone

    return draft_profiles(paths)


def _failed(path: Path, reason: str) -> tuple[TrackerResult, str]:
    return TrackerResult(path.as_posix(), status="unreadable", reason=reason), ""
