"""What Temüjin and Jochi do: both make tools, and both judge what the other made. Every handler stands here.

Each handler delegates to a part: making to `craft`, questions to a model service to `asking` (both over the state
`Practice`), judging to `judgement` (over `Judging`). Which of the two agents is asked for which is Kublai's to say;
nobody is asked to judge what he made himself.
"""

import msgspec

from actors.agents import asking, craft, judgement
from actors.agents.judgement import Judging
from actors.agents.practice import Practice
from actors.agents.turn import Turn
from actors.agents.work import CraftSettings
from messages import model, soul, task
from messages.gate import budget
from messages.kernel.control import Level
from messages.tools import learning, sandbox
from runtime.actor import Actor, Emits


class Specialist(Actor):
    """Every round of practice ends as practised or stumped, every case as validated."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        practice: Practice = msgspec.field(default_factory=Practice)
        judging: Judging = msgspec.field(default_factory=Judging)

    Settings = CraftSettings

    state: State
    settings: CraftSettings

    @property
    def turn(self) -> Turn:
        """The circumstances of the decision in hand, for the parts."""
        return Turn(self.name, self.settings, self.origin.seq)

    # Making a tool: candidate, search, model service.

    def apply_practise(self, m: learning.Practise) -> None:
        self.state.practice.begin(m)

    def on_practise(
        self, m: learning.Practise
    ) -> Emits[sandbox.Run | sandbox.Synthesise | model.Quote | learning.Stumped]:
        return craft.on_practise(self.state.practice, self.turn, m)

    def apply_synthesise(self, m: sandbox.Synthesise) -> None:
        craft.apply_synthesise(self.state.practice, m)

    def apply_synthesised(self, m: sandbox.Synthesised) -> None:
        craft.apply_synthesised(self.state.practice, m)

    def on_synthesised(self, m: sandbox.Synthesised) -> Emits[sandbox.Run | model.Quote | learning.Stumped]:
        return craft.on_synthesised(self.state.practice, self.turn, m)

    def apply_practised(self, m: learning.Practised) -> None:
        self.state.practice.forget(m.task)

    def apply_stumped(self, m: learning.Stumped) -> None:
        self.state.practice.forget(m.task)

    # Asking a model service.

    def apply_soul_applied(self, m: soul.Applied) -> None:
        asking.apply_soul_applied(self.state.practice, self.name, m)

    def apply_quote(self, m: model.Quote) -> None:
        asking.apply_quote(self.state.practice, m)

    def apply_quoted(self, m: model.Quoted) -> None:
        asking.apply_quoted(self.state.practice, m)

    def on_quoted(self, m: model.Quoted) -> Emits[budget.Reserve]:
        return asking.on_quoted(self.state.practice, self.turn, m)

    def on_unavailable(self, m: model.Unavailable) -> Emits[learning.Stumped]:
        return asking.on_unavailable(self.state.practice, self.turn, m)

    def on_exceeded(self, m: budget.Exceeded) -> Emits[learning.Stumped]:
        return asking.on_exceeded(self.state.practice, self.turn, m)

    def on_reserved(self, m: budget.Reserved) -> Emits[model.Ask | learning.Continued | budget.Settle]:
        return asking.on_reserved(self.state.practice, self.turn, m)

    def apply_ask(self, m: model.Ask) -> None:
        asking.apply_ask(self.state.practice, m)

    def apply_model_answered(self, m: model.Answered) -> None:
        asking.apply_model_answered(self.state.practice, m)

    def on_model_answered(
        self, m: model.Answered
    ) -> Emits[budget.Settle | sandbox.Run | learning.Attempted | model.Quote | learning.Stumped]:
        return asking.on_model_answered(self.state.practice, self.turn, m)

    def apply_model_failed(self, m: model.Failed) -> None:
        asking.apply_model_failed(self.state.practice, m)

    def on_model_failed(self, m: model.Failed) -> Emits[budget.Settle | model.Quote | learning.Stumped]:
        return asking.on_model_failed(self.state.practice, self.turn, m)

    # Judging what another made.

    def apply_validate(self, m: learning.Validate) -> None:
        self.state.judging.begin(m)

    def on_validate(self, m: learning.Validate) -> Emits[sandbox.Run | learning.Continued | learning.Validated]:
        return judgement.on_validate(self.state.judging, self.turn, m)

    def apply_validated(self, m: learning.Validated) -> None:
        self.state.judging.forget(m.task)

    # Runs of either kind.

    def apply_ran(self, m: sandbox.Ran) -> None:
        craft.apply_ran(self.state.practice, self.name, m)
        judgement.apply_ran(self.state.judging, self.name, m)

    def on_ran(
        self, m: sandbox.Ran
    ) -> Emits[
        learning.Attempted
        | learning.Continued
        | learning.Practised
        | learning.Stumped
        | learning.Validated
        | sandbox.Synthesise
        | sandbox.Run
        | model.Quote
    ]:
        yield from craft.on_ran(self.state.practice, self.turn, m)
        yield from judgement.on_ran(self.state.judging, self.turn, m)

    # A task that is over leaves nothing behind.

    def apply_task_failed(self, m: task.Failed) -> None:
        self._forget(m.task)

    def apply_task_cancelled(self, m: task.Cancelled) -> None:
        self._forget(m.task)

    def _forget(self, name: str) -> None:
        self.state.practice.forget(name)
        self.state.judging.forget(name)
