"""The durable hop: message in, one event out, both on the disk, effects once; beside references in the same run.

`python -m benchmarks.hop` runs Kurultai and the references in turn, several rounds, and prints medians and ratios.
`python -m benchmarks.hop --once` runs Kurultai alone and prints one line of JSON.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any, Final

import msgspec

from bus.install import Installer
from bus.log import MAX_COMMIT, Draft
from bus.nats.connection import NatsConnection
from bus.nats.link import Link
from bus.server.config import ServerSettings
from bus.server.embedded import EmbeddedServer
from messages.base import Event, Task
from runtime.actor import Actor, Emits
from runtime.delivery.mailbox import Mailbox
from runtime.directory.home import Home
from runtime.directory.settings import Settings
from runtime.hosting.system import accounts_of
from runtime.roster import Roster, zone
from runtime.topology import FERRY, grants_of, types_heard

REFERENCES: Final = (
    ("raw nats-py, same guarantees", "raw_nats", ("--envelope",)),
    ("FastStream pull 100", "faststream_pull", ("--envelope",)),
    ("autogen-core, in memory", "autogen_memory", ()),
)
"""Name in the table, module below `benchmarks.reference`, and its options. *chosen*"""


class Order(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The message that comes in."""

    number: int
    text: str


class Counted(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The event that goes out."""

    for_people = True

    number: int
    text: str


class Counter(Actor):
    """Says for each order that it was counted."""

    class State(msgspec.Struct):
        """How many there were."""

        seen: int = 0

    def on_order(self, m: Order) -> Emits[Counted]:
        """One event for each order."""
        yield Counted(number=m.number, text=m.text)

    def apply_order(self, m: Order) -> None:
        """One more."""
        self.state.seen += 1


ROSTER = Roster(zones=(zone("bench", Counter),), kinds=(Order,))


async def hop(count: int, payload_bytes: int, *, sync: bool, before: int = 0) -> float:
    """Seconds from the first delivery to the last event on the disk; `before` records stand on the log already."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=folder, sync_always=sync)
        home, names, grants = Home(settings), settings.names, grants_of(ROSTER, settings.names)
        home.prepare()
        rules = accounts_of(grants, home, settings)
        server = EmbeddedServer(ServerSettings(data_dir=home.server, accounts=rules, sync_always=sync))
        url = await server.start()
        try:
            link = Link("installer", "_INBOX_installer")
            await link.open(url, home.key("installer").seed)
            await Installer(link, names).install(grants)
            publisher = await NatsConnection.open(url, FERRY, seed=home.key(FERRY).seed)
            await _fill(publisher, before, payload_bytes, "before")
            if before:
                await _run(url, home, before)
            await _fill(publisher, count, payload_bytes, "hop")
            return await _run(url, home, before + count)
        finally:
            await server.stop()


async def _fill(publisher: NatsConnection, count: int, payload_bytes: int, mark: str) -> None:
    text = "x" * max(0, payload_bytes - 28)
    for first in range(0, count, MAX_COMMIT):
        drafts = [
            Draft("kurultai.task.order", msgspec.json.encode({"number": n, "text": text}), f"{mark}-{n}", {})
            for n in range(first, min(count, first + MAX_COMMIT))
        ]
        await publisher.commit(drafts, None)


async def _run(url: str, home: Home, wanted: int) -> float:
    connection = await NatsConnection.open(url, Counter.name, seed=home.key(Counter.name).seed)
    mailbox = Mailbox(Counter(), connection, types_heard(Counter, ROSTER))
    life = asyncio.create_task(mailbox.run())
    await mailbox.ready.wait()
    began = time.perf_counter()
    while mailbox.actor.state.seen < wanted:
        await asyncio.sleep(0.001)
    mailbox.drain()
    await life
    took = time.perf_counter() - began
    await connection.close()
    auditor = await NatsConnection.open(url, "auditor", seed=home.key("auditor").seed)
    said = 0
    async for chunk in auditor.read_all(1, "kurultai.event.*.Counted.counter"):
        said += len(chunk)
    await auditor.close()
    if said != wanted:
        raise AssertionError(f"{said} events for {wanted} orders")
    return took


def reference(module: str, options: tuple[str, ...], sync: bool, count: int) -> float:
    """Hops per second of a reference, run in a process of its own."""
    command = [sys.executable, "-m", f"benchmarks.reference.{module}", *options]
    command += ["--sync", "always" if sync else "default", "--count", str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        raise SystemExit(f"{module} failed: {done.stderr.strip()[-400:]}\nIs `benchmarks/requirements.txt` installed?")
    return float(json.loads(done.stdout.strip().splitlines()[-1])["per_s"])


def own(sync: bool, count: int) -> float:
    """Hops per second of Kurultai, run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.hop", "--once", "--count", str(count)]
    done = subprocess.run(command + ([] if sync else ["--no-sync"]), capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise SystemExit(done.stderr[-2_000:])
    return float(json.loads(done.stdout)["per_s"])


def compare(rounds: int, count: int, sync: bool) -> list[tuple[str, float]]:
    """Median hops per second of each, run in turn."""
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        found.setdefault("Kurultai", []).append(own(sync, count))
        for name, module, options in REFERENCES:
            slow = module != "raw_nats"
            found.setdefault(name, []).append(reference(module, options, sync, count // 4 if slow else count))
    return [(name, statistics.median(rates)) for name, rates in found.items()]


def main() -> None:
    """Prints the table, or with `--once` one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--payload", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--before", type=int, default=0, help="records on the log already")
    parser.add_argument("--no-sync", action="store_true")
    parser.add_argument("--once", action="store_true")
    options: Any = parser.parse_args()
    sync = not options.no_sync
    if options.once:
        took = asyncio.run(hop(options.count, options.payload, sync=sync, before=options.before))
        print(json.dumps({"count": options.count, "seconds": round(took, 3), "per_s": round(options.count / took)}))
        return
    table = compare(options.rounds, options.count, sync)
    base = table[0][1]
    for name, rate in table:
        print(f"{name:32} {rate:10,.0f} /s   Kurultai is {base / rate:5.2f}x")


if __name__ == "__main__":
    main()
