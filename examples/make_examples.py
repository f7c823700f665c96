"""Make the example trackers again from what `source/` says of each centre: the same bytes every time.

    python examples/make_examples.py [FOLDER]

Writes into FOLDER, which is this folder unless another is named. Needs openpyxl.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

from faults import has_faults, told
from stories import attempts, rows_in_blocks
from workbooks import Block, Column, Sheet, save

HERE = Path(__file__).parent


def make(source: Path, folder: Path) -> list[Path]:
    """Write what one source file describes, the tracker and, where things are wrong in it, the honest one; return
    where they are."""
    centre = tomllib.loads(source.read_text("utf-8"))
    target = folder / str(centre["workbook"])
    target.parent.mkdir(parents=True, exist_ok=True)
    _save(told(centre, wrong=True), target)
    if not has_faults(centre):
        return [target]
    honest = target.with_stem(f"{target.stem}-clean")
    _save(told(centre, wrong=False), honest)
    return [target, honest]


def _save(centre: dict[str, Any], target: Path) -> None:
    save([_sheet(spec, centre) for spec in centre["sheets"]], target, title=centre["title"], colour=centre["colour"])


def _sheet(spec: dict[str, Any], centre: dict[str, Any]) -> Sheet:
    blocks = [Block("", "", _columns(spec["columns"]))]
    blocks += [Block(b["title"], b["attempt"], _columns(b["columns"])) for b in spec.get("blocks", ())]
    return Sheet(spec["name"], spec.get("top", []), blocks, _records(spec, centre))


def _columns(entries: list[list[Any]]) -> list[Column]:
    return [Column(*entry) for entry in entries]


def _records(spec: dict[str, Any], centre: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the records of a sheet: its own rows, or the attempts at the centre's assignments, perhaps only those with
    a certain field, as in a log of extensions."""
    if "rows" in spec:
        fields = [entry[1] for entry in spec["columns"]]
        return [dict(zip(fields, row, strict=True)) for row in spec["rows"]]
    work = [w for w in centre["work"] if w["unit"] in spec.get("units", [w["unit"]])]
    found = [record for assignment in work for record in attempts(assignment, centre)]
    if "blocks" in spec:
        return rows_in_blocks(found)
    return [record for record in found if "only" not in spec or record.get(spec["only"])]


def main() -> None:
    """Make every workbook and say where it is."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for source in sorted((HERE / "source").glob("*.toml")):
        print(*make(source, folder), sep="\n")


if __name__ == "__main__":
    main()
