"""A graph in a database that speaks Cypher over Bolt: what is written is there once, what is no more is gone."""

import contextlib
import itertools
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar, get_args

import msgspec

from messages.tools.memory import Edge, EdgeKind, Node, NodeKind

if TYPE_CHECKING:
    import neo4j

BATCH: Final = 1_000
"""Nodes or edges in one statement. *chosen*: some hundred kilobytes"""

T = TypeVar("T")


class NoDriver(Exception):
    """The driver is not installed."""


class NotWritten(Exception):
    """The database did not take the graph; it holds what it held before."""

    def __init__(self, message: str, *, denied: bool = False, unreachable: bool = False) -> None:
        super().__init__(message)
        self.denied = denied
        self.unreachable = unreachable


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What an export came to."""

    nodes: int
    edges: int
    deleted_nodes: int
    deleted_edges: int


def write(
    url: str,
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    *,
    council: str,
    user: str,
    password: str,
    database: str | None = None,
) -> Written:
    """The database holds this graph of the council, and no other of it, all in one transaction.

    Raises NoDriver, or NotWritten with the reason. Nodes of others are left alone: ours have `council` set.
    """
    try:
        import neo4j
        from neo4j.exceptions import AuthError, DriverError, Neo4jError, ServiceUnavailable
    except ImportError as error:
        raise NoDriver(str(error)) from error
    try:
        with (
            neo4j.GraphDatabase.driver(url, auth=(user, password)) as driver,
            driver.session(database=database) as session,
        ):
            for kind in get_args(NodeKind):
                # Some databases have another syntax, or let only their owner make an index; it is slower without.
                with contextlib.suppress(Neo4jError):
                    session.run(_index(kind)).consume()
            return session.execute_write(_replace, nodes, edges, council)
    except AuthError as error:
        raise NotWritten(f"{url} does not let {user!r} in: {error}", denied=True) from error
    except ServiceUnavailable as error:
        raise NotWritten(f"no database answers at {url}: {error}", unreachable=True) from error
    except (Neo4jError, DriverError, ValueError, OverflowError) as error:
        raise NotWritten(f"{url}: {error}") from error


def _replace(
    transaction: "neo4j.ManagedTransaction", nodes: Sequence[Node], edges: Sequence[Edge], council: str
) -> Written:
    """Everything is merged under the mark of this export; what has another mark is swept out."""
    mark = {"council": council, "export": uuid.uuid4().hex}
    for statement, rows in (*_node_statements(nodes, mark), *_edge_statements(edges, nodes, mark)):
        for batch in _batches(rows):
            transaction.run(statement, rows=batch).consume()
    gone = [transaction.run(statement, mark).consume().counters for statement in _sweeps()]
    return Written(
        nodes=len(nodes),
        edges=len(edges),
        deleted_nodes=sum(each.nodes_deleted for each in gone),
        deleted_edges=sum(each.relationships_deleted for each in gone),
    )


def _node_statements(nodes: Sequence[Node], mark: Mapping[str, str]) -> Iterator[tuple[str, list[Any]]]:
    for kind in get_args(NodeKind):
        rows = [
            {"id": _global(node.id, mark), "properties": {**node.properties, **mark, "id": _global(node.id, mark)}}
            for node in nodes
            if node.kind == kind
        ]
        yield f"UNWIND $rows AS row MERGE (n:{kind} {{id: row.id}}) SET n = row.properties", rows


def _edge_statements(
    edges: Sequence[Edge], nodes: Sequence[Node], mark: Mapping[str, str]
) -> Iterator[tuple[str, list[Any]]]:
    kinds = {node.id: node.kind for node in nodes}
    grouped: dict[tuple[str, str, str], list[Any]] = {}
    for edge in edges:
        ends = {"source": _global(edge.source, mark), "target": _global(edge.target, mark)}
        row = {**ends, "properties": {**edge.properties, **mark}}
        grouped.setdefault((edge.kind, kinds[edge.source], kinds[edge.target]), []).append(row)
    for (kind, source, target), rows in grouped.items():
        statement = (
            f"UNWIND $rows AS row MATCH (a:{source} {{id: row.source}}) MATCH (b:{target} {{id: row.target}}) "
            f"MERGE (a)-[r:{kind}]->(b) SET r = row.properties"
        )
        yield statement, rows


def _sweeps() -> Iterator[str]:
    others = "x.council = $council AND x.export <> $export"
    for kind in get_args(EdgeKind):
        yield f"MATCH ()-[x:{kind}]->() WHERE {others} DELETE x"
    for kind in get_args(NodeKind):
        yield f"MATCH (x:{kind}) WHERE {others} DETACH DELETE x"


def _index(kind: str) -> str:
    return f"CREATE INDEX kurultai_{kind.lower()}_id IF NOT EXISTS FOR (n:{kind}) ON (n.id)"


def _global(identity: str, mark: Mapping[str, str]) -> str:
    """The node's name among those of all councils."""
    return f"{mark['council']}/{identity}"


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(rows)
    while batch := list(itertools.islice(remaining, BATCH)):
        yield batch
