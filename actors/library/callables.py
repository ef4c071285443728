"""The callables themselves: names, signatures and what their documentation says."""

import builtins
import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from actors.library.modules import MODULES, READS_THE_HOST

TYPES: Final = (str, int, float, bytes, list, dict, set, tuple, frozenset)
"""Builtin types whose methods are listed. *chosen*"""

BUILTINS: Final = (
    "abs",
    "all",
    "any",
    "bin",
    "bool",
    "chr",
    "dict",
    "divmod",
    "enumerate",
    "filter",
    "float",
    "format",
    "frozenset",
    "hash",
    "hex",
    "int",
    "isinstance",
    "len",
    "list",
    "map",
    "max",
    "min",
    "oct",
    "ord",
    "pow",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "sorted",
    "str",
    "sum",
    "tuple",
    "zip",
)
"""Builtin functions that are listed. *chosen*: without those that reach code, attributes or the outside."""

_CALL: Final = re.compile(r"[\w.]+\([^)]*\)\s*(->|\n|$)")

SUMMARY_CHARACTERS: Final = 200
"""Longest summary. *chosen*: one line of a list."""


@dataclass(frozen=True, slots=True)
class Callable:
    """One callable that a program may use."""

    name: str
    module: str
    signature: str
    summary: str
    documentation: str

    @property
    def path(self) -> str:
        """How a program would write it."""
        return self.name if self.module == "builtins" else f"{self.module}.{self.name}"


def callables() -> Iterator[Callable]:
    """Every listed callable, builtins first, then module by module."""
    for name in BUILTINS:
        yield _described(name, "builtins", getattr(builtins, name))
    for kind in TYPES:
        yield from _methods(kind, kind.__name__, "builtins")
    for module in MODULES:
        yield from _members(importlib.import_module(module), module)


def _members(module: Any, path: str) -> Iterator[Callable]:
    for name in sorted(getattr(module, "__all__", None) or vars(module)):
        member = getattr(module, name, None)
        home = getattr(member, "__module__", None) or path
        if name.startswith("_") or not callable(member) or f"{path}.{name}" in READS_THE_HOST:
            continue
        if home == "builtins" and inspect.isclass(member):
            continue
        if home.lstrip("_").split(".")[0] not in (path.split(".")[0], "builtins", "genericpath", "sre", "struct"):
            continue
        if not (inspect.isclass(member) and issubclass(member, BaseException)):
            yield _described(name, path, member)
        if inspect.isclass(member) and not issubclass(member, (BaseException, tuple)):
            yield from _methods(member, name, path)


def _methods(kind: type, prefix: str, module: str) -> Iterator[Callable]:
    for name, member in sorted(vars(kind).items()):
        if (
            not name.startswith("_")
            and callable(getattr(kind, name))
            and f"{module}.{prefix}.{name}" not in READS_THE_HOST
        ):
            described = getattr(kind, name)
            yield _described(f"{prefix}.{name}", module, described if described.__doc__ else member)


def _described(name: str, module: str, member: Any) -> Callable:
    documentation = inspect.getdoc(member) or ""
    return Callable(name, module, _signature(name, member, documentation), _summary(name, documentation), documentation)


def _signature(name: str, member: Any, documentation: str) -> str:
    try:
        return name + re.sub(r" at 0x[0-9a-f]+", "", str(inspect.signature(member)))
    except (TypeError, ValueError):
        first = documentation.partition("\n")[0]
        return first if "(" in first else f"{name}(...)"


def _summary(name: str, documentation: str) -> str:
    """The first sentence, after the signature that some docstrings begin with."""
    prose = documentation
    call = f"{name.rpartition('.')[2]}("
    while prose and (prose.startswith(call) or _CALL.match(prose)):
        prose = prose.partition("\n")[2].lstrip()
    sentence = re.split(r"(?<=[.])\s|\n\s*\n", prose or documentation, maxsplit=1)[0]
    return " ".join(sentence.split())[:SUMMARY_CHARACTERS]
