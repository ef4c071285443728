"""One call of foreign code and the answer to it, as plain data."""

import json
import resource
import sys
import time
from collections.abc import Callable
from types import FunctionType, TracebackType
from typing import Any, Final

from actors.sandbox.inside.capture import Capture
from actors.sandbox.inside.plain import plain
from actors.sandbox.wire import NAME_CHARACTERS, TEXT_CHARACTERS, to_text

ANY_NUMBER: Final = 4
"""The flag of code that takes any number of arguments. *Cited*: `CO_VARARGS` of the documentation of `inspect`."""


def answer_to(function: Callable[..., object], call: str, captured: Capture, source_name: str) -> dict[str, Any]:
    """What the function returned or raised for the call's JSON, what it printed and what it took."""
    arguments, keywords = json.loads(call)
    began, began_cpu_us = time.perf_counter(), _cpu_us()
    try:
        answer: dict[str, Any] = {"status": "returned", "value": plain(function(*arguments, **keywords))}
    except BaseException as error:  # foreign code may raise anything, SystemExit included
        answer = fault_of(error, source_name)
    answer["wall_us"] = round((time.perf_counter() - began) * 1e6)
    answer["cpu_us"] = _cpu_us() - began_cpu_us
    answer["max_rss_kb"] = _peak_kb()
    answer["mutated"] = _differs([arguments, keywords], call)
    answer["stdout"] = captured.take()
    return answer


def by_place(function: Any) -> Any:
    """The function with parameters that it takes by name alone at the places behind the others, as calls give them.

    One that takes any number of arguments has no places behind them, and is left as it is.
    """
    if not isinstance(function, FunctionType):
        return function
    code = function.__code__
    if not code.co_kwonlyargcount or code.co_flags & ANY_NUMBER:
        return function
    first = code.co_argcount
    names = code.co_varnames[first : first + code.co_kwonlyargcount]

    def call(*arguments: object, **named: object) -> object:
        if len(arguments) > first + len(names):
            return function(*arguments, **named)  # it says itself how many it takes
        return function(*arguments[:first], **dict(zip(names, arguments[first:], strict=False)), **named)

    return call


def fault_of(error: BaseException, source_name: str) -> dict[str, Any]:
    """The error as plain data, with the innermost line of the source that led to it."""
    return {
        "status": "memory" if isinstance(error, MemoryError) else "raised",
        "error_type": type(error).__name__[:NAME_CHARACTERS],
        "error": _text_of(error)[:TEXT_CHARACTERS],
        "line": _line_of(error, source_name),
    }


def _text_of(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"{error.msg} (line {error.lineno}, column {error.offset})"
    try:
        text = str(error)
    except BaseException:  # its __str__ is foreign code too
        return "the error has no text"
    if isinstance(error, ModuleNotFoundError):
        return f"{text}: the jail holds only preloaded modules"
    return text


def _line_of(error: BaseException, source_name: str) -> int | None:
    if isinstance(error, SyntaxError):
        return error.lineno
    line = None
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == source_name:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _differs(arguments: object, call: str) -> bool:
    """Whether the arguments no longer read as the text they were made from."""
    try:
        return to_text(arguments) != call
    except (TypeError, ValueError, RecursionError):  # what was put in is not plain data, or a cycle
        return True


def _cpu_us() -> int:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return round((usage.ru_utime + usage.ru_stime) * 1e6)


def _peak_kb() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak
