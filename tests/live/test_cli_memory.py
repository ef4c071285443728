"""`kurultai memory` against one real council, and its graph in a real database: one story, in the order of the file."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.cli.console.exits import Exit
from tests.live.test_cli import DOUBLE, HOPELESS, Place
from tests.runtime.export.bolt_server import DATABASE, bolt_server, needs_bolt

RUNS = 7

SHY = {
    "entry": "double",
    "source": "def double(n):\n    if n == 66:\n        raise ValueError('no')\n    return 2 * n\n",
}
"""A tool that does not do everything it is asked."""


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A council that has learnt to double, done so, was asked for more than it knows, and was asked for nothing."""
    place = Place(tmp_path_factory.mktemp("memory"))
    program = place.start("up")
    assert program.line().startswith("nats://")
    try:
        place.good("learn", place.file("double.json", {**DOUBLE, "candidate": SHY}))
        for number in range(RUNS - 1):
            place.good("tool", "run", "double", str(number))
        assert place.run("tool", "run", "double", "66").returncode == Exit.FAILED
        assert place.run("learn", place.file("hopeless.json", HOPELESS)).returncode == Exit.FAILED
        yield place
    finally:
        code, said = program.end(signal.SIGINT)
    assert code == Exit.OK, said


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_capabilities_are_listed_with_those_in_use_first(council: Place) -> None:
    head, *found = rows(council.good("memory", "ls"))
    assert head[:4] == ["CAPABILITY", "DOMAIN", "STATUS", "TIER"]
    assert [row[:4] for row in found] == [
        ["double", "general", "mastered", "hot"],
        ["oracle", "general", "undone", "cold"],
    ]
    assert [each["name"] for each in council.data("memory", "ls", "--agent", "temujin", "-o", "json")] == ["double"]
    assert council.data("memory", "ls", "--domain", "telephony", "-o", "json") == []


def test_an_agent_that_has_learnt_nothing_is_told_who_has(council: Place) -> None:
    assert "temujin has" in council.run("memory", "ls", "--agent", "ogedei").stderr


def test_a_capability_is_shown_with_its_history(council: Place) -> None:
    told = council.data("memory", "show", "double", "-o", "json")
    assert (told["runs"], told["successes"]) == (RUNS, RUNS - 1)
    assert told["capability"]["status"] == "mastered"
    (way,) = told["learnings"]
    assert way["outcome"] == "learnt"
    assert way["practices"][-1]["passed"]
    assert way["verdicts"][-1]["mastery"] >= 0.85
    assert len(told["executions"]) == RUNS
    text = council.good("memory", "show", "double")
    for part in ("double  mastered, hot", "versions", "learning", "errors", "runs", "ValueError"):
        assert part in text


def test_rates_need_more_than_five_runs(council: Place) -> None:
    (rate,) = council.data("memory", "rates", "-o", "json")
    assert (rate["name"], rate["runs"], rate["rate"]) == ("double", RUNS, pytest.approx((RUNS - 1) / RUNS))
    assert rows(council.good("memory", "rates"))[1][:2] == ["double", "general"]
    assert council.data("memory", "rates", "--more-than", str(RUNS), "-o", "json") == []


def test_gaps_are_what_was_asked_for_in_vain(council: Place) -> None:
    found = council.data("memory", "gaps", "-o", "json")
    assert [(gap["name"], gap["failed"]) for gap in found["gaps"]] == [("oracle", 1)]
    assert found["domains"] == [{"domain": "general", "demand": 1}]
    assert "oracle" in council.good("memory", "gaps")


def test_prerequisites_are_told_and_their_absence_too(council: Place) -> None:
    assert council.data("memory", "requires", "double", "-o", "json")["known"]
    assert "double needs no other" in council.run("memory", "requires", "double").stderr


def test_what_may_serve_a_text_is_found(council: Place) -> None:
    (match,) = council.data("memory", "relevant", "double a number", "-o", "json")
    assert match["capability"]["name"] == "double"
    assert "double" in council.good("memory", "relevant", "double", "this", "number")


def test_experience_is_recalled_with_advice(council: Place) -> None:
    found = council.data("memory", "recall", "double a number", "-o", "json")
    assert (found["advice"], found["name"]) == ("use", "double")
    assert len(found["executions"]) == RUNS
    assert council.good("memory", "recall", "double a number").startswith("use: double ")
    assert council.data("memory", "recall", "brew coffee", "-o", "json")["advice"] == "learn"


@pytest.mark.parametrize("command", ["show", "requires"])
def test_a_name_that_is_not_remembered_is_told_with_those_that_are(council: Place, command: str) -> None:
    done = council.run("memory", command, "doubel")
    assert done.returncode == Exit.NOT_FOUND
    assert "there are double, oracle" in done.stderr
    assert council.run("memory", command, "Not-A-Name").returncode == Exit.NOT_FOUND


def test_a_text_that_is_too_long_is_a_mistake_in_the_call(council: Place) -> None:
    assert council.run("memory", "recall", "x" * 2_001).returncode == Exit.USAGE


def test_the_state_is_the_same_when_it_is_read_from_the_log(council: Place) -> None:
    state = council.data("status", "memory", "-o", "json")
    assert "double" in json.dumps(state)


# The graph.


def test_the_graph_is_written_to_a_file_and_not_over_another(council: Place, tmp_path: Path) -> None:
    file = tmp_path / "graph.json"
    done = council.run("memory", "export", "--json", str(file))
    assert done.returncode == Exit.OK
    graph = json.loads(file.read_text())
    assert graph["council"] == "kurultai"
    known = {node["id"] for node in graph["nodes"]}
    assert {"Capability:double", "Agent:temujin", "Tool:double@1"} <= known
    assert all({edge["source"], edge["target"]} <= known for edge in graph["edges"])
    assert f"{len(known)} nodes" in done.stderr
    assert council.run("memory", "export", "--json", str(file)).returncode == Exit.CONFLICT
    assert council.run("memory", "export", "--json", str(file), "--force").returncode == Exit.OK
    assert list(tmp_path.iterdir()) == [file]


def test_a_dry_run_writes_nothing(council: Place, tmp_path: Path) -> None:
    done = council.run("memory", "export", "--json", str(tmp_path / "g"), "--bolt", "bolt://127.0.0.1:1", "--dry-run")
    assert done.returncode == Exit.OK
    assert "nothing was written" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.bolt
@needs_bolt[1]
def test_the_graph_is_written_to_a_database_as_often_as_one_likes(council: Place, tmp_path: Path) -> None:
    with bolt_server(tmp_path) as server:
        words = ("memory", "export", "--bolt", server.url, "--user", server.user, "--database", DATABASE)
        for _ in range(2):
            done = council.shell(*words, NEO4J_PASSWORD=server.password)
            assert done.returncode == Exit.OK, done.stderr
            assert "0 nodes and 0 edges that are no more" in done.stderr
        assert calls(server) == RUNS
        council.good("tool", "run", "double", "3")
        assert council.shell(*words, NEO4J_PASSWORD=server.password).returncode == Exit.OK
        assert calls(server) == RUNS + 1


def calls(server: Any) -> int:
    found: int = server.rows(
        "MATCH (:Capability {name: 'double'})<-[:IMPLEMENTS]-()-[:EXECUTED_AS]->(e) RETURN count(e)"
    )[0][0]
    return found


def test_a_database_that_is_not_there_is_told(council: Place) -> None:
    pytest.importorskip("neo4j")
    done = council.shell("memory", "export", "--bolt", "bolt://127.0.0.1:1", NEO4J_PASSWORD="x")
    assert done.returncode == Exit.UNREACHABLE
    assert "no database answers at bolt://127.0.0.1:1" in done.stderr
