"""What is put wrong in an example: a source describes the honest tracker, and beside it what its twin gets wrong.

`wrong` stands in the entry that it changes. In most it names what is different there; in a sheet it names labels above
the table (`top`) and rows: `at` are the first cells of the row, the rest its other values; `add` is a row more. An
entry with `only_wrong` is in the twin alone.
"""

from __future__ import annotations

from typing import Any


def has_faults(entry: Any) -> bool:
    """Return whether a source puts anything wrong."""
    if isinstance(entry, list):
        return any(map(has_faults, entry))
    return isinstance(entry, dict) and (
        "wrong" in entry or "only_wrong" in entry or any(map(has_faults, entry.values()))
    )


def told(entry: Any, *, wrong: bool) -> Any:
    """Return a source, or a part of it, as the honest tracker has it or, where `wrong`, as its twin has it."""
    if isinstance(entry, list):
        return [told(each, wrong=wrong) for each in entry if wrong or not _only_wrong(each)]
    if not isinstance(entry, dict):
        return entry
    kept = {name: told(value, wrong=wrong) for name, value in entry.items() if name not in ("wrong", "only_wrong")}
    if not wrong or "wrong" not in entry:
        return kept
    return _sheet(kept, entry["wrong"]) if "columns" in kept else _changed(kept, entry["wrong"])


def _only_wrong(entry: Any) -> bool:
    return isinstance(entry, dict) and "only_wrong" in entry


def _changed(entry: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with other values; a table within it keeps what is not changed."""
    new = {n: _changed(entry.get(n, {}), value) if isinstance(value, dict) else value for n, value in changes.items()}
    return entry | new


def _sheet(sheet: dict[str, Any], wrong: dict[str, Any]) -> dict[str, Any]:
    for label, value in wrong.get("top", {}).items():
        line = next(line for line in sheet["top"] if label in line)
        line[line.index(label) + 1] = value
    fields = [column[1] for column in sheet["columns"]]
    for change in wrong.get("rows", []):
        if "add" in change:
            sheet["rows"].append(change["add"])
            continue
        at = change["at"]
        row = next(row for row in sheet["rows"] if row[: len(at)] == at)
        for name, value in change.items():
            if name != "at":
                row[fields.index(name)] = value
    return sheet
