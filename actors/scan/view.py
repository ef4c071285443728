"""The program as the rules see it: its nodes, what stands around each, and what each expression is known to be."""

import ast
import bisect
from collections.abc import Iterator
from typing import Final

from actors.scan.effort import Effort
from actors.scan.finding import GRAVE, Finding
from actors.scan.flow import Flow
from actors.scan.scopes import FUNCTIONS, Place, lookup, places

NAMES: Final = (
    *((ast.Name, "id"), (ast.Attribute, "attr"), (ast.FunctionDef, "name"), (ast.AsyncFunctionDef, "name")),
    *((ast.ClassDef, "name"), (ast.ExceptHandler, "name"), (ast.alias, "name"), (ast.alias, "asname")),
    *((ast.MatchAs, "name"), (ast.MatchStar, "name"), (ast.arg, "arg"), (ast.keyword, "arg")),
)
"""The nodes that hold names, and where. *derived*: grammar"""


class View:
    """One program, read once."""

    def __init__(self, tree: ast.Module, effort: Effort) -> None:
        self.effort = effort
        self.places: list[Place] = places(tree, effort)
        self._scopes = {place.node: place.scope for place in self.places}
        self._kinds = _by_kind(self.places)
        self._ends = _ends(self.places)
        self.flow = Flow(self._scopes, effort)
        self.excuses: dict[str, bool] = {}
        """Whether every use of a doubtful import is harmless, for those that were looked at."""
        self.documentation = frozenset(_documentation(self.places))
        """The texts that are statements of their own: they explain and do nothing."""

    def parent(self, place: Place) -> Place | None:
        """What the node is a part of."""
        return self.places[place.parent] if place.parent >= 0 else None

    def of(self, kind: type[ast.AST]) -> Iterator[ast.AST]:
        """All nodes of this kind, in the order of the source."""
        return (self.places[number].node for number in self._kinds.get(kind, ()))

    def within(self, place: Place, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        """The nodes of these kinds in this node, kind by kind, each in the order of the source."""
        for kind in kinds:
            numbers = self._kinds.get(kind, [])
            first = bisect.bisect_right(numbers, place.number)
            last = bisect.bisect_left(numbers, self._ends[place.number])
            self.effort.spend(last - first)
            yield from (self.places[number].node for number in numbers[first:last])

    def above(self, place: Place) -> Iterator[ast.AST]:
        """The nodes around this one, innermost first, as far as its own function."""
        at = self.parent(place)
        while at is not None:
            self.effort.spend(1)
            yield at.node
            if isinstance(at.node, FUNCTIONS):
                return
            at = self.parent(at)

    def assigned(self, name: ast.Name) -> ast.expr | None:
        """What the name is assigned, if it is assigned once."""
        bound = lookup(name.id, self._scopes[name], name.lineno, False)
        return bound[1][0].value if bound is not None and len(bound[1]) == 1 and bound[1][0].how == "is" else None

    def names(self) -> Iterator[tuple[int, str]]:
        """Every name that is used or defined, with its line."""
        for kind, field in NAMES:
            for number in self._kinds.get(kind, ()):
                node = self.places[number].node
                if (name := getattr(node, field)) is not None:
                    yield getattr(node, "lineno", 1), name


def found(node: ast.AST, kind: str, what: str, weight: int = GRAVE) -> Finding:
    """A finding in the node's line."""
    return Finding(getattr(node, "lineno", 1), kind, what, weight)


def _documentation(all_places: list[Place]) -> Iterator[ast.AST]:
    for place in all_places:
        if isinstance(place.node, ast.Expr) and isinstance(place.node.value, ast.Constant):
            yield place.node.value


def _by_kind(all_places: list[Place]) -> dict[type[ast.AST], list[int]]:
    """Where the nodes of each kind are, in the order of the source."""
    kinds: dict[type[ast.AST], list[int]] = {}
    for place in all_places:
        kinds.setdefault(type(place.node), []).append(place.number)
    return kinds


def _ends(all_places: list[Place]) -> list[int]:
    """The place after the last node within each node."""
    ends = list(range(1, len(all_places) + 1))
    for place in reversed(all_places):
        if place.parent >= 0 and ends[place.parent] < ends[place.number]:
            ends[place.parent] = ends[place.number]
    return ends
