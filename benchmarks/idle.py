"""What an idle council writes: bytes of its log in a cycle, as said and as stored, and what that makes in a month.

`python -m benchmarks.idle` runs a council whose cycles are 250 times as short as by default until the server has
written two whole blocks of the log, and reads the log back. The last block, which the server has not compressed yet,
counts for what is said and not for how well it is packed. A month has 518,400 cycles of 5 s.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Final

import msgspec

from actors.gate.metronome import Metronome
from messages.autonomy.foundation import Sampled
from runtime.client.client import Client
from runtime.directory.settings import Settings
from runtime.envelope import name_in

INTERVAL_S: Final = 0.02
"""Between two cycles. *chosen*: two blocks are full within some minutes"""
BLOCKS: Final = 2
"""Whole blocks that are measured. *chosen*: the first holds the beginning, too"""
MONTH_S: Final = 30 * 86_400
GB: Final = 1e9
SHOWN_BYTES: Final = 10
"""What takes less in a cycle is not listed. *chosen*"""


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "kurultai.toml").write_text(f"[actors.metronome]\ninterval_s = {INTERVAL_S}\n")
        process = subprocess.Popen(
            [sys.executable, "-m", "runtime.cli.main", "up", "--data-dir", str(home / "data"), "--no-sync"],
            cwd=home,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while len(blocks(home)) <= BLOCKS:
                time.sleep(1)
            asyncio.run(report(home))
        finally:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=30)


def blocks(home: Path) -> list[Path]:
    """The blocks of the log, in their order."""
    return sorted(home.rglob("streams/KURULTAI/msgs/*.blk"), key=lambda path: int(path.stem))


async def report(home: Path) -> None:
    """Print what the council says in a cycle, by type, and how much of the disk it takes."""
    said: dict[str, int] = defaultdict(int)
    cycles, held = 0, 0
    async with await Client.connect(Settings(data_dir=home / "data"), "auditor") as client:
        async for record in client.records():
            head = sum(len(name) + len(value) + 4 for name, value in record.headers.items())
            said[name_in(record.subject)] += len(record.subject) + head + len(record.data)
            if name_in(record.subject) == "foundation.Sampled":
                sample = msgspec.json.decode(record.data, type=Sampled)
                cycles, held = cycles + 1, sample.stored_bytes or held
    *whole, last = (path.stat().st_size for path in blocks(home))
    packed = sum(whole) / (held - last)
    a_cycle = held / cycles
    for name, size in sorted(said.items(), key=lambda item: -item[1]):
        if size / cycles >= SHOWN_BYTES:
            print(f"{name:24} {size / cycles:6.0f} bytes a cycle")
    month_gb = a_cycle * MONTH_S / Metronome.Settings().interval_s / GB
    print(
        f"log {a_cycle:.0f} bytes a cycle, {month_gb:.2f} GB a month; on the disk {packed:.0%} of it, "
        f"{packed * month_gb:.2f} GB a month"
    )


if __name__ == "__main__":
    main()
