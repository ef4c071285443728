"""Kublai owns every accepted task: he delegates its phases, follows up, and alone says how it ended.

He judges nothing, and does no work himself. A running tool costs him two decisions, a learnt one about six.
A task of a kind that a user added is done by the user's own actors: he waits for their word, a cancel or the deadline.
"""

from typing import Final

import msgspec

from actors.agents.kublai import commands, decisions, telling
from actors.agents.kublai.commands import Command
from actors.agents.kublai.delegation import IN_PLACE, maker_of
from actors.agents.kublai.job import Job, Phase
from actors.agents.kublai.ledger import Ledger, Sparing
from actors.agents.kublai.phases import BEGUN_BY, PHASES, again
from actors.agents.kublai.settings import KublaiSettings
from messages import task
from messages.autonomy import goal, peer
from messages.gate import approval, policy
from messages.kernel import control
from messages.kernel.control import Level, Mode
from messages.tools import learning, tool
from runtime.actor import Actor, Emits
from runtime.lookup import FromLog

AT_ONCE: Final = 200
"""Most overdue tasks handled in one decision. *derived*: two messages each stay below the log's 1,000 a commit"""

TRIES: Final = 2
"""A phase is delegated once, and once more when no answer comes. *cited*: specification of acquisition, section 1"""

KINDS: Final = ("learn", "run", "recheck", "cancel")
"""The kinds of task that he has done; any other is done by actors that a user added. *derived*: messages.task"""


Ending = task.Answered | task.Failed | task.Cancelled
Begun = policy.Judge | tool.Call | tool.Recheck


class Kublai(Actor):
    """Every task that he hears of ends in exactly one of answered, failed and cancelled, said by him."""

    level = Level.FOUNDATION

    State = Ledger
    Settings = KublaiSettings

    state: Ledger
    settings: KublaiSettings

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
        if m.kind == "learn":
            self._plan(job)
        self.state.open[m.task] = job
        if m.kind in KINDS:
            self.state.expect(job, self.now + self.settings.phase_s)
        elif deadline is not None:
            self.state.alarms.set(m.task, deadline)

    def on_accepted(self, m: task.Accepted) -> Emits[Begun | task.Progressed | Ending]:
        job = self.state.open[m.task]
        match m.kind:
            case "learn":
                yield commands.judge(job)
                yield task.Progressed(task=job.task, phase=Phase.POLICY, note=telling.plan(job))
            case "run":
                yield commands.call(job)
            case "recheck":
                yield commands.recheck(job)
            case "cancel":
                yield from self._cancel(job)

    def _plan(self, job: Job) -> None:
        """Who makes the tool, and with what part of the usual effort, by what autonomy says of trust and resources."""
        usual = maker_of(job.learn.domain)
        maker = self.state.standing.instead_of(usual, IN_PLACE, job.place)
        job.instead = "" if maker == usual else maker
        job.effort = self.state.effort(self.now)

    def apply_believed(self, m: peer.Believed) -> None:
        self.state.standing.bands[m.agent] = m.band

    def apply_spare(self, m: goal.Spare) -> None:
        self.state.sparing[m.goal] = Sparing(m.effort, m.until)

    def apply_ended(self, m: goal.Ended) -> None:
        self.state.sparing.pop(m.goal, None)

    def apply_set(self, m: control.Set) -> None:
        """What autonomy said counts no more once it is frozen."""
        if m.level is Level.AUTONOMY:
            self.state.standing.mode = m.mode
            if m.mode is Mode.FROZEN:
                self.state.sparing.clear()

    def on_set(self, m: control.Set) -> Emits[task.Cancelled]:
        """Work for goals of the council's own is over when autonomy is frozen, since those goals are."""
        if m.level is Level.AUTONOMY and m.mode is Mode.FROZEN:
            for job in self.state.open.values():
                if job.client == goal.CLIENT:
                    yield task.Cancelled(task=job.task, reason=f"autonomy is frozen: {m.reason}"[:2_000])

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

    # Commands given: the phase that each begins is in the table.

    def apply_judge(self, m: policy.Judge) -> None:
        self._enter(m)

    def apply_supply(self, m: tool.Supply) -> None:
        self._enter(m)

    def apply_research(self, m: learning.Research) -> None:
        self._enter(m)

    def apply_practise(self, m: learning.Practise) -> None:
        if (job := self._enter(m)) is not None:
            job.paid = False

    def apply_validate(self, m: learning.Validate) -> None:
        if (job := self._enter(m)) is not None:
            job.held_back = len(m.unseen)

    def apply_register(self, m: tool.Register) -> None:
        self._enter(m)

    def apply_call(self, m: tool.Call) -> None:
        self._enter(m)

    def apply_recheck(self, m: tool.Recheck) -> None:
        self._enter(m)

    # Answers in a learning task: what follows is in `decisions`.

    def on_admitted(
        self, m: policy.Admitted
    ) -> Emits[tool.Supply | learning.Research | learning.Practise | task.Progressed]:
        if (job := self.state.awaiting(m)) is not None:
            yield from decisions.on_admitted(job, m)

    def on_refused(self, m: policy.Refused) -> Emits[task.Failed]:
        if self.state.awaiting(m) is not None:
            yield task.Failed(task=m.task, reason=m.reason)

    def apply_supplied(self, m: tool.Supplied) -> None:
        if (job := self.state.awaiting(m)) is not None:
            job.parts = m.parts

    def on_supplied(
        self, m: tool.Supplied
    ) -> Emits[learning.Research | learning.Practise | task.Progressed | task.Failed]:
        if (job := self.state.awaiting(m)) is not None:
            yield from decisions.on_supplied(job, m)

    def apply_researched(self, m: learning.Researched) -> None:
        if (job := self.state.awaiting(m)) is not None:
            job.options, job.tools = m.options, m.tools

    def on_researched(self, m: learning.Researched) -> Emits[learning.Practise | task.Progressed]:
        if (job := self.state.awaiting(m)) is not None:
            yield from decisions.on_researched(job, m)

    def apply_continued(self, m: learning.Continued) -> None:
        if (job := self.state.awaiting(m)) is not None:
            job.paid = job.paid or job.phase is Phase.PRACTICE
            self.state.expect(job, self.now + m.within_s + self._limit_s(job))

    def on_attempted(self, m: learning.Attempted) -> Emits[task.Progressed]:
        if (job := self.state.awaiting(m)) is not None:
            yield from decisions.on_attempted(job, m)

    def apply_practised(self, m: learning.Practised) -> None:
        if (job := self.state.awaiting(m)) is not None:
            decisions.apply_practised(job, m)

    def on_practised(self, m: learning.Practised) -> Emits[learning.Validate | task.Progressed]:
        if (job := self.state.awaiting(m)) is not None:
            yield from decisions.on_practised(job, m)

    def on_stumped(self, m: learning.Stumped) -> Emits[learning.Practise | task.Progressed | task.Failed]:
        if (job := self.state.awaiting(m)) is not None:
            yield from decisions.on_stumped(job, m)

    def apply_validated(self, m: learning.Validated) -> None:
        if (job := self.state.awaiting(m)) is not None:
            decisions.apply_validated(job, m)

    def on_validated(
        self, m: learning.Validated
    ) -> Emits[tool.Register | learning.Practise | task.Progressed | task.Failed]:
        if (job := self.state.awaiting(m)) is not None:
            yield from decisions.on_validated(job, self.settings, m)

    def apply_approval_requested(self, m: approval.Requested) -> None:
        if (job := self.state.awaiting(m)) is not None:
            job.enter(Phase.APPROVAL, job.round)
            self.state.expect(job, m.expires_at + self._limit_s(job))

    def on_approval_requested(self, m: approval.Requested) -> Emits[task.Progressed]:
        job = self.state.open.get(m.task or "")
        if job is not None and job.phase is Phase.APPROVAL:
            note = f"{m.summary}. See it: `kurultai approve {m.act}`; its digest begins with {m.digest[:12]}"
            yield task.Progressed(task=job.task, phase=Phase.APPROVAL, note=note)

    def apply_approval_granted(self, m: approval.Granted) -> None:
        if (job := self.state.awaiting(m)) is not None:
            job.enter(Phase.ENROLMENT, job.round)
            self.state.expect(job, self.now + self._limit_s(job))

    def on_registered(self, m: tool.Registered) -> Emits[task.Answered]:
        job = self.state.open.get(m.task)
        if job is not None and job.kind == "learn":
            yield task.Answered(task=m.task, result=decisions.learnt(job, m))

    def on_rejected(self, m: tool.Rejected) -> Emits[task.Failed]:
        job = self.state.open.get(m.task)
        if job is not None and job.kind == "learn":
            yield task.Failed(task=m.task, reason=m.reason, evidence=job.evidence())

    # Running a tool.

    def on_returned(self, m: tool.Returned) -> Emits[task.Progressed | task.Answered]:
        if self.state.awaiting(m) is not None:
            if m.note:
                yield task.Progressed(task=m.task, phase=Phase.CALL, note=m.note)
            yield task.Answered(task=m.task, result=m.value)

    def on_raised(self, m: tool.Raised) -> Emits[task.Failed]:
        if self.state.awaiting(m) is not None:
            yield task.Failed(task=m.task, reason=m.reason)

    def on_rechecked(self, m: tool.Rechecked) -> Emits[task.Answered | task.Failed]:
        if self.state.awaiting(m) is None:
            return
        if m.tried and m.version is not None:
            checked = task.Checked(tool=m.tool, version=m.version, held=m.held, broken=m.broken, reason=m.reason)
            yield task.Answered(task=m.task, result=msgspec.to_builtins(checked))
        else:
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
        self.state.end(m.task, "answered", m.result)

    def apply_failed(self, m: task.Failed) -> None:
        self.state.end(m.task, "failed", m.reason)

    def apply_cancelled(self, m: task.Cancelled) -> None:
        self.state.end(m.task, "cancelled", m.reason)

    # Time.

    def due(self) -> float | None:
        return self.state.alarms.first()

    def on_due(self) -> Emits[Command | task.Failed]:
        for name in self.state.alarms.ripe(self.now, AT_ONCE):
            job = self.state.open[name]
            late = job.deadline is not None and job.deadline <= self.now
            command = again(job) if job.asked < TRIES and not late else None
            if command is not None:
                yield command
                continue
            silent = f"{PHASES[job.phase].owed_by(job)} gave no answer, asked {job.asked} time{'s' * (job.asked != 1)}"
            reason = "not done by its deadline" if late else silent
            yield task.Failed(task=name, reason=f"{reason}; it was in {job.phase}", evidence=job.evidence())

    # Questions.

    def answer_find(self, m: task.Find) -> task.Views | FromLog:
        """All tasks known in the order of their acceptance, or the one that is named, which alone has its outcome."""
        if m.task is not None and (known := self.state.on_log(m.task)) is not None:
            return telling.from_log(m.task, known.kind, known.accepted_at, known.place)
        return self.state.views(m)

    # What changes.

    def _is_theirs(self, name: str) -> bool:
        """The task is open, and of a kind that is done by actors that a user added."""
        job = self.state.open.get(name)
        return job is not None and job.kind not in KINDS

    def _enter(self, m: Command) -> Job | None:
        """The task is in the phase that the command begins, and its answer is waited for."""
        job = self.state.open.get(m.task)
        if job is not None:
            job.enter(BEGUN_BY[type(m)], _round(job, m))
            self.state.expect(job, self.now + self._limit_s(job))
        return job

    def _limit_s(self, job: Job) -> float:
        """How long the job's phase waits for its answer."""
        limit_s: float = getattr(self.settings, PHASES[job.phase].limit)
        return limit_s


def _round(job: Job, m: Command) -> int:
    """The round that the command begins or goes on with; before the first there is none."""
    match m:
        case learning.Practise() | learning.Validate():
            return m.round
        case tool.Register():
            return job.round
        case _:
            return 0
