"""How a specialist makes a tool: the candidate first, then a composition found by search, each practised.

He sees only the visible examples, runs nothing outside the sandbox, and never judges his own work.
"""

from typing import Annotated, Final

import msgspec

from actors.acquisition.composition import joined
from actors.acquisition.interface import digest_of
from actors.acquisition.practice import attempts_in, calls_of, failures_in, patterns_of
from actors.acquisition.profile import spec_of
from actors.acquisition.validation.failures import fitting
from messages import learning, sandbox, tool
from messages.base import Json
from messages.learning import Failure
from runtime.actor import Actor, Emits

IN_HAND: Final = 1_000
"""Most tasks in hand; the oldest is forgotten, since its owner has given it up long before. *chosen*"""

NEXT: Final = "give a candidate, or more examples"
"""What a person can do about a search that found nothing. *cited*: specification of acquisition, section 1"""


class Work(msgspec.Struct):
    """A round of practice under way."""

    order: learning.Practise
    stage: str = "candidate"
    """What is waited for: the run of the `candidate`, the `search`, the run of the `composition`."""
    source: str = ""
    entry: str = ""
    attempts: int = 0
    failures: tuple[Failure, ...] = ()
    figures: Json = None


class CraftSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long the parts of a round may take."""

    run_s: Annotated[float, msgspec.Meta(gt=0, le=60)] = 10.0
    """All calls of one practice, or all tests of one judgement, together may take this long."""
    search_s: Annotated[float, msgspec.Meta(gt=0, le=50)] = 20.0
    """A search for a composition may take this long."""


class Craft(Actor):
    """Every round of practice ends as practised or stumped; what was validated is brought to the registry.

    An agent that crafts has `work` in its state, and calls `note_run` and `after_run` for what the sandbox says.
    """

    settings: CraftSettings

    def apply_practise(self, m: learning.Practise) -> None:
        candidate = m.candidate
        work = Work(m, source=candidate.source, entry=candidate.entry) if candidate else Work(m, stage="search")
        self.state.work.pop(m.task, None)
        self.state.work[m.task] = work
        if len(self.state.work) > IN_HAND:
            del self.state.work[next(iter(self.state.work))]

    def on_practise(self, m: learning.Practise) -> Emits[sandbox.Run | sandbox.Synthesise | learning.Stumped]:
        work = self.state.work[m.task]
        yield self._run(work) if work.stage == "candidate" else self._after_candidate(work)

    def note_run(self, m: sandbox.Ran) -> None:
        """What the practice came to is kept."""
        work = self._awaiting(m)
        if work is not None:
            work.attempts += 1
            work.failures = failures_in(work.order.examples, m.results)

    def after_run(
        self, m: sandbox.Ran
    ) -> Emits[learning.Attempted | learning.Practised | learning.Stumped | sandbox.Synthesise]:
        """What follows from the practice, if it is one of this agent's."""
        work = self._awaiting(m)
        if work is None:
            return
        yield self._attempted(work, m)
        if not work.failures:
            yield learning.Practised(
                task=m.task,
                round=work.order.round,
                source=work.source,
                entry=work.entry,
                origin=work.stage,
                attempts=work.attempts,
                figures=work.figures,
            )
        elif work.stage == "candidate":
            yield self._after_candidate(work)
        else:
            yield self._stumped(work, "the composition that was found fails its own examples in the sandbox")

    def apply_synthesise(self, m: sandbox.Synthesise) -> None:
        if (work := self._of(m.task, m.round)) is not None:
            work.stage = "search"

    def apply_synthesised(self, m: sandbox.Synthesised) -> None:
        work = self._of(m.task, m.round)
        if work is not None and work.stage == "search":
            work.figures = m.figures
            if m.source is not None:
                work.stage, work.source, work.entry = "composition", m.source, m.entry

    def on_synthesised(self, m: sandbox.Synthesised) -> Emits[sandbox.Run | learning.Stumped]:
        work = self._of(m.task, m.round)
        if work is None:
            return
        if m.source is not None and work.stage == "composition":
            yield self._run(work)
        elif work.stage == "search":
            tried = "; the candidate failed" if work.failures else ""
            yield self._stumped(work, f"no implementation found: {m.reason}{tried}; {NEXT}")

    def on_enroll(self, m: learning.Enroll) -> Emits[tool.Register]:
        yield tool.Register(task=m.task, spec=spec_of(m, self.name), bump=m.about.bump)

    def apply_practised(self, m: learning.Practised) -> None:
        self.state.work.pop(m.task, None)

    def apply_stumped(self, m: learning.Stumped) -> None:
        self.state.work.pop(m.task, None)

    def _of(self, name: str, round_number: int) -> Work | None:
        work = self.state.work.get(name)
        return work if work is not None and work.order.round == round_number else None

    def _awaiting(self, m: sandbox.Ran) -> Work | None:
        work = self.state.work.get(m.task)
        return work if work is not None and m.purpose == self._purpose(work) else None

    def _purpose(self, work: Work) -> str:
        return f"{self.name}:{work.stage}:{work.order.round}"

    def _run(self, work: Work) -> sandbox.Run:
        return sandbox.Run(
            task=work.order.task,
            purpose=self._purpose(work),
            source=joined(work.source, work.entry, work.order.requires, work.order.parts),
            entry=work.entry,
            calls=calls_of(work.order.examples, work.order.iterations),
            limit_s=self.settings.run_s,
        )

    def _after_candidate(self, work: Work) -> sandbox.Synthesise | learning.Stumped:
        """A search, if there is anything to go by."""
        if work.order.examples:
            return self._search(work)
        return self._stumped(work, "there are tests and no examples to search by; give a candidate, or examples")

    def _search(self, work: Work) -> sandbox.Synthesise:
        order = work.order
        return sandbox.Synthesise(
            task=order.task,
            round=order.round,
            goal=order.goal,
            examples=order.examples,
            hints=tuple(option.path for option in order.options),
            limit_s=self.settings.search_s,
        )

    def _attempted(self, work: Work, m: sandbox.Ran) -> learning.Attempted:
        order = work.order
        attempts = attempts_in(order.examples, m.results)
        return learning.Attempted(
            task=m.task,
            round=order.round,
            agent=self.name,
            name=order.name,
            domain=order.domain,
            origin=work.stage,
            digest=digest_of(work.source, work.entry),
            attempts=attempts,
            patterns=patterns_of(attempts),
        )

    def _stumped(self, work: Work, reason: str) -> learning.Stumped:
        return learning.Stumped(
            task=work.order.task,
            round=work.order.round,
            reason=reason,
            failures=fitting(work.failures),
            figures=work.figures,
        )
