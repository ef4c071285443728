"""Which orders an actor has taken: an order is good once, whoever publishes its bytes again.

The log's own check for doubles rests on a message id that is not signed and on a window of minutes; this does not.
"""

import msgspec

from messages.base import Obeyed
from runtime.actor import Origin
from runtime.signing import SIGNATURE, Dated, fault_of_order, until


class Taken(msgspec.Struct, frozen=True):
    """Where an order stood when it came first, and until when it is remembered."""

    seq: int
    until: float


class Orders(msgspec.Struct):
    """The orders that came in their time and have not expired; a part of the state of whoever decides on them.

    `take` belongs in the order's `apply_` method, `fault` in its `on_` method. Nothing here depends on a key, so that
    the state is the same fold to everyone; a forged order has another signature, and takes no place from the real one.

    An order that restricts is obeyed before its place on the log, without an `apply_` method: `restriction_fault`
    belongs in its `on_` method, `obeyed` in the event that answers it, and `remember` in that event's `apply_` method.
    """

    taken: dict[str, Taken] = {}
    """By id and signature."""
    newest: float = 0.0
    """The latest time seen: a log whose clock is set back brings no expired order back to life."""

    def take(self, origin: Origin, now: float) -> None:
        """The order in hand is remembered until it has expired; expired ones are forgotten."""
        self.newest = max(self.newest, now)
        for name in [name for name, known in self.taken.items() if known.until < self.newest]:
            del self.taken[name]
        try:
            taken = Taken(origin.seq, until(origin, self.newest))
        except Dated:
            return
        self.taken.setdefault(_name(origin), taken)

    def fault(self, public: str, origin: Origin) -> str | None:
        """Why the order in hand is worth nothing; None if it is the operator's, in its time, for the first time."""
        unsigned = fault_of_order(public, origin)
        if unsigned is not None:
            return unsigned
        known = self.taken.get(_name(origin))
        if known is not None:
            again = f"the order {origin.id} was given before, at {known.seq}; an order is good once"
            return None if known.seq == origin.seq else again
        try:
            until(origin, self.newest)
        except Dated as error:
            return str(error)
        return "the order could not be taken when it came; give it anew"

    def restriction_fault(self, public: str, origin: Origin, now: float) -> str | None:
        """As `fault`, for an order that restricts; `now` is when it came to stand on the log."""
        unsigned = fault_of_order(public, origin)
        if unsigned is not None:
            return unsigned
        known = self.taken.get(_name(origin))
        if known is not None:
            return f"the order {origin.id} was given before; an order is good once"
        try:
            until(origin, now)
        except Dated as error:
            return str(error)
        return None

    @staticmethod
    def obeyed(origin: Origin, now: float) -> Obeyed:
        """The order in hand, which `restriction_fault` found good, as the event that answers it names it."""
        return Obeyed(name=_name(origin), until=until(origin, now))

    def remember(self, obeyed: Obeyed | None) -> None:
        """The order is known until it has expired; events of older logs name none."""
        if obeyed is not None:
            self.taken.setdefault(obeyed.name, Taken(0, obeyed.until))


def _name(origin: Origin) -> str:
    """What is the same in every copy of the order that could be taken for it, however its signature is written."""
    text = origin.headers.get(SIGNATURE, "")
    try:
        return f"{origin.id} {bytes.fromhex(text).hex()}"
    except ValueError:
        return f"{origin.id} unsigned"
