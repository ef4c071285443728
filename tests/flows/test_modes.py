"""What a mode forbids does not reach the log, and what is on the log against a mode is found."""

import asyncio
import random
from typing import ClassVar

import msgspec
import pytest

from messages.autonomy import activation
from messages.base import Command, Event, Identifier, Task
from messages.catalogue import catalogue
from messages.gate import change
from messages.gate.change import Dossier
from messages.kernel import actor as life
from messages.kernel.control import Level, Mode, first_mode
from runtime.actor import Actor, Emits, Worker, Works
from runtime.acts import WITHOUT_EFFECT, forbids
from runtime.testing import STORM, Universe, run
from runtime.testing.audits import mode_breaches
from runtime.testing.universe import Broken
from tests.flows.council import Clerk, Opened, Sum

ACTING = (Mode.HALF, Mode.REDUCED, Mode.FULL)
QUIET = (Mode.SHADOW, Mode.ADVISORY)
FAULTS = msgspec.structs.replace(STORM, lost_delivery=0.0, away_s=(0.01, 0.6))


class Did(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    flow: ClassVar[str | None] = "toy"
    acts: ClassVar[bool] = True
    task: Identifier
    mode: Mode


class Thought(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    flow: ClassVar[str | None] = "toy"
    task: Identifier


class Ordered(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    flow: ClassVar[str | None] = "toy"
    task: Identifier


class Withdrawn(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    flow: ClassVar[str | None] = "toy"
    restricts: ClassVar[bool] = True
    task: Identifier


class Schemer(Actor):
    """Acts in whatever mode it is in, on purpose; each effect names the mode that it was decided under."""

    level = Level.AUTONOMY

    def on_opened(self, m: Opened) -> Emits[Thought | Did]:
        yield Thought(task=m.task)
        yield Did(task=m.task, mode=self.mode)


class Bully(Actor):
    """Orders in whatever mode it is in."""

    level = Level.AUTONOMY

    def on_opened(self, m: Opened) -> Emits[Ordered | Withdrawn]:
        if 0 in m.parts:
            yield Withdrawn(task=m.task)
        else:
            yield Ordered(task=m.task)


class Porter(Worker):
    """Acts in whatever mode it is in, as a worker does."""

    level = Level.AUTONOMY

    async def on_opened(self, m: Opened) -> Works[Did]:
        yield Did(task=m.task, mode=Mode.FULL)


class Wisher(Actor):
    """Proposes in whatever mode it is in."""

    level = Level.AUTONOMY

    def on_opened(self, m: Opened) -> Emits[change.Proposed]:
        yield change.Proposed(dossier=Dossier(change=m.task, pattern="goal.begin", subject="s", digest="0f"))


def universe(*members: type[Actor] | type[Worker], seed: int = 0, retries: tuple[float, ...] = ()) -> Universe:
    return Universe((Clerk, *members), kinds=(Sum,), seed=seed, retries=retries)


async def one_task(members: tuple[type[Actor] | type[Worker], ...], mode: Mode | None, part: int = 1) -> Universe:
    """What came of one task in this mode, or in the one before any record."""
    async with universe(*members) as made:
        if mode is not None:
            await made.set_mode(Level.AUTONOMY, mode)
        await made.publish_task(Sum(id="one", parts=(part,)))
        await made.settled()
    return made


@pytest.mark.parametrize("member", [Schemer, Porter])
@pytest.mark.parametrize("mode", [None, *QUIET])
def test_an_effect_in_a_quiet_mode_is_refused_by_name_and_its_input_is_kept(
    member: type[Actor], mode: Mode | None
) -> None:
    made = run(one_task((member,), mode))
    assert made.said(Did) == []
    assert made.said(Thought) == []
    (dead,) = made.said(life.DeadLettered)
    assert "Breach" in dead.traceback
    assert f"toy.Did has an effect, and the level autonomy is in {mode or Mode.SHADOW} mode" in dead.error


@pytest.mark.parametrize("member", [Schemer, Porter])
@pytest.mark.parametrize("mode", ACTING)
def test_in_the_other_modes_it_acts(member: type[Actor], mode: Mode) -> None:
    made = run(one_task((member,), mode))
    assert len(made.said(Did)) == 1
    assert made.said(life.DeadLettered) == []


@pytest.mark.parametrize("mode", QUIET)
def test_orders_of_autonomy_are_effects_unless_they_restrict(mode: Mode) -> None:
    assert run(one_task((Bully,), mode)).said(Ordered) == []
    freed = run(one_task((Bully,), mode, part=0))
    assert len(freed.said(Withdrawn)) == 1


@pytest.mark.parametrize("mode", [Mode.SHADOW, Mode.ADVISORY])
def test_nothing_is_proposed_in_shadow(mode: Mode) -> None:
    assert len(run(one_task((Wisher,), mode)).said(change.Proposed)) == (mode is Mode.ADVISORY)


def test_the_input_is_handled_once_the_level_may_act() -> None:
    async def story() -> Universe:
        async with universe(Schemer, retries=(0.5, 5.0)) as made:
            await made.publish_task(Sum(id="one", parts=(1,)))
            await made.until(lambda: bool(made.said(life.Faltered)))
            await made.set_mode(Level.AUTONOMY, Mode.FULL)
            await made.settled()
        return made

    made = run(story())
    assert [did.mode for did in made.said(Did)] == [Mode.FULL]
    assert made.said(life.DeadLettered) == []


async def modes_amid_accidents(seed: int) -> tuple[int, int]:
    """Effects and refusals of a run whose modes change all the time; the audit has found no effect in a wrong one."""
    dice = random.Random(seed)
    council = (Clerk, Schemer, Bully, Wisher)
    made = Universe(council, kinds=(Sum,), seed=seed, faults=FAULTS, retries=(0.05, 0.2))
    async with made:

        async def publish() -> None:
            for number in range(10):
                await asyncio.sleep(dice.expovariate(8))
                await made.publish_task(Sum(id=f"t-{number}", parts=(dice.randint(0, 2),)))

        async def switch() -> None:
            for _ in range(12):
                await asyncio.sleep(dice.expovariate(10))
                await made.set_mode(Level.AUTONOMY, dice.choice(list(Mode)))
            await made.set_mode(Level.AUTONOMY, dice.choice((*QUIET, *ACTING)))

        await asyncio.gather(publish(), switch())
    assert mode_breaches(made.records, made._types, made.names) == []
    assert not [did for did in made.said(Did) if did.mode in WITHOUT_EFFECT]
    breaches = [fall for fall in made.said(life.Faltered) if "has an effect" in fall.error]
    return len(made.said(Did)), len(breaches)


@pytest.mark.parametrize("first", range(0, 300, 20))
def test_no_effect_lands_in_a_wrong_mode_whatever_goes_wrong(first: int) -> None:
    runs = [run(modes_amid_accidents(seed)) for seed in range(first, first + 20)]
    assert sum(did for did, _ in runs) > 20
    assert sum(refused for _, refused in runs) > 20


def test_an_effect_that_was_smuggled_onto_the_log_is_found() -> None:
    async def smuggle(kind: type[Event], mode: Mode) -> None:
        async with universe(Schemer) as made:
            await made.set_mode(Level.AUTONOMY, mode)
            message = Did(task="x", mode=mode) if kind is Did else Thought(task="x")
            await made._say("schemer", message)

    for mode in QUIET:
        with pytest.raises(Broken, match=f"though autonomy is in {mode} mode"):
            run(smuggle(Did, mode))
        run(smuggle(Thought, mode))
    for mode in ACTING:
        run(smuggle(Did, mode))


def test_the_table_of_modes_is_the_same_for_every_type() -> None:
    for kind in catalogue().values():
        for mode in Mode:
            assert not forbids(mode, Level.GUARD, kind)
            effect = kind.acts or (issubclass(kind, Command | Task) and not kind.restricts)
            wanted = (effect and mode not in ACTING) or (kind.proposes and mode in (Mode.SHADOW, Mode.FROZEN))
            assert forbids(mode, Level.AUTONOMY, kind) == wanted
            assert forbids(mode, Level.FOUNDATION, kind) == (
                (kind.acts and mode not in ACTING) or (kind.proposes and mode in (Mode.SHADOW, Mode.FROZEN))
            )
    acts = {name for name, kind in catalogue().items() if kind.acts}
    assert acts == {"goal.Begun", "value.Mutated", "mining.Tried", "incubation.Begun"}
    assert not activation.RolledBack.acts
    assert (first_mode(Level.AUTONOMY), first_mode(Level.FOUNDATION)) == (Mode.SHADOW, Mode.FULL)
