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
from actors.autonomy.goals.measured import Measured
from actors.autonomy.goals.opportunity import Opportunity
from actors.autonomy.goals.ordered import Ending, Ordered
from actors.autonomy.goals.scene import Scene
from actors.autonomy.goals.shift import Recheck, Work
from actors.autonomy.mirror.purpose import CHARTER
from messages.autonomy import activation, goal, mirror
from messages.base import encode
from messages.gate import change, evidence
from messages.gate.change import Dossier
from messages.kernel import control
from messages.kernel.control import Level, Mode
from runtime.actor import Emits
from runtime.acts import WITHOUT_EFFECT, WITHOUT_PROPOSAL
from runtime.orders import Orders

TRIAL: Final = 200
"""Cycles that a marginal goal is sandboxed for. *cited*: specification of autonomy, section 2"""
AGAIN: Final = 200
"""Cycles after which a subject may be sighted again. *chosen*: the window must have changed"""
ENDED: Final = 100
"""Goals that ended which are shown. *chosen*"""

Sighting = goal.Sighted | goal.Judged | change.Proposed
Deed = goal.Commission | goal.Recheck | goal.Asked | goal.Spare


class Goals(Measured, Ordered):
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

    # From signals to goals.

    def on_reflected(self, m: mirror.Reflected) -> Emits[Sighting | Ending | Deed]:
        yield from self._progress()
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
        obstacle = acts.obstacle(intent, state.scene) or self._forbidden(intent)
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
            deadline=self._deadline(intent),
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

    def on_approved(self, m: change.Approved) -> Emits[goal.Begun | goal.Ended | Deed | activation.Drawn]:
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
            deadline=self._deadline(held.intent),
            share=self._share(),
        )
        yield begun
        yield from self._act(begun)

    def _deadline(self, intent: goal.Intent) -> float:
        """When the goal's time is over: its work takes its budget, and what moves effort takes as many cycles as it is
        to last.
        """
        if intent.origin not in acts.LASTING:
            return self.now + self.settings.budget_s
        scene = self.state.scene
        return self.now + intent.duration * scene.window_s() / max(1, len(scene.moments) - 1)

    def _act(self, begun: goal.Begun) -> Iterator[Deed]:
        """The work of the goal: a task of its own, less effort on others, or a question where no task could help."""
        work = acts.work(begun.intent, self.state.scene)
        subject = begun.intent.subject
        if isinstance(work, acts.Saving):
            yield goal.Spare(goal=begun.goal, resource=subject, effort=acts.SPARED, until=begun.deadline)
        if isinstance(work, Work | Recheck):
            yield self._commission(begun.goal, work, 1, begun.deadline)
        elif told := (work.asked if isinstance(work, acts.Saving) else work):
            yield goal.Asked(cycle=begun.cycle, goal=begun.goal, subject=subject, told=told)

    def _commission(
        self, name: str, work: Work | Recheck, number: int, deadline: float
    ) -> goal.Commission | goal.Recheck:
        last = min(deadline, self.now + self.settings.budget_s)
        task_name = f"{goal.CLIENT}-{name}" if number == 1 else f"{goal.CLIENT}-{name}-{number}"
        if isinstance(work, Recheck):
            return goal.Recheck(goal=name, task=task_name, tool=work.tool, deadline=last)
        return goal.Commission(
            goal=name, task=task_name, kind=work.kind, body=work.body, deadline=last, skills=work.skills
        )

    def apply_begun(self, m: goal.Begun) -> None:
        held = self.state.held[m.goal]
        held.state, held.since, held.deadline = "in force", m.cycle, m.deadline

    def apply_commission(self, m: goal.Commission) -> None:
        self.state.held[m.goal].begin_task(m.task, self.now)
        if m.skills:
            self.state.scene.composed[" ".join(m.skills)] = None

    def apply_recheck(self, m: goal.Recheck) -> None:
        self.state.held[m.goal].begin_task(m.task, self.now)
        self.state.scene.rechecked.pop(m.tool, None)
        self.state.scene.rechecked[m.tool] = None

    # How a goal ends.

    def _progress(self) -> Iterator[Ending | Deed]:
        """Each goal in force ends if its time has come, and else gets the next piece of its work."""
        for name, held in self.state.held.items():
            if held.state != "in force":
                continue
            how, reason = self._fate(held)
            if how is not None:
                yield from self.ending(name, held, how, reason)
            elif held.tried and self._may_go_on(held):
                work = acts.work(held.intent, self.state.scene)
                if isinstance(work, Work | Recheck):
                    yield self._commission(name, work, held.pieces + 1, held.deadline)

    def _may_go_on(self, held: Held) -> bool:
        """The goal works piece by piece, may act now, and has time left of its budget."""
        going_on = acts.goes_on(held.intent) and self.mode not in WITHOUT_EFFECT
        return going_on and held.worked_s < self.settings.budget_s and self.now < held.deadline

    def _fate(self, held: Held) -> tuple[goal.How | None, str]:
        reached = self._reached(held)
        if reached:
            return "completed", reached
        if held.spent_usd > self.settings.budget_usd:
            return "abandoned", f"{held.spent_usd:.2f} USD were reserved, the budget is {self.settings.budget_usd:.2f}"
        if self.now > held.deadline + completion.grace_s(held.intent.origin, self.settings.budget_s):
            return "abandoned", "its time is over, and what it was for was not measured"
        return None, ""

    def _reached(self, held: Held) -> str:
        """What was measured that completes the goal; empty while nothing was."""
        scene, subject = self.state.scene, held.intent.subject
        match held.intent.origin:
            case "purpose_derived":
                return completion.followed(subject, scene.charter or CHARTER, scene.spent())
            case "value_aligned":
                return completion.followed(subject, scene.values or CHARTER, scene.spent())
            case "survival_driven":
                return completion.recovered(scene.projected)
            case origin:
                skill = scene.skills.get(subject)
                return completion.reached(origin, held.registered, skill.calls if skill is not None else 0, held.tried)

    def on_vetoed(self, m: change.Vetoed) -> Emits[goal.Ended]:
        if m.dossier.change in self.state.held:
            yield goal.Ended(cycle=self.state.cycle, goal=m.dossier.change, how="vetoed", reason=m.reason[:2_000])

    def on_refused(self, m: change.Refused) -> Emits[goal.Ended]:
        if m.dossier.change in self.state.held:
            yield goal.Ended(cycle=self.state.cycle, goal=m.dossier.change, how="vetoed", reason=m.reason[:2_000])

    def on_rolled_back(self, m: activation.RolledBack) -> Emits[Ending]:
        for name, held in self.state.held.items():
            yield from self.ending(name, held, "revoked", f"autonomy is rolled back: {m.reason}"[:2_000])

    def on_set(self, m: control.Set) -> Emits[Ending]:
        """A freeze ends every goal; this is heard after the thaw, before anything else that came since."""
        if m.level is self.level and m.mode is Mode.FROZEN:
            for name, held in self.state.held.items():
                yield from self.ending(name, held, "revoked", f"autonomy was frozen: {m.reason}"[:2_000])

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

    # Questions.

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
