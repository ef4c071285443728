"""What counts against a program beside its length: arguments, fields, numbers and words of the goal left aside."""

from collections.abc import Sequence
from typing import Final

from actors.synthesis.evidence import evidence
from actors.synthesis.literals import named_keys
from actors.synthesis.term import Term, templates
from actors.synthesis.values import Values
from actors.synthesis.wording import COUNTING, loud, missed, overlooked, plain_numbers, unmeant, unnumbered, unspoken

UNUSED_COST: Final = 8
"""What it costs a program to ignore an argument. *chosen*: whoever gives an argument means it."""

PART_UNUSED_COST: Final = 1
"""What it costs a part of a program. *chosen*: decides between equals."""

UNMEANT_COST: Final = 6
"""What it costs to answer yes or no with nothing that the goal speaks of. *chosen*: truth values alone show little."""

UNNUMBERED_COST: Final = 2
"""What it costs a program to have none of the numbers that the goal names. *chosen*: they may be of an example."""

OVERLOOKED_COST: Final = 1
"""What it costs to answer yes or no without what one more word of the goal means. *chosen*"""

UNSAID_COST: Final = 1
"""What it costs to have nothing that the goal speaks of. *chosen*: decides between equals."""

UNREAD_COST: Final = 3
"""What it costs to leave a field unread that the goal names. *chosen*: whoever names a field means it."""

LOUD_COST: Final = 2
"""What it costs to pick or order by size where the goal has no word for it. *chosen*"""

CUT_COST: Final = 1
"""What it costs to divide without a rest where every result is shown with a decimal point. *chosen*"""

MISSED_COST: Final = 2
"""What each number costs that the goal names and the program lacks. *chosen*: it may be of an example."""

MISSED: Final = 2
"""Most numbers that are counted so. *chosen*"""

TOLD_COST: Final = 3
"""What a program may cost more for each number that the goal names and it has. *chosen*: a number tells as much."""

FREE_COST: Final = 16
"""Cost up to which a program needs no evidence beyond agreeing. *measured*: of 139 right
programs none was dearer on fewer bits."""


class Weighing:
    """What the arguments, the results and the goal say of a program; of a part of one it says what is asked."""

    def __init__(self, leaves: Sequence[Term], results: Values, goal: str, part: bool) -> None:
        self._goal = goal
        self._part = part
        self._truth = all(isinstance(result, bool) for result in results)
        self._broken = all(isinstance(result, float) for result in results)
        self._evidence = evidence(results)
        counted = COUNTING.search(goal.lower()) is not None
        self._named = () if part or counted else named_keys([term.values for term in leaves], goal)
        self.wanted_uses = 0
        for term in leaves:
            self.wanted_uses |= term.uses if len(set(map(repr, term.values))) > 1 else 0

    def ignored(self, term: Term) -> int:
        """How many arguments that differ among the examples the program does not read."""
        return (self.wanted_uses & ~term.uses).bit_count()

    def allowed(self, term: Term) -> int:
        """What the program may cost, for what the examples hold and for the numbers of the goal that it has."""
        allowed = max(self._evidence, FREE_COST)
        if self._part or term.cost <= allowed:
            return allowed
        return allowed + TOLD_COST * (len(plain_numbers(self._goal)) - missed(templates(term), self._goal))

    def dearness(self, term: Term) -> int:
        """What the program costs altogether."""
        return term.cost + self.extra(term)

    def extra(self, term: Term) -> int:
        """What the program costs more for what it leaves aside, and for what nobody spoke of."""
        if self._part and not self._truth:
            return PART_UNUSED_COST * self.ignored(term) + LOUD_COST * loud(term, self._goal)
        said, written = self._goal, templates(term)
        if self._part:
            asked = MISSED_COST * min(MISSED, missed(written, said)) + LOUD_COST * loud(term, said)
            return PART_UNUSED_COST * self.ignored(term) + asked
        numbers = MISSED_COST * min(MISSED, missed(written, said))
        extra = UNUSED_COST * self.ignored(term) + numbers + LOUD_COST * loud(term, said)
        extra += UNREAD_COST * sum(not _reads(term, key) for key in self._named)
        if not self._truth:
            extra += UNSAID_COST * unmeant(written, said)
            return extra + CUT_COST * (self._broken and "//" in written) + UNNUMBERED_COST * unnumbered(written, said)
        # truth values show little, so that the goal has to say more
        extra += numbers
        if unmeant(written, said):
            return extra + UNMEANT_COST
        return extra + OVERLOOKED_COST * (overlooked(written, said) + unspoken(term, said))


def _reads(term: Term, key: str) -> bool:
    """The program has the key as a literal."""
    return repr(key) in term.component.template or any(_reads(part, key) for part in term.parts)
