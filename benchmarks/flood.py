"""Whether a publisher can keep a freeze out: orders to freeze while its process floods the server.

`python -m benchmarks.flood` launches the council as it is installed, synced, and lets a second process with the
publisher's key send what it can: batches that are opened and never committed, tasks at a rate and as fast as they go,
and questions. Under each load the council is frozen and thawed again and again; told are the times from the order to
the control record's broadcast, to the proof that every actor has stopped, and of whole `kurultai freeze` commands.
"""

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.quantiles import quantile
from bus.keys import load_or_create
from bus.log import Record
from bus.nats.link import Link
from messages.kernel import control, order
from messages.kernel.control import Level, Mode
from runtime.client.client import Client
from runtime.directory.settings import Settings
from runtime.hosting.system import Council, running

PIECE: Final = 100
"""Messages that the flooder writes at once."""
LIMIT_S: Final = 60.0
"""Longest wait for a freeze; one that takes longer is told as that long."""
LOADS: Final = {
    "nothing": "no load",
    "batches-7000": "7,000 batches opened and never committed",
    "batches-73000": "73,000 batches opened and never committed",
    "tasks-2000": "2,000 tasks a second",
    "tasks-0": "tasks as fast as they go",
    "queries-0": "questions as fast as they go",
}
"""Each load, and what it is called. *chosen*: what an attack did to the log before there were airlocks"""


async def flood(url: str, key: Path, load: str) -> None:
    """Sends until its process is ended, or the number is sent; batches are opened again and again."""
    link = Link("publisher", "_INBOX_publisher")
    await link.open(url, load_or_create(key).seed)
    kind, _, number = load.partition("-")
    print("flooding", flush=True)
    if kind == "batches":
        await _open_batches(link, int(number))
        print("sent", flush=True)
        await asyncio.Event().wait()
    subject = "kurultai.task.run" if kind == "tasks" else "kurultai.query.approval.Find"
    began, sent = time.monotonic(), 0
    while True:
        await link.publish_many([(subject, b'{"tool": "none"}', {"A": "1"}, f"{link.prefix}.x")] * PIECE)
        sent += PIECE
        if int(number):
            await asyncio.sleep(max(0.0, began + sent / int(number) - time.monotonic()))
        else:
            await asyncio.sleep(0)


async def _open_batches(link: Link, count: int) -> None:
    for _ in range(count // PIECE):
        opened = [{"Nats-Batch-Id": uuid.uuid4().hex, "Nats-Batch-Sequence": "1"} for _ in range(PIECE)]
        await link.publish_many([("kurultai.task.run", b"{}", headers, f"{link.prefix}.x") for headers in opened])
        await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def flooded(council: Council, load: str) -> AsyncIterator[None]:
    """The load is on for the length of a block."""
    if load == "nothing":
        yield
        return
    key = str(council.home.keys / "publisher.nk")
    command = [sys.executable, "-m", "benchmarks.flood", "--flooder", council.url, key, load]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, cwd=os.getcwd())
    assert process.stdout is not None
    await process.stdout.readline()
    try:
        yield
    finally:
        process.kill()
        await process.wait()


class Freezes:
    """Orders freezes and thaws, and keeps how long each took."""

    def __init__(self, operator: Client) -> None:
        self._operator = operator
        self._set: asyncio.Queue[tuple[int, Mode]] = asyncio.Queue()
        self._settled: asyncio.Queue[int] = asyncio.Queue()
        self.to_record_s: list[float] = []
        self.to_proof_s: list[float] = []

    async def listen(self) -> None:
        """Control records and proofs of the foundation are heard."""
        await self._operator.on_mode(Level.FOUNDATION, lambda seq, said: self._set.put_nowait((seq, said.mode)))
        await self._operator._watch_once(self._operator.names.subject("event", "control", ">"), self._proved)

    def _proved(self, record: Record) -> None:
        settled = msgspec.json.decode(record.data, type=control.Settled)
        if settled.level is Level.FOUNDATION:
            self._settled.put_nowait(settled.fence)

    async def once(self) -> None:
        """One freeze, measured, and its thaw."""
        began = time.monotonic()
        wish = order.Freeze(reason="measured", levels=(Level.FOUNDATION,))
        try:
            async with asyncio.timeout(LIMIT_S):
                await self._operator.order(wish)
                fence = await self._until(Mode.FROZEN)
                self.to_record_s.append(time.monotonic() - began)
                while await self._settled.get() < fence:
                    pass
                self.to_proof_s.append(time.monotonic() - began)
                await self._operator.order(order.Thaw(level=Level.FOUNDATION, fence=fence, reason="measured"))
                await self._until(Mode.FULL)
        except TimeoutError:
            self.to_record_s.append(LIMIT_S)
            self.to_proof_s.append(LIMIT_S)

    async def _until(self, mode: Mode) -> int:
        while True:
            seq, found = await self._set.get()
            if found is mode:
                return seq


async def command_s(council: Council) -> float:
    """Seconds that one whole `kurultai freeze` takes; the thaw after it is not counted."""
    home = ("--data-dir", council.settings.data_dir)
    took = 0.0
    for word in ("freeze", "thaw"):
        began = time.monotonic()
        command = [sys.executable, "-m", "runtime.cli.main", word, *home, "--reason", "measured"]
        process = await asyncio.create_subprocess_exec(*command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        code = await process.wait()
        took = took or (time.monotonic() - began if code == 0 else LIMIT_S)
    return took


async def measure(load: str, rounds: int, commands: int) -> None:
    """Prints what a freeze takes under the load."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=folder)
        async with (
            running(settings, "actors.roster:ROSTER") as council,
            await Client.connect(settings, "operator") as operator,
        ):
            freezes = Freezes(operator)
            await freezes.listen()
            async with flooded(council, load):
                for _ in range(rounds):
                    await freezes.once()
                whole = [await command_s(council) for _ in range(commands)]
    record, proof = freezes.to_record_s, freezes.to_proof_s
    print(
        f"{LOADS[load]}: to the control record p50 {1000 * quantile(record, 0.5):.0f} / p99 "
        f"{1000 * quantile(record, 0.99):.0f} ms, to the proof p50 {1000 * quantile(proof, 0.5):.0f} / p99 "
        f"{1000 * quantile(proof, 0.99):.0f} ms; the command {quantile(whole, 0.5):.2f} s, at most {max(whole):.2f} s",
        flush=True,
    )


def main() -> None:
    """Prints a line for each load."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--commands", type=int, default=5)
    parser.add_argument("--load", choices=tuple(LOADS), action="append")
    parser.add_argument("--flooder", nargs=3, metavar=("URL", "KEY", "LOAD"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.flooder:
        url, key, load = given.flooder
        asyncio.run(flood(url, Path(key), load))
        return
    for load in given.load or LOADS:
        asyncio.run(measure(load, given.rounds, given.commands))


if __name__ == "__main__":
    main()
