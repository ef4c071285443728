"""Dossiers for the tests of the gate: a good one of each kind."""

from typing import Any

import msgspec

from actors.gate.screening.screen import content_digest
from messages.gate import evidence
from messages.gate.change import Dossier
from tests.actors.bench import START
from tests.actors.soul.soul_cases import SOUL

WEIGHTS: dict[evidence.Dimension, float] = {
    "stability": 0.20,
    "growth": 0.20,
    "purpose_fidelity": 0.20,
    "efficiency": 0.15,
    "exploration": 0.10,
    "safety": 0.10,
    "agent_cooperation": 0.05,
}
TOOL = evidence.Tool(
    agent="temujin",
    goal="double it",
    domain="general",
    profile="pure",
    source="def f(n):\n    return 2 * n\n",
    entry="f",
    mastery=1.0,
    origin="candidate",
)
NOTES = SOUL.replace("Nothing yet.", "I count by hand.")
CHANGED = evidence.Soul(agent="someone", author="agent", before=SOUL, after=NOTES)
VALUE = evidence.Value(
    dimension="safety",
    before=WEIGHTS,
    after={**WEIGHTS, "safety": 0.13, "growth": 0.17},
    trial="trial-1",
    objective_change=0.01,
    goal_rate_change=0.0,
)
CODE = evidence.Code(
    agent="temujin",
    target="double",
    before="def f(n):\n    return n + n\n",
    after="def f(n):\n    return 2 * n\n",
    cases=40,
    improvement_low=0.2,
)
PARAMETER = evidence.Parameter(
    actor="librarian", name="limit", before=10.0, after=12.0, low=1.0, high=50.0, trial="replay-1"
)
GOAL = evidence.Goal(
    origin="gap_filling",
    told="learn to read dates",
    purpose_alignment=0.7,
    value_alignment=0.8,
    feasibility=0.3,
    viability=2.0,
    stable=True,
    budget_usd=0.5,
    budget_s=60.0,
    deadline=START + 1e6,
)
GOOD: tuple[evidence.Evidence, ...] = (TOOL, CHANGED, VALUE, CODE, PARAMETER, GOAL)
"""One of each kind that every screen passes."""
SUBJECTS = {
    evidence.Tool: "double",
    evidence.Soul: "someone",
    evidence.Value: "safety",
    evidence.Code: "double",
    evidence.Parameter: "librarian.limit",
    evidence.Goal: "goal-1",
}


def dossier(content: evidence.Evidence, **more: Any) -> Dossier:
    """A dossier that fits the evidence, but for what is said otherwise."""
    fitting = Dossier(
        change="c-1",
        pattern=evidence.pattern_of(content),
        subject=SUBJECTS[type(content)],
        digest=content_digest(content),
        content=content,
    )
    return msgspec.structs.replace(fitting, **more)


def tool_dossier(source: str, subject: str = "x", **more: Any) -> Dossier:
    """The dossier of a tool with this source."""
    content = msgspec.structs.replace(TOOL, source=source, **more)
    return dossier(content, subject=subject)
