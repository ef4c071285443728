"""A tool being learnt: researched, practised, validated, enrolled."""

import msgspec

from messages.base import Command, Event, Identifier, Json, Name, Share, Source, Text
from messages.task import Candidate, Domain, Example


class Option(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A callable that may serve, with what speaks for it."""

    name: str
    module: str
    signature: str
    summary: Text
    score: float
    justification: Text

    @property
    def path(self) -> str:
        """How a program would write it."""
        return self.name if self.module == "builtins" else f"{self.module}.{self.name}"


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


class Researched(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may serve, best first."""

    task: Identifier
    options: tuple[Option, ...]
    recommendation: Text


class Practise(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Temüjin: find an implementation and practise it on these examples."""

    task: Identifier
    round: int
    goal: Text
    name: Name
    examples: tuple[Example, ...]
    """Those that the developer may see."""
    options: tuple[Option, ...] = ()
    candidate: Candidate | None = None
    failures: tuple[Failure, ...] = ()
    """What went wrong in the round before."""


class Practised(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An implementation does what the visible examples show."""

    task: Identifier
    round: int
    source: Source
    entry: Name
    origin: str
    """`candidate` or `composition`, from here to the registry."""
    attempts: int
    figures: Json = None


class Stumped(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No implementation was found, for the reason given."""

    task: Identifier
    round: int
    reason: Text
    failures: tuple[Failure, ...] = ()
    figures: Json = None


class Validate(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Jochi: judge the implementation, on examples that its maker did not see among others."""

    task: Identifier
    round: int
    source: Source
    entry: Name
    seen: tuple[Example, ...]
    unseen: tuple[Example, ...]


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


class Enroll(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Temüjin: have the validated implementation registered."""

    task: Identifier
    name: Name
    goal: Text
    domain: Domain
    source: Source
    entry: Name
    origin: str
    mastery: Share
    example: Example
