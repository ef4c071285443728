"""`python -m benchmarks`: every measurement in turn, as `make bench` runs them."""

import subprocess
import sys
from typing import Final

RUNS: Final = (
    ("durable hop, beside references, synced", ("hop",)),
    ("durable hop, beside references, server's default sync", ("hop", "--no-sync")),
    ("ten times the log", ("growth",)),
    ("end to end", ("latency",)),
    ("ten tools at once", ("learning",)),
    ("messages of learning a tool", ("flow",)),
    ("freeze", ("freeze",)),
    ("freeze under a publisher's flood", ("flood",)),
    ("recovery", ("recovery",)),
    ("start and memory", ("start",)),
    ("capability memory", ("memory_rebuild",)),
    ("sandboxed call", ("sandbox_call",)),
    ("escapes from the sandbox", ("escapes",)),
    ("finding a tool", ("discover",)),
    ("synthesis", ("synthesis",)),
    ("scan of learnt code", ("poisoning",)),
    ("stories on the simulated log", ("story",)),
    ("models of other agents", ("peers",)),
    ("cycle of the mirror", ("mirror",)),
    ("habits in logs", ("mining",)),
    ("spectral radius", ("stability",)),
    ("one cycle of autonomy", ("cycle",)),
)
"""Title, module below `benchmarks`, and its options. *chosen*"""


def main() -> int:
    """0 when every measurement was made."""
    failed = 0
    for title, (module, *options) in RUNS:
        print(f"\n== {title}: python -m benchmarks.{module} {' '.join(options)}".rstrip(), flush=True)
        failed += bool(subprocess.run([sys.executable, "-m", f"benchmarks.{module}", *options], check=False).returncode)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
