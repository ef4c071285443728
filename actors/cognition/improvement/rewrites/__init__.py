"""The library of rewrites, one a module: its docstring has precondition and proof obligation, `rewrite` applies it.

Each changes a draft in place wherever its precondition holds. What can't be known from the text is decided at run time
by a helper of `fallbacks.py`, which does what stood before where the fast way could give anything else.
"""

from collections.abc import Callable
from typing import Final

from actors.cognition.improvement.draft import Draft
from actors.cognition.improvement.rewrites import (
    bucket,
    concatenation,
    grown,
    invariant,
    membership,
    ordering,
    popping,
    recursion,
    repeats,
    slices,
)

REWRITES: Final[dict[str, tuple[str, Callable[[Draft], None]]]] = {
    "recursion to table": ("caching", recursion.rewrite),
    "nested scan to index": ("algorithmic", bucket.rewrite),
    "list search to set": ("algorithmic", membership.rewrite),
    "growing list search to set": ("algorithmic", grown.rewrite),
    "slices to running totals": ("algorithmic", slices.rewrite),
    "loop invariant hoisted": ("performance", invariant.rewrite),
    "pop(0) to deque": ("algorithmic", popping.rewrite),
    "building by concatenation to append": ("memory", concatenation.rewrite),
    "sorted for an extreme to min or max": ("algorithmic", ordering.rewrite),
    "repeated pure call remembered": ("caching", repeats.rewrite),
}
"""Each rewrite by its name, with its kind. *derived*: specification of cognition, section 1"""
