"""Metamorphic checks: what the examples show to hold between a call and another one, tried on calls nobody gave.

Idempotence: a result put in again comes back as it is. Blindness to order: the items of a list may come in any order.
Each is only tried where at least two examples show it and none speaks against it.
Source: Chen, Cheung, Yiu: Metamorphic testing, 1998.
"""

from collections.abc import Sequence
from typing import Any, Final

from actors.synthesis.values import same
from messages.task import Example

SHOWN: Final = 2
"""Fewest examples that must show a relation. *chosen*: one may be chance"""


def is_idempotent(examples: Sequence[Example]) -> bool:
    """At least two examples give back what they were given, and none takes another's result elsewhere."""
    single = [example for example in examples if len(example.args) == 1]
    fixed = [example for example in single if same(example.args[0], example.result)]
    moved = [
        example
        for example in single
        if any(same(other.result, example.args[0]) for other in single) and not same(example.args[0], example.result)
    ]
    return len(single) == len(examples) > len(fixed) >= SHOWN and not moved


def is_blind_to_order(examples: Sequence[Example]) -> bool:
    """At least two pairs of examples have the same items in another order, and the same result."""
    lists = [example for example in examples if len(example.args) == 1 and isinstance(example.args[0], list)]
    if len(lists) != len(examples):
        return False
    pairs = [(one, other) for place, one in enumerate(lists) for other in lists[:place] if _permuted(one, other)]
    return len(pairs) >= SHOWN and all(same(one.result, other.result) for one, other in pairs)


def follow_ups(examples: Sequence[Example]) -> tuple[tuple[tuple[Any, ...], Any], ...]:
    """Calls that no example makes, each with the result that the relations ask for."""
    found: list[tuple[tuple[Any, ...], Any]] = []
    if is_idempotent(examples):
        found += [((example.result,), example.result) for example in examples]
    if is_blind_to_order(examples):
        found += [((example.args[0][::-1],), example.result) for example in examples]
    known = [list(example.args) for example in examples]
    return tuple((args, result) for args, result in found if not any(same(list(args), each) for each in known))


def _permuted(one: Example, other: Example) -> bool:
    left, right = list(one.args[0]), list(other.args[0])
    if same(left, right) or len(left) != len(right):
        return False
    for item in left:
        place = next((place for place, each in enumerate(right) if same(each, item)), None)
        if place is None:
            return False
        del right[place]
    return True
