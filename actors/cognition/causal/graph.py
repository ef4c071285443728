"""Graphs that are partly directed: essential graphs, Meek's rules, parents in the class, members of the class.

`edges[i, j]` means i -> j; both [i, j] and [j, i] mean i - j. Sources: Meek, "Causal inference and causal explanation
with background knowledge" (1995); Dor and Tarsi, "A simple algorithm to construct a consistent extension" (1992);
Maathuis, Kalisch and Buhlmann, "Estimating high-dimensional intervention effects" (2009).
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from actors.cognition.causal.table import Edges


def order(directed: Edges) -> list[int]:
    """The nodes, causes first; raises ValueError if there is a circle."""
    left = directed.sum(0)
    ready = [int(node) for node in np.flatnonzero(left == 0)]
    done: list[int] = []
    while ready:
        node = ready.pop(0)
        done.append(node)
        for child in np.flatnonzero(directed[node]):
            left[child] -= 1
            if left[child] == 0:
                ready.append(int(child))
    if len(done) != len(directed):
        raise ValueError("the graph has a circle")
    return done


def reach(directed: Edges) -> Edges:
    """[i, j] is true where a directed path leads from i to j."""
    found = directed.copy()
    for node in range(len(found)):
        found |= np.outer(found[:, node], found[node])
    return found


def essential(directed: Edges, known: Edges | None = None, targets: Sequence[frozenset[int]] = ()) -> Edges:
    """The graph of all that fit the data as well: an edge is directed if all members agree on it.

    `known` are edges whose direction is given by knowledge; `targets` sets of variables that were set by somebody
    (Hauser and Buhlmann 2012): an edge with exactly one end in such a set is directed, too.
    """
    adjacent = directed | directed.T
    found = adjacent.copy()
    for node in range(len(directed)):
        for one, other in combinations(np.flatnonzero(directed[:, node]), 2):
            if not adjacent[one, other]:
                found[node, [one, other]] = False
    for tail, head in np.argwhere(directed):
        told = known is not None and known[tail, head]
        if told or any((tail in target) != (head in target) for target in targets):
            found[head, tail] = False
    return meek(found)


def meek(graph: Edges) -> Edges:
    """The graph with every edge directed that must be, by the four rules."""
    found = graph.copy()
    changed = True
    while changed:
        changed = False
        for tail, head in np.argwhere(found & found.T):
            if found[tail, head] and found[head, tail] and _must(found, tail, head):
                found[head, tail] = False
                changed = True
    return found


def _must(graph: Edges, tail: int, head: int) -> bool:
    """Whether tail - head has to be tail -> head."""
    undirected, directed, adjacent = graph & graph.T, graph & ~graph.T, graph | graph.T
    far = ~adjacent[:, head]
    far[head] = False
    if (directed[:, tail] & far).any():  # R1: otherwise a new collider at tail
        return True
    if (directed[tail] & directed[:, head]).any():  # R2: otherwise a circle
        return True
    between = np.flatnonzero(undirected[tail] & directed[:, head])
    if any(not adjacent[one, other] for one, other in combinations(between, 2)):  # R3
        return True
    through = np.flatnonzero(directed[:, head] & adjacent[tail])
    return any((undirected[tail] & directed[:, link] & far).any() for link in through)  # R4


def possible_parents(graph: Edges, node: int, most: int) -> list[tuple[int, ...]]:
    """Every set of parents that the node has in some member of the class, by local validity; at most `most`."""
    sure = np.flatnonzero(graph[:, node] & ~graph[node])
    open_ = [int(each) for each in np.flatnonzero(graph[:, node] & graph[node])]
    adjacent = graph | graph.T
    found: list[tuple[int, ...]] = []
    for size in range(len(open_) + 1):
        for chosen in combinations(open_, size):
            if _locally_valid(graph, adjacent, node, chosen, sure):
                found.append(tuple(sorted([*(int(each) for each in sure), *chosen])))
            if len(found) >= most:
                return found
    return found


def _locally_valid(
    graph: Edges, adjacent: Edges, node: int, chosen: Sequence[int], sure: Sequence[int] | np.ndarray
) -> bool:
    """Whether chosen -> node, and the other open neighbours as children, make no new collider and no circle."""
    parents = [*chosen, *sure]
    if any(not adjacent[one, other] for one in chosen for other in parents if one != other):
        return False
    trial = graph.copy()
    trial[node, list(chosen)] = False
    rest = [each for each in np.flatnonzero(graph[:, node] & graph[node]) if each not in chosen]
    trial[rest, node] = False
    directed = trial & ~trial.T
    return not reach(directed)[node, node]


def member_with(graph: Edges, node: int, parents: Sequence[int]) -> Edges:
    """A directed graph of the class in which the node has these parents."""
    trial = graph.copy()
    open_ = np.flatnonzero(graph[:, node] & graph[node])
    for each in open_:
        trial[(node, each) if each in parents else (each, node)] = False
    return members(trial, 1)[0]


def members(graph: Edges, most: int) -> list[Edges]:
    """Directed graphs of the class, at most `most`; a graph that has none gives one without new circles."""
    found: list[Edges] = []
    for each in _completed(meek(graph), graph):
        found.append(each)
        if len(found) >= most:
            break
    return found or [_forced(graph)]


def _completed(graph: Edges, origin: Edges) -> Iterator[Edges]:
    open_ = np.argwhere(np.triu(graph & graph.T))
    if len(open_) == 0:
        if not reach(graph).diagonal().any() and _same_colliders(graph, origin):
            yield graph
        return
    one, other = open_[0]
    for tail, head in ((one, other), (other, one)):
        trial = graph.copy()
        trial[head, tail] = False
        trial = meek(trial)
        if not reach(trial & ~trial.T).diagonal().any():
            yield from _completed(trial, origin)


def _same_colliders(directed: Edges, origin: Edges) -> bool:
    adjacent = directed | directed.T
    sure = origin & ~origin.T
    for node in range(len(directed)):
        for one, other in combinations(np.flatnonzero(directed[:, node]), 2):
            if not adjacent[one, other] and not (sure[one, node] and sure[other, node]):
                return False
    return True


def _forced(graph: Edges) -> Edges:
    """A directed graph with the same neighbours that keeps the directed edges, and directs the rest by their order."""
    directed = graph & ~graph.T
    for one, other in np.argwhere(np.triu(graph & graph.T)):
        forward = not reach(directed)[other, one]
        directed[(one, other) if forward else (other, one)] = True
    return directed
