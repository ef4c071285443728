"""`python -m actors.sandbox.doctor`: the walls of this host, tried; a line of JSON with state, text and remedy."""

import asyncio
import sys

import msgspec

from actors.sandbox.jail import Jail
from actors.sandbox.outcome import Walls


def finding(walls: Walls) -> dict[str, str]:
    """What the walls are worth, in the words of `kurultai doctor`."""
    if walls.tier is None:
        mend = "Run it on Linux, where user namespaces, Landlock or seccomp are allowed; until then nothing is learnt"
        return {"state": "warning", "text": f"learnt code is refused here: {walls.reason}", "mend": mend}
    held = f"tier {walls.tier}: {', '.join(walls.layers)}; {len(walls.probes)} attacks tried and stopped"
    landlock = f"; Landlock ABI {walls.landlock_abi}" if walls.landlock_abi else ""
    if walls.missing:
        mend = "The layers that hold are enough to run learnt code; the missing ones would be a second line"
        return {"state": "warning", "text": f"{held}{landlock}; missing: {', '.join(walls.missing)}", "mend": mend}
    return {"state": "ok", "text": held + landlock, "mend": ""}


async def main() -> None:
    """The finding stands on standard output."""
    jail = await Jail.start(spares=0, max_concurrent=1)
    try:
        sys.stdout.write(msgspec.json.encode(finding(jail.walls)).decode() + "\n")
    finally:
        await jail.close()


if __name__ == "__main__":
    asyncio.run(main())
