"""Writes a profile of a tracker as it was read: what was left over, as lines to fill in, in the words of centres."""

from __future__ import annotations

import json
import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING

from schemas.specification import TABLES, table
from validator.mapping.headings import anywhere
from validator.mapping.places import place_in
from validator.profiles import key_of
from validator.profiles.loading import KNOWN_WORDS
from validator.profiles.meanings import field_names, suggestion, table_names
from validator.reports.words import count, encodable, listed, named_in_commands, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from validator.findings import ColumnReading, SheetReading, TableReading, TrackerResult
    from validator.profiles.gathering import UnreadWord

WIDTH = 118
DOUBTFUL = 90
"""A heading that was recognised less surely than this (0 to 100) is listed for somebody to look at."""
OF_UNKNOWN_SHEETS = ("assignments", "learners", "attempts")
"""The tables whose most telling fields are listed where nothing was recognised on a sheet."""
_GROUPS: Mapping[str, str] = {
    "yes_no": "Words that say yes or no",
    "attempts": "Words that say which attempt it is",
    "outcomes": "Marks and words for the decision on a criterion",
    "grades": "Words for a grade",
}


def example_line(result: TrackerResult) -> str:
    """Return a line of a profile for a heading of the tracker that nothing recognises; blank where it has none."""
    for sheet in result.sheets:
        for heading in sheet.left_over:
            if key_of(heading.heading):
                return f"{_quoted(heading.heading)} = {_quoted(heading.nearest or 'date submitted')}"
    return ""


def draft(result: TrackerResult, unread: Sequence[UnreadWord], dated: Mapping[str, bool | None]) -> str:
    """Return the text of a profile: valid as it is, since every line that says something is commented out.

    `unread` are words that were not understood; `dated` tells by the cell of a heading whether dates stand below it.
    """
    headings = list(_headings(result.sheets, dated))
    sheets = [sheet for sheet in result.sheets if not sheet.tables and sheet.note and not _is_blank(sheet)]
    lines = [*_beginning(result, is_complete=not (headings or sheets or unread)), ""]
    lines += ["[headings]", *(headings or ['# "Heading in the tracker" = "what it means"'])]
    if sheets:
        lines += ["", '[sheets]  # what stands on a sheet, or "ignore"', *map(_sheet, sheets)]
        lines += _wrapped(", ".join(table_names().values()))
    top, below = _words(unread)
    lines = [*lines[: lines.index("[headings]")], *top, *lines[lines.index("[headings]") :], *below]
    if headings:
        lines += ["", *_legend(result.sheets)]
    return encodable("\n".join(lines)) + "\n"


def _sheet(sheet: SheetReading) -> str:
    name = sheet.sheet.rpartition("]")[2]  # without its workbook, where there are several
    if sheet.left_over:
        return f'# {_quoted(name)} = ""  # nothing was recognised; often the lines for its headings are enough'
    return f'# {_quoted(name)} = "ignore"  # nothing was recognised'


def _is_blank(sheet: SheetReading) -> bool:
    return sheet.note == "It is blank."


def _beginning(result: TrackerResult, *, is_complete: bool) -> Iterator[str]:
    name = visible(result.path.rpartition("/")[2])
    bare = replace(result, path=name, parts=tuple(replace(p, path=p.path.rpartition("/")[2]) for p in result.parts))
    yield f"# How btec-validator read {name}"
    for sheet in result.sheets:
        yield f"#   {visible(sheet.sheet)}: {_summary(sheet)}"
    yield "#"
    if is_complete:
        yield "# Nothing was left over, so this tracker needs no profile. Write here only what was read wrongly."
    else:
        yield "# Only what was left over or is doubtful is listed. Where you know better: delete the # that begins the"
        yield '# line and put the meaning between the second quotation marks ("ignore" leaves a column out). Then run:'
    yield f"#   btec-validator check {visible(named_in_commands(bare))} --profile profile.toml"


def _summary(sheet: SheetReading) -> str:
    if not sheet.tables:
        return sheet.note.rstrip(".").lower() if sheet.note else "nothing recognised"
    told = listed([_named_table(read) for read in sheet.tables])
    unused = sum(column.field is None and column.how != "profile" for read in sheet.tables for column in read.columns)
    return f"{told}; {count(unused, 'heading')} not recognised" if unused else told


def _named_table(read: TableReading) -> str:
    if read.kind == "programme":
        return "programme details"
    return f"{table_names().get(read.kind, read.kind)} ({count(read.records, 'record')})"


# ---------------------------------------------------------------------- headings


def _headings(sheets: Sequence[SheetReading], dated: Mapping[str, bool | None]) -> Iterator[str]:
    seen: set[str] = set()
    for sheet in sheets:
        for read in sheet.tables:
            taken = {field_names(read.kind).get(_field(column), "") for column in read.columns if column.field}
            for column in read.columns:
                if column.how == "profile" or key_of(column.heading) in seen or not key_of(column.heading):
                    continue
                if column.field is None:
                    holds_dates = dated.get(column.cell)
                    near = suggestion(column.heading, [read.kind], besides=taken, holds_dates=holds_dates)
                    yield _line(column, near, "nothing like it is known" if not near else "nearest")
                elif column.confidence < DOUBTFUL or column.how == "similar":
                    told = field_names(read.kind).get(_field(column), _field(column).replace("_", " "))
                    told = f"{column.attempt} {told}" if column.attempt in ("resubmission", "retake") else told
                    yield _line(column, told, f"was read so, {column.confidence}% sure")
                else:
                    continue
                seen.add(key_of(column.heading))
        for column in sheet.left_over:
            if key_of(column.heading) and key_of(column.heading) not in seen and not _says_enough(column.heading):
                yield _line(column, column.nearest or "", "nearest" if column.nearest else "nothing like it is known")
                seen.add(key_of(column.heading))


def _says_enough(heading: str) -> bool:
    """Return whether a heading is known, and only those beside it are not."""
    place, rest = place_in(heading)
    return anywhere(heading) or (place.is_told and not rest)


def _field(column: ColumnReading) -> str:
    return str(column.field).rpartition(".")[2]


def _line(column: ColumnReading, meaning: str, remark: str) -> str:
    return f"# {_quoted(column.heading)} = {_quoted(meaning)}  # {visible(column.cell)}, {remark}"


def _quoted(text: str) -> str:
    """Return text as TOML has it, on one line."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False).replace("\x7f", "\\u007f")


# ---------------------------------------------------------------------- words


def _words(unread: Sequence[UnreadWord]) -> tuple[list[str], list[str]]:
    """Return the lines for words that were not understood: those that stand above all tables, and the tables."""
    top: list[str] = []
    below: list[str] = []
    dates = [word for word in unread if word.group == "dates"]
    if dates:
        top += [
            f"# {count(sum(word.count for word in dates), 'date')} can be read in two ways, such as "
            f"{_quoted(dates[0].text)} in {visible(dates[0].cell)}. Say which it is:",
            '# dates = "day-first"  # or "month-first"',
        ]
    blank = [word for word in unread if word.group == "blank"]
    if blank:
        told = ", ".join(_quoted(word.text) for word in blank[:6])
        top += [
            f"# These stand where dates should, first in {visible(blank[0].cell)}. Those that mean that there is none:",
            f"# blank = [{told}]",
        ]
    for group, title in _GROUPS.items():
        own = [word for word in unread if word.group == group]
        if own:
            choice = ", ".join(f'"{known}"' for known in KNOWN_WORDS[group])
            below += ["", f"[{group}]  # {title}: write {choice}", *map(_word, own)]
    colours = [word for word in unread if word.group == "colours"]
    if colours:
        choice = ", ".join(f'"{known}"' for known in KNOWN_WORDS["outcomes"])
        below += ["", f"[colours]  # Fill colours in a grid of criteria: write {choice}", *map(_word, colours)]
    return [*top, ""] if top else [], below


def _word(word: UnreadWord) -> str:
    where = f"{count(word.count, 'cell')}, first {visible(word.cell)}"
    return f"# {_quoted(word.text)} = {_quoted(word.suggestion)}  # {where}"


# ---------------------------------------------------------------------- what may be written


def _legend(sheets: Sequence[SheetReading]) -> Iterator[str]:
    """Yield the fields that may be written: those that tables with headings left over have not yet, and the most
    telling ones where nothing was recognised on a sheet."""
    free: dict[str, list[str]] = {}
    for read in (read for sheet in sheets for read in sheet.tables if any(map(_wants_help, read.columns))):
        taken = {_field(column) for column in read.columns if column.field and column.attempt is None}
        free.setdefault(read.kind, [name for name in field_names(read.kind) if name not in taken])
    if any(sheet.left_over for sheet in sheets):
        free |= {kind: _most_telling(kind) for kind in OF_UNKNOWN_SHEETS if kind not in free}
    yield '# What may be written (for a column about a resubmission or retake alone: "resubmission deadline");'
    yield "# `btec-validator profile --fields` lists all:"
    for kind in TABLES:
        if kind in free:
            title = table_names().get(kind, "programme details")
            yield from _wrapped(f"{title}: {', '.join(field_names(kind)[name] for name in free[kind])}")


def fields_of_tables() -> str:
    """Return everything that a profile may say that a heading means, table by table."""
    tables = {"programme": "programme details", **table_names()}
    return "\n".join(
        line for kind, title in tables.items() for line in (title, *(f"  {n}" for n in field_names(kind).values()))
    )


def _most_telling(kind: str) -> list[str]:
    """Return the fields without which a table means little."""
    specification = table(kind)
    wanted = {*specification.required, *specification.evidence, *(n for s in specification.recognised_by for n in s)}
    return [name for name in field_names(kind) if name in wanted]


def _wants_help(column: ColumnReading) -> bool:
    return column.how != "profile" and (column.field is None or column.confidence < DOUBTFUL or column.how == "similar")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="#   ", subsequent_indent="#     ", break_on_hyphens=False)
