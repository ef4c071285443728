"""When two statements can't both be so: negation, opposites, values of one kind, numbers in whatever unit.

Two claims can only contradict each other if they are about the same: their frames are equal. It is a matter of words,
and errs on the side of silence: a false alarm costs a right conclusion.
"""

from typing import Final

from actors.cognition.memory import vocabulary as words
from actors.cognition.memory.claims import Claim

WHEN: Final = ("year", "date")
"""Dimensions that tell of when another amount holds. *chosen*"""


def about_the_same(one: Claim, other: Claim) -> bool:
    """The two may contradict each other at all; a quick look, since of a thousand claims few do."""
    same = one.frame == other.frame or (one.value[0] and one.value[0] == other.value[0])
    return bool(same) or one.universal or other.universal


def contradiction(one: Claim, other: Claim) -> str:
    """Why the two can't both be so; empty if they can, or are about different things."""
    if one.tense * other.tense < 0:
        return ""
    if one.frame == other.frame and (told := _same_frame(one, other)):
        return told
    if one.universal or other.universal:
        return _instance(one, other) if one.universal else _instance(other, one)
    return _values(one, other)


def _same_frame(one: Claim, other: Claim) -> str:
    here, there = dict(one.axes), dict(other.axes)
    if not (here.keys() <= there.keys() or there.keys() <= here.keys()) or bool(here) != bool(there):
        return ""
    turned = one.negative != other.negative
    for axis in here.keys() & there.keys():
        turned ^= here[axis] != there[axis]
    plain = one if one.negative else other
    if turned and not plain.members and not plain.amounts:
        return "one says the opposite of the other"
    if [kind for kind, _ in one.members] != [kind for kind, _ in other.members]:
        return ""
    apart = [mine for mine, its in zip(one.members, other.members, strict=True) if mine != its]
    amounts = _amounts(one, other)
    if turned:
        return "" if apart or amounts else "one says the opposite of the other"
    if one.negative:
        return ""
    if amounts:
        return "" if apart else amounts
    return f"the {apart[0][0]} can't be both" if apart and one.frame else ""


def _amounts(one: Claim, other: Claim) -> str:
    """Which amounts can't both be right; empty if all can, or they don't go together."""
    if [each.dimension for each in one.amounts] != [each.dimension for each in other.amounts] or not one.frame:
        return ""
    apart = [here for here, there in zip(one.amounts, other.amounts, strict=True) if not here.agrees(there)]
    if not apart or (len(one.amounts) > 1 and any(each.dimension in WHEN for each in apart)):
        return ""
    return f"the amounts don't agree ({apart[0].dimension})"


def _instance(every: Claim, other: Claim) -> str:
    """A claim about all, and one about some of them."""
    if not every.frame or not every.frame <= other.frame or other.universal or every.amounts:
        return ""
    axes = dict(other.axes)
    if not {axis for axis, _ in every.axes} <= axes.keys() or not {*every.members} <= {*other.members}:
        return ""
    turned = every.negative != other.negative
    for axis, end in every.axes:
        turned ^= axes[axis] != end
    return "one says of all what the other denies of some" if turned else ""


def _values(one: Claim, other: Claim) -> str:
    (of_one, first), (of_other, second) = one.value, other.value
    if not of_one or of_one != of_other or one.negative or other.negative:
        return ""
    kinds = {shape for shape in first | second if shape in words.CATEGORIES}
    kinds |= {shape for shape in first & second if any(name.startswith(f"{shape}_") for name in first)}
    alone, beside = first - second, second - first
    if not first & second <= kinds or not alone - kinds or not beside - kinds:
        return ""
    return "only one of the two values can be right"
