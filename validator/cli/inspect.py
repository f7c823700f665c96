"""`inspect`: how a tracker was understood, before anything is checked."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from validator.cli.configured import (
    config_of_check,
    found,
    given_profile,
    named,
    one_tracker,
    profile_of_tracker,
    several_together,
)
from validator.cli.output import write_json
from validator.configuration.choosing import Options, choose
from validator.findings import TrackerResult
from validator.profiles import NO_PROFILE
from validator.reports.words import attempt_name, count, field_name, named_in_commands, table_name, visible
from validator.workers import run_in_workers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from validator.findings import ColumnReading, SheetReading, TableReading
    from validator.profiles import Profile
    from validator.trackers import Tracker

HOW_SURE = {
    "exact": "certain",
    "similar": "likely, a similar heading",
    "context": "likely, by its place",
    "profile": "certain, the profile says so",
}
"""What is said of how a heading was recognised."""
STYLES = {"exact": "green", "similar": "yellow", "context": "green", "profile": "cyan", "none": "bold red"}
WIDEST = 60
"""A longer heading or field does not push the columns to its right further away."""


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option(
    "--json",
    type=click.Path(path_type=Path, allow_dash=True, dir_okay=False),
    help="Write it for programs; - is standard output.",
)
@profile_of_tracker
@config_of_check
@several_together
def inspect(
    paths: tuple[Path, ...], json: Path | None, profile: Path | None, config: Path | None, together: bool
) -> None:
    """Show how a tracker was understood: sheets, tables, which column became which field, what was left over."""
    options = Options(date.today(), profile=given_profile(profile))  # noqa: DTZ011 - nothing depends on it
    tracker = one_tracker(paths, together=together)
    ((tracker, choice),) = choose([tracker], options, named(config), partial(found, run_in_workers)).items()
    if choice.unchecked:
        raise click.ClickException(choice.unchecked.partition(". ")[2])
    used = choice.settings.profile
    (result,) = run_in_workers([tracker], partial(_read, profile=used), jobs=1, fail=_failed, doing="Reading")
    if json is None:
        from rich.console import Console  # noqa: PLC0415 - not for --help

        _Page(Console(highlight=False)).show(result, used)
    else:
        write_json(json, _understanding(result))
    sys.exit(0 if result.status == "checked" else 2)


def _read(trackers: tuple[Tracker, ...], profile: Profile) -> list[TrackerResult]:
    from validator.pipeline import read_trackers  # noqa: PLC0415 - pandas is for the workers alone

    return read_trackers(trackers, profile)


def _failed(tracker: Tracker, reason: str) -> TrackerResult:
    return TrackerResult(tracker.as_posix(), status="unreadable", reason=reason)


def _understanding(result: TrackerResult) -> dict[str, object]:
    every = asdict(result)
    names = ("path", "sha256", "status", "reason", "sheets", "drift", *(["parts"] if result.parts else []))
    return {name: every[name] for name in names}


class _Page:
    """What a person reads of it: colours on a terminal, plain lines in a pipe, in whatever encoding."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def show(self, result: TrackerResult, profile: Profile) -> None:
        """Print how a tracker was understood, and what to do next."""
        self._line((result.path, "bold"))
        if result.reason:
            self._line((result.reason, "red"))
        columns = [column for sheet in result.sheets for column in _columns(sheet)]
        if columns:
            self._line((_verdict(columns), "bold"))
        if profile != NO_PROFILE:
            self._line((f"Read with the profile {profile.source}: {profile.summary}.", "cyan"))
        for drift in result.drift:
            self._line(("  " + drift.message, "yellow"))
        for sheet in result.sheets:
            self._sheet(sheet)
        if result.status != "unreadable":
            self._line()
            self._line(("Next", "bold"))
            for step in _next_steps(result, columns, profile):
                self._line((f"  {step}", ""))

    def _sheet(self, sheet: SheetReading) -> None:
        self._line()
        self._line((f"Sheet {sheet.sheet}{'' if sheet.visible else ' (hidden)'}", "bold"))
        if sheet.note:
            self._line((f"  {sheet.note}", "yellow" if sheet.left_over else "dim"))
        for table in sheet.tables:
            self._line((f"  {_heading(table)}", ""))
            self._columns(table.columns)
        if sheet.left_over:
            self._line(("  These may be its headings:", ""))
            self._columns(sheet.left_over)

    def _columns(self, columns: Sequence[ColumnReading]) -> None:
        rows = [
            (c.cell.rpartition("!")[2], " ".join(c.heading.split()) or "(no heading)", *_meaning(c)) for c in columns
        ]
        widths = [min(max(map(len, told), default=0), WIDEST) for told in zip(*(row[:3] for row in rows), strict=True)]
        for column, (cell, heading, meaning, sure) in zip(columns, rows, strict=True):
            style = STYLES[column.how]
            self._line(
                (f"    {cell:<{widths[0]}}  {heading:<{widths[1]}}  ", ""),
                (f"{meaning:<{widths[2]}}  " if sure else meaning, style if column.field is None else ""),
                (sure, style),
            )

    def _line(self, *parts: tuple[str, str]) -> None:
        from rich.text import Text  # noqa: PLC0415 - as it is for the console

        encoding = self._console.encoding
        safe = [(visible(text).encode(encoding, "backslashreplace").decode(encoding), style) for text, style in parts]
        self._console.print(Text.assemble(*safe), soft_wrap=True)


def _columns(sheet: SheetReading) -> Iterator[ColumnReading]:
    for table in sheet.tables:
        yield from table.columns
    yield from sheet.left_over


def _verdict(columns: Sequence[ColumnReading]) -> str:
    """Return how much of a tracker was understood: the headings that were, those that are doubtful, the others."""
    recognised = sum(column.field is not None for column in columns)
    left_out = sum(column.field is None and column.how == "profile" for column in columns)
    doubtful = sum(column.how == "similar" for column in columns)
    told = f"{recognised} of {count(len(columns) - left_out, 'heading')} recognised"
    told += f", {doubtful} of them only likely" if doubtful else ""
    return f"{told}{f', {left_out} left out as the profile asks' if left_out else ''}."


def _heading(table: TableReading) -> str:
    rows = " and ".join(map(str, table.heading_rows))
    where = f", headings in row{'s' if len(table.heading_rows) > 1 else ''} {rows}" if rows else ""
    if table.kind == "programme":
        return f"Programme details{where}"
    title = table_name(table.kind)
    return f"{title[:1].upper()}{title[1:]}: {count(table.records, 'record')}{where}"


def _meaning(column: ColumnReading) -> tuple[str, str]:
    """Return what a heading was read as, and how surely."""
    if column.field is None:
        if column.how == "profile":
            return "left out", "as the profile asks"
        return f"not recognised{f'; nearest: {column.nearest}' if column.nearest else ''}", ""
    attempt = f", {attempt_name(column.attempt)}" if column.attempt else ""
    return f"{_field(column.field)}{attempt}", f"{HOW_SURE[column.how]} ({column.confidence}%)"


def _field(field: str) -> str:
    """Return `table.field` in plain words, without the table, which stands above."""
    if field.endswith(".decision"):
        return "decision on the criterion"
    return field_name(field).rpartition(" (")[0]


def _next_steps(result: TrackerResult, columns: Sequence[ColumnReading], profile: Profile) -> Iterator[str]:
    tracker = named_in_commands(result)
    if any(column.how in ("none", "similar") for column in columns):
        if profile == NO_PROFILE:
            yield "To say what the headings mean that were not recognised, or were recognised wrongly:"
            yield f"  btec-validator profile {tracker} -o profile.toml"
            yield "and fill in its lines. Then check the tracker with it:"
            yield f"  btec-validator check {tracker} --profile profile.toml"
        else:
            yield f"To say what the other headings mean, write them in {profile.source}. Then check the tracker:"
            yield f'  btec-validator check {tracker} --profile "{profile.source}"'
        return
    used = f' --profile "{profile.source}"' if profile != NO_PROFILE else ""
    yield "Nothing is left over. If every line above is right, check the tracker:"
    yield f"  btec-validator check {tracker}{used}"
