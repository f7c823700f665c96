"""Reports as their readers meet them: a page in a browser, JSON in a program, lines on a terminal."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from tests.browser import Browser, open_browser
from validator.findings import (
    CheckReport,
    ColumnReading,
    Coverage,
    Departure,
    Finding,
    RuleCard,
    SheetReading,
    TableReading,
    TrackerResult,
)
from validator.reports import WRITERS, OutputError, write_atomically
from validator.reports.overview import Overview
from validator.reports.terminal import summary
from validator.reports.words import field_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.findings import Severity

HOSTILE = "<img src=x onerror=\"alert('learner')\"></style><script>alert(1)</script>{{ 7 * 7 }}"
ESCAPES = "\x1b[31mEve\x1b]0;owned\x07 [bold]Marshall[/bold]\u202e :skull:\r\nERROR forged"
PROGRAMME = "Pearson BTEC International Level 3 Subsidiary Diploma in Information Technology (2020)"

# ---------------------------------------------------------------------------------------------- samples

RESUBMISSION = "Resubmission of evidence: forms and deadlines"


def card(code: str, name: str, severity: Severity, section: str, needs: tuple[str, ...], *parts: str) -> RuleCard:
    page = dict(zip(("finds", "why", "breaks", "keeps", "remedy"), parts, strict=True))
    blind = "Whether what the tracker records is what happened. The program reads the tracker only."
    return RuleCard(code, name, severity, section, needs, {**page, "blind": blind})


CARDS = (
    card(
        "PLN009", "split-learning-aim", "error", "Assessment plans", ("assignments.criteria",),
        "A learning aim of a unit whose criteria are spread over more than one assignment.",
        "A learner shows what they can do for a whole learning aim in one piece of work; splitting it "
        "gives some learners a second go at the same aim.",
        "Assignment 1 targets `A.P1` and `A.P2`, Assignment 2 targets `A.M1`.",
        "One assignment targets all of learning aim A.\n\nAn assignment written for a re-sit.",
        "Move the learning aim's criteria into one assignment and give the plan a new version number.",
    ),
    card(
        "SUB002", "learner-declaration-missing", "error", "Submission of evidence",
        ("attempts.learner_declared",),
        "A first submission without the learner's declaration that the work is their own.",
        "Without a signed and dated declaration the evidence cannot be accepted for assessment, and the "
        "learner loses the right to a resubmission.",
        "Submitted on 24 November 2023, and the declaration is blank.",
        "Submitted on 24 November 2023 with a declaration signed the same day.",
        "Find the signed declaration and record it. If there is none, speak to your Standards Verifier.",
    ),
    card(
        "RSB002", "resubmission-not-authorised", "error", RESUBMISSION, ("attempts.authorised_by",),
        "A resubmission that the Lead Internal Verifier is not recorded as having authorised.",
        "The Lead Internal Verifier sees to it that resubmissions are fair and alike for all learners.",
        "A resubmission, and the authorisation is blank.",
        "A resubmission authorised by the Lead Internal Verifier named for the programme.",
        "Find the Lead Internal Verifier's signed authorisation and record name and date.",
    ),
    card(
        "RSB007", "improvement-judgement-missing", "warning", RESUBMISSION, ("attempts.can_improve",),
        "A resubmission without the assessor's judgement that the learner can improve without guidance.",
        "It is one of the three conditions on which a resubmission may be authorised.",
        "The judgement is blank.", "The judgement is recorded as yes.",
        "Ask the assessor to record the judgement that was made at the time.",
    ),
    card(
        "RSB009", "resubmission-deadline-too-late", "error", RESUBMISSION,
        ("attempts.results_received", "attempts.deadline"),
        "A resubmission deadline more than 15 working days after the learner received the results. "
        "Day 1 is the next working day.",
        "A longer window gives one learner more time than another, and a verifier asks for the dates.",
        "Results on 15 December 2023, deadline 1 February 2024.",
        "Results on 15 December 2023, deadline on working day 15.",
        "Shorten the window if the deadline is still to come, or tell your Standards Verifier.",
    ),
    card(
        "RSB020", "results-held-back", "error", RESUBMISSION, ("attempts.results_received", "terms.starts"),
        "Results of work assessed in one term that reached the learner in a later one.",
        "Learners need feedback close to the assessment.",
        "Assessed on 13 December, returned on 9 January.", "Assessed and returned before the holiday.",
        "Return results within the term; record why it was not possible.",
    ),
    card(
        "RTK009", "higher-grade-on-retake", "error", "Retakes/Re-sits", ("attempts.grade",),
        "A Merit or Distinction awarded on a retake or re-sit.",
        "A retake or re-sit is capped at a Pass.",
        "A re-sit graded M.", "A re-sit graded P.", "Correct the grade to a Pass and re-issue the result.",
    ),
    card(
        "DDL001", "late-without-extension", "warning", "Meeting deadlines", ("attempts.submitted",),
        "A first submission after its deadline with no agreed extension.",
        "The work still counts in full, but the learner may no longer resubmit.",
        "Deadline 1 December, submitted 4 December.", "Submitted on the deadline itself.",
        "Record the extension if one was agreed; otherwise note that no resubmission may follow.",
    ),
    card(
        "TRK009", "tracker-out-of-date", "note", "Assessment tracking and recording",
        ("attempts.submitted",),
        "A tracker without a new entry for six weeks of term time.", "A tracker is a live document.",
        "The newest entry is three months old.", "The newest entry is of last week.",
        "Bring the tracker up to date.",
    ),
    card(
        "AUT001", "electronic-signature-without-trail", "error", "Authenticity and authentication",
        ("attempts.signature_kind", "attempts.signature_trail"),
        "An electronic signature with no audit trail.", "A typed name alone proves nothing.",
        "Signed electronically, no trail.", "A signature in ink.", "Keep the e-mail or the log.",
    ),
    card(
        "AWD004", "points-below-threshold", "error", "Eligibility for an award", ("awards.points",),
        "A claimed grade that the points do not reach.", "The award would be refused.",
        "A Merit claimed with 30 points.", "A Merit claimed with 52 points.", "Correct the claim.",
    ),
    card(
        "IVR003", "no-decision-sampled", "error", "Planning internal verification",
        ("verifications.verified_on", "attempts.results_received"),
        "An assignment whose results were returned and none of whose decisions was internally verified.",
        "Every assignment needs a sample before results go out.",
        "Twelve results returned, none sampled.", "Twelve results returned, three sampled.",
        "Sample decisions now and tell the Lead Internal Verifier.",
    ),
    card(
        "STR001", "file-unreadable", "error", "Assessment tracking and recording", (),
        "A file that is no workbook, is encrypted or is damaged.", "What cannot be read was not checked.",
        "A workbook with a password.", "A workbook without one.", "Save a copy without the password.",
    ),
)  # fmt: skip


def finding(rule: str, message: str, **changes: object) -> Finding:
    broken = next(card for card in CARDS if card.code == rule)
    remedy, section = broken.page["remedy"], broken.section
    plain = Finding(rule, broken.name, broken.severity, message, remedy, section, fingerprint="0f3a")
    return replace(plain, **changes)  # type: ignore[arg-type]


IT_FINDINGS = (
    finding(
        "RSB009",
        "The deadline of 1 February 2024 is 19 working days after Noor Abbas received the results on "
        "15 December 2023; working day 15 was 26 January 2024.",
        learner="Noor Abbas", unit="Unit 4", assignment="Assignment 2", attempt="resubmission",
        cells=("Submissions!F34", "Submissions!Y33"),
    ),
    finding(
        "RSB009",
        "The deadline of 30 November 2023 is 17 working days after نور الهدى received the results on "
        "7 November 2023; working day 15 was 28 November 2023.",
        learner="نور الهدى", unit="Unit 4", assignment="Assignment 1", attempt="resubmission",
        remedy="Tell your Standards Verifier, and shorten the next window to 15 working days.",
        cells=("Submissions!F41", "Submissions!Y40"),
    ),
    finding(
        "RSB002", "No authorisation by the Lead Internal Verifier is recorded for this resubmission.",
        learner="Noor Abbas", unit="Unit 4", assignment="Assignment 1", attempt="resubmission",
        cells=("Submissions!Z6",),
    ),
    finding(
        "RSB020", "Results of work assessed on 14 December 2023 reached Yusuf Demir on 9 January 2024, in "
        "the next term.",
        learner="Yusuf Demir", unit="Unit 4", assignment="Assignment 2", attempt="first",
        cells=("Submissions!Y31", "Submissions!T31", "'Term dates'!C3"),
    ),
    finding(
        "RTK009", "Daniel Weir's re-sit is graded M; a re-sit is capped at a Pass.",
        learner="Daniel Weir", unit="Unit 4", assignment="Assignment 1", attempt="retake",
        cells=("Submissions!R22", "Submissions!P22"),
    ),
    finding(
        "SUB002", "Pim Charoen submitted on 22 September 2023 without a learner declaration.",
        learner="Pim Charoen", unit="Unit 4", assignment="Assignment 1", attempt="first",
        cells=("Submissions!M12", "Submissions!N12"),
    ),
    finding(
        "SUB002", "Amal Saïd submitted on 24 November 2023 without a learner declaration.",
        learner="Amal Saïd", unit="Unit 4", assignment="Assignment 2", attempt="first",
        cells=("Submissions!M28",),
    ),
    finding(
        "RSB007", "The assessor answered “no”: Noor Abbas cannot improve without further guidance.",
        severity="error", learner="Noor Abbas", unit="Unit 4", assignment="Assignment 1",
        attempt="resubmission", cells=("Submissions!AB6",),
    ),
    finding(
        "RSB007", "No judgement is recorded that Daniel Weir can improve without further guidance.",
        learner="Daniel Weir", unit="Unit 4", assignment="Assignment 1", attempt="resubmission",
        cells=("Submissions!AB21",),
    ),
    finding(
        "DDL001", "Amal Saïd submitted on 27 November 2023, 1 working day after the deadline of "
        "24 November 2023, and no extension is recorded.",
        learner="Amal Saïd", unit="Unit 4", assignment="Assignment 2", attempt="first",
        cells=("Submissions!L28", "Submissions!F28"),
    ),
    finding("TRK009", "The newest entry is of 19 January 2024, seven weeks of term time ago.",
            cells=("Submissions!Y58",)),
)  # fmt: skip

IT_COVERAGE = (
    Coverage("PLN009", "passed", 5),
    Coverage("SUB002", "breached", 36, 2),
    Coverage("RSB002", "breached", 9, 1),
    Coverage("RSB007", "breached", 9, 2),
    Coverage("RSB009", "breached", 9, 2, ("resubmission.results_received",)),
    Coverage("RSB020", "breached", 45, 1),
    Coverage("RTK009", "breached", 2, 1),
    Coverage("DDL001", "breached", 36, 1),
    Coverage("TRK009", "breached", 1, 1),
    Coverage("AUT001", "not-checkable", missing=("attempts.signature_kind", "attempts.signature_trail")),
    Coverage("IVR003", "not-checkable", missing=("verifications.verified_on",)),
    Coverage("AWD004", "not-applicable"),
)

IT_SHEETS = (
    SheetReading(
        "Submissions",
        visible=True,
        tables=(
            TableReading(
                "Submissions", "attempts", (1,), 58,
                (
                    ColumnReading("Learner name", "Submissions!A1", "attempts.learner"),
                    ColumnReading("Issued", "Submissions!E1", "attempts.handed_out", None, "similar", 84),
                    ColumnReading("Results given on", "Submissions!Y1", "attempts.results_received"),
                    ColumnReading("Date", "Submissions!T1", "attempts.assessed", "first", "context", 71),
                    ColumnReading("Photocopied", "Submissions!AE1", None, how="none", confidence=0,
                                  nearest="Grade"),
                ),
            ),
        ),
    ),
    SheetReading("Old notes", visible=False, note="No row of this sheet looks like headings."),
)  # fmt: skip

IT_DEPARTURES = (
    Departure("limit", "deadlines_per_week", "trackers/btec-validator.toml", "4", "3"),
    Departure("left-out", "FBK004", "trackers/btec-validator.toml", reason="Agreed.", rules=("FBK004",)),
    Departure("supplied", "Lead Internal Verifier", "trackers/btec-validator.toml", "رانيا حداد"),
)

IT = TrackerResult(
    "trackers/it-12a.xlsx",
    "9f8a" * 16,
    programme=PROGRAMME,
    calendar="Monday to Friday, less the public holidays of the United Kingdom (England) and the days "
    "outside the terms on the sheet “Term dates”.",
    guide="2023-24",
    sheets=IT_SHEETS,
    coverage=IT_COVERAGE,
    findings=IT_FINDINGS,
    departures=IT_DEPARTURES,
)
CLEAN = TrackerResult(
    "trackers/it-12a-record-clean.xlsx",
    "11aa" * 16,
    programme=PROGRAMME,
    guide="2023-24",
    calendar="Monday to Friday, less the public holidays of the United Kingdom (England).",
    coverage=(
        Coverage("PLN009", "passed", 5),
        Coverage("SUB002", "passed", 36),
        Coverage("RSB009", "not-checkable", missing=("attempts.results_received",)),
        Coverage("RSB020", "not-checkable", missing=("attempts.results_received", "terms.starts|terms.ends")),
        Coverage("AWD004", "not-applicable"),
    ),
)
PLAN = TrackerResult(
    "trackers/business-plan.xlsx",
    "22bb" * 16,
    programme="Pearson BTEC International Level 3 Foundation Diploma in Business (2020)",
    guide="2023-24",
    calendar="Monday to Friday; no calendar was given, so public holidays were not left out.",
    coverage=(Coverage("PLN009", "breached", 6, 1), Coverage("SUB002", "not-applicable")),
    findings=(
        finding(
            "PLN009", "Learning aim B of Unit 1 is split between A1 and A2.",
            unit="Unit 1", assignment="A2", cells=("'Plan 2023-24'!C7", "'Plan 2023-24'!C6"),
        ),
    ),
)  # fmt: skip
LOCKED = TrackerResult(
    "trackers/art & design (عام 2).xlsx",
    "33cc" * 16,
    "unreadable",
    "The workbook is protected by a password, so nothing in it can be read; save a copy without one.",
    findings=(finding("STR001", "The workbook is protected by a password."),),
)
ODD = TrackerResult(
    "trackers/room bookings.ods",
    "44dd" * 16,
    "not-understood",
    "No table of learners, submissions or assignments was recognised on any of its 3 sheets.",
    sheets=(SheetReading("Sheet1", visible=True, note="No headings were recognised."),),
)
REPORT = CheckReport("2023-24", "2024-03-08", (IT, CLEAN, PLAN, LOCKED, ODD), CARDS)


def report_of(*trackers: TrackerResult) -> CheckReport:
    return replace(REPORT, trackers=trackers)


def hostile(text: str) -> CheckReport:
    """A report in which everything that a tracker can spell is the same hostile text."""
    column = ColumnReading(text, f"'{text}'!A1", None, how="none", nearest=text)
    table = TableReading(text, "attempts", (1,), 1, (column,))
    breach = finding(
        "SUB002",
        f"{text} submitted.",
        learner=text,
        unit=text,
        assignment=text,
        attempt=text,
        criterion=text,
        cells=(f"'{text}'!A1",),
        remedy=text,
        section=text,
    )
    sheet = SheetReading(text, visible=False, tables=(table,), note=text)
    asked = tuple(
        Departure(kind, text, text, text, text, text, (text,))
        for kind in ("limit", "severity", "left-out", "selected", "rules", "supplied")
    )
    tracker = TrackerResult(
        f"{text}/{text}", text, "checked", text, text, text, text, (sheet,), IT_COVERAGE, (breach,), asked
    )
    return report_of(tracker, replace(tracker, status="unreadable"))


def many_findings(number: int) -> CheckReport:
    findings = tuple(
        finding(
            "SUB002",
            f"Learner {row} submitted on 22 September 2023 without a learner declaration.",
            learner=f"Learner {row}", unit="Unit 4", assignment="Assignment 1", attempt="first",
            cells=(f"Submissions!M{row}", f"Submissions!N{row}"),
        )
        for row in range(2, number + 2)
    )  # fmt: skip
    return report_of(replace(IT, findings=findings))


# ---------------------------------------------------------------------------------------------- the page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as chromium:
        yield chromium


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return save(REPORT, tmp_path)


def save(report: CheckReport, folder: Path) -> Path:
    page = folder / "compliance-report.html"
    write_atomically(page, WRITERS["html"](report))
    return page


def test_page_opens_without_complaints_or_requests(browser: Browser, saved: Path) -> None:
    browser.open(saved)

    assert browser.requests() == [saved.resolve().as_uri()]
    assert browser.console() == []
    assert browser.run("return document.querySelectorAll('script').length") == 1
    assert browser.run("return document.querySelectorAll('link, [style], [onclick], [src]').length") == 0
    links = browser.run("return [...document.querySelectorAll('[href]')].map(e => e.getAttribute('href'))")
    assert links
    assert all(link.startswith("#") for link in links)


def test_policy_allows_one_style_sheet_and_one_script_and_nothing_else(browser: Browser, saved: Path) -> None:
    browser.open(saved)
    policy = browser.run("return document.querySelector('meta[http-equiv]').content")

    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; script-src 'sha256-[A-Za-z0-9+/]{43}='; "
        r"require-trusted-types-for 'script'; base-uri 'none'; form-action 'none'",
        policy,
    )
    assert browser.run("return getComputedStyle(document.querySelector('.masthead')).backgroundColor") != (
        "rgba(0, 0, 0, 0)"
    )


def test_every_link_leads_somewhere_and_no_id_is_given_twice(browser: Browser, saved: Path) -> None:
    browser.open(saved)

    ids = browser.run("return [...document.querySelectorAll('[id]')].map(element => element.id)")
    targets = browser.run("return [...document.querySelectorAll('a')].map(a => a.getAttribute('href').slice(1))")
    assert len(ids) == len(set(ids))
    assert set(targets) <= set(ids)


def test_verdict_and_reach_stand_on_the_first_screen(browser: Browser, saved: Path) -> None:
    browser.open(saved, width=1366, height=768)

    shown = browser.run(
        "return [...document.querySelectorAll('.verdict .headline')].map(e => ["
        "e.innerText, e.getBoundingClientRect().bottom, getComputedStyle(e).fontSize])"
    )
    found, reach = shown
    assert found[0] == "10 errors to put right before certification in 3 of 5 trackers"
    assert reach[0] == (
        "4 rules could not be checked in at least one tracker, 2 trackers could not be read or understood and 1 rule "
        "was left out as asked"
    )
    assert reach[1] < 768
    assert found[2] == reach[2], "how much was checked is as prominent as what was found"
    assert browser.run("return document.querySelector('.reach, #reach').getBoundingClientRect().bottom") < 768


def test_every_finding_is_there_with_its_cells_and_its_remedy(browser: Browser, saved: Path) -> None:
    browser.open(saved)

    text = browser.text()
    for tracker in REPORT.trackers:
        for breach in tracker.findings:
            assert breach.message in text
            assert breach.remedy in text
            assert breach.section in text
            assert breach.learner is None or breach.learner in text
            assert all(cell in text for cell in breach.cells)
    assert "Resubmission deadline too late" in text
    assert "A longer window gives one learner more time than another" in text


def test_trackers_that_could_not_be_read_are_named_with_their_reason(browser: Browser, saved: Path) -> None:
    browser.open(saved)

    rows = browser.run("return [...document.querySelectorAll('.index tbody tr')].map(row => row.innerText)")
    assert len(rows) == len(REPORT.trackers)
    assert "art & design (عام 2).xlsx" in rows[3]
    assert LOCKED.reason in rows[3]
    assert "Could not be read" in rows[3]
    assert ODD.reason in rows[4]
    assert "Not understood" in rows[4]


def test_what_could_not_be_checked_is_named_and_never_among_the_passed(browser: Browser, saved: Path) -> None:
    browser.open(saved)

    rows = "return [...document.querySelectorAll(arguments[0])].map(row => row.textContent)"
    not_checkable = browser.run(rows, "#t2-coverage tr.not-checkable")
    passed = browser.run(rows, "#t2-coverage tr.passed")
    assert [row.split()[0] for row in not_checkable] == ["RSB009", "RSB020"]
    assert "Results received (submissions)" in not_checkable[0]
    assert "first day (term dates) or last day (term dates)" in not_checkable[1]
    assert [row.split()[0] for row in passed] == ["PLN009", "SUB002"]
    assert "Passed on 36 records" in passed[1]
    assert "No breach found, but not all could be checked" in browser.run(
        "return document.querySelector('#t2').textContent"
    )


def test_departures_from_the_default_are_named_with_who_asked(browser: Browser, saved: Path) -> None:
    browser.open(saved)
    told, *left_out = browser.run(
        "return [...document.querySelectorAll('.departures, tr.left-out')].map(e => e.innerText)"
    )
    assert "The limit deadlines_per_week is 4 instead of 3." in told
    assert told.count("trackers/btec-validator.toml, for it-12a.xlsx") == 3
    assert [" ".join(text.split()) for text in left_out] == ["FBK004 trackers/btec-validator.toml: Agreed."]


def test_a_tracker_that_is_not_wholly_checked_is_never_clear() -> None:
    states = {name: Overview(report_of(result)).trackers[0] for name, result in
              (("passed", PASSED), ("ignored", IGNORED), ("halfway", HALFWAY))}  # fmt: skip
    assert {name: tracker.standing for name, tracker in states.items()} == {
        "passed": "clear", "ignored": "partial", "halfway": "partial",
    }  # fmt: skip
    assert states["ignored"].state == "No breach found, but not all was checked"
    assert Overview(report_of(IGNORED)).standing == Overview(report_of(HALFWAY)).standing == "partial"


def test_how_the_tracker_was_read_is_told(browser: Browser, saved: Path) -> None:
    browser.open(saved)

    reading = " ".join(browser.run("return document.querySelector('#t1-reading').textContent").split())
    assert "Issued Submissions!E1 Hand-out date (submissions) Similar heading, 84%" in reading
    assert "Photocopied Submissions!AE1 Not used; the nearest heading is Grade" in reading
    assert "No row of this sheet looks like headings." in reading


def test_hostile_text_stays_text(browser: Browser, tmp_path: Path) -> None:
    browser.open(save(hostile(HOSTILE), tmp_path))

    # An alert would make the next call fail.
    assert browser.run("return document.querySelectorAll('img').length") == 0
    assert browser.run("return document.querySelectorAll('script').length") == 1, "the page's own"
    assert browser.console() == []
    assert len(browser.requests()) == 1
    assert browser.text().count(HOSTILE) > 10
    assert browser.overflow() == 0


@pytest.mark.parametrize("width", [320, 360, 400, 768, 1024, 1366])
def test_page_never_scrolls_sideways(browser: Browser, tmp_path: Path, width: int) -> None:
    unbroken = "Subsidiary" * 30
    long_words = replace(
        IT,
        path=f"{unbroken}/{unbroken}.xlsx",
        programme=unbroken,
        findings=(
            *IT_FINDINGS,
            finding("SUB002", unbroken, learner=unbroken, assignment=unbroken, cells=(f"{unbroken}!A1",)),
        ),
    )
    page = save(report_of(long_words, CLEAN, LOCKED), tmp_path)
    browser.open(page, width=width, height=800)
    browser.run("document.querySelectorAll('details').forEach(details => { details.open = true })")

    assert browser.overflow() == 0


def test_page_reads_without_scripts_and_with_a_screen_reader(browser: Browser, saved: Path) -> None:
    browser.open(saved, scripts=False)

    tree = browser.command("Accessibility.getFullAXTree")["nodes"]
    said = " ".join(str(node.get("name", {}).get("value", "")) for node in tree if not node["ignored"])
    assert IT_FINDINGS[0].message in said
    assert "AUT001" in said
    assert browser.console() == []


def test_text_has_enough_contrast_in_light_and_dark(browser: Browser, saved: Path) -> None:
    for scheme in ("light", "dark"):
        browser.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        browser.open(saved)
        faint = browser.run(CONTRAST)
        assert faint == [], scheme
    browser.command("Emulation.setEmulatedMedia", features=[])


CONTRAST = """
const luminance = ([r, g, b]) => [r, g, b].map(c => c / 255)
  .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
  .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const channels = colour => colour.match(/[0-9.]+/g).map(Number);
const ground = element => {
  for (let e = element; e; e = e.parentElement) {
    const colour = channels(getComputedStyle(e).backgroundColor);
    if (colour.length === 3 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
};
document.querySelectorAll('details').forEach(details => { details.open = true });
const faint = [];
for (const element of document.querySelectorAll('body *')) {
  if (![...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue;
  const [light, dark] = [channels(getComputedStyle(element).color), ground(element)]
    .map(luminance).sort((a, b) => b - a);
  const ratio = (light + 0.05) / (dark + 0.05);
  if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${element.tagName}.${element.className}`);
}
return [...new Set(faint)];
"""


def test_page_prints_with_folded_parts_opened(browser: Browser, saved: Path) -> None:
    browser.open(saved)
    shown = "return document.querySelector('#t1-reading table').checkVisibility()"
    assert not browser.run(shown)

    browser.command("Emulation.setEmulatedMedia", media="print")
    assert browser.run(shown)
    browser.command("Emulation.setEmulatedMedia", media="")
    printed = browser.pdf()
    assert printed.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) > 5
    assert b"/MediaBox [0 0 59" in printed, "A4"


def test_five_thousand_findings_are_all_there(browser: Browser, tmp_path: Path) -> None:
    browser.open(save(many_findings(5000), tmp_path))

    assert browser.run("return document.querySelectorAll('#t1 .findings > li').length") == 5000
    text = browser.text()
    assert all(f"Learner {row} submitted" in text for row in range(2, 5002))
    assert "5,000 errors to put right before certification" in text
    assert browser.run("return document.querySelectorAll('*').length / 5000") < 30, "elements per learner"

    browser.driver.find_element("css selector", "a[href='#t1-coverage']").click()
    top = browser.run("return document.querySelector('#t1-coverage').getBoundingClientRect().top")
    assert 0 <= top < 768, "a link leads past all of them"


def test_large_batch_lists_every_tracker(browser: Browser, tmp_path: Path) -> None:
    batch = tuple(replace(IT, path=f"group-{number % 3}/it-{number}.xlsx") for number in range(60))
    browser.open(save(report_of(*batch), tmp_path))

    assert browser.run("return document.querySelectorAll('.index tbody tr').length") == 60
    assert browser.run("return document.querySelectorAll('.tracker h2').length") == 60
    assert "480 errors to put right before certification in 60 of 60 trackers" in browser.text()
    assert "group-2/" in browser.run("return document.querySelector('.index').innerText")


# ---------------------------------------------------------------------------------------------- the verdict


def verdict(*trackers: TrackerResult) -> tuple[str, str]:
    overview = Overview(report_of(*trackers))
    return overview.headline, overview.caveat


WARNED = replace(PLAN, findings=tuple(f for f in IT_FINDINGS if f.severity == "warning"))
ALL_CHECKED = "Every rule that applies could be checked (1 rule)"
NOTED = replace(PLAN, findings=tuple(f for f in IT_FINDINGS if f.severity == "note"))
PASSED = replace(PLAN, findings=(), coverage=(Coverage("PLN009", "passed", 6),))
IGNORED = replace(PASSED, departures=IT_DEPARTURES[1:2])
HALFWAY = replace(PASSED, reason="The centre's own rules were not run.")
BLANK = replace(PLAN, findings=(), coverage=(Coverage("PLN009", "not-checkable", missing=("units.unit",)),))


@pytest.mark.parametrize(
    ("trackers", "headline", "caveat"),
    [
        ((PASSED,), "No breach found in what could be checked", ALL_CHECKED),
        ((IGNORED,), "No breach found in what could be checked",
         "Every other rule that applies could be checked (1 rule); 1 rule was left out as asked"),
        ((IGNORED, BLANK), "No breach found in what could be checked",
         "1 rule could not be checked in at least one tracker and 1 rule was left out as asked"),
        ((HALFWAY,), "No breach found in what could be checked", "Some rules could not be run"),
        ((PASSED, HALFWAY), "No breach found in what could be checked", "Some rules could not be run on 1 tracker"),
        ((PASSED, BLANK), "No breach found in what could be checked",
         "1 rule could not be checked in at least one tracker"),
        ((PASSED, ODD), "No breach found in what could be checked",
         "1 tracker could not be read or understood"),
        ((CLEAN,), "No breach found in what could be checked", "2 rules could not be checked"),
        ((BLANK,), "Nothing could be checked in this tracker", "1 rule could not be checked"),
        ((LOCKED,), "Nothing could be checked in this tracker",
         "The tracker could not be read or understood"),
        ((LOCKED, ODD), "Nothing could be checked in any of the 2 trackers",
         "2 trackers could not be read or understood"),
        ((), "No tracker was given, so nothing was checked", "No rule was checked"),
        ((WARNED,), "No error found in what could be checked, but 2 warnings",
         ALL_CHECKED),
        ((NOTED,), "No error or warning found in what could be checked, only 1 note",
         ALL_CHECKED),
        ((PLAN,), "1 error to put right before certification", ALL_CHECKED),
    ],
)  # fmt: skip
def test_verdict_never_says_more_than_was_checked(
    trackers: tuple[TrackerResult, ...], headline: str, caveat: str
) -> None:
    assert verdict(*trackers) == (headline, caveat)


@pytest.mark.parametrize(
    ("field", "plain"),
    [
        ("attempts.results_received", "results received (submissions)"),
        ("first.results_received", "results received (first submissions)"),
        ("terms.starts|terms.ends", "first day (term dates) or last day (term dates)"),
        ("attempts.not_in_the_list_yet", "not in the list yet (submissions)"),
        ("new_table.new_field", "new field (new table)"),
    ],
)
def test_fields_are_named_in_plain_words(field: str, plain: str) -> None:
    assert field_name(field) == plain


# ---------------------------------------------------------------------------------------------- JSON


def test_json_says_everything_under_the_agreed_keys() -> None:
    document = json.loads(WRITERS["json"](REPORT))

    assert list(document) == [
        "schema_version", "tool", "guide", "as_of", "learners", "trackers", "waivers", "baseline",
    ]  # fmt: skip
    assert document["schema_version"] == "1"
    assert set(document["tool"]) == {"name", "version"}
    tracker = document["trackers"][0]
    assert set(tracker) == {
        "path", "sha256", "status", "counts", "coverage", "findings",
        "reason", "programme", "calendar", "guide", "guide_reason", "departures", "sheets", "drift",
        "waived", "fixed", "unsettled", "parts",
    }  # fmt: skip
    assert tracker["counts"] == {"error": 8, "warning": 2, "note": 1}
    assert tracker["coverage"][9] == {
        "rule": "AUT001", "status": "not-checkable", "checked": 0, "breaches": 0,
        "missing": ["attempts.signature_kind", "attempts.signature_trail"],
    }  # fmt: skip
    assert set(tracker["findings"][0]) == {
        "rule", "name", "severity", "message", "remedy", "section", "learner", "unit", "assignment",
        "attempt", "criterion", "cells", "fingerprint", "assessor", "internal_verifier", "waiver", "change",
    }  # fmt: skip
    assert tracker["findings"][0]["criterion"] is None
    assert [finding["message"] for finding in tracker["findings"]] == [f.message for f in IT_FINDINGS]
    assert tracker["sheets"] == json.loads(json.dumps([asdict(sheet) for sheet in IT_SHEETS]))
    assert [tracker["status"] for tracker in document["trackers"]] == [t.status for t in REPORT.trackers]


def test_json_is_readable_utf8_with_one_newline_at_its_end() -> None:
    text = WRITERS["json"](REPORT)

    assert "Amal Saïd" in text
    assert "نور الهدى" in text
    assert text.endswith("}\n")


@pytest.mark.parametrize("output", sorted(WRITERS))
def test_same_report_gives_same_bytes(output: str) -> None:
    program = f"""
import sys
from tests.test_report import REPORT
from validator.reports import WRITERS
sys.stdout.buffer.write(WRITERS[{output!r}](REPORT).encode())
"""
    runs = {run(program, PYTHONHASHSEED=seed) for seed in ("1", "2")}
    assert runs == {WRITERS[output](REPORT).encode()}


@pytest.mark.parametrize("output", sorted(WRITERS))
def test_half_a_surrogate_pair_in_a_file_name_can_be_written(output: str, tmp_path: Path) -> None:
    report = report_of(replace(IT, path="it-\udce9.xlsx"))
    write_atomically(tmp_path / "report", WRITERS[output](report))

    assert "it-?.xlsx" in (tmp_path / "report").read_text("utf-8")


# ---------------------------------------------------------------------------------------------- terminal


def run(program: str, **environment: str) -> bytes:
    """Run a program with its output piped, as another program would, and return the bytes that it writes."""
    kept = {key: value for key, value in os.environ.items() if key not in {"FORCE_COLOR", "TTY_COMPATIBLE"}}
    root = str(Path(__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**kept, "PYTHONPATH": root, **environment},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout


def piped(report: str, encoding: str) -> str:
    program = f"""
from tests import test_report
from rich.console import Console
from validator.reports.terminal import summary
summary(test_report.{report}, Console(), written=["out/compliance-report.html"])
"""
    return run(program, PYTHONIOENCODING=encoding).decode(encoding)


def shown(report: CheckReport, *, written: tuple[str, ...] = ("report.html",)) -> str:
    console = Console(file=io.StringIO(), width=100)
    with console.capture() as captured:
        summary(report, console, written=written)
    return captured.get()


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp437", "ascii"])
def test_terminal_summary_survives_a_pipe_in_any_encoding(encoding: str) -> None:
    text = piped("REPORT", encoding)

    assert "\x1b" not in text
    lines = [line.strip() for line in text.splitlines()]
    assert "trackers/it-12a.xlsx: 8 errors, 2 warnings, 1 note; 9 of 11 applicable rules checked" in lines
    assert "Noor Abbas, Unit 4, Assignment 2, resubmission  Submissions!F34" in lines
    assert IT_FINDINGS[0].message in lines
    assert "1 note in the report" in lines
    assert any("Could not be read. The workbook is protected by a password" in line for line in lines)
    assert lines[-1] == "Report: out/compliance-report.html"
    assert "4 rules could not be checked" in lines[-2]


def test_terminal_summary_does_not_obey_tracker_text() -> None:
    text = piped("hostile(test_report.ESCAPES)", "utf-8")

    # Everything in it is plain, printable text, and no line starts with what the tracker forged.
    assert all(character.isprintable() or character == "\n" for character in text)
    assert "[bold]Marshall[/bold]" in text
    assert ":skull:" in text
    assert "\\x1b[31mEve" in text
    assert "\\u202e" in text
    assert not any(line.startswith("ERROR forged") for line in text.splitlines())


def test_terminal_summary_counts_what_it_leaves_out() -> None:
    assert "and 37 more errors in the report" in shown(many_findings(57))
    assert "and 37 more errors not shown here" in shown(many_findings(57), written=())
    assert "and 1 more error in the report" in shown(many_findings(21))
    assert " more error" not in shown(many_findings(20))


# ---------------------------------------------------------------------------------------------- files


def test_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    target.write_text("old", encoding="utf-8")
    write_atomically(target, "new\nرؤى\n")

    assert target.read_bytes() == "new\nرؤى\n".encode()
    assert list(tmp_path.iterdir()) == [target]


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"the folder .*nowhere does not exist"):
        write_atomically(tmp_path / "nowhere" / "report.html", "text")


def test_folder_is_not_a_place_to_write_to(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="that is a folder"):
        write_atomically(tmp_path, "text")


def test_failed_writing_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    target.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(target, "new \ud800")

    assert target.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_reports_cost_no_pandas() -> None:
    program = """
import sys
from tests.test_report import REPORT
from validator.reports import WRITERS
for render in WRITERS.values():
    render(REPORT)
print("pandas" in sys.modules)
"""
    assert run(program).strip() == b"False"
