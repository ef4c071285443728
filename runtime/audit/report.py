"""What an audit found."""

from typing import Literal

import msgspec

from runtime.audit.fence import Proof

Verdict = Literal["good", "consistent", "bad"]
"""Good: whole, sealed and signed by a key that was given. Consistent: the same, under a key that is only claimed."""


class Finding(msgspec.Struct, frozen=True):
    """What is wrong at a place of the log; 0 is before its first record."""

    seq: int
    what: str
    line: int | None = None
    """The export's line, where the finding is about one."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the log is whole, and what its freezes were worth."""

    council: str
    records: int
    checkpoints: int
    """Valid ones, the seal of an export among them."""
    sealed_through: int
    """The last record under a valid checkpoint."""
    proved_at: str | None
    """When that record was stored, as the log's server said; nothing is proved of what came later."""
    head: str
    """The chain's head after it."""
    unsealed: int
    """Records after it: nothing proves that they are unchanged, or that there were no more."""
    seals: tuple[str, ...]
    """Nonces that valid checkpoints answer, in log order."""
    sealed: bool
    """It ends with a valid seal, so that nothing was cut off after that was asked for; it may be an old one."""
    fresh: tuple[str, ...]
    """What was demanded of the log's newness, and holds; without any of it a shorter history can't be excluded."""
    keys: tuple[str, ...]
    """The public keys that signatures were held against."""
    pinned: bool
    """The keys were given by who asked; otherwise the key is the export's own claim, and a forger has a key too."""
    first_bad: Finding | None
    """The first place of the log that is not as it was signed."""
    findings: tuple[Finding, ...]
    found: int
    """How many findings there are; `findings` holds the first that were made."""
    fence: Proof
    verdict: Verdict
    unreadable: int = 0
    """Records whose header block can't be read: they are under the chain as they stand, and everybody skips them."""

    @property
    def whole(self) -> bool:
        """Nothing was found against the log; what `unsealed` counts is unproved."""
        return not self.found

    @property
    def good(self) -> bool:
        """The log is whole through its seal, every freeze held, and a key that was given has signed it."""
        return self.verdict == "good"
