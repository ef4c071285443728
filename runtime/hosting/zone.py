"""The process of one zone: each of its actors on its own connection, under its own key."""

import asyncio
import contextlib
import gc
import importlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Coroutine
from typing import Final

import msgspec
import structlog

from bus.errors import LogError
from bus.log import Connection
from bus.names import Names
from bus.nats.connection import NatsConnection
from runtime.actor import Actor, Member, Worker
from runtime.delivery.blackbox import Blackbox
from runtime.delivery.freeze_guard import set_side_by_side
from runtime.delivery.mailbox import Mailbox
from runtime.delivery.snapshot import SnapshotFile
from runtime.delivery.surveyor import Surveyor, levels_of
from runtime.delivery.workbench import Sharing, Workbench
from runtime.directory.home import Home
from runtime.directory.settings import Settings, actor_settings
from runtime.errors import BadRoster
from runtime.hosting.isolation import look_here_too
from runtime.hosting.logs import configure
from runtime.roster import Roster
from runtime.topology import FERRY, takes_tasks, types_heard

BEAT_S: Final = 0.25
"""The process shows this often that its loop turns. *chosen*: an eighth of the freeze's limit"""
TELEMETRY_S: Final = 2.0
"""Gauges of each actor are told this often. *chosen*"""
LOOP: Final = "_loop"
"""The slot of the process itself in the black box. *chosen*"""
DRAIN_LIMIT_S: Final = 5.0
"""Longest wait for what is in hand when the process is asked to end. *chosen*"""

log = structlog.get_logger()
Resident = Mailbox | Workbench


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """What a zone's process is told at its start, on its standard input."""

    zone: str
    roster: str
    """`module:NAME` of the roster."""
    url: str
    settings: Settings
    suspects: dict[str, int] = {}
    """Inputs that the last process was killed over, by actor."""
    sharing: Sharing | None = None
    """How it stands to other processes of the same zone, if there may be some."""


class Word(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a zone's process tells the supervisor, a line of JSON each on its standard output."""

    ready: bool = False
    actor: str = ""
    refused: str = ""


def load_roster(place: str) -> Roster:
    """The roster named `module:NAME`; raises BadRoster with the reason."""
    module, _, name = place.partition(":")
    look_here_too(module)
    try:
        roster = getattr(importlib.import_module(module), name or "ROSTER")
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise BadRoster(f"no roster at {place!r}: {error}. Name it as `package.module:ROSTER`") from error
    if not isinstance(roster, Roster):
        raise BadRoster(f"{place!r} is a {type(roster).__name__}, not a runtime.roster.Roster")
    return roster


class ZoneProcess:
    """All residents of one zone, from connection to drain."""

    def __init__(self, assignment: Assignment, roster: Roster, tell: Callable[[Word], None]) -> None:
        zone = next((zone for zone in roster.zones if zone.name == assignment.zone), None)
        if zone is None:
            raise BadRoster(f"no zone {assignment.zone!r}; there are {[zone.name for zone in roster.zones]}")
        self._assignment = assignment
        self._roster = roster
        self._zone = zone
        self._tell = tell
        self._home = Home(assignment.settings)
        self._names: Names = assignment.settings.names
        slots = (*(child.member.name for child in zone.children), LOOP)
        self._box = Blackbox(self._home.blackbox(zone.name), slots, create=True)
        self._connections: list[Connection] = []
        self.residents: list[Resident] = []

    async def run(self) -> None:
        """The zone lives until it is asked to end, or one of its residents breaks."""
        self._box.note(LOOP, b"starting")
        configured = actor_settings(self._assignment.settings, self._roster, self._home.provided)
        async with asyncio.TaskGroup() as opening:
            opened = [
                opening.create_task(self._settle(child.member, configured[child.member.name]))
                for child in self._zone.children
            ]
        self.residents = [task.result()[0] for task in opened]
        self._connections = [task.result()[1] for task in opened]
        set_side_by_side([resident.gate for resident in self.residents])
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        lives = [asyncio.create_task(resident.run()) for resident in self.residents]
        chores = [asyncio.create_task(self._beat()), asyncio.create_task(self._announce())]
        if any(takes_tasks(child.member) for child in self._zone.children):
            chores.append(asyncio.create_task(await self._open_ferry()))
        ended = asyncio.create_task(stop.wait())
        await asyncio.wait({ended, *lives, *chores}, return_when=asyncio.FIRST_COMPLETED)
        for chore in chores:
            chore.cancel()
        if not stop.is_set():
            for life in (*lives, *chores):
                if life.done() and not life.cancelled():
                    life.result()
        await self._drain(lives)

    async def _drain(self, lives: list["asyncio.Task[None]"]) -> None:
        for resident in self.residents:
            resident.drain()
        _, late = await asyncio.wait(lives, timeout=DRAIN_LIMIT_S)
        for life in late:
            life.cancel()
        if late:
            await asyncio.wait(late, timeout=1)
        for connection in self._connections:
            with contextlib.suppress(LogError, OSError):
                await connection.close()

    async def _settle(self, member: type[Member], settings: msgspec.Struct) -> tuple[Resident, Connection]:
        name = member.name
        key = self._home.key(name)
        sharing = self._assignment.sharing
        slot = sharing.slot if sharing is not None else None
        connection = await NatsConnection.open(self._assignment.url, name, seed=key.seed, names=self._names, slot=slot)
        connection.on_refusal(lambda text: self._refused(name, text))
        types = types_heard(member, self._roster)

        def note(step: bytes, seq: int) -> None:
            self._box.note(name, step, seq)

        if issubclass(member, Worker):
            worker = member(settings)
            if worker.surveys:
                worker.look = Surveyor(connection, self._names, levels_of(self._roster)).look
            return Workbench(worker, connection, types, names=self._names, note=note, sharing=sharing), connection
        assert issubclass(member, Actor)
        snapshots = SnapshotFile(self._home.snapshots, member)
        suspect = self._assignment.suspects.get(name, 0)
        mailbox = Mailbox(
            member(settings), connection, types, names=self._names, snapshots=snapshots, note=note, suspect=suspect
        )
        return mailbox, connection

    async def _open_ferry(self) -> Coroutine[None, None, None]:
        """What brings the publishers' tasks to the log runs beside the member that hears them there."""
        seed = self._home.key(FERRY).seed
        connection = await NatsConnection.open(self._assignment.url, FERRY, seed=seed, names=self._names)
        connection.on_refusal(lambda text: self._refused(FERRY, text))
        self._connections.append(connection)
        return connection.ferry().run()

    def _refused(self, actor: str, text: str) -> None:
        log.error("the server refused what is not on the signature", actor=actor, error=text)
        self._tell(Word(actor=actor, refused=text))

    async def _announce(self) -> None:
        for resident in self.residents:
            await resident.ready.wait()
        self._tell(Word(ready=True))
        while True:
            await asyncio.sleep(TELEMETRY_S)
            for resident, connection in zip(self.residents, self._connections, strict=False):
                with contextlib.suppress(LogError):
                    await self._gauge(resident, connection)

    async def _gauge(self, resident: Resident, connection: Connection) -> None:
        member = resident.actor if isinstance(resident, Mailbox) else resident.worker
        moment = self._box.look(member.name)
        gauge = {"step": moment.step, "input": moment.input, "mode": resident.gate.mode, "zone": self._zone.name}
        gauge |= {"host": socket.gethostname(), "pid": os.getpid()}
        if isinstance(resident, Mailbox):
            gauge["cursor"] = resident.fold.cursor
        await connection.emit(self._names.subject("telemetry", connection.name), msgspec.json.encode(gauge))

    async def _beat(self) -> None:
        while True:
            self._box.note(LOOP, b"turning")
            await asyncio.sleep(BEAT_S)


def main() -> int:
    """Entry of a zone's process: the roster as argument, its assignment on standard input, words on standard output.

    The roster's code is read before the assignment, while the rest of the council is still being set up.
    """
    with contextlib.suppress(BadRoster, IndexError):
        load_roster(sys.argv[1])
    assignment = msgspec.json.decode(sys.stdin.buffer.read(), type=Assignment)
    configure(zone=assignment.zone)
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)

    def tell(word: Word) -> None:
        with contextlib.suppress(OSError):
            out.write(msgspec.json.encode(word) + b"\n")

    try:
        process = ZoneProcess(assignment, load_roster(assignment.roster), tell)
        # Collecting what the imports made stops the loop for 17 ms and more each time, and frees nothing of it.
        gc.freeze()
        asyncio.run(process.run())
    except (BadRoster, LogError) as error:
        log.error("the zone can't run", error=str(error))
        return 1
    except BaseExceptionGroup as group:
        log.error("the zone can't run", error="; ".join(str(error) for error in group.exceptions))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
