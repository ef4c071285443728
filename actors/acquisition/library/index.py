"""The index: BM25 over names, signatures and documentation, in plain Python; building takes a fraction of a second."""

import functools
import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from actors.acquisition.library.callables import Callable, callables
from actors.acquisition.library.words import alike, words

K1: Final = 1.2
"""How soon a repeated word stops counting. *cited*: Robertson and Zaragoza 2009, The Probabilistic
Relevance Framework."""

B: Final = 0.6
"""How much a long documentation is held against an entry. *cited*: as above, 0.5 to 0.8."""

ALIKE_WEIGHT: Final = 0.6
"""What a word counts that the goal only means. *chosen*: less than one that it says."""

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
    """Postings of every word, with their weights computed beforehand."""

    def __init__(self, listed: Iterable[Callable]) -> None:
        self._listed = tuple(listed)
        self._counted = [_counted(described) for described in self._listed]
        lengths = [sum(counts.values()) for counts in self._counted]
        mean = sum(lengths) / max(1, len(lengths))
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, (counts, length) in enumerate(zip(self._counted, lengths, strict=True)):
            for word, count in counts.items():
                weight = count * (K1 + 1) / (count + K1 * (1 - B + B * length / mean))
                self._postings[word].append((place, weight))

    def __len__(self) -> int:
        return len(self._listed)

    def search(self, goal: str, k: int) -> tuple[Entry, ...]:
        """The k callables that fit the goal best, best first; fewer if fewer share a word with it."""
        wanted = dict.fromkeys(words(goal), 1.0)
        wanted |= {word: ALIKE_WEIGHT for word in alike(goal) if word not in wanted}
        scores: dict[int, float] = defaultdict(float)
        for word, share in wanted.items():
            postings = self._postings.get(word, ())
            rarity = math.log(1 + (len(self._listed) - len(postings) + 0.5) / (len(postings) + 0.5))
            for place, weight in postings:
                scores[place] += share * rarity * weight
        best = heapq.nsmallest(k, scores.items(), key=lambda item: (-item[1], item[0]))
        return tuple(self._entry(place, score, list(wanted)) for place, score in best)

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
