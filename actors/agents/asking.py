"""How a specialist asks a model service where a search has found nothing: quoted, reserved, asked, settled.

What comes back is scanned before it runs anywhere, and is practised in the sandbox like everything else. A reservation
is settled once, by whoever made it, when the answer is there; one without an answer stays spent.
"""

from typing import Final

import msgspec

from actors.agents.stance import stance_of
from actors.agents.work import CraftSettings, Work, attempted, run_of, stumped
from actors.edge.model.prompt import Brief, Prompt, prompt_of
from actors.scan import objection
from messages import model, soul
from messages.gate import budget
from messages.tools import learning, sandbox
from messages.tools.learning import Attempt
from runtime.actor import Actor, Emits

REPAIRS: Final = 1
"""How often in a round a model is told that its answer had not the form that was asked for. *chosen*: who misses it
twice misses it again"""

COMPLAINT_CHARS: Final = 2_000
"""Most of a complaint that is kept: hostile code can make it as long as itself. *chosen*: a few findings"""

NOTHING: Final = "no implementation found"
"""How every reason begins. *cited*: specification of acquisition, section 1"""

NEXT: Final = "give a candidate or configure a model service"
"""What a person can do where there is none. *cited*: the same"""


class Asking(Actor):
    """Every question that was paid for is settled; every answer is refused, run, or asked for once more.

    An agent that asks has `work` and `stance` in its state.
    """

    settings: CraftSettings

    def apply_soul_applied(self, m: soul.Applied) -> None:
        """What the agent asks for is asked for as its SOUL has it, from now on."""
        if m.agent == self.name:
            self.state.stance = stance_of(m.text)

    def quote(self, work: Work) -> model.Quote:
        """The question that comes next, as it would be asked now."""
        work = msgspec.structs.replace(work, stance=self.state.stance)
        return model.Quote(
            act=f"{self._acts}{self.origin.seq}",
            task=work.order.task,
            agent=self.name,
            prompt_bytes=_prompt(work).size_bytes,
        )

    def further(self, work: Work) -> Emits[model.Quote | learning.Stumped]:
        """What follows when a proposal came to nothing: the next question, while there may be one."""
        if work.answers < self.settings.model_tries:
            yield self.quote(work)
        else:
            last = work.complaint or "it does not do what the examples show"
            times = f"{work.answers} proposals" if work.answers != 1 else "the proposal"
            yield stumped(work, f"{NOTHING}; {times} of the model service came to nothing, the last because {last}")

    # Price and money.

    def apply_quote(self, m: model.Quote) -> None:
        work = self.state.work.get(m.task)
        if work is not None:
            work.stage, work.act, work.stance = "quote", m.act, self.state.stance

    def apply_quoted(self, m: model.Quoted) -> None:
        if (work := self._asking(m.task, m.act, "quote")) is not None:
            work.stage, work.within_s = "money", m.within_s

    def on_quoted(self, m: model.Quoted) -> Emits[budget.Reserve]:
        if self._asking(m.task, m.act, "money") is not None:
            yield budget.Reserve(act=m.act, task=m.task, agent=self.name, usd=m.usd)

    def on_unavailable(self, m: model.Unavailable) -> Emits[learning.Stumped]:
        if (work := self._asking(m.task, m.act, "quote")) is not None:
            yield stumped(work, f"{NOTHING}; {m.reason}" if m.configured else f"{NOTHING}; {NEXT}")

    def on_exceeded(self, m: budget.Exceeded) -> Emits[learning.Stumped]:
        if (work := self._asking(m.task, m.act, "money")) is not None:
            yield stumped(work, f"{NOTHING}; the model service was not asked: {m.reason}")

    def on_reserved(self, m: budget.Reserved) -> Emits[model.Ask | learning.Continued | budget.Settle]:
        work = self._asking(m.task, m.act, "money")
        if work is not None:
            prompt = _prompt(work)
            yield model.Ask(act=m.act, task=m.task, agent=self.name, system=prompt.system, user=prompt.user, usd=m.usd)
            yield learning.Continued(task=m.task, round=work.order.round, within_s=work.within_s)
        elif self._is_mine(m.act):
            yield budget.Settle(act=m.act, task=m.task, usd=0.0)

    def apply_ask(self, m: model.Ask) -> None:
        if (work := self._asking(m.task, m.act, "money")) is not None:
            work.stage = "answer"

    # What comes back.

    def apply_model_answered(self, m: model.Answered) -> None:
        if (work := self._asking(m.task, m.act, "answer")) is not None:
            work.stage, work.source, work.entry, work.cost_usd = "model", m.source, m.entry, m.usd
            work.answers += 1
            work.failures, work.complaint = (
                (),
                (objection(work.order.name, m.source, reviewed=True) or "")[:COMPLAINT_CHARS],
            )

    def on_model_answered(
        self, m: model.Answered
    ) -> Emits[budget.Settle | sandbox.Run | learning.Attempted | model.Quote | learning.Stumped]:
        if not self._is_mine(m.act):
            return
        yield budget.Settle(act=m.act, task=m.task, usd=m.usd)
        work = self._asking(m.task, m.act, "model")
        if work is None:
            return
        if work.complaint:
            yield attempted(work, self.name, (Attempt(args=(), error=work.complaint, cost_usd=m.usd),))
            yield from self.further(work)
        else:
            yield run_of(work, self.name, self.settings.run_s)

    def apply_model_failed(self, m: model.Failed) -> None:
        if (work := self._asking(m.task, m.act, "answer")) is not None:
            work.stage, work.complaint = "failed", m.reason
            work.misshapen += m.misshapen

    def on_model_failed(self, m: model.Failed) -> Emits[budget.Settle | model.Quote | learning.Stumped]:
        if not self._is_mine(m.act):
            return
        yield budget.Settle(act=m.act, task=m.task, usd=m.usd)
        work = self._asking(m.task, m.act, "failed")
        if work is None:
            return
        if m.misshapen and work.misshapen <= REPAIRS:
            yield self.quote(work)
        else:
            yield stumped(work, f"{NOTHING}; the model service was asked: {m.reason}")

    @property
    def _acts(self) -> str:
        """How the names of this agent's questions begin."""
        return f"{self.name}-ask-"

    def _is_mine(self, act: str) -> bool:
        return act.startswith(self._acts)

    def _asking(self, task: str, act: str, stage: str) -> Work | None:
        """The round that waits for this of its question."""
        work: Work | None = self.state.work.get(task)
        return work if work is not None and work.act == act and work.stage == stage else None


def _prompt(work: Work) -> Prompt:
    """With what the last source did wrong: the one of this round, or the one that was shown in the round before."""
    order = work.order
    return prompt_of(
        Brief(
            name=order.name,
            goal=order.goal,
            examples=order.examples,
            options=order.options,
            failures=work.failures or order.failures,
            source=work.source or order.earlier,
            complaint=work.complaint,
            stance=work.stance,
        )
    )
