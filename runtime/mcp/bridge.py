"""The bridge: what the registry offers is what MCP clients see, and a call of theirs is a task like any other.

It is a client of the council in the role of a publisher, so policy, freeze and sandbox hold for it as for everybody.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Final, Self

import anyio
import mcp_types as types
import msgspec
from mcp.server import NotificationOptions, Server, ServerRequestContext
from mcp.server.models import InitializationOptions
from mcp.server.session import ServerSession
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler, ToolsListChanged
from mcp.shared.exceptions import MCPError

from bus.errors import LogError
from messages.base import Json, Name
from messages.tools import tool
from runtime.client.reach import NoCouncil, reach
from runtime.directory.settings import Settings
from runtime.errors import BadSetting
from runtime.hosting.distribution import number
from runtime.mcp import memory
from runtime.mcp.call import NotDone, Tell, call
from runtime.mcp.line import Line, reopened
from runtime.mcp.offers import as_tool, by_own_names, misfits, nearest, structured, text_of

SETTLE_S: Final = 0.1
"""News that come this soon after each other are told once. *chosen*: also time for the registry to hear the news"""
MEND_S: Final = 0.5
"""How often a lost council is looked for. *chosen*"""
TOLD_S: Final = 1.0
"""Longest that one client may keep the others from their news. *chosen*"""
MOST_SESSIONS: Final = 1_000
"""Sessions, the newest, that are told of news; one that has ended costs nothing but its place. *chosen*"""
INSTRUCTIONS: Final = (
    "Tools that a Kurultai council has learnt. They come and go as the council learns and its operators decide; "
    "each call is checked by policy, runs in a sandbox and stands on the council's log. With remember, conclude, "
    "focus, recall and check you keep a chain of thought there: what contradicts it is taken back."
)
"""What a model is told of the whole. *chosen*"""

Context = ServerRequestContext[Any, Any]


class Announcing(Server[Any]):
    """A server that says, on every transport, that its tools may change."""

    def create_initialization_options(
        self,
        notification_options: NotificationOptions | None = None,
        experimental_capabilities: dict[str, dict[str, Any]] | None = None,
        extensions: dict[str, dict[str, Any]] | None = None,
    ) -> InitializationOptions:
        """What the server says of itself at the handshake."""
        options = notification_options or NotificationOptions(tools_changed=True)
        return super().create_initialization_options(options, experimental_capabilities, extensions)


class Bridge:
    """`async with Bridge(settings, limit_s) as bridge:`, and `bridge.server` serves any number of clients."""

    def __init__(self, settings: Settings, limit_s: float) -> None:
        self._settings = settings
        self._limit_s = limit_s
        self._line: Line | None = None
        self._changed = asyncio.Event()
        self._sessions: deque[ServerSession] = deque(maxlen=MOST_SESSIONS)
        self._listeners = InMemorySubscriptionBus()
        self._chores: list[asyncio.Task[None]] = []
        self.server: Server[Any] = Announcing(
            "kurultai",
            version=number(),
            title="Kurultai",
            instructions=INSTRUCTIONS,
            on_list_tools=self._list,
            on_call_tool=self._call,
            on_subscriptions_listen=ListenHandler(self._listeners),
        )
        self.server.add_notification_handler("notifications/initialized", types.NotificationParams, self._greet)

    async def __aenter__(self) -> Self:
        self._line = await Line.open(self._settings, self._changed.set)
        self._chores = [asyncio.create_task(chore()) for chore in (self._tell, self._keep)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for chore in self._chores:
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        await self.line.close("the bridge is closed")

    @property
    def line(self) -> Line:
        """The way to the council."""
        assert self._line is not None, "the bridge is not open"
        return self._line

    # What clients ask.

    async def _list(self, _context: Context, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        after = params.cursor if params is not None else None
        if after is not None and not _is_name(after):
            raise MCPError(types.INVALID_PARAMS, f"{after!r} is no cursor of this server")
        offers = await self._browse(tool.Browse(after=after))
        last = offers.tools[-1].name if offers.more else None
        learnt = [as_tool(offer) for offer in offers.tools if offer.name not in memory.FORMS]
        return types.ListToolsResult(tools=[*([] if after else memory.tools()), *learnt], next_cursor=last)

    async def _call(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        if self.line.stopped.is_set():
            return _wrong(f"{self.line.trouble}. Nothing was published")
        arguments: dict[str, Json] = params.arguments or {}
        steps = 0

        async def tell(step: str) -> None:
            nonlocal steps
            steps += 1
            await context.session.report_progress(float(steps), message=step)

        if params.name in memory.FORMS:
            return await self._remember(params.name, arguments, tell)
        offer = await self._offer(params.name)
        complaints = list(misfits(offer, arguments))
        if complaints:
            return _wrong(f"the tool {offer.name!r} can't take these arguments:", *complaints)
        try:
            value = await call(self.line, offer.name, by_own_names(offer, arguments), self._limit_s, tell)
        except NotDone as error:
            return _wrong(str(error))
        return types.CallToolResult(content=_texts((text_of(value),)), structured_content=structured(value))

    async def _remember(self, name: str, arguments: dict[str, Json], tell: Tell) -> types.CallToolResult:
        """A tool of the working memory; it comes before a learnt one of the same name."""
        try:
            value = await memory.use(self.line, name, arguments, self._limit_s, tell)
        except msgspec.ValidationError as error:
            return _wrong(f"the tool {name!r} can't take these arguments:", str(error))
        except NotDone as error:
            return _wrong(str(error))
        except LogError as error:
            return _wrong(f"the council's working memory does not answer: {error}")
        return types.CallToolResult(content=_texts((text_of(value),)), structured_content=structured(value))

    async def _offer(self, name: str) -> tool.Offer:
        """The tool as it is offered now; raises MCPError if it is not."""
        if _is_name(name):
            found = (await self._browse(tool.Browse(name=name))).tools
            if found:
                return found[0]
        known = (await self._browse(tool.Browse(limit=200))).tools
        hint = nearest(name, (offer.name for offer in known))
        raise MCPError(types.INVALID_PARAMS, f"Unknown tool: {name}{hint}")

    async def _browse(self, asked: tool.Browse) -> tool.Offers:
        try:
            return await self.line.client.query(asked, tool.Offers)
        except LogError as error:
            raise MCPError(types.INTERNAL_ERROR, f"the council does not answer: {error}") from error

    # What clients are told.

    async def _greet(self, context: Context, _params: types.NotificationParams) -> None:
        self._sessions.append(context.session)

    async def _tell(self) -> None:
        """Every client hears of news, whichever revision of the protocol it speaks."""
        while True:
            await self._changed.wait()
            await asyncio.sleep(SETTLE_S)
            self._changed.clear()
            await self._listeners.publish(ToolsListChanged())
            for session in tuple(self._sessions):
                with anyio.move_on_after(TOLD_S):
                    await session.send_tool_list_changed()

    # The way to the council.

    async def _keep(self) -> None:
        """The bridge outlives its council: it comes back to one that is started again, wherever it then runs."""
        while True:
            await self.line.lost.wait()
            if await self._back():
                self._changed.set()
            else:
                await asyncio.sleep(MEND_S)

    async def _back(self) -> bool:
        old = self.line
        if old.client.up:
            with contextlib.suppress(LogError):
                await old.read()
                old.lost.clear()
                return old.client.up
        if not self._moved(old):
            return False
        new = await reopened(self._settings, self._changed.set)
        if new is None:
            return False
        self._line = new
        await old.close("the council was started anew")
        return True

    def _moved(self, old: Line) -> bool:
        """The council runs elsewhere now."""
        try:
            return reach(self._settings).url != old.client.settings.url
        except (NoCouncil, BadSetting):
            return False


def _is_name(text: str) -> bool:
    try:
        msgspec.convert(text, Name)
    except msgspec.ValidationError:
        return False
    return True


def _wrong(*lines: str) -> types.CallToolResult:
    return types.CallToolResult(content=_texts(lines), is_error=True)


def _texts(lines: Iterable[str]) -> list[types.ContentBlock]:
    return [types.TextContent(text="\n".join(lines))]
