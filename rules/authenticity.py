"""Authenticity and authentication: electronic signatures, concerns, practical evidence (AUT)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.rule import Verdict, rule
from rules.wording import criteria_in, says

if TYPE_CHECKING:
    import pandas as pd

    from rules.records import Records

SECTION = "Authenticity and authentication"
SIGNATURES = "Authenticity and authentication: using electronic signatures"
CREDIT = "attempts.achieved|decisions.outcome|attempts.grade"
CREDIT_OF_ATTEMPT = "attempts.achieved|attempts.grade"
"""Where a record says what was achieved: one that lists only what was not says nothing of the rest."""


@rule(
    "AUT001",
    "electronic-signature-without-trail",
    "error",
    section=SIGNATURES,
    needs=("attempts.signature_kind", "attempts.signature_trail"),
)
def electronic_signature_without_trail(records: Records) -> Verdict:
    """A declaration was signed electronically, and no audit trail for it is recorded.

    Why: Electronic signatures are accepted on assessment documents where something shows whose they are: an
    e-mail with the record, a system log, or a dated comment that names who signed.

    Breaks: Signature type "Electronic"; the audit trail is blank.

    Keeps: Signed in ink. An electronic signature with a word on its trail, such as "VLE log 21/09".

    Remedy: Record where the trail is kept. If there is none, have the declaration signed again, with today's date.

    Cannot see: Whether the trail that is named exists.
    """
    rows = records.attempts
    declared = (
        rows["learner_declared"].eq("yes") | rows["assessor_declared"].eq("yes") | rows["learner_declared_on"].notna()
    )
    rows = rows[rows["signature_kind"].notna() & (rows["made"] | declared)]
    shown = rows["signature_trail"].notna() & ~says(rows["signature_trail"], "nothing")
    shown |= says(rows["signature_kind"], "signature_trail") | says(rows["comments"], "signature_trail")
    return Verdict(
        rows,
        says(rows["signature_kind"], "electronic_signature") & ~shown,
        cells=("attempts.signature_trail", "attempts.signature_kind"),
        message="The declaration of {learner} for {assignment} was signed electronically ({signature_kind}), and no "
        "audit trail is recorded.",
    )


@rule(
    "AUT002",
    "inauthentic-evidence-credited",
    "error",
    section=SECTION,
    needs=("attempts.concern|attempts.concern_action", CREDIT),
)
def inauthentic_evidence_credited(records: Records) -> Verdict:
    """A concern about authenticity was upheld, and criteria are achieved on that evidence all the same.

    Why: Only evidence that is the learner's own can be assessed. What is not earns nothing.

    Breaks: "Plagiarism upheld" on Assignment 1; A.P1 and A.M1 are achieved on it.

    Keeps: A concern that was not upheld. One about A.P2 alone, with A.P2 not achieved. Criteria that were met by
    the rest of the evidence or by new evidence, where the record says so.

    Remedy: Withdraw the criteria that rest on this evidence, correct the grade, and follow your malpractice
    policy. Where the criteria rest on other evidence, say so in the record of the concern.

    Cannot see: Which evidence a criterion rests on, unless the record says so.
    """
    rows = records.attempts
    told = rows["concern"].fillna("").astype("str") + ". " + rows["concern_action"].fillna("").astype("str")
    rows = _with_decision(
        records, rows.assign(told=told.astype(object))[rows["concern"].notna() | rows["concern_action"].notna()]
    )
    upheld = says(rows["told"], "concern_upheld") & ~says(rows["told"], "concern_in_part")
    named, achieved = _short(criteria_in(rows["told"])), _short(_achieved(records, rows))
    hit = named.combine(achieved, lambda names, won: bool(won) and (not names or bool(set(names) & set(won))))
    no_criteria = rows["decisions_row"].isna() & rows["grade"].isin(["P", "M", "D"])
    credited = hit | no_criteria
    untold = ~records.recorded(rows, CREDIT_OF_ATTEMPT) & _has_open_targets(records, rows)
    return Verdict(
        rows,
        upheld & credited,
        cells=(
            "attempts.achieved",
            "decisions.outcome",
            "attempts.grade",
            "attempts.concern",
            "attempts.concern_action",
        ),
        message="A concern about the authenticity of {learner}'s evidence for {assignment} was upheld, and criteria "
        "are achieved on it.",
        unknown={"attempts.achieved": upheld & ~credited & untold},
    )


@rule(
    "AUT003",
    "authenticity-concern-without-action",
    "error",
    section=SECTION,
    needs=("attempts.concern", "attempts.concern_action"),
)
def authenticity_concern_without_action(records: Records) -> Verdict:
    """A concern about authenticity is recorded, and no action on it.

    Why: Where evidence may not be the learner's own, the assessor acts on it, by the malpractice policy if need be.

    Breaks: "Possible copying from another learner"; the action is blank.

    Keeps: "None" or "No concern". A concern with what was done: a viva, a report to the Lead Internal Verifier.

    Remedy: Record what was done and how it ended. If nothing was, follow your malpractice policy now.

    Cannot see: Actions that are recorded elsewhere, such as in a malpractice file.
    """
    rows = records.attempts[records.attempts["concern"].notna()]
    concern = ~says(rows["concern"], "no_concern") & ~says(rows["concern"], "nothing")
    acted = rows["concern_action"].notna() & ~says(rows["concern_action"], "nothing")
    return Verdict(
        rows,
        concern & ~acted & ~says(rows["concern"], "concern_dealt_with"),
        cells=("attempts.concern_action", "attempts.concern"),
        message="A concern about the authenticity of {learner}'s evidence for {assignment} is recorded ({concern}), "
        "and no action.",
    )


@rule(
    "AUT004",
    "practical-evidence-without-record",
    "warning",
    section=SECTION,
    needs=("attempts.evidence_kind", "attempts.supporting_record"),
)
def practical_evidence_without_record(records: Records) -> Verdict:
    """Practical or performance evidence without an observation record, a witness statement, a video or the like.

    Why: All evidence must be open to verification, and a performance leaves nothing behind unless somebody
    records it.

    Breaks: Evidence "Role play"; the supporting record is blank.

    Keeps: Role play with an observation record; a filmed presentation; a written report.

    Remedy: Record which observation record, witness statement, recording or photographs support the evidence.
    If there is none, ask your Lead Internal Verifier how the evidence can be verified.

    Cannot see: Whether the record is detailed enough.
    """
    rows = records.attempts[records.attempts["evidence_kind"].notna() & records.attempts["made"]]
    recorded = rows["supporting_record"].notna() & ~says(rows["supporting_record"], "nothing")
    practical = says(rows["evidence_kind"], "practical_evidence")
    return Verdict(
        rows[practical],
        ~recorded & ~says(rows["evidence_kind"], "record_of_practical"),
        cells=("attempts.supporting_record", "attempts.evidence_kind"),
        message="The evidence of {learner} for {assignment} is practical ({evidence_kind}), and no record supports it.",
    )


# ---------------------------------------------------------------------- what the rules share


def _with_decision(records: Records, rows: pd.DataFrame) -> pd.DataFrame:
    """Return attempts with `decisions_row`, one of their decisions: an achieved criterion where there is one."""
    decided = records.decisions.sort_values("outcome", kind="stable").drop_duplicates("attempts_row")
    lead = decided.set_index("attempts_row")["decisions_row"]
    return rows.assign(decisions_row=rows["attempts_row"].map(lead).astype("float64"))


def _has_open_targets(records: Records, rows: pd.DataFrame) -> pd.Series:
    """Return whether attempts have targeted criteria without a decision, or none that are known."""
    targets = records.targets[["attempts_row", "criterion"]]
    decided = records.decisions[["attempts_row", "criterion"]].assign(decided=True)
    known = targets.merge(decided.drop_duplicates(), on=["attempts_row", "criterion"], how="left")
    is_settled = known["decided"].notna().groupby(known["attempts_row"]).all()
    return ~rows["attempts_row"].isin(is_settled.index[is_settled])


def _achieved(records: Records, rows: pd.DataFrame) -> pd.Series:
    won = records.decisions[records.decisions["outcome"].eq("achieved")]
    return rows["attempts_row"].map(won.groupby("attempts_row")["criterion"].agg(tuple)).astype(object)


def _short(criteria: pd.Series) -> pd.Series:
    """Return lists of criteria without their learning aims: a note on a concern may leave them out."""
    return (
        criteria.map(lambda listed: tuple(name.rpartition(".")[2] for name in listed), na_action="ignore")
        .astype(object)
        .where(criteria.notna(), None)
    )
