"""A real Chromium for the tests that look at reports the way their readers do."""

from __future__ import annotations

import base64
import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from selenium import webdriver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# What a running screen reader switches on: everything is in the accessibility tree.
SCREEN_READER = "--force-renderer-accessibility"


class Browser:
    """A headless Chromium with what the tests ask of it."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, page: Path, *, width: int = 1366, height: int = 768, scripts: bool = True) -> None:
        """Show a file at a window size, and forget what was logged before."""
        self.command("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self._log("browser")
        self._log("performance")
        self.driver.get(page.resolve().as_uri())

    def command(self, name: str, **parameters: Any) -> Any:
        """Send a command of the DevTools protocol and return its result."""
        return self.driver.execute_cdp_cmd(name, parameters)

    def run(self, script: str, *arguments: Any) -> Any:
        """Run JavaScript of the test's own in the page and return its result."""
        return self.driver.execute_script(script, *arguments)

    def console(self) -> list[str]:
        """Return what the console said since the page was opened, breaches of the CSP included."""
        return [entry["message"] for entry in self._log("browser")]

    def requests(self) -> list[str]:
        """Return the address of every request since the page was opened, the page's own included."""
        messages = (json.loads(entry["message"])["message"] for entry in self._log("performance"))
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]

    def text(self) -> str:
        """Return everything that the page says, folded away or not, with single spaces."""
        return " ".join(self.run("return document.body.textContent").split())

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        page = "document.scrollingElement"
        return int(self.run(f"return {page}.scrollWidth - {page}.clientWidth"))

    def pdf(self) -> bytes:
        """Return the page as it prints on A4."""
        printed = self.command("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(printed["data"])

    def screenshot(self, target: Path, *, whole: bool = False) -> None:
        """Save what the window shows, or the whole page, as PNG."""
        shot = self.command("Page.captureScreenshot", captureBeyondViewport=whole)
        target.write_bytes(base64.b64decode(shot["data"]))

    def _log(self, kind: str) -> list[dict[str, Any]]:
        """Return what was logged since the log was last read."""
        return list(self.driver.get_log(kind))  # type: ignore[no-untyped-call]


@contextmanager
def open_browser(*, screen_reader: bool = True) -> Iterator[Browser]:
    """Start Chromium with a profile of its own, as it is beside a screen reader or not, and end it afterwards.

    Fails the test, with a sentence on what to install, where there is none.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = _program(
            "BTEC_BROWSER", BROWSERS, "Chromium: install the package chromium (or Google Chrome)"
        )
        for argument in (*ARGUMENTS, *((SCREEN_READER,) if screen_reader else ()), f"--user-data-dir={profile}"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        driver = webdriver.Chrome(
            options,
            webdriver.ChromeService(
                _program(
                    "BTEC_CHROMEDRIVER",
                    ("chromedriver",),
                    "chromedriver: install the package chromium-driver, of the same version as the browser",
                )
            ),
        )
        try:
            yield Browser(driver)
        finally:
            driver.quit()


def _program(variable: str, names: tuple[str, ...], advice: str) -> str:
    chosen = os.environ.get(variable)
    found = shutil.which(chosen) if chosen else next(filter(None, map(shutil.which, names)), None)
    if found is None:
        looked_for = chosen or ", ".join(names)
        pytest.fail(
            f"These tests look at reports in {advice}, put it on PATH, or name the program in {variable}. "
            f"Looked for: {looked_for}.",
            pytrace=False,
        )
    return found
