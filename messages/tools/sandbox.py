"""Work for the sandbox: calls of foreign code, and the search for a composition."""

from typing import Annotated, ClassVar

import msgspec

from messages.base import Command, Event, Identifier, Intent, Json, Name, Seconds, Source, Text
from messages.task import Example, Host, Profile
from messages.tools.tool import Known


class Result(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one call came to."""

    status: str
    """`returned`, or how it ended otherwise: raised, timeout, memory, killed, flood, protocol, refused."""
    value: Json = None
    error: Text = ""
    mutated: bool = False
    """The code changed its arguments."""
    wall_ms: float = 0.0
    error_type: Annotated[str, msgspec.Meta(max_length=80)] = ""
    """The name of the exception's class; empty unless the code raised."""
    line: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """The line of the source that led to the error."""
    stdout: Annotated[str, msgspec.Meta(max_length=65_536)] = ""
    """What was printed, as far as it was kept."""
    cpu_ms: Annotated[float, msgspec.Meta(ge=0)] = 0.0


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one run may take; what is None, or more than the worker's own limit, is the worker's."""

    memory_bytes: Annotated[int, msgspec.Meta(ge=16 << 20)] | None = None
    cpu_s: Annotated[int, msgspec.Meta(ge=1)] | None = None
    file_bytes: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """Size of any one file, in the profile that has files."""
    output_bytes: Annotated[int, msgspec.Meta(ge=1024)] | None = None
    """All results of the run together, as JSON."""
    stdout_bytes: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """What is kept of prints."""


class Run(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Call the entry once for each list of arguments, in one locked-down process."""

    task: Identifier
    purpose: Identifier
    """Who asked for what, given back in the answer."""
    source: Source
    entry: Name
    calls: tuple[tuple[Json, ...], ...]
    limit_s: Seconds = 10.0
    limits: Limits = Limits()
    profile: Profile = "pure"
    """`files` gives a scratch directory that is gone after the run, where this host has the walls for it."""
    hosts: tuple[Host, ...] = ()
    """Where `host_call` may send requests to; a run that may do so is announced, and held if it is interrupted."""


class Reaching(Intent, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A run is about to begin that may send requests to these hosts."""

    for_people: ClassVar[bool] = True

    task: Identifier
    purpose: Identifier
    hosts: tuple[Host, ...]


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One request that the broker made or refused for a run."""

    method: Annotated[str, msgspec.Meta(max_length=16)]
    url: Annotated[str, msgspec.Meta(max_length=2_000)]
    """Without its query, which may hold data of any kind."""
    status: int | None = None
    """The response's; None if there was none."""
    error: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    wall_ms: Annotated[float, msgspec.Meta(ge=0)] = 0.0


class Ran(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the calls came to, in their order."""

    task: Identifier
    purpose: Identifier
    results: tuple[Result, ...]
    requests: tuple[Request, ...] = ()
    """What the broker was asked for, in the order in which it answered."""


class Synthesise(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Search for a composition of known callables that does what the examples show."""

    task: Identifier
    round: int
    goal: Text
    examples: tuple[Example, ...]
    hints: tuple[str, ...] = ()
    tools: tuple[Known, ...] = ()
    """Registered tools that the composition may call; their sources become part of it."""
    failures: tuple[Example, ...] = ()
    """Calls that went wrong in the round before, with what was wanted."""
    limit_s: Seconds = 20.0
    """Of processor time."""


class Synthesised(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The cheapest composition found; without a source none was, within the limit."""

    task: Identifier
    round: int
    source: Source | None
    entry: Name = "solve"
    reason: Text = ""
    figures: Json = None
    others: tuple[Source, ...] = ()
    """Sources of programs of like cost, with the same entry, that do the same for every example of the order."""
