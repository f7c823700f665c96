"""Turns a tracker's file, in any format a centre keeps, into sheets of values with their addresses."""

from validator.reading.addresses import a1, place, reference
from validator.reading.guard import Limits, Unreadable
from validator.reading.sheets import CellIssue, Sheet, Value, Workbook
from validator.reading.workbook import read_workbook, workbook_of

__all__ = [
    "CellIssue",
    "Limits",
    "Sheet",
    "Unreadable",
    "Value",
    "Workbook",
    "a1",
    "place",
    "read_workbook",
    "reference",
    "workbook_of",
]
