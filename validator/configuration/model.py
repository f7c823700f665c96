"""Which keys a configuration has, and of what kind each value is."""

from __future__ import annotations

import re
from collections.abc import Mapping  # noqa: TC003 - pydantic reads the annotations
from datetime import date  # noqa: TC003 - pydantic reads the annotations
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from rules.people import people_in
from schemas.specification import plain, words
from validator.calendar import country_code
from validator.calendar.words import FULL_TIME, WEEKDAYS, study_days, weekday
from validator.findings import Severity  # noqa: TC001 - pydantic reads the annotations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def _country(text: str) -> str:
    code = country_code(text)
    if code is None:
        raise ValueError(f"{text!r} is no country that is known; write its English name or its two letters, such as EG")
    return code


def _weekend(days: list[str]) -> list[str]:
    found = [weekday(day) for day in days]
    if not days or None in found or len(set(found)) != len(days) or len(days) == len(WEEKDAYS):
        raise ValueError('it must list different days of the week, such as ["Friday", "Saturday"]')
    return days


def _study_days(text: str) -> str:
    if study_days(text) == FULL_TIME:
        raise ValueError(f'{text!r} names no days; write "Mon, Wed" or "2 days", or leave the line out for full time')
    return text


def _person(name: str) -> str:
    if plain(name) in map(plain, words()["blank"]) or not people_in(name):
        raise ValueError(f"{name!r} names nobody; write a name such as Rania Haddad")
    return name.strip()


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("it is blank; write something, or leave the line out")
    return text.strip()


def _name(text: str) -> str:
    if not plain(text):
        raise ValueError("it names nothing; write it as the report spells it, or leave the line out")
    return text.strip()


def _fingerprint(text: str) -> str:
    if not re.fullmatch("[0-9a-f]{16}", text):
        raise ValueError(f"{text!r} is no fingerprint; copy its 16 characters from the report")
    return text


def _positive(number: int) -> int:
    if number < 1:
        raise ValueError(f"{number} is too little; write 1 or more")
    return number


Text: TypeAlias = Annotated[str, AfterValidator(_text)]
Name: TypeAlias = Annotated[str, AfterValidator(_name)]
Person: TypeAlias = Annotated[str, AfterValidator(_person)]
People: TypeAlias = Annotated[list[Person], BeforeValidator(lambda told: [told] if isinstance(told, str) else told)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class StaffTable(_Table):
    """Who does what, for trackers that do not tell."""

    lead_internal_verifier: People = []
    internal_verifiers: People = []
    assessors: People = []


class TogetherTable(_Table):
    """Several workbooks that make one tracker."""

    name: Text
    files: Annotated[list[Text], Field(min_length=1)]


class RulesTable(_Table):
    """The centre's own rules."""

    modules: list[Text] = []


class WaiverTable(_Table):
    """A finding, or findings of a rule, that the centre has decided to live with for a while."""

    fingerprint: Annotated[str, AfterValidator(_fingerprint)] | None = None
    rule: Text | None = None
    learner: Name | None = None
    unit: Name | None = None
    assignment: Name | None = None
    tracker: Text | None = None
    reason: Text
    owner: Text
    expires: date


class ConfigurationFile(_Table):
    """The whole file."""

    guide: Text | None = None
    calendar: Text | None = None
    spec: Text | None = None
    profile: Text | None = None
    country: Annotated[str, AfterValidator(_country)] | None = None
    weekend: Annotated[list[str], AfterValidator(_weekend)] | None = None
    study_days: Annotated[str, AfterValidator(_study_days)] | None = None
    staff: StaffTable = StaffTable()
    limits: dict[str, Annotated[int, AfterValidator(_positive)]] = {}
    severities: dict[str, Severity] = {}
    ignore: dict[str, Text] = {}
    rules: RulesTable = RulesTable()
    together: list[TogetherTable] = []
    waivers: list[WaiverTable] = []


_TABLES: Mapping[str, type[_Table]] = {"staff": StaffTable, "rules": RulesTable, "together": TogetherTable}
"""The tables of the file whose keys are fixed; what is wrong with a waiver has sentences of its own."""


def read(content: Mapping[str, Any]) -> ConfigurationFile | list[str]:
    """Return what a file's content says, or a phrase for each of its faults: the key, what is wrong, what to write."""
    try:
        told = ConfigurationFile.model_validate(content)
    except ValidationError as error:
        return [*(_phrase(fault) for fault in error.errors(include_url=False)), *_unclear_waivers(content)]
    return list(_unclear_waivers(content)) or told


def nearest(word: str, known: Iterable[str]) -> str:
    """Return what might have been meant by a word that is not known, as the end of a sentence."""
    known = list(known)
    near = get_close_matches(word, known, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}."


def _unclear_waivers(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield a phrase for each waiver that does not say which findings it is for."""
    waivers = content.get("waivers")
    for number, waiver in enumerate(waivers if isinstance(waivers, list) else (), 1):
        if not isinstance(waiver, dict):
            continue
        where = f"waivers, number {number}:"
        narrowing = [key for key in ("learner", "unit", "assignment") if key in waiver]
        if "fingerprint" in waiver:
            if others := [key for key in ("rule", *narrowing) if key in waiver]:
                yield f"{where} a fingerprint names one finding, so that {_and(others)} cannot stand beside it."
        elif "rule" not in waiver:
            yield f"{where} it names no finding; write fingerprint, or rule with learner, unit or assignment."
        elif not narrowing:
            yield (
                f"{where} a rule alone would waive all that it finds; add learner, unit or assignment, or name the one "
                "finding by its fingerprint. A rule that is not to be run belongs under [ignore]."
            )


def _and(keys: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(keys[:-1]), keys[-1])))


def _phrase(fault: Any) -> str:
    *above, last = (part for part in fault["loc"] if not isinstance(part, int))
    key, value = ".".join((*above, last)), fault["input"]
    if "waivers" in fault["loc"]:
        return _phrase_of_waiver(fault, last)
    match fault["type"]:
        case "extra_forbidden":
            within = _TABLES[above[0]] if above else ConfigurationFile
            said = f" is not known; {nearest(last, within.model_fields)}"
        case "value_error":
            said = f": {fault['ctx']['error']}."
        case "missing":
            said = ": it is missing; each of these tables needs it."
        case "too_short":
            said = ": it is an empty list; write at least one."
        case "literal_error":
            said = f": {value!r} is no severity; write error, warning or note in quotation marks."
        case "string_type" if above == ["ignore"]:
            said = f': write the reason why it is not run, in quotation marks: {last} = "why".'
        case "string_type":
            said = f": {value!r} must be text in quotation marks."
        case "int_type":
            said = f": {value!r} must be a whole number without quotation marks."
        case "list_type":
            said = f": {value!r} must be a list in square brackets."
        case "dict_type" | "model_type" if not above:
            said = f" must be a table: write [{key}] on a line of its own, and its keys below."
        case _:
            said = f": {fault['msg']}."
    return key + said


def _phrase_of_waiver(fault: Any, key: str) -> str:
    if key == "waivers":
        return "waivers: write [[waivers]], in two pairs of square brackets, above the keys of each waiver."
    match fault["type"]:
        case "extra_forbidden":
            said = f" is not known; {nearest(key, WaiverTable.model_fields)}"
        case "missing":
            said = f" is missing; write {_MUST[key]}."
        case "value_error":
            said = f": {fault['ctx']['error']}."
        case "string_type":
            said = f": {fault['input']!r} must be text in quotation marks."
        case _:
            said = ": it must be a day, without a time or quotation marks: expires = 2024-07-31."
    return f"waivers, number {fault['loc'][1] + 1}: {key}{said}"


_MUST = {
    "reason": 'why the centre can live with it: reason = "why"',
    "owner": 'who answers for it: owner = "Rania Haddad"',
    "expires": "its last day: expires = 2024-07-31",
}
"""What every waiver must say, and how."""
