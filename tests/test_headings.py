"""Headings as colleagues write them: read rightly or not at all, and never taken for another field."""

from __future__ import annotations

import pytest

from tests.beyond import ambiguous, read_as, written

LEAST = {False: 0.95, True: 0.8}
"""The share of the list that must be read rightly, of the part that is held out less."""


@pytest.mark.parametrize("held_out", [False, True])
def test_headings_beyond_the_vocabulary_are_read_rightly_or_not_at_all(held_out: bool) -> None:
    read = {(kind, name, text): read_as(kind, name, text) for kind, name, text in written(held_out)}
    assert [(key, field) for key, field in read.items() if field not in (key[1], None)] == []
    assert sum(field is not None for field in read.values()) >= LEAST[held_out] * len(read)


def test_what_may_mean_several_things_is_left_alone() -> None:
    assert [(kind, text, field) for kind, text in ambiguous() if (field := read_as(kind, None, text))] == []
