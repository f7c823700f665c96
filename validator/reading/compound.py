"""The compound file that wraps an .xls, and an .xlsx with a password: a small file system of streams."""

from __future__ import annotations

import struct
from dataclasses import dataclass

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
_END = 0xFFFFFFFA
"""Sector numbers from here on are marks: end of a chain, free, or part of the table itself."""
_ROOT, _STREAM = 5, 2
_SECTORS = {9: 512, 12: 4096}
_SMALL = 4096
"""Streams shorter than this lie in the mini stream."""


class BadCompoundFileError(ValueError):
    """The file system contradicts itself."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One name in the directory."""

    start: int
    size: int


class CompoundFile:
    """The streams of a compound file; raises BadCompoundFileError where their sectors make no sense."""

    def __init__(self, content: bytes) -> None:
        """Read the sector table and the directory."""
        if len(content) < 512:
            raise BadCompoundFileError("shorter than its header")
        self._content = content
        self._sector = _SECTORS.get(struct.unpack_from("<H", content, 30)[0], 0)
        if not self._sector:
            raise BadCompoundFileError("no sectors of a size that exists")
        directory, first_mini, first_more = (struct.unpack_from("<I", content, at)[0] for at in (48, 60, 68))
        tables = [number for number in struct.unpack_from("<109I", content, 76) if number < _END]
        seen: set[int] = set()
        while first_more < _END and first_more not in seen:
            seen.add(first_more)
            *more, first_more = self._numbers(self._read_sector(first_more))
            tables += [number for number in more if number < _END]
        if len(tables) * self._sector > len(content):
            raise BadCompoundFileError("more sector tables than there are sectors")
        self._next = self._numbers(b"".join(map(self._read_sector, tables)))
        self._entries: dict[str, _Entry] = {}
        root = _Entry(_END, 0)
        listing = self._chain(directory)
        for at in range(0, len(listing) - 127, 128):
            kind = listing[at + 66]
            length = max(struct.unpack_from("<H", listing, at + 64)[0] - 2, 0)
            entry = _Entry(*struct.unpack_from("<II", listing, at + 116))
            if kind == _ROOT:
                root = entry
            elif kind == _STREAM:
                name = listing[at : at + min(length, 64)].decode("utf-16-le", "replace")
                self._entries.setdefault(name.lower(), entry)
        self._mini = self._chain(root.start)[: root.size]
        self._mini_next = self._numbers(self._chain(first_mini))

    def __contains__(self, name: str) -> bool:
        """Say whether there is such a stream; upper and lower case are the same."""
        return name.lower() in self._entries

    def stream(self, name: str) -> bytes:
        """Return a stream's bytes."""
        entry = self._entries[name.lower()]
        if entry.size >= _SMALL:
            return self._chain(entry.start)[: entry.size]
        pieces, number, left = [], entry.start, len(self._mini_next)
        while number < _END:
            if number >= len(self._mini_next) or not left:
                raise BadCompoundFileError("a chain of sectors leads nowhere")
            pieces.append(self._mini[number * 64 : number * 64 + 64])
            number, left = self._mini_next[number], left - 1
        return b"".join(pieces)[: entry.size]

    def _chain(self, number: int) -> bytes:
        """Return what the sectors hold that follow one another from a first one."""
        pieces, left = [], len(self._next)
        while number < _END:
            if number >= len(self._next) or not left:
                raise BadCompoundFileError("a chain of sectors leads nowhere")
            pieces.append(self._read_sector(number))
            number, left = self._next[number], left - 1
        return b"".join(pieces)

    def _read_sector(self, number: int) -> bytes:
        """Return one sector; the last may be cut short."""
        start = (number + 1) * self._sector
        if start >= len(self._content):
            raise BadCompoundFileError("a sector lies beyond the end of the file")
        return self._content[start : start + self._sector]

    @staticmethod
    def _numbers(table: bytes) -> tuple[int, ...]:
        """Return the sector numbers that a table lists."""
        return struct.unpack_from(f"<{len(table) // 4}I", table)
