"""A connection to the council that knows whether tasks are worked on now, and says when there is news of tools."""

import asyncio
from collections.abc import Callable
from typing import Self

import msgspec

from bus.errors import LogError
from messages.kernel import control
from messages.kernel.control import Level, Mode
from runtime.client.client import Client
from runtime.directory.settings import Settings
from runtime.topology import BRIDGE


class Line:
    """`stopped` is set while no call is worked on, `trouble` says why; `lost` is set when the server is."""

    def __init__(self, client: Client, news: Callable[[], None]) -> None:
        self.client = client
        self.trouble = ""
        self.stopped = asyncio.Event()
        self.lost = asyncio.Event()
        self._news = news
        self._seq = 0

    @classmethod
    async def open(cls, settings: Settings, news: Callable[[], None]) -> Self:
        """Connected as a publisher; raises what `Client.connect` raises."""
        line = cls(await Client.connect(_as_bridge(settings), "publisher"), news)
        try:
            line.client.on_link(line._linked)
            await line.client.on_tools(news)
            await line.client.on_mode(Level.FOUNDATION, line._hear)
            await line.read()
        except BaseException:
            await line.client.close()
            raise
        return line

    async def read(self) -> None:
        """The mode in force is known, also if its broadcast was missed."""
        found = (await self.client.modes())[Level.FOUNDATION]
        if found is not None:
            self._hear(*found)

    async def close(self, why: str) -> None:
        """Nothing goes over this line any more, for the reason given."""
        self._stop(why)
        await self.client.close()

    def _hear(self, seq: int, mode: control.Set) -> None:
        if seq <= self._seq:
            return
        self._seq = seq
        if mode.mode is Mode.FROZEN:
            self._stop(f"the council is frozen since {seq}: {mode.reason}")
        else:
            self.trouble = ""
            self.stopped.clear()

    def _stop(self, why: str) -> None:
        self.trouble = why
        self.stopped.set()

    def _linked(self, up: bool) -> None:
        if not up:
            self.lost.set()


async def reopened(settings: Settings, news: Callable[[], None]) -> Line | None:
    """A line to the council where it runs now; None if it runs nowhere."""
    try:
        return await Line.open(settings, news)
    except LogError:
        return None


def _as_bridge(settings: Settings) -> Settings:
    """The settings with the bridge's own identity, unless another is named."""
    return msgspec.structs.replace(settings, as_name=settings.as_name or BRIDGE.removeprefix("publisher-"))
