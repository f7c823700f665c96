"""What a file is by its bytes, whatever it is called."""

from __future__ import annotations

import re
from typing import Literal

from validator.reading import compound
from validator.reading.guard import DAMAGED, PASSWORD, Archive, Limits, Unreadable
from validator.reading.package import main_part

Kind = Literal["xlsx", "xlsb", "ods", "xls", "text"]

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_WORKBOOK = re.compile(r"(?:.*/)?workbook[^/]*\.(?:xml|bin)")
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_WEB_PAGE = re.compile(rb"<(?:!doctype|html|head|body|table|style|meta)\b|mime-version:", re.IGNORECASE)
_OLD_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_FOREIGN = (
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a rich text document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
_FOREIGN_PARTS = (
    ("word/", "a Word document"),
    ("ppt/", "a PowerPoint presentation"),
    ("index/document.iwa", "an Apple Numbers document"),
    ("index.zip", "an Apple Numbers document"),
)
_FOREIGN_STREAMS = (("WordDocument", "a Word document"), ("PowerPoint Document", "a PowerPoint presentation"))


def recognise(content: bytes, suffix: str, limits: Limits) -> tuple[Kind, Archive | compound.CompoundFile | None]:
    """Return what kind of tracker the bytes are, and the opened container where the kind has one.

    `suffix` (with its dot, in lower case) only tells delimited text from a text that calls itself a workbook.
    Raises Unreadable for anything that is no tracker.
    """
    if not content:
        raise Unreadable("The file is empty (0 bytes). Fetch a fresh copy of the tracker.")
    if content.startswith(_ZIP):
        return _recognise_zip(content, limits)
    if content.startswith(compound.SIGNATURE):
        return _recognise_compound(content)
    if content.startswith(_OLD_EXCEL):
        raise Unreadable(_save_again("a workbook of Excel 4 or older"))
    for signature, kind in _FOREIGN:
        if content.startswith(signature):
            raise Unreadable(_not_a_workbook(kind))
    return _recognise_text(content, suffix), None


def _recognise_zip(content: bytes, limits: Limits) -> tuple[Kind, Archive]:
    """Tell the zipped formats apart by the parts they are made of."""
    archive = Archive(content, limits)
    book = main_part(archive)
    if _WORKBOOK.fullmatch(book.lower()):
        return ("xlsb" if book.lower().endswith(".bin") else "xlsx"), archive
    if "content.xml" in archive and archive.part("mimetype").startswith(_SPREADSHEET):
        if b"encryption-data" in archive.part("META-INF/manifest.xml"):
            raise Unreadable(PASSWORD)
        return "ods", archive
    names = archive.names()
    for start, kind in _FOREIGN_PARTS:
        if any(name.startswith(start) for name in names):
            raise Unreadable(_not_a_workbook(kind))
    raise Unreadable("The file is a zip archive but not a workbook. Unpack it and check the workbooks that are in it.")


def _recognise_compound(content: bytes) -> tuple[Kind, compound.CompoundFile]:
    """Tell an .xls from the other files that come in a compound file."""
    try:
        file = compound.CompoundFile(content)
    except compound.BadCompoundFileError as error:
        raise Unreadable(DAMAGED) from error
    if "EncryptedPackage" in file:
        raise Unreadable(PASSWORD)
    if "Workbook" in file or "Book" in file:
        return "xls", file
    for stream, kind in _FOREIGN_STREAMS:
        if stream in file:
            raise Unreadable(_not_a_workbook(kind))
    raise Unreadable(_not_a_workbook("damaged or of another kind"))


def _recognise_text(content: bytes, suffix: str) -> Kind:
    """Accept delimited text under the name of one; refuse web pages, XML, and text under another name."""
    start = content[:4096]
    wide = start.startswith(_BYTE_ORDER_MARKS[1:])
    opening = (start.replace(b"\x00", b"") if wide else start).lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if _WEB_PAGE.match(opening):
        raise Unreadable(_save_again("a web page that only bears the name of a workbook"))
    if opening.startswith(b"<?xml") or opening.startswith(b"<Workbook"):
        raise Unreadable(_save_again("an XML file that only bears the name of a workbook"))
    if not wide and b"\x00" in content:
        raise Unreadable(
            "The file is not a workbook: its content is neither Excel, OpenDocument nor text. Fetch a fresh "
            "copy of the tracker."
        )
    if suffix != ".csv":
        raise Unreadable(
            "The file is plain text that bears another name. If it is a table with commas, semicolons or "
            "tabs between its columns, give it the ending .csv and check it again."
        )
    return "text"


def _save_again(kind: str) -> str:
    """Return the sentence for a file that Excel can turn into a workbook."""
    return (
        f"The file is {kind}. Open it in Excel, choose File > Save As and the type Excel Workbook (.xlsx), "
        "and check the new file."
    )


def _not_a_workbook(kind: str) -> str:
    """Return the sentence for a file that is something else."""
    return (
        f"The file is {kind}, not a workbook. Give the tracker itself: a file that ends in .xlsx, .xlsm, "
        ".xls, .xlsb, .ods or .csv."
    )
