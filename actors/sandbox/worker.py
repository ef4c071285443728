"""The sandbox's worker: foreign code runs in the jail, and what came of it goes on the log.

It remembers nothing between two messages; a run that was cut off may be made again. It never runs foreign code itself.
"""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec

from actors.acquisition.library.modules import MODULES
from actors.acquisition.validation.suite import RUNNER
from actors.sandbox.jail import Jail
from actors.sandbox.outcome import Limits, Outcome
from actors.sandbox.preload import DEFAULT_PRELOAD
from messages import sandbox
from messages.control import Level
from messages.sandbox import Result
from runtime.actor import Worker, Works

SEARCH: Final = "actors.acquisition.synthesis"
"""The module whose function `search` looks for compositions. *derived*"""

PRELOAD: Final = tuple(dict.fromkeys((*DEFAULT_PRELOAD, *MODULES, SEARCH, RUNNER)))
"""What every child finds: the jail's own choice, what compositions are made of, the search, and what runs suites.
*derived*"""

ROOT: Final = Path(__file__).resolve().parents[2]
"""Where `actors` lies. *derived* from this file's place"""

OUTPUT_BYTES: Final = 512 << 10
"""Most that the results of one run may have. *chosen*: half of the log's 1 MiB a record"""

MARGIN_S: Final = 5.0
"""How much longer than its own limit a search may take before it is killed. *chosen*: it looks at its clock often"""

RUNS: Final = 8
"""Processes in the jail at a time. *chosen*: a run takes milliseconds; one that hangs must not stop the rest"""

SEARCHES: Final = max(1, min(4, os.cpu_count() or 1))
"""Searches at a time. *derived*: each takes a whole core for seconds, and its limit is a time"""


class Sandbox(Worker):
    """Every run and every search is answered, whatever the code does; only a freeze or a cancelled task leaves none."""

    level = Level.FOUNDATION
    concurrency = 4 * RUNS
    idempotent = True
    timeout_s = 120.0

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        memory_bytes: Annotated[int, msgspec.Meta(ge=32 << 20, le=16 << 30)] = 512 << 20
        """What one run may take."""
        accept_no_walls: bool = False
        """Run foreign code even where the operating system gives no walls: for a throw-away host alone."""

    settings: Settings

    def __init__(self, settings: msgspec.Struct | None = None) -> None:
        super().__init__(settings)
        self._jail: Jail | None = None
        self._starting = asyncio.Lock()
        self._searching = asyncio.Semaphore(SEARCHES)

    async def open(self) -> None:
        await self._present()

    async def close(self) -> None:
        jail, self._jail = self._jail, None
        if jail is not None:
            await jail.close()

    async def interrupt(self) -> None:
        """No process of the jail is left; the next run starts another."""
        async with self._starting:
            await self.close()

    async def on_run(self, m: sandbox.Run) -> Works[sandbox.Ran]:
        jail = await self._present()
        outcomes = await jail.call_many(m.source, m.entry, m.calls, limits=self._limits(m.limit_s))
        yield sandbox.Ran(task=m.task, purpose=m.purpose, results=tuple(map(_result, outcomes)))

    async def on_synthesise(self, m: sandbox.Synthesise) -> Works[sandbox.Synthesised]:
        request = {
            "goal": m.goal,
            "examples": msgspec.to_builtins(m.examples),
            "hints": list(m.hints),
            "seconds": m.limit_s,
        }
        limits = self._limits(m.limit_s + MARGIN_S)
        async with self._searching:
            jail = await self._present()
            outcome = await jail.call_trusted(SEARCH, "search", [request], limits=limits)
        yield _synthesised(m, outcome)

    async def _present(self) -> Jail:
        async with self._starting:
            if self._jail is None:
                self._jail = await Jail.start(
                    preload=PRELOAD,
                    sys_path=(str(ROOT),),
                    max_concurrent=RUNS,
                    accept_no_walls=self.settings.accept_no_walls,
                )
            return self._jail

    def _limits(self, wall_s: float) -> Limits:
        return Limits(
            wall_s=wall_s,
            cpu_s=max(1, round(wall_s) + 1),
            memory_bytes=self.settings.memory_bytes,
            output_bytes=OUTPUT_BYTES,
        )


def _result(outcome: Outcome) -> Result:
    return Result(
        status=outcome.status,
        value=outcome.value,
        error=_told(outcome),
        mutated=outcome.mutated,
        wall_ms=outcome.wall_ms,
    )


def _told(outcome: Outcome) -> str:
    """The error as one line: type, text, and the line of the source."""
    if outcome.status == "returned":
        return ""
    said = ": ".join(part for part in (outcome.error_type, outcome.error) if part)
    return f"{said} (line {outcome.line})" if outcome.line is not None else said


def _synthesised(m: sandbox.Synthesise, outcome: Outcome) -> sandbox.Synthesised:
    """What the search answered; a search that was killed has found nothing."""
    answer = outcome.value if outcome.status == "returned" and isinstance(outcome.value, Mapping) else None
    if answer is None:
        reason = f"the search ended with {outcome.status}: {_told(outcome)}"
        return sandbox.Synthesised(task=m.task, round=m.round, source=None, reason=reason)
    found: Mapping[str, Any] = answer
    return sandbox.Synthesised(
        task=m.task,
        round=m.round,
        source=found.get("source"),
        entry=found.get("entry", "solve"),
        reason=found.get("reason", ""),
        figures=found.get("figures"),
    )
