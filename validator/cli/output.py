"""Where a command writes its JSON: a file, or standard output."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from validator.reports import OutputError, write_atomically

if TYPE_CHECKING:
    from pathlib import Path


def write_json(path: Path, content: object) -> None:
    """Write content as JSON to a file, or to standard output where the path is "-".

    Raises click.ClickException, with one sentence, where the file cannot be written.
    """
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    if str(path) == "-":
        click.echo(text, nl=False)
        return
    try:
        write_atomically(path, text)
    except OutputError as error:
        raise click.ClickException(str(error)) from None
