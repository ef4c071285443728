"""What learning one tool costs in messages: how many, of how many types, how many bytes, and through how many files.

`python -m benchmarks.flow` learns the tool of an example task with the whole council carried by hand in this process.
Bytes are the bare payloads; files are those below `actors/` whose functions ran in this process.
"""

import argparse
import asyncio
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any, Final

import msgspec

from messages import task
from messages.base import Message, type_name
from tests.actors.assembly import Assembly

ROOT: Final = Path(__file__).parent.parent
"""Of the source tree. *derived*"""
EXAMPLE: Final = ROOT / "examples" / "tasks" / "date_to_iso.json"
"""The task that is learnt unless another is named. *chosen*: it takes research, a search and a judgement"""


async def learnt(wish: task.Learn, files: set[str]) -> list[Message]:
    """All that the council says until the task is over; the files that it went through are put into the set."""

    def note(frame: FrameType, event: str, _arg: Any) -> None:
        if event == "call":
            files.add(frame.f_code.co_filename)

    async with Assembly() as council:
        sys.setprofile(note)
        try:
            return await council.publish(wish)
        finally:
            sys.setprofile(None)


def main() -> int:
    """Prints the figures; 0 if the tool was learnt."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", nargs="?", type=Path, default=EXAMPLE)
    wish = msgspec.json.decode(parser.parse_args().task.read_bytes(), type=task.Learn)
    files: set[str] = set()
    said = asyncio.run(learnt(wish, files))
    sizes: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for message in said:
        sizes[type_name(type(message))] += len(msgspec.json.encode(message))
        counts[type_name(type(message))] += 1
    for name, size in sizes.most_common():
        print(f"{name:28}{counts[name]:4}{size:8} bytes")
    ours = sorted(path for path in files if path.startswith(f"{ROOT}/actors/"))
    engine = [path for path in ours if path.startswith((f"{ROOT}/actors/synthesis/", f"{ROOT}/actors/scan/"))]
    print(f"{len(said)} messages of {len(counts)} types, {sum(sizes.values()) / 1000:.1f} KB", end="; ")
    print(f"{len(ours) - len(engine)} files of actors beside {len(engine)} of search and scan")
    return 0 if any(isinstance(message, task.Answered) for message in said) else 1


if __name__ == "__main__":
    sys.exit(main())
