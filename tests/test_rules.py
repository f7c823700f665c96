"""Each rule's cases, which are data, judged by the whole pipeline behind the reader."""

from __future__ import annotations

import random

import pytest

from rules.catalogue import catalogue
from rules.one_fact import facts
from tests.cases import Case, all_cases
from tests.conftest import DAY, Results, raw_tracker
from validator.cases import objection, unproved
from validator.pipeline import check_tables
from validator.settings import Settings


@pytest.mark.parametrize("case", all_cases(), ids=str)
def test_case(case: Case, results: Results) -> None:
    assert not objection(case, results[case])


def test_the_honest_centre_is_found_in_order(results: Results) -> None:
    honest = next(case for case in all_cases() if case.rule == "RSB009" and case.title == "the honest centre")
    assert [(f.rule, f.message) for f in results[honest].findings if f.severity != "note"] == []


@pytest.mark.parametrize(("size", "seed"), [*((1, seed) for seed in range(6)), *((40, seed) for seed in range(4))])
def test_a_chunk_gives_what_its_trackers_give_one_by_one(size: int, seed: int, results: Results) -> None:
    cases = random.Random(seed).sample([case for case in results if case.as_of == DAY], size)
    assert check_tables([raw_tracker(case) for case in cases], Settings(DAY)) == [results[case] for case in cases]


@pytest.mark.parametrize("code", sorted(code for code, rule in catalogue().items() if rule.judge))
def test_every_rule_has_a_breach_a_near_miss_and_a_tracker_that_cannot_tell(code: str) -> None:
    assert unproved(catalogue()[code], all_cases()) == []


def test_one_fact_is_told_once_and_each_line_of_the_table_has_its_case() -> None:
    listed = [(fact.speaks, code) for fact in facts() for code in fact.silent]
    assert len(listed) == len(set(listed))
    assert {code for pair in listed for code in pair} <= catalogue().keys()
    assert {(case.speaks, case.rule) for case in all_cases() if case.speaks} == set(listed)
