"""The registers that a verifier asks for: what there is of each resubmission, retake and extension, what was internally
verified, and when everything happened."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rules.extensions import ANY_EXTENSION
from rules.internal_verification import VERIFICATION
from rules.rule import POINTERS
from validator.findings import RegisterEntry, Registers, SchoolPeriod
from validator.registers.cells import Told
from validator.registers.extensions import extensions
from validator.registers.sampling import SamplingRegister
from validator.registers.second_chances import resubmissions, retakes
from validator.registers.time_line import time_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rules.records import Records
    from validator.findings import Finding
    from validator.tables.build import Failure
    from validator.tables.model import Tables


def registers(
    tables: Tables, records: Records, failures: Iterable[Failure], findings: Mapping[int, Sequence[Finding]]
) -> dict[int, Registers]:
    """Return the registers of each tracker of a chunk, all of them together giving what each gives alone.

    `failures` are the cells that the schemas object to: they are neither blank nor evidence. `findings` are the
    breaches of each tracker, for its time line. A tracker of a programme that the guide does not cover has only `work`.
    """
    work = _work(records)
    told = Told(tables, records, failures)
    entries: dict[int, list[RegisterEntry]] = defaultdict(list)
    for number, entry in (*resubmissions(records, told), *retakes(records, told), *extensions(records, told)):
        entries[number].append(entry)
    sampling = SamplingRegister(records, tables)
    lines = time_lines(tables, records, findings)
    keeps_extensions = _keeping(tables, f"{ANY_EXTENSION}|extensions.learner")
    keeps_sampling = _keeping(tables, VERIFICATION)
    found = {}
    for number in findings:
        if number in records.beyond_scope:
            found[number] = Registers(work.get(number, ()))
            continue
        found[number] = Registers(
            work.get(number, ()),
            tuple(entries[number]),
            keeps_extensions=number in keeps_extensions,
            keeps_sampling=number in keeps_sampling,
            sampling=tuple(sampling.coverage(number)),
            suggested=tuple(sampling.suggested(number)),
            periods=tuple(
                SchoolPeriod(period.name, period.kind, period.starts.isoformat(), period.ends.isoformat())
                for period in records.calendars.periods(number)
            ),
            time_line=lines.get(number, ()),
        )
    return found


def _keeping(tables: Tables, fields: str) -> set[int]:
    """Return the trackers that have a place for any of the fields."""
    found: set[int] = set()
    for field in fields.split("|"):
        pointer, _, name = field.partition(".")
        kind = POINTERS.get(pointer, pointer)
        found |= set(tables.frames[kind].loc[tables.cells[kind][name].notna(), "tracker"])
    return found


def _work(records: Records) -> dict[int, tuple[tuple[str, str, str], ...]]:
    """Return learner, unit and assignment of what was handed in or assessed, each once, as it is spelt first."""
    rows = records.attempts
    rows = rows[rows["made"]].sort_values("attempts_row", kind="stable")
    rows = rows.drop_duplicates(["tracker", "learner_key", "unit_key", "assignment_key"])
    names = rows[["learner", "unit", "assignment"]].astype(object)
    names = names.where(names.notna(), "")
    found: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for number, *work in zip(rows["tracker"], *(names[name] for name in names), strict=True):
        found[number].append((str(work[0]), str(work[1]), str(work[2])))
    return {number: tuple(sorted(listed)) for number, listed in found.items()}
