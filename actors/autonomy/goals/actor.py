"""The goals actor turns measured signals into goals of the council's own, within bounds, and sees them to an end.

A candidate is judged by five checks; the gate has the last word. A goal works through tasks like any other client's,
with a deadline and a budget, and is completed by a measurement alone. It writes nothing of what the foundation holds.
"""

import hashlib
from collections.abc import Iterator
from typing import Annotated, Final

import msgspec

from actors.autonomy.goals import acts, checks, completion, opportunity, rate, similarity
from actors.autonomy.goals.opportunity import Opportunity
from actors.autonomy.goals.scene import Scene
from actors.autonomy.mirror.purpose import BASELINE, CHARTER
from messages import task
from messages.autonomy import activation, charter, foundation, goal, mirror, stability, survival, value
from messages.base import encode
from messages.gate import budget, change, evidence
from messages.gate.change import Dossier
from messages.kernel import order
from messages.kernel.control import Level, Mode
from messages.tools import tool
from runtime.actor import Actor, Emits
from runtime.acts import WITHOUT_EFFECT, WITHOUT_PROPOSAL
from runtime.orders import Orders

TRIAL: Final = 200
"""Cycles that a marginal goal is sandboxed for. *cited*: specification of autonomy, section 2"""
AGAIN: Final = 200
"""Cycles after which a subject may be sighted again. *chosen*: the window must have changed"""
HALF: Final = 0.5
"""Part of the approved goals that come into force in half mode. *cited*: specification of autonomy, section 7"""
WINDOW: Final = 200
"""Cycles whose times are remembered. *cited*: specification of autonomy, section 6"""
ENDED: Final = 100
"""Goals that ended which are shown. *chosen*"""
CLIENT: Final = "autonomy"
"""Whose tasks the goals' are. *chosen*"""

Ending = goal.Ended | goal.Withdraw
Sighting = goal.Sighted | goal.Judged | change.Proposed


class Held(msgspec.Struct):
    """A goal on its way: sandboxed, proposed or in force."""

    intent: goal.Intent
    figures: goal.Figures
    state: goal.State
    since: int
    change: str = ""
    task: str = ""
    deadline: float = 0.0
    spent_usd: float = 0.0
    reason: str = ""
    registered: bool = False
    """The tool that it is about is registered; a chain must also be called."""
    tried: bool = False
    """The task that does its work has ended."""


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
        if m.kind == "learn" and isinstance(body.get("name"), str) and m.client != CLIENT:
            self.state.scene.ask(m.task, body)
        if m.kind == "run" and isinstance(body.get("tool"), str) and m.client != CLIENT:
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
        self.state.scene.lose(m.name)

    def apply_returned(self, m: tool.Returned) -> None:
        scene = self.state.scene
        scene.execute(m.tool, well=True)
        scene.chains.end(m.task, m.value)
        if m.tool in scene.skills and m.client != CLIENT and len(msgspec.json.encode(m.value)) < 4_000:
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
        figures = self._figures(found.intent)
        decision, reason = self._decision(found.intent, figures)
        yield goal.Judged(
            cycle=self.state.cycle, goal=name, decision=decision, intent=found.intent, figures=figures, reason=reason
        )
        if decision == "approved":
            yield from self._proposal(name, found.intent, figures)

    def _decision(self, intent: goal.Intent, figures: goal.Figures) -> tuple[goal.Decision, str]:
        state = self.state
        sandboxed = sum(held.state == "sandboxed" for held in state.held.values())
        fault = acts.WITHOUT_ACT.get(intent.origin, "") or self._forbidden(intent)
        fault = fault or rate.fault(state.made, state.cycle)
        if not fault and figures.novelty < similarity.LEAST_NOVELTY:
            fault = f"novelty: {figures.novelty:.2f}, and must be {similarity.LEAST_NOVELTY:.2f} or more"
        failed = [name for name, result in figures.results.items() if result == "fail"]
        if fault or failed:
            return "rejected", fault or f"failed: {', '.join(failed)}"
        marginal = [name for name, result in figures.results.items() if result == "marginal"]
        if not marginal:
            return "approved", ""
        fault = rate.crowded(sandboxed)
        return ("rejected", fault) if fault else ("sandboxed", f"marginal: {', '.join(marginal)}")

    def _forbidden(self, intent: goal.Intent) -> str:
        what = next((one for one in (intent.origin, intent.subject) if one in self.state.forbidden), None)
        return f"a person has forbidden goals of {what}" if what is not None else ""

    def _figures(self, intent: goal.Intent) -> goal.Figures:
        scene, serves = self.state.scene, acts.SERVES[intent.origin]
        assert scene.projected is not None
        assert scene.reported is not None
        assert scene.reported.radius is not None
        directed = {str(name): part for name, part in serves.items()}
        share = self.settings.budget_s / (self.settings.budget_s + scene.window_s())
        purpose = checks.cosine(directed, scene.charter or CHARTER)
        kept = checks.kept(scene.values or BASELINE, directed, share)
        feasible = checks.feasibility(scene.confidence(name) for name in intent.skills)
        viable = checks.viability(scene.projected.horizon, intent.duration)
        radius = scene.reported.radius.value + share * acts.COUPLING
        violated = scene.reported.verdict == "unstable" or any(
            one.verdict == "violated" for one in scene.reported.conditions
        )
        return goal.Figures(
            purpose=round(purpose, 4),
            value=round(max(-1.0, kept), 4),
            feasibility=round(feasible, 4),
            viability=round(viable, 4),
            radius=round(radius, 4),
            novelty=round(similarity.novelty(intent, (held.intent for held in self.state.held.values())), 4),
            results={
                "purpose": checks.graded("purpose", purpose),
                "value": checks.graded("value", kept),
                "feasibility": checks.graded("feasibility", feasible),
                "viability": checks.graded("viability", viable),
                "stability": checks.steadiness(radius, violated),
            },
        )

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
        )
        digest = hashlib.sha256(encode(content)).hexdigest()
        yield change.Proposed(
            dossier=Dossier(
                change=name, pattern=f"goal.{intent.origin}", subject=intent.subject, digest=digest, content=content
            )
        )

    def _after_trial(self) -> Iterator[goal.Judged | change.Proposed]:
        """Sandboxed goals whose time has come are judged anew; what is still marginal has held out, and passes."""
        for name, held in self.state.held.items():
            if held.state == "sandboxed" and self.state.cycle - held.since >= TRIAL:
                figures = self._figures(held.intent) if not self.state.scene.missing() else held.figures
                failed = [check for check, result in figures.results.items() if result == "fail"]
                reason = f"failed in the sandbox: {', '.join(failed)}" if failed else ""
                yield goal.Judged(
                    cycle=self.state.cycle,
                    goal=name,
                    decision="rejected" if failed else "approved",
                    intent=held.intent,
                    figures=figures,
                    reason=reason,
                )
                if not failed:
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
        held.state, held.change = "proposed", m.dossier.change
        self.state.held[m.dossier.change] = held

    # What an approved goal does.

    def on_approved(
        self, m: change.Approved
    ) -> Emits[goal.Begun | goal.Ended | goal.Commission | goal.Asked | activation.Drawn]:
        held = self.state.held.get(m.dossier.change)
        if held is None or held.state != "proposed":
            return
        reason = self._obstacle(m.dossier, held)
        if not reason and self.mode is Mode.HALF:
            passed = self.rng.random() < HALF
            yield activation.Drawn(cycle=self.state.cycle, change=m.dossier.change, passed=passed)
            reason = "" if passed else "the draw of half mode fell against it"
        if reason:
            yield goal.Ended(cycle=self.state.cycle, goal=m.dossier.change, how="abandoned", reason=reason)
            return
        begun = goal.Begun(
            cycle=self.state.cycle,
            goal=m.dossier.change,
            change=m.dossier.change,
            intent=held.intent,
            budget_usd=self.settings.budget_usd,
            budget_s=self.settings.budget_s,
            deadline=self.now + self.settings.budget_s,
        )
        yield begun
        yield from self._act(begun)

    def _obstacle(self, dossier: Dossier, held: Held) -> str:
        if self.mode in WITHOUT_EFFECT:
            return f"approved, but autonomy is in {self.mode} mode"
        if dossier.review:
            return f"a person would have to agree: {'; '.join(dossier.review)}"[:2_000]
        return self._forbidden(held.intent)

    def _act(self, begun: goal.Begun) -> Iterator[goal.Commission | goal.Asked]:
        """The work of the goal: a task of its own, or a question to a person where no task could help."""
        work = acts.work(begun.intent, self.state.scene)
        if work is None:
            told = (
                f"{begun.intent.subject} could not be learnt, and nothing has changed since: more examples would help"
            )
            yield goal.Asked(cycle=begun.cycle, goal=begun.goal, subject=begun.intent.subject, told=told)
            return
        yield goal.Commission(
            goal=begun.goal,
            task=f"{CLIENT}-{begun.goal}",
            kind=work.kind,
            body=work.body,
            deadline=begun.deadline,
        )

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
            goals=tuple(_view(name, known[name]) for name in shown),
            forbidden=tuple(self.state.forbidden),
            missing=self.state.scene.missing(),
        )


def _key(intent: goal.Intent) -> str:
    return f"{intent.origin} {intent.subject}"


def _view(name: str, held: Held) -> goal.View:
    return goal.View(
        goal=name,
        state=held.state,
        intent=held.intent,
        figures=held.figures,
        since=held.since,
        reason=held.reason,
        task=held.task or None,
    )
