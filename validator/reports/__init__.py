"""What people and programs read: one module per output, each with `render(report) -> str`.

A further output is one new module here and its name in `WRITERS`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from validator.findings import CheckReport

Writer = Callable[["CheckReport"], str]
"""Makes the text of one output from a whole run."""


class OutputError(OSError):
    """An output could not be written; its text is one sentence for the person who asked for it."""


def _writer(module: str) -> Writer:
    def render(report: CheckReport) -> str:
        # Imported when used: a run that writes no HTML does not pay for Jinja.
        chosen: Writer = import_module(f"validator.reports.{module}").render
        return chosen(report)

    return render


WRITERS: Mapping[str, Writer] = MappingProxyType(
    {name: _writer(name) for name in ("html", "json", "sarif", "junit", "csv", "markdown")}
)
"""What renders each output, by the name of its option."""


def write_atomically(path: Path, text: str) -> None:
    """Write text as UTF-8 so that the file is either the old one or the whole new one.

    What is not a regular file (a pipe, a device) is written to directly.

    Raises OutputError when the folder does not exist, or when the file cannot be replaced.
    """
    try:
        target = path.resolve()
        if target.is_dir():
            raise OutputError(f"The report cannot be written to {path}: that is a folder, not a file.")
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8", newline="\n")
        else:
            replace_file(target, text.encode("utf-8"))
    except OutputError:
        raise
    except (FileNotFoundError, NotADirectoryError):
        raise OutputError(
            f"The report cannot be written to {path}: the folder {path.parent} does not exist. "
            "Make the folder first, or choose another place."
        ) from None
    except PermissionError:
        raise OutputError(
            f"The report cannot be written to {path}: the file is open in another program, or you may not "
            "write there. Close it, or choose another place."
        ) from None
    except OSError as error:
        raise OutputError(f"The report cannot be written to {path}: {error.strerror or error}.") from None


def replace_file(target: Path, content: bytes) -> None:
    """Put a file with this content in the place of the target, which is either the old one or the whole new one.

    A link is replaced, never what it leads to. Raises OSError.
    """
    unfinished = target.with_name(f".btec-validator-{secrets.token_hex(6)}.tmp")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
