"""Start and memory: `kurultai --help`, `kurultai up` to ready, and the memory of the idle council, server included.

`python -m benchmarks.start` prints the median of several starts, each on an empty directory.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

SETTLE_S: Final = 3.0
"""Memory is read this long after the council is ready."""


def start() -> tuple[float, float, float]:
    """Seconds to ready, and MB as resident and as proportional set (shared pages counted once)."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "runtime.cli.main", "up", "--data-dir", folder],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        process.stdout.readline()
        ready_s = time.monotonic() - began
        time.sleep(SETTLE_S)
        family = tree(process.pid)
        resident = sum(field(pid, "status", "VmRSS:") for pid in family) / 1024
        proportional = sum(field(pid, "smaps_rollup", "Pss:") for pid in family) / 1024
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
    return ready_s, resident, proportional


def help_s() -> float:
    """Seconds that `kurultai --help` takes."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "runtime.cli.main", "--help"], stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


def tree(root: int) -> list[int]:
    """The process and all below it."""
    parents = {int(path.name): int(path.joinpath("stat").read_text().rpartition(")")[2].split()[1]) for path in alive()}
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def alive() -> list[Path]:
    """The directories of all processes."""
    return [path for path in Path("/proc").iterdir() if path.name.isdigit() and os.access(path / "stat", os.R_OK)]


def field(pid: int, file: str, name: str) -> int:
    """A figure in kB from one of the process's files; 0 when it may not be read."""
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith(name))


def main() -> None:
    """Prints the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    count = parser.parse_args().rounds
    print(f"kurultai --help: {1000 * statistics.median(help_s() for _ in range(count)):.0f} ms")
    rounds = [start() for _ in range(count)]
    ready_s, resident, proportional = (statistics.median(values) for values in zip(*rounds, strict=True))
    print(
        f"up to ready: {ready_s:.2f} s; idle council with its server: {resident:.0f} MB resident, "
        f"{proportional:.0f} MB with shared pages counted once"
    )


if __name__ == "__main__":
    main()
