"""The pandera models: one for each table of the tracker model, made from its specification.

A model is given the cells of a whole chunk of trackers as they were read, where a cell that is not what its
column asks for is an `Odd`. It is called once per table and chunk, never once per tracker.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from schemas.specification import table

if TYPE_CHECKING:
    from collections.abc import Callable

CELL_CODES = ("STR005", "STR006", "STR007", "STR008")
"""The structural rules that a single cell can break."""


def failures(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the failing cells of a table: `code`, `row` (the index label) and `field` (missing for a whole row).

    `frame` has unique labels, a `tracker` column and the columns of `model(name)`. Nothing is raised for
    records that fail; pandera's SchemaError is raised when the frame itself lacks a column, which is a defect
    of the program.
    """
    empty = pd.DataFrame({"code": [], "row": [], "field": []})
    if frame.empty:
        return empty
    try:
        model(name).validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        unexpected = cases[~cases["check"].astype(str).str.match(r"\ASTR[0-9]{3}\Z")]
        if len(unexpected):
            raise errors.schema_errors[0] from errors
        found = pd.DataFrame(
            {
                "code": cases["check"].astype(object),
                "row": cases["index"].astype("int64"),
                "field": cases["column"].where(cases["schema_context"] == "Column").astype(object),
            }
        )
        return found.drop_duplicates().sort_values(["row", "code"], kind="stable").reset_index(drop=True)
    return empty


@cache
def model(name: str) -> pa.DataFrameSchema:
    """Return the pandera model of a table: every field a column, with the checks that its cells must pass."""
    specification = table(name)
    columns = {
        field: pa.Column(
            nullable=True,
            checks=[pa.Check(_has_no(code), name=code, error=code, ignore_na=False) for code in CELL_CODES]
            + (
                [pa.Check(_is_filled, name="STR009", error="STR009", ignore_na=False)]
                if field in specification.required
                else []
            ),
        )
        for field in specification.fields
    }
    return pa.DataFrameSchema(columns, name=name)


def _has_no(code: str) -> Callable[[pd.Series], pd.Series]:
    def check(cells: pd.Series) -> pd.Series:
        return cells.map(lambda cell: getattr(cell, "code", None) != code).astype(bool)

    return check


def _is_filled(cells: pd.Series) -> pd.Series:
    return cells.notna()
