"""The pages of docs/rules: they are what the docstrings say, every rule has its place, and every link leads there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from rules.catalogue import catalogue

DOCS = Path(__file__).parents[1] / "docs"
PAGES = {path.name: path.read_text("utf-8") for path in (DOCS / "rules").glob("*.md")}


def anchors(text: str) -> list[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]


def test_the_pages_are_what_the_docstrings_say(tmp_path: Path) -> None:
    (tmp_path / "XYZ.md").write_text("a section that no rule has any more", "utf-8")
    done = subprocess.run(
        [sys.executable, DOCS / "make_rules.py", tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    made = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert sorted(made) == sorted(PAGES)
    stale = sorted(name for name in made if made[name] != PAGES[name])
    assert stale == [], "run `make docs`"


@pytest.mark.parametrize("code", catalogue())
def test_every_rule_has_its_place(code: str) -> None:
    rule = catalogue()[code]
    heading = f"{code} {rule.name}"
    assert PAGES[f"{code[:3]}.md"].count(f"\n## {heading}\n") == 1
    assert f"]({code[:3]}.md#{heading.lower().replace(' ', '-')})" in PAGES["README.md"]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([A-Z]*(?:README)?(?:\.md)?)(?:#([^)]+))?\)", PAGES[page])
    assert links
    assert [link for link in links if (link[0] or page) not in PAGES] == []
    assert [link for link in links if link[1] and link[1] not in anchors(PAGES[link[0] or page])] == []
