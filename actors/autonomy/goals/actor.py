"""The goals actor turns measured signals into goals of the council's own, within bounds, and sees them to an end.

A candidate is judged by five checks; the gate has the last word. A goal works through tasks like any other client's,
with a deadline and a budget, and is completed by a measurement alone. It writes nothing of what the foundation holds.
"""

import hashlib
from collections.abc import Iterator
from typing import Annotated, Final

import msgspec

from actors.autonomy import acting
from actors.autonomy.goals import acts, completion, judging, opportunity, rate
from actors.autonomy.goals.held import Held, view
from actors.autonomy.goals.opportunity import Opportunity
from actors.autonomy.goals.scene import Scene
from messages import task
from messages.autonomy import activation, charter, foundation, goal, mirror, stability, survival, value
from messages.base import encode
from messages.gate import budget, change, evidence
from messages.gate.change import Dossier
from messages.kernel import control, order
from messages.kernel.control import Level, Mode
from messages.tools import tool
from runtime.actor import Actor, Emits
from runtime.acts import WITHOUT_PROPOSAL
from runtime.orders import Orders

TRIAL: Final = 200
"""Cycles that a marginal goal is sandboxed for. *cited*: specification of autonomy, section 2"""
AGAIN: Final = 200
"""Cycles after which a subject may be sighted again. *chosen*: the window must have changed"""
WINDOW: Final = 200
"""Cycles whose times are remembered. *cited*: specification of autonomy, section 6"""
ENDED: Final = 100
"""Goals that ended which are shown. *chosen*"""

Ending = goal.Ended | goal.Withdraw
Sighting = goal.Sighted | goal.Judged | change.Proposed


class Goals(Actor):
    """Says each signal, each judgement with its figures, each goal in force, and how each ended."""

    level = Level.AUTONOMY

    class State(msgspec.Struct):
        cycle: int = 0
        scene: Scene = msgspec.field(default_factory=Scene)
        made: list[int] = []
        rejected: int | None = None
        seen: dict[str, int] = {}
        """When each subject was last sighted, by origin and subject."""
        number: int = 0
        held: dict[str, Held] = {}
        ended: dict[str, Held] = {}
        forbidden: dict[str, None] = {}
        orders: Orders = msgspec.field(default_factory=Orders)

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        operator_key: str = ""
        """Public key of the operator; without it every order is refused."""
        budget_s: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = 120.0
        """Seconds from the beginning of a goal's work to its deadline."""
        budget_usd: Annotated[float, msgspec.Meta(ge=0, le=1_000)] = 0.5
        """Dollars that the work of one goal may reserve; with more it is cancelled."""

    state: State
    settings: Settings

    # What is measured.

    def apply_observed(self, m: foundation.Observed) -> None:
        state, scene = self.state, self.state.scene
        if m.cycle <= state.cycle:
            return
        state.cycle = m.cycle
        scene.quiet = 0 if m.arrivals else scene.quiet + 1
        scene.moments = [*scene.moments, round(self.now, 3)][-WINDOW:]

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
            held.tried |= bool(held.task) and held.task == name

    # From signals to goals.

    def on_reflected(self, m: mirror.Reflected) -> Emits[Sighting | Ending]:
        yield from self._endings()
        yield from self._after_trial()
        if not rate.cools(self.state.rejected, self.state.cycle) and not self.state.scene.missing():
            yield from self._candidate()

    def _candidate(self) -> Iterator[Sighting]:
        """At most one new goal in a cycle of autonomy."""
        state = self.state
        for found in opportunity.opportunities(state.scene, state.cycle):
            at = state.seen.get(_key(found.intent))
            known = any(_key(held.intent) == _key(found.intent) for held in state.held.values())
            if not known and (at is None or state.cycle - at >= AGAIN):
                name = f"g-{state.number + 1}"
                yield goal.Sighted(cycle=state.cycle, goal=name, intent=found.intent, signal=found.signal)
                yield from self._judged(name, found)
                return

    def _judged(self, name: str, found: Opportunity) -> Iterator[goal.Judged | change.Proposed]:
        state, intent = self.state, found.intent
        figures = self._figures(intent)
        sandboxed = sum(held.state == "sandboxed" for held in state.held.values())
        obstacle = acts.obstacle(intent) or self._forbidden(intent)
        judgement = judging.judged(intent, figures, obstacle, state.made, sandboxed, state.cycle)
        yield self._verdict(name, intent, figures, judgement)
        if judgement.decision == "approved":
            yield from self._proposal(name, intent, figures)

    def _verdict(
        self, name: str, intent: goal.Intent, figures: goal.Figures, judgement: judging.Judgement
    ) -> goal.Judged:
        return goal.Judged(
            cycle=self.state.cycle,
            goal=name,
            decision=judgement.decision,
            intent=intent,
            figures=figures,
            reason=judgement.reason,
        )

    def _forbidden(self, intent: goal.Intent) -> str:
        what = next((one for one in (intent.origin, intent.subject) if one in self.state.forbidden), None)
        return f"a person has forbidden goals of {what}" if what is not None else ""

    def _figures(self, intent: goal.Intent) -> goal.Figures:
        others = (held.intent for held in self.state.held.values() if held.intent != intent)
        return judging.figures(intent, self.state.scene, self._share(), others)

    def _share(self) -> float:
        """Part of the council's time that the work of one goal may take: its budget beside the time of the window."""
        return round(self.settings.budget_s / (self.settings.budget_s + self.state.scene.window_s()), 6)

    def _proposal(self, name: str, intent: goal.Intent, figures: goal.Figures) -> Iterator[change.Proposed]:
        if self.mode in WITHOUT_PROPOSAL:
            return
        content = evidence.Goal(
            origin=intent.origin,
            told=intent.told,
            purpose_alignment=figures.purpose,
            value_alignment=figures.value,
            feasibility=figures.feasibility,
            viability=figures.viability,
            stable=figures.results["stability"] != "fail",
            budget_usd=self.settings.budget_usd,
            budget_s=self.settings.budget_s,
            deadline=self.now + self.settings.budget_s,
            share=self._share(),
        )
        digest = hashlib.sha256(encode(content)).hexdigest()
        yield change.Proposed(
            dossier=Dossier(
                change=name,
                pattern=evidence.pattern_of(content),
                subject=intent.subject,
                digest=digest,
                content=content,
            )
        )

    def _after_trial(self) -> Iterator[goal.Judged | change.Proposed]:
        """Sandboxed goals whose time has come are judged anew, as soon as there are figures."""
        for name, held in self.state.held.items():
            if held.state == "sandboxed" and self.state.cycle - held.since >= TRIAL and not self.state.scene.missing():
                figures = self._figures(held.intent)
                judgement = judging.judged_again(figures)
                yield self._verdict(name, held.intent, figures, judgement)
                if judgement.decision == "approved":
                    yield from self._proposal(name, held.intent, figures)

    def apply_sighted(self, m: goal.Sighted) -> None:
        self.state.number += 1
        self.state.seen.pop(_key(m.intent), None)
        self.state.seen[_key(m.intent)] = m.cycle
        if len(self.state.seen) > 1_000:
            del self.state.seen[next(iter(self.state.seen))]
        self.state.scene.signals = {
            key: one for key, one in self.state.scene.signals.items() if one.subject != m.intent.subject
        }
        self.state.scene.raised.pop(m.intent.subject, None)

    def apply_judged(self, m: goal.Judged) -> None:
        state = self.state
        before = state.held.pop(m.goal, None)
        held = Held(m.intent, m.figures, m.decision, m.cycle, reason=m.reason)
        if m.decision == "rejected":
            state.rejected = m.cycle
        elif before is None:
            state.made = [*state.made, m.cycle][-2 * rate.MOST :]
        if m.decision == "sandboxed":
            state.held[m.goal] = held
        else:
            self._remember(m.goal, held)

    def apply_proposed(self, m: change.Proposed) -> None:
        held = self.state.ended.pop(m.dossier.change)
        held.state = "proposed"
        self.state.held[m.dossier.change] = held

    # What an approved goal does.

    def on_approved(
        self, m: change.Approved
    ) -> Emits[goal.Begun | goal.Ended | goal.Commission | goal.Asked | activation.Drawn]:
        name, held = m.dossier.change, self.state.held.get(m.dossier.change)
        if held is None or held.state != "proposed":
            return
        scene = self.state.scene
        reason = acting.obstacle(self.mode, m.dossier) or self._forbidden(held.intent) or acts.gone(held.intent, scene)
        if not reason and self.mode is Mode.HALF:
            passed = acting.drawn(self.rng)
            yield activation.Drawn(cycle=self.state.cycle, change=name, passed=passed)
            reason = "" if passed else acting.AGAINST
        if reason:
            yield goal.Ended(cycle=self.state.cycle, goal=name, how="abandoned", reason=reason)
            return
        begun = goal.Begun(
            cycle=self.state.cycle,
            goal=name,
            change=name,
            intent=held.intent,
            budget_usd=self.settings.budget_usd,
            budget_s=self.settings.budget_s,
            deadline=self.now + self.settings.budget_s,
            share=self._share(),
        )
        yield begun
        yield self._act(begun)

    def _act(self, begun: goal.Begun) -> goal.Commission | goal.Asked:
        """The work of the goal: a task of its own, or a question to a person where no task could help."""
        work = acts.work(begun.intent, self.state.scene)
        if isinstance(work, str):
            return goal.Asked(cycle=begun.cycle, goal=begun.goal, subject=begun.intent.subject, told=work)
        name = f"{goal.CLIENT}-{begun.goal}"
        return goal.Commission(goal=begun.goal, task=name, kind=work.kind, body=work.body, deadline=begun.deadline)

    def apply_begun(self, m: goal.Begun) -> None:
        held = self.state.held[m.goal]
        held.state, held.since, held.deadline = "in force", m.cycle, m.deadline
        if held.intent.origin == "exploratory":
            self.state.scene.composed[" ".join(held.intent.skills)] = None

    def apply_commission(self, m: goal.Commission) -> None:
        self.state.held[m.goal].task = m.task

    # How a goal ends.

    def _endings(self) -> Iterator[Ending]:
        for name, held in self.state.held.items():
            if held.state != "in force":
                continue
            how, reason = self._fate(held)
            if how is not None:
                yield from self._ended(name, held, how, reason)

    def _fate(self, held: Held) -> tuple[goal.How | None, str]:
        skill = self.state.scene.skills.get(held.intent.subject)
        calls = skill.calls if skill is not None else 0
        reached = completion.reached(held.intent.origin, held.registered, calls, held.tried)
        if reached:
            return "completed", reached
        if held.spent_usd > self.settings.budget_usd:
            return "abandoned", f"{held.spent_usd:.2f} USD were reserved, the budget is {self.settings.budget_usd:.2f}"
        if self.now > held.deadline + completion.grace_s(held.intent.origin, self.settings.budget_s):
            return "abandoned", "its time is over, and what it was for was not measured"
        return None, ""

    def _ended(self, name: str, held: Held, how: goal.How, reason: str) -> Iterator[Ending]:
        yield goal.Ended(cycle=self.state.cycle, goal=name, how=how, reason=reason)
        if held.task and not held.tried:
            yield goal.Withdraw(goal=name, task=held.task, reason=f"the goal {name} is {how}: {reason}"[:2_000])

    def on_vetoed(self, m: change.Vetoed) -> Emits[goal.Ended]:
        if m.dossier.change in self.state.held:
            yield goal.Ended(cycle=self.state.cycle, goal=m.dossier.change, how="vetoed", reason=m.reason[:2_000])

    def on_refused(self, m: change.Refused) -> Emits[goal.Ended]:
        if m.dossier.change in self.state.held:
            yield goal.Ended(cycle=self.state.cycle, goal=m.dossier.change, how="vetoed", reason=m.reason[:2_000])

    def on_rolled_back(self, m: activation.RolledBack) -> Emits[Ending]:
        for name, held in self.state.held.items():
            yield from self._ended(name, held, "revoked", f"autonomy is rolled back: {m.reason}"[:2_000])

    def on_set(self, m: control.Set) -> Emits[Ending]:
        """A freeze ends every goal; this is heard after the thaw, before anything else that came since."""
        if m.level is self.level and m.mode is Mode.FROZEN:
            for name, held in self.state.held.items():
                yield from self._ended(name, held, "revoked", f"autonomy was frozen: {m.reason}"[:2_000])

    def apply_ended(self, m: goal.Ended) -> None:
        held = self.state.held.pop(m.goal, None)
        if held is not None:
            held.state, held.since, held.reason = m.how, m.cycle, m.reason
            self._remember(m.goal, held)

    def _remember(self, name: str, held: Held) -> None:
        self.state.ended.pop(name, None)
        self.state.ended[name] = held
        if len(self.state.ended) > ENDED:
            del self.state.ended[next(iter(self.state.ended))]

    # A person's orders.

    def on_revoke(self, m: goal.Revoke) -> Emits[Ending | order.Rejected]:
        held = self.state.held.get(m.goal)
        fault = self._unheard_restriction() or (f"no goal {m.goal} is on its way" if held is None else None)
        if fault is not None or held is None:
            yield self._rejected(fault or "")
        else:
            yield from self._ended(m.goal, held, "revoked", m.reason[:2_000])

    def on_forbid(self, m: goal.Forbid) -> Emits[goal.Forbidden | Ending | order.Rejected]:
        fault = self._unheard_restriction()
        if fault is not None:
            yield self._rejected(fault)
            return
        yield goal.Forbidden(what=m.what, reason=m.reason, obeyed=self.state.orders.obeyed(self.origin, self.now))
        for name, held in self.state.held.items():
            if m.what in (held.intent.origin, held.intent.subject):
                yield from self._ended(name, held, "revoked", f"forbidden: {m.reason}"[:2_000])

    def on_allow(self, m: goal.Allow) -> Emits[goal.Allowed | order.Rejected]:
        fault = self._unheard() or (None if m.what in self.state.forbidden else f"{m.what} is not forbidden")
        if fault is not None:
            yield self._rejected(fault)
        else:
            yield goal.Allowed(what=m.what, reason=m.reason)

    def apply_allow(self, m: goal.Allow) -> None:
        self.state.orders.take(self.origin, self.now)

    def apply_forbidden(self, m: goal.Forbidden) -> None:
        self.state.orders.remember(m.obeyed)
        self.state.forbidden[m.what] = None

    def apply_allowed(self, m: goal.Allowed) -> None:
        self.state.forbidden.pop(m.what, None)

    def _unheard(self) -> str | None:
        return self.state.orders.fault(self.settings.operator_key, self.origin)

    def _unheard_restriction(self) -> str | None:
        return self.state.orders.restriction_fault(self.settings.operator_key, self.origin, self.now)

    def _rejected(self, reason: str) -> order.Rejected:
        return order.Rejected(order=self.origin.id, sequence=self.origin.seq, reason=reason)

    def answer_find(self, m: goal.Find) -> goal.Views:
        """Goals on their way first, then those that ended, the latest first."""
        known = {**dict(reversed(self.state.ended.items())), **self.state.held}
        names = [*reversed(self.state.held), *reversed(self.state.ended)]
        shown = [name for name in names if m.goal in (None, name)]
        return goal.Views(
            goals=tuple(view(name, known[name]) for name in shown),
            forbidden=tuple(self.state.forbidden),
            missing=self.state.scene.missing(),
        )


def _key(intent: goal.Intent) -> str:
    return f"{intent.origin} {intent.subject}"
