"""What is asked of the search, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

SECONDS: Final = 20.0
"""Processor time that a search may take by default, in seconds. *chosen*: under the limit of one sandbox call."""

CANDIDATES: Final = 600_000
"""Programs a search may evaluate by default. *measured*: some 10 s of one busy core."""

KEPT: Final = 150_000
"""Values a search may remember by default. *measured*: 110 MB of memory in all at the usual sizes."""


OTHERS: Final = 5
"""Most programs of like cost that are handed out. *chosen*: each takes place on the log"""

OTHER_CHARACTERS: Final = 4_000
"""Longest source of one. *chosen*: the same"""

SHOWN_CHARACTERS: Final = 80
"""Longest form in which a value is shown in a reason. *chosen*"""


class Contradiction(ValueError):
    """Two examples give the same arguments different results."""

    def __init__(self, first: int, second: int, args: tuple[Any, ...], results: tuple[Any, Any]) -> None:
        shown = ", ".join(map(_shown, args))
        told = " and ".join(map(_shown, results))
        super().__init__(
            f"examples {first} and {second} have the same arguments and different results: ({shown}) gives {told}"
        )
        self.first = first
        self.second = second


@dataclass(frozen=True, slots=True)
class Example:
    """One call that is known to be right, in plain JSON values."""

    args: tuple[Any, ...]
    result: Any


@dataclass(frozen=True, slots=True)
class Budget:
    """Where a search stops, whatever it has found."""

    seconds: float = SECONDS
    """Of processor time."""
    candidates: int = CANDIDATES
    kept: int = KEPT


@dataclass(frozen=True, slots=True)
class Figures:
    """What the search did."""

    candidates: int
    kept: int
    level: int
    """Highest cost of which every composition was tried."""
    depth: int
    """Calls nested in the program found; 0 without one."""
    seconds: float
    """Of processor time."""
    share: float = 0.0
    """Of the budget that is spent first: the time, the candidates or the values kept."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that was learnt, to be called inside a program; its source comes along."""

    name: str
    source: str
    entry: str = "solve"
    parameters: tuple[str, ...] = ()
    calls: tuple[Example, ...] = ()
    """Calls that are known to be right; a tool that fails one of them is left out."""


@dataclass(frozen=True, slots=True)
class Found:
    """A program that does what every example shows."""

    source: str
    cost: int
    figures: Figures
    entry: str = "solve"
    others: tuple[str, ...] = ()
    """Sources of programs of like cost that do the same for every example, and another thing close to them."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """No program was found within the budget, for the reason given."""

    reason: str
    figures: Figures


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "..."


def check(examples: Sequence[Example]) -> None:
    """The examples can be searched on: there are some, of one arity, and none contradicts another; else ValueError."""
    if not examples:
        raise ValueError("no examples")
    if len({len(example.args) for example in examples}) != 1:
        raise ValueError("the examples differ in their number of arguments")
    if not examples[0].args:
        raise ValueError("the examples have no arguments")
    seen: dict[str, int] = {}
    for index, example in enumerate(examples):
        first = seen.setdefault(repr(example.args), index)
        if repr(examples[first].result) != repr(example.result):
            raise Contradiction(first, index, example.args, (examples[first].result, example.result))
