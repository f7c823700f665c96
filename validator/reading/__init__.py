"""Turns a tracker's file, in any format a centre keeps, into sheets of values with their addresses."""

from validator.reading.addresses import a1, place, reference
from validator.reading.guard import Limits, Unreadable
from validator.reading.sheets import CellIssue, Sheet, Value, Workbook
from validator.reading.trackers import Together, Tracker, files_of, find_trackers, is_tracker_name
from validator.reading.workbook import read_workbook, workbook_of

__all__ = [
    "CellIssue",
    "Limits",
    "Sheet",
    "Together",
    "Tracker",
    "Unreadable",
    "Value",
    "Workbook",
    "a1",
    "files_of",
    "find_trackers",
    "is_tracker_name",
    "place",
    "read_workbook",
    "reference",
    "workbook_of",
]
