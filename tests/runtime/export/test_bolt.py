"""The graph in a database over Bolt: once, whatever is repeated; without what is no more; beside what others hold."""

from collections.abc import Iterator

import pytest

from messages.tools.memory import Edge, Node
from runtime.export import bolt
from runtime.export.bolt import NotWritten, Written, write
from tests.runtime.export.bolt_server import DATABASE, BoltServer, bolt_server, needs_bolt

pytestmark = needs_bolt

DOUBLE = Node(id="Capability:double", kind="Capability", properties={"name": "double", "runs": 3, "rate": 0.5})
BASE = Node(id="Capability:base", kind="Capability", properties={"name": "base", "options": ["a", "b"]})
AGENT = Node(id="Agent:temujin", kind="Agent", properties={"name": "temujin"})
NEEDS = Edge(kind="REQUIRES", source=DOUBLE.id, target=BASE.id)
LEARNT = Edge(kind="LEARNED", source=AGENT.id, target=DOUBLE.id, properties={"at": 1.5})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoltServer]:
    with bolt_server(tmp_path_factory.mktemp("bolt")) as made:
        yield made


@pytest.fixture
def empty(server: BoltServer) -> BoltServer:
    """The server with nothing in its database."""
    server.rows("MATCH (n) DETACH DELETE n")
    return server


def put(server: BoltServer, nodes: list[Node], edges: list[Edge], council: str = "kurultai") -> Written:
    return write(
        server.url,
        nodes,
        edges,
        council=council,
        user=server.user,
        password=server.password,
        database=DATABASE,
    )


def content(server: BoltServer) -> tuple[list[list[object]], list[list[object]]]:
    """Nodes and edges, without the mark of the export."""
    nodes = server.rows("MATCH (n) RETURN labels(n)[0], n.id, n.name, n.runs, n.rate, n.options ORDER BY n.id")
    edges = server.rows("MATCH (a)-[r]->(b) RETURN a.id, type(r), b.id, r.at ORDER BY a.id, b.id")
    return nodes, edges


def test_nodes_and_edges_stand_there_with_their_properties(empty: BoltServer) -> None:
    done = put(empty, [DOUBLE, BASE, AGENT], [NEEDS, LEARNT])
    assert done == Written(nodes=3, edges=2, deleted_nodes=0, deleted_edges=0)
    nodes, edges = content(empty)
    assert nodes == [
        ["Agent", "kurultai/Agent:temujin", "temujin", None, None, None],
        ["Capability", "kurultai/Capability:base", "base", None, None, ["a", "b"]],
        ["Capability", "kurultai/Capability:double", "double", 3, 0.5, None],
    ]
    assert edges == [
        ["kurultai/Agent:temujin", "LEARNED", "kurultai/Capability:double", 1.5],
        ["kurultai/Capability:double", "REQUIRES", "kurultai/Capability:base", None],
    ]


def test_the_same_graph_again_changes_nothing(empty: BoltServer) -> None:
    put(empty, [DOUBLE, BASE, AGENT], [NEEDS, LEARNT])
    before = content(empty)
    done = put(empty, [DOUBLE, BASE, AGENT], [NEEDS, LEARNT])
    assert (done.deleted_nodes, done.deleted_edges) == (0, 0)
    assert content(empty) == before


def test_what_is_no_more_is_deleted(empty: BoltServer) -> None:
    put(empty, [DOUBLE, BASE, AGENT], [NEEDS, LEARNT])
    poorer = Node(id=DOUBLE.id, kind="Capability", properties={"name": "double"})
    done = put(empty, [poorer, AGENT], [])
    assert done.deleted_nodes == 1
    assert content(empty) == (
        [
            ["Agent", "kurultai/Agent:temujin", "temujin", None, None, None],
            ["Capability", "kurultai/Capability:double", "double", None, None, None],
        ],
        [],
    )


def test_an_edge_that_is_no_more_is_deleted_between_nodes_that_stay(empty: BoltServer) -> None:
    put(empty, [DOUBLE, BASE, AGENT], [NEEDS, LEARNT])
    assert put(empty, [DOUBLE, BASE, AGENT], [LEARNT]).deleted_edges == 1
    assert [edge[1] for edge in content(empty)[1]] == ["LEARNED"]


def test_other_councils_and_other_people_s_nodes_are_left_alone(empty: BoltServer) -> None:
    empty.rows("CREATE (n:Capability {name: 'mine'})")
    put(empty, [DOUBLE], [], council="other")
    put(empty, [DOUBLE, BASE], [NEEDS])
    put(empty, [], [])
    assert sorted(str(node[1]) for node in content(empty)[0]) == ["None", "other/Capability:double"]


def test_many_nodes_are_written_in_batches(empty: BoltServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bolt, "BATCH", 50)
    nodes = [Node(id=f"Execution:{n}", kind="Execution", properties={"seq": n}) for n in range(101)]
    edges = [Edge(kind="EXECUTED_AS", source=AGENT.id, target=node.id) for node in nodes]
    put(empty, [AGENT, *nodes], edges)
    assert empty.rows("MATCH (a)-[r]->(n:Execution) RETURN count(r), max(n.seq)") == [[101, 100]]


def test_a_property_that_the_database_can_t_hold_leaves_everything_as_it_was(empty: BoltServer) -> None:
    put(empty, [DOUBLE], [])
    with pytest.raises(NotWritten):
        put(empty, [BASE, Node(id="Agent:x", kind="Agent", properties={"n": 1 << 70})], [])
    assert [node[1] for node in content(empty)[0]] == ["kurultai/Capability:double"]


def test_a_wrong_password_is_told(server: BoltServer) -> None:
    with pytest.raises(NotWritten, match="root") as caught:
        write(server.url, [], [], council="kurultai", user="root", password="wrong", database=DATABASE)
    assert caught.value.denied


def test_nobody_there_is_told() -> None:
    with pytest.raises(NotWritten, match=r"127\.0\.0\.1:1") as caught:
        write("bolt://127.0.0.1:1", [], [], council="kurultai", user="root", password="x")
    assert caught.value.unreachable
