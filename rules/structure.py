"""Structure: what the reader and the schemas object to before any rule of the guide is asked (STR)."""

from __future__ import annotations

from rules.rule import structural

TRACKING = "Assessment tracking and recording"


@structural("STR001", "file-unreadable", "error", section=TRACKING)
def file_unreadable() -> None:
    """A tracker could not be opened, so nothing in it was checked.

    Why: Records must be available and reliable when a Standards Verifier asks for them, and a file that
    cannot be opened is neither.

    Breaks: A workbook with a password, a download that broke off, a text file named .xlsx.

    Keeps: A workbook (.xlsx, .xlsm, .xls, .xlsb, .ods) or a .csv file that opens in Excel without a password.

    Remedy: Do what the message says, save the workbook, and check it again.

    Cannot see: Whether the records in the file are in order: none of them was read.
    """


@structural("STR002", "sheet-not-understood", "warning", section=TRACKING)
def sheet_not_understood() -> None:
    """A sheet holds data, and no table was recognised on it.

    Why: What is not understood is not checked, and a silent gap would look like a clean record.

    Breaks: A sheet of submissions whose headings are codes that only the centre knows.

    Keeps: A sheet of instructions, a blank sheet, or a table with headings such as Learner, Assignment,
    Deadline and Date submitted.

    Remedy: Give the table a heading row in words that say what stands below, or say what its headings mean in a
    profile, which `profile` drafts; `inspect` shows what each heading comes nearest to. If the sheet holds no records,
    leave it as it is.

    Cannot see: Whether the sheet would have mattered.
    """


@structural("STR003", "column-missing", "warning", section=TRACKING)
def column_missing() -> None:
    """A table lacks a column that its kind of record cannot do without.

    Why: A submission without learner or assignment, or a plan without units, cannot be followed by anyone.

    Breaks: A submissions log with no column for the assignment.

    Keeps: The column under any usual heading, or the unit named in a label above the table.

    Remedy: Add the column, or name the unit or assignment above the table, and check again.

    Cannot see: A column that is there under a heading which was not recognised; see STR004.
    """


@structural("STR004", "column-not-recognised", "note", section=TRACKING)
def column_not_recognised() -> None:
    """A heading fits no field, so its column was not used.

    Why: A rule that needed the column says that it could not be checked; this says which column it may be.

    Breaks: A column "Hnd-n" beside Deadline.

    Keeps: Any heading in use for the field, its misspellings included.

    Remedy: If the column matters, rename the heading to the one named as nearest, or say in a profile what it means; if
    not, leave it.

    Cannot see: What the column means to the centre.
    """


@structural("STR005", "not-a-date", "error", section=TRACKING)
def not_a_date() -> None:
    """A column of dates holds something that is no date.

    Why: Deadlines, submissions and authorisations are proved by their dates; a Standards Verifier cannot
    accept "mid November".

    Breaks: "31/02/2024" or "after half-term" under Deadline.

    Keeps: A real date, a date as text ("3 Nov 2023"), a blank, or n/a.

    Remedy: Enter the date as day/month/year.

    Cannot see: Whether a date that is one is the right one.
    """


@structural("STR006", "ambiguous-date", "warning", section=TRACKING)
def ambiguous_date() -> None:
    """A date written as text means two different days, and nothing in its column settles which.

    Why: 03/04/2024 is 3 April to one reader and 4 March to another; fifteen working days hang on it.

    Breaks: A column of text dates of which no day is above the 12th.

    Keeps: Real dates, text with the month's name, or a column in which one entry such as 25/09/2023 settles
    the order for all.

    Remedy: Re-enter the date so that Excel takes it for a date, or write the month as a word. Meanwhile it
    was read with the day first.

    Cannot see: Which of the two was meant.
    """


@structural("STR007", "implausible-date", "error", section=TRACKING)
def implausible_date() -> None:
    """A date cannot be meant: of what has been done it is still to come, its year is far from that of all other
    dates, or of another calendar.

    Why: A date that cannot be right proves nothing, and what hangs on it cannot be checked.

    Breaks: 12/10/2566 (a Buddhist year), 03/05/1445 (a Hijri year), 0203-09-21; a deadline in 2013 among those of
    2023; work that was handed in, declared, assessed or authorised next month.

    Keeps: Deadlines, feedback and internal verification that are planned for a day to come; today.

    Remedy: Correct the date.

    Cannot see: A slip of a year or two into the past, such as 2022 for 2023, unless another rule trips over it.
    """


@structural("STR008", "value-not-recognised", "error", section=TRACKING)
def value_not_recognised() -> None:
    """A status, grade, attempt or criterion means nothing that is known.

    Why: A record that cannot be read cannot be counted, by this program or by a Standards Verifier.

    Breaks: The grade "B+", the criterion "A.X1", the submission type "Oct".

    Keeps: P, M, D, U, Pass, Merit, Distinction; A.P1, P1, lists of them; First, Resubmission, Retake, Re-sit;
    Yes and No.

    Remedy: Correct the entry, or clear it.

    Cannot see: A value that is known and wrong.
    """


@structural("STR009", "key-missing", "error", section=TRACKING)
def key_missing() -> None:
    """A record does not say which learner or which assignment it is about.

    Why: Achievement must be traceable to a learner, a unit and an assignment.

    Breaks: A row with dates and a grade and no learner's name.

    Keeps: A name in the first row of merged cells; totals, keys and notes below a table.

    Remedy: Complete the row, or delete it.

    Cannot see: Whom the record was meant for.
    """


@structural("STR010", "duplicate-record", "error", section=TRACKING)
def duplicate_record() -> None:
    """The same record stands in the tracker twice.

    Why: Two copies drift apart, and then nobody knows which is right.

    Breaks: Two rows that agree in every column.

    Keeps: Two attempts of one learner, which differ in their dates.

    Remedy: Delete one of the two rows.

    Cannot see: A copy that has been changed since; other rules speak of those.
    """


@structural("STR011", "formula-not-calculated", "error", section=TRACKING)
def formula_not_calculated() -> None:
    """A cell of a record holds a formula whose result was never stored.

    Why: The cell looks filled in Excel and is blank for everybody who reads the file in another way; a record
    must say the same to all.

    Breaks: A deadline of =H2+14 in a workbook that a program wrote and that was never opened in Excel.

    Keeps: A formula with its result, which every save in Excel stores.

    Remedy: Open the workbook in Excel, let it calculate, and save it.

    Cannot see: What the formula would have given.
    """


@structural("STR012", "error-value", "error", section=TRACKING)
def error_value() -> None:
    """A cell of a record holds an error value, such as #REF! or #N/A.

    Why: The record that should stand there is lost.

    Breaks: #N/A under Deadline, where a look-up no longer finds its table.

    Keeps: An error value outside the tables of records, such as an average of nothing.

    Remedy: Correct the formula, or enter the value itself.

    Cannot see: What stood there before.
    """


@structural("STR013", "hidden-data", "note", section=TRACKING)
def hidden_data() -> None:
    """A hidden sheet, or hidden rows or columns of a table, hold records.

    Why: A verifier who opens the tracker does not see them, and may ask why.

    Breaks: A filter that hides three learners' rows; a hidden sheet of submissions.

    Keeps: A hidden sheet of lists for drop-down boxes.

    Remedy: Show them before the tracker is handed to anybody, or delete them if they are not needed.

    Cannot see: Why they are hidden. Hidden rows and columns are known of .xlsx and .xlsm workbooks only.
    """


@structural("STR014", "conflicting-records", "error", section=TRACKING)
def conflicting_records() -> None:
    """Two places of the tracker say different things of the same fact.

    Why: Nobody can tell which is right, so neither proves anything.

    Breaks: The deadline of a learner's submission is 22 September on one sheet and 29 September on another. The
    Lead Internal Verifier is Rania Haddad on the cover and Priya Nair on the plan; the academic years differ.

    Keeps: Two sheets that agree, or of which one leaves blank what the other tells; the same person, year or country
    spelt in another way. The details of another group, or of another year that the sheet's own dates bear out.

    Remedy: Find out which is right and correct the other; keep each fact in one place if you can.

    Cannot see: Which of the two is right. The sheet that stands first was believed in the meantime. Of the programme's
    details it compares qualification, level, country, academic year, Lead Internal Verifier and version of the plan.
    """
