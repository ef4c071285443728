"""From SIGKILL of a process with 10,000 inputs behind it to its next decision on the log.

`python -m benchmarks.recovery` prints medians, with snapshots and with none. The time runs from the kill to the record
by which the restarted actor answers an order that was published right after the kill.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.hop import Counter
from bus.log import MAX_COMMIT, Draft
from bus.nats.connection import NatsConnection
from runtime.directory.settings import Settings
from runtime.hosting.system import Council, running
from runtime.topology import FERRY


async def publish(publisher: NatsConnection, first: int, count: int) -> None:
    """Orders of 256 bytes."""
    for start in range(first, first + count, MAX_COMMIT):
        numbers = range(start, min(first + count, start + MAX_COMMIT))
        drafts = [
            Draft("kurultai.task.order", msgspec.json.encode({"number": n, "text": "x" * 228}), f"o{n}", {})
            for n in numbers
        ]
        await publisher.commit(drafts, None)


async def killed(council: Council, behind: int, snapshots: bool) -> float:
    """Seconds from the kill to the answer."""
    publisher = await NatsConnection.open(council.url, FERRY, seed=council.home.key(FERRY).seed)
    auditor = await NatsConnection.open(council.url, "auditor", seed=council.home.key("auditor").seed)
    answered: dict[int, float] = {}
    done = asyncio.Event()
    wanted = 0

    def hear(record: Any) -> None:
        number = msgspec.json.decode(record.data)["number"]
        answered[number] = time.monotonic()
        if number == wanted:
            done.set()

    await auditor.watch(f"kurultai.event.*.Counted.{Counter.name}", hear)
    wanted = behind - 1
    await publish(publisher, 0, behind)
    await asyncio.wait_for(done.wait(), 60)
    assert council.supervisor is not None
    if not snapshots:
        for file in Path(council.home.snapshots).glob("*.snapshot"):
            file.unlink()
    done.clear()
    wanted = behind
    began = time.monotonic()
    council.supervisor.cells[0].kill()
    await publish(publisher, behind, 1)
    await asyncio.wait_for(done.wait(), 60)
    await publisher.close()
    await auditor.close()
    return answered[behind] - began


async def main() -> None:
    """Prints the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--behind", type=int, default=10_000)
    options = parser.parse_args()
    for snapshots in (True, False):
        took = []
        for _ in range(options.rounds):
            with tempfile.TemporaryDirectory() as folder:
                async with running(Settings(data_dir=folder), "benchmarks.hop:ROSTER") as council:
                    took.append(await killed(council, options.behind, snapshots))
        kind = "with snapshots" if snapshots else "without snapshots"
        print(
            f"kill -9 to handling again, {options.behind:,} inputs behind it, {kind}: {statistics.median(took):.2f} s"
        )


if __name__ == "__main__":
    asyncio.run(main())
