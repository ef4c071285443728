"""The judgement on a candidate: its figures, and what follows from them and from the bounds on goals.

Source: specification of autonomy, section 2.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from actors.autonomy.goals import acts, checks, rate, similarity
from actors.autonomy.goals.scene import Scene
from actors.autonomy.mirror.purpose import CHARTER
from actors.autonomy.values import simplex
from messages.autonomy import goal


class Judgement(NamedTuple):
    """A decision about a candidate, and why it is no plain yes."""

    decision: goal.Decision
    reason: str


def figures(intent: goal.Intent, scene: Scene, share: float, others: Iterable[goal.Intent]) -> goal.Figures:
    """The five figures with their results, and the novelty beside the other goals.

    `share` is the part of the council's time that the work may take. Raises ValueError while the scene misses anything.
    """
    projected, reported = scene.projected, scene.reported
    if projected is None or reported is None or reported.radius is None:
        raise ValueError(f"no goal can be judged without knowing {scene.missing()}")
    charter = scene.charter or CHARTER
    serves = acts.serves(intent, charter)
    values = scene.values or {str(name): weight for name, weight in simplex.BASELINE.items()}
    purpose = simplex.cosine(serves, charter)
    kept = checks.kept(values, serves, share)
    feasible = checks.feasibility(scene.confidence(name) for name in intent.skills)
    viable = checks.FAR if acts.saves(intent) else checks.viability(projected.horizon, intent.duration)
    radius = reported.radius.value + share * acts.COUPLING
    violated = reported.verdict == "unstable" or any(one.verdict == "violated" for one in reported.conditions)
    return goal.Figures(
        purpose=round(purpose, 4),
        value=round(max(-1.0, kept), 4),
        feasibility=round(feasible, 4),
        viability=round(viable, 4),
        radius=round(radius, 4),
        novelty=round(similarity.novelty(intent, others), 4),
        results={
            "purpose": checks.graded("purpose", purpose),
            "value": checks.graded("value", kept),
            "feasibility": checks.graded("feasibility", feasible),
            "viability": checks.graded("viability", viable),
            "stability": checks.steadiness(radius, violated),
        },
    )


def judged(
    intent: goal.Intent, found: goal.Figures, obstacle: str, made: Sequence[int], sandboxed: int, cycle: int
) -> Judgement:
    """The decision by figures and bounds; `obstacle` is what else speaks against it, `made` the cycles of goals."""
    reason = obstacle or rate.fault(made, cycle)
    if not reason and found.novelty < similarity.LEAST_NOVELTY:
        reason = f"novelty: {found.novelty:.2f}, and must be {similarity.LEAST_NOVELTY:.2f} or more"
    if not reason and (failed := _with(found, "fail")):
        reason = f"failed: {failed}"
    if reason:
        return Judgement("rejected", reason)
    marginal = _with(found, "marginal")
    if not marginal:
        return Judgement("approved", "")
    crowded = rate.crowded(sandboxed)
    return Judgement("rejected", crowded) if crowded else Judgement("sandboxed", f"marginal: {marginal}")


def judged_again(found: goal.Figures) -> Judgement:
    """The decision once the time in the sandbox is over: what is still marginal has held out, and passes."""
    failed = _with(found, "fail")
    return Judgement("rejected", f"failed in the sandbox: {failed}") if failed else Judgement("approved", "")


def _with(found: goal.Figures, result: goal.Result) -> str:
    return ", ".join(name for name, one in found.results.items() if one == result)
