"""How a specialist asks a model service where a search has found nothing: quoted, reserved, asked, settled.

What comes back is scanned before it runs anywhere, and is practised in the sandbox like everything else. A reservation
is settled once, by whoever made it, when the answer is there; one without an answer stays spent.
"""

from typing import Final

import msgspec

from actors.agents.practice import Practice
from actors.agents.stance import stance_of
from actors.agents.turn import Turn
from actors.agents.work import Work, attempted, run_of, stumped
from actors.edge.model.prompt import Brief, Prompt, prompt_of
from actors.scan import objection
from messages import model, soul
from messages.gate import budget
from messages.tools import learning, sandbox
from messages.tools.learning import Attempt
from runtime.actor import Emits

REPAIRS: Final = 1
"""How often in a round a model is told that its answer had not the form that was asked for. *chosen*: who misses it
twice misses it again"""

COMPLAINT_CHARS: Final = 2_000
"""Most of a complaint that is kept: hostile code can make it as long as itself. *chosen*: a few findings"""

NOTHING: Final = "no implementation found"
"""How every reason begins. *cited*: specification of acquisition, section 1"""

NEXT: Final = "give a candidate or configure a model service"
"""What a person can do where there is none. *cited*: the same"""


def apply_soul_applied(practice: Practice, agent: str, m: soul.Applied) -> None:
    """What the agent asks for is asked for as its SOUL has it, from now on."""
    if m.agent == agent:
        practice.stance = stance_of(m.text)


def quote(practice: Practice, turn: Turn, work: Work) -> model.Quote:
    """The question that comes next, as it would be asked now."""
    work = msgspec.structs.replace(work, stance=practice.stance)
    return model.Quote(
        act=f"{_acts(turn.agent)}{turn.place}",
        task=work.order.task,
        agent=turn.agent,
        prompt_bytes=_prompt(work).size_bytes,
    )


def further(practice: Practice, turn: Turn, work: Work) -> Emits[model.Quote | learning.Stumped]:
    """What follows when a proposal came to nothing: the next question, while there may be one."""
    if work.answers < turn.settings.model_tries:
        yield quote(practice, turn, work)
    else:
        last = work.complaint or "it does not do what the examples show"
        times = f"{work.answers} proposals" if work.answers != 1 else "the proposal"
        yield stumped(work, f"{NOTHING}; {times} of the model service came to nothing, the last because {last}")


# Price and money.


def apply_quote(practice: Practice, m: model.Quote) -> None:
    work = practice.work.get(m.task)
    if work is not None:
        work.stage, work.act, work.stance = "quote", m.act, practice.stance


def apply_quoted(practice: Practice, m: model.Quoted) -> None:
    if (work := practice.asking(m.task, m.act, "quote")) is not None:
        work.stage, work.within_s = "money", m.within_s


def on_quoted(practice: Practice, turn: Turn, m: model.Quoted) -> Emits[budget.Reserve]:
    if practice.asking(m.task, m.act, "money") is not None:
        yield budget.Reserve(act=m.act, task=m.task, agent=turn.agent, usd=m.usd)


def on_unavailable(practice: Practice, turn: Turn, m: model.Unavailable) -> Emits[learning.Stumped]:
    if (work := practice.asking(m.task, m.act, "quote")) is not None:
        yield stumped(work, f"{NOTHING}; {m.reason}" if m.configured else f"{NOTHING}; {NEXT}")


def on_exceeded(practice: Practice, turn: Turn, m: budget.Exceeded) -> Emits[learning.Stumped]:
    if (work := practice.asking(m.task, m.act, "money")) is not None:
        yield stumped(work, f"{NOTHING}; the model service was not asked: {m.reason}")


def on_reserved(
    practice: Practice, turn: Turn, m: budget.Reserved
) -> Emits[model.Ask | learning.Continued | budget.Settle]:
    work = practice.asking(m.task, m.act, "money")
    if work is not None:
        prompt = _prompt(work)
        yield model.Ask(act=m.act, task=m.task, agent=turn.agent, system=prompt.system, user=prompt.user, usd=m.usd)
        yield learning.Continued(task=m.task, round=work.order.round, within_s=work.within_s)
    elif _is_mine(turn.agent, m.act):
        yield budget.Settle(act=m.act, task=m.task, usd=0.0)


def apply_ask(practice: Practice, m: model.Ask) -> None:
    if (work := practice.asking(m.task, m.act, "money")) is not None:
        work.stage = "answer"


# What comes back.


def apply_model_answered(practice: Practice, m: model.Answered) -> None:
    if (work := practice.asking(m.task, m.act, "answer")) is not None:
        work.stage, work.source, work.entry, work.cost_usd = "model", m.source, m.entry, m.usd
        work.answers += 1
        work.failures, work.complaint = (
            (),
            (objection(work.order.asked.name, m.source, reviewed=True) or "")[:COMPLAINT_CHARS],
        )


def on_model_answered(
    practice: Practice, turn: Turn, m: model.Answered
) -> Emits[budget.Settle | sandbox.Run | learning.Attempted | model.Quote | learning.Stumped]:
    if not _is_mine(turn.agent, m.act):
        return
    yield budget.Settle(act=m.act, task=m.task, usd=m.usd)
    work = practice.asking(m.task, m.act, "model")
    if work is None:
        return
    if work.complaint:
        yield attempted(work, turn.agent, (Attempt(args=(), error=work.complaint, cost_usd=m.usd),))
        yield from further(practice, turn, work)
    else:
        yield run_of(work, turn.agent, turn.settings.run_s)


def apply_model_failed(practice: Practice, m: model.Failed) -> None:
    if (work := practice.asking(m.task, m.act, "answer")) is not None:
        work.stage, work.complaint = "failed", m.reason
        work.misshapen += m.misshapen


def on_model_failed(
    practice: Practice, turn: Turn, m: model.Failed
) -> Emits[budget.Settle | model.Quote | learning.Stumped]:
    if not _is_mine(turn.agent, m.act):
        return
    yield budget.Settle(act=m.act, task=m.task, usd=m.usd)
    work = practice.asking(m.task, m.act, "failed")
    if work is None:
        return
    if m.misshapen and work.misshapen <= REPAIRS:
        yield quote(practice, turn, work)
    else:
        yield stumped(work, f"{NOTHING}; the model service was asked: {m.reason}")


def _acts(agent: str) -> str:
    """How the names of the agent's questions begin."""
    return f"{agent}-ask-"


def _is_mine(agent: str, act: str) -> bool:
    return act.startswith(_acts(agent))


def _prompt(work: Work) -> Prompt:
    """With what the last source did wrong: the one of this round, or the one that was shown in the round before."""
    order = work.order
    return prompt_of(
        Brief(
            name=order.asked.name,
            goal=order.asked.goal,
            examples=order.examples,
            options=order.options,
            failures=work.failures or order.failures,
            source=work.source or order.earlier,
            complaint=work.complaint,
            stance=work.stance,
        )
    )
