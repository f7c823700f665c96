"""Builds workbooks byte by byte, for what no ordinary library would write."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def zipped(parts: dict[str, str | bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def xlsx_parts(*rows: str, strings: str = "", prefix: str = "", after: str = "") -> dict[str, str | bytes]:
    """A workbook with one sheet, Tracker, from the XML of its rows."""
    p = f"{prefix}:" if prefix else ""
    declaration = f'xmlns{":" + prefix if prefix else ""}="{MAIN}"'
    sheet = f"<{p}worksheet {declaration}><{p}sheetData>{''.join(rows)}</{p}sheetData>{after}</{p}worksheet>"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{RELATIONSHIPS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}"><sheets>'
        '<sheet name="Tracker" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{RELATIONSHIPS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    if strings:
        parts["xl/sharedStrings.xml"] = strings
    return parts


def xlsx(*rows: str, strings: str = "", prefix: str = "", after: str = "") -> bytes:
    return zipped(xlsx_parts(*rows, strings=strings, prefix=prefix, after=after))


def ods(*rows: str, manifest: str = "", sheet: str = "Tracker") -> bytes:
    """An OpenDocument workbook with one sheet."""
    names = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
    )
    content = (
        f'<office:document-content {names} xmlns:calcext="urn:calcext"><office:body><office:spreadsheet>'
        f'<table:table table:name="{sheet}">{"".join(rows)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="m">{manifest}</manifest:manifest>',
            "content.xml": content,
        }
    )


def xlsb(*cells: tuple[int, int, int, bytes], strings: bytes = b"") -> bytes:
    """A binary workbook with one sheet, Tracker, whose cells are a row, a column, a kind and a content."""
    sheet = _record(129) + _record(148, bytes(16)) + _record(145)
    for row, column, kind, content in cells:
        sheet += _record(0, struct.pack("<I", row) + bytes(13)) + _record(kind, struct.pack("<II", column, 0) + content)
    bundle = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Tracker")
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/workbook.bin": _record(131) + _record(143) + _record(156, bundle) + _record(144) + _record(132),
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{RELATIONSHIPS}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
        "xl/worksheets/sheet1.bin": sheet + _record(146) + _record(130),
    }
    if strings:
        parts["xl/sharedStrings.bin"] = _record(159, strings) + _record(160)
    return zipped(parts)


def _record(kind: int, content: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes([len(content)]) + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def compound(**streams: bytes) -> bytes:
    """A compound file whose streams are padded to 4096 bytes, so that they need no mini stream."""
    sectors: list[bytes] = [b"", b""]
    table = [0xFFFFFFFD]
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0)]
    table.append(0xFFFFFFFE)
    for name, content in streams.items():
        padded = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
        first, count = len(sectors), len(padded) // 512
        entries.append(_entry(name, 2, first, len(padded)))
        sectors += [padded[at : at + 512] for at in range(0, len(padded), 512)]
        table += [*range(first + 1, first + count), 0xFFFFFFFE]
    sectors[0] = struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table)))
    sectors[1] = b"".join(entries).ljust(512, b"\0")
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    return (header + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)).ljust(512, b"\0") + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return struct.pack("<64sHBB12x36xIII", text, len(text), kind, 1, start, size, 0)
