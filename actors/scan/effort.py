"""How much work it is to judge a program: counted in steps and never timed, so that everybody comes to the same end."""

import re
import string
import unicodedata
from typing import Final

from actors.text.wording import STACKED

STEPS: Final = 24_000
"""Steps that judging one program may cost. *measured*: 1.4 times the dearest honest program; about 50 ms"""

MOST_LETTERS: Final = 80_000
"""Longest source that is looked at. *measured*: three times the longest honest program of the corpus"""

SIGNS: Final = tuple(sign for sign in string.punctuation if sign != "_")
"""Letters that end a word. *derived*: grammar"""

MOST_DOTS: Final = 1_000
"""Most points in what stands between two blanks, for a name with so many takes time quadratic in them. *measured*"""

FOREIGN: Final = re.compile(r"[^\x00-\x7f]+")
"""Letters beyond ASCII. *derived*"""

STEPS_PER_EXPRESSION: Final = 12
"""Steps for a brace, behind which an f-string may have the parser begin anew. *measured*"""

STEPS_PER_STATEMENT: Final = 2
"""Steps for a line or a semicolon, where the parser begins a statement. *measured*"""

STEPS_PER_FOREIGN: Final = 2
"""Steps for a run of letters beyond ASCII, which the parser brings into their usual form. *measured*"""

FOREIGN_PER_STEP: Final = 4
"""Letters beyond ASCII that are brought into their usual form, and looked at for marks, in one step. *measured*"""

LETTERS_PER_STEP: Final = 16
"""Letters that are searched for words in one step. *measured*"""


class Tangled(Exception):
    """The program is too long or too tangled to be judged."""


class Effort:
    """The steps that are left for one program."""

    __slots__ = ("left",)

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps

    @property
    def spent(self) -> int:
        """The steps that were needed so far."""
        return STEPS - self.left

    def spend(self, steps: int) -> None:
        """So many steps are gone; `Tangled` when there are no more."""
        self.left -= steps
        if self.left < 0:
            raise Tangled(f"too tangled to judge: it takes more than {STEPS} steps")


def weigh(source: str, effort: Effort) -> None:
    """What the parser and the search for words will cost is spent before they begin; `Tangled` if it is too much."""
    if len(source) > MOST_LETTERS:
        raise Tangled(f"too long to judge: {len(source)} letters, and {MOST_LETTERS} are looked at")
    effort.spend(len(source) // LETTERS_PER_STEP + _tokens(source))
    effort.spend((source.count("\n") + source.count(";")) * STEPS_PER_STATEMENT)
    effort.spend(source.count("{") * STEPS_PER_EXPRESSION)
    runs = () if source.isascii() else FOREIGN.findall(source)
    effort.spend(len(runs) * STEPS_PER_FOREIGN + sum(map(len, runs)) // FOREIGN_PER_STEP)
    if any(len(run) > STACKED and _is_stacked(run) for run in runs):
        raise Tangled(f"too tangled to judge: it stacks more than {STACKED} marks on one letter")


def _tokens(source: str) -> int:
    """At least the tokens that the parser reads, those of texts and comments among them."""
    words = source.split()
    if any(len(word) > MOST_DOTS and word.count(".") > MOST_DOTS for word in words):
        raise Tangled(f"too tangled to judge: it holds a name of more than {MOST_DOTS} parts")
    return len(words) + 2 * sum(source.count(sign) for sign in SIGNS)


def _is_stacked(run: str) -> bool:
    marks = 0
    for letter in run:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks > STACKED:
            return True
    return False
