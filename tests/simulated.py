"""The buses for contract tests: one story is told on the simulated log and on a real nats-server."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

from bus import accounts
from bus.install import Installer
from bus.keys import create
from bus.log import Connection, Grant
from bus.names import Names
from bus.nats_connection import NatsConnection
from bus.nats_link import Link
from bus.permissions import account_of
from bus.server import EmbeddedServer
from bus.server_config import ServerSettings
from bus.simulation.log import SimulatedLog
from bus.simulation.virtual_time import run

Connect = Callable[[str], Awaitable[Connection]]
Story = Callable[[Connect], Awaitable[None]]
STORY_LIMIT_S = 60.0
"""Longest that a story may take on either bus. *chosen*"""


def tell_simulated(story: Story, names: Names, grants: Sequence[Grant], _folder: Path) -> None:
    """The story has been told on the simulated log, in virtual time."""

    async def told() -> None:
        log = SimulatedLog(0, names, grants)

        async def connect(name: str) -> Connection:
            return log.connect(name)

        async with asyncio.timeout(STORY_LIMIT_S):
            await story(connect)

    run(told())


def tell_on_nats(story: Story, names: Names, grants: Sequence[Grant], folder: Path) -> None:
    """The story has been told on a server of its own, with the permissions that follow from the grants."""

    async def told() -> None:
        async with asyncio.timeout(STORY_LIMIT_S), _server(names, grants, folder) as connect:
            await story(connect)

    asyncio.run(told())


@contextlib.asynccontextmanager
async def _server(names: Names, grants: Sequence[Grant], folder: Path) -> AsyncIterator[Connect]:
    keys = {grant.name: create() for grant in grants}
    installer_key = create()
    rules = accounts.render(
        [account_of(grant, keys[grant.name].public, names) for grant in grants],
        prefix=names.council,
        stream=names.stream,
        installer_public_key=installer_key.public,
    )
    server = EmbeddedServer(ServerSettings(data_dir=folder, accounts=rules, sync_always=False))
    url = await server.start()
    opened: list[NatsConnection] = []
    try:
        link = Link("installer", accounts.inbox_prefix("installer"))
        await link.open(url, installer_key.seed)
        await Installer(link, names).install(grants)
        await link.client.close()

        async def connect(name: str) -> Connection:
            opened.append(await NatsConnection.open(url, name, seed=keys[name].seed, names=names))
            return opened[-1]

        yield connect
    finally:
        for connection in opened:
            await connection.close()
        await server.stop()


BUSES = {"simulated": tell_simulated, "nats": tell_on_nats}
"""The two implementations of the protocol. *derived*"""
