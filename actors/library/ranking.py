"""BM25 in plain Python: which of many counted texts speak of what another text says."""

import heapq
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from actors.library.words import alike, words

K1: Final = 1.2
"""How soon a repeated word stops counting. *cited*: Robertson and Zaragoza 2009, The Probabilistic
Relevance Framework."""

B: Final = 0.6
"""How much a long documentation is held against an entry. *cited*: as above, 0.5 to 0.8."""

ALIKE_WEIGHT: Final = 0.6
"""What a word counts that the goal only means. *chosen*: less than one that it says."""


class Ranking:
    """Postings of every word, with their weights computed beforehand."""

    def __init__(self, counted: Sequence[Mapping[str, int]]) -> None:
        self._size = len(counted)
        lengths = [sum(counts.values()) for counts in counted]
        mean = sum(lengths) / max(1, len(lengths))
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, (counts, length) in enumerate(zip(counted, lengths, strict=True)):
            for word, count in counts.items():
                weight = count * (K1 + 1) / (count + K1 * (1 - B + B * length / mean))
                self._postings[word].append((place, weight))

    def best(self, text: str, k: int) -> tuple[tuple[int, float], ...]:
        """Place and score of the k that fit the text best, best first; fewer if fewer share a word with it."""
        scores: dict[int, float] = defaultdict(float)
        for word, share in wanted_in(text).items():
            postings = self._postings.get(word, ())
            rarity = math.log(1 + (self._size - len(postings) + 0.5) / (len(postings) + 0.5))
            for place, weight in postings:
                scores[place] += share * rarity * weight
        return tuple(heapq.nsmallest(k, scores.items(), key=lambda item: (-item[1], item[0])))


def wanted_in(text: str) -> dict[str, float]:
    """The words that the text says or means, stemmed, with what each counts."""
    wanted = dict.fromkeys(words(text), 1.0)
    return wanted | {word: ALIKE_WEIGHT for word in alike(text) if word not in wanted}
