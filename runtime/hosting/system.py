"""Launch: server, log, permissions, zones; and the way back."""

import asyncio
import contextlib
import itertools
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import IO, Final

import msgspec
import structlog

from bus.accounts import accounts
from bus.accounts.permissions import account_of
from bus.errors import LogError, ServerUnavailable, UnsafeKey
from bus.install import Installer
from bus.log import Grant
from bus.nats.connection import NatsConnection
from bus.nats.link import Link
from bus.server.config import ServerSettings
from bus.server.embedded import EmbeddedServer
from bus.server.errors import ServerUnwell
from bus.server.port import require_free
from runtime.actor import Member
from runtime.audit.setback import heads_file, require_continued
from runtime.client.identities import Identities, Identity, tell_applied
from runtime.client.reach import NoKey
from runtime.delivery.workbench import Sharing
from runtime.directory.home import Address, Home, signing
from runtime.directory.settings import Settings, actor_settings
from runtime.errors import BadSetting
from runtime.hosting.cell import Cell
from runtime.hosting.environment import environment_of
from runtime.hosting.supervisor import Supervisor
from runtime.hosting.tenancy import ANSWER_S, Tenant
from runtime.hosting.zone import Assignment, load_roster
from runtime.roster import Roster
from runtime.topology import SUPERVISOR, check, grants_of

INSTALLER = "installer"
"""The identity that may set up the log, and nothing is said by. *chosen*"""
ADMIT_S: Final = 0.2
"""Whether identities were added or revoked is looked for this often. *chosen*"""
CHECK_S = 5.0
"""The embedded server is asked this often whether it can store. *chosen*"""

OWN_ANSWER_S: Final = 0.1
"""Wait for others with the same zones at a server that was started just now. *chosen*: few can be there yet"""
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
        self._zones = zones or tuple(zone.name for zone in self.roster.zones)
        self.identities = Identities(self.home.keys)
        self.home.require(key_names(self.roster, settings))
        self.home.require_kept(kept_names(self.roster, self._zones, settings))
        self._configured = actor_settings(settings, self.roster, self.home.provided)
        self.url = settings.url
        self.supervisor: Supervisor | None = None
        self.server: EmbeddedServer | None = None
        self._say = say
        self._connection: NatsConnection | None = None
        self._cells: list[Cell] = []
        self._logs: list[IO[bytes]] = []
        self._mending: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._tenure: asyncio.Task[None] | None = None
        self._admitting: asyncio.Task[None] | None = None
        unknown = set(self._zones) - {zone.name for zone in self.roster.zones}
        if unknown:
            known = ", ".join(zone.name for zone in self.roster.zones)
            raise LogError(f"no zone {sorted(unknown)[0]!r} in {roster_place}; there are {known}")

    async def launch(self) -> None:
        """The council is ready; raises LogError with what is wrong and how to mend it, and leaves nothing behind."""
        began = time.monotonic()
        original = self.home.claim()
        if original is not None:
            self._say(f"{self.home.path} is a copy of {original}; from here on it is a council of its own")
        known = self.identities.all()
        grants = self._grants()
        try:
            self._note_signers()
            await self._prepare_zones()
            if not self.url:
                await self._start_server(accounts_of(grants, self.home, self.settings))
                self._say(f"nats-server ready at {self.url}")
            if not self.settings.url or self.home.holds(INSTALLER):
                await install(self.url, self.home, grants, self.settings)
            await self._require_heads()
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
        for chore in (self._mending, self._watching, self._tenure, self._admitting):
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
        self.home.release()

    def _note_signers(self) -> None:
        """The public keys of those who sign here stand beside the secret ones, so that a lost one is missed."""
        for zone in self.roster.zones:
            if zone.name in self._zones and os.access(self.home.keys, os.W_OK):
                for name in signers([child.member for child in zone.children]):
                    self.home.public(name)

    async def _require_heads(self) -> None:
        """The log continues the heads that were published, as far as this host can tell; raises SetBack."""
        path = heads_file(self.settings, self.roster)
        if path is None:
            return
        try:
            last = await require_continued(msgspec.structs.replace(self.settings, url=self.url), path)
        except NoKey as error:
            self._say(f"the log was not held against {path}: {error}")
            return
        self._say(f"the log continues the heads in {path}, through {last}" if last else f"no heads in {path} yet")

    async def _prepare_zones(self) -> None:
        for zone in self.roster.zones:
            if zone.name in self._zones:
                environment = environment_of(zone, self.roster, self._configured, os.environ)
                cell = Cell(zone, self.roster_place, self.home, self._log_file(zone.name), environment)
                self._cells.append(cell)
                await cell.prepare()

    async def _start_server(self, rules: str) -> None:
        settings = self.settings
        self.server = EmbeddedServer(
            ServerSettings(
                data_dir=self.home.server,
                accounts=rules,
                host=settings.host,
                port=settings.port or self._last_port(),
                sync_always=settings.sync_always,
                binary_sha256=settings.server_sha256,
            ),
            on_exit=self._server_died,
        )
        self.url = await self.server.start()
        self.home.keep_port(int(self.url.rpartition(":")[2]))
        self._watching = asyncio.create_task(self._watch_server())

    def _last_port(self) -> int:
        """The port of the last start, so that addresses which people wrote down hold; 0 if another has it by now."""
        port = self.home.port
        try:
            if port:
                require_free(self.settings.host, port)
        except ServerUnavailable as error:
            self._say(f"{str(error).splitlines()[0]}; another is taken this time")
            return 0
        return port

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
        shares = tuple(cell.zone.name for cell in cells if cell.zone.shareable)
        tenant = Tenant(self._connection, self.settings.names, self._zones, shares)
        await tenant.claim(ANSWER_S if self.settings.url else OWN_ANSWER_S)
        self._tenure = asyncio.create_task(tenant.keep())
        tenant.on_company = lambda: self._assign(tenant)
        self._assign(tenant)
        self.supervisor = Supervisor(cells, self.roster, self.settings, self._connection, tenant.id)
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

    def _assign(self, tenant: Tenant) -> None:
        """Each zone's next process is told how it stands to others of the zone."""
        sharing = Sharing(slot=tenant.slot, alone=tenant.alone, instance=tenant.id)
        for cell in self._cells:
            cell.assign(
                Assignment(
                    zone=cell.zone.name,
                    roster=self.roster_place,
                    url=self.url,
                    settings=self.settings,
                    sharing=sharing if cell.zone.shareable else None,
                )
            )

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
    yield from signers(roster.members)


def kept_names(roster: Roster, zones: Iterable[str], settings: Settings) -> Iterator[str]:
    """Whose secret keys a council with these zones can't do without; people's may be kept elsewhere."""
    wanted = frozenset(zones)
    members = [child.member for zone in roster.zones if zone.name in wanted for child in zone.children]
    yield SUPERVISOR
    yield from (member.name for member in members)
    yield from signers(members)
    if not settings.url:
        yield INSTALLER


def signers(members: Iterable[type[Member]]) -> Iterator[str]:
    """The names of the keys with which members sign what they say."""
    for member in members:
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
