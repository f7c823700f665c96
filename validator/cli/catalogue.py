"""`rules` and `explain`: the catalogue and the page of one rule."""

from __future__ import annotations

import sys
import textwrap
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rules.one_fact import facts
from validator.cli.configured import config_of_rules, every_rule, named
from validator.cli.output import write_json

if TYPE_CHECKING:
    from rules.rule import Rule
    from validator.configuration import Configuration

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
@config_of_rules
@click.option(
    "--cases",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="FOLDER",
    help="Try the rules of your own out on their cases (CODE.yaml) instead of listing the rules.",
)
def rules(json: Path | None, config: Path | None, cases: Path | None) -> None:
    """List the rules: code, severity, name."""
    configuration = named(config)
    known = every_rule(configuration)
    if cases is not None:
        sys.exit(_try_out([rule for rule in known.values() if rule.origin], cases, configuration))
    if json is None:
        for rule in known.values():
            origin = f"  ({rule.origin})" if rule.origin else ""
            click.echo(f"{rule.code}  {rule.severity:<8} {rule.name}{origin}")
        return
    entries = [
        {
            "code": r.code,
            "name": r.name,
            "severity": r.severity,
            "section": r.section,
            "needs": list(r.fields()),
            "origin": r.origin,
        }
        for r in known.values()
    ]
    write_json(json, entries)


@click.command()
@click.argument("code")
@config_of_rules
def explain(code: str, config: Path | None) -> None:
    """Show one rule's page: what it finds, why, examples, the remedy."""
    wanted = code.strip().casefold()
    known = every_rule(named(config)).values()
    found = next((rule for rule in known if wanted in (rule.code.casefold(), rule.name)), None)
    if found is None:
        raise click.UsageError(f"There is no rule {code}; btec-validator rules lists them all.")
    click.echo(f"{found.code} {found.name} ({found.severity})")
    click.echo(f"{f'Rule of your own, in {found.origin}' if found.origin else 'Guide'}: {found.section}\n")
    click.echo(_wrapped(found.page["finds"]))
    headings = {**HEADINGS, "why": "Why the centre asks"} if found.origin else HEADINGS
    for part, heading in headings.items():
        click.echo(f"\n{heading}\n{_wrapped(found.page[part])}")
    if found.needs:
        click.echo(f"\nWhat the tracker must record\n{_wrapped(', '.join(found.fields()))}")
    others = [f"{fact.fact} {fact.speaks} speaks." for fact in facts() if found.code in fact.silent]
    if others:
        click.echo("\nWhat it leaves to other rules\n" + "\n".join(map(_wrapped, others)))


def _try_out(own: list[Rule], folder: Path, configuration: Configuration | None) -> int:
    """Judge the cases of a centre's rules, tell what is not as expected, and return the exit status."""
    from validator.cases import CaseError, judge_cases, objection, read_cases, unproved  # noqa: PLC0415 - brings pandas
    from validator.settings import Settings  # noqa: PLC0415

    if not own:
        raise click.UsageError("There are no rules of your own; name their modules in a configuration, with --config.")
    files = [folder / f"{rule.code}.yaml" for rule in own]
    try:
        cases = [case for file in files if file.exists() for case in read_cases(file)]
    except CaseError as error:
        raise click.BadParameter(f"{error}.", param_hint="--cases") from None
    concerned = {rule.code for rule in own} | {case.speaks for case in cases if case.speaks}
    modules = configuration.modules if configuration else ()
    settings = Settings(date.min, select=tuple(sorted(concerned)), modules=modules)  # the cases say what day it is
    judged = judge_cases(cases, settings)
    wrong = [f"{case}: {said}" for case, result in judged.items() if (said := objection(case, result))]
    wrong += [f"{rule.code}.yaml lacks {lacking}" for rule in own for lacking in unproved(rule, cases)]
    for said in wrong:
        click.echo(said)
    click.echo(f"{len(cases)} cases of {', '.join(rule.code for rule in own)}: ", nl=False)
    click.echo(f"{len(wrong)} objections" if wrong else "all as expected")
    return 1 if wrong else 0


def _wrapped(text: str) -> str:
    paragraphs = text.split("\n\n")
    return "\n\n".join(textwrap.fill(p, WIDTH, initial_indent="  ", subsequent_indent="  ") for p in paragraphs)
