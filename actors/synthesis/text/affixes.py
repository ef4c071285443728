"""Texts that are a part found by itself between what is known: literals and arguments at the ends and in the middle."""

from collections.abc import Iterator, Sequence
from typing import Final

from actors.synthesis.literals import shared_start
from actors.synthesis.structures.binding import Solve, position_of
from actors.synthesis.term import Term, composed, leaf
from actors.synthesis.values import Values, kind_of_all

PEELED: Final = 6
"""Most pieces taken off both ends. *chosen*"""


def around(leaves: Sequence[Term], results: Values, solve: Solve) -> Term | None:
    """The results as a part between pieces that are known, if there are such pieces and a program for the part."""
    if len(set(results)) < 2:
        return None
    written = list(_written(leaves))
    before, middle = _peeled(results, written, at_end=False)
    after, middle = _peeled(middle, written, at_end=True)
    if not any(piece.uses for piece in (*before, *after)):
        return None
    whole = [*before, *reversed(after)]
    if any(middle):
        body = solve(leaves, middle) if len(set(middle)) > 1 else None
        if body is None:
            return None
        whole.insert(len(before), body)
    made = whole[0]
    for piece in whole[1:]:
        values = tuple(one + other for one, other in zip(made.values, piece.values, strict=True))
        made = composed("A + B", (made, piece), "text", values, 1)
    return made


def _written(leaves: Sequence[Term]) -> Iterator[Term]:
    """The arguments and their fields as texts, and the position of an item counted from one."""
    for term in leaves:
        if term.kind == "record":
            yield from _written(_fields(term))
        if term.kind == "text" and all(term.values):
            yield term
        elif term.kind == "int":
            if term.component.template.startswith(position_of("item")):
                yield composed("str(A + 1)", (term,), "text", tuple(str(value + 1) for value in term.values), 2)
            yield composed("str(A)", (term,), "text", tuple(map(str, term.values)), 1)


def _fields(record: Term) -> list[Term]:
    """The fields that all the records have."""
    shared = [key for key in record.values[0] if all(key in value for value in record.values)]
    columns = [(key, tuple(value[key] for value in record.values)) for key in shared]
    return [
        composed(f"A[{key!r}]", (record,), kind, values, 2)
        for key, values in columns
        if (kind := kind_of_all(values)) in ("text", "int")
    ]


def _peeled(texts: Values, written: Sequence[Term], at_end: bool) -> tuple[list[Term], Values]:
    """The pieces at one end of all texts, from the outside, and what is left."""
    pieces: list[Term] = []
    while len(pieces) < PEELED:
        piece = next((term for term in written if all(map(_ends if at_end else _begins, texts, term.values))), None)
        if piece is None:
            turned = [text[::-1] if at_end else text for text in texts]
            shared = shared_start(turned)[::-1] if at_end else shared_start(turned)
            if not shared or not all(map(str.strip, texts)):
                break
            piece = leaf(repr(shared), "text", (shared,) * len(texts), 1 + sum(map(str.isalnum, shared)) // 2, 0)
        pieces.append(piece)
        cuts = [len(value) for value in piece.values]
        texts = tuple(text[: len(text) - cut] if at_end else text[cut:] for text, cut in zip(texts, cuts, strict=True))
    return pieces, texts


def _begins(text: str, piece: str) -> bool:
    return text.startswith(piece)


def _ends(text: str, piece: str) -> bool:
    return text.endswith(piece)
