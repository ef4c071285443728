"""A council is measured and works, and each stream of signals appears: an opportunity, a gap, a drift."""

from collections import Counter

import msgspec
import pytest

from actors.autonomy.mirror.actor import Mirror
from actors.autonomy.mirror.purpose import BASELINE
from actors.autonomy.mirror.world import World
from messages import task
from messages.autonomy import foundation, mirror
from messages.kernel.control import Level
from messages.tools import tool
from runtime.actor import Actor, Emits
from runtime.testing import CALM, STORM, Faults, run
from runtime.testing.universe import Universe
from tests.actors.autonomy.mirror.worlds import called, observed, registered

CYCLES = 320
DRIFTS, ASKED, BETTER = 210, 215, 230
"""Cycles from which on effort leaves the charter, a task is asked for in vain, and all goes better than foretold."""
MEASURES = list(observed(4, CYCLES))
Said = foundation.Observed | tool.Registered | tool.Returned | tool.Raised | task.Accepted | task.Failed


class Council(Actor):
    """Stands for all that a council is measured by: twice a second the measures, and some events of tools and tasks."""

    level = Level.GUARD

    class State(msgspec.Struct):
        cycle: int = 0
        next_at: float = 0.0
        expected: dict[str, tuple[float, float]] = {}

    state: State

    def due(self) -> float | None:
        return self.state.next_at if self.state.cycle < CYCLES else None

    def apply_observed(self, m: foundation.Observed) -> None:
        self.state.cycle, self.state.next_at = m.cycle, self.now + 0.5

    def apply_foreseen(self, m: mirror.Foreseen) -> None:
        self.state.expected = {name: (one.mean, one.sd) for name, one in m.expected.items()}

    def on_due(self) -> Emits[Said]:
        cycle = self.state.cycle + 1
        if cycle == 1:
            yield registered("steady")
        if cycle == ASKED:
            yield task.Accepted(task="t1", kind="learn", body={"name": "wish", "goal": "grant a wish"})
            yield task.Failed(task="t1", reason="no program fits")
        yield called("steady", task=f"r{cycle}")  # type: ignore[misc]
        yield self._measures(cycle)

    def _measures(self, cycle: int) -> foundation.Observed:
        m = MEASURES[cycle - 1]
        if cycle >= DRIFTS:
            m = msgspec.structs.replace(m, effort={"exploration": 30.0})
        if cycle < BETTER:
            return m
        levels = {
            name: foundation.Reading(level=min(1.0, max(0.0, mean + 1.2 * sd)))
            for name, (mean, sd) in self.state.expected.items()
            if name in m.resources
        }
        mean, sd = self.state.expected.get("latency", (1.0, 0.1))
        return msgspec.structs.replace(
            m, resources={**m.resources, **levels}, latency_s=max(0.0, mean - 1.2 * sd), backlog=0, failed=0, lag=0
        )


@pytest.mark.parametrize(("seed", "faults"), [(1, CALM), (2, STORM)], ids=("calm", "storm"))
def test_each_stream_s_signal_appears_once_it_is_there(seed: int, faults: Faults) -> None:
    async def story() -> None:
        members = (Council, World, Mirror)
        async with Universe(members, seed=seed, faults=faults, snapshots=True, retries=(0.05, 0.2, 0.5)) as universe:
            await universe.until(lambda: len(universe.said(foundation.Observed)) >= CYCLES, limit_s=40_000)
            await universe.calm()
            await universe.settled()
            check(universe)

    run(story())


def check(universe: Universe) -> None:
    """Every stream has spoken after its cause and not before, and nothing is said in every cycle."""
    found = universe.said(mirror.Found)
    first = {stream: min((m.cycle for m in found if m.stream == stream), default=0) for stream in STREAMS}
    assert BETTER < first["environmental"] <= CYCLES
    assert ASKED <= first["gap"] <= ASKED + 10
    assert DRIFTS < first["purpose"] <= CYCLES
    assert {m.subject for m in found if m.stream == "gap"} == {"wish"}
    assert {m.subject for m in found if m.stream == "purpose"} <= set(BASELINE) - {"exploration"}
    assert max(Counter((m.stream, m.subject) for m in found).values()) <= 5
    reflected = universe.said(mirror.Reflected)
    assert [m.cycle for m in reflected] == [m.cycle for m in universe.said(mirror.Foreseen)]
    assert len(reflected) <= CYCLES // 5


STREAMS = ("environmental", "gap", "purpose")
