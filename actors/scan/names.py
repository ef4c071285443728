"""Which tool a name or a goal stands for, among those that are never learnt and those that a person reviews.

Words are read as they are meant: whatever the case, the separators, digits for letters and the usual synonyms.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from actors.scan.vocabulary import (
    ABOUT,
    FORBIDDEN,
    FORBIDDEN_PHRASES,
    HONEST_HEADS,
    HONEST_PHRASES,
    REVIEWED,
    REVIEWED_PHRASES,
    Phrase,
)
from actors.text.confusables import LOOKALIKES
from actors.text.hidden import INVISIBLE

LETTERS: Final = str.maketrans("013457$@", "oieast" + "sa")
"""Digits and signs that stand for letters. *chosen*: the usual ones"""

APART: Final = 2
"""Most words between a verb and its object. *chosen*: `run the given command`"""

SPELT_OUT: Final = 4
"""Single letters in a row from which they are one word. *chosen*: no name has as many initials"""

CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
"""Where words are told apart by their capitals. *derived*"""

SENTENCE: Final = re.compile(r"[.;:!?\n]+|,? (?:and|then) ")
"""What stands between two orders. *chosen*"""


BEGINNINGS: Final = frozenset(
    thing.partition(" ")[0]
    for phrases in (FORBIDDEN_PHRASES, REVIEWED_PHRASES)
    for ways in phrases.values()
    for _, things in ways
    for thing in things
)
"""First words of everything that a phrase is about. *derived* from the vocabulary"""


def forbidden_name(name: str) -> str | None:
    """The forbidden tool that this name stands for, words in any order; None if it stands for none."""
    words = words_of(name)
    return _spelt(words, FORBIDDEN) or _phrase(words, FORBIDDEN_PHRASES) or _fused(words)


def forbidden_goal(goal: str) -> str | None:
    """The forbidden tool that a sentence of this goal orders; None if it orders none."""
    return next((tool for words in _sentences(goal) if (tool := _phrase(words, FORBIDDEN_PHRASES))), None)


def reviewed_name(name: str) -> str | None:
    """The tool that a person reviews, that this name stands for word for word."""
    return _spelt(words_of(name), REVIEWED)


def reviewed_words(name: str, goal: str) -> str | None:
    """The tool that a person reviews, that the name or the goal seems to stand for."""
    said = (words_of(name), *_sentences(goal))
    return next((tool for words in said if (tool := _phrase(words, REVIEWED_PHRASES))), None)


def words_of(text: str) -> list[str]:
    """The words, in lower case and plain letters, single letters in a row as one word."""
    plain = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).translate(LOOKALIKES)
    words = [_letters(word) for word in re.findall(r"[^\W_]+[$@]?[^\W_]*", CAMEL.sub(" ", plain).lower())]
    joined: list[str] = []
    letters: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1:
            letters.append(word)
            continue
        joined += ["".join(letters)] if len(letters) >= SPELT_OUT else letters
        letters = []
        joined += [word] if word else []
    return joined


def _letters(word: str) -> str:
    """Digits read as letters, where the word holds both and begins or goes on as a word does."""
    mixed = any(letter.isdigit() or letter in "$@" for letter in word) and any(letter.isalpha() for letter in word)
    return word.translate(LETTERS) if mixed else word


def _sentences(goal: str) -> Iterator[list[str]]:
    for sentence in SENTENCE.split(goal):
        if words := words_of(sentence):
            yield words


def _spelt(words: Sequence[str], tools: Sequence[str]) -> str | None:
    return next((tool for tool in tools if set(tool.split("_")) <= set(words)), None)


def _phrase(words: Sequence[str], phrases: dict[str, tuple[Phrase, ...]]) -> str | None:
    """The first tool with a phrase that the words hold, unless they only speak about it."""
    known = {*words, *map(_singular, words)}
    if known.isdisjoint(BEGINNINGS) or _speaks_about(words):
        return None
    if any(_holds(words, honest) for honest in HONEST_PHRASES):
        return None
    for tool, ways in phrases.items():
        if any(_said(words, way) for way in ways if _may_be_said(known, way)):
            return tool
    return None


def _may_be_said(known: set[str], way: Phrase) -> bool:
    """One of the verbs is among the words, and the beginning of one of the things."""
    verbs, things = way
    return not (verbs and known.isdisjoint(verbs)) and any(thing.partition(" ")[0] in known for thing in things)


def _speaks_about(words: Sequence[str]) -> bool:
    """The first verb works on a text, and no second one follows."""
    return bool(words) and words[0] in HONEST_HEADS and not {"and", "then"} & set(words)


def _said(words: Sequence[str], way: Phrase) -> bool:
    verbs, things = way
    for place, word in enumerate(words):
        if verbs and not _is(word, verbs):
            continue
        first, last = (place + 1, place + 1 + APART) if verbs else (place, place)
        for thing in things:
            end = _end(words, thing, first, last)
            if end is not None and not _is_about(words[end : end + 1]):
                return True
    return False


def _end(words: Sequence[str], thing: str, first: int, last: int) -> int | None:
    """Where the thing ends among the words, if it begins between these two places."""
    parts = thing.split()
    for start in range(first, min(last, len(words) - len(parts)) + 1):
        if all(_is(words[start + i], (part,)) for i, part in enumerate(parts)):
            return start + len(parts)
    return None


def _holds(words: Sequence[str], phrase: str) -> bool:
    return _end(words, phrase, 0, len(words)) is not None


def _is_about(rest: Sequence[str]) -> bool:
    """What follows makes the thing a mere attribute, such as a command's name."""
    return bool(rest) and any(_is(rest[0], (word,)) for word in ABOUT)


def _is(word: str, wanted: Sequence[str] | frozenset[str]) -> bool:
    return word in wanted or _singular(word) in wanted


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def _fused(words: Sequence[str]) -> str | None:
    """A word that begins with a verb and its object written as one."""
    for word in () if _speaks_about(words) else words:
        for tool, ways in FORBIDDEN_PHRASES.items():
            if word.startswith(tool.replace("_", "")):
                return tool
            for verbs, things in ways:
                if any(_begins(word, verb, thing) for verb in verbs or ("",) for thing in things):
                    return tool
    return None


def _begins(word: str, verb: str, thing: str) -> bool:
    fused = verb + thing.replace(" ", "")
    return len(fused) >= SPELT_OUT and word.startswith(fused) and len(word) - len(fused) <= len("ning")
