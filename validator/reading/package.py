"""How the parts of an Office file (.xlsx, .xlsm, .xlsb) refer to one another."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import quoteattr

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from validator.reading.guard import DAMAGED, Archive, Unreadable, part_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from xml.etree.ElementTree import Element

_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


@dataclass(frozen=True, slots=True)
class Relationship:
    """A part's reference to another part."""

    identity: str
    kind: str
    part: str
    """The name of the other part in the archive."""
    is_plain: bool
    """Whether the reader, which resolves references in a simpler way, finds the same part."""


def relationships(archive: Archive, part: str) -> list[Relationship]:
    """Return the references of a part, or of the package where the part is empty."""
    folder, name = posixpath.split(part)
    found = []
    for element in parsed(archive, posixpath.join(folder, "_rels", f"{name}.rels")):
        target = element.get("Target", "").replace("\\", "/")
        if target.startswith("/"):
            resolved = simple = target[1:]
        else:
            resolved = posixpath.normpath(posixpath.join(folder, target))
            simple = posixpath.join(folder, target)
            if resolved not in archive and target in archive:
                resolved = target
        kind, is_plain = element.get("Type", ""), part_name(simple) == part_name(resolved)
        found.append(Relationship(element.get("Id", ""), kind, resolved, is_plain))
    return found


def main_part(archive: Archive) -> str:
    """Return the part that holds the workbook or document: as the package says, else where it usually is."""
    if "_rels/.rels" in archive:
        for relationship in relationships(archive, ""):
            if relationship.kind.endswith("/officeDocument") and relationship.part in archive:
                return relationship.part
    return next((part for part in ("xl/workbook.xml", "xl/workbook.bin") if part in archive), "")


def sheet_parts(archive: Archive, book: str, sheets: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the name and the part of each sheet, from its name and the identity of its relationship."""
    parts = {relationship.identity: relationship.part for relationship in relationships(archive, book)}
    for name, identity in sheets:
        yield name, parts.get(identity, "")


def made_plain(archive: Archive, book: str) -> dict[str, bytes]:
    """Return parts that lead the reader to the workbook and its sheets where its own way would miss them."""
    folder = posixpath.dirname(book)
    references = relationships(archive, book)
    sheets_are_plain = all(other.is_plain for other in references if other.kind.endswith("/worksheet"))
    if book == "xl/workbook.xml" and "_rels/.rels" in archive and sheets_are_plain:
        return {}
    plain = posixpath.join(folder, "workbook.xml")
    return {
        "_rels/.rels": _listed([Relationship("rId1", _DOCUMENT, plain, True)]),
        plain: archive.part(book),
        posixpath.join(folder, "_rels", "workbook.xml.rels"): _listed(references),
    }


def _listed(references: Iterable[Relationship]) -> bytes:
    """Return the part that lists references, each by the full name of the other part."""
    lines = "".join(
        f"<Relationship Id={quoteattr(other.identity)} Type={quoteattr(other.kind)} "
        f"Target={quoteattr('/' + other.part)}/>"
        for other in references
    )
    return f'<Relationships xmlns="{_PACKAGE}">{lines}</Relationships>'.encode()


def parsed(archive: Archive, part: str) -> Element:
    """Return the root element of a part; raises Unreadable where it is no proper XML."""
    try:
        root: Element = fromstring(archive.part(part))
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise Unreadable(DAMAGED) from error
    return root
