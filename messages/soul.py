"""An agent's SOUL: the Markdown text of what it is, and every change of it, proposed, judged, approved, applied."""

from typing import Annotated, Literal

import msgspec

from messages.base import Command, Event, Identifier, Intent, Query, Seconds, Sequence, Text
from messages.gate.evidence import Author, Finding, Prose

Agent = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_-]*$", min_length=1, max_length=64)]
"""The name of an agent, which is also that of its directory."""
Version = Annotated[int, msgspec.Meta(ge=1)]
Risk = Literal["low", "medium", "high", "critical"]
"""What a change may do to the agent; `high` and `critical` need a person's approval."""


class Propose(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Soul: let this section of the agent have this text."""

    of_operator = True
    one_mouth = True

    agent: Agent
    section: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    text: Prose | None
    """Without heading; None takes the section out."""
    base: str
    """SHA-256 of the section's text that is to be replaced; empty for a section that is not there yet."""
    reason: Text


class Restore(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Soul: let the text be again what it was in this version; it must have that version's digest."""

    of_operator = True
    one_mouth = True

    agent: Agent
    version: Version
    text: Prose
    reason: Text


class Check(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Soul: have the agent's file looked at, and judge what was edited in it."""

    of_operator = True
    one_mouth = True

    agent: Agent


class Look(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Scrivener: say what the agent's file holds."""

    agent: Agent
    digest: str = ""
    """Of the text in force; empty while there is none."""
    asked: Sequence = 0
    """Place of what asked for it."""


class Found(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file holds; neither text nor fault if it is the text in force."""

    agent: Agent
    digest: str = ""
    text: Prose | None = None
    fault: Text = ""
    """Why its content can't be taken at all."""
    asked: Sequence = 0


class Queued(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The change is taken on; it is judged when those before it are done with."""

    for_people = True

    change: Identifier
    agent: Agent
    asked: Sequence = 0


class Proposed(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The change was judged and nothing stands against it; it is applied next, or waits for a person."""

    for_people = True
    one_mouth = True

    change: Identifier
    agent: Agent
    author: Author
    risk: Risk
    sections: tuple[str, ...]
    digest: str
    """SHA-256 of what would change; an approval is bound to it."""
    diff: Prose
    """Unified, cut where it is long."""
    reason: Text
    asked: Sequence = 0
    """Place of what asked for it."""


class Edited(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person has changed the agent's file by hand."""

    for_people = True
    one_mouth = True

    change: Identifier
    agent: Agent
    risk: Risk
    sections: tuple[str, ...]
    digest: str
    diff: Prose
    asked: Sequence = 0


class Refused(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The change is not made, for the reason given."""

    for_people = True
    one_mouth = True

    change: Identifier
    agent: Agent
    reason: Text
    """What is wrong, and how to mend it."""
    findings: tuple[Finding, ...] = ()
    asked: Sequence = 0


class Apply(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Scrivener: let the file hold this text, if it still holds the one before."""

    change: Identifier
    agent: Agent
    version: Version
    before: str
    """SHA-256 of the text that the file holds."""
    text: Prose


class Mend(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Scrivener: keep what the file holds aside, and let it hold the text in force again."""

    change: Identifier
    """What the file holds, by the name of the change that it would be."""
    agent: Agent
    found: str
    """SHA-256 of what the file holds; empty if it can't be read."""
    text: Prose | None
    """None stands for the text that ships with the agent."""
    reason: Text


class Writing(Intent, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The agent's file is about to be replaced."""

    for_people = True

    agent: Agent
    before: str
    after: str


class Applied(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The version is in force: its text stands in the file, and was read back from there."""

    one_mouth = True

    change: Identifier
    agent: Agent
    version: Version
    digest: str
    text: Prose


class Mended(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file holds the text in force again."""

    change: Identifier
    agent: Agent
    digest: str
    aside: Text
    """Where what it held before is kept; empty if there was nothing to keep."""
    reason: Text


class Failed(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file could not be written, and holds what it held before."""

    change: Identifier
    agent: Agent
    reason: Text


class Restored(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The text of an earlier version is in force again, under a new number."""

    for_people = True
    one_mouth = True

    change: Identifier
    agent: Agent
    restored: Version
    version: Version
    digest: str


class Find(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The SOULs as they stand; one alone, with its text and history, if it is named."""

    agent: Agent | None = None
    section: str | None = None
    """Of that one this section alone, whatever its case and spacing."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A section as it stands; `digest` is what a proposal must name as its base."""

    name: str
    digest: str
    text: Prose = ""


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """A version that is or was in force."""

    version: Version
    digest: str
    at: Seconds
    author: Author
    change: Identifier
    reason: Text
    restored: Annotated[int, msgspec.Meta(ge=0)] = 0
    """The earlier version whose text came back; 0 if none did."""


class Awaited(msgspec.Struct, frozen=True, kw_only=True):
    """A change that is under way."""

    change: Identifier
    author: Author
    reason: Text
    state: Literal["queued", "waits for a person", "being applied"]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The SOUL of one agent."""

    agent: Agent
    version: Version
    digest: str
    sections: tuple[Part, ...]
    text: Prose = ""
    history: tuple[Past, ...] = ()
    waiting: tuple[Awaited, ...] = ()


class Souls(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Find`."""

    souls: tuple[Standing, ...]
