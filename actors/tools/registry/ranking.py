"""Which tools fit words best: BM25 over names, descriptions and parameters, kept up to date tool by tool."""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping

from actors.library.index import NAME_WEIGHT
from actors.library.ranking import K1, B, wanted_in
from actors.library.words import words
from messages.tools.tool import Spec


class Ranking:
    """Postings of every word of the tools that were last shown to it."""

    def __init__(self) -> None:
        self._specs: dict[str, Spec] = {}
        self._counts: dict[str, Counter[str]] = {}
        self._lengths: dict[str, int] = {}
        self._total = 0
        self._postings: dict[str, dict[str, int]] = defaultdict(dict)

    def show(self, specs: Mapping[str, Spec]) -> None:
        """These tools are indexed and no others; only what is new or changed costs anything."""
        for name in [name for name, spec in self._specs.items() if specs.get(name) is not spec]:
            self._drop(name)
        for name, spec in specs.items():
            if name not in self._specs:
                self._add(name, spec)

    def scores(self, text: str) -> dict[str, float]:
        """How well each tool that shares a word with the text fits it."""
        mean = self._total / max(1, len(self._lengths))
        found: dict[str, float] = defaultdict(float)
        lengths = self._lengths
        for word, share in wanted_in(text).items():
            postings = self._postings.get(word, {})
            rarity = share * math.log(1 + (len(self._specs) - len(postings) + 0.5) / (len(postings) + 0.5))
            for name, count in postings.items():
                found[name] += rarity * count * (K1 + 1) / (count + K1 * (1 - B + B * lengths[name] / mean))
        return found

    def _add(self, name: str, spec: Spec) -> None:
        prose = " ".join((spec.description, spec.category, spec.domain, *spec.parameters))
        counts = Counter(words(name) * NAME_WEIGHT + words(prose))
        self._specs[name], self._counts[name], self._lengths[name] = spec, counts, sum(counts.values())
        self._total += self._lengths[name]
        for word, count in counts.items():
            self._postings[word][name] = count

    def _drop(self, name: str) -> None:
        for word in self._counts.pop(name):
            del self._postings[word][name]
            if not self._postings[word]:
                del self._postings[word]
        self._total -= self._lengths.pop(name)
        del self._specs[name]


def best(scores: Mapping[str, float], fits: Callable[[str], bool], limit: int) -> tuple[list[str], int]:
    """The names that fit, best first and at most so many, and how many fit in all."""
    fitting = [name for name in scores if fits(name)]
    return heapq.nsmallest(limit, fitting, key=lambda name: (-scores[name], name)), len(fitting)
