"""Three servers as one log: what was acknowledged outlives the sudden death of the stream's leader, once each."""

import asyncio
import json
import os
import signal
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from bus.accounts.accounts import Grant, inbox_prefix, render
from bus.errors import ServerUnavailable
from bus.keys import Key, create
from bus.server.config import ClusterSettings, ServerSettings
from bus.server.embedded import EmbeddedServer
from tests.pace import patience

NODES = 3
RECORDS = 1500
IN_FLIGHT = 50
LIMIT_S = patience(40.0)
SUBJECT = "kurultai.event.work.Done.writer"
ROOT, WRITER, ASKER = create(), create(), create()

GRANTS = (
    Grant(name="writer", public_key=WRITER.public, publish=(SUBJECT,), serve=("kurultai.query.state.writer",)),
    Grant(
        name="asker", public_key=ASKER.public, publish=(), hear=("kurultai.event.>",), ask=("kurultai.query.state.*",)
    ),
)


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        taken = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in taken]


class Cluster:
    """The nodes, who of them has died, and how to reach them."""

    def __init__(self, data_dir: Path) -> None:
        accounts = render(GRANTS, prefix="kurultai", stream="KURULTAI", installer_public_key=ROOT.public)
        ports = free_ports(NODES)
        self.deaths: list[ServerUnavailable] = []
        self.nodes: dict[str, EmbeddedServer] = {}
        for number, port in enumerate(ports):
            routes = tuple(f"127.0.0.1:{each}" for each in ports)
            cluster = ClusterSettings(name="kurultai", port=port, routes=routes, password="between-nodes")
            name, place = f"node-{number}", data_dir / f"node-{number}"
            settings = ServerSettings(data_dir=place, accounts=accounts, name=name, cluster=cluster)
            self.nodes[name] = EmbeddedServer(settings, on_exit=self.deaths.append)

    async def connect(self, key: Key, name: str | None = None, nodes: tuple[str, ...] = ()) -> Client:
        async def expected(_: Exception) -> None:
            """A node's death is the story."""

        options: dict[str, Any] = {"inbox_prefix": inbox_prefix(name), "no_echo": True} if name else {}
        servers = [self.nodes[node].url for node in nodes or self.nodes]
        return await nats.connect(
            servers,
            nkeys_seed_str=key.seed.decode(),
            error_cb=expected,
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.1,
            **options,
        )


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    cluster = Cluster(tmp_path)
    async with AsyncExitStack() as stack:
        for node in cluster.nodes.values():
            stack.push_async_callback(node.stop)
        await asyncio.gather(*(node.start() for node in cluster.nodes.values()))
        yield cluster


async def api(root: Client, verb: str, request: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = await root.request(f"$JS.API.{verb}", json.dumps(request or {}).encode(), timeout=5)
    read: dict[str, Any] = json.loads(answer.data)
    return read


async def until_answered(root: Client, verb: str, request: dict[str, Any] | None = None) -> dict[str, Any]:
    """The first answer without an error: a cluster between two leaders gives errors, or nothing."""
    while True:
        try:
            answer = await api(root, verb, request)
        except NatsError:
            answer = {"error": "no answer"}
        if "error" not in answer:
            return answer
        await asyncio.sleep(0.1)


async def until_complete(root: Client) -> dict[str, Any]:
    """The stream's state once it has a leader and every other node holds all of it."""
    while True:
        info = await until_answered(root, "STREAM.INFO.KURULTAI")
        others = info["cluster"].get("replicas", [])
        if info["cluster"].get("leader") and sum(other["current"] for other in others) == NODES - 1:
            return info
        await asyncio.sleep(0.1)


class Load:
    """Publishes records, each as often as it takes until it is acknowledged; counts acknowledgements."""

    def __init__(self, writer: Client) -> None:
        self.writer = writer
        self.left = iter(range(RECORDS))
        self.acknowledged: list[str] = []
        self.retries = 0

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(IN_FLIGHT):
                group.create_task(self._lane())

    async def until(self, count: int) -> None:
        while len(self.acknowledged) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.005)

    async def _lane(self) -> None:
        for number in self.left:
            while not await self._acknowledged(f"record-{number}"):
                self.retries += 1
                await asyncio.sleep(0.05)

    async def _acknowledged(self, record: str) -> bool:
        headers = {"Nats-Msg-Id": record}
        try:
            answer = await self.writer.request(SUBJECT, record.encode(), timeout=1, headers=headers)
        except (NatsError, OSError):
            return False
        if "error" in json.loads(answer.data):
            return False
        self.acknowledged.append(record)
        return True


async def read_all(root: Client, last: int) -> Counter[str]:
    """How often each record stands on the log, read from its leader."""

    async def read(seq: int) -> str:
        message = await root.jetstream().get_msg("KURULTAI", seq)
        return (message.data or b"").decode()

    records: Counter[str] = Counter()
    for first in range(1, last + 1, IN_FLIGHT):
        records.update(await asyncio.gather(*(read(seq) for seq in range(first, min(first + IN_FLIGHT, last + 1)))))
    return records


async def install(root: Client) -> None:
    stream = {
        "name": "KURULTAI",
        "subjects": ["kurultai.>"],
        "storage": "file",
        "num_replicas": NODES,
        "duplicate_window": 600 * 10**9,
        "republish": {"src": ">", "dest": "log.>"},
    }
    await until_answered(root, "STREAM.CREATE.KURULTAI", stream)
    await until_complete(root)


async def test_all_that_was_acknowledged_is_on_the_log_once_after_its_leader_was_killed(cluster: Cluster) -> None:
    async with asyncio.timeout(LIMIT_S):
        root, writer = await cluster.connect(ROOT), await cluster.connect(WRITER, "writer")
        await install(root)
        load = Load(writer)
        running = asyncio.create_task(load.run())
        await load.until(RECORDS // 3)
        leader = cluster.nodes[(await api(root, "STREAM.INFO.KURULTAI"))["cluster"]["leader"]]
        os.kill(leader.pid or 0, signal.SIGKILL)
        assert len(load.acknowledged) < RECORDS
        await running
        assert len(cluster.deaths) == 1
        await leader.start()
        info = await until_complete(root)
        records = await read_all(root, info["state"]["last_seq"])
        assert load.retries > 0
        assert set(records) == set(load.acknowledged) == {f"record-{number}" for number in range(RECORDS)}
        assert [record for record, times in records.items() if times != 1] == []
        await writer.close()
        await root.close()


async def test_questions_and_broadcasts_cross_from_node_to_node(cluster: Cluster) -> None:
    async with asyncio.timeout(LIMIT_S):
        root = await cluster.connect(ROOT, nodes=("node-0",))
        await install(root)
        writer = await cluster.connect(WRITER, "writer", nodes=("node-1",))
        asker = await cluster.connect(ASKER, "asker", nodes=("node-2",))

        async def answer(message: Msg) -> None:
            await message.respond(b"well")

        await writer.subscribe("kurultai.query.state.writer", cb=answer)
        ear = await asker.subscribe("kurultai.event.>")
        for connection in (writer, asker, writer, asker):
            await connection.flush()
        while True:
            try:
                reply = await asker.request("kurultai.query.state.writer", b"how?", timeout=5)
                break
            except nats.errors.NoRespondersError:
                await asyncio.sleep(0.05)
        assert reply.data == b"well"
        acknowledged = json.loads((await writer.request(SUBJECT, b"done", timeout=5)).data)
        message = await ear.next_msg(5)
        assert (message.subject, message.data) == (SUBJECT, b"done")
        assert message.headers is not None
        assert message.headers["Nats-Sequence"] == str(acknowledged["seq"])
        for connection in (asker, writer, root):
            await connection.close()
