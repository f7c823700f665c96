"""Sheets that explain a workbook and hold no records: its contents, guidance on it, the lists of its drop-downs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from schemas.specification import plain, word_table, words
from validator.mapping.headings import anywhere
from validator.tables.cells import person_key

if TYPE_CHECKING:
    from validator.reading import Sheet

MOST = 0.5
"""From this share on, what its rows (or its cells) are decides what the sheet is."""
A_SENTENCE = 5
"""So many words are a sentence, and no cell of a record."""


def explains(sheet: Sheet, titles: frozenset[str], learners: frozenset[str]) -> bool:
    """Return whether a sheet without a table explains the workbook: its rows name the sheets, or are sentences, or it
    lists the words that other cells may hold, or its name says so. Learners stand in none of these, and dates only
    of the sheets themselves or of their versions.

    `titles` are the names of the tracker's sheets in plain words, `learners` the keys of the learners of the tracker.
    """
    rows = [[value for value in row if value is not None] for row in sheet.rows]
    rows = [row for row in rows if row]
    texts = [[value for value in row if isinstance(value, str)] for row in rows]
    if not learners or any(person_key(text) in learners for row in texts for text in row):
        return False
    holds_values = any(not isinstance(value, str) for row in rows for value in row[1:])
    name = plain(sheet.name)
    if name in words()["version_sheets"] or (name in words()["explaining_sheets"] and not holds_values):
        return True
    if sum(any(plain(text) in titles for text in row) for row in texts) >= max(MOST * len(rows), 2):
        return not (holds_values and any(map(anywhere, next((row for row in texts if len(row) > 1), []))))
    if holds_values:
        return False
    sentences = sum(any(len(text.split()) >= A_SENTENCE for text in row) for row in texts)
    return sentences >= max(MOST * len(rows), 2) or _is_of_lists(sheet)


def _is_of_lists(sheet: Sheet) -> bool:
    """Return whether each column of a sheet lists different words, most of them such as cells of trackers may hold."""
    width = max((len(row) for row in sheet.rows), default=0)
    columns = [[row[at] for row in sheet.rows if at < len(row) and row[at] is not None] for at in range(width)]
    listed = [[plain(str(value)) for value in column[1:]] for column in columns]
    if any(len(set(column)) < len(column) for column in listed):
        return False
    every = [text for column in listed for text in column]
    return bool(every) and sum(text in _offered() for text in every) >= MOST * len(every)


@cache
def _offered() -> frozenset[str]:
    """Return the words that drop-downs of trackers offer."""
    groups = ("attempts", "grades", "outcomes", "mandatory", "all")
    return frozenset({*words()["yes"], *words()["no"], *words()["blank"], *(w for g in groups for w in word_table(g))})
