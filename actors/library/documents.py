"""A folder of documents as something to be searched: Markdown and plain text, cut at headings, ranked by BM25."""

import re
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

from actors.library.index import NAME_WEIGHT
from actors.library.ranking import Ranking
from actors.library.words import words

SUFFIXES: Final = (".md", ".rst", ".txt")
"""Files that are read. *chosen*"""

FILES: Final = 5_000
"""Most files that are read. *chosen*: a second of work at the start"""

FILE_BYTES: Final = 1 << 20
"""Larger files are left out. *chosen*: they are data, not documentation"""

SUMMARY_CHARS: Final = 600
"""What is shown of a passage. *chosen*: a paragraph"""

HEADING: Final = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)
"""Where a passage of Markdown begins. *cited*: CommonMark 0.31, ATX headings"""


class Passage(NamedTuple):
    """A part of a document under its own heading."""

    place: str
    """The file, relative to the folder."""
    heading: str
    text: str


class Documents:
    """The passages of a folder, ready to be searched."""

    def __init__(self, passages: tuple[Passage, ...]) -> None:
        self.passages = passages
        self._ranking = Ranking([_counted(passage) for passage in passages])

    def best(self, goal: str, k: int) -> tuple[tuple[Passage, float], ...]:
        """The k passages that fit the goal best, with their scores, best first."""
        return tuple((self.passages[place], score) for place, score in self._ranking.best(goal, k))


def read(folder: Path) -> Documents:
    """All that the folder holds, without what is no text."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())[:FILES]
    return Documents(tuple(passage for path in files for passage in _passages(folder, path)))


def _passages(folder: Path, path: Path) -> tuple[Passage, ...]:
    if path.stat().st_size > FILE_BYTES:
        return ()
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ()
    place = str(path.relative_to(folder))
    starts = [(0, path.stem), *((match.start(), match[1].strip()) for match in HEADING.finditer(text))]
    ends = [start for start, _ in starts[1:]] + [len(text)]
    found = (
        Passage(place, heading, text[start:end].strip()) for (start, heading), end in zip(starts, ends, strict=True)
    )
    return tuple(passage for passage in found if passage.text)


def _counted(passage: Passage) -> Counter[str]:
    return Counter(words(passage.heading) * NAME_WEIGHT + words(passage.text))
