"""What an expression is known to be: a constant, or a thing of a module or of the builtins, by light data flow.

Names are followed through their assignments, loops, defaults and imports; constants through what `folding` knows.
"""

import ast
import itertools
from typing import Any, Final

from actors.scan import folding
from actors.scan.effort import Effort
from actors.scan.meaning import (
    DECODED,
    ITEMS,
    LITERAL,
    PIECED,
    Known,
    Local,
    Meaning,
    Ref,
    begun,
    is_long,
    is_short,
    pieced,
    taken,
    telling,
    worst,
)
from actors.scan.scopes import Binding, Scope, lookup
from actors.scan.tables import BUILTIN_NAMES, BUILTINS, GETTERS

DEEPEST: Final = 60
"""How many expressions deep is followed. *chosen*: code that people write stays far below"""

LETTERS_PER_STEP: Final = 2
"""A step for so many letters or elements, as a power of two, of what is put together or read. *measured*"""

LONGEST_PATH: Final = 200
"""Letters of a path that is followed. *chosen*: four times the longest of the standard library"""

MEANINGS: Final = 32
"""Most meanings of one name that are followed; with more, nothing is known. *chosen*: no honest name has as many"""


class Flow:
    """Says what the expressions of one program are; each is worked out once."""

    def __init__(self, scopes: dict[ast.AST, Scope], effort: Effort) -> None:
        self.tangled = False
        """Something was too deep or too long to be followed."""
        self._scopes = scopes
        self._effort = effort
        self._known: dict[ast.AST, Meaning] = {}
        self._names: dict[tuple[int, str], Meaning] = {}
        self._elements: dict[int, tuple[Known, Meaning]] = {}
        self._open: set[tuple[int, str]] = set()

    def meaning(self, node: ast.expr, local: Local | None = None, depth: int = 0) -> Meaning:
        """What the expression is known to be."""
        if not local and node in self._known:
            return self._known[node]
        if depth > DEEPEST:
            self.tangled = True
            return None
        self._effort.spend(1)
        found = self._worked_out(node, local or {}, depth + 1)
        if not local:
            self._known[node] = found
        return found

    def text(self, node: ast.expr) -> Known | None:
        """The text or bytes that the expression is known to be."""
        known = self.meaning(node)
        return known if isinstance(known, Known) and isinstance(known.value, (str, bytes)) else None

    def path(self, node: ast.expr) -> str:
        """The path of the thing that the expression is; empty if that is not known."""
        known = self.meaning(node)
        return known.path if isinstance(known, Ref) else ""

    def is_builtin(self, name: str, node: ast.AST) -> bool:
        """The name may mean the builtin there."""
        doubtful = name in BUILTINS or name in GETTERS
        return lookup(name, self._scopes[node], getattr(node, "lineno", 1), doubtful) is None

    def _worked_out(self, node: ast.expr, local: Local, depth: int) -> Meaning:
        match node:
            case ast.Constant(value=value):
                return Known(value) if type(value) in folding.PLAIN and folding.is_small(value) else None
            case ast.Name(id=name):
                return local[name] if name in local else self._name(name, node, depth)
            case ast.Attribute(value=value, attr=attribute):
                return self._attribute(self.meaning(value, local, depth), attribute)
            case ast.BinOp():
                return self._operation(node, local, depth)
            case ast.Call():
                return self._call(node, local, depth)
            case ast.JoinedStr(values=parts):
                return self._joined(parts, local, depth)
            case ast.FormattedValue(value=value, format_spec=None):
                return self._spelt(self.meaning(value, local, depth))
            case ast.Subscript(value=value, slice=place):
                return self._subscript(self.meaning(value, local, depth), place, local, depth)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return self._sequence(parts, local, depth)
            case ast.Dict(keys=keys, values=values):
                return self._mapping(keys, values, local, depth)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                known = self.meaning(operand, local, depth)
                return Known(-known.value) if isinstance(known, Known) and isinstance(known.value, int) else None
            case ast.NamedExpr(value=value):
                return self.meaning(value, local, depth)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                return self._comprehension(node, local, depth)
            case ast.IfExp(body=body, orelse=orelse):
                return worst([self.meaning(body, local, depth), self.meaning(orelse, local, depth)])
            case ast.BoolOp(values=values):
                return worst([self.meaning(value, local, depth) for value in values[:4]])
        return None

    # Names.

    def _name(self, name: str, node: ast.expr, depth: int) -> Meaning:
        doubtful = name in BUILTINS or name in GETTERS
        bound = lookup(name, self._scopes[node], node.lineno, doubtful)
        if bound is None:
            return Ref(f"builtins.{name}") if name in BUILTIN_NAMES else None
        scope, bindings = bound
        key = (id(scope), name)
        if key in self._names:
            return self._names[key]
        if key in self._open:
            return None
        self._open.add(key)
        found = self._bound(bindings, depth)
        self._open.discard(key)
        self._names[key] = found
        return found

    def _bound(self, bindings: list[Binding], depth: int) -> Meaning:
        """The worst of what the name may be; texts that are added to grow."""
        if len(bindings) > MEANINGS:
            return None
        found: list[Meaning] = []
        for binding in bindings:
            meaning = self.meaning(binding.value, None, depth) if binding.value is not None else None
            match binding.how:
                case "imports":
                    found.append(self._ref(binding.path))
                case "adds":
                    found.append(self._combined("Add", found[-1] if found else None, meaning))
                case "each":
                    found.append(self._each(meaning))
                case "takes":
                    found.append(meaning if telling(meaning) else None)
                case _:
                    found.append(meaning)
        if any(binding.how == "adds" for binding in bindings) and isinstance(found[-1], Known):
            return found[-1]
        return worst(found)

    def _each(self, over: Meaning) -> Meaning:
        """The worst of the elements; each sequence is gone through once."""
        if not isinstance(over, Known) or not isinstance(over.value, (tuple, str, bytes, dict)) or not over.value:
            return None
        if id(over.value) not in self._elements:
            items = list(itertools.islice(over.value, ITEMS))
            self._effort.spend(len(items))
            self._elements[id(over.value)] = over, worst([Known(item, over.hidden) for item in items])
        return self._elements[id(over.value)][1]

    # Expressions.

    def _attribute(self, owner: Meaning, attribute: str) -> Meaning:
        if not isinstance(owner, Ref):
            return None
        path = f"{owner.path}.{attribute}"
        return Known(folding.CONSTANTS[path]) if path in folding.CONSTANTS else self._ref(path)

    def _ref(self, path: str) -> Meaning:
        """The thing with this path, unless the path is longer than any that leads somewhere."""
        if len(path) <= LONGEST_PATH:
            return Ref(path)
        self.tangled = True
        return None

    def _operation(self, node: ast.BinOp, local: Local, depth: int) -> Meaning:
        """The operands of a long chain are taken in a loop, since such a chain is as deep as it is long."""
        chain: list[ast.BinOp] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and (local or left not in self._known):
            chain.append(left)
            left = left.left
        self._effort.spend(len(chain))
        found = self.meaning(left, local, depth)
        for link in reversed(chain):
            if found is not None:
                found = self._combined(type(link.op).__name__, found, self.meaning(link.right, local, depth))
            if not local and not (isinstance(found, Known) and is_long(found.value)):
                self._known[link] = found
        return found

    def _combined(self, sign: str, left: Meaning, right: Meaning) -> Meaning:
        if not isinstance(left, Known) or not isinstance(right, Known):
            return begun(left, right) if sign == "Add" else None
        self._read(left, right)
        value = folding.operated(sign, left.value, right.value)
        return self._made(value, max(pieced(value), left.hidden, right.hidden))

    def _read(self, *given: Known) -> None:
        """Reading long values is spent for."""
        for known in given:
            self._effort.spend(folding.size(known.value) >> LETTERS_PER_STEP)

    def _made(self, value: Any, hidden: int) -> Meaning:
        """What was put together, if it is no larger than what is followed."""
        if value is None:
            return None
        size = folding.size(value)
        self._effort.spend(min(size, folding.LARGEST) >> LETTERS_PER_STEP)
        return Known(value, hidden) if size <= folding.LARGEST else None

    def _call(self, node: ast.Call, local: Local, depth: int) -> Meaning:
        if isinstance(node.func, ast.Attribute):
            owner = self.meaning(node.func.value, local, depth)
            if isinstance(owner, Known):
                return self._method(owner, node.func.attr, node, local, depth)
        function = self.meaning(node.func, local, depth)
        if not isinstance(function, Ref):
            return None
        path = function.path
        if path == "builtins.map" and len(node.args) == 2:
            return self._mapped(node.args[0], self.meaning(node.args[1], local, depth), local, depth)
        if path == "builtins.getattr" and len(node.args) >= 2:
            return self._got(node, local, depth)
        if path in ("builtins.__import__", "importlib.import_module") and node.args:
            name = self.meaning(node.args[0], local, depth)
            return self._ref(name.value) if isinstance(name, Known) and isinstance(name.value, str) else None
        if path not in folding.FUNCTIONS or node.keywords:
            return None
        return self._folded(path, [self.meaning(argument, local, depth) for argument in node.args])

    def _got(self, node: ast.Call, local: Local, depth: int) -> Meaning:
        owner, name = (self.meaning(argument, local, depth) for argument in node.args[:2])
        return self._attribute(owner, name.value) if isinstance(name, Known) and isinstance(name.value, str) else None

    def _folded(self, path: str, arguments: list[Meaning]) -> Meaning:
        known = [argument for argument in arguments if isinstance(argument, Known)]
        if len(known) < len(arguments):
            return None
        self._read(*known)
        given = folding.called(path, [argument.value for argument in known])
        if given is None:
            return None
        value, decodes = given
        return self._made(value, max([DECODED if decodes else pieced(value), *(each.hidden for each in known)]))

    def _method(self, owner: Known, name: str, node: ast.Call, local: Local, depth: int) -> Meaning:
        arguments = [self.meaning(argument, local, depth) for argument in node.args]
        keywords = {key.arg: self.meaning(key.value, local, depth) for key in node.keywords if key.arg is not None}
        given = [*arguments, *keywords.values()]
        if not all(isinstance(argument, Known) for argument in given) or len(keywords) < len(node.keywords):
            return None
        values = [argument.value for argument in arguments if isinstance(argument, Known)]
        named = {key: argument.value for key, argument in keywords.items() if isinstance(argument, Known)}
        self._read(owner, *(argument for argument in given if isinstance(argument, Known)))
        value = folding.method(owner.value, name, values, named)
        hidden = max([owner.hidden, *(argument.hidden for argument in given if isinstance(argument, Known))])
        return self._made(value, max(hidden, PIECED))

    def _mapped(self, function: ast.expr, over: Meaning, local: Local, depth: int) -> Meaning:
        if not isinstance(over, Known) or not is_short(over.value):
            return None
        self._effort.spend(len(over.value))
        path = self.meaning(function, local, depth)
        out, hidden = [], max(PIECED, over.hidden)
        for item in over.value:
            given: Meaning = None
            if isinstance(path, Ref):
                given = self._folded(path.path, [Known(item)])
            elif isinstance(function, ast.Lambda) and len(function.args.args) == 1:
                name = function.args.args[0].arg
                given = self.meaning(function.body, {**local, name: Known(item)}, depth)
            if not isinstance(given, Known):
                return None
            out.append(given.value)
            hidden = max(hidden, given.hidden)
        return self._made(tuple(out), hidden)

    def _comprehension(self, node: ast.expr, local: Local, depth: int) -> Meaning:
        assert isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp))
        loop = node.generators[0]
        if len(node.generators) > 1 or loop.ifs or not isinstance(loop.target, (ast.Name, ast.Tuple)):
            return None
        over = self.meaning(loop.iter, local, depth)
        if not isinstance(over, Known) or not is_short(over.value):
            return None
        self._effort.spend(len(over.value))
        out, hidden = [], max(PIECED, over.hidden)
        for item in over.value:
            given = self.meaning(node.elt, {**local, **taken(loop.target, item)}, depth)
            if not isinstance(given, Known):
                return None
            out.append(given.value)
            hidden = max(hidden, given.hidden)
        return self._made(tuple(out), hidden)

    def _joined(self, parts: list[ast.expr], local: Local, depth: int) -> Meaning:
        if len(parts) == 1:
            return self.meaning(parts[0], local, depth)
        found: Meaning = Known("")
        for part in parts:
            found = self._combined("Add", found, self.meaning(part, local, depth))
            if not isinstance(found, Known):
                break
        return found

    def _spelt(self, known: Meaning) -> Meaning:
        if isinstance(known, Known) and isinstance(known.value, (str, int)):
            return self._made(str(known.value), max(known.hidden, PIECED))
        return None

    def _subscript(self, owner: Meaning, place: ast.expr, local: Local, depth: int) -> Meaning:
        if isinstance(owner, Ref):
            key = self.meaning(place, local, depth)
            return self._attribute(owner, key.value) if isinstance(key, Known) and isinstance(key.value, str) else None
        if not isinstance(owner, Known) or not isinstance(owner.value, (str, bytes, tuple, dict)):
            return None
        index = self._slice(place, local, depth) if isinstance(place, ast.Slice) else self._key(place, local, depth)
        try:
            value = owner.value[index]
        except (*folding.ERRORS, KeyError):
            return None
        return self._made(value, max(owner.hidden, PIECED))

    def _key(self, place: ast.expr, local: Local, depth: int) -> Any:
        known = self.meaning(place, local, depth)
        return known.value if isinstance(known, Known) else ()

    def _slice(self, place: ast.Slice, local: Local, depth: int) -> Any:
        bounds = (place.lower, place.upper, place.step)
        first, last, step = (self._key(bound, local, depth) if bound is not None else None for bound in bounds)
        return slice(first, last, step)

    def _sequence(self, parts: list[ast.expr], local: Local, depth: int) -> Meaning:
        if len(parts) > folding.LARGEST:
            return None
        out, hidden = [], LITERAL
        for part in parts:
            known = self.meaning(part, local, depth)
            if not isinstance(known, Known):
                return None
            out.append(known.value)
            hidden = max(hidden, known.hidden)
        return self._made(tuple(out), hidden)

    def _mapping(self, keys: list[ast.expr | None], values: list[ast.expr], local: Local, depth: int) -> Meaning:
        known = self._sequence([key for key in keys if key is not None], local, depth)
        meant = self._sequence(values, local, depth)
        if not isinstance(known, Known) or not isinstance(meant, Known) or len(known.value) != len(values):
            return None
        try:
            return self._made(dict(zip(known.value, meant.value, strict=True)), max(known.hidden, meant.hidden))
        except TypeError:
            return None
