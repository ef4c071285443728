"""What ten times the log costs the hop: the same hop with 10,000 and with 100,000 records behind it, in pairs.

`python -m benchmarks.growth` prints the medians and their ratio.
"""

import argparse
import asyncio
import statistics

from benchmarks.hop import hop


async def main() -> None:
    """Prints the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=20_000)
    options = parser.parse_args()
    rates: dict[int, list[float]] = {5_000: [], 50_000: []}
    for _ in range(options.rounds):
        for before in rates:
            rates[before].append(options.count / await hop(options.count, 256, sync=True, before=before))
    short, long = (statistics.median(values) for values in rates.values())
    print(
        f"hop with 10,000 records behind it {short:,.0f}/s, with 100,000 {long:,.0f}/s: "
        f"{short / long:.2f}x the cost for 10x the log"
    )


if __name__ == "__main__":
    asyncio.run(main())
