"""Texts changed in places: what was replaced is read off the examples, and a pattern found for it."""

import difflib
import functools
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from actors.synthesis.term import renamed
from actors.synthesis.text.generalisation import generalised, literal_cost, member
from actors.synthesis.text.shapes import escaped
from actors.synthesis.text.tame import tame

Edit: TypeAlias = tuple[int, int, str]
"""Where the replaced run begins and ends, and what stands there afterwards."""

TRIED: Final = 160
"""Patterns tried for one sort of change. *measured*: 25 ms, most of it spent on compiling them."""

KEPT: Final = 2
"""Ways kept to make the changes. *chosen*: the cheapest."""

SORTS: Final = 3
"""Sorts of change that one program makes. *chosen*"""

LONGEST: Final = 2_000
"""Characters of all texts together up to which changes are looked for. *chosen*"""

LEFT_ALONE: Final = 0.3
"""Share of the characters of a result that its text has to have for it to be a changed one. *chosen*"""

CHANGES: Final[tuple[tuple[str, Callable[[str], str]], ...]] = (
    ("m[0].upper()", str.upper),
    ("m[0].lower()", str.lower),
    ("m[0][:1].upper() + m[0][1:]", lambda text: text[:1].upper() + text[1:]),
    ("m[0].capitalize()", str.capitalize),
    ("'*' * len(m[0])", lambda text: "*" * len(text)),
)
"""What may be done to a run, beside replacing it by one text. *chosen*"""

BACKED: Final = 2
"""Changes that show words, or put some, before they count as meant. *chosen*: one would be remembering."""

CALL_COST: Final = 4
"""What a change costs beyond its pattern and the letters that it puts. *derived*: as in the table of text."""

MEMBERS: Final = 4
"""Most marks in a class beside a run. *chosen*"""

_UNITS: Final = re.compile(r"\[[^\]]*\]|\([^)]*\)|<[^>]*>|\{[^}]*\}|\w+\W*|\W+")
_TOKENS: Final = (re.compile(r"\w+|\s|[^\w\s]"), re.compile(r".", re.DOTALL))


@functools.lru_cache(maxsize=512)
def substitutions(texts: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Templates over A, with their costs, that change each text to the one wanted."""
    if texts == wanted or sum(map(len, texts)) > LONGEST:
        return ()
    found: dict[str, int] = {}
    for tokens in _TOKENS:
        rows = [_edits(tokens, *row) for row in zip(texts, wanted, strict=True)]
        if sum(kept for _, kept in rows) < LEFT_ALONE * sum(map(len, wanted)):
            return ()
        for template, cost in _written(texts, [edits for edits, _ in rows], wanted):
            found[template] = min(cost, found.get(template, cost))
    return tuple(sorted(found.items(), key=lambda item: item[1])[:KEPT])


def _edits(tokens: re.Pattern[str], text: str, wanted: str) -> tuple[list[Edit], int]:
    """The runs that were replaced, and how many characters were left as they were."""
    have, want = tokens.findall(text), tokens.findall(wanted)
    ends = [0, *itertools.accumulate(map(len, have))]
    matcher = difflib.SequenceMatcher(None, have, want, autojunk=False)
    kept = sum(len("".join(have[a : a + size])) for a, _, size in matcher.get_matching_blocks())
    changed = [codes for codes in matcher.get_opcodes() if codes[0] != "equal"]
    return [(ends[a], ends[b], "".join(want[c:d])) for _, a, b, c, d in changed], kept


def _written(texts: tuple[str, ...], edits: Sequence[list[Edit]], wanted: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """The sorts of change one after the other, the longest runs first."""
    sorts: dict[str, int] = {}
    for text, row in zip(texts, edits, strict=True):
        for a, b, put in row:
            sort = _sort(text[a:b], put)
            sorts[sort] = max(sorts.get(sort, 0), b - a)
    if not 0 < len(sorts) <= SORTS:
        return
    template, cost, before = "A", 0, texts
    left = [list(row) for row in edits]
    for sort in sorted(sorts, key=lambda sort: -sorts[sort]):
        after = tuple(_applied(text, row, sort) for text, row in zip(before, left, strict=True))
        step = next(iter(_steps(before, left, sort, after)), None)
        if step is None:
            return
        template, cost = renamed(step[0], {"A": template}), cost + step[1]
        left = [_moved(text, row, sort) for text, row in zip(before, left, strict=True)]
        before = after
    if before == wanted:
        yield template, cost


def _sort(run: str, put: str) -> str:
    """The change as the program writes it: a function of the run, or the text put in its place."""
    for written, change in CHANGES:
        if run and any(map(str.isalnum, run)) and change(run) == put:
            return f"lambda m: {written}"
    return repr(put) if "\\" not in put else repr(put.replace("\\", "\\\\"))


def _applied(text: str, edits: Sequence[Edit], sort: str) -> str:
    """The text after the changes of this sort."""
    for a, b, put in reversed(edits):
        if _sort(text[a:b], put) == sort:
            text = text[:a] + put + text[b:]
    return text


def _moved(text: str, edits: Sequence[Edit], sort: str) -> list[Edit]:
    """The changes that are left, where they are in the text after those of this sort."""
    left: list[Edit] = []
    shift = 0
    for a, b, put in edits:
        if _sort(text[a:b], put) == sort:
            shift += len(put) - (b - a)
        else:
            left.append((a + shift, b + shift, put))
    return left


def _steps(
    texts: Sequence[str], edits: Sequence[list[Edit]], sort: str, wanted: Sequence[str]
) -> Iterator[tuple[str, int]]:
    """Ways to make all changes of one sort and no others."""
    pairs = zip(texts, edits, strict=True)
    rows = [(text, a, b) for text, row in pairs for a, b, put in row if _sort(text[a:b], put) == sort]
    if len(rows) < BACKED and any(map(str.isalnum, sort if sort[0] in "'\"" else "")):
        return
    put = eval(sort)
    lefts, runs, rights = ([cut(*row) for row in rows] for cut in (_left, _run, _right))
    if put == "":
        yield from _tidied(texts, runs, wanted)
    tried = sorted(
        itertools.product(_before(lefts, runs), _contents(runs), _after(rights, runs)),
        key=lambda three: sum(cost for _, cost in three),
    )
    for (before, a), (content, b), (after, c) in tried[:TRIED]:
        pattern = before + content + after
        if not pattern or (len(rows) < BACKED and content == escaped(runs[0]) and any(map(str.isalnum, runs[0]))):
            continue
        found = re.compile(pattern)
        right = all(found.sub(put, text) == want for text, want in zip(texts, wanted, strict=True))
        if right and tame(pattern):
            yield (
                _call(pattern, sort, runs),
                a + b + c + CALL_COST + _letters(put),
            )
            return


def _tidied(texts: Sequence[str], runs: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The runs taken out, and the white space that is left over with them."""
    bare = [run.strip() for run in runs]
    if not all(bare) or bare == list(runs):
        return
    for pattern, cost in generalised(bare, words=True):
        found = re.compile(pattern)
        right = all(" ".join(found.sub("", text).split()) == want for text, want in zip(texts, wanted, strict=True))
        if right and tame(pattern):
            yield f"' '.join(re.sub({pattern!r}, '', A).split())", cost + CALL_COST + 1
            return


def _letters(put: object) -> int:
    """What the letters put in place of the runs cost: they may be remembered."""
    letters = sum(map(str.isalnum, put)) if isinstance(put, str) else 0
    return letters + (letters > 0)


def _call(pattern: str, sort: str, runs: Sequence[str]) -> str:
    if pattern == escaped(runs[0]) and not sort.startswith("lambda"):
        return f"A.replace({runs[0]!r}, {sort})"
    return f"re.sub({pattern!r}, {sort}, A)"


def _left(text: str, a: int, b: int) -> str:
    return text[max(0, a - 2) : a]


def _run(text: str, a: int, b: int) -> str:
    return text[a:b]


def _right(text: str, a: int, b: int) -> str:
    return text[b : b + 2]


def _contents(runs: Sequence[str]) -> list[tuple[str, int]]:
    """Patterns of the replaced runs; white space at their ends is as long as it may be where it differs."""
    if not any(runs):
        return [("", 0)]
    units = [unit for run in runs for unit in _UNITS.findall(run)]
    found = dict(generalised(runs, words=True))
    if "".join(units) == "".join(runs) and len(units) > len(runs):
        found |= dict(generalised(units, words=True)) | found
    bare = [run.strip() for run in runs]
    if all(bare) and bare != list(runs):
        before = r"\s*" if any(run[0].isspace() for run in runs) else ""
        after = r"\s*" if any(run[-1].isspace() for run in runs) else ""
        for pattern, cost in generalised(bare, words=True):
            found.setdefault(before + pattern + after, cost + 2)
    return sorted(found.items(), key=lambda item: item[1])


def _before(lefts: Sequence[str], runs: Sequence[str]) -> list[tuple[str, int]]:
    """What has to stand before a run, without being replaced."""
    found = {"": 0} | ({} if any(lefts) else {"^": 0})
    found |= {r"\b": 1} if all(run[:1].isalnum() for run in runs) else {}
    if all(left[-1:] in ("", "\n") for left in lefts):
        found |= {"(?m)^": 0, "": 1}
    beside = [left for left in lefts if left]
    around = {f"(?<={members})": cost for members, cost in _members([left[-1] for left in beside])}
    if beside and all(len(left) == 2 for left in beside):
        for first, cost in _members([left[0] for left in beside]):
            for second, more in _members([left[1] for left in beside]):
                around[f"(?<={first}{second})"] = cost + more
    if len(beside) < len(lefts):
        around = {f"(?:^|{pattern})": cost + 1 for pattern, cost in around.items()}
    return list((found | around).items())


def _after(rights: Sequence[str], runs: Sequence[str]) -> list[tuple[str, int]]:
    """What has to follow a run, without being replaced."""
    found = {"": 0} | ({} if any(rights) else {"$": 0})
    found |= {r"\b": 1} if all(run[-1:].isalnum() for run in runs) else {}
    if all(right[:1] in ("", "\n") for right in rights):
        found |= {r"(?=\n|$)": 0, "": 1}
    if all(rights):
        found |= {f"(?={members})": cost for members, cost in _members([right[0] for right in rights])}
    return list(found.items())


def _members(characters: Sequence[str]) -> list[tuple[str, int]]:
    """Patterns of one character that all of these match."""
    distinct = sorted(set(characters))
    alone = len(distinct) == 1 and (len(characters) >= BACKED or not distinct[0].isalnum())
    known = [(escaped(one), literal_cost(one) + one.isalnum()) for one in distinct if alone]
    for name in (r"\d", "[a-z]", "[A-Z]", "[A-Za-z]", r"\w", r"\s", r"\S"):
        if distinct and all(re.match(name, character) for character in distinct):
            known.append((name, 2))
            break
    if 1 < len(distinct) <= MEMBERS and not any(map(str.isalnum, distinct)):
        known.append(("[" + "".join(map(member, distinct)) + "]", 2))
    return known
