"""What an approval is bound to: a change in any part of it makes the approval worth nothing."""

import hashlib
from typing import Final

import msgspec

POLICY_VERSION: Final = "1"
"""Raised when the rules change, so that what was approved under the old ones is asked about again. *chosen*"""


def act_digest(pattern: str, subject: str, content: str, epoch: int) -> str:
    """SHA-256 over the kind of act, what it is done to, the digest of its content, the rules and the epoch in force."""
    parts = [pattern, subject, content, POLICY_VERSION, epoch]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()
