"""Working days, terms and holiday periods, against hand-checked dates and a walk from day to day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import holidays
import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validator.calendar import (
    Calendar,
    CalendarError,
    Calendars,
    DaysOff,
    Period,
    calendar_from_terms,
    country_code,
    explain_deadline,
    load_calendar,
    period_kind,
)

DATA = Path(__file__).parent / "data" / "calendar"

TERMS = (
    ("Autumn 1", date(2023, 9, 4), date(2023, 10, 20)),
    ("Autumn 2", date(2023, 10, 30), date(2023, 12, 15)),
    ("Spring 1", date(2024, 1, 8), date(2024, 2, 9)),
    ("Spring 2", date(2024, 2, 19), date(2024, 3, 22)),
    ("Summer 1", date(2024, 4, 15), date(2024, 5, 24)),
    ("Summer 2", date(2024, 6, 3), date(2024, 6, 28)),
)


def of_terms(*rows, **others):
    """A calendar of rows (name, starts, ends) or (name, starts, ends, kind)."""
    return calendar_from_terms([(*row, None)[:4] for row in rows], **others)


YEAR = of_terms(*TERMS, source="sheet Term dates")


def ask(calendar, method, *values):
    """The answer for one record."""
    series = [pd.Series([v]) if not isinstance(v, date) else pd.Series(pd.to_datetime([v])) for v in values]
    answer = getattr(Calendars({7: calendar}), method)(pd.Series([7]), *series).iloc[0]
    return None if pd.isna(answer) else answer.date() if isinstance(answer, pd.Timestamp) else answer


def day(text):
    return date.fromisoformat(text)


# ---------------------------------------------------------------------- working days


@pytest.mark.parametrize(
    ("received", "on", "number"),
    [
        ("2023-11-17", "2023-11-17", 0),
        ("2023-11-17", "2023-11-20", 1),
        ("2023-11-17", "2023-12-08", 15),
        ("2023-11-17", "2023-12-11", 16),
        ("2023-11-17", "2023-12-10", 15),  # Sunday after day 15
        ("2023-09-28", "2023-10-19", 15),
        ("2023-09-28", "2023-10-20", 16),
        ("2023-10-13", "2023-10-30", 6),  # half term does not count
        ("2023-12-15", "2024-01-08", 1),
        ("2023-12-08", "2023-11-17", -15),
        ("2024-06-28", "2024-07-05", 5),  # beyond what the terms cover: plain weekdays
    ],
)
def test_working_days_within_terms(received, on, number):
    assert ask(YEAR, "working_days", day(received), day(on)) == number


@pytest.mark.parametrize(
    ("country", "received", "fifteenth"),
    [
        ("GB", "2024-04-15", "2024-05-07"),  # 6 May is the bank holiday
        ("GB", "2024-07-22", "2024-08-12"),  # 5 August is one in Scotland alone
        ("GB-SCT", "2024-07-22", "2024-08-13"),
        ("EG", "2023-11-16", "2023-12-07"),  # Thursday to Thursday, Fridays and Saturdays off
        ("EG", "2023-10-01", "2023-10-22"),  # 6 October is a Friday
        ("SA", "2023-09-14", "2023-10-08"),  # the national day, a Saturday, is made up for on Sunday
        ("AE", "2021-12-20", "2022-01-11"),  # the weekend changes on 1 January
        (None, "2024-04-15", "2024-05-06"),
    ],
)
def test_day_15_by_country(country, received, fifteenth):
    calendar = Calendar(country=country)
    assert ask(calendar, "nth_working_day", day(received), 15) == day(fifteenth)
    assert ask(calendar, "working_days", day(received), day(fifteenth)) == 15


def test_own_closures_and_public_holidays_do_not_count():
    calendar = of_terms(
        *TERMS,
        ("INSET", day("2023-11-21"), None),
        ("National day", day("2023-11-22"), None),
        ("Eid break", day("2023-11-23"), day("2023-11-24")),
    )
    assert ask(calendar, "nth_working_day", day("2023-11-17"), 15) == day("2023-12-14")
    assert ask(calendar, "in_term", day("2023-11-21"))
    assert ask(calendar, "holiday_period", day("2023-11-17"), day("2023-12-14")) is None


def test_own_weekend_wins_over_the_countrys():
    calendar = Calendar(country="GB", weekend=frozenset({4, 5}))
    assert ask(calendar, "working_days", day("2023-11-16"), day("2023-11-19")) == 1


@pytest.mark.parametrize(
    ("study", "fifteenth"),
    [
        ("Mon, Wed", "2024-01-29"),
        ("Mondays and Wednesdays", "2024-01-29"),
        ("M/W", "2024-01-29"),
        ("Mon-Wed", "2024-01-10"),
        ("Monday to Wednesday", "2024-01-10"),
        ("2", "2024-01-31"),  # working day 38
        ("2 days a week", "2024-01-31"),
        ("part-time (2 days)", "2024-01-31"),
        ("2.5", "2024-01-19"),  # working day 30
        ("5 days", "2023-12-08"),
        ("7", "2023-12-08"),
        ("full time", "2023-12-08"),
        ("", "2023-12-08"),
        (None, "2023-12-08"),
        ("evenings", "2023-12-08"),
        ("Year 12", "2023-12-08"),
        ("all but Fridays", "2023-12-08"),
        ("Saturday", "2023-12-08"),  # never a working day, so it says nothing of working days
    ],
)
def test_part_time_learners_have_study_days(study, fifteenth):
    assert ask(YEAR, "nth_working_day", day("2023-11-17"), 15, study) == day(fifteenth)
    assert ask(YEAR, "working_days", day("2023-11-17"), day(fifteenth), study) == 15
    assert ask(YEAR, "working_days", day("2023-11-17"), day(fifteenth) - timedelta(days=1), study) == 14


def test_study_days_over_the_end_of_the_week():
    egypt = Calendar(country="EG")
    assert ask(egypt, "working_days", day("2023-11-18"), day("2023-11-25"), "Sun/Tue") == 2
    assert ask(egypt, "working_days", day("2023-11-18"), day("2023-11-25"), "Sat-Mon") == 2
    assert ask(egypt, "working_days", day("2023-11-18"), day("2023-12-02"), pd.NA) == 10
    assert ask(egypt, "working_days", day("2023-11-18"), day("2023-12-02"), 3) == 6


def test_missing_dates_have_no_answer():
    calendars = Calendars({1: YEAR})
    tracker = pd.Series([1, 1, 1], index=[5, 3, 9])
    start = pd.Series([None, pd.NaT, date(1066, 10, 14)], index=[5, 3, 9], dtype=object)
    for answer in (
        calendars.working_days(tracker, start, date(2023, 10, 2)),
        calendars.nth_working_day(tracker, start, 15),
        calendars.term(tracker, start),
        calendars.in_term(tracker, start),
        calendars.holiday_period(tracker, start, date(2023, 10, 2)),
        calendars.academic_year(tracker, start),
    ):
        assert answer.isna().all()
        assert list(answer.index) == [5, 3, 9]


def test_answers_keep_the_index_and_accept_any_dates():
    calendars = Calendars({1: YEAR, 2: Calendar()})
    index = [30, 10, 20]
    tracker = pd.Series([1, 2, 99], index=index)
    ends = pd.Series(pd.to_datetime(["2024-01-09"] * 3), index=index)
    for start in (
        pd.Series(["2023-12-15"] * 3, index=index, dtype="datetime64[s]"),
        pd.Series(["2023-12-15T16:30"] * 3, index=index, dtype="datetime64[us]"),
        pd.Series([date(2023, 12, 15), datetime(2023, 12, 15, 9), pd.Timestamp("2023-12-15")], index=index),  # noqa: DTZ001
    ):
        answer = calendars.working_days(tracker, start, ends)
        assert answer.to_dict() == {30: 2, 10: 17, 20: 17}


def test_no_records_no_answers():
    nothing = pd.Series([], dtype="datetime64[ns]")
    tracker = pd.Series([], dtype="int64")
    calendars = Calendars({})
    assert calendars.working_days(tracker, nothing, nothing).empty
    assert calendars.nth_working_day(tracker, nothing, 15, pd.Series([], dtype=object)).empty
    assert calendars.holiday_period(tracker, nothing, nothing).empty


def test_a_working_day_far_off_is_found():
    assert ask(Calendar(), "nth_working_day", day("2023-11-17"), 2610) == day("2033-11-18")
    assert ask(Calendar(), "nth_working_day", day("2023-11-17"), -2610) == day("2013-11-15")
    assert ask(Calendar(), "nth_working_day", day("2023-11-17"), 10**6) is None


# ---------------------------------------------------------------------- terms


@pytest.mark.parametrize(
    ("on", "term", "in_term"),
    [
        ("2023-09-01", None, False),  # Friday before the first term, of the same academic year
        ("2023-09-02", "Autumn 2023", True),  # the weekend that touches it
        ("2023-09-04", "Autumn 2023", True),
        ("2023-10-20", "Autumn 2023", True),
        ("2023-10-22", "Autumn 2023", True),
        ("2023-10-23", "Autumn 2023", False),  # half term
        ("2023-10-28", "Autumn 2023", True),
        ("2023-11-20", "Autumn 2023", True),
        ("2023-12-17", "Autumn 2023", True),
        ("2023-12-18", None, False),
        ("2023-12-25", None, False),
        ("2024-01-06", "Spring 2023", True),
        ("2024-05-24", "Summer 2023", True),
        ("2024-07-01", None, False),
        ("2024-08-31", None, False),
        ("2024-09-02", None, None),  # another academic year
        ("2023-08-31", None, None),
    ],
)
def test_term_and_term_time(on, term, in_term):
    assert ask(YEAR, "term", day(on)) == term
    assert ask(YEAR, "in_term", day(on)) == in_term


def test_terms_that_are_not_a_whole_year_say_nothing_of_the_rest():
    autumn = of_terms(*TERMS[:2])
    assert ask(autumn, "in_term", day("2023-10-25")) is False or not ask(autumn, "in_term", day("2023-10-25"))
    assert ask(autumn, "in_term", day("2024-01-10")) is None
    assert ask(autumn, "holiday_period", day("2023-12-10"), day("2024-01-10")) is None


def test_a_second_year_that_has_only_begun_says_nothing_of_its_rest():
    calendar = of_terms(*TERMS, ("Autumn 1", day("2024-09-02"), day("2024-10-18")))
    assert ask(calendar, "in_term", day("2024-07-15")) == 0
    assert ask(calendar, "in_term", day("2024-11-04")) is None
    assert ask(calendar, "term", day("2024-09-10")) == "Autumn 2024"


def test_a_term_that_is_missing_from_the_list_is_no_holiday():
    calendar = of_terms(TERMS[0], TERMS[5])
    assert ask(calendar, "in_term", day("2024-02-01")) is None
    assert ask(calendar, "holiday_period", day("2024-02-01"), day("2024-02-20")) is None
    assert ask(calendar, "working_days", day("2024-02-01"), day("2024-02-08")) == 5


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Autumn 1", "Autumn 2", True),
        ("Autumn term 1a", "Autumn term 1b", True),
        ("Autumn (first half)", "Autumn (second half)", True),
        ("Fall 2023 A", "Fall 2023 B", True),
        ("Autumn 2023-24 1", "Autumn 2023-24 2", True),
        ("Michaelmas", "Michaelmas", True),
        ("Term 1a", "Term 1b", True),
        ("Term 1.1", "Term 1.2", True),
        ("Semester 1, first half", "Semester 1, second half", True),
        ("HT1", "HT2", True),
        ("Half term 2", "Half term 3", False),
        ("Term 1", "Term 2", False),
        ("Semester 1", "Semester 2", False),
        ("Block A", "Block B", False),
        ("Autumn", "Spring", False),
        ("Term", "Term", False),
        ("", "", False),
    ],
)
def test_halves_of_a_term_are_one_term(first, second, same):
    spans = [(day("2023-09-04"), day("2023-10-20")), (day("2023-10-30"), day("2023-12-15"))]
    calendar = of_terms(*((name, *span) for name, span in zip((first, second), spans, strict=True)))
    one, other = (ask(calendar, "term", span[0]) for span in spans)
    assert (one == other) == same
    assert ask(calendar, "term", day("2023-10-25")) == (one if same else None)


def test_a_row_that_other_rows_divide_hides_no_break():
    calendar = of_terms(
        *TERMS, ("Autumn term", day("2023-09-04"), day("2023-12-15")), ("2023-24", TERMS[0][1], TERMS[5][2])
    )
    assert ask(calendar, "working_days", day("2023-10-20"), day("2023-10-30")) == 1
    assert ask(calendar, "term", day("2023-11-01")) == "Autumn 2023"


def test_a_holiday_row_inside_a_term_is_out_of_term():
    calendar = of_terms(
        ("Autumn", day("2023-09-04"), day("2023-12-15")), ("Half term", day("2023-10-23"), day("2023-10-27"))
    )
    assert ask(calendar, "in_term", day("2023-10-25")) == 0
    assert ask(calendar, "in_term", day("2023-10-28")) == 1
    assert ask(calendar, "term", day("2023-10-25")) == "Autumn 2023"
    assert ask(calendar, "working_days", day("2023-10-20"), day("2023-10-30")) == 1


def test_which_trackers_know_their_terms():
    calendars = Calendars({1: YEAR, 2: Calendar(country="GB")})
    assert calendars.knows_terms(pd.Series([1, 2, 3])).tolist() == [True, False, False]


# ---------------------------------------------------------------------- holiday periods


AUTUMN_BREAK = "the break between Autumn 1 (ends 20 October 2023) and Autumn 2 (starts 30 October 2023)"


@pytest.mark.parametrize(
    ("start", "end", "period"),
    [
        ("2023-11-17", "2023-12-08", None),
        ("2023-09-28", "2023-10-20", None),
        ("2023-09-28", "2023-10-22", None),  # the weekend before half term is still term
        ("2023-09-28", "2023-10-23", AUTUMN_BREAK),
        ("2023-09-28", "2024-02-12", AUTUMN_BREAK),
        ("2023-10-28", "2023-11-06", None),
        ("2023-10-27", "2023-11-06", AUTUMN_BREAK),
        ("2023-08-31", "2023-09-08", "the time before Autumn 1, which starts 4 September 2023"),
        ("2024-06-20", "2024-07-01", "the time after Summer 2, which ends 28 June 2024"),
        ("2024-06-20", "2024-06-30", None),
        ("2024-07-01", "2024-06-20", None),
        ("2024-09-10", "2024-10-01", None),
    ],
)
def test_holiday_periods_of_a_year(start, end, period):
    assert ask(YEAR, "holiday_period", day(start), day(end)) == period


def test_explicit_holidays_are_called_by_their_name():
    calendar = of_terms(*TERMS, ("Christmas holiday", day("2023-12-18"), day("2024-01-05")))
    found = ask(calendar, "holiday_period", day("2023-12-11"), day("2024-01-10"))
    assert found == "Christmas holiday (18 December 2023 to 5 January 2024)"


@pytest.mark.parametrize(
    ("row", "is_period"),
    [
        (("Eid break", day("2023-11-20"), day("2023-11-22")), True),
        (("Eid break", day("2023-11-20"), day("2023-11-21")), False),
        (("Eid break", day("2023-11-23"), day("2023-11-26")), False),  # Thursday to Sunday: two weekdays
        (("Snow: college closed", day("2023-11-20"), day("2023-11-24")), False),
        (("Public holiday", day("2023-11-20"), day("2023-11-24")), False),
    ],
)
def test_what_makes_a_holiday_period(row, is_period):
    found = ask(of_terms(*TERMS, row), "holiday_period", day("2023-11-17"), day("2023-12-08"))
    assert (found is not None) == is_period


def test_a_holiday_with_a_row_for_each_day_is_one_holiday():
    days = [("Eid al-Fitr", day(f"2023-11-{number}"), None) for number in (23, 24, 27)]
    found = ask(of_terms(*TERMS, *days), "holiday_period", day("2023-11-17"), day("2023-12-08"))
    assert found == "Eid al-Fitr (23 November 2023 to 27 November 2023)"


def test_short_gaps_between_terms_are_no_holiday_period():
    calendar = of_terms(("Term 1", *TERMS[0][1:]), ("Term 2", day("2023-10-25"), day("2023-12-15")))
    assert ask(calendar, "holiday_period", day("2023-10-18"), day("2023-10-30")) is None
    assert ask(calendar, "working_days", day("2023-10-20"), day("2023-10-25")) == 1


def test_holidays_without_terms():
    calendar = of_terms(("Winter break", day("2023-12-18"), day("2023-12-29")))
    assert ask(calendar, "holiday_period", day("2023-12-11"), day("2024-01-10")) is not None
    assert ask(calendar, "in_term", day("2023-12-20")) is None
    assert ask(calendar, "working_days", day("2023-12-15"), day("2024-01-01")) == 1


# ---------------------------------------------------------------------- academic years


@pytest.mark.parametrize(
    ("calendar", "on", "year"),
    [
        (Calendar(), "2023-08-31", 2022),
        (Calendar(), "2023-09-01", 2023),
        (Calendar(country="AU"), "2024-01-01", 2024),
        (Calendar(country="AU"), "2023-12-31", 2023),
        (Calendar(country="AU", academic_year_starts=(9, 1)), "2023-12-31", 2023),
        (Calendar(academic_year_starts=(8, 1)), "2023-08-05", 2023),
        (YEAR, "2023-08-31", 2022),
        (YEAR, "2024-08-31", 2023),
        (YEAR, "2024-09-01", 2024),
        (of_terms(("Autumn", day("2023-08-21"), day("2023-12-15"))), "2023-08-21", 2023),
        (of_terms(("Autumn", day("2023-08-21"), day("2023-12-15"))), "2023-08-20", 2022),
        (of_terms(("Autumn", day("2023-08-21"), day("2023-12-15"))), "2024-08-31", 2023),
        # a British school in Singapore: its own terms tell that its year does not begin in January
        (of_terms(*TERMS, country="SG"), "2024-01-10", 2023),
        (of_terms(*TERMS, country="SG"), "2024-09-01", 2024),
        # an Australian year, the country not known
        (
            of_terms(
                ("Term 1", day("2024-01-30"), day("2024-04-12")),
                ("Term 2", day("2024-04-29"), day("2024-07-05")),
                ("Term 3", day("2024-07-22"), day("2024-09-27")),
                ("Term 4", day("2024-10-14"), day("2024-12-13")),
            ),
            "2024-10-20",
            2024,
        ),
    ],
)
def test_academic_year(calendar, on, year):
    assert ask(calendar, "academic_year", day(on)) == year


# ---------------------------------------------------------------------- people


@pytest.mark.parametrize(
    ("calendar", "sentence"),
    [
        (Calendar(), "Weekdays were counted; neither term dates nor public holidays were known."),
        (
            of_terms(*TERMS, source="sheet Term dates", country="EG"),
            "Working days were counted with the term dates on sheet Term dates, Friday-Saturday weekends and "
            "the public holidays of Egypt.",
        ),
        (
            of_terms(*TERMS, source="calendar.toml"),
            "Working days were counted with the term dates in calendar.toml and Saturday-Sunday weekends; "
            "public holidays were not known.",
        ),
        (
            Calendar(country="AE"),
            "Working days were counted with Saturday-Sunday weekends (Friday-Saturday until 31 December "
            "2021) and the public holidays of the United Arab Emirates; term dates were not known.",
        ),
    ],
)
def test_basis(calendar, sentence):
    assert Calendars({3: calendar}).basis(3) == sentence


def test_the_deadline_is_explained():
    calendar = of_terms(*TERMS, ("INSET", day("2023-11-10"), None), country="GB")
    explained = Calendars({1: calendar}).explains(1, day("2023-11-06"), 15)
    assert explained.counted == explained.latest == day("2023-11-28")
    assert explained.limit is None
    assert explained.days_off == (DaysOff(day("2023-11-10"), day("2023-11-10"), 1, "INSET"),)


def test_the_latest_deadline_keeps_out_of_the_holidays():
    explained = explain_deadline(YEAR, day("2023-10-09"), 15)
    assert explained.counted == day("2023-11-06")
    assert explained.latest == day("2023-10-20")
    assert explained.limit == AUTUMN_BREAK
    assert explained.days_off == (DaysOff(day("2023-10-23"), day("2023-10-27"), 5, "between Autumn 1 and Autumn 2"),)


def test_results_on_the_last_day_of_term_leave_no_day_for_a_deadline():
    explained = explain_deadline(YEAR, day("2023-12-15"), 15)
    assert explained.latest is None


def test_the_latest_deadline_keeps_to_the_academic_year():
    explained = explain_deadline(Calendar(country="GB"), day("2024-08-19"), 15)
    assert explained.counted == day("2024-09-10")
    assert explained.latest == day("2024-08-30")
    assert explained.limit == "the end of the academic year on 31 August 2024"
    assert [off.why for off in explained.days_off] == ["Late Summer Bank Holiday"]


def test_a_deadline_is_explained_for_any_date():
    assert explain_deadline(Calendar(country="GB"), day("1066-10-15"), 5).counted == day("1066-10-22")


# ---------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UAE", "AE"), ("U.A.E.", "AE"), ("United Arab Emirates", "AE"), ("the United Arab Emirates", "AE"),
        ("ae", "AE"), ("ARE", "AE"), ("Dubai, UAE", "AE"), ("Egypt", "EG"), ("Arab Republic of Egypt", "EG"),
        ("KSA", "SA"), ("Kingdom of Saudi Arabia", "SA"), ("England", "GB"), ("UK", "GB"),
        ("gb-wls", "GB-WLS"),
        ("Scotland", "GB-SCT"), ("Hong Kong", "HK"), ("HongKong", "HK"), ("Côte d’Ivoire", "CI"),
        ("TÜRKİYE", "TR"),
        ("South Korea", "KR"), ("Kuala Lumpur, Malaysia", "MY"), ("Narnia", None), ("", None), ("N/A", None),
        ("-", None), ("XX-1", None),
    ],
)  # fmt: skip
def test_country_code(text, code):
    assert country_code(text) == code


def test_every_country_of_the_library_is_known():
    supported = holidays.list_supported_countries(include_aliases=False)
    assert [code for code in supported if country_code(code) != code] == []


@pytest.mark.parametrize("code", ["AE", "BD", "DZ", "EG", "IQ", "JO", "KW", "OM", "QA", "SA", "YE", "GB"])
def test_weekends_agree_with_the_library(code):
    library = holidays.country_holidays(code, subdiv="ENG" if code == "GB" else None)
    days = pd.Series(pd.date_range("1999-01-01", "2026-12-31"))
    calendars = Calendars({1: Calendar(country=code)})
    counted = calendars.working_days(pd.Series(1, index=days.index), days - pd.Timedelta(days=1), days)
    assert (counted == 1).tolist() == [library.is_working_day(on.date()) for on in days]


@pytest.mark.parametrize(
    ("name", "kind", "meant"),
    [
        ("Autumn 1", None, "term"), ("Term 2", "", "term"), ("Teaching block 1", None, "term"),
        ("", None, "term"),
        ("Autumn half term", None, "holiday"), ("Half-term", None, "holiday"), ("Half term 1", None, "term"),
        ("Half-term holiday 1", None, "holiday"), ("Spring break", None, "holiday"),
        ("Easter", None, "holiday"),
        ("Easter term", None, "term"), ("Eid al-Adha", None, "holiday"), ("Summer vacation", None, "holiday"),
        ("Christmas closure", None, "holiday"), ("Closed for staff training", None, "closure"),
        ("INSET day", None, "closure"), ("August bank holiday", None, "public-holiday"),
        ("Christmas Day", None, "public-holiday"), ("Founders", "Holiday", "holiday"),
        ("Autumn", "public-holiday", "public-holiday"), ("Week off", "Half term", "holiday"),
        ("Summer", "Term", "term"), ("Eid", "Bank Holiday", "public-holiday"), ("INSET", "?", "closure"),
    ],
)  # fmt: skip
def test_period_kind(name, kind, meant):
    assert period_kind(name, kind) == meant


# ---------------------------------------------------------------------- a tracker's own terms


def test_rows_that_are_incomplete_or_reversed_are_left_out():
    calendar = calendar_from_terms(
        [
            ("Autumn 1", None, day("2023-10-20"), None),
            ("Autumn 2", day("2023-10-30"), None, None),
            ("Spring", day("2024-03-22"), day("2024-01-08"), None),
            (None, day("2024-04-15"), day("2024-06-28"), None),
            ("INSET", day("2024-05-02"), None, None),
            ("Half term", day("2024-06-03"), day("2024-07-19"), None),
        ],
        country="GB",
    )
    assert calendar.periods == (
        Period("", day("2024-04-15"), day("2024-06-28"), "term"),
        Period("INSET", day("2024-05-02"), day("2024-05-02"), "closure"),
        Period("Half term", day("2024-06-03"), day("2024-07-19"), "term"),
    )
    assert calendar.country == "GB"


def test_own_terms_win_over_given_ones():
    given = of_terms(
        ("Term 1", day("2023-09-11"), day("2023-12-22")),
        ("Half term", day("2023-10-23"), day("2023-10-27")),
        source="calendar.csv",
        country="EG",
        weekend=frozenset({4, 5}),
    )
    both = YEAR.combined(given)
    assert [p.name for p in both.periods] == [*(name for name, _, _ in TERMS), "Half term"]
    assert (both.country, both.weekend, both.source) == (
        "EG",
        frozenset({4, 5}),
        "sheet Term dates and calendar.csv",
    )
    assert Calendar(country="GB").combined(given).periods == given.periods
    assert Calendar(country="GB").combined(given).country == "GB"
    assert given.combined(YEAR).source == "calendar.csv"
    assert YEAR.combined(None) is YEAR


# ---------------------------------------------------------------------- files


def test_calendar_from_csv():
    calendar = load_calendar(DATA / "terms.csv")
    assert calendar.source == "terms.csv"
    assert calendar.periods == (
        Period("Autumn 1", day("2023-09-04"), day("2023-10-20"), "term"),
        Period("Autumn half term", day("2023-10-23"), day("2023-10-27"), "holiday"),
        Period("Autumn 2", day("2023-10-30"), day("2023-12-15"), "term"),
        Period("Spring 1", day("2024-01-08"), day("2024-02-09"), "term"),
        Period("INSET day", day("2023-11-10"), day("2023-11-10"), "closure"),
        Period("Founders' Day", day("2023-11-14"), day("2023-11-14"), "closure"),
    )


def test_calendar_from_csv_with_semicolons_and_a_title():
    assert load_calendar(DATA / "semicolons.csv").periods == (
        Period("Term 1", day("2023-09-04"), day("2023-12-15"), "term"),
        Period("Christmas closure", day("2023-12-16"), day("2024-01-07"), "holiday"),
    )


def test_calendar_from_a_workbook(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.append(["Read me"])
    sheet = workbook.create_sheet("Dates")
    sheet.append([None, "Term dates"])
    sheet.append([None, "Name", "Start date", "End date"])
    sheet.append([None, "Autumn 1", datetime(2023, 9, 4), "20/10/2023"])  # noqa: DTZ001
    sheet.append([None, "Bank holiday", date(2024, 5, 6)])
    workbook.save(tmp_path / "year.xlsx")
    calendar = load_calendar(tmp_path / "year.xlsx")
    assert calendar.source == "year.xlsx (sheet Dates)"
    assert calendar.periods == (
        Period("Autumn 1", day("2023-09-04"), day("2023-10-20"), "term"),
        Period("Bank holiday", day("2024-05-06"), day("2024-05-06"), "public-holiday"),
    )


def test_calendar_from_toml():
    calendar = load_calendar(DATA / "cairo.toml")
    assert (calendar.country, calendar.weekend, calendar.academic_year_starts) == (
        "EG",
        frozenset({4, 5}),
        (9, 1),
    )
    assert calendar.periods == (
        Period("Autumn 1", day("2023-09-04"), day("2023-10-20"), "term"),
        Period("Staff conference", day("2023-10-05"), day("2023-10-05"), "closure"),
    )


def test_calendar_from_events():
    assert load_calendar(DATA / "school.ics").periods == (
        Period("Autumn term", day("2023-09-04"), day("2023-12-15"), "term"),
        Period("Half term", day("2023-10-23"), day("2023-10-27"), "holiday"),
        Period("INSET day", day("2023-11-10"), day("2023-11-10"), "closure"),
        Period("School closed", day("2023-11-20"), day("2023-11-21"), "closure"),
    )


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("no-such-day.csv", "no-such-day.csv, row 2: '31/09/2023' is not a date"),
        ("ends-first.csv", "row 3: 'Autumn 2' ends on 2023-10-30, before it starts on 2023-12-15"),
        ("no-end.csv", "row 2: 'Autumn 1' is a term and has no end date"),
        ("no-start.csv", "row 2: 'Autumn 1' has no start date"),
        ("no-headings.csv", "no headings"),
        ("empty.csv", "holds no term dates"),
        ("missing.csv", "cannot be opened"),
        ("bad-country.toml", "country 'Narnia' is not known"),
        ("bad-weekend.toml", "weekend must list"),
        ("bad-year.toml", "academic_year_starts '13-01'"),
        ("bad-key.toml", "'holidays' is not known here; use academic_year_starts, country, periods, weekend"),
        ("bad-period-key.toml", "bad-period-key.toml, period 1: 'start' is not known here"),
        ("bad-syntax.toml", "not valid TOML"),
        ("bad-periods.toml", "[[periods]]"),
        ("damaged.ics", "damaged.ics"),
        ("no-date.ics", "no-date.ics"),
        ("damaged.xlsx", "not a workbook"),
        ("terms.docx", ".csv, .xlsx, .toml or .ics"),
    ],
)
def test_a_calendar_that_cannot_be_used_says_where_and_what_to_do(file, says):
    with pytest.raises(CalendarError) as raised:
        load_calendar(DATA / file)
    assert says in str(raised.value)
    assert str(raised.value).endswith(".")
    assert "\n" not in str(raised.value)


def test_a_cell_too_long_for_a_table_is_refused(tmp_path):
    (tmp_path / "huge.csv").write_text("Term,Starts,Ends\n" + "x" * 200_000 + ",2023-09-04,2023-10-20\n")
    with pytest.raises(CalendarError, match="row 2"):
        load_calendar(tmp_path / "huge.csv")


# ---------------------------------------------------------------------- against a walk from day to day

FIRST = date(2020, 8, 1)
COUNTRIES = [None, "GB", "EG", "AE", "SA", "SG", "MY-03"]
STUDY = {
    "Mon, Wed": {0, 2}, "Sun-Tue": {6, 0, 1}, "Thu": {3}, "full time": None, "": None,
    "1": 1, "2": 2, "3 days": 3, "4": 4,
}  # fmt: skip


@st.composite
def calendars(draw):
    """A calendar with up to six terms, holidays among them, a country or a weekend of its own."""
    rows = []
    at = FIRST + timedelta(days=draw(st.integers(0, 700)))
    for number in range(draw(st.integers(0, 6))):
        ends = at + timedelta(days=draw(st.integers(0, 90)))
        rows.append((f"Term {number}", at, ends, "term"))
        at = ends + timedelta(days=draw(st.integers(1, 40)))
    for _ in range(draw(st.integers(0, 3))):
        starts = FIRST + timedelta(days=draw(st.integers(0, 1200)))
        kind = draw(st.sampled_from(["holiday", "closure", "public-holiday"]))
        rows.append(("Off", starts, starts + timedelta(days=draw(st.integers(0, 20))), kind))
    weekend = draw(st.none() | st.frozensets(st.integers(0, 6), max_size=3))
    return calendar_from_terms(rows, country=draw(st.sampled_from(COUNTRIES)), weekend=weekend)


PUBLIC = {
    code: holidays.country_holidays(
        (code or "GB")[:2], subdiv={"GB": "ENG", "MY-03": "03"}.get(code), years=range(2015, 2032)
    )
    for code in COUNTRIES
    if code
}


def is_working(calendar, on):
    weekend = calendar.weekend
    if weekend is None and calendar.country == "AE":
        weekend = {5, 6} if on >= date(2022, 1, 1) else {4, 5}
    elif weekend is None:
        weekend = {4, 5} if calendar.country in {"EG", "SA", "MY-03"} else {5, 6}
    if on.weekday() in weekend or (calendar.country and on in PUBLIC[calendar.country]):
        return False
    terms = [p for p in calendar.periods if p.kind == "term"]
    if any(p.starts <= on <= p.ends for p in calendar.periods if p.kind != "term"):
        return False
    between = any(p.ends < on for p in terms) and any(p.starts > on for p in terms)
    return not between or any(p.starts <= on <= p.ends for p in terms)


def walked(calendar, start, end, study):
    """Count day by day."""
    if end < start:
        return -walked(calendar, end, start, study)
    days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    days = [on for on in days if is_working(calendar, on)]
    named = STUDY[study]
    weekend = calendar.weekend
    if isinstance(named, set):
        never = set(range(7)) & (set(weekend) if weekend is not None else set())
        return sum(on.weekday() in named for on in days) if named - never else len(days)
    if isinstance(named, int):
        week = 7 - len(weekend if weekend is not None else (5, 6))
        return len(days) if named >= week else len(days) * named // week
    return len(days)


moments = st.integers(-200, 1400).map(lambda n: FIRST + timedelta(days=n))
records = st.lists(st.tuples(st.integers(0, 2), moments, moments, st.sampled_from(list(STUDY))), min_size=1, max_size=8)


@settings(deadline=None, max_examples=60)
@given(st.lists(calendars(), min_size=3, max_size=3), records)
def test_counting_agrees_with_walking(known, rows):
    tracker, start, end, study = (pd.Series(column) for column in zip(*rows, strict=True))
    counted = Calendars(dict(enumerate(known))).working_days(tracker, start, end, study)
    assert counted.tolist() == [walked(known[t], *rest) for t, *rest in rows]


@settings(deadline=None, max_examples=60)
@given(calendars(), records, st.integers(-20, 40))
def test_the_nth_working_day_is_working_day_n(calendar, rows, n):
    tracker, start, _, study = (pd.Series(column) for column in zip(*rows, strict=True))
    known = Calendars(dict.fromkeys(range(3), calendar))
    found = known.nth_working_day(tracker, start, n, study)
    assert (known.working_days(tracker, start, found, study) == n).all()
    if n > 0:
        before = found - pd.Timedelta(days=1)
        assert (known.working_days(tracker, start, before, study) == n - 1).all()
        assert all(is_working(calendar, on.date()) for on in found)
    after = found + pd.Timedelta(days=1)
    more = known.working_days(tracker, start, after, study) > n
    assert not any(more & pd.Series([not is_working(calendar, on.date()) for on in after]))


@settings(deadline=None, max_examples=40)
@given(st.lists(calendars(), min_size=3, max_size=3), records)
def test_a_chunk_gives_what_its_trackers_give_one_by_one(known, rows):
    tracker, start, end, study = (pd.Series(column) for column in zip(*rows, strict=True))
    chunk = Calendars(dict(enumerate(known)))
    for method, values in (
        ("working_days", (start, end, study)),
        ("nth_working_day", (start, pd.Series(range(len(rows))), study)),
        ("knows_terms", ()),
        ("term", (start,)),
        ("in_term", (start,)),
        ("holiday_period", (start, end)),
        ("academic_year", (start,)),
    ):
        together = getattr(chunk, method)(tracker, *values)
        for number in sorted(set(tracker)):
            mine = tracker == number
            alone = getattr(Calendars({number: known[number]}), method)(tracker[mine], *(v[mine] for v in values))
            pd.testing.assert_series_equal(alone, together[mine])


@settings(deadline=None, max_examples=60)
@given(calendars(), moments, moments)
def test_holiday_periods_and_terms_agree(calendar, start, end):
    known = Calendars({0: calendar})
    start, end = sorted((start, end))
    days = pd.Series(pd.date_range(start, end))
    tracker = pd.Series(0, index=days.index)
    weekend_or_off = np.array([not is_working(calendar, on.date()) for on in days])
    out = known.in_term(tracker, days).eq(False).fillna(False).to_numpy(dtype=bool)
    terms = [p for p in calendar.periods if p.kind == "term"]
    inside = np.array([any(p.starts <= on.date() <= p.ends for p in terms) for on in days])
    covered = np.array([bool(terms) and terms[0].starts <= on.date() <= terms[-1].ends for on in days])
    assert (weekend_or_off | ~out | ~covered)[~inside].all()
    single = known.holiday_period(tracker, days, days)
    whole = known.holiday_period(pd.Series([0]), pd.Series([start]), pd.Series([end])).iloc[0]
    touched = single.dropna()
    assert pd.isna(whole) == touched.empty
    assert touched.empty or whole == touched.iloc[0]


@settings(deadline=None, max_examples=40)
@given(calendars(), moments, st.integers(1, 30))
def test_explaining_agrees_with_counting(calendar, start, n):
    known = Calendars({0: calendar})
    explained = known.explains(0, start, n)
    assert known.nth_working_day(pd.Series([0]), pd.Series([start]), n).iloc[0].date() == explained.counted
    assert explained.latest is None or start < explained.latest <= explained.counted
    assert (explained.limit is None) == (explained.latest == explained.counted)
    last = explained.latest
    if last:
        assert known.holiday_period(pd.Series([0]), pd.Series([start]), pd.Series([last])).isna().all()
        assert is_working(calendar, last)
