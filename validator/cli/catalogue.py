"""`rules` and `explain`: the catalogue and the page of one rule."""

from __future__ import annotations

import textwrap
from pathlib import Path

import click

from rules.catalogue import catalogue
from rules.one_fact import facts
from validator.cli.output import write_json

HEADINGS = {
    "why": "Why the guide asks",
    "breaks": "Breaks it",
    "keeps": "Keeps it",
    "remedy": "How to put it right",
    "blind": "What it cannot see",
}
WIDTH = 88


@click.command()
@click.option(
    "--json",
    type=click.Path(path_type=Path, allow_dash=True, dir_okay=False),
    help="Write the catalogue for programs; - is standard output.",
)
def rules(json: Path | None) -> None:
    """List the rules: code, severity, name."""
    if json is None:
        for rule in catalogue().values():
            click.echo(f"{rule.code}  {rule.severity:<8} {rule.name}")
        return
    entries = [
        {
            "code": r.code,
            "name": r.name,
            "severity": r.severity,
            "section": r.section,
            "needs": list(r.fields()),
        }
        for r in catalogue().values()
    ]
    write_json(json, entries)


@click.command()
@click.argument("code")
def explain(code: str) -> None:
    """Show one rule's page: what it finds, why, examples, the remedy."""
    wanted = code.strip().casefold()
    found = next((rule for rule in catalogue().values() if wanted in (rule.code.casefold(), rule.name)), None)
    if found is None:
        raise click.UsageError(f"There is no rule {code}; btec-validator rules lists them all.")
    click.echo(f"{found.code} {found.name} ({found.severity})")
    click.echo(f"Guide: {found.section}\n")
    click.echo(_wrapped(found.page["finds"]))
    for part, heading in HEADINGS.items():
        click.echo(f"\n{heading}\n{_wrapped(found.page[part])}")
    if found.needs:
        click.echo(f"\nWhat the tracker must record\n{_wrapped(', '.join(found.fields()))}")
    others = [f"{fact.fact} {fact.speaks} speaks." for fact in facts() if found.code in fact.silent]
    if others:
        click.echo("\nWhat it leaves to other rules\n" + "\n".join(map(_wrapped, others)))


def _wrapped(text: str) -> str:
    paragraphs = text.split("\n\n")
    return "\n\n".join(textwrap.fill(p, WIDTH, initial_indent="  ", subsequent_indent="  ") for p in paragraphs)
