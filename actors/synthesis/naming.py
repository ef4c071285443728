"""Names for the arguments, by what the examples show them to be."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from actors.synthesis.text.formats import dates_read
from actors.synthesis.values import Values, kind_of_all

NAMES: Final = {"text": "text", "int": "number", "float": "number", "bool": "flag", "record": "record"}
"""Names of single values by kind. *chosen*"""

MANY: Final = {"text": "texts", "int": "numbers", "float": "numbers", "bool": "flags", "record": "records"}
"""Names of lists by the kind of their items. *chosen*"""

PLACES: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
"""What tells arguments of one name apart. *chosen*"""

OTHER: Final = "value"
"""Name of what has no kind. *chosen*"""


def named(columns: Sequence[Values]) -> tuple[str, ...]:
    """A name for each argument, no two the same."""
    plain = [_name(column) for column in columns]
    counts, seen = Counter(plain), Counter[str]()
    names = []
    for name in plain:
        names.append(f"{PLACES[seen[name]]}_{name}" if counts[name] > 1 else name)
        seen[name] += 1
    return tuple(names)


def _name(column: Values) -> str:
    kind = kind_of_all(column)
    if kind == "text" and all(column) and (forms := dates_read(column)):
        return "date" if any("%Y" in form or "%y" in form for form in forms) else "time"
    if kind.startswith("list:"):
        return "rows" if kind.startswith("list:list") else MANY.get(kind[5:], "items")
    return NAMES.get(kind, OTHER)
