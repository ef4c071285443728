"""A tool being learnt: researched, practised, validated, enrolled."""

from typing import Annotated, Literal

import msgspec

from messages.base import Command, Event, Identifier, Json, Name, Seconds, Share, Source, Text
from messages.task import About, Candidate, Case, Domain, Example, Host, Note, Profile
from messages.tools.tool import Doubt, Known, Part, Range


class Option(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A callable, a tool or a document that may serve, with what speaks for it."""

    name: str
    module: str
    signature: str
    summary: Text
    score: float
    justification: Text
    kind: Literal["callable", "tool", "document"] = "callable"
    features: tuple[str, ...] = ()
    cost_usd: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    """Of one call."""
    reliability: Share | None = None
    """The share of calls that came back; None where nobody has counted."""
    secrets: tuple[Identifier, ...] = ()
    doc_url: Text = ""

    @property
    def path(self) -> str:
        """How a program would write it; a tool or a document by its name."""
        return self.name if self.module == "builtins" or self.kind != "callable" else f"{self.module}.{self.name}"


class Failure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A call that went wrong: what was asked, what was wanted, what came."""

    args: tuple[Json, ...]
    expected: Json
    got: Json = None
    error: Text = ""


class Research(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Möngke: find what may serve."""

    task: Identifier
    goal: Text
    domain: Domain
    name: Name | None = None
    """What is to be learnt; it is no part of itself."""


class Researched(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may serve, best first."""

    task: Identifier
    options: tuple[Option, ...]
    recommendation: Text
    tools: tuple[Known, ...] = ()
    """Registered tools that a composition may call."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One call in practice, and what it came to."""

    args: tuple[Json, ...]
    output: Json = None
    error: Text = ""
    """Empty when it gave what was wanted."""
    wall_ms: float = 0.0
    cost_usd: float = 0.0


class ErrorPattern(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Attempts that failed in the same way, folded into one."""

    kind: str
    """The error's type, or what was wrong with the result."""
    cause: Text
    """The root cause, as far as the error tells it."""
    workaround: Text
    count: int


class Terms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What every phase is told of a learning task: what is wanted, and under which limits it runs."""

    name: Name
    """What the tool is called, and so what a suite calls it."""
    goal: Text = ""
    domain: Domain = "general"
    iterations: Annotated[int, msgspec.Meta(ge=1, le=20)] = 5
    """Fewest calls in which an implementation is practised."""
    requires: tuple[Name, ...] = ()
    """Tools that it calls."""
    profile: Profile = "pure"
    hosts: tuple[Host, ...] = ()


class Practise(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Specialist: find an implementation and practise it on these examples."""

    addressee = "to"

    to: Identifier = "temujin"
    task: Identifier
    round: int
    terms: Terms | None = None
    """Of the task; None on logs from before terms were passed whole, which hold the fields at the end instead."""
    examples: tuple[Example, ...]
    """Those that the developer may see."""
    options: tuple[Option, ...] = ()
    candidate: Candidate | None = None
    failures: tuple[Failure, ...] = ()
    """What went wrong in the round before."""
    parts: tuple[Part, ...] = ()
    """Sources of the tools that it calls, and of those that they call."""
    tools: tuple[Known, ...] = ()
    """Registered tools that a composition may call."""
    earlier: Source = ""
    """What was made in the round before, and found wanting."""
    effort: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    """Part of the usual search that it may take: less while a resource is scarce."""
    goal: Text = ""
    name: Name = "solve"
    iterations: Annotated[int, msgspec.Meta(ge=1, le=20)] = 5
    domain: Domain = "general"
    requires: tuple[Name, ...] = ()
    profile: Profile = "pure"
    hosts: tuple[Host, ...] = ()

    @property
    def asked(self) -> Terms:
        """The terms, wherever the message holds them."""
        return self.terms or Terms(
            name=self.name,
            goal=self.goal,
            domain=self.domain,
            iterations=self.iterations,
            requires=self.requires,
            profile=self.profile,
            hosts=self.hosts,
        )


class Continued(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The round of practice goes on with something that takes its time, but no longer than this."""

    task: Identifier
    round: int
    within_s: Seconds


class Attempted(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An implementation was practised: every attempt, and the patterns of those that failed."""

    for_people = True

    task: Identifier
    round: int
    agent: Identifier
    name: Name
    domain: Domain
    origin: str
    digest: str
    """Of source and entry, as in `tool.Spec`."""
    attempts: tuple[Attempt, ...]
    patterns: tuple[ErrorPattern, ...] = ()


class Practised(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An implementation does what the visible examples show."""

    task: Identifier
    round: int
    source: Source
    entry: Name
    origin: str
    """`candidate`, `composition` or `model`, from here to the registry."""
    attempts: int
    figures: Json = None
    replaced: Text = ""
    """What was wrong with the candidate, in whose place this is; empty if none came along, or if this is it."""
    others: tuple[Source, ...] = ()
    """As in `sandbox.Synthesised`, for a composition alone."""


class Stumped(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No implementation was found, for the reason given."""

    task: Identifier
    round: int
    reason: Text
    failures: tuple[Failure, ...] = ()
    figures: Json = None


class Validate(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Judge: try the implementation, on examples that its maker did not see among others."""

    addressee = "to"

    to: Identifier = "jochi"
    task: Identifier
    round: int
    source: Source
    entry: Name
    seen: tuple[Example, ...]
    unseen: tuple[Example, ...]
    terms: Terms | None = None
    """Of the task, with the tools that this implementation calls; None on logs from before terms were passed whole,
    which hold the fields at the end instead."""
    tests: tuple[Case, ...] = ()
    suite: Source | None = None
    parts: tuple[Part, ...] = ()
    """Sources of the tools that it calls, and of those that they call."""
    notes: dict[str, Note] = msgspec.field(default_factory=dict)
    """What the publisher knows of the parameters; calls that do not fit it are not tried."""
    origin: str = ""
    """As in `Practised`; empty on logs from before this was told."""
    others: tuple[Source, ...] = ()
    """Programs with the same entry, to be compared with the implementation close to the examples."""
    name: Name = "solve"
    requires: tuple[Name, ...] = ()
    profile: Profile = "pure"
    hosts: tuple[Host, ...] = ()

    @property
    def asked(self) -> Terms:
        """The terms, wherever the message holds them."""
        return self.terms or Terms(name=self.name, requires=self.requires, profile=self.profile, hosts=self.hosts)


class Outcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one test came to."""

    name: str
    """A test's own name; `example-3`, `repeat-1`, `edge-2` and the like for those that the judge made."""
    outcome: Literal["passed", "failed", "skipped", "error", "timed_out"]
    critical: bool = False
    detail: Text = ""
    """What is wrong, or why it was skipped."""
    wall_ms: float = 0.0


class Validated(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The judgement: mastery is the weighted share of tests passed."""

    task: Identifier
    round: int
    mastery: Share
    passed: int
    failed: int
    failures: tuple[Failure, ...] = ()
    critical: int = 0
    """How many of the tests that failed are examples; one is enough to be wrong, whatever the share."""
    judge: Identifier = "jochi"
    outcomes: tuple[Outcome, ...] = ()
    """Of each test, as far as they fit one record."""
    wrong: int = 0
    """How many of the publisher's own examples and tests did not pass."""
    ranges: tuple[Range, ...] = ()
    """How far each argument may grow; no part of the judgement."""
    halted: tuple[Text, ...] = ()
    """Calls that the judge invented and a limit ended; no part of the judgement either."""
    doubts: tuple[Doubt, ...] = ()
    """What the examples don't settle; no part of the judgement either."""


class Enroll(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Specialist: have the validated implementation registered. Read on old logs; Kublai tells the registry himself."""

    addressee = "to"

    to: Identifier = "temujin"
    task: Identifier
    name: Name
    goal: Text
    domain: Domain
    source: Source
    entry: Name
    origin: str
    mastery: Share
    example: Example | None
    """None where tests alone show what it does."""
    examples: tuple[Example, ...] = ()
    """All that are known to be right; what the parameters take is read from them."""
    requires: tuple[Name, ...] = ()
    """Tools that it calls."""
    refuses: tuple[Identifier, ...] = ()
    """Exceptions that its tests want of it, for arguments that it should not take."""
    about: About = About()
    ranges: tuple[Range, ...] = ()
    halted: tuple[Text, ...] = ()
    doubts: tuple[Doubt, ...] = ()
