"""The incubator admits hypotheses, has each tried once within a budget, and sends what graduates to be judged.

The trial itself runs beside the loop. What graduates becomes a task to learn like any client's, so that the tool takes
the line of judgement; all else is archived with what was learnt, and is not tried again unchanged. A freeze ends a
trial with its sandbox. A decision costs below 1 ms.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Final

import msgspec

from actors.cognition.incubator.hypothesis import BadHypothesis, Hypothesis, NoCriterion, fingerprint, parsed
from messages import task
from messages.autonomy import goal
from messages.cognition import incubation
from messages.gate import budget
from messages.kernel import order
from messages.kernel.control import Level
from messages.task import Candidate, Learn
from runtime.actor import Actor, Emits
from runtime.acts import WITHOUT_EFFECT
from runtime.orders import Orders

AGENT: Final = "incubator"
"""Whose day the trials are paid from. *chosen*"""
TRIALS: Final = 500
"""Trials that are remembered; the oldest is forgotten. *chosen*"""
FEWEST: Final = 3
"""Examples that a task to learn must have. *derived*: messages.task.Learn"""
TOLD_CHARS: Final = 2_000
"""Most of a reason that is told. *chosen*"""


class Held(msgspec.Struct):
    """A trial and how it stands."""

    name: str
    fingerprint: str
    hypothesis: Any
    at: float
    state: str = "admitted"
    learnt: str = ""
    task: str = ""


class Incubator(Actor):
    """The archive is a fold over trials and their verdicts."""

    level = Level.AUTONOMY

    class State(msgspec.Struct):
        number: int = 0
        trials: dict[str, Held] = {}
        orders: Orders = msgspec.field(default_factory=Orders)

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        operator_key: str = ""
        """Public key of the operator; without it every order is refused."""
        cost_usd: Annotated[float, msgspec.Meta(ge=0, le=1_000)] = 0.0
        """Dollars that are reserved for one trial; without a paid sandbox it costs none."""
        learning_s: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = 300.0
        """Seconds in which what graduates must be learnt and judged."""

    state: State
    settings: Settings

    def on_incubate(self, m: incubation.Incubate) -> Emits[incubation.Admitted | budget.Reserve | order.Rejected]:
        fault = self.state.orders.fault(self.settings.operator_key, self.origin)
        if fault is None and self.mode in WITHOUT_EFFECT:
            fault = f"nothing is tried while autonomy is in {self.mode} mode; `kurultai ceiling set` raises it"
        found = self._fit(m.hypothesis) if fault is None else fault
        if isinstance(found, str):
            yield order.Rejected(order=self.origin.id, sequence=self.origin.seq, reason=found)
            return
        trial = f"i-{self.state.number + 1}"
        yield incubation.Admitted(
            trial=trial,
            name=found.name,
            fingerprint=fingerprint(found),
            risk=found.risk,
            hypothesis=msgspec.to_builtins(found),
        )
        yield budget.Reserve(act=trial, task=trial, agent=AGENT, usd=self.settings.cost_usd)

    def apply_incubate(self, m: incubation.Incubate) -> None:
        self.state.orders.take(self.origin, self.now)

    def _fit(self, told: Any) -> Hypothesis | str:
        """The hypothesis, or why it is not tried."""
        try:
            found = parsed("the order", told)
        except (NoCriterion, BadHypothesis) as error:
            return str(error)[:TOLD_CHARS]
        print_ = fingerprint(found)
        for name, held in self.state.trials.items():
            if held.fingerprint == print_ and held.state != "admitted":
                known = f": {held.learnt}" if held.learnt else ""
                return f"{name} tried this unchanged and is {held.state}{known}"[:TOLD_CHARS]
        return found

    def apply_admitted(self, m: incubation.Admitted) -> None:
        state = self.state
        state.number += 1
        state.trials[m.trial] = Held(m.name, m.fingerprint, m.hypothesis, self.now)
        if len(state.trials) > TRIALS:
            del state.trials[next(iter(state.trials))]

    def on_reserved(self, m: budget.Reserved) -> Emits[incubation.Begun]:
        held = self.state.trials.get(m.act)
        if held is not None and held.state == "admitted" and self.mode not in WITHOUT_EFFECT:
            yield incubation.Begun(trial=m.act, hypothesis=held.hypothesis, seed=self.origin.seq)

    def on_exceeded(self, m: budget.Exceeded) -> Emits[incubation.Archived]:
        if m.act in self.state.trials:
            yield incubation.Archived(trial=m.act, learnt=f"not tried: {m.reason}"[:TOLD_CHARS])

    def apply_begun(self, m: incubation.Begun) -> None:
        self.state.trials[m.trial].state = "under way"

    def on_tried(
        self, m: incubation.Tried
    ) -> Emits[incubation.Archived | incubation.Graduated | budget.Settle | goal.Commission]:
        held = self.state.trials.get(m.trial)
        if held is None or held.state != "under way":
            return
        may_act = self.mode not in WITHOUT_EFFECT
        if may_act:
            yield budget.Settle(act=m.trial, task=m.trial, usd=self.settings.cost_usd)
        if not m.graduated:
            yield incubation.Archived(trial=m.trial, learnt=m.learnt, breached=m.breached)
            return
        wish = learning_task(held.hypothesis, m.examples) if may_act else None
        name = f"incubated-{m.trial}" if wish is not None else None
        yield incubation.Graduated(trial=m.trial, task=name, learnt=m.learnt)
        if wish is not None and name is not None:
            deadline = self.now + self.settings.learning_s
            yield goal.Commission(
                goal=m.trial, task=name, kind="learn", body=msgspec.to_builtins(wish), deadline=deadline
            )

    def apply_archived(self, m: incubation.Archived) -> None:
        self._stands(m.trial, "archived", m.learnt)

    def apply_graduated(self, m: incubation.Graduated) -> None:
        self._stands(m.trial, "graduated", m.learnt)
        self.state.trials[m.trial].task = m.task or ""

    def on_answered(self, m: task.Answered) -> Emits[incubation.Concluded]:
        yield from self._concluded(m.task, deployed=True, reason="it is a tool now")

    def on_failed(self, m: task.Failed) -> Emits[incubation.Concluded]:
        yield from self._concluded(m.task, deployed=False, reason=m.reason)

    def on_cancelled(self, m: task.Cancelled) -> Emits[incubation.Concluded]:
        yield from self._concluded(m.task, deployed=False, reason=m.reason)

    def on_task_refused(self, m: task.Refused) -> Emits[incubation.Concluded]:
        yield from self._concluded(m.task, deployed=False, reason=m.reason)

    def _concluded(self, name: str, *, deployed: bool, reason: str) -> Iterator[incubation.Concluded]:
        for trial, held in self.state.trials.items():
            if held.task == name and held.state == "graduated":
                yield incubation.Concluded(trial=trial, deployed=deployed, reason=reason[:TOLD_CHARS])

    def apply_concluded(self, m: incubation.Concluded) -> None:
        self._stands(m.trial, "deployed" if m.deployed else "not deployed", m.reason)

    def _stands(self, trial: str, state: str, learnt: str) -> None:
        held = self.state.trials[trial]
        held.state, held.learnt = state, learnt

    def answer_find(self, m: incubation.Find) -> incubation.Trials:
        """Every trial as it stands."""
        trials = self.state.trials.items()
        return incubation.Trials(
            trials=tuple(
                incubation.Past(trial=name, name=held.name, state=held.state, learnt=held.learnt, at=held.at)
                for name, held in trials
            )
        )


def learning_task(told: Any, examples: tuple[task.Example, ...]) -> Learn | None:
    """The task to learn what graduated; None if it is no tool."""
    hypothesis = msgspec.convert(told, Hypothesis)
    if hypothesis.criterion.metric == "score" or len(examples) < FEWEST:
        return None
    candidate = hypothesis.candidate
    return Learn(
        goal=hypothesis.claim,
        name=hypothesis.name,
        examples=examples,
        candidate=Candidate(source=candidate.source, entry=candidate.entry),
    )
