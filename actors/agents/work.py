"""A round of practice under way: what was ordered, how far it is, and what it has come to."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from actors.tools.practice import calls_of, patterns_of
from actors.tools.spec.composition import joined
from actors.tools.spec.interface import digest_of
from actors.tools.validation.failures import fitting
from messages.base import Json
from messages.task import Example
from messages.tools import learning, sandbox
from messages.tools.learning import Attempt, Failure


class CraftSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long the parts of a round may take, and how often a model service is asked."""

    run_s: Annotated[float, msgspec.Meta(gt=0, le=60)] = 10.0
    """All calls of one practice, or all tests of one judgement, together may take this long."""
    search_s: Annotated[float, msgspec.Meta(gt=0, le=50)] = 20.0
    """A search for a composition may take this much processor time, so that a busy machine finds the same."""
    model_tries: Annotated[int, msgspec.Meta(ge=1, le=10)] = 2
    """Proposals that a model service may make in a round; each later one is told what was wrong with the last."""


class Work(msgspec.Struct):
    """What a specialist knows of a round."""

    order: learning.Practise
    stage: str = "candidate"
    """What is waited for: the run of the `candidate`, the `search`, the run of the `composition`; then the `quote` of
    the model service, the `money` for it, its `answer`, the run of the `model`'s code."""
    source: str = ""
    entry: str = ""
    attempts: int = 0
    failures: tuple[Failure, ...] = ()
    """Of the last run."""
    fault: str = ""
    """What was wrong with the candidate, in words."""
    figures: Json = None
    """Of the search."""
    others: tuple[str, ...] = ()
    """Programs of like cost that it found beside the composition."""
    found: str = ""
    """What the search, or the run of what it found, came to."""
    act: str = ""
    """The question to the model service that is under way."""
    within_s: float = 0.0
    """How long it may take."""
    answers: int = 0
    """How many proposals the model service has made."""
    misshapen: int = 0
    """How many of its answers were no proposal."""
    complaint: str = ""
    """Why its last answer was not even run."""
    cost_usd: float = 0.0
    """What its last answer cost."""
    stance: str = ""
    """What of the agent's SOUL the question tells."""


def purpose(work: Work, agent: str) -> str:
    """By what the sandbox's answer is known."""
    return f"{agent}:{work.stage}:{work.order.round}"


def run_of(work: Work, agent: str, limit_s: float) -> sandbox.Run:
    """The source is called on the visible examples."""
    return sandbox.Run(
        task=work.order.task,
        purpose=purpose(work, agent),
        source=joined(work.source, work.entry, work.order.asked.requires, work.order.parts),
        entry=work.entry,
        calls=calls_of(work.order.examples, work.order.asked.iterations),
        limit_s=limit_s,
        profile=work.order.asked.profile,
        hosts=work.order.asked.hosts,
    )


def attempted(work: Work, agent: str, attempts: tuple[Attempt, ...]) -> learning.Attempted:
    """What the attempts with the source came to."""
    order = work.order
    return learning.Attempted(
        task=order.task,
        round=order.round,
        agent=agent,
        name=order.asked.name,
        domain=order.asked.domain,
        origin=work.stage,
        digest=digest_of(work.source, work.entry),
        attempts=attempts,
        patterns=patterns_of(attempts),
    )


def stumped(work: Work, reason: str) -> learning.Stumped:
    """The round is over without an implementation: for this reason, after what search and candidate came to."""
    parts = (reason, work.found, f"the candidate failed: {work.fault}" if work.fault else "")
    return learning.Stumped(
        task=work.order.task,
        round=work.order.round,
        reason="; ".join(part for part in parts if part),
        failures=fitting(work.failures),
        figures=work.figures,
    )


def failures_shown(failures: Sequence[Failure]) -> tuple[Example, ...]:
    """What the failed calls should have given; a call of which nobody knows that shows nothing."""
    return tuple(
        Example(args=failure.args, result=failure.expected) for failure in failures if failure.expected is not None
    )
