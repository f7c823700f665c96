"""Make the example trackers again from what `source/` says of each centre: the same bytes every time.

    python examples/make_examples.py [FOLDER]

Writes into FOLDER, which is this folder unless another is named. Needs openpyxl.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

from stories import attempts, rows_in_blocks
from workbooks import Block, Column, Sheet, save

HERE = Path(__file__).parent


def make(source: Path, folder: Path) -> Path:
    """Write the workbook that one source file describes and return where it is."""
    centre = tomllib.loads(source.read_text("utf-8"))
    target = folder / str(centre["workbook"])
    target.parent.mkdir(parents=True, exist_ok=True)
    save([_sheet(spec, centre) for spec in centre["sheets"]], target, title=centre["title"], colour=centre["colour"])
    return target


def _sheet(spec: dict[str, Any], centre: dict[str, Any]) -> Sheet:
    blocks = [Block("", "", _columns(spec["columns"]))]
    blocks += [Block(b["title"], b["attempt"], _columns(b["columns"])) for b in spec.get("blocks", ())]
    return Sheet(spec["name"], spec.get("top", []), blocks, _records(spec, centre))


def _columns(entries: list[list[Any]]) -> list[Column]:
    return [Column(*entry) for entry in entries]


def _records(spec: dict[str, Any], centre: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the records of a sheet: its own rows, or the attempts at the centre's assignments."""
    if "rows" in spec:
        fields = [entry[1] for entry in spec["columns"]]
        return [dict(zip(fields, row, strict=True)) for row in spec["rows"]]
    work = [w for w in centre["work"] if w["unit"] in spec.get("units", [w["unit"]])]
    found = [record for assignment in work for record in attempts(assignment, centre)]
    return rows_in_blocks(found) if "blocks" in spec else found


def main() -> None:
    """Make every workbook and say where it is."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for source in sorted((HERE / "source").glob("*.toml")):
        print(make(source, folder))


if __name__ == "__main__":
    main()
