"""What learners did with an assignment, spelt out attempt by attempt.

A source file says what was usual for an assignment (its dates, its assessor) and what was different for a
learner. Whatever a learner's entry names wins, so that a breach stands there in so many words.
"""

from __future__ import annotations

from typing import Any

Attempt = dict[str, Any]

BANDS = ("P", "M", "D")
WAITING = ("kind", "attempt", "base", "learner", "registration", "unit", "assignment", "assessor", "brief", "handed_out", "deadline")
"""What is filled in before the learner has submitted anything."""


def attempts(work: dict[str, Any], centre: dict[str, Any]) -> list[Attempt]:
    """Return every attempt of every learner at one assignment, in the order of the log."""
    return [attempt for learner in work["learners"] for attempt in _story(learner, work, centre)]


def rows_in_blocks(found: list[Attempt]) -> list[dict[str, Any]]:
    """Return one row for each learner and assignment, with a key `kind.field` for each field of an attempt."""
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for attempt in found:
        key = (attempt["learner"], attempt["unit"], attempt["base"])
        row = rows.setdefault(key, dict(attempt))
        row |= {f"{attempt['kind']}.{name}": value for name, value in attempt.items()}
    return list(rows.values())


def _story(learner: dict[str, Any], work: dict[str, Any], centre: dict[str, Any]) -> list[Attempt]:
    whole = _criteria(work["targeted"])
    own = {name: value for name, value in learner.items() if name not in ("resubmission", "resit")}
    first = _attempt("first", own, work, centre, targeted=whole)
    story = [first]
    if "resubmission" in learner:
        usual = {
            "handed_out": first["results_received"],
            "authorised_by": centre["lead_iv"],
            "authorised_on": first["results_received"],
            "can_improve": "Yes",
            **work.get("resubmission", {}),
        }
        story.append(_second_chance("resubmission", usual, learner, work, centre, story))
    if "resit" in learner:
        story.append(_second_chance("resit", {"authorised_by": centre["lead_iv"], **work["resit"]}, learner, work, centre, story))
    _grade(story, whole)
    return story


def _second_chance(
    kind: str, usual: Attempt, learner: dict[str, Any], work: dict[str, Any], centre: dict[str, Any], story: list[Attempt]
) -> Attempt:
    """Return a resubmission or re-sit, which targets what the attempt before it left unachieved."""
    own = {"learner": learner["learner"], "sampled": learner.get("sampled", False), **learner[kind]}
    left = [c for c in _criteria(story[-1]["not_achieved"]) if kind == "resubmission" or _band(c) == "P"]
    return _attempt(kind, own, {**work, "base": work["assignment"], **usual}, centre, targeted=left)


def _attempt(kind: str, own: dict[str, Any], usual: Attempt, centre: dict[str, Any], *, targeted: list[str]) -> Attempt:
    """Return one attempt: what is usual, what follows from it, and over both what the learner's entry says."""
    attempt = {name: value for name, value in usual.items() if name not in ("learners", "resubmission", "resit", "unachieved")}
    attempt |= {"kind": kind, "attempt": centre["attempts"][kind], "base": usual.get("base", usual["assignment"])}
    attempt |= {"registration": centre.get("registrations", {}).get(own["learner"], "")}
    attempt |= {"targeted": _listed(targeted), "signature_kind": centre.get("signature_kind", ""), **own}
    if not attempt.get("submitted"):  # the assignment is with the learners: its row is there and waits
        return {name: attempt.get(name, "") for name in WAITING}
    achieved = targeted if own.get("achieved") == "all" else _criteria(own.get("achieved", ""))
    attempt["achieved"] = _listed(achieved)
    targets = _criteria(attempt["targeted"])
    unachieved = [criterion for criterion in targets if criterion not in achieved]
    derived: Attempt = {
        "learner_declared": "Yes",
        "learner_declared_on": attempt["submitted"],
        "assessor_declared": "Yes",
        "assessor_declared_on": attempt["assessed"],
        "not_achieved": _listed(unachieved),
        "comments": _comments(achieved, unachieved, usual.get("unachieved", {})),
    }
    if "trail" in centre:
        derived["signature_trail"] = centre["trail"].format(day=attempt["submitted"])
    attempt = {**attempt, **derived, **own, "achieved": attempt["achieved"]}
    if not attempt.pop("sampled", False):
        attempt |= {"verifier": "", "verified_on": ""}
    return attempt


def _grade(story: list[Attempt], whole: list[str]) -> None:
    """Give each attempt the grade that the criteria achieved so far earn, unless its entry gives one."""
    achieved: set[str] = set()
    for attempt in story:
        if not attempt.get("submitted"):
            continue
        achieved |= set(_criteria(attempt["achieved"]))
        earned = "U"
        for band in BANDS:
            if any(_band(criterion) == band and criterion not in achieved for criterion in whole):
                break
            earned = band
        attempt.setdefault("grade", min(earned, "P", key="UPMD".index) if attempt["kind"] == "resit" else earned)


def _comments(achieved: list[str], unachieved: list[str], reasons: dict[str, str]) -> str:
    if not unachieved:
        return f"The evidence for {_listed(achieved)} is complete and clearly referenced."
    why = " ".join(f"{criterion} not achieved: {reasons[criterion]}." for criterion in unachieved)
    return f"{_listed(achieved)} achieved. {why}" if achieved else why


def _criteria(listed: str) -> list[str]:
    return listed.split(", ") if listed else []


def _listed(criteria: list[str]) -> str:
    return ", ".join(criteria)


def _band(criterion: str) -> str:
    return criterion.rpartition(".")[2][0]
