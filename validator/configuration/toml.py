"""Reads a TOML file that people have written by hand, and says in a sentence why one cannot be read."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_MOST_BYTES = 2**20


def toml_content(path: Path, what: str) -> dict[str, Any]:
    """Return what a file holds; `what` says what it is meant to be: "configuration".

    Raises ValueError with the sentence that says why it cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise ValueError(f"it is far too large for a {what}.")
        return tomllib.loads(content.decode("utf-8-sig"))
    except OSError as error:
        raise ValueError(f"it cannot be opened ({error.strerror or error}).") from error
    except UnicodeDecodeError as error:
        raise ValueError("it is not saved as UTF-8; in your editor choose Save as, encoding UTF-8.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        hint = "; in paths write / instead of \\" if "\\" in str(error) else ""
        raise ValueError(f"it is not valid TOML ({error}){hint}.") from error
