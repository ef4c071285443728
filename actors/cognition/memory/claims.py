"""A statement taken apart into claims: what each clause is about, and what it says of that."""

import functools
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from actors.cognition.memory import vocabulary as words
from actors.cognition.memory.quantities import MONTHS, UNIT_WORDS, WORDS, Quantity, quantities
from actors.cognition.memory.vocabulary import form

Frame = frozenset[str]
LONGEST_CHARS: Final = 2_000
"""Most of a statement that is looked at. *chosen*"""
SUBJECT: Final = 3
"""Words of a clause without an auxiliary that may belong to its subject. *chosen*: article, adjective, noun"""
UN_CHARS: Final = 6
"""Letters of the longest word beginning with "un" that is no negation by rule. *chosen*"""
CLAUSES: Final = 8
"""Most claims of one statement. *chosen*"""


class Claim(NamedTuple):
    """One clause: what it is about, and what it says of that."""

    frame: Frame
    """Forms of the words that tell what it is about."""
    negative: bool
    axes: tuple[tuple[str, int], ...]
    """Opposites: the axis, and the end of it that is said."""
    members: tuple[tuple[str, str], ...]
    """Kinds of which one excludes the others, with the one that is said."""
    amounts: tuple[Quantity, ...]
    tense: int
    """-1 for what was, 1 for what is, 0 where no word tells."""
    universal: bool
    """It is said of all, or of always."""
    value: tuple[Frame, Frame]
    """Of a phrase behind which one value alone can stand: what it is the value of, and the value; empty without one."""
    text: str


@functools.lru_cache(maxsize=1 << 14)
def claims(text: str) -> tuple[Claim, ...]:
    """The claims of a statement; questions and suppositions make none."""
    return tuple(_claims(text))[:CLAUSES]


_SENTENCES: Final = re.compile(
    r"(?<=[.!?;])(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bNo\.)\s+"
    r"|;\s*|\n+|,?\s+but\s+|,\s+and\s+(?=(?:the|a|an|it|he|she|they)\b)"
)
_CONTRACTIONS: Final = ((re.compile(r"\bwon't\b"), "will not"), (re.compile(r"\bcan't\b"), "can not"))
_WORD: Final = re.compile(r"[^\W_]+_\d+|[^\W_]+(?:[-'.][^\W_]+)*")
_ORDINAL: Final = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?("
    + "|".join(MONTHS)
    + r")\b|\b("
    + "|".join(MONTHS)
    + r")\s+(\d{1,2})(?:st|nd|rd|th)?\b(?!\s*%)"
)
_NUMBERED: Final = re.compile(r"\b([a-z]{2,})\s+#?(\d+)\b(?!\s*(?:%|[.,]\d|" + "|".join(UNIT_WORDS) + r")\b)")
_QUANTIFIED: Final = re.compile(r"^(?:all|every|each|no|none of|nobody|always|never)\b|\b(?:always|never)\b")
_NAMING: Final = frozenset(
    words.split(
        "task room version step server node port case test ticket line page chapter gate floor level release "
        "build job zone issue item number phase stage round group team bus flight unit sensor user customer order "
        "table figure section day week option worker agent machine host channel platform track train tool hall "
        "building apartment house lab exhibit witness patient sample batch lot model class grade terminal pier "
        "dock lane exit highway route sector site block cell slot drive disk core thread process cluster region "
        "ward bed seat row column cycle game match episode volume part article rule act scene question problem "
        "exercise experiment trial run attempt"
    )
)
"""Words behind which a number is a name. *chosen*"""


def _claims(text: str) -> Iterator[Claim]:
    for sentence in _SENTENCES.split(text[:LONGEST_CHARS].replace("\u2019", "'")):
        lowered = _plain(sentence)
        if lowered and not words.HYPOTHETICAL.search(lowered):
            claim = _claim(lowered, sentence.strip())
            if claim.frame or claim.axes or claim.amounts:
                yield claim


def _plain(sentence: str) -> str:
    lowered = sentence.strip().lower()
    for pattern, plain in _CONTRACTIONS:
        lowered = pattern.sub(plain, lowered)
    lowered = re.sub(r"\bno one\b", "nobody", lowered)
    lowered = re.sub(r"\b(left|right)(?= (?:side|hand|bank|lane|wing|turn|foot|eye|arm|leg)\b)", r"\1-handed", lowered)
    lowered = re.sub(r"\bthe (left|right)$", r"the \1-handed", lowered.rstrip(".! "))
    lowered = re.sub(r"\bnoon\b", "12:00", re.sub(r"\bmidnight\b", "00:00", lowered))
    lowered = _COMPARED.sub(_bounded, lowered)
    lowered = lowered.replace("n't", " not").replace("'s ", " ").rstrip(".! ")
    lowered = re.sub(r"\bhalf an? (?=[a-z])", "0.5 ", _ORDINAL.sub(_as_date, lowered))
    return re.sub(r"\b(" + "|".join(set(WORDS) - {"one", "half"}) + r")\b", lambda m: f"{WORDS[m[1]]:g}", lowered)


_COMPARED: Final = re.compile(r"\b(" + "|".join(words.COMPARED) + r") than (?=[$€£]?\d)")


def _bounded(match: re.Match[str]) -> str:
    measure, bound = words.COMPARED[match[1]]
    return f"{measure} {bound} than "


def _as_date(match: re.Match[str]) -> str:
    day, month = (match[1], match[2]) if match[1] else (match[4], match[3])
    return f"0000-{MONTHS[month]:02d}-{int(day):02d}"


def _claim(lowered: str, text: str) -> Claim:
    named = _NUMBERED.sub(lambda m: f"{m[1]} {m[1]}_{m[2]}" if m[1] in _NAMING else m[0], lowered)
    found = [each for each in quantities(named) if named[max(0, each.start - 1) : each.start] != "_"]
    rest = named
    for each in reversed(found):
        rest = f"{rest[: each.start]} {rest[each.end :]}"
    spoken = [word.group() for word in _WORD.finditer(rest)]
    negative = sum(word in words.NEGATORS for word in spoken) + sum(
        len(re.findall(phrase, rest)) for phrase in words.FAILING
    )
    frame, axes, members = _sorted(spoken)
    tense = (any(word in words.PRESENT for word in spoken)) - (any(word in words.PAST for word in spoken))
    amounts = tuple(sorted((each.quantity for each in found), key=lambda one: one.dimension))
    return Claim(
        frame=frozenset(frame),
        negative=bool(negative % 2),
        axes=tuple(sorted(set(axes))),
        members=tuple(sorted(set(members))),
        amounts=amounts,
        tense=int(tense),
        universal=bool(_QUANTIFIED.search(lowered)),
        value=_value(named, text),
        text=text,
    )


def _sorted(spoken: list[str]) -> tuple[list[str], list[tuple[str, int]], list[tuple[str, str]]]:
    """The words that tell what it is about, the opposites and the members of kinds.

    An opposite or a member that describes the subject, as in "the red car", tells what it is about.
    """
    frame: list[str] = []
    axes: list[tuple[str, int]] = []
    members: list[tuple[str, str]] = []
    verb = next((place for place, word in enumerate(spoken) if word in words.VERBS), None)
    for place, word in enumerate(spoken):
        shape = form(word)
        describes = place < verb if verb is not None else _describes(spoken, place)
        describes |= verb is not None and spoken[verb] in words.OWNED and shape in words.CATEGORIES
        if word in _SOMETIMES and not _switched(spoken, place):
            continue
        if shape in words.AXES and not describes:
            axes.append(words.AXES[shape])
        elif shape in words.CATEGORIES and not describes:
            members.append(words.CATEGORIES[shape])
        elif word.startswith("un") and len(word) > UN_CHARS and not words.NOT_UN.match(word) and not describes:
            axes.append((form(word[2:]), -1))
        elif word not in words.LEFT_OUT:
            frame.append(shape)
    return frame, axes, members


def _describes(spoken: list[str], place: int) -> bool:
    """In a clause without an auxiliary: the word stands at its beginning, before the word that it describes."""
    verbal = spoken[place] in words.IRREGULAR or spoken[place].endswith(("ed", "s")) or spoken[place] in words.AROUND
    return not verbal and place < SUBJECT and place + 1 < len(spoken) and spoken[place + 1] not in words.LEFT_OUT


_SOMETIMES: Final = ("on", "up", "more", "less", "fewer")
"""Words that are the end of an axis in some places and a mere particle in others. *chosen*"""


def _switched(spoken: list[str], place: int) -> bool:
    """The word says that something is not off, goes not down, or has not less of something."""
    after = spoken[place + 1] if place + 1 < len(spoken) else ""
    if spoken[place] == "on":
        return not after or (place > 0 and spoken[place - 1] in ("turned", "switched"))
    return after not in ("to", "than", "or")


_NAMED: Final = re.compile(r"^[Tt]he [^,]*?\b(?:is|was) (?:(?:Mr|Ms|Mrs|Dr)\.? )?[A-Z]")
"""The one thing that is so described is given a name."""


def _value(lowered: str, text: str) -> tuple[Frame, Frame]:
    """What a functional phrase or attribute is of, and the value behind it."""
    match = words.FUNCTIONAL.search(lowered)
    if match is None:
        match = words.ATTRIBUTES.search(lowered)
        if match is None and _NAMED.search(text):
            match = re.search(r"\b(?:is|was)\b", lowered)
        if match is None:
            return frozenset(), frozenset()
        before, after = lowered[: match.end()], lowered[match.end() :]
    else:
        after = lowered[match.end() :]
        before = f"{lowered[: match.start()]} {_relation(match.group())}"
    named = any(after[each.start - 1 : each.start] != "_" for each in quantities(after))
    return (frozenset(), frozenset()) if named else (_forms(before), _forms(after))


def _relation(phrase: str) -> str:
    """A word for the phrase, whatever its tense and preposition."""
    return "relation" + "".join(form(word) for word in phrase.split() if word not in words.LEFT_OUT | words.PLACES)


def _forms(text: str) -> Frame:
    spoken = (word.group() for word in _WORD.finditer(text))
    return frozenset(form(word) for word in spoken if word not in words.LEFT_OUT)
