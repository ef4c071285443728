"""A capability as plain data: how it was learnt, what stands of it, how it fares. The log keeps what is cut here."""

from typing import Final

import msgspec

from messages.tools import learning, tool
from messages.tools.memory import Outcome

LATELY: Final = 50
"""Runs that tell how it fares lately. *cited*: specification of acquisition, section 5"""
KEPT: Final = 8
"""Newest tasks, rounds of practice, verdicts that are kept. *derived*: three rounds with two implementations each"""
VERSIONS: Final = 16
"""Newest versions with figures of their own. *chosen*: what went before is in the sum"""
PATTERNS: Final = 20
"""Kinds of error that are kept of one capability, those seen last. *chosen*: CAUSES names about as many"""
OPTIONS: Final = 5
"""Best options that are kept of a research. *chosen*"""
NOTE_CHARACTERS: Final = 300
"""Longest reason, cause or recommendation that is kept. *chosen*: a sentence or two"""


class Tally(msgspec.Struct, omit_defaults=True):
    """Runs, counted over all time."""

    runs: int = 0
    failures: int = 0
    mean_ms: float = 0.0
    """Of the runs that returned."""
    lately: int = 0
    """The last fifty as bits, the newest lowest; 1 is a success."""
    used_at: float = 0.0

    def count(self, ok: bool, wall_ms: float, at: float) -> None:
        """One more run."""
        self.runs += 1
        self.lately = (self.lately << 1 | ok) & ((1 << LATELY) - 1)
        self.used_at = max(self.used_at, at)
        if ok:
            self.mean_ms += (wall_ms - self.mean_ms) / self.successes
        else:
            self.failures += 1

    @property
    def successes(self) -> int:
        """Runs that returned."""
        return self.runs - self.failures

    @property
    def rate(self) -> float | None:
        """Share of the runs that returned; None without any."""
        return self.successes / self.runs if self.runs else None

    @property
    def rate_lately(self) -> float | None:
        """The same over the last fifty."""
        return self.lately.bit_count() / min(self.runs, LATELY) if self.runs else None


class Version(msgspec.Struct, omit_defaults=True):
    """What was registered, without its source."""

    version: int
    task: str
    agent: str
    origin: str
    digest: str
    mastery: float
    at: float
    requires: tuple[str, ...] = ()
    standing: bool = True
    tally: Tally = msgspec.field(default_factory=Tally)


class Practice(msgspec.Struct, omit_defaults=True):
    """An implementation practised in one round; its single calls stand on the log."""

    round: int
    at: float
    agent: str = ""
    origin: str = ""
    digest: str = ""
    attempts: int = 0
    failed: int = 0
    mean_ms: float = 0.0
    cost_usd: float = 0.0
    passed: bool = False
    note: str = ""


class Verdict(msgspec.Struct, omit_defaults=True):
    """A judgement."""

    round: int
    at: float
    judge: str
    mastery: float
    passed: int
    failed: int
    critical: int = 0


class Study(msgspec.Struct, omit_defaults=True):
    """What research came to."""

    at: float
    options: tuple[str, ...] = ()
    found: int = 0
    recommendation: str = ""


class Learning(msgspec.Struct, omit_defaults=True):
    """One task of learning the capability."""

    at: float
    outcome: Outcome = "open"
    reason: str = ""
    ended_at: float | None = None
    forbidden: bool = False
    """Policy says that nobody may learn it, so that nothing is missing."""
    study: Study | None = None
    practices: list[Practice] = []
    verdicts: list[Verdict] = []

    def researched(self, m: learning.Researched, at: float) -> None:
        """Research has come to something."""
        paths = tuple(cut(option.path) for option in m.options[:OPTIONS])
        self.study = Study(at, paths, len(m.options), cut(m.recommendation))

    def attempted(self, m: learning.Attempted, at: float) -> None:
        """An implementation was practised."""
        walls = [attempt.wall_ms for attempt in m.attempts]
        self.practices.append(
            Practice(
                m.round,
                at,
                m.agent,
                m.origin,
                m.digest,
                attempts=len(m.attempts),
                failed=sum(1 for attempt in m.attempts if attempt.error),
                mean_ms=sum(walls) / max(1, len(walls)),
                cost_usd=sum(attempt.cost_usd for attempt in m.attempts),
            )
        )
        del self.practices[:-KEPT]

    def practised(self, m: learning.Practised) -> None:
        """The last implementation of the round does what its maker could see."""
        for practice in self.practices[-1:]:
            practice.passed = practice.round == m.round

    def stumped(self, m: learning.Stumped, at: float) -> None:
        """The round has come to nothing."""
        if not self.practices or self.practices[-1].round != m.round:
            self.practices.append(Practice(m.round, at))
            del self.practices[:-KEPT]
        self.practices[-1].note = cut(m.reason)

    def validated(self, m: learning.Validated, at: float) -> None:
        """The round was judged."""
        self.verdicts.append(Verdict(m.round, at, m.judge, m.mastery, m.passed, m.failed, m.critical))
        del self.verdicts[:-KEPT]

    def end(self, outcome: Outcome, reason: str, at: float) -> None:
        """The task is over."""
        self.outcome, self.reason, self.ended_at = outcome, cut(reason), at


class Pattern(msgspec.Struct, omit_defaults=True):
    """A way in which it goes wrong."""

    cause: str
    workaround: str
    count: int = 0
    last_at: float = 0.0


class Capability(msgspec.Struct, omit_defaults=True):
    """Everything kept under one name."""

    description: str
    domain: str
    asked_at: float
    learnings: dict[str, Learning] = {}
    """By the task, oldest first."""
    versions: list[Version] = []
    tally: Tally = msgspec.field(default_factory=Tally)
    """Of all versions, those forgotten too."""
    patterns: dict[str, Pattern] = {}
    """By the kind of error; the one seen last at the end."""
    disabled: bool = False
    """No version is called."""
    set_back: list[int] = []
    """Versions that were rolled back: callable by number, but not meant without one."""

    @property
    def standing(self) -> Version | None:
        """What a call without a version reaches."""
        if self.disabled:
            return None
        standing = [version for version in reversed(self.versions) if version.standing]
        return next(
            (version for version in standing if version.version not in self.set_back), next(iter(standing), None)
        )

    @property
    def under_way(self) -> Learning | None:
        """The newest task that has not ended."""
        return next((each for each in reversed(self.learnings.values()) if each.outcome == "open"), None)

    def begin(self, task: str, at: float) -> None:
        """One more task of learning it."""
        self.learnings[task] = Learning(at)
        while len(self.learnings) > KEPT:
            over = (name for name, each in self.learnings.items() if each.outcome != "open")
            del self.learnings[next(over, next(iter(self.learnings)))]

    def register(self, m: tool.Registered, at: float) -> None:
        """The version stands."""
        spec = m.spec
        self.description, self.domain = spec.description, spec.domain
        self.versions = [version for version in self.versions if version.version != m.version]
        self.versions.append(
            Version(m.version, m.task, spec.learned_by, spec.origin, spec.digest, spec.mastery, at, spec.requires)
        )
        while len(self.versions) > VERSIONS:
            gone = next((version for version in self.versions if not version.standing), self.versions[0])
            self.versions.remove(gone)

    def withdraw(self, *, version: int | None = None, task: str | None = None) -> None:
        """The version, or what the task brought, stands no more."""
        for known in self.versions:
            if version == known.version or task == known.task:
                known.standing = False

    def roll_back(self, to: int) -> None:
        """A call without a version reaches this one again."""
        self.set_back = [known.version for known in self.versions if known.version > to]

    def went_wrong(self, pattern: learning.ErrorPattern, at: float) -> None:
        """It was seen so many times more."""
        kind = cut(pattern.kind)
        known = self.patterns.pop(kind, None) or Pattern("", "")
        known.cause, known.workaround = cut(pattern.cause), cut(pattern.workaround)
        known.count, known.last_at = known.count + pattern.count, at
        self.patterns[kind] = known
        if len(self.patterns) > PATTERNS:
            del self.patterns[next(iter(self.patterns))]


class Execution(msgspec.Struct, omit_defaults=True):
    """One call of late."""

    seq: int
    tool: str
    version: int | None
    task: str
    at: float
    ok: bool
    wall_ms: float = 0.0
    error: str = ""


class Demand(msgspec.Struct, omit_defaults=True):
    """What was asked for in vain."""

    domain: str | None = None
    failed: int = 0
    missing: int = 0
    at: float = 0.0
    reason: str = ""


def cut(text: str, most: int = NOTE_CHARACTERS) -> str:
    """The text, or its beginning."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
