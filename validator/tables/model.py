"""The tables of one chunk of trackers: one frame for each kind of record, and the cell of every value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


@dataclass(frozen=True)
class Tables:
    """What the trackers of a chunk say, whatever their layout.

    Every frame has `tracker` (the number of the tracker in the chunk) and the fields of its table, all of
    them, whether the tracker records them or not; its index labels are unique. Dates are datetime64, yes/no
    fields hold "yes" or "no", lists of criteria are tuples, everything else is text; what is blank is missing.

    `cells` has, for each table, a frame of the same shape that holds the A1 reference of each value. A blank
    cell has its reference too: a missing reference means that the tracker has no such column for that record,
    or that the cell holds something that the schemas have already objected to.
    """

    frames: Mapping[str, pd.DataFrame]
    cells: Mapping[str, pd.DataFrame] = field(repr=False)
