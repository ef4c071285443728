"""What rewritten code calls: each does the fast thing where it is certain to give the same, else what stood before.

The sources of those that a rewrite names are copied into the modified program, which must not depend on this project.
"""

from collections import Counter
from collections.abc import Callable
from itertools import accumulate
from typing import Any

PLAIN = frozenset((int, float, str, bool, bytes, type(None)))
WHOLE = frozenset((int, bool))


def all_plain(values: Any) -> bool:
    """Whether all values, or the items of tuples among them, hash as they compare and never change."""
    kinds = set(map(type, values))
    if kinds <= PLAIN:
        return True
    return kinds <= PLAIN | {tuple} and all(set(map(type, each)) <= PLAIN for each in values if type(each) is tuple)


def is_plain(value: Any) -> bool:
    """Whether the value hashes as it compares and never changes."""
    kind = type(value)
    return kind in PLAIN or (kind is tuple and PLAIN.issuperset(map(type, value)))


class Members:
    """`in`, `count` and `index` of values that don't change, by a table where that gives the same."""

    def __init__(self, values: Any) -> None:
        self._values = values
        self._set: Any = None
        self._counts: Any = None
        self._places: Any = None
        self._plain: bool | None = None

    def _usable(self) -> bool:
        if self._plain is None:
            values = self._values
            self._plain = type(values) in (list, tuple) and len(values) > 8 and all_plain(values)
        return self._plain

    def __contains__(self, item: Any) -> bool:
        if self._set is not None and type(item) in PLAIN:
            return item in self._set
        if not self._usable() or not is_plain(item):
            return item in self._values
        if self._set is None:
            self._set = frozenset(self._values)
        return item in self._set

    def count(self, item: Any) -> Any:
        if not self._usable() or not is_plain(item):
            return self._values.count(item)
        if self._counts is None:
            self._counts = Counter(self._values)
        return self._counts.get(item, 0)

    def index(self, item: Any) -> Any:
        if not self._usable() or not is_plain(item):
            return self._values.index(item)
        if self._places is None:
            self._places = {}
            for place, each in enumerate(self._values):
                self._places.setdefault(each, place)
        return self._places[item] if item in self._places else self._values.index(item)


class Seen:
    """`in` of a list that only grows, by a set that grows with it where that gives the same."""

    def __init__(self, values: Any) -> None:
        self._values = values
        self._set: Any = set()
        self._read = 0

    def __contains__(self, item: Any) -> bool:
        known = self._set
        if known is None:
            return item in self._values
        while self._read < len(self._values):
            each = self._values[self._read]
            if not is_plain(each):
                self._set = None
                return item in self._values
            known.add(each)
            self._read += 1
        return item in known if is_plain(item) else item in self._values


class Lazy:
    """A value that is computed when it is first asked for, and then kept; anew each time if it uses up an iterator."""

    def __init__(self, compute: Callable[[], Any], *read: Any) -> None:
        self._compute = compute
        self._kept = False
        self._once = any(hasattr(each, "__next__") for each in read)
        self._value: Any = None

    def __call__(self) -> Any:
        if self._kept:
            return self._value
        value = self._compute()
        if not self._once:
            self._value, self._kept = value, True
        return value


class Buckets:
    """The rows that can have a key, in their order, by a table where keys compare as they hash; else all rows."""

    def __init__(self, rows: Any, key: Callable[[Any], Any]) -> None:
        self._rows = rows
        self._key = key
        self._table: dict[Any, list[Any]] | None = None
        self._tried = False

    def at(self, wanted: Callable[[], Any]) -> Any:
        if not self._tried:
            self._tried = True
            self._build()
        if self._table is None:
            return self._rows
        try:
            sought = wanted()
        except Exception:
            return self._rows
        return self._table.get(sought, ()) if is_plain(sought) else self._rows

    def _build(self) -> None:
        if type(self._rows) not in (list, tuple, range) or len(self._rows) <= 8:
            return
        table: dict[Any, list[Any]] = {}
        try:
            for row in self._rows:
                key = self._key(row)
                if not is_plain(key):
                    return
                table.setdefault(key, []).append(row)
        except Exception:
            return
        self._table = table


class Sums:
    """Sums of slices of whole numbers that don't change, by their running sums."""

    def __init__(self, values: Any) -> None:
        self._values = values
        self._sums: Any = None
        self._tried = False

    def part(self, low: Any, high: Any) -> Any:
        if not self._tried:
            self._tried = True
            if type(self._values) in (list, tuple) and WHOLE.issuperset(map(type, self._values)):
                self._sums = [0, *accumulate(self._values)]
        if self._sums is None:
            return sum(self._values[low:high])
        first, last, _ = slice(low, high).indices(len(self._values))
        return self._sums[last] - self._sums[first] if last > first else 0


class Extremes:
    """`max` or `min` of beginnings of values that don't change, by their running extreme."""

    def __init__(self, values: Any, choose: Callable[..., Any]) -> None:
        self._values = values
        self._choose = choose
        self._running: Any = None
        self._tried = False

    def until(self, high: Any) -> Any:
        if not self._tried:
            self._tried = True
            kinds = set(map(type, self._values)) if type(self._values) in (list, tuple) else set()
            if kinds in ({int}, {str}):
                self._running = list(accumulate(self._values, self._choose))
        last = slice(0, high).indices(len(self._values))[1] if self._running else 0
        return self._running[last - 1] if last else self._choose(self._values[:high])


def least(values: Any) -> Any:
    """What stands first when the values are sorted."""
    if type(values) in (list, tuple, set) and values and set(map(type, values)) in ({int}, {str}):
        return min(values)
    return sorted(values)[0]


def greatest(values: Any) -> Any:
    """What stands last when the values are sorted."""
    if type(values) in (list, tuple, set) and values and set(map(type, values)) in ({int}, {str}):
        return max(values)
    return sorted(values)[-1]


def remembered(function: Callable[..., Any], cache: dict[Any, Any], *args: Any) -> Any:
    """What the pure function gives, computed once for each plain arguments of the same types."""
    if not all(map(is_plain, args)):
        return function(*args)
    key = key_of(args)
    if key in cache:
        return cache[key]
    result = function(*args)
    if is_plain(result):
        cache[key] = result
    return result


def key_of(args: tuple[Any, ...]) -> Any:
    """The arguments with their types and signs, so that 1, 1.0, True, 0.0 and -0.0 are told apart."""
    if {int, str}.issuperset(map(type, args)):
        return args, *map(type, args)
    return repr(args)


def keyable(value: Any) -> bool:
    """Whether the value's text tells it from every other: a plain one, or a short list of plain ones."""
    return is_plain(value) or (type(value) is list and len(value) <= 64 and PLAIN.issuperset(map(type, value)))
