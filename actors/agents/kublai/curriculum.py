"""Which examples the developer sees, and which are held back to judge by."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from actors.acquisition.synthesis.values import same
from messages.learning import Failure
from messages.task import Example

HELD_BACK: Final = 3
"""One example in so many is held back, at least one. *cited*: specification of acquisition, section 1, leaves the share
open; *chosen*: of the usual three to six examples two thirds must remain to learn from"""


class Split(NamedTuple):
    """The examples of one round."""

    seen: tuple[Example, ...]
    unseen: tuple[Example, ...]


def split(examples: Sequence[Example], round_number: int, failures: Sequence[Failure]) -> Split:
    """Spread evenly, others each round; what failed before is shown, so that the developer can learn from it."""
    if not examples:
        return Split((), ())
    failed = [place for place, example in enumerate(examples) if _among(example, failures)]
    eligible = [place for place in range(len(examples)) if place not in failed] or list(range(len(examples)))
    number = max(1, len(examples) // HELD_BACK)
    step = len(eligible) / number
    held = {eligible[int((index + 0.5) * step + round_number - 1) % len(eligible)] for index in range(number)}
    return Split(
        tuple(example for place, example in enumerate(examples) if place not in held),
        tuple(example for place, example in enumerate(examples) if place in held),
    )


def _among(example: Example, failures: Sequence[Failure]) -> bool:
    return any(same(list(example.args), list(failure.args)) for failure in failures)
