"""Which examples the developer sees, and which are held back to judge by.

What is held back is like something that is shown: of each class of examples some are seen, else nobody could learn it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import msgspec

from actors.synthesis.values import same
from actors.tools.spec.schema import kind_of
from messages.base import Json
from messages.task import Example
from messages.tools.learning import Failure

HELD_BACK: Final = 3
"""One example in so many is held back, at least one. *cited*: specification of acquisition, section 1, leaves the share
open; *chosen*: of the usual three to six examples two thirds must remain to learn from"""

FORM_CHARACTERS: Final = 40
"""Characters of a text that tell its form. *chosen*: dates, codes and numbers are shorter; a longer one is prose"""


class Split(NamedTuple):
    """The examples of one round."""

    seen: tuple[Example, ...]
    unseen: tuple[Example, ...]


def split(examples: Sequence[Example], round_number: int, failures: Sequence[Failure], whole: bool = False) -> Split:
    """Others are held back each round, at most one in HELD_BACK, and none where all are to be seen; what failed before
    is shown, so that the developer can learn from it, and so is the last one of its class.
    """
    if not examples or whole:
        return Split(tuple(examples), ())
    held = set(_held(examples, round_number, failures))
    return Split(
        tuple(example for place, example in enumerate(examples) if place not in held),
        tuple(example for place, example in enumerate(examples) if place in held),
    )


def _held(examples: Sequence[Example], round_number: int, failures: Sequence[Failure]) -> list[int]:
    """The places of what is held back, spread evenly over what may be."""
    number = max(1, len(examples) // HELD_BACK)
    classes = _classes(examples)
    left = Counter(classes)
    failed = {place for place, example in enumerate(examples) if _among(example, failures)}
    places = [place for place in range(len(examples)) if left[classes[place]] > 1]
    eligible = [place for place in places if place not in failed] or places or list(range(len(examples)))
    step = len(eligible) / number
    first = [int((index + 0.5) * step + round_number - 1) % len(eligible) for index in range(number)]
    held: list[int] = []
    for place in (eligible[at % len(eligible)] for start in first for at in range(start, start + len(eligible))):
        if len(held) < number and place not in held and (left[classes[place]] > 1 or not held):
            left[classes[place]] -= 1
            held.append(place)
    return held


def _classes(examples: Sequence[Example]) -> list[Json]:
    """What each example is like: by the finest of some likenesses in which most of them have a companion."""
    for likeness in (_finest, _by_result, _by_kinds):
        found = [likeness(example, examples) for example in examples]
        counts = Counter(found)
        if sum(count > 1 for count in counts.values()) and sum(counts[one] > 1 for one in found) * 2 > len(found):
            return found
    return [""] * len(examples)


def _finest(example: Example, examples: Sequence[Example]) -> str:
    """By what the result is, and the forms of the arguments."""
    return f"{_by_result(example, examples)} {' '.join(map(_form, example.args))}"


def _by_result(example: Example, examples: Sequence[Example]) -> str:
    """By what the result is: one that others have too, an argument as it is, or something that was made."""
    kinds = _by_kinds(example, examples)
    copied = [place for place, arg in enumerate(example.args) if same(arg, example.result)]
    if copied:
        return f"{kinds} is argument {copied[0]}"
    shared = sum(same(other.result, example.result) for other in examples) > 1
    return f"{kinds} {_text(example.result)}" if shared else f"{kinds} {_form(example.result)}"


def _by_kinds(example: Example, _examples: Sequence[Example]) -> str:
    """By the kinds of the arguments and of the result, where none of something is a kind of its own."""
    return " ".join(map(_kind, (*example.args, example.result)))


def _kind(value: Json) -> str:
    return f"no {kind_of(value)}" if value in ("", [], {}) else kind_of(value)


def _form(value: Json) -> str:
    """How a short text is written, the sign of a number, and whether there is something."""
    if isinstance(value, str) and len(value) <= FORM_CHARACTERS:
        return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "below" if value < 0 else "above" if value > 0 else "nought"
    return _text(value) if isinstance(value, bool) else _kind(value)


def _text(value: Json) -> str:
    return msgspec.json.encode(value).decode()


def _among(example: Example, failures: Iterable[Failure]) -> bool:
    return any(same(list(example.args), list(failure.args)) for failure in failures)
