"""Two versions of a function, run side by side inside the jail: do they do the same, and how long do they take?

It lives in the jail, in one process with the code; standard library only. Generated inputs are run under a counter of
lines, since a mutated input may make any loop endless.
"""

import ast
import contextlib
import gc
import io
import itertools
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from actors.cognition.improvement.canonical import canonical, drained, same
from actors.cognition.improvement.values import huge, material, mutated, seeds, variants

WORDINGS: Final = {
    "pop from an empty deque": "pop from empty list",
    "deque index out of range": "list index out of range",
}
"""Words of the same error that differ by the type of a queue; they count as equal. *chosen*"""
LINES: Final = 30_000
"""Lines that one generated call may take. *chosen*: some 10 ms under the counter"""
SLACK: Final = 4
"""How many times the original's lines the modified version may take. *chosen*: helpers cost lines on small inputs"""
TOLD: Final = 300
"""Characters of an input or an outcome that are told. *chosen*"""
LEAST_NS: Final = 2_000_000
"""Shortest measured time of one side of a pair. *chosen*: a hundred times the clock's own cost and jitter"""
SIZES: Final = (0, 1, 2, 5, 12)
"""Sizes of inputs that are drawn from types alone. *chosen*: the specification's 0, 1 and 2, and two larger"""
COMBINATIONS: Final = 1_500
"""Most combinations of types that are tried for unknown parameters. *chosen*: a second or two"""
LENGTHS: Final = (50, 200, 800)
"""Lengths that lists and texts are grown to. *chosen*: up to what takes a quadratic program part of a second"""
NUMBERS: Final = (8, 12, 16, 20, 25, 50, 200, 800)
"""What whole numbers are set to where there is nothing else to grow. *chosen*: close together where the time may double
with each step"""
KEPT: Final = 40
"""Most inputs drawn from types that are kept to be mutated. *chosen*"""


class Endless(BaseException):
    """The call took more lines than it may."""


def load(source: str, entry: str) -> Callable[..., Any]:
    """The function of the source, in a module of its own."""
    space: dict[str, Any] = {"__name__": "target", "__builtins__": __builtins__}
    exec(compile(source, "<target>", "exec", dont_inherit=True), space)
    if not callable(space.get(entry)):
        raise ValueError(f"the source defines no function {entry!r}")
    found: Callable[..., Any] = space[entry]
    return found


def outcome(function: Callable[..., Any], args: list[Any], lines: int | None) -> tuple[Any, Any]:
    """The canonical form of what the call did, and its result, kept alive; raises Endless beyond the lines."""
    printed = io.StringIO()
    result: Any = None
    with contextlib.redirect_stdout(printed), _counted(lines):
        try:
            result = drained(function(*args))
            ended: tuple[Any, ...] = ("returned",)
        except Exception as error:
            words = "" if isinstance(error, RecursionError) else WORDINGS.get(str(error), str(error))
            ended = ("raised", type(error).__name__, words)
    seen: dict[int, int] = {}
    before = tuple(canonical(each, seen) for each in args if not hasattr(each, "__next__"))
    left = [list(itertools.islice(each, 50)) for each in args if hasattr(each, "__next__")]
    return (ended, canonical(result, seen), before, canonical(left, {}), printed.getvalue()), result


@contextlib.contextmanager
def _counted(lines: int | None) -> Iterator[None]:
    if lines is None:
        yield
        return
    left = lines

    def count(_frame: Any, event: str, _argument: Any) -> Any:
        nonlocal left
        if event == "line":
            left -= 1
            if left < 0:
                raise Endless
        return count

    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(None)


class Comparison:
    """Both versions, each with its own module, called with the same inputs in the same order."""

    def __init__(self, before: str, after: str, entry: str) -> None:
        self._one, self._other = load(before, entry), load(after, entry)
        self.cases = 0
        self.returned = 0

    def differs(self, args: Sequence[Any], lines: int | None = LINES) -> str | None:
        """How the versions differ on the input, in words; None if they don't, or if it takes the original too long."""
        for again in range(2):
            try:
                first, result = outcome(self._one, material(args), lines)
            except (Endless, RecursionError, MemoryError):
                return None
            try:
                second, other = outcome(self._other, material(args), lines and lines * SLACK)
            except Endless:
                return f"{_told(args)}: the original ends, the modified version does not"
            if not same(first, second):
                when = " when called again after the first result was changed" if again else ""
                return f"{_told(args)}{when}: {_shown(first, result)} / {_shown(second, other)}"
            _spoil(result)
            _spoil(other)
        self.cases += 1
        self.returned += first[0][0] == "returned"
        return None


def _spoil(result: Any) -> None:
    """Change a mutable result, as a caller may: a later call must not see it."""
    if type(result) is list:
        result.append("changed by the caller")
        for each in result[:3]:
            if type(each) is list:
                each.append("changed by the caller")
    elif type(result) is dict:
        result["changed by the caller"] = True
    elif type(result) is set:
        result.add("changed by the caller")


def _told(args: Sequence[Any]) -> str:
    told = ", ".join(map(repr, args))
    return f"({told})" if len(told) <= TOLD else f"({told[:TOLD]}...)"


def _shown(form: Any, result: Any) -> str:
    if form[0][0] == "raised":
        return f"raises {form[0][1]}: {form[0][2]}"[:TOLD]
    return repr(result)[:TOLD] + (f" prints {form[4]!r}"[:TOLD] if form[4] else "")


def judge(request: dict[str, Any]) -> dict[str, Any]:
    """Whether both sources do the same: `same`, `cases`, `returned` and, if they differ, `reason` with an input.

    `inputs` are recorded arguments as Python literals; `seconds` bounds the time for generated ones.
    """
    rng = random.Random(request["seed"])
    recorded = [list(ast.literal_eval(each)) for each in request["inputs"]]
    comparison = Comparison(request["before"], request["after"], request["entry"])
    constants = constants_of(request["before"]) + constants_of(request["after"])
    ends = time.monotonic() + request["seconds"]
    bounded = [(args, None) for args in recorded] + [
        (args, LINES) for args in (drawn(request["before"], request["entry"], rng) if not recorded else [])
    ]
    near = [args for args, _ in bounded]
    small = [shrunk(args) for args in near]
    drawn_on = huge(small) if request.get("huge") else variants(small, constants, rng)
    rest = ((args, LINES) for args in itertools.islice(drawn_on, request["count"]))
    for args, lines in itertools.chain(bounded, rest):
        reason = comparison.differs(args, lines)
        if reason is not None:
            return {"same": False, "cases": comparison.cases, "returned": comparison.returned, "reason": reason}
        if time.monotonic() > ends and lines is not None:
            break
    return {"same": True, "cases": comparison.cases, "returned": comparison.returned, "reason": ""}


def shrunk(args: Sequence[Any], most: int = 24) -> list[Any]:
    """The input with long sequences cut: mutations of small inputs find more in the same time."""
    return [each[:most] if isinstance(each, list | str | tuple) else each for each in args]


def constants_of(source: str) -> list[Any]:
    """Numbers and texts in the source: what decides between its branches."""
    found = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    return [value for value in found if type(value) in (int, float, str)]


def drawn(source: str, entry: str, rng: random.Random) -> list[list[Any]]:
    """Inputs on which the function returns, drawn from common types for want of recorded ones."""
    function = load(source, entry)
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    needed = max(len(names) - len(function.__defaults__ or ()), 0 if names and function.__defaults__ else len(names))
    found: dict[tuple[str, ...], list[list[Any]]] = {}
    for size in SIZES:
        pools = [seeds(rng, size) for _ in range(needed)]
        choices = list(itertools.islice(itertools.product(*(range(len(pool)) for pool in pools)), 200_000))
        for choice in rng.sample(choices, min(len(choices), COMBINATIONS // len(SIZES))):
            args = [pool[at] for pool, at in zip(pools, choice, strict=True)]
            try:
                form, _ = outcome(function, material(args), LINES // 10)
            except (Endless, RecursionError, MemoryError):
                continue
            if form[0][0] == "returned":
                found.setdefault(tuple(map(str, choice)), []).append(args)
    several = [each[::-1] for each in sorted(found.values(), key=len, reverse=True)]
    flat = [args for column in itertools.zip_longest(*several) for args in column if args is not None]
    return flat[:KEPT] or [[mutated(pool[0], (), rng, pool) for pool in pools]]


def clock(request: dict[str, Any]) -> dict[str, Any]:
    """Interleaved pairs of times: `pairs` of (before, after) in nanoseconds for each input in `inputs`, in order."""
    one, other = (load(request[which], request["entry"]) for which in ("before", "after"))
    measured = []
    for text in request["inputs"]:
        args = list(ast.literal_eval(text))
        repeats = max(1, LEAST_NS // max(1, max(_took(one, args, 1), 1)))
        repeats = min(int(repeats), 2_000)
        pairs = []
        for number in range(request["pairs"]):
            if number % 2:
                second, first = _took(other, args, repeats), _took(one, args, repeats)
            else:
                first, second = _took(one, args, repeats), _took(other, args, repeats)
            pairs.append([first, second])
        measured.append(pairs)
    return {"pairs": measured}


def _took(function: Callable[..., Any], args: list[Any], repeats: int) -> int:
    """Nanoseconds of the calls, without the copying of their arguments; what they print goes nowhere."""
    calls = [material(args) for _ in range(repeats)]
    gc.collect(0)
    with contextlib.redirect_stdout(io.StringIO()):
        began = time.perf_counter_ns()
        for call in calls:
            with contextlib.suppress(Exception):
                drained(function(*call))
        return time.perf_counter_ns() - began


def sized(request: dict[str, Any]) -> dict[str, Any]:
    """Inputs as literals, from small to large, on which the function returns, for want of recorded ones."""
    rng = random.Random(request["seed"])
    function = load(request["source"], request["entry"])
    first = [args for args in drawn(request["source"], request["entry"], rng) if _literal(args)]
    if not first:
        raise ValueError("no input is known on which the function returns")
    chosen = max(first, key=_telling)
    inputs = [chosen]
    numbers = not any(isinstance(each, list | str) for each in chosen)
    for size in NUMBERS if numbers else LENGTHS:
        grown = [size if numbers and type(each) is int else _grown(each, size, rng) for each in chosen]
        began = time.monotonic()
        try:
            outcome(function, material(grown), LINES * 20)
        except (Endless, RecursionError, MemoryError):
            break
        inputs.append(grown)
        if time.monotonic() - began > 0.5:
            break
    return {"inputs": [repr(args) for args in inputs]}


def _telling(args: list[Any]) -> tuple[int, int, int, int]:
    """How well an input can be grown: lists of numbers best, then other lists, numbers, and what is long."""
    lists = [each for each in args if isinstance(each, list)]
    whole = [each for each in lists if each and all(type(item) is int for item in each)]
    return len(whole), len(lists), sum(type(each) is int for each in args), len(repr(args))


def _grown(value: Any, size: int, rng: random.Random) -> Any:
    """A value like this one, of that size."""
    if isinstance(value, list) and value and type(value[0]) is int:
        return [rng.randrange(2 * size) for _ in range(size)]
    if isinstance(value, list) and value:
        return [rng.choice(value) for _ in range(size)]
    return (value * size)[:size] if isinstance(value, str) else value


def _literal(args: list[Any]) -> bool:
    """Whether the input can be written down and read again."""
    try:
        return repr(ast.literal_eval(repr(args))) == repr(args)
    except ValueError:
        return False
