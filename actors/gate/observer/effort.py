"""Which value dimension a piece of work serves, and how many seconds it took.

Seconds are those that were measured: wall time of runs in the sandbox and of searches, and for phases that run nothing
there, the time that a task spent in them. Waiting for a person is no effort.
"""

from typing import Final

from messages.autonomy import goal
from messages.gate.evidence import Dimension
from messages.tools import sandbox

CALLS: Final[Dimension] = "purpose_fidelity"
"""Calls of tools for clients are what the council is there for. *chosen*"""
TRIALS: Final[Dimension] = "exploration"
"""Calls that a goal of the council's own makes, to see what comes of them. *chosen*"""
TESTS: Final[Dimension] = "safety"
"""Runs and searches whose purpose names tests. *chosen*: judging what was made keeps harm from its users"""
LEARNING: Final[Dimension] = "growth"
"""Practice of, and the search for, a tool that is new. *chosen*"""
IMPROVING: Final[Dimension] = "efficiency"
"""The same for a tool that is registered already. *chosen*: what can be done is done again, better"""
RECOVERING: Final[Dimension] = "stability"
"""From a crash of a zone to the start of its last actor. *chosen*"""
PHASES: Final[dict[str, Dimension]] = {
    "policy": "safety",
    "research": "exploration",
    "requirements": "agent_cooperation",
    "enrolment": "safety",
}
"""Time that a task spends in a phase. *chosen*: policy and the gate look for harm, research looks for what is not
known, tools of others are asked for. Practice, validation and calls are counted by their runs; an approval is a
person's."""
CALL: Final = "call"
"""What the purpose of a run names that `tool.Returned` tells of too. *derived*: actors.tools.registry"""
MS: Final = 1_000.0
"""*derived*"""


def of_call(client: str) -> Dimension:
    """What a call serves, by whose it is."""
    return TRIALS if client == goal.CLIENT else CALLS


def of_run(m: sandbox.Ran, practising: Dimension) -> tuple[Dimension, float] | None:
    """What the run served and its seconds; None for the run of a call, which is told of by itself."""
    _, *stages = m.purpose.split(":")
    if not stages or stages[0] == CALL:
        return None
    seconds = sum(max(0.0, result.wall_ms) for result in m.results) / MS
    return (TESTS if stages[0] == "tests" else practising), seconds


def of_search(m: sandbox.Synthesised, practising: Dimension) -> tuple[Dimension, float] | None:
    """What the search served and its seconds; None if it does not say how long it took."""
    figures = m.figures if isinstance(m.figures, dict) else {}
    seconds = figures.get("seconds", figures.get("elapsed_s"))
    return (practising, float(seconds)) if isinstance(seconds, int | float) and seconds >= 0 else None
