"""What was internally verified: briefs before they were handed out, and samples of assessment decisions.

The frames are those of `Records`; all of them keep trackers apart.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from rules.assessment_plan import assignment_of_unit, plain_key
from rules.people import people_in, same_people, same_person

if TYPE_CHECKING:
    from rules.records import Records

ASSIGNMENT = ["tracker", "unit_key", "base_key"]
"""What makes one assignment of the records, a retake of it included."""

_BRIEF = ["tracker", "unit_key", "name_key", "title_key", "version_key"]
"""What makes one brief: groups share it, as do the tasks that it has."""

_WHERE = ("tracker", "learner", "unit", "assignment", "attempt", "attempts_row", "verifications_row")
_OF_PAIR = (*_WHERE, "assignments_row", "assessor", "internal_verifier", "what")
_OF_RESULTS = (*_WHERE, "late", "fact")


class Sampling:
    """The internal verification of a chunk of trackers, as rules ask for it."""

    def __init__(self, records: Records) -> None:
        self._records = records

    # ------------------------------------------------------------------ briefs

    @cached_property
    def briefs(self) -> pd.DataFrame:
        """A row per planned assignment: `handed_out` is when learners got it (by their records, else by the plan),
        `brief_verified_on` when its brief was verified, and `brief_row` leads to the list that says so: the plan,
        or a list of verified briefs beside it. `attempts_row` leads to the record of the hand-out."""
        records = self._records
        plan = records.plan.assignments
        rows = plan.assign(title_key=plain_key(plan["title"]))
        told = records.plans.assign(
            title_key=plain_key(records.plans["title"]),
            unit_key=records.plans["unit_key"].fillna(""),
            held=records.recorded(records.plans, "assignments.brief_verified_on"),
        )
        told = told[told["held"]].sort_values(["brief_verified_on", "assignments_row"], kind="stable")
        for key in (_BRIEF, _BRIEF[:3]):  # a list beside the plan gives neither titles nor versions
            lists = told if key is _BRIEF else told[~told["complete"]]
            first = lists.drop_duplicates(key).set_index(key)[["brief_verified_on", "assignments_row"]]
            found = first.reindex(pd.MultiIndex.from_frame(rows[key])).set_axis(rows.index)
            if key is _BRIEF:
                rows = rows.assign(brief_verified_on=found["brief_verified_on"], brief_row=found["assignments_row"])
            else:
                beside = rows["brief_verified_on"].isna() & found["assignments_row"].notna()
                rows = rows.assign(
                    brief_verified_on=rows["brief_verified_on"].mask(beside, found["brief_verified_on"]),
                    brief_row=rows["brief_row"].mask(beside, found["assignments_row"]),
                )
        return self._with_hand_out(rows)

    def _with_hand_out(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return planned assignments with the first hand-out that the records show: to learners of the row's groups,
        where it has a row for each."""
        attempts = self._records.attempts
        own_brief = attempts["base_key"].ne(attempts["assignment_key"])
        issued = attempts[(attempts["attempt"].eq("first") | own_brief) & attempts["handed_out"].notna()]
        first = issued.sort_values("handed_out", kind="stable").drop_duplicates("assignments_row")
        first = first.dropna(subset="assignments_row").set_index("assignments_row")[["handed_out", "attempts_row"]]
        found = first.reindex(rows["assignments_row"]).set_axis(rows.index)
        return rows.assign(
            handed_out=found["handed_out"].fillna(rows["handed_out"]), attempts_row=found["attempts_row"]
        )

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """A row per planned brief and per verified decision that name a verifier and an assessor: `own` says that
        they are one person (missing where that cannot be told), `what` what they verify."""
        records = self._records
        first = records.first.dropna(subset="assessor").drop_duplicates("assignments_row").set_index("assignments_row")
        briefs = records.assignments
        briefs = briefs.assign(attempts_row=briefs["assignments_row"].map(first["attempts_row"]).astype("float64"))
        recorded = records.recorded(briefs, "assignments.assessor")
        told = briefs["assessor"].where(recorded, records.value(briefs, "attempts.assessor"))
        briefs = briefs.assign(assessor=told, what=assignment_of_unit(briefs), verifications_row=float("nan"))
        briefs = briefs.drop_duplicates([*_BRIEF[:3], "internal_verifier", "assessor"])
        decided = self.decisions
        work = decided["attempt"].replace({"first": "first submission"})
        decided = decided.assign(
            assessor=decided["assessed_by"],
            internal_verifier=decided["verifier"],
            assignments_row=decided["assignments_row"].where(decided["by_plan"]),
            what=_phrase(decided["learner"], "'s ", work, " of ", decided["assignment"]),
        )
        both = pd.concat([briefs.assign(learner=None, attempt=None), decided], ignore_index=True)[[*_OF_PAIR]]
        both = both.dropna(subset=["internal_verifier", "assessor", "what"])
        return both.assign(own=by_its_own_assessor(both["internal_verifier"], both["assessor"]))

    # ------------------------------------------------------------------ decisions

    @cached_property
    def verified(self) -> pd.DataFrame:
        """A row per decision that was sampled by the as-of date, with the keys of its assignment, `attempts_row`,
        and the attempt's `results_received`, `assessor` and `assessed_by` (the assessor, or else whom the sample or
        the plan names).

        Where dates of verification are recorded, a name without one is a plan to sample, not a sample.
        """
        records = self._records
        rows = self.decisions
        undated = ~records.recorded(rows, "verifications.verified_on") & rows["verifier"].notna()
        return rows[(rows["verified_on"] <= records.as_of) | (rows["verified_on"].isna() & undated)]

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """A row per decision that somebody is to verify or has verified, with the same columns."""
        records = self._records
        rows = records.verifications.drop(columns=["assignments_row"], errors="ignore")
        linked = records.attempts.set_index("attempts_row")
        for key in ("unit_key", "base_key"):
            own = rows["attempts_row"].map(linked[key])
            rows = rows.assign(**{key: own.where(own.notna(), rows[key])})
        rows = rows.assign(
            results_received=records.value(rows, "attempts.results_received"),
            assignments_row=rows["attempts_row"].map(linked["assignments_row"]),
        )
        named = records.value(rows, "attempts.assessor").notna() | rows["assessor"].notna()
        return rows.assign(assessed_by=self._assessed_by(rows, rows["assessor"]), by_plan=~named)

    @cached_property
    def returned(self) -> pd.DataFrame:
        """A row per attempt whose results the learner had by the as-of date, earliest results first, with
        `assessed_by` and `verifications_row`, some sampled decision of the tracker (missing where there is none)."""
        attempts = self._records.attempts
        rows = attempts[attempts["results_received"] <= self._records.as_of].dropna(subset=ASSIGNMENT)
        some = self._records.verifications.drop_duplicates("tracker").set_index("tracker")["verifications_row"]
        rows = rows.assign(
            verifications_row=rows["tracker"].map(some).astype("float64"),
            assessed_by=self._assessed_by(rows, rows["assessor"]),
        )
        return rows.sort_values(["results_received", "attempts_row"], kind="stable")

    def _assessed_by(self, rows: pd.DataFrame, named: pd.Series) -> pd.Series:
        own, planned = (self._records.value(rows, f"{pointer}.assessor") for pointer in ("attempts", "assignments"))
        return own.where(own.notna(), named).astype(object).fillna(planned.astype(object))

    @cached_property
    def assignments(self) -> pd.DataFrame:
        """A row per assignment of which results were returned: that of the earliest, with `sampled` (whether any
        of its decisions was verified) and `first_verified`, the day on which the first one was."""
        rows = self.returned.drop_duplicates(ASSIGNMENT)
        at = pd.MultiIndex.from_frame(rows[ASSIGNMENT])
        first = self.verified.groupby(ASSIGNMENT)["verified_on"].agg(["min", "size"])
        unplaced = (
            self.verified[self.verified["unit_key"].eq("")]
            .groupby(["tracker", "base_key"])["verified_on"]
            .agg(["min", "size"])
        )
        found = first.reindex(at).set_axis(rows.index)
        other = unplaced.reindex(pd.MultiIndex.from_frame(rows[["tracker", "base_key"]])).set_axis(rows.index)
        return rows.assign(
            sampled=found["size"].notna() | other["size"].notna(),
            first_verified=found["min"].fillna(other["min"]).astype("datetime64[s]"),
        )

    @cached_property
    def feedback(self) -> pd.DataFrame:
        """A row per sampled decision whose results were returned, and per assignment with such decisions none of
        which was verified too late for its own learner: `late` says that results came first, `fact` how."""
        spoken = self._records.spoken
        sample = self.verified.dropna(
            subset=["verified_on", "results_received", "attempts_row", *ASSIGNMENT, "learner"]
        )
        sample = sample.assign(late=sample["verified_on"] > sample["results_received"])
        sample = sample.assign(
            fact=_phrase(
                sample["learner"], " had the results of ", sample["assignment"], " on ",
                spoken(sample["results_received"]), ", before the decision was internally verified on ",
                spoken(sample["verified_on"]),
            ),
        )  # fmt: skip
        late = pd.MultiIndex.from_frame(sample.loc[sample["late"], ASSIGNMENT])
        whole = self.assignments.dropna(subset="first_verified")
        whole = whole[~pd.MultiIndex.from_frame(whole[ASSIGNMENT]).isin(late)]
        whole = whole.assign(
            late=whole["results_received"] < whole["first_verified"],
            fact=_phrase(
                "The first results of ", whole["assignment"], " went out on ", spoken(whole["results_received"]),
                ", before any of its decisions was internally verified; the first was on ",
                spoken(whole["first_verified"]),
            ),
            learner=None,
            attempt=None,
        )  # fmt: skip
        return pd.concat([sample, whole], ignore_index=True)[[*_OF_RESULTS]]

    @cached_property
    def assessors(self) -> pd.DataFrame:
        """A row per assessor of whom decisions were returned: that of the earliest, with `sampled`, missing where
        it cannot be told, and `unsampled_assignments`: whether no decision on any of their assignments was sampled.
        """
        rows = self.returned.dropna(subset="assessed_by")
        at = pd.MultiIndex.from_frame(rows[ASSIGNMENT])
        sampled = self.assignments[self.assignments["sampled"]]
        rows = rows.assign(known=at.isin(pd.MultiIndex.from_frame(sampled[ASSIGNMENT])))
        person = ["tracker", "assessed_by"]
        rows = rows.assign(unsampled_assignments=~rows.groupby(person)["known"].transform("any"))
        rows = rows.drop_duplicates(person)
        nameless = self.verified[self.verified["assessed_by"].isna()][["tracker"]].drop_duplicates()
        seen = self.verified.dropna(subset="assessed_by")[person].drop_duplicates()
        pairs = rows[[*person, "attempts_row"]].merge(seen.rename(columns={"assessed_by": "other"}), on="tracker")
        same = same_people(pairs["assessed_by"], pairs["other"])
        possible = pairs.loc[same.ne(False), "attempts_row"]
        rows = rows.assign(sampled=rows["attempts_row"].isin(possible) | rows["tracker"].isin(nameless["tracker"]))
        return rows[~rows["attempts_row"].isin(self._namesakes(rows))]

    @staticmethod
    def _namesakes(rows: pd.DataFrame) -> pd.Series:
        """Return the labels of rows about somebody whom an earlier row has in another spelling."""
        own = rows[["tracker", "assessed_by", "attempts_row"]].assign(order=range(len(rows)))
        pairs = own.merge(own, on="tracker", suffixes=("", "_before"))
        pairs = pairs[pairs["order"] > pairs["order_before"]]
        return pairs.loc[same_people(pairs["assessed_by"], pairs["assessed_by_before"]).eq(True), "attempts_row"]


def _phrase(*parts: pd.Series | str) -> pd.Series:
    """Return texts put together row by row; missing where a part is."""
    found = pd.Series("", next(part.index for part in parts if isinstance(part, pd.Series)), dtype=object)
    for part in parts:
        found = found + (part if isinstance(part, str) else part.astype(object))
    return found


def by_its_own_assessor(verifier: pd.Series, assessor: pd.Series) -> pd.Series:
    """Return for each row whether the one person who verified is the one person who assessed; None where that cannot
    be told: initials, a surname alone, a tick for a name.

    Where several share either task, one may have verified what another assessed.
    """
    return verifier.astype(object).combine(assessor.astype(object), _same_sole_person).astype(object)


def _same_sole_person(verifier: object, assessor: object) -> bool | None:
    if not isinstance(verifier, str) or not isinstance(assessor, str):
        return False
    verifiers, assessors = people_in(verifier), people_in(assessor)
    if max(len(verifiers), len(assessors)) > 1:
        return False
    return same_person(verifiers[0], assessors[0]) if verifiers and assessors else None
