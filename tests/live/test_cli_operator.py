"""What an operator decides on is before his eyes: acts that wait, effects that are held, levels that are frozen."""

import asyncio
import json
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from actors.agents.kublai.ledger import REMEMBERED
from bus.keys import load_or_create
from bus.log import Draft
from bus.nats.connection import NatsConnection
from messages import task as tasks
from messages.base import encode
from messages.kernel import actor as life
from runtime.cli.console.exits import Exit
from runtime.client.client import Client
from runtime.directory.settings import Settings
from tests.live.programs import LIMIT_S, Place

SOURCE = "def mask(text):\n    return text[:2] + '*' * (len(text) - 2)\n"
MASK = {
    "id": "mask-1",
    "name": "mask",
    "goal": "hide all but the first two letters of a text",
    "domain": "security",
    "examples": [{"args": [text], "result": text[:2] + "*" * (len(text) - 2)} for text in ("abcdef", "xyz", "hello")],
    "candidate": {"source": SOURCE, "entry": "mask"},
}

DOUBLE = {
    "name": "double",
    "goal": "double a number",
    "examples": [{"args": [number], "result": 2 * number} for number in (1, 4, 10, -3)],
}


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A council that `kurultai up` launched."""
    place = Place(tmp_path_factory.mktemp("operator"))
    program = place.start("up")
    place.url = program.line().strip()
    try:
        yield place
    finally:
        code, said = program.end(signal.SIGINT)
    assert code == Exit.OK, said


def waiting_for(council: Place, task: str) -> dict[str, Any]:
    """The act that waits with the task, as soon as it waits."""
    until = time.monotonic() + LIMIT_S
    while time.monotonic() < until:
        for act in council.data("approve", "-o", "json"):
            if act["task"] == task:
                found: dict[str, Any] = act
                return found
    raise AssertionError(f"no act waits with {task} after {LIMIT_S} s")


def commit(council: Place, name: str, kind: str, message: Any) -> int:
    """The message stands on the log in the identity's name; returns its place."""

    async def work() -> int:
        key = load_or_create(council.home / "keys" / f"{name}.nk")
        connection = await NatsConnection.open(council.url, name, seed=key.seed)
        try:
            subject = f"kurultai.event.{kind}.{name}"
            return await connection.commit([Draft(subject, encode(message), f"test-{time.time_ns()}", {})], None)
        finally:
            await connection.close()

    return asyncio.run(work())


def test_whoever_approves_has_seen_the_code_its_findings_and_its_tests(council: Place) -> None:
    council.good("task", "submit", council.file("mask.json", MASK))
    act = waiting_for(council, "mask-1")
    assert "exhibits" not in act
    for words in (("approve", act["act"], "--dry-run"), ("deny", act["act"], "--dry-run"), ("task", "get", "mask-1")):
        shown = council.good(*words)
        assert "  | def mask(text):" in shown
        assert "domain security" in shown
        assert "mastery 1.00, judged by jochi" in shown
        assert act["digest"][:12] in shown
        assert act["digest"] not in shown
    told = council.data("approve", act["act"], "--dry-run", "-o", "json")
    assert told["exhibits"][0]["text"].strip() == SOURCE.strip()
    assert told["judged"]["mastery"] == 1.0
    assert council.data("task", "get", "mask-1", "-o", "json")["approval"]["act"] == act["act"]
    wrong = council.run("approve", act["act"], "--digest", "0" * 12)
    assert wrong.returncode == Exit.CONFLICT
    assert council.run("approve", act["act"], "--digest", act["digest"][:7]).returncode == Exit.CONFLICT
    council.good("approve", act["act"], "--digest", act["digest"][:12])
    assert council.data("tool", "run", "mask", "secret") == "se****"


def test_a_second_version_is_shown_with_what_would_change(council: Place) -> None:
    better = SOURCE.replace("'*'", "'#'")
    task = {**MASK, "id": "mask-2", "candidate": {"source": better, "entry": "mask"}}
    task["examples"] = [
        {"args": [text], "result": text[:2] + "#" * (len(text) - 2)} for text in ("abcdef", "xyz", "hello")
    ]
    council.good("task", "submit", council.file("mask2.json", task))
    act = waiting_for(council, "mask-2")
    done = council.run("approve", act["act"])
    assert done.returncode == Exit.USAGE
    assert "  | -    return text[:2] + '*'" in done.stdout
    assert "  | +    return text[:2] + '#'" in done.stdout
    assert f"--digest {act['digest'][:12]}" in done.stdout
    council.good("deny", act["act"], "--digest", act["digest"][:12], "--reason", "the star was better")


def test_a_held_effect_is_listed_shown_and_resolved_once(council: Place) -> None:
    assert council.data("held", "ls", "-o", "json") == []
    held = life.Held(actor="model", input=1, intent={"task": "mask-1", "act": "temujin-ask-9", "host": "h"})
    at = commit(council, "model", "actor.Held", held)
    assert "model" in council.good("held", "ls")
    assert [effect["seq"] for effect in council.data("held", "ls", "-o", "json")] == [at]
    assert "temujin-ask-9" in council.good("held", "show", "model", "1")
    assert "may or may not have happened: 1; see `kurultai held ls`" in council.good("status")
    assert council.data("status", "-o", "json")["held"][0]["actor"] == "model"
    assert "held resolve model 1" in council.run("task", "get", "mask-1").stderr
    assert council.data("task", "get", "mask-1", "-o", "json")["held"][0]["input"] == 1
    assert "nothing was ordered" in council.run("held", "resolve", "model", "1", "did-not", "--dry-run").stderr
    said = council.data("held", "resolve", "model", "1", "did-not", "--reason", "asked the provider", "-o", "json")
    assert (said["word"], said["reason"]) == ("did_not", "asked the provider")
    assert council.data("held", "ls", "-o", "json") == []
    again = council.run("held", "resolve", "model", "1", "again")
    assert again.returncode == Exit.NOT_FOUND


def test_health_names_the_command_for_what_is_held(council: Place) -> None:
    commit(council, "model", "actor.Held", life.Held(actor="model", input=2, intent={"task": "mask-1"}))
    until = time.monotonic() + LIMIT_S
    while time.monotonic() < until:
        health = council.data("status", "-o", "json")["health"]
        if health is not None and "kurultai held" in health["answer"]:
            break
    else:
        raise AssertionError(f"health says {json.dumps(health)}")
    council.good("held", "resolve", "model", "2", "happened")


def test_how_a_task_ended_is_found_on_the_log_when_the_council_remembers_it_no_more(council: Place) -> None:
    async def work() -> tuple[tasks.View, tasks.View]:
        async with await Client.connect(Settings(data_dir=str(council.home)), "publisher") as client:
            await client.publish_task("learn", {**DOUBLE, "id": "long-ago"})
            async for _ in client.follow("long-ago"):
                pass
            for number in range(REMEMBERED + 1):
                await client.publish_task("cancel", {"id": f"many-{number}", "task": "nobody"})
            async with asyncio.timeout(4 * LIMIT_S):
                async for _ in client.follow(f"many-{REMEMBERED}"):
                    pass
            return await ended(client, "long-ago"), await ended(client, "many-0")

    async def ended(client: Client, name: str) -> tasks.View:
        return (await client.query(tasks.Find(task=name), tasks.Views)).tasks[0]

    first, second = asyncio.run(work())
    assert (first.phase, first.kind, first.outcome["tool"]) == ("answered", "learn", "double")
    assert (second.phase, second.kind) == ("failed", "cancel")
    assert council.data("task", "get", "long-ago", "-o", "json")["outcome"]["tool"] == "double"


def test_a_shell_completes_tools_and_tasks_of_the_running_council(council: Place) -> None:
    def completed(words: str) -> list[str]:
        more = {"_KURULTAI_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
        return [line.partition(",")[2] for line in council.shell(**more).stdout.splitlines()]

    assert completed("kurultai tool show ma") == ["mask"]
    assert "many-1000" in completed("kurultai task get many-10")


def test_a_freeze_says_how_it_is_lifted_and_status_tells_it_where_programs_read(council: Place) -> None:
    said = council.run("freeze", "--level", "foundation", "--reason", "look", "-o", "json")
    assert said.returncode == Exit.OK
    assert "thaw --level foundation --reason WHY" in said.stderr
    assert "foundation is frozen" in council.good("status")
    council.good("thaw", "--level", "foundation", "--reason", "looked")


def test_orders_answer_in_json(council: Place) -> None:
    done = council.data("tool", "disable", "mask", "--reason", "a test", "-o", "json")
    assert (done["ordered"], done["name"]) == (True, "mask")
    assert council.data("tool", "enable", "mask", "--reason", "a test", "--dry-run", "-o", "json")["ordered"] is False
    council.good("tool", "enable", "mask", "--reason", "a test", "-o", "json")
    assert council.data("soul", "check", "jochi", "-o", "json")["state"] == "unchanged"
    text = council.folder / "text.md"
    text.write_text("1. As ever.\n")
    words = ("soul", "propose", "jochi", "--section", "Working Method", "--file", str(text), "--reason", "a test")
    assert council.data(*words, "-o", "json")["state"] in ("applied", "waits for a person")
