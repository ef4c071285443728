"""The model service's worker against a service that speaks the protocol, and breaks it in every way that it may."""

import hashlib
import json
import logging
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from actors.edge.model.endpoint import BODY_BYTES
from actors.edge.model.worker import Model
from actors.tools.spec.interface import digest_of
from messages import model
from messages.base import Message, encode
from tests.actors.edge.model.service import (
    KEY,
    Service,
    Step,
    complaint,
    completion,
    dripping,
    endless,
    http,
    proposal,
    slow,
    truncated,
)
from tests.pace import patience

SOURCE = "def double(n):\n    return 2 * n\n"
GOOD = proposal(SOURCE, "double")
ROOT = Path(__file__).parents[4]
PRICES = {"usd_per_million_in": 2.0, "usd_per_million_out": 8.0}
MOST_USD = 0.01117
"""Of one try: (17 bytes of prompt + 2,000 of frame) * 2 + 892 tokens * 8, per million."""


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_KEY", KEY)


def settings(base_url: str, **more: Any) -> Model.Settings:
    quick = {"timeout_s": 5.0, "backoff_s": 0.0, "longest_wait_s": 0.1, "max_tokens": 892}
    return Model.Settings(**{"base_url": base_url, "model": "m-1", "key_env": "MODEL_KEY", **PRICES, **quick, **more})


def ask(**more: Any) -> model.Ask:
    return model.Ask(
        **{"act": "A", "task": "L", "agent": "t", "system": "rules", "user": "double it!!", "usd": 1.0} | more
    )


QUOTE = model.Quote(act="A", task="L", agent="t", prompt_bytes=len("rules\ndouble it!!"))


async def said_to(worker: Model, message: model.Quote | model.Ask) -> list[Message]:
    works: AsyncIterator[Message] = (
        worker.on_quote(message) if isinstance(message, model.Quote) else worker.on_ask(message)
    )
    return [said async for said in works]


async def outcome(*steps: Step, **more: Any) -> tuple[Any, Service]:
    """What the worker says at last, after it announced the question, and the service that it said it to."""
    async with Service(*steps) as service:
        announced, last = await said_to(Model(settings(service.base_url, **more)), ask())
    assert isinstance(announced, model.Asked)
    return last, service


async def test_a_question_is_announced_by_its_digest_and_answered_with_code_and_costs() -> None:
    async with Service(GOOD) as service:
        announced, answered = await said_to(Model(settings(service.base_url)), ask())
    assert announced == model.Asked(
        act="A",
        task="L",
        agent="t",
        model="m-1",
        host="127.0.0.1",
        prompt=hashlib.sha256(b"rules\ndouble it!!").hexdigest(),
    )
    assert answered == model.Answered(
        act="A",
        task="L",
        agent="t",
        source=SOURCE,
        entry="double",
        explanation="as shown",
        digest=digest_of(SOURCE, "double"),
        tokens_in=1_000,
        tokens_out=500,
        usd=0.006,
    )


def test_the_library_is_loaded_with_the_first_question_and_not_before() -> None:
    code = "import sys, actors.roster; sys.exit('httpx2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=patience(60)).returncode == 0


async def test_a_request_has_the_form_of_the_protocol() -> None:
    _, service = await outcome(GOOD)
    (asked,) = service.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert (asked.body["model"], asked.body["max_tokens"]) == ("m-1", 892)
    assert [message["role"] for message in asked.body["messages"]] == ["system", "user"]
    assert asked.body["response_format"]["type"] == "json_schema"


async def test_a_quote_is_for_all_tries_and_what_is_asked_stays_within_it() -> None:
    async with Service(slow) as service:
        worker = Model(settings(service.base_url, timeout_s=0.1, tries=2))
        (quoted,) = await said_to(worker, QUOTE)
        assert isinstance(quoted, model.Quoted)
        assert quoted.usd == pytest.approx(2 * MOST_USD)
        assert quoted.within_s == pytest.approx(2 * 0.1 + 0.1)
        failed = (await said_to(worker, ask(usd=quoted.usd)))[-1]
    assert isinstance(failed, model.Failed)
    assert failed.usd == pytest.approx(quoted.usd)


@pytest.mark.parametrize(
    ("given", "configured", "part"),
    [
        (
            {"base_url": ""},
            False,
            "set [actors.model] base_url and model, and the key in the environment variable MODEL_",
        ),
        ({"model": ""}, True, "set model under [actors.model]"),
        ({"usd_per_million_out": None}, True, "has no price: set usd_per_million_in and usd_per_million_out"),
        ({"key_env": "NO_SUCH_KEY"}, True, "put it into the environment variable NO_SUCH_KEY"),
    ],
)
async def test_without_all_that_it_needs_nothing_is_asked(given: dict[str, Any], configured: bool, part: str) -> None:
    worker = Model(settings(**{"base_url": "https://model.invalid/v1", **given}))
    (unavailable,) = await said_to(worker, QUOTE)
    assert isinstance(unavailable, model.Unavailable)
    assert unavailable.configured is configured
    assert part in unavailable.reason
    (failed,) = await said_to(worker, ask())
    assert isinstance(failed, model.Failed)
    assert (failed.reason, failed.usd) == (unavailable.reason, 0.0)


async def test_a_key_with_a_line_break_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_KEY", "sk-one\nsk-two")
    (unavailable,) = await said_to(Model(settings("https://model.invalid/v1")), QUOTE)
    assert isinstance(unavailable, model.Unavailable)
    assert "MODEL_KEY holds characters" in unavailable.reason
    assert "sk-one" not in unavailable.reason


async def test_a_service_on_this_machine_needs_no_key() -> None:
    answered, service = await outcome(GOOD, key_env="")
    assert isinstance(answered, model.Answered)
    assert "authorization" not in service.asked[0].headers


async def test_what_is_not_reserved_is_not_spent() -> None:
    async with Service(GOOD) as service:
        (failed,) = await said_to(Model(settings(service.base_url)), ask(usd=0.001))
    assert isinstance(failed, model.Failed)
    assert "0.0010 are reserved" in failed.reason
    assert service.asked == []


@pytest.mark.parametrize("first", [http(500), http(503), complaint(429, "slow down"), truncated(GOOD), http(529)])
async def test_what_may_pass_is_tried_again(first: Step) -> None:
    answered, service = await outcome(first, GOOD)
    assert isinstance(answered, model.Answered)
    assert len(service.asked) == 2
    sent = first is not None and not isinstance(first, bytes)
    assert answered.usd == pytest.approx(0.006 + (MOST_USD if sent else 0.0))


async def test_a_service_that_says_when_is_asked_again_then_but_not_too_late() -> None:
    began = time.monotonic()
    answered, _ = await outcome(complaint(429, "later", retry_after="3600"), GOOD, longest_wait_s=0.3)
    assert isinstance(answered, model.Answered)
    assert 0.3 <= time.monotonic() - began < patience(3.0)


@pytest.mark.parametrize("step", [slow, dripping])
async def test_what_takes_too_long_is_given_up_and_may_have_cost_money(step: Step) -> None:
    failed, service = await outcome(step, timeout_s=0.2, tries=2)
    assert isinstance(failed, model.Failed)
    assert "no answer of the model service in 0.2 s; tried 2 times" in failed.reason
    assert len(service.asked) == 2
    assert failed.usd == pytest.approx(2 * MOST_USD)


async def test_tries_come_to_an_end() -> None:
    failed, service = await outcome(complaint(500, "out of order"), tries=3)
    assert failed.reason == "the model service answers 500: out of order; tried 3 times"
    assert (len(service.asked), failed.usd) == (3, 0.0)


async def test_a_service_that_is_not_there_is_told_and_has_cost_nothing() -> None:
    async with Service(GOOD) as service:
        gone = service.base_url
    failed = (await said_to(Model(settings(gone)), ask()))[-1]
    assert isinstance(failed, model.Failed)
    assert "can't be reached" in failed.reason
    assert failed.usd == 0.0


@pytest.mark.parametrize(
    ("step", "part"),
    [
        (complaint(401, f"bad key {KEY}"), "refuses the key in MODEL_KEY (401)"),
        (complaint(403, f"bad key {KEY}"), "refuses the key in MODEL_KEY (403)"),
        (complaint(404, "no such model m-1"), "no such address or model (404): check base_url and model"),
        (complaint(413, f"too long, {KEY}"), "refuses the question (413): too long, [key]"),
        (http(301, b"", location="http://elsewhere.invalid/"), "has moved (301): set base_url"),
    ],
)
async def test_what_will_not_pass_is_not_tried_again(step: Step, part: str) -> None:
    failed, service = await outcome(step)
    assert isinstance(failed, model.Failed)
    assert part in failed.reason
    assert (len(service.asked), failed.usd, failed.misshapen) == (1, 0.0, False)


def no_schema(asked: Any) -> bytes:
    if "response_format" in asked.body:
        return complaint(400, "response_format is not supported")
    return completion(f"Here it is:\n```json\n{json.dumps({'source': SOURCE, 'entry': 'double'})}\n```\nEnjoy!")


async def test_a_service_without_schemas_is_asked_in_words_alone() -> None:
    answered, service = await outcome(no_schema)
    assert isinstance(answered, model.Answered)
    assert answered.source == SOURCE
    assert len(service.asked) == 2


def newer(asked: Any) -> bytes:
    if "max_tokens" in asked.body:
        return complaint(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
    return GOOD


async def test_a_service_that_wants_the_limit_under_its_newer_name_gets_it_and_the_schema() -> None:
    answered, service = await outcome(newer)
    assert isinstance(answered, model.Answered)
    assert service.asked[-1].body["max_completion_tokens"] == 892
    assert "response_format" in service.asked[-1].body


async def test_a_request_that_is_refused_in_every_form_has_failed() -> None:
    failed, service = await outcome(complaint(400, "max_completion_tokens and all else is wrong"))
    assert "refuses the question (400)" in failed.reason
    assert len(service.asked) == 3


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("I would rather not.", "is no JSON"),
        ("", "is empty"),
        ("[1, 2]", "has not the form"),
        ('{"source": 1, "entry": "f"}', "`$.source`"),
        ('{"source": "", "entry": "f"}', "`$.source`"),
        ('{"source": "x", "entry": "f", "run": "rm"}', "unknown field `run`"),
        ('{"source": "x", "entry": "F; import os"}', "`$.entry`"),
        (json.dumps({"source": "x" * 50_001, "entry": "f"}), "`$.source`"),
        ("[" * 100_000, "has not the form"),
        ("```python\ndef f():\n    pass\n```", "is no JSON"),
    ],
)
async def test_an_answer_of_another_form_is_shown_as_such_and_paid(content: str, part: str) -> None:
    failed, _ = await outcome(completion(content))
    assert isinstance(failed, model.Failed)
    assert failed.misshapen
    assert part in failed.reason
    assert content.startswith(failed.answer)
    assert failed.usd == 0.006


async def test_an_answer_that_was_cut_off_is_told_as_such() -> None:
    failed, _ = await outcome(completion('{"source": "def f', finish="length"))
    assert "cut off" in failed.reason


@pytest.mark.parametrize(
    "body",
    [b"not json", b'{"choices": []}', b'{"choices": [{"message": 3}]}', b"\xff\xfe", b"", b'{"x":' + b"[" * 100_000],
)
async def test_a_service_that_does_not_speak_the_protocol_is_told_and_counted_in_full(body: bytes) -> None:
    failed, service = await outcome(http(200, body))
    assert isinstance(failed, model.Failed)
    assert "does not speak the protocol" in failed.reason
    assert (len(service.asked), failed.misshapen) == (1, False)
    assert failed.usd == pytest.approx(MOST_USD)


async def test_an_answer_without_end_is_cut_off_and_counted_in_full() -> None:
    failed, service = await outcome(endless)
    assert f"more than {BODY_BYTES} bytes" in failed.reason
    assert len(service.asked) == 1
    assert failed.usd == pytest.approx(MOST_USD)


async def test_a_service_that_counts_no_tokens_is_counted_in_full() -> None:
    answered, _ = await outcome(completion(json.dumps({"source": SOURCE, "entry": "double"}), tokens=None))
    assert answered.usd == pytest.approx(MOST_USD)


async def test_tokens_beyond_all_measure_are_counted_as_far_as_a_message_can_say() -> None:
    content = json.dumps({"source": SOURCE, "entry": "double"})
    answered, _ = await outcome(completion(content, tokens=(2**52, 2**52)))
    assert answered.usd == 1_000_000.0


async def test_a_key_that_comes_back_is_blotted_out() -> None:
    answered, _ = await outcome(proposal(f"def double(n):\n    return '{KEY}'\n", "double", KEY))
    assert isinstance(answered, model.Answered)
    assert "return '[key]'" in answered.source
    assert answered.explanation == "[key]"
    assert answered.digest == digest_of(answered.source, "double")


STEPS: list[Step] = [
    GOOD,
    complaint(401, f"Incorrect API key provided: {KEY}"),
    complaint(400, f"what is {KEY}?"),
    complaint(500, KEY),
    completion(f"my key is {KEY}"),
    completion(f'{{"{KEY}": 1}}'),
    http(200, KEY.encode()),
    http(200, {KEY: 1}, **{KEY: KEY}),
    truncated(completion(KEY)),
    endless,
]


@pytest.mark.parametrize("step", STEPS)
async def test_the_key_is_never_told(step: Step, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as logged:
        async with Service(step) as service:
            worker = Model(settings(service.base_url, tries=2))
            await worker.open()
            said = await said_to(worker, ask()) + await said_to(worker, QUOTE)
    assert service.asked[0].headers["authorization"] == f"Bearer {KEY}"
    told = "".join(encode(message).decode() for message in said) + caplog.text + str(logged) + repr(vars(worker))
    assert KEY not in told


async def test_a_wrong_key_is_told_by_the_name_of_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_KEY", "sk-wrong-9876543210")
    failed, _ = await outcome(GOOD)
    assert failed.reason == "the model service refuses the key in MODEL_KEY (401)"


@pytest.mark.parametrize(
    ("base_url", "warned"),
    [
        ("http://model.invalid/v1", True),
        ("https://model.invalid/v1", False),
        ("http://[::1]:80/v1", False),
        ("", False),
    ],
)
async def test_a_key_in_the_clear_is_warned_of(base_url: str, warned: bool) -> None:
    with structlog.testing.capture_logs() as logged:
        await Model(settings(base_url)).open()
    assert [entry["log_level"] for entry in logged] == ["warning"] * warned
