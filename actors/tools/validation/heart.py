"""Whether a program answers its examples alone, as a table of them does: what nobody listed, it can't find.

The sign is weak, since an honest table of a few values does the same; so it costs one test, and is said.
"""

from collections.abc import Sequence
from typing import Final

from actors.tools.validation.trials import Trial
from messages.tools.sandbox import Result

NOT_FOUND: Final = frozenset(("KeyError", "StopIteration", "UnboundLocalError"))
"""What a search among listed cases ends with where none fits. *chosen*: a `ValueError` is how a strict parser refuses,
and an `IndexError` how a split text says that a part is missing; both are honest answers to nonsense"""

FEWEST: Final = 3
"""Edge cases that must all end so. *chosen*: one or two may be chance"""

BY_HEART: Final = "every edge case ends in {}: it may know its examples by heart"
"""What is said of it. *chosen*"""


def by_heart(trials: Sequence[Trial], results: Sequence[Result]) -> Trial | None:
    """The edge case that stands for all, where each of them ends in an exception of the kind and each example returns.

    Where a test wants such an exception it is what the publisher means the program to do.
    """
    if any(trial.raises in NOT_FOUND for trial in trials):
        return None
    pairs = list(zip(trials, results, strict=False))
    if any(trial.kind == "example" and result.status != "returned" for trial, result in pairs):
        return None
    edges = [(trial, result) for trial, result in pairs if trial.kind == "edge"]
    missed = [trial for trial, result in edges if result.status == "raised" and result.error_type in NOT_FOUND]
    return missed[0] if len(missed) == len(edges) >= FEWEST else None
