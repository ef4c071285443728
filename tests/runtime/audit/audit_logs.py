"""A log in memory, with a real scribe that hears it through the runtime's own step."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path

import msgspec

from actors.gate.scribe import Scribe, Settings
from bus.log import Draft, Record
from bus.names import Names
from messages.base import Message
from messages.kernel.actor import Convened, Member
from messages.kernel.audit import Checkpoint, Seal
from messages.kernel.control import Level, Mode, Set
from runtime.audit.checkpoint import Signer, checkpoint_in
from runtime.audit.export import answer, export
from runtime.delivery.decider import Decider
from runtime.delivery.fold import Fold
from runtime.envelope import draft

NAMES = Names("camp")
BEGAN = 1_750_000_000.0


class Log:
    """Records as they come, each heard by the scribe; what it says lands `lag` records later."""

    def __init__(self, key: Path, *, every: int = 8, lag: int = 0) -> None:
        self.signer = Signer(key)
        self.scribe = Scribe(Settings(key=str(key), every=every))
        self.decider = Decider(self.scribe, Fold(self.scribe, {}), {}, NAMES)
        self.records: list[Record] = []
        self.now = BEGAN
        self._lag = lag
        self._outbox: list[tuple[int, Draft]] = []

    def publish(self, subject: str, data: bytes = b"{}", headers: dict[str, str] | None = None) -> Record:
        """The record stands on the log, and the scribe has heard it."""
        record = self._store(subject, data, headers or {})
        self._settle()
        return record

    def say(self, speaker: str, message: Message) -> Record:
        """A message of the speaker stands on the log as the runtime would put it there."""
        identity = f"{len(self.records)}-{speaker}"
        made = draft(NAMES, speaker, message, identity=identity, origin=None, at=self.now, cursor=None)
        return self.publish(made.subject, made.data, dict(made.headers))

    def convene(self, **levels: Level) -> Record:
        """The council's members are known."""
        members = tuple(Member(name=name, level=level, zone="one") for name, level in levels.items())
        return self.say("supervisor", Convened(council=NAMES.council, members=members, version="1"))

    def control(self, level: Level, mode: Mode, epoch: int) -> Record:
        """The veto sets the level's mode."""
        return self.say("veto", Set(level=level, mode=mode, epoch=epoch, reason="a test"))

    def flush(self) -> None:
        """All that the scribe said stands on the log."""
        self._settle(everything=True)

    def seal(self, nonce: str) -> tuple[Checkpoint, ...]:
        """The scribe's answer to a seal; it stands on the log."""
        order = self.say("auditor", Seal(nonce=nonce))
        self.flush()
        return asyncio.run(answer(streamed(self.records[order.seq - 1 :]), nonce))

    def wait(self, seconds: float) -> None:
        """Time passes; the scribe's timer rings if it is due."""
        self.now += seconds
        due = self.scribe.due()
        if due is not None and due <= self.now:
            self._outbox += [(0, made) for made in self.decider.on_time(due, self.now)]
            self._settle()

    def checkpoints(self) -> list[Checkpoint]:
        """All that the scribe said, in log order."""
        return [checkpoint_in(record) for record in self.records if ".audit.Checkpoint." in record.subject]

    def _store(self, subject: str, data: bytes, headers: dict[str, str]) -> Record:
        self.now += 0.001
        seq = len(self.records) + 1
        record = Record(seq, subject, data, {**headers, "Nats-Msg-Id": f"m-{seq}"}, self.now)
        self.records.append(record)
        self._outbox += [(seq + self._lag, made) for made in self.decider.take(record, self.now)]
        return record

    def _settle(self, *, everything: bool = False) -> None:
        while self._outbox and (everything or self._outbox[0][0] <= len(self.records)):
            _, made = self._outbox.pop(0)
            self._store(made.subject, made.data, dict(made.headers))


async def streamed(records: Iterable[Record]) -> AsyncIterator[Record]:
    """The records as a connection would give them, one by one."""
    for record in records:
        yield record


def exported(records: Sequence[Record], key: str, seal: tuple[Checkpoint, ...] = (), last: int = 0) -> list[bytes]:
    """The lines of the export."""
    out = io.BytesIO()
    written = export(out, streamed(records), names=NAMES, key=key, seal=seal, last=last, now=BEGAN)
    asyncio.run(written)
    return out.getvalue().splitlines(keepends=True)


def parsed(line: bytes) -> dict[str, object]:
    """The line as plain values, to be tampered with."""
    found: dict[str, object] = msgspec.json.decode(line)
    return found


def joined(lines: Iterable[dict[str, object]]) -> bytes:
    """Plain values as the lines of a file."""
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
