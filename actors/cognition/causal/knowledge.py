"""What is known beforehand: edges that must or must not be there, and tiers of which a later causes no earlier."""

from collections.abc import Sequence
from typing import Final

import msgspec
import networkx as nx
import numpy as np

from actors.cognition.causal.reading import unknown
from actors.cognition.causal.table import Column, Edges

ANY: Final = "*"
"""Stands for every variable in an edge. *chosen*"""


class Stated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: `required = [["smoking", "tar"]]`, `forbidden = [["cancer", "*"]]`, `tiers = [["age"], ["dose"]]`."""

    required: tuple[tuple[str, str], ...] = ()
    forbidden: tuple[tuple[str, str], ...] = ()
    tiers: tuple[tuple[str, ...], ...] = ()


class Knowledge(msgspec.Struct, frozen=True):
    """The same for learners."""

    required: Edges
    forbidden: Edges

    @property
    def directed(self) -> Edges:
        """Edges whose direction is known if they are there."""
        return self.required | (self.forbidden.T & ~self.forbidden)


def read(text: str) -> Stated:
    """The statements of a TOML file; raises ValueError that says what is wrong."""
    try:
        return msgspec.toml.decode(text, type=Stated)
    except msgspec.ValidationError as error:
        fields = ", ".join(Stated.__struct_fields__)
        raise ValueError(f"{error}; known are {fields}, each a list of lists of names") from error
    except msgspec.DecodeError as error:
        raise ValueError(f"not TOML: {error}") from error


def knowledge(stated: Stated, columns: Sequence[Column], ignored: Sequence[str] = ()) -> Knowledge:
    """What the statements and the lags mean for these columns; raises ValueError that names a contradiction."""
    names = [column.name for column in columns]
    required = np.zeros((len(names), len(names)), dtype=bool)
    forbidden = np.zeros_like(required)
    for edges, into in ((stated.required, required), (stated.forbidden, forbidden)):
        for cause, effect in edges:
            for tail in _places(cause, names, ignored):
                for head in _places(effect, names, ignored):
                    into[tail, head] = tail != head
    if any(ANY in edge for edge in stated.required):
        raise ValueError("required: an edge between any two can't be required; name both variables")
    _tiers(stated, names, ignored, forbidden)
    lag = np.array([column.lag for column in columns])
    forbidden |= lag[None, :] > lag[:, None]
    _agree(required, forbidden, names)
    return Knowledge(required, forbidden)


def _places(name: str, names: Sequence[str], ignored: Sequence[str]) -> list[int]:
    if name == ANY:
        return list(range(len(names)))
    if name in ignored:
        return []
    if name not in names:
        raise ValueError(unknown(name, names))
    return [names.index(name)]


def _tiers(stated: Stated, names: Sequence[str], ignored: Sequence[str], forbidden: Edges) -> None:
    tier: dict[int, int] = {}
    for number, each in enumerate(stated.tiers):
        for name in each:
            for place in _places(name, names, ignored):
                if tier.setdefault(place, number) != number:
                    raise ValueError(f"tiers: {name} stands in tier {tier[place] + 1} and in tier {number + 1}")
    for tail, high in tier.items():
        for head, low in tier.items():
            if low < high:
                forbidden[tail, head] = True


def _agree(required: Edges, forbidden: Edges, names: Sequence[str]) -> None:
    for tail, head in np.argwhere(required & forbidden):
        raise ValueError(f"{names[tail]} -> {names[head]} is required and forbidden (by itself, a tier or a lag)")
    try:
        circle = nx.find_cycle(nx.from_numpy_array(required.astype(int), create_using=nx.DiGraph))
    except nx.NetworkXNoCycle:
        return
    told = " -> ".join(names[tail] for tail, _ in circle)
    raise ValueError(f"what is required goes in a circle: {told} -> {names[circle[0][0]]}; leave one of these out")
