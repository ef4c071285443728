"""How a function is called: its parameters as they are written, and its content as a digest."""

import ast
import hashlib
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from messages.base import Json

READ_ERRORS: Final = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What reading hostile source may raise. *cited*: the documentation of `ast.parse`"""


def no_python(what: str, error: SyntaxError) -> str:
    """That the text is no Python, why, and where if that is known: a null byte has no place."""
    where = "" if error.lineno is None else f" (line {error.lineno}, column {error.offset})"
    return f"the {what} is no Python: {error.msg}{where}"


def digest_of(source: str, entry: str) -> str:
    """SHA-256 of the code that would run."""
    return hashlib.sha256(f"{entry}\n{source}".encode("utf-8", "surrogatepass")).hexdigest()


def fingerprint_of(source: str, entry: str, schema: Mapping[str, Json], requires: Sequence[str]) -> str:
    """SHA-256 of the code that would run, of what it takes and of what it calls."""
    rest = msgspec.json.encode([schema, list(requires)], order="deterministic")
    return hashlib.sha256(digest_of(source, entry).encode() + rest).hexdigest()


class Formal(NamedTuple):
    """A parameter as the source defines it."""

    name: str
    default: ast.expr | None = None
    annotation: ast.expr | None = None
    rest: bool = False
    """It takes any number more."""

    @property
    def written(self) -> str:
        """`a`, `b=` or `*rest`."""
        return f"*{self.name}" if self.rest else f"{self.name}=" if self.default is not None else self.name


def formals_of(source: str, entry: str) -> tuple[Formal, ...]:
    """The parameters of the function by their places; ValueError if there is no such function.

    Those that are given by name alone have places behind the others, as the sandbox calls them; behind any number of
    arguments there is none.
    """
    try:
        body = ast.parse(source).body
    except READ_ERRORS as error:
        raise ValueError(f"the source can't be read: {error}") from error
    found = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == entry]
    if not found:
        raise ValueError(f"the source defines no function {entry!r}")
    taken = found[-1].args
    named = [*taken.posonlyargs, *taken.args]
    defaults = [*[None] * (len(named) - len(taken.defaults)), *taken.defaults]
    listed = [Formal(each.arg, default, each.annotation) for each, default in zip(named, defaults, strict=True)]
    if taken.vararg is None:
        alone = zip(taken.kwonlyargs, taken.kw_defaults, strict=True)
        listed += [Formal(each.arg, default, each.annotation) for each, default in alone]
    else:
        listed.append(Formal(taken.vararg.arg, None, taken.vararg.annotation, rest=True))
    return tuple(listed)


def parameters_of(source: str, entry: str) -> tuple[str, ...]:
    """The parameters of the function by their places, as `a`, `b=` and `*rest`; ValueError if it does not exist."""
    return tuple(formal.written for formal in formals_of(source, entry))


def misfit(parameters: tuple[str, ...], count: int) -> str | None:
    """Why so many arguments can't be given; None if they can."""
    least = sum(1 for name in parameters if not name.endswith("=") and not name.startswith("*"))
    open_ended = any(name.startswith("*") for name in parameters)
    most = len(parameters)
    if count < least or (count > most and not open_ended):
        wanted = f"{least} or more" if open_ended else str(least) if least == most else f"{least} to {most}"
        plural = "" if wanted == "1" else "s"
        return f"takes {wanted} argument{plural} ({', '.join(parameters) or 'none'}), got {count}"
    return None
