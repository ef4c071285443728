"""The sandbox's worker: foreign code runs in the jail, and what came of it goes on the log.

It remembers nothing between two messages; a run that was cut off may be made again. It never runs foreign code itself.
"""

import asyncio
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec

from actors.library.modules import MODULES
from actors.sandbox.broker import HttpBroker, Secret
from actors.sandbox.exchange import nobody
from actors.sandbox.jail import Jail
from actors.sandbox.outcome import Limits, Outcome, Profile
from actors.sandbox.preload import DEFAULT_PRELOAD, SEARCH, SUITES
from actors.sandbox.wire import FOUND
from actors.synthesis.problem import OTHER_CHARACTERS, OTHERS
from messages.base import encode
from messages.kernel.control import Level
from messages.tools import sandbox
from messages.tools.sandbox import Result
from runtime.actor import Worker, Works

PRELOAD: Final = tuple(dict.fromkeys((*DEFAULT_PRELOAD, *MODULES, SEARCH, SUITES)))
"""What every child finds: the jail's own choice, what compositions are made of, the search, and what runs suites.
*derived*"""

ROOT: Final = Path(__file__).resolve().parents[2]
"""Where `actors` lies. *derived* from this file's place"""

OUTPUT_BYTES: Final = 512 << 10
"""Most that the results of one run may have. *chosen*: half of the log's 1 MiB a record"""

RECORD_BYTES: Final = 1000 << 10
"""Most that the answer to a run may have. *derived*: the log's 1 MiB a record, less room for its headers"""

CALLS: Final = 3_000
"""Most calls of one run. *derived*: a result without a value takes up to 250 bytes of the answer"""

STDOUT_BYTES: Final = 64 << 10
"""Most that is kept of a run's prints. *derived*: the bound of `Result.stdout`"""

CUT_CHARACTERS: Final = 80
"""How much is left of an error where the answer is too large. *chosen*: a line"""

SHORTEST_S: Final = 0.01
"""A run gets at least this long: a limit of 0 is kept as a timeout, not as an error. *chosen*"""

LONGEST_S: Final = 90.0
"""A run gets at most this long. *chosen*: below the worker's own timeout, so that every run is answered"""

NO_WISHES: Final = sandbox.Limits()
"""The limits of a run that asks for none. *derived*"""

MARGIN_S: Final = 2
"""Processor time beyond its own limit after which a search is killed. *chosen*: it looks at its clock often, so that
only one that is caught in a single step comes here"""

BUSY: Final = 15
"""Factor from the processor time of a search to the time in which it has to be over. *chosen*: on a machine that is so
busy it finds the same; one that waits without computing is ended. *measured*: ten at a load of 11 on two cores"""

LONGEST_SEARCH_S: Final = 420.0
"""A search gets at most this long on the clock. *chosen*: half of the worker's own timeout, as it may wait"""

LOW: Final = 5
"""Niceness of a search. *chosen*: it takes a core for seconds, and whoever answers people comes first; it still has a
third of what another gets"""

RUNS: Final = 8
"""Processes in the jail at a time. *chosen*: a run takes milliseconds; one that hangs must not stop the rest"""

SEARCHES: Final = max(1, min(4, os.cpu_count() or 1))
"""Searches at a time. *derived*: each takes a whole core for seconds, and its limit is a time"""


class Sandbox(Worker):
    """Every run and every search is answered, whatever the code does; only a freeze or a cancelled task leaves none."""

    level = Level.FOUNDATION
    concurrency = 4 * RUNS
    idempotent = False  # only runs that may send requests are announced, and so held when they are cut off
    timeout_s = 900.0  # some searches wait for others, and each may take BUSY times its limit

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        memory_bytes: Annotated[int, msgspec.Meta(ge=32 << 20, le=16 << 30)] = 512 << 20
        """The most that one run may take, on top of what the preloaded modules map."""
        cpu_s: Annotated[int, msgspec.Meta(ge=1, le=3_600)] = 60
        """The most processor time of one run."""
        file_bytes: Annotated[int, msgspec.Meta(ge=0, le=16 << 30)] = 100 << 20
        """The most that one file of a run may have, in the profile that has files."""
        accept_no_walls: bool = False
        """Run foreign code even where the operating system gives no walls: for a throw-away host alone."""
        allow_private: bool = False
        """Let runs reach private and loopback addresses, if their hosts resolve to such: for tests alone."""
        secrets: dict[str, Secret] = {}
        """What the broker adds to requests, by the name that a run's host gives."""

    settings: Settings

    def __init__(self, settings: msgspec.Struct | None = None) -> None:
        super().__init__(settings)
        self._jails: dict[Profile, Jail] = {}
        self._starting = asyncio.Lock()
        self._searching = asyncio.Semaphore(SEARCHES)

    @classmethod
    def secret_variables(cls, settings: Settings) -> tuple[str, ...]:
        """What the broker reads when a run asks for a secret."""
        return tuple(secret.variable for secret in settings.secrets.values())

    async def open(self) -> None:
        await self._present("pure")

    async def close(self) -> None:
        jails, self._jails = self._jails, {}
        for jail in jails.values():
            await jail.close()

    async def interrupt(self) -> None:
        """No process of the jail is left; the next run starts another."""
        async with self._starting:
            await self.close()

    async def on_run(self, m: sandbox.Run) -> Works[sandbox.Reaching | sandbox.Ran]:
        if len(m.calls) > CALLS:
            yield _refused(m)
            return
        if m.hosts:
            yield sandbox.Reaching(task=m.task, purpose=m.purpose, hosts=m.hosts)
        broker = HttpBroker(m.hosts, self.settings.secrets, allow_private=self.settings.allow_private)
        jail = await self._present(m.profile)
        outcomes = await jail.call_many(
            m.source,
            m.entry,
            m.calls,
            limits=self._limits(m.limit_s, m.limits),
            broker=broker.answer if m.hosts else nobody,
        )
        yield fitting(
            sandbox.Ran(
                task=m.task,
                purpose=m.purpose,
                results=tuple(map(result_of, outcomes)),
                requests=tuple(broker.requests),
            )
        )

    async def on_synthesise(self, m: sandbox.Synthesise) -> Works[sandbox.Synthesised]:
        request = {
            "goal": m.goal,
            "examples": msgspec.to_builtins(m.examples),
            "hints": list(m.hints),
            "tools": msgspec.to_builtins(m.tools),
            "failures": msgspec.to_builtins(m.failures),
            "seconds": m.limit_s,
        }
        so_far = SoFar()
        async with self._searching:
            jail = await self._present("pure")
            limits = self._search_limits(m.limit_s)
            outcome = await jail.call_trusted(SEARCH, "search", [request], limits=limits, broker=so_far.note)
        yield _synthesised(m, outcome, so_far)

    async def _present(self, profile: Profile) -> Jail:
        async with self._starting:
            if profile not in self._jails:
                self._jails[profile] = await Jail.start(
                    preload=PRELOAD,
                    sys_path=(str(ROOT),),
                    max_concurrent=RUNS,
                    accept_no_walls=self.settings.accept_no_walls,
                    profile=profile,
                )
            return self._jails[profile]

    def _search_limits(self, cpu_s: float) -> Limits:
        """Processor time is what a search is given; the time on the clock only ends one that waits."""
        whole_s = _least(math.ceil(cpu_s) + MARGIN_S, self.settings.cpu_s)
        limits = self._limits(SHORTEST_S)
        wall_s = min(BUSY * whole_s, LONGEST_SEARCH_S)
        return msgspec.structs.replace(limits, wall_s=wall_s, cpu_s=whole_s, niceness=LOW)

    def _limits(self, wall_s: float, asked: sandbox.Limits = NO_WISHES) -> Limits:
        """What was asked for, and no more than the settings and a record of the log allow."""
        wall_s = min(max(wall_s, SHORTEST_S), LONGEST_S)
        return Limits(
            wall_s=wall_s,
            cpu_s=_least(asked.cpu_s, self.settings.cpu_s, round(wall_s) + 1),
            memory_bytes=_least(asked.memory_bytes, self.settings.memory_bytes),
            file_bytes=_least(asked.file_bytes, self.settings.file_bytes),
            output_bytes=_least(asked.output_bytes, OUTPUT_BYTES),
            stdout_bytes=_least(asked.stdout_bytes, STDOUT_BYTES),
        )


class SoFar:
    """The last answer that a search told before its end."""

    def __init__(self) -> None:
        self.answer: Mapping[str, Any] | None = None

    async def note(self, name: str, arguments: Mapping[str, object]) -> dict[str, object]:
        """The broker of a search: it may tell what it has found, and ask for nothing."""
        answer = arguments.get("answer")
        if name != FOUND or not isinstance(answer, Mapping):
            return await nobody(name, arguments)
        self.answer = answer
        return {"value": None}


def _least(asked: int | None, *allowed: int) -> int:
    return min(allowed) if asked is None else min(asked, *allowed)


def _refused(m: sandbox.Run) -> sandbox.Ran:
    """Nothing was run, and the first of the calls say why: no record could hold an answer to all."""
    reason = f"the run has {len(m.calls)} calls, and {CALLS} may be"
    return sandbox.Ran(task=m.task, purpose=m.purpose, results=(Result(status="refused", error=reason),))


def fitting(ran: sandbox.Ran) -> sandbox.Ran:
    """The answer itself, or what is left of it once texts and values are cut, so that a record can hold it."""
    for cut in (_without_prints, _without_values):
        if len(encode(ran)) <= RECORD_BYTES:
            return ran
        ran = msgspec.structs.replace(ran, results=tuple(map(cut, ran.results)))
    return ran


def _without_prints(result: Result) -> Result:
    return msgspec.structs.replace(result, stdout="", error=result.error[:CUT_CHARACTERS])


def _without_values(result: Result) -> Result:
    if result.status != "returned":
        return result
    return Result(status="flood", error="the results of the run fill more than a record", wall_ms=result.wall_ms)


def result_of(outcome: Outcome) -> Result:
    """The outcome as it stands on the log."""
    return Result(
        status=outcome.status,
        value=outcome.value,
        error=_told(outcome),
        mutated=outcome.mutated,
        wall_ms=outcome.wall_ms,
        error_type=outcome.error_type or "",
        line=outcome.line or None,
        stdout=outcome.stdout[:STDOUT_BYTES],  # a forged answer may hold more than the capture keeps
        cpu_ms=outcome.cpu_ms,
    )


def _told(outcome: Outcome) -> str:
    """The error as one line: type, text, and the line of the source."""
    if outcome.status == "returned":
        return ""
    said = ": ".join(part for part in (outcome.error_type, outcome.error) if part)
    return f"{said} (line {outcome.line})" if outcome.line is not None else said


def _synthesised(m: sandbox.Synthesise, outcome: Outcome, so_far: SoFar) -> sandbox.Synthesised:
    """What the search answered; of a search that was killed, what it had told before."""
    ended = outcome.status == "returned" and isinstance(outcome.value, Mapping)
    answer = outcome.value if ended else so_far.answer
    if answer is None:
        reason = f"the search ended with {outcome.status}: {_told(outcome)}"
        return sandbox.Synthesised(task=m.task, round=m.round, source=None, reason=reason)
    found: Mapping[str, Any] = answer  # type: ignore[assignment]
    return sandbox.Synthesised(
        task=m.task,
        round=m.round,
        source=found.get("source"),
        entry=found.get("entry", "solve"),
        reason=found.get("reason", ""),
        figures=found.get("figures"),
        others=_others(found.get("others")),
    )


def _others(told: object) -> tuple[str, ...]:
    """Sources of the size and number that an honest search hands out; a forged answer may hold anything."""
    found = [other for other in told if isinstance(other, str)] if isinstance(told, list) else []
    return tuple(other for other in found[:OTHERS] if len(other) <= OTHER_CHARACTERS)
