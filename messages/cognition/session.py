"""A session of working memory: opened with a goal, filled with notes and conclusions, checked, and forgotten.

What changes a session is a task of the kind `think`, so that it stands on the log under who asked for it; what only
looks is a question.
"""

from typing import Annotated, Literal

import msgspec

from messages.base import Client, Event, Identifier, Query, Sequence, Share, Task

Kind = Literal["concept", "evidence", "hypothesis", "step"]
"""What an item is; a step is a conclusion. *cited*: specification of cognition, section 6"""
State = Literal["held", "open", "doubted", "backtracked"]
"""How an item stands: it holds, it rests on what isn't there yet, it contradicts another that can't be given up, or it
was taken back."""
Statement = Annotated[str, msgspec.Meta(min_length=1, max_length=4_000)]
"""A statement in words."""


class Start(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do", tag="start"):
    """Open the session, or give it another goal."""

    goal: Statement


class Remember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do", tag="remember"):
    """Hold something in mind."""

    text: Statement
    kind: Literal["concept", "evidence", "hypothesis"] = "evidence"
    importance: Share = 0.5
    pinned: bool = False
    """It is never set aside."""
    rests_on: Annotated[tuple[Identifier, ...], msgspec.Meta(max_length=50)] = ()
    name: Identifier | None = None
    """Without it the session gives one: e1, h2, c3."""


class Conclude(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do", tag="conclude"):
    """Add a step to the chain; it is checked against all that is held."""

    text: Statement
    rests_on: Annotated[tuple[Identifier, ...], msgspec.Meta(max_length=50)] = ()
    importance: Share = 0.5
    name: Identifier | None = None


class Focus(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do", tag="focus"):
    """Turn attention to something."""

    text: Statement


class Forget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do", tag="forget"):
    """Let go of one item, or of the whole session."""

    item: Identifier | None = None


Operation = Start | Remember | Conclude | Focus | Forget


class Think(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change a session of working memory; the operations are done in order, all in one decision."""

    session: Identifier
    operations: Annotated[tuple[Operation, ...], msgspec.Meta(min_length=1, max_length=100)]


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is held in mind."""

    name: Identifier
    kind: Kind
    text: Statement
    importance: Share = 0.5
    pinned: bool = False
    rests_on: tuple[Identifier, ...] = ()
    novelty: Share = 1.0
    """1 less the likeness to the nearest item that was held before it."""
    at: Sequence = 0
    """The number of the operation that brought it."""
    state: State = "held"
    reason: str = ""
    """Why it doesn't hold, or was mended."""
    against: Identifier | None = None
    """The item that it contradicts, where it stays in doubt."""


class Opened(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The session has this goal."""

    for_people = True
    one_mouth = True

    session: Identifier
    goal: Statement
    client: Client = ""


class Noted(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The item is held, or stands otherwise than before."""

    for_people = True
    one_mouth = True

    session: Identifier
    item: Item


class Focused(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Attention is on this."""

    for_people = True
    one_mouth = True

    session: Identifier
    text: Statement


class Consolidated(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The session was full: the items of least attention are set aside; they stand on the log."""

    for_people = True
    one_mouth = True

    session: Identifier
    aside: tuple[Identifier, ...]
    before: Sequence
    """Tokens that were used."""
    after: Sequence
    kept: Share
    """Part of the attention of all items that those that stay have."""


class Forgotten(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The item, or without one the whole session, is no longer held."""

    for_people = True
    one_mouth = True

    session: Identifier
    item: Identifier | None = None
    reason: str = ""


class Show(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A session as it stands; without a name, which sessions there are."""

    session: Identifier | None = None


class Attended(msgspec.Struct, frozen=True, kw_only=True):
    """An item with the attention that it has."""

    item: Item
    attention: Share
    score: float | None = None
    """How well it answers what was asked; None where nothing was."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that doesn't hold together."""

    kind: Literal["contradiction", "gap", "circle"]
    items: tuple[Identifier, ...]
    reason: str


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A session as it stands."""

    session: Identifier
    goal: str = ""
    focus: str = ""
    client: str = ""
    used: Sequence = 0
    """Tokens."""
    capacity: Sequence = 0
    coherence: Share = 1.0
    items: tuple[Attended, ...] = ()
    """By attention, the most first."""
    findings: tuple[Finding, ...] = ()
    compression: float = 1.0
    """Tokens of all that was ever held, for each token of what is."""


class Views(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Show`."""

    sessions: tuple[View, ...]
    missing: str = ""
    """Why the session that was asked for isn't here."""


class Recall(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is held that answers the question best."""

    session: Identifier
    question: Statement
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 5


class Recalled(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Recall`, the best first."""

    items: tuple[Attended, ...] = ()
    missing: str = ""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one operation; the result of a task `think` is one for each."""

    do: str
    item: Identifier | None = None
    state: str = "done"
    reason: str = ""
    coherence: Share = 1.0
    used: Sequence = 0
