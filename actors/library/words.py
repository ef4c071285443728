"""Words of names and of prose, brought to one form."""

import functools
import re
from typing import Final

STOP: Final = frozenset(
    re.findall(
        r"\w+",
        """
        a an and any are as at be been but by can do does each for from has have if in instead into is it its may no
        not of on or other otherwise return returned returns see should so some such than that the then there these
        they this to use used using was what when where which will with you your given self cls none default optional
        arg args kwargs
        """,
    )
)
"""Words that tell nothing about a callable. *chosen*"""

ALIKE: Final = {
    "text": ("string",),
    "remove": ("strip", "delete"),
    "average": ("mean",),
    "whitespace": ("strip",),
    "white": ("whitespace",),
    "capitals": ("upper", "uppercase"),
    "similarity": ("match", "ratio"),
    "duplicates": ("unique",),
    "largest": ("max", "maximum"),
    "smallest": ("min", "minimum"),
    "order": ("sort",),
    "dictionary": ("dict",),
    "round": ("floor", "ceil"),
    "weekday": ("day", "week"),
    "accents": ("normalize", "unicode"),
    "fraction": ("ratio",),
}
"""Words that people write for words of the documentation. *chosen*: the commonest in goals."""

_PIECES: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ENDINGS: Final = (
    "ations",
    "ation",
    "ings",
    "ing",
    "edly",
    "ed",
    "ies",
    "ers",
    "er",
    "ors",
    "or",
    "es",
    "s",
    "ly",
    "e",
)
SHORTEST: Final = 3
"""Letters that have to be left of a word when an ending is taken off. *chosen*: two tell nothing."""


def alike(text: str) -> list[str]:
    """The documentation's words for words of this text, stemmed."""
    known = {stem(word): others for word, others in ALIKE.items()}
    return [stem(other) for word in words(text) for other in known.get(word, ())]


def words(text: str) -> list[str]:
    """The words of a text or a name, split at case and underscores, without stop words, stemmed."""
    pieces = (piece.lower() for piece in _PIECES.findall(text))
    return [stem(piece) for piece in pieces if piece not in STOP and (len(piece) > 1 or piece.isdigit())]


@functools.lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """The word without its commonest endings; doubled letters before them are one."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST and not word.endswith("ss"):
            short = word[: -len(ending)]
            if len(short) > SHORTEST and short[-1] == short[-2] and short[-1] not in "aeiouls":
                short = short[:-1]
            return short + "y" if ending == "ies" else short
    return word
