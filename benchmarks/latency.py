"""End to end on an idle council: from `task.Accepted` to the answer of a trivial tool call, sync on.

`python -m benchmarks.latency` learns a tool from a candidate, calls it one at a time, and prints p50 and p99. The times
are the server's own stamps on the two records.
"""

import argparse
import asyncio
import tempfile
from typing import Any

import msgspec

from benchmarks.quantiles import quantile
from runtime.client.client import Client
from runtime.directory.settings import Settings
from runtime.hosting.system import running

TOOL = {
    "name": "increment",
    "goal": "add one to a number",
    "examples": [{"args": [n], "result": n + 1} for n in range(6)],
    "candidate": {"entry": "increment", "source": "def increment(n):\n    return n + 1\n"},
}
"""The most trivial tool."""


async def run(client: Client, kind: str, body: dict[str, Any], name: str) -> dict[str, float]:
    """When each event of the task was stored, in seconds since the epoch."""
    _, task = await client.publish_task(kind, body, name)
    times: dict[str, float] = {}
    async for record in client.follow(task):
        times[record.subject.split(".")[3]] = record.time
        last = msgspec.json.decode(record.data)
    if "Answered" not in times:
        raise SystemExit(f"{name}: {last}")
    return times


async def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=folder)
        async with running(settings, "actors.roster:ROSTER"), await Client.connect(settings, "publisher") as client:
            learnt = await run(client, "learn", TOOL, "learn")
            print(f"learn a trivial tool: {learnt['Answered'] - learnt['Accepted']:.2f} s from Accepted to Answered")
            took = []
            for number in range(options.calls):
                times = await run(client, "run", {"tool": "increment", "args": [number]}, f"call-{number}")
                took.append(times["Answered"] - times["Accepted"])
            print(
                f"trivial tool call, Accepted to Answered, {options.calls} calls: "
                f"p50 {quantile(took, 0.5) * 1e3:.1f} ms, p99 {quantile(took, 0.99) * 1e3:.1f} ms"
            )


if __name__ == "__main__":
    asyncio.run(main())
