"""The compliance report: one HTML file that needs nothing else, for quality managers and verifiers."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from validator import __version__
from validator.reports import waivers, words
from validator.reports.overview import Overview
from validator.reports.registers import RegistersView
from validator.reports.views import work_of

if TYPE_CHECKING:
    from validator.findings import CheckReport, SheetReading

_STYLES = ("report.css", "registers.css")

_RIGHT_TO_LEFT = r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_RIGHT_TO_LEFT_RUN = re.compile(f"{_RIGHT_TO_LEFT}+(?:[\\s.'’-]+{_RIGHT_TO_LEFT}+)*")

_SEVERITY_NAMES = {
    "error": ("error", "errors"),
    "warning": ("warning", "warnings"),
    "note": ("note", "notes"),
}


def render(report: CheckReport) -> str:
    """Return the whole report as one page that asks for nothing else, every tracker-supplied text escaped."""
    style = "".join(files("templates").joinpath(name).read_text("utf-8") for name in _STYLES)
    script = files("templates").joinpath("report.js").read_text("utf-8")
    template = _environment().get_template("report.html.j2")
    page = template.render(
        overview=Overview(report),
        report=report,
        style=Markup(style),
        style_source=_source(style),
        script=Markup(script),
        script_source=_source(script),
        version=__version__,
        severity_names=_SEVERITY_NAMES,
        whose_waivers=waivers.WHOSE,
        privacy=words.PRIVACY[report.learners],
    )
    return words.encodable(page)


def _source(text: str) -> str:
    """Return how a content security policy names exactly this text."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("templates", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        count=words.count,
        field_name=words.field_name,
        table_name=words.table_name,
        long_date=words.long_date,
        upper_first=lambda text: text[:1].upper() + text[1:],
        attempt_name=words.attempt_name,
        human=words.human,
        work_of=work_of,
        unused_headings=_unused_headings,
        prose=_prose,
        registers_view=RegistersView,
        zip=zip,
        sentence=_sentence,
    )
    return environment


def _unused_headings(sheet: SheetReading) -> int:
    return sum(column.field is None and column.how != "profile" for table in sheet.tables for column in table.columns)


def _prose(text: str) -> Markup:
    """Return a page's paragraphs, with what stands in backticks as code."""
    paragraphs = (escape(paragraph) for paragraph in text.split("\n\n"))
    return Markup("").join(
        Markup("<p>") + Markup(re.sub(r"`+([^`]+)`+", r"<code>\1</code>", str(paragraph))) + Markup("</p>")
        for paragraph in paragraphs
    )


def _sentence(text: str) -> Markup:
    """Return a sentence in which names written from right to left cannot disturb the words around them."""
    return Markup(_RIGHT_TO_LEFT_RUN.sub(r"<bdi>\g<0></bdi>", str(escape(text))))
