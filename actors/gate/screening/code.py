"""The screen of rewrites: the new code is scanned as a tool's is, and its gain must have been measured."""

from collections.abc import Iterator
from typing import Final

from actors.gate.screening.outcome import Outcome, Scene, outcome
from actors.gate.screening.tool import domain_of, forbids, rejection, review_of, unknown_domain
from actors.scan.classes import classify
from actors.scan.poisoning import scan
from messages.gate import evidence
from messages.gate.change import Dossier

LEAST_IMPROVEMENT: Final = 0.15
"""Least lower bound of the measured share of time saved. *cited*: specification of cognition, section 1"""


def screen(dossier: Dossier, scene: Scene) -> Outcome:
    """Refused for what no tool may do, for a class that is not learnt here, or for a gain that was not shown."""
    content = dossier.content
    assert isinstance(content, evidence.Code)
    domain = domain_of(content.domain)
    if domain is None:
        return outcome("restricted", unknown_domain(content.domain))
    classed = classify(content.target, "", domain, content.after, (), (), content.profile)
    reason = (
        rejection({"code": scan(content.after, content.profile)})
        or forbids(scene.rules, content.agent, classed, seen=True)
        or next(_faults(content), None)
    )
    return outcome(classed.rank, reason, review_of(classed))


def _faults(content: evidence.Code) -> Iterator[str]:
    if content.after == content.before:
        yield "the rewrite changes nothing"
    if content.cases == 0:
        yield "the rewrite was compared with the original on no input"
    if content.improvement_low < LEAST_IMPROVEMENT:
        yield (
            f"the rewrite was measured to save at least {content.improvement_low:.0%} of the time; "
            f"{LEAST_IMPROVEMENT:.0%} are needed"
        )
