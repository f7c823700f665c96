"""Eligibility for an award: outcomes, combinations and points behind the awards that a centre claims (AWD)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.rule import Verdict, rule

if TYPE_CHECKING:
    import pandas as pd

    from rules.records import Records

SECTION = "Eligibility for an award"
CLAIM = "awards.grade|awards.claimed_on|awards.certificates_received"
UNITS = ("unit_results.grade", CLAIM)


@rule("AWD001", "unit-without-outcome", "error", section=SECTION, needs=UNITS)
def unit_without_outcome(records: Records) -> Verdict:
    """An award was claimed for a learner who has no outcome (Distinction, Merit, Pass or U) for one of its units.

    Why: A qualification is awarded on a complete set of units. U is an outcome too; a blank is not.

    Breaks: Subsidiary Diploma claimed at Merit; the grade of mandatory Unit 4 is blank, or Unit 4 is not among
    the learner's units at all.

    Keeps: A learner for whom no award has been claimed yet. An optional unit that the learner gave up, where
    the others make the full size.

    Remedy: Enter the unit's outcome. If the unit is not finished, withdraw the claim until it is.

    Cannot see: Which optional units a learner chose and never began. Learners without any unit result are taken
    to be recorded elsewhere.
    """
    rows = records.claims.units
    rows = rows.assign(
        place=rows["shown"].map({True: "unit_results.grade", False: "awards.grade"}).astype(object),
        told=(rows["unit"].astype(object) + " has no outcome").where(
            rows["shown"].astype(bool), "no result of " + rows["unit"].astype(object) + " is recorded"
        ),
    )
    return Verdict(
        rows,
        rows["needed"] & rows["outcome"].isna(),
        cells=("{place}", "units.unit", "awards.grade", "awards.claimed_on"),
        message="The {award} is claimed for {learner}, and {told}.",
        unknown={"units.mandatory": rows["doubtful"]},
    )


@rule(
    "AWD002",
    "mandatory-unit-not-passed",
    "error",
    section=SECTION,
    needs=(*UNITS, "specification.mandatory|units.mandatory"),
)
def mandatory_unit_not_passed(records: Records) -> Verdict:
    """An award was claimed for a learner with a U in a mandatory unit that has to be passed.

    Why: Mandatory units are passed unless the structure of the qualification says otherwise. A learner who did
    not pass one does not achieve the qualification, whatever the points.

    Breaks: Subsidiary Diploma claimed; mandatory Unit 1 is graded U.

    Keeps: A U in an optional unit, as far as the compensation table allows; no award claimed.

    Remedy: Check the unit grade. If it is right, withdraw the claim, and see whether the learner may still have
    a resubmission or re-sit, or a smaller qualification.

    Cannot see: Sizes whose compensation table neither ships with this program nor stands in your specification.
    """
    rows = _with_rules_of_size(records, records.claims.units)
    rows = rows[rows["shown"].astype(bool) & rows["outcome"].notna()]
    at_u = rows["outcome"].eq("U") & rows["mandatory"].eq("yes")
    return Verdict(
        rows,
        at_u & rows["must_pass"].eq(True),
        cells=("unit_results.grade", "awards.grade", "units.mandatory"),
        message="The {award} is claimed for {learner}, who has a U in {unit}, a mandatory unit that has to be passed.",
        unknown={
            "units.mandatory": rows["outcome"].eq("U") & rows["mandatory"].isna(),
            **_unsized(rows, at_u),
            "specification.compensation": at_u & rows["size_glh"].notna() & rows["must_pass"].isna(),
        },
    )


@rule("AWD003", "too-many-units-unclassified", "error", section=SECTION, needs=(*UNITS, "specification.glh|units.glh"))
def too_many_units_unclassified(records: Records) -> Verdict:
    """An award was claimed for a learner with more optional units at U than the compensation table allows.

    Why: Each size has a limit to what may be left at U. Beyond it the learner does not achieve the qualification.

    Breaks: Subsidiary Diploma claimed with 120 guided learning hours of optional units at U; 60 are allowed.

    Keeps: One optional unit of 60 hours at U in a Subsidiary Diploma. A mandatory unit at U is told by
    mandatory-unit-not-passed.

    Remedy: Check the unit grades. If they are right, withdraw the claim, or claim a smaller size that the learner
    has achieved.

    Cannot see: Sizes whose compensation table neither ships with this program nor stands in your specification.
    """
    rows = _with_rules_of_size(records, records.claims.judged)
    rows = rows[rows["has_units"]]
    any_at_u = rows["optional_glh_at_u"] > 0
    return Verdict(
        rows,
        rows["optional_glh_at_u"] > rows["at_u_allowed"],
        cells=("unit_results.grade", "awards.grade"),
        message="The {award} is claimed for {learner} with {optional_glh_at_u} guided learning hours of optional units "
        "at U; {at_u_allowed} are allowed.",
        unknown={
            **_unsized(rows, any_at_u),
            "specification.compensation": any_at_u & rows["size_glh"].notna() & rows["at_u_allowed"].isna(),
            "units.mandatory": rows["unsure_at_u"],
        },
    )


@rule(
    "AWD004",
    "points-below-threshold",
    "error",
    section=SECTION,
    needs=("unit_results.grade|awards.points", "awards.grade"),
)
def points_below_threshold(records: Records) -> Verdict:
    """The points of a learner's units are below the threshold of the grade that was claimed.

    Why: Each grade of a qualification has a threshold in points, which come from the size and grade of each unit.

    Breaks: Subsidiary Diploma claimed at Merit (52 points); the units make 48.

    Keeps: Just the points of the threshold. Where a learner has more units than the size asks for, the best
    combination counts.

    Remedy: Check the unit grades and the sum. Then claim the grade that the points earn.

    Cannot see: The points of learners whose units are not all recorded, unless the tracker has their points.
    Where a unit has no outcome, unit-without-outcome speaks of it.
    """
    rows = records.claims.judged
    rows = rows[~rows["incomplete"] & rows["possible"].ne(False)]
    return Verdict(
        rows,
        rows["score"] < rows["threshold"],
        cells=("awards.grade", "awards.points"),
        message="The {award} is claimed for {learner} at {claimed}, for which {threshold} points are needed; there are "
        "{score}.",
        unknown=_unsettled_points(rows),
    )


@rule("AWD005", "unit-combination-invalid", "error", section=SECTION, needs=(*UNITS, "specification.glh|units.glh"))
def unit_combination_invalid(records: Records) -> Verdict:
    """The units of a learner are not a valid combination for the qualification that was claimed.

    Why: The centre answers for the combination: every mandatory unit, and optional ones to just the size of the
    qualification.

    Breaks: Subsidiary Diploma (360 guided learning hours) claimed on units of 300; or on 360 hours without
    mandatory Unit 2.

    Keeps: All mandatory units and just the size. More units than that, where a part of them is a valid combination.

    Remedy: Compare the learner's units with the structure in the specification. Record the unit that is missing,
    or claim the size that the units make.

    Cannot see: Rules on which optional units go together. A unit list that does not make the full size itself is
    taken to be a part of the programme; give the specification to have it checked.
    """
    rows = records.claims.judged
    rows = rows[rows["has_units"] & ~rows["incomplete"]]
    hours = rows["hours"].astype("Int64").astype("str") + " of " + rows["size_glh"].astype("Int64").astype("str")
    told = ("make " + hours + " guided learning hours").where(~rows["exact"], "are not those of its structure")
    told = told.where(
        ~(rows["hours"] > rows["size_glh"]), "cannot make just its size, in " + hours + " guided learning hours"
    )
    told = told.where(
        rows["foreign"].isna(), told + ", without " + rows["foreign"] + ", which the specification does not have"
    )
    told = told.where(rows["left_out"].isna(), "leave out the mandatory " + rows["left_out"])
    settled = rows["possible"].notna()
    unproved = rows["possible"].eq(True) & ~rows["mandatory_told"]
    return Verdict(
        rows.assign(told=told),
        rows["possible"].eq(False),
        cells=("awards.grade", "awards.qualification", "awards.size", "unit_results.unit"),
        message="The {award} is claimed for {learner}, whose units {told}.",
        unknown={
            **_unsized(rows, ~settled),
            "units.glh": ~settled & rows["size_glh"].notna() & rows["hours"].isna(),
            "specification.unit": rows["partial"],
            "units.mandatory": unproved,
        },
    )


@rule(
    "AWD006",
    "award-below-points",
    "warning",
    section=SECTION,
    needs=("unit_results.grade|awards.points", "awards.grade"),
)
def award_below_points(records: Records) -> Verdict:
    """The grade that was claimed is below the one that the learner's points earn.

    Why: A learner is awarded what the units earn. A grade that is claimed too low is lost to the learner.

    Breaks: Subsidiary Diploma claimed at Pass; the units make 60 points, and Merit begins at 52.

    Keeps: The highest grade whose threshold the points reach.

    Remedy: Check the points, and claim or correct the grade that they earn.

    Cannot see: The points of learners whose units are not all recorded, or who have more units than the size
    asks for.
    """
    rows = _with_rules_of_size(records, records.claims.judged)
    broken = rows["mandatory_at_u"] | (rows["optional_glh_at_u"] > rows["at_u_allowed"]) | rows["possible"].eq(False)
    rows = rows[~rows["incomplete"] & ~broken]
    return Verdict(
        rows,
        (rows["reached"] > rows["threshold"]) & rows["exact"],
        cells=("awards.grade", "awards.points"),
        message="The {award} is claimed for {learner} at {claimed}; the {score} points earn {earned} (from {reached}).",
        unknown=_unsettled_points(rows),
    )


@rule("AWD007", "smaller-award-possible", "note", section=SECTION, needs=(*UNITS, "specification.glh|units.glh"))
def smaller_award_possible(records: Records) -> Verdict:
    """The size that was claimed is out of reach for a learner, and a smaller one of the same suite is not.

    Why: A learner who does not achieve the qualification claimed may be eligible for a smaller one, with the
    right units and points.

    Breaks: Subsidiary Diploma claimed with a U in a mandatory unit; the units passed make a Certificate.

    Keeps: A learner who achieves the size that was claimed, and one whose units do not make a smaller one either.

    Remedy: Compare the units that the learner passed with the structure of the smaller qualification, its
    mandatory units first, and claim it if they fit.

    Cannot see: The mandatory units of the smaller sizes.
    """
    rows = _with_rules_of_size(records, records.claims.judged)
    rows = rows[rows["has_units"] & ~rows["incomplete"]]
    too_many = rows["optional_glh_at_u"] > rows["at_u_allowed"]
    failed = rows["mandatory_at_u"] & rows["must_pass"].eq(True)
    out_of_reach = failed | too_many | rows["possible"].eq(False) | (rows["score"] < rows["lowest"])
    return Verdict(
        rows,
        out_of_reach & rows["smaller"].notna(),
        cells=("awards.size", "awards.qualification", "awards.grade"),
        message="{learner} does not achieve the {award} that is claimed; by hours and points the units passed make a "
        "{smaller}.",
        unknown={
            name: rows_unsettled & ~out_of_reach
            for name, rows_unsettled in _unsettled_points(rows).items()
            if name != "awards.grade"
        },
    )


# ---------------------------------------------------------------------- what the rules share


def _with_rules_of_size(records: Records, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with what the compensation of the claimed size asks for, missing where it is not known:
    `must_pass` (every mandatory unit) and `at_u_allowed` (hours of optional units)."""
    awards = records.claims.awards
    must, allowed = (
        {
            award: getattr(size, name)
            for award, size in zip(awards["awards_row"], awards["size"], strict=True)
            if size and getattr(size, name) is not None
        }
        for name in ("mandatory_passed", "optional_glh_at_u")
    )
    claim = rows["awards_row"]
    return rows.assign(must_pass=claim.map(must).astype(object), at_u_allowed=claim.map(allowed).astype("float64"))


def _unsized(rows: pd.DataFrame, among: pd.Series) -> dict[str, pd.Series]:
    """Return, by the field that is missing, those of the claims `among` of which the size cannot be told."""
    unsized = among & rows["size_glh"].isna()
    return {"awards.size": unsized & rows["structured"], "specification.size_glh": unsized & ~rows["structured"]}


def _unsettled_points(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return, by the field that is missing, the claims whose points or threshold cannot be told."""
    sized = rows["size_glh"].notna()
    pointless = sized & rows["score"].isna()
    return {
        **_unsized(rows, ~sized),
        "awards.grade": sized & rows["threshold"].isna(),
        "specification.unit": pointless & rows["partial"],
        "units.glh": pointless & rows["hours"].isna() & rows["has_units"],
        "awards.points": pointless,
    }
