"""The log takes less room on the disk than what it holds, also one that was set up without compression."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bus.accounts import accounts
from bus.accounts.permissions import account_of
from bus.install import Installer, stream_config
from bus.keys import create
from bus.log import MAX_COMMIT, Draft, Grant
from bus.names import Names
from bus.nats.connection import NatsConnection
from bus.nats.link import Link
from bus.server.config import ServerSettings
from bus.server.embedded import EmbeddedServer

NAMES = Names()
SAID = "kurultai.event.foundation.Observed.observer"
GRANT = Grant(name="observer", says=(SAID,), reads=(SAID,))
WHOLE_BYTES = 20_000_000
"""What the log holds in the end: two of the server's blocks of 8 MB and a part of a third."""
BODY = (
    b'{"cycle":%d,"resources":{"memory":{"level":0.98%d},"compute":{"level":1.0}},"told":"'
    + b"as before, " * 80
    + b'"}'
)


@pytest.mark.parametrize("old", [False, True], ids=["new log", "log of an older version"])
def test_the_blocks_of_the_log_are_compressed(tmp_path: Path, old: bool) -> None:
    asyncio.run(asyncio.wait_for(_filled(tmp_path, old), 240))
    blocks = sum(path.stat().st_size for path in tmp_path.rglob(f"{NAMES.stream}/msgs/*.blk"))
    assert blocks < 0.6 * WHOLE_BYTES


async def _filled(folder: Path, old: bool) -> None:
    key, root = create(), create()
    rules = accounts.render(
        [account_of(GRANT, key.public, NAMES)],
        prefix=NAMES.council,
        stream=NAMES.stream,
        installer_public_key=root.public,
    )
    server = EmbeddedServer(ServerSettings(data_dir=folder, accounts=rules, sync_always=False))
    await server.start()
    try:
        link = Link("installer", accounts.inbox_prefix("installer"))
        await link.open(server.url, root.seed)
        if old:
            plain = {name: value for name, value in stream_config(NAMES).items() if name != "compression"}
            assert "error" not in await _asked(link, f"STREAM.CREATE.{NAMES.stream}", plain)
        await Installer(link, NAMES).install([GRANT])
        if old:  # the server looks at how it stores a stream when it opens it
            await server.stop()
            await server.start()
        connection = await NatsConnection.open(server.url, "observer", seed=key.seed, names=NAMES)
        for first in range(0, WHOLE_BYTES // 1_000, MAX_COMMIT):
            numbers = range(first, first + MAX_COMMIT)
            drafts = [Draft(SAID, BODY % (number, number % 97), f"o-{number}", {}) for number in numbers]
            await connection.commit(drafts, None)
        await connection.close()
        held = (await _asked(link, f"STREAM.INFO.{NAMES.stream}"))["state"]["bytes"]
        assert held >= WHOLE_BYTES
        await link.client.close()
    finally:
        await server.stop()


async def _asked(link: Link, verb: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    message = await link.request(f"$JS.API.{verb}", json.dumps(data or {}).encode())
    answer: dict[str, Any] = json.loads(message.data)
    return answer
