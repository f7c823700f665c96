"""The rules of a centre beside those of the guide: from modules that it names, and from packages that it installed.

Loading them runs Python. So whoever calls this vouches for the modules; what is merely found is not loaded.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tokenize
import traceback
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib import metadata
from types import ModuleType
from typing import TYPE_CHECKING

from rules.catalogue import catalogue
from rules.rule import POINTERS, Rule
from schemas.specification import table
from validator.findings import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

GROUP = "btec_validator.rules"
"""The group of entry points by which an installed package names its modules of rules."""

_CODE = re.compile(r"[A-Z]{3}[0-9]{3}")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class OwnRulesError(ValueError):
    """Rules of a centre that cannot be used; the message is one sentence that says where, what and what to do."""


@cache
def known_rules(modules: tuple[Path, ...] = ()) -> Mapping[str, Rule]:
    """Return every rule by its code: those of the guide, of installed packages, and of a centre's modules.

    Raises OwnRulesError where a module cannot be run, holds no rule, or holds one that is not fit to be run.
    """
    rules = dict(catalogue())
    for module, origin in (*_packages(), *((_run(path), path.name) for path in modules)):
        found = {id(value): value for value in vars(module).values() if isinstance(value, Rule)}.values()
        own = [rule for rule in found if rule.code not in rules or rule.judge is not rules[rule.code].judge]
        if not own:
            raise OwnRulesError(f"{origin} holds no rule: decorate a function with @rule of rules.rule.")
        for rule in own:
            _check(rule, origin, rules)
            rules[rule.code] = replace(rule, origin=origin)
    return rules


def own_rules(modules: tuple[Path, ...] = ()) -> tuple[Rule, ...]:
    """Return the rules that are not the guide's. Raises OwnRulesError as `known_rules` does."""
    return tuple(rule for rule in known_rules(modules).values() if rule.origin)


# ---------------------------------------------------------------------- running modules


def _packages() -> Iterator[tuple[ModuleType, str]]:
    """Yield the modules that installed packages name, each with the name of its package, in the order of names."""
    for entry in sorted(metadata.entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        package = entry.dist.name if entry.dist else entry.module
        try:
            module = entry.load()
        except (Exception, SystemExit) as error:
            why = _told(error).rstrip(".")
            raise OwnRulesError(
                f"The rules of the installed package {package} cannot be loaded ({why}); correct the package, or take "
                f"it out with pip uninstall {package}."
            ) from error
        if not isinstance(module, ModuleType):
            raise OwnRulesError(f"The package {package} names {entry.value} as its rules, which is not a module.")
        yield module, package


def _run(path: Path) -> ModuleType:
    """Return the module in a file. Nothing is written beside it, as an import would do."""
    name = f"btec_validator_own_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
    module = ModuleType(name)
    module.__file__ = str(path)
    try:
        with tokenize.open(path) as file:
            source = file.read()
    except OSError as error:
        raise OwnRulesError(f"{path} cannot be opened ({error.strerror or error}).") from error
    except (SyntaxError, UnicodeDecodeError) as error:
        raise OwnRulesError(f"{path.name} is no Python that can be read: {error}.") from error
    sys.modules[name] = module  # where dataclasses and pickle look
    try:
        exec(compile(source, str(path), "exec"), vars(module))
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        line = error.lineno if isinstance(error, SyntaxError) else _line(error, path)
        raise OwnRulesError(f"{path.name}{f', line {line}' if line else ''}: {_told(error)}") from error
    return module


def _line(error: BaseException, path: Path) -> int | None:
    """Return the last line of a module that an exception came through."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return lines[-1] if lines else None


def _told(error: BaseException) -> str:
    """Return an exception as a sentence; a ValueError of `rule` is one already."""
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    return said if isinstance(error, ValueError) and said.endswith(".") else f"{type(error).__name__}: {said}."


# ---------------------------------------------------------------------- what a rule must be


def _check(rule: Rule, origin: str, known: Mapping[str, Rule]) -> None:
    """Raise OwnRulesError where a rule has a code or name that it must not have, or needs what there is not."""
    reserved = sorted({code[:3] for code in catalogue()})
    if not _CODE.fullmatch(rule.code):
        raise OwnRulesError(f"{origin}: {rule.code} is no code; take three capitals and three digits, such as NGA001.")
    if rule.code[:3] in reserved:
        raise OwnRulesError(
            f"{origin}: {rule.code} begins with {rule.code[:3]}, which is kept for rules of the guide; take three "
            f"letters of your own (not {', '.join(reserved)})."
        )
    if rule.code in known:
        raise OwnRulesError(f"{origin}: {known[rule.code].origin} has a rule {rule.code} already; take another code.")
    if twin := next((other for other in known.values() if other.name == rule.name), None):
        raise OwnRulesError(f"{origin}: {rule.code} and {twin.code} are both called {rule.name}; take another name.")
    if not _NAME.fullmatch(rule.name):
        raise OwnRulesError(f"{origin}: {rule.code} is called {rule.name!r}; use lower case and hyphens.")
    if rule.severity not in SEVERITIES:
        raise OwnRulesError(f"{origin}: {rule.code} has the severity {rule.severity!r}; use {', '.join(SEVERITIES)}.")
    if rule.judge is None:
        raise OwnRulesError(f"{origin}: {rule.code} is structural, which only the rules of the reader are; use @rule.")
    for need in rule.needs:
        for field in need.split("|"):
            _check_field(field, f"{origin}: {rule.code} needs {field}")


def _check_field(field: str, said: str) -> None:
    pointer, _, name = field.partition(".")
    if pointer not in POINTERS:
        raise OwnRulesError(f"{said}, and there is no {pointer}{_nearest(pointer, POINTERS)}.")
    fields = table(POINTERS[pointer]).fields
    if name not in fields:
        raise OwnRulesError(f"{said}, which the tracker model does not have{_nearest(name, fields)}.")


def _nearest(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]}" if near else f"; there are {', '.join(known)}"
