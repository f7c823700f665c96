"""`check`: trackers in, reports out, and an exit status for machines."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rules.catalogue import catalogue
from rules.edition import editions
from validator.calendar import CalendarError, load_calendar
from validator.findings import SEVERITIES, CheckReport, TrackerResult
from validator.reports import WRITERS, OutputError, write_atomically
from validator.reports.words import visible
from validator.settings import Settings
from validator.unread import unread
from validator.workers import run_in_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from validator.calendar import Calendar
    from validator.specification import Specification

DEFAULT_REPORT = "compliance-report.html"
NOTHING_FOUND, FOUND, INCOMPLETE = 0, 1, 2
"""The exit statuses."""

FILE = click.Path(path_type=Path, allow_dash=True, dir_okay=False)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option(
    "--html",
    type=FILE,
    help=f"Write the report for people. Default where no output is named: {DEFAULT_REPORT}.",
)
@click.option("--json", type=FILE, help="Write the findings for programs; - is standard output.")
@click.option(
    "--annotate",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write a marked copy of each workbook into this folder: findings in its cells and on a first sheet.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day on which to judge what is due, such as 2024-03-08. Default: today.",
)
@click.option(
    "--calendar",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Term dates and holidays: .csv, .xlsx, .toml or .ics.",
)
@click.option(
    "--spec",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The qualification's specification (.toml): units, sizes, thresholds.",
)
@click.option(
    "--guide",
    type=click.Choice(editions()),
    help="The edition of the guide. Default: that of each programme's academic year.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="CODE",
    help="Run only these rules (codes or beginnings of codes, comma-separated or repeated).",
)
@click.option("--ignore", multiple=True, metavar="CODE", help="Do not run these rules.")
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, "never"]),
    default="error",
    show_default=True,
    help="The severity from which the exit status is 1.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many workers check at once. Default: one for each processor.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    default=120.0,
    show_default=True,
    help="Seconds that a tracker may take.",
)
@click.option(
    "--memory",
    type=click.IntRange(min=0),
    metavar="MIB",
    default=2048,
    show_default=True,
    help="MiB that a worker may use; 0 for no limit.",
)
def check(
    paths: tuple[Path, ...],
    html: Path | None,
    json: Path | None,
    annotate: Path | None,
    as_of: datetime | None,
    calendar: Path | None,
    spec: Path | None,
    guide: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str,
    jobs: int | None,
    timeout: float,
    memory: int,
) -> None:
    """Check trackers: workbooks (.xlsx .xlsm .xls .xlsb .ods), .csv files, and folders of them.

    Writes a compliance report and a summary. The trackers are only read, never changed.

    Exit status: 0 nothing found at or above --fail-on; 1 something found; 2 a tracker could not be read or
    understood, or an option is wrong.
    """
    settings = Settings(
        as_of=as_of.date() if as_of else date.today(),  # noqa: DTZ011 - the user's own day, where they are
        guide=guide,
        calendar=_calendar(calendar),
        specification=_specification(spec),
        select=_codes(select, "--select"),
        ignore=_codes(ignore, "--ignore"),
    )
    outputs = {name: path for name, path in (("html", html), ("json", json)) if path is not None}
    if not outputs and annotate is None:
        outputs = {"html": Path(DEFAULT_REPORT)}
    limits = _Limits(jobs or os.cpu_count() or 1, timeout, memory or None)
    results = _checked(paths, settings, limits)
    guides = sorted({result.guide for result in results if result.guide}) or [settings.editions[-1].name]
    report = CheckReport(
        " and ".join(guides),
        settings.as_of.isoformat(),
        tuple(results),
        tuple(rule.card() for rule in settings.rules()),
    )
    written, failed = _write(report, outputs)
    to_stderr = any(str(path) == "-" for path in outputs.values())
    _summarise(report, written, to_stderr=to_stderr)
    if annotate and not _mark(report, annotate, limits, to_stderr=to_stderr):
        failed = True
    sys.exit(INCOMPLETE if failed else exit_status(results, fail_on))


def exit_status(results: Sequence[TrackerResult], fail_on: str) -> int:
    """Return 2 where a tracker was not wholly checked, else 1 where something is as severe as `fail_on`, else 0."""
    if any(result.status != "checked" or result.reason for result in results):
        return INCOMPLETE
    if fail_on == "never":
        return NOTHING_FOUND
    grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    found = any(finding.severity in grave for result in results for finding in result.findings)
    return FOUND if found else NOTHING_FOUND


@dataclass(frozen=True, slots=True)
class _Limits:
    """What the workers may take."""

    jobs: int
    timeout: float
    memory_mib: int | None


def _checked(paths: Sequence[Path], settings: Settings, limits: _Limits) -> list[TrackerResult]:
    from validator.reading import find_trackers  # noqa: PLC0415 - only now is it sure that there is work

    trackers = find_trackers(paths)
    if not trackers:
        raise click.UsageError(
            "No tracker was found: "
            + ", ".join(map(str, paths))
            + " holds no .xlsx, .xlsm, .xls, .xlsb, .ods or .csv file."
        )
    with _progress(len(trackers), "Checking trackers") as on_done:
        return run_in_workers(
            trackers,
            partial(_check_files, settings=settings),
            jobs=limits.jobs,
            timeout=limits.timeout,
            memory_mib=limits.memory_mib,
            on_done=on_done,
            fail=lambda path, reason: unread(path.as_posix(), reason, settings),
        )


def _check_files(paths: tuple[Path, ...], settings: Settings) -> list[TrackerResult]:
    from validator.pipeline import check_files  # noqa: PLC0415 - pandas is for the workers alone

    return check_files(paths, settings)


@contextmanager
def _progress(trackers: int, label: str) -> Iterator[Callable[[int], None]]:
    """Show a bar for more than one tracker on a terminal, and nothing in a pipe."""
    if trackers < 2 or not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=trackers, label=label, file=sys.stderr) as bar:
        yield bar.update


def _write(report: CheckReport, outputs: dict[str, Path]) -> tuple[list[str], bool]:
    """Write each output; one that cannot be written does not keep the others from being written."""
    written, failed = [], False
    for name, path in outputs.items():
        text = WRITERS[name](report)
        if str(path) == "-":
            sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
            sys.stdout.write(text)
            continue
        try:
            write_atomically(path, text)
            written.append(str(path))
        except OutputError as error:
            click.echo(f"Error: {error}", err=True)
            failed = True
    return written, failed


def _mark(report: CheckReport, folder: Path, limits: _Limits, *, to_stderr: bool) -> bool:
    """Write the marked copies, and say where they are and why one is missing; returns whether none is."""
    from validator.reports.marked import mark_copies  # noqa: PLC0415 - only where copies are asked for

    try:
        with _progress(len(report.trackers), "Marking copies") as on_done:
            copies = mark_copies(
                report,
                folder,
                jobs=limits.jobs,
                timeout=limits.timeout,
                memory_mib=limits.memory_mib,
                on_done=on_done,
            )
    except OutputError as error:
        click.echo(f"Error: {error}", err=True)
        return False
    for copy in copies:
        if copy.path:
            click.echo(f"Marked copy of {visible(copy.tracker)}: {visible(copy.path)}", err=to_stderr)
        else:
            click.echo(f"Error: There is no marked copy of {visible(copy.tracker)}. {visible(copy.reason)}", err=True)
    return all(copy.path for copy in copies)


def _summarise(report: CheckReport, written: Sequence[str], *, to_stderr: bool) -> None:
    from rich.console import Console  # noqa: PLC0415 - not for --help

    from validator.reports.terminal import summary  # noqa: PLC0415

    summary(report, Console(stderr=to_stderr), written=written)


def _calendar(path: Path | None) -> Calendar | None:
    if path is None:
        return None
    try:
        return load_calendar(path)
    except CalendarError as error:
        raise click.BadParameter(str(error), param_hint="--calendar") from None


def _specification(path: Path | None) -> Specification | None:
    if path is None:
        return None
    from validator.specification import SpecificationError, load_specification  # noqa: PLC0415 - only where one is given

    try:
        return load_specification(path)
    except SpecificationError as error:
        raise click.BadParameter(str(error), param_hint="--spec") from None


def _codes(given: tuple[str, ...], option: str) -> tuple[str, ...]:
    codes = tuple(code.strip().upper() for entry in given for code in entry.split(",") if code.strip())
    for code in codes:
        if not any(known.startswith(code) for known in catalogue()):
            raise click.BadParameter(f"no rule's code begins with {code}; see btec-validator rules.", param_hint=option)
    return codes
