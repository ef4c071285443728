"""What can't be handled gets its answer on a real log, and the next task is answered as if nothing had been."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from actors.roster import ROSTER
from bus.airlock import LARGEST_BYTES, NAME
from bus.errors import TooLarge
from bus.log import Draft, Record
from bus.nats.connection import NatsConnection
from messages import task
from messages.base import type_name
from messages.kernel import actor as life
from messages.kernel import audit
from runtime.client.endings import ending_of
from runtime.envelope import name_in
from runtime.topology import edges
from tests.live.driving import Drive, driven
from tests.live.test_fold import doubling
from tests.pace import patience

pytestmark = pytest.mark.asyncio(loop_scope="module")

NORMAL_S = patience(5.0)
"""A call of a learnt tool takes some milliseconds; this is what a busy machine may make of it. *chosen*"""
LARGEST = 1024 * 1024
"""Largest message of the server. *derived*: bus.server.config"""
HEADERS = 64 * 1024
"""Most bytes of headers that the server stores with a record. *measured* on 2.15.1"""
EMPTY = 10
"""Empty tasks in a row. *chosen*: each costs who hears it another reading of the log"""
GOOD = b'{"tool": "double", "args": [21]}'
DEEP = b"[" * 10_000 + b"]" * 10_000


class Poisoner:
    """A publisher that says what it likes."""

    def __init__(self, drive: Drive, connection: NatsConnection) -> None:
        self.drive = drive
        self._connection = connection
        self._count = 0

    async def publish(self, kind: str, data: bytes, headers: dict[str, str] | None = None, identity: str = "") -> int:
        """The bytes wait in the publisher's airlock, at the returned place."""
        self._count += 1
        named = identity or f"poison-{self._count}"
        given = {"ce-id": named} if headers is None else headers
        return await self._connection.commit([Draft(f"kurultai.task.{kind}", data, named, given)], None)

    async def publish_bare(self, kind: str, data: bytes) -> None:
        """The bytes are on their way as a careless client sends them: without headers, and without waiting."""
        await self._connection.emit(f"kurultai.task.{kind}", data)

    def taken_over(self, place: int) -> int:
        """Where on the log stands what waited at this place; 0 while it stands nowhere."""
        name = f"t-{place}"
        return next((record.seq for record in self.drive.log.records if record.headers.get(NAME) == name), 0)

    async def answer(self, place: int) -> Record:
        """What the intake said to what waited at this place."""
        found: list[Record] = []

        def said() -> bool:
            seq = self.taken_over(place)
            found[:] = [
                record
                for record in self.drive.log.records[seq:]
                if seq and record.headers.get("ce-input") == str(seq) and ".intake" in record.subject
            ]
            return bool(found)

        await self.drive.log.until(said, f"an answer to {place}", NORMAL_S)
        return found[0]

    async def refused(self, seq: int) -> task.Refused:
        """The refusal of what stands at this place."""
        record = await self.answer(seq)
        assert name_in(record.subject) == type_name(task.Refused), record
        return msgspec.json.decode(record.data, type=task.Refused)

    async def ended(self, name: str) -> Any:
        """How the task ended."""
        await self.drive.log.until(lambda: name in self.drive.log.ends, f"an end of {name}", NORMAL_S)
        for record in reversed(self.drive.log.records):
            ending = ending_of(record)
            if ending is not None and ending.task == name:
                return type(ending).__name__, json.loads(record.data)
        raise AssertionError(name)

    async def good_is_answered(self) -> None:
        """A good task that is published now is answered within a normal time."""
        self._count += 1
        name = f"good-{self._count}"
        began = time.monotonic()
        await self.publish("run", GOOD, identity=name)
        end, body = await self.ended(name)
        assert (end, body["result"]) == ("Answered", 42)
        assert time.monotonic() - began < NORMAL_S


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def poisoner(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Poisoner]:
    """A council that has learnt one tool."""
    async with driven(tmp_path_factory.mktemp("poison"), "actors.roster:ROSTER") as drive:
        seed = drive.council.home.key("publisher").seed
        connection = await NatsConnection.open(drive.council.url, "publisher", seed=seed)
        poisoner = Poisoner(drive, connection)
        await drive.publish("learn", doubling("double"), "learn-double")
        await drive.all_ended(["learn-double"])
        await poisoner.good_is_answered()
        yield poisoner
        await connection.close()


@pytest.mark.parametrize(
    ("kind", "data", "path", "reason"),
    [
        ("run", b"\x00\xff not JSON", "$", "JSON"),
        ("run", b"", "$", "JSON"),
        ("run", b'{"tool": "dou', "$", "JSON"),
        ("run", b'{"tool": "\xff\xfe"}', "$", "JSON"),
        ("run", b"\xef\xbb\xbf" + GOOD, "$", "JSON"),
        ("run", b"[]", "$", "object"),
        ("run", b"null", "$", "object"),
        ("run", b'{"tool": 5}', "$.tool", "str"),
        ("run", b'{"tool": "double", "args": "21"}', "$.args", "array"),
        ("run", b'{"tool": "double", "arguments": [21]}', "$", "arguments"),
        ("run", b"{}", "$", "tool"),
        ("run", b'{"tool": "double", "version": 0}', "$.version", ">= 1"),
        ("run", b'{"tool": "double", "version": 1e400}', "$.version", ""),
        ("run", b'{"tool": "double", "args": ' + DEEP + b"}", "$", "JSON"),
        ("run", b'{"tool": "double", "args": [%s]}' % (b"9" * 400), "$", "64 bits"),
        ("run", b'{"tool": "double", "args": [1], "deadline": "2001-01-01T00:00:00Z"}', "$.deadline", "passed"),
        ("run", b'{"tool": "double", "args": [1], "deadline": "2101-01-01T00:00:00"}', "$.deadline", "offset"),
        ("run", b'{"tool": "double", "args": [1], "timeout_s": -1}', "$.timeout_s", "> 0"),
        ("run", b'{"tool": "double", "id": "t-12"}', "$.id", "given by the intake"),
        ("run", b'{"tool": "double", "id": "two words"}', "$.id", "regex"),
        ("run", b'{"tool": "double", "args": ["' + b"x" * 262_144 + b'"]}', "$", "bytes"),
        ("run", b'{"tool": "double", "args": ["' + b"x" * 520_000 + b'"]}', "$", "bytes"),
        ("juggle", GOOD, "$", "unknown kind"),
        ("learn", b'{"name": "x", "goal": "too few", "examples": []}', "$.examples", "at least 3"),
    ],
)
async def test_what_is_no_task_is_refused_with_place_and_reason(
    poisoner: Poisoner, kind: str, data: bytes, path: str, reason: str
) -> None:
    refused = await poisoner.refused(await poisoner.publish(kind, data))
    assert refused.path == path
    assert reason in refused.reason
    await poisoner.good_is_answered()


async def test_empty_tasks_without_headers_are_refused_and_nobody_stops_hearing_or_reading(poisoner: Poisoner) -> None:
    drive = poisoner.drive
    first = drive.log.last + 1
    for _ in range(EMPTY):
        await poisoner.publish_bare("run", b"")
    await poisoner.good_is_answered()
    await drive.log.until(lambda: refusals_of_json(drive, first) == EMPTY, "every one is refused", NORMAL_S)
    before = drive.log.last
    for zone in ("guard", "council"):
        await drive.kill_zone(zone)
    actors = {"scribe", "intake"}
    await drive.log.until(
        lambda: {said.actor for said in drive.log.said(life.Started, before + 1)} >= actors, "both have read it again"
    )
    await poisoner.good_is_answered()
    _, nonce = await drive.auditor.seal()
    await drive.log.until(
        lambda: any(seal.nonce == nonce for seal in drive.log.said(audit.Checkpoint, before + 1)), "the scribe seals"
    )


def refusals_of_json(drive: Drive, first: int) -> int:
    """How many tasks from this place on were refused since they are no JSON."""
    return sum("JSON" in said.reason for said in drive.log.said(task.Refused, first))


async def test_what_the_server_does_not_take_is_an_error_of_its_publisher(poisoner: Poisoner) -> None:
    for size in (LARGEST_BYTES, LARGEST + 1):
        with pytest.raises(TooLarge):
            await poisoner.publish("run", b" " * size)
    await poisoner.good_is_answered()


async def test_a_second_task_of_one_id_is_refused_and_the_first_is_answered(poisoner: Poisoner) -> None:
    body = b'{"tool": "double", "args": [4], "id": "twin"}'
    first = await poisoner.publish("run", body, identity="delivery-1")
    second = await poisoner.publish("run", body, identity="delivery-2")
    assert (await poisoner.ended("twin"))[1]["result"] == 8
    refused = await poisoner.refused(second)
    assert (refused.path, refused.sequence) == ("$.id", poisoner.taken_over(second))
    assert str(poisoner.taken_over(first)) in refused.reason
    assert refused.task != "twin", "the twin would have two ends"
    await poisoner.good_is_answered()
    assert poisoner.drive.log.ends["twin"] == 1


@pytest.mark.parametrize(
    "lies",
    [
        {"ce-type": "control.Set", "ce-source": "/kurultai/veto"},
        {"ce-input": "1", "ce-cursor": "999999999"},
        {"ce-input": "not a number", "ce-cursor": "nor this"},
        {"ce-time": "yesterday", "ce-specversion": "9.9"},
        {"ce-correlationid": "poison-1"},
        {"ce-correlationid": "two words \u00e9"},
        {"ce-causationid": "x" * 5_000},
        {"traceparent": "garbage"},
        {"traceparent": "00-\n-01", "ce-correlationid": "a\rb"},
        {"content-type": "application/xml", "Content-Encoding": "gzip"},
        {"Status": "503"},
        {"Status": "404", "Description": "No Messages"},
        {"Nats-Sequence": "1", "Nats-Subject": "kurultai.control.foundation", "Nats-Time-Stamp": "never"},
    ],
    ids=lambda lies: ",".join(lies),
)
async def test_a_task_with_headers_that_lie_is_taken_for_what_it_is(poisoner: Poisoner, lies: dict[str, str]) -> None:
    seq = await poisoner.publish("run", GOOD, lies)
    accepted = await poisoner.answer(seq)
    assert name_in(accepted.subject) == type_name(task.Accepted)
    end, body = await poisoner.ended(json.loads(accepted.data)["task"])
    assert (end, body["result"]) == ("Answered", 42)
    await poisoner.good_is_answered()


@pytest.mark.parametrize("name", ["ce-id", "ce-correlationid", "traceparent", "ce-causationid", "x-anything"])
async def test_a_task_whose_headers_fill_the_record_is_answered_and_blocks_nobody(
    poisoner: Poisoner, name: str
) -> None:
    seq = await poisoner.publish("run", GOOD, {"ce-id": f"wide-{name}", name: "x" * (HEADERS - 200)})
    answer = await poisoner.answer(seq)
    if name == "ce-id":
        assert name_in(answer.subject) == type_name(task.Refused)
    else:
        assert (await poisoner.ended(json.loads(answer.data)["task"]))[0] == "Answered"
    await poisoner.good_is_answered()


async def test_a_task_in_the_name_of_a_cancelled_one_is_answered(poisoner: Poisoner) -> None:
    await poisoner.publish("learn", json.dumps(doubling("victim")).encode(), identity="victim")
    await poisoner.publish("cancel", b'{"task": "victim"}', identity="cancel-victim")
    assert (await poisoner.ended("victim"))[0] == "Cancelled"
    seq = await poisoner.publish("run", GOOD, {"ce-id": "impostor", "ce-correlationid": "victim"})
    await poisoner.answer(seq)
    assert (await poisoner.ended("impostor"))[0] == "Answered"


async def test_garbage_in_an_actors_own_name_is_dead_lettered_by_its_hearers(poisoner: Poisoner) -> None:
    drive = poisoner.drive
    seed = drive.council.home.key("intake").seed
    rogue = await NatsConnection.open(drive.council.url, "intake", seed=seed)
    subject = drive.publisher.names.subject("event", "task", "Accepted", "intake")
    seq = await rogue.commit([Draft(subject, b'{"task": 5}', "rogue", {})], None)
    await rogue.close()
    hearers = {edge.hearer for edge in edges(ROSTER) if edge.message == "task.Accepted"}

    def letters() -> list[life.DeadLettered]:
        return [letter for letter in drive.log.said(life.DeadLettered) if letter.input == seq]

    await drive.log.until(lambda: {letter.actor for letter in letters()} == hearers, "a dead letter of each hearer")
    assert {(letter.phase, letter.attempts) for letter in letters()} == {("decode", 1)}
    await poisoner.good_is_answered()


async def test_a_hundred_poisons_at_once_delay_no_good_task(poisoner: Poisoner) -> None:
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range(100):
            group.create_task(poisoner.publish("run", b'{"tool": ' + DEEP, identity=f"flood-{number}"))
    await poisoner.good_is_answered()
    assert time.monotonic() - began < 3 * NORMAL_S


@pytest.mark.parametrize("kind", ["shout", "call"])
async def test_who_says_more_than_the_log_takes_gives_the_input_up_and_goes_on(tmp_path: Path, kind: str) -> None:
    async with driven(tmp_path, "tests.live.councils:LOUD") as drive:
        names = [f"{kind}-{excess}" for excess in (-2_000, -600, -300, -100, -30, 1_000_000)]
        for name in names:
            size = LARGEST + int(name.removeprefix(f"{kind}-"))
            await drive.publish(kind, {"id": name, "size_bytes": size}, name)
        await drive.publish(kind, {"id": "after", "size_bytes": 3}, "after")
        await drive.all_ended(["after"], limit_s=20)
        await drive.log.until(
            lambda: len(drive.log.ends) + len(drive.log.said(life.DeadLettered)) == len(names) + 1, "all have an end"
        )
        assert len(drive.log.said(life.DeadLettered)) >= 3
