"""The specification of a qualification that a centre gives with `--spec`: its units, sizes and thresholds, as TOML.

qualification = "Pearson BTEC International Level 3 in Information Technology (2020)"
source = "Specification, issue 3, section 2"
applies_to = ["Information Technology"]      # of which trackers, by words of their titles; all where left out

[[units]]
unit = "Unit 1"
title = "Information Technology Systems"
glh = 120
mandatory = true                             # or the sizes in which it is: ["Subsidiary Diploma", "Diploma"]
set_assignment = true
criteria = "A.P1, A.P2, A.M1, B.P3, B.M2, AB.D1"

[[sizes]]                                    # and [[points]], as in rules/structures: what does not ship
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rules.edition import family_of, plain
from rules.structures import Structure, StructureError, read_structure, shipped
from validator.tables.cells import unit_key
from validator.tables.criteria import read_criteria

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEYS = frozenset({"qualification", "source", "applies_to", "units", "sizes", "points"})
UNIT_KEYS = frozenset({"unit", "title", "glh", "mandatory", "set_assignment", "criteria"})
OUTSIDE = ""
"""The cell of what stands in no tracker: it is on record, and there is nowhere to point to."""


class SpecificationError(ValueError):
    """A specification that cannot be used; the message is one sentence that names the file and the key."""


@dataclass(frozen=True)
class Unit:
    """One unit of a specification."""

    unit: str
    title: str | None = None
    glh: int | None = None
    mandatory: bool | tuple[str, ...] | None = None
    """Whether it is mandatory, or the sizes in which it is; None where the file does not say."""
    set_assignment: bool | None = None
    criteria: str | None = None


@dataclass(frozen=True)
class Specification:
    """A specification as it was given. It travels to the workers."""

    name: str
    """The name of its file."""
    qualification: str
    units: tuple[Unit, ...]
    own: Structure
    """The sizes and points that the file itself tells."""
    applies_to: tuple[str, ...] = ()

    def is_for(self, qualification: str) -> bool:
        """Return whether it is the specification of a tracker's qualification."""
        words = f" {plain(qualification)} "
        return not self.applies_to or any(f" {plain(word)} " in words for word in self.applies_to)

    def structure(self, qualification: str, level: str = "") -> Structure:
        """Return what is known of the awards: by the file, and beyond it by what ships for the family."""
        family = family_of(self.qualification) or family_of(qualification, level)
        return self.own.completed(shipped(family.id) if family else None)

    def rows(self, qualification: str, size: str, level: str = "") -> list[dict[str, tuple[Any, str]]]:
        """Return the rows of the table `specification` for a tracker of this qualification and size."""
        chosen = self.structure(qualification, level).size_named(size, qualification, self.qualification)
        found = []
        for unit in self.units:
            mandatory = unit.mandatory
            if isinstance(mandatory, tuple):
                mandatory = any(plain(name) == plain(chosen.name) for name in mandatory) if chosen else None
            values = {
                "unit": unit.unit,
                "title": unit.title,
                "glh": unit.glh,
                "mandatory": mandatory,
                "set_assignment": unit.set_assignment,
                "criteria": unit.criteria,
                "size_glh": chosen.glh if chosen else None,
            }
            found.append({field: (value, OUTSIDE) for field, value in values.items() if value is not None})
        return found


def load_specification(path: Path) -> Specification:
    """Return the specification in a TOML file.

    Raises SpecificationError, whose message is one sentence for the user: the file, the key and what is wrong.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        msg = f"{path} cannot be opened ({error.strerror or error}); check the path given as --spec."
        raise SpecificationError(msg) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpecificationError(f"{path.name} is not valid TOML ({error}).") from error
    try:
        return _read(path.name, content)
    except StructureError as error:
        raise SpecificationError(f"{path.name}: {error}.") from None


def _read(name: str, content: Mapping[str, Any]) -> Specification:
    _known("the file", content, KEYS)
    units = content.get("units", [])
    if not isinstance(units, list) or not all(isinstance(entry, dict) for entry in units):
        raise StructureError("`units` is not a list of tables: write [[units]] above each unit")
    structure = read_structure(content)
    if not units and not structure.sizes:
        raise StructureError("it has neither `units` nor `sizes`: write [[units]] above each unit")
    read = tuple(_unit(number, entry) for number, entry in enumerate(units, start=1))
    seen: set[str] = set()
    for unit in read:
        if unit_key(unit.unit) in seen:
            raise StructureError(f"`units` has {unit.unit} twice")
        seen.add(unit_key(unit.unit))
    applies_to = content.get("applies_to", [])
    if not isinstance(applies_to, list) or not all(isinstance(word, str) for word in applies_to):
        raise StructureError("`applies_to` is not a list of words")
    return Specification(name, _text("the file", content, "qualification") or "", read, structure, tuple(applies_to))


def _unit(number: int, entry: Mapping[str, Any]) -> Unit:
    name = _text(f"unit {number}", entry, "unit")
    if not name:
        raise StructureError(f"`unit` is missing in entry {number} of `units`")
    _known(name, entry, UNIT_KEYS)
    glh = entry.get("glh")
    if glh is not None and (not isinstance(glh, int) or isinstance(glh, bool) or glh <= 0):
        raise StructureError(f"`glh` of {name} is not a whole number of hours")
    set_assignment = entry.get("set_assignment")
    if set_assignment is not None and not isinstance(set_assignment, bool):
        raise StructureError(f"`set_assignment` of {name} is neither true nor false")
    return Unit(name, _text(name, entry, "title"), glh, _mandatory(name, entry), set_assignment, _criteria(name, entry))


def _mandatory(name: str, entry: Mapping[str, Any]) -> bool | tuple[str, ...] | None:
    value = entry.get("mandatory")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, list) and all(isinstance(size, str) for size in value):
        return tuple(value)
    raise StructureError(f"`mandatory` of {name} is neither true, false nor a list of sizes")


def _criteria(name: str, entry: Mapping[str, Any]) -> str | None:
    value = entry.get("criteria")
    if value is None:
        return None
    text = ", ".join(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value
    if not isinstance(text, str) or not isinstance(read_criteria(text), tuple):
        raise StructureError(f"`criteria` of {name} is not a list of criteria such as A.P1, A.M1, AB.D1")
    return text


def _text(where: str, entry: Mapping[str, Any], key: str) -> str | None:
    value = entry.get(key)
    if value is not None and not isinstance(value, str):
        raise StructureError(f"`{key}` of {where} is not text")
    return value.strip() or None if value else None


def _known(where: str, entry: Mapping[str, Any], keys: frozenset[str]) -> None:
    for key in entry:
        if key not in keys:
            raise StructureError(f"`{key}` of {where} means nothing here; known are {', '.join(sorted(keys))}")
