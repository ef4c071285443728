"""The registry takes a tool in only after the gate let it pass, and a person too where policy or `advisory` wants one.

It keeps every version, has calls made in the sandbox alone, refuses those that the tool can't take or is not trusted
with, and takes back what a task brought that did not end well.
"""

import hashlib
from typing import Annotated, Final, TypeVar

import msgspec

from actors.dossiers import act_digest, is_passed
from actors.tools.registry import catalogue, views
from actors.tools.registry.admission import objection, usable, whole
from actors.tools.registry.calling import Called, Calling
from actors.tools.registry.catalogue import Tool
from actors.tools.registry.exhibits import exhibits_of
from actors.tools.registry.governed import Governed
from actors.tools.registry.ranking import Ranking, best
from actors.tools.registry.rechecking import Rechecked, Rechecking
from actors.tools.spec.composition import faults, parts_of
from messages import task
from messages.base import encode
from messages.gate import approval, change, evidence
from messages.gate.change import Dossier
from messages.kernel.control import Level, Mode
from messages.task import Bump
from messages.tools import sandbox, tool
from runtime.actor import Emits
from runtime.orders import Orders

REGISTER: Final = "tool.register"
"""The kind of decision that a registration is. *chosen*"""

REMEMBERED: Final = 10_000
"""Ended tasks, and tasks that brought a tool, that are kept in mind. *chosen*: far more than are ever under way"""

V = TypeVar("V")


class Proposal(msgspec.Struct, frozen=True):
    """A tool that is on its way through the gate."""

    task: str
    spec: tool.Spec
    bump: Bump = "patch"
    review: tuple[str, ...] = ()
    """Why a person must approve it, as policy said."""


class Registry(Calling, Rechecking, Governed):
    """A tool is callable under its name exactly from Registered to Withdrawn."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        tools: dict[str, Tool] = {}
        proposals: dict[str, Proposal] = {}
        """By the name of the change."""
        calls: dict[str, Called] = {}
        """By the task."""
        rechecks: dict[str, Rechecked] = {}
        """By the task."""
        over: dict[str, None] = {}
        """Tasks that ended without success."""
        brought: dict[str, tuple[str, int]] = {}
        """Name and version of what a task had registered."""
        revision: int = 0
        """One more with each change in what a name stands for."""
        orders: Orders = msgspec.field(default_factory=Orders)

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        operator_key: str = ""
        """Public key of the operator; without it every order is refused."""
        approval_s: Annotated[float, msgspec.Meta(gt=0, le=604_800)] = 3_600.0
        """An act that waits for a person longer than this is denied."""
        call_s: Annotated[float, msgspec.Meta(gt=0, le=60)] = 10.0
        """A call of a tool may take this long."""

    state: State
    settings: Settings

    def __init__(self, settings: msgspec.Struct | None = None) -> None:
        super().__init__(settings)
        self._ranking = Ranking()
        self._ranked: tuple[Registry.State, int] | None = None
        self._specs: dict[str, tool.Spec] = {}

    # What a tool that is to be learnt will call.

    def on_supply(self, m: tool.Supply) -> Emits[tool.Supplied | tool.Rejected]:
        look_up = usable(self.state.tools)
        reason = next(faults(m.name, m.requires, look_up), None)
        if reason is not None:
            yield tool.Rejected(task=m.task, name=m.name, reason=reason)
        else:
            yield tool.Supplied(task=m.task, parts=parts_of(m.name, m.requires, look_up))

    # What the sandbox ran.

    def on_ran(self, m: sandbox.Ran) -> Emits[tool.Returned | tool.Raised | tool.Rechecked]:
        yield from self.called(m)
        yield from self.rechecked(m)

    # Registering.

    def apply_register(self, m: tool.Register) -> None:
        if self._refusal(m) is None and not self._known(m.task):
            self.state.proposals[self._change()] = Proposal(m.task, m.spec, m.bump)

    def on_register(self, m: tool.Register) -> Emits[change.Proposed | tool.Rejected]:
        refusal = self._refusal(m)
        if refusal is not None:
            yield tool.Rejected(task=m.task, name=m.spec.name, reason=refusal)
        elif self._change() in self.state.proposals:
            yield change.Proposed(dossier=_dossier(self._change(), m.task, m.spec))

    def on_approved(self, m: change.Approved) -> Emits[tool.Registered | tool.Rejected | approval.Requested]:
        proposal = self.state.proposals.get(m.dossier.change)
        if proposal is None:
            return
        if not is_passed(m.dossier, _dossier(m.dossier.change, proposal.task, proposal.spec)):
            reason = "what was approved is not what was proposed"
            yield tool.Rejected(task=proposal.task, name=proposal.spec.name, reason=reason)
        elif self.mode is Mode.ADVISORY or proposal.review:
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
        catalogue.add(self.state.tools, whole(m.spec), m.version)
        self.state.revision += 1
        _remember(self.state.brought, m.task, (m.spec.name, m.version))
        self._forget(m.task)

    def apply_rejected(self, m: tool.Rejected) -> None:
        self._forget(m.task)

    # A person's word.

    def on_granted(self, m: approval.Granted) -> Emits[tool.Registered | tool.Rejected | approval.Requested]:
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
        known = self.state.tools.get(spec.name)
        return approval.Requested(
            act=act,
            digest=self._digest(proposal),
            summary=f"register {spec.name!r}: {spec.description} (mastery {spec.mastery:.2f}), asked because {why}",
            expires_at=self.now + self.settings.approval_s,
            task=proposal.task,
            exhibits=exhibits_of(spec, proposal.review, known.current() if known is not None else None),
        )

    def _digest(self, proposal: Proposal) -> str:
        """What an approval must be for; a freeze or a thaw in between makes it another."""
        content = hashlib.sha256(encode(proposal.spec)).hexdigest()
        return act_digest(REGISTER, proposal.spec.name, content, self.epoch)

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
        self.state.revision += 1
        self.state.brought.pop(m.task, None)

    def _withdrawal(self, name: str) -> Emits[tool.Withdrawn]:
        brought = self.state.brought.get(name)
        if brought is not None:
            yield tool.Withdrawn(task=name, name=brought[0], version=brought[1])

    # Offering.

    def on_seek(self, m: tool.Seek) -> Emits[tool.Sought]:
        specs = self._in_use()
        scores = self._ranking.scores(m.goal)

        def wanted(name: str) -> bool:
            return name != m.besides and views.may_be_part(self.state.tools[name], specs[name])

        names, _ = best(scores, wanted, m.limit)
        known = tuple(views.known(self.state.tools[name], specs[name], scores[name]) for name in names)
        yield tool.Sought(task=m.task, tools=views.within(known))

    # Questions.

    def answer_find(self, m: tool.Find) -> tool.Entries:
        """The tools as they stand; the source is shown of one alone."""
        return views.entries(self.state.tools, m.name)

    def answer_discover(self, m: tool.Discover) -> tool.Discovered:
        """The tools that fit, best first where words were given, else by name."""
        specs = self._in_use()
        scores = self._ranking.scores(m.text) if m.text.strip() else dict.fromkeys(specs, 0.0)
        names, total = best(scores, lambda name: views.fits(self.state.tools[name], specs[name], m), m.limit)
        listed = (views.listing(self.state.tools[name], specs[name], scores[name]) for name in names)
        return tool.Discovered(tools=tuple(listed), total=total)

    def answer_browse(self, m: tool.Browse) -> tool.Offers:
        """The tools that anyone may call now, with what they take."""
        return views.offers(self.state.tools, m)

    def _in_use(self) -> dict[str, tool.Spec]:
        """What each name stands for; looked up anew, and shown to the index, when anything of it has changed."""
        state = self.state
        if self._ranked is None or self._ranked[0] is not state or self._ranked[1] != state.revision:
            found = ((name, known.current()) for name, known in state.tools.items())
            self._specs = {name: spec for name, spec in found if spec is not None}
            self._ranking.show(self._specs)
            self._ranked = (state, state.revision)
        return self._specs

    # What changes.

    def _change(self) -> str:
        """The name of the change that the message in hand asks for."""
        return f"c-{self.origin.seq}"

    def _refusal(self, m: tool.Register) -> str | None:
        return "its task is over" if m.task in self.state.over else objection(self.state.tools, m.spec)

    def _known(self, name: str) -> bool:
        """The task has brought its tool already: this is the same order once more."""
        return name in self.state.brought or any(known.task == name for known in self.state.proposals.values())

    def _registered(self, proposal: Proposal) -> tool.Registered | tool.Rejected:
        """The tool as it is taken in; what it requires may be gone since it was proposed."""
        spec, tools = proposal.spec, self.state.tools
        reason = objection(tools, spec)
        if reason is not None:
            return tool.Rejected(task=proposal.task, name=spec.name, reason=reason)
        taken = msgspec.structs.replace(
            whole(spec),
            semver=catalogue.next_semver(tools.get(spec.name), proposal.bump),
            learned_at=self.now,
            status="experimental",
        )
        version, known = catalogue.next_version(tools, spec.name), tools.get(spec.name)
        disabled = known.disabled if known is not None else ""
        return tool.Registered(task=proposal.task, version=version, spec=taken, disabled=disabled)

    def _abandon(self, name: str) -> None:
        _remember(self.state.over, name, None)
        self.state.calls.pop(name, None)
        self.state.rechecks.pop(name, None)
        self._forget(name)

    def _forget(self, name: str) -> None:
        for act in [act for act, proposal in self.state.proposals.items() if proposal.task == name]:
            del self.state.proposals[act]


def _dossier(name: str, task_name: str, spec: tool.Spec) -> Dossier:
    """The registration of the tool, as it is proposed under this name."""
    content = evidence.Tool(
        agent=spec.learned_by,
        goal=spec.description,
        domain=spec.domain,
        profile=spec.profile,
        source=spec.source,
        entry=spec.entry,
        requires=spec.requires,
        secrets=spec.secrets,
        hosts=tuple(host.host for host in spec.hosts),
        parameters=spec.parameters,
        mastery=spec.mastery,
        origin=spec.origin,
        fingerprint=whole(spec).fingerprint,
    )
    return Dossier(
        change=name, pattern=REGISTER, subject=spec.name, digest=spec.digest, task=task_name, content=content
    )


def _remember(kept: dict[str, V], key: str, value: V) -> None:
    kept[key] = value
    if len(kept) > REMEMBERED:
        del kept[next(iter(kept))]
