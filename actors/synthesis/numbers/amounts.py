"""Texts that show one number in two units or more, such as feet and inches: the number is looked for instead."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from actors.synthesis.goal import ROUND_COST, Goal
from actors.synthesis.prose import numbers_in
from actors.synthesis.term import Term, composed
from actors.synthesis.values import Values, kind_of_all

SHOW_COST: Final = 6
"""What showing a number in two units costs beyond the number. *chosen*: about what the calls in it would."""

SIZES: Final = (60, 12, 7, 24)
"""How many of the smaller unit make a larger one where the goal names no number. *cited*: of times, feet and dozens"""

LARGEST_SIZE: Final = 10_000
"""Largest number that is taken for the size of a unit. *chosen*"""

CHAINS: Final = (
    (("week", 7), ("day", 24), ("hour", 60), ("minute", 60), ("second", 1)),
    (("w", 7), ("d", 24), ("h", 60), ("min", 60), ("s", 1)),
    (("week", 7), ("day", 24), ("hr", 60), ("min", 60), ("sec", 1)),
    (("year", 12), ("month", 1)),
    (("dozen", 12), ("egg", 1)),
    (("foot", 12), ("inch", 1)),
)
"""Units, each with how many of the next it is. *cited*: common units"""


def amounts(results: Values, said: str) -> Iterator[Goal]:
    """The goals of the numbers that the results show in two units or more, if that is what they show."""
    if kind_of_all(results) == "text":
        yield from _framed(results, said)
        yield from _worded(results)


def _framed(results: Values, said: str) -> Iterator[Goal]:
    """Two numbers between the same texts, of which the second never reaches the size of the first one's unit."""
    found = [re.fullmatch(r"(\D*)(\d+)(\D+)(\d+)(\D*)", result) for result in results]
    shown = [match.groups() for match in found if match]
    if len(shown) < len(results) or len({groups[::2] for groups in shown}) > 1:
        return
    before, _, between, _, after = shown[0]
    pairs = [(int(groups[1]), int(groups[3])) for groups in shown]
    form = "'02d'" if any(groups[3][0] == "0" and len(groups[3]) == len("00") for groups in shown) else "'d'"
    letters = sum(map(str.isalnum, before + between + after))
    for size in _sizes(pairs, said):
        small = f"format(A % {size}, {form})" if form == "'02d'" else f"str(A % {size})"
        pieces = [f"str(A // {size})", repr(between), small]
        pieces = [repr(before)] * bool(before) + pieces + [repr(after)] * bool(after)
        yield _shown(
            " + ".join(pieces), tuple(large * size + rest for large, rest in pairs), results, SHOW_COST + letters // 2
        )


def _sizes(pairs: Sequence[tuple[int, int]], said: str) -> list[int]:
    """Sizes that the numbers allow: those that the goal names, or else the common ones."""
    most = max(rest for _, rest in pairs)
    named = [int(number) for number in numbers_in(said) if number == int(number) and 1 < number < LARGEST_SIZE]
    return [size for size in named if size > most] or [size for size in SIZES if size > most]


def _worded(results: Values) -> Iterator[Goal]:
    """Numbers each with its unit in words, of which those that are nought may be left out."""
    shown = [re.findall(r"(\d+) ([a-z]+)", result) for result in results]
    plural = any(unit.endswith("s") and number != "1" and len(unit) > 1 for row in shown for number, unit in row)
    rows = [{(unit.removesuffix("s") if plural else unit): int(number) for number, unit in row} for row in shown]
    used = {unit for row in rows for unit in row}
    for chain in CHAINS:
        places = [place for place, (unit, _) in enumerate(chain) if unit in used]
        if len(used) < 2 or len(places) < len(used) or places[-1] - places[0] >= len(places):
            continue
        part = chain[places[0] : places[-1] + 1]
        values = []
        for row in rows:
            total = 0
            for unit, size in part[:-1]:
                total = (total + row.get(unit, 0)) * size
            values.append(total + row.get(part[-1][0], 0))
        some = any(len(row) < len(part) for row in rows)
        for joiner in (" ", ", ", " and "):
            yield _shown(_in_words(part, joiner, plural, some), tuple(values), results, SHOW_COST)


def _in_words(part: Sequence[tuple[str, int]], joiner: str, plural: bool, some: bool) -> str:
    """The expression that shows A in these units."""
    counts: list[str] = []
    whole = 1
    for place in reversed(range(len(part))):
        below = whole
        whole *= part[place - 1][1] if place else 1
        count = "A" if place == 0 else f"A % {whole}"
        counts.insert(0, count if below == 1 else f"{count} // {below}")
    units = [unit for unit, _ in part]
    word = "unit + 's' * (n != 1)" if plural else "unit"
    kept = " if n" if some else ""
    return f"{joiner!r}.join(str(n) + ' ' + {word} for n, unit in zip([{', '.join(counts)}], {units!r}){kept})"


def _shown(template: str, numbers: Values, results: Values, extra: int) -> Goal:
    """The goal of these numbers, if showing them by the template gives the results."""
    show = eval(f"lambda A: {template}")
    right = [show(number) for number in numbers] == list(results)

    def accept(term: Term) -> Term | None:
        if not right or term.kind not in ("int", "float"):
            return None
        whole: tuple[Any, ...] = term.values
        if term.kind == "float":
            whole = tuple(map(round, term.values))
            term = composed("round(A)", (term,), "int", whole, ROUND_COST)
        return composed(template, (term,), "text", results, extra) if whole == numbers else None

    return Goal("int", numbers, 0, accept)
