"""The trial in the jail of this host, for a caller that needs no council."""

from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from actors.sandbox.jail import Jail
from actors.sandbox.outcome import Limits
from actors.sandbox.preload import DEFAULT_PRELOAD

TRIAL: Final = "actors.cognition.improvement.trial"
"""The module that runs the code, inside the jail. *derived*"""
ROOT: Final = Path(__file__).resolve().parents[3]
"""Where `actors` lies. *derived* from this file's place"""
LONGEST_S: Final = 60
"""Most time of one trial. *chosen*: twice what a simple modification may take in all"""


class Refused(Exception):
    """The trial could not be made; the words say why."""


class Trials:
    """Comparisons and timings of two versions, each in a child of its own."""

    def __init__(self, unwalled: bool = False) -> None:
        self._unwalled = unwalled
        self._jail: Jail | None = None
        self.walls = ""

    async def __aenter__(self) -> Self:
        self._jail = await Jail.start(
            preload=(*DEFAULT_PRELOAD, TRIAL),
            sys_path=(str(ROOT),),
            spares=0,
            max_concurrent=1,
            accept_no_walls=self._unwalled,
        )
        found = self._jail.walls
        self.walls = f"tier {found.tier}: {', '.join(found.layers)}" if found.tier else f"none: {found.reason}"
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        assert self._jail is not None
        await self._jail.close()

    async def ask(self, function: str, request: dict[str, Any], limit_s: int = LONGEST_S) -> dict[str, Any]:
        """What the trial's function answers; raises Refused with the reason if it doesn't."""
        assert self._jail is not None
        limits = Limits(wall_s=limit_s, cpu_s=limit_s)
        outcome = await self._jail.call_trusted(TRIAL, function, [request], limits=limits)
        if outcome.status != "returned" or not isinstance(outcome.value, dict):
            said = ": ".join(part for part in (outcome.error_type, outcome.error) if part)
            raise Refused(f"{outcome.status}{': ' if said else ''}{said}")
        return outcome.value
