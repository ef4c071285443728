"""Words that give orders to an agent or tell it what to think of a tool, in the usual languages and spellings."""

import functools
import re
from collections.abc import Sequence
from typing import Final

from actors.text.phrases import FUSED, ORDERS
from actors.text.wording import plain

VOCABULARY: Final = frozenset(re.findall(r"[a-z]{2,}", " ".join(ORDERS.values())))
"""Every word of the orders. *derived*"""

LONG: Final = 14
"""Letters from which a word may be several without blanks. *chosen*: longer than nearly all words"""

BACKWARDS: Final = frozenset(
    word[::-1] for word in ("instructions", "instruction", "previous", "ignore", "disregard", "approve", "reviewer")
)
"""Words of the orders as they stand in a text that is written backwards. *derived* from `ORDERS`"""


def order_in(words: Sequence[str]) -> tuple[int, str] | None:
    """The first order among the words, read from either end: the number of its first word, and what it says."""
    if not BACKWARDS.isdisjoint(words) and (order := _order([word[::-1] for word in reversed(words)])) is not None:
        return len(words) - 1 - order[0], order[1]
    return _order(words)


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _order(words: Sequence[str]) -> tuple[int, str] | None:
    read = [word if word.isalpha() else plain(word, VOCABULARY) for word in words]
    text, start = " ".join(read), 0
    for number, word in enumerate(read):
        if word in ORDERS and (match := _compiled(ORDERS[word]).match(text, start)) is not None:
            return number, match[0]
        if len(word) >= LONG and (match := FUSED.search(word)) is not None:
            return number, match[0]
        start += len(word) + 1
    return None
