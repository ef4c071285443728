"""The program as the rules see it: its nodes, what stands around each, and what each expression is known to be."""

import ast
from collections.abc import Iterator

from actors.acquisition.policy.finding import GRAVE, Finding
from actors.acquisition.policy.flow import Flow
from actors.acquisition.policy.scopes import FUNCTIONS, Place, lookup, places


class View:
    """One program, read once."""

    def __init__(self, tree: ast.Module) -> None:
        self.places: list[Place] = places(tree)
        self._scopes = {place.node: place.scope for place in self.places}
        self.flow = Flow(self._scopes, len(self.places))
        self.excuses: dict[str, bool] = {}
        """Whether every use of a doubtful import is harmless, for those that were looked at."""
        self.documentation = frozenset(_documentation(self.places))
        """The texts that are statements of their own: they explain and do nothing."""

    def parent(self, place: Place) -> Place | None:
        """What the node is a part of."""
        return self.places[place.parent] if place.parent >= 0 else None

    def above(self, place: Place) -> Iterator[ast.AST]:
        """The nodes around this one, innermost first, as far as its own function."""
        at = self.parent(place)
        while at is not None:
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
        for place in self.places:
            node = place.node
            for field in ("id", "attr", "name", "arg", "asname"):
                if isinstance(name := getattr(node, field, None), str):
                    yield getattr(node, "lineno", 1), name


def found(node: ast.AST, kind: str, what: str, weight: int = GRAVE) -> Finding:
    """A finding in the node's line."""
    return Finding(getattr(node, "lineno", 1), kind, what, weight)


def _documentation(all_places: list[Place]) -> Iterator[ast.AST]:
    for place in all_places:
        if isinstance(place.node, ast.Expr) and isinstance(place.node.value, ast.Constant):
            yield place.node.value
