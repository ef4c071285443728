"""The council's tools as a client of the Model Context Protocol meets them: the official client, one real council."""

import asyncio
import contextlib
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp.types import CallToolResult, TextContent, Tool, ToolListChangedNotification

from runtime.cli.console.exits import Exit
from runtime.directory.settings import Settings
from runtime.mcp.bridge import Bridge
from runtime.mcp.memory import FORMS
from tests.live.programs import LIMIT_S, ROOT, Place, Program
from tests.pace import patience

TOKEN = "not-to-be-guessed-0123456789"
SPINS_AT = 41
"""The argument with which the tool `spin` never returns."""
HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
WORDS: list[dict[str, Any]] = [
    {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO},
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
    {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "spin", "arguments": {"n": SPINS_AT}}},
]
"""What a client says that calls a tool and does nothing else."""


class Served:
    """A council, and the bridge that serves it over HTTP."""

    def __init__(self, place: Place, url: str) -> None:
        self.place = place
        self.url = url

    async def good(self, *words: str) -> str:
        """What a command wrote, while this loop goes on."""
        return await asyncio.to_thread(self.place.good, *words)

    async def log(self, pattern: str, count: int) -> list[Any]:
        """The last records on the subjects."""
        text = await self.good("tap", pattern, "--last", str(count), "--no-follow", "-o", "jsonl")
        return [json.loads(line) for line in text.splitlines()]

    async def until(self, pattern: str, task: str) -> Any:
        """The record of the task that matches, once there is one."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                for record in await self.log(pattern, 50):
                    if record["data"].get("task") == task:
                        return record

    @contextlib.asynccontextmanager
    async def over_http(self, mode: str = "auto", **more: Any) -> AsyncIterator[Client]:
        """A client that holds the token."""
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}) as web:
            transport = streamable_http_client(self.url, http_client=web)
            async with Client(transport, mode=mode, cache=None, **more) as client:
                yield client

    def over_stdio(self, mode: str = "auto", **more: Any) -> Client:
        """A client that starts the bridge itself, as an editor does."""
        words = ["-m", "runtime.cli.main", "mcp"]
        server = StdioServerParameters(command=sys.executable, args=words, env=self.place.environment(), cwd=ROOT)
        return Client(server, mode=mode, cache=None, **more)


def learning(name: str, source: str, **more: Any) -> dict[str, Any]:
    """A task that is learnt in no time."""
    examples = [{"args": [n], "result": 2 * n} for n in (1, 4, 10, -3)]
    return {
        "goal": "double a number",
        "name": name,
        "examples": examples,
        "candidate": {"entry": "f", "source": source},
        **more,
    }


DOUBLE = learning(
    "double",
    "def f(n, times=2):\n    return n * times\n",
    about={"parameters": {"n": {"description": "what is doubled"}}},
)
SPIN = learning("spin", f"def f(n):\n    while n == {SPINS_AT}:\n        pass\n    return n * 2\n")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A council that has learnt two tools, with a bridge beside it."""
    place = Place(tmp_path_factory.mktemp("mcp"))
    program = place.start("up", "--no-sync")
    bridge: Program | None = None
    try:
        place.url = program.line().strip()
        for task in (DOUBLE, SPIN):
            place.good("learn", place.file("task.json", task))
        token = place.folder / "token"
        token.touch(0o600)
        token.write_text(TOKEN)
        bridge = place.start("mcp", "--http", "0", "--token-file", str(token))
        yield Served(place, bridge.line().strip())
    finally:
        if bridge is not None:
            _, said = bridge.end(signal.SIGTERM)
            assert TOKEN not in said
            assert "Traceback" not in said
        program.end(signal.SIGINT)


def text_of(result: CallToolResult) -> str:
    """The one text that the result holds."""
    (block,) = result.content
    assert isinstance(block, TextContent)
    return block.text


async def tools_of(client: Client) -> dict[str, Tool]:
    """What the client may call, by name."""
    return {tool.name: tool for tool in (await client.list_tools()).tools}


async def a_story(served: Served, client: Client) -> None:
    """A client lists what there is, and calls it."""
    double = (await tools_of(client))["double"]
    assert double.description == "double a number"
    assert double.input_schema["properties"]["n"] == {"type": "number", "description": "what is doubled"}
    assert (double.input_schema["required"], double.output_schema) == (["n"], None)
    assert double.annotations is not None
    assert (double.annotations.read_only_hint, double.annotations.open_world_hint) == (True, False)
    steps: list[str | None] = []

    async def hear(_progress: float, _total: float | None, message: str | None) -> None:
        steps.append(message)

    result = await client.call_tool("double", {"n": 21}, progress_callback=hear)
    assert (result.is_error, text_of(result), result.structured_content) == (False, "42", {"result": 42})
    assert "accepted" in steps
    assert text_of(await client.call_tool("double", {"n": 2, "times": 5})) == "10"
    answered = (await served.log("event.task.Answered.>", 1))[0]
    assert answered["data"]["result"] == 10
    accepted = await served.until("event.task.Accepted.>", answered["data"]["task"])
    assert accepted["data"]["body"]["named"] == {"n": 2, "times": 5}
    assert accepted["data"]["task"].startswith("mcp-")


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_client_lists_and_calls_over_http(served: Served, mode: str) -> None:
    async with served.over_http(mode) as client:
        await a_story(served, client)


async def test_a_client_lists_and_calls_over_standard_input_and_output(served: Served) -> None:
    async with served.over_stdio() as client:
        await a_story(served, client)


async def test_a_model_keeps_its_chain_of_thought_on_the_log(served: Served) -> None:
    async with served.over_http() as client:
        listed = await tools_of(client)
        assert {"remember", "recall", "focus", "conclude", "check"} <= set(listed)
        assert listed["remember"].input_schema["required"] == ["text"]

        async def use(name: str, **arguments: Any) -> Any:
            result = await client.call_tool(name, {"session": "mcp-1", **arguments})
            assert not result.is_error, text_of(result)
            return (result.structured_content or {})["result"] if name == "recall" else result.structured_content

        held = await use("remember", text="The valve is open", pinned=True)
        assert (held["item"], held["state"]) == ("e1", "held")
        assert (await use("conclude", text="The valve is closed"))["state"] == "backtracked"
        await use("focus", text="valves")
        assert [one["name"] for one in await use("recall", question="what about the valve?")] == ["e1"]
        checked = await use("check")
        assert (checked["coherence"], len(checked["taken_back"])) == (1.0, 1)
        wrong = await client.call_tool("remember", {"txt": "x"})
        assert "contains unknown field `txt`" in text_of(wrong)
        unknown = await client.call_tool("check", {"session": "none-such"})
        assert "there is no session 'none-such'" in text_of(unknown)
    assert "The valve is open" in await served.good("session", "show", "mcp-1")


async def test_lines_that_are_no_message_are_answered_and_the_next_one_too(served: Served) -> None:
    command = (sys.executable, "-m", "runtime.cli.main", "mcp")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    bridge = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=served.place.environment(), **pipes)
    assert bridge.stdin is not None
    assert bridge.stdout is not None
    lines = [b"garbage", b'"\\ud800"', b"[" * 300 + b"]" * 300, b"\xff\xfe", b"", b'{"jsonrpc": "2.0", "id": 9}']
    bridge.stdin.write(b"".join(line + b"\n" for line in (*lines, json.dumps(WORDS[0]).encode())))
    try:
        answers = [json.loads(await asyncio.wait_for(bridge.stdout.readline(), LIMIT_S)) for _ in range(6)]
    finally:
        bridge.kill()
    told = [(answer["id"], answer["error"]["code"]) for answer in answers[:5]]
    assert told == [(None, -32700)] * 4 + [(9, -32600)]
    assert answers[5]["id"] == 1
    assert "result" in answers[5]


async def test_parameters_with_names_of_their_own_and_given_by_name_alone_are_called(served: Served) -> None:
    source = "def f(größe, *, times=2):\n    return größe * times\n"
    await served.good("learn", served.place.file("scale.json", learning("scale_it", source)))
    async with served.over_http() as client:
        shown = (await tools_of(client))["scale_it"].input_schema
        assert set(shown["properties"]) == {"groe", "times"}
        assert shown["properties"]["groe"]["title"] == "größe"
        assert text_of(await client.call_tool("scale_it", {"groe": 3, "times": 5})) == "15"
        assert text_of(await client.call_tool("scale_it", {"groe": 3})) == "6"
        large = await client.call_tool("scale_it", {"groe": 2**64 - 1, "times": 1})
        assert text_of(large) == str(2**64 - 1)


async def test_arguments_that_do_not_fit_are_told_with_path_and_reason_and_nothing_is_published(
    served: Served,
) -> None:
    before = (await served.log("task.>", 1))[0]["seq"]
    async with served.over_http() as client:
        result = await client.call_tool("double", {"n": "four", "m": 1})
        assert result.is_error
        assert "$.n: 'four' is not of type 'number'" in text_of(result)
        assert "'m' was unexpected" in text_of(result)
        assert "'n' is a required property" in text_of(await client.call_tool("double"))
    assert (await served.log("task.>", 1))[0]["seq"] == before


@pytest.mark.parametrize("name", ["duble", "Not-A-Name"])
async def test_an_unknown_tool_is_an_error_of_the_protocol(served: Served, name: str) -> None:
    async with served.over_http() as client:
        with pytest.raises(MCPError, match=f"Unknown tool: {name}") as caught:
            await client.call_tool(name, {})
        assert ("did you mean double?" in str(caught.value)) is (name == "duble")


async def test_a_tool_that_raises_is_told_to_the_model(served: Served) -> None:
    source = "def f(n):\n    if n > 1000:\n        raise ValueError('too large')\n    return n * 2\n"
    await served.good("learn", served.place.file("shy.json", learning("shy", source)))
    async with served.over_http() as client:
        result = await client.call_tool("shy", {"n": 2000})
    assert result.is_error
    assert "too large" in text_of(result)


async def test_a_learnt_tool_appears_and_a_disabled_one_disappears_without_a_new_connection(served: Served) -> None:
    news = asyncio.Event()

    async def hear(message: Any) -> None:
        if isinstance(message, ToolListChangedNotification):
            news.set()

    async def told() -> None:
        async with asyncio.timeout(LIMIT_S):
            await news.wait()
        news.clear()

    async with served.over_stdio("legacy", message_handler=hear) as client:
        assert client.server_capabilities.tools is not None
        assert client.server_capabilities.tools.list_changed
        assert "fresh" not in await tools_of(client)
        await served.good("learn", served.place.file("fresh.json", learning("fresh", "def f(n):\n    return n + n\n")))
        await told()
        assert (await tools_of(client))["fresh"].input_schema["required"] == ["n"]
        await served.good("tool", "disable", "fresh", "--reason", "it leaks")
        await told()
        assert "fresh" not in await tools_of(client)
        with pytest.raises(MCPError, match="Unknown tool: fresh"):
            await client.call_tool("fresh", {"n": 1})
        await served.good("tool", "enable", "fresh", "--reason", "mended")
        await told()
        await served.good("tool", "deprecate", "fresh", "--replacement", "double", "--reason", "too much")
        await told()
        fresh = (await tools_of(client))["fresh"]
        assert fresh.description is not None
        assert "use 'double'" in fresh.description


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_clients_of_either_kind_are_told_over_http_too(served: Served, mode: str) -> None:
    news = asyncio.Event()

    async def hear(message: Any) -> None:
        if isinstance(message, ToolListChangedNotification):
            news.set()

    async def listen(client: Client) -> None:
        async with client.listen(tools_list_changed=True) as changes:
            news.set()
            await anext(changes)
            news.set()

    async with served.over_http(mode, message_handler=hear) as client, asyncio.timeout(LIMIT_S):
        listening = asyncio.create_task(listen(client)) if mode == "auto" else None
        if listening is not None:
            await news.wait()
            news.clear()
        else:
            await client.list_tools()
            await asyncio.sleep(0.2)
        await served.good("tool", "disable", "spin", "--reason", "for a moment")
        await news.wait()
        assert "spin" not in await tools_of(client)
        await served.good("tool", "enable", "spin", "--reason", "again")
        if listening is not None:
            await listening


async def test_a_frozen_council_says_so_at_once_and_nothing_waits_for_the_thaw(served: Served) -> None:
    async with served.over_http() as client:
        await served.good("freeze", "--reason", "let me look")
        try:
            before = (await served.log("task.>", 1))[0]["seq"]
            began = time.monotonic()
            result = await client.call_tool("double", {"n": 1})
            assert time.monotonic() - began < patience(1)
            assert result.is_error
            assert "frozen" in text_of(result)
            assert "let me look" in text_of(result)
            assert "double" in await tools_of(client)
            assert (await served.log("task.>", 1))[0]["seq"] == before
        finally:
            await served.good("thaw", "--reason", "seen")
        assert text_of(await client.call_tool("double", {"n": 1})) == "2"


async def spinning(served: Served, client: Client) -> tuple["asyncio.Task[CallToolResult]", str]:
    """A call that will not return, and its task."""
    calling = asyncio.create_task(client.call_tool("spin", {"n": SPINS_AT}))
    return calling, await spun(served)


async def spun(served: Served) -> str:
    """The task of the newest call that will not return."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            said = (await served.log("event.task.Accepted.>", 1))[0]["data"]
            if said["body"].get("tool") == "spin" and said["task"] not in SPUN:
                SPUN.add(said["task"])
                return str(said["task"])


SPUN: set[str] = set()
"""Tasks of the calls that did not return."""


async def test_a_freeze_in_the_middle_of_a_call_ends_it_at_once_and_its_task_is_cancelled(served: Served) -> None:
    async with served.over_http() as client:
        calling, task = await spinning(served, client)
        await served.good("freeze", "--reason", "stop it")
        try:
            result = await asyncio.wait_for(calling, LIMIT_S)
            assert result.is_error
            assert "stop it" in text_of(result)
            (cancel,) = await served.log("task.cancel", 1)
            assert cancel["data"]["task"] == task
        finally:
            await served.good("thaw", "--reason", "seen")
    await served.until("event.task.Cancelled.>", task)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_call_that_its_client_gives_up_is_cancelled_on_the_log(served: Served, mode: str) -> None:
    async with served.over_http(mode) as client:
        calling, task = await spinning(served, client)
        calling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await calling
        assert (await served.until("event.task.Cancelled.>", task))["data"]["reason"]


async def test_a_client_that_goes_away_leaves_no_call_behind(served: Served) -> None:
    async with served.over_stdio("legacy") as client:
        calling, task = await spinning(served, client)
        calling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await calling
    await served.until("event.task.Cancelled.>", task)


async def test_a_bridge_that_is_terminated_cancels_the_call_in_hand(served: Served) -> None:
    command = (sys.executable, "-m", "runtime.cli.main", "mcp")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    bridge = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=served.place.environment(), **pipes)
    assert bridge.stdin is not None
    bridge.stdin.write(b"".join(json.dumps(word).encode() + b"\n" for word in WORDS))
    try:
        task = await spun(served)
        bridge.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(bridge.wait(), LIMIT_S / 3) == Exit.INTERRUPTED
    finally:
        with contextlib.suppress(ProcessLookupError):
            bridge.kill()
    await served.until("event.task.Cancelled.>", task)


async def test_so_does_one_that_serves_http(served: Served) -> None:
    program = served.place.start("mcp", "--http", "0", "--token-file", str(served.place.folder / "token"))
    url = (await asyncio.to_thread(program.line)).strip()
    kept = {"Authorization": f"Bearer {TOKEN}", "Accept": "application/json, text/event-stream"}
    async with httpx2.AsyncClient(headers=kept, timeout=LIMIT_S) as web:
        greeting = await web.post(url, json=WORDS[0])
        session = {"Mcp-Session-Id": greeting.headers["mcp-session-id"]}
        await web.post(url, json=WORDS[1], headers=session)
        calling = asyncio.create_task(web.post(url, json=WORDS[2], headers=session))
        task = await spun(served)
        await asyncio.to_thread(program.end, signal.SIGTERM)
        with contextlib.suppress(httpx2.HTTPError):
            await calling
    await served.until("event.task.Cancelled.>", task)


async def test_a_call_that_takes_too_long_ends_with_the_limit_and_is_not_left_running(served: Served) -> None:
    settings = Settings(data_dir=str(served.place.home))
    async with Bridge(settings, 0.5) as bridge, Client(bridge.server, cache=None) as client:
        began = time.monotonic()
        result = await client.call_tool("spin", {"n": SPINS_AT})
        assert result.is_error
        assert "deadline" in text_of(result) or "0.5 s" in text_of(result)
        assert time.monotonic() - began < patience(5)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong-but-just-as-long-as-it"}, 401),
        ({"Authorization": f"Basic {TOKEN}"}, 401),
        ({"Authorization": f"Bearer {TOKEN}", "Host": "evil.example:80"}, 421),
        ({"Authorization": f"Bearer {TOKEN}", "Origin": "http://evil.example"}, 403),
        ({"Authorization": f"Bearer {TOKEN}", "Origin": "null"}, 403),
    ],
)
@pytest.mark.parametrize("version", ["2025-06-18", "2026-07-28"])
async def test_http_is_for_those_who_hold_the_token_and_for_no_web_page(
    served: Served, headers: dict[str, str], status: int, version: str
) -> None:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    kept = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": version}
    async with httpx2.AsyncClient() as web:
        answer = await web.post(served.url, json=asked, headers={**kept, **headers})
    assert answer.status_code == status
    assert "double" not in answer.text


def test_what_can_be_reached_from_elsewhere_is_refused_without_a_token(served: Served) -> None:
    done = served.place.shell("mcp", "--http", "0.0.0.0:0")
    assert (done.returncode, done.stdout) == (Exit.USAGE, "")
    assert "--token-file" in done.stderr
    short = served.place.shell("mcp", "--http", "0.0.0.0:0", KURULTAI_MCP_TOKEN="short")
    assert short.returncode == Exit.USAGE
    assert "short" not in short.stderr


def test_a_token_is_made_and_shown_where_only_this_machine_comes(served: Served) -> None:
    program = served.place.start("mcp", "--http", "0")
    assert program.line().startswith("http://127.0.0.1:")
    code, said = program.end(signal.SIGINT)
    assert (code, said.startswith("token    ")) == (Exit.INTERRUPTED, True), said


def test_without_a_council_the_bridge_says_how_to_start_one(tmp_path: Path) -> None:
    done = Place(tmp_path).shell("mcp")
    assert (done.returncode, done.stdout) == (Exit.UNREACHABLE, "")
    assert "kurultai up" in done.stderr


async def test_the_bridge_comes_back_to_a_council_that_is_started_again_elsewhere(tmp_path: Path) -> None:
    place = Place(tmp_path)
    first = place.start("up", "--no-sync")
    before = first.line()
    async with Bridge(Settings(data_dir=str(place.home)), 10.0) as bridge, Client(bridge.server, cache=None) as client:
        assert set(await tools_of(client)) == set(FORMS)
        await asyncio.to_thread(first.end, signal.SIGINT)
        with pytest.raises(MCPError, match="does not answer"):
            await client.list_tools()
        host, _, port = before.strip().removeprefix("nats://").rpartition(":")
        taken = socket.create_server((host, int(port)))
        second = place.start("up", "--no-sync")
        try:
            assert second.line() != before
            await asyncio.to_thread(place.good, "learn", place.file("double.json", DOUBLE))
            async with asyncio.timeout(LIMIT_S):
                while True:
                    with contextlib.suppress(MCPError):
                        if "double" in await tools_of(client):
                            break
                    await anyio.sleep(0.1)
            assert text_of(await client.call_tool("double", {"n": 4})) == "8"
        finally:
            taken.close()
            await asyncio.to_thread(second.end, signal.SIGINT)
