"""Who makes a tool of which domain, who judges it, and whether there is research before."""

from typing import Final

from messages.task import Domain, Learn

MAKERS: Final[dict[str, str]] = {"system": "ogedei", "ml_ai": "jochi"}
"""Who makes tools of a domain, where it is not Temüjin. *cited*: specification of acquisition, section 1"""

MAKER: Final = "temujin"
"""Who makes all others. *cited*: the same"""

JUDGE: Final = "jochi"
"""Who judges what others made; what he made himself, the usual maker judges. *cited*: the same"""

RESEARCHED: Final[frozenset[str]] = frozenset(("telephony", "messaging", "external_api", "ml_ai"))
"""Domains with research even where a candidate came along. *cited*: the same"""


def maker_of(domain: Domain) -> str:
    """The specialist who makes tools of this domain."""
    return MAKERS.get(domain, MAKER)


def judge_of(domain: Domain) -> str:
    """Who judges them: never the one who made them."""
    return MAKER if maker_of(domain) == JUDGE else JUDGE


def is_researched(learn: Learn) -> bool:
    """Möngke looks for what may serve before anything is made."""
    return learn.candidate is None or learn.domain in RESEARCHED
