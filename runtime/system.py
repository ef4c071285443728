"""Launch: server, log, permissions, zones; and the way back."""

import asyncio
import contextlib
import itertools
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import IO, Final

import structlog

from bus import accounts
from bus.errors import LogError, ServerUnavailable, UnsafeKey
from bus.install import Installer
from bus.log import Grant
from bus.nats_connection import NatsConnection
from bus.nats_link import Link
from bus.permissions import account_of
from bus.server import EmbeddedServer
from bus.server_config import ServerSettings
from bus.server_errors import ServerUnwell
from runtime.cell import Cell
from runtime.errors import BadSetting
from runtime.home import Address, Home, signing
from runtime.identities import Identities, Identity, tell_applied
from runtime.roster import Roster
from runtime.settings import Settings, actor_settings
from runtime.supervisor import Supervisor
from runtime.topology import SUPERVISOR, check, grants_of
from runtime.zone import Assignment, load_roster

INSTALLER = "installer"
"""The identity that may set up the log, and nothing is said by. *chosen*"""
ADMIT_S: Final = 0.2
"""Whether identities were added or revoked is looked for this often. *chosen*"""
CHECK_S = 5.0
"""The embedded server is asked this often whether it can store. *chosen*"""

PATIENCE_S: Final = 10.0
"""A start that takes longer is explained, as often as it takes so long again. *chosen*"""

log = structlog.get_logger()
Say = Callable[[str], None]


class Council:
    """A council on this host: its server, if embedded, and its zones."""

    def __init__(
        self, settings: Settings, roster_place: str, *, zones: tuple[str, ...] = (), say: Say = lambda _text: None
    ) -> None:
        self.settings = settings
        self.roster_place = roster_place
        self.roster: Roster = load_roster(roster_place)
        check(self.roster)
        self.home = Home(settings)
        self.home.prepare()
        self.identities = Identities(self.home.keys)
        self.home.require(key_names(self.roster, settings))
        actor_settings(settings, self.roster, self.home.provided)
        self.url = settings.url
        self.supervisor: Supervisor | None = None
        self.server: EmbeddedServer | None = None
        self._zones = zones or tuple(zone.name for zone in self.roster.zones)
        self._say = say
        self._connection: NatsConnection | None = None
        self._cells: list[Cell] = []
        self._logs: list[IO[bytes]] = []
        self._mending: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._admitting: asyncio.Task[None] | None = None
        unknown = set(self._zones) - {zone.name for zone in self.roster.zones}
        if unknown:
            known = ", ".join(zone.name for zone in self.roster.zones)
            raise LogError(f"no zone {sorted(unknown)[0]!r} in {roster_place}; there are {known}")

    async def launch(self) -> None:
        """The council is ready; raises LogError with what is wrong and how to mend it, and leaves nothing behind."""
        began = time.monotonic()
        known = self.identities.all()
        grants = self._grants()
        try:
            await self._prepare_zones()
            if not self.url:
                await self._start_server(accounts_of(grants, self.home, self.settings))
                self._say(f"nats-server ready at {self.url}")
            if not self.settings.url or self.home.holds(INSTALLER):
                await install(self.url, self.home, grants, self.settings)
            await self._start_zones()
        except BaseException:
            await self.close()
            raise
        self._admitting = asyncio.create_task(self._admit(known))
        self.home.write_address(
            Address(
                council=self.settings.council,
                url=self.url,
                keys=str(self.home.keys),
                pid=os.getpid(),
                roster=self.roster_place,
                zones=self._zones,
            )
        )
        self._say(f"council {self.settings.council} ready in {time.monotonic() - began:.1f} s")

    async def close(self) -> None:
        """Everything this council started has ended."""
        for chore in (self._mending, self._watching, self._admitting):
            if chore is not None:
                chore.cancel()
        self.home.forget_address()
        if self.supervisor is not None:
            await self.supervisor.stop()
        await asyncio.gather(*(cell.stop() for cell in self._cells))
        if self._connection is not None:
            with contextlib.suppress(LogError, OSError):
                await self._connection.close()
        if self.server is not None:
            await self.server.stop()
        for file in self._logs:
            file.close()

    async def _prepare_zones(self) -> None:
        for zone in self.roster.zones:
            if zone.name in self._zones:
                cell = Cell(zone, self.roster_place, self.home, self._log_file(zone.name))
                self._cells.append(cell)
                await cell.prepare()

    async def _start_server(self, rules: str) -> None:
        settings = self.settings
        self.server = EmbeddedServer(
            ServerSettings(
                data_dir=self.home.server,
                accounts=rules,
                host=settings.host,
                port=settings.port,
                sync_always=settings.sync_always,
            ),
            on_exit=self._server_died,
        )
        self.url = await self.server.start()
        self._watching = asyncio.create_task(self._watch_server())

    def _server_died(self, error: ServerUnavailable) -> None:
        log.error("the server is gone; it is started again", error=str(error))
        if self._watching is not None:
            self._watching.cancel()
        self._mending = asyncio.create_task(self._mend())

    async def _watch_server(self) -> None:
        """A server that stores nothing any more is told of, and started again: that helps once there is room."""
        assert self.server is not None
        failures = 0
        while True:
            await asyncio.sleep(CHECK_S)
            try:
                await self.server.check()
                failures = 0
            except ServerUnwell as error:
                failures += 1
                log.critical("nothing new is accepted", error=str(error))
                if failures > 1:
                    await self.server.stop()
                    self._server_died(error)
                    return
            except ServerUnavailable as error:
                log.warning("the server does not answer", error=str(error).splitlines()[0])

    async def _mend(self) -> None:
        assert self.server is not None
        for wait_s in itertools.chain((0.0, 0.5, 2.0, 5.0), itertools.repeat(10.0)):
            await asyncio.sleep(wait_s)
            try:
                await self.server.start()
            except ServerUnavailable as error:
                log.critical("the server can't be started again", error=str(error))
            else:
                self._watching = asyncio.create_task(self._watch_server())
                return

    def _grants(self) -> tuple[Grant, ...]:
        return grants_of(self.roster, self.settings.names, self.identities.names())

    async def _admit(self, known: tuple[Identity, ...]) -> None:
        """Who is added while the council runs may connect, and who is revoked is cut off, on the embedded server."""
        tell_applied(self.home.run, known)
        while True:
            await asyncio.sleep(ADMIT_S)
            try:
                wanted = self.identities.all()
                if wanted == known:
                    continue
                await self._let_in(known, wanted)
            except (BadSetting, LogError, UnsafeKey) as error:
                log.error("who was added or revoked is not in force", error=str(error))
                await asyncio.sleep(CHECK_S)
            else:
                known = wanted
                tell_applied(self.home.run, known)

    async def _let_in(self, known: tuple[Identity, ...], wanted: tuple[Identity, ...]) -> None:
        """The server knows exactly those who are wanted; a publisher who is gone leaves nothing waiting."""
        if self.server is None:
            return
        grants = self._grants()
        await self.server.reload(accounts_of(grants, self.home, self.settings))
        gone = {each.name for each in known} - {each.name for each in wanted}
        await install(self.url, self.home, grants, self.settings, gone=gone)

    def _log_file(self, zone: str) -> IO[bytes]:
        file = open(self.home.run / f"{zone}.log", "ab")  # noqa: SIM115 - lives as long as the council
        self._logs.append(file)
        return file

    async def _start_zones(self) -> None:
        key = self.home.key(SUPERVISOR)
        self._connection = await NatsConnection.open(self.url, SUPERVISOR, seed=key.seed, names=self.settings.names)
        require_identities(self._connection.asks_for_keys, self.url)
        cells = self._cells
        for cell in cells:
            cell.assign(Assignment(zone=cell.zone.name, roster=self.roster_place, url=self.url, settings=self.settings))
        self.supervisor = Supervisor(cells, self.roster, self.settings, self._connection)
        starting = asyncio.create_task(self.supervisor.start())
        down = [asyncio.create_task(cell.down_for_good.wait()) for cell in cells]
        telling = asyncio.create_task(self._tell_of_waiting())
        await asyncio.wait({starting, *down}, return_when=asyncio.FIRST_COMPLETED)
        for task in (telling, *down):
            task.cancel()
        if not starting.done():
            starting.cancel()
            failed = ", ".join(cell.zone.name for cell in cells if cell.down)
            raise ServerUnavailable(f"zone {failed} does not start; see the logs in {self.home.run}")
        starting.result()

    async def _tell_of_waiting(self) -> None:
        while True:
            await asyncio.sleep(PATIENCE_S)
            late = ", ".join(cell.zone.name for cell in self._cells if not cell.ready.is_set())
            self._say(f"still waiting for {late} to read the log; what holds it up stands in {self.home.run}")


def key_names(roster: Roster, settings: Settings) -> Iterator[str]:
    """Whose key files the council reads: each identity's, and those with which members sign."""
    identities = Identities(settings.key_dir).names()
    yield from (grant.name for grant in grants_of(roster, settings.names, identities))
    yield INSTALLER
    for member in roster.members:
        if "key" in member.Settings.__struct_fields__:
            yield signing(member.name).removesuffix(".nk")


def accounts_of(grants: tuple[Grant, ...], home: Home, settings: Settings) -> str:
    """The accounts block of the server's configuration, with a key for each identity."""
    names = settings.names
    return accounts.render(
        [account_of(grant, home.public(grant.name), names) for grant in grants],
        prefix=names.council,
        stream=names.stream,
        installer_public_key=home.public(INSTALLER),
    )


async def install(
    url: str, home: Home, grants: tuple[Grant, ...], settings: Settings, gone: Iterable[str] = ()
) -> None:
    """Streams and consumers are as the roster wants them; of those who are gone nothing waits any more."""
    link = Link(INSTALLER, f"_INBOX_{INSTALLER}")
    await link.open(url, home.key(INSTALLER).seed)
    try:
        require_identities(link.asks_for_keys, url)
        installer = Installer(link, settings.names)
        for publisher in gone:
            await installer.remove_airlock(publisher)
        await installer.install(grants, replicas=settings.replicas, max_bytes=settings.max_log_bytes)
    finally:
        await link.client.close()


def require_identities(asks_for_keys: bool, url: str) -> None:
    """The server checks who speaks; raises ServerUnavailable if anyone may say anything."""
    if not asks_for_keys:
        raise ServerUnavailable(
            f"the server at {url} lets anyone in, so a freeze would be a request and no fence. "
            "Start it with the configuration that `kurultai auth export --out DIR` writes"
        )


@contextlib.asynccontextmanager
async def running(settings: Settings, roster_place: str, *, say: Say = lambda _text: None) -> AsyncIterator[Council]:
    """A council for the length of a block."""
    council = Council(settings, roster_place, say=say)
    await council.launch()
    try:
        yield council
    finally:
        await council.close()
