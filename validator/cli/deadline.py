"""`deadline`: the latest resubmission deadline for results received on a day, with the calendar's reasons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rules.edition import edition_of, editions, load_edition
from validator.calendar import Calendar, CalendarError, country_code, explain_deadline, load_calendar

if TYPE_CHECKING:
    from datetime import date, datetime


@click.command()
@click.argument("received", metavar="DATE", type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]))
@click.option(
    "--calendar",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Term dates and holidays: .csv, .xlsx, .toml or .ics.",
)
@click.option("--country", help="The centre's country, for its weekend and public holidays.")
@click.option(
    "--guide",
    type=click.Choice(editions()),
    help="The edition of the guide. Default: the one that applies on DATE.",
)
def deadline(received: datetime, calendar: Path | None, country: str | None, guide: str | None) -> None:
    """Show the latest resubmission deadline for results that learners received on DATE (day/month/year or ISO)."""
    known = _calendar(calendar, country)
    edition = load_edition(guide) if guide else edition_of(received.date())
    allowed = int(edition.number("resubmission_working_days"))
    found = explain_deadline(known, received.date(), allowed)
    click.echo(f"Results received: {_spoken(found.received)}")
    if found.latest is None:
        click.echo(f"No working day is left for a resubmission before {found.limit}.")
    elif found.limit:
        click.echo(f"Latest resubmission deadline: {_spoken(found.latest)}")
        click.echo(
            f"  Working day {allowed} would be {_spoken(found.counted)}, but the window must end before {found.limit}."
        )
    else:
        click.echo(f"Latest resubmission deadline: {_spoken(found.latest)}")
        click.echo(f"  Working day {allowed}; day 1 is the working day after the results.")
    for off in found.days_off:
        days = _spoken(off.first) if off.first == off.last else f"{_spoken(off.first)} to {_spoken(off.last)}"
        click.echo(f"  Not counted: {days} - {off.why}")
    click.echo(found.basis)


def _calendar(path: Path | None, country: str | None) -> Calendar:
    try:
        known = load_calendar(path) if path else Calendar()
    except CalendarError as error:
        raise click.BadParameter(str(error), param_hint="--calendar") from None
    if country is None:
        return known
    code = country_code(country)
    if code is None:
        raise click.BadParameter(
            f"{country} is not a country that is known; write its English name or its two letters.",
            param_hint="--country",
        )
    return replace(known, country=code)


def _spoken(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
