"""Modes by how much they allow, and what stands of a level: its mode, who holds it, and what the ladder says is due."""

from typing import Final

import msgspec

from messages.kernel.control import Level, Mode, Set, first_mode

RANK: Final = {
    mode: rank
    for rank, mode in enumerate((Mode.FROZEN, Mode.SHADOW, Mode.ADVISORY, Mode.HALF, Mode.REDUCED, Mode.FULL))
}
"""By authority, least first. `half` stands below `reduced`: every second decision comes to nothing in the one, in the
other only exploration is less. *chosen*"""
CEILING: Final = Mode.ADVISORY
"""The highest mode of autonomy until an operator has set another. *cited*: specification of autonomy, section 7"""


def least(*modes: Mode) -> Mode:
    """The mode that allows the least."""
    return min(modes, key=RANK.__getitem__)


def above(one: Mode, other: Mode) -> bool:
    """The one allows more than the other."""
    return RANK[one] > RANK[other]


class Standing(msgspec.Struct):
    """The mode in force for a level, as the veto said and heard it, and what decides on the next."""

    mode: Mode = Mode.FULL
    epoch: int = 0
    fence: int = 0
    """Place of the control record on the log; 0 until it has come back from there."""
    due: Mode = Mode.FULL
    """What the ladder says the level may do."""
    hold: Mode | None = None
    """No more than this until an operator's thaw."""
    hold_fence: int = 0
    """Place of the record by which it is held."""

    @classmethod
    def first(cls, level: Level) -> "Standing":
        """Before any record."""
        return cls(mode=first_mode(level), due=first_mode(level))

    def allowed(self, ceiling: Mode) -> Mode:
        """The mode that ladder, hold and ceiling allow together."""
        return least(self.due, self.hold or Mode.FULL, ceiling)

    def take(self, m: Set, seq: int | None) -> None:
        """The record is in force; `seq` is its place, None while it has none."""
        if m.epoch > self.epoch:
            self.mode, self.epoch, self.fence = m.mode, m.epoch, 0
            self._hold(m)
        if m.epoch == self.epoch and seq is not None:
            self.fence = seq
            if self.hold is not None and not self.hold_fence:
                self.hold_fence = seq

    def _hold(self, m: Set) -> None:
        if m.by is None:
            self.hold, self.hold_fence = (None if m.mode is Mode.FULL else m.mode), 0
        elif not m.held:
            self.hold, self.hold_fence = None, 0
        elif m.by != "ladder":
            self.hold, self.hold_fence = (Mode.FROZEN if m.mode is Mode.FROZEN else Mode.ADVISORY), 0
