"""What stands between a stranger's file and the reader: limits, and parts unpacked under them.

The reader reserves memory for whatever a file announces and aborts the whole process when it cannot have
it, so a file is measured before it is read.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = 1 << 20
_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
_ENCRYPTED = 0x1

PASSWORD = (
    "The workbook is protected with a password. Open it in Excel, remove the password under File > Info, "
    "save, and check it again."
)
DAMAGED = (
    "The workbook is damaged or was not copied completely. Fetch a fresh copy; or open it in Excel, let "
    "Excel repair it, save it, and check it again."
)


class Unreadable(Exception):  # noqa: N818 - it is a verdict on a file, not an error of ours
    """A file that cannot be read as a tracker; its text is a sentence for the person whose file it is."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a workbook may be; real trackers stay far below."""

    file_bytes: int = 200 * 10**6
    """The file as it lies on the disk."""
    unpacked_bytes: int = 300 * 10**6
    """All the parts of a zipped workbook together."""
    entries: int = 10_000
    """The parts of a zipped workbook."""
    cells: int = 20_000_000
    """Rows times columns, from A1 to the last cell with content, of all sheets together."""


class Archive:
    """A zipped workbook (.xlsx, .xlsm, .xlsb, .ods) whose parts are unpacked under the limits."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        """Read the directory of the archive; raises Unreadable where it breaks a limit or makes no sense."""
        self._content = content
        try:
            entries = zipfile.ZipFile(BytesIO(content)).infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
            raise Unreadable(DAMAGED) from error
        if len(entries) > limits.entries:
            raise Unreadable(
                f"The workbook is packed from {len(entries):,} parts, more than the {limits.entries:,} that "
                "are accepted. Copy its sheets into a new workbook and check that one."
            )
        if sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
            raise Unreadable(
                f"The workbook unpacks to more than {limits.unpacked_bytes // 10**6:,} MB. Copy the sheets "
                "of the tracker, without pictures, into a new workbook and check that one."
            )
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise Unreadable(PASSWORD)
        if len({entry.filename for entry in entries}) < len(entries):
            raise Unreadable(DAMAGED)
        self._entries = {part_name(entry.filename): entry for entry in entries}
        self._unseen = {entry.filename: entry for entry in entries}

    def __contains__(self, name: str) -> bool:
        """Say whether there is such a part; upper and lower case are the same."""
        return part_name(name) in self._entries

    def names(self) -> list[str]:
        """Return the names of the parts in lower case."""
        return list(self._entries)

    def part(self, name: str) -> bytes:
        """Return one part, or nothing where the archive has no such part."""
        entry = self._entries.get(part_name(name))
        return b"".join(self._pieces(entry)) if entry else b""

    def verify(self) -> None:
        """Unpack and drop the parts not seen yet: raises Unreadable where one is not as long as announced."""
        for entry in list(self._unseen.values()):
            for _ in self._pieces(entry):
                pass

    def replaced(self, parts: dict[str, bytes]) -> bytes:
        """Return a copy in memory with some parts replaced, and without pictures and the like."""
        replaced = {part_name(name) for name in parts}
        copy = BytesIO()
        with zipfile.ZipFile(copy, "w", _STORED) as archive:
            for name, part in parts.items():
                archive.writestr(name, part)
            for name in self._entries:
                if name not in replaced and name.endswith((".xml", ".rels", ".bin")):
                    archive.writestr(name, self.part(name))
        return copy.getvalue()

    def _pieces(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield what an entry unpacks to, and not one byte more than its directory entry announces.

        The standard library stops at the announced length and overlooks what the reader would unpack.
        """
        header = self._content[entry.header_offset : entry.header_offset + 30]
        if len(header) < 30 or entry.compress_type not in (_STORED, _DEFLATED):
            raise Unreadable(DAMAGED)
        start = entry.header_offset + 30
        start += int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        packed = memoryview(self._content)[start : start + entry.compress_size]
        left, checksum = entry.file_size, 0
        try:
            for piece in _inflated(packed) if entry.compress_type == _DEFLATED else (bytes(packed),):
                left -= len(piece)
                if left < 0:
                    break
                checksum = zlib.crc32(piece, checksum)
                yield piece
        except zlib.error as error:
            raise Unreadable(DAMAGED) from error
        if left != 0 or checksum != entry.CRC:
            raise Unreadable(DAMAGED)
        self._unseen.pop(entry.filename, None)


def _inflated(packed: memoryview) -> Iterator[bytes]:
    """Yield what a deflated stream unpacks to, at most a piece at a time."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    for start in range(0, len(packed), _PIECE):
        rest = bytes(packed[start : start + _PIECE])
        while rest and not stream.eof:
            yield stream.decompress(rest, _PIECE)
            rest = stream.unconsumed_tail
    while not stream.eof and (piece := stream.decompress(b"", _PIECE)):
        yield piece


def part_name(name: str) -> str:
    """Return a part's name as the reader looks for it: forward slashes, upper and lower case the same."""
    return name.replace("\\", "/").lower()
