"""Components made of callables that were researched and of tools that were learnt."""

import ast
import copy
import functools
import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from actors.acquisition.library.modules import READS_THE_HOST
from actors.acquisition.synthesis.bank import PRUNED
from actors.acquisition.synthesis.source import ENTRY, load
from actors.acquisition.synthesis.term import NAMESPACE, SLOTS, Component, namespace

TOOL_COST: Final = 2
"""What calling a learnt tool costs. *chosen*: as much as the usual method; it was offered for a reason."""

HINT_COST: Final = 3
"""What calling a researched callable costs. *chosen*"""

LARGEST: Final = 10_000
"""Largest number handed to foreign code. *chosen*: many functions run for as long as their argument is large."""


def tools(sources: Mapping[str, str]) -> Iterator[Component]:
    """A component for each tool; a tool that can't be loaded or called with few arguments gives none."""
    for name, source in sources.items():
        called = re.sub(r"\W", "_", name)
        try:
            named = _renamed(source, ENTRY, called) if called not in _defined(source) else source
            run = _translated(load(named, called))
        except (*PRUNED, KeyError):
            continue
        yield from _component(f"{called}", run, TOOL_COST, (named,))


def hinted(hints: Sequence[str], known: Sequence[Component]) -> Iterator[Component]:
    """A component for each researched function of an allowed module that is in no template yet."""
    written = " ".join(component.template for component in known)
    for hint in dict.fromkeys(hint.removeprefix("builtins.") for hint in hints):
        module = hint.split(".")[0]
        harmless = module in NAMESPACE and f"{hint}(" not in written and hint not in READS_THE_HOST
        run: Any = namespace()[module] if harmless else None
        for part in hint.split(".")[1:]:
            run = getattr(run, part, None) if not part.startswith("_") else None
        if inspect.isfunction(run) or inspect.isbuiltin(run):
            yield from _component(hint, run, HINT_COST, ())


def _component(name: str, run: Callable[..., Any], cost: int, needs: tuple[str, ...]) -> Iterator[Component]:
    try:
        parameters = inspect.signature(run).parameters.values()
    except (TypeError, ValueError):
        return
    by_place = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    required = [p for p in by_place if p.default is p.empty]
    if not required and by_place:
        required = by_place[:1]
    if 1 <= len(required) <= len(SLOTS):
        names = SLOTS[: len(required)]
        yield Component(f"{name}({', '.join(names)})", ("any",) * len(names), cost, _careful(run), needs)
        if len(required) == 1:
            yield Component(f"[{name}(x) for x in A]", ("list",), cost + 1, _over(_careful(run)), needs)


def _careful(run: Callable[..., Any]) -> Callable[..., Any]:
    """The function on copies of its arguments, refusing numbers on which it might run for long."""

    def called(*args: Any) -> Any:
        if any(isinstance(arg, (int, float)) and abs(arg) > LARGEST for arg in args):
            raise ValueError("too large")
        result = run(*copy.deepcopy(args))
        return list(result) if isinstance(result, tuple) else result

    return called


def _translated(run: Callable[..., Any]) -> Callable[..., Any]:
    """The tool with the exceptions of its own module told as ValueError, with the signature unchanged."""
    own = [kind for kind in run.__globals__.values() if isinstance(kind, type) and issubclass(kind, Exception)]

    @functools.wraps(run)
    def called(*args: Any) -> Any:
        try:
            return run(*args)
        except tuple(own) as error:
            raise ValueError(str(error)) from error

    return called


def _over(run: Callable[..., Any]) -> Callable[..., Any]:
    return lambda values: [run(value) for value in values]


def _defined(source: str) -> set[str]:
    return {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


def _renamed(source: str, old: str, new: str) -> str:
    module = ast.parse(source)
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and node.name == old:
            node.name = new
        elif isinstance(node, ast.Name) and node.id == old:
            node.id = new
    return ast.unparse(module)
