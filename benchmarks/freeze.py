"""How long a freeze takes: from its publication to the last of 30 mailboxes stopped, in 3 processes.

`python -m benchmarks.freeze` prints medians and 99th percentiles, idle and under load. A mailbox has stopped when its
gate is shut: it decides on no input and begins no commit from then on. What it had begun stands before the freeze, or
the server refuses it. The moments come from the black boxes of the processes, on the one monotonic clock of the host;
a box must show the stop without a break until all do. Beside it stands when the record itself was on the log.
"""

import argparse
import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import msgspec

from benchmarks.quantiles import quantile
from bus.errors import LogError
from bus.log import Draft, Record
from bus.names import Names
from bus.nats.connection import NatsConnection
from messages.base import Event, Task, encode, type_name
from messages.kernel import actor as life
from messages.kernel.control import Level, Mode, Set, Settled
from runtime.actor import Actor, Emits
from runtime.audit.fence import FenceProof
from runtime.delivery.blackbox import Blackbox, Moment
from runtime.directory.settings import Settings
from runtime.envelope import name_in
from runtime.hosting.system import Council, running
from runtime.hosting.zone import LOOP
from runtime.roster import Roster, Zone, zone
from runtime.topology import FERRY

PER_ZONE: Final = 10
RATE_PER_S: Final = 2_500
"""Tasks a second, each answered by an event: twice as many records a second go onto the log."""
TICK_S: Final = 0.02
STEADY_S: Final = 1.0
"""Between a thaw and the next freeze, so that what was held up has been worked off and the load is steady again."""
IDLE_S: Final = 0.3
"""The same where nothing is held up."""
LOOK_S: Final = 0.01
"""Between two looks into the boxes, which keep the moment: looking oftener would only hold a core."""
KILLED_LIMIT_S: Final = 30.0
"""Longest wait for a process that had to be killed and started again."""


class Rang(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said to it."""

    for_people = True

    number: int


class Freezer(Actor):
    """Owns the control records; the benchmark speaks with its key."""

    level = Level.GUARD

    def on_set(self, m: Set) -> Emits[Set]:
        """Nothing; the benchmark says it."""
        return iter(())


KINDS: Final = [
    msgspec.defstruct(
        f"Ring{number}",
        [("number", int)],
        bases=(Task,),
        module=__name__,
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
    )
    for number in range(3 * PER_ZONE)
]
"""Work for each of the mailboxes."""


def bell(number: int) -> type[Actor]:
    """One of the mailboxes, which hears a kind of task of its own."""
    ring = KINDS[number]

    class Bell(Actor):
        name = f"bell{number}"

        class State(msgspec.Struct):
            rung: int = 0

        def on_ring(self, m: ring) -> Emits[Rang]:  # type: ignore[valid-type]
            yield Rang(number=m.number)  # type: ignore[attr-defined]

    return Bell


BELLS: Final = [bell(number) for number in range(3 * PER_ZONE)]
ROSTER = Roster(
    zones=(zone("guard", Freezer), *(zone(f"z{n}", *BELLS[n * PER_ZONE : (n + 1) * PER_ZONE]) for n in range(3))),
    kinds=tuple(KINDS),
)


class Found(msgspec.Struct):
    """What the freezes of one run took, in seconds from publication."""

    stopped_s: list[float]
    """To the last mailbox stopped."""
    stored_s: list[float]
    """To the word that the record is on the log, and with it the fence."""
    effects: int
    """How many stood past a freeze."""
    mishaps: list[str]
    """Mailboxes whose process was killed or ended otherwise, as the supervisor tells it."""


async def freezes(council: Council, rounds: int, load_per_s: int, first_epoch: int) -> Found:
    """What so many freezes took."""
    key = council.home.key(Freezer.name)
    freezer = await NatsConnection.open(council.url, Freezer.name, seed=key.seed)
    found = Found([], [], 0, [])
    auditor = await NatsConnection.open(council.url, "auditor", seed=council.home.key("auditor").seed)
    _, before = await auditor.first_and_last()
    async with loaded(council, load_per_s):
        epoch = first_epoch
        for _ in range(rounds):
            await asyncio.sleep(STEADY_S if load_per_s else IDLE_S)
            epoch += 1
            began = time.monotonic()
            await _set(freezer, Mode.FROZEN, epoch)
            found.stored_s.append(time.monotonic() - began)
            found.stopped_s.append(await _all_frozen(council, began) - began)
            await asyncio.sleep(0.1)
            epoch += 1
            await _set(freezer, Mode.FULL, epoch)
    proof = FenceProof(council.settings.council, Freezer.name)
    async for chunk in auditor.read_all(1):
        for record in chunk:
            proof.take(record)
            if record.seq > before:
                found.mishaps += mishaps_in(record)
    await auditor.close()
    await freezer.close()
    found.effects = proof.finish().violated
    return found


def mishaps_in(record: Record) -> Iterator[str]:
    """What the record says of processes that did not live through the run."""
    kind = name_in(record.subject)
    if kind == type_name(Settled):
        killed = msgspec.json.decode(record.data, type=Settled).killed
        if killed:
            yield f"{', '.join(killed)} had not stopped at the limit"
    elif kind in (type_name(life.Stuck), type_name(life.Crashed)):
        yield f"{kind} {record.data.decode()}"


async def _set(freezer: NatsConnection, mode: Mode, epoch: int) -> None:
    data = encode(Set(level=Level.FOUNDATION, mode=mode, epoch=epoch, reason="benchmark"))
    if mode is Mode.FROZEN:
        await freezer.emit(Names().alarm(Level.FOUNDATION), b"")
    await freezer.commit([Draft("kurultai.control.foundation", data, f"set-{epoch}", {})], None)


async def _all_frozen(council: Council, began: float) -> float:
    """When the last of them stopped; a process that was killed has a new box."""
    async with asyncio.timeout(KILLED_LIMIT_S):
        while True:
            moments = [moment for z in ROSTER.zones[1:] for moment in _looked(council, z)]
            if all(moment.step == "frozen" and moment.since >= began for moment in moments):
                return max(moment.since for moment in moments)
            await asyncio.sleep(LOOK_S)


def _looked(council: Council, where: Zone) -> list[Moment]:
    names = [child.member.name for child in where.children]
    box = Blackbox(council.home.blackbox(where.name), (*names, LOOP), create=False)
    try:
        return [box.look(name) for name in names]
    finally:
        box.close()


@contextlib.asynccontextmanager
async def loaded(council: Council, per_s: int) -> AsyncIterator[None]:
    """Tasks are published at this rate for the length of the block."""
    if not per_s:
        yield
        return
    key = council.home.key(FERRY)
    publisher = await NatsConnection.open(council.url, FERRY, seed=key.seed)

    async def publish() -> None:
        number = 0
        due = time.monotonic()
        while True:
            batch = [
                Draft(
                    f"kurultai.task.ring{n % 3 * PER_ZONE}",
                    msgspec.json.encode({"number": number + n}),
                    f"r{number + n}",
                    {},
                )
                for n in range(int(per_s * TICK_S))
            ]
            number += len(batch)
            with contextlib.suppress(LogError):
                await publisher.commit(batch, None)
            due += TICK_S
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    task = asyncio.create_task(publish())
    await asyncio.sleep(1)
    try:
        yield
    finally:
        task.cancel()
        await publisher.close()


async def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    options: Any = parser.parse_args()
    if options.rounds < 1:
        parser.error(f"--rounds {options.rounds}: at least one freeze is needed")
    with tempfile.TemporaryDirectory() as folder:
        async with running(Settings(data_dir=folder), "benchmarks.freeze:ROSTER") as council:
            for turn, (name, load) in enumerate((("idle", 0), (f"under {2 * RATE_PER_S:,} msg/s", RATE_PER_S))):
                found = await freezes(council, options.rounds, load, 2 * turn * options.rounds)
                print(
                    f"freeze, {name}: all stopped after {_shown(found.stopped_s)}, its record on the log after "
                    f"{_shown(found.stored_s)}, {found.effects} effects past the freeze, "
                    f"{len(found.mishaps)} mishaps",
                    *found.mishaps,
                    sep="\n  ",
                )


def _shown(took_s: list[float]) -> str:
    return f"p50 {quantile(took_s, 0.5) * 1e3:.1f} ms, p99 {quantile(took_s, 0.99) * 1e3:.1f} ms"


if __name__ == "__main__":
    asyncio.run(main())
