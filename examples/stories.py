"""What learners did with an assignment, spelt out attempt by attempt.

A source file says what was usual for an assignment (its dates, its assessor) and what was different for a
learner. Whatever a learner's entry names wins, so that a breach stands there in so many words.
"""

from __future__ import annotations

from typing import Any

Attempt = dict[str, Any]

BANDS = ("P", "M", "D")
WAITING = (
    "kind", "attempt", "base", "learner", "registration", "unit", "assignment", "assessor", "handed_out", "deadline",
)  # fmt: skip
"""What is filled in before the learner has submitted anything."""
WAITING_AGAIN = (*WAITING, "targeted", "authorised_by", "authorised_on", "can_improve")
"""What is filled in before the learner has submitted again."""
ENTRIES = frozenset({"learners", "resubmission", "resit", "unachieved"})
"""What an assignment's section tells besides the usual values of its attempts."""


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
    """Return a learner's attempts at an assignment: a second chance targets what is not yet achieved."""
    whole = _criteria(work["targeted"])
    own = {name: value for name, value in learner.items() if name not in ENTRIES}
    shared = {"learner": learner["learner"], "sampled": learner.get("sampled", False)}
    first = _attempt("first", own, work, centre, targeted=whole)
    story = [first]
    if "resubmission" in learner:
        results = first["results_received"]
        liv = {"authorised_by": centre["lead_iv"], "authorised_on": results, "can_improve": "Yes"}
        usual = {**work, "handed_out": results, **liv, **work["resubmission"]}
        left = _criteria(first["not_achieved"])
        story.append(_attempt("resubmission", {**shared, **learner["resubmission"]}, usual, centre, targeted=left))
    if "resit" in learner:
        usual = {**work, "base": work["assignment"], "authorised_by": centre["lead_iv"], **work["resit"]}
        left = [criterion for criterion in _criteria(story[-1]["not_achieved"]) if _band(criterion) == "P"]
        story.append(_attempt("resit", {**shared, **learner["resit"]}, usual, centre, targeted=left))
    _grade(story, whole)
    return story


def _attempt(
    kind: str, own: dict[str, Any], usual: dict[str, Any], centre: dict[str, Any], *, targeted: list[str]
) -> Attempt:
    """Return one attempt: what is usual, what follows from it, and over both what the learner's entry says."""
    attempt = {name: value for name, value in usual.items() if name not in ENTRIES}
    attempt |= {"kind": kind, "attempt": centre["attempts"][kind], "base": usual.get("base", usual["assignment"])}
    attempt |= {"registration": centre.get("registrations", {}).get(own["learner"], "")}
    attempt |= {"targeted": _listed(targeted), "signature_kind": centre.get("signature_kind", ""), **own}
    if not attempt.get("submitted"):  # the assignment is with the learners: its row is there and waits
        filled_in = (*(WAITING if kind == "first" else WAITING_AGAIN), *own)
        return {name: value for name, value in attempt.items() if name in filled_in}
    achieved = targeted if attempt["achieved"] == "all" else _criteria(attempt["achieved"])
    unachieved = [criterion for criterion in _criteria(attempt["targeted"]) if criterion not in achieved]
    follows: Attempt = {
        "learner_declared": "Yes",
        "learner_declared_on": attempt["submitted"],
        "assessor_declared": "Yes",
        "assessor_declared_on": attempt["assessed"],
        "not_achieved": _listed(unachieved),
        "comments": _comments(achieved, unachieved, usual["unachieved"]),
        "signature_trail": centre.get("trail", "").format(day=attempt["submitted"]),
    }
    attempt = {**attempt, **follows, **own, "achieved": _listed(achieved)}
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
