"""Questions with a wanted answer for some examples: a term compared with a literal that the examples suggest."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

from actors.synthesis.choices.joint import covers, sides
from actors.synthesis.meter import Meter
from actors.synthesis.prose import numbers_in
from actors.synthesis.term import Term, composed, leaf
from actors.synthesis.wording import DIVIDING

Truth: TypeAlias = tuple[bool | None, ...]
"""The answer wanted for each example; None where either will do."""

COMPARE_COST: Final = 3
"""What a comparison with a literal costs beyond the term. *chosen*"""

DIVISORS: Final = (2, 3, 4, 5, 6, 7, 10, 12, 15, 100)
"""Divisors that are asked about. *chosen*"""

JOINT: Final = 5
"""Most examples that two questions share between them. *chosen*: there are two to their number of ways"""

JOINED: Final = 300
"""Joint questions that are told. *chosen*: what the goal says decides between them."""

JOINT_COST: Final = 1
"""What joining two questions costs. *chosen*"""

TOLD_DISCOUNT: Final = 2
"""How much cheaper two questions are where the goal says their `and` or `or`. *chosen*"""

MISSED_COST: Final = 3
"""What it counts against a question that it does not read an argument. *chosen*: decides between near equals."""

PIECE_COST: Final = 3
"""What letters and digits in a question cost. *chosen*: they may be remembered."""

DIGITS_COST: Final = 2
"""What digits in a question about a text cost more. *chosen*: whoever means a number asks about a number."""

UNNAMED_COST: Final = 2
"""What a bound costs more that the goal does not name, where it names two numbers or more. *chosen*"""

ONCE_COST: Final = 3
"""What they cost more if one text shows them. *chosen*: it may be chance."""

RARE: Final = 6
"""Divisor above which two multiples are hardly chance. *derived*: one pair in forty-nine"""

ASKED: Final = 100
"""Terms that questions are asked about. *chosen*: the cheapest."""

EXCLUSIVE: Final = frozenset({"over", "above", "exceed", "exceeds", "greater", "more", "larger", "older"})
"""Words of a goal after which a bound itself does not count. *chosen*"""


class Questions:
    """The cheapest question for each division of examples, asked once."""

    def __init__(self, asked: Sequence[Term], count: int, goal: str, meter: Meter, uses: int) -> None:
        self._uses = uses
        self._meter = meter
        self._asked, self._count, self._goal = asked[:ASKED], count, goal
        self._known: dict[tuple[int, int], Term | None] = {}

    def between(self, yes: int, no: int) -> Term | None:
        """The cheapest question that is answered yes for these and no for those."""
        if (yes, no) not in self._known:
            truth = truth_of(yes, no, self._count)
            asked = self._asked if yes and no else ()
            self._meter.charge(len(asked))
            answers = [answer for about in asked if (answer := question(about, truth, self._goal)) is not None]
            self._known[yes, no] = min(answers, key=self._dearness, default=None)
        return self._known[yes, no]

    def _dearness(self, answer: Term) -> int:
        return answer.cost + MISSED_COST * (self._uses & ~answer.uses).bit_count()

    def _unread(self, answer: Term) -> int:
        return answer.cost + (self._uses & ~answer.uses).bit_count()

    def joint(self, wanted: Truth) -> list[Term]:
        """Questions that are answered as wanted together, all of two or three or one of them, cheapest first."""
        yes = sum(1 << row for row, answer in enumerate(wanted) if answer is True)
        no = sum(1 << row for row, answer in enumerate(wanted) if answer is False)
        found: list[Term] = []
        for template, fixed, split in (("A and B", yes, no), ("A or B", no, yes)):
            if not fixed or split.bit_count() < 2:
                continue
            answer = fixed == yes

            def ask(about: Term, part: int, fixed: int = fixed, answer: bool = answer) -> Term | None:
                return question(about, truth_of(*((fixed, part) if answer else (part, fixed)), self._count), self._goal)

            self._meter.charge(len(self._asked))
            told = sides(self._asked, fixed, split, ask, answer, numbers_in(self._goal))
            for part in _parts(split):
                asking = self.between(*((fixed, part) if answer else (part, fixed)))
                if asking is not None:
                    told.setdefault(part, []).append(asking)
            extra = JOINT_COST - TOLD_DISCOUNT * (template[2:-2] in f" {self._goal.lower()} ")
            found += covers(told, split, template, extra, self._unread)
        return sorted(found, key=self._dearness)[:JOINED]


def _parts(mask: int) -> Iterator[int]:
    """The subsets of a set of examples, the empty one and the whole apart; none if there are many."""
    part = (mask - 1) & mask
    while part and mask.bit_count() <= JOINT:
        yield part
        part = (part - 1) & mask


def truth_of(yes: int, no: int, count: int) -> Truth:
    """The answers wanted: true for the bits of `yes`, false for those of `no`."""
    return tuple(True if yes >> row & 1 else False if no >> row & 1 else None for row in range(count))


def question(term: Term, wanted: Truth, goal: str) -> Term | None:
    """The cheapest question about this term that answers as wanted, if there is one."""
    answers = _answers(term, wanted, goal)
    return min(answers, key=lambda answer: answer.cost, default=None)


def _answers(term: Term, wanted: Truth, goal: str) -> Iterator[Term]:
    if not term.uses:
        return
    if term.kind == "bool":
        if _agrees(term.values, wanted):
            yield composed("A", (term,), "bool", term.values, 0)
        elif _agrees([not value for value in term.values], wanted):
            yield composed("not A", (term,), "bool", tuple(not value for value in term.values), 1)
        return
    yes = [value for value, answer in zip(term.values, wanted, strict=True) if answer is True]
    no = [value for value, answer in zip(term.values, wanted, strict=True) if answer is False]
    if not yes or not no:
        return
    if all(value is None for value in yes) and None not in no:
        yield composed("A is None", (term,), "bool", tuple(value is None for value in term.values), 1)
    elif all(value is None for value in no) and None not in yes:
        yield composed("A is not None", (term,), "bool", tuple(value is not None for value in term.values), 1)
    if term.kind in ("int", "float"):
        yield from _bounds(term, yes, no, goal)
    if term.kind in ("int", "text"):
        yield from _equals(term, yes, no, goal)
    if term.kind in ("int",):
        yield from _divides(term, yes, no, goal)
    if term.kind == "text":
        yield from _contains(term, yes, no, goal)
    if (term.kind.startswith("list") or term.kind == "text") and not _cut(term):
        yield from _is_empty(term, yes, no)


def _cut(term: Term) -> bool:
    """The term is a slice, whose being empty is a question of length by another name."""
    return re.match(r"A\[[^\]]*:", term.component.template) is not None


def _agrees(values: Sequence[bool], wanted: Truth) -> bool:
    return all(answer is None or value is answer for value, answer in zip(values, wanted, strict=True))


def _asked(term: Term, template: str, literal: Any, extra: int, holds: Sequence[bool]) -> Term:
    bound = leaf(repr(literal), "lit", (literal,) * len(term.values), 1, 0)
    return composed(template, (term, bound), "bool", tuple(holds), COMPARE_COST - 1 + extra)


def _bounds(term: Term, yes: list[Any], no: list[Any], goal: str) -> Iterator[Term]:
    exclusive = bool(EXCLUSIVE & set(re.findall(r"[a-z]+", goal.lower())))
    if max(no) < min(yes):
        bound, strict = _bound(max(no), min(yes), goal, exclusive)
        values = [value > bound if strict else value >= bound for value in term.values]
        yield _asked(term, "A > B" if strict else "A >= B", bound, _plainness(bound, goal), values)
    elif max(yes) < min(no):
        bound, strict = _bound(max(yes), min(no), goal, exclusive)
        values = [value <= bound if strict else value < bound for value in term.values]
        yield _asked(term, "A <= B" if strict else "A < B", bound, _plainness(bound, goal), values)


def _bound(low: float, high: float, goal: str, exclusive: bool) -> tuple[float, bool]:
    """The plainest number between the two, and whether the low side includes it."""
    for number in numbers_in(goal):
        if low <= number <= high:
            return number, number == low or (exclusive and number < high)
    if low <= 0 < high or low < 0 <= high:
        return 0, low == 0 or (exclusive and high != 0)
    number = _plainest(low, high)
    return number, number == low or (exclusive and number < high)


def _plainest(low: float, high: float) -> float:
    """The number in [low, high] with the fewest significant digits."""
    whole = isinstance(low, int) and isinstance(high, int)
    size = len(str(int(max(abs(low), abs(high)))))
    for places in range(-size, 0 if whole else 7):
        for half in (5, 1) if places < 0 else (1,):
            step = half * 10.0**-places if half == 1 else 5 * 10.0 ** (-places - 1)
            number = round(-(-low // step) * step, max(places, 0) + 1)
            if number <= low:
                number = round(number + step, max(places, 0) + 1)
            if number <= high:
                return int(number) if number == int(number) else number
    return high


def _plainness(bound: float, goal: str) -> int:
    """What a bound costs: its digits, and more where the goal names others but not this one."""
    if bound == 0 or bound in numbers_in(goal):
        return 0
    digits = len(str(bound).strip("-").rstrip("0").replace(".", "").lstrip("0"))
    return digits + UNNAMED_COST * (bound >= 1 and len(numbers_in(goal)) > 1)


def _equals(term: Term, yes: list[Any], no: list[Any], goal: str) -> Iterator[Term]:
    if len(set(yes)) == 1 and yes[0] not in no and (_meant(yes) or _named(yes[0], goal)):
        yield _asked(term, "A == B", yes[0], -_named(yes[0], goal), [value == yes[0] for value in term.values])
    elif len(set(no)) == 1 and no[0] not in yes and (_meant(no) or _named(no[0], goal)):
        yield _asked(term, "A != B", no[0], -_named(no[0], goal), [value != no[0] for value in term.values])


def _named(value: Any, goal: str) -> bool:
    """The goal says the value as a word."""
    return isinstance(value, str) and value.lower() in re.findall(r"[^\W_]+", goal.lower())


def _meant(values: Sequence[Any]) -> bool:
    """An equality stands on more than one example, or on a value that is special anywhere; else it would remember."""
    return len(values) > 1 or values[0] in (0, 1, "")


def _divides(term: Term, yes: list[int], no: list[int], goal: str) -> Iterator[Term]:
    silent = bool(goal) and not DIVIDING & set(re.findall(r"[a-z]+", goal.lower()))
    for divisor in DIVISORS:
        told = divisor == 2 or divisor in numbers_in(goal) or (divisor > RARE and len(set(yes)) > 1)
        plain = (0 if told else 1 if divisor in (3, 5, 10) else 2) + silent
        if all(value % divisor == 0 for value in yes) and all(value % divisor for value in no):
            yield _asked(term, "A % B == 0", divisor, plain, [value % divisor == 0 for value in term.values])
        elif all(value % divisor for value in yes) and all(value % divisor == 0 for value in no):
            yield _asked(term, "A % B != 0", divisor, plain + 1, [value % divisor != 0 for value in term.values])


def _contains(term: Term, yes: list[str], no: list[str], goal: str) -> Iterator[Term]:
    for piece in re.findall(r"[A-Za-z0-9]+|[^A-Za-z0-9\s]+|\s", yes[0]):
        extra = _memory(piece, yes, goal)
        if all(text.startswith(piece) for text in yes) and not any(text.startswith(piece) for text in no):
            yield _asked(term, "A.startswith(B)", piece, extra, [text.startswith(piece) for text in term.values])
        if all(text.endswith(piece) for text in yes) and not any(text.endswith(piece) for text in no):
            yield _asked(term, "A.endswith(B)", piece, extra, [text.endswith(piece) for text in term.values])
        if all(piece in text for text in yes) and not any(piece in text for text in no):
            holds = [piece in text for text in term.values]
            yield composed(
                "B in A",
                (term, leaf(repr(piece), "text", (piece,) * len(holds), 1, 0)),
                "bool",
                tuple(holds),
                COMPARE_COST + extra - 1,
            )


def _memory(piece: str, yes: Sequence[str], goal: str) -> int:
    """What a piece of text costs in a question: the more, the less it was meant."""
    if not piece.isalnum():
        return 0
    if piece.lower() in re.findall(r"[^\W_]+", goal.lower()):
        return 1
    return PIECE_COST + DIGITS_COST * piece.isdigit() + ONCE_COST * (len(set(yes)) == 1)


def _is_empty(term: Term, yes: list[Any], no: list[Any]) -> Iterator[Term]:
    if all(yes) and not any(no):
        yield composed("bool(A)", (term,), "bool", tuple(bool(value) for value in term.values), 2)
    elif all(no) and not any(yes):
        yield composed("not A", (term,), "bool", tuple(not value for value in term.values), 2)
