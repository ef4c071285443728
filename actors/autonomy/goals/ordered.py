"""A person's orders to the goals actor: end a goal, forbid a kind of goals, allow it again."""

from collections.abc import Iterator

from actors.autonomy.goals.held import Held
from messages.autonomy import goal
from messages.kernel import order
from runtime.actor import Actor, Emits

Ending = goal.Ended | goal.Withdraw


class Ordered(Actor):
    """Every order is obeyed, or rejected with the reason.

    An actor that is ordered so has `held`, `forbidden` and `orders` in its state, and `operator_key` in its settings.
    """

    def ending(self, name: str, held: Held, how: goal.How, reason: str) -> Iterator[Ending]:
        """The goal ends, and the task that still works for it is cancelled."""
        yield goal.Ended(cycle=self.state.cycle, goal=name, how=how, reason=reason)
        if held.task and not held.tried:
            yield goal.Withdraw(goal=name, task=held.task, reason=f"the goal {name} is {how}: {reason}"[:2_000])

    def on_revoke(self, m: goal.Revoke) -> Emits[Ending | order.Rejected]:
        held = self.state.held.get(m.goal)
        fault = self._unheard_restriction() or (f"no goal {m.goal} is on its way" if held is None else None)
        if fault is not None or held is None:
            yield self._rejected(fault or "")
        else:
            yield from self.ending(m.goal, held, "revoked", m.reason[:2_000])

    def on_forbid(self, m: goal.Forbid) -> Emits[goal.Forbidden | Ending | order.Rejected]:
        fault = self._unheard_restriction()
        if fault is not None:
            yield self._rejected(fault)
            return
        yield goal.Forbidden(what=m.what, reason=m.reason, obeyed=self.state.orders.obeyed(self.origin, self.now))
        for name, held in self.state.held.items():
            if m.what in (held.intent.origin, held.intent.subject):
                yield from self.ending(name, held, "revoked", f"forbidden: {m.reason}"[:2_000])

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
        fault: str | None = self.state.orders.fault(self.settings.operator_key, self.origin)
        return fault

    def _unheard_restriction(self) -> str | None:
        key, orders = self.settings.operator_key, self.state.orders
        fault: str | None = orders.restriction_fault(key, self.origin, self.now)
        return fault

    def _rejected(self, reason: str) -> order.Rejected:
        return order.Rejected(order=self.origin.id, sequence=self.origin.seq, reason=reason)
