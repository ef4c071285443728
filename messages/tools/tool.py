"""A tool in the registry: registered, called, shown."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from messages.base import (
    Client,
    Command,
    Event,
    Identifier,
    Json,
    Name,
    Obeyed,
    Query,
    Seconds,
    SemanticVersion,
    Share,
    Source,
    Text,
    Version,
)
from messages.task import Bump, Category, Constraints, Example, Host, Profile, Risk
from messages.tools.deployment import Condition, DeploymentLevel, Sketch

Status = Literal["experimental", "beta", "stable", "deprecated", "disabled"]
"""`experimental` until it was called often enough to be judged, then `stable` at the level `full`, else `beta`."""


class Parameter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One parameter, for people; the schema says the same to programs."""

    name: str
    type: str
    """Kinds of JSON that it takes, such as `string or null`; `any` where nothing is certain."""
    description: Text = ""
    required: bool = True
    default: Json = None
    """As far as it is written out in the source; whether there is one stands in the schema."""
    example: Json = None
    constraints: Constraints = Constraints()


class Range(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far one argument may grow, as measured by the judge's own calls with all else as in an example."""

    parameter: str
    unit: Literal["value", "characters", "items"]
    up_to: Annotated[int, msgspec.Meta(ge=0)]
    """The largest size that was tried and came back in time."""
    beyond: Text = ""
    """The next size that was tried and how it ended; empty if none was, or if all came back."""


class Doubt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A call close to the examples that programs of like size answer differently, all of them right on the examples."""

    args: tuple[Json, ...]
    answers: tuple[Json, ...]
    """The tool's own first; each other one once."""

    @property
    def told(self) -> str:
        """The call and the answers, for people."""
        asked = ", ".join(_written(value) for value in self.args)
        answers = [_written(value) for value in self.answers]
        own, others = "".join(answers[:1]), " or ".join(answers[1:])
        return f"for ({asked}) it gives {own}, another program of like size gives {others}"


def unsettled(doubts: Sequence[Doubt]) -> str:
    """What the examples don't settle, and what to do about it, for people; empty if they do."""
    told = "; ".join(doubt.told for doubt in doubts)
    return f"the examples don't settle this: {told}; add the right one as an example" if told else ""


def _written(value: Json) -> str:
    return msgspec.json.encode(value).decode()


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
    example: Example | None
    """None where tests alone show what it does."""
    learned_by: Identifier = "temujin"
    """The agent who made it."""
    learned_at: Seconds = 0.0
    """When it was registered, in seconds since the epoch."""
    category: Category = "data"
    semver: SemanticVersion = "1.0.0"
    changelog: Text = ""
    """What is new in this version."""
    takes: tuple[Parameter, ...] = ()
    schema: dict[str, Json] = {}
    """JSON Schema of the arguments as one object, by the parameters' names; empty if nothing is known."""
    returns: dict[str, Json] = {}
    """JSON Schema of what comes back, as far as the examples show it; nothing is refused by it."""
    examples: Annotated[tuple[Example, ...], msgspec.Meta(max_length=5)] = ()
    """Some, beside the first."""
    doc_url: str = ""
    sandbox: bool = True
    """It runs in the sandbox alone."""
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=25)] | None = None
    """One call may take so long; None leaves it to the registry."""
    status: Status = "experimental"
    requires: tuple[Name, ...] = ()
    """Tools that it calls."""
    secrets: tuple[Identifier, ...] = ()
    capabilities: tuple[Identifier, ...] = ()
    risk: Risk = "low"
    pii: bool = False
    """It is given data about persons."""
    cost_usd: Annotated[float, msgspec.Meta(ge=0, le=1_000_000)] = 0.0
    """Of one call."""
    profile: Profile = "pure"
    hosts: tuple[Host, ...] = ()
    """Where its `host_call` may send requests."""
    fingerprint: str = ""
    """SHA-256 over code, entry, schema and required tools: none of them can change under it."""
    refuses: tuple[Identifier, ...] = ()
    """Exceptions that its tests want of it, for arguments that it should not take."""
    ranges: tuple[Range, ...] = ()
    """Its safe range: how far each argument may grow, as far as it was measured."""
    halted: tuple[Text, ...] = ()
    """Calls of the judge's own that a limit of the sandbox ended, each with the limit."""
    doubts: tuple[Doubt, ...] = ()
    """What the examples don't settle, as far as other programs were found for them."""


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tool as another one needs it, to be run together."""

    name: Name
    entry: Name
    source: Source
    requires: tuple[Name, ...] = ()


class Known(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A registered tool as something new may be made of it."""

    name: Name
    description: Text
    entry: Name
    source: Source
    parameters: tuple[str, ...]
    examples: tuple[Example, ...]
    score: float
    reliability: Share | None = None
    cost_usd: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    doc_url: Text = ""


class Seek(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Registry: which tools may serve for the goal?"""

    task: Identifier
    goal: Text
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 5
    besides: Name | None = None
    """This tool is not meant: it is what is to be learnt."""


class Sought(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tools that fit, may be called by anyone and call no others, best first."""

    task: Identifier
    tools: tuple[Known, ...]


class Supply(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Registry: give what a tool that is to be learnt will call."""

    task: Identifier
    name: Name
    """What the tool is to be called."""
    requires: tuple[Name, ...]


class Supplied(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that the tool will call, and all that this calls, each behind what it calls itself."""

    task: Identifier
    parts: tuple[Part, ...]


class Register(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Registry: take this tool, once the gate has let it pass."""

    task: Identifier
    spec: Spec
    bump: Bump = "patch"
    """Which part of the semantic version is raised, if the name is known."""


class Registered(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tool is callable under its name, unless it is disabled; earlier versions stay callable by number."""

    for_callers = True
    one_mouth = True

    task: Identifier
    version: Version
    spec: Spec
    disabled: Text = ""
    """Why no version of it is called, this one neither; empty if they are."""


class Rejected(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tool is not registered, for the reason given."""

    task: Identifier
    name: Name
    reason: Text


class Withdrawn(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A registration has been undone, because its task was cancelled."""

    for_callers = True
    for_people = True
    one_mouth = True

    task: Identifier
    name: Name
    version: Version


class RollBack(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Registry: calls without a version shall reach `to` again, since `version` has disappointed."""

    one_mouth = True

    name: Name
    version: Version
    to: Version
    reason: Text


class RolledBack(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Calls without a version reach `to`; the later ones stay callable by number."""

    for_callers = True
    for_people = True
    one_mouth = True

    name: Name
    version: Version
    """The one that they reached before."""
    to: Version
    reason: Text


class Deprecated(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tool works on, and each answer says what replaces it."""

    for_callers = True
    for_people = True
    one_mouth = True

    name: Name
    reason: Text
    replacement: Name | None = None
    obeyed: Obeyed | None = None


class Disabled(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No version of the tool is called any more."""

    for_callers = True
    for_people = True
    one_mouth = True

    name: Name
    reason: Text
    copied_in: tuple[Name, ...] = ()
    """Tools that the search made of it: they hold a copy of its code, and stay callable."""
    obeyed: Obeyed | None = None


class Enabled(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every version of the tool is callable again, as if it were new."""

    for_callers = True
    for_people = True
    one_mouth = True

    name: Name
    reason: Text


class Call(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Registry: have the tool called."""

    task: Identifier
    tool: Name
    args: tuple[Json, ...]
    version: Version | None = None
    semver: SemanticVersion | None = None
    named: dict[str, Json] = msgspec.field(default_factory=dict)
    """Arguments by the names of their parameters."""
    trial: bool = False
    client: Client = ""
    """For whom, as in `task.Accepted`."""


class Returned(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The call came back."""

    one_mouth = True

    task: Identifier
    tool: Name
    version: Version
    value: Json
    wall_ms: float
    sketches: tuple[Sketch, ...] = ()
    """Of the arguments."""
    note: Text = ""
    """What the caller should know, such as what replaces a deprecated tool."""
    client: Client = ""


class Raised(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The call did not come back with a value, for the reason given."""

    one_mouth = True

    task: Identifier
    tool: Name
    reason: Text
    status: str = ""
    """How the sandbox ended the call, as in `sandbox.Result`; empty if it was never made."""
    version: Version | None = None
    wall_ms: float = 0.0
    sketches: tuple[Sketch, ...] = ()
    """Of the arguments."""
    rightly: bool = False
    """The tool was tested to raise this for some arguments; such a call does not speak against it."""
    misfed: bool = False
    """The arguments are to blame: they resemble nothing that the tool is known to take."""
    client: Client = ""


class Recheck(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Registry: run the tool on the examples that are kept of it, and say how many hold."""

    task: Identifier
    tool: Name
    version: Version | None = None


class Rechecked(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the tool's own examples come to now."""

    one_mouth = True

    task: Identifier
    tool: Name
    version: Version | None = None
    held: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Examples with the result that they show."""
    broken: Annotated[int, msgspec.Meta(ge=0)] = 0
    reason: Text = ""
    """Of the first that is broken, or why none was tried."""
    wall_ms: float = 0.0
    """Time of the runs."""

    @property
    def tried(self) -> int:
        """Examples that were run."""
        return self.held + self.broken


class Find(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The registered tools, or one of them whole."""

    name: Name | None = None


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a tool, and what its calls came to."""

    version: Version
    semver: SemanticVersion
    changelog: Text
    learned_at: float
    fingerprint: str
    level: DeploymentLevel
    conditions: tuple[Condition, ...]
    calls: int
    failures: int
    mean_ms: float
    """Mean time of a call."""
    clients: tuple[Client, ...] = ()
    """Whose calls brought it to this level, most failures first."""
    restricted: dict[str, DeploymentLevel] = {}
    """Levels that hold for single clients alone, since nobody else's calls failed."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A tool as it stands in the registry."""

    spec: Spec
    version: Version
    versions: int
    calls: int
    failures: int
    level: DeploymentLevel = "full"
    mean_ms: float = 0.0
    note: Text = ""
    """Why it is disabled, or what replaces it."""
    copied_in: tuple[Name, ...] = ()
    """Tools that the search made of it: they hold a copy of its code; shown of one tool alone."""
    history: tuple[Past, ...] = ()
    """All versions that stand, oldest first; shown of one tool alone."""


class Entries(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Find`."""

    tools: tuple[Entry, ...]


class Discover(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which tools fit: by what they are for, how they stand, who made them, and by words, best first."""

    category: Category | None = None
    status: Status | None = None
    agent: Identifier | None = None
    text: Text = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """A tool in one line."""

    name: Name
    description: Text
    """Its beginning."""
    parameters: tuple[str, ...]
    version: Version
    semver: SemanticVersion
    category: Category
    status: Status
    level: DeploymentLevel
    agent: Identifier
    mastery: Share
    calls: int
    failures: int
    score: float = 0.0
    """How well the words fit; 0 if none were asked for."""


class Discovered(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Discover`."""

    tools: tuple[Listing, ...]
    total: int
    """How many fit, shown or not."""


class Browse(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tools that anyone may call now, with what they take, by name; one alone if it is named."""

    name: Name | None = None
    after: Name | None = None
    """Names up to this one have been seen."""
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 100


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A tool as a program sees it that is to call it."""

    name: Name
    description: Text
    parameters: tuple[str, ...]
    schema: dict[str, Json]
    """JSON Schema of the arguments as one object; empty if nothing is known."""
    version: Version
    semver: SemanticVersion
    status: Status
    level: DeploymentLevel
    conditions: tuple[Condition, ...] = ()
    """Calls that meet one of them are refused."""
    note: Text = ""
    """What replaces it, if it is deprecated."""
    pure: bool = False
    """It runs in the sandbox with nothing but its arguments: it changes nothing, and reaches nothing outside."""


class Offers(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Browse`."""

    tools: tuple[Offer, ...]
    more: bool = False
    """There are others behind the last."""


class Invoke(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Call a tool, and answer with what came of it; unlike other questions it has a task done, which is on the log."""

    tool: Name
    args: tuple[Json, ...] = ()
    named: dict[str, Json] = msgspec.field(default_factory=dict)
    """Arguments by the names of their parameters."""
    version: Version | None = None
    semver: SemanticVersion | None = None
    trial: bool = False
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=100)] = 30.0
    """The call is given up after this; a server forgets after two minutes whom an answer is for."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to `Invoke`: a value, or an error."""

    value: Json | msgspec.UnsetType = msgspec.UNSET
    error: Text | msgspec.UnsetType = msgspec.UNSET
    path: str | msgspec.UnsetType = msgspec.UNSET
    """JSON path of what is wrong with the question."""
    task: Identifier | msgspec.UnsetType = msgspec.UNSET
    """By which the call is found on the log; absent if nothing was published."""
