"""Header blocks taken apart: none makes a reader fail, and what can't be read is marked."""

import asyncio
import random

import pytest

from bus.headers import UNREADABLE, name_of, parsed
from bus.nats.client import FastClient


@pytest.mark.parametrize(
    ("block", "found"),
    [
        (b"NATS/1.0\r\nA: 1\r\nB:2\r\n\r\n", {"A": "1", "B": "2"}),
        (b"NATS/1.0\r\nA: 1\r\nA: 2\r\n\r\n", {"A": "2"}),
        (b"NATS/1.0\r\nno colon\r\nA: x:y \r\n\r\n", {"A": "x:y"}),
        (b"NATS/1.0\r\nA: \xff\r\n\r\n", {"A": "�"}),
        (b"NATS/1.0\r\nA: \x00\r\n\r\n", {"A": "\x00"}),
        (b"NATS/1.0 503\r\n\r\n", {"Status": "503"}),
        (b"NATS/1.0 404 No Messages\r\n\r\n", {"Status": "404", "Description": "No Messages"}),
        (
            b"NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 7\r\n\r\n",
            {"Status": "100", "Description": "Idle Heartbeat", "Nats-Last-Consumer": "7"},
        ),
        (b"NATS/1.1 \xff\r\n\r\n", {UNREADABLE: b"NATS/1.1 \xff".hex()}),
        (b"NATS/1.1\r\nNats-Sequence: 4\r\n\r\n", {"Nats-Sequence": "4", UNREADABLE: b"NATS/1.1".hex()}),
        (b"\xff" * 17, {UNREADABLE: "ff" * 17}),
        (b"", {UNREADABLE: ""}),
        (b"NATS/1.0\r\nNats-Subject: x\r\nNats-Subject: a.\x0b\xff\r\n\r\n", {"Nats-Subject": "a.\x0b\\xff"}),
    ],
)
def test_a_block_is_taken_apart_as_far_as_it_goes(block: bytes, found: dict[str, str]) -> None:
    assert parsed(block) == found


def test_no_bytes_make_it_fail_and_the_same_bytes_give_the_same() -> None:
    dice = random.Random(7)
    for _ in range(5_000):
        block = dice.choice((b"", b"NATS/1.0", b"NATS/1.0 ", b"NATS/1.0\r\n")) + dice.randbytes(dice.randrange(60))
        found = parsed(block)
        assert found == parsed(block)
        for name, value in found.items():
            name.encode()
            value.encode()


def test_different_subjects_stay_different_though_they_are_no_text() -> None:
    assert name_of(b"kurultai.task.learn") == "kurultai.task.learn"
    assert len({name_of(b"kurultai.task.\xff"), name_of(b"kurultai.task.\xfe"), name_of(b"kurultai.task.\xef")}) == 3


@pytest.mark.asyncio
async def test_an_answer_that_nobody_waits_for_any_more_ends_no_reading() -> None:
    """A flush that has timed out leaves its ping behind; the library's own reading ended for good at its answer."""
    client = FastClient()
    given_up: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    given_up.cancel()
    waiting: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    client._pongs += [given_up, waiting]
    await client._ps.parse(b"PONG\r\nPO")
    assert not waiting.done()
    await client._ps.parse(b"NG\r\n")
    assert waiting.result()


@pytest.mark.asyncio
async def test_frames_are_taken_apart_wherever_they_are_cut() -> None:
    """Subject, reply, headers and payload as bytes that are no text, one byte at a time."""
    block = b"NATS/1.1 \xff\r\n\r\n"
    stream = (
        b"+OK\r\nMSG a.\xff 1 3\r\nabc\r\nHMSG\ta.\x0b\x0c 1\t_R.\xfe %d %d\r\n%b\r\n\r\n"
        % (len(block), len(block) + 2, block)
        + b"-ERR 'Permissions Violation for Publish to \"\xff\"'\r\n"
    )
    heard: list[tuple[str, str, bytes, dict[str, str] | None]] = []
    errors: list[Exception] = []

    class Hearing(FastClient):
        async def _process_msg(self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes) -> None:
            made = self._build_message(sid, subject, reply, data, await self._process_headers(headers))
            heard.append((made.subject, made.reply, made.data, made.headers))

    async def said(error: Exception) -> None:
        errors.append(error)

    client = Hearing()
    client._error_cb = said
    for index in range(len(stream)):
        await client._ps.parse(stream[index : index + 1])
    assert heard == [
        ("a.\\xff", "", b"abc", None),
        ("a.\x0b\x0c", "_R.\\xfe", b"\r\n", {UNREADABLE: b"NATS/1.1 \xff".hex()}),
    ]
    assert len(errors) == 1
