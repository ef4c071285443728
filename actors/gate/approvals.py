"""Approvals carries a person's word to the act that waits for it: bound to a digest, good once, and not for ever.

It judges nothing. What becomes of an approved act is decided by who asked; what nobody approves in time is denied.
"""

from typing import Final

import msgspec

from actors.alarms import Alarms
from messages import task
from messages.gate import approval
from messages.kernel import order
from messages.kernel.control import Level
from runtime.actor import Actor, Emits
from runtime.orders import Orders

EXPIRED_AT_ONCE: Final = 500
"""Most expired acts handled in one decision. *derived*: one message each stays below the log's 1,000 a commit"""

REMEMBERED: Final = 1_000
"""Ended tasks that are kept in mind. *chosen*: far more than end while one request is on its way"""

Word = approval.Granted | approval.Denied | order.Rejected


class Approvals(Actor):
    """Every act that waits for a person ends as granted or denied, unless its task is over before."""

    level = Level.GUARD

    class State(msgspec.Struct):
        waiting: dict[str, approval.Requested] = {}
        expiry: Alarms = msgspec.field(default_factory=Alarms)
        over: dict[str, None] = {}
        """Tasks that ended without success last; an act that was asked for at that very moment waits for nobody."""
        orders: Orders = msgspec.field(default_factory=Orders)

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        operator_key: str = ""
        """Public key of the operator; without it every order is refused."""

    state: State
    settings: Settings

    def apply_requested(self, m: approval.Requested) -> None:
        if m.task in self.state.over:
            return
        self.state.waiting[m.act] = msgspec.structs.replace(m, exhibits=())
        self.state.expiry.set(m.act, m.expires_at)

    def apply_approve(self, m: order.Approve) -> None:
        self._take()

    def on_approve(self, m: order.Approve) -> Emits[Word]:
        fault = self._fault(m)
        if fault is not None:
            yield self._refused(fault)
            return
        act = self.state.waiting[m.act]
        yield approval.Granted(act=m.act, digest=m.digest, operator=self.settings.operator_key, task=act.task)

    def on_deny(self, m: order.Deny) -> Emits[Word]:
        fault = self._fault(m)
        if fault is not None:
            yield self._refused(fault)
            return
        yield self._denied(m.act, m.reason or "by the operator")

    def due(self) -> float | None:
        return self.state.expiry.first()

    def on_due(self) -> Emits[approval.Denied]:
        for act in self.state.expiry.ripe(self.now, EXPIRED_AT_ONCE):
            yield self._denied(act, "nobody approved it in time")

    def apply_granted(self, m: approval.Granted) -> None:
        self._drop(m.act)

    def apply_denied(self, m: approval.Denied) -> None:
        self._drop(m.act)

    def apply_cancelled(self, m: task.Cancelled) -> None:
        self._drop_of(m.task)

    def apply_failed(self, m: task.Failed) -> None:
        self._drop_of(m.task)

    def answer_find(self, m: approval.Find) -> approval.Waiting:
        """What waits, oldest first."""
        return approval.Waiting(acts=tuple(self.state.waiting.values()))

    def _denied(self, act: str, reason: str) -> approval.Denied:
        known = self.state.waiting[act]
        return approval.Denied(act=act, digest=known.digest, reason=reason, task=known.task)

    def _refused(self, reason: str) -> order.Rejected:
        return order.Rejected(order=self.origin.id, sequence=self.origin.seq, reason=reason)

    def _take(self) -> None:
        self.state.orders.take(self.origin, self.now)

    def _fault(self, m: order.Approve | order.Deny) -> str | None:
        """Why the order is worth nothing; None if it decides the act."""
        key, orders = self.settings.operator_key, self.state.orders
        if isinstance(m, order.Approve):
            unsigned = orders.fault(key, self.origin)
        else:
            unsigned = orders.restriction_fault(key, self.origin, self.now)
        if unsigned is not None:
            return unsigned
        act = self.state.waiting.get(m.act)
        if act is None:
            return f"no act {m.act!r} waits for approval"
        if self.now > act.expires_at:
            return f"the act {m.act!r} has expired"
        if m.digest != act.digest:
            return f"the order is for the digest {m.digest[:64]!r}, the act {m.act!r} has {act.digest!r}"
        return None

    def _drop(self, act: str) -> None:
        self.state.waiting.pop(act, None)
        self.state.expiry.drop(act)

    def _drop_of(self, name: str) -> None:
        self.state.over[name] = None
        if len(self.state.over) > REMEMBERED:
            del self.state.over[next(iter(self.state.over))]
        for act in [act for act, known in self.state.waiting.items() if known.task == name]:
            self._drop(act)
