"""Who makes a tool of which domain, who judges it, and whether there is research before."""

from collections.abc import Mapping, Sequence
from typing import Final

from messages.task import Domain, Learn

MAKERS: Final[dict[str, tuple[str, ...]]] = {"system": ("ogedei",), "ml_ai": ("jochi", "temujin")}
"""Who can make tools of a domain, the usual maker first, where it is not as in `USUAL`. *cited*: specification of
acquisition, section 1; *chosen*: the second, who makes tools too, stands in"""

USUAL: Final = ("temujin", "jochi")
"""Who can make tools of all other domains, the usual maker first. *cited*: the same; *chosen* as above"""

JUDGES: Final = ("jochi", "temujin")
"""Who can judge what another made, the usual judge first. *cited*: the same"""

RESEARCHED: Final[frozenset[str]] = frozenset(("telephony", "messaging", "external_api", "ml_ai"))
"""Domains with research even where a candidate came along. *cited*: the same"""


def chosen(candidates: Sequence[str], trust: Mapping[str, float] | None = None) -> str:
    """The candidate who does a phase: the first, unless a later one is trusted more; one without a figure counts 0."""
    known = trust or {}
    return max(candidates, key=lambda candidate: known.get(candidate, 0.0))


def maker_of(domain: Domain, trust: Mapping[str, float] | None = None) -> str:
    """The specialist who makes tools of this domain."""
    return chosen(MAKERS.get(domain, USUAL), trust)


def judge_of(domain: Domain, trust: Mapping[str, float] | None = None) -> str:
    """Who judges them: never the one who made them."""
    maker = maker_of(domain, trust)
    return chosen([judge for judge in JUDGES if judge != maker], trust)


def is_researched(learn: Learn) -> bool:
    """Möngke looks for what may serve before anything is made."""
    return learn.candidate is None or learn.domain in RESEARCHED
