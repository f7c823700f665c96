"""What was internally verified of whom and of what, and a sample that covers the rest."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from rules.people import people_in, same_person
from validator.findings import GradeSampled, SamplingCoverage, Suggestion
from validator.registers.cells import dicts, name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rules.records import Records
    from validator.tables.model import Tables

GRADES = ("D", "M", "P", "U")
"""The order in which grades are told; others follow."""


class SamplingRegister:
    """Which decisions there are, and which of them were internally verified by the as-of date."""

    def __init__(self, records: Records, tables: Tables) -> None:
        rows = records.attempts[records.attempts["assessed_made"] & ~(records.attempts["assessed"] > records.as_of)]
        rows = rows.sort_values("attempts_row", kind="stable")
        verified = records.sampling.verified
        planned = records.value(rows, "assignments.assessor").astype(object)
        sampled = verified.dropna(subset="assessed_by").drop_duplicates("attempts_row")
        by_sample = rows["attempts_row"].map(sampled.set_index("attempts_row")["assessed_by"])
        assessor = rows["assessor"].astype(object).fillna(by_sample.astype(object)).fillna(planned)
        grade = rows["grade"].astype(object).fillna(rows["attempts_row"].map(records.earned_alone).astype(object))
        places = tables.cells["attempts"]
        cell = places[["grade", "assessed", "submitted", "assignment", "learner"]].bfill(axis=1).iloc[:, 0]
        rows = rows.assign(
            assessor=assessor.fillna(""),
            grade=grade.fillna(""),
            is_sampled=rows["attempts_row"].isin(verified["attempts_row"].dropna()),
            is_out=rows["results_received"] <= records.as_of,
            cell=rows["attempts_row"].map(cell).fillna(""),
        )
        for part in ("unit", "assignment", "learner"):
            rows[part] = rows[part].astype(object).where(rows[part].notna(), "")
        listed = rows[
            ["tracker", "learner", "learner_key", "unit", "unit_key", "assignment", "base_key", "attempt", "assessor",
             "grade", "is_sampled", "is_out", "cell"]
        ]  # fmt: skip
        self._rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in dicts(listed):
            self._rows[int(row["tracker"])].append(row)
        beside = verified[~verified["attempts_row"].isin(listed.index)]
        self._beside: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in dicts(beside[["tracker", "unit_key", "base_key", "assessed_by"]]):
            self._beside[int(row["tracker"])].append(row)
        self._people: dict[int, dict[str, tuple[str, ...]]] = {}

    def coverage(self, number: int) -> Iterable[SamplingCoverage]:
        """Yield how much was sampled of each assessor and of each assignment of a tracker."""
        rows, beside, people = self._rows[number], self._beside[number], self._assessors(number)
        by_person: dict[str, list[dict[str, Any]]] = defaultdict(list)
        by_work: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            for person in people[row["assessor"]]:
                by_person[person].append(row)
            by_work[row["unit_key"], row["base_key"]].append(row)
        others = Counter(person for row in beside for person in people[name(row["assessed_by"])])
        for person in sorted(by_person, key=lambda who: (not who, who)):
            yield _covered("assessor", person, "", by_person[person], others[person])
        of_work = Counter((row["unit_key"], row["base_key"]) for row in beside)
        for key, group in sorted(by_work.items(), key=lambda item: _natural(item[1][0])):
            first = group[0]
            yield _covered("assignment", first["assignment"], first["unit"], group, of_work[key])

    def suggested(self, number: int) -> Iterable[Suggestion]:
        """Yield decisions that together cover each assessor, each assignment, each grade that an assessor gave and
        each kind of attempt of which nothing was sampled yet: few of them, and the same every time.

        Work whose results are still to go out comes first: the sample is verified before that.
        """
        rows, beside, people = self._rows[number], self._beside[number], self._assessors(number)
        covered = {need for row in rows if row["is_sampled"] for need in _needs(row, people)}
        for row in beside:
            covered.add(("assignment", row["unit_key"], row["base_key"]))
            covered |= {("assessor", p, "") for p in people[name(row["assessed_by"])]}
        alike: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            needs = tuple(need for need in _needs(row, people) if need not in covered)
            if not row["is_sampled"] and needs:
                alike[needs].append(row)
        seen: Counter[str] = Counter(row["learner_key"] for row in rows if row["is_sampled"])
        for group in alike.values():
            group.sort(key=lambda row: (row["is_out"], seen[row["learner_key"]], *_natural(row), row["learner_key"]))
        while alike:
            left = {needs: [need for need in needs if need not in covered] for needs in alike}
            alike = {needs: group for needs, group in alike.items() if left[needs]}
            if not alike:
                return
            best = min(
                alike,
                key=lambda needs: (
                    -len(left[needs]), alike[needs][0]["is_out"], *_natural(alike[needs][0]), str(needs),
                ),
            )  # fmt: skip
            row = min(alike[best], key=lambda row: (row["is_out"], seen[row["learner_key"]]))
            seen[row["learner_key"]] += 1
            covered |= set(best)
            told = tuple(_reason_for(need, row) for need in left[best])
            yield Suggestion(
                row["learner"], row["unit"], row["assignment"], row["attempt"], row["assessor"], row["grade"],
                told, row["cell"],
            )  # fmt: skip

    def _assessors(self, number: int) -> dict[str, tuple[str, ...]]:
        """Return the people whom each cell for an assessor names, everybody as most cells spell them."""
        if number not in self._people:
            cells = Counter(row["assessor"] for row in self._rows[number])
            cells.update(row["assessed_by"] for row in self._beside[number] if name(row["assessed_by"]))
            spelt: Counter[str] = Counter()
            for cell, times in cells.items():
                for person in people_in(cell) or (cell,):
                    spelt[person] += times
            known: list[str] = []
            same: dict[str, str] = {}
            for person in sorted(spelt, key=lambda who: (-spelt[who], who)):
                found = [other for other in known if person and same_person(person, other)]
                same[person] = found[0] if len(found) == 1 else person
                if not found:
                    known.append(person)
            self._people[number] = {"": ("",)} | {
                cell: tuple(dict.fromkeys(same[person] for person in people_in(cell) or (cell,))) for cell in cells
            }
        return self._people[number]


def _needs(row: Mapping[str, Any], people: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str, str]]:
    """Return what a sample of this decision covers."""
    named = [person for person in people[row["assessor"]] if person]
    needs = [("assessor", person, "") for person in named]
    needs.append(("assignment", row["unit_key"], row["base_key"]))
    if row["grade"]:
        needs += [("grade", row["grade"], person) for person in named or [""]]
    if row["attempt"] != "first":
        needs.append(("attempt", row["attempt"], ""))
    return needs


def _reason_for(need: tuple[str, str, str], row: Mapping[str, Any]) -> str:
    kind, what, who = need
    if kind == "assessor":
        return f"nothing of {what}’s was sampled"
    if kind == "assignment":
        return f"nothing of {' '.join(filter(None, (row['unit'], row['assignment'])))} was sampled"
    if kind == "attempt":
        return f"no {what} was sampled"
    return f"no {what} of {who}’s was sampled" if who else f"no {what} was sampled"


def _covered(of: Any, what: str, unit: str, group: Sequence[Mapping[str, Any]], besides: int) -> SamplingCoverage:
    assessed, sampled = Counter(row["grade"] for row in group), Counter(r["grade"] for r in group if r["is_sampled"])
    order = sorted(assessed, key=lambda grade: (GRADES.index(grade) if grade in GRADES else len(GRADES), grade))
    order.sort(key=lambda grade: not grade)
    grades = tuple(GradeSampled(grade, assessed[grade], sampled[grade]) for grade in order)
    return SamplingCoverage(of, what, unit, len(group), sampled.total(), grades, besides)


def _natural(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return unit and assignment so that Unit 10 comes after Unit 9."""
    return tuple(
        tuple((not run.isdigit(), run.zfill(6) if run.isdigit() else run.casefold()) for run in _words(row[part]))
        for part in ("unit", "assignment")
    )


def _words(text: str) -> list[str]:
    return re.findall(r"[0-9]+|[^0-9]+", text)
