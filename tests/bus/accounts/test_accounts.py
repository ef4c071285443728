"""Grants on a real server: what is granted works, what is not is refused, and nobody speaks with another's mouth.

Every story is told twice, on grants that the server started with and on grants that it came to by a reload.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import nats
import pytest
import pytest_asyncio
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from nats.micro import add_service
from nats.micro.request import Request
from nats.micro.service import Service

from bus.accounts.accounts import DISCOVERY, Grant, covers, inbox_prefix, render
from bus.keys import Key, create
from bus.server.config import ServerSettings
from bus.server.embedded import EmbeddedServer
from tests.pace import patience

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIMIT_S = patience(10.0)
NEXT = "$JS.API.CONSUMER.MSG.NEXT.kurultai"
SEQUENCE = "Nats-Expected-Last-Subject-Sequence"
FENCE = "Nats-Expected-Last-Subject-Sequence-Subject"
BATCH_ID = "Nats-Batch-Id"
BATCH_SEQUENCE = "Nats-Batch-Sequence"

NAMES = ("root", "mongke", "jochi", "veto", "doctor", "scout")
KEYS = {name: create() for name in NAMES}


def worker(name: str, **more: tuple[str, ...]) -> Grant:
    """An actor that says one event, has one consumer, hears control and beats its heart."""
    own = f"{NEXT}.{name}"
    return Grant(
        name=name,
        public_key=KEYS[name].public,
        publish=(
            f"kurultai.event.work.Done.{name}",
            own,
            f"$JS.API.CONSUMER.INFO.kurultai.{name}",
            f"$JS.API.CONSUMER.RESET.kurultai.{name}",
            f"$JS.ACK.kurultai.{name}.>",
        ),
        replies_many=(own,),
        hear=("kurultai.control.>",),
        telemetry=(f"kurultai.telemetry.{name}",),
        **more,
    )


GRANTS = (
    worker("mongke", serve=("kurultai.query.state.mongke", DISCOVERY)),
    worker("jochi", serve=("kurultai.query.state.jochi", DISCOVERY), ask=("kurultai.query.state.mongke",)),
    Grant(
        name="veto",
        public_key=KEYS["veto"].public,
        publish=("kurultai.control.autonomy", "kurultai.control.foundation"),
        hear=("kurultai.control.>",),
    ),
    Grant(
        name="doctor",
        public_key=KEYS["doctor"].public,
        publish=("kurultai.task.>", "$JS.API.DIRECT.GET.kurultai"),
        replies_many=("$JS.API.DIRECT.GET.kurultai",),
        hear=("kurultai.event.>", "kurultai.control.>"),
        ask=("kurultai.query.>", DISCOVERY),
        observe=("kurultai.telemetry.>",),
    ),
    Grant(name="scout", public_key=KEYS["scout"].public, publish=()),
)


def accounts(grants: tuple[Grant, ...], key: Key) -> str:
    return render(grants, prefix="kurultai", stream="kurultai", installer_public_key=key.public)


class Council:
    """The running server and a connection for each principal, with what it was refused."""

    def __init__(self, url: str, stack: AsyncExitStack) -> None:
        self.url = url
        self.stack = stack
        self.refusals: dict[str, list[str]] = {name: [] for name in NAMES}
        self.connections: dict[str, Client] = {}

    async def enter(self, name: str) -> None:
        async def refused(error: Exception) -> None:
            self.refusals[name].append(str(error))

        options = {"nkeys_seed_str": KEYS[name].seed.decode(), "error_cb": refused, "allow_reconnect": False}
        if name != "root":
            options |= {"inbox_prefix": inbox_prefix(name), "no_echo": True}
        self.connections[name] = await nats.connect(self.url, **options)
        self.stack.push_async_callback(self.connections[name].close)

    def __getitem__(self, name: str) -> Client:
        return self.connections[name]

    async def api(self, name: str, request: dict[str, Any] | None = None, who: str = "root") -> dict[str, Any]:
        answer = await self[who].request(f"$JS.API.{name}", json.dumps(request or {}).encode(), timeout=LIMIT_S)
        read: dict[str, Any] = json.loads(answer.data)
        return read

    async def subjects(self) -> dict[str, int]:
        """How many messages the log holds of each subject."""
        info = await self.api("STREAM.INFO.kurultai", {"subjects_filter": ">"})
        counts: dict[str, int] = info["state"].get("subjects") or {}
        return counts

    async def barrier(self, name: str) -> None:
        """The server has taken all that this connection sent: the client's first ping may overtake what waits."""
        await self[name].flush()
        await self[name].flush()

    async def settle(self, name: str) -> None:
        """Whatever `name` has published by now has had its effect: a later message of its own is through."""
        await self.barrier(name)
        await self.api("STREAM.INFO.kurultai")

    async def refused(self, name: str, subject: str) -> None:
        """Returns when the server has told `name` that it may not use the subject."""
        async with asyncio.timeout(LIMIT_S):
            while not any(subject.lower() in said.lower() for said in self.refusals[name]):  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["started with", "reloaded"])
async def council(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Council]:
    data_dir: Path = tmp_path_factory.mktemp("council")
    full = accounts(GRANTS, KEYS["root"])
    first = full if request.param == "started with" else accounts(GRANTS[:1], KEYS["root"])
    server = EmbeddedServer(ServerSettings(data_dir=data_dir, accounts=first, sync_always=False))
    async with AsyncExitStack() as stack:
        council = Council(await server.start(), stack)
        stack.push_async_callback(server.stop)
        await council.enter("root")
        await install(council)
        if first != full:
            await server.reload(full)
        for name in NAMES[1:]:
            await council.enter(name)
        yield council


async def install(council: Council) -> None:
    stream = {
        "name": "kurultai",
        "subjects": ["kurultai.>"],
        "storage": "file",
        "deny_delete": True,
        "deny_purge": True,
        "allow_atomic": True,
        "allow_direct": True,
        "republish": {"src": ">", "dest": "log.>"},
    }
    assert "error" not in await council.api("STREAM.CREATE.kurultai", stream)
    for name in ("mongke", "jochi"):
        config = {"durable_name": name, "ack_policy": "explicit", "filter_subject": "kurultai.task.>"}
        made = await council.api(f"CONSUMER.CREATE.kurultai.{name}", {"stream_name": "kurultai", "config": config})
        assert "error" not in made


async def say(council: Council, who: str, subject: str, data: bytes = b"1", **headers: str) -> dict[str, Any]:
    answer = await council[who].request(subject, data, timeout=LIMIT_S, headers=headers or None)
    read: dict[str, Any] = json.loads(answer.data)
    return read


async def test_a_principal_says_what_it_is_granted(council: Council) -> None:
    assert (await say(council, "mongke", "kurultai.event.work.Done.mongke"))["stream"] == "kurultai"
    assert (await say(council, "doctor", "kurultai.task.learn"))["seq"] > 0


async def test_an_atomic_batch_under_a_right_fence_lands_whole_and_under_a_stale_one_not_at_all(
    council: Council,
) -> None:
    control = (await say(council, "veto", "kurultai.control.autonomy", b"reduced"))["seq"]
    subject = "kurultai.event.work.Done.mongke"

    async def batch(name: str, fence: int) -> dict[str, Any]:
        first = {BATCH_ID: name, BATCH_SEQUENCE: "1", SEQUENCE: str(fence), FENCE: "kurultai.control.autonomy"}
        opened = await council["mongke"].request(subject, b"1", timeout=LIMIT_S, headers=first)
        assert opened.data == b"" or b"error" in opened.data
        await council["mongke"].publish(subject, b"2", headers={BATCH_ID: name, BATCH_SEQUENCE: "2"})
        last = {BATCH_ID: name, BATCH_SEQUENCE: "3", "Nats-Batch-Commit": "1"}
        return await say(council, "mongke", subject, b"3", **last)

    before = (await council.subjects()).get(subject, 0)
    assert (await batch("right", control))["count"] == 3
    assert (await batch("stale", control - 1))["error"]["err_code"] == 10071
    assert (await council.subjects())[subject] == before + 3


@pytest.mark.parametrize(
    "subject",
    [
        "kurultai.control.foundation",
        "kurultai.event.work.Done.jochi",
        "kurultai.event.work.Other.mongke",
        "kurultai.task.learn",
        "kurultai.telemetry.jochi",
        "kurultai.query.state.jochi",
        "log.kurultai.control.foundation",
        "$JS.API.STREAM.DELETE.kurultai",
        "$JS.API.STREAM.PURGE.kurultai",
        "$JS.API.STREAM.UPDATE.kurultai",
        "$JS.API.STREAM.CREATE.other",
        "$JS.API.STREAM.MSG.DELETE.kurultai",
        "$JS.API.CONSUMER.DELETE.kurultai.mongke",
        "$JS.API.CONSUMER.CREATE.kurultai.mongke",
        "$JS.API.CONSUMER.DURABLE.CREATE.kurultai.mongke",
        "$JS.API.CONSUMER.PAUSE.kurultai.mongke",
        "$JS.API.CONSUMER.RESET.kurultai.jochi",
        "$JS.API.INFO",
        f"{NEXT}.jochi",
        "$JS.ACK.kurultai.jochi.1.1.1.1.0",
    ],
)
async def test_what_is_not_granted_is_refused_aloud_and_changes_nothing(council: Council, subject: str) -> None:
    before = await council.api("STREAM.INFO.kurultai")
    await council["mongke"].publish(subject, b"{}")
    await council.refused("mongke", subject)
    after = await council.api("STREAM.INFO.kurultai")
    assert (after["state"], after["config"]) == (before["state"], before["config"])
    for name in ("mongke", "jochi"):
        assert "error" not in await council.api(f"CONSUMER.INFO.kurultai.{name}")


@pytest.mark.parametrize("subject", [">", "kurultai.>", "kurultai.telemetry.>", "_INBOX.>", "_INBOX_jochi.>", "$JS.>"])
async def test_what_is_not_granted_cannot_be_overheard(council: Council, subject: str) -> None:
    await council["mongke"].subscribe(subject)
    await council.refused("mongke", f'subscription to "{subject}"')


async def test_a_grant_of_nothing_is_a_grant_of_nothing(council: Council) -> None:
    await council["scout"].publish("kurultai.task.learn", b"1")
    await council.refused("scout", "kurultai.task.learn")


@pytest.mark.parametrize("forged", ["kurultai.control.foundation", "kurultai.event.work.Done.jochi"])
async def test_a_publish_cannot_borrow_the_servers_mouth_by_its_reply_subject(council: Council, forged: str) -> None:
    before = await council.subjects()
    await council["mongke"].publish("kurultai.event.work.Done.mongke", b"evil", reply=forged)
    await council.settle("mongke")
    after = await council.subjects()
    assert after.get(forged) == before.get(forged)
    assert after["kurultai.event.work.Done.mongke"] == before.get("kurultai.event.work.Done.mongke", 0) + 1


@pytest.mark.parametrize("forged", ["kurultai.control.foundation", "kurultai.event.work.Done.jochi"])
async def test_a_pull_cannot_borrow_the_servers_mouth_by_its_reply_subject(council: Council, forged: str) -> None:
    await say(council, "doctor", "kurultai.task.learn", b'{"mode": "full"}')
    before = await council.subjects()
    for request in ({"batch": 1}, {"batch": 5, "no_wait": True}, {"batch": 0}, {"batch": 5, "expires": 1_000_000}):
        await council["mongke"].publish(f"{NEXT}.mongke", json.dumps(request).encode(), reply=forged)
    await council["mongke"].publish("$JS.API.CONSUMER.INFO.kurultai.mongke", b"", reply=forged)
    inbox = council["mongke"].new_inbox()
    heard = await council["mongke"].subscribe(inbox)
    await council["mongke"].publish(f"{NEXT}.mongke", b'{"batch": 1, "expires": 5000000000}', reply=inbox)
    await say(council, "doctor", "kurultai.task.learn")
    before["kurultai.task.learn"] += 1
    assert (await heard.next_msg(LIMIT_S)).subject == "kurultai.task.learn"
    await heard.unsubscribe()
    await council.settle("mongke")
    assert await council.subjects() == before


@pytest.mark.parametrize("forged", ["kurultai.control.foundation", "kurultai.event.work.Done.jochi"])
async def test_an_acknowledgement_that_asks_for_more_cannot_have_it_sent_elsewhere(
    council: Council, forged: str
) -> None:
    for _ in range(3):
        await say(council, "doctor", "kurultai.task.learn", b'{"mode": "full"}')
    before = await council.subjects()
    inbox = council["mongke"].new_inbox()
    heard = await council["mongke"].subscribe(inbox)
    await council["mongke"].publish(f"{NEXT}.mongke", b'{"batch": 1, "expires": 1000000000}', reply=inbox)
    message = await heard.next_msg(LIMIT_S)
    await council["mongke"].publish(message.reply, b'+NXT {"batch": 2, "no_wait": true}', reply=forged)
    await council.settle("mongke")
    assert await council.subjects() == before
    await heard.unsubscribe()


@pytest.mark.parametrize("only", [{}, {"Nats-Trace-Only": "true"}])
async def test_a_trace_of_a_message_cannot_be_sent_as_a_record(council: Council, only: dict[str, str]) -> None:
    before = await council.subjects()
    headers = {"Nats-Trace-Dest": "kurultai.control.foundation", **only}
    await council["mongke"].publish("kurultai.event.work.Done.mongke", b"1", headers=headers)
    await council.settle("mongke")
    after = await council.subjects()
    assert after.get("kurultai.control.foundation") == before.get("kurultai.control.foundation")


async def test_services_of_several_principals_are_all_found(council: Council) -> None:
    async def answer(request: Request) -> None:
        await request.respond(b"here")

    services: list[Service] = []
    for name in ("mongke", "jochi"):
        services.append(await add_service(council[name], name=name, version="1.0.0"))
        await services[-1].add_endpoint(name="state", handler=answer, subject=f"kurultai.query.state.{name}")
        await council.barrier(name)
    inbox = council["doctor"].new_inbox()
    heard = await council["doctor"].subscribe(inbox)
    await council["doctor"].publish("$SRV.PING", b"", reply=inbox)
    found = {json.loads((await heard.next_msg(LIMIT_S)).data)["name"] for _ in range(2)}
    assert found == {"mongke", "jochi"}
    assert (await council["doctor"].request("kurultai.query.state.jochi", b"", timeout=LIMIT_S)).data == b"here"
    await heard.unsubscribe()
    for service in services:
        await service.stop()


async def test_a_consumers_messages_come_to_its_owner_and_are_acknowledged_by_it(council: Council) -> None:
    for number in range(3):
        await say(council, "doctor", "kurultai.task.learn", b"%d" % number)
    inbox = f"{inbox_prefix('jochi')}.pull"
    heard = await council["jochi"].subscribe(inbox)
    floor = (await council.api("CONSUMER.INFO.kurultai.jochi"))["ack_floor"]["stream_seq"]
    await council["jochi"].publish(f"{NEXT}.jochi", json.dumps({"batch": 1000, "no_wait": True}).encode(), reply=inbox)
    messages = [await heard.next_msg(LIMIT_S) for _ in range(3)]
    assert {message.subject for message in messages} == {"kurultai.task.learn"}
    for message in messages:
        await council["jochi"].request(message.reply, b"+ACK", timeout=LIMIT_S)
    info = await council.api("CONSUMER.INFO.kurultai.jochi", who="jochi")
    assert "error" not in info
    assert info["ack_floor"]["stream_seq"] > floor
    await heard.unsubscribe()


async def test_a_request_about_the_own_consumer_is_answered_once(council: Council) -> None:
    for _ in range(20):
        inbox = council["jochi"].new_inbox()
        heard = await council["jochi"].subscribe(inbox)
        for request in ("INFO", "RESET"):
            await council["jochi"].publish(f"$JS.API.CONSUMER.{request}.kurultai.jochi", b"", reply=inbox)
            answer = json.loads((await heard.next_msg(LIMIT_S)).data)
            assert answer.get("name") == "jochi", answer
        await council.settle("jochi")
        assert heard.pending_msgs == 0
        await heard.unsubscribe()


async def test_many_records_are_read_with_one_request(council: Council) -> None:
    for _ in range(5):
        await say(council, "doctor", "kurultai.task.learn")
    inbox = f"{inbox_prefix('doctor')}.read"
    heard = await council["doctor"].subscribe(inbox)
    request = json.dumps({"seq": 1, "batch": 5}).encode()
    await council["doctor"].publish("$JS.API.DIRECT.GET.kurultai", request, reply=inbox)
    read = [await heard.next_msg(LIMIT_S) for _ in range(5)]
    assert [message.headers["Nats-Sequence"] for message in read if message.headers] == ["1", "2", "3", "4", "5"]
    await heard.unsubscribe()


async def test_what_is_stored_is_heard_once_under_its_own_subject_with_its_place_on_the_log(council: Council) -> None:
    ears = [await council[name].subscribe("kurultai.control.>") for name in ("mongke", "veto", "doctor")]
    for name in ("mongke", "veto", "doctor"):
        await council.barrier(name)
    seq = (await say(council, "veto", "kurultai.control.foundation", b"frozen"))["seq"]
    for ear in ears:
        message = await ear.next_msg(LIMIT_S)
        assert (message.subject, message.data) == ("kurultai.control.foundation", b"frozen")
        assert message.headers is not None
        assert message.headers["Nats-Sequence"] == str(seq)
    last = (await say(council, "veto", "kurultai.control.foundation", b"full"))["seq"]
    for ear in ears:
        message = await ear.next_msg(LIMIT_S)
        assert message.headers is not None
        assert message.headers["Nats-Sequence"] == str(last)
        await ear.unsubscribe()


async def test_a_question_reaches_whoever_answers_it_and_nobody_else(council: Council) -> None:
    async def answer(message: Msg) -> None:
        await message.respond(b"mongke: " + message.data)

    ear = await council["mongke"].subscribe("kurultai.query.state.mongke", cb=answer)
    await council.barrier("mongke")
    for asker in ("jochi", "doctor"):
        reply = await council[asker].request("kurultai.query.state.mongke", b"how?", timeout=LIMIT_S)
        assert reply.data == b"mongke: how?"
    with pytest.raises(NoRespondersError):
        await council["doctor"].request("kurultai.query.state.jochi", b"how?", timeout=LIMIT_S)
    await council["veto"].publish("kurultai.query.state.mongke", b"how?")
    await council.refused("veto", "kurultai.query.state.mongke")
    await ear.unsubscribe()


async def test_a_question_that_reaches_two_subscriptions_of_its_answerer_is_answered(council: Council) -> None:
    async def answer(message: Msg) -> None:
        await message.respond(b"here")

    ears = [await council["mongke"].subscribe("kurultai.query.state.mongke", cb=answer) for _ in range(2)]
    await council.barrier("mongke")
    reply = await council["doctor"].request("kurultai.query.state.mongke", b"how?", timeout=LIMIT_S)
    assert reply.data == b"here"
    for ear in ears:
        await ear.unsubscribe()


async def test_an_answer_is_no_licence_to_speak(council: Council) -> None:
    """A question whose reply subject is a stored one gives its answerer no way onto the log, and neither its asker."""

    async def answer(message: Msg) -> None:
        await message.respond(b"frozen")
        answered.set()

    answered = asyncio.Event()
    ear = await council["mongke"].subscribe("kurultai.query.state.mongke", cb=answer)
    await council.barrier("mongke")
    before = await council.subjects()
    await council["jochi"].publish("kurultai.query.state.mongke", b"how?", reply="kurultai.control.foundation")
    async with asyncio.timeout(LIMIT_S):
        await answered.wait()
    await council.settle("mongke")
    await council.settle("jochi")
    assert await council.subjects() == before
    await ear.unsubscribe()


async def test_telemetry_is_heard_by_those_who_observe_it_and_is_not_stored(council: Council) -> None:
    before = await council.subjects()
    ear = await council["doctor"].subscribe("kurultai.telemetry.>")
    await council.barrier("doctor")
    for name in ("mongke", "jochi"):
        await council[name].publish(f"kurultai.telemetry.{name}", name.encode())
        message = await ear.next_msg(LIMIT_S)
        assert (message.subject, message.data) == (f"kurultai.telemetry.{name}", name.encode())
    assert await council.subjects() == before
    await ear.unsubscribe()


def one(**changes: Any) -> Grant:
    return Grant(**{"name": "mongke", "public_key": KEYS["mongke"].public, "publish": (), **changes})


@pytest.mark.parametrize(
    ("grants", "said"),
    [
        ((one(publish=("$JS.API.>",)),), "only the installer"),
        ((one(publish=("$JS.API.STREAM.DELETE.kurultai",)),), "only the installer"),
        ((one(publish=("$JS.API.CONSUMER.CREATE.kurultai.mongke",)),), "only the installer"),
        ((one(publish=("$JS.API.CONSUMER.MSG.NEXT.kurultai.*",)),), "only the installer"),
        ((one(publish=("$JS.ACK.kurultai.*.>",)),), "only the installer"),
        ((one(publish=("$JS.ACK.kurultai.>",)),), "only the installer"),
        ((one(publish=(">",)),), "only the installer"),
        ((one(publish=('kurultai.x"]}',)),), "only the installer"),
        ((one(hear=("other.>",)),), "not below kurultai"),
        ((one(observe=(">",)),), "not below kurultai"),
        ((one(replies_many=(f"{NEXT}.mongke",)),), "not in its publish"),
        ((one(name="LOG"),), "cannot be a name"),
        ((one(name="a b"),), "cannot be a name"),
        ((one(public_key="UABC"),), "not the public nkey"),
        ((one(public_key=KEYS["root"].public),), "own key"),
        ((one(), one(public_key=KEYS["jochi"].public)), "own name"),
    ],
)
async def test_a_grant_that_would_undo_the_walls_is_not_written(grants: tuple[Grant, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        accounts(grants, KEYS["root"])


@pytest.mark.parametrize(
    ("pattern", "subject", "whether"),
    [
        ("a.b", "a.b", True),
        ("a.*", "a.b", True),
        ("a.>", "a.b.c", True),
        ("a.>", "a.>", True),
        (">", "a", True),
        ("a.>", "a", False),
        ("a.*", "a.b.c", False),
        ("a.*", "a.>", False),
        ("a.b", "a.*", False),
        ("a.b.c", "a.b", False),
        ("a.b", "a.b.c", False),
    ],
)
async def test_one_pattern_covers_another_when_it_names_all_that_it_names(
    pattern: str, subject: str, whether: bool
) -> None:
    assert covers(pattern, subject) is whether
