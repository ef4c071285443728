"""The miner's worker: a search runs in a child process, and what it found goes on the log.

It remembers nothing; a search that was cut off is made again.
"""

import time
from typing import Final

import msgspec

from actors.cognition.beside import beside
from messages.cognition import mining
from messages.kernel.control import Level
from runtime.actor import Worker, Works

LIMIT_S: Final = 600.0
"""A search takes at most this long. *cited*: specification of cognition, section 3"""
MOST: Final = 100
"""Patterns that one search tells of, those that explain most. *derived*: with 5 KB each they fit a record"""


class Miner(Worker):
    """Every search is answered, also one that came to nothing."""

    level = Level.AUTONOMY
    idempotent = True
    timeout_s = LIMIT_S + 30.0

    async def on_begun(self, m: mining.Begun) -> Works[mining.Mined]:
        began = time.monotonic()
        try:
            found = await beside("actors.cognition.mining.miner:mine_beside", asked(m), limit_s=LIMIT_S)
            patterns = msgspec.convert(found["patterns"][:MOST], tuple[mining.Pattern, ...])
        except TimeoutError:
            yield mining.Mined(search=m.search, events=len(m.deeds.time), reason=f"it took longer than {LIMIT_S:.0f} s")
        except ValueError as error:
            yield mining.Mined(search=m.search, events=len(m.deeds.time), reason=str(error)[:2_000])
        else:
            spent = round(time.monotonic() - began, 3)
            yield mining.Mined(search=m.search, events=len(m.deeds.time), patterns=patterns, wall_s=spent)


def asked(m: mining.Begun) -> dict[str, object]:
    """The request for the child process."""
    deeds = m.deeds
    rows = zip(deeds.time, deeds.who, deeds.what, deeds.session, deeds.outcome, strict=True)
    behaviours = [
        {
            "time": time_s,
            "who": deeds.agents[who],
            "what": deeds.steps[what],
            "session": deeds.sessions[session],
            "outcome": outcome,
        }
        for time_s, who, what, session, outcome in rows
    ]
    return {"behaviours": behaviours, "known": [list(steps) for steps in m.known]}
