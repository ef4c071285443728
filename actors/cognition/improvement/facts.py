"""What is certain about a function from its text alone: what is pure, what does not change in a loop, what is fresh.

Every answer errs towards "not certain", in which case no rewrite is made.
"""

import ast
from collections.abc import Iterator, Set
from typing import Final

PURE_BUILTINS: Final = frozenset(
    (
        *("abs", "all", "any", "bin", "bool", "bytes", "chr", "complex", "dict", "divmod", "enumerate"),
        *("filter", "float", "format", "frozenset", "hex", "int", "isinstance", "len", "list", "map", "max"),
        *("min", "oct", "ord", "pow", "range", "repr", "reversed", "round", "set", "slice", "sorted", "str"),
        *("sum", "tuple", "type", "zip"),
    )
)
"""Builtins that change no argument of a builtin type and depend on nothing else. *derived*: their documentation"""
EXCEPTIONS: Final = frozenset(
    (*("ValueError", "KeyError", "IndexError", "TypeError", "RuntimeError", "StopIteration", "Exception"),)
)
"""Errors that may be made and raised. *chosen*"""
READERS: Final = frozenset(
    (
        *("get", "items", "keys", "values", "split", "rsplit", "splitlines", "strip", "lstrip", "rstrip"),
        *("lower", "upper", "title", "capitalize", "casefold", "swapcase", "join", "replace", "startswith"),
        *("endswith", "index", "count", "find", "rfind", "format", "copy", "isdigit", "isalpha", "isalnum"),
        *("isspace", "isupper", "islower", "isnumeric", "zfill", "ljust", "rjust", "center", "partition"),
        *("rpartition", "encode", "decode", "translate", "union", "intersection", "difference", "issubset"),
        *("issuperset", "isdisjoint", "bit_length", "most_common", "elements", "total"),
    )
)
"""Methods of builtin types that change nothing. *derived*"""
MUTATORS: Final = frozenset(
    (
        *("append", "add", "extend", "insert", "pop", "popleft", "appendleft", "remove", "discard", "clear"),
        *("update", "sort", "reverse", "setdefault", "popitem", "rotate", "extendleft", "subtract"),
        *("__setitem__",),
    )
)
"""Methods of builtin types that change their object. *derived*"""
PURE_MODULES: Final = frozenset(("math", "itertools", "re", "operator", "string", "collections", "bisect", "functools"))
"""Modules whose functions change no argument, but for those below. *derived*"""
CHANGERS: Final = {
    "heapq": ("heappush", "heappop", "heapify", "heapreplace", "heappushpop"),
    "bisect": ("insort", "insort_left", "insort_right"),
}
"""Functions that change their first argument. *derived*"""
REFUSED: Final = frozenset(
    (
        *("eval", "exec", "globals", "locals", "vars", "setattr", "delattr", "getattr", "__import__"),
        *("input", "open", "id", "next", "iter"),
    )
)
"""Names whose use leaves nothing certain. *chosen*"""
FRESH_CALLS: Final = frozenset(
    (
        *("list", "dict", "set", "sorted", "tuple", "frozenset", "defaultdict", "Counter", "deque"),
        *("OrderedDict", "bytearray", "str", "int", "float", "len", "sum"),
    )
)
"""Calls whose result nobody else holds. *derived*"""
DISPLAYS: Final = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Constant, ast.JoinedStr)
"""Expressions whose value nobody else holds. *derived*"""
LOOPS: Final = (ast.For, ast.While)
"""Loops. *derived*"""
COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
"""Expressions that loop. *derived*"""
SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
"""Nodes with names of their own. *derived*"""


class Module:
    """A module's functions, imports and constants."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        self.modules: dict[str, str] = {}
        self.imported: dict[str, tuple[str, str]] = {}
        for node in tree.body:
            if isinstance(node, ast.Import):
                self.modules.update({each.asname or each.name: each.name for each in node.names})
            if isinstance(node, ast.ImportFrom) and node.module:
                self.imported.update({each.asname or each.name: (node.module, each.name) for each in node.names})
        self.bound = _counts(tree)
        self._pure: dict[str, bool] = {}

    def certain(self, function: ast.FunctionDef) -> bool:
        """Whether the function can be reasoned about: no generator, no reflection, no names of other scopes changed."""
        if any(isinstance(node, ast.ClassDef) and _overloads(node) for node in self.tree.body):
            return False
        for node in ast.walk(function):
            if isinstance(node, ast.Yield | ast.YieldFrom | ast.Await | ast.Global | ast.Nonlocal | ast.Import):
                return False
            if isinstance(node, ast.ImportFrom | ast.ClassDef | ast.AsyncFor | ast.AsyncWith | ast.Match):
                return False
            if isinstance(node, ast.Name) and node.id in REFUSED:
                return False
        return not any(name in PURE_BUILTINS for name in self.bound)

    def pure(self, name: str) -> bool:
        """Whether a function of the module depends on its arguments alone and changes nothing that others see."""
        if name not in self.functions or self.bound[name] != 1 or self.functions[name].decorator_list:
            return False
        if name not in self._pure:
            self._pure[name] = True  # a recursive call is as pure as the rest
            self._pure[name] = self._looks_pure(self.functions[name])
        return self._pure[name]

    def _looks_pure(self, function: ast.FunctionDef) -> bool:
        local = Local(self, function)
        if not self.certain(function) or function.args.vararg or function.args.kwarg or function.args.kwonlyargs:
            return False
        if any(not isinstance(each, ast.Constant) for each in function.args.defaults):
            return False
        if any(isinstance(node, ast.FunctionDef | ast.Lambda) and node is not function for node in ast.walk(function)):
            return False
        if local.changes(function.body) is None or not local.changes(function.body, calls_print=False) <= local.own:  # type: ignore[operator]
            return False
        free = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)} - set(local.bound)
        return all(self.constant(each) or each in PURE_BUILTINS | EXCEPTIONS or self.callable(each) for each in free)

    def constant(self, name: str) -> bool:
        """Whether the module binds the name once, to what nothing can change or nothing in the module changes."""
        if self.bound.get(name) != 1:
            return False
        values = [node.value for node in self.tree.body if isinstance(node, ast.Assign) and _targets(node) == [name]]
        if len(values) != 1:
            return False
        changed = (root(node) for top in self.tree.body for node in ast.walk(top) if _may_change(node))
        return isinstance(values[0], ast.Constant | ast.Tuple | ast.UnaryOp) or name not in set(changed)

    def callable(self, name: str) -> bool:
        """Whether the name is a module, a pure function of this module or of a pure one."""
        if name in self.functions:
            return self.pure(name)
        return name in self.modules or self.imported.get(name, ("", ""))[0] in PURE_MODULES


class Local:
    """One function's own names: how often each is bound, which hold fresh objects, what a region changes."""

    def __init__(self, module: Module, function: ast.FunctionDef, harmless: Set[str] = frozenset()) -> None:
        self.module = module
        self.function = function
        self.params = {arg.arg for arg in ast.walk(function.args) if isinstance(arg, ast.arg)}
        self.bound = _counts(function)
        values: dict[str, list[ast.expr]] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                values.setdefault(node.targets[0].id, []).append(node.value)
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
                values.setdefault(node.target.id, []).append(node.value)
            if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                values.setdefault(node.target.id, []).append(ast.Constant(value=0))
        self.values = values
        self.harmless: Set[str] = harmless
        """Names of helpers, and nested functions that were found to be pure."""
        self.own = {
            name
            for name, found in values.items()
            if len(found) == self.bound.get(name) and name not in self.params and all(map(self.fresh, found))
        }
        self.own -= self._leaked()
        self.holding = {name for node in ast.walk(function) for name in self._holds(node)}
        """Names whose items may be objects that others hold, too."""

    def _holds(self, node: ast.AST) -> Iterator[str]:
        """The name whose object is given an item by the node, if the item may be somebody else's."""
        place: ast.AST | None = None
        items: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            place, items = next((each for each in node.targets if isinstance(each, ast.Subscript)), None), [node.value]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            place, items = node.func.value, node.args
        name = None if place is None else root(place)
        if name is not None and any(not self.fresh(each) for each in items):
            yield name

    def fresh(self, value: ast.expr) -> bool:
        """Whether nobody else holds the value, or it can't be changed."""
        if isinstance(value, ast.BinOp):
            return True
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            return value.func.id in FRESH_CALLS
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            called = value.func.attr
            return called in (
                "copy",
                "split",
                "join",
                "strip",
                "lower",
                "upper",
                "replace",
                "deque",
                "defaultdict",
                "Counter",
            )
        return isinstance(value, (*DISPLAYS, ast.Compare, ast.UnaryOp))

    def _leaked(self) -> set[str]:
        """Names whose object is stored elsewhere, so that it may be changed by another name."""
        leaked = set()
        returned = {id(node.value) for node in ast.walk(self.function) if isinstance(node, ast.Return)}
        for node in ast.walk(self.function):
            held: list[ast.expr] = []
            if id(node) in returned and isinstance(node, ast.Tuple):
                continue
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
                held = [node.value]
            elif isinstance(node, ast.List | ast.Tuple | ast.Set):
                held = node.elts
            elif isinstance(node, ast.Dict):
                held = node.values
            elif isinstance(node, ast.IfExp):
                held = [node.body, node.orelse]
            elif isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in PURE_BUILTINS):
                held = [] if self._reads(node) else [*node.args, *(each.value for each in node.keywords)]
            leaked |= {each.id for each in held if isinstance(each, ast.Name) and self._may_be_object(each.id)}
        return leaked

    def _reads(self, call: ast.Call) -> bool:
        """Whether the call only reads its arguments."""
        if isinstance(call.func, ast.Attribute):
            if isinstance(call.func.value, ast.Name) and call.func.value.id in self.module.modules:
                return True
            return call.func.attr in READERS | {"extend", "update"}
        return isinstance(call.func, ast.Name) and self.module.pure(call.func.id)

    def _may_be_object(self, name: str) -> bool:
        """Whether the name may hold something that can be changed in place."""
        return not all(
            isinstance(each, ast.Constant | ast.JoinedStr | ast.Compare)
            for each in self.values.get(name, [ast.List(elts=[], ctx=ast.Load())])
        )

    def changes(self, region: list[ast.stmt], *, calls_print: bool = True) -> set[str] | None:
        """Names whose objects the region may change; None if it may change anything."""
        changed: set[str] = set()
        for statement in region:
            for node in ast.walk(statement):
                found = self._change(node, calls_print)
                if found is None:
                    return None
                changed |= found
        return changed

    def _change(self, node: ast.AST, calls_print: bool) -> set[str] | None:
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            return self._at(node)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
            numbers = any(isinstance(each, ast.Constant) and each.value != 0 for each in self.values.get(name, ()))
            starts = [each for each in self.values.get(name, ()) if isinstance(each, ast.Constant)]
            plain = numbers or isinstance(node.value, ast.Constant) or len(starts) > 1
            return set() if plain else {name}
        if isinstance(node, ast.Call):
            return self._called(node, calls_print)
        return None if isinstance(node, ast.With) else set()

    def _called(self, node: ast.Call, calls_print: bool) -> set[str] | None:
        function = node.func
        if root(function) in self.harmless:
            return set()
        if isinstance(function, ast.Name):
            if function.id in PURE_BUILTINS | EXCEPTIONS or (function.id == "print" and calls_print):
                return set()
            if function.id in self.bound and function.id not in self.module.functions:
                return None
            origin = self.module.imported.get(function.id)
            if origin is not None:
                if origin[1] in CHANGERS.get(origin[0], ()):
                    return self._at(node.args[0]) if node.args else None
                return set() if origin[0] in PURE_MODULES | {"heapq"} else None
            return set() if self.module.pure(function.id) else None
        if not isinstance(function, ast.Attribute):
            return None
        if isinstance(function.value, ast.Name) and function.value.id in self.module.modules:
            origin_module = self.module.modules[function.value.id]
            if function.attr in CHANGERS.get(origin_module, ()):
                return self._at(node.args[0]) if node.args else None
            return set() if origin_module in PURE_MODULES | {"heapq"} else None
        if function.attr in MUTATORS:
            return self._at(function.value)
        if function.attr in READERS or self._of_pattern(function):
            return set()
        return None

    def _of_pattern(self, function: ast.Attribute) -> bool:
        return function.attr in ("match", "search", "findall", "sub", "fullmatch", "group", "groups", "finditer")

    def _at(self, node: ast.AST) -> set[str] | None:
        found = root(node)
        held = (
            node.value
            if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load)
            else node
        )
        deep = not isinstance(held, ast.Name)
        return None if found is None or (deep and found in self.holding) else {found}

    def stable(self, name: str, region: list[ast.stmt]) -> bool:
        """Whether the name and what it holds are certain to stay the same while the region runs."""
        if any(
            isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
            for each in region
            for node in ast.walk(each)
        ):
            return False
        if name not in self.bound and not self.module.constant(name):
            return name in PURE_BUILTINS or self.module.callable(name)
        changed = self.changes(region)
        return changed is not None and name not in changed and changed <= self.own

    def bound_before(self, name: str, body: list[ast.stmt], at: int) -> bool:
        """Whether the name is sure to have its value before the statement at this place of the body."""
        if name in self.params or name not in self.bound:
            return True
        earlier = [*body[:at], *self._top(body[at])]
        return any(isinstance(each, ast.Assign | ast.AnnAssign) and name in _targets(each) for each in earlier)

    def _top(self, statement: ast.stmt) -> list[ast.stmt]:
        """The statements of the function itself that always run before this one."""
        whole = self.function.body
        around = [place for place, top in enumerate(whole) if any(each is statement for each in ast.walk(top))]
        return whole[: around[0]] if around else []


def bodies(function: ast.AST) -> Iterator[list[ast.stmt]]:
    """Every list of statements of the function itself, outer ones first."""
    for field in ("body", "orelse", "finalbody"):
        found = getattr(function, field, None)
        if isinstance(found, list) and found and isinstance(found[0], ast.stmt):
            yield found
            for statement in found:
                if not isinstance(statement, SCOPES):
                    yield from bodies(statement)
    for handler in getattr(function, "handlers", ()):
        yield from bodies(handler)


def loops(function: ast.FunctionDef) -> Iterator[tuple[list[ast.stmt], int, list[ast.stmt]]]:
    """Each statement that loops, outermost first: the body it stands in, its place, and what runs repeatedly."""
    for body in bodies(function):
        for _at, statement in enumerate(list(body)):
            if isinstance(statement, ast.For):
                yield body, body.index(statement), [*statement.body, ast.Expr(value=statement.target)]
            elif isinstance(statement, ast.While):
                yield body, body.index(statement), [ast.Expr(value=statement.test), *statement.body]
            elif not isinstance(statement, ast.If | ast.Try | ast.With | ast.FunctionDef) and any(
                isinstance(node, COMPREHENSIONS) for node in ast.walk(statement)
            ):
                yield body, body.index(statement), [statement]


def root(node: ast.AST) -> str | None:
    """The name at the beginning of `a.b[c].d`; None if there is none."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred) or (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _may_change(node: ast.AST) -> bool:
    if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
        return True
    return isinstance(node, ast.Attribute) and node.attr in MUTATORS


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _targets(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Assign):
        return [
            each.id
            for target in node.targets
            for each in ast.walk(target)
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        ]
    return (
        [node.target.id]
        if isinstance(node, ast.AnnAssign | ast.AugAssign) and isinstance(node.target, ast.Name)
        else []
    )


def _counts(node: ast.AST) -> dict[str, int]:
    """How often each name is bound directly in the node's own scope."""
    found: dict[str, int] = {}
    todo: list[ast.AST] = list(ast.iter_child_nodes(node))
    while todo:
        each = todo.pop()
        names: list[str] = []
        if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load):
            names = [each.id]
        elif isinstance(each, ast.arg):
            names = [each.arg]
        elif isinstance(each, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            names = [each.name]
        elif isinstance(each, ast.alias):
            names = [each.asname or each.name]
        elif isinstance(each, ast.ExceptHandler) and each.name:
            names = [each.name]
        for name in names:
            found[name] = found.get(name, 0) + 1
        if not isinstance(each, SCOPES):
            todo.extend(ast.iter_child_nodes(each))
    return found


def _overloads(node: ast.ClassDef) -> bool:
    """Whether the class gives operators or attributes meanings of its own."""
    harmless = {"__init__", "__repr__", "__str__", "__slots__"}
    names = {each.name for each in ast.walk(node) if isinstance(each, ast.FunctionDef)}
    return any(name.startswith("__") and name not in harmless for name in names)
