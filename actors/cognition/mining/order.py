"""How alike two sequences are, order included."""

from collections.abc import Hashable, Sequence


def common(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    """Length of the longest common subsequence (Wagner and Fischer)."""
    row = [0] * (len(second) + 1)
    for one in first:
        corner = 0
        for place, other in enumerate(second, 1):
            corner, row[place] = row[place], corner + 1 if one == other else max(row[place], row[place - 1])
    return row[-1]


def likeness(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """Twice the common part over both lengths, in [0, 1]; 1 for equal sequences."""
    return 2 * common(first, second) / max(1, len(first) + len(second))
