"""Numbers that a goal names, in digits or in words."""

import functools
import re
from typing import Final

_UNITS: Final = re.findall(
    r"\w+",
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty""",
)

NUMBER_WORDS: Final = {word: number for number, word in enumerate(_UNITS)} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "hundred": 100,
    "thousand": 1000,
    "dozen": 12,
}
"""Words for the numbers that goals name. *chosen*: English, as all words of the search."""


@functools.lru_cache(maxsize=64)
def numbers_in(goal: str) -> tuple[float, ...]:
    """The numbers that the goal names, in their order."""
    found: list[float] = []
    for token in re.findall(r"\d{1,9}(?:\.\d{1,9})?|[a-z]+", goal.lower()):
        if token[0].isdigit():
            found.append(float(token) if "." in token else int(token))
        elif token in NUMBER_WORDS:
            found.append(NUMBER_WORDS[token])
    return tuple(found)


@functools.lru_cache(maxsize=64)
def places_in(goal: str) -> int | None:
    """How many decimals the goal asks for; None if it says nothing of them."""
    if re.search(r"\b(?:whole numbers?|no decimals)\b", goal.lower()):
        return 0
    for word in re.findall(r"(\w+) (?:decimals?|decimal places?|places)\b", goal.lower()):
        if word in NUMBER_WORDS or word.isdigit():
            return NUMBER_WORDS[word] if word in NUMBER_WORDS else int(word[:2])
    return None


@functools.lru_cache(maxsize=64)
def shares_in(goal: str) -> tuple[float, ...]:
    """What the percentages of a goal multiply by: the share, what is left without it, what it makes with it."""
    found: list[float] = []
    for number in re.findall(r"(\d{1,3}(?:\.\d{1,3})?)\s*(?:percent|per cent|%)", goal.lower()):
        share = float(number)
        found += [round(share / 100, 6), round(1 - share / 100, 6), round(1 + share / 100, 6)]
    return tuple(found)
