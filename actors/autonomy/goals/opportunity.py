"""From measured signals to intents: each of the six origins has its own.

Source: specification of autonomy, section 2.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from actors.autonomy.goals.acts import chain_name
from actors.autonomy.goals.scene import Scene
from actors.identifiers import is_identifier
from messages.autonomy.goal import Intent
from messages.gate.evidence import Origin

SHORT: Final = 100.0
"""A horizon below this asks for survival. *cited*: specification of autonomy, section 2"""
IDLE: Final = 50
"""Cycles without a task from which exploring takes nothing from anybody. *chosen*: a quarter of a window"""
LATER: Final = 200
"""Cycles after a failure in which something must have changed; then a person is asked. *chosen*: a window"""
TACTICAL, OPERATIONAL = 100, 200
"""Durations in cycles. *chosen*: half a window and a whole one"""
BRIEF = 50
"""Duration of a goal of survival, in cycles. *chosen*: half of the horizon that asks for it, so that there is time"""


class Opportunity(NamedTuple):
    """What might be made a goal, and the measurement that speaks for it."""

    intent: Intent
    signal: str


def opportunities(scene: Scene, cycle: int) -> Iterator[Opportunity]:
    """All that there are now, the most urgent first."""
    yield from _survival(scene)
    yield from _gaps(scene, cycle)
    yield from _chains(scene)
    yield from _of_mirror(scene)
    yield from _values(scene)
    yield from _exploration(scene)


def _survival(scene: Scene) -> Iterator[Opportunity]:
    found = scene.projected
    if found is not None and found.horizon is not None and found.horizon < SHORT and found.bottleneck is not None:
        told = f"keep {found.bottleneck} from running out"
        intent = Intent(origin="survival_driven", told=told, subject=found.bottleneck, duration=BRIEF)
        yield Opportunity(intent, f"{found.bottleneck} lasts {found.horizon:.0f} cycles more")


def _gaps(scene: Scene, cycle: int) -> Iterator[Opportunity]:
    """Learning tasks that failed, once something has changed that could help, or nothing has for long."""
    for name, vain in scene.vain.items():
        if vain.changed or cycle - vain.failed >= LATER:
            helped = f"{vain.changed} tools were registered since" if vain.changed else "nothing has changed since"
            intent = Intent(
                origin="gap_filling", told=f"be able to {vain.body.get('goal', name)}"[:500], subject=name,
                skills=(name,), tier="operational", duration=OPERATIONAL,
            )  # fmt: skip
            yield Opportunity(intent, f"{name} was to be learnt, and could not be; {helped}")


def _chains(scene: Scene) -> Iterator[Opportunity]:
    for pair, examples in scene.chains.frequent().items():
        first, second = pair.split(" ")
        name = chain_name(first, second)
        if name not in scene.skills and {first, second} <= set(scene.skills):
            intent = Intent(
                origin="opportunity_driven", told=f"do {first} and {second} in one call", subject=name,
                skills=(first, second), duration=TACTICAL,
            )  # fmt: skip
            yield Opportunity(intent, f"clients gave results of {first} to {second} on {len(examples)} arguments")


def _of_mirror(scene: Scene) -> Iterator[Opportunity]:
    for found in scene.signals.values():
        match found.stream:
            case "purpose":
                intent = _plain("purpose_derived", f"spend more effort on {found.subject}", found.subject)
                yield Opportunity(intent, found.told)
            case "environmental":
                intent = _plain("opportunity_driven", f"make use of what {found.subject} brings", found.subject)
                yield Opportunity(intent, found.told)
            case _:
                continue  # a gap is a goal once the task that met it is known, which _gaps tells of


def _plain(origin: Origin, told: str, subject: str) -> Intent:
    return Intent(origin=origin, told=told, subject=subject, tier="operational", duration=OPERATIONAL)


def _values(scene: Scene) -> Iterator[Opportunity]:
    for name in scene.raised:
        intent = _plain("value_aligned", f"let effort follow the weight of {name}", name)
        yield Opportunity(intent, f"the weight of {name} was raised")


def _exploration(scene: Scene) -> Iterator[Opportunity]:
    """Two tools that nobody has tried together, while nobody asks for anything."""
    spared = scene.projected is None or scene.projected.state in ("abundant", "adequate")
    if scene.quiet < IDLE or not spared:
        return
    if (pair := scene.untried()) is not None:
        first, second = pair
        subject = chain_name(first, second)
        if is_identifier(subject):
            told = f"see what {second} makes of a result of {first}"
            intent = Intent(origin="exploratory", told=told, subject=subject, skills=pair)
            yield Opportunity(intent, f"no task for {scene.quiet} cycles, and the pair was never tried")
