"""What the memory hears of learning and of calls, in a word each."""

from typing import Any

from actors.tools.memory.actor import CapabilityMemory
from messages import task
from messages.base import Query
from messages.gate import policy
from messages.task import Example
from messages.tools import learning, tool
from messages.tools.learning import Attempt, ErrorPattern, Option
from messages.tools.tool import Spec
from tests.actors.bench import Bench

DIGEST = "0f" * 32


class Memory:
    """The actor on a log of its own; to what merely happens it says nothing."""

    def __init__(self, **settings: Any) -> None:
        self.bench = Bench(CapabilityMemory, CapabilityMemory.Settings(**settings))
        self._tasks = 0

    @property
    def state(self) -> CapabilityMemory.State:
        """Its state, which is what the log says."""
        state: CapabilityMemory.State = self.bench.state
        return state

    @property
    def now(self) -> float:
        return self.bench.now

    def hears(self, message: Any, after_s: float = 1.0) -> None:
        assert self.bench.hears(message, after_s=after_s) == ()

    def asked(self, question: Query) -> Any:
        """The answer."""
        method, answer = self.bench.actor.signature.answers[type(question)]
        found = getattr(self.bench.actor, method)(question)
        assert isinstance(found, answer)
        return found

    def accepted(self, name: str, goal: str = "", domain: str = "general") -> str:
        """A task to learn it has been accepted; returns its name."""
        self._tasks += 1
        named = f"L{self._tasks}"
        body = {"goal": goal or f"do {name}", "name": name, "domain": domain, "examples": []}
        self.hears(task.Accepted(task=named, kind="learn", body=body))
        return named

    def learnt(self, name: str, goal: str = "", domain: str = "general", version: int = 1, **more: Any) -> str:
        """The whole way from the task to the tool; returns the task's name."""
        named = self.accepted(name, goal, domain)
        self.hears(attempted(named, name))
        self.hears(practised(named))
        self.hears(validated(named))
        self.registered(named, name, goal, domain, version, **more)
        return named

    def registered(
        self, named: str, name: str, goal: str = "", domain: str = "general", version: int = 1, **more: Any
    ) -> None:
        spec = {
            "description": goal or f"do {name}",
            "source": "def f(): pass\n",
            "entry": "f",
            "parameters": (),
            "origin": "composition",
            "mastery": 0.9,
            "digest": DIGEST,
            "example": Example(args=(), result=None),
            **more,
        }
        made = Spec(name=name, domain=domain, **spec)
        self.hears(tool.Registered(task=named, version=version, spec=made))

    def ran(self, name: str, outcomes: str, *, version: int = 1, after_s: float = 1.0) -> None:
        """Calls in this order, + for a success and - for a failure."""
        for outcome in outcomes:
            self._tasks += 1
            named = f"R{self._tasks}"
            if outcome == "+":
                done: Any = tool.Returned(task=named, tool=name, version=version, value=1, wall_ms=2.0)
            else:
                reason = "raised: ValueError: no"
                done = tool.Raised(task=named, tool=name, reason=reason, status="raised", version=version)
            self.hears(done, after_s)

    def missed(self, name: str) -> None:
        """A call of a tool that there is not."""
        self._tasks += 1
        self.hears(tool.Raised(task=f"R{self._tasks}", tool=name, reason=f"no tool is registered as {name!r}"))


def researched(named: str) -> learning.Researched:
    option = Option(name="upper", module="str", signature="upper()", summary="", score=1.0, justification="")
    return learning.Researched(task=named, options=(option,), recommendation="take upper")


def attempted(named: str, name: str, round_number: int = 1, failed: int = 0) -> learning.Attempted:
    good = Attempt(args=(1,), output=2, wall_ms=3.0, cost_usd=0.5)
    bad = Attempt(args=(1,), error="raised: KeyError: 'a'", wall_ms=1.0)
    pattern = ErrorPattern(kind="KeyError", cause="a key is missing", workaround="a default", count=failed)
    return learning.Attempted(
        task=named,
        round=round_number,
        agent="temujin",
        name=name,
        domain="general",
        origin="composition",
        digest=DIGEST,
        attempts=(*[good] * (5 - failed), *[bad] * failed),
        patterns=(pattern,) if failed else (),
    )


def practised(named: str, round_number: int = 1) -> learning.Practised:
    return learning.Practised(
        task=named, round=round_number, source="", entry="f", origin="composition", attempts=1, figures=None
    )


def stumped(named: str, round_number: int = 1) -> learning.Stumped:
    return learning.Stumped(task=named, round=round_number, reason="no implementation found")


def validated(named: str, mastery: float = 0.9, critical: int = 0) -> learning.Validated:
    return learning.Validated(task=named, round=1, mastery=mastery, passed=9, failed=1, critical=critical)


def failed(named: str, reason: str = "not mastered") -> task.Failed:
    return task.Failed(task=named, reason=reason)


def cancelled(named: str) -> task.Cancelled:
    return task.Cancelled(task=named, reason="never mind")


def forbidden(named: str) -> policy.Refused:
    return policy.Refused(task=named, agent="temujin", policy_class="forbidden", reason="nobody may")
