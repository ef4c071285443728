"""Freeze, forbid the bad thing, thaw: what only restricts comes before all that waited, amid accidents too."""

import asyncio
from typing import ClassVar

import msgspec
import pytest

from bus.simulation.faults import STORM
from messages.base import Event, Task
from messages.kernel import actor as life
from messages.kernel import order
from messages.kernel.control import Level
from runtime.actor import Actor, Emits
from runtime.delivery.mailbox import RECOVERY_WAITS_S
from runtime.errors import BadSignature
from runtime.testing import CALM, Universe, run


class Use(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Use the tool."""

    tool: str


class Used(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    flow: ClassVar[str | None] = "shed"
    for_people = True
    tool: str


class Barred(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    flow: ClassVar[str | None] = "shed"
    for_people = True
    tool: str


class Locked(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    flow: ClassVar[str | None] = "shed"
    for_people = True
    tool: str


class Shed(Actor):
    """Hands out tools, but none that the operator forbade."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        locked: dict[str, None] = {}
        uses: int = 0

    def on_use(self, m: Use) -> Emits[Used | Barred]:
        yield Barred(tool=m.tool) if m.tool in self.state.locked else Used(tool=m.tool)

    def apply_used(self, m: Used) -> None:
        self.state.uses += 1

    def on_disable(self, m: order.Disable) -> Emits[Locked]:
        yield Locked(tool=m.name)

    def apply_locked(self, m: Locked) -> None:
        self.state.locked[m.tool] = None


async def frozen_with_work(universe: Universe) -> None:
    """Uses wait from before the order and from after it, all while the level is frozen."""
    await universe.publish_task(Use(id="first", tool="saw"))
    await universe.until(lambda: len(universe.said(Used)) == 1)
    await universe.freeze(Level.FOUNDATION)
    for number in range(40):
        await universe.publish_task(Use(id=f"before-{number}", tool="saw" if number % 2 else "rake"))
    await universe.command(order.Disable(name="saw", reason="it cuts"))
    for number in range(40):
        await universe.publish_task(Use(id=f"after-{number}", tool="saw" if number % 2 else "rake"))


async def settled(universe: Universe) -> None:
    await universe.until(lambda: len(universe.said(Used)) + len(universe.said(Barred)) == 81, limit_s=120)
    await universe.settled(limit_s=120)
    assert [said.tool for said in universe.said(Locked)] == ["saw"]
    assert sum(said.tool == "saw" for said in universe.said(Used)) == 1
    assert len(universe.said(Barred)) == 40


def test_a_tool_that_was_forbidden_while_frozen_is_not_used_once_after_the_thaw() -> None:
    async def story() -> None:
        async with Universe((Shed,), kinds=(Use,), faults=CALM) as universe:
            await frozen_with_work(universe)
            await universe.thaw(Level.FOUNDATION)
            await settled(universe)

    run(story())


@pytest.mark.parametrize("seed", range(12))
def test_nor_is_it_amid_accidents_and_the_state_is_read_back_the_same(seed: int) -> None:
    async def story() -> None:
        async with Universe((Shed,), kinds=(Use,), seed=seed, faults=STORM, snapshots=bool(seed % 2)) as universe:
            await frozen_with_work(universe)
            if seed % 3 == 0:
                await universe.crash("shed")
            await universe.thaw(Level.FOUNDATION)
            await universe.crash("shed")
            await settled(universe)
            await universe.crash("shed", snapshot_lost=bool(seed % 4))
            await universe.settled(limit_s=120)

    run(story())


def test_freezes_that_follow_each_other_find_the_actor_as_ready_as_the_first() -> None:
    async def story() -> None:
        async with Universe((Shed,), kinds=(Use,), faults=CALM) as universe:
            loop = asyncio.get_running_loop()
            for count in range(1, 9):
                began = loop.time()
                await universe.freeze(Level.FOUNDATION)
                await universe.until(lambda count=count: len(universe.said(life.Froze)) == count, limit_s=5)
                assert loop.time() - began < RECOVERY_WAITS_S[1]
                await universe.thaw(Level.FOUNDATION)

    run(story())


def test_an_order_that_restricts_changes_the_state_by_what_is_said_to_it_alone() -> None:
    with pytest.raises(BadSignature, match="apply_disable: an order that restricts is obeyed before its place"):

        class Hasty(Actor):
            def apply_disable(self, m: order.Disable) -> None:
                pass
