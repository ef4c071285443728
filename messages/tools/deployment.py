"""How far a tool is trusted after what its calls came to, and what is known of the calls that fail."""

from typing import Annotated, Literal

import msgspec

from messages.base import Client, Event, Json, Name, Share, Text, Version

DeploymentLevel = Literal["full", "limited", "sandbox_only", "disabled"]
"""`full`: anyone calls it. `limited`: calls that meet a known failing condition are refused. `sandbox_only`: called
as a trial alone, never by another tool. `disabled`: not called."""

Kind = Literal["null", "boolean", "number", "string", "array", "object"]
"""What JSON calls a value."""

Test = Literal["null", "empty", "negative", "zero", "lacks", "kind", "longer"]
"""What may be wrong with an argument, as far as its sketch tells."""


class Sketch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is told of an argument instead of the argument: enough to see why it fails, too little to read it."""

    parameter: str
    kind: Kind
    size: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """Characters, items or keys."""
    sign: Annotated[int, msgspec.Meta(ge=-1, le=1)] | None = None
    """Of a number."""
    keys: tuple[str, ...] | None = None
    """Of an object, or common to all objects of an array; None if there are none, or too many to tell."""


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Calls that met this have all failed."""

    parameter: str
    test: Test
    value: Json = None
    """The key that is lacking, the kind, or the greatest size that went well."""
    text: Text
    """In words, such as `text is empty`."""
    workaround: Text
    failures: int
    """How many of the last executions it explains."""


class Changed(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version of a tool is trusted more, or less, than before."""

    for_callers = True
    one_mouth = True

    name: Name
    version: Version
    was: DeploymentLevel
    level: DeploymentLevel
    rate: Share
    """Share of the last executions that returned."""
    executions: int
    """How many they are."""
    reason: Text
    clients: tuple[Client, ...] = ()
    """Whose calls failed, most failures first; without those of which nobody knows whose they are."""
    only: Client = ""
    """The level holds for calls of this client alone: without its failures there would be no reason for it."""


class Diagnosed(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All conditions under which the version is known to fail; those not named hold no more."""

    for_callers = True
    one_mouth = True

    name: Name
    version: Version
    conditions: tuple[Condition, ...]
