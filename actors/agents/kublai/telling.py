"""How a judgement, and what went wrong with a candidate, is told to people: in words, and short."""

from collections.abc import Iterable, Sequence
from typing import Final

from actors.agents.kublai.delegation import maker_of
from actors.agents.kublai.job import Job
from actors.synthesis.values import same
from actors.tools.practice import told
from messages import task
from messages.base import Message
from messages.task import Example
from messages.tools.learning import Attempt, Failure, Outcome, Validated
from runtime.lookup import FromLog

MISSED: Final = 20
"""Most tests that did not pass and are named in the answer. *chosen*"""

FEW: Final = 5
"""So many attempts of a day, or fewer, are told of. *chosen*: half of what is usual, in time to plan or to raise it"""

DETAIL_CHARS: Final = 120
"""Most of the reason that is told with each. *chosen*: one line"""


def nearly_spent(agent: str, left: int | None) -> str:
    """The end of a note, that the day's limit is near, and where it is set; empty while it is far."""
    if left is None or left > FEW:
        return ""
    tools = "1 more tool" if left == 1 else f"{left or 'no'} more tools"
    return f"; {agent} may begin {tools} this UTC day: see attempts_per_day under [actors.policy]"


def plan(job: Job) -> str:
    """What is unusual in who makes the tool and in how long is searched for it; empty if nothing is."""
    usual = maker_of(job.learn.domain)
    instead = f"{job.maker} makes the tool, since the trust in {usual} is low" if job.instead else ""
    short = (
        f"a resource is scarce, so that the search takes {job.effort:.0%} of the usual time" if job.effort < 1 else ""
    )
    return "; ".join(filter(None, (instead, short)))


def missed(outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """The tests that did not pass, each with the reason."""
    wanting = [test for test in outcomes if test.outcome != "passed"][:MISSED]
    return tuple(f"{test.name}: {test.detail[:DETAIL_CHARS] or test.outcome}" for test in wanting)


def grouped(named: Iterable[str]) -> str:
    """The same in one line, tests with the same reason side by side."""
    tests: dict[str, list[str]] = {}
    for each in named:
        name, _, reason = each.partition(": ")
        tests.setdefault(reason, []).append(name)
    return "; ".join(f"{', '.join(names)} ({reason})" for reason, names in tests.items())


def verdict(m: Validated) -> str:
    """Mastery, how many tests passed, and what is wrong with those that did not."""
    total = m.passed + m.failed
    if m.failed == 0:
        return f"mastery {m.mastery:.2f}: all {total} tests passed"
    must = f", and {m.critical} that must pass did not" if m.critical else ""
    names = f"; not passed: {grouped(missed(m.outcomes))}" if m.outcomes else ""
    return f"mastery {m.mastery:.2f}: {m.passed} of {total} tests passed{must}{names}"


def verdict_on_seen(m: Validated) -> str:
    """The same where nothing was held back of the examples."""
    return f"{verdict(m)}; its maker had seen every example"


def shortfall(m: Validated) -> str:
    """The same, with the first call that went wrong."""
    return f"{verdict(m)}; {told(m.failures[0])}" if m.failures else verdict(m)


def fault_of(attempts: Iterable[Attempt], examples: Sequence[Example]) -> str | None:
    """What was wrong with the first attempt that failed; None if none did."""
    wrong = next((attempt for attempt in attempts if attempt.error), None)
    if wrong is None:
        return None
    wanted = next((known.result for known in examples if same(list(known.args), list(wrong.args))), None)
    return told(Failure(args=wrong.args, expected=wanted, got=wrong.output, error=wrong.error))


def from_log(name: str, kind: str, accepted_at: float, place: int) -> FromLog:
    """How the task ended, as it was said behind the place of its acceptance."""

    def view(phase: str, outcome: object) -> task.Views:
        told = task.View(task=name, kind=kind, phase=phase, accepted_at=accepted_at, outcome=outcome)
        return task.Views(tasks=(told,))

    def pick(said: Message) -> task.Views | None:
        match said:
            case task.Answered(task=ended, result=result) if ended == name:
                return view("answered", result)
            case task.Failed(task=ended, reason=reason) | task.Cancelled(task=ended, reason=reason) if ended == name:
                return view("failed" if isinstance(said, task.Failed) else "cancelled", reason)
        return None

    return FromLog(place, pick, view("ended", "how it ended can't be read from the log"))
