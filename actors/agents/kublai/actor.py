"""Kublai owns every accepted task: he delegates its phases, follows up, and alone says how it ended.

He judges nothing, and does no work himself. A running tool costs him two decisions, a learnt one about six.
A task of a kind that a user added is done by the user's own actors: he waits for their word, a cancel or the deadline.
"""

from typing import Annotated, Final

import msgspec

from actors.agents.kublai import job as jobs
from actors.agents.kublai import telling
from actors.agents.kublai.delegation import is_researched
from actors.agents.kublai.job import Ended, Job
from actors.alarms import Alarms
from actors.tools.validation.failures import fitting
from actors.tools.validation.trials import CANDIDATE
from messages import task
from messages.base import Json
from messages.gate import approval, policy
from messages.kernel.control import Level
from messages.tools import learning, tool
from runtime.actor import Actor, Emits
from runtime.lookup import FromLog

REMEMBERED: Final = 1_000
"""Ended tasks that are kept to be shown. *chosen*: a day of work for one person; the log keeps all"""

ARCHIVED: Final = 100_000
"""Ended tasks before those whose place is kept, so that how they ended is read from the log. *derived*: as many ids as
the intake knows"""

AT_ONCE: Final = 200
"""Most overdue tasks handled in one decision. *derived*: two messages each stay below the log's 1,000 a commit"""

TRIES: Final = 2
"""A phase is delegated once, and once more when no answer comes. *cited*: specification of acquisition, section 1"""

KINDS: Final = ("learn", "run", "cancel")
"""The kinds of task that he has done; any other is done by actors that a user added. *derived*: messages.task"""


class Archived(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of a task that ended long ago."""

    kind: str
    accepted_at: float
    place: int


Ending = task.Answered | task.Failed | task.Cancelled
Begun = policy.Judge | tool.Call


class Kublai(Actor):
    """Every task that he hears of ends in exactly one of answered, failed and cancelled, said by him."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        open: dict[str, Job] = {}
        ended: dict[str, Ended] = {}
        """The newest, in the order in which they ended."""
        archive: dict[str, Archived] = {}
        """Those before them."""
        alarms: Alarms = msgspec.field(default_factory=Alarms)

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        phase_s: Annotated[float, msgspec.Meta(gt=0, le=3_600)] = 30.0
        """A phase without an answer for this long is delegated once more, then the task fails."""
        practice_s: Annotated[float, msgspec.Meta(gt=0, le=3_600)] = 120.0
        """The same for practice, which holds some runs and a search, whose limit is processor time: on a busy
        machine it takes longer. What asks for more time is given it on top."""
        rounds: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
        """Most rounds of practice and validation. In the last of several the developer sees every example."""
        mastered: Annotated[float, msgspec.Meta(ge=0.5, le=1)] = 0.85
        """Mastery from which a tool is enrolled, if no example failed."""
        partial: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.70
        """Mastery from which the next round is called an improvement and not a new start."""

    state: State
    settings: Settings

    # The beginning.

    def apply_accepted(self, m: task.Accepted) -> None:
        deadline = m.deadline.timestamp() if m.deadline is not None else None
        job = Job(
            m.task,
            m.kind,
            m.body,
            self.now,
            deadline,
            place=self.origin.seq,
            client=m.client,
            rounds=self.settings.rounds,
        )
        self.state.open[m.task] = job
        if m.kind in KINDS:
            self._expect(job, self.settings.phase_s)
        elif deadline is not None:
            self.state.alarms.set(m.task, deadline)

    def on_accepted(self, m: task.Accepted) -> Emits[Begun | task.Progressed | Ending]:
        job = self.state.open[m.task]
        match m.kind:
            case "learn":
                yield jobs.judge(job)
                yield task.Progressed(task=job.task, phase="policy")
            case "run":
                yield jobs.call(job)
            case "cancel":
                yield from self._cancel(job)

    def _cancel(self, job: Job) -> Emits[Ending]:
        cancel = msgspec.convert(job.body, task.Cancel)
        if cancel.task == job.task:
            yield task.Failed(task=job.task, reason="a task can't cancel itself")
        elif cancel.task in self.state.open:
            yield task.Cancelled(task=cancel.task, reason=cancel.reason)
            yield task.Answered(task=job.task, result={"cancelled": cancel.task})
        else:
            known = self.state.ended.get(cancel.task)
            fate = f"is {known.phase} already" if known else "is not known"
            yield task.Failed(task=job.task, reason=f"the task {cancel.task} {fate}")

    # Learning, phase by phase.

    def apply_judge(self, m: policy.Judge) -> None:
        self._enter(m.task, "policy")

    def on_admitted(
        self, m: policy.Admitted
    ) -> Emits[tool.Supply | learning.Research | learning.Practise | task.Progressed]:
        job = self._in_phase(m.task, "policy")
        if job is None:
            return
        if job.learn.requires:
            yield jobs.supply(job)
            note = f"{', '.join(job.learn.requires)}{telling.nearly_spent(m.agent, m.left)}"
            yield task.Progressed(task=m.task, phase="requirements", note=note)
        else:
            yield from self._begin(job, m.policy_class, telling.nearly_spent(m.agent, m.left))

    def apply_supply(self, m: tool.Supply) -> None:
        self._enter(m.task, "requirements")

    def apply_supplied(self, m: tool.Supplied) -> None:
        if (job := self._in_phase(m.task, "requirements")) is not None:
            job.parts = m.parts

    def on_supplied(
        self, m: tool.Supplied
    ) -> Emits[learning.Research | learning.Practise | task.Progressed | task.Failed]:
        job = self._in_phase(m.task, "requirements")
        if job is None:
            return
        fault = jobs.unfit(job)
        if fault is not None:
            yield task.Failed(task=m.task, reason=fault)
        else:
            yield from self._begin(job, f"with {', '.join(part.name for part in m.parts)}")

    def _begin(
        self, job: Job, note: str, warning: str = ""
    ) -> Emits[learning.Research | learning.Practise | task.Progressed]:
        """What may serve is looked for, unless an implementation came along and needs none."""
        if is_researched(job.learn):
            yield jobs.research(job)
            yield task.Progressed(task=job.task, phase="research", note=f"{note}{warning}")
        else:
            yield jobs.practise(job, 1)
            note = f"the candidate that came with the task{warning}"
            yield task.Progressed(task=job.task, phase="practice", note=note)

    def on_refused(self, m: policy.Refused) -> Emits[task.Failed]:
        if self._in_phase(m.task, "policy") is not None:
            yield task.Failed(task=m.task, reason=m.reason)

    def apply_research(self, m: learning.Research) -> None:
        self._enter(m.task, "research")

    def apply_researched(self, m: learning.Researched) -> None:
        if (job := self._in_phase(m.task, "research")) is not None:
            job.options, job.tools = m.options, m.tools

    def on_researched(self, m: learning.Researched) -> Emits[learning.Practise | task.Progressed]:
        if (job := self._in_phase(m.task, "research")) is not None:
            yield jobs.practise(job, 1)
            yield task.Progressed(task=m.task, phase="practice", note=m.recommendation)

    def apply_practise(self, m: learning.Practise) -> None:
        self._enter(m.task, "practice", m.round)
        if (job := self.state.open.get(m.task)) is not None:
            job.paid = False

    def apply_continued(self, m: learning.Continued) -> None:
        if (job := self._in_phase(m.task, "practice", m.round)) is not None:
            job.paid = True
            self._expect(job, m.within_s + self.settings.practice_s)
        elif (job := self._in_phase(m.task, "validation", m.round)) is not None:
            self._expect(job, m.within_s + self.settings.phase_s)

    def on_attempted(self, m: learning.Attempted) -> Emits[task.Progressed]:
        job = self._in_phase(m.task, "practice", m.round)
        if job is not None and m.origin == "candidate":
            fault = telling.fault_of(m.attempts, jobs.examples_of(job.learn))
            if fault is not None:
                note = f"the candidate failed: {fault}; another implementation is looked for"
                yield task.Progressed(task=m.task, phase="practice", note=note)

    def apply_practised(self, m: learning.Practised) -> None:
        if (job := self._in_phase(m.task, "practice", m.round)) is not None:
            job.source, job.entry, job.origin, job.figures = m.source, m.entry, m.origin, m.figures
            job.others = m.others
            if m.replaced:
                job.candidate_failed, job.replaced = True, m.replaced

    def on_practised(self, m: learning.Practised) -> Emits[learning.Validate | task.Progressed]:
        job = self._in_phase(m.task, "practice", m.round)
        if job is None:
            return
        yield jobs.validate(job)
        times = "one attempt" if m.attempts == 1 else f"{m.attempts} attempts"
        yield task.Progressed(task=m.task, phase="validation", note=f"{m.origin}, after {times}")

    def on_stumped(self, m: learning.Stumped) -> Emits[learning.Practise | task.Progressed | task.Failed]:
        job = self._in_phase(m.task, "practice", m.round)
        if job is None:
            return
        if jobs.held_apart(job).unseen and job.shown_whole(job.rounds) and not job.paid:
            yield jobs.practise(job, job.rounds)
            note = f"{m.reason}; now with every example"
            yield task.Progressed(task=m.task, phase="practice", note=note)
        else:
            evidence = {
                **(job.evidence() or {}),
                "failures": msgspec.to_builtins(fitting(m.failures) or job.failures),
                "figures": m.figures,
            }
            yield task.Failed(task=m.task, reason=f"{m.reason}{job.before()}", evidence=evidence)

    def apply_validate(self, m: learning.Validate) -> None:
        self._enter(m.task, "validation", m.round)
        if (job := self.state.open.get(m.task)) is not None:
            job.held_back = len(m.unseen)

    def apply_validated(self, m: learning.Validated) -> None:
        if (job := self._in_phase(m.task, "validation", m.round)) is not None:
            job.mastery, job.failures = m.mastery, fitting(m.failures)
            job.missed = telling.missed(m.outcomes)
            job.ranges, job.halted, job.doubts = m.ranges, m.halted, m.doubts
            if job.origin == CANDIDATE:
                job.candidate_failed, job.replaced = True, telling.shortfall(m)

    def on_validated(
        self, m: learning.Validated
    ) -> Emits[learning.Enroll | learning.Practise | task.Progressed | task.Failed]:
        job = self._in_phase(m.task, "validation", m.round)
        if job is None:
            return
        if m.mastery >= self.settings.mastered and m.critical == 0:
            yield jobs.enroll(job)
            note = telling.verdict(m) if job.held_back or not job.learn.examples else telling.verdict_on_seen(m)
            note = "; ".join(filter(None, (note, tool.unsettled(m.doubts))))
            yield task.Progressed(task=m.task, phase="enrolment", note=note)
        elif job.origin == CANDIDATE and m.wrong == 0:
            reason = f"the candidate is right on all examples and tests, and is not taken: {telling.shortfall(m)}"
            yield task.Failed(task=m.task, reason=reason, evidence=job.evidence())
        elif m.round < self.settings.rounds:
            yield jobs.practise(job, m.round + 1)
            word = "partial" if m.mastery >= self.settings.partial else "failed"
            yield task.Progressed(
                task=m.task, phase="practice", note=f"{word}: the {job.origin} has {telling.shortfall(m)}"
            )
        else:
            reason = f"not mastered in {m.round} rounds: {telling.shortfall(m)}"
            yield task.Failed(task=m.task, reason=reason, evidence=job.evidence())

    def apply_enroll(self, m: learning.Enroll) -> None:
        if (job := self.state.open.get(m.task)) is not None:
            self._enter(m.task, "enrolment", job.round)

    def apply_approval_requested(self, m: approval.Requested) -> None:
        job = self._in_phase(m.task or "", "enrolment")
        if job is not None:
            job.enter("approval", job.round)
            self._expect(job, m.expires_at - self.now + self.settings.phase_s)

    def on_approval_requested(self, m: approval.Requested) -> Emits[task.Progressed]:
        if self._in_phase(m.task or "", "approval") is not None and m.task is not None:
            note = f"{m.summary}. See it: `kurultai approve {m.act}`; its digest begins with {m.digest[:12]}"
            yield task.Progressed(task=m.task, phase="approval", note=note)

    def apply_approval_granted(self, m: approval.Granted) -> None:
        job = self._in_phase(m.task or "", "approval")
        if job is not None:
            job.enter("enrolment", job.round)
            self._expect(job, self.settings.phase_s)

    def on_registered(self, m: tool.Registered) -> Emits[task.Answered]:
        job = self.state.open.get(m.task)
        if job is not None and job.kind == "learn":
            yield task.Answered(task=m.task, result=_learnt(m, job))

    def on_rejected(self, m: tool.Rejected) -> Emits[task.Failed]:
        job = self.state.open.get(m.task)
        if job is not None and job.kind == "learn":
            yield task.Failed(task=m.task, reason=m.reason, evidence=job.evidence())

    # Running a tool.

    def apply_call(self, m: tool.Call) -> None:
        self._enter(m.task, "call")

    def on_returned(self, m: tool.Returned) -> Emits[task.Progressed | task.Answered]:
        if self._in_phase(m.task, "call") is not None:
            if m.note:
                yield task.Progressed(task=m.task, phase="call", note=m.note)
            yield task.Answered(task=m.task, result=m.value)

    def on_raised(self, m: tool.Raised) -> Emits[task.Failed]:
        if self._in_phase(m.task, "call") is not None:
            yield task.Failed(task=m.task, reason=m.reason)

    # What others have done.

    def on_done(self, m: task.Done) -> Emits[task.Answered]:
        if self._is_theirs(m.task):
            yield task.Answered(task=m.task, result=m.result)

    def on_gave_up(self, m: task.GaveUp) -> Emits[task.Failed]:
        if self._is_theirs(m.task):
            yield task.Failed(task=m.task, reason=m.reason)

    # The end.

    def apply_answered(self, m: task.Answered) -> None:
        self._end(m.task, "answered", m.result)

    def apply_failed(self, m: task.Failed) -> None:
        self._end(m.task, "failed", m.reason)

    def apply_cancelled(self, m: task.Cancelled) -> None:
        self._end(m.task, "cancelled", m.reason)

    # Time.

    def due(self) -> float | None:
        return self.state.alarms.first()

    def on_due(self) -> Emits[jobs.Command | task.Failed]:
        for name in self.state.alarms.ripe(self.now, AT_ONCE):
            job = self.state.open[name]
            late = job.deadline is not None and job.deadline <= self.now
            command = jobs.command(job) if job.asked < TRIES and not late else None
            if command is not None:
                yield command
                continue
            silent = f"{jobs.awaited(job)} gave no answer, asked {job.asked} time{'s' * (job.asked != 1)}"
            reason = "not done by its deadline" if late else silent
            yield task.Failed(task=name, reason=f"{reason}; it was in {job.phase}", evidence=job.evidence())

    # Questions.

    def answer_find(self, m: task.Find) -> task.Views | FromLog:
        """All tasks known in the order of their acceptance, or the one that is named, which alone has its outcome."""
        if m.task is not None and (archived := self._archived(m.task)) is not None:
            return telling.from_log(m.task, archived.kind, archived.accepted_at, archived.place)
        views = [_view(name, done, done.outcome if m.task else None) for name, done in self.state.ended.items()]
        views += [_view(job.task, job, None) for job in self.state.open.values()]
        chosen = sorted(
            (view for view in views if m.task is None or view.task == m.task), key=lambda view: view.accepted_at
        )
        return task.Views(tasks=tuple(chosen[-m.limit :]))

    def _archived(self, name: str) -> Archived | Ended | None:
        """The ended task, if its outcome stands on the log alone."""
        known = self.state.ended.get(name)
        if known is None:
            return self.state.archive.get(name)
        return known if known.is_cut else None

    # What changes.

    def _in_phase(self, name: str, phase: str, round_number: int | None = None) -> Job | None:
        """The open task, if it waits for the answer of this phase and round."""
        job = self.state.open.get(name)
        if job is None or job.phase != phase or round_number not in (None, job.round):
            return None
        return job

    def _is_theirs(self, name: str) -> bool:
        """The task is open, and of a kind that is done by actors that a user added."""
        job = self.state.open.get(name)
        return job is not None and job.kind not in KINDS

    def _enter(self, name: str, phase: str, round_number: int = 0) -> None:
        job = self.state.open.get(name)
        if job is not None:
            job.enter(phase, round_number)
            self._expect(job, self.settings.practice_s if phase == "practice" else self.settings.phase_s)

    def _expect(self, job: Job, within_s: float) -> None:
        at = self.now + within_s
        self.state.alarms.set(job.task, at if job.deadline is None else min(at, job.deadline))

    def _end(self, name: str, phase: str, outcome: Json) -> None:
        job = self.state.open.pop(name, None)
        self.state.alarms.drop(name)
        if job is not None:
            self.state.ended[name] = jobs.ended(job, phase, outcome)
            if len(self.state.ended) > REMEMBERED:
                self._archive(next(iter(self.state.ended)))

    def _archive(self, name: str) -> None:
        old = self.state.ended.pop(name)
        self.state.archive[name] = Archived(old.kind, old.accepted_at, old.place)
        if len(self.state.archive) > ARCHIVED:
            del self.state.archive[next(iter(self.state.archive))]


def _learnt(m: tool.Registered, job: Job) -> Json:
    spec = m.spec
    return {
        "tool": spec.name,
        "version": m.version,
        "semver": spec.semver,
        "parameters": list(spec.parameters),
        "mastery": spec.mastery,
        "rounds": job.round,
        "held_back": job.held_back,
        "missed": list(job.missed),
        "doubts": msgspec.to_builtins(job.doubts),
        "origin": spec.origin,
        "replaced": job.replaced if spec.origin != "candidate" else "",
        "disabled": m.disabled,
        "digest": spec.digest,
        "source": spec.source,
    }


def _view(name: str, known: Job | Ended, outcome: Json) -> task.View:
    return task.View(task=name, kind=known.kind, phase=known.phase, accepted_at=known.accepted_at, outcome=outcome)
