"""What a workbook is made of beside its cells, so that a copy can say what it lacks.

The library that writes the copies keeps what it knows and drops the rest without a word. What it dropped is
found by counting in the original and in the copy, not by knowing the library.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING

from validator.reading.package import main_part, parsed, relationships

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.reading.guard import Archive

_RELATED = {
    "chart": "chart",
    "chartEx": "chart of a newer kind",
    "chartsheet": "chart sheet",
    "dialogsheet": "dialog sheet",
    "xlMacrosheet": "macro sheet",
    "diagramData": "SmartArt graphic",
    "pivotTable": "pivot table",
    "slicer": "slicer",
    "timeline": "timeline",
    "table": "table",
    "control": "ActiveX control",
    "oleObject": "embedded object",
    "package": "embedded file",
    "threadedComment": "comment threads of a sheet (their text is kept as notes)",
    "queryTable": "query",
    "connections": "data connections",
    "externalLink": "link to another workbook",
    "vbaProject": "macros",
    "sheetMetadata": "dynamic arrays (their formulas now fill a fixed range)",
    "xmlMaps": "XML maps",
    "extensibility": "change to the ribbon",
    "ui": "change to the ribbon",
    "origin": "digital signature",
}
"""What people call the things that are parts of their own, by the kind of the relationship to them."""

_IMMATERIAL = frozenset(
    {
        "worksheet", "styles", "theme", "sharedStrings", "calcChain", "printerSettings", "thumbnail", "drawing",
        "vmlDrawing", "comments", "hyperlink", "image", "person", "officeDocument", "core-properties",
        "extended-properties", "metadata/core-properties", "custom-properties", "customXml", "customXmlProps",
        "pivotCacheDefinition", "pivotCacheRecords", "externalLinkPath", "slicerCache", "timelineCache",
        "chartStyle", "chartColorStyle", "chartUserShapes", "themeOverride", "tableSingleCells", "customProperty",
        "diagramLayout", "diagramQuickStyle", "diagramColors", "diagramDrawing", "ctrlProp",
        "activeXControlBinary", "vbaProjectSignature", "wordVbaData", "classificationlabels", "docMetadata",
        "rdRichValue", "rdRichValueStructure", "rdRichValueTypes", "richStyles", "rdSupportingPropertyBag",
        "rdSupportingPropertyBagStructure", "rdArray", "revisionHeaders", "usernames", "xlPathMissing",
    }
)  # fmt: skip
"""Relationships to what nobody misses, or to what is counted in another way."""

_CONTROL = re.compile(rb"""ObjectType=["'](?!Note|Pict)""")
"""A button, a tick box or the like in the drawing that holds a sheet's comments too."""
_IN_DRAWINGS = {"pic": "picture", "sp": "shape or text box", "cxnSp": "line or arrow", "grpSp": "group of shapes"}
_IN_SHEETS = {
    "protectedRange": "range that may be changed on a protected sheet",
    "customSheetView": "saved view of a sheet",
    "dataValidation": "data validation",
    "hyperlink": "link",
    "mergeCell": "merged area",
    "scenario": "scenario",
}
"""Elements by their names, whatever prefix they bear."""
_EXTENSIONS = {
    "78C0D931": "conditional formats of newer kinds (icons, bars, rules that look at another sheet)",
    "05C60535": "sparklines of a sheet",
}
"""Additions to a sheet's XML by the beginning of their identity."""


def contents(archive: Archive) -> Counter[str]:
    """Return how often a workbook (.xlsx, .xlsm) has each thing that a copy may lack, by what people call it."""
    found: Counter[str] = Counter()
    for part, kind, target in _references(archive):
        name = kind.rpartition("/")[2]
        if name == "image" and "/drawings/drawing" not in part.lower():
            found["background or header picture"] += 1
        elif name in _RELATED:
            found[_RELATED[name]] += 1
        elif name not in _IMMATERIAL:
            found[f"part of an unknown kind ({name})"] += 1
        if name == "drawing":
            names = Counter(element.tag.rpartition("}")[2] for element in parsed(archive, target).iter())
            found.update({what: names[tag] for tag, what in _IN_DRAWINGS.items() if names[tag]})
        elif name == "vmlDrawing":
            found["form control"] += len(_CONTROL.findall(archive.part(target)))
        elif name == "worksheet":
            found += _of_sheet(archive.part(target))
    return found


def lost(original: Counter[str], copy: Counter[str]) -> list[str]:
    """Return what the copy has fewer of, with how many where it is more than one: "picture (×2)"."""
    missing = original - copy
    return [what + (f" (×{missing[what]:,})" if missing[what] > 1 else "") for what in sorted(missing)]


def _of_sheet(xml: bytes) -> Counter[str]:
    """Return what stands in a sheet's own XML; regular expressions, as a parser takes as long as all the rest."""
    before, _, after = xml.partition(b"sheetData")
    rest = before + after.rpartition(b"sheetData")[2]
    found: Counter[str] = Counter()
    for tag, what in _IN_SHEETS.items():
        if number := len(re.findall(rb"<(?:\w+:)?%b[\s/>]" % tag.encode(), rest)):
            found[what] = number
    if rules := len(re.findall(rb"<(?!x14:)(?:\w+:)?cfRule[\s/>]", rest)):
        found["rule of conditional formatting"] = rules
    for identity in re.findall(rb"""\suri=["']\{([0-9A-Fa-f]{8})""", rest):
        if extension := _EXTENSIONS.get(identity.decode().upper()):
            found[extension] = 1
    return found


def _references(archive: Archive) -> Iterator[tuple[str, str, str]]:
    """Yield each reference that can be reached from the package: the part, the kind and the part it leads to."""
    waiting, seen = ["", main_part(archive)], set[str]()
    while waiting:
        part = waiting.pop()
        folder, name = posixpath.split(part)
        if part.lower() in seen or posixpath.join(folder, "_rels", f"{name}.rels") not in archive:
            continue
        seen.add(part.lower())
        for reference in relationships(archive, part):
            yield part, reference.kind, reference.part
            waiting.append(reference.part)
