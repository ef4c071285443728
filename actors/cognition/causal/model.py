"""A causal model: the graph, how sure it is, and the rows from which questions are answered. One JSON file.

The file holds the rows: whoever has it has the data.
"""

import zlib
from typing import Final

import msgspec
import numpy as np

from actors.cognition.causal.table import Column, Edges, Matrix, Table

FORMAT: Final = 1
"""Version of the file. *chosen*"""
MOST_BYTES: Final = 1 << 30
"""Most bytes of unpacked rows. *chosen*: a file that unpacks to more is refused"""


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """Two variables of which one causes the other; which one is unknown unless it is directed."""

    cause: str
    effect: str
    directed: bool
    confidence: float
    """Share of bootstrap samples that join the two"""
    direction_confidence: float
    """Share of those that direct it so"""
    form: str = "linear"
    correlation: float = 0.0
    partial_correlation: float = 0.0
    mutual_information: float = 0.0
    """In nats"""
    coefficient: float | None = None
    """Change of the effect for one unit of the cause, its other parents held; only for a directed linear relation"""
    low: float | None = None
    high: float | None = None


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """What is saved."""

    format: int
    columns: tuple[Column, ...]
    edges: tuple[Edge, ...]
    weak: tuple[Edge, ...]
    """Found on the whole table, in fewer bootstrap samples than is asked for: not part of the graph"""
    confidence: float
    """Mean confidence of the edges"""
    notes: tuple[str, ...]
    count: int
    packed: bytes
    """The rows, compressed"""
    packed_acted: bytes
    packed_lines: bytes

    @property
    def names(self) -> list[str]:
        """Names of the variables, in order."""
        return [column.name for column in self.columns]

    @property
    def graph(self) -> Edges:
        """The partly directed graph."""
        names = self.names
        edges = np.zeros((len(names), len(names)), dtype=bool)
        for edge in self.edges:
            tail, head = names.index(edge.cause), names.index(edge.effect)
            edges[tail, head] = True
            edges[head, tail] = edges[head, tail] or not edge.directed
        return edges

    @property
    def table(self) -> Table:
        """The rows it was built from."""
        shape = (self.count, len(self.columns))
        rows = np.frombuffer(_unpacked(self.packed), dtype=np.float64).reshape(shape)
        acted = np.unpackbits(np.frombuffer(_unpacked(self.packed_acted), dtype=np.uint8), count=rows.size)
        lines = np.frombuffer(_unpacked(self.packed_lines), dtype=np.int64)
        return Table(columns=self.columns, rows=rows, acted=acted.astype(bool).reshape(shape), lines=lines)


def packed(rows: Matrix, acted: Edges, lines: np.ndarray) -> tuple[bytes, bytes, bytes]:
    """The parts of a table as they are saved."""
    parts = rows.astype(np.float64), np.packbits(acted), lines.astype(np.int64)
    one, two, three = (zlib.compress(np.ascontiguousarray(part).tobytes(), 1) for part in parts)
    return one, two, three


def saved(model: Model) -> bytes:
    """The file."""
    return msgspec.json.encode(model)


def opened(data: bytes) -> Model:
    """The model of a file; raises ValueError that says why it is none."""
    try:
        model = msgspec.json.decode(data, type=Model)
        if model.format != FORMAT:
            raise ValueError(f"it has format {model.format}; this version reads {FORMAT}: build it again")
        if model.table.rows.shape[1] != len(model.columns):
            raise ValueError("its rows do not fit its columns")
    except (msgspec.DecodeError, zlib.error) as error:
        raise ValueError(f"it is no model that `kurultai cause build` wrote ({error})") from error
    return model


def _unpacked(data: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    found = unpacking.decompress(data, MOST_BYTES)
    if unpacking.unconsumed_tail:
        raise ValueError(f"its rows unpack to more than {MOST_BYTES} bytes")
    return found
