"""A trial in a jail of its own, at the strictest; nothing of it is left, however this process ends."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from actors.cognition.incubator.harness import ENTRY, source
from actors.cognition.incubator.hypothesis import Hypothesis, fingerprint, parsed
from actors.cognition.incubator.trial import Plan, Trial, Verdict
from actors.sandbox.jail import Jail
from actors.sandbox.outcome import Limits
from actors.sandbox.worker import result_of


class NoWalls(RuntimeError):
    """This host has no walls for foreign code."""


async def conduct(hypothesis: Hypothesis, *, seed: int, progress: Callable[[str], None]) -> Verdict:
    """The verdict. Raises NoWalls where the sandbox refuses."""
    jail = await Jail.start(max_concurrent=1)
    try:
        if jail.walls.tier is None:
            raise NoWalls(f"nothing is tried: {jail.walls.reason}")
        trial = Trial(hypothesis, fingerprint(hypothesis), seed)
        code = source(hypothesis)
        while (made := trial.next()) is not None:
            progress(f"{made.stage}: {len(made.calls)} calls")
            outcomes = await jail.call_many(code, ENTRY, made.calls, limits=limits(hypothesis, made))
            found = trial.take([result_of(outcome) for outcome in outcomes])
            progress(f"{made.stage}: {'passed' if found.passed else 'not passed'}; {found.told}")
        assert trial.verdict is not None
        return trial.verdict
    finally:
        await jail.close()


def limits(hypothesis: Hypothesis, made: Plan) -> Limits:
    """What one stage may take."""
    wall_s = hypothesis.resources.seconds
    return Limits(wall_s=wall_s, cpu_s=round(wall_s) + 1, memory_bytes=made.memory_bytes)


def conduct_beside(argument: Any) -> Any:
    """`conduct` for a child process: plain values in and out. Raises ValueError where the sandbox refuses."""
    hypothesis = parsed("the hypothesis", argument["hypothesis"])
    try:
        verdict = asyncio.run(conduct(hypothesis, seed=argument["seed"], progress=lambda _: None))
    except NoWalls as error:
        raise ValueError(str(error)) from None
    told = msgspec.to_builtins(verdict)
    kept = ("graduated", "ended_in", "learnt", "breached", "effect", "low", "high", "probability", "stages", "examples")
    return {name: told[name] for name in kept}
