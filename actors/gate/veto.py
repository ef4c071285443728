"""The veto says the last word: on changes, and on the mode of every level below the guard.

It alone sets modes. A freeze is one decision and rests on nothing but its cause. Who ends it depends on that cause: a
freeze by an operator's order, or because a guard failed, is *held*, and only a signed thaw that names its record lifts
it; what the ladder says is due, the ladder ends, and the veto puts it in force up to the operator's ceiling.

A violated condition is a veto, whoever decided. Only a decision of autonomy itself has consequences for autonomy: a
tool that the foundation may not register says nothing against the goals. Crashes, dead letters and broken calls speak
of the foundation's health; they veto, and that is all.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final, TypeVar

import msgspec

from actors.dossiers import screened_digest
from actors.gate.modes import CEILING, Standing, above, least
from actors.gate.verdicts import CRITICAL, MARGINAL, blamed, passing
from actors.identifiers import is_identifier
from messages.autonomy import activation, stability
from messages.base import encode
from messages.gate import change
from messages.gate.change import Condition, Dossier
from messages.kernel import actor as life
from messages.kernel import clock, order
from messages.kernel.control import FREEZABLE, By, Level, Mode, Set
from runtime.actor import Actor, Emits, Origin
from runtime.orders import Orders

CONTROL: Final = ".control."
"""What stands in the subject of a control record and in no other. *cited*: architecture, section 1"""
UNDER_WAY: Final = 1_000
"""Most screened changes that are remembered until they are decided on. *chosen*: far more than are ever under way"""
SILENT: Final = 15
"""Cycles without a report of the stability checker after which it counts as dead: three of autonomy, of five cycles
each. *cited*: specification of autonomy, section 6"""

T = TypeVar("T")
Verdict = change.Approved | change.Vetoed | activation.RolledBack | Set


class Veto(Actor):
    """No change is in force without its word, and no level's mode changes by another's."""

    level = Level.GUARD

    class State(msgspec.Struct):
        levels: dict[Level, Standing] = {}
        members: dict[str, Level] = {}
        """Level of each actor of the council."""
        authors: dict[str, Level] = {}
        """Whose proposal each change is that is not decided on yet."""
        screened: dict[str, str] = {}
        """Digest of each dossier that policy passed and that is not decided on yet, by the name of the change."""
        barred: dict[str, str] = {}
        """Patterns that autonomy may not decide by, with the condition that vetoed them too often."""
        ceiling: Mode = CEILING
        cycle: int = 0
        reported: int | None = None
        """The cycle of the stability checker's last report; None if it never gave one, and autonomy never began."""
        orders: Orders = msgspec.field(default_factory=Orders)

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        operator_key: str = ""
        """Public key of the operator; without it every order is refused."""
        floor: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.3
        """A change of the foundation with a lower stability score is vetoed."""

    state: State
    settings: Settings
    origin = Origin("", "", "", 0, {})
    """Nothing is in hand before the first input, not even while the log is read back."""

    # Changes.

    def apply_proposed(self, m: change.Proposed) -> None:
        level = self.state.members.get(self.origin.speaker)
        if level is not None:
            _remember(self.state.authors, m.dossier.change, level)

    def apply_screened(self, m: change.Screened) -> None:
        _remember(self.state.screened, m.dossier.change, screened_digest(m.dossier))

    def on_assessed(self, m: change.Assessed) -> Emits[Verdict]:
        author = self.state.authors.get(m.dossier.change)
        violated = tuple(known for known in m.conditions if known.verdict == "violated")
        fault = m.fault or self._unscreened(m.dossier) or self._barred(m.dossier, author)
        reason = fault or _told(violated) or self._too_low(m, author)
        if not reason:
            yield change.Approved(dossier=m.dossier, score=m.score)
            return
        if fault:
            yield change.Vetoed(dossier=m.dossier, reason=reason, level=author)
            return
        first = blamed(violated)
        condition = first.name if first is not None else violated[0].name if violated else None
        yield change.Vetoed(
            dossier=m.dossier,
            reason=reason,
            level=author,
            condition=condition,
            conditions=m.conditions,
            score=m.score,
        )
        if author is Level.AUTONOMY:
            yield from self._answered(m, reason, first)

    def _answered(self, m: change.Assessed, reason: str, first: Condition | None) -> Iterator[Verdict]:
        """What a decision of autonomy costs it that leaves the council unstable."""
        if first is not None and m.score < CRITICAL:
            yield from self._rolled_back(m.dossier.change, first.name, f"{m.dossier.pattern}: {reason}")
        elif first is not None or m.score < MARGINAL:
            yield from self._lowered(Level.AUTONOMY, Mode.ADVISORY, f"{m.dossier.pattern} was vetoed: {reason}")

    def apply_approved(self, m: change.Approved) -> None:
        self._decided(m.dossier)

    def apply_vetoed(self, m: change.Vetoed) -> None:
        self._decided(m.dossier)

    def _decided(self, dossier: Dossier) -> None:
        self.state.screened.pop(dossier.change, None)
        self.state.authors.pop(dossier.change, None)

    def _unscreened(self, dossier: Dossier) -> str:
        """Why the dossier is not the one that policy passed; empty if it is."""
        known = self.state.screened.get(dossier.change)
        if known is None:
            return "policy has not screened it"
        return "" if known == screened_digest(dossier) else "it is not in the form in which policy screened it"

    def _barred(self, dossier: Dossier, author: Level | None) -> str:
        condition = self.state.barred.get(dossier.pattern) if author is Level.AUTONOMY else None
        if condition is None:
            return ""
        return f"{dossier.pattern} is barred: {condition} vetoed it too often; an operator may clear it"

    def _too_low(self, m: change.Assessed, author: Level | None) -> str:
        autonomous = author is Level.AUTONOMY
        floor = MARGINAL if autonomous else self.settings.floor
        if m.score >= floor:
            return ""
        told = ", ".join(f"{known.name} {known.value:g} of {known.bound:g}" for known in m.conditions)
        return f"stability {m.score:.2f} is below the floor {floor:.2f}: {told}"

    # Orders.

    def apply_freeze(self, m: order.Freeze) -> None:
        self._take()

    def apply_thaw(self, m: order.Thaw) -> None:
        self._take()

    def apply_set_ceiling(self, m: order.SetCeiling) -> None:
        self._take()

    def apply_clear(self, m: order.Clear) -> None:
        self._take()

    def on_freeze(self, m: order.Freeze) -> Emits[Set | order.Rejected]:
        fault = self._unheard()
        if fault is None and Level.GUARD in m.levels:
            fault = "the guard is never frozen"
        if fault is not None:
            yield self._rejected(fault)
            return
        for level in dict.fromkeys(m.levels or FREEZABLE):
            if m.anew or self._standing(level).hold is not Mode.FROZEN:
                yield self._set(level, Mode.FROZEN, m.reason, by="operator", held=True)

    def on_thaw(self, m: order.Thaw) -> Emits[Set | order.Rejected]:
        fault = self._unheard() or self._unthawable(m)
        if fault is not None:
            yield self._rejected(fault)
            return
        mode = least(self._standing(m.level).due, self._ceiling(m.level))
        yield self._set(m.level, mode, m.reason, by="operator", held=False)

    def on_set_ceiling(self, m: order.SetCeiling) -> Emits[activation.CeilingSet | Set | order.Rejected]:
        fault = self._unheard()
        if fault is None and m.mode is Mode.FROZEN:
            fault = "a ceiling is at least shadow; freeze the level to stop it"
        if fault is not None:
            yield self._rejected(fault)
            return
        yield activation.CeilingSet(mode=m.mode, reason=m.reason)
        yield from self._lowered(Level.AUTONOMY, m.mode, f"the ceiling is {m.mode} now: {m.reason}")

    def on_clear(self, m: order.Clear) -> Emits[activation.Cleared | order.Rejected]:
        fault = self._unheard()
        if fault is None and m.pattern not in self.state.barred:
            fault = f"{m.pattern} is not barred"
        if fault is not None:
            yield self._rejected(fault)
            return
        yield activation.Cleared(pattern=m.pattern, reason=m.reason)

    def apply_ceiling_set(self, m: activation.CeilingSet) -> None:
        self.state.ceiling = m.mode

    def apply_cleared(self, m: activation.Cleared) -> None:
        self.state.barred.pop(m.pattern, None)

    def _take(self) -> None:
        self.state.orders.take(self.origin, self.now)

    def _unheard(self) -> str | None:
        return self.state.orders.fault(self.settings.operator_key, self.origin)

    def _unthawable(self, m: order.Thaw) -> str | None:
        standing = self._standing(m.level)
        if standing.mode is Mode.FULL:
            return f"the level {m.level} is not restricted"
        if standing.hold is None:
            return f"the level {m.level} is not restricted by order or failure; the ladder has it in {standing.mode}"
        if m.fence not in (standing.fence, standing.hold_fence):
            return f"the record in force for {m.level} stands at {standing.fence}, the order names {m.fence}"
        return None

    # The ladder.

    def apply_due_mode(self, m: activation.Due) -> None:
        standing = self._kept(m.level)
        if m.epoch == standing.epoch or not above(m.mode, standing.due):
            standing.due = m.mode

    def on_due_mode(self, m: activation.Due) -> Emits[activation.RolledBack | Set]:
        standing = self._standing(m.level)
        if m.trigger is not None:
            yield self._reverted(m.trigger, m.condition or m.trigger, m.reason)
        if m.held and standing.hold is not Mode.FROZEN:
            yield self._set(m.level, m.mode, m.reason, by="failure", held=True)
            return
        mode = least(m.mode, standing.hold or Mode.FULL, self._ceiling(m.level))
        if above(mode, standing.mode) and m.epoch != standing.epoch:
            return
        if mode is not standing.mode:
            yield self._set(m.level, mode, m.reason, by="ladder", held=standing.hold is not None)

    def apply_barred(self, m: activation.Barred) -> None:
        self.state.barred[m.pattern] = m.condition

    def apply_rolled_back(self, m: activation.RolledBack) -> None:
        self._kept(Level.AUTONOMY).due = Mode.FROZEN

    def _rolled_back(self, trigger: str, condition: str, reason: str) -> Iterator[Verdict]:
        yield self._reverted(trigger, condition, reason)
        yield from self._lowered(Level.AUTONOMY, Mode.FROZEN, reason)

    def _reverted(self, trigger: str, condition: str, reason: str) -> activation.RolledBack:
        return activation.RolledBack(cycle=self.state.cycle, trigger=trigger, condition=condition, reason=reason)

    # Failures.

    def apply_convened(self, m: life.Convened) -> None:
        self.state.members = {member.name: member.level for member in m.members}

    def on_down(self, m: life.Down) -> Emits[Set]:
        hit = {self.state.members.get(name, Level.FOUNDATION) for name in m.actors}
        reason = f"the zone {m.zone} is down: {m.reason}"
        if Level.GUARD in hit:
            hit.discard(Level.AUTONOMY)
            yield from self._failed(Level.AUTONOMY, Mode.FROZEN, reason)
        for level in FREEZABLE:
            if level in hit:
                yield from self._failed(level, Mode.ADVISORY, reason)

    def apply_reported(self, m: stability.Reported) -> None:
        self.state.reported = self.state.cycle

    def apply_ticked(self, m: clock.Ticked) -> None:
        self.state.cycle = m.cycle

    def on_ticked(self, m: clock.Ticked) -> Emits[Set]:
        reported = self.state.reported
        if reported is not None and m.cycle - reported > SILENT:
            reason = f"the stability checker has been silent since cycle {reported}: a dead guard is a freeze"
            yield from self._failed(Level.AUTONOMY, Mode.FROZEN, reason)

    def _failed(self, level: Level, mode: Mode, reason: str) -> Iterator[Set]:
        """The level is held at this mode at most, unless it is held at it or below already."""
        standing = self._standing(level)
        if standing.hold is None or above(standing.hold, mode):
            yield self._set(level, least(mode, standing.mode), reason, by="failure", held=True)

    # Its own records: once when said, once when they come back with their place on the log.

    def on_set(self, m: Set) -> Emits[Set]:
        yield from ()

    def apply_set(self, m: Set) -> None:
        self._kept(m.level).take(m, self.origin.seq if self._is_in_hand(m) else None)
        if m.by == "ladder":
            standing = self._kept(m.level)
            standing.due = least(standing.due, m.mode)

    def _is_in_hand(self, m: Set) -> bool:
        """The record under the actor's eyes is this one, and not the order that it was said to."""
        return CONTROL in self.origin.subject and self.origin.data == encode(m)

    def _lowered(self, level: Level, mode: Mode, reason: str) -> Iterator[Set]:
        """The level does no more than this, for as long as the ladder says."""
        standing = self._standing(level)
        if above(standing.mode, mode):
            yield self._set(level, mode, reason, by="ladder", held=standing.hold is not None)

    def _set(self, level: Level, mode: Mode, reason: str, *, by: By, held: bool) -> Set:
        epoch = self._standing(level).epoch + 1
        cause = self.origin.id if is_identifier(self.origin.id) else None
        return Set(level=level, mode=mode, epoch=epoch, reason=reason, order=cause, by=by, held=held)

    def _ceiling(self, level: Level) -> Mode:
        return self.state.ceiling if level is Level.AUTONOMY else Mode.FULL

    def _standing(self, level: Level) -> Standing:
        return self.state.levels.get(level) or Standing.first(level)

    def _kept(self, level: Level) -> Standing:
        return self.state.levels.setdefault(level, Standing.first(level))

    def _rejected(self, reason: str) -> order.Rejected:
        return order.Rejected(order=self.origin.id, sequence=self.origin.seq, reason=reason)


def _remember(known: dict[str, T], name: str, what: T) -> None:
    known[name] = what
    if len(known) > UNDER_WAY:
        del known[next(iter(known))]


def _told(violated: Sequence[Condition]) -> str:
    """What is violated, with its figures and what would have passed; empty if nothing is."""
    told = ", ".join(passing(known) for known in violated)
    return f"the council is not well: {told}" if told else ""
