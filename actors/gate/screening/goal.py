"""The screen of goals: none of the five checks failed, and the deadline is still to come."""

from collections.abc import Iterator
from typing import Final

from actors.gate.screening.outcome import Outcome, Scene, outcome
from messages.gate import evidence
from messages.gate.change import Dossier

LEAST_PURPOSE: Final = 0.50
"""Least alignment with the charter. *cited*: specification of autonomy, section 2, here and below"""
LEAST_VALUE: Final = 0.60
"""Least alignment with the values. *cited*"""
LEAST_FEASIBILITY: Final = 0.05
"""Least product of the confidences of the goal's skills. *cited*"""
LEAST_VIABILITY: Final = 1.0
"""Least ratio of depletion time to duration. *cited*"""


def screen(dossier: Dossier, scene: Scene) -> Outcome:
    """Refused with the name of the first check that failed; budget and deadline are part of the evidence."""
    content = dossier.content
    assert isinstance(content, evidence.Goal)
    return outcome("standard", next(_faults(content, scene.now), None))


def _faults(content: evidence.Goal, now: float) -> Iterator[str]:
    figures = (
        ("purpose alignment", content.purpose_alignment, LEAST_PURPOSE),
        ("value alignment", content.value_alignment, LEAST_VALUE),
        ("feasibility", content.feasibility, LEAST_FEASIBILITY),
        ("resource viability", content.viability, LEAST_VIABILITY),
    )
    for name, value, least in figures:
        if value < least:
            yield f"the goal's {name} is {value:.2f}, and must be {least:.2f} or more"
    if not content.stable:
        yield "a condition of stability is violated with the goal added"
    if content.deadline <= now:
        yield "the goal's deadline has passed"
