"""Work for the sandbox: calls of foreign code, and the search for a composition."""

import msgspec

from messages.base import Command, Event, Identifier, Json, Name, Seconds, Source, Text
from messages.task import Example


class Result(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one call came to."""

    status: str
    """`returned`, or how it ended otherwise: raised, timeout, memory, killed, flood, protocol, refused."""
    value: Json = None
    error: Text = ""
    mutated: bool = False
    """The code changed its arguments."""
    wall_ms: float = 0.0


class Run(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Call the entry once for each list of arguments, in one locked-down process."""

    task: Identifier
    purpose: Identifier
    """Who asked for what, given back in the answer."""
    source: Source
    entry: Name
    calls: tuple[tuple[Json, ...], ...]
    limit_s: Seconds = 10.0


class Ran(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the calls came to, in their order."""

    task: Identifier
    purpose: Identifier
    results: tuple[Result, ...]


class Synthesise(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Search for a composition of known callables that does what the examples show."""

    task: Identifier
    round: int
    goal: Text
    examples: tuple[Example, ...]
    hints: tuple[str, ...] = ()
    limit_s: Seconds = 20.0


class Synthesised(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The cheapest composition found; without a source none was, within the limit."""

    task: Identifier
    round: int
    source: Source | None
    entry: Name = "solve"
    reason: Text = ""
    figures: Json = None
