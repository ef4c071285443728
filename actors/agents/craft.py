"""How a specialist makes a tool: the candidate first, then a composition found by search, then what a model proposes.

Each is practised. He sees only the visible examples, runs nothing outside the sandbox, and never judges his own work.
Functions named `apply_*` change the `Practice` that they are given, those named `on_*` say what follows; the agent's
handlers of the same names call them.
"""

from actors.agents import asking
from actors.agents.practice import Practice
from actors.agents.turn import Turn
from actors.agents.work import Work, attempted, failures_shown, purpose, run_of
from actors.tools.practice import attempts_in, failures_in, told
from messages import model
from messages.tools import learning, sandbox
from runtime.actor import Emits


def on_practise(
    practice: Practice, turn: Turn, m: learning.Practise
) -> Emits[sandbox.Run | sandbox.Synthesise | model.Quote | learning.Stumped]:
    """Run the candidate that came along, else search."""
    work = practice.work[m.task]
    if work.stage == "candidate":
        yield run_of(work, turn.agent, turn.settings.run_s)
    else:
        yield from _after_candidate(practice, turn, work)


def apply_ran(practice: Practice, agent: str, m: sandbox.Ran) -> None:
    """Keep what the practice came to."""
    work = _awaiting(practice, agent, m)
    if work is not None:
        work.attempts += 1
        work.failures = failures_in(work.order.examples, m.results)
        if work.stage == "candidate" and work.failures:
            work.fault = told(work.failures[0])


def on_ran(
    practice: Practice, turn: Turn, m: sandbox.Ran
) -> Emits[learning.Attempted | learning.Practised | learning.Stumped | sandbox.Synthesise | model.Quote]:
    """What follows from the practice, if the run was one of this agent's."""
    work = _awaiting(practice, turn.agent, m)
    if work is None:
        return
    cost_usd = work.cost_usd if work.stage == "model" else 0.0
    yield attempted(work, turn.agent, attempts_in(work.order.examples, m.results, cost_usd))
    if not work.failures:
        yield _practised(work)
    elif work.stage == "candidate":
        yield from _after_candidate(practice, turn, work)
    else:
        yield from asking.further(practice, turn, work)


def apply_synthesise(practice: Practice, m: sandbox.Synthesise) -> None:
    """The round waits for the search."""
    if (work := practice.in_round(m.task, m.round)) is not None:
        work.stage = "search"


def apply_synthesised(practice: Practice, m: sandbox.Synthesised) -> None:
    """Keep the composition, or why there is none."""
    work = practice.in_round(m.task, m.round)
    if work is not None and work.stage == "search":
        work.figures = m.figures
        if m.source is not None:
            work.stage, work.source, work.entry = "composition", m.source, m.entry
            work.others = m.others
            work.found = "the composition that was found fails its own examples in the sandbox"
        else:
            work.found = f"the search: {m.reason}"


def on_synthesised(
    practice: Practice, turn: Turn, m: sandbox.Synthesised
) -> Emits[sandbox.Run | model.Quote | learning.Stumped]:
    """Practise the composition; ask a model service where none was found."""
    work = practice.in_round(m.task, m.round)
    if work is None:
        return
    if m.source is not None and work.stage == "composition":
        yield run_of(work, turn.agent, turn.settings.run_s)
    elif work.stage == "search":
        yield from asking.further(practice, turn, work)


def _practised(work: Work) -> learning.Practised:
    return learning.Practised(
        task=work.order.task,
        round=work.order.round,
        source=work.source,
        entry=work.entry,
        origin=work.stage,
        attempts=work.attempts,
        figures=work.figures,
        replaced=work.fault,
        others=work.others if work.stage == "composition" else (),
    )


def _awaiting(practice: Practice, agent: str, m: sandbox.Ran) -> Work | None:
    work = practice.work.get(m.task)
    return work if work is not None and m.purpose == purpose(work, agent) else None


def _after_candidate(
    practice: Practice, turn: Turn, work: Work
) -> Emits[sandbox.Synthesise | model.Quote | learning.Stumped]:
    """A search, if there is anything to go by, else a question."""
    if work.order.examples:
        yield _search(work, turn.settings.search_s)
    else:
        yield from asking.further(practice, turn, work)


def _search(work: Work, limit_s: float) -> sandbox.Synthesise:
    order = work.order
    return sandbox.Synthesise(
        task=order.task,
        round=order.round,
        goal=order.asked.goal,
        examples=order.examples,
        hints=tuple(option.path for option in order.options if option.kind == "callable"),
        tools=order.tools,
        failures=failures_shown(order.failures),
        limit_s=limit_s * order.effort,
    )
