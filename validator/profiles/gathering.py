"""The words and colours of a tracker that were not understood: what a profile may say of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.specification import plain, table, word_table, words
from validator.layout.colours import unexplained
from validator.layout.grid import SAMPLE
from validator.layout.leftovers import hold_dates
from validator.mapping.headings import known
from validator.profiles import GROUPS, key_of
from validator.profiles.loading import KNOWN_WORDS
from validator.profiles.meanings import closest
from validator.reading import reference
from validator.tables.build import build_tables
from validator.tables.cells import READERS
from validator.tables.dates import Odd

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from validator.layout.region import Region
    from validator.layout.understand import UnderstoodSheet
    from validator.reading import Workbook
    from validator.tables.build import Failure, RawTracker

MOST_WORDS = 12
"""A column of more different words than this speaks in sentences, not in words that can be listed."""


@dataclass(frozen=True, slots=True)
class UnreadWord:
    """A word, date or colour that was not understood."""

    group: str
    """The table of a profile that it belongs to; `blank` and `dates` for its two lists."""
    text: str
    count: int
    cell: str
    """Where it stands first."""
    suggestion: str = ""


def unread_words(
    workbooks: Sequence[Workbook], sheets: Sequence[UnderstoodSheet], tracker: RawTracker
) -> tuple[UnreadWord, ...]:
    """Return what was not understood in the cells of a tracker, each word once, in the order of its first cell.

    `sheets` are those of all its workbooks, in their order.
    """
    found = [*_in_records(build_tables([tracker])[1]), *_in_unused_columns(sheets), *_colours(workbooks, sheets)]
    count = Counter((word.group, key_of(word.text)) for word in found)
    first = {(word.group, key_of(word.text)): word for word in reversed(found)}
    return tuple(
        UnreadWord(word.group, word.text, sum(w.count for w in found if _same(w, word)), word.cell, word.suggestion)
        for key in count
        for word in [first[key]]
    )


def columns_of_dates(sheets: Sequence[UnderstoodSheet]) -> dict[str, bool | None]:
    """Return, by the cell of its heading, whether dates stand in each column that was left over."""
    return {
        region.cell(column.row, column.index): hold_dates(
            [row[column.index] for row in region.sheet.rows[region.first_row : region.last_row][:SAMPLE]]
        )
        for understood in sheets
        for region in understood.regions
        for column in region.columns
        if column.field is None
    }


def _same(one: UnreadWord, other: UnreadWord) -> bool:
    return one.group == other.group and key_of(one.text) == key_of(other.text)


def _in_records(failures: Sequence[Failure]) -> Iterator[UnreadWord]:
    for failure in failures:
        if not failure.text or not failure.cells or failure.field is None:
            continue
        kind = table(failure.table).fields[failure.field].kind
        if failure.code == "STR008" and kind in GROUPS:
            yield _word(GROUPS[kind], failure.text, failure.cells[0])
        elif failure.code == "STR006":
            yield UnreadWord("dates", failure.text, 1, failure.cells[0])
        elif failure.code == "STR005" and not any(character.isdigit() for character in failure.text):
            yield UnreadWord("blank", failure.text, 1, failure.cells[0])


def _in_unused_columns(sheets: Sequence[UnderstoodSheet]) -> Iterator[UnreadWord]:
    """Yield the words of columns whose headings are known, and that were not used since their words are not."""
    for understood in sheets:
        for region in understood.regions:
            for column in region.columns:
                fields = known(column.heading, region.kind) if column.field is None and column.how != "profile" else ()
                kinds = {table(region.kind).fields[name].kind for name in fields} & GROUPS.keys()
                if kinds and not set(fields) & region.fields:
                    yield from _unknown(region, column.index, min(kinds))


def _unknown(region: Region, column: int, kind: str) -> Iterator[UnreadWord]:
    cells = [
        (row, value)
        for row in region.rows
        if column < len(region.sheet.rows[row]) and isinstance(value := region.sheet.rows[row][column], str)
    ]
    unknown = [(row, value) for row, value in cells if isinstance(READERS[kind](value), Odd)]
    if len({key_of(value) for _, value in unknown}) <= MOST_WORDS:
        yield from (_word(GROUPS[kind], value, region.cell(row, column)) for row, value in unknown)


def _colours(workbooks: Sequence[Workbook], sheets: Sequence[UnderstoodSheet]) -> Iterator[UnreadWord]:
    books = (workbook for workbook in workbooks for _ in workbook.sheets)
    for workbook, understood in zip(books, sheets, strict=True):
        for colour, places in unexplained(workbook, understood.sheet, understood.regions).items():
            yield UnreadWord("colours", f"#{colour}", len(places), reference(understood.sheet.place, *places[0]))


def _word(group: str, text: str, cell: str) -> UnreadWord:
    meanings = _meanings(group)
    near = closest(text, meanings)
    return UnreadWord(group, text, 1, cell, meanings.get(near, ""))


def _meanings(group: str) -> Mapping[str, str]:
    """Return, for the known words of a group, what a profile may write for them."""
    if group == "yes_no":
        return {plain(word): answer for answer in ("yes", "no") for word in words()[answer]}
    written: dict[str, Any] = {plain(word): word for word in KNOWN_WORDS[group]}
    written |= {"first": "first submission"}
    return {word: written[plain(meaning)] for word, meaning in word_table(group).items() if plain(meaning) in written}
