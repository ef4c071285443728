"""The five resources: what is measured as the level of each, and what a cycle takes of it and gives back.

Levels are in [0, 1]. Of three of them the level itself is measured and the flow is its change: memory, observation and
mutation. Of compute and stability the flow is measured, and the level is what is left of a budget that fills up again
evenly. A resource that can't be measured in a cycle keeps what was known of it, and is told as missing.
"""

from collections.abc import Iterable
from typing import Final

from messages.autonomy.foundation import Reading

INCIDENTS: Final[dict[str, float]] = {"crash": 1.0, "dead": 1.0, "broken": 0.25}
"""What an incident costs the error budget, in incidents. *chosen*: a call that broke harmed one caller, a crash or an
input that was given up harmed everybody behind it"""
DIGITS: Final = 5
"""Levels and flows are told with so many digits. *chosen*: a budget of a day is spent by 1e-5 a cycle"""
OVER: Final = 1.5
"""A share of the processors above this is no reading; between 1 and this it is 1. *chosen*: two clocks are compared"""


def processor_share(cpu_s: float, before_s: float, elapsed_s: float, processors: float) -> float | None:
    """The part of the processor budget that was used between two readings; None if it is no possible value.

    Processor time runs back when a process ends whose parent is gone too: what it had used is in nobody's books.
    """
    if elapsed_s <= 0 or processors <= 0 or cpu_s < before_s:
        return None
    share = (cpu_s - before_s) / (elapsed_s * processors)
    return min(1.0, share) if share <= OVER else None


def spent(level: float, used: float, refill: float) -> Reading:
    """A budget after a cycle: `used` is taken from it, and `refill` is given back, as far as there is room for it."""
    gained = min(refill, 1.0 - level + used)
    taken = min(used, level + gained)
    return _reading(level + gained - taken, taken, gained)


def moved(level: float, before: float | None) -> Reading:
    """A level that is measured itself: what it fell by was used, what it rose by was gained."""
    change = 0.0 if before is None else level - before
    return _reading(level, max(0.0, -change), max(0.0, change))


def compute(share: float, level: float, sustained: float, cycles: float) -> Reading:
    """Processor budget left.

    The budget is what `cycles` cycles at full use take. Each cycle takes what it used and gives what `sustained` use
    would take: a council that stays below that share never runs out, one at full use does in `cycles / (1 - sustained)`
    cycles.
    """
    return spent(level, share / cycles, sustained / cycles)


def memory(share: float, before: float | None) -> Reading:
    """Headroom: the part of the memory budget that the council's processes do not hold."""
    return moved(1.0 - share, before)


def observation(lag: int, most: int, before: float | None) -> Reading:
    """How close the slowest reader is to the end of the log: 1 with nothing left to read, 0 at `most` records."""
    return moved(max(0.0, 1.0 - lag / most), before)


def mutation(budgets: Iterable[tuple[float, float]], before: float | None) -> Reading:
    """What is left of the day's budgets for learning and modification: the scarcer of attempts and money.

    Each budget comes as what is left and what there is, summed over the agents. A day on which nothing was spent is
    whole, and a council that may spend nothing has nothing left.
    """
    shares = [min(1.0, max(0.0, left / whole)) if whole > 0 else 0.0 for left, whole in budgets]
    return moved(min(shares, default=1.0), before)


def stability(incidents: dict[str, int], level: float, budget: float, cycles: float) -> Reading:
    """Error budget left: crashes, dead letters and calls that broke, each at its cost, against `budget` of them.

    A budget that is spent is whole again after `cycles` cycles without an incident.
    """
    used = sum(INCIDENTS[kind] * number for kind, number in incidents.items()) / budget
    return spent(level, used, 1.0 / cycles)


def _reading(level: float, used: float, gained: float) -> Reading:
    """The reading, without flows that are zero: a reading is said for each resource in each cycle."""
    flows = {"used": round(used, DIGITS), "gained": round(gained, DIGITS)}
    present = {name: flow for name, flow in flows.items() if flow}
    return Reading(level=round(min(1.0, max(0.0, level)), DIGITS), **present)
