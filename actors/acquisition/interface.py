"""How a function is called: its parameters as they are written, its content as a digest, its text cut to size."""

import ast
import hashlib
from typing import Final

READ_ERRORS: Final = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What reading hostile source may raise. *cited*: the documentation of `ast.parse`"""


def digest_of(source: str, entry: str) -> str:
    """SHA-256 of the code that would run."""
    return hashlib.sha256(f"{entry}\n{source}".encode("utf-8", "surrogatepass")).hexdigest()


def parameters_of(source: str, entry: str) -> tuple[str, ...]:
    """The positional parameters of the function, as `a`, `b=` and `*rest`; ValueError if there is no such function."""
    try:
        body = ast.parse(source).body
    except READ_ERRORS as error:
        raise ValueError(f"the source can't be read: {error}") from error
    found = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == entry]
    if not found:
        raise ValueError(f"the source defines no function {entry!r}")
    taken = found[-1].args
    names = [argument.arg for argument in (*taken.posonlyargs, *taken.args)]
    first_default = len(names) - len(taken.defaults)
    written = [name if place < first_default else f"{name}=" for place, name in enumerate(names)]
    return (*written, f"*{taken.vararg.arg}") if taken.vararg else tuple(written)


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
