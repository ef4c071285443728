"""A change on its way through the gate: proposed, assessed, then approved or vetoed."""

from typing import Literal

import msgspec

from messages.base import Event, Identifier, Json, Share, Text
from messages.gate.evidence import Evidence, Finding
from messages.gate.policy import PolicyClass
from messages.kernel.control import Level


class Dossier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A proposed change; it travels along, bound to its content by a digest, so that no stage asks back."""

    change: Identifier
    """The name of this proposal."""
    pattern: Identifier
    """The kind of decision, such as `tool.register`."""
    subject: Identifier
    """What would change."""
    digest: str
    """SHA-256 of the content that would come into force; an approval is bound to it."""
    task: Identifier | None = None
    content: Evidence | None = None
    """What would come into force, with the evidence that its judges need. It stands in `Proposed` alone; policy refuses
    a proposal without it."""
    sealed: str = ""
    """From policy on: SHA-256 of the dossier as it was proposed, with the content that is not repeated."""
    evidence: Json = None
    """Untyped evidence in logs older than `content`; no stage reads it."""
    review: tuple[Text, ...] = ()
    """Why a person must approve it before it is in force; filled in by policy."""


class Proposed(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Someone wants a change; nothing is in force yet."""

    proposes = True

    dossier: Dossier


class Screened(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Policy has nothing against the change; its dossier says whether a person must agree."""

    one_mouth = True

    dossier: Dossier
    policy_class: PolicyClass


class Refused(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Policy forbids the change; nothing else is asked about it."""

    one_mouth = True

    dossier: Dossier
    policy_class: PolicyClass
    reason: Text
    findings: tuple[Finding, ...] = ()
    """The rules that the change breaks, where the reason rests on rules with names."""


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that was measured, and whether it may stand as it is."""

    name: Identifier
    value: float
    bound: float
    verdict: Literal["holds", "violated"]


class Assessed(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The stability checker's judgement, with every figure it rests on."""

    one_mouth = True

    dossier: Dossier
    score: Share
    """Product of the margins, in [0, 1]."""
    conditions: tuple[Condition, ...]
    fault: Text = ""
    """Why the dossier can't be assessed: it is not what was proposed. The veto refuses it."""


class Approved(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The veto lets the change pass."""

    one_mouth = True

    dossier: Dossier
    score: Share


class Vetoed(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The final no, with its reason."""

    one_mouth = True

    dossier: Dossier
    reason: Text
    level: Level | None = None
    """Whose decision it was; None in logs of before, and where nobody saw who proposed it."""
    condition: Identifier | None = None
    """The first condition that is violated; None if it was vetoed for anything else."""
    conditions: tuple[Condition, ...] = ()
    """What it was assessed by."""
    score: Share | None = None
