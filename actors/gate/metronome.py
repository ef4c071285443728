"""The metronome puts time on the log, so that whoever counts in cycles counts the same in a replay.

One record a cycle is all it costs: 17,000 a day at the default of 5 s.
"""

from typing import Annotated

import msgspec

from messages.kernel import clock
from messages.kernel.control import Level
from runtime.actor import Actor, Emits


class Metronome(Actor):
    """A cycle begins at every whole multiple of the interval; those that passed while it was away are not made up."""

    level = Level.GUARD

    class State(msgspec.Struct):
        cycle: int = 0
        next_at: float = 0.0

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        interval_s: Annotated[float, msgspec.Meta(ge=0.01, le=3_600)] = 5.0
        """A cycle is this long."""

    state: State
    settings: Settings

    def due(self) -> float | None:
        return self.state.next_at

    def on_due(self) -> Emits[clock.Ticked]:
        yield clock.Ticked(cycle=self.state.cycle + 1)

    def apply_ticked(self, m: clock.Ticked) -> None:
        self.state.cycle = m.cycle
        self.state.next_at = (self.now // self.settings.interval_s + 1) * self.settings.interval_s
