"""Recognition of prior learning (RPL)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.rule import Verdict, rule
from rules.wording import says

if TYPE_CHECKING:
    from rules.records import Records


@rule(
    "RPL001",
    "prior-learning-without-evidence",
    "warning",
    section="Recognition of Prior Learning",
    needs=("unit_results.prior_learning", "unit_results.prior_learning_evidence"),
)
def prior_learning_without_evidence(records: Records) -> Verdict:
    """A unit or criterion was credited by recognition of prior learning, with no evidence or decision on record.

    Why: Crediting prior learning is assessing it: what the learner could do already is shown to
    meet the requirements of the unit, and somebody decides that it does.

    Breaks: Unit 4 credited by RPL; the evidence is blank.

    Keeps: A reference to the evidence, or the decision with its date. A unit that was assessed as usual.

    Remedy: Record what was recognised, on which evidence, and who decided. If there is none, assess the unit.

    Cannot see: Whether the evidence is sufficient and recent.
    """
    rows = records.unit_results
    rows = rows[says(rows["prior_learning"], "credited_by_prior_learning")]
    shown = rows["prior_learning_evidence"].notna() & ~says(rows["prior_learning_evidence"], "nothing")
    return Verdict(
        rows,
        ~shown & ~says(rows["prior_learning"], "prior_learning_shown"),
        cells=("unit_results.prior_learning_evidence", "unit_results.prior_learning"),
        message="{unit} was credited to {learner} by recognition of prior learning, and no evidence or decision is "
        "recorded.",
    )
