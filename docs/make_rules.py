"""Make the pages of docs/rules again from the docstrings of the rules: the same bytes every time.

    python docs/make_rules.py [FOLDER]

Writes into FOLDER, which is docs/rules unless another is named, and takes away the pages that no rule has any more.
"""

from __future__ import annotations

import re
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from rules.catalogue import catalogue
from rules.one_fact import facts
from validator.reports.words import count, field_name, listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.rule import Rule

HERE = Path(__file__).parent / "rules"
TITLES = {
    "SCP": "Which qualifications the guide covers",
    "PLN": "The assessment plan",
    "IVR": "Internal verification",
    "PSA": "Pearson Set Assignments",
    "SUB": "Submission of evidence",
    "AUT": "Authenticity",
    "RSB": "Resubmission",
    "RTK": "Retakes and re-sits",
    "DDL": "Deadlines and extensions",
    "FBK": "Feedback",
    "TRK": "Tracking and recording",
    "RPL": "Recognition of prior learning",
    "MAL": "Appeals and malpractice",
    "RTN": "Retention of evidence and records",
    "TOP": "Top-up and re-registration",
    "AWD": "Eligibility for an award",
    "STR": "The structure of the tracker",
}
"""The title of each page, by the letters with which the codes of its rules begin."""
PARTS = {
    "why": "Why the guide asks",
    "breaks": "Breaks it",
    "keeps": "Keeps it",
    "remedy": "To put it right",
    "blind": "What it cannot see",
}
MADE = "<!-- Made of the docstrings in rules/ by `make docs`; change those. -->"
SEVERITIES = """\
- An **error** contradicts a “must” of the guide, or a required record is missing.
- A **warning** is evidence that is missing, or a “should” that was not followed.
- A **note** is advice.
"""

_CODE_OR_NAME = re.compile(r"(`[^`]*`)|\b([A-Z]{3}[0-9]{3}|[a-z]+(?:-[a-z]+)+)\b")
_MARKUP = re.compile(r"([*_<>\[\]#|])")


def pages() -> dict[str, str]:
    """Return the text of each page by its file name."""
    sections = {letters: list(of) for letters, of in groupby(catalogue().values(), lambda rule: rule.code[:3])}
    return {"README.md": _contents(sections)} | {f"{code}.md": _section(code, of) for code, of in sections.items()}


def _contents(sections: dict[str, list[Rule]]) -> str:
    every = [rule for of in sections.values() for rule in of]
    kinds = [count(sum(rule.severity == kind for rule in every), kind) for kind in ("error", "warning", "note")]
    lines = [
        MADE,
        "# The rules",
        f"What btec-validator checks: {count(len(every), 'rule')}, of them {listed(kinds)}.",
        SEVERITIES,
        "`btec-validator explain RSB009` shows the page of a rule on the terminal. Codes and names do not change.",
        "Every rule has one of four outcomes for every tracker: breached, passed, not checkable (the tracker does not "
        "record what the rule needs) or not applicable. Not checkable is not a pass. Where several rules could report "
        "one fact, [one of them does](#one-fact-one-finding).",
        "\n".join(f"- [{TITLES[code]}](#{_anchor(f'{code} {TITLES[code]}')}) ({code})" for code in sections),
    ]
    for code, of in sections.items():
        lines += [f"## {code}: {TITLES[code]}", _table(of, f"{code}.md")]
    told = [f"| {_prose(f.fact)} | {_links([f.speaks])} | {_links(f.silent)} |" for f in facts()]
    lines += [
        "## One fact, one finding",
        "The more specific rule speaks; the others are silent about that record and go on to judge the rest.",
        "\n".join(["| the fact | speaks | silent |", "|---|---|---|", *told]),
    ]
    return "\n\n".join(line.strip() for line in lines) + "\n"


def _section(code: str, of: list[Rule]) -> str:
    cited = list(dict.fromkeys(rule.section for rule in of))
    asks = "Sections of the guide:" if len(cited) > 1 else "Section of the guide:"
    lines = [
        MADE,
        f"# {code}: {TITLES[code]}",
        f"[All rules](README.md). {asks} {_markdown('; '.join(cited))}.",
        _table(of, ""),
    ]
    return "\n\n".join([*lines, *map(_rule, of)]) + "\n"


def _table(of: Iterable[Rule], page: str) -> str:
    rows = [f"| [{r.code}]({page}#{_anchor(_heading(r))}) | {r.name} | {r.severity} | {_short(r)} |" for r in of]
    return "\n".join(["| code | name | severity | finds |", "|---|---|---|---|", *rows])


def _rule(rule: Rule) -> str:
    parts = [f"- **{label}.** {_prose(rule.page[part], '  ')}" for part, label in PARTS.items()]
    parts += [f"- **The tracker must record** {_needs(rule)}."] if rule.needs else []
    parts += _told(rule.code)
    return "\n\n".join(
        [
            f"## {_heading(rule)}",
            f"**{rule.severity.capitalize()}.** {_prose(rule.page['finds'])}",
            f"Guide: *{_markdown(rule.section)}*",
            "\n".join(parts),
        ]
    )


def _needs(rule: Rule) -> str:
    """Return what a tracker must record, alternatives joined by "or"."""
    return "; ".join(_either(_places(need.split("|"))) for need in rule.needs)


def _places(fields: list[str]) -> list[str]:
    """Return fields in plain words, each once with every place in which it may stand."""
    places: dict[str, list[str]] = {}
    for field in fields:
        name, _, place = field_name(field).rstrip(")").rpartition(" (")
        places.setdefault(name, []).append(place)
    return [_markdown(f"{name} ({_either(of)})") for name, of in places.items()]


def _either(parts: list[str]) -> str:
    return " or ".join(([", ".join(parts[:-1])] if parts[:-1] else []) + parts[-1:])


def _told(code: str) -> list[str]:
    """Return what is to be said of the facts of which this rule or another could speak."""
    alone = [f"{_prose(fact.fact)} Not also: {_links(fact.silent)}." for fact in facts() if fact.speaks == code]
    left = [f"{_prose(fact.fact)} See {_links([fact.speaks])}." for fact in facts() if code in fact.silent]
    told = (("Speaks where others could.", alone), ("Leaves to others.", left))
    return [f"- **{label}** {' '.join(sentences)}" for label, sentences in told if sentences]


def _heading(rule: Rule) -> str:
    return f"{rule.code} {rule.name}"


def _short(rule: Rule) -> str:
    """Return the first sentence of what a rule finds."""
    return _markdown(re.split(r"(?<=\.)\s", rule.page["finds"], maxsplit=1)[0])


def _anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _links(codes: Iterable[str]) -> str:
    return ", ".join(_link(code, code) for code in codes)


def _link(code: str, text: str) -> str:
    return f"[{text}]({code[:3]}.md#{_anchor(_heading(catalogue()[code]))})"


def _prose(text: str, indent: str = "") -> str:
    """Return paragraphs as Markdown, with a link where they name a rule."""
    names = {rule.name: rule.code for rule in catalogue().values()}

    def linked(found: re.Match[str]) -> str:
        code = names.get(found[0], found[0])
        return _link(code, found[0]) if code in catalogue() else found[0]

    return _CODE_OR_NAME.sub(linked, _markdown(text)).replace("\n\n", f"\n\n{indent}")


def _markdown(text: str) -> str:
    """Return text in which nothing is taken for markup but what stands in backticks."""
    parts = re.split(r"(`+[^`]+`+)", text)
    return "".join(part if part.startswith("`") else _MARKUP.sub(r"\\\1", part) for part in parts)


def main() -> None:
    """Write every page, and take away those that are no page any more."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    folder.mkdir(parents=True, exist_ok=True)
    made = pages()
    for stale in set(folder.glob("*.md")) - {folder / name for name in made}:
        stale.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"{count(len(made), 'page')} in {folder}")


if __name__ == "__main__":
    main()
