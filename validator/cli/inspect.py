"""`inspect`: how a tracker was understood, before anything is checked."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from validator.cli.output import write_json
from validator.findings import TrackerResult
from validator.workers import run_in_workers

if TYPE_CHECKING:
    from validator.findings import ColumnReading


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--json",
    type=click.Path(path_type=Path, allow_dash=True, dir_okay=False),
    help="Write it for programs; - is standard output.",
)
def inspect(path: Path, json: Path | None) -> None:
    """Show how a tracker was understood: sheets, tables, which column became which field, what was left over."""
    (result,) = run_in_workers([path], _read, jobs=1, fail=_failed)
    if json is None:
        _show(result)
    else:
        write_json(json, _understanding(result))
    sys.exit(0 if result.status == "checked" else 2)


def _read(paths: tuple[Path, ...]) -> list[TrackerResult]:
    from validator.pipeline import read_trackers  # noqa: PLC0415 - pandas is for the workers alone

    return read_trackers(paths)


def _failed(path: Path, reason: str) -> TrackerResult:
    return TrackerResult(path.as_posix(), status="unreadable", reason=reason)


def _understanding(result: TrackerResult) -> dict[str, object]:
    every = asdict(result)
    return {name: every[name] for name in ("path", "sha256", "status", "reason", "sheets")}


def _show(result: TrackerResult) -> None:
    click.secho(result.path, bold=True)
    if result.reason:
        click.secho(result.reason, fg="red", err=result.status == "unreadable")
    for sheet in result.sheets:
        click.secho(f"\nSheet {sheet.sheet}{'' if sheet.visible else ' (hidden)'}", bold=True)
        if sheet.note:
            click.echo(f"  {sheet.note}")
        for table in sheet.tables:
            rows = " and ".join(map(str, table.heading_rows))
            where = f", headings in row {rows}" if rows else ""
            click.echo(f"  {table.kind}: {table.records} {'record' if table.records == 1 else 'records'}{where}")
            for column in table.columns:
                _show_column(column)


def _show_column(column: ColumnReading) -> None:
    heading = " ".join(column.heading.split())
    if column.field is None:
        nearest = f"; nearest: {column.nearest}" if column.nearest else ""
        click.secho(f"    {column.cell:<24} {heading} -> not recognised{nearest}", fg="yellow")
        return
    attempt = f" ({column.attempt})" if column.attempt else ""
    sure = "" if column.how == "exact" else f"  [{column.how}, {column.confidence} %]"
    click.echo(f"    {column.cell:<24} {heading} -> {column.field}{attempt}{sure}")
