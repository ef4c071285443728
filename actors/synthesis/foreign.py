"""Components made of callables that were researched and of tools that were learnt."""

import ast
import copy
import functools
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Any, Final

from actors.library.modules import READS_THE_HOST
from actors.synthesis.bank import PRUNED
from actors.synthesis.problem import Example, Tool
from actors.synthesis.source import load
from actors.synthesis.term import NAMESPACE, SLOTS, Component, namespace
from actors.synthesis.values import MIXED, kind_of_all, same

TOOL_COST: Final = 2
"""What calling a learnt tool costs. *chosen*: as much as the usual method; it was offered for a reason."""

HINT_COST: Final = 3
"""What calling a researched callable costs. *chosen*"""

STEPS: Final = 20_000
"""Lines and calls that foreign code may run at a time. *chosen*: some 5 ms; a search makes thousands of calls."""

STRIKES: Final = 3
"""Calls stopped after which a callable is left alone. *chosen*"""

LARGEST: Final = 10_000
"""Largest number handed to foreign code. *chosen*: many functions run for as long as their argument is large."""


def tools(offered: Sequence[Tool]) -> Iterator[Component]:
    """A component for each tool; one that can't be loaded, fails a known call or takes many arguments gives none."""
    for tool in offered:
        called = re.sub(r"\W", "_", tool.name)
        try:
            source = inlined(tool.source, tool.entry, called)
            run = _translated(load(source, called))
        except (*PRUNED, KeyError):
            continue
        if all(_gives(run, call) for call in tool.calls):
            kinds = _kinds(tool.calls)
            yield from _component(called, run, TOOL_COST, (source,), kinds)


def _gives(run: Callable[..., Any], call: Example) -> bool:
    try:
        return same(_careful(run)(*call.args), call.result)
    except PRUNED:
        return False


def _kinds(calls: Sequence[Example]) -> tuple[str, ...]:
    """What kind each argument of the known calls has; nothing if none is known."""
    return tuple(kind_of_all(column) for column in zip(*(call.args for call in calls), strict=False))


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


def _component(
    name: str, run: Callable[..., Any], cost: int, needs: tuple[str, ...], kinds: Sequence[str] = ()
) -> Iterator[Component]:
    try:
        parameters = inspect.signature(run).parameters.values()
    except (TypeError, ValueError):
        return
    by_place = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    required = [p for p in by_place if p.default is p.empty]
    count = len(kinds) or len(required) or min(1, len(by_place))
    if 1 <= count <= len(SLOTS) and len(required) <= count:
        names = SLOTS[:count]
        slots = tuple(kinds) or (MIXED,) * count
        yield Component(f"{name}({', '.join(names)})", slots, cost, _careful(run), needs)
        if count == 1:
            over = "list" if not kinds or kinds[0] == MIXED else f"list:{kinds[0]}"
            yield Component(f"[{name}(x) for x in A]", (over,), cost + 1, _over(_careful(run)), needs)


def _careful(run: Callable[..., Any]) -> Callable[..., Any]:
    """The function on copies of its arguments, stopped after so many steps, and refusing what it might run on for long.

    One that had to be stopped several times is not run again.
    """
    stopped = 0

    def called(*args: Any) -> Any:
        nonlocal stopped
        if stopped >= STRIKES or any(isinstance(arg, (int, float)) and abs(arg) > LARGEST for arg in args):
            raise ValueError("too large, or too slow before")
        try:
            result = _stepped(run, copy.deepcopy(args))
        except Overrun as error:
            stopped += 1
            raise ValueError("too slow") from error
        return list(result) if isinstance(result, tuple) else result

    return called


class Overrun(BaseException):
    """Foreign code took more steps than it may; beneath what foreign code would catch."""


def _stepped(run: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """What the function gives; Overrun after STEPS lines and calls."""
    left = STEPS

    def trace(_frame: FrameType, _event: str, _arg: object) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise Overrun
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return run(*args)
    finally:
        sys.settrace(before)


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


def inlined(source: str, entry: str, called: str) -> str:
    """The source with its entry under the tool's name, and what else it defines under names that can't meet others."""
    module = ast.parse(source)
    module.body = [
        node for node in module.body if not (isinstance(node, ast.ImportFrom) and node.module == "__future__")
    ]
    taken = {node.arg for node in ast.walk(module) if isinstance(node, (ast.arg, ast.keyword))}
    names = {name: f"{called}_{name.lstrip('_')}" for name in _defined(module) if name not in taken}
    names[entry] = called
    for node in ast.walk(module):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            node.name = names.get(node.name, node.name)
        elif isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
        elif isinstance(node, ast.Global):
            node.names = [names.get(name, name) for name in node.names]
    return ast.unparse(module)


def _defined(module: ast.Module) -> Iterator[str]:
    for node in module.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))
