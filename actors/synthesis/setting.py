"""What all parts of one search share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from actors.synthesis.meter import Meter
from actors.synthesis.term import Component, Term


@dataclass(slots=True)
class Setting:
    """What all parts of one search share."""

    goal: str
    components: Sequence[Component]
    predicates: Sequence[Component]
    meter: Meter
    solved: dict[Any, tuple[int, Term | None]] = field(default_factory=dict)
    """Parts that were searched before: candidates given, program found."""
    holds: Callable[[Term], bool] = lambda _term: True
    """The program is right on the examples that are not searched on."""
    tell: Callable[[Term], None] = lambda _term: None
    """Hears of every program that is the cheapest so far."""
    borrowed: frozenset[str] = frozenset()
    """Definitions that are tools of somebody's."""
