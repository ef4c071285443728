"""Tables that fit the terminal: prose gives way, names and numbers do not."""

import shutil
from collections.abc import Sequence
from typing import Final

PROSE: Final = frozenset(("DESCRIPTION", "ERROR", "REASON", "ANNOUNCED", "PARAMETERS", "SUBJECT", "GOAL", "WHY"))
"""Columns that may be cut; `-o json` has all of them. *derived*: the heads of the tables"""
FEWEST: Final = 10
"""A column is not cut below this. *chosen*: the first word or two"""
GAP: Final = "  "
"""Between two columns. *chosen*"""


def fitted(head: Sequence[str], widths: Sequence[int]) -> list[int]:
    """The widths, with as much taken from the columns of prose as is missing; the widest gives first."""
    found = list(widths)
    room = shutil.get_terminal_size().columns - len(GAP) * (len(found) - 1)
    while sum(found) > room:
        places = [place for place, name in enumerate(head) if name in PROSE and found[place] > FEWEST]
        if not places:
            break
        widest = max(places, key=lambda place: found[place])
        found[widest] -= 1
    return found


def cut(cell: str, width: int) -> str:
    """The cell in its column."""
    return cell.ljust(width) if len(cell) <= width else f"{cell[: width - 1]}…"
