"""The registry takes a tool in only after the gate let it pass, and a person too where policy or `advisory` wants one.

It keeps every version, has calls made in the sandbox alone, and takes back what a task brought that did not end well.
"""

from typing import Annotated, Final, TypeVar

import msgspec

from actors.acquisition.interface import digest_of, misfit
from actors.acquisition.registry import catalogue
from actors.acquisition.registry.catalogue import Tool
from actors.gate.acts import act_digest
from messages import approval, change, sandbox, task, tool
from messages.change import Dossier
from messages.control import Level, Mode
from runtime.actor import Actor, Emits

REGISTER: Final = "tool.register"
"""The kind of decision that a registration is. *chosen*"""

REMEMBERED: Final = 10_000
"""Ended tasks, and tasks that brought a tool, that are kept in mind. *chosen*: far more than are ever under way"""

V = TypeVar("V")


class Proposal(msgspec.Struct, frozen=True):
    """A tool that is on its way through the gate."""

    task: str
    spec: tool.Spec
    review: tuple[str, ...] = ()
    """Why a person must approve it, as policy said."""


class Called(msgspec.Struct, frozen=True):
    """A call under way."""

    tool: str
    version: int


class Registry(Actor):
    """A tool is callable under its name exactly from Registered to Withdrawn."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        tools: dict[str, Tool] = {}
        proposals: dict[str, Proposal] = {}
        """By the name of the change."""
        calls: dict[str, Called] = {}
        """By the task."""
        over: dict[str, None] = {}
        """Tasks that ended without success."""
        brought: dict[str, tuple[str, int]] = {}
        """Name and version of what a task had registered."""

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        approval_s: Annotated[float, msgspec.Meta(gt=0, le=604_800)] = 3_600.0
        """An act that waits for a person longer than this is denied."""
        call_s: Annotated[float, msgspec.Meta(gt=0, le=60)] = 10.0
        """A call of a tool may take this long."""

    state: State
    settings: Settings

    # Registering.

    def apply_register(self, m: tool.Register) -> None:
        if self._refusal(m) is None and not self._known(m.task):
            self.state.proposals[self._change()] = Proposal(m.task, m.spec)

    def on_register(self, m: tool.Register) -> Emits[change.Proposed | tool.Rejected]:
        refusal = self._refusal(m)
        if refusal is not None:
            yield tool.Rejected(task=m.task, name=m.spec.name, reason=refusal)
        elif self._change() in self.state.proposals:
            spec = m.spec
            evidence = {
                "mastery": spec.mastery,
                "origin": spec.origin,
                "parameters": list(spec.parameters),
                "goal": spec.description,
                "domain": spec.domain,
                "source": spec.source,
            }
            dossier = Dossier(
                change=self._change(),
                pattern=REGISTER,
                subject=spec.name,
                digest=spec.digest,
                task=m.task,
                evidence=evidence,
            )
            yield change.Proposed(dossier=dossier)

    def on_approved(self, m: change.Approved) -> Emits[tool.Registered | approval.Requested]:
        proposal = self.state.proposals.get(m.dossier.change)
        if proposal is None:
            return
        if self.mode is Mode.ADVISORY or proposal.review:
            yield self._request(m.dossier.change, proposal)
        else:
            yield self._registered(proposal)

    def apply_screened(self, m: change.Screened) -> None:
        proposal = self.state.proposals.get(m.dossier.change)
        if proposal is not None:
            self.state.proposals[m.dossier.change] = msgspec.structs.replace(proposal, review=m.dossier.review)

    def on_refused(self, m: change.Refused) -> Emits[tool.Rejected]:
        proposal = self.state.proposals.get(m.dossier.change)
        if proposal is not None:
            yield tool.Rejected(task=proposal.task, name=proposal.spec.name, reason=m.reason)

    def on_vetoed(self, m: change.Vetoed) -> Emits[tool.Rejected]:
        proposal = self.state.proposals.get(m.dossier.change)
        if proposal is not None:
            yield tool.Rejected(task=proposal.task, name=proposal.spec.name, reason=f"vetoed: {m.reason}")

    def apply_registered(self, m: tool.Registered) -> None:
        catalogue.add(self.state.tools, m.spec, m.version)
        _remember(self.state.brought, m.task, (m.spec.name, m.version))
        self._forget(m.task)

    def apply_rejected(self, m: tool.Rejected) -> None:
        self._forget(m.task)

    # A person's word.

    def on_granted(self, m: approval.Granted) -> Emits[tool.Registered | approval.Requested]:
        proposal = self.state.proposals.get(m.act)
        if proposal is None:
            return
        if m.digest == self._digest(proposal):
            yield self._registered(proposal)
        else:
            yield self._request(m.act, proposal)

    def on_denied(self, m: approval.Denied) -> Emits[tool.Rejected]:
        proposal = self.state.proposals.get(m.act)
        if proposal is not None:
            yield tool.Rejected(task=proposal.task, name=proposal.spec.name, reason=f"not approved: {m.reason}")

    def _request(self, act: str, proposal: Proposal) -> approval.Requested:
        spec = proposal.spec
        why = "; ".join(proposal.review) or "the council is in the mode advisory"
        return approval.Requested(
            act=act,
            digest=self._digest(proposal),
            summary=f"register {spec.name!r}: {spec.description} (mastery {spec.mastery:.2f}), asked because {why}",
            expires_at=self.now + self.settings.approval_s,
            task=proposal.task,
        )

    def _digest(self, proposal: Proposal) -> str:
        """What an approval must be for; a freeze or a thaw in between makes it another."""
        return act_digest(REGISTER, proposal.spec.name, proposal.spec.digest, self.epoch)

    # Calling.

    def apply_call(self, m: tool.Call) -> None:
        found = self._callable(m)
        if not isinstance(found, str):
            self.state.calls[m.task] = Called(m.tool, found[1])

    def on_call(self, m: tool.Call) -> Emits[sandbox.Run | tool.Raised]:
        found = self._callable(m)
        if isinstance(found, str):
            yield tool.Raised(task=m.task, tool=m.tool, reason=found)
            return
        spec = found[0]
        yield sandbox.Run(
            task=m.task,
            purpose=self._purpose,
            source=spec.source,
            entry=spec.entry,
            calls=(m.args,),
            limit_s=self.settings.call_s,
        )

    def on_ran(self, m: sandbox.Ran) -> Emits[tool.Returned | tool.Raised]:
        called = self.state.calls.get(m.task)
        if called is None or m.purpose != self._purpose:
            return
        result = m.results[0]
        if result.status == "returned":
            yield tool.Returned(
                task=m.task, tool=called.tool, version=called.version, value=result.value, wall_ms=result.wall_ms
            )
        else:
            reason = f"{result.status}: {result.error}"
            yield tool.Raised(
                task=m.task, tool=called.tool, reason=reason, status=result.status, version=called.version
            )

    def apply_returned(self, m: tool.Returned) -> None:
        self.state.calls.pop(m.task, None)
        self.state.tools[m.tool].calls += 1

    def apply_raised(self, m: tool.Raised) -> None:
        called = self.state.calls.pop(m.task, None)
        if called is not None:
            known = self.state.tools[called.tool]
            known.calls, known.failures = known.calls + 1, known.failures + 1

    # Undoing.

    def apply_cancelled(self, m: task.Cancelled) -> None:
        self._abandon(m.task)

    def on_cancelled(self, m: task.Cancelled) -> Emits[tool.Withdrawn]:
        yield from self._withdrawal(m.task)

    def apply_failed(self, m: task.Failed) -> None:
        self._abandon(m.task)

    def on_failed(self, m: task.Failed) -> Emits[tool.Withdrawn]:
        yield from self._withdrawal(m.task)

    def apply_withdrawn(self, m: tool.Withdrawn) -> None:
        catalogue.withdraw(self.state.tools, m.name, m.version)
        self.state.brought.pop(m.task, None)

    def _withdrawal(self, name: str) -> Emits[tool.Withdrawn]:
        brought = self.state.brought.get(name)
        if brought is not None:
            yield tool.Withdrawn(task=name, name=brought[0], version=brought[1])

    # Questions.

    def answer_find(self, m: tool.Find) -> tool.Entries:
        """The tools as they stand; the source is shown of one alone."""
        return catalogue.entries(self.state.tools, m.name)

    # What changes.

    @property
    def _purpose(self) -> str:
        return f"{self.name}:call"

    def _change(self) -> str:
        """The name of the change that the message in hand asks for."""
        return f"c-{self.origin.seq}"

    def _refusal(self, m: tool.Register) -> str | None:
        if m.task in self.state.over:
            return "its task is over"
        if m.spec.digest != digest_of(m.spec.source, m.spec.entry):
            return "the digest does not fit the source"
        return None

    def _known(self, name: str) -> bool:
        """The task has brought its tool already: this is the same order once more."""
        return name in self.state.brought or any(known.task == name for known in self.state.proposals.values())

    def _registered(self, proposal: Proposal) -> tool.Registered:
        version = catalogue.next_version(self.state.tools, proposal.spec.name)
        return tool.Registered(task=proposal.task, version=version, spec=proposal.spec)

    def _callable(self, m: tool.Call) -> tuple[tool.Spec, int] | str:
        found = catalogue.resolve(self.state.tools, m.tool, m.version)
        if isinstance(found, str):
            return found
        wrong = misfit(found[0].parameters, len(m.args))
        return f"the tool {m.tool!r} {wrong}" if wrong is not None else found

    def _abandon(self, name: str) -> None:
        _remember(self.state.over, name, None)
        self.state.calls.pop(name, None)
        self._forget(name)

    def _forget(self, name: str) -> None:
        for act in [act for act, proposal in self.state.proposals.items() if proposal.task == name]:
            del self.state.proposals[act]


def _remember(kept: dict[str, V], key: str, value: V) -> None:
    kept[key] = value
    if len(kept) > REMEMBERED:
        del kept[next(iter(kept))]
