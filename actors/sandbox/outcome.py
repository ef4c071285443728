"""What a call may take, what came of it, and what the walls are made of."""

from typing import Final, Literal, TypeAlias

import msgspec

MIB: Final = 1 << 20
"""A mebibyte in bytes. *Derived*."""

LEAST_FAVOURED: Final = 19
"""The greatest niceness. *Cited*: setpriority(2)."""

Status: TypeAlias = Literal["returned", "raised", "timeout", "memory", "killed", "flood", "protocol", "refused"]
"""How a call ended."""

Profile: TypeAlias = Literal["pure", "files"]
"""What code may have: nothing but its arguments, or a scratch directory too."""

PROFILES: Final[tuple[Profile, ...]] = ("pure", "files")
"""Every profile, the poorest first. *Derived*."""

Tier: TypeAlias = Literal["A", "B", "A-", "C"]
"""A: namespaces, Landlock and seccomp; B: without namespaces; A-: without Landlock; C: seccomp alone."""


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one child may take; with many calls in a child, what they may take together."""

    wall_s: float = 10.0
    """From the request to the last answer; then SIGKILL. *Chosen*."""
    cpu_s: int = 10
    """Processor time, whole seconds. *Chosen*: as the wall time, since a child has one thread."""
    memory_bytes: int = 512 * MIB
    """Address space beyond what the preloaded modules map. *Chosen*."""
    file_bytes: int = 0
    """Size of any file written. *Derived*: the pure profile has no file to write."""
    output_bytes: int = MIB
    """All answers together as JSON; an answer beyond it is a flood. *Chosen*."""
    niceness: int = 0
    """How far the child stands back for others, up to 19. *Chosen*: not at all, since most calls are waited for."""
    stdout_bytes: int = MIB // 16
    """What is kept of prints, for all calls together; the rest is dropped, and far too much is a flood. *Chosen*."""

    def __post_init__(self) -> None:
        if not (0 < self.wall_s <= 86_400 and self.cpu_s >= 1):
            raise ValueError("wall_s must be positive and at most a day, cpu_s at least 1")
        if min(self.memory_bytes, self.file_bytes, self.output_bytes, self.stdout_bytes) < 0:
            raise ValueError("no limit may be negative")
        if not 0 <= self.niceness <= LEAST_FAVOURED:
            raise ValueError(f"niceness must be between 0 and {LEAST_FAVOURED}")


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one call. Returned, raised and memory are foreign code's own word, the rest the host's."""

    status: Status
    value: object = None
    """Plain JSON types; tuples came back as lists."""
    error_type: str | None = None
    error: str | None = None
    line: int | None = None
    """The line of the source that led to the error, from 1."""
    stdout: str = ""
    """Standard output and error, as far as they were kept."""
    mutated: bool = False
    """The call left its arguments other than it got them."""
    wall_ms: float = 0.0
    cpu_ms: float = 0.0
    max_rss_kb: int = 0
    """Peak memory of the child, the shared pages of the template included."""


class Walls(msgspec.Struct, frozen=True, kw_only=True):
    """What stands between foreign code and this host, as it was probed and not as it was configured."""

    tier: Tier | None
    layers: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    probes: dict[str, str] = {}
    """What each attack came to, in the tier that was taken."""
    landlock_abi: int | None = None
    landlock_masks: dict[str, int] = {}
    """The rights Landlock really handles here."""
    turned_down: dict[str, str] = {}
    """Each stronger tier and why this host cannot have it."""
    reason: str | None = None
    """Why calls are refused; None if they run."""
