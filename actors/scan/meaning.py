"""What an expression can be known to be, and what several meanings come to together."""

import ast
from typing import Any, Final, NamedTuple

from actors.scan.tables import BUILTINS, STEPS, WALKS

ITEMS: Final = 4_096
"""Most elements that a loop is followed through. *chosen*: longer than any text that hides in a list of numbers"""

KEPT: Final = 256
"""Longest value that is kept for a part of a chain, or for a beginning. *chosen*: long ones would fill the memory"""

LITERAL: Final = 0
PIECED: Final = 1
DECODED: Final = 2
"""How far a constant stands from the text of the program. *derived*"""

TELLING: Final = WALKS | STEPS
"""Texts for the sake of which one of several values is taken. *derived*"""


class Known(NamedTuple):
    """A constant."""

    value: Any
    hidden: int = LITERAL


class Ref(NamedTuple):
    """A thing of a module or of the builtins, by its path, such as `os.system`."""

    path: str


class Begins(NamedTuple):
    """A text of which only the beginning is known."""

    text: str


Meaning = Known | Ref | Begins | None
Local = dict[str, Meaning]


def taken(target: ast.expr, item: Any) -> Local:
    if isinstance(target, ast.Name):
        return {target.id: Known(item)}
    assert isinstance(target, ast.Tuple)
    names = [each.id for each in target.elts if isinstance(each, ast.Name)]
    if not isinstance(item, tuple) or len(item) != len(names) or len(names) != len(target.elts):
        return dict.fromkeys(names)
    return {name: Known(part) for name, part in zip(names, item, strict=True)}


def is_short(value: Any) -> bool:
    return isinstance(value, (tuple, str, bytes)) and len(value) <= ITEMS


def is_long(value: Any) -> bool:
    return isinstance(value, (str, bytes, tuple)) and len(value) > KEPT


def pieced(value: Any) -> int:
    return PIECED if isinstance(value, (str, bytes, tuple)) else LITERAL


def begun(left: Meaning, right: Meaning) -> Meaning:
    """What is known of two texts one after the other, of which one or both aren't wholly known."""
    if isinstance(left, Known) and isinstance(left.value, str):
        text = left.value + right.text if isinstance(right, Begins) else left.value
        return Begins(text[:KEPT]) if left.value else None
    return left if isinstance(left, Begins) else None


def telling(known: Meaning) -> bool:
    if isinstance(known, Known):
        return isinstance(known.value, str) and known.value in TELLING
    return isinstance(known, Ref) and (not known.path.startswith("builtins.") or known.path[9:] in BUILTINS)


def worst(found: list[Meaning]) -> Meaning:
    """One of several meanings: the one that tells most; None if there is any doubt and none tells."""
    if len(found) == 1:
        return found[0]
    for known in found:
        if telling(known):
            return known
    harmless = all(isinstance(known, Known) and isinstance(known.value, str) for known in found)
    if harmless and not any(isinstance(known, Known) and known.value.startswith("_") for known in found):
        return found[0] if found else None
    return None
