"""The veto says the last word: on changes, and on the mode of every level below the guard.

It alone sets modes. A freeze is one decision and rests on nothing but the order; lifting it takes an order that names
the very record that is lifted.
"""

from typing import Annotated, Final

import msgspec

from actors.dossiers import screened_digest
from actors.identifiers import is_identifier
from messages.base import encode
from messages.gate import change
from messages.gate.change import Dossier
from messages.kernel import actor as life
from messages.kernel import order
from messages.kernel.control import FREEZABLE, Level, Mode, Set
from runtime.actor import Actor, Emits, Origin
from runtime.orders import Orders

CONTROL: Final = ".control."
"""What stands in the subject of a control record and in no other. *cited*: architecture, section 1"""

UNDER_WAY: Final = 1_000
"""Most screened changes that are remembered until they are decided on. *chosen*: far more than are ever under way"""


class Standing(msgspec.Struct):
    """The mode in force for a level, as this actor said and heard it."""

    mode: Mode = Mode.FULL
    epoch: int = 0
    fence: int = 0
    """Place of the control record on the log; 0 until it has come back from there."""


class Veto(Actor):
    """No change is in force without its word, and no level's mode changes by another's."""

    level = Level.GUARD

    class State(msgspec.Struct):
        levels: dict[Level, Standing] = {}
        members: dict[str, Level] = {}
        """Level of each actor of the council."""
        screened: dict[str, str] = {}
        """Digest of each dossier that policy passed and that is not decided on yet, by the name of the change."""
        orders: Orders = msgspec.field(default_factory=Orders)

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        operator_key: str = ""
        """Public key of the operator; without it every order is refused."""
        floor: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.3
        """A change with a lower stability score is vetoed."""

    state: State
    settings: Settings
    origin = Origin("", "", "", 0, {})
    """Nothing is in hand before the first input, not even while the log is read back."""

    # Changes.

    def apply_screened(self, m: change.Screened) -> None:
        screened = self.state.screened
        screened[m.dossier.change] = screened_digest(m.dossier)
        if len(screened) > UNDER_WAY:
            del screened[next(iter(screened))]

    def on_assessed(self, m: change.Assessed) -> Emits[change.Approved | change.Vetoed]:
        fault = m.fault or self._unscreened(m.dossier)
        if fault:
            yield change.Vetoed(dossier=m.dossier, reason=fault)
            return
        violated = [condition for condition in m.conditions if condition.verdict == "violated"]
        if violated:
            told = ", ".join(f"{known.name} is {known.value:g}, allowed below {known.bound:g}" for known in violated)
            yield change.Vetoed(dossier=m.dossier, reason=f"the council is not well: {told}")
        elif m.score < self.settings.floor:
            told = ", ".join(f"{known.name} {known.value:g} of {known.bound:g}" for known in m.conditions)
            reason = f"stability {m.score:.2f} is below the floor {self.settings.floor:.2f}: {told}"
            yield change.Vetoed(dossier=m.dossier, reason=reason)
        else:
            yield change.Approved(dossier=m.dossier, score=m.score)

    def apply_approved(self, m: change.Approved) -> None:
        self.state.screened.pop(m.dossier.change, None)

    def apply_vetoed(self, m: change.Vetoed) -> None:
        self.state.screened.pop(m.dossier.change, None)

    def _unscreened(self, dossier: Dossier) -> str:
        """Why the dossier is not the one that policy passed; empty if it is."""
        known = self.state.screened.get(dossier.change)
        if known is None:
            return "policy has not screened it"
        return "" if known == screened_digest(dossier) else "it is not in the form in which policy screened it"

    # Orders.

    def apply_freeze(self, m: order.Freeze) -> None:
        self._take()

    def apply_thaw(self, m: order.Thaw) -> None:
        self._take()

    def on_freeze(self, m: order.Freeze) -> Emits[Set | order.Rejected]:
        fault = self._unheard()
        if fault is None and Level.GUARD in m.levels:
            fault = "the guard is never frozen"
        if fault is not None:
            yield self._rejected(fault)
            return
        for level in dict.fromkeys(m.levels or FREEZABLE):
            if m.anew or self._standing(level).mode is not Mode.FROZEN:
                yield self._set(level, Mode.FROZEN, m.reason)

    def on_thaw(self, m: order.Thaw) -> Emits[Set | order.Rejected]:
        fault = self._unheard() or self._unthawable(m)
        if fault is not None:
            yield self._rejected(fault)
            return
        yield self._set(m.level, Mode.FULL, m.reason)

    def _take(self) -> None:
        self.state.orders.take(self.origin, self.now)

    def _unheard(self) -> str | None:
        return self.state.orders.fault(self.settings.operator_key, self.origin)

    def _unthawable(self, m: order.Thaw) -> str | None:
        standing = self._standing(m.level)
        if standing.mode is Mode.FULL:
            return f"the level {m.level} is not restricted"
        if m.fence != standing.fence:
            return f"the record in force for {m.level} stands at {standing.fence}, the order names {m.fence}"
        return None

    # Failures.

    def apply_convened(self, m: life.Convened) -> None:
        self.state.members = {member.name: member.level for member in m.members}

    def on_down(self, m: life.Down) -> Emits[Set]:
        hit = {self.state.members.get(name, Level.FOUNDATION) for name in m.actors}
        reason = f"the zone {m.zone} is down: {m.reason}"
        if Level.GUARD in hit and self._standing(Level.AUTONOMY).mode is not Mode.FROZEN:
            yield self._set(Level.AUTONOMY, Mode.FROZEN, reason)
            hit.discard(Level.AUTONOMY)
        for level in FREEZABLE:
            if level in hit and self._standing(level).mode not in (Mode.FROZEN, Mode.ADVISORY):
                yield self._set(level, Mode.ADVISORY, reason)

    # Its own records: once when said, once when they come back with their place on the log.

    def on_set(self, m: Set) -> Emits[Set]:
        yield from ()

    def apply_set(self, m: Set) -> None:
        standing = self.state.levels.setdefault(m.level, Standing())
        if m.epoch > standing.epoch:
            standing.mode, standing.epoch, standing.fence = m.mode, m.epoch, 0
        if m.epoch == standing.epoch and self._is_in_hand(m):
            standing.fence = self.origin.seq

    def _is_in_hand(self, m: Set) -> bool:
        """The record under the actor's eyes is this one, and not the order that it was said to."""
        return CONTROL in self.origin.subject and self.origin.data == encode(m)

    def _set(self, level: Level, mode: Mode, reason: str) -> Set:
        epoch = self._standing(level).epoch + 1
        cause = self.origin.id if is_identifier(self.origin.id) else None
        return Set(level=level, mode=mode, epoch=epoch, reason=reason, order=cause)

    def _standing(self, level: Level) -> Standing:
        return self.state.levels.get(level, Standing())

    def _rejected(self, reason: str) -> order.Rejected:
        return order.Rejected(order=self.origin.id, sequence=self.origin.seq, reason=reason)
