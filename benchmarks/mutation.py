"""Changes the rules, one small mistake at a time, and tells which mistakes none of their cases notices.

`python -m benchmarks.mutation [--every N] [MODULE | MODULE:LINE ...]`, such as `rules.feedback`, or all of `rules`.
It needs mutmut (`pip install mutmut`). The test of the suite judges each mutant in a forked process, by the cases of
the rules that run the changed function, a few rules at a time: a run of pytest for each would take days.
"""

from __future__ import annotations

import argparse
import os
import pickle
import re
import signal
import sys
from collections import Counter, defaultdict
from functools import cache, partial
from importlib import import_module
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.mutants import Mutants
from tests.cases import all_cases
from validator.tables.build import build_tables  # what knows the rules is imported in forks alone, after the change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).resolve().parent.parent
TOGETHER = 8
"""How many rules are judged before it is asked whether one of them noticed."""
SECONDS = 120


def forked(work: Callable[[], Any]) -> Any:
    """Return what `work` returns in a process of its own; "crashed" where it raises or takes too long."""
    reader, writer = os.pipe()
    if child := os.fork():
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            told = pipe.read()
        os.waitpid(child, 0)
        return pickle.loads(told) if told else "crashed"
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    signal.alarm(SECONDS)
    try:
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(pickle.dumps(work()))
    finally:
        os._exit(0)


@cache
def trackers() -> dict[Any, Any]:
    """Return the tables of each case."""
    all_cases()
    return forked(lambda: {case: import_module("tests.conftest").raw_tracker(case) for case in all_cases()})  # type: ignore[no-any-return]


@cache
def chunks(codes: tuple[str, ...]) -> tuple[Any, ...]:
    """Return the cases of some rules, each day's a chunk, with the frames that rules see of them."""
    days = sorted({case.as_of for case in trackers() if case.rule in codes})
    cases = [[case for case in trackers() if case.rule in codes and case.as_of == day] for day in days]
    return tuple((some, build_tables([trackers()[case] for case in some])) for some in cases)


def batches(codes: Iterable[str]) -> list[tuple[str, ...]]:
    """Return rules in the portions in which they are judged."""
    left = sorted(codes)
    return [tuple(left[n : n + TOGETHER]) for n in range(0, len(left), TOGETHER)]


def noticed_by(codes: Iterable[str]) -> str | None:
    """Return the first of the rules of which a case is not judged as it says; None where all are."""
    test_case = import_module("tests.test_rules").test_case
    pipeline, settings = import_module("validator.pipeline"), import_module("validator.settings").Settings
    for some in batches(codes):
        for cases, built in chunks(some):
            vars(pipeline)["build_tables"] = lambda _, built=built: built
            results = pipeline.check_tables([trackers()[c] for c in cases], settings(cases[0].as_of, select=some))
            for case, result in zip(cases, results, strict=True):
                try:
                    test_case(case, {case: result})
                except (AssertionError, KeyError):
                    return str(case.rule)
    return None


def functions_run(code: str) -> set[tuple[str, str]]:
    """Return the functions of `rules`, each with its module, that the cases of a rule run."""
    ran: set[Any] = set()
    sys.settrace(lambda frame, *_: ran.add(frame.f_code))
    failed = noticed_by([code])
    sys.settrace(None)
    assert not failed, f"{code} is not judged as its cases say, and nothing was changed"
    inside = [code for code in ran if Path(code.co_filename).is_relative_to(ROOT / "rules")]
    return {
        (module_of(Path(c.co_filename)), ".".join(re.split(r"\.?<", c.co_qualname)[0].split(".")[:2])) for c in inside
    }


def module_of(path: Path) -> str:
    """Return the dotted name of a module of the project."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def judged_with(module: str, source: str, codes: set[str]) -> str | None:
    """Return which rule notices that a module has another source."""
    as_it_is = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> Any:
        return compile(source, loader.path, "exec") if name == module else as_it_is(loader, name)

    SourceFileLoader.get_code = get_code  # type: ignore[assignment, method-assign]
    return noticed_by(codes)


def main(wanted: list[str], every: int) -> None:
    """Print each mutant that survives, then how many of each module's did not; judge every Nth alone."""
    runs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for code in sorted({case.rule for case in trackers()}):
        chunks((code,))
        for module, function in forked(partial(functions_run, code)):
            runs[module, function].add(code)
            runs[module, ""].add(code)
    paths = {module_of(path): path for path in sorted((ROOT / "rules").rglob("*.py"))}
    for module in dict.fromkeys(each.partition(":")[0] for each in wanted or paths):
        lines = {int(each.partition(":")[2]) for each in wanted if each.startswith(f"{module}:")}
        ends: Counter[str] = Counter()
        for line, function, was, now, source in Mutants(paths[module]).found[::every]:
            if lines and line not in lines:
                continue
            codes = runs.get((module, function)) or runs[module, ""]
            for some in batches(codes):
                chunks(some)
            end = forked(partial(judged_with, module, source, codes))
            ends["survived" if end is None else "crashed" if end == "crashed" else "noticed"] += 1
            if end is None:
                print(f"{module}:{line} {function}: {was}  ->  {now}", flush=True)
        print(f"## {module}: {ends.total()} mutants, {dict(ends)}", flush=True)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--every", type=int, default=1)
    options.add_argument("wanted", nargs="*")
    main(**vars(options.parse_args()))
