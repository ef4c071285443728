"""The screen of parameters: an actor that may be tuned, a finite value, and one inside the range."""

import math
from collections.abc import Iterator, Mapping

from actors.gate.screening.outcome import Outcome, Scene, outcome
from messages.gate import evidence
from messages.gate.change import Dossier
from messages.kernel.control import Level


def screen(dossier: Dossier, scene: Scene) -> Outcome:
    """Refused for the first fault; nothing tunes the guard."""
    content = dossier.content
    assert isinstance(content, evidence.Parameter)
    return outcome("standard", next(_faults(content, scene.members), None))


def _faults(content: evidence.Parameter, members: Mapping[str, Level]) -> Iterator[str]:
    level = members.get(content.actor)
    if level is None:
        yield f"no actor of the council is named {content.actor!r}"
    elif level is Level.GUARD:
        yield f"{content.actor!r} belongs to the guard, whose parameters only a person sets"
    if not all(math.isfinite(value) for value in (content.before, content.after, content.low, content.high)):
        yield f"the parameter {content.name!r} has a value that is no finite number"
    if not content.low <= content.after <= content.high:
        yield f"{content.after:g} is outside [{content.low:g}, {content.high:g}], the range of {content.name!r}"
    if content.after == content.before:
        yield f"the parameter {content.name!r} would not change"
