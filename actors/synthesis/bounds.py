"""What a step may be computed on: the size of what comes of it is told from its arguments, before it is computed.

A program is run as it is written, except that the calls and operators that can blow up refuse what would be too large.
"""

import ast
import decimal
import fractions
import itertools
import math
import re
from collections.abc import Callable, Mapping, Sequence, Sized
from types import CodeType
from typing import Any, Final

BITS: Final = 65_536
"""Widest integer that a step may make. *chosen*: a thousand times the widest that is kept; it takes microseconds"""

CHARACTERS: Final = 1_000_000
"""Longest text that a step may make. *chosen*: five times the examples' longest form; it takes milliseconds"""

ITEMS: Final = 100_000
"""Longest list or range that a step may go through. *chosen*: a hundred times the longest list that is kept"""

DIGITS: Final = 4_000
"""Longest text that is read as a number, and largest exponent in one. *derived*: below Python's own limit of 4,300"""

EFFORT: Final = 1_000_000
"""Steps that one row may take where each item is held against many. *derived*: the square of the longest list kept"""

GUARD: Final = "_bounded"
"""The name under which the guards stand in what is run. *chosen*: no template and no tool has it"""

_EXPONENT: Final = re.compile(r"[eE][+-]?0*(\d+)")
_WIDTH: Final = re.compile(r"\d+")


class TooLarge(ValueError):
    """A step would make more than it may."""


def _allow(size: float, most: int) -> None:
    if size > most:
        raise TooLarge(f"{size} is more than {most}")


def _times(left: Any, right: Any) -> Any:
    for value, count in ((left, right), (right, left)):
        if isinstance(value, Sized) and isinstance(count, int):
            _allow(len(value) * count, CHARACTERS if isinstance(value, str | bytes) else ITEMS)
    if isinstance(left, int) and isinstance(right, int):
        _allow(left.bit_length() + right.bit_length(), BITS)
    return left * right


def _power(base: Any, exponent: Any, *modulus: Any) -> Any:
    if isinstance(exponent, int) and not isinstance(base, float) and not modulus:
        width = base.bit_length() if isinstance(base, int) else 64
        _allow(width * abs(exponent), BITS)
    return pow(base, exponent, *modulus)


def _shifted(value: Any, places: Any) -> Any:
    _allow(value.bit_length() + places, BITS)
    return value << places


def _range(*ends: Any) -> range:
    made = range(*ends)
    _allow(abs(made.stop - made.start) // abs(made.step), ITEMS)
    return made


def _int(*args: Any) -> Any:
    if args and isinstance(args[0], str | bytes):
        _allow(len(args[0]), DIGITS)
    return int(*args)


def _number_read(make: Callable[..., Any]) -> Callable[..., Any]:
    """Fractions and decimals, whose exponents stand for as many digits."""

    def read(*args: Any) -> Any:
        for arg in args:
            if isinstance(arg, str):
                _allow(len(arg), DIGITS)
                _allow(max((len(found) for found in _EXPONENT.findall(arg)), default=0), len(str(DIGITS)))
                _allow(max(map(int, _EXPONENT.findall(arg)), default=0), DIGITS)
        return make(*args)

    return read


def _small(make: Callable[..., Any]) -> Callable[..., Any]:
    """Factorials and ways to choose."""

    def made(*args: Any) -> Any:
        largest = max((abs(arg) for arg in args if isinstance(arg, int)), default=0)
        _allow(largest * max(1, largest.bit_length()), BITS)
        return make(*args)

    return made


def _chosen(make: Callable[..., Any], count: Callable[..., float]) -> Callable[..., Any]:
    """Ways to pick and to order items."""

    def made(*args: Any, **named: Any) -> Any:
        lists = [list(arg) if not isinstance(arg, int) else arg for arg in args]
        _allow(count(*lists, **named), ITEMS)
        return make(*lists, **named)

    return made


def _subsets(items: Sequence[Any], size: int) -> float:
    _allow(len(items), ITEMS)
    return math.comb(len(items), min(size, 64)) * max(1, size) if size <= len(items) else 0


def _orders(items: Sequence[Any], size: int | None = None) -> float:
    _allow(len(items), ITEMS)
    taken = len(items) if size is None else size
    return math.perm(len(items), min(taken, 64)) * max(1, taken) if taken <= len(items) else 0


def _multisets(items: Sequence[Any], size: int) -> float:
    return _subsets([None] * (len(items) + size - 1), size) if items else 0


def _tuples(*columns: Sequence[Any], repeat: int = 1) -> float:
    width = sum(math.log2(max(1, len(column))) for column in columns) * repeat
    return 2.0 ** min(width, 64) * max(1, len(columns) * repeat)


def _format(value: Any, spec: str = "") -> str:
    _allow(max((len(width) for width in _WIDTH.findall(spec)), default=0), len(str(DIGITS)))
    _allow(max(map(int, _WIDTH.findall(spec)), default=0), DIGITS)
    return format(value, spec)


def _bytes(*args: Any) -> bytes:
    if args and isinstance(args[0], int):
        _allow(args[0], CHARACTERS)
    return bytes(*args)


def _padded(name: str) -> Callable[..., Any]:
    def call(value: Any, *args: Any) -> Any:
        if args and isinstance(args[0], int):
            _allow(args[0] * (value.count("\t") if name == "expandtabs" else 1), CHARACTERS)
        return getattr(value, name)(*args)

    return call


def _replaced(value: Any, *args: Any) -> Any:
    if isinstance(value, str) and len(args) > 1 and isinstance(args[0], str) and isinstance(args[1], str):
        _allow(len(value) + value.count(args[0]) * len(args[1]), CHARACTERS)
    return value.replace(*args)


def _join(value: Any, parts: Any) -> Any:
    listed = list(parts)
    _allow(len(value) * len(listed) + sum(map(len, listed)), CHARACTERS)
    return value.join(listed)


CALLS: Final[Mapping[str, Callable[..., Any]]] = {
    "range": _range,
    "int": _int,
    "pow": _power,
    "format": _format,
    "bytes": _bytes,
    "fractions.Fraction": _number_read(fractions.Fraction),
    "decimal.Decimal": _number_read(decimal.Decimal),
    "math.factorial": _small(math.factorial),
    "math.comb": _small(math.comb),
    "math.perm": _small(math.perm),
    "itertools.combinations": _chosen(itertools.combinations, _subsets),
    "itertools.combinations_with_replacement": _chosen(itertools.combinations_with_replacement, _multisets),
    "itertools.permutations": _chosen(itertools.permutations, _orders),
    "itertools.product": _chosen(itertools.product, _tuples),
}
"""The functions that can blow up, by the names that programs call them by. *derived*: from the modules allowed"""

METHODS: Final[Mapping[str, Callable[..., Any]]] = {
    **{name: _padded(name) for name in ("ljust", "rjust", "center", "zfill", "expandtabs")},
    "replace": _replaced,
    "join": _join,
}
"""The methods that can blow up. *derived*: from those of texts"""

OPERATORS: Final[Mapping[type[ast.operator], Callable[..., Any]]] = {
    ast.Mult: _times,
    ast.Pow: _power,
    ast.LShift: _shifted,
}
"""The operators that can blow up. *derived*: from Python's"""

GUARDS: Final[Mapping[str, Callable[..., Any]]] = {
    **CALLS,
    **{f".{name}": guard for name, guard in METHODS.items()},
    **{operator.__name__: guard for operator, guard in OPERATORS.items()},
}
"""Every guard by what it stands in for. *derived*"""


class _Guarded(ast.NodeTransformer):
    """Puts a guard in the place of each call and operator that can blow up."""

    def __init__(self, numeric: bool) -> None:
        self._numeric = numeric

    def visit_Call(self, node: ast.Call) -> ast.expr:
        called = ast.unparse(node.func) if isinstance(node.func, ast.Name | ast.Attribute) else ""
        self.generic_visit(node)
        if called in CALLS:
            return ast.Call(_guard(called), node.args, node.keywords)
        if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS and not (node.keywords or _fixed(node)):
            return ast.Call(_guard(f".{node.func.attr}"), [node.func.value, *node.args], [])
        if called == "map" and node.args and isinstance(node.args[0], ast.Name) and node.args[0].id in CALLS:
            node.args[0] = _guard(node.args[0].id)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        kind = type(node.op)
        if kind in OPERATORS and not (kind is ast.Mult and self._numeric):
            return ast.Call(_guard(kind.__name__), [node.left, node.right], [])
        return node


def _fixed(call: ast.Call) -> bool:
    """What is put in, or how wide it gets, is written out and so is small."""
    joined = isinstance(call.func, ast.Attribute) and call.func.attr == "join"
    written = [call.func.value] if joined and isinstance(call.func, ast.Attribute) else call.args
    return all(isinstance(each, ast.Constant) for each in written)


def _guard(name: str) -> ast.expr:
    return ast.Subscript(ast.Name(GUARD, ast.Load()), ast.Constant(name), ast.Load())


NUMERIC: Final = frozenset(
    {"num", "int", "float", "bool", "date", "list:num", "list:int", "list:float", "list:bool"}
    | {"#number", "#power", "#digits", "#index", "#size", "#small", "#end", "#base"}
)
"""Kinds of arguments whose products are small, since those that are kept are. *derived*: from the tables"""


def guarded(expression: str, slots: Sequence[str] = ()) -> CodeType:
    """The code of the expression, which needs GUARDS under the name GUARD; what would be too large raises TooLarge."""
    numeric = bool(slots) and NUMERIC.issuperset(slots)
    tree = _Guarded(numeric).visit(ast.parse(expression, mode="eval"))
    return compile(ast.fix_missing_locations(tree), "<guarded>", "eval")


def held_against(template: str, names: Sequence[str], slots: Sequence[str]) -> tuple[int, ...]:
    """The places of the slots with lists that the template goes through for each item of another, or of the same."""
    inner: list[ast.AST] = []
    for node in ast.walk(ast.parse(template, mode="eval")):
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            inner += [*node.generators[0].ifs, *node.generators[1:]]
            inner += [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        elif isinstance(node, ast.Lambda):
            inner.append(node.body)
    used = {name.id for each in inner for name in ast.walk(each) if isinstance(name, ast.Name)}
    long = ("list", "record", "any")
    return tuple(place for place, name in enumerate(names) if name in used and slots[place].startswith(long))


def afford(row: Sequence[Any], inner: Sequence[int]) -> None:
    """The lists of a row are short enough for those within to be gone through for each item of the others."""
    within = max((len(row[place]) for place in inner if isinstance(row[place], list | dict)), default=0)
    _allow(within * max((len(value) for value in row if isinstance(value, list | dict)), default=0), EFFORT)
