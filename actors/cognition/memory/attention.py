"""How much attention an item has: relevance to the goal, importance, recency and novelty.

Texts are vectors of their words' forms and letter triples, hashed to a fixed width, so that a thousand items are one
product of a matrix and a vector.

Source: specification of cognition, section 6; the hashing trick of K. Weinberger et al., Feature hashing for large
scale multitask learning, ICML 2009.
"""

import functools
import re
import zlib
from typing import Final

import numpy as np
import numpy.typing as npt

from actors.library.words import words

Vector = npt.NDArray[np.float32]

RELEVANCE, IMPORTANCE, RECENCY, NOVELTY = 0.40, 0.25, 0.20, 0.15
"""*cited*: specification of cognition, section 6"""
WIDTH: Final = 256
"""Places of a vector. *chosen*: two of twenty words of a text meet in one place rarely enough"""
TRIPLE: Final = 0.3
"""What a triple of letters counts beside a word. *chosen*: forms of one word that the stemmer leaves apart are alike"""
FADES: Final = 50.0
"""Operations in which recency falls to 1/e. *chosen*: a page of a dialogue"""
CHARS_A_TOKEN: Final = 4
"""*measured*: English text under the usual byte-pair encodings"""


@functools.lru_cache(maxsize=1 << 14)
def vector(text: str) -> Vector:
    """The text as a unit vector; all zeros for a text without words. Must not be changed."""
    found = np.zeros(WIDTH, np.float32)
    for word in words(text):
        _add(found, word, 1.0)
    for word in re.findall(r"[a-z0-9]{4,}", text.lower()):
        for at in range(len(word) - 2):
            _add(found, word[at : at + 3], TRIPLE)
    length = float(np.linalg.norm(found))
    return found / length if length else found


def _add(found: Vector, piece: str, weight: float) -> None:
    code = zlib.crc32(piece.encode())
    found[code % WIDTH] += weight if code >> 16 & 1 else -weight


class Rows:
    """Vectors of texts as rows of one array, so that a choice of them is taken in one step."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._places: dict[str, int] = {}
        self._rows = np.zeros((0, WIDTH), np.float32)

    def of(self, texts: list[str]) -> Vector:
        """One row a text, shape (n, 256)."""
        known = self._places
        if len(known) + len(texts) > self._most:
            known.clear()
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if len(known) + len(missing) > len(self._rows):
            more = np.zeros((max(2 * len(self._rows), len(known) + len(missing)), WIDTH), np.float32)
            more[: len(self._rows)] = self._rows
            self._rows = more
        for text in missing:
            known[text] = len(known)
            self._rows[known[text]] = vector(text)
        return self._rows[[known[text] for text in texts]]


matrix: Final = Rows(most=1 << 14).of
"""One row a text, shape (n, 256). *chosen*: up to 16,384 texts are kept, 16 MB"""


def novelty(text: str, held: Vector) -> float:
    """1 less the greatest likeness to a row of `held`, in [0, 1]."""
    if not len(held):
        return 1.0
    return float(min(1.0, max(0.0, 1.0 - float((held @ vector(text)).max()))))


def attention(
    held: Vector, aim: Vector, importance: npt.ArrayLike, ages: npt.ArrayLike, novel: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Attention of each item in [0, 1], shape (n,); `ages` in operations, `aim` the goal and what is focused."""
    relevance = np.maximum(0.0, held @ aim)
    recency = np.exp(-np.asarray(ages, float) / FADES)
    return np.asarray(
        RELEVANCE * relevance
        + IMPORTANCE * np.asarray(importance, float)
        + RECENCY * recency
        + NOVELTY * np.asarray(novel, float)
    )


def tokens(text: str) -> int:
    """About how many tokens the text has for a language model."""
    return max(1, -(-len(text) // CHARS_A_TOKEN))
