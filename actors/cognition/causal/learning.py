"""A table to a graph: the search that suits its columns, and how sure each edge is by bootstrap.

Continuous and mixed columns: BOSS. Discrete ones: iterated tabu. The bootstrap (Friedman, Goldszmidt and Wyner 1999)
searches on each drawn sample, from what was found on the whole. Edges that few samples have are not kept.
"""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec
import numpy as np

from actors.cognition.causal.boss import Boss, boss
from actors.cognition.causal.graph import essential, order
from actors.cognition.causal.knowledge import Knowledge
from actors.cognition.causal.scores import bdeu, gaussian
from actors.cognition.causal.table import Edges, Matrix, Table
from actors.cognition.causal.tabu import Tabu, tabu

KEPT: Final = 0.70
"""Share of bootstrap samples in which an edge must be. *cited*: specification of cognition, section 5"""
STARTS: Final = 4
"""Searches from different starts. *measured*: more finds nothing better on linear sets of 20 nodes"""
SAMPLES: Final = 20
"""Bootstrap samples. *chosen*: .70 is told from .50 in most cases, within the five seconds of the specification"""

Tell = Callable[[str], None]


class Learned(msgspec.Struct, frozen=True):
    """What was found."""

    graph: Edges
    """Edges that are kept, undirected where the data can't tell"""
    searched: Edges
    """The same before weak edges were left out"""
    present: Matrix
    """Share of the samples in which two variables are joined"""
    pointed: Matrix
    """[i, j] is the share of samples, of those in which the two are joined, that direct i -> j"""


def learn(read: Table, known: Knowledge, seed: int, samples: int = SAMPLES, tell: Tell = lambda _: None) -> Learned:
    """The graph of a table."""
    rng = np.random.default_rng(seed)
    told = f"searching among {len(read.columns)} variables in {len(read.rows)} rows"
    tell(told)
    found = tabu(bdeu(read), known, STARTS, rng) if read.discrete else boss(gaussian(read), known, STARTS, rng)
    targets = interventions(read.acted)
    present, pointed = np.zeros(found.shape), np.zeros(found.shape)
    for number in range(samples):
        tell(f"bootstrap sample {number + 1} of {samples}")
        again = essential(_again(read, known, found, rng), known.directed, targets)
        present += again | again.T
        pointed += again & ~again.T
    searched = essential(found, known.directed, targets)
    share = present / samples if samples else np.ones(found.shape)
    keep = (share >= KEPT) | known.required | known.required.T
    return Learned(searched & keep, searched, share, pointed / np.maximum(present, 1))


def interventions(acted: Edges) -> Sequence[frozenset[int]]:
    """The sets of variables that were set together, each once."""
    return [frozenset(np.flatnonzero(each).tolist()) for each in np.unique(acted, axis=0) if each.any()]


def _again(read: Table, known: Knowledge, found: Edges, rng: np.random.Generator) -> Edges:
    """The graph of one bootstrap sample, searched from the one that was found."""
    count = len(read.rows)
    if read.discrete:
        score = bdeu(read, rng.integers(0, count, count))
        return Tabu(score, known).search(found)[1]
    weights = rng.exponential(size=count)
    search = Boss(gaussian(read, weights * count / weights.sum()), known)
    return search.graph(search.search(order(found))[1])
