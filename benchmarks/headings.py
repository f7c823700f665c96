"""How headings are read that nobody put into the vocabulary: the list of `tests/data/headings.toml`, one by one.

    python -m benchmarks.headings [--show]

Each heading stands for its column in a table of the usual ones. Printed are how many are read rightly, not at all and
wrongly, for the part that the vocabulary was mended by and for the part that is held out, and how many of those that
are better left alone are read as something. `--show` prints what is not right, of the first part alone.
"""

from __future__ import annotations

import sys
from collections import Counter

from tests.beyond import ambiguous, read_as, written


def main() -> None:
    """Print the two parts, and what was read that is ambiguous."""
    for title, held_out in (("seen", False), ("held out", True)):
        count: Counter[str] = Counter()
        for kind, name, text in written(held_out):
            found = read_as(kind, name, text)
            how = "right" if found == name else "left" if found is None else "wrong"
            count[how] += 1
            if how != "right" and "--show" in sys.argv and not held_out:
                print(f"  {kind}.{name} {text!r}: {found}")
        print(f"{title:<10}{count.total():>5} headings, {count['right'] / count.total():.1%} right,", end=" ")
        print(f"{count['left']} left, {count['wrong']} wrong")
    read = [(kind, text, found) for kind, text in ambiguous() if (found := read_as(kind, None, text))]
    print(
        f"ambiguous {len(ambiguous()):>5} headings, {len(read)} read", *read if "--show" in sys.argv else (), sep="\n  "
    )


if __name__ == "__main__":
    main()
