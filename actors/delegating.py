"""Who of several gets a piece of work, by the bands of trust: who fails loses work, and earns it back slowly.

The usual one keeps the work while it is trusted at least moderately. Below that the others get it, most trusted first,
and the usual one is tried with every fourth or tenth piece: without any work nobody could earn trust again.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from messages.autonomy.peer import Band

RANK: Final[dict[Band, int]] = {"high": 3, "moderate": 2, "low": 1, "minimal": 0}
"""*derived*: the order of the bands"""
TRIED: Final[dict[Band, int]] = {"high": 1, "moderate": 1, "low": 4, "minimal": 10}
"""One piece in so many goes to the usual one. *chosen*: low trust is earned back within some ten successes, minimal
trust is not risked more often than a tool is learnt in a day"""
STRANGER: Final[Band] = "moderate"
"""The band of who has no record yet. *derived*: the trust that a stranger is met with"""


def pick(usual: str, others: Sequence[str], bands: Mapping[str, Band], turn: int) -> str:
    """Who gets the piece of work with this number, counted from 1; `others` in the order in which they stand in."""
    band = bands.get(usual, STRANGER)
    better = [each for each in others if RANK[bands.get(each, STRANGER)] > RANK[band]]
    if band in ("high", "moderate") or not better or turn % TRIED[band] == 0:
        return usual
    return max(better, key=lambda each: RANK[bands.get(each, STRANGER)])


def judge_of(maker: str, judges: Sequence[str], bands: Mapping[str, Band]) -> str:
    """The most trusted of those who may judge, the first among equals, and never the maker; raises ValueError."""
    left = [each for each in judges if each != maker]
    if not left:
        raise ValueError(f"nobody but {maker} could judge what {maker} makes")
    return max(left, key=lambda each: RANK[bands.get(each, STRANGER)])
