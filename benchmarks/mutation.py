"""Changes the rules, one small mistake at a time, and tells which mistakes none of their cases notices.

    python -m benchmarks.mutation [--every N] [MODULE | MODULE:LINE ...]     such as `rules.feedback`; else all of `rules`

Needs mutmut (`pip install mutmut`) for its operators; it leaves out decorated functions itself, and every rule is one. The
slips of people who write pandas are added. A mutant is judged in a forked process, by the test of the suite itself, with
the cases of the rules that run the changed function, a few rules at a time: a test run for each would take days.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import pickle
import re
import signal
import sys
from collections import Counter, defaultdict
from functools import cache
from importlib.abc import InspectLoader, MetaPathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation import mutators

import validator.calendar  # noqa: F401  the forks need not import it again
from tests.cases import Case, all_cases
from validator.tables.build import RawTracker, build_tables
from validator.tables.model import Tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    Chunk = tuple[date, list[Case], tuple[Tables, list[Any]]]

ROOT = Path(__file__).resolve().parent.parent
TOGETHER = 8
"""How many rules are judged before it is asked whether one of them noticed."""
SECONDS = 120
LIBRARY = ("number", "name", "remove_unary_ops", "keywords", "swap_op")
PAIRS = "isna notna|any all|eq ne|lt le|gt ge|first last|min max|ffill bfill|head tail|idxmin idxmax"
SWAPPED = {old: new for pair in PAIRS.split("|") for old, new in (pair.split(), pair.split()[::-1])}
DROPPED = {"fillna", "dropna", "drop_duplicates", "where", "mask", "sort_values", "strip", "lower", "casefold"}
ALTERNATIVES = re.compile(r'"[a-z_]+\.[a-z_]+(\|[a-z_]+\.[a-z_]+)+"\Z')
SPOKEN = {"message", "remedy", "cells"}
"""What a verdict says of a breach, which the cases of the rules hold to in part only."""


def slips(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Give what a node may be by mistake."""
    for kind, operator in mutators.mutation_operators:
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
            for gone in [argument for argument in node.args if argument.keyword]:  # an option is not given
                yield node.with_changes(args=[argument for argument in node.args if argument is not gone])
            if isinstance(node.func, cst.Attribute):
                name = node.func.attr.value
                if name in SWAPPED:
                    yield node.with_changes(func=node.func.with_changes(attr=cst.Name(SWAPPED[name])))
                if name in DROPPED:
                    yield node.func.value


class Mutants(cst.CSTVisitor):
    """Collects the mutants of a module: the line, the function, what stood there, what stands there, the source."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, module: cst.Module) -> None:
        self.module = module
        self.within: list[str] = []
        self.found: list[tuple[int, str, str, str, str]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Make the mutants of a node, and go on to its parts unless they are types, imports or words."""
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self.within.append(node.name.value)
        if isinstance(node, cst.Annotation | cst.Import | cst.ImportFrom) or (
            isinstance(node, cst.Arg) and node.keyword is not None and node.keyword.value in SPOKEN
        ):
            return False
        for other in slips(node):
            was, now = (" ".join(self.module.code_for_node(part).split()) for part in (node, other))
            line = self.get_metadata(PositionProvider, node).start.line
            source = self.module.deep_replace(node, other).code
            self.found.append((line, ".".join(self.within[:2]), was, now, source))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """Leave a function."""
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self.within.pop()


class Instead(MetaPathFinder, InspectLoader):
    """Imports a module from another source than its file."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self.name, self.path, self.source = name, path, source

    def find_spec(self, fullname: str, *_: object) -> Any:
        """Find that module alone."""
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)  # type: ignore[arg-type]

    def get_source(self, _: str) -> str:
        """Return the other source."""
        return self.source


@cache
def trackers() -> dict[Case, RawTracker]:
    """Return the tables of each case; whoever imports `tests.conftest` imports the rules, and this process must not."""

    def read() -> dict[Case, RawTracker]:
        from tests.conftest import raw_tracker

        return {case: raw_tracker(case) for case in all_cases()}

    found: dict[Case, RawTracker] = forked(read)
    return found


@cache
def chunks(codes: tuple[str, ...]) -> tuple[Chunk, ...]:
    """Return the cases of some rules, each day's a chunk, with the frames that rules see of them."""
    days = sorted({case.as_of for case in trackers() if case.rule in codes})
    cases = [[case for case in trackers() if case.rule in codes and case.as_of == day] for day in days]
    return tuple((day, some, build_tables([trackers()[case] for case in some])) for day, some in zip(days, cases, strict=True))


def batches(codes: Iterable[str]) -> list[tuple[str, ...]]:
    """Return rules in the portions in which they are judged."""
    left = sorted(codes)
    return [tuple(left[n : n + TOGETHER]) for n in range(0, len(left), TOGETHER)]


def noticed_by(codes: Iterable[str]) -> str | None:
    """Return the first of the rules of which a case is not judged as it says; None where all are."""
    from tests.test_rules import test_case
    from validator import pipeline
    from validator.settings import Settings

    for some in batches(codes):
        for day, cases, built in chunks(some):
            pipeline.build_tables = lambda _, built=built: built
            results = pipeline.check_tables([trackers()[case] for case in cases], Settings(day, select=some))
            for case, result in zip(cases, results, strict=True):
                try:
                    test_case(case, {case: result})
                except (AssertionError, KeyError):
                    return case.rule
    return None


def functions_run(code: str) -> set[tuple[str, str]]:
    """Return the functions of `rules`, each with its module, that the cases of a rule run."""
    ran: set[Any] = set()
    sys.setprofile(lambda frame, event, _: ran.add(frame.f_code) if event == "call" else None)
    failed = noticed_by([code])
    sys.setprofile(None)
    assert not failed, f"{code} is not judged as its cases say, and nothing was changed"
    inside = {c for c in ran if Path(c.co_filename).is_relative_to(ROOT / "rules")}
    return {(module_name(Path(c.co_filename)), ".".join(re.split(r"\.?<", c.co_qualname)[0].split(".")[:2])) for c in inside}


def module_name(path: Path) -> str:
    """Return the dotted name of a module of the project."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def forked(work: Callable[[], Any], seconds: int = SECONDS) -> Any:
    """Return what `work` returns in a process of its own; "crashed" where it raises or takes too long."""
    reader, writer = os.pipe()
    if child := os.fork():
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            told = pipe.read()
        os.waitpid(child, 0)
        return pickle.loads(told) if told else "crashed"
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    signal.alarm(seconds)
    try:
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(pickle.dumps(work()))
    finally:
        os._exit(0)


def judged_with(module: str, path: Path, source: str, codes: Iterable[str]) -> str | None:
    """Return which rule notices that a module has another source."""
    sys.meta_path.insert(0, Instead(module, path, source))
    return noticed_by(codes)


def main(wanted: list[str], every: int) -> None:
    """Print each mutant that survives, then how many of each module's were killed; judge every Nth alone."""
    all_cases()
    print("Which functions each rule runs is looked up first", file=sys.stderr, flush=True)
    runs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for code in sorted({case.rule for case in trackers()}):
        chunks((code,))
        ran = forked(lambda code=code: functions_run(code))
        assert ran != "crashed", code
        for module, function in ran:
            runs[module, function].add(code)
            runs[module, ""].add(code)
    lines = {(name, int(line)) for name, _, line in (each.partition(":") for each in wanted) if line}
    paths = {module_name(path): path for path in sorted((ROOT / "rules").rglob("*.py"))}
    for module in dict.fromkeys(each.partition(":")[0] for each in wanted or paths):
        path = paths[module]
        wrapper = MetadataWrapper(cst.parse_module(path.read_text("utf-8")))
        mutants = Mutants(wrapper.module)
        wrapper.visit(mutants)
        ends: Counter[str] = Counter()
        for line, function, was, now, source in mutants.found[::every]:
            if module not in wanted and wanted and (module, line) not in lines:
                continue
            codes = sorted(runs.get((module, function)) or runs[module, ""])
            for some in batches(codes):
                chunks(some)
            end = forked(lambda s=source, c=codes: judged_with(module, path, s, c))
            ends[{None: "survived", "crashed": "crashed"}.get(end, "noticed")] += 1
            if end is None:
                print(f"{module}:{line} {function}: {was}  ->  {now}", flush=True)
        print(f"## {module}: {ends.total()} mutants, {dict(ends)}", flush=True)


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--every", type=int, default=1)
    options.add_argument("wanted", nargs="*")
    main(**vars(options.parse_args()))
