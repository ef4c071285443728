"""The shipped topology as plain processes: three nodes, a process tree for each trust zone, and the leader dies."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest

from actors.roster import ROSTER
from bus.keys import load_or_create
from bus.nats.link import Link
from bus.server.config import ClusterSettings, ServerSettings
from bus.server.embedded import EmbeddedServer
from runtime.cli.launch.provision import Provision
from runtime.client.client import Client
from runtime.directory.settings import Settings
from runtime.hosting.system import INSTALLER, Council
from tests.live.test_cluster import free_ports
from tests.pace import patience

NODES = ("nats-1", "nats-2", "nats-3")
CALLS = 40
LEARN = {
    "name": "twice",
    "goal": "twice the number",
    "examples": [{"args": [n], "result": 2 * n} for n in range(6)],
    "candidate": {"entry": "twice", "source": "def twice(n):\n    return 2 * n\n"},
}


class Topology:
    """Nodes and zones, as compose.yaml has them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.deaths: list[Exception] = []
        self.keys = folder / "config" / "keys"
        provision = Provision(Settings(data_dir=str(folder)), ROSTER, folder / "config")
        provision.cluster(NODES)
        block = (folder / "config" / f"{NODES[0]}.conf").read_text()
        accounts = block[block.index("accounts {") :]
        ports = free_ports(len(NODES))
        routes = tuple(f"127.0.0.1:{port}" for port in ports)
        self.nodes = {
            name: EmbeddedServer(
                ServerSettings(
                    data_dir=folder / name,
                    accounts=accounts,
                    name=name,
                    cluster=ClusterSettings(name="kurultai", port=port, routes=routes, password="between-nodes"),
                ),
                on_exit=self.deaths.append,
            )
            for name, port in zip(NODES, ports, strict=True)
        }

    @property
    def url(self) -> str:
        return ",".join(node.url for node in self.nodes.values())

    def settings(self, zone: str) -> Settings:
        return Settings(
            data_dir=str(self.folder / f"data-{zone}"), keys=str(self.keys / zone), url=self.url, replicas=len(NODES)
        )

    async def leader(self) -> str:
        """The node that leads the stream."""
        link = Link(INSTALLER, f"_INBOX_{INSTALLER}")
        await link.open(self.url, load_or_create(self.keys / "guard" / f"{INSTALLER}.nk").seed)
        try:
            info = msgspec.json.decode((await link.request("$JS.API.STREAM.INFO.KURULTAI")).data)
            return str(info["cluster"]["leader"])
        finally:
            await link.client.close()


@pytest.fixture
async def topology(tmp_path: Path) -> AsyncIterator[Topology]:
    topology = Topology(tmp_path)
    async with AsyncExitStack() as stack:
        for node in topology.nodes.values():
            stack.push_async_callback(node.stop)
        await asyncio.gather(*(node.start() for node in topology.nodes.values()))
        councils = [
            Council(topology.settings(zone.name), "actors.roster:ROSTER", zones=(zone.name,)) for zone in ROSTER.zones
        ]
        for council in councils:
            stack.push_async_callback(council.close)
            await asyncio.wait_for(council.launch(), patience(60))
        yield topology


async def ended(client: Client, kind: str, body: dict[str, object], name: str) -> tuple[str, object]:
    """How the task ended, and with what."""
    await client.publish_task(kind, body, name)
    async for record in client.follow(name):
        last = (record.subject.split(".")[3], msgspec.json.decode(record.data))
    return last


async def test_nothing_is_lost_when_the_leader_dies_under_load(topology: Topology) -> None:
    async with asyncio.timeout(patience(90)):
        async with await Client.connect(topology.settings("clients"), "publisher") as client:
            learnt = await ended(client, "learn", LEARN, "learn")
            assert learnt[0] == "Answered", learnt
            calls = [asyncio.create_task(call(client, number)) for number in range(CALLS // 2)]
            await asyncio.sleep(0)
            pid = topology.nodes[await topology.leader()].pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            calls += [asyncio.create_task(call(client, number)) for number in range(CALLS // 2, CALLS)]
            assert await asyncio.gather(*calls) == [2 * number for number in range(CALLS)]
        endings: Counter[str] = Counter()
        async with await Client.connect(topology.settings("clients"), "auditor") as auditor:
            async for record in auditor.records(1, "event.task.>"):
                if record.subject.split(".")[3] in ("Answered", "Failed", "Cancelled"):
                    endings[msgspec.json.decode(record.data)["task"]] += 1
        assert endings == Counter(["learn", *(f"call-{number}" for number in range(CALLS))])


async def call(client: Client, number: int) -> object:
    """The answer to one call, published as often as it takes."""
    from bus.errors import Duplicate, LogError

    name = f"call-{number}"
    while True:
        try:
            await client.publish_task("run", {"tool": "twice", "args": [number]}, name)
        except Duplicate:
            pass
        except LogError:
            await asyncio.sleep(0.2)
            continue
        async for record in client.follow(name):
            body = msgspec.json.decode(record.data)
        return body.get("result")
