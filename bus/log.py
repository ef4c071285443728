"""What every connection to the log offers, whichever server stands behind it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Final, Protocol

import msgspec

MAX_COMMIT: Final = 1_000
"""Most records in one commit; the server's own limit for an atomic batch. *cited*: NATS ADR-50."""


class Draft(msgspec.Struct, frozen=True):
    """A record that is to be; `id` makes a second commit of it a duplicate."""

    subject: str
    data: bytes
    id: str
    headers: Mapping[str, str]


class Record(msgspec.Struct, frozen=True):
    """What stands on the log; `time` in seconds since the epoch, as the server stamped it."""

    seq: int
    subject: str
    data: bytes
    headers: Mapping[str, str]
    time: float
    attempt: int = 1
    """How often it was delivered; 1 unless a worker's delivery was lost or returned."""
    token: str = ""
    """What the delivery is acknowledged with."""


class Fence(msgspec.Struct, frozen=True):
    """The control record that a decision rests on: the commit is refused when another has come since."""

    subject: str
    seq: int


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """All that one identity may do on the log, computed from its signature."""

    name: str
    says: tuple[str, ...] = ()
    """Subjects it may commit to."""
    hears: tuple[str, ...] = ()
    """Subjects that its inbox delivers."""
    single: bool = False
    """A worker's inbox: records are acknowledged singly, in any order."""
    watches: tuple[str, ...] = ()
    """Subjects whose new records are broadcast to it, without a place in an inbox."""
    serves: tuple[str, ...] = ()
    """Query subjects that it answers."""
    asks: tuple[str, ...] = ()
    """Query subjects that it may ask."""
    emits: tuple[str, ...] = ()
    """Subjects of telemetry, which is not stored."""
    observes: tuple[str, ...] = ()
    """Telemetry subjects of others that it may follow."""
    airlock: bool = False
    """What it says waits in an airlock of its own, and comes to the log as the ferry has cleaned it."""
    ferries: bool = False
    """It empties all airlocks."""
    reads: tuple[str, ...] = ()
    """Subjects that it may read back from the log: what its inbox delivers and what it said."""
    instances: int = 1
    """So many processes may share its inbox; each reads the log back through a consumer of its own."""
    plain_inbox: bool = False
    """It may hear answers in the inboxes that NATS clients take by themselves, too."""
    surveys: bool = False
    """It may ask how far the readers are and how large the log is, and which modes are in force."""


class Survey(msgspec.Struct, frozen=True):
    """How far each reader of the log is, and how large the log is."""

    behind: Mapping[str, int]
    """Records that each reader's inbox has still to deliver, or has delivered and not seen acknowledged."""
    stored_bytes: int


class Inbox(Protocol):
    """The deliveries of one identity, in log order, from the first that is not acknowledged."""

    @property
    def lapsed(self) -> bool:
        """At the last `join` the server may have known no more who has what in hand: another may have it by now."""

    async def reset(self) -> int:
        """Deliver again from the first record that is not acknowledged; returns the last that is."""

    async def join(self) -> int:
        """As `reset`, yet where instances share the inbox nothing is delivered again that another has in hand.

        Such an inbox holds what `take` has asked for and nothing ahead of it; what an instance that died had in hand
        is delivered to another when its time is over.
        """

    def take(self, most: int) -> list[Record]:
        """Up to `most` records that have come; none is an answer too."""

    def on_filled(self, hear: Callable[[], None]) -> None:
        """`hear` is called whenever records have come."""

    async def acknowledge(self, record: Record) -> None:
        """The record, and for a decider's inbox all before it, will not be delivered again."""

    async def extend(self, record: Record) -> None:
        """The record is still being worked on; a worker's inbox does not deliver it again yet."""


class Connection(Protocol):
    """One identity's way to the log; what its grant does not hold is refused by the server."""

    name: str

    @property
    def inbox(self) -> Inbox:
        """The identity's deliveries."""

    async def commit(self, drafts: Sequence[Draft], fence: Fence | None) -> int:
        """All drafts stand on the log, or none; returns the sequence of the last.

        Raises Stale, Duplicate, Denied, TooLarge, Full or Unreachable.
        """

    def read(self, first: int, last: int) -> AsyncIterator[list[Record]]:
        """The readable records from `first` to `last` (both inclusive), in log order, by chunks.

        `last` must be readable itself: the reading ends when it has come, so that a replica that lags is waited for.
        """

    async def control(self, level: str) -> Record | None:
        """The level's last control record; None when the mode was never set."""

    async def survey(self) -> Survey:
        """How far the readers are, and how large the log is; only for identities that may ask."""

    async def watch(self, subject: str, hear: Callable[[Record], None]) -> None:
        """Each new record on the subject is handed over at once; none is kept for a listener that is away."""

    async def serve(self, subject: str, answer: Callable[[bytes], Awaitable[bytes]]) -> None:
        """Questions on the subject are answered."""

    async def ask(self, subject: str, data: bytes, timeout_s: float) -> bytes:
        """The answer to a question; raises Unreachable when there is none in time."""

    async def emit(self, subject: str, data: bytes) -> None:
        """Telemetry: told to those who listen now, kept by nobody."""

    async def observe(self, subject: str, hear: Callable[[str, bytes], None]) -> None:
        """Telemetry of others, as it comes."""

    def on_link(self, hear: Callable[[bool], None]) -> None:
        """`hear(False)` when the server is lost, `hear(True)` when it is there again."""

    def on_refusal(self, hear: Callable[[str], None]) -> None:
        """The text of each refusal by the server that belongs to no call."""

    async def close(self) -> None:
        """The connection is gone; nothing more is delivered."""
