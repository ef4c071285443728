"""The formulas of the foundation, written apart from the code, from the specification alone: plain, slow, unshared."""

import math
from collections.abc import Mapping, Sequence

import numpy as np


def joint_posterior(
    mean: float, persistence: float, process: float, noise: float, values: Sequence[float]
) -> tuple[float, float]:
    """Mean and variance of the last state given the values (NaN is a gap), from the joint Gaussian of all states."""
    n = len(values)
    states = np.array(
        [[process / (1 - persistence**2) * persistence ** abs(i - j) for j in range(n)] for i in range(n)]
    )
    known = [place for place, value in enumerate(values) if not math.isnan(value)]
    if not known:
        return mean, float(states[-1, -1])
    seen = states[np.ix_(known, known)] + noise * np.eye(len(known))
    cross = states[-1, known]
    solved = np.linalg.solve(seen, np.column_stack((np.array([values[place] for place in known]) - mean, cross)))
    return mean + float(cross @ solved[:, 0]), float(states[-1, -1] - cross @ solved[:, 1])


def res(infrastructure: float, violated: float, stale: float, shock: float) -> float:
    return sum(a * b for a, b in zip((0.35, 0.25, 0.2, 0.2), (infrastructure, violated, stale, shock), strict=True))


def asymmetric(confidence: float, success: float) -> float:
    if confidence > success + 0.1:
        return confidence - 0.05
    if confidence < success:
        raised = confidence + 0.03
        return success if raised > success else raised
    return confidence


def priority(terms: Sequence[float], most: float, values: Mapping[str, float]) -> float:
    feasibility, resilience, evr, urgency, alignment = terms
    return (
        values["efficiency"] * feasibility
        + (values["stability"] + values["safety"]) * resilience
        + (values["growth"] + values["exploration"]) * (evr / most if most else 0)
        + values["agent_cooperation"] * urgency
        + values["purpose_fidelity"] * alignment
    )


def evr(immediate: float, delayed: Sequence[float]) -> float:
    total, factor = immediate, 1.0
    for reward in delayed:
        factor *= 0.95
        total += factor * reward
    return total


def strategy_score(
    probabilities: Sequence[float], values: Sequence[float], bad: Sequence[float], inert: float
) -> float:
    expected = np.average(values, weights=probabilities)
    return float(0.4 * expected + 0.35 * (1 - max(bad)) + 0.25 * (1 - inert))


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    names = sorted({*one, *other})
    a, b = (np.array([side.get(name, 0.0) for name in names]) for side in (one, other))
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def seof_at_baseline(performance: float, instability: float, diversity: float, identity: float, swing: float) -> float:
    return 0.25 * performance + 0.25 * (1 - instability) + 0.2 * diversity + 0.2 * identity - 0.1 * swing


def entropy(counts: Sequence[int]) -> float:
    shares = np.array(counts) / sum(counts)
    return float(-(shares * np.log(shares)).sum() / np.log(len(counts)))


def kl(task: Mapping[int, int], known: Mapping[int, int], buckets: int, smoothing: float) -> float:
    p = np.array([task.get(place, 0) for place in range(buckets)], float)
    q = np.array([known.get(place, 0) + smoothing for place in range(buckets)], float)
    p, q = p / p.sum(), q / q.sum()
    return float(sum(a * math.log(a / b) for a, b in zip(p, q, strict=True) if a > 0))


def sms(parts: Mapping[str, float]) -> float:
    return (
        0.25 * parts["awareness"]
        + 0.25 * parts["self_modelling"]
        + 0.20 * parts["strategy"]
        + 0.20 * parts["stability"]
        + 0.10 * parts["uncertainty"]
    )
