"""Tables of worlds whose causes are known."""

import numpy as np

from actors.cognition.causal.building import built
from actors.cognition.causal.knowledge import Stated, knowledge
from actors.cognition.causal.learning import learn
from actors.cognition.causal.model import Model
from actors.cognition.causal.table import Column, Edges, Matrix, Table


def table(rows: Matrix, names: str, levels: int = 0) -> Table:
    """A table of continuous columns, or of discrete ones with so many levels; a letter is a name."""
    kinds = "discrete" if levels else "continuous"
    categories = tuple(str(code) for code in range(levels))
    columns = tuple(Column(name=name, kind=kinds, categories=categories) for name in names)  # type: ignore[arg-type]
    return Table(
        columns=columns,
        rows=rows,
        acted=np.zeros(rows.shape, dtype=bool),
        lines=np.arange(2, len(rows) + 2),
    )


def modelled(read: Table, stated: Stated | None = None, samples: int = 5) -> Model:
    """The model of a table."""
    return built(read, learn(read, knowledge(stated or Stated(), read.columns), 0, samples))


def kite(count: int = 3_000, seed: int = 0) -> Table:
    """z -> x <- w, x -> m -> y <- z: x does .84 to y."""
    rng = np.random.default_rng(seed)
    z, w = rng.normal(size=(2, count))
    x = 0.8 * z + 0.6 * w + rng.normal(size=count)
    m = 1.2 * x + rng.normal(size=count)
    y = 0.7 * m - 0.9 * z + rng.normal(size=count)
    return table(np.column_stack([z, w, x, m, y]), "zwxmy")


def edges(names: str, *arrows: str) -> Edges:
    """A graph from arrows such as `ab` for a -> b."""
    graph = np.zeros((len(names), len(names)), dtype=bool)
    for tail, head in arrows:
        graph[names.index(tail), names.index(head)] = True
    return graph


def arrows(model: Model) -> set[str]:
    """Directed edges as `ab`, undirected ones as `a-b`."""
    return {edge.cause + ("" if edge.directed else "-") + edge.effect for edge in model.edges}
