"""Tabu search over directed graphs, iterated: adding, removing or turning one edge, with random moves in between.

Source: Bouckaert (1995); iterated as in Scutari, Graafland and Gutierrez, "Who learns better Bayesian network
structures" (2019).
"""

from typing import Final

import numpy as np

from actors.cognition.causal.graph import reach
from actors.cognition.causal.knowledge import Knowledge
from actors.cognition.causal.scores import Score
from actors.cognition.causal.table import Edges, Matrix

LENGTH: Final = 10
"""Moves that may not be undone. *cited*: bnlearn's default"""
PATIENCE: Final = 15
"""Moves without a better graph after which a search ends. *measured*: more finds nothing on generated networks"""
MOST_PARENTS: Final = 8
"""Most parents of a variable. *chosen*: with more, the cells of a table are empty"""
SHAKEN: Final = 0.15
"""Share of edges that are changed at random between two searches. *chosen*"""
LEAST: Final = 1e-9
"""Least gain that counts. *derived*: rounding of sums of scores"""

Move = tuple[str, int, int]


class Tabu:
    """One search over one score."""

    def __init__(self, score: Score, known: Knowledge) -> None:
        self._score, self._known = score, known

    def search(self, start: Edges) -> tuple[float, Edges]:
        """The best graph on the way from the start, and its score."""
        edges = start.copy()
        gains, locals_ = self._gains(edges, range(len(edges)), None)
        best, found, bad = float(locals_.sum()), edges.copy(), 0
        barred: list[Move] = []
        while bad <= PATIENCE:
            move = self._best(edges, gains, barred)
            if move is None:
                break
            kind, tail, head = move
            undo = {"add": ("remove", tail, head), "remove": ("add", tail, head), "turn": ("turn", head, tail)}[kind]
            barred = [*barred, undo][-LENGTH:]
            apply(edges, move)
            touched = [tail, head] if kind == "turn" else [head]
            gains, locals_ = self._gains(edges, touched, (gains, locals_))
            now = float(locals_.sum())
            bad += 1
            if now > best + LEAST:
                best, found, bad = now, edges.copy(), 0
        return best, found

    def _gains(
        self, edges: Edges, nodes: range | list[int], kept: tuple[Matrix, Matrix] | None
    ) -> tuple[Matrix, Matrix]:
        """What toggling each edge into these nodes gains, and the local scores."""
        size = len(edges)
        gains, locals_ = kept if kept is not None else (np.zeros((size, size)), np.zeros(size))
        for node in nodes:
            parents = frozenset(np.flatnonzero(edges[:, node]).tolist())
            locals_[node] = self._score.local(node, parents)
            for other in range(size):
                if other != node and not (self._known.forbidden[other, node] and other not in parents):
                    gains[other, node] = self._score.local(node, parents ^ {other}) - locals_[node]
        return gains, locals_

    def _best(self, edges: Edges, gains: Matrix, barred: list[Move]) -> Move | None:
        """The move that gains most of those that are allowed."""
        paths, known = reach(edges), self._known
        full = edges.sum(0) >= MOST_PARENTS
        add = ~edges & ~edges.T & ~paths.T & ~known.forbidden & ~full[None, :] & ~np.eye(len(edges), dtype=bool)
        free = edges & ~known.required
        roundabout = (edges.astype(np.uint8) @ paths.astype(np.uint8)) > 0
        turn = free & ~known.forbidden.T & ~full[:, None] & ~roundabout
        tables = {"add": (add, gains), "remove": (free, gains), "turn": (turn, gains + gains.T)}
        best: tuple[float, Move | None] = (-np.inf, None)
        for kind, (allowed, gain) in tables.items():
            worth = np.where(allowed, gain, -np.inf)
            for each, tail, head in barred:
                if each == kind:
                    worth[tail, head] = -np.inf
            tail, head = (int(at) for at in np.unravel_index(int(np.argmax(worth)), worth.shape))
            if worth[tail, head] > best[0]:
                best = float(worth[tail, head]), (kind, tail, head)
        return best[1]


def apply(edges: Edges, move: Move) -> None:
    """Change the graph by one move."""
    kind, tail, head = move
    edges[tail, head] = kind == "add"
    if kind == "turn":
        edges[head, tail] = True


def tabu(score: Score, known: Knowledge, starts: int, rng: np.random.Generator) -> Edges:
    """The best directed graph of several searches, each from a shaken version of the best so far."""
    search = Tabu(score, known)
    best, found = search.search(known.required.copy())
    for _ in range(starts - 1):
        score_now, graph = search.search(_shaken(found, known, rng))
        if score_now > best + LEAST:
            best, found = score_now, graph
    return found


def _shaken(edges: Edges, known: Knowledge, rng: np.random.Generator) -> Edges:
    """The graph with some edges removed and some turned, without a circle."""
    shaken = edges.copy()
    for tail, head in np.argwhere(edges & ~known.required):
        if rng.random() >= SHAKEN:
            continue
        shaken[tail, head] = False
        turned = rng.random() < 1 / 2 and not known.forbidden[head, tail]
        if turned and not reach(shaken)[tail, head]:
            shaken[head, tail] = True
    return shaken
