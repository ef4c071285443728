"""Ögedei watches over the others: he tells when the council's health changes, and has a zone that is down tried again.

He repairs nothing himself; the supervisor starts processes, and the veto sets modes. He makes the tools of
the domain `system` as the specialists do, by the same parts `craft` and `asking`.
"""

from typing import Annotated, Final

import msgspec

from actors.agents import asking, craft
from actors.agents.practice import Practice
from actors.agents.turn import Turn
from actors.agents.work import CraftSettings
from messages import model, soul, task
from messages.gate import budget
from messages.kernel import actor as life
from messages.kernel import health
from messages.kernel.control import Level
from messages.tools import learning, sandbox
from runtime.actor import Actor, Emits

DECIDE: Final = "a person must find out: `kurultai held ls`, then `kurultai held resolve`"
"""The answer where only a person can know. *chosen*"""
HELD_KEPT: Final = 10_000
"""Held effects that are kept in mind. *chosen*: far more than a crash leaves; the log has all"""

PERSON: Final = "a person must look: `kurultai dead ls` and the zone's log tell what happened"
"""The answer where nothing helps by itself. *chosen*"""


class Fall(msgspec.Struct):
    """A zone that is down."""

    at: float
    tried: bool = False
    """It was started again once already, not long before: it stays down."""


class Ogedei(Actor):
    """Health is reported whenever it changes: well, impaired by something recent or held, ill while a zone is down."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        reported: health.State = "well"
        last_at: float = 0.0
        """When something last went wrong."""
        about: str = "council"
        down: dict[str, Fall] = {}
        restarted: dict[str, float] = {}
        """When a zone was last ordered to start again."""
        held: dict[str, None] = {}
        """Effects on which nobody has given his word, as `worker:input`."""
        practice: Practice = msgspec.field(default_factory=Practice)

    class Settings(CraftSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
        calm_s: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = 60.0
        """The council is well again this long after the last incident."""
        cool_down_s: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = 30.0
        """A zone that is down is tried again after this long."""
        again_s: Annotated[float, msgspec.Meta(gt=0, le=604_800)] = 3_600.0
        """A zone that is down again within this long after that stays down."""

    state: State
    settings: Settings

    @property
    def turn(self) -> Turn:
        """The circumstances of the decision in hand, for the parts."""
        return Turn(self.name, self.settings, self.origin.seq)

    # What goes wrong.

    def apply_crashed(self, m: life.Crashed) -> None:
        self._note(m.zone)

    def on_crashed(self, m: life.Crashed) -> Emits[health.Reported]:
        yield from self._report(m.zone, f"the process ended with {m.exit_code}", "the supervisor starts it again")

    def apply_stuck(self, m: life.Stuck) -> None:
        self._note(m.actor)

    def on_stuck(self, m: life.Stuck) -> Emits[health.Reported]:
        yield from self._report(m.actor, f"no movement for {m.for_s:.1f} s in {m.step}", "its process is killed")

    def apply_dead_lettered(self, m: life.DeadLettered) -> None:
        self._note(m.actor)

    def on_dead_lettered(self, m: life.DeadLettered) -> Emits[health.Reported]:
        yield from self._report(m.actor, f"the input {m.input} is dead: {m.error}", PERSON)

    def apply_held(self, m: life.Held) -> None:
        self._note(m.actor)
        self.state.held[f"{m.actor}:{m.input}"] = None
        if len(self.state.held) > HELD_KEPT:
            del self.state.held[next(iter(self.state.held))]

    def on_held(self, m: life.Held) -> Emits[health.Reported]:
        yield from self._report(m.actor, f"the effect of input {m.input} may or may not have happened", DECIDE)

    def apply_resolved(self, m: life.Resolved) -> None:
        if not m.fault:
            self.state.held.pop(f"{m.actor}:{m.input}", None)

    def apply_down(self, m: life.Down) -> None:
        self._note(m.zone)
        last = self.state.restarted.get(m.zone)
        tried = last is not None and self.now - last < self.settings.again_s
        self.state.down[m.zone] = Fall(self.now, tried)

    def on_down(self, m: life.Down) -> Emits[health.Reported]:
        tried = self.state.down[m.zone].tried
        answer = PERSON if tried else f"it is started again in {self.settings.cool_down_s:g} s"
        yield from self._report(m.zone, m.reason, answer)

    # What is done about it.

    def due(self) -> float | None:
        moments = [fall.at + self.settings.cool_down_s for fall in self.state.down.values() if not fall.tried]
        if self.state.reported == "impaired" and not self.state.down and not self.state.held:
            moments.append(self.state.last_at + self.settings.calm_s)
        return min(moments, default=None)

    def on_due(self) -> Emits[life.Restart | health.Reported]:
        ripe = [
            zone
            for zone, fall in self.state.down.items()
            if not fall.tried and fall.at + self.settings.cool_down_s <= self.now
        ]
        for zone in ripe:
            yield life.Restart(zone=zone, reason=f"down for {self.settings.cool_down_s:g} s; tried once more")
        remaining = set(self.state.down) - set(ripe)
        if ripe and not remaining:
            yield health.Reported(
                state="impaired", about=ripe[0], reason="the zone is started again", answer="it is watched"
            )
        elif not ripe:
            yield health.Reported(
                state="well",
                about=self.state.about,
                reason=f"nothing went wrong for {self.settings.calm_s:g} s",
                answer="none needed",
            )

    def apply_restart(self, m: life.Restart) -> None:
        self.state.down.pop(m.zone, None)
        self.state.restarted[m.zone] = self.now
        self.state.last_at = self.now

    def apply_reported(self, m: health.Reported) -> None:
        self.state.reported = m.state

    def _note(self, about: str) -> None:
        self.state.last_at, self.state.about = self.now, about

    def _report(self, about: str, reason: str, answer: str) -> Emits[health.Reported]:
        """Said once for each change, and again for every zone that falls."""
        state = self._judged()
        if state != self.state.reported or about in self.state.down:
            yield health.Reported(state=state, about=about, reason=reason, answer=answer)

    def _judged(self) -> health.State:
        return "ill" if self.state.down else "impaired"

    # Making the tools of the domain `system`: candidate, search, model service.

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

    def apply_ran(self, m: sandbox.Ran) -> None:
        craft.apply_ran(self.state.practice, self.name, m)

    def on_ran(
        self, m: sandbox.Ran
    ) -> Emits[learning.Attempted | learning.Practised | learning.Stumped | sandbox.Synthesise | model.Quote]:
        return craft.on_ran(self.state.practice, self.turn, m)

    # A task that is over leaves nothing behind.

    def apply_task_failed(self, m: task.Failed) -> None:
        self.state.practice.forget(m.task)

    def apply_task_cancelled(self, m: task.Cancelled) -> None:
        self.state.practice.forget(m.task)
