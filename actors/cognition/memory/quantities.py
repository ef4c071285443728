"""Numbers in a statement with their units, as intervals of a base unit; times of day and dates are quantities, too."""

import math
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from actors.cognition.memory.vocabulary import split

UNITS: Final[dict[str, dict[str, float]]] = {
    "length": {
        **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), 1.0),
        **dict.fromkeys(("km", "kilometre", "kilometres", "kilometer", "kilometers"), 1_000.0),
        **dict.fromkeys(("cm", "centimetre", "centimetres", "centimeter", "centimeters"), 0.01),
        **dict.fromkeys(("mm", "millimetre", "millimetres", "millimeter", "millimeters"), 0.001),
        **dict.fromkeys(("mile", "miles", "mi"), 1_609.344),
        **dict.fromkeys(("foot", "feet", "ft"), 0.3048),
        **dict.fromkeys(("inch", "inches"), 0.0254),
        **dict.fromkeys(("yard", "yards", "yd"), 0.9144),
    },
    "mass": {
        **dict.fromkeys(("kg", "kilo", "kilos", "kilogram", "kilograms", "kilogramme", "kilogrammes"), 1.0),
        **dict.fromkeys(("g", "gram", "grams", "gramme", "grammes"), 0.001),
        **dict.fromkeys(("mg", "milligram", "milligrams"), 1e-6),
        **dict.fromkeys(("t", "tonne", "tonnes"), 1_000.0),
        **dict.fromkeys(("pound", "pounds", "lb", "lbs"), 0.45359237),
        **dict.fromkeys(("ounce", "ounces", "oz"), 0.028349523),
    },
    "time": {
        **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
        **dict.fromkeys(("ms", "millisecond", "milliseconds"), 0.001),
        **dict.fromkeys(("min", "mins", "minute", "minutes"), 60.0),
        **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3_600.0),
        **dict.fromkeys(("day", "days"), 86_400.0),
        **dict.fromkeys(("week", "weeks"), 604_800.0),
        **dict.fromkeys(("month", "months"), 2_629_746.0),
        **dict.fromkeys(("year", "years"), 31_556_952.0),
    },
    "data": {
        **dict.fromkeys(("byte", "bytes"), 1.0),
        **dict.fromkeys(("kb", "kilobyte", "kilobytes"), 1e3),
        **dict.fromkeys(("mb", "megabyte", "megabytes"), 1e6),
        **dict.fromkeys(("gb", "gigabyte", "gigabytes"), 1e9),
        **dict.fromkeys(("tb", "terabyte", "terabytes"), 1e12),
        **dict.fromkeys(("kib",), 1_024.0),
        **dict.fromkeys(("mib",), 1_024.0**2),
        **dict.fromkeys(("gib",), 1_024.0**3),
    },
    "speed": {
        **dict.fromkeys(("km/h", "kmh", "kph"), 1 / 3.6),
        **dict.fromkeys(("m/s",), 1.0),
        **dict.fromkeys(("mph",), 0.44704),
    },
    "volume": {
        **dict.fromkeys(("l", "litre", "litres", "liter", "liters"), 1.0),
        **dict.fromkeys(("ml", "millilitre", "millilitres", "milliliter", "milliliters"), 0.001),
        **dict.fromkeys(("gallon", "gallons"), 3.785411784),
    },
    "share": {**dict.fromkeys(("%", "percent", "per-cent"), 0.01)},
    "usd": {**dict.fromkeys(("$", "usd", "dollar", "dollars"), 1.0), **dict.fromkeys(("cent", "cents"), 0.01)},
    "eur": {**dict.fromkeys(("€", "eur", "euro", "euros"), 1.0)},
    "gbp": {**dict.fromkeys(("£", "gbp"), 1.0)},
    "power": {**dict.fromkeys(("w", "watt", "watts"), 1.0), **dict.fromkeys(("kw", "kilowatt", "kilowatts"), 1_000.0)},
}
"""Factor of each unit to the base unit of its dimension. *cited*: SI and the international yard and pound"""
_BASE: Final = {unit: (dimension, factor) for dimension, units in UNITS.items() for unit, factor in units.items()}
UNIT_WORDS: Final = tuple(unit for unit in _BASE if unit.isalpha() and len(unit) > 1)
"""Units that are words. *derived*"""
TEMPERATURES: Final = {
    **dict.fromkeys(("c", "°c", "celsius"), (1.0, 0.0)),
    **dict.fromkeys(("f", "°f", "fahrenheit"), (5 / 9, -160 / 9)),
    **dict.fromkeys(("k", "kelvin"), (1.0, -273.15)),
    **dict.fromkeys(("degrees", "degree", "°"), (1.0, 0.0)),
}
"""Factor and offset to degrees Celsius. *cited*: SI"""
WORDS: Final = {
    word: float(number)
    for number, word in enumerate(
        split(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen twenty"
        )
    )
} | {"thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0, "hundred": 100.0, "half": 0.5, "dozen": 12.0}
"""*derived*"""
SCALES: Final = {"k": 1e3, "thousand": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9}
"""Words and letters behind a number that multiply it; a letter only where it is joined to a sum of money. *derived*"""
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            *(("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun")),
            *(("july", "jul"), ("august", "aug"), ("september", "sept", "sep"), ("october", "oct")),
            *(("november", "nov"), ("december", "dec")),
        ),
        start=1,
    )
    for name in names
}
YEARS: Final = (1_500, 2_100)
"""Whole numbers without a unit that are taken for years. *chosen*"""
LOOSE: Final = 0.1
"""How far "about" reaches, as a part of the number. *chosen*"""
ROUNDING: Final = 0.01
"""How far two numbers may be apart as a part of the larger and yet be the same. *chosen*: 1.6 km is a mile"""


class Quantity(NamedTuple):
    """An interval in the base unit of a dimension; for counts the dimension is what is counted."""

    dimension: str
    low: float
    high: float

    def agrees(self, other: "Quantity") -> bool:
        """Both may be true of one thing."""
        room = 0.0 if self.dimension in EXACT else ROUNDING * max(abs(self.low), abs(other.low), 0.0)
        room = room if math.isfinite(room) else 0.0
        return self.low <= other.high + room and other.low <= self.high + room


EXACT: Final = ("clock", "date", "day", "year", "count")
"""Dimensions in which nothing is rounded. *chosen*"""
_NUMBER: Final = r"(?:[-+]?\d+(?:,\d{3})+(?:\.\d+)?|[-+]?\d+(?:\.\d+)?)"
_TOKEN: Final = re.compile(
    rf"(?P<date>\d{{4}}-\d\d-\d\d)|(?P<clock>\d{{1,2}}:\d\d(?:\s*[ap]\.?m\b\.?)?|\d{{1,2}}\s*[ap]m\b)"
    rf"|(?P<sign>[$€£])\s?(?P<sum>{_NUMBER})\s?(?P<scale>k|m|bn|thousand|million|billion)?\b"
    rf"|(?P<number>(?<![\w.]){_NUMBER})(?:\s?(?P<unit>°[cf]?|%|km/h|m/s|[a-z]+))?",
    re.IGNORECASE,
)
_BOUNDS: Final = (
    (re.compile(r"\b(?:at least|no less than|not less than|minimum(?: of)?|from)\s*$"), "least"),
    (re.compile(r"\b(?:more than|over|above|greater than|exceeds?|exceeding)\s*$"), "least"),
    (re.compile(r"\b(?:at most|no more than|not more than|up to|maximum(?: of)?|within)\s*$"), "most"),
    (re.compile(r"\b(?:less than|fewer than|under|below)\s*$"), "most"),
    (re.compile(r"\b(?:about|around|roughly|approximately|some|nearly|almost|circa|~)\s*$"), "about"),
)


class Found(NamedTuple):
    """A quantity and where it stands in the text."""

    quantity: Quantity
    start: int
    end: int


def quantities(text: str) -> list[Found]:
    """The quantities of a text in lower case, in their order."""
    return list(_found(text))


def _found(text: str) -> Iterator[Found]:
    for match in _TOKEN.finditer(text):
        made = _quantity(match)
        if made is not None:
            quantity, end = made
            yield Found(_bounded(quantity, text[: match.start()]), match.start(), end)


def _quantity(match: re.Match[str]) -> tuple[Quantity, int] | None:
    if match["date"]:
        year, month, day = map(int, match["date"].split("-"))
        return _exactly("date", year * 372 + month * 31 + day), match.end()
    if match["clock"]:
        return _clock(match["clock"]), match.end()
    if match["sum"]:
        dimension, factor = _BASE[match["sign"]]
        scale = SCALES.get((match["scale"] or "").lower(), 1.0)
        return _exactly(dimension, _value(match["sum"]) * factor * scale), match.end()
    value, unit = _value(match["number"]), (match["unit"] or "").lower()
    if unit in _BASE:
        dimension, factor = _BASE[unit]
        return _exactly(dimension, value * factor), match.end()
    if unit in TEMPERATURES:
        factor, offset = TEMPERATURES[unit]
        return _exactly("temperature", value * factor + offset), match.end()
    if unit and match.end("number") == match.start("unit"):
        return None  # "3rd" and "5g4" are names
    if unit in ("million", "billion", "thousand"):
        return _exactly("count", value * SCALES[unit]), match.end()
    dimension = "year" if YEARS[0] <= value <= YEARS[1] and match["number"].isdigit() else "count"
    return _exactly(dimension, value), match.end("number")


def _exactly(dimension: str, value: float) -> Quantity:
    return Quantity(dimension, value, value)


def _value(text: str) -> float:
    return float(text.replace(",", ""))


def _clock(text: str) -> Quantity:
    """Minutes of the day."""
    digits = re.findall(r"\d+", text)
    hour, minute = int(digits[0]) % 24, int(digits[1]) if len(digits) > 1 else 0
    if "p" in text and hour < 12:
        hour += 12
    if "a" in text and hour == 12:
        hour = 0
    return _exactly("clock", hour * 60 + minute)


def _bounded(quantity: Quantity, before: str) -> Quantity:
    """The interval that the words in front of the number make of it."""
    for pattern, kind in _BOUNDS:
        if pattern.search(before):
            value = quantity.low
            match kind:
                case "least":
                    return Quantity(quantity.dimension, value, math.inf)
                case "most":
                    return Quantity(quantity.dimension, -math.inf, value)
                case _:
                    return Quantity(quantity.dimension, value - LOOSE * abs(value), value + LOOSE * abs(value))
    return quantity
