"""Why a variable is what it is: paths to it with what each carries, and what each cause adds in one row.

Everything here is linear, with one slope for each directed edge; a category counts by its place among the categories.
Contributions of a row sum to how far the outcome is from its mean.
"""

from typing import Final

import msgspec
import numpy as np

from actors.cognition.causal.graph import members, reach
from actors.cognition.causal.incident import mechanisms
from actors.cognition.causal.model import Model
from actors.cognition.causal.table import Edges, Matrix

MOST_MEMBERS: Final = 16
"""Most graphs of the class that are gone through. *chosen*"""
MOST_PATHS: Final = 10_000
"""Most paths that are followed. *chosen*: a dense graph has more than anybody reads"""


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """One way from a cause to the outcome."""

    nodes: tuple[str, ...]
    effect: float
    """Change of the outcome, along this path alone, for one unit of the cause"""
    low: float
    high: float
    """Smallest and largest over the graphs that have the path"""
    share: float
    """Share of the graphs that fit the data equally well and have the path"""


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """What one variable's own part adds to the outcome of a row."""

    name: str
    amount: float
    low: float
    high: float


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why the outcome of one row is as far from its mean as it is."""

    outcome: str
    mean: float
    seen: float
    contributions: tuple[Contribution, ...]
    """Sum to `seen - mean`, in every graph and so in the mean over them"""


def paths(model: Model, outcome: int, cause: int | None) -> list[Path]:
    """Directed paths to the outcome, from one cause or from all, the strongest first."""
    found: dict[tuple[int, ...], list[float]] = {}
    graphs = members(model.graph, MOST_MEMBERS)
    for graph in graphs:
        slopes = _slopes(graph, model.table.rows)
        for nodes, effect in _followed(graph, slopes, outcome):
            if cause is None or nodes[0] == cause:
                found.setdefault(nodes, []).append(effect)
    told = [
        Path(
            nodes=tuple(model.names[at] for at in nodes),
            effect=float(np.mean(effects)),
            low=min(effects),
            high=max(effects),
            share=len(effects) / len(graphs),
        )
        for nodes, effects in found.items()
    ]
    scale = dict(zip(model.names, model.table.rows.std(0), strict=True))
    return sorted(told, key=lambda each: -abs(each.effect) * scale[each.nodes[0]] * each.share)


def attributed(model: Model, outcome: int, row: Matrix) -> Explanation:
    """The outcome of a row, split over the own parts of all variables that lead to it."""
    rows = model.table.rows
    mean = rows.mean(0)
    parts: list[Matrix] = []
    for graph in members(model.graph, MOST_MEMBERS):
        slopes = _slopes(graph, rows)
        own = (row - mean) - (row - mean) @ slopes
        parts.append(own * np.linalg.inv(np.eye(len(mean)) - slopes)[:, outcome])
    each = np.array(parts)
    order = np.argsort(-np.abs(each.mean(0)))
    told = [
        Contribution(
            name=model.names[at],
            amount=float(each[:, at].mean()),
            low=float(each[:, at].min()),
            high=float(each[:, at].max()),
        )
        for at in order
        if np.any(each[:, at] != 0)
    ]
    return Explanation(
        outcome=model.names[outcome], mean=float(mean[outcome]), seen=float(row[outcome]), contributions=tuple(told)
    )


def _slopes(graph: Edges, rows: Matrix) -> Matrix:
    """Slope of every edge in the regression of its effect on all of its causes, shape (causes, effects)."""
    return mechanisms(graph, rows, rows[:1])[3]


def _followed(graph: Edges, slopes: Matrix, outcome: int) -> list[tuple[tuple[int, ...], float]]:
    """Every directed path that ends in the outcome, with the product of its slopes."""
    leads = reach(graph)[:, outcome]
    done: list[tuple[tuple[int, ...], float]] = []
    waiting: list[tuple[tuple[int, ...], float]] = [((outcome,), 1.0)]
    while waiting and len(done) < MOST_PATHS:
        nodes, effect = waiting.pop(0)
        for parent in np.flatnonzero(graph[:, nodes[0]]):
            path = (int(parent), *nodes), effect * float(slopes[parent, nodes[0]])
            done.append(path)
            if leads[parent]:
                waiting.append(path)
    return done
