"""The index: names, signatures and documentation, ranked; building takes a fraction of a second."""

import functools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from actors.library.callables import Callable, callables
from actors.library.ranking import Ranking, wanted_in
from actors.library.words import words

NAME_WEIGHT: Final = 3
"""How often a word of the name counts. *measured*: on public sets of tool descriptions."""

DOCUMENTATION_CHARACTERS: Final = 1_200
"""How much of a documentation is indexed. *chosen*: what follows is examples and edge cases."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A callable that may serve, with what speaks for it."""

    name: str
    module: str
    signature: str
    summary: str
    score: float
    justification: str

    @property
    def path(self) -> str:
        """How a program would write it."""
        return self.name if self.module == "builtins" else f"{self.module}.{self.name}"


class Index:
    """The callables, ranked by what is said of them."""

    def __init__(self, listed: Iterable[Callable]) -> None:
        self._listed = tuple(listed)
        self._counted = [_counted(described) for described in self._listed]
        self._ranking = Ranking(self._counted)

    def __len__(self) -> int:
        return len(self._listed)

    def search(self, goal: str, k: int) -> tuple[Entry, ...]:
        """The k callables that fit the goal best, best first; fewer if fewer share a word with it."""
        wanted = list(wanted_in(goal))
        return tuple(self._entry(place, score, wanted) for place, score in self._ranking.best(goal, k))

    def _entry(self, place: int, score: float, wanted: list[str]) -> Entry:
        described = self._listed[place]
        name = words(described.path)
        named = [word for word in wanted if word in name]
        told = [word for word in wanted if word not in named and word in self._counted[place]]
        reasons = [f"its name says {_quoted(named)}"] if named else []
        reasons += [f"its documentation says {_quoted(told)}"] if told else []
        return Entry(
            described.name,
            described.module,
            described.signature,
            described.summary,
            round(score, 3),
            " and ".join(reasons),
        )


def _counted(described: Callable) -> Counter[str]:
    prose = f"{re.sub('[^A-Za-z_]+', ' ', described.signature)} {described.documentation[:DOCUMENTATION_CHARACTERS]}"
    return Counter(words(described.path) * NAME_WEIGHT + words(prose))


def _quoted(stems: list[str]) -> str:
    return ", ".join(f"'{word}'" for word in stems)


@functools.cache
def standard() -> Index:
    """The index of the standard library, built once."""
    return Index(callables())


def search(goal: str, k: int = 12) -> tuple[Entry, ...]:
    """The k callables of the standard library that fit the goal best, best first."""
    return standard().search(goal, k)
