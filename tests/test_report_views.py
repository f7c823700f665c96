"""The report as people work with it in a browser: views, filters, search, keyboard, print, and an eye for everyone."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from tests.browser import Browser, open_browser
from tests.test_report import CLEAN, HOSTILE, IT, LOCKED, PLAN, REPORT, finding, hostile, many_findings, report_of, save
from validator.findings import Baseline, Registers, Waiver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from validator.findings import Finding

WAIVER = Waiver(
    "In hospital; the Standards Verifier agreed.", "Lead IV رانيا حداد", "2027-03-31", "btec-validator.toml"
)
ROW = (
    ("Learner name", "Noor Abbas", "Submissions!A34"),
    ("Deadline", "1 February 2024", "Submissions!F34"),
    ("Results given on", "15 December 2023", "Submissions!Y34"),
)


def told(at: int, breach: Finding) -> Finding:
    """The finding as the whole pipeline tells it: with its people, its row and its change since the baseline."""
    return replace(
        breach,
        assessor="Ms Okafor" if at % 2 else "Mr Lindqvist",
        internal_verifier="J. Bloggs" if breach.learner else None,
        record=ROW if at == 0 else (),
        change="new" if at in (0, 3) else "unchanged",
        waiver=WAIVER if at == 4 else None,
    )


WORK = tuple(
    (learner, "Unit 4", assignment)
    for learner in ("Noor Abbas", "Daniel Weir", "نور الهدى", "Zoë Quiet")
    for assignment in ("Assignment 1", "Assignment 2")
)
GONE = (
    finding("SUB002", "Ben Ode submitted without a declaration.", learner="Ben Ode"),
    finding("AUT001", "An electronic signature of Ben Ode has no trail.", learner="Ben Ode"),
)
FULL = replace(
    IT,
    findings=tuple(told(at, breach) for at, breach in enumerate(IT.findings)),
    registers=Registers(work=WORK),
    fixed=GONE,
)
BATCH = replace(report_of(FULL, CLEAN, PLAN, LOCKED), baseline=Baseline("earlier.json", "2024-02-02"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as chromium:
        yield chromium


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Browser:
    browser.open(save(BATCH, tmp_path))
    return browser


# ---------------------------------------------------------------------------------------------- helpers


def choose(browser: Browser, name: str, text: str) -> None:
    """Choose an option of a list by what it says, as a person does."""
    control = browser.driver.find_element(By.NAME, name)
    if not control.is_displayed():
        browser.driver.find_element(By.ID, "more").click()
    Select(control).select_by_visible_text(text)


def search(browser: Browser, words: str) -> None:
    field = browser.driver.find_element(By.NAME, "q")
    field.clear()
    field.send_keys(words)
    kept = "return new URLSearchParams(location.hash.slice(1)).get('q')"
    WebDriverWait(browser.driver, 20).until(lambda _: browser.run(kept) == words)


def status(browser: Browser) -> str:
    return str(browser.run("return document.getElementById('shown').textContent"))


def shown(browser: Browser) -> list[str]:
    """Return the sentences of the findings that can be seen, from top to bottom."""
    return list(
        browser.run(
            "return [...document.querySelectorAll('.findings > li')].filter(li => li.checkVisibility())"
            ".map(li => li.querySelector('.what > p:not(.about)').textContent)"
        )
    )


def headings(browser: Browser) -> list[str]:
    return list(
        browser.run(
            "return [...document.querySelectorAll('.group > summary')].filter(e => e.checkVisibility())"
            ".map(e => e.innerText.replace(/\\s+/g, ' '))"
        )
    )


def hidden_trackers(browser: Browser) -> list[str]:
    return list(browser.run("return [...document.querySelectorAll('.tracker[hidden] h2')].map(e => e.textContent)"))


def address(browser: Browser) -> str:
    return str(browser.run("return location.hash"))


def clickable(browser: Browser, selector: str) -> Any:
    element = browser.driver.find_element(By.CSS_SELECTOR, selector)
    browser.run("arguments[0].scrollIntoView({block: 'center'})", element)
    return element


# ---------------------------------------------------------------------------------------------- first screen


def test_first_screen_says_what_to_fix_first_and_leads_to_it(opened: Browser) -> None:
    first, *_ = opened.run(
        "return [...document.querySelectorAll('.panel .weights.is-error li')].map(li => [li.innerText, "
        "li.getBoundingClientRect().bottom])"
    )
    assert first[0].split("\n")[0] == "Learner declaration missing"
    assert "2 errors, 2 learners" in first[0]
    assert first[1] < 768
    clickable(opened, ".panel .weights a").click()
    top = opened.run("return document.querySelector('#t1-error-SUB002').getBoundingClientRect().top")
    assert 0 <= top < 400


def test_first_screen_says_how_every_tracker_stands(opened: Browser) -> None:
    line = opened.run("return document.querySelector('.besides li').innerText")
    assert line == "Trackers: 2 with errors, 1 not checked at all, 1 without a breach found, but not wholly checked."


def test_one_click_from_the_first_screen_leads_to_what_was_not_checked(opened: Browser) -> None:
    link = opened.driver.find_element(By.LINK_TEXT, "What was not checked")
    assert link.rect["y"] < 768
    link.click()
    top = opened.run("return document.querySelector('#not-checked').getBoundingClientRect().top")
    text = opened.run("return document.querySelector('#not-checked').innerText")
    assert 0 <= top < 400
    assert "Results received (submissions)\n2 rules in 1 tracker\nRSB009, RSB020" in text
    assert "it-12a.xlsx (2 rules)" in text
    assert "art & design (عام 2).xlsx (not at all)" in text


def test_change_since_the_baseline_is_told_where_there_is_one(opened: Browser, tmp_path: Path) -> None:
    text = opened.text()
    assert "Since the baseline of 2 February 2024 (earlier.json): 2 findings are new, 9 unchanged, 2 fixed." in text
    opened.driver.find_element(By.LINK_TEXT, "See the new").click()
    assert shown(opened) == [FULL.findings[0].message, FULL.findings[3].message]

    opened.open(save(REPORT, tmp_path))
    assert "baseline" not in opened.run("return document.querySelector('main').innerText").lower()


def test_waived_findings_are_told_with_their_reason_and_do_not_count(opened: Browser) -> None:
    verdict = opened.run("return document.querySelector('.verdict').innerText")
    assert "9 errors to put right before certification in 3 of 4 trackers" in verdict
    told = " ".join(opened.run("return document.querySelector('#t1-error-RTK009').textContent").split())
    assert FULL.findings[4].message in told
    assert told.startswith("RTK009 Higher grade on retake1 waived")
    assert "until 31 March 2027, Lead IV رانيا حداد: In hospital; the Standards Verifier agreed." in told


def test_sections_of_the_guide_are_told_with_what_breaks_them(opened: Browser) -> None:
    rows = opened.run("return [...document.querySelectorAll('.sections tbody tr')].map(r => r.innerText.split(/\\s+/))")
    assert rows[0] == ["Resubmission", "of", "evidence:", "forms", "and", "deadlines", "5", "1", "0"]
    widths = opened.run("return [...document.querySelectorAll('.sections rect')].map(r => r.getAttribute('width'))")
    assert widths[:2] == ["83.33%", "16.67%"]


# ---------------------------------------------------------------------------------------------- learners and work


def heat(browser: Browser) -> dict[str, list[str]]:
    rows = browser.run(
        "return [...document.querySelectorAll('#t1-heat tbody tr')].map(row => [...row.cells].map(cell => "
        "cell.querySelector('a[aria-label]')?.getAttribute('aria-label') ?? cell.textContent))"
    )
    return {name: cells for name, *cells in rows}


def test_map_of_learners_tells_no_record_no_finding_and_findings_apart(opened: Browser) -> None:
    cells = heat(opened)
    columns = opened.run(
        "return [...document.querySelectorAll('#t1-heat thead tr:last-child th')].map(h => h.innerText)"
    )

    assert columns == ["Learner", "Assignment 1", "Assignment 2"]
    assert cells["Noor Abbas"] == ["2: 2 errors", "1: 1 error"]
    assert cells["Zoë Quiet"] == ["0", "0"], "a record without a finding is no pass, and says so in words of its own"
    assert cells["Yusuf Demir"] == ["", "1: 1 error"], "no record, no word"
    assert (
        cells["Daniel Weir"] == ["(1): 1 waived and 1 warning"]
        or cells["Daniel Weir"][0] == "1: 1 warning and 1 waived"
    )
    assert "passed" not in opened.run("return document.querySelector('#t1-heat').innerText").lower()


def test_a_cell_of_the_map_leads_to_its_findings(opened: Browser) -> None:
    clickable(opened, "#t1-heat td a[data-learner='Noor Abbas']").click()
    assert shown(opened) == [FULL.findings[2].message, FULL.findings[7].message]


def test_map_of_a_large_cohort_scrolls_with_its_headings(browser: Browser, tmp_path: Path) -> None:
    work = tuple((f"Learner {at}", f"Unit {n % 9}", f"Assignment {n}") for at in range(150) for n in range(30))
    browser.open(save(report_of(replace(FULL, registers=Registers(work=work))), tmp_path), width=800)

    assert browser.overflow() == 0
    box, head, name = browser.run("""
        const box = document.querySelector(".scroller");
        box.scrollTo(900, 1500);
        const at = selector => box.querySelector(selector).getBoundingClientRect();
        return [box.getBoundingClientRect(), at("thead tr:first-child :nth-child(5)"), at("tbody tr:nth-child(60) th")];
    """)
    assert abs(head["y"] - box["y"]) < 3
    assert abs(name["x"] - box["x"]) < 3


def test_natural_order_of_learners_and_work(tmp_path: Path, browser: Browser) -> None:
    work = tuple((f"learner {at}", "Unit 1", f"Assignment {at}") for at in (10, 2, 1))
    browser.open(save(report_of(replace(IT, findings=(), registers=Registers(work=work))), tmp_path))
    assert list(heat(browser)) == ["learner 1", "learner 2", "learner 10"]


# ---------------------------------------------------------------------------------------------- views


def test_one_learners_story_is_told_in_order_with_its_rows(opened: Browser) -> None:
    choose(opened, "learner", "Noor Abbas")

    assert headings(opened) == ["Noor Abbas 3 errors"]
    assert shown(opened) == [FULL.findings[at].message for at in (2, 7, 0)], "Assignment 1 before Assignment 2"
    assert hidden_trackers(opened) == [CLEAN.path[9:], PLAN.path[9:], LOCKED.path[9:]]
    assert status(opened) == "3 of 13 findings shown in 1 of 4 trackers."
    story = opened.run("return document.querySelector('#t1').innerText")
    assert "RSB009 Resubmission deadline too late" in " ".join(story.split())
    assert "To put it right: Shorten the window" in story
    assert "Guide: Resubmission of evidence: forms and deadlines" in story
    assert "15 December 2023" in story, "the row is open"
    assert "Deadline F34" in story
    assert opened.run("return document.querySelector('.record .hit').innerText").startswith("Deadline F34")


@pytest.mark.parametrize(
    ("view", "first"),
    [
        ("Learner", "Noor Abbas 3 errors"),
        ("Unit and assignment", "Unit 4 · Assignment 1"),
        ("Assessor", "Mr Lindqvist"),
        ("Internal verifier", "J. Bloggs"),
        ("Rule", "SUB002 Learner declaration missing 2 errors"),
    ],
)
def test_every_view_shows_every_finding_once(opened: Browser, view: str, first: str) -> None:
    sentences = sorted(breach.message for tracker in BATCH.trackers for breach in tracker.findings)
    choose(opened, "view", "Learner")
    choose(opened, "view", view)

    assert sorted(shown(opened)) == sentences
    assert headings(opened)[0].startswith(first)


def test_views_name_those_findings_that_are_about_nobody(opened: Browser) -> None:
    choose(opened, "view", "Internal verifier")
    assert "No internal verifier recorded 1 note" in headings(opened)
    choose(opened, "view", "Learner")
    assert headings(opened)[-1].startswith("About no learner")


def test_filters_narrow_what_is_shown_and_say_so(opened: Browser) -> None:
    choose(opened, "assessor", "Ms Okafor")
    by_person = shown(opened)
    assert set(by_person) == {FULL.findings[at].message for at in range(1, 11, 2)}
    choose(opened, "rule", "SUB002 Learner declaration missing")
    assert shown(opened) == [FULL.findings[5].message]
    assert headings(opened) == ["SUB002 Learner declaration missing 1 of 2 errors"]
    opened.driver.find_element(By.ID, "show-all").click()
    assert len(shown(opened)) == 13
    assert status(opened) == "All 13 findings shown."
    assert hidden_trackers(opened) == []


def test_severities_can_be_left_out(opened: Browser) -> None:
    opened.driver.find_element(By.ID, "more").click()
    clickable(opened, "[name=severity][value=error]").click()
    assert sorted(shown(opened)) == sorted(FULL.findings[at].message for at in (8, 9, 10))


def test_search_finds_names_rules_cells_and_people_whatever_the_accents(opened: Browser) -> None:
    for words, found in (
        ("amal said", (6, 9)),
        ("submissions!ab6", (7,)),
        ("rtk009", (4,)),
        ("ms okafor charoen", (5,)),
        ("نور", (1,)),
        ("standards verifier declaration", (5, 6)),
    ):
        search(opened, words)
        assert sorted(shown(opened)) == sorted(FULL.findings[at].message for at in found), words
    search(opened, "no such words")
    assert status(opened) == "None of the 13 findings matches. That says nothing of the trackers, only of the filters."


def test_order_follows_the_workbook_the_alphabet_or_the_numbers(opened: Browser) -> None:
    choose(opened, "tracker", "it-12a.xlsx")
    choose(opened, "view", "Unit and assignment")
    choose(opened, "order", "As in the workbook")
    rows = [int(re.search(r"\d+$", cell).group()) for cell in first_cells(opened)]  # type: ignore[union-attr]
    by_group = [rows[:6], rows[6:10], rows[10:]]
    assert by_group == [sorted(group) for group in by_group]
    choose(opened, "view", "Learner")
    choose(opened, "order", "A to Z")
    assert headings(opened)[:3] == [
        "Amal Saïd 1 error, 1 warning", "Daniel Weir 1 warning, 1 waived", "Noor Abbas 3 errors",
    ]  # fmt: skip
    choose(opened, "order", "Most findings first")
    assert headings(opened)[0] == "Noor Abbas 3 errors"


def first_cells(browser: Browser) -> list[str]:
    return list(
        browser.run(
            "return [...document.querySelectorAll('.findings > li')].filter(li => li.checkVisibility())"
            ".map(li => li.querySelector('.where code').textContent)"
        )
    )


# ---------------------------------------------------------------------------------------------- address and places


def test_address_keeps_the_state_when_the_page_is_loaded_again(opened: Browser) -> None:
    choose(opened, "learner", "نور الهدى")
    search(opened, "working day")
    before = shown(opened)
    kept = address(opened)
    assert "view=learner" in kept

    opened.driver.refresh()
    assert address(opened) == kept
    assert shown(opened) == before == [FULL.findings[1].message]
    assert opened.driver.find_element(By.NAME, "q").get_attribute("value") == "working day"
    assert opened.console() == []


def test_address_of_a_colleague_who_has_another_report_does_no_harm(browser: Browser, tmp_path: Path) -> None:
    page = save(BATCH, tmp_path)
    browser.open(page)
    browser.driver.get(f"{page.resolve().as_uri()}#view=nonsense&learner=Nobody&severity=loud&order=%25&x=1")
    browser.driver.refresh()

    assert browser.console() == []
    assert browser.driver.find_element(By.NAME, "view").get_attribute("value") == "rule"
    assert status(browser).startswith("None of the 13"), "no severity of that name is ticked, and the page says so"


def test_link_to_a_place_that_a_filter_hides_brings_it_back(opened: Browser) -> None:
    choose(opened, "learner", "Noor Abbas")
    assert not opened.driver.find_element(By.ID, "t2-coverage").is_displayed()
    clickable(opened, ".index a[href='#t2']").click()

    assert opened.driver.find_element(By.ID, "t2-coverage").is_displayed()
    assert status(opened) == "All 13 findings shown."
    assert 0 <= opened.run("return document.querySelector('#t2').getBoundingClientRect().top") < 300


def test_rule_page_is_one_click_from_a_finding_in_any_view(opened: Browser) -> None:
    choose(opened, "view", "Learner")
    clickable(opened, ".regrouped a[href='#rule-RSB009']").click()
    top = opened.run("return document.querySelector('#rule-RSB009').getBoundingClientRect().top")
    assert 0 <= top < 400


# ---------------------------------------------------------------------------------------------- cells


def test_click_on_a_cell_copies_its_reference_and_says_so(opened: Browser) -> None:
    opened.command("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    clickable(opened, "#t1-f1 .where code").click()
    told = WebDriverWait(opened.driver, 20).until(
        lambda driver: driver.find_element(By.CSS_SELECTOR, "#told[role=status]").text
    )
    assert told == "Copied Submissions!M12. In Excel press F5 and paste."
    assert (
        opened.driver.execute_async_script(  # type: ignore[no-untyped-call]
            "const done = arguments[0]; navigator.clipboard.readText().then(done, e => done(String(e)))"
        )
        == "Submissions!M12"
    )


def test_cell_is_selected_where_the_browser_may_not_copy(opened: Browser) -> None:
    opened.run("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    choose(opened, "learner", "Noor Abbas")
    code = clickable(opened, ".record .hit code")
    code.send_keys(Keys.ENTER)
    WebDriverWait(opened.driver, 20).until(lambda driver: "selected" in driver.find_element(By.ID, "told").text)

    assert opened.run("return getSelection().toString()") == "F34"
    assert opened.driver.find_element(By.ID, "told").text == "F34 is selected. Press Ctrl+C to copy it."


# ---------------------------------------------------------------------------------------------- keyboard


def test_keyboard_alone_reaches_and_works_everything(opened: Browser) -> None:
    body = opened.driver.find_element(By.TAG_NAME, "body")
    opened.run(
        "document.getElementById('all-findings').scrollIntoView(); document.querySelector('[name=view]').focus()"
    )
    active = lambda: opened.driver.switch_to.active_element  # noqa: E731

    active().send_keys("L")
    assert headings(opened)[0] == "Noor Abbas 3 errors"
    active().send_keys(Keys.TAB, Keys.TAB)
    assert active().get_attribute("name") == "q"
    active().send_keys("charoen")
    WebDriverWait(opened.driver, 20).until(lambda _: status(opened).startswith("1 of"))
    active().send_keys(Keys.TAB)
    assert active().get_attribute("id") == "more"
    active().send_keys(Keys.ENTER)
    assert active().get_attribute("aria-expanded") == "true"
    seen = []
    for _ in range(20):
        active().send_keys(Keys.TAB)
        seen.append(active().tag_name + (active().get_attribute("name") or ""))
        if active().tag_name == "code":
            break
    assert seen[:3] == ["inputseverity"] * 3
    assert seen[-3:] == ["summary", "a", "code"], "the learner, the rule's page, the first cell"
    assert opened.run("return document.activeElement.getBoundingClientRect().top") > 0
    assert body.is_displayed()


def test_nothing_that_has_the_focus_is_under_the_controls(opened: Browser) -> None:
    opened.run("document.querySelector('[name=q]').focus()")
    covered = []
    for _ in range(60):
        opened.driver.switch_to.active_element.send_keys(Keys.TAB)
        where = opened.run("""
            const [e, bar] = [document.activeElement, document.getElementById("finder")];
            if (bar.contains(e) || e === document.body) return null;
            const [a, b] = [e.getBoundingClientRect(), bar.getBoundingClientRect()];
            return a.bottom <= b.bottom && a.top >= b.top ? e.outerHTML.slice(0, 80) : null;
        """)
        if where:
            covered.append(where)
    assert covered == []


# ---------------------------------------------------------------------------------------------- print, no script


def test_paper_shows_what_the_screen_shows_and_says_which_filter_was_on(opened: Browser) -> None:
    whole = pages(opened.pdf())
    note = "return document.getElementById('shown-on-paper').checkVisibility()"
    choose(opened, "learner", "Noor Abbas")
    opened.driver.find_element(By.ID, "more").click()
    clickable(opened, "[name=severity][value=note]").click()
    assert not opened.run(note)

    opened.command("Emulation.setEmulatedMedia", media="print")
    text = opened.run("return document.body.innerText")
    visible = opened.run(note)
    opened.command("Emulation.setEmulatedMedia", media="")
    assert visible
    assert (
        "Not the whole report. 3 of 13 findings shown in 1 of 4 trackers. "
        "Filtered by learner: Noor Abbas; severity: error, warning." in text
    )
    assert "Yusuf Demir on 9 January" not in text
    assert "9 errors to put right before certification" in text, "the verdict is that of the whole"
    assert "A longer window gives one learner more time than another" in text, "the pages of the rules shown"
    assert "Merit or Distinction awarded on a retake" not in text, "and of no other"
    assert pages(opened.pdf()) < whole


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_without_scripts_every_view_is_an_index_into_the_findings(browser: Browser, tmp_path: Path) -> None:
    browser.open(save(BATCH, tmp_path), scripts=False)
    browser.command("Emulation.setScriptExecutionDisabled", value=False)

    assert browser.run("return document.getElementById('finder').checkVisibility()") is False
    assert len(shown(browser)) == 13
    index = dict(
        browser.run(
            "return [...document.querySelectorAll('#t1-people dl > div')].map(div => [div.querySelector('dt')"
            ".textContent, [...div.querySelectorAll('a')].map(a => document.querySelector(a.getAttribute('href'))"
            ".querySelector('.what p').textContent)])"
        )
    )
    assert index["Noor Abbas"] == [FULL.findings[at].message for at in (2, 7, 0)]
    assert index["J. Bloggs"]
    assert index["Ms Okafor"]
    assert len(index["Unit 4 · Assignment 1"]) == 6
    assert browser.driver.find_element(By.CSS_SELECTOR, "#t1-heat a[href^='#t1-learner-']").is_displayed()


# ---------------------------------------------------------------------------------------------- safety and size


@pytest.mark.parametrize("view", ["Learner", "Unit and assignment", "Assessor", "Internal verifier"])
def test_hostile_names_stay_text_in_every_view(browser: Browser, tmp_path: Path, view: str) -> None:
    report = hostile(HOSTILE)
    breach = report.trackers[0].findings[0]
    evil = replace(
        breach,
        assessor=HOSTILE,
        internal_verifier=HOSTILE,
        record=((HOSTILE, HOSTILE, f"'{HOSTILE}'!A1"),),
        waiver=Waiver(HOSTILE, HOSTILE, "2027-03-31", HOSTILE),
        change="new",
    )
    tracker = replace(
        report.trackers[0], findings=(breach, evil), registers=Registers(work=((HOSTILE,) * 3,)), fixed=(evil,)
    )
    page = save(replace(report, trackers=(tracker,)), tmp_path)
    browser.open(page)
    choose(browser, "view", view)
    search(browser, "<img src=x")
    choose(browser, "rule", "SUB002 Learner declaration missing")
    browser.driver.refresh()

    # An alert would make the next call fail.
    assert len(shown(browser)) == 2
    assert HOSTILE in headings(browser)[0]
    assert browser.run("return document.querySelectorAll('img').length") == 0
    assert browser.run("return document.querySelectorAll('script').length") == 1
    assert browser.console() == []
    assert all(url.startswith(page.resolve().as_uri()) for url in browser.requests())
    assert browser.overflow() == 0


def test_five_thousand_findings_can_be_searched_and_regrouped(browser: Browser, tmp_path: Path) -> None:
    browser.open(save(many_findings(5000), tmp_path))
    search(browser, "learner 4321")
    assert shown(browser) == ["Learner 4321 submitted on 22 September 2023 without a learner declaration."]
    assert status(browser) == "1 of 5,000 findings shown."
    search(browser, "submitted")
    choose(browser, "view", "Unit and assignment")
    assert headings(browser) == ["Unit 4 · Assignment 1 5,000 errors"]
    assert browser.run("return document.querySelectorAll('.regrouped .findings > li').length") == 5000


# ---------------------------------------------------------------------------------------------- for everyone

AXE = """
const [done] = arguments;
// Whatever is far from the window has no layout of its own until it comes near; here all of it is looked at.
const sheet = new CSSStyleSheet();
sheet.replaceSync("* { content-visibility: visible !important }");
document.adoptedStyleSheets = [sheet];
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
axe.run({ runOnly: tags }).then(
  told => done(told.violations.map(v => `${v.id}: ${v.nodes[0].html.slice(0, 200)} ${v.nodes[0].failureSummary}`)),
  error => done([String(error)]),
);
"""
STATES = {
    "as it opens": "",
    "a learner's story": "#view=learner&learner=Noor+Abbas",
    "filtered": "#view=work&severity=error,warning&q=submitted",
    "nothing found": "#q=no+such+words",
}


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, tmp_path: Path, scheme: str, width: int) -> None:
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    pages = {"batch": BATCH, "one tracker": report_of(FULL), "clean": report_of(CLEAN)}
    browser.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    for name, report in pages.items():
        page = save(report, tmp_path)
        for state, hash_ in STATES.items() if name != "clean" else [("as it opens", "")]:
            browser.open(page, width=width, height=800)
            browser.run("if (arguments[0]) location.hash = arguments[0]", hash_)
            browser.run(axe)
            violations = browser.driver.execute_async_script(AXE)  # type: ignore[no-untyped-call]
            assert violations == [], f"{name}, {state}"
    browser.command("Emulation.setEmulatedMedia", features=[])


@pytest.mark.parametrize("width", [320, 390, 768, 1366])
@pytest.mark.parametrize("state", STATES.values())
def test_no_view_scrolls_sideways(browser: Browser, tmp_path: Path, width: int, state: str) -> None:
    browser.open(save(BATCH, tmp_path), width=width, height=800)
    browser.run("if (arguments[0]) location.hash = arguments[0]", state)
    browser.run("document.querySelectorAll('details').forEach(details => { details.open = true })")
    assert browser.overflow() == 0
