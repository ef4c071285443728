"""Which callables of the modules that the sandbox allows can run text, read files or move code: the scan's source.

python -m benchmarks.library_reach prints them, one a line with what they reach; `actors/scan/reaching.py`
classes each. The code of every function is followed through the names that it uses, as the interpreter would find
them: globals, builtins, attributes of modules, the methods of classes. More is followed than can happen, never less,
but for what is reached by a computed name or lies in C.
"""

import builtins
import dis
import importlib
import sys
import types
from collections.abc import Iterator
from typing import Final

from actors.library.modules import MODULES as LIBRARY
from actors.sandbox.preload import DEFAULT_PRELOAD
from actors.scan.tables import MODULES as DENIED

ENDS: Final = {
    id(builtins.eval): "eval",
    id(builtins.exec): "exec",
    id(builtins.compile): "compile",
    id(builtins.open): "open",
    id(builtins.__import__): "import",
    id(importlib.import_module): "import",
}
"""Builtins whose reach is what is looked for, `io.open` among them. *derived*"""

ATTRIBUTES: Final = {
    **dict.fromkeys(("__code__", "__globals__", "CodeType", "FunctionType"), "code"),
    "modules": "modules",
}
"""Attributes that take code objects apart or put them together, and the table of all modules. *derived*"""

MOVED: Final = frozenset({"functools.update_wrapper"})
"""Functions that set attributes whose names they are given. *derived*: searched for `setattr` of an argument"""


def modules() -> tuple[str, ...]:
    """All that a program may import, but what the scan denies whole."""
    allowed = {*LIBRARY, *DEFAULT_PRELOAD, "reprlib", "quopri", "codecs"}
    return tuple(sorted(name for name in allowed if name not in DENIED and name.partition(".")[0] not in DENIED))


def reaching() -> dict[str, tuple[str, ...]]:
    """Each public callable that reaches one of the ends, by its path, with the ends."""
    reach = Reach()
    found: dict[str, tuple[str, ...]] = {}
    for name in modules():
        for path, value in callables(name):
            if ends := reach.of(value):
                found[path] = tuple(sorted(ends))
    return found


def callables(name: str) -> Iterator[tuple[str, object]]:
    """The public functions and classes that can be had from the module, whoever defines them."""
    module = importlib.import_module(name)
    for attribute, value in sorted(vars(module).items()):
        if not attribute.startswith("_") and callable(value) and not isinstance(value, types.ModuleType):
            yield f"{name}.{attribute}", value


class Reach:
    """What functions reach; each is followed once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, tuple[list[object], set[str]] | None]] = {}
        """By identity, with the thing itself, so that no other takes its place."""

    def of(self, value: object) -> set[str]:
        """The ends that the function, or any method of the class, reaches."""
        ends: set[str] = set()
        waiting, seen = [value], set()
        while waiting:
            at = waiting.pop()
            if id(at) in seen:
                continue
            seen.add(id(at))
            if id(at) in ENDS:
                ends.add(ENDS[id(at)])
            elif (more := self._once(at)) is not None:
                waiting += more[0]
                ends |= more[1]
        return ends

    def _once(self, at: object) -> tuple[list[object], set[str]] | None:
        if id(at) not in self._known:
            self._known[id(at)] = (at, self._used_by(at))
        return self._known[id(at)][1]

    def _used_by(self, at: object) -> tuple[list[object], set[str]] | None:
        if isinstance(at, type):
            parts = [part for base in at.__mro__ if base is not object for part in vars(base).values()]
            return [part for part in parts if _has_code(part)], set()
        code = getattr(_plain(at), "__code__", None)
        if not isinstance(code, types.CodeType):
            return None
        names, attributes, imports = _named(code)
        ends = {ATTRIBUTES[name] for name in attributes & ATTRIBUTES.keys()}
        if f"{getattr(at, '__module__', '')}.{getattr(at, '__qualname__', '')}" in MOVED:
            ends.add("code")
        known = getattr(_plain(at), "__globals__", {})
        used = [known.get(name, getattr(builtins, name, None)) for name in names]
        used += [_imported(name) for name in imports]
        inside = [vars(each) for each in used if isinstance(each, types.ModuleType)]
        used += [each[name] for each in inside for name in attributes & each.keys()]
        return [each for each in used if callable(each)], ends


def _imported(name: str) -> types.ModuleType | None:
    """The module of the library that code imports late; None for one of another system."""
    if name.partition(".")[0] not in sys.stdlib_module_names:
        return None
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _plain(at: object) -> object:
    if isinstance(at, property):
        return at.fget
    return getattr(at, "__func__", None) or getattr(at, "func", None) or getattr(at, "__wrapped__", None) or at


def _has_code(at: object) -> bool:
    return isinstance(at, type) or hasattr(_plain(at), "__code__")


def _named(code: types.CodeType) -> tuple[set[str], set[str], set[str]]:
    """The globals, the attributes and the modules that the code and what it defines name."""
    names: set[str] = set()
    attributes: set[str] = set()
    imports: set[str] = set()
    waiting = [code]
    while waiting:
        for step in dis.get_instructions(at := waiting.pop()):
            named = str(step.argval)
            if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                names.add(named)
            elif step.opname in ("LOAD_ATTR", "LOAD_METHOD", "STORE_ATTR", "IMPORT_FROM"):
                attributes.add(named)
            elif step.opname == "IMPORT_NAME":
                imports.add(named)
        waiting += [each for each in at.co_consts if isinstance(each, types.CodeType)]
    return names, attributes, imports


def main() -> int:
    """The list on standard output."""
    for path, ends in reaching().items():
        print(f"{path}  {' '.join(ends)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
