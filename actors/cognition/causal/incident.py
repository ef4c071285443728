"""The root cause of an incident in telemetry: the variable whose own mechanism changed, not only what feeds it.

On the calm rows a graph is learnt and each variable is predicted from its causes. In the incident, what a prediction
misses, in its own standard errors, tells whether the mechanism changed; a variable that only follows its causes is
predicted well (Li et al. 2022, CIRCA). Where the data leave a direction open, the graph with the fewest changed
mechanisms counts (Perry, von Kugelgen and Scholkopf 2022). Contributions to the shift of the target sum to it.
"""

from typing import Final

import msgspec
import numpy as np

from actors.cognition.causal.boss import boss
from actors.cognition.causal.graph import essential, members, reach
from actors.cognition.causal.knowledge import Knowledge
from actors.cognition.causal.scores import gaussian
from actors.cognition.causal.table import Edges, Mask, Matrix, Table

STARTS: Final = 2
"""Searches from different starts. *chosen*"""
MOST_MEMBERS: Final = 24
"""Most graphs of the class that are weighed. *chosen*"""
PRIOR_ROWS: Final = 4.0
"""Rows for which the calm spread counts among those of the incident. *chosen*: three have none of their own"""
SLACK: Final = 0.05
"""Relative error of every slope that is allowed for. *chosen*: no relation goes on for ever as it was"""
ASIDE: Final = 0.1
"""Weight of a variable that does not lead to the target. *chosen*: a missed edge must not hide a cause"""
CHANGED: Final = 0.5
"""Change of a mechanism, in nats a row, from which it is told. *chosen*: a shift by one standard deviation"""


class Suspect(msgspec.Struct, frozen=True, kw_only=True):
    """One variable, as a root cause."""

    name: str
    share: float
    """Share of all change of mechanisms"""
    change: float
    """Change of its mechanism in nats a row (divergence from the calm one)"""
    shift: float
    """What its causes do not explain of its mean, in standard deviations of its calm mechanism"""
    spread: float
    """Factor of the spread of its mechanism"""
    contribution: float | None
    """Of the shift of the target's mean, in the target's unit"""
    path: tuple[str, ...]
    """From it to the target"""


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """What was found."""

    target: str | None
    first_line: int
    last_line: int
    rows: int
    before: float | None
    """Mean of the target on calm rows"""
    during: float | None
    suspects: tuple[Suspect, ...]


def incident(read: Table, span: tuple[int, int], target: int | None, known: Knowledge) -> Incident:
    """The suspects of the incident in rows [start, stop), the likeliest first."""
    inside = np.zeros(len(read.rows), dtype=bool)
    inside[slice(*span)] = True
    calm, odd = read.rows[~inside], read.rows[inside]
    now = [at for at, column in enumerate(read.columns) if column.lag == 0]
    graph, weighed = _graph(read, inside, known, now)
    changes, shifts, spreads, slopes = weighed
    contribution = _contributions(slopes, calm, odd, target) if target is not None else None
    leads = reach(graph)[:, target] if target is not None else np.ones(len(read.columns), dtype=bool)
    if target is not None:
        leads[target] = True
    merit = changes * np.where(leads, 1.0, ASIDE)
    total = float(merit[now].sum()) or 1.0
    told = [
        Suspect(
            name=read.names[at],
            share=float(merit[at] / total),
            change=float(changes[at]),
            shift=float(shifts[at]),
            spread=float(spreads[at]),
            contribution=None if contribution is None else float(contribution[at]),
            path=_path(graph, at, target, read.names),
        )
        for at in sorted(now, key=lambda each: -merit[each])
    ]
    return Incident(
        target=None if target is None else read.names[target],
        first_line=int(read.lines[span[0]]),
        last_line=int(read.lines[span[1] - 1]),
        rows=int(inside.sum()),
        before=None if target is None else float(calm[:, target].mean()),
        during=None if target is None else float(odd[:, target].mean()),
        suspects=tuple(told),
    )


def unexplained(read: Table, known: Knowledge) -> Matrix:
    """What the causes of each variable do not explain of it in all rows, shape of the rows."""
    graph = boss(gaussian(read), known, 1, np.random.default_rng(0))
    slopes = mechanisms(graph, read.rows, read.rows[:1])[3]
    return np.asarray(read.rows - read.rows @ slopes)


def _graph(
    read: Table, inside: Mask, known: Knowledge, now: list[int]
) -> tuple[Edges, tuple[Matrix, Matrix, Matrix, Matrix]]:
    """The member of the class of the calm graph with the least changed mechanisms, and its mechanisms."""
    calm = msgspec.structs.replace(read, rows=read.rows[~inside], acted=read.acted[~inside], lines=read.lines[~inside])
    steady = calm.rows.std(0) < 1e-9 * np.maximum(1.0, np.abs(calm.rows.mean(0)))
    found = boss(gaussian(calm), known, STARTS, np.random.default_rng(0))
    found[steady] = False
    found[:, steady] = False
    best: tuple[float, Edges, tuple[Matrix, Matrix, Matrix, Matrix]] | None = None
    for graph in members(essential(found, known.directed), MOST_MEMBERS):
        weighed = mechanisms(graph, calm.rows, read.rows[inside])
        total = float(np.log1p(weighed[0][now]).sum())
        if best is None or total < best[0]:
            best = total, graph, weighed
    assert best is not None
    return best[1], best[2]


def mechanisms(graph: Edges, calm: Matrix, odd: Matrix) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """How each variable's mechanism changed: nats a row, shift and factor of spread, each by variable; the slopes.

    Slopes have shape (causes, effects).
    """
    size = len(graph)
    changes, shifts, spreads = np.zeros(size), np.zeros(size), np.ones(size)
    slopes = np.zeros((size, size))
    floor = np.maximum(calm.std(0), 1e-3 * np.maximum(odd.std(0), np.abs(odd.mean(0) - calm.mean(0))))
    for at in range(size):
        parents = np.flatnonzero(graph[:, at])
        centre = calm[:, parents].mean(0)
        design = np.column_stack([np.ones(len(calm)), calm[:, parents] - centre])
        inverse = np.linalg.pinv(design.T @ design)
        slope = inverse @ (design.T @ calm[:, at])
        slopes[parents, at] = slope[1:]
        rest = calm[:, at] - design @ slope
        scale = max(float(np.sqrt((rest**2).sum() / max(1, len(calm) - len(slope)))), 1e-3 * floor[at], 1e-12)
        asked = np.column_stack([np.ones(len(odd)), odd[:, parents] - centre])
        missed = (odd[:, at] - asked @ slope) / scale
        middle = asked.mean(0)
        unsure = float(middle @ inverse @ middle) + float(((SLACK * slope[1:] * middle[1:]) ** 2).sum()) / scale**2
        changes[at], shifts[at], spreads[at] = _change(missed, unsure)
    return changes, shifts, spreads, slopes


def _change(missed: Matrix, unsure: float) -> tuple[float, float, float]:
    """Divergence of what was missed from a standard normal, its mean and its spread; `unsure` is its variance."""
    count = len(missed)
    mean = float(missed.mean())
    spread = (float(((missed - mean) ** 2).sum()) + PRIOR_ROWS) / (count + PRIOR_ROWS)
    shift = mean / np.sqrt(1 + unsure * count / (1 + count / 10))
    wide = spread / (1 + unsure)
    change = 0.5 * (shift**2 + max(wide - 1 - np.log(wide), 0.0))
    return float(change), mean, float(np.sqrt(spread))


def _contributions(slopes: Matrix, calm: Matrix, odd: Matrix, target: int) -> Matrix:
    """What the own change of each variable adds to the shift of the target's mean; the sum is the shift."""
    moved = odd.mean(0) - calm.mean(0)
    own = moved - moved @ slopes
    total = np.linalg.inv(np.eye(len(slopes)) - slopes)
    return np.asarray(own * total[:, target])


def _path(graph: Edges, start: int, target: int | None, names: list[str]) -> tuple[str, ...]:
    """The shortest directed path to the target."""
    if target is None or start == target:
        return ()
    before = {start: start}
    waiting = [start]
    while waiting:
        node = waiting.pop(0)
        for child in np.flatnonzero(graph[node]):
            if int(child) not in before:
                before[int(child)] = node
                waiting.append(int(child))
    if target not in before:
        return ()
    path = [target]
    while path[-1] != start:
        path.append(before[path[-1]])
    return tuple(names[at] for at in reversed(path))
