"""Clients that call one tool with what another has just returned: such a pair may as well be one tool."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from messages.base import Json

OFTEN: Final = 5
"""A pair that was chained on so many different arguments is worth a tool. *chosen*: as many examples as a task needs,
with some to hold back"""
PAIRS: Final = 40
"""Most pairs that are remembered; the one that was seen least lately is forgotten. *chosen*"""
EXAMPLES: Final = 12
"""Most examples that are kept of a pair. *chosen*"""
CLIENTS: Final = 50
"""Most clients whose last result is remembered. *chosen*"""
CALLS: Final = 200
"""Most calls under way that are remembered. *chosen*"""
LARGEST: Final = 4_000
"""Most bytes of an example. *chosen*: a pair of larger values is no everyday chain"""


class Step(msgspec.Struct):
    """A call of a client: the tool, its arguments, and once it ended its result."""

    client: str
    tool: str
    args: tuple[Json, ...]
    result: Json = None
    after: "Step | None" = None
    """The call whose result this one takes as its only argument."""


class Example(msgspec.Struct):
    """Arguments of the first tool, and what the second made of them."""

    args: tuple[Json, ...]
    result: Json


class Chains(msgspec.Struct):
    """Calls under way, the last result of each client, and the pairs seen."""

    calls: dict[str, Step] = {}
    last: dict[str, Step] = {}
    pairs: dict[str, list[Example]] = {}
    """By `first second`."""

    def begin(self, task: str, client: str, tool: str, args: tuple[Json, ...]) -> None:
        """A client calls a tool."""
        if not client or len(msgspec.json.encode(args)) > LARGEST:
            return
        before = self.last.get(client)
        chained = before is not None and len(args) == 1 and _tells(before.result) and args[0] == before.result
        after = msgspec.structs.replace(before, after=None) if before is not None and chained else None
        self.calls[task] = Step(client, tool, args, after=after)
        _bound(self.calls, CALLS)

    def end(self, task: str, result: Json) -> None:
        """The call returned."""
        step = self.calls.pop(task, None)
        if step is None or len(msgspec.json.encode(result)) > LARGEST:
            return
        step.result = result
        if step.after is not None and step.after.tool != step.tool:
            self._pair(f"{step.after.tool} {step.tool}", Example(step.after.args, result))
        self.last.pop(step.client, None)
        self.last[step.client] = msgspec.structs.replace(step, after=None)
        _bound(self.last, CLIENTS)

    def drop(self, task: str) -> None:
        """The call failed, and ends the chain of its client."""
        step = self.calls.pop(task, None)
        if step is not None:
            self.last.pop(step.client, None)

    def frequent(self) -> Mapping[str, list[Example]]:
        """Pairs that were chained often enough."""
        return {pair: examples for pair, examples in self.pairs.items() if len(examples) >= OFTEN}

    def _pair(self, name: str, example: Example) -> None:
        known = self.pairs.pop(name, [])
        if all(one.args != example.args for one in known):
            known = [*known, example][-EXAMPLES:]
        self.pairs[name] = known
        _bound(self.pairs, PAIRS)


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
