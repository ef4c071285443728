"""The samples: hostile and honest ones of our own as text, and honest functions of the standard library."""

import ast
import importlib
import inspect
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

SAMPLES: Final = Path(__file__).parent / "samples"
"""Where our own lie, one file a split. *derived*"""

SPLITS: Final = ("tuning", "held_out", "fresh", "blind", "again")
"""What the rules were tuned on, what was written before them, to get past them, without reading them, and to get past
them once more when they were mended. *chosen*"""

LIBRARY: Final = {
    "tuning": (
        *(
            "textwrap",
            "statistics",
            "difflib",
            "string",
            "colorsys",
            "bisect",
            "heapq",
            "calendar",
            "fractions",
            "html",
        ),
        *("urllib.parse", "fnmatch", "copy", "graphlib"),
    ),
    "held_out": (
        *(
            "base64",
            "shlex",
            "posixpath",
            "json.decoder",
            "json.encoder",
            "json.scanner",
            "ipaddress",
            "random",
            "pprint",
        ),
        *("reprlib", "keyword", "stringprep", "quopri", "configparser", "collections", "functools", "html.parser"),
        *("_strptime", "numbers", "csv", "uuid", "contextlib", "tomllib._parser", "tomllib._re", "email.utils"),
        *("email.quoprimime", "email._parseaddr", "xml.sax.saxutils", "operator", "_py_abc"),
    ),
}
"""Modules whose own functions and classes are honest samples. *chosen*: written in Python, by many hands, to compute"""

OUTSIDE: Final = frozenset(
    (
        *(
            "sys",
            "os",
            "_sys",
            "_os",
            "open",
            "exec",
            "eval",
            "compile",
            "__import__",
            "globals",
            "locals",
            "subprocess",
        ),
        *("_getframe", "genericpath", "urandom", "environ", "stdin", "stdout", "stderr", "argv", "exit"),
    )
)
"""Names of what does more than compute; functions that use one are no samples, since no tool may. *chosen*"""


class Sample(NamedTuple):
    """One program, and where it is from."""

    family: str
    name: str
    split: str
    source: str


def hostile() -> list[Sample]:
    """Programs that do what no tool may do, or hide what they do."""
    return [sample for split in SPLITS for sample in _written(f"hostile_{split}", split)]


def honest() -> list[Sample]:
    """Programs that compute: our own, and the standard library's."""
    return own() + [sample for split in LIBRARY for module in LIBRARY[split] for sample in _drawn(module, split)]


def own() -> list[Sample]:
    """The honest programs that are our own."""
    return [sample for split in (*LIBRARY, "blind") for sample in _written(f"honest_{split}", split)]


def _written(file: str, split: str) -> Iterator[Sample]:
    text = (SAMPLES / f"{file}.txt").read_text(encoding="utf-8")
    for part in text.split("=== ")[1:]:
        title, _, source = part.partition("\n")
        family, _, name = title.partition("/")
        yield Sample(family, name, split, source)


def _drawn(module_name: str, split: str) -> Iterator[Sample]:
    """Every function and class that the module itself defines and that only computes."""
    module = importlib.import_module(module_name)
    text = inspect.getsource(module)
    lines = text.splitlines(keepends=True)
    for node in ast.parse(text).body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            continue
        value = vars(module).get(node.name)
        if not isinstance(value, (types.FunctionType, type)) or value.__module__ != module_name:
            continue
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        if not OUTSIDE & _names(value):
            source = "".join(lines[first - 1 : node.end_lineno])
            yield Sample(f"library: {module_name}", node.name, split, source)


def _names(value: object) -> set[str]:
    """The names that the code of a function, or of a class's methods, uses."""
    waiting: list[object] = [value]
    seen: set[str] = set()
    visited: set[int] = set()
    while waiting:
        at = waiting.pop()
        if id(at) in visited:
            continue
        visited.add(id(at))
        if isinstance(at, type):
            waiting.extend(vars(at).values())
        elif isinstance(at, property):
            waiting.extend((at.fget, at.fset, at.fdel))
        elif isinstance(at, (staticmethod, classmethod, types.MethodType)):
            waiting.append(at.__func__)
        elif isinstance(at, types.FunctionType):
            waiting.append(inspect.unwrap(at).__code__)
        elif isinstance(at, types.CodeType):
            seen.update(at.co_names)
            waiting.extend(at.co_consts)
    return seen
