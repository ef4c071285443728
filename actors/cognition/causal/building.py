"""Table and graph to a `Model`: each edge with its strength, its form, its parameters and how sure it is."""

import msgspec
import numpy as np

from actors.cognition.causal.form import form
from actors.cognition.causal.learning import Learned
from actors.cognition.causal.model import FORMAT, Edge, Model, packed
from actors.cognition.causal.regression import Response
from actors.cognition.causal.strength import canonical, mutual_information
from actors.cognition.causal.table import Edges, Matrix, Table, embedded

Z95 = 1.96


def built(read: Table, learned: Learned) -> Model:
    """The model."""
    whole, blocks = embedded(read.columns, read.rows)
    weak = learned.searched & ~learned.graph
    edges = [_edge(read, learned, (tail, head), whole, blocks) for tail, head in _pairs(learned.graph)]
    rows, acted, lines = packed(read.rows, read.acted, read.lines)
    return Model(
        format=FORMAT,
        columns=read.columns,
        edges=tuple(edges),
        weak=tuple(_bare(read, learned, pair, learned.searched) for pair in _pairs(weak)),
        confidence=float(np.mean([edge.confidence for edge in edges])) if edges else 1.0,
        notes=read.notes,
        count=len(read.rows),
        packed=rows,
        packed_acted=acted,
        packed_lines=lines,
    )


def _pairs(graph: Edges) -> list[tuple[int, int]]:
    """Each edge once, the cause first."""
    return [(int(a), int(b)) for a, b in np.argwhere(graph) if not graph[b, a] or a < b]


def _bare(read: Table, learned: Learned, pair: tuple[int, int], graph: Edges) -> Edge:
    tail, head = pair
    return Edge(
        cause=read.names[tail],
        effect=read.names[head],
        directed=not graph[head, tail],
        confidence=float(learned.present[tail, head]),
        direction_confidence=float(learned.pointed[tail, head]),
    )


def _edge(read: Table, learned: Learned, pair: tuple[int, int], whole: Matrix, blocks: list[list[int]]) -> Edge:
    """One edge with everything that is known of it."""
    tail, head = pair
    graph = learned.graph
    others = [int(at) for at in np.flatnonzero(graph[:, head] & ~graph[head]) if at != tail]
    held = whole[:, [at for other in others for at in blocks[other]]]
    columns = (read.columns[tail], read.columns[head])
    cause, effect = read.rows[:, tail], read.rows[:, head]
    found = form(cause, effect, columns, [read.rows[:, at] for at in others if read.columns[at].kind == "continuous"])
    edge = msgspec.structs.replace(
        _bare(read, learned, pair, graph),
        form=found,
        correlation=canonical(whole[:, blocks[tail]], whole[:, blocks[head]]),
        partial_correlation=canonical(whole[:, blocks[tail]], whole[:, blocks[head]], held),
        mutual_information=mutual_information(cause, effect, columns),
    )
    if not edge.directed or found != "linear":
        return edge
    free = ~read.acted[:, head]
    given = [(read.columns[at], read.rows[free, at]) for at in others]
    at, error = Response(effect[free], cause[free], given, columns[0]).change(0.0, 1.0)
    return msgspec.structs.replace(edge, coefficient=at, low=at - Z95 * error, high=at + Z95 * error)
