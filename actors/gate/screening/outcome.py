"""What every screen takes and gives."""

from collections.abc import Mapping
from typing import Final, Protocol

import msgspec

from actors.scan.classes import Rank
from messages.gate.evidence import Finding
from messages.gate.policy import PolicyClass
from messages.kernel.control import Level

REASON_CHARS: Final = 4_000
"""Most of a reason that is told; hostile code can make it as long as itself. *chosen*: a screenful of findings"""


class Rules(Protocol):
    """The settings of policy that screens read."""

    @property
    def classes(self) -> tuple[Rank, ...]: ...
    @property
    def agents(self) -> dict[str, tuple[Rank, ...]]: ...
    @property
    def hosts(self) -> tuple[str, ...]: ...


class Scene(msgspec.Struct, frozen=True):
    """What a screen may know beside the dossier."""

    rules: Rules
    members: Mapping[str, Level]
    """Level of each actor of the council."""
    now: float
    """Seconds since the epoch."""


class Outcome(msgspec.Struct, frozen=True):
    """Refused where there is a reason; passed otherwise, on condition of an approval where `review` says why."""

    policy_class: PolicyClass
    reason: str | None = None
    review: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def told(reason: str) -> str:
    """The reason as policy tells it."""
    return f"policy: {reason}"[:REASON_CHARS]


def outcome(policy_class: PolicyClass, reason: str | None, review: tuple[str, ...] = ()) -> Outcome:
    """The outcome for a reason against the change, if there is one."""
    return Outcome(policy_class, told(reason) if reason is not None else None, review)
