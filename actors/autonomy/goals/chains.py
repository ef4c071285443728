"""Clients that call one tool with what another has returned: such a path of calls may as well be one tool.

Goals reads its pairs, and mining its longer paths.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from messages.base import Json

OFTEN: Final = 5
"""A path that was chained on so many different arguments is worth a tool. *chosen*: as many examples as a task needs,
with some to hold back"""
PAIRS: Final = 40
"""Most paths that are remembered; the one that was seen least lately is forgotten. *chosen*"""
EXAMPLES: Final = 12
"""Most examples that are kept of a path. *chosen*"""
CLIENTS: Final = 50
"""Most clients whose last results are remembered. *chosen*"""
RESULTS: Final = 6
"""Last results of a client that an argument is looked for in, the newest first. *chosen*: other calls may stand between
two that are chained"""
CALLS: Final = 200
"""Most calls under way that are remembered. *chosen*"""
LARGEST: Final = 4_000
"""Most bytes of an example. *chosen*: a path of larger values is no everyday chain"""


class Step(msgspec.Struct):
    """A call of a client: the tool, its arguments, and once it ended its result."""

    client: str
    tool: str
    args: tuple[Json, ...]
    result: Json = None
    after: "Step | None" = None
    """The call whose result this one takes as its only argument."""


class Example(msgspec.Struct):
    """Arguments of the first tool, and what the last made of them."""

    args: tuple[Json, ...]
    result: Json


class Chains(msgspec.Struct):
    """Calls under way, the last results of each client, and the paths seen."""

    longest: int = 2
    """Most tools of a path."""
    calls: dict[str, Step] = {}
    last: dict[str, list[Step]] = {}
    pairs: dict[str, list[Example]] = {}
    """By the names of the tools in their order, with blanks between."""

    def begin(self, task: str, client: str, tool: str, args: tuple[Json, ...]) -> None:
        """A client calls a tool."""
        if not client or len(msgspec.json.encode(args)) > LARGEST:
            return
        self.calls[task] = Step(client, tool, args, after=self._source(client, args))
        _bound(self.calls, CALLS)

    def _source(self, client: str, args: tuple[Json, ...]) -> Step | None:
        """The newest call of the client whose result the arguments are."""
        if len(args) != 1 or not _tells(args[0]):
            return None
        known = reversed(self.last.get(client, []))
        return next((step for step in known if step.result == args[0] and _tells(step.result)), None)

    def end(self, task: str, result: Json) -> None:
        """The call returned."""
        step = self.calls.pop(task, None)
        if step is None or len(msgspec.json.encode(result)) > LARGEST:
            return
        step.result = result
        path, first = [step.tool], step
        while first.after is not None and first.after.tool != first.tool and len(path) < self.longest:
            first = first.after
            path.insert(0, first.tool)
            self._pair(" ".join(path), Example(first.args, result))
        kept = [*self.last.pop(step.client, []), _cut(step, self.longest - 1)]
        self.last[step.client] = kept[-RESULTS:]
        _bound(self.last, CLIENTS)

    def drop(self, task: str) -> None:
        """The call failed, and ends the chains of its client."""
        step = self.calls.pop(task, None)
        if step is not None:
            self.last.pop(step.client, None)

    def frequent(self) -> Mapping[str, list[Example]]:
        """Paths that were chained often enough."""
        return {pair: examples for pair, examples in self.pairs.items() if len(examples) >= OFTEN}

    def _pair(self, name: str, example: Example) -> None:
        known = self.pairs.pop(name, [])
        if all(one.args != example.args for one in known):
            known = [*known, example][-EXAMPLES:]
        self.pairs[name] = known
        _bound(self.pairs, PAIRS)


def _cut(step: Step, longest: int) -> Step:
    """The call with as many calls before it as a longer path may need."""
    after = _cut(step.after, longest - 1) if step.after is not None and longest > 1 else None
    return msgspec.structs.replace(step, after=after)


def _tells(value: Json) -> bool:
    """Whether equal values are likely to be the same one: not truths, nothing, or small numbers."""
    if value is None or isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return abs(value) > 1_000 or value != int(value)
    return len(value) > 2


def _bound(known: dict[str, Any], most: int) -> None:
    while len(known) > most:
        del known[next(iter(known))]
