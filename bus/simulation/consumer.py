"""What the simulated server knows of one inbox: what it delivers, what is acknowledged, what it delivers again."""

import asyncio
import random
from collections.abc import Sequence
from typing import Final, Protocol

from bus.accounts.accounts import covers
from bus.log import Grant, Record
from bus.simulation.store import Row

PATIENCE_S: Final = 30.0
"""How long a worker's delivery may stay unacknowledged. *derived*: what the installer sets on a server"""
HEARTBEAT_S: Final = 5.0
"""How often a receiver is told how many deliveries there were. *derived*: as the real inbox asks for it"""
FORGOTTEN: Final = 20
"""Most places by which an inbox falls back when the server forgets acknowledgements. *chosen*"""


class Receiver(Protocol):
    """The connection to which a consumer delivers."""

    @property
    def up(self) -> bool:
        """Whether it can be reached."""

    def deliver(self, record: Record, generation: int, number: int) -> None:
        """The record is on its way, numbered as the server numbers its deliveries since the reset."""

    def tell_delivered(self, generation: int, number: int) -> None:
        """The word is on its way of how many deliveries there were."""


class Consumer:
    """Durable: it outlives the connections that read from it, of which the last to reset it is served."""

    def __init__(self, grant: Grant, rows: Sequence[Row]) -> None:
        self.floor = 0
        """The last record that is acknowledged, and every one before it."""
        self._grant = grant
        self._rows = rows
        self._sent_through = 0
        self._wanted: dict[str, bool] = {}
        self._acknowledged = 0
        self._open: dict[int, float] = {}
        self._generation = 0
        self._number = 0
        self._receiver: Receiver | None = None

    def reset(self, receiver: Receiver, generation: int) -> int:
        """Everything after the floor is on its way to the receiver; returns the floor."""
        self._receiver, self._generation = receiver, generation
        self._open.clear()
        self._sent_through, self._number = self.floor, 0
        self.pump()
        asyncio.get_running_loop().call_later(HEARTBEAT_S, self._beat, receiver, generation)
        return self.floor

    def release(self, receiver: Receiver) -> None:
        """Nothing more is sent to the receiver."""
        if self._receiver is receiver:
            self._receiver = None

    def pump(self) -> None:
        """What the inbox is to hold and has not been sent is on its way, if somebody can be reached."""
        if self._receiver is None or not self._receiver.up:
            return
        through, self._sent_through = self._sent_through, len(self._rows)
        for row in self._rows[through:]:
            if self._wants(row.subject):
                self._send(row, 1)

    def behind(self) -> int:
        """Records after the floor that it is to deliver, or has delivered and not seen acknowledged."""
        later = (row for row in self._rows[self.floor :] if self._wants(row.subject))
        return sum(row.seq > self._sent_through or not self._grant.single or row.seq in self._open for row in later)

    def acknowledge(self, token: str) -> None:
        """The record, and in an actor's inbox all before it, is not delivered again; void if a reset came first."""
        seq, generation = (int(part) for part in token.split("."))
        if generation != self._generation:
            return
        if not self._grant.single:
            self.floor = max(self.floor, seq)
        elif seq in self._open:
            del self._open[seq]
            self._acknowledged = max(self._acknowledged, seq)
            self.floor = max(self.floor, min(self._open, default=self._acknowledged + 1) - 1)

    def extend(self, token: str) -> None:
        """The record is not delivered again before another time of patience."""
        seq, generation = (int(part) for part in token.split("."))
        if generation == self._generation and seq in self._open:
            self._open[seq] = asyncio.get_running_loop().time() + PATIENCE_S

    def forget(self, dice: random.Random) -> None:
        """The last acknowledgements have never been written to disk."""
        self.floor = max(0, self.floor - dice.randint(0, FORGOTTEN))
        self._acknowledged = self.floor

    def _send(self, row: Row, attempt: int) -> None:
        self._number += 1
        if self._receiver is not None and self._receiver.up:
            record = row.record(attempt, f"{row.seq}.{self._generation}")
            self._receiver.deliver(record, self._generation, self._number)
        if self._grant.single:
            loop = asyncio.get_running_loop()
            self._open[row.seq] = loop.time() + PATIENCE_S
            loop.call_later(PATIENCE_S, self._look_again, row, attempt, self._generation)

    def _beat(self, receiver: Receiver, generation: int) -> None:
        if self._receiver is receiver and self._generation == generation:
            receiver.tell_delivered(generation, self._number)
            asyncio.get_running_loop().call_later(HEARTBEAT_S, self._beat, receiver, generation)

    def _look_again(self, row: Row, attempt: int, generation: int) -> None:
        deadline = self._open.get(row.seq)
        if deadline is None or generation != self._generation:
            return
        loop = asyncio.get_running_loop()
        if deadline > loop.time():
            loop.call_at(deadline, self._look_again, row, attempt, generation)
        else:
            self._send(row, attempt + 1)

    def _wants(self, subject: str) -> bool:
        wanted = self._wanted.get(subject)
        if wanted is None:
            wanted = self._wanted[subject] = any(covers(pattern, subject) for pattern in self._grant.hears)
        return wanted
