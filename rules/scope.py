"""Which qualifications the guide covers (SCP)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.rule import Verdict, rule

if TYPE_CHECKING:
    from rules.records import Records

SECTION = "Which qualifications does this guide cover?"
QUALIFICATION = "programme.qualification"


@rule(
    "SCP001",
    "qualification-not-covered",
    "error",
    section=SECTION,
    needs=(QUALIFICATION,),
    beyond_scope=True,
)
def qualification_not_covered(records: Records) -> Verdict:
    """The programme leads to a qualification that the guide does not cover.

    Why: The guide is for BTEC qualifications from Entry Level to Level 3. Higher Nationals, qualifications
    accredited by SQA, legacy Entry Level and ungraded legacy Level 1, Specialist programmes, PSD, WorkSkills
    and Skilled for Life have assessment rules of their own.

    Breaks: "BTEC Level 5 Higher National Diploma in Business".

    Keeps: "Pearson BTEC International Level 3 Diploma in Business (2020)".

    Remedy: Check the name of the qualification. If it is right, follow the guide for that qualification and
    leave this tracker out of the check: nothing else was checked in it.

    Cannot see: The qualification of a tracker that does not name it.
    """
    rows = records.programme
    return Verdict(
        rows[rows["qualification"].notna()],
        rows["covered"].eq(False),
        cells=(QUALIFICATION, "programme.level"),
        message="“{qualification}” belongs to {family_title}, which the guide to internal assessment does not cover.",
    )


@rule("SCP002", "qualification-not-recognised", "note", section=SECTION, needs=(QUALIFICATION,))
def qualification_not_recognised(records: Records) -> Verdict:
    """It cannot be told which family of qualifications the programme belongs to.

    Why: The family decides what learners are allowed: a retake, a re-sit or neither. Without it the rules that
    turn on this cannot be checked, and are never guessed.

    Breaks: "IT Year 12", or a blank where the qualification should stand.

    Keeps: A name with the level and the suite, such as "BTEC International Level 3 (2020)" or "BTEC Level 2
    First Diploma (2010, QCF)".

    Remedy: Write the qualification's full title, with its level and the year of its specification.

    Cannot see: Whether the title is the one that learners are registered for.
    """
    rows = records.programme
    named = ("“" + rows["qualification"].astype(object) + "” does not tell").where(
        rows["qualification"].notna(), "No qualification is named, which leaves open"
    )
    return Verdict(
        rows.assign(named=named),
        rows["family"].isna(),
        cells=(QUALIFICATION, "programme.level"),
        message="{named} which family of qualifications the programme belongs to, and so whether learners may have "
        "a retake or a re-sit.",
    )
