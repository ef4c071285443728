"""The words of a text as somebody reads them, whatever letters, digits, signs and blanks they are spelt with."""

import re
import unicodedata
from collections.abc import Set
from typing import Final

from actors.text.confusables import LATIN
from actors.text.hidden import INVISIBLE

WORD: Final = re.compile(r"[^\W_]+")
"""Runs of letters and digits. *derived*"""

STACKED: Final = 30
"""Most combining marks in a row. *cited*: Unicode Standard Annex 15, stream-safe text; sorting them is quadratic"""

NOT_ASCII: Final = re.compile(rf"[^\x00-\x7f]{{1,{STACKED}}}")
"""Runs of letters that may look like others, none so long that sorting its marks takes time. *derived*"""

MARKS: Final = re.compile("[\u0300-\u036f]+")
"""Accents and other marks on letters. *derived*: Unicode, block Combining Diacritical Marks"""

MOST_PARTS: Final = 4
"""Letters that one letter may be taken apart into. *chosen*: a ligature holds three, a whole sentence up to eighteen"""

DIGITS: Final = tuple(str.maketrans("01345789", f"o{one}eastbg") for one in "il")
"""Digits that stand for letters, in both ways in which they are read. *chosen*: the usual ones"""

APART: Final = 6
"""Single letters in a row from which they are a word, or several. *chosen*: no formula has as many"""


def words_of(text: str) -> list[str]:
    """The words in lower case and plain letters; single letters in a row are one word."""
    found = WORD.findall(seen(text))
    return _joined(found) if _is_apart(found) else found


def seen(text: str) -> str:
    """The text as it looks: without invisible letters and marks, in lower case, Latin where it looks Latin."""
    return (text if text.isascii() else NOT_ASCII.sub(_looks, text)).lower()


def _looks(run: re.Match[str]) -> str:
    letters = unicodedata.normalize("NFKD", INVISIBLE.sub("", run[0]))
    return MARKS.sub("", letters if len(letters) <= MOST_PARTS * len(run[0]) else run[0]).translate(LATIN)


def plain(word: str, known: Set[str]) -> str:
    """The known word that this one is when its digits are read as letters, or the word itself."""
    for digits in DIGITS:
        if (read := word.translate(digits)) in known:
            return read
    return word


def _is_apart(words: list[str]) -> bool:
    """Enough single letters stand in a row."""
    run = 0
    for word in words:
        run = run + 1 if len(word) == 1 else 0
        if run >= APART:
            return True
    return False


def _joined(words: list[str]) -> list[str]:
    out: list[str] = []
    letters: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1:
            letters.append(word)
            continue
        out += ["".join(letters)] if len(letters) >= APART else letters
        letters = []
        out += [word] if word else []
    return out
