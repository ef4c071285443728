"""What was found in a program, and how much it weighs."""

from typing import Final, NamedTuple

SUSPECT: Final = 1
"""Weight of what an honest tool may do with a reason. *chosen*: one alone makes the risk medium, which is reviewed"""

GRAVE: Final = 2
"""Weight of what no tool may do. *derived*: counts as two, so that one alone makes the risk high, which is rejected"""


class Finding(NamedTuple):
    """What the code does that a tool should not do, and in which line."""

    line: int
    kind: str
    what: str
    weight: int

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}"
