"""Habits in the log: a search for them, the catalogue of what was found, and what is made of it."""

from typing import Annotated, Literal

import msgspec

from messages.base import Amount, Command, Event, Identifier, Name, Query, Seconds, Sequence, Share, Text

Step = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
"""The name of one thing that is done."""
Actor = Annotated[str, msgspec.Meta(max_length=128)]
"""Who does something; empty where it is now one and now another."""
Scope = Literal["agent", "across"]
"""Whether each occurrence is one agent's, or several agents' together."""
Kind = Literal["routine", "shared routine", "handover"]
"""The capability that a pattern is: one agent's own, one that several have, or one that several have together."""
Verdict = Literal["capability", "habit", "unproved"]
"""A capability passed all four tests; a habit all that could be made; of an unproved pattern one failed."""
Figure = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]
"""Of one test, in its own unit."""
LogChance = Annotated[float, msgspec.Meta(ge=-1e6, le=0)]
"""Decimal logarithm of a probability."""


class Test(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One test: whether it was passed, None where it can't be made, with the figure and the words."""

    passed: bool | None
    figure: Figure | None
    told: Text


class Tests(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The four tests. *cited*: specification of cognition, section 3"""

    consistency: Test
    """What is begun is carried through, as a share."""
    reproducibility: Test
    """Two halves of the log show it; p of the weaker one."""
    generality: Test
    """Contexts in which it is at home, counted by how evenly."""
    utility: Test
    """Share of good outcomes after it less that otherwise."""


class Pattern(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One pattern with its figures."""

    pattern: Identifier
    """Name, which follows from scope and steps."""
    scope: Scope
    kind: Kind
    verdict: Verdict
    steps: tuple[Step, ...]
    by: tuple[Actor, ...]
    """Who makes each step, where it is one agent in nine of ten occurrences."""
    count: Sequence
    """Occurrences that do not overlap."""
    expected: Amount
    """Occurrences that chance would give."""
    log10_p: LogChance
    """Of so many by chance."""
    confidence: Share
    """Share of the occurrences that is not owed to chance, at least, at 95 %."""
    novelty: Share
    nearest: tuple[Step, ...] = ()
    """The known pattern that it is most like; empty if none is known."""
    agents: dict[Actor, Sequence] = {}
    """Occurrences by agent, of its first step."""
    sessions: Sequence = 0
    """Sessions or runs in which it occurs."""
    interrupted: Share = 0.0
    """Share of the occurrences with other steps between."""
    first_at: Seconds = 0.0
    last_at: Seconds = 0.0
    seconds: tuple[Amount, Amount, Amount] = (0.0, 0.0, 0.0)
    """How long it takes: median, and 5th and 95th percentile."""
    tests: Tests


class Chain(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tools of which each was called with what the one before it had returned."""

    pattern: Identifier
    """Name, which follows from the tools."""
    tools: tuple[Name, ...]
    count: Sequence
    """Different arguments that were chained."""


class Deeds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was done, one place in each column for each deed; whole numbers are places in the tables of names."""

    agents: tuple[Actor, ...]
    steps: tuple[Step, ...]
    sessions: tuple[Actor, ...]
    time: tuple[Seconds, ...]
    who: tuple[Sequence, ...]
    what: tuple[Sequence, ...]
    session: tuple[Sequence, ...]
    outcome: tuple[Share | None, ...]
    """How it came out; None where nobody knows."""


class Search(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Habits: look for patterns now. A signed order."""

    of_operator = True
    one_mouth = True

    reason: Text


class Begun(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A search has begun over what was done in the period, and what is known already."""

    one_mouth = True

    search: Sequence
    deeds: Deeds
    known: tuple[tuple[Step, ...], ...] = ()
    cause: Text = ""
    """Why it was begun: the period is over, or an order."""


class Mined(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a search found; without patterns nothing is done in one order more often than chance explains."""

    one_mouth = True

    search: Sequence
    events: Sequence
    patterns: tuple[Pattern, ...] = ()
    wall_s: Amount = 0.0
    reason: Text = ""
    """Why the search came to nothing; empty if it came to its end."""


class Catalogued(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new pattern that passed its tests stands in the catalogue."""

    for_people = True
    one_mouth = True

    search: Sequence
    pattern: Pattern


class Chained(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A chain of calls stands in the catalogue."""

    for_people = True
    one_mouth = True

    search: Sequence
    chain: Chain


class Tried(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An experiment begins: the tools of a chain are to be learnt as one, on calls that were recorded."""

    for_people = True
    one_mouth = True
    acts = True

    pattern: Identifier
    task: Identifier
    budget_s: Amount
    deadline: Seconds


class Cultivated(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an experiment came out; what is deployed has taken the line of judgement."""

    for_people = True
    one_mouth = True

    pattern: Identifier
    deployed: bool
    success: Share | None = None
    """Weighted share of its tests that it passed; None if it did not come so far."""
    reason: Text


class Recommended(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person may make of a pattern that the council makes nothing of by itself."""

    for_people = True
    one_mouth = True

    pattern: Identifier
    told: Text


class Find(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The catalogue."""

    pattern: Identifier | None = None


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Find`: patterns and chains, the newest last."""

    patterns: tuple[Pattern, ...]
    chains: tuple[Chain, ...]
    told: dict[Identifier, str]
    """What was made of a pattern, in words."""
    searches: Sequence
    deeds: Sequence
    """Deeds of the period that the next search will see."""
    searching: bool = False
