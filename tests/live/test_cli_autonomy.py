"""The commands about autonomy on a real council: what a person sees before anything was measured, and signed orders."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from messages.autonomy import activation
from tests.live.driving import Drive, driven
from tests.pace import patience

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def drive(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Drive]:
    async with driven(tmp_path_factory.mktemp("wants"), "actors.roster:ROSTER") as council:
        yield council


class Done(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


async def called(drive: Drive, *words: str) -> Done:
    """The command beside the council, whose supervisor runs on this loop and must not stand still meanwhile."""
    home = str(drive.council.settings.data_dir)
    command = (sys.executable, "-m", "runtime.cli.main", "--data-dir", home, *words)
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    async with asyncio.timeout(patience(60)):
        stdout, stderr = await process.communicate()
    assert process.returncode is not None
    return Done(process.returncode, stdout.decode(), stderr.decode())


async def data(drive: Drive, *words: str) -> Any:
    done = await called(drive, *words, "-o", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


async def test_a_new_council_says_what_it_does_not_know_and_acts_on_none_of_it(drive: Drive) -> None:
    wants = (await data(drive, "status"))["autonomy"]
    assert (wants["stage"], wants["ceiling"], wants["score"]) == ("checking", "advisory", None)
    shown = (await called(drive, "status")).stdout
    assert "autonomy: checking, ceiling advisory" in shown
    assert "stability: not enough data" in shown
    assert await data(drive, "goal", "ls") == {"goals": [], "forbidden": [], "missing": "how long the resources last"}


async def test_the_weights_are_shown_beside_their_baseline(drive: Drive) -> None:
    found = await data(drive, "value", "show")
    assert found["weights"] == found["baseline"]
    assert sum(found["weights"].values()) == pytest.approx(1)
    assert await data(drive, "value", "history") == []
    assert "drift 0.000 (nominal)" in (await called(drive, "value", "show")).stderr


async def test_the_ceiling_is_set_by_a_signed_order(drive: Drive) -> None:
    assert (await data(drive, "ceiling", "show"))["seq"] == 0
    assert await data(drive, "ceiling", "set", "half", "--reason", "try it", "--dry-run") == {"ordered": False}
    assert drive.log.said(activation.CeilingSet) == []
    ordered = await data(drive, "ceiling", "set", "half", "--reason", "try it")
    assert ordered["ordered"]
    assert (await data(drive, "ceiling", "show"))["reason"] == "try it"
    assert (await data(drive, "status"))["autonomy"]["ceiling"] == "half"


async def test_a_kind_of_goal_is_forbidden_and_allowed_again(drive: Drive) -> None:
    assert (await data(drive, "goal", "forbid", "exploratory", "--reason", "not now"))["ordered"]
    assert (await data(drive, "goal", "ls"))["forbidden"] == ["exploratory"]
    assert (await data(drive, "goal", "allow", "exploratory", "--reason", "again"))["ordered"]
    assert (await data(drive, "goal", "ls"))["forbidden"] == []


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("goal", "show", "g-9"), 3, "no goal 'g-9'"),
        (("goal", "revoke", "g-9", "--reason", "r"), 4, "no goal g-9 is on its way"),
        (("goal", "allow", "exploratory", "--reason", "r"), 4, "is not forbidden"),
        (("goal", "show", "a b"), 2, "$.goal: Expected"),
        (("goal", "revoke", "a b", "--reason", "r"), 2, "goal.Revoke can't be sent: $.goal"),
        (("goal", "forbid", "", "--reason", "r"), 2, "goal.Forbid can't be sent: $.what"),
        (("ceiling", "clear", "x" * 200, "--reason", "r"), 2, "order.Clear can't be sent: $.pattern"),
        (("ceiling", "set", "frozen", "--reason", "r"), 2, "'frozen' is not one of"),
        (("ceiling", "set", "most", "--reason", "r"), 2, "'most' is not one of"),
        (("ceiling", "set", "half"), 2, "--reason"),
        (("charter", "set", "/no/such/file", "--reason", "r"), 2, "does not exist"),
    ],
)
async def test_what_can_not_be_done_is_said(drive: Drive, words: tuple[str, ...], code: int, told: str) -> None:
    done = await called(drive, *words)
    assert done.returncode == code, done.stderr
    assert told in done.stderr


async def test_a_chain_of_thought_is_kept_checked_and_forgotten(drive: Drive) -> None:
    async def session(*words: str) -> Done:
        return await called(drive, "session", *words)

    assert (await session("start", "case", "--goal", "who broke the server")).returncode == 0
    held = await data(drive, "session", "remember", "case", "The door was closed", "--pinned", "--item", "door")
    assert (held["item"], held["state"], held["coherence"]) == ("door", "held", 1.0)
    lost = await session("conclude", "case", "The door was open")
    assert "s2 is backtracked: door says otherwise" in lost.stderr
    await session("conclude", "case", "Bob came in", "--rests-on", "key")
    checked = await session("check", "case")
    assert (checked.returncode, "gap: s3: key is not there" in checked.stderr) == (1, True)
    await session("remember", "case", "Bob had a key", "--item", "key")
    assert (await session("check", "case")).returncode == 0
    assert (await data(drive, "session", "recall", "case", "who had a key?"))[0]["item"]["name"] == "key"
    assert "case     100%" in (await session("ls")).stdout
    shown = (await called(drive, "status", "--cognition")).stdout
    assert "working memory: 1 sessions" in shown
    assert "  case: coherence 100%" in shown
    assert "habits: 0 patterns, 0 chains of calls" in shown
    told = await data(drive, "status", "--cognition")
    assert (told["sessions"][0]["session"], told["trials"]) == ("case", [])
    refused = await session("forget", "case", "key")
    assert "s3 rest on key: forget those first" in refused.stderr
    assert (await session("forget", "case")).returncode == 0
    gone = await session("show", "case")
    assert (gone.returncode, "was forgotten" in gone.stderr) == (3, True)


async def test_a_frozen_memory_says_so_and_nothing_is_published(drive: Drive) -> None:
    assert (await called(drive, "freeze", "--level", "autonomy", "--reason", "a look")).returncode == 0
    try:
        done = await called(drive, "session", "start", "cold", "--goal", "g")
        assert done.returncode == 6
        assert "autonomy is frozen since" in done.stderr
        assert "Nothing was published" in done.stderr
    finally:
        await called(drive, "thaw", "--level", "autonomy", "--reason", "seen")
