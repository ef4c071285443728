"""What a call in the jail costs: warm, without spares, with files, many in one child, several at once, and the start.

    python -m benchmarks.sandbox_call [calls]

Prints medians and 99th percentiles in milliseconds, measured from outside, on this machine. Wanted: a warm call below
10 ms (p50) and 40 ms (p99), and the host's cold start, a fresh interpreter to its first answer, below 1 s.
"""

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping

from actors.sandbox.jail import Jail
from actors.sandbox.outcome import Outcome

SOURCE = "def add(a, b):\n    return a + b"
ASKING = "def ask(n):\n    for _ in range(n):\n        host_call('echo')"
ASKS = 200

COLD = """
import asyncio
from actors.sandbox.jail import Jail

async def main():
    jail = await Jail.start()
    outcome = await jail.call("def f(): return 3", "f")
    await jail.close()
    assert outcome.value == 3, outcome

asyncio.run(main())
"""


async def timed(act: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds until it was done."""
    began = time.perf_counter()
    await act()
    return (time.perf_counter() - began) * 1000


def say(what: str, samples_ms: list[float]) -> None:
    """One line: the median, the 99th percentile and how many there were."""
    last = statistics.quantiles(samples_ms, n=100)[98] if len(samples_ms) > 1 else samples_ms[0]
    print(f"{what:<44} p50 {statistics.median(samples_ms):8.2f}   p99 {last:8.2f}   n {len(samples_ms)}")


async def one_after_another(jail: Jail, calls: int, pause_s: float) -> list[float]:
    """The milliseconds of each call, with a pause between them."""
    samples_ms = []
    for _ in range(calls):
        samples_ms.append(await timed(lambda: checked(jail)))
        await asyncio.sleep(pause_s)
    return samples_ms


async def checked(jail: Jail) -> None:
    """One call, and its value is right."""
    outcome: Outcome = await jail.call(SOURCE, "add", [1, 2])
    if outcome.value != 3:
        raise SystemExit(f"the call went wrong: {outcome}")


async def echo(_name: str, _arguments: Mapping[str, object]) -> dict[str, object]:
    """A broker that has nothing to do."""
    return {"value": None}


def cold_ms() -> float:
    """Milliseconds from the start of a fresh interpreter until it had an answer from its jail, and was gone."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", COLD], check=True)
    return (time.perf_counter() - began) * 1000


async def main(calls: int) -> None:
    """Everything was measured and printed."""
    say("cold: a fresh host to its first answer", [cold_ms() for _ in range(5)])
    began = time.perf_counter()
    jail = await Jail.start()
    print(f"tier {jail.walls.tier}, layers {', '.join(jail.walls.layers)}")
    say("start, probes included", [(time.perf_counter() - began) * 1000])
    await one_after_another(jail, 20, 0)
    say("a call, the jail idle before it", await one_after_another(jail, calls, 0.01))
    say("a call, right after another", await one_after_another(jail, calls, 0))
    many = [[n, n] for n in range(100)]
    say(
        "100 calls in one child", [await timed(lambda: jail.call_many(SOURCE, "add", many)) for _ in range(calls // 10)]
    )
    asks_ms = await timed(lambda: jail.call_many(ASKING, "ask", [[ASKS]], broker=echo))
    print(f"{'a round trip of host_call':<44}     {asks_ms / ASKS:8.3f}")
    took_ms = await timed(lambda: asyncio.gather(*(checked(jail) for _ in range(calls))))
    print(f"{'four at a time':<44} {calls / took_ms * 1000:8.0f} calls/s")
    await jail.close()
    jail = await Jail.start(spares=0)
    say("a call without spares", await one_after_another(jail, calls, 0.01))
    await jail.close()
    jail = await Jail.start(profile="files")
    if jail.walls.tier is not None:
        say("a call with files, the jail idle before it", await one_after_another(jail, calls, 0.01))
    await jail.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
