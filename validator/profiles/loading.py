"""Reads a profile's file and checks it; all its faults are told at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from schemas.specification import plain
from validator.configuration import shown
from validator.configuration.model import nearest
from validator.configuration.toml import toml_content
from validator.profiles import NamedCell, NamedHeading, NamedSheet, Profile, ProfileError, key_of
from validator.profiles.meanings import detail_for, heading_for, table_for
from validator.reading.addresses import place
from validator.tables.cells import read_attempt, read_flag, read_grade, read_outcome
from validator.tables.dates import Odd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

KNOWN_WORDS: Mapping[str, tuple[str, ...]] = {
    "yes_no": ("yes", "no"),
    "attempts": ("first submission", "resubmission", "retake", "re-sit"),
    "outcomes": ("achieved", "not achieved", "not yet"),
    "grades": ("P", "M", "D", "U", "not graded"),
}
"""By group, the words that a centre's own may stand for."""
_READERS: Mapping[str, Callable[[object], object]] = {
    "yes_no": read_flag,
    "attempts": read_attempt,
    "outcomes": read_outcome,
    "grades": read_grade,
}
_COLOUR = re.compile(r"#?([0-9A-Fa-f]{6})")


def _meaning(text: str) -> str:
    if not text.strip():
        raise ValueError('it is blank; write what it means, or "ignore", or leave the line out')
    return text.strip()


Meaning: TypeAlias = Annotated[str, AfterValidator(_meaning)]
Words: TypeAlias = dict[str, Meaning]


class ProfileFile(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    headings: Words = {}
    headings_on: dict[str, Words] = {}
    sheets: Words = {}
    cells: Words = {}
    yes_no: Words = {}
    attempts: Words = {}
    outcomes: Words = {}
    grades: Words = {}
    colours: Words = {}
    blank: list[str] = []
    dates: Literal["day-first", "month-first"] | None = None


def load_profile(path: Path) -> Profile:
    """Return what a profile's file says. Raises ProfileError, which tells every fault."""
    source = shown(path)
    try:
        content = toml_content(path, "profile")
    except ValueError as error:
        hint = ' Each line reads "what the tracker says" = "what it means".' if "TOML" in str(error) else ""
        raise ProfileError(f"{source}: {error}{hint}") from None
    try:
        told = ProfileFile.model_validate(content)
    except ValidationError as error:
        raise ProfileError(f"{source}: {' '.join(map(_phrase, error.errors(include_url=False)))}") from None
    reading = _Reading(told)
    profile = reading.profile(source)
    if reading.faults:
        raise ProfileError(f"{source}: {' '.join(reading.faults)}")
    return profile


class _Reading:
    """One file on its way to a profile; its faults are gathered, so that all are told at once."""

    def __init__(self, told: ProfileFile) -> None:
        self._told = told
        self.faults: list[str] = []

    def profile(self, source: str) -> Profile:
        """Return the profile; it is of use only where no fault was found."""
        told = self._told
        on_sheets = [(sheet, texts) for sheet, texts in told.headings_on.items()]
        return Profile(
            source,
            tuple(
                heading
                for sheet, texts in (*on_sheets, ("*", told.headings))
                for heading in self._headings(sheet, texts)
            ),
            tuple(self._sheets()),
            tuple(self._cells()),
            {group: words for group in KNOWN_WORDS if (words := self._words(group))},
            frozenset(map(key_of, told.blank)),
            dict(self._colours()),
            {"day-first": "day", "month-first": "month", None: None}[told.dates],
        )

    def _headings(self, sheet: str, texts: Words) -> Iterator[NamedHeading]:
        where = "headings" if sheet == "*" else f'headings_on."{sheet}"'
        seen: dict[str, str] = {}
        for text, meaning in texts.items():
            key = key_of(text)
            if not key:
                self.faults.append(f'{where}."{text}": the heading is blank; write it as it stands in the tracker.')
                continue
            if key in seen:
                self.faults.append(f'{where}."{text}" is the same heading as "{seen[key]}"; leave one of them out.')
                continue
            seen[key] = text
            stands_for = self._known(f'{where}."{text}"', heading_for, meaning)
            if stands_for is not None:
                yield NamedHeading(text, meaning, stands_for, sheet)

    def _sheets(self) -> Iterator[NamedSheet]:
        for pattern, name in self._told.sheets.items():
            table = self._known(f'sheets."{pattern}"', table_for, name)
            if table is not None:
                yield NamedSheet(pattern, table)

    def _cells(self) -> Iterator[NamedCell]:
        for name, cell in self._told.cells.items():
            field = self._known(f'cells."{name}"', detail_for, name)
            try:
                sheet, row, column = place(cell)
            except ValueError:
                self.faults.append(
                    f'cells."{name}": {cell!r} is no cell; write the sheet, "!" and the cell, such as "Cover!B4".'
                )
                continue
            if field is not None:
                yield NamedCell(field, name, cell, sheet, row, column)

    def _words(self, group: str) -> dict[str, str]:
        found = {}
        for word, meaning in getattr(self._told, group).items():
            if not key_of(word):
                self.faults.append(f'{group}."{word}": the word is blank; write it as it stands in the tracker.')
            elif isinstance(_READERS[group](meaning), Odd):
                choice = ", ".join(f'"{known}"' for known in KNOWN_WORDS[group])
                self.faults.append(f'{group}."{word}": {meaning!r} is not known; write one of {choice}.')
            else:
                found[key_of(word)] = meaning
        return found

    def _colours(self) -> Iterator[tuple[str, str]]:
        outcomes = {"achieved": "achieved", "not achieved": "not achieved", "not yet": ""}
        for colour, meaning in self._told.colours.items():
            code = _COLOUR.fullmatch(colour.strip())
            if code is None:
                self.faults.append(f'colours."{colour}" is no colour; write # and six digits, such as "#92D050".')
            elif plain(meaning) not in outcomes:
                choice = ", ".join(f'"{known}"' for known in outcomes)
                self.faults.append(f'colours."{colour}": {meaning!r} is not known; write one of {choice}.')
            else:
                yield code[1].upper(), outcomes[plain(meaning)]

    def _known(self, key: str, understand: Callable[[str], str], text: str) -> str | None:
        try:
            return understand(text)
        except ValueError as error:
            self.faults.append(f"{key}: {error}.".replace("?.", "?"))
            return None


def _phrase(fault: Any) -> str:
    """Return what is wrong with one line, and what to write."""
    first, *more = fault["loc"]
    key = ".".join((str(first), *(f'"{part}"' for part in more if not isinstance(part, int))))
    match fault["type"]:
        case "extra_forbidden":
            said = f" is not known; {nearest(str(first), ProfileFile.model_fields)}"
        case "value_error":
            said = f": {fault['ctx']['error']}."
        case "literal_error":
            said = f': {fault["input"]!r} is not known; write "day-first" or "month-first".'
        case "string_type" if isinstance(fault["input"], dict) and first == "headings":
            said = f" must be text in quotation marks; those of one sheet go under [headings_on.{key[9:]}]."
        case "string_type":
            said = f": {fault['input']!r} must be text in quotation marks."
        case "list_type":
            said = f': {fault["input"]!r} must be a list in square brackets, such as ["see email", "?"].'
        case "dict_type":
            said = f" must be a table: write [{key}] on a line of its own, and its lines below."
        case _:
            said = f": {fault['msg']}."
    return key + said
