"""Patterns of whole texts: what some texts have in common, and the forms that everybody knows."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

KNOWN: Final = (
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    r"https?://\S+",
    r"\d{4}-\d{2}-\d{2}",
    r"\d{1,2}:\d{2}",
    r"(?:[01]\d|2[0-3]):[0-5]\d",
    r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}",
    r"#[0-9a-fA-F]{6}",
    r"[0-9a-fA-F]+",
    r"\+?\d[\d\s-]{6,}\d",
    r"-?\d+",
    r"-?\d+(?:\.\d+)?",
    r"[A-Za-z]+",
    r"[A-Za-z_]\w*",
    r"[a-z]+",
    r"[A-Z]+",
    r"[01]+",
    r"v?\d+\.\d+\.\d+",
)
"""Forms in common use. *chosen*"""

CLASSES: Final = ((r"\d", "[0-9]"), (r"[A-Z]", "[A-Z]"), (r"[a-z]", "[a-z]"))
"""Classes of characters that shapes are made of. *chosen*"""

_TOKENS: Final = re.compile(r"[0-9]+|[A-Z]+|[a-z]+|.", re.DOTALL)


_SPECIAL: Final = re.compile(r"([.^$*+?{}\[\]\\|()])")


def escaped(text: str) -> str:
    """The pattern of just this text, without needless backslashes."""
    return _SPECIAL.sub(r"\\\1", text).replace("\n", "\\n").replace("\t", "\\t")


def shapes(texts: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Patterns that match all of these texts as a whole, with their costs; plain ones cost least."""
    for pattern in KNOWN:
        if texts and all(re.fullmatch(pattern, text) for text in texts):
            yield pattern, 2
    rows = [_TOKENS.findall(text) for text in texts]
    if not rows or len({tuple(map(_class, row)) for row in rows}) > 1:
        return
    columns = list(zip(*rows, strict=True))
    exact = "".join(_piece(column, counted=True) for column in columns)
    loose = "".join(_piece(column, counted=False) for column in columns)
    yield exact, 2 if len(texts) > 1 else 3
    yield loose, 3


def _class(token: str) -> str:
    return next((name for name, members in CLASSES if re.fullmatch(members, token[0])), token)


def _piece(column: Sequence[str], counted: bool) -> str:
    name = _class(column[0])
    if not any(name == known for known, _ in CLASSES):
        return escaped(column[0])
    lengths = {len(token) for token in column}
    if counted and len(lengths) == 1:
        length = lengths.pop()
        return name if length == 1 else f"{name}{{{length}}}"
    return f"{name}+"
