"""Label/value pairs: "Programme | BTEC …", "Lead Internal Verifier: Rania Haddad"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from schemas.specification import plain, table, word_table, words
from validator.mapping.headings import attempt_in, due_dates, known, match
from validator.mapping.places import NO_NAMES, place_in
from validator.tables.cells import person_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from validator.mapping.places import Names
    from validator.reading import Sheet

FURTHEST = 6
"""How many cells to the right of a label its value may stand."""
NEAR = 2
"""Within so many rows a second label for one thing ("Learner declaration", "Learner signature") is about the first; a
signature farther below is given for the form as a whole, and its date is not that of the first."""
DETAILS_OF = ("programme", "attempts", "assignments", "verifications", "decisions", "unit_results")
"""The tables whose fields a label may tell, in the order in which they are asked."""
CONTEXT = frozenset(
    {"learner", "registration", "unit", "assignment", "assessor", "handed_out", "deadline", "psa_version", "verifier"}
)
"""The fields of records that a label above a table may tell for all of them."""
BY_TITLE = ("unit", "assignment", "attempt")
"""What a title may tell."""
OF_SECTIONS = frozenset({"learner", "registration", "unit", "assignment", "attempt"})
"""Those that a title or label farther down may tell anew, for what stands below it."""
OF_BLOCKS = frozenset(
    {
        "assessor",
        "handed_out",
        "deadline",
        "psa_version",
        "brief",
        "assessed",
        "results_received",
        "verifier",
        "verified_on",
    }
)
"""The fields that a row of labels among the headings may tell for each block of columns."""

LONGEST_TITLE = 120
"""A longer text above a table is no title."""

A_STATEMENT = 5
"""A text of so many words that begins with "I" is what people sign; it stands within so many rows above."""
_SIGNED = ("learner_declared", "authorised_by")
_NO_COMPANIONS: Mapping[str, str] = MappingProxyType({})
_IN_ONE_CELL = re.compile(r"\A\s*([^:：]{2,60})[:：]\s*(.*)\Z", re.DOTALL)
_VERSION = re.compile(r"\bv(?:er(?:sion)?)?\.?\s*([0-9]+(?:\.[0-9]+)*)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Detail:
    """One label and its value, for one table that has a field of that name."""

    kind: str
    field: str
    label: str
    label_row: int
    label_column: int
    value: Any
    row: int
    column: int
    """Where the value stands, or would stand; 0-based."""
    how: Literal["exact", "profile"] = "exact"
    """By what its label was recognised."""


def find_details(sheet: Sheet, rows: range) -> list[Detail]:
    """Return the label/value pairs in some rows of a sheet, such as those above its first table."""
    found: list[Detail] = []
    for number in rows:
        row = sheet.rows[number]
        filled = [column for column, value in enumerate(row) if value is not None]
        for position, column in enumerate(filled):
            text = row[column]
            if not isinstance(text, str) or len(text) > 200:
                continue
            found.extend(_details(row, number, column, filled[position + 1 :]))
    return found


def version_in_title(sheet: Sheet, rows: range) -> Detail | None:
    """Return the version that a title bears: "Assessment plan v1.2"."""
    for number in rows:
        for column, value in enumerate(sheet.rows[number]):
            if isinstance(value, str) and (m := _VERSION.search(value)) and "plan" in plain(value):
                return Detail("programme", "plan_version", value, number, column, m[1], number, column)
    return None


def plan_signature(sheet: Sheet, rows: range) -> Detail | None:
    """Return the Lead Internal Verifier's signature below a plan, blank or not: it signs the plan off."""
    bare = words()["bare_dates"]
    for number in rows:
        row = sheet.rows[number]
        filled = [column for column, value in enumerate(row) if value is not None]
        first = row[filled[0]] if filled else None
        label, inside = _label(first) if isinstance(first, str) else ("", None)
        if {"signature", "signed", "sign"} & set(plain(label).split()) and "authorised_by" in known(label, "attempts"):
            told = [c for c in filled[1:] if not (isinstance(row[c], str) and plain(row[c]) in bare)]
            place = filled[0] if inside else next(iter(told), filled[0] + 1)
            value = inside or next((row[column] for column in told), None)
            return Detail("programme", "plan_verified_on", label, number, filled[0], value, number, place)
    return None


def named_in_titles(sheet: Sheet, rows: range, names: Names = NO_NAMES) -> list[Detail]:
    """Return the unit, the assignment and the attempt that the titles above a table name, or the sheet's own name."""
    titles = [
        (value, number, column)
        for number in rows
        for column, value in enumerate(sheet.rows[number])
        if isinstance(value, str) and len(value) < LONGEST_TITLE
    ]
    return named_in(titles, names, called(sheet))


def called(sheet: Sheet) -> str:
    """Return the name of a sheet as a title."""
    return sheet.name.replace("_", " ")


def named_in(titles: Sequence[tuple[str, int, int]], names: Names = NO_NAMES, sheet: str = "") -> list[Detail]:
    """Return the unit, the assignment and the attempt that titles name, each with its row and column, or the name of
    their `sheet`; the first that names one counts. "Resubmission" in a key beside "Not achieved" is no title."""
    outcomes = {row for text, row, _ in titles if len(text) > 1 and plain(text) in word_table("outcomes")}
    of_keys = {near for row in outcomes for near in (row - 1, row, row + 1)}
    found: list[Detail] = []
    for name in BY_TITLE:
        told_by = [title for title in titles if name != "attempt" or title[1] not in of_keys]
        for text, row, column in (*told_by, (sheet, 0, 0)):
            if told := _placed(text, names).get(name):
                found.extend(Detail(kind, name, told, row, column, told, row, column) for kind in DETAILS_OF[1:])
                break
    return found


def find_sections(sheet: Sheet, rows: Iterable[int], names: Names = NO_NAMES) -> list[Detail]:
    """Return what rows say of those below them, where a sheet has a section for each unit, assignment or learner: a
    title that stands alone ("Unit 2: Networks", a learner's name) or labels with their values."""
    found: list[Detail] = []
    for number in rows:
        row = sheet.rows[number]
        filled = [column for column, value in enumerate(row) if value is not None]
        text = row[filled[0]] if filled else None
        if not isinstance(text, str) or len(text) > LONGEST_TITLE:
            continue
        titled = _titled(text, names) if len(filled) == 1 else {}
        for name, told in titled.items():
            found.extend(
                Detail(kind, name, told, number, filled[0], told, number, filled[0]) for kind in DETAILS_OF[1:]
            )
        if not titled:
            labelled = [d for d in _details(row, number, filled[0], filled[1:]) if d.field in OF_SECTIONS]
            if any(detail.value is not None for detail in labelled):
                found.extend(d for d in find_details(sheet, range(number, number + 1)) if d.field in OF_SECTIONS)
    return found


def _titled(text: str, names: Names) -> dict[str, str]:
    """Return what a title begins with: the unit, the assignment, the attempt, or the learner whose name it is."""
    if person_key(text) in names.learners:
        return {"learner": text.strip()}
    told = _placed(text, names)
    spoken = plain(text)
    begins = "attempt" in told or spoken in names.units or spoken in names.assignments
    return told if begins or any(spoken.startswith(plain(said)) for said in told.values()) else {}


def _placed(text: str, names: Names) -> dict[str, str]:
    """Return the unit, the assignment and the attempt that a title names; an attempt where the title says besides only
    that a table follows: "2. Resubmissions"."""
    place, rest = place_in(text, names)
    found = {name: said for name in BY_TITLE if (said := getattr(place, name))}
    is_of_a_table = all(word.isdigit() or word in words()["of_a_table"] for word in rest.split())
    if "attempt" in found and (plain(text).isdigit() or not is_of_a_table):
        del found["attempt"]
    return found


def label_of(text: str, kind: str) -> str | None:
    """Return the field that a label tells for blocks of columns ("Deadline:"), or None."""
    fields = [name for name in known(text.strip().rstrip(":：").strip(), kind) if name in OF_BLOCKS]
    return fields[0] if fields else None


def find_form(
    sheet: Sheet, outside: Sequence[int], kind: str, companions: Mapping[str, str] = _NO_COMPANIONS
) -> dict[str | None, dict[str, Detail]]:
    """Return what the labels in some rows of a form tell of one record of a table, by field; blanks are told too.

    What labels say of a further attempt ("Resubmission deadline") stands apart under its name. A bare "Date" belongs
    to the signature on its left. `companions` has the dates of signatures that only this form gives the meaning of.
    """
    records: dict[str | None, dict[str, Detail]] = {None: {}}
    specification = table(kind)
    bare = words()["bare_dates"]
    title = next((number for number, row in enumerate(sheet.rows) if any(value is not None for value in row)), 0)
    texts = [_label(value)[0] for n in outside for value in sheet.rows[n] if isinstance(value, str)]
    due = due_dates(texts) if kind == "attempts" else {}
    for number in outside:
        row = sheet.rows[number]
        filled = [column for column, value in enumerate(row) if value is not None]
        if number == title and len(filled) == 1 and ":" not in str(row[filled[0]]):
            continue
        last: str | None = None
        attempt: str | None = None
        told_at = -1
        for position, column in enumerate(filled):
            text = row[column]
            if not isinstance(text, str) or len(text) > LONGEST_TITLE:
                continue
            label, inside = _label(text)
            value: Any = inside
            name: str | None
            dates = companions.get(last, specification.fields[last].companion) if last else None
            if dates and plain(label) in bare:
                name = dates
            else:
                attempt, name = _meant(label, kind, correct=column != told_at)
            name = due.get(label, name)
            right = filled[position + 1] if position + 1 < len(filled) else None
            beside = row[right] if right is not None and right - column <= FURTHEST else None
            if name is None or (name in _SIGNED and _is_signed_for_another(sheet, number, filled, name)):
                continue
            found = records.setdefault(attempt, {})
            entry = specification.fields[name]
            if name in found and found[name].value is not None:
                last = name if entry.kind == "person" or number - found[name].label_row <= NEAR else None
                continue
            place = column
            if value is None and beside is not None and right is not None:
                is_label = isinstance(beside, str) and (known(beside, kind) or plain(beside) in bare)
                value, place = (None, column + 1) if is_label else (beside, right)
                told_at = -1 if is_label else right
            if entry.kind == "signature" and isinstance(value, str) and _declares(value):
                value = None
            last = name
            if name not in found or value is not None or entry.kind == "signature":
                found[name] = Detail(kind, name, label, number, column, value, number, place)
    return records


def _label(text: str) -> tuple[str, str | None]:
    """Return a label and the value that stands behind its colon in the same cell."""
    one = _IN_ONE_CELL.match(text)
    label = (one[1] if one else text).strip().rstrip(":：").strip()
    return label, one[2].strip() or None if one else None


def _meant(label: str, kind: str, *, correct: bool) -> tuple[str | None, str | None]:
    """Return the further attempt that a label of a form is about, and the field that it means, misspelt or not."""
    fields = known(label, kind) or (match(label, kind).fields if correct else ())
    attempt, rest = attempt_in(label) if kind == "attempts" else (None, "")
    if attempt and (marked := known(rest, kind)):
        fields = marked
    if not fields or "attempt" in fields:
        return None, fields[0] if fields else None
    return attempt if attempt != "first" else None, fields[0]


def _declares(text: str) -> bool:
    """Return whether a text is what people sign, not that they did: "I certify that the work is my own"."""
    return len(text.split()) >= A_STATEMENT and plain(text).split()[0] in words()["statements"]


def _is_signed_for_another(sheet: Sheet, number: int, filled: Sequence[int], name: str) -> bool:
    """Return whether a signature in a row of a form is given for something else than the declaration: for the
    learner's own comments above it. A Lead Internal Verifier who is named where no date is asked for has authorised
    nothing."""
    row = sheet.rows[number]
    label = next((plain(_label(str(row[column]))[0]) for column in filled if isinstance(row[column], str)), "")
    if name == "authorised_by":
        bare = words()["bare_dates"]
        dated = any(plain(str(row[column]).rstrip(": ")) in bare for column in filled)
        near = [_label(value)[0] for below in sheet.rows[number : number + NEAR] for value in below
                if isinstance(value, str)]  # fmt: skip
        dated = dated or any("authorised_on" in known(text, "attempts") for text in near)
        return "lead_iv" in known(label, "programme") and not dated
    for above in range(number, max(number - A_STATEMENT, -1), -1):
        said = {word for value in sheet.rows[above] if isinstance(value, str) for word in plain(value).split()}
        if said & set(words()["declaring"]):
            return False
        if said & set(words()["commenting"]) and above < number:
            return True
    return False


def _details(row: list[Any], number: int, column: int, right: list[int]) -> list[Detail]:
    text = row[column]
    one = _IN_ONE_CELL.match(text)
    if one and one[2].strip() and (fields := _meanings(one[1])):
        return [
            Detail(kind, name, one[1].strip(), number, column, one[2].strip(), number, column) for kind, name in fields
        ]
    label = text.strip().rstrip(":：").strip()
    fields = _meanings(label)
    if not fields:
        return []
    value, place = None, column + 1
    if right and right[0] - column <= FURTHEST and not _is_label(row[right[0]]):
        value, place = row[right[0]], right[0]
    return [Detail(kind, name, label, number, column, value, number, place) for kind, name in fields]


def _meanings(label: str) -> list[tuple[str, str]]:
    found = []
    for kind in DETAILS_OF:
        names = [name for name in known(label, kind) if kind == "programme" or name in CONTEXT]
        if names:
            found.append((kind, names[0]))
    return found


def _is_label(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    if (one := _IN_ONE_CELL.match(value)) and _meanings(one[1]):
        return True
    label = value.strip().rstrip(":：")
    return plain(label) in words()["bare_dates"] or bool(_meanings(label))
