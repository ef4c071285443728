"""Questions to the capability memory: what has been learnt, how it fares, what is missing."""

from typing import Annotated, Literal

import msgspec

from messages.base import Amount, Command, Event, Identifier, Json, Name, Query, Seconds, Share, Text

Proficiency = Literal["novice", "competent", "proficient", "expert", "master"]
"""How well an agent does something, by its success and how often it was used."""
Status = Literal["learning", "practicing", "validated", "mastered", "degraded", "undone"]
"""How far a capability is; of one that is `undone` nothing stands, and nobody learns it."""
Tier = Literal["hot", "warm", "cold"]
"""In use; mastered lately; history."""
Outcome = Literal["open", "learnt", "failed", "cancelled"]
"""What became of a task of learning."""
Advice = Literal["use", "practise", "learn"]
"""Use what there is; practise it first; learn it anew."""
Wanted = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
"""What somebody wants done, in words."""
Count = Annotated[int, msgspec.Meta(ge=0)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=500)]
Moment = Seconds | None
"""What counts as now, in seconds since the epoch; without it, the time of the last message that was heard."""


class Find(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The capabilities, those in use first; of one domain, or what one agent can do."""

    domain: Identifier | None = None
    agent: Identifier | None = None
    """Only what stands and was learnt by this agent."""
    limit: Limit = 200
    at: Moment = None


class Show(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is remembered of one capability."""

    name: Name
    at: Moment = None


class Requires(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one capability needs, and what that needs in turn."""

    name: Name


class Rates(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The success of everything that was run more often than so."""

    more_than: Count = 5
    limit: Limit = 200
    at: Moment = None


class Gaps(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was asked for and is not there, most wanted first."""

    limit: Limit = 50


class Relevant(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may serve the text, best first, of what succeeds often enough."""

    text: Wanted
    minimum: Share = 0.7
    limit: Limit = 10
    at: Moment = None


class Recall(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that experience has to say to the text."""

    text: Wanted
    at: Moment = None


class Graph(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The graph, part by part: the capabilities whose names come after this one."""

    after: Name | None = None


class Capability(msgspec.Struct, frozen=True, kw_only=True):
    """A capability as it stands."""

    name: Name
    description: Text
    domain: Identifier
    status: Status
    tier: Tier
    agent: Identifier | None
    """Who learnt what stands."""
    version: int | None
    """The newest that stands; figures without a name of their own are this version's."""
    mastery: Share | None
    proficiency: Proficiency
    runs: Count
    successes: Count
    rate: Share | None
    """Successes among the runs; None without any."""
    mean_ms: Amount
    """Of the runs that returned."""
    learned_at: Seconds | None
    used_at: Seconds | None
    requires: tuple[Name, ...] = ()


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Find`; long descriptions are cut."""

    capabilities: tuple[Capability, ...]
    total: Count
    """How many there are without the limit."""


class Study(msgspec.Struct, frozen=True, kw_only=True):
    """What research came to."""

    at: Seconds
    options: tuple[str, ...]
    """The best, as a program would write them."""
    found: Count
    recommendation: Text


class Practice(msgspec.Struct, frozen=True, kw_only=True):
    """One implementation practised in one round."""

    round: Count
    at: Seconds
    agent: Identifier | None
    origin: str
    digest: str
    attempts: Count
    failed: Count
    mean_ms: Amount
    cost_usd: Amount
    passed: bool
    note: Text = ""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One validation."""

    round: Count
    at: Seconds
    judge: Identifier
    mastery: Share
    passed: Count
    failed: Count
    critical: Count


class Learning(msgspec.Struct, frozen=True, kw_only=True):
    """One task of learning it."""

    task: Identifier
    at: Seconds
    outcome: Outcome
    reason: Text
    ended_at: Seconds | None
    study: Study | None
    practices: tuple[Practice, ...]
    verdicts: tuple[Verdict, ...]


class Pattern(msgspec.Struct, frozen=True, kw_only=True):
    """A way in which it goes wrong, in practice or since."""

    capability: Name
    kind: str
    cause: Text
    workaround: Text
    count: Count
    last_at: Seconds


class Execution(msgspec.Struct, frozen=True, kw_only=True):
    """One call."""

    seq: Count
    """Place on the log of what it came to."""
    tool: Name
    version: int | None
    task: Identifier
    at: Seconds
    ok: bool
    wall_ms: Amount
    error: Text = ""


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One registered version and its figures."""

    version: int
    agent: Identifier
    origin: str
    digest: str
    mastery: Share
    at: Seconds
    standing: bool
    runs: Count
    successes: Count
    mean_ms: Amount


class Biography(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Show`; nothing is known of the name if it holds no capability."""

    capability: Capability | None = None
    runs: Count = 0
    """Of all versions, those forgotten too."""
    successes: Count = 0
    versions: tuple[Version, ...] = ()
    learnings: tuple[Learning, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    executions: tuple[Execution, ...] = ()
    """The newest, newest first."""


class Prerequisites(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Requires`; nothing is known of the name unless `known`."""

    known: bool
    direct: tuple[Name, ...] = ()
    all: tuple[Name, ...] = ()
    """Each after what it needs itself, as far as there are no circles."""
    missing: tuple[Name, ...] = ()
    """Those of which nothing stands."""
    circles: tuple[tuple[Name, ...], ...] = ()
    """Those that need each other, so that none can come first."""


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for in vain since it last stood."""

    name: Name
    domain: Identifier | None
    """None for what was only called, never to be learnt."""
    demand: Count
    failed: Count
    """Tasks to learn it that failed."""
    missing: Count
    """Calls of it while nothing stood."""
    last_at: Seconds
    reason: Text


class DomainGap(msgspec.Struct, frozen=True, kw_only=True):
    """The same for a whole domain."""

    domain: Identifier
    demand: Count


class Shortage(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Gaps`."""

    gaps: tuple[Gap, ...]
    domains: tuple[DomainGap, ...]


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """A capability that may serve."""

    capability: Capability
    score: float
    fit: Share
    """How much of the text's words it speaks of."""
    success: Share
    """The rate of more than five runs, or the mastery that it was registered with."""


class Matches(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Relevant`."""

    matches: tuple[Match, ...]


class Recollection(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Recall`."""

    advice: Advice
    reason: Text
    name: Name | None
    """The capability that the advice is about."""
    matches: tuple[Match, ...]
    executions: tuple[Execution, ...]
    """Of these capabilities, in the last days, newest first."""
    patterns: tuple[Pattern, ...]
    """Of these capabilities, seen more than once, most frequent first."""


NodeKind = Literal[
    "Agent",
    "Capability",
    "LearningStage",
    "PracticeAttempt",
    "ErrorPattern",
    "ValidationResult",
    "Tool",
    "Execution",
    "Research",
]
EdgeKind = Literal[
    "LEARNED",
    "REQUIRES",
    "IMPLEMENTS",
    "HAS_STAGE",
    "PRACTICE_ATTEMPT",
    "HAS_ERROR_PATTERN",
    "VALIDATED_BY",
    "REQUIRES_CAPABILITY",
    "PROFICIENT_IN",
    "EXECUTED_AS",
    "RESEARCHED",
]


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that is remembered; its properties are plain values."""

    id: str
    kind: NodeKind
    properties: dict[str, Json]


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """How two of them belong together."""

    kind: EdgeKind
    source: str
    target: str
    properties: dict[str, Json] = {}


class Subgraph(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Graph`; ask again after `next` until there is none. A node may come in several parts."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    next: Name | None


class Remind(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Memory: what does experience say to this goal?"""

    task: Identifier
    goal: Text


class Reminded(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What experience says: use what there is, practise it first, or learn anew."""

    task: Identifier
    advice: Advice
    reason: Text
    name: Name | None = None
    """The capability that comes nearest."""
