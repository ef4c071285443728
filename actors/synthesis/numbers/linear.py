"""Numbers that are a straight line of another number, with the plainest constants that fit what was rounded."""

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from actors.synthesis.term import Term, composed
from actors.synthesis.values import Values

CONSTANTS: Final = (
    1.609344,
    0.621371,
    2.54,
    0.3937,
    0.3048,
    3.28084,
    0.45359237,
    2.20462,
    28.3495,
    0.035274,
    4.184,
    3.785411784,
    0.264172,
    273.15,
    3.141592653589793,
    1.852,
    0.914,
    9.80665,
    4.546,
    0.0254,
    745.7,
    6.2831853,
    1024.0,
    1048576.0,
    1073741824.0,
    1440.0,
    3600.0,
    86400.0,
    604800.0,
    1e6,
    1e9,
)
"""Ratios of units in common use, of time and of sizes among them. *cited*: BIPM, The International System of Units;
the yard and pound agreement of 1959."""

SCALES: Final = (
    "(A - 32) * 5 / 9",
    "A * 9 / 5 + 32",
    "A * 1.8 + 32",
    "(A - 32) * 5 / 9 + 273.15",
    "(A - 273.15) * 9 / 5 + 32",
)
"""From one scale of temperature to another. *cited*: BIPM, The International System of Units, 2.3.1"""

SCALE_COST: Final = 3
"""What such a line costs. *chosen*: little, since its constants are not made up for the examples."""

DENOMINATOR: Final = 12
"""Largest denominator of a ratio that is read off rounded numbers. *chosen*: larger ones fit by chance."""

EXACT_DENOMINATOR: Final = 1_000
"""Largest denominator of a ratio that is read off exact numbers. *chosen*"""

DIGIT_BITS: Final = 3.4
"""Bits that a digit of a constant uses up. *derived*: log2(10), rounded up."""

CHANCE_BITS: Final = 16.0
"""Bits that the examples have to show beyond those in the constants. *chosen*: some thousand numbers are tried."""

KNOWN_DIGITS: Final = 2
"""Digits that a ratio of units in common use counts for. *derived*: there are some sixty, with their inverses."""

RELATIVE: Final = 1e-9
"""Relative width of what an unrounded result stands for. *derived*: some bits above double precision."""


def lines(term: Term, results: Values, places: int | None) -> Iterator[Term]:
    """Straight lines of the term that come within rounding of the results, plainest first; no places mean unrounded."""
    points = sorted(set(zip(term.values, results, strict=True)))
    distinct = {x for x, _ in points}
    if len(distinct) < 2 or len({y for _, y in points}) < 2 or len(distinct) != len(points):
        return
    room = 0.0 if places is None else 0.5000001 * 10.0**-places
    yield from _between_scales(term, results, room)
    slopes = _range([(x, y) for x, y in points if x], room, offset=0.0)
    if slopes is not None and all(abs(y) <= room for x, y in points if not x):
        yield from _written(term, _plainest(*slopes), 0, results)
        return
    if len(distinct) > 2:
        yield from _with_offset(term, points, room, results)


def _between_scales(term: Term, results: Values, room: float) -> Iterator[Term]:
    """The lines from one scale to another that come within the room, if the examples show more than chance does."""
    if shown_bits(term.values, results) < CHANCE_BITS:
        return
    for form in SCALES:
        values = tuple(eval(f"lambda A: {form}")(value) for value in term.values)
        if all(abs(y - wanted) <= max(room, RELATIVE * abs(wanted)) for y, wanted in zip(values, results, strict=True)):
            yield composed(form, (term,), "float", values, SCALE_COST)


def _range(points: Sequence[tuple[float, float]], room: float, offset: float) -> tuple[float, float] | None:
    """The slopes through the offset that pass every point within the room."""
    low, high = float("-inf"), float("inf")
    for x, y in points:
        width = max(room, RELATIVE * abs(y))
        ends = sorted(((y - offset - width) / x, (y - offset + width) / x))
        low, high = max(low, ends[0]), min(high, ends[1])
    return (low, high) if points and low <= high else None


def _with_offset(term: Term, points: Sequence[tuple[float, float]], room: float, results: Values) -> Iterator[Term]:
    (x0, y0), (x1, y1) = points[0], points[-1]
    width = 2 * max(room, RELATIVE * max(abs(y0), abs(y1)))
    slope = _plainest((y1 - y0 - width) / (x1 - x0), (y1 - y0 + width) / (x1 - x0))
    rests = [float(y - slope * x) for x, y in points]
    width = max(room, RELATIVE * max(abs(y) for _, y in points), RELATIVE)
    if max(rests) - min(rests) <= 2 * width:
        offset = _plainest(max(rests) - width, min(rests) + width)
        for shift in (_turned(slope, max(rests) - width, min(rests) + width), offset) if slope else ():
            if shift is not None:
                yield from _written(term, slope, shift, results)


def _turned(slope: Fraction, low: float, high: float) -> Fraction | None:
    """The offset in the range that moves the line to cross zero at a whole number, if the slope is no whole one."""
    first, last = sorted((-low / slope, -high / slope))
    turn = math.ceil(first)
    return -slope * turn if slope.denominator > 1 and turn <= last else None


def _plainest(low: float, high: float) -> Fraction:
    """The number in the range that was most likely meant: a short decimal, a small ratio, a known constant."""
    middle = (low + high) / 2
    for places in range(3):
        if low <= round(middle, places) <= high:
            return Fraction(str(round(middle, places)))
    for most in (DENOMINATOR, EXACT_DENOMINATOR) if high - low <= 4 * RELATIVE * abs(middle) else (DENOMINATOR,):
        ratio = Fraction(middle).limit_denominator(most)
        if low <= ratio <= high:
            return ratio
    for constant in CONSTANTS:
        for known in (constant, 1 / constant):
            if low <= known <= high:
                return Fraction(str(constant)) if known == constant else 1 / Fraction(str(constant))
    inverse = Fraction(1 / middle).limit_denominator(1) if middle else Fraction(0)
    if inverse and low <= 1 / inverse <= high:
        return 1 / inverse
    for places in (1, 2) if middle else ():
        turned = Fraction(str(round(1 / middle, places)))
        if turned and low <= 1 / turned <= high:
            return 1 / turned
    return next(
        (Fraction(str(round(middle, n))) for n in range(3, 12) if low <= round(middle, n) <= high), Fraction(middle)
    )


def _written(term: Term, slope: Fraction, offset: Fraction | int, results: Values) -> Iterator[Term]:
    """The ways to write the line; they differ in the last bits, and one of them is what the examples were made with."""
    offset = Fraction(offset)
    shift = f" + {_number(offset)}" if offset > 0 else f" - {_number(-offset)}" if offset else ""
    turn = -offset / slope
    moved = f"(A {'-' if turn > 0 else '+'} {_number(abs(turn))})" if turn else "A"
    whole = turn.denominator == 1
    up, down = _number(Fraction(slope.numerator)), _number(Fraction(slope.denominator))
    forms = [f"A * {_number(slope)}{shift}"] if slope != 1 else [f"A{shift}"]
    if slope.denominator > 1:
        forms += [f"A * {up} / {down}{shift}" if slope.numerator != 1 else f"A / {down}{shift}"]
        forms += [f"{moved} * {up} / {down}" if slope.numerator != 1 else f"{moved} / {down}"] if whole else []
        forms += [f"A / {_number(1 / slope)}{shift}"]
    if not offset and len(_number(1 / slope)) < len(_number(slope)):
        forms.insert(0, f"A / {_number(1 / slope)}")
    digits = _digits(slope) + _digits(offset)
    if DIGIT_BITS * digits + CHANCE_BITS > shown_bits(term.values, results):
        return
    cost = 2 + digits + (offset != 0)
    if whole and slope.denominator > 1 and offset.denominator > 1:
        forms.reverse()
    for form in dict.fromkeys(forms):
        try:
            values = tuple(eval(f"lambda A: {form}")(value) for value in term.values)
        except ArithmeticError:
            continue
        yield composed(form, (term,), "float" if any(isinstance(v, float) for v in values) else "int", values, cost)


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else repr(float(value))


def shown_bits(values: Values, results: Values) -> float:
    """What the results tell: for each distinct point, how many steps of the last place shown lie in their spread."""
    places = max(len(str(float(result)).partition(".")[2].rstrip("0")) for result in results)
    steps = (max(results) - min(results)) * 10.0**places
    return len(set(values)) * math.log2(1 + steps)


def _digits(value: Fraction) -> int:
    if float(value) in CONSTANTS or float(1 / value if value else 0) in CONSTANTS:
        return KNOWN_DIGITS
    turned = len(str(float(1 / value)).strip("-0").replace(".", "").rstrip("0")) if value else 0
    decimal = len(str(float(value)).strip("-0").replace(".", "").rstrip("0"))
    return min(decimal, turned or decimal, len(str(abs(value.numerator))) + len(str(value.denominator)) - 1)
