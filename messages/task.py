"""A task from outside: accepted or refused, then worked on, then ended exactly once."""

import keyword
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Final, Literal, NamedTuple

import msgspec

from messages.base import (
    Client,
    Event,
    Identifier,
    Json,
    Name,
    Query,
    SemanticVersion,
    Sequence,
    Source,
    Task,
    Text,
    Version,
)

Domain = Literal[
    "telephony", "messaging", "data_storage", "external_api", "ui_automation", "security", "system", "ml_ai", "general"
]
"""Who learns it depends on it; `general` is pure computation, done by the developer."""


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One call that is known to be right: the arguments in order, and what must come back."""

    args: tuple[Json, ...]
    result: Json


class Candidate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An implementation that came with the task; untrusted like any other."""

    source: Source
    entry: Name


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A test that an implementation must pass; its maker sees it only where there are no examples to learn from."""

    name: Identifier
    description: Text = ""
    args: tuple[Json, ...] = ()
    result: Json = None
    """What must come back, unless something must be raised."""
    raises: Annotated[str, msgspec.Meta(max_length=80, pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")] = ""
    """The name of the exception's class that must be raised instead."""
    critical: bool = False
    """It counts twice, and without it nothing is mastered."""
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=60)] = 10.0
    needs: tuple[Identifier, ...] = ()
    """Tests that must have passed; otherwise this one is skipped."""


Category = Literal["communication", "data", "external_api", "system", "analysis", "security", "automation"]
"""What a tool is for; without the publisher's word it follows from the domain."""
Bump = Literal["patch", "minor", "major"]
"""Which part of the semantic version the next registration raises."""
Risk = Literal["low", "medium", "high", "critical"]
"""How much harm a wrong call can do."""


class Constraints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """What the publisher knows of a parameter's values, in the words of JSON Schema; other values are refused."""

    enum: tuple[Json, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None
    min_length: Annotated[int, msgspec.Meta(ge=0)] | None = None
    max_length: Annotated[int, msgspec.Meta(ge=0)] | None = None
    min_items: Annotated[int, msgspec.Meta(ge=0)] | None = None
    max_items: Annotated[int, msgspec.Meta(ge=0)] | None = None


class Note(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a parameter means, and what it takes."""

    description: Text = ""
    constraints: Constraints = Constraints()


class Host(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A host that a run may send requests to, through the sandbox's broker."""

    host: Annotated[str, msgspec.Meta(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:-]+$")]
    """Its name as it stands in the URL, without wildcards; one that only resolves to private addresses is refused."""
    scheme: Literal["http", "https"] = "https"
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] | None = None
    """Without it the scheme's own."""
    methods: tuple[Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"], ...] = ("GET",)
    max_calls: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 10
    """Requests of one run."""
    max_bytes: Annotated[int, msgspec.Meta(ge=1, le=1 << 20)] = 1 << 18
    """The body of one request, and that of one response."""
    secrets: tuple[Identifier, ...] = ()
    """Names of secrets of the sandbox's configuration that go with every request; the code never sees them."""


Profile = Literal["pure", "files"]
"""What a tool finds in the sandbox: nothing but itself, or a scratch directory that is gone after the call."""


class About(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the publisher may tell of a tool beyond its examples."""

    category: Category | None = None
    bump: Bump = "patch"
    changelog: Text = ""
    """What is new in this version."""
    doc_url: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=25)] | None = None
    """One call of the tool may take so long; less than a phase of its task, or the call would be made twice."""
    secrets: Annotated[tuple[Identifier, ...], msgspec.Meta(max_length=20)] = ()
    """Names of secrets that it needs, never their values."""
    capabilities: Annotated[tuple[Identifier, ...], msgspec.Meta(max_length=20)] = ()
    risk: Risk | None = None
    pii: bool = False
    """It is given data about persons."""
    cost_usd: Annotated[float, msgspec.Meta(ge=0, le=1_000_000)] = 0.0
    """Of one call."""
    parameters: dict[str, Note] = {}
    """By the parameter's name."""
    profile: Profile = "pure"
    hosts: Annotated[tuple[Host, ...], msgspec.Meta(max_length=10)] = ()
    """Where its `host_call` may send requests; policy must grant each."""


class Learn(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Learn a tool that does what the examples show."""

    goal: Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]
    name: Name
    """What the tool is to be called."""
    examples: Annotated[tuple[Example, ...], msgspec.Meta(max_length=200)] = ()
    """At least three, unless there are tests."""
    domain: Domain = "general"
    candidate: Candidate | None = None
    iterations: Annotated[int, msgspec.Meta(ge=1, le=20)] = 5
    """Fewest calls in which an implementation is practised."""
    tests: Annotated[tuple[Case, ...], msgspec.Meta(max_length=200)] = ()
    suite: Source | None = None
    """A file of tests in the style of pytest, which call the implementation by the tool's name."""
    requires: Annotated[tuple[Name, ...], msgspec.Meta(max_length=20)] = ()
    """Tools that it calls."""
    about: About = About()


class Run(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Call a registered tool."""

    tool: Name
    args: tuple[Json, ...] = ()
    version: Version | None = None
    """Without it, the newest."""
    semver: SemanticVersion | None = None
    """The version by its other name; one of the two is enough."""
    named: dict[str, Json] = msgspec.field(default_factory=dict)
    """Arguments by the names of their parameters."""
    trial: bool = False
    """The caller knows that the tool is not trusted yet, and calls it to see."""


class Recheck(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Try a registered tool on its own examples once more, and compare with what they show."""

    tool: Name
    version: Version | None = None
    """Without it, the newest."""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `Recheck`."""

    tool: Name
    version: Version
    held: Annotated[int, msgspec.Meta(ge=0)]
    """Examples with the result that they show."""
    broken: Annotated[int, msgspec.Meta(ge=0)]
    reason: Text = ""
    """Of the first that is broken."""


class Cancel(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Stop a task; what it did is undone, and it ends as cancelled."""

    restricts = True

    task: Identifier
    reason: Text = "cancelled by its publisher"


class Accepted(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The intake has taken the task; from here on it ends in exactly one of Answered, Failed and Cancelled."""

    one_mouth = True

    task: Identifier
    kind: Identifier
    body: Json
    """The task as published, with unknown and wrong fields refused."""
    deadline: datetime | None = None
    sequence: Sequence = 0
    """Place on the log of what was published."""
    client: Client = ""
    """Who published it, as far as the intake knows; empty if it does not."""


class Refused(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The intake has not taken the task that stands at `sequence` on the log; nothing else will come of it."""

    for_people = True
    one_mouth = True

    task: Identifier
    sequence: Sequence
    reason: Text
    path: str = "$"
    """JSON path of what is wrong."""
    mend: Text = ""
    """What to do about it."""


class Progressed(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The task has entered a phase."""

    for_people = True
    one_mouth = True

    task: Identifier
    phase: Identifier
    note: Text = ""


class Done(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An actor that the user added has done a task of the user's own kind; that it is answered is Kublai's to say."""

    of_users = True

    task: Identifier
    result: Json


class GaveUp(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same actor can't do it, for the reason given; that the task has failed is Kublai's to say."""

    of_users = True

    task: Identifier
    reason: Text


class Answered(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The task is done."""

    for_people = True
    one_mouth = True

    task: Identifier
    result: Json


class Failed(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The task is ended without a result, for the reason given."""

    for_people = True
    one_mouth = True

    task: Identifier
    reason: Text
    evidence: Json = None


class Cancelled(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The task is ended because its publisher, or an operator, wanted it so."""

    one_mouth = True

    task: Identifier
    reason: Text


class Find(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which tasks are known, newest last; one alone if it is named."""

    task: Identifier | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A task as it stands."""

    task: Identifier
    kind: Identifier
    phase: Identifier
    accepted_at: float
    outcome: Json = None


class Views(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Find`."""

    tasks: tuple[View, ...]


FEWEST_EXAMPLES: Final = 3
"""Examples that a task without tests must have. *cited*: specification of acquisition: from 3 to 5 examples"""


class Misfit(NamedTuple):
    """What does not go together in a task whose fields are right each by itself."""

    path: str
    reason: str
    mend: str = "mend it, or leave it out"


def misfit_in(learn: Learn) -> Misfit | None:
    """The first thing that does not go together; None if all does."""
    if keyword.iskeyword(learn.name):
        return Misfit("$.name", f"{learn.name!r} is a word of Python itself, so that no code could call the tool")
    number = len(distinct(learn.examples))
    if number < FEWEST_EXAMPLES and not (learn.tests or learn.suite):
        once = " that is not given twice" if number == 1 else " that are not given twice"
        once = once if number < len(learn.examples) else ""
        found = f"{number} example{'' if number == 1 else 's'}{once}; at least {FEWEST_EXAMPLES} are needed"
        return Misfit("$.examples", found, "give more, or tests in `tests` or `suite`")
    return _repetition(learn.requires) or _entanglement(learn.tests) or _contradiction(learn)


def distinct(examples: tuple[Example, ...]) -> tuple[Example, ...]:
    """Each example once, where it stands first."""
    return tuple({_written(example): example for example in reversed(examples)}.values())[::-1]


def _repetition(requires: tuple[Name, ...]) -> Misfit | None:
    """A required tool that is named twice."""
    for place, name in enumerate(requires):
        if name in requires[:place]:
            return Misfit(f"$.requires[{place}]", f"{name!r} is required already")
    return None


def _contradiction(learn: Learn) -> Misfit | None:
    """Two examples or tests with the same arguments and different ends."""
    known: dict[bytes, tuple[str, str]] = {}
    for place, args, end in _ends(learn):
        asked = msgspec.json.encode(args, order="deterministic")
        first, wanted = known.setdefault(asked, (place, end))
        if wanted != end:
            reason = f"contradicts {first}: for {asked.decode()[:200]} {wanted[:200]} there, {end[:200]} here"
            return Misfit(f"$.{place}", reason)
    return None


def _ends(learn: Learn) -> Iterator[tuple[str, tuple[Json, ...], str]]:
    """Each example and test: where it stands, its arguments, and how the call must end."""
    for place, example in enumerate(learn.examples):
        yield f"examples[{place}]", example.args, _written(example.result)
    for place, case in enumerate(learn.tests):
        yield f"tests[{place}]", case.args, case.raises or _written(case.result)


def _written(value: Json) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()


def _entanglement(cases: tuple[Case, ...]) -> Misfit | None:
    """A name that is given twice, two ends of one call, or a need that no test before fulfils."""
    known: set[str] = set()
    for place, case in enumerate(cases):
        if case.name in known:
            return Misfit(f"$.tests[{place}].name", f"{case.name!r} is the name of a test before it")
        if case.raises and case.result is not None:
            return Misfit(f"$.tests[{place}]", "`result` and `raises` exclude each other: a call returns or it raises")
        missing = [name for name in case.needs if name not in known]
        if missing:
            return Misfit(f"$.tests[{place}].needs", f"{missing[0]!r} is no test before it")
        known.add(case.name)
    return None
