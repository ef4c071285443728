"""A tool in the registry: registered, called, shown."""

from typing import Annotated

import msgspec

from messages.base import Command, Event, Identifier, Json, Name, Query, Share, Source, Text
from messages.task import Example

Version = Annotated[int, msgspec.Meta(ge=1)]


class Spec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that the registry keeps of a tool; `digest` is over source and entry, so code can't change under it."""

    name: Name
    description: Text
    domain: Identifier
    source: Source
    entry: Name
    parameters: tuple[str, ...]
    """In order, written as in a signature: `a`, `b=` with a default, `*rest` for any number more."""
    origin: str
    mastery: Share
    digest: str
    example: Example
    learned_by: Identifier = "temujin"
    """The agent who made it."""
    requires: tuple[Name, ...] = ()
    """Tools that it calls."""


class Register(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Registry: take this tool, once the gate has let it pass."""

    task: Identifier
    spec: Spec


class Registered(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tool is callable under its name; earlier versions stay callable by number."""

    task: Identifier
    version: Version
    spec: Spec


class Rejected(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tool is not registered, for the reason given."""

    task: Identifier
    name: Name
    reason: Text


class Withdrawn(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A registration has been undone, because its task was cancelled."""

    for_people = True

    task: Identifier
    name: Name
    version: Version


class Call(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Registry: have the tool called."""

    task: Identifier
    tool: Name
    args: tuple[Json, ...]
    version: Version | None = None


class Returned(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The call came back."""

    task: Identifier
    tool: Name
    version: Version
    value: Json
    wall_ms: float


class Raised(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The call did not come back with a value, for the reason given."""

    task: Identifier
    tool: Name
    reason: Text
    status: str = ""
    """How the sandbox ended the call, as in `sandbox.Result`; empty if it was never made."""
    version: Version | None = None
    """Which was called; None if none was."""


class Find(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The registered tools, or one of them whole."""

    name: Name | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A tool as it stands in the registry."""

    spec: Spec
    version: Version
    versions: int
    calls: int
    failures: int


class Entries(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Find`."""

    tools: tuple[Entry, ...]
