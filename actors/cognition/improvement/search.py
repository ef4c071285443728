"""From a program to one that is worth deploying: each rewrite tried on the best so far, and kept if it helps."""

import ast
import random
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

from actors.cognition.improvement import gate
from actors.cognition.improvement.draft import Draft
from actors.cognition.improvement.gate import Improvement, improvement
from actors.cognition.improvement.jailed import Refused
from actors.cognition.improvement.rewrites import REWRITES
from actors.cognition.improvement.splice import spliced
from actors.scan.verdict import findings

GENERATED: Final = 500
"""Generated inputs at most. *chosen*"""
SECONDS: Final = 3.0
"""Time for the generated inputs of one comparison. *chosen*: a tenth of what a simple modification may take"""
LOOKED: Final = 6
"""Pairs by which a single rewrite is looked at before the whole is gated. *chosen*"""
HELPS: Final = 0.03
"""Share that a rewrite saves at least to be kept in the combination. *chosen*: above the noise of a median of six"""

HUGE_S: Final = 1.0
"""Time for inputs with huge numbers. *chosen*"""
HUGE_LIMIT_S: Final = 3
"""After which their run is killed. *chosen*"""

Ask = Callable[..., Awaitable[dict[str, Any]]]


class Tried(NamedTuple):
    """One rewrite, and what came of it."""

    rewrite: str
    kind: str
    kept: bool
    reason: str


class Proposal(NamedTuple):
    """What was found: the modified program and its evidence; `deploy` says whether it passed the gate."""

    target: str
    before: str
    after: str
    tried: tuple[Tried, ...]
    cases: int
    recorded: Improvement | None
    largest: Improvement | None
    deploy: bool
    reason: str


async def improve(
    source: str, entry: str, inputs: list[str], ask: Ask, seed: int, told: Callable[[str], None]
) -> Proposal:
    """The best combination of rewrites, compared and measured; raises Refused if the code can't be run."""
    tree = ast.parse(source)
    best, best_source = Draft(tree, entry), source
    tried: list[Tried] = []
    timed = inputs or await _timed_inputs(ask, source, entry, seed)
    for name, (kind, rewrite) in REWRITES.items():
        draft = Draft(best.tree, entry, frozenset(best.helpers))
        draft.imports |= best.imports
        draft.made |= best.made
        rewrite(draft)
        if not draft.sites:
            continue
        candidate = spliced(source, tree, draft)
        told(f"trying: {name}")
        kept, reason = await _look(ask, (source, best_source, candidate), entry, inputs, timed, seed)
        tried.append(Tried(name, kind, kept, reason))
        if kept:
            best, best_source = draft, candidate
    if best_source == source:
        reason = "no rewrite applies" if not tried else "no rewrite helps"
        return Proposal(entry, source, source, tuple(tried), 0, None, None, False, reason)
    return await _gated(
        ask, Proposal(entry, source, best_source, tuple(tried), 0, None, None, False, ""), inputs, timed, seed
    )


async def _timed_inputs(ask: Ask, source: str, entry: str, seed: int) -> list[str]:
    answer = await ask("sized", {"source": source, "entry": entry, "seed": seed})
    return list(answer["inputs"])


async def _look(
    ask: Ask, sources: tuple[str, str, str], entry: str, inputs: list[str], timed: list[str], seed: int
) -> tuple[bool, str]:
    """Whether a rewrite is the same and helps, with the words for it."""
    source, best, candidate = sources
    known = {str(finding.what) for finding in findings(source)}
    worse = [str(finding) for finding in findings(candidate) if str(finding.what) not in known]
    if worse:
        return False, f"refused by the scan: {worse[0]}"
    try:
        verdict = await _compared(ask, source, candidate, entry, inputs, seed)
        if not verdict["same"]:
            return False, f"not the same: {verdict['reason']}"
        clocked = await ask("clock", _clock(best, candidate, entry, timed[-1:], LOOKED))
    except Refused as refused:
        return False, f"could not be tried: {refused}"
    saved = improvement([tuple(pair) for pair in clocked["pairs"][0]], random.Random(seed))
    return saved.median >= HELPS, f"saves {saved.median:.0%} on the largest input"


async def compared(ask: Ask, request: dict[str, Any]) -> dict[str, Any]:
    """Whether two versions are the same: the trial's verdict, then one with huge numbers, if those end in time.

    Huge numbers can make any call endless within the interpreter, so a run that is killed there is no evidence.
    """
    verdict = await ask("judge", request)
    if not verdict["same"]:
        return verdict
    try:
        other = await ask("judge", {**request, "huge": True, "seconds": HUGE_S}, HUGE_LIMIT_S)
    except Refused:
        return verdict
    return verdict if other["same"] else other


async def _compared(ask: Ask, before: str, after: str, entry: str, inputs: list[str], seed: int) -> dict[str, Any]:
    request = {"before": before, "after": after, "entry": entry, "inputs": inputs, "seed": seed}
    return await compared(ask, {**request, "count": GENERATED, "seconds": SECONDS})


def _clock(before: str, after: str, entry: str, inputs: list[str], pairs: int) -> dict[str, Any]:
    return {"before": before, "after": after, "entry": entry, "inputs": inputs, "pairs": pairs}


async def _gated(ask: Ask, proposal: Proposal, inputs: list[str], timed: list[str], seed: int) -> Proposal:
    """The proposal with another comparison, under another seed, and its measured improvement."""
    before, after, entry = proposal.before, proposal.after, proposal.target
    verdict = await _compared(ask, before, after, entry, inputs, seed + 1)
    if not verdict["same"]:
        return proposal._replace(after=before, reason=f"not the same: {verdict['reason']}")
    if not verdict["returned"]:
        return proposal._replace(
            after=before, reason="no input is known on which the function returns; name some with --inputs"
        )
    clocked = (await ask("clock", _clock(before, after, entry, timed, gate.PAIRS)))["pairs"]
    rng = random.Random(seed)
    together = [(sum(pair[0] for pair in each), sum(pair[1] for pair in each)) for each in zip(*clocked, strict=True)]
    recorded, largest = improvement(together, rng), improvement([tuple(pair) for pair in clocked[-1]], rng)
    low = min(recorded.low, largest.low)
    deploy = low >= gate.LEAST
    reason = "" if deploy else f"the lower bound of the improvement is {low:.0%}, and {gate.LEAST:.0%} are needed"
    return proposal._replace(cases=verdict["cases"], recorded=recorded, largest=largest, deploy=deploy, reason=reason)
