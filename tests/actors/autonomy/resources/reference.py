"""The formulas of resource survival, written from the specification alone, to hold the code against."""

from collections.abc import Mapping

STRENGTHS = {
    ("compute", "observation"): 0.60,
    ("compute", "mutation"): 0.80,
    ("memory", "compute"): 0.40,
    ("observation", "stability"): 0.30,
}
SCALES = {"baseline": 1.0, "adverse": 1.3, "optimistic": 0.8, "crisis": 2.0}


def horizon_of(level: float, critical: float, consumed: float, replenished: float, scenario: str) -> float | None:
    """None is never."""
    rate = SCALES[scenario] * consumed - replenished
    if level < critical:
        return 0.0
    return (level - critical) / rate if rate > 0 else None


def state_of(horizon: float | None) -> str:
    if horizon is None or horizon > 500:
        return "abundant"
    for name, least in (("adequate", 200), ("constrained", 100), ("warning", 50)):
        if horizon >= least:
            return name
    return "critical"


def losses_of(
    levels: Mapping[str, float], warnings: Mapping[str, float], substitution: Mapping[tuple[str, str], float]
) -> dict[str, float]:
    """In the order in which the specification's graph runs: memory, compute, then the rest."""
    lost = dict.fromkeys(levels, 0.0)
    for pair in (
        ("memory", "compute"),
        ("compute", "observation"),
        ("compute", "mutation"),
        ("observation", "stability"),
    ):
        upstream, downstream = pair
        level = levels[upstream] - lost[upstream]
        if level < warnings[upstream]:
            lost[downstream] += STRENGTHS[pair] * (1 - substitution[pair]) * (warnings[upstream] - level)
        lost[downstream] = min(lost[downstream], levels[downstream])
    return lost
