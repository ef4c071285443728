"""What the goals actor hears of the council, folded into its scene and into the goals that are under way."""

from typing import Final

import msgspec

from messages import task
from messages.autonomy import charter, foundation, goal, mirror, stability, survival, value
from messages.gate import budget
from messages.tools import tool
from runtime.actor import Actor

WINDOW: Final = 200
"""Cycles whose times and effort are remembered. *cited*: specification of autonomy, section 6"""


class Measured(Actor):
    """Says nothing of itself.

    An actor that measures so has `cycle`, `scene` and `held` in its state.
    """

    def apply_observed(self, m: foundation.Observed) -> None:
        state, scene = self.state, self.state.scene
        if m.cycle <= state.cycle:
            return
        state.cycle = m.cycle
        scene.quiet = 0 if m.arrivals else scene.quiet + 1
        scene.moments = [*scene.moments, round(self.now, 3)][-WINDOW:]
        scene.effort = [*scene.effort, {str(name): spent for name, spent in m.effort.items()}][-WINDOW:]

    def apply_found(self, m: mirror.Found) -> None:
        self.state.scene.signal(m)

    def apply_projected(self, m: survival.Projected) -> None:
        self.state.scene.projected = m

    def apply_reported(self, m: stability.Reported) -> None:
        self.state.scene.reported = m

    def apply_adopted(self, m: charter.Adopted) -> None:
        self.state.scene.charter = {str(name): weight for name, weight in m.direction.items()}

    def apply_mutated(self, m: value.Mutated) -> None:
        scene = self.state.scene
        scene.values = {str(name): weight for name, weight in m.after.items()}
        if m.after[m.dimension] > m.before[m.dimension]:
            scene.raised[m.dimension] = None

    def apply_reverted(self, m: value.Reverted) -> None:
        self.state.scene.values = {str(name): weight for name, weight in m.after.items()}
        self.state.scene.raised.clear()

    def apply_accepted(self, m: task.Accepted) -> None:
        body = m.body if isinstance(m.body, dict) else {}
        if m.kind == "learn" and isinstance(body.get("name"), str) and m.client != goal.CLIENT:
            self.state.scene.ask(m.task, body)
        if m.kind == "run" and isinstance(body.get("tool"), str) and m.client != goal.CLIENT:
            self.state.scene.chains.begin(m.task, m.client, body["tool"], tuple(body.get("args", ())))

    def apply_answered(self, m: task.Answered) -> None:
        if self.state.scene.asked.pop(m.task, None) is not None:
            self.state.scene.learnt += 1
        self._work_ended(m.task)

    def apply_failed(self, m: task.Failed) -> None:
        self.state.scene.fail(m.task, self.state.cycle)
        self.state.scene.chains.drop(m.task)
        self._work_ended(m.task)

    def apply_cancelled(self, m: task.Cancelled) -> None:
        self.state.scene.asked.pop(m.task, None)
        self.state.scene.chains.drop(m.task)
        self._work_ended(m.task)

    def apply_task_refused(self, m: task.Refused) -> None:
        self._work_ended(m.task)

    def apply_registered(self, m: tool.Registered) -> None:
        self.state.scene.register(m.spec.name, m.spec.mastery, m.spec.domain)
        for held in self.state.held.values():
            held.registered |= held.intent.subject == m.spec.name

    def apply_withdrawn(self, m: tool.Withdrawn) -> None:
        self.state.scene.lose(m.name)

    def apply_disabled(self, m: tool.Disabled) -> None:
        self.state.scene.halt(m.name)

    def apply_enabled(self, m: tool.Enabled) -> None:
        self.state.scene.resume(m.name)

    def apply_returned(self, m: tool.Returned) -> None:
        scene = self.state.scene
        scene.execute(m.tool, well=True)
        scene.chains.end(m.task, m.value)
        if m.tool in scene.skills and m.client != goal.CLIENT and len(msgspec.json.encode(m.value)) < 4_000:
            scene.results[m.tool] = m.value

    def apply_raised(self, m: tool.Raised) -> None:
        if m.status and not m.misfed:
            self.state.scene.execute(m.tool, well=m.rightly)
        self.state.scene.chains.drop(m.task)

    def apply_reserved(self, m: budget.Reserved) -> None:
        for held in self.state.held.values():
            if held.task and held.task == m.task:
                held.spent_usd += m.usd

    def _work_ended(self, name: str) -> None:
        for held in self.state.held.values():
            held.end_of_task(name, self.now)
