"""How long a report of many findings takes to write, to open and to use: `python -m benchmarks.report [N]`.

Half of the findings stand in the page with their rows, twelve columns each; Chromium opens it from a file.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from tests.browser import Browser, open_browser
from tests.test_report import CARDS, IT, finding, report_of
from validator.findings import Finding, Registers
from validator.reports import WRITERS, write_atomically

RULES = [card.code for card in CARDS if card.code != "STR001"]
LEARNERS, ASSIGNMENTS = 200, 25
HEADINGS = (
    "Learner", "Unit", "Assignment", "Assessor", "Hand-out", "Deadline", "Submitted", "Declaration", "Assessed",
    "Results given on", "Grade", "Internal verifier",
)  # fmt: skip

OPENED = """
const [entry] = performance.getEntriesByType("navigation");
const paint = performance.getEntriesByName("first-contentful-paint")[0];
return [paint ? paint.startTime : NaN, entry.domContentLoadedEventEnd, entry.loadEventEnd,
  document.querySelectorAll("*").length];
"""
USED = """
const [name, value, done] = arguments;
const control = document.getElementById("finder").elements[name];
const started = performance.now();
control.value = value;
control.dispatchEvent(new Event(name === "q" ? "input" : "change", { bubbles: true }));
const ready = () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - started)));
if (name === "q") setTimeout(ready, 150); else ready();
"""


def many(number: int) -> tuple[Finding, ...]:
    """Return findings spread over a large cohort."""
    return tuple(one(at) for at in range(number))


def one(at: int) -> Finding:
    """Return one of them, every second with its row."""
    learner, assignment = f"Learner {at % LEARNERS}", f"Assignment {at % ASSIGNMENTS}"
    row = tuple((heading, f"{heading} of {at}", f"Submissions!{chr(65 + n)}{at}") for n, heading in enumerate(HEADINGS))
    return finding(
        RULES[at % len(RULES)],
        f"The deadline of 1 February 2024 is {at} working days after {learner} received the results.",
        learner=learner,
        unit=f"Unit {at % 5}",
        assignment=assignment,
        attempt="first",
        cells=(f"Submissions!F{at}", f"Submissions!J{at}"),
        assessor=f"Assessor {at % 9}",
        internal_verifier=f"Verifier {at % 4}",
        record=row if at % 2 else (),
        change="new" if at % 10 == 0 else "unchanged",
    )


def measure(browser: Browser, page: Path) -> None:
    """Print what opening the page and using it takes."""
    for attempt in range(3):
        started = time.perf_counter()
        browser.open(page)
        opened = time.perf_counter() - started
        paint, ready, load, elements = browser.run(OPENED)
        print(
            f"opened ({attempt + 1}): painted after {paint / 1000:.2f} s, ready {ready / 1000:.2f} s, loaded "
            f"{load / 1000:.2f} s, {opened:.2f} s for the driver; {elements:,} elements"
        )
    for name, value in (("view", "learner"), ("order", "cell"), ("learner", "Learner 7"), ("learner", ""),
                        ("view", "rule"), ("q", "learner 11"), ("q", "")):  # fmt: skip
        taken = browser.driver.execute_async_script(USED, name, value)  # type: ignore[no-untyped-call]
        print(f"{name} = {value!r}: {taken / 1000:.2f} s")


def main(number: int) -> None:
    """Write the report, then open and use it."""
    work = tuple(
        (f"Learner {a}", f"Unit {b % 5}", f"Assignment {b}") for a in range(LEARNERS) for b in range(ASSIGNMENTS)
    )
    report = report_of(replace(IT, findings=many(number), registers=Registers(work=work)))
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        started = time.perf_counter()
        write_atomically(page, WRITERS["html"](report))
        print(f"written in {time.perf_counter() - started:.2f} s, {page.stat().st_size / 1e6:.1f} MB")
        for screen_reader in (False, True):
            print("beside a screen reader:" if screen_reader else "by itself:")
            with open_browser(screen_reader=screen_reader) as browser:
                measure(browser, page)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
