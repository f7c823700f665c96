"""The catalogue is the rulebook: its codes, names and severities are for ever, and every rule has a whole page."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from rules.catalogue import catalogue
from rules.rule import PAGE_PARTS, Rule, page_of, rule
from schemas.specification import TABLES, table
from validator.cli import main

if TYPE_CHECKING:
    from rules.records import Records
    from rules.rule import Verdict

RULEBOOK = Path(__file__).with_name("rulebook.csv")
PAGE = {
    "finds": "A deadline is missing.",
    "why": "Why: Learners need to know it.",
    "breaks": "Breaks: A blank deadline.",
    "keeps": "Keeps: A deadline.",
    "remedy": "Remedy: Enter the deadline.",
    "blind": "Cannot see: Deadlines on paper.",
}


def rulebook() -> list[dict[str, str]]:
    with RULEBOOK.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def listed() -> list[dict[str, Any]]:
    done = CliRunner().invoke(main, ["rules", "--json", "-"])
    assert done.exit_code == 0, done.output
    entries: list[dict[str, Any]] = json.loads(done.output)
    return entries


def documented(text: str) -> Any:
    def judge(records: Records) -> Verdict:
        raise NotImplementedError

    judge.__doc__ = text
    return judge


def test_the_catalogue_is_the_rulebook(listed: list[dict[str, Any]]) -> None:
    told = [{name: entry[name] for name in ("code", "name", "severity")} for entry in listed]
    assert told == rulebook()


def test_every_rule_says_which_section_asks_for_it_and_what_it_needs(listed: list[dict[str, Any]]) -> None:
    assert [entry["code"] for entry in listed if not entry["section"].strip()] == []
    fields = {f"{name}.{field}" for name in TABLES for field in table(name).fields}
    assert {need for entry in listed for need in entry["needs"]} - fields == set()
    without = [entry["code"] for entry in listed if not entry["needs"] and catalogue()[entry["code"]].judge]
    assert without == [], "a rule that needs nothing is always checkable: is that meant?"


@pytest.mark.parametrize("entry", catalogue().values(), ids=lambda entry: entry.code)
def test_every_part_of_a_page_says_something(entry: Rule) -> None:
    assert set(entry.page) == set(PAGE)
    unfinished = {part: text for part, text in entry.page.items() if not text.endswith((".", "?", "”", '"'))}
    assert unfinished == {}


@pytest.mark.parametrize("part", PAGE)
def test_a_rule_whose_page_lacks_a_part_is_refused(part: str) -> None:
    whole = "\n\n".join(PAGE.values())
    made = rule("XYZ001", "deadline-missing", "error", section="Meeting deadlines")(documented(whole))
    assert made.page["remedy"] == "Enter the deadline."
    lacking = "\n\n".join(text for name, text in PAGE.items() if name != part)
    label = PAGE[part].partition(":")[0] if part in PAGE_PARTS.values() else "what it finds"
    with pytest.raises(ValueError, match=f"XYZ001 lacks: {label}"):
        rule("XYZ001", "deadline-missing", "error", section="Meeting deadlines")(documented(lacking))


def test_a_part_without_words_is_a_part_that_is_missing() -> None:
    with pytest.raises(ValueError, match="lacks: Why"):
        page_of("XYZ001", documented("\n\n".join(PAGE.values()).replace("Learners need to know it.", "")))
