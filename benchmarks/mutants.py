"""What may be wrong in a module by one small mistake: mutmut's operators, and the slips of people who write pandas.

Mutmut leaves out decorated functions itself, and every rule is one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIBRARY = ("number", "name", "remove_unary_ops", "keywords", "swap_op")
PAIRS = "isna notna|any all|eq ne|lt le|gt ge|first last|min max|ffill bfill|head tail|idxmin idxmax"
SWAPPED = {old: new for pair in PAIRS.split("|") for old, new in (pair.split(), pair.split()[::-1])}
DROPPED = {"fillna", "dropna", "drop_duplicates", "where", "mask", "sort_values", "strip", "lower", "casefold"}
ALTERNATIVES = re.compile(r'"[a-z_]+\.[a-z_]+(\|[a-z_]+\.[a-z_]+)+"\Z')
SPOKEN = {"message", "remedy", "cells"}
"""What a verdict says of a breach, which the cases of the rules hold to in part only."""


def slips(node: cst.CSTNode) -> Iterator[cst.CSTNode]:  # noqa: PLR0912 a branch for each kind of slip
    """Give what a node may be by mistake."""
    for kind, operator in mutation_operators:
        if isinstance(node, kind) and operator.__name__.removeprefix("operator_") in LIBRARY:
            yield from operator(node)
    match node:
        case cst.BinaryOperation(operator=cst.BitAnd() | cst.BitOr()) | cst.BooleanOperation():
            yield from (node.left, node.right)  # a condition is forgotten
        case cst.IfExp():
            yield from (node.body, node.orelse)
        case cst.Tuple() | cst.List() if len(node.elements) > 1:  # so is a key, or a field that a rule needs
            for gone in node.elements:
                yield node.with_changes(elements=[element for element in node.elements if element is not gone])
        case cst.SimpleString() if ALTERNATIVES.match(node.value):
            fields = node.value[1:-1].split("|")
            yield from (cst.SimpleString(f'"{"|".join(f for f in fields if f != gone)}"') for gone in fields)
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=chosen))]):
            if isinstance(chosen, cst.BinaryOperation | cst.UnaryOperation | cst.Subscript | cst.Call | cst.Comparison):
                yield node.value  # rows are not left out
        case cst.Call():
            for option in [argument for argument in node.args if argument.keyword]:  # an option is not given
                yield node.with_changes(args=[argument for argument in node.args if argument is not option])
            if isinstance(node.func, cst.Attribute):
                name = node.func.attr.value
                if name in SWAPPED:
                    yield node.with_changes(func=node.func.with_changes(attr=cst.Name(SWAPPED[name])))
                if name in DROPPED:
                    yield node.func.value


class Mutants(cst.CSTVisitor):
    """The mutants of a module, in `found`: the line, the function, what stood there, what stands there, the source."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, path: Path) -> None:
        wrapper = MetadataWrapper(cst.parse_module(path.read_text("utf-8")))
        self.module = wrapper.module
        self.within: list[str] = []
        self.found: list[tuple[int, str, str, str, str]] = []
        wrapper.visit(self)

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Make the mutants of a node, and go on to its parts unless they are types, imports or words."""
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self.within.append(node.name.value)
        if isinstance(node, cst.Annotation | cst.Import | cst.ImportFrom):
            return False
        if isinstance(node, cst.Arg) and node.keyword and node.keyword.value in SPOKEN:
            return False
        for other in slips(node):
            was, now = (" ".join(self.module.code_for_node(part).split()) for part in (node, other))
            line = self.get_metadata(PositionProvider, node).start.line
            source = cst.ensure_type(self.module.deep_replace(node, other), cst.Module).code
            self.found.append((line, ".".join(self.within[:2]), was, now, source))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """Leave a function."""
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self.within.pop()
