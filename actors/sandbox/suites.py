"""Runs tests in the style of pytest; it lives in the jail, in one process with the implementation.

So an implementation could tamper with it, as it could with pytest. What no code can reach is the judgement on examples,
which is made outside.
"""

import itertools
import re
import sys
import types
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from actors.sandbox.inside.plain import plain
from actors.sandbox.wire import to_text

SPACE: dict[str, Any] = {}
"""What the tests see, in the one process that runs them."""

MARKS: Final = "_marks"
"""The attribute in which a test function keeps its marks. *chosen*"""


class Skipped(BaseException):
    """The test has skipped itself."""


class Mark:
    """A mark of pytest: remembered where it gives parameters or skips, else without effect."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *args: Any, **named: Any) -> Any:
        if len(args) == 1 and callable(args[0]) and not named:
            return self._on(args[0], ())
        told = args or tuple(named.values())
        return lambda function: self._on(function, told)

    def _on(self, function: Any, args: tuple[Any, ...]) -> Any:
        if self._name in ("parametrize", "skip", "skipif"):
            function.__dict__.setdefault(MARKS, []).append((self._name, args))
        return function


class Marks:
    """`pytest.mark`: every name is one."""

    def __getattr__(self, name: str) -> Mark:
        return Mark(name)


class Raises:
    """`pytest.raises`: the block must end with such an exception."""

    value: BaseException | None = None

    def __init__(
        self, expected: type[BaseException] | tuple[type[BaseException], ...], match: str | None = None
    ) -> None:
        self._expected = expected
        self._match = match

    def __enter__(self) -> "Raises":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> bool:
        if kind is None:
            raise AssertionError(f"did not raise {self._expected}")
        if not issubclass(kind, self._expected):
            return False
        self.value = error
        if self._match is not None and not re.search(self._match, str(error)):
            raise AssertionError(f"{str(error)!r} does not match {self._match!r}")
        return True


class Approx:
    """`pytest.approx`: equal within a relative 1e-6 or an absolute 1e-12, as there."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, expected: Any, rel: float = 1e-6, abs: float = 1e-12) -> None:
        self._expected, self._rel, self._abs = expected, rel, abs

    def __eq__(self, other: object) -> bool:
        wanted, got = self._expected, other
        if isinstance(wanted, dict) and isinstance(got, dict):
            return wanted.keys() == got.keys() and all(self._near(got[key], wanted[key]) for key in wanted)
        if isinstance(wanted, list | tuple) and isinstance(got, list | tuple):
            return len(wanted) == len(got) and all(map(self._near, got, wanted))
        return self._near(got, wanted)

    def _near(self, got: Any, wanted: Any) -> bool:
        return bool(got == wanted or abs(got - wanted) <= max(self._abs, self._rel * abs(wanted)))

    def __repr__(self) -> str:
        return f"approx({self._expected!r})"


def prepare(source: str, entry: str, name: str, suite: str) -> None:
    """Implementation and tests are loaded, each in a space of its own."""
    sys.modules["pytest"] = _module("pytest", raises=Raises, approx=Approx, mark=Marks(), skip=_skip, fail=_fail)
    solution: dict[str, Any] = {"__name__": "solution", "__builtins__": __builtins__}
    exec(compile(source, "<learnt>", "exec", dont_inherit=True), solution)
    if entry not in solution:
        raise NameError(f"the source defines no {entry!r}")
    function = solution[entry]
    sys.modules["solution"] = sys.modules[name] = _module("solution", **{**solution, name: function})
    SPACE.update({"__name__": "suite", "__builtins__": __builtins__, name: function, entry: function})
    exec(compile(suite, "<suite>", "exec", dont_inherit=True), SPACE)


def run_test(function: str, row: int | None) -> str | None:
    """None if the test passes, else `skipped: ...` or `failed: ...`; what else it raises goes through."""
    test = SPACE[function]
    marks: list[tuple[str, tuple[Any, ...]]] = getattr(test, MARKS, [])
    for kind, args in marks:
        if kind == "skip" or (kind == "skipif" and args and args[0]):
            return f"skipped: {args[-1] if args and isinstance(args[-1], str) else 'by its mark'}"
    try:
        test(**_arguments([args for kind, args in marks if kind == "parametrize"], row))
    except Skipped as skipped:
        return f"skipped: {skipped}"
    except AssertionError as error:
        return f"failed: {_line(error)}{error}"
    return None


def size_of(value: Any) -> int:
    """Bytes that the value takes as a result; raises what the sandbox would, where it can be none."""
    return len(to_text(plain(value)).encode())


def _line(error: AssertionError) -> str:
    """Where in the suite it failed."""
    trace = error.__traceback__
    lines = [frame.tb_lineno for frame in _chain(trace) if frame.tb_frame.f_code.co_filename == "<suite>"]
    return f"line {lines[-1]} of the suite: " if lines else ""


def _chain(trace: types.TracebackType | None) -> Iterator[types.TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _arguments(tables: list[tuple[Any, ...]], row: int | None) -> dict[str, Any]:
    """The row's arguments, counted through the product of all tables."""
    if row is None:
        return {}
    parts = [[_named(table[0], values) for values in table[1]] for table in tables]
    chosen = next(itertools.islice(itertools.product(*parts), row, None))
    return {name: value for part in chosen for name, value in part.items()}


def _named(names: Any, values: Any) -> dict[str, Any]:
    keys = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    return dict(zip(keys, values if len(keys) > 1 else [values], strict=True))


def _module(name: str, **content: Any) -> types.ModuleType:
    module = types.ModuleType(name)
    module.__dict__.update(content)
    return module


def _skip(reason: str = "") -> NoReturn:
    raise Skipped(reason)


def _fail(reason: str = "") -> NoReturn:
    raise AssertionError(reason)
