"""How a specialist makes a tool: the candidate first, then a composition found by search, then what a model proposes.

Each is practised. He sees only the visible examples, runs nothing outside the sandbox, and never judges his own work.
"""

from typing import Final

from actors.agents.asking import Asking
from actors.agents.forgetting import Forgetting
from actors.agents.work import CraftSettings, Work, attempted, failures_shown, purpose, run_of
from actors.tools.practice import attempts_in, failures_in, told
from actors.tools.spec.specification import spec_of
from messages import model
from messages.tools import learning, sandbox, tool
from runtime.actor import Emits

IN_HAND: Final = 1_000
"""Most tasks in hand; the oldest is forgotten, since its owner has given it up long before. *chosen*"""


class Craft(Asking, Forgetting):
    """Every round of practice ends as practised or stumped; what was validated is brought to the registry.

    An agent that crafts has `work` in its state, and calls `note_run` and `after_run` for what the sandbox says.
    """

    settings: CraftSettings

    def apply_practise(self, m: learning.Practise) -> None:
        candidate = m.candidate
        work = Work(m, source=candidate.source, entry=candidate.entry) if candidate else Work(m, stage="search")
        work.found = "" if m.examples else "there are tests and no examples to search by"
        self.state.work.pop(m.task, None)
        self.state.work[m.task] = work
        if len(self.state.work) > IN_HAND:
            del self.state.work[next(iter(self.state.work))]

    def on_practise(
        self, m: learning.Practise
    ) -> Emits[sandbox.Run | sandbox.Synthesise | model.Quote | learning.Stumped]:
        work = self.state.work[m.task]
        if work.stage == "candidate":
            yield run_of(work, self.name, self.settings.run_s)
        else:
            yield from self._after_candidate(work)

    def note_run(self, m: sandbox.Ran) -> None:
        """What the practice came to is kept."""
        work = self._awaiting(m)
        if work is not None:
            work.attempts += 1
            work.failures = failures_in(work.order.examples, m.results)
            if work.stage == "candidate" and work.failures:
                work.fault = told(work.failures[0])

    def after_run(
        self, m: sandbox.Ran
    ) -> Emits[learning.Attempted | learning.Practised | learning.Stumped | sandbox.Synthesise | model.Quote]:
        """What follows from the practice, if it is one of this agent's."""
        work = self._awaiting(m)
        if work is None:
            return
        cost_usd = work.cost_usd if work.stage == "model" else 0.0
        yield attempted(work, self.name, attempts_in(work.order.examples, m.results, cost_usd))
        if not work.failures:
            yield learning.Practised(
                task=m.task,
                round=work.order.round,
                source=work.source,
                entry=work.entry,
                origin=work.stage,
                attempts=work.attempts,
                figures=work.figures,
                replaced=work.fault,
                others=work.others if work.stage == "composition" else (),
            )
        elif work.stage == "candidate":
            yield from self._after_candidate(work)
        else:
            yield from self.further(work)

    def apply_synthesise(self, m: sandbox.Synthesise) -> None:
        if (work := self._of(m.task, m.round)) is not None:
            work.stage = "search"

    def apply_synthesised(self, m: sandbox.Synthesised) -> None:
        work = self._of(m.task, m.round)
        if work is not None and work.stage == "search":
            work.figures = m.figures
            if m.source is not None:
                work.stage, work.source, work.entry = "composition", m.source, m.entry
                work.others = m.others
                work.found = "the composition that was found fails its own examples in the sandbox"
            else:
                work.found = f"the search: {m.reason}"

    def on_synthesised(self, m: sandbox.Synthesised) -> Emits[sandbox.Run | model.Quote | learning.Stumped]:
        work = self._of(m.task, m.round)
        if work is None:
            return
        if m.source is not None and work.stage == "composition":
            yield run_of(work, self.name, self.settings.run_s)
        elif work.stage == "search":
            yield from self.further(work)

    def on_enroll(self, m: learning.Enroll) -> Emits[tool.Register]:
        yield tool.Register(task=m.task, spec=spec_of(m, self.name), bump=m.about.bump)

    def apply_practised(self, m: learning.Practised) -> None:
        self.state.work.pop(m.task, None)

    def apply_stumped(self, m: learning.Stumped) -> None:
        self.state.work.pop(m.task, None)

    def forget(self, name: str) -> None:
        """Nothing of the task is in hand."""
        self.state.work.pop(name, None)
        super().forget(name)

    def _of(self, name: str, round_number: int) -> Work | None:
        work = self.state.work.get(name)
        return work if work is not None and work.order.round == round_number else None

    def _awaiting(self, m: sandbox.Ran) -> Work | None:
        work = self.state.work.get(m.task)
        return work if work is not None and m.purpose == purpose(work, self.name) else None

    def _after_candidate(self, work: Work) -> Emits[sandbox.Synthesise | model.Quote | learning.Stumped]:
        """A search, if there is anything to go by, else a question."""
        if work.order.examples:
            yield self._search(work)
        else:
            yield from self.further(work)

    def _search(self, work: Work) -> sandbox.Synthesise:
        order = work.order
        return sandbox.Synthesise(
            task=order.task,
            round=order.round,
            goal=order.goal,
            examples=order.examples,
            hints=tuple(option.path for option in order.options if option.kind == "callable"),
            tools=order.tools,
            failures=failures_shown(order.failures),
            limit_s=self.settings.search_s,
        )
