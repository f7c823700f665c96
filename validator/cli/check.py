"""`check`: trackers in, reports out, and an exit status for machines."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rules.edition import editions
from validator.baselines import BaselineError, compare, load_baseline
from validator.calendar import CalendarError, load_calendar
from validator.cli.configured import (
    config_of_check,
    every_rule,
    found,
    given_profile,
    named,
    profile_of_tracker,
    several_together,
    trackers_in,
)
from validator.configuration.choosing import Choice, Options, choose
from validator.findings import SEVERITIES, CheckReport, TrackerResult
from validator.reports import WRITERS, OutputError, write_atomically
from validator.reports.words import visible
from validator.trackers import as_one, is_tracker_name
from validator.unread import unchecked, unread
from validator.waivers import waive
from validator.workers import run_in_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rules.rule import Rule
    from validator.baselines import RecordedRun
    from validator.calendar import Calendar
    from validator.findings import Severity
    from validator.settings import Settings
    from validator.specification import Specification
    from validator.trackers import Tracker

DEFAULT_REPORT = "compliance-report.html"
NOTHING_FOUND, FOUND, INCOMPLETE = 0, 1, 2
"""The exit statuses."""

NEW: Mapping[str, Severity] = {"new": "error", "new-warning": "warning", "new-note": "note"}
"""The choices of --fail-on by which only what is new counts, each with the severity from which it does."""

_KEY = "pseudonym-key"

FILE = click.Path(path_type=Path, allow_dash=True, dir_okay=False)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option(
    "--html",
    type=FILE,
    help=f"Write the report for people. Default where no output is named: {DEFAULT_REPORT}.",
)
@click.option("--json", type=FILE, help="Write the findings for programs; - is standard output.")
@click.option("--sarif", type=FILE, help="Write the findings for code scanning and editors (SARIF 2.1.0).")
@click.option("--junit", type=FILE, help="Write the outcome of each rule for CI servers (JUnit XML).")
@click.option("--csv", type=FILE, help="Write the findings for Excel, a row for each.")
@click.option("--markdown", type=FILE, help="Write a summary for a pull request or an e-mail.")
@config_of_check
@profile_of_tracker
@several_together
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
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A findings.json of an earlier check: say what is new, unchanged and fixed since.",
)
@click.option(
    "--pseudonymise",
    is_flag=True,
    help="Call learners by codes instead of names and numbers, in every output.",
)
@click.option(
    "--pseudonym-key",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With --pseudonymise: write which learner each code stands for (.csv). Keep it apart.",
)
@click.option("--without-names", is_flag=True, help="Leave names out of every output, for CI servers.")
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, *NEW, "never"]),
    default="error",
    show_default=True,
    help="The severity from which the exit status is 1; new: errors that the baseline does not have.",
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
    config: Path | None,
    profile: Path | None,
    together: bool,
    annotate: Path | None,
    as_of: datetime | None,
    calendar: Path | None,
    spec: Path | None,
    guide: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    baseline: Path | None,
    pseudonymise: bool,
    pseudonym_key: Path | None,
    without_names: bool,
    fail_on: str,
    jobs: int | None,
    timeout: float,
    memory: int,
    **written_to: Path | None,
) -> None:
    """Check trackers: workbooks (.xlsx .xlsm .xls .xlsb .ods), .csv files, and folders of them.

    Writes a compliance report and a summary. The trackers are only read, never changed.

    Exit status: 0 nothing found at or above --fail-on; 1 something found; 2 a tracker could not be read or
    understood, or an option is wrong.
    """
    if fail_on in NEW and baseline is None:
        raise click.UsageError(f"--fail-on {fail_on} needs --baseline: without one nothing can be told to be new.")
    keep_private = _privacy(
        pseudonymise=pseudonymise, key=pseudonym_key, without_names=without_names, annotate=annotate
    )
    recorded = _recorded(baseline)
    configuration = named(config)
    known = every_rule(configuration)
    options = Options(
        as_of=as_of.date() if as_of else date.today(),  # noqa: DTZ011 - the user's own day, where they are
        guide=guide,
        calendar=_calendar(calendar),
        specification=_specification(spec),
        profile=given_profile(profile),
        select=_codes(select, "--select", known),
        ignore=_codes(ignore, "--ignore", known),
    )
    outputs = _outputs({**written_to, _KEY: pseudonym_key}, paths)
    outputs.pop(_KEY, None)
    if not outputs and annotate is None:
        outputs = {"html": Path(DEFAULT_REPORT)}
    limits = _Limits(jobs or os.cpu_count() or 1, timeout, memory or None)
    run = partial(run_in_workers, timeout=limits.timeout, memory_mib=limits.memory_mib)
    trackers = trackers_in(paths)
    choices = choose([as_one(trackers)] if together else trackers, options, configuration, partial(found, run))
    choices = _without_calendars(choices, paths)
    results, waivers = waive(
        _checked(choices, partial(run, jobs=limits.jobs)),
        [choice.waivers for choice in choices.values()],
        options.as_of,
    )
    against = None
    if recorded is not None:
        results, against = compare(results, recorded, Path(str(baseline)).as_posix())
    guides = sorted({result.guide for result in results if result.guide}) or [editions()[-1]]
    report = CheckReport(
        " and ".join(guides),
        options.as_of.isoformat(),
        tuple(results),
        tuple(rule.card() for rule in known.values()),
        waivers,
        against,
    )
    key_failed = pseudonym_key is not None and not _write_key(report, pseudonym_key)
    report = keep_private(report)
    written, failed = _write(report, outputs)
    failed = failed or key_failed
    to_stderr = any(str(path) == "-" for path in outputs.values())
    _summarise(report, written, to_stderr=to_stderr)
    if annotate and not _mark(report, annotate, limits, to_stderr=to_stderr):
        failed = True
    sys.exit(INCOMPLETE if failed else exit_status(results, fail_on))


def exit_status(results: Sequence[TrackerResult], fail_on: str) -> int:
    """Return 2 where a tracker was not wholly checked, else 1 where something is as severe as `fail_on`, else 0.

    What is waived does not count, and for `new`, `new-warning` and `new-note` nor does what the baseline has.
    """
    if not all(result.is_complete for result in results):
        return INCOMPLETE
    if fail_on == "never":
        return NOTHING_FOUND
    grave = SEVERITIES[: SEVERITIES.index(NEW.get(fail_on, fail_on)) + 1]
    counts = [result.new() if fail_on in NEW else result.counts() for result in results]
    found = any(count[severity] for count in counts for severity in grave)
    return FOUND if found else NOTHING_FOUND


def _outputs(written_to: Mapping[str, Path | None], paths: Sequence[Path]) -> dict[str, Path]:
    """Return where each output goes. Raises click.UsageError where one would overwrite a tracker or another output."""
    outputs = {name: path for name, path in written_to.items() if path is not None}
    places: dict[Path, str] = {}
    for name, path in outputs.items():
        place = path if str(path) == "-" else path.resolve()
        if place in places:
            raise click.UsageError(
                f"--{places[place]} and --{name} both write to {path}. Give each a place of its own."
            )
        places[place] = name
        for given in () if str(path) == "-" else map(Path.resolve, paths):
            # In a folder of trackers the next check would take it for one of them.
            if place == given or (is_tracker_name(place) and place.is_relative_to(given)):
                raise click.BadParameter(
                    f"{path} is, or lies among, the trackers to check. Write it to another folder.",
                    param_hint=f"--{name}",
                )
    return outputs


@dataclass(frozen=True, slots=True)
class _Limits:
    """What the workers may take."""

    jobs: int
    timeout: float
    memory_mib: int | None


def _without_calendars(choices: Mapping[Tracker, Choice], paths: Sequence[Path]) -> dict[Tracker, Choice]:
    """Return the choices without those for calendars that lie among the trackers of a folder."""
    calendars = {choice.calendar_file for choice in choices.values()}
    kept = {
        tracker: choice
        for tracker, choice in choices.items()
        if not isinstance(tracker, Path) or tracker in paths or tracker.resolve() not in calendars
    }
    if not kept:
        raise click.UsageError("No tracker was found, only a calendar.")
    return kept


def _checked(choices: Mapping[Tracker, Choice], run: Callable[..., list[TrackerResult]]) -> list[TrackerResult]:
    """Return the result of each tracker, in their order, with what there is to say of how it was checked."""
    settings = {tracker: choice.settings for tracker, choice in choices.items() if not choice.unchecked}
    with _progress(len(settings), "Checking trackers") as on_done:
        checked = run(
            list(settings),
            partial(_check_files, settings=settings),
            on_done=on_done,
            fail=lambda tracker, reason: unread(tracker.as_posix(), reason, settings[tracker]),
        )
    results = dict(zip(settings, checked, strict=True))
    return [
        replace(
            results[tracker],
            reason=" ".join(filter(None, (results[tracker].reason, choice.incomplete))),
            departures=choice.departures_from(results[tracker].guide),
        )
        if tracker in results
        else unchecked(tracker.as_posix(), choice.unchecked, choice.settings)
        for tracker, choice in choices.items()
    ]


def _check_files(trackers: tuple[Tracker, ...], settings: Mapping[Tracker, Settings]) -> list[TrackerResult]:
    """Check a chunk, those together that have the same settings and follow each other."""
    from validator.pipeline import check_files  # noqa: PLC0415 - pandas is for the workers alone

    return [
        result for alike, chunk in groupby(trackers, settings.__getitem__) for result in check_files([*chunk], alike)
    ]


@contextmanager
def _progress(trackers: int, label: str) -> Iterator[Callable[[int], None]]:
    """Show a bar for more than one tracker on a terminal, and nothing in a pipe."""
    if trackers < 2 or not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=trackers, label=label, file=sys.stderr) as bar:
        yield bar.update


def _privacy(
    *, pseudonymise: bool, key: Path | None, without_names: bool, annotate: Path | None
) -> Callable[[CheckReport], CheckReport]:
    """Return what keeps the names of learners out of a report, as asked for. Raises click.UsageError."""
    if pseudonymise and without_names:
        raise click.UsageError("--pseudonymise gives learners codes and --without-names leaves them out: choose one.")
    if key is not None and not pseudonymise:
        raise click.UsageError("--pseudonym-key needs --pseudonymise: without it there are no codes.")
    if str(key) == "-":
        raise click.BadParameter("the key goes to a file, not to standard output.", param_hint=f"--{_KEY}")
    if annotate and (pseudonymise or without_names):
        option = "--pseudonymise" if pseudonymise else "--without-names"
        raise click.UsageError(
            f"--annotate and {option} cannot go together: a marked copy is your own workbook, with every name in it."
        )
    if not (pseudonymise or without_names):
        return lambda report: report
    from validator import privacy  # noqa: PLC0415 - the readers that it brings along are not for --help

    return privacy.pseudonymised if pseudonymise else privacy.without_names


def _write_key(report: CheckReport, path: Path) -> bool:
    from validator.privacy import key_of  # noqa: PLC0415 - as in `_privacy`

    try:
        write_atomically(path, key_of(report))
    except OutputError as error:
        click.echo(f"Error: {error}", err=True)
        return False
    return True


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


def _recorded(path: Path | None) -> RecordedRun | None:
    if path is None:
        return None
    try:
        return load_baseline(path)
    except BaselineError as error:
        raise click.BadParameter(str(error), param_hint="--baseline") from None


def _codes(given: tuple[str, ...], option: str, known: Mapping[str, Rule]) -> tuple[str, ...]:
    codes = tuple(code.strip().upper() for entry in given for code in entry.split(",") if code.strip())
    for code in codes:
        if not any(rule.startswith(code) for rule in known):
            raise click.BadParameter(f"no rule's code begins with {code}; see btec-validator rules.", param_hint=option)
    return codes
