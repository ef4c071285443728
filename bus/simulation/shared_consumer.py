"""What the simulated server knows of an inbox that instances of one worker share."""

import asyncio
import random
from collections import deque
from collections.abc import Sequence
from typing import Final

from bus.accounts.accounts import covers
from bus.log import Grant
from bus.simulation.consumer import FORGOTTEN, Receiver
from bus.simulation.store import Row

SHARED_PATIENCE_S: Final = 15.0
"""How long a delivery may stay unacknowledged. *derived*: what the installer sets on a server"""


class SharedConsumer:
    """Each record is sent to one of those who have asked for some, and to another when its time is over."""

    def __init__(self, grant: Grant, rows: Sequence[Row]) -> None:
        self.floor = 0
        """The last record that is acknowledged, and every one before it."""
        self._grant = grant
        self._rows = rows
        self._sent_through = 0
        self._acknowledged = 0
        self._open: dict[int, float] = {}
        self._attempts: dict[int, int] = {}
        self._again: deque[Row] = deque()
        self._asked: dict[Receiver, int] = {}

    def reset(self, receiver: Receiver, _generation: int) -> int:
        """Everything after the floor will be sent again, whoever had it; returns the floor."""
        self._open.clear()
        self._attempts.clear()
        self._again.clear()
        self._sent_through = self.floor
        return self.join(receiver)

    def join(self, receiver: Receiver) -> int:
        """The receiver is one more who may ask; returns the floor."""
        self._asked[receiver] = 0
        return self.floor

    def ask(self, receiver: Receiver, most: int) -> None:
        """The receiver has places for so many."""
        if receiver in self._asked:
            self._asked[receiver] = most
            self.pump()

    def release(self, receiver: Receiver) -> None:
        """Nothing more is sent to the receiver."""
        self._asked.pop(receiver, None)

    def pump(self) -> None:
        """What is to be sent is on its way, as far as somebody has asked for it and can be reached."""
        while (receiver := self._next_receiver()) is not None and (row := self._next_row()) is not None:
            self._asked[receiver] -= 1
            attempt = self._attempts[row.seq] = self._attempts.get(row.seq, 0) + 1
            receiver.deliver(row.record(attempt, str(row.seq)), 0, 0)
            loop = asyncio.get_running_loop()
            self._open[row.seq] = loop.time() + SHARED_PATIENCE_S
            loop.call_later(SHARED_PATIENCE_S, self._look_again, row, attempt)

    def behind(self) -> int:
        """Records after the floor that it is to deliver, or has delivered and not seen acknowledged."""
        later = (row for row in self._rows[self.floor :] if any(covers(one, row.subject) for one in self._grant.hears))
        return sum(row.seq > self._sent_through or row.seq in self._open for row in later)

    def acknowledge(self, token: str) -> None:
        """The record is not delivered again, whoever of the instances says so."""
        seq = int(token)
        if self._open.pop(seq, None) is not None:
            self._acknowledged = max(self._acknowledged, seq)
            self.floor = max(self.floor, min(self._open, default=self._acknowledged + 1) - 1)

    def extend(self, token: str) -> None:
        """The record is not delivered again before another time of patience."""
        if int(token) in self._open:
            self._open[int(token)] = asyncio.get_running_loop().time() + SHARED_PATIENCE_S

    def forget(self, dice: random.Random) -> None:
        """The last deliveries and acknowledgements have never been written to disk."""
        self.floor = max(0, self.floor - dice.randint(0, FORGOTTEN))
        self._acknowledged = self._sent_through = self.floor
        self._open.clear()
        self._attempts.clear()
        self._again.clear()

    def _next_receiver(self) -> Receiver | None:
        ready = [receiver for receiver, places in self._asked.items() if places > 0 and receiver.up]
        return max(ready, key=lambda receiver: self._asked[receiver], default=None)

    def _next_row(self) -> Row | None:
        if self._again:
            return self._again.popleft()
        while self._sent_through < len(self._rows):
            self._sent_through += 1
            row = self._rows[self._sent_through - 1]
            if any(covers(pattern, row.subject) for pattern in self._grant.hears):
                return row
        return None

    def _look_again(self, row: Row, attempt: int) -> None:
        deadline = self._open.get(row.seq)
        if deadline is None or self._attempts.get(row.seq) != attempt or row in self._again:
            return
        loop = asyncio.get_running_loop()
        if deadline > loop.time():
            loop.call_at(deadline, self._look_again, row, attempt)
        else:
            self._again.append(row)
            self.pump()
