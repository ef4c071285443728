"""Each command as its user meets it: programs of their own against one real council."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bus.keys import load_or_create
from bus.log import Draft
from bus.nats.connection import NatsConnection
from messages.base import encode
from messages.gate import approval
from runtime.cli.console.exits import Exit
from tests.live.programs import LIMIT_S, Place

DOUBLE = {
    "goal": "double a number",
    "name": "double",
    "examples": [{"args": [n], "result": 2 * n} for n in (1, 4, 10, -3)],
}
HOPELESS = {
    "goal": "know the unknowable",
    "name": "oracle",
    "examples": [{"args": [n], "result": f"{n * 7919 % 101}-{n ^ 0x5A}!"} for n in range(4)],
    "timeout_s": 2,
}
CALL = '{"tool": "double", "args": [8]}'


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A council that `kurultai up` launched, and that has learnt to double."""
    place = Place(tmp_path_factory.mktemp("cli"))
    program = place.start("up")
    place.url = program.line().strip()
    try:
        assert place.url.startswith("nats://127.0.0.1:")
        place.good("learn", place.file("double.json", DOUBLE))
        yield place
    finally:
        code, said = program.end(signal.SIGINT)
    assert code == Exit.OK, said
    assert "finished first" in said
    assert not (place.home / "run" / "council.json").exists()


# Launch.


def test_a_second_council_in_the_same_place_is_refused_and_the_first_is_named(council: Place) -> None:
    done = council.shell("up")
    assert done.returncode == Exit.CONFLICT
    assert council.url in done.stderr


def test_a_port_that_is_taken_is_named(council: Place) -> None:
    port = council.url.rpartition(":")[2]
    done = council.shell("up", "--data-dir", "elsewhere", "--port", port)
    assert done.returncode == Exit.UNREACHABLE
    assert port in done.stderr


def test_a_council_ends_well_at_sigterm_and_says_that_it_was_unsafe(tmp_path: Path) -> None:
    place = Place(tmp_path)
    program = place.start("up", "--no-sync")
    assert program.line().startswith("nats://")
    code, said = program.end(signal.SIGTERM)
    assert code == Exit.OK
    assert "unsafe: commits are acknowledged before they are on the disk" in said


# Tasks and tools.


def test_learning_shows_its_phases_and_then_the_source(council: Place) -> None:
    done = council.shell("learn", "-", "--timeout", "25", given=json.dumps({**DOUBLE, "name": "twice"}))
    assert done.returncode == Exit.OK
    assert [phase for phase in ("research", "practice", "validation", "enrolment") if phase in done.stderr] == [
        "research",
        "practice",
        "validation",
        "enrolment",
    ]
    assert "twice version 1 is learnt" in done.stdout
    assert "def " in done.stdout


def test_a_task_that_fails_ends_with_one_and_its_reason(council: Place) -> None:
    done = council.shell("learn", council.file("hopeless.json", HOPELESS), "--timeout", "25")
    assert done.returncode == Exit.FAILED
    assert "failed:" in done.stderr
    assert done.stdout == ""


def test_a_task_that_is_not_done_in_time_ends_with_124_and_goes_on(council: Place) -> None:
    file = council.file("slow.json", {**HOPELESS, "id": "slow-1"})
    done = council.run("task", "submit", file, "--wait", "--timeout", "0.1")
    assert done.returncode == Exit.TIMEOUT
    assert "kurultai task get slow-1" in done.stderr


def test_a_submitted_task_is_listed_and_shown_under_its_own_name(council: Place) -> None:
    council.file("run.json", {"tool": "double", "args": [5]})
    result = council.data("task", "submit", "run.json", "--kind", "run", "--id", "five-1", "--wait")
    assert result == 10
    view = council.data("task", "get", "five-1", "-o", "json")
    assert (view["kind"], view["phase"], view["outcome"]) == ("run", "answered", 10)
    assert "five-1" in council.good("task", "ls")
    (newest,) = council.data("task", "ls", "--limit", "1", "-o", "json")
    assert (newest["task"], "outcome" in newest) == ("five-1", False)


def test_a_task_without_wait_gives_its_id_alone(council: Place) -> None:
    given = 'tool = "double"\nargs = [6]\n'
    assert council.good("task", "submit", "-", "--kind", "run", "--id", "six-1", given=given) == "six-1\n"


def test_a_second_task_of_the_same_name_is_a_conflict(council: Place) -> None:
    words = ("task", "submit", "-", "--kind", "run", "--id", "again-1")
    given = json.dumps({"tool": "double", "args": [7]})
    council.good(*words, given=given)
    assert council.run(*words, given=given).returncode == Exit.CONFLICT


def test_a_bad_task_is_refused_with_all_its_faults_and_nothing_reaches_the_log(council: Place) -> None:
    before = council.data("tap", "task.>", "--last", "1", "--no-follow", "-o", "jsonl")["seq"]
    done = council.shell("learn", "-", given=json.dumps({"goal": 1, "nmae": "x"}))
    assert done.returncode == Exit.USAGE
    for told in ("$.goal", "$.nmae", "Did you mean 'name'?", "$.name: Missing"):
        assert told in done.stderr
    assert council.data("tap", "task.>", "--last", "1", "--no-follow", "-o", "jsonl")["seq"] == before


@pytest.mark.parametrize(
    ("words", "given", "told"),
    [
        (("learn", "-"), "{nope", "standard input"),
        (("learn", "missing.json"), "", "missing.json"),
        (("task", "submit", "-", "--kind", "lern"), "{}", "learn"),
        (("learn",), "", "FILE"),
    ],
    ids=["not-json", "no-file", "no-kind", "no-argument"],
)
def test_a_task_that_can_not_be_one_is_a_mistake_in_the_call(
    council: Place, words: tuple[str, ...], given: str, told: str
) -> None:
    done = council.run(*words, given=given)
    assert done.returncode == Exit.USAGE
    assert told in done.stderr


def test_a_dry_run_publishes_nothing(council: Place) -> None:
    before = council.data("tap", "task.>", "--last", "1", "--no-follow", "-o", "jsonl")["seq"]
    assert "nothing was published" in council.run("learn", "double.json", "--dry-run").stderr
    assert council.data("tap", "task.>", "--last", "1", "--no-follow", "-o", "jsonl")["seq"] == before


@pytest.mark.parametrize(
    "words",
    [
        "task get no-such-task",
        "task cancel no-such-task",
        "tool show no_such_tool",
        "tool show Not-A-Name",
        "tool run no_such_tool 1",
        "tool run double 1 --version 99",
        "status nobody",
        "why no-such-message",
        "dead show 1",
        "dead replay kublai 1",
        "approve no-such-act --digest d",
        "soul show nobody",
        "soul show jochi --version 99",
        "soul restore jochi 99 --reason r",
        "soul propose jochi --section Nope --remove --reason r",
        "soul check nobody",
        "tap --from-seq 99999999 --no-follow",
    ],
)
def test_what_nobody_knows_is_not_found(council: Place, words: str) -> None:
    assert council.run(*words.split()).returncode == Exit.NOT_FOUND


def test_a_task_that_has_ended_can_not_be_cancelled(council: Place) -> None:
    council.good("task", "submit", "-", "--kind", "run", "--id", "over-1", "--wait", given=CALL)
    assert council.run("task", "cancel", "over-1").returncode == Exit.CONFLICT


def test_a_task_in_hand_is_cancelled(council: Place) -> None:
    council.good("task", "submit", "-", given=json.dumps({**HOPELESS, "id": "doomed-1", "timeout_s": 60}))
    council.good("task", "cancel", "doomed-1", "--reason", "changed my mind")
    view = council.data("task", "get", "doomed-1", "-o", "json")
    assert (view["phase"], view["outcome"]) == ("cancelled", "changed my mind")


def test_a_tool_is_listed_shown_and_run(council: Place) -> None:
    assert "double" in council.good("tool", "ls")
    assert council.data("tool", "show", "double", "-o", "json")["spec"]["name"] == "double"
    assert council.shell("tool", "run", "double", "21").stdout == "42\n"
    assert council.data("tool", "run", "double", "--args", "[-4]") == -8
    assert council.data("tool", "run", "double", "-5") == -10


def test_a_tool_is_tried_on_its_own_examples_again(council: Place) -> None:
    assert council.good("tool", "recheck", "double").startswith("double, version 1: ")
    found = council.data("tool", "recheck", "double", "--version", "1", "-o", "json")
    assert (found["broken"], found["held"] > 0) == (0, True)
    assert council.run("tool", "recheck", "dubble").returncode == Exit.NOT_FOUND


def test_a_tool_that_raises_ends_with_one_and_the_reason(council: Place) -> None:
    done = council.run("tool", "run", "double", "1", "2")
    assert done.returncode == Exit.FAILED
    assert "failed:" in done.stderr


def test_a_tool_is_found_by_words_called_by_name_and_governed_by_an_operator(council: Place) -> None:
    triple = {
        "goal": "triple a number",
        "name": "triple",
        "examples": [{"args": [n], "result": 3 * n} for n in (1, 4, 10, -3)],
        "candidate": {"entry": "f", "source": "def f(n, times=3):\n    return n * times\n"},
        "about": {
            "category": "analysis",
            "changelog": "first",
            "parameters": {"n": {"description": "what is tripled"}},
        },
    }
    council.good("learn", council.file("triple.json", triple))
    council.good("learn", council.file("triple.json", {**triple, "about": {"bump": "minor"}}))
    assert council.data("tool", "ls", "--query", "triple numbers", "-o", "json")[0]["semver"] == "1.1.0"
    assert council.data("tool", "ls", "--category", "analysis", "-o", "json") == []
    assert council.data("tool", "run", "triple", "--named", "n=4", "--named", '{"times": 2}') == 8
    refused = council.run("tool", "run", "triple", "four")
    assert (refused.returncode, "$.n: expected number" in refused.stderr) == (Exit.FAILED, True)

    back = ("tool", "rollback", "triple", "--to", "1.0.0", "--reason", "as before")
    assert "Nothing was ordered" in council.run(*back, "--dry-run").stderr
    council.good(*back)
    assert council.run(*back).returncode == Exit.CONFLICT
    shown = council.good("tool", "show", "triple")
    assert "version 1 (1.0.0) of 2" in shown
    assert "n: number  what is tripled" in shown
    assert "* 1 (1.0.0)  full" in shown
    assert council.data("tool", "run", "triple", "2", "--version", "1.1.0") == 6
    assert council.run("tool", "run", "triple", "2", "--version", "1.2.0").returncode == Exit.NOT_FOUND

    council.good("tool", "disable", "triple", "--reason", "it leaks")
    assert "is disabled: it leaks" in council.run("tool", "run", "triple", "2").stderr
    assert council.run("tool", "disable", "triple", "--reason", "again").returncode == Exit.CONFLICT
    council.good("tool", "enable", "triple", "--reason", "mended")
    council.good("tool", "deprecate", "triple", "--replacement", "double", "--reason", "too much")
    done = council.run("tool", "run", "triple", "2")
    assert (done.stdout, "use 'double'" in done.stderr) == ("6\n", True)
    mistaken = council.run("tool", "disable", "tripel", "--reason", "r")
    assert (mistaken.returncode, "triple" in mistaken.stderr) == (Exit.NOT_FOUND, True)


# Identities, and words in another encoding.


def test_an_identity_is_added_used_and_revoked_at_once(council: Place) -> None:
    path = council.good("auth", "add", "guest", "--role", "publisher").strip()
    assert path.endswith("publisher-guest.nk")
    given = '{"tool":"double","args":[9]}'
    assert council.data("task", "submit", "-", "--kind", "run", "--wait", "--as", "guest", given=given) == 18
    listed = council.data("auth", "ls", "-o", "json")
    assert {"role": "publisher", "name": "guest"}.items() <= next(
        one for one in listed if one["name"] == "guest"
    ).items()
    assert council.run("auth", "add", "guest", "--role", "publisher").returncode == Exit.USAGE
    council.good("auth", "revoke", "guest")
    assert council.run("task", "ls", "--as", "guest").returncode == Exit.DENIED
    assert council.run("auth", "revoke", "guest").returncode == Exit.NOT_FOUND
    assert council.data("tool", "run", "double", "3") == 6


def test_words_that_are_no_utf8_end_no_command_with_a_traceback(council: Place) -> None:
    word = os.fsdecode(b"caf\xe9")
    for words in (("memory", "recall", word), ("tool", "run", "double", word), ("thaw", "--reason", word)):
        assert "Traceback" not in council.run(*words).stderr
    try:
        done = council.run("freeze", "--level", "autonomy", "--reason", word)
        assert done.returncode == Exit.OK, done.stderr
        assert (
            council.data("tap", "control.*", "--last", "1", "--no-follow", "-o", "jsonl")["data"]["reason"]
            == "caf\ufffd"
        )
    finally:
        council.run("thaw", "--reason", "seen")


# The log.


def test_a_tap_gives_history_and_then_what_comes_without_gap_or_repetition(council: Place) -> None:
    program = council.start("tap", "event.task.>", "--last", "2", "-o", "jsonl")
    seen = [json.loads(program.line()) for _ in range(2)]
    for number in range(3):
        council.good("tool", "run", "double", str(number))
    while len([record for record in seen if "Answered" in record["subject"]]) < 3:
        seen.append(json.loads(program.line()))
    assert program.end(signal.SIGINT)[0] == Exit.INTERRUPTED
    first, last = seen[0]["seq"], seen[-1]["seq"]
    text = council.good("tap", "event.task.>", "--from-seq", str(first), "--no-follow", "-o", "jsonl")
    stored = [json.loads(line)["seq"] for line in text.splitlines()]
    assert [record["seq"] for record in seen] == [seq for seq in stored if seq <= last]


def test_a_tap_since_a_time_begins_there(council: Place) -> None:
    everything = council.good("tap", "--since", "1h", "--no-follow", "-o", "jsonl").splitlines()
    assert json.loads(everything[0])["seq"] == 1
    at = time.time()
    council.good("tool", "run", "double", "3")
    seconds = time.time() - at + 0.2
    late = council.good("tap", "task.>", "--since", f"{seconds:.1f}s", "--no-follow", "-o", "cloudevents").splitlines()
    assert 1 <= len(late) < len(everything)
    event = json.loads(late[-1])
    assert (event["type"], event["data"]["tool"]) == ("task.run", "double")


@pytest.mark.parametrize("words", ["--since soon", "a..b", "--last 3 --from-seq 1", "-o xml"])
def test_a_tap_that_can_not_be_meant_is_a_mistake_in_the_call(council: Place, words: str) -> None:
    assert council.run("tap", *words.split()).returncode == Exit.USAGE


def test_why_shows_the_whole_family_whichever_member_is_named(council: Place) -> None:
    council.good("task", "submit", "-", "--kind", "run", "--id", "cause-1", "--wait", given=CALL)
    family = council.data("why", "cause-1", "-o", "json")
    assert family[0]["subject"] == "kurultai.task.run"
    assert family[0]["parent"] is None
    (answer,) = (record for record in family if ".task.Answered." in record["subject"])
    assert council.data("why", str(answer["seq"]), "-o", "json") == family
    assert council.data("why", answer["headers"]["ce-id"], "-o", "json") == family
    drawn = council.good("why", str(answer["seq"]))
    assert "kublai task.Answered" in drawn
    assert drawn.count("<--") == 1


# The council.


def test_status_shows_every_actor_and_what_it_does(council: Place) -> None:
    found = council.data("status", "-o", "json")
    rows = {row["actor"]: row for row in found["actors"]}
    assert rows["veto"]["level"] == "guard"
    assert rows["kublai"]["mode"] == "full"
    assert all(row["step"] != "silent" for row in rows.values())
    assert found["url"] == council.url


def test_the_state_of_an_actor_is_read_from_the_log_also_as_it_was(council: Place) -> None:
    now = council.data("status", "registry")
    assert "double" in json.dumps(now["state"])
    before = council.data("status", "registry", "--at", "1")
    assert "double" not in json.dumps(before["state"])
    assert council.run("status", "sandbox").returncode == Exit.USAGE
    assert council.run("status", "registry", "--at", "99999999").returncode == Exit.NOT_FOUND


def test_a_freeze_is_proved_before_it_is_said_and_nothing_is_worked_on_until_the_thaw(council: Place) -> None:
    assert "nothing was ordered" in council.run("freeze", "--reason", "look", "--dry-run").stderr
    done = council.shell("freeze", "--reason", "look", "-o", "json")
    try:
        assert done.returncode == Exit.OK, done.stderr
        settled = {one["level"]: one for one in json.loads(done.stdout)}
        assert {"kublai", "sandbox", "registry"} <= set(settled["foundation"]["verified"])
        assert settled["foundation"]["killed"] == []
        assert done.stderr.rindex("verified\n") < done.stderr.index("foundation: FROZEN")
        assert "frozen already" in council.run("freeze", "--reason", "again").stderr
        refused = council.shell("tool", "run", "double", "2")
        assert refused.returncode == Exit.FROZEN
        assert "look" in refused.stderr
        ordered = council.run("soul", "check", "kublai")
        assert (ordered.returncode, "Nothing was ordered" in ordered.stderr) == (Exit.FROZEN, True)
        given = '{"tool":"double","args":[9]}'
        council.good("task", "submit", "-", "--kind", "run", "--id", "later-1", given=given)
        assert "frozen" in council.good("status")
    finally:
        thawed = council.run("thaw", "--reason", "seen", "-o", "json")
    assert {one["level"] for one in json.loads(thawed.stdout)} == {"foundation", "autonomy"}
    assert "nothing is frozen" in council.run("thaw", "--reason", "again").stderr
    assert council.data("tool", "run", "double", "2") == 4
    assert council.data("task", "get", "later-1", "-o", "json")["outcome"] == 18


def test_one_level_alone_is_frozen_and_thawed(council: Place) -> None:
    frozen = council.data("freeze", "--level", "autonomy", "--reason", "alone", "-o", "json")
    try:
        assert [one["level"] for one in frozen] == ["autonomy"]
        assert council.data("tool", "run", "double", "1") == 2
    finally:
        council.good("thaw", "--level", "autonomy", "--reason", "done")


@pytest.mark.parametrize("words", ["freeze", "thaw", "freeze --level guard --reason x", "deny x"])
def test_an_order_without_its_reason_or_for_the_guard_is_a_mistake_in_the_call(council: Place, words: str) -> None:
    assert council.run(*words.split()).returncode == Exit.USAGE


def commit(council: Place, name: str, subject: str, data: bytes) -> int:
    """A record that only this identity may put on the log; returns its place."""

    async def said() -> int:
        seed = load_or_create(council.home / "keys" / f"{name}.nk").seed
        connection = await NatsConnection.open(council.url, name, seed=seed)
        try:
            identity = f"test-{time.time_ns()}"
            headers = {"ce-id": identity, "ce-time": "2026-01-01T00:00:00.000000Z"}
            return await connection.commit([Draft(subject, data, identity, headers)], None)
        finally:
            await connection.close()

    return asyncio.run(said())


def test_a_dead_input_is_listed_shown_and_tried_again(council: Place) -> None:
    seq = commit(council, "operator", "kurultai.command.order.Thaw.operator", b'{"level":"autonomy"}')
    listed: list[dict[str, Any]] = []
    until = time.monotonic() + LIMIT_S
    while not listed and time.monotonic() < until:
        listed = [letter for letter in council.data("dead", "ls", "-o", "json") if letter["input"] == seq]
    assert [letter["actor"] for letter in listed] == ["veto"]
    shown = council.data("dead", "show", str(seq), "-o", "json")
    assert shown["input"]["data"] == {"level": "autonomy"}
    assert "nothing was ordered" in council.run("dead", "replay", "veto", str(seq), "--dry-run").stderr
    order = council.data("dead", "replay", "veto", str(seq))
    record = council.data("why", str(order), "-o", "json")[0]
    assert record["subject"] == "kurultai.command.actor.Replay.operator.veto"


def test_an_approval_is_worth_nothing_for_another_digest_or_an_act_that_the_registry_does_not_know(
    council: Place,
) -> None:
    requested = approval.Requested(act="act-1", digest="d1", summary="learn it", expires_at=time.time() + 60)
    commit(council, "registry", "kurultai.event.approval.Requested.registry", encode(requested))
    other = council.run("approve", "act-1", "--digest", "d2")
    assert other.returncode == Exit.CONFLICT
    assert "d1" in other.stderr
    assert "nothing was ordered" in council.run("approve", "act-1", "--digest", "d1", "--dry-run").stderr
    late = msgspec.structs.replace(requested, act="act-2", expires_at=time.time() - 1)
    commit(council, "registry", "kurultai.event.approval.Requested.registry", encode(late))
    assert council.run("deny", "act-2", "--digest", "d1").returncode in (Exit.CONFLICT, Exit.NOT_FOUND)


# SOULs.


def approved(council: Place, act: str) -> None:
    """An operator approves the act that waits."""
    waiting = {each["act"]: each["digest"] for each in council.data("approve", "-o", "json")}
    decided = council.data("approve", act, "--digest", waiting[act], "-o", "json")
    assert (decided["act"], decided["decision"]) == (act, "approved")


def until_version(council: Place, agent: str, version: int) -> dict[str, Any]:
    """The agent's SOUL as soon as it has this version."""
    until = time.monotonic() + LIMIT_S
    while time.monotonic() < until:
        shown: dict[str, Any] = council.data("soul", "show", agent, "-o", "json")
        if shown["version"] >= version:
            return shown
    raise AssertionError(f"{agent} has no version {version} after {LIMIT_S} s: {shown}")


def test_a_learnt_tool_stands_in_the_soul_of_its_maker_and_in_its_file(council: Place) -> None:
    shown = until_version(council, "temujin", 2)
    assert "- `double(" in shown["text"]
    assert (council.home / "souls" / "temujin" / "SOUL.md").read_text() == council.good("soul", "show", "temujin")
    assert "double" not in council.good("soul", "show", "temujin", "--version", "1")
    assert "temujin" in council.good("soul", "ls")
    assert '"text"' not in council.good("soul", "ls", "-o", "json")


def test_a_section_is_proposed_applied_and_brought_back(council: Place) -> None:
    (council.folder / "notes.md").write_text("I count by hand.\n")
    words = ("soul", "propose", "mongke", "--section", "notes", "--file", "notes.md", "--reason", "a note")
    assert "nothing was ordered" in council.run(*words, "--dry-run").stderr
    assert "mongke version 2 is in force" in council.run(*words).stderr
    assert council.run(*words).returncode == Exit.DENIED
    assert "version 3 is in force" in council.run("soul", "restore", "mongke", "1", "--reason", "back").stderr
    assert council.run("soul", "restore", "mongke", "1", "--reason", "back").returncode == Exit.CONFLICT
    past = council.data("soul", "history", "mongke", "-o", "json")["versions"]
    assert [one["version"] for one in past] == [1, 2, 3]
    assert past[2]["digest"] == past[0]["digest"]


def test_a_protected_section_waits_for_an_approval_that_names_its_digest(council: Place) -> None:
    shown = council.good("soul", "show", "ogedei")
    boundaries = shown.partition("## Boundaries\n\n")[2].partition("\n\n##")[0] + "\n- I MUST NOT be late.\n"
    words = ("soul", "propose", "ogedei", "--section", "Boundaries", "--file", "-", "--reason", "punctual")
    done = council.run(*words, given=boundaries)
    assert done.returncode == Exit.OK, done.stderr
    act = done.stdout.split()[2]
    assert f"kurultai approve {act} --digest " in done.stdout
    assert done.stdout.strip() in council.good("approve")
    without = council.run("approve", act)
    assert without.returncode == Exit.USAGE
    assert "--digest is required" in without.stderr
    assert "  | +- I MUST NOT be late." in without.stdout
    asked = council.run("approve", act, "-o", "json")
    assert (asked.returncode, json.loads(asked.stdout)["act"]) == (Exit.USAGE, act)
    approved(council, act)
    assert "I MUST NOT be late" in until_version(council, "ogedei", 2)["text"]


def test_a_file_edited_by_hand_is_taken_in_or_put_aside(council: Place) -> None:
    file = council.home / "souls" / "kublai" / "SOUL.md"
    assert "holds what is in force" in council.run("soul", "check", "kublai").stderr
    text = file.read_text()
    file.write_text("nonsense")
    done = council.run("soul", "check", "kublai")
    assert done.returncode == Exit.DENIED
    assert "no sections" in done.stderr
    assert "SOUL.md.rejected-1" in done.stderr
    assert file.read_text() == text
    file.write_text(text + "\n## Notes\n\nBy hand.\n")
    assert "version 2 is in force" in council.run("soul", "check", "kublai").stderr


@pytest.mark.parametrize(
    "words",
    [
        "soul propose jochi --section Notes --reason r",
        "soul propose jochi --section Notes --file x --remove --reason r",
        "soul propose jochi --section Notes --remove",
        "soul propose jochi --section Notes --file no-such-file --reason r",
        "soul restore jochi 0 --reason r",
    ],
)
def test_an_order_about_a_soul_that_is_not_whole_is_a_mistake_in_the_call(council: Place, words: str) -> None:
    assert council.run(*words.split()).returncode == Exit.USAGE


def test_a_text_that_is_not_utf_8_or_too_long_is_a_mistake_in_the_call(council: Place) -> None:
    words = ("soul", "propose", "jochi", "--section", "Notes", "--file", "bad.md", "--reason", "r")
    for data, told in ((b"\xff", "not UTF-8 at byte 0"), (b"x" * 70_000, "at most 65536")):
        (council.folder / "bad.md").write_bytes(data)
        done = council.run(*words)
        assert done.returncode == Exit.USAGE
        assert told in done.stderr


def test_an_export_is_verified_and_an_edited_one_is_not(council: Place) -> None:
    council.good("audit", "export", "log.jsonl")
    assert council.run("audit", "export", "log.jsonl").returncode == Exit.CONFLICT
    report = council.data("audit", "verify", "log.jsonl", "-o", "json")
    assert (report["sealed"], report["verdict"], report["pinned"], report["fresh"]) == (True, "good", True, [])
    key = report["keys"][0]
    assert council.data("audit", "verify", "log.jsonl", "--key", key, "-o", "json")["pinned"] is True
    lines = (council.folder / "log.jsonl").read_text().splitlines(keepends=True)
    place = next(index for index, line in enumerate(lines) if "double a number" in line)
    lines[place] = lines[place].replace("double a number", "halve a number!")
    (council.folder / "edited.jsonl").write_text("".join(lines))
    edited = council.shell("audit", "verify", "edited.jsonl")
    assert edited.returncode == Exit.FAILED
    assert f"record {json.loads(lines[place])['seq']} " in edited.stderr


def test_an_export_answers_the_nonce_that_its_verifier_chose(council: Place) -> None:
    council.good("audit", "export", "old.jsonl")
    council.good("audit", "export", "fresh.jsonl", "--nonce", "chosen-by-me-1")
    key = (council.home / "keys" / "scribe-signing.pub").read_text().strip()
    told = council.good("audit", "verify", "fresh.jsonl", "--nonce", "chosen-by-me-1", "--key", key)
    assert told.splitlines()[-1] == "GOOD"
    old = council.good("audit", "verify", "old.jsonl")
    assert "a shorter history can't be excluded" in old
    assert old.splitlines()[-1].startswith("GOOD THROUGH RECORD ")
    assert council.good("audit", "verify", "fresh.jsonl", "--previous", "old.jsonl").splitlines()[-1] == "GOOD"
    for words in (("--nonce", "chosen-by-me-1"), ("--previous", "fresh.jsonl"), ("--not-before", "9" * 9)):
        assert council.run("audit", "verify", "old.jsonl", *words).returncode == Exit.FAILED, words
    assert council.run("audit", "export", "x.jsonl", "--nonce", "short").returncode == Exit.USAGE
    assert council.run("audit", "verify", "--live", "--nonce", "chosen-by-me-1").returncode == Exit.USAGE


def test_the_running_log_is_verified_where_it_is(council: Place) -> None:
    report = council.data("audit", "verify", "--live", "-o", "json")
    assert report["unsealed"] == 0
    assert report["fence"]["violated"] == 0
    assert council.run("audit", "verify").returncode == Exit.USAGE


def test_doctor_finds_the_embedded_server_safe(council: Place) -> None:
    findings = {one["name"]: one for one in json.loads(council.shell("doctor", "-o", "json").stdout)}
    for name in ("server", "identities", "log", "sync", "replicas", "permissions", "keys", "clock"):
        assert findings[name]["state"] == "ok", findings[name]


# Ways that lead nowhere.


def test_a_key_that_the_server_does_not_know_is_denied(council: Place) -> None:
    load_or_create(council.folder / "strange" / "publisher.nk")
    done = council.shell("task", "ls", "--url", council.url, "--keys", "strange")
    assert done.returncode == Exit.DENIED
    assert "--keys" in done.stderr


def test_a_key_that_is_not_there_is_denied_and_none_is_made(council: Place) -> None:
    done = council.run("task", "ls", "--url", council.url, "--keys", "nothing")
    assert done.returncode == Exit.DENIED
    assert not (council.folder / "nothing").exists()


def test_a_key_that_others_may_read_is_denied(council: Place) -> None:
    load_or_create(council.folder / "open" / "publisher.nk")
    (council.folder / "open" / "publisher.nk").chmod(0o644)
    done = council.run("task", "ls", "--url", council.url, "--keys", "open")
    assert done.returncode == Exit.DENIED
    assert "chmod 600" in done.stderr


def test_a_server_that_is_not_there_is_said_at_once(council: Place) -> None:
    began = time.monotonic()
    done = council.run("task", "ls", "--url", "nats://127.0.0.1:1")
    assert done.returncode == Exit.UNREACHABLE
    assert "127.0.0.1:1" in done.stderr
    assert time.monotonic() - began < LIMIT_S / 3


def test_another_name_than_that_of_the_council_is_not_found(council: Place) -> None:
    done = council.run("status", "--council", "other")
    assert done.returncode == Exit.UNREACHABLE
    assert "kurultai, not other" in done.stderr


def test_the_user_is_found_by_the_url_in_the_environment(council: Place) -> None:
    more = {"NATS_URL": council.url, "KURULTAI_KEYS": str(council.home / "keys"), "KURULTAI_DATA_DIR": "unused"}
    assert "double" in council.shell("tool", "ls", **more).stdout
