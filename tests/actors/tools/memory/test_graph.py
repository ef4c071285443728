"""The state as a graph: every kind of node and edge, in parts that fit an answer."""

import itertools
import subprocess
import sys
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from actors.tools.memory import graph
from messages.tools import memory
from messages.tools.memory import EdgeKind, NodeKind
from tests.actors.tools.memory.story import Memory, attempted, practised, researched, validated
from tests.pace import patience

ROOT = Path(__file__).parents[4]
LARGEST_BYTES = 1 << 20


def lived() -> Memory:
    """A memory that holds something of every kind."""
    made = Memory()
    made.learnt("base")
    named = made.accepted("double", "double a number")
    for message in (researched(named), attempted(named, "double", failed=2), practised(named), validated(named)):
        made.hears(message)
    made.registered(named, "double", requires=("base",))
    made.ran("double", "++-")
    return made


def parts(made: Memory) -> list[memory.Subgraph]:
    found = [made.asked(memory.Graph())]
    while found[-1].next is not None:
        found.append(made.asked(memory.Graph(after=found[-1].next)))
    return found


def test_every_kind_of_node_and_edge_is_there() -> None:
    (found,) = parts(lived())
    assert {node.kind for node in found.nodes} == set(get_args(NodeKind))
    assert {edge.kind for edge in found.edges} == set(get_args(EdgeKind))


def test_every_edge_joins_nodes_that_are_there_and_no_node_comes_twice() -> None:
    (found,) = parts(lived())
    known = [node.id for node in found.nodes]
    assert len(known) == len(set(known))
    assert {end for edge in found.edges for end in (edge.source, edge.target)} <= set(known)


def test_what_another_only_names_keeps_what_is_known_of_it() -> None:
    (found,) = parts(lived())
    known = {node.id: node.properties for node in found.nodes}
    assert known["Capability:base"]["description"] == "do base"
    assert known["Tool:double@1"]["origin"] == "composition"


def test_properties_are_plain_values() -> None:
    for part in parts(lived()):
        for item in (*part.nodes, *part.edges):
            for value in item.properties.values():
                assert isinstance(value, (str, int, float, bool)) or all(isinstance(each, str) for each in value)


def test_the_stages_of_a_task_follow_each_other() -> None:
    (found,) = parts(lived())
    stages = [
        node.properties for node in found.nodes if node.kind == "LearningStage" and node.properties["task"] == "L2"
    ]
    assert [stage["stage"] for stage in stages] == ["accepted", "research", "practice", "validation", "registration"]
    assert all(one["ended_at"] == two["began_at"] for one, two in itertools.pairwise(stages))


def test_a_large_graph_comes_in_parts_that_fit_and_together_are_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Memory()
    for number in range(40):
        requires = (f"tool_{number + 1:02}",) if number % 2 else ()
        made.learnt(f"tool_{number:02}", requires=requires)
        made.ran(f"tool_{number:02}", "+-")
    (whole,) = parts(made)
    monkeypatch.setattr(graph, "PART_BYTES", 5_000)
    found = parts(made)
    assert len(found) > 5
    merged: dict[str, dict[str, object]] = {}
    for part in found:
        for node in part.nodes:
            merged.setdefault(node.id, {}).update(node.properties)
    assert merged == {node.id: node.properties for node in whole.nodes}
    assert [edge for part in found for edge in part.edges] == list(whole.edges)


def test_the_largest_capability_fits_an_answer() -> None:
    made = Memory()
    for version in range(20):
        made.learnt("x" * 64, "é" * 2_000, version=version + 1)
    for _ in range(1_000):
        made.bench.actor.state.recent.append(
            graph.Execution(10**9, "x" * 64, 10, "t" * 128, 1_800_000_000.123456, False, error="é" * 120)
        )
    (found,) = [made.asked(memory.Graph())]
    assert len(msgspec.json.encode(found)) + graph.PART_BYTES < LARGEST_BYTES


def test_networkx_takes_the_whole_graph() -> None:
    (found,) = parts(lived())
    made = graph.networkx_of((*found.nodes, *found.edges))
    assert made.number_of_nodes() == len(found.nodes)
    assert made.number_of_edges() == len(found.edges)
    assert made.nodes["Capability:double"]["status"] == "mastered"
    assert made.has_edge("Capability:double", "Capability:base", key="REQUIRES")


def test_networkx_is_imported_only_where_something_is_needed() -> None:
    code = (
        "import sys\n"
        "from messages.tools import memory\n"
        "from tests.actors.tools.memory.story import Memory\n"
        "made = Memory()\n"
        "made.learnt('a'); made.learnt('b', requires=('a',))\n"
        "for question in (memory.Find(), memory.Rates(), memory.Gaps(), memory.Recall(text='do a'), memory.Graph(),\n"
        "                 memory.Requires(name='a')): made.asked(question)\n"
        "assert 'networkx' not in sys.modules\n"
        "made.asked(memory.Requires(name='b'))\n"
        "assert 'networkx' in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=patience(60))
    assert done.returncode == 0, done.stderr
