"""What a text says under its disguise: look-alike letters, hidden characters, markup and gaps are taken off.

A match is looked for among the letters alone, and counts where it begins and ends at the edge of a word.
"""

import functools
import html
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from actors.text.confusables import BOXED, COLONS, LETTERS, REGIONAL
from actors.text.hidden import TAGS

LEET: Final = str.maketrans("013457@$!|", "oieastasii")
"""Digits and signs that stand for letters. *chosen*: the plain ones"""

ROUNDS: Final = 4
"""Times that a disguise is taken off, since it may hide another. *chosen*"""

MARKUP: Final = re.compile(r"<!--.*?-->|</?[a-z!?][^<>\n]*>|\]\([^)\s]*(?: [^)]*)?\)", re.DOTALL)
"""Comments, tags, and the targets of links, in plain text. *cited*: CommonMark 0.31, sections 6.3 and 6.6"""

LETTER: Final = re.compile("[a-z]")
OTHER: Final = re.compile("[^a-z]+")
FOREIGN: Final = re.compile(r"[^\n\t\x20-\x7e]")
PROHIBITION: Final = re.compile(
    r"\b(?:(?:must|may|shall|should|will|can|does|do) not|cannot|(?:can|won|don|doesn)['\u2019]t|never)[ *_`]+$"
)
"""Words that forbid what follows directly on the same line. *chosen*"""


class View:
    """A text as one way of taking markup and digits reads it, with its letters alone beside it."""

    def __init__(self, clear: str) -> None:
        self.clear = clear
        self.letters = fold(OTHER.sub("", clear))

    @functools.cached_property
    def _places(self) -> tuple[int, ...]:
        return tuple(match.start() for match in LETTER.finditer(self.clear))

    def edges(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the run of letters stands in `clear`, if no letter touches it on either side."""
        first, after = self._places[start], self._places[end - 1] + 1
        touched = LETTER.match(self.clear, after) or (first > 0 and LETTER.match(self.clear, first - 1))
        return None if touched else (first, after)


def bare(text: str) -> str:
    """The text in plain small letters: entities read, look-alikes replaced, hidden characters gone."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for _ in range(ROUNDS):
        before, text = text, html.unescape(text).translate(TAGS | REGIONAL | BOXED)
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        text = FOREIGN.sub(_shown, text)
        if text == before:
            break
    return text.translate(LETTERS | COLONS)


def without_markup(clear: str) -> str:
    """The text without what a reader of the rendered text does not see."""
    for _ in range(ROUNDS):
        before, clear = clear, MARKUP.sub("", clear)
        if clear == before:
            break
    return clear


def _shown(match: re.Match[str]) -> str:
    return "" if unicodedata.category(match[0]) in ("Mn", "Me", "Cf", "Cc") else match[0]


def views(text: str) -> Iterator[View]:
    """Every way of reading the text: with and without what markup hides, digits as letters or as nothing."""
    whole = bare(text)
    for clear in dict.fromkeys((whole, without_markup(whole))):
        for read in dict.fromkeys((clear, clear.translate(LEET))):
            yield View(read)


def fold(letters: str) -> str:
    """Letters that are told apart by nobody are one: a small l and a capital i."""
    return letters.replace("l", "i")


def forbidden_by_its_line(clear: str, start: int, end: int) -> bool:
    """The words before the match forbid it, in plain sight: `MUST NOT` and the match stand on one line."""
    return "\n" not in clear[start:end] and PROHIBITION.search(clear, max(0, start - 40), start) is not None
