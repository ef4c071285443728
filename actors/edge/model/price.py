"""What a question may cost at most, and what it has cost."""

from typing import Final, NamedTuple

from messages.gate.budget import MOST_USD

MILLION: Final = 1_000_000
"""Prices are given for so many tokens. *derived*: the usual price lists"""

FRAME_TOKENS: Final = 2_000
"""What roles and the schema of the answer add to a question. *chosen*: the schema has under 1,000 bytes"""


class Price(NamedTuple):
    """US dollars for a million tokens read and written."""

    usd_in: float
    usd_out: float


def usd_of(price: Price, tokens_in: int, tokens_out: int) -> float:
    """What so many tokens cost."""
    return min(MOST_USD, (tokens_in * price.usd_in + tokens_out * price.usd_out) / MILLION)


def most_usd(price: Price, prompt_bytes: int, max_tokens: int) -> float:
    """What one call may cost at most: no token is shorter than a byte."""
    return usd_of(price, prompt_bytes + FRAME_TOKENS, max_tokens)
