"""Parts of a text: patterns that find just the parts wanted, from what they are and what stands beside them."""

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, TypeAlias

from actors.synthesis.text.generalisation import generalised, literal_cost
from actors.synthesis.text.shapes import escaped
from actors.synthesis.text.tame import tame

Span: TypeAlias = tuple[int, int]
"""Where a part begins and ends in its text."""

TRIED: Final = 120
"""Patterns tried for one set of parts. *measured*: 20 ms, most of it spent on compiling them."""

KEPT: Final = 2
"""Patterns kept of those that find the parts. *chosen*: the cheapest."""

CONTENTS: Final = 6
"""Patterns of the part itself that are tried. *chosen*"""

CONTEXT: Final = 12
"""Characters beside a part that are looked at. *chosen*"""

LONGEST: Final = 2_000
"""Characters of all texts together up to which parts are looked for. *chosen*"""

FREE: Final = (".+?", ".+")
"""Parts that may hold anything. *chosen*"""

_NUMBER: Final = re.compile(r"(?<![\d.])(?:(?<!\w)-)?\d+(?:\.\d+)?")


@functools.lru_cache(maxsize=512)
def extractions(texts: tuple[str, ...], wanted: tuple[Any, ...]) -> tuple[tuple[str, int], ...]:
    """Templates over A, with their costs, that give the parts wanted of each text: one part, or a list of them."""
    if sum(map(len, texts)) > LONGEST or not any(map(_worth, wanted)):
        return ()
    listed = all(isinstance(value, tuple) for value in wanted)
    for from_end in (False,) if listed else (False, True):
        spans = [_spans(*row, from_end) for row in zip(texts, wanted, strict=True)]
        known = [span for span in spans if span is not None]
        if len(known) < len(spans):
            return ()
        parts = [tuple(text[a:b] for a, b in span) for text, span in zip(texts, known, strict=True)]
        found = _templates(texts, known, parts, wanted, listed) if parts != [(text,) for text in texts] else []
        if found:
            return tuple(found)
    return ()


def _worth(value: Any) -> bool:
    return value is not None and not isinstance(value, (bool, dict)) and value != "" and value != ()


def _spans(text: str, value: Any, from_end: bool) -> list[Span] | None:
    """Where the parts stand, in their order; None if they don't."""
    spans: list[Span] = []
    start = 0
    for part in value if isinstance(value, tuple) else [] if value is None or value == "" else [value]:
        span = _span(text, part, start, from_end)
        if span is None:
            return None
        spans.append(span)
        start = span[1]
    return spans


def _span(text: str, part: Any, start: int, from_end: bool) -> Span | None:
    if type(part) in (int, float):
        matches = [found for found in _NUMBER.finditer(text, start) if float(found[0]) == part]
        return (matches[-1] if from_end else matches[0]).span() if matches else None
    if not isinstance(part, str) or not part:
        return None
    found = text.rfind(part, start) if from_end else text.find(part, start)
    return (found, found + len(part)) if found >= 0 else None


def _templates(
    texts: Sequence[str],
    spans: Sequence[list[Span]],
    parts: Sequence[tuple[str, ...]],
    wanted: Sequence[Any],
    listed: bool,
) -> list[tuple[str, int]]:
    lefts = [text[max(0, a - CONTEXT) : a] for text, row in zip(texts, spans, strict=True) for a, _ in row]
    rights = [text[b : b + CONTEXT] for text, row in zip(texts, spans, strict=True) for _, b in row]
    contents = [*generalised([part for row in parts for part in row])[:CONTENTS], *_free(rights)]
    tried = sorted(itertools.product(_before(lefts), contents, _after(rights)), key=_cost)
    found: list[tuple[str, int]] = []
    seen: set[str] = set()
    for three in tried[:TRIED]:
        left, content, right = (pattern for pattern, _ in three)
        bare = not _bare(left + right)
        pattern = left + (content if bare else f"({content})") + right
        plain = pattern.replace(r"\b", "")
        if (plain == pattern or plain not in seen) and _finds(pattern, texts, parts, listed) and tame(pattern):
            seen.add(pattern)
            found.append((_template(pattern, bare, wanted, listed), _cost(three)))
            if len(found) == KEPT:
                break
    return found


def _cost(three: Sequence[tuple[str, int]]) -> int:
    """What a pattern of three pieces costs; between two marks anything may stand."""
    (left, _), (content, _), (right, _) = three
    between = content in FREE and bool(_bare(left)) and bool(_bare(right))
    return sum(cost for _, cost in three) - between


def _bare(context: str) -> str:
    """The context without what takes no room."""
    return re.sub(r"\^|\\b|\$", "", context)


def _template(pattern: str, bare: bool, wanted: Sequence[Any], listed: bool) -> str:
    if listed:
        return f"re.findall({pattern!r}, A)"
    missing = next((value for value in wanted if value is None or value == ""), 0)
    if missing == 0:
        return f"re.search({pattern!r}, A)[{0 if bare else 1}]"
    return f"next(iter(re.findall({pattern!r}, A)), {missing!r})"


def _finds(pattern: str, texts: Sequence[str], parts: Sequence[tuple[str, ...]], listed: bool) -> bool:
    found = re.compile(pattern)
    if listed:
        return all(tuple(found.findall(text)) == row for text, row in zip(texts, parts, strict=True))
    for text, row in zip(texts, parts, strict=True):
        match = found.search(text)
        if (match[found.groups] if match else None) != (row[0] if row else None):
            return False
    return True


def _free(rights: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Whatever comes before what follows."""
    yield from ((pattern, 2) for pattern in FREE)
    yield r"\S+", 2
    following = {right[:1] for right in rights} - {""}
    if len(following) == 1 and not (mark := following.pop()).isalnum():
        yield f"[^{escaped(mark)}]+", 2


def _before(lefts: Sequence[str]) -> list[tuple[str, int]]:
    """What may have to stand before a part, with its cost."""
    found = {"": 0, r"\b": 2} | ({} if any(lefts) else {"^": 0})
    shared = _shared_end(lefts)
    if shared:
        found |= {escaped(piece): literal_cost(piece) for piece in _pieces(shared)}
    return list(found.items())


def _after(rights: Sequence[str]) -> list[tuple[str, int]]:
    """What may have to stand after a part, with its cost."""
    found = {"": 0, r"\b": 2} | ({} if any(rights) else {"$": 0})
    shared = _shared_end([right[::-1] for right in rights])
    if shared:
        found |= {escaped(piece[::-1]): literal_cost(piece) for piece in _pieces(shared)}
    return list(found.items())


def _pieces(shared: str) -> Iterable[str]:
    """The last character, the last run, the last word with what follows it, and the whole."""
    ends = [re.search(pattern, shared) for pattern in (r"(?:\w+|\W+)$", r"\w*\W+$")]
    return dict.fromkeys((shared[-1:], *(end[0] for end in ends if end), shared))


def _shared_end(texts: Sequence[str]) -> str:
    """What all of the texts end with, without a word that only ends alike."""
    turned = sorted(text[::-1] for text in texts)
    pairs = enumerate(zip(turned[0], turned[-1], strict=False))
    length = next((place for place, (a, b) in pairs if a != b), len(turned[0]))
    shared = turned[0][:length][::-1]
    cut = shared[:1].isalnum() and any(len(text) > length and text[-length - 1].isalnum() for text in texts)
    return re.sub(r"^\w+", "", shared) if cut else shared
