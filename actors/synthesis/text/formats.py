"""The written forms of dates and numbers that examples show."""

import re
from collections.abc import Iterable
from typing import Final

DATES: Final = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%B %d %Y",
    "%d-%b-%Y",
    "%d/%b/%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
    "%A, %d %B %Y",
    "%a, %d %b %Y",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%H:%M:%S",
    "%H:%M",
    "%I:%M %p",
    "%I:%M%p",
    "%B %Y",
    "%b %Y",
    "%m/%Y",
    "%Y-%m",
    "%Y-%j",
)
"""Forms of dates and times that are tried on a text. *chosen*: those in common use; longer ones are found in parts."""

PARTS: Final = (
    "%A",
    "%a",
    "%B",
    "%b",
    "%Y",
    "%m",
    "%d",
    "%H",
    "%M",
    "%I",
    "%p",
    "%y",
    "%j",
    "%d %B",
    "%B %d",
    "%b %d",
    "%d %b",
    "%d.%m.",
    "%d/%m",
    "%m/%d",
)
"""Parts of a date that a result may consist of. *chosen*"""

_MONTHS: Final = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAYS: Final = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"

_DIRECTIVES: Final = {
    "%Y": r"\d{4}",
    "%y": r"\d{2}",
    "%m": r"(?:1[0-2]|0?[1-9])",
    "%d": r"(?:3[01]|[12]\d|0?[1-9])",
    "%j": r"\d{3}",
    "%H": r"(?:2[0-3]|[01]?\d)",
    "%I": r"(?:1[0-2]|0?[1-9])",
    "%M": r"[0-5]\d",
    "%S": r"[0-5]\d",
    "%p": "(?:AM|PM|am|pm)",
    "%B": f"(?:{_MONTHS})",
    "%A": f"(?:{_DAYS})",
    "%b": "(?:" + "|".join(name[:3] for name in _MONTHS.split("|")) + ")",
    "%a": "(?:" + "|".join(name[:3] for name in _DAYS.split("|")) + ")",
}


_HEXADECIMAL: Final = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{2}){2,}(?![0-9A-Za-z])")


def _pattern(form: str) -> re.Pattern[str]:
    pieces = (_DIRECTIVES.get(piece, re.escape(piece)) for piece in re.split(r"(%[A-Za-z])", form))
    return re.compile(r"(?<![A-Za-z0-9])" + "".join(pieces) + r"(?![A-Za-z0-9])")


_PATTERNS: Final = {form: _pattern(form) for form in DATES + PARTS}


def dates_read(texts: Iterable[str]) -> list[str]:
    """The forms of whole dates that occur in all of these texts."""
    rows = list(texts)
    return [form for form in DATES if rows and all(_PATTERNS[form].search(row) for row in rows)]


def dates_written(texts: Iterable[str]) -> list[str]:
    """The forms of dates and of their parts that occur in all of these texts."""
    rows = list(texts)
    return [form for form in DATES + PARTS if rows and all(_PATTERNS[form].search(row) for row in rows)]


def number_forms(texts: Iterable[str]) -> list[tuple[str, int]]:
    """The format specifications that numbers in these texts seem to follow, with their costs."""
    rows = list(texts)
    whole = " \n ".join(rows)
    forms: dict[str, int] = {}
    places = {len(found) for found in re.findall(r"\d\.(\d+)(?![.\d])", whole)}
    grouped = re.search(r"\d,\d{3}(?!\d)", whole) is not None
    for count in sorted(places) if len(places) == 1 else ():
        forms |= {f".{count}f": 1, f".{count}%": 1 if "%" in whole else 3}
        forms |= {f",.{count}f": 1} if grouped else {}
    if grouped:
        forms |= {",": 1, ",.0f": 2}
    if not places and "%" in whole:
        forms[".0%"] = 1
    if re.search(r"(?<![\w.)])\+\d", whole):
        forms["+"] = 1
    for width in sorted({len(found) for found in re.findall(r"(?<![.,\d])0\d+(?![.\d])", whole)}):
        forms[f"0{width}d"] = 1
    if rows and all(re.fullmatch(r"[0-9a-fA-F]+", row) for row in rows):
        forms |= {"X" if re.search("[A-F]", whole) else "x": 2, "b": 2, "o": 3}
        forms |= {f"0{len(rows[0])}{base}": 2 for base in "bx" if len({len(row) for row in rows}) == 1}
    elif rows and re.search("[a-fA-F]", whole) and all(map(_HEXADECIMAL.search, rows)):
        forms["02X" if re.search("[A-F]", whole) else "02x"] = 2
    return sorted(forms.items(), key=lambda form: form[1])
