"""Delimited text (.csv): its encoding, its delimiter, and its rows."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from validator.reading.guard import Limits, Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.reading.sheets import Value

_DELIMITERS = ",;\t|"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SAMPLE = 16_384
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_WORDS_BEYOND_ASCII = re.compile(rb"[\x80-\xff]{3,}")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_ANNOUNCED = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)


def read_delimited(content: bytes, limits: Limits) -> list[list[Value]]:
    """Return the rows of a delimited text, texts as they stand, empty fields as None, all rows equally long.

    The encoding follows from a byte order mark, else it is UTF-8, else Windows-1252, or Windows-1256 where whole words
    are of letters beyond ASCII, as Arabic ones are. Raises Unreadable where none fits or the table is too large.
    """
    text = _decode(content)
    announced = _ANNOUNCED.match(text)
    if announced:
        text = text[announced.end() :]
    delimiter = announced[1] if announced else _delimiter(text)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Unreadable(
            f"The file is not a table that can be read ({error}). Open it in Excel, save it as CSV UTF-8, "
            "and check it again."
        ) from error
    width = max(map(len, records), default=0)
    if width * len(records) > limits.cells:
        raise Unreadable(
            f"The table has {len(records):,} rows and {width:,} columns, more cells than the "
            f"{limits.cells:,} that are accepted. Delete what does not belong to the tracker and check "
            "it again."
        )
    return [[*(field or None for field in record), *[None] * (width - len(record))] for record in records]


def _decode(content: bytes) -> str:
    """Return the text that the bytes spell."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        in_words = sum(map(len, _WORDS_BEYOND_ASCII.findall(content)))
        is_arabic = in_words * 2 > len(_BEYOND_ASCII.findall(content))
        return _strictly(content, "cp1256" if is_arabic else "cp1252")


def _strictly(content: bytes, encoding: str) -> str:
    """Return the text in one encoding; raises Unreadable where it does not fit."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(
            "The characters of the file cannot be made out. Open it in Excel, save it as CSV UTF-8, and check it again."
        ) from error


def _delimiter(text: str) -> str:
    """Return the delimiter of a text; a comma where it has only one column."""
    sample = _sample(text)
    lines = [line for line in _QUOTED.sub("", sample).splitlines() if line.strip()]
    candidates = [delimiter for delimiter in _DELIMITERS if any(delimiter in line for line in lines)]
    if len(candidates) < 2:
        return candidates[0] if candidates else ","
    even = [delimiter for delimiter in candidates if _is_even(lines, delimiter)]
    if len(even) == 1:
        return even[0]
    return _detected(sample, even or candidates)


def _is_even(lines: Sequence[str], delimiter: str) -> bool:
    """Say whether a delimiter stands in every line as often as in the others."""
    return len({line.count(delimiter) for line in lines}) == 1 and delimiter in lines[0]


def _detected(sample: str, candidates: Sequence[str]) -> str:
    """Ask the detector; where it does not know, take the delimiter that the first line has most of."""
    from clevercsv.detect import Detector  # noqa: PLC0415 - slow to import and seldom needed

    dialect = Detector().detect(sample, delimiters=candidates)
    if dialect is not None and dialect.delimiter in candidates:
        return str(dialect.delimiter)
    return max(candidates, key=_QUOTED.sub("", sample).count)


def _sample(text: str) -> str:
    """Return the beginning of the text, whole lines where it has any."""
    if len(text) <= _SAMPLE:
        return text
    end = text.rfind("\n", 0, _SAMPLE) + 1
    return text[: end or _SAMPLE]
