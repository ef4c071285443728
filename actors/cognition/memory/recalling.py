"""A question brought to the words that an answer would have: without pronouns, and with words of like meaning."""

from typing import Final

from actors.cognition.memory.vocabulary import split
from actors.library.words import stem, words

EMPTY: Final = frozenset(
    stem(word)
    for word in split(
        "who whom whose what which when where why how much many long far often we i you he she it they us me him her "
        "them our my your his their us did does do is are was were can could should would will shall may must have "
        "has had tell say said know please about there"
    )
)
"""Words of a question that its answer need not have. *chosen*"""
MEANINGS: Final = tuple(
    split(line)
    for line in (
        "money budget cost price spend pay paid payment fee rent salary",
        "sit seat chair",
        "ship boat ferry vessel",
        "car vehicle taxi cab truck",
        "phone telephone number call",
        "start begin first open opening",
        "end finish last until stop over",
        "eat food meal dinner lunch breakfast allergic diet",
        "sick ill sickness disease seasick fever",
        "doctor physician nurse",
        "home house flat apartment live lives resides",
        "job work profession occupation employed employer",
        "buy bought purchase acquired",
        "kill killed murder murdered victim",
        "thief steal stole stolen robber burglar",
        "meeting appointment conference",
        "password code pin key",
        "married wife husband spouse",
        "cause caused because reason due",
        "error bug fault crash failure broke broken",
        "weather rain rained snow sunny storm wind",
        "train railway platform station",
        "flight plane airport",
        "photo picture image",
        "child kid son daughter",
        "born birth birthday age old",
        "travel trip journey route",
        "speak talk language speech",
        "leave leaves left depart departs departure",
        "arrive arrives arrived arrival",
        "check booked reserved reservation",
        "time hour clock deadline date",
        "place location room address floor",
        "size height length width weight",
        "boss manager leader head chief",
        "fast quick speed",
        "big large huge",
        "answer reply result solution",
        "decide decided decision agreed agreement",
        "plan planned schedule scheduled",
    )
)
"""Words that stand for each other in questions and answers, a line a meaning. *chosen*: everyday and project talk"""
_ALIKE: Final[dict[str, frozenset[str]]] = {}
for _line in MEANINGS:
    _stems = frozenset(stem(_word) for _word in _line)
    for _stem in _stems:
        _ALIKE[_stem] = _ALIKE.get(_stem, frozenset()) | _stems


def wording(question: str) -> tuple[str, str]:
    """The words that were asked for, and those that mean the same; the question itself if nothing is left of it."""
    asked = [word for word in words(question) if word not in EMPTY]
    meant = {other for word in asked for other in _ALIKE.get(word, ())} - set(asked)
    return " ".join(asked) or question, " ".join(sorted(meant))
