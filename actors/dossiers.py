"""Digests that bind the stages of judgement together, and an approval to its act.

A change in any part of what was digested makes the later stage refuse, or the approval worth nothing.
"""

import hashlib
from typing import Final

import msgspec

from messages.base import encode
from messages.gate.change import Dossier

POLICY_VERSION: Final = "1"
"""Raised when the rules change, so that what was approved under the old ones is asked about again. *chosen*"""


def act_digest(pattern: str, subject: str, content: str, epoch: int) -> str:
    """SHA-256 over the kind of act, what it is done to, the digest of its content, the rules and the epoch in force."""
    parts = [pattern, subject, content, POLICY_VERSION, epoch]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def proposed_digest(dossier: Dossier) -> str:
    """SHA-256 over the dossier as it was proposed: all of it but what policy adds."""
    return screened_digest(msgspec.structs.replace(dossier, review=(), sealed=""))


def sealed(dossier: Dossier, review: tuple[str, ...]) -> Dossier:
    """The proposed dossier as policy passes it on: with the reasons for a review, and a digest for the content."""
    return msgspec.structs.replace(dossier, content=None, evidence=None, review=review, sealed=proposed_digest(dossier))


def is_passed(passed: Dossier, proposed: Dossier) -> bool:
    """Whether the dossier that the gate passed stands for exactly what was proposed."""
    return passed == sealed(proposed, passed.review)


def screened_digest(dossier: Dossier) -> str:
    """SHA-256 over the dossier as policy passed it."""
    return hashlib.sha256(encode(dossier)).hexdigest()
