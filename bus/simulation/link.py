"""A simulated connection's two ways, its losses, and the requests that wait for an answer on it."""

import asyncio
import random
from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

from bus.errors import LogError, Unreachable
from bus.simulation.faults import Faults
from bus.simulation.way import Way

NOTICE_S: Final = 0.01
"""Longest that a link is back before its owner is told; deliveries may come first. *chosen*"""

T = TypeVar("T")


class SimulatedLink:
    """Knows whether the server is there; nothing is kept for a server that is away."""

    def __init__(self, server_life: Callable[[], int], dice: random.Random, faults: Faults) -> None:
        self.up = server_life() > 0
        self.closed = False
        self.there = Way(dice, faults)
        """From the owner to the server."""
        self.back = Way(dice, faults)
        """From the server to the owner."""
        self._server_life = server_life
        """Number of the server's present life, 0 while it is away; what was sent to one life never reaches the next."""
        self._dice = dice
        self._faults = faults
        self._waiting: set[asyncio.Future[object]] = set()
        self._on_link: list[Callable[[bool], None]] = []
        self._on_regained: Callable[[], None] = lambda: None

    def on_link(self, hear: Callable[[bool], None]) -> None:
        """The owner is told of each loss and return of the server."""
        self._on_link.append(hear)

    def on_regained(self, act: Callable[[], None]) -> None:
        """What the server does at once when the link is there again."""
        self._on_regained = act

    def lose(self) -> None:
        """The link is lost; whoever waits for an answer is told so."""
        if not self.up:
            return
        self.up = False
        self.there.cut()
        self.back.cut()
        for answer in self._waiting:
            fail(answer, Unreachable("the server was lost while it was asked"))
        for hear in self._on_link:
            hear(False)

    def regain(self) -> None:
        """The link is there again, and its owner is told so a little later."""
        if self.up or self.closed or not self._server_life():
            return
        self.up = True
        self._on_regained()
        notice_s = self._dice.uniform(0, NOTICE_S)
        asyncio.get_running_loop().call_later(notice_s, self.back.send, self._tell_regained)

    def kill(self) -> None:
        """The link is gone for good, as when its process is killed; what is on its way may still arrive."""
        self.lose()
        self.closed = True

    def pause(self) -> None:
        """What arrives from now on waits until the owner goes on."""
        self.back.hold()

    def go_on(self) -> None:
        """All that has waited arrives."""
        self.back.let_in()

    def send_back(self, arrive: Callable[[], None]) -> None:
        """It is on its way to the owner, if the link is there."""
        if self.up:
            self.back.send(arrive)

    def need(self) -> None:
        """Returns only when the server is there; else Unreachable."""
        if not self.up:
            raise Unreachable("the server is away")

    async def request(self, act: Callable[[], T], *, lost_there: float = 0.0, lost_back: float = 0.0) -> T:
        """What the server did on the request; raises what it refused, or Unreachable when no answer comes."""
        self.need()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        waiting: asyncio.Future[object] = answer  # type: ignore[assignment]
        self._waiting.add(waiting)
        if not self.falls(lost_there):
            self.there.send(partial(self._answer, self._server_life(), act, answer, lost_back), survives_cut=True)
        silence = Unreachable(f"no answer within {self._faults.answer_limit_s} s")
        limit = loop.call_later(self._faults.answer_limit_s, fail, waiting, silence)
        try:
            return await answer
        finally:
            limit.cancel()
            self._waiting.discard(waiting)
            if answer.done() and not answer.cancelled():
                answer.exception()

    def falls(self, chance: float) -> bool:
        """Whether the fault of this chance happens now."""
        return chance > 0 and self._dice.random() < chance

    def _answer(self, life: int, act: Callable[[], T], answer: "asyncio.Future[T]", lost_back: float) -> None:
        if self._server_life() != life:
            return
        try:
            result = act()
        except LogError as error:
            back: Callable[[], None] = partial(fail, answer, error)
        else:
            back = partial(settle, answer, result)
        if self.up and not self.falls(lost_back):
            self.back.send(back)

    def _tell_regained(self) -> None:
        if self.up:
            for hear in self._on_link:
                hear(True)


def settle(answer: "asyncio.Future[T]", result: T) -> None:
    """The answer is there, unless its asker has given up."""
    if not answer.done():
        answer.set_result(result)


def fail(answer: "asyncio.Future[T]", error: LogError) -> None:
    """There is no answer, for this reason, unless its asker has given up."""
    if not answer.done():
        answer.set_exception(error)
