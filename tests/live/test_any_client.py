"""Any NATS client can use the council: plain JSON in, plain events out, and not a line of ours between them."""

import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from messages.kernel import order
from messages.kernel.control import Level, Mode
from runtime.cli.console.output import data_of
from runtime.client.client import Client
from runtime.directory.settings import Settings
from runtime.hosting.system import Council, running
from tests.pace import patience

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIMIT_S = patience(60)
"""Longest that one client may take."""
JS = Path(__file__).parent / "js"
HAS_NODE = shutil.which("node") is not None and (JS / "node_modules" / "@nats-io" / "transport-node").exists()

PUBLISH = """
import asyncio, json, sys
import nats

async def main(url, key_file, kind):
    client = await nats.connect(url, nkeys_seed=key_file)
    heard = await client.subscribe("kurultai.event.task.>")
    await client.flush()
    body = sys.stdin.buffer.read()
    ack = json.loads((await client.request(f"kurultai.task.{kind}", body, timeout=60)).data)
    try:
        task = json.loads(body).get("id") or f"t-{ack['seq']}"
    except ValueError:
        task = f"t-{ack['seq']}"
    events = []
    async for message in heard.messages:
        said = json.loads(message.data)
        if said["task"] == task:
            events.append({"name": message.subject.split(".")[3], **said})
            if events[-1]["name"] in ("Answered", "Failed", "Cancelled", "Refused"):
                break
    print(json.dumps({"seq": ack["seq"], "task": task, "events": events}))
    await client.close()

asyncio.run(main(*sys.argv[1:]))
"""
"""A whole client, as anybody would write it: it imports the NATS client and nothing else that is not in Python."""

ASK = """
import asyncio, json, sys
import nats

async def main(url, key_file):
    client = await nats.connect(url, nkeys_seed=key_file)
    questions = [line.encode() for line in sys.stdin.read().splitlines()]
    asked = [client.request("kurultai.query.tool.Invoke", question, timeout=60) for question in questions]
    for answer in await asyncio.gather(*asked):
        print(answer.data.decode())
    await client.close()

asyncio.run(main(*sys.argv[1:]))
"""
"""A whole client that calls tools with one request each, all at once."""

CLIENTS = [
    "python",
    pytest.param(
        "javascript",
        marks=[
            pytest.mark.node,
            pytest.mark.skipif(not HAS_NODE, reason="needs Node.js, and `npm install` in tests/live/js"),
        ],
    ),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def council(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Council]:
    """The real council, in processes of its own."""
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("home")), sync_always=False)
    async with running(settings, "actors.roster:ROSTER") as council:
        yield council


def published(council: Council, client: str, kind: str, body: bytes, folder: Path) -> dict[str, Any]:
    """What the client has heard of the task that it published; it runs away from the checkout."""
    key = str(council.home.keys / "publisher.nk")
    if client == "python":
        script = folder / "publish.py"
        script.write_text(PUBLISH)
        command = [sys.executable, "-I", str(script)]
    else:
        command = ["node", str(JS / "publish.js")]
    done = subprocess.run(
        [*command, council.url, key, kind], input=body, cwd=folder, capture_output=True, timeout=LIMIT_S, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def asked(council: Council, folder: Path, *questions: Any) -> list[Any]:
    """What each request was answered with."""
    key, script = str(council.home.keys / "publisher.nk"), folder / "ask.py"
    script.write_text(ASK)
    given = "\n".join(json.dumps(question) if not isinstance(question, str) else question for question in questions)
    command = [sys.executable, "-I", str(script), council.url, key]
    done = subprocess.run(
        command, input=given, text=True, cwd=folder, capture_output=True, timeout=LIMIT_S, check=False
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


async def on_log(council: Council, pattern: str) -> list[Any]:
    """The data of all records on the subjects."""
    settings = msgspec.structs.replace(council.settings, url=council.url)
    async with await Client.connect(settings, "auditor") as client:
        return [data_of(record) async for record in client.records(1, pattern)]


def learn(name: str) -> dict[str, Any]:
    """A task that a council learns in no time."""
    examples = [{"args": [number], "result": 2 * number} for number in (1, 2, 5, 7)]
    return {"goal": "double a number", "name": name, "examples": examples}


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_plain_client_has_a_tool_learnt_and_calls_it(council: Council, client: str, tmp_path: Path) -> None:
    learnt = published(council, client, "learn", json.dumps(learn(f"double_{client}")).encode(), tmp_path)
    assert learnt["task"] == f"t-{learnt['seq']}"
    names = [event["name"] for event in learnt["events"]]
    assert names[0] == "Accepted"
    assert "Progressed" in names
    assert names[-1] == "Answered", learnt
    assert learnt["events"][-1]["result"]["tool"] == f"double_{client}"
    run = {"id": f"run-{client}", "tool": f"double_{client}", "args": [21]}
    called = published(council, client, "run", json.dumps(run).encode(), tmp_path)
    assert called["events"][-1] == {"name": "Answered", "task": f"run-{client}", "result": 42}
    assert called["seq"] > learnt["seq"]


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_plain_client_is_told_what_is_wrong_with_its_task(
    council: Council, client: str, tmp_path: Path
) -> None:
    said = published(council, client, "run", b'{"tool": "no such name"}', tmp_path)
    (refused,) = said["events"]
    assert refused["name"] == "Refused"
    assert refused["path"] == "$.tool"
    assert refused["task"] == f"t-{said['seq']}", "the acknowledgement names the place in the airlock"
    assert refused["reason"]


async def test_even_what_is_no_json_has_its_answer(council: Council, tmp_path: Path) -> None:
    said = published(council, "python", "run", b"hello?", tmp_path)
    (refused,) = said["events"]
    assert (refused["name"], refused["task"]) == ("Refused", f"t-{said['seq']}")


async def test_one_request_calls_a_tool_and_the_call_stands_on_the_log(council: Council, tmp_path: Path) -> None:
    published(council, "python", "learn", json.dumps(learn("double_asked")).encode(), tmp_path)
    answers = await asyncio.to_thread(
        asked,
        council,
        tmp_path,
        {"tool": "double_asked", "args": [21]},
        {"tool": "double_asked", "named": {"x": 1}},
        {"tool": "double_asked", "args": ["text", 2, 3]},
        {"tool": "no_such_tool"},
    )
    assert answers[0]["value"] == 42
    assert all("error" in answer and "value" not in answer for answer in answers[1:])
    assert "no_such_tool" in answers[3]["error"]
    accepted = {said["task"]: said["body"] for said in await on_log(council, "event.task.Accepted.>")}
    ended = {said["task"] for said in await on_log(council, "event.task.*.kublai")}
    for answer in answers:
        assert answer["task"] in ended
    assert accepted[answers[0]["task"]]["args"] == [21]


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ({"tool": "No Name"}, "$.tool"),
        ({"tool": "x", "timeout_s": 1e9}, "$.timeout_s"),
        ({"tol": "x"}, "$"),
        ("?", "$"),
    ],
)
async def test_a_request_that_can_not_be_read_is_answered_with_the_place(
    council: Council, tmp_path: Path, question: Any, path: str
) -> None:
    before = len(await on_log(council, "task.>"))
    (answer,) = await asyncio.to_thread(asked, council, tmp_path, question)
    assert answer["path"] == path
    assert answer["error"]
    assert len(await on_log(council, "task.>")) == before


async def test_a_request_to_a_frozen_council_is_answered_at_once_and_nothing_waits_for_the_thaw(
    council: Council, tmp_path: Path
) -> None:
    settings = msgspec.structs.replace(council.settings, url=council.url)
    async with await Client.connect(settings, "operator") as operator:
        await operator.order(order.Freeze(reason="look", levels=(Level.FOUNDATION,)))
        async with asyncio.timeout(LIMIT_S):
            found = None
            while found is None or found[1].mode is not Mode.FROZEN:
                found = (await operator.modes())[Level.FOUNDATION]
        try:
            before = len(await on_log(council, "task.>"))
            began = time.monotonic()
            (answer,) = await asyncio.to_thread(asked, council, tmp_path, {"tool": "double_asked", "args": [1]})
            assert time.monotonic() - began < patience(5)
            assert f"frozen since {found[0]}" in answer["error"]
            assert "task" not in answer
        finally:
            await operator.order(order.Thaw(level=Level.FOUNDATION, fence=found[0], reason="seen"))
        assert len(await on_log(council, "task.>")) == before
