"""`python -m actors.sandbox.doctor`: the walls of this host, tried; a line of JSON with state, text and remedy.

With `--walls` everything that was found, each probe by its name, as one JSON object by profile.
"""

import asyncio
import sys
from collections.abc import Mapping
from typing import Final

import msgspec

from actors.sandbox.jail import Jail
from actors.sandbox.outcome import PROFILES, Profile, Walls

REASON_CHARACTERS: Final = 300
"""How much of a reason is told in one line. *Chosen*: `--walls` has all of it."""


def finding(found: Mapping[Profile, Walls]) -> dict[str, str]:
    """What the walls are worth, in the words of `kurultai doctor`."""
    walls = found["pure"]
    if walls.tier is None:
        mend = "Run it on Linux, where user namespaces, Landlock or seccomp are allowed; until then nothing is learnt"
        return {"state": "warning", "text": f"learnt code is refused here: {walls.reason}", "mend": mend}
    text = "; ".join((_held(walls), *_landlock(walls), _profiles(found)))
    if walls.missing:
        mend = "The layers that hold are enough to run learnt code; the missing ones would be a second line"
        return {"state": "warning", "text": f"{text}; missing: {', '.join(walls.missing)}{_why(walls)}", "mend": mend}
    return {"state": "ok", "text": text, "mend": ""}


def _held(walls: Walls) -> str:
    return f"tier {walls.tier}: {', '.join(walls.layers)}; {len(walls.probes)} attacks tried and stopped"


def _landlock(walls: Walls) -> tuple[str, ...]:
    """The ABI, and the rights it handles on this host; nothing where it is not among the layers."""
    if walls.landlock_abi is None:
        return ()
    handled = ", ".join(f"{what} {mask:#x}" for what, mask in walls.landlock_masks.items())
    return (f"Landlock ABI {walls.landlock_abi} handles {handled}",)


def _profiles(found: Mapping[Profile, Walls]) -> str:
    there = [profile for profile, walls in found.items() if walls.tier is not None]
    gone = [f"not {name}: {walls.reason}"[:REASON_CHARACTERS] for name, walls in found.items() if walls.tier is None]
    return f"profiles: {', '.join((*there, *gone))}"


def _why(walls: Walls) -> str:
    """Why stronger tiers were turned down, as far as a line holds it."""
    reasons = "; ".join(f"tier {tier}: {why}" for tier, why in walls.turned_down.items())
    return f" ({reasons[:REASON_CHARACTERS]})" if reasons else ""


async def walls_of(profile: Profile) -> Walls:
    """The walls that stand around that profile here."""
    jail = await Jail.start(spares=0, max_concurrent=1, profile=profile)
    await jail.close()
    return jail.walls


async def main(everything: bool) -> None:
    """The finding stands on standard output."""
    found: dict[Profile, Walls] = {profile: await walls_of(profile) for profile in PROFILES}
    sys.stdout.write(msgspec.json.encode(found if everything else finding(found)).decode() + "\n")


if __name__ == "__main__":
    asyncio.run(main("--walls" in sys.argv[1:]))
