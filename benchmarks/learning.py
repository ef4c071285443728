"""Ten learning tasks, one at a time and all at once, with work that waits; and the council's memory meanwhile.

`python -m benchmarks.learning` learns ten tools whose candidates sleep in each call, so that practice and judgement
wait as they do for a slow service. It prints both times, their ratio, and the most resident memory, server included.
"""

import argparse
import asyncio
import os
import tempfile
import time
from typing import Any, Final

from benchmarks.latency import TOOL, run
from benchmarks.start import field, tree
from runtime.client.client import Client
from runtime.directory.settings import Settings
from runtime.hosting.system import running

TASKS: Final = 10
"""How many tools are learnt."""

SAMPLE_S: Final = 0.1
"""Memory is read this often."""


def task(number: int, wait_s: float) -> dict[str, Any]:
    """A tool whose every call waits."""
    name = f"increment_{number}"
    source = f"import time\n\n\ndef {name}(n):\n    time.sleep({wait_s})\n    return n + 1\n"
    return {**TOOL, "name": name, "candidate": {"entry": name, "source": source}}


async def watch(most: list[float]) -> None:
    """The most resident MB of this process and all below it goes into the list."""
    while True:
        most.append(sum(field(pid, "status", "VmRSS:") for pid in tree(os.getpid())) / 1024)
        await asyncio.sleep(SAMPLE_S)


async def learnt(client: Client, wait_s: float, *, at_once: bool) -> float:
    """Seconds until the last of the tools is registered."""
    began = time.monotonic()
    wishes = [(task(number, wait_s), f"{'all' if at_once else 'one'}-{number}") for number in range(TASKS)]
    if at_once:
        await asyncio.gather(*(run(client, "learn", wish, name) for wish, name in wishes))
    else:
        for wish, name in wishes:
            await run(client, "learn", wish, name)
    return time.monotonic() - began


async def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wait", type=float, default=0.05, metavar="SECONDS", help="of each call")
    wait_s = parser.parse_args().wait
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=folder, actors={"policy": {"attempts_per_day": 3 * TASKS}})
        async with running(settings, "actors.roster:ROSTER"), await Client.connect(settings, "publisher") as client:
            memory: list[float] = []
            watching = asyncio.create_task(watch(memory))
            one_by_one = await learnt(client, wait_s, at_once=False)
            at_once = await learnt(client, wait_s, at_once=True)
            watching.cancel()
    print(
        f"{TASKS} tools, {wait_s:g} s a call: {one_by_one:.2f} s one at a time, {at_once:.2f} s at once, "
        f"{one_by_one / at_once:.1f}x; at most {max(memory):.0f} MB resident, this client included"
    )


if __name__ == "__main__":
    asyncio.run(main())
