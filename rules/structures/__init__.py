"""The structure of qualifications: sizes, points, thresholds, compensation. Facts that ship stand beside this
module, one file per family; a centre's specification adds to them or stands in their place."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from rules.edition import spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS = ((r"DISTINCTION|DIST", "D"), (r"MERIT", "M"), (r"PASS", "P"), (r"STARRED|STAR", "*"))
_GRADE = re.compile(r"D\*|[DMP]")
_STEPS = ("D*", "D", "M", "P")
_OF_OTHER_SIZES = frozenset({"extended", "subsidiary", "foundation", "introductory", "national", "higher"})
"""Words before the name of a size that make it the name of another."""


class StructureError(ValueError):
    """A structure that does not say what it must; the message is one sentence that names the key."""


@dataclass(frozen=True)
class Size:
    """One size of a qualification."""

    name: str
    glh: int
    """Guided learning hours in all."""
    thresholds: tuple[tuple[str, int], ...] = ()
    """Grades with the points from which each is awarded, lowest first."""
    mandatory_passed: bool | None = None
    """Whether every mandatory unit must be passed; None where that is not known."""
    optional_glh_at_u: int | None = None
    """How many hours of optional units may stay at U; None where that is not known."""

    def threshold(self, grade: str) -> int | None:
        """Return the points from which `grade` is awarded; None for a grade that this size does not have."""
        return dict(self.thresholds).get(grade)

    def earned(self, points: float) -> str | None:
        """Return the highest grade that `points` reach; None below the lowest."""
        reached = [grade for grade, threshold in self.thresholds if points >= threshold]
        return reached[-1] if reached else None


@dataclass(frozen=True)
class Structure:
    """What is known of the awards of a qualification."""

    source: str
    sizes: tuple[Size, ...] = ()
    """Smallest first."""
    points: tuple[tuple[int, str, int], ...] = ()
    """Guided learning hours of a unit, its grade, and the points that it gives."""

    def points_of(self, glh: float, grade: str) -> int | None:
        """Return the points of a unit; None where the structure does not tell them."""
        return {(hours, own): points for hours, own, points in self.points}.get((int(glh), grade))

    def size_named(self, *texts: object) -> Size | None:
        """Return the size that the first telling text names ("Subsidiary Diploma", "360 GLH"); None where none does."""
        for text in texts:
            named = self._named(text) if isinstance(text, str) else None
            if named:
                return named
        return None

    def _named(self, text: str) -> Size | None:
        words = spoken(text)
        hours = re.fullmatch(r"([0-9]+)(?: glh| hours)?", words)
        if hours:
            return next((size for size in self.sizes if size.glh == int(hours[1])), None)
        found = [size for size in self.sizes if _names(words, spoken(size.name))]
        return found[0] if len(found) == 1 else None

    def completed(self, known: Structure | None) -> Structure:
        """Return this structure with the sizes and points that only `known` has."""
        if known is None:
            return self
        own = {size.name.casefold(): size for size in self.sizes}
        sizes = {size.name.casefold(): size for size in known.sizes} | own
        merged = tuple(sorted(sizes.values(), key=lambda size: size.glh))
        return replace(self, sizes=merged, points=self.points or known.points)


@cache
def shipped(family: str) -> Structure | None:
    """Return the structure that ships for a family of qualifications, or None."""
    path = files("rules") / "structures" / f"{family}.toml"
    return read_structure(tomllib.loads(path.read_text("utf-8"))) if path.is_file() else None


def read_structure(content: Mapping[str, Any]) -> Structure:
    """Return the structure that a file tells in its keys `source`, `sizes` and `points`.

    Raises StructureError where something is missing or of the wrong kind.
    """
    sizes = tuple(sorted(map(_size, _tables(content, "sizes")), key=lambda size: size.glh))
    points = tuple(
        (_number(entry, "points", "glh"), grade, worth)
        for entry in _tables(content, "points")
        for grade, worth in _grades(entry, "points").items()
    )
    return Structure(str(content.get("source", "")), sizes, points)


def grade_of_award(text: object) -> str | None:
    """Return a grade of an award in its standard spelling ("D*D", "MMP"); None for what is none."""
    if not isinstance(text, str):
        return None
    letters = text.upper()
    for pattern, letter in _WORDS:
        letters = re.sub(pattern, letter, letters)
    letters = re.sub(r"[\s,/+&.-]+", "", letters)
    steps = _GRADE.findall(letters)
    return "".join(sorted(steps, key=_STEPS.index)) if steps and "".join(steps) == letters else None


def _names(words: str, name: str) -> bool:
    before = (words[: m.start()].split() for m in re.finditer(rf"\b{re.escape(name)}\b", words))
    return any(not (told and told[-1] in _OF_OTHER_SIZES) for told in before)


def _size(entry: Mapping[str, Any]) -> Size:
    name = entry.get("name")
    if not isinstance(name, str) or not name.strip():
        raise StructureError("an entry of `sizes` has no `name`")
    where = f"sizes.{name}"
    compensation = entry.get("compensation", {})
    if not isinstance(compensation, dict):
        raise StructureError(f"`{where}.compensation` is not a table")
    passed, at_u = compensation.get("mandatory_passed"), compensation.get("optional_glh_at_u")
    if passed is not None and not isinstance(passed, bool):
        raise StructureError(f"`{where}.compensation.mandatory_passed` is neither true nor false")
    if at_u is not None and not _is_number(at_u):
        raise StructureError(f"`{where}.compensation.optional_glh_at_u` is not a number")
    grades = _grades(entry, where) if "grades" in entry else {}
    spelt = {grade_of_award(grade): points for grade, points in grades.items()}
    if None in spelt:
        odd = next(grade for grade in grades if grade_of_award(grade) is None)
        raise StructureError(f"`{where}.grades` has the grade {odd!r}, which is not made of P, M, D and D*")
    thresholds = sorted(((str(grade), points) for grade, points in spelt.items()), key=lambda pair: pair[1])
    return Size(name.strip(), _number(entry, where, "glh"), tuple(thresholds), passed, at_u)


def _tables(content: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    entries = content.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise StructureError(f"`{key}` is not a list of tables: write [[{key}]] above each")
    return entries


def _grades(entry: Mapping[str, Any], where: str) -> dict[str, int]:
    grades = entry.get("grades")
    if not isinstance(grades, dict) or not grades:
        raise StructureError(f"`{where}.grades` is missing or is not a table of grades and points")
    for grade, points in grades.items():
        if not _is_number(points):
            raise StructureError(f"`{where}.grades.{grade}` is not a number")
    return grades


def _number(entry: Mapping[str, Any], where: str, key: str) -> int:
    value = entry.get(key)
    if not _is_number(value) or not value:
        raise StructureError(f"`{where}.{key}` is missing or is not a number")
    return int(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
