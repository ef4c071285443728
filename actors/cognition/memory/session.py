"""A session as a fold over its events, and what follows from it: attention, findings, coherence, recall."""

import functools
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from actors.cognition.memory import attention
from actors.cognition.memory.attention import Vector
from actors.cognition.memory.claims import Claim, claims
from actors.cognition.memory.contradiction import about_the_same, contradiction
from actors.cognition.memory.recalling import wording
from actors.library.ranking import Ranking, wanted_in
from actors.library.words import words
from messages.cognition.session import (
    Attended,
    Consolidated,
    Finding,
    Focused,
    Forgotten,
    Item,
    Noted,
    Opened,
    View,
)

CAPACITY: Final = 10_000
"""Tokens of a session. *cited*: specification of cognition, section 6"""
FULL_TO: Final = 0.8
"""Part of the capacity that a full session is brought down to. *chosen*: or each operation would set something aside"""
BACKTRACKED: Final = 100
"""Items that were taken back which are kept with the reason. *chosen*"""
ANSWERS: Final = 0.75
"""What the words of a question count in recall, beside attention. *chosen*: who asks wants what was asked for"""
MEANT: Final = 0.5
"""What a word counts that only means what was asked for. *chosen*: less than one that was said"""
OTHERS: Final = ""
"""Stands for all words of a text that a question does not ask for. *chosen*: no word is empty"""
ALIVE: Final = ("held", "open", "doubted")
"""States in which an item takes part. *derived*: messages.cognition.session.State"""

Change = Opened | Noted | Focused | Consolidated | Forgotten


class Session(msgspec.Struct):
    """What is held in mind. Items are frozen, so that a copy of the tables is a copy of the session."""

    goal: str = ""
    client: str = ""
    focus: str = ""
    items: dict[str, Item] = {}
    """By name, in the order in which they came."""
    clock: int = 0
    """Number of operations so far."""
    ever: int = 0
    """Tokens of all that was ever held."""
    used: int = 0
    """Tokens of all that takes part."""

    def copy(self) -> "Session":
        """The same session, to try something on."""
        return msgspec.structs.replace(self, items=dict(self.items))

    def fold(self, m: Change) -> None:
        """What the event says is so."""
        match m:
            case Opened():
                self.goal, self.client = m.goal, self.client or m.client
            case Focused():
                self.focus = m.text
                self.clock += 1
            case Noted():
                self._note(m.item)
            case Consolidated():
                for name in m.aside:
                    self._drop(name)
            case Forgotten(item=str() as name):
                self._drop(name)

    def _note(self, item: Item) -> None:
        before = self.items.get(item.name)
        if before is None:
            self.ever += attention.tokens(item.text)
        self.used += _size(item) - (_size(before) if before is not None else 0)
        self.clock = max(self.clock, item.at)
        self.items[item.name] = item
        if item.state == "backtracked":
            gone = [name for name, one in self.items.items() if one.state == "backtracked"]
            for name in gone[: max(0, len(gone) - BACKTRACKED)]:
                del self.items[name]

    def _drop(self, name: str) -> None:
        if (item := self.items.pop(name, None)) is not None:
            self.used -= _size(item)

    # What follows from it.

    def alive(self) -> list[Item]:
        """Items that take part, in the order in which they came."""
        return [item for item in self.items.values() if item.state in ALIVE]

    def aim(self) -> Vector:
        """What relevance is measured against: the goal, and what attention is on."""
        both = attention.vector(self.goal) + attention.vector(self.focus)
        length = float(np.linalg.norm(both))
        return both / length if length else both

    def attentions(self, items: list[Item]) -> npt.NDArray[np.float64]:
        """Attention of each of the items, shape (n,)."""
        return attention.attention(
            attention.matrix([item.text for item in items]),
            self.aim(),
            [item.importance for item in items],
            [self.clock - item.at for item in items],
            [item.novelty for item in items],
        )

    def view(self, name: str, *, whole: bool) -> View:
        """The session as it stands; without its items where they are not wanted."""
        items = self.alive()
        findings = tuple(self.findings())
        weights = self.attentions(items) if whole and items else np.zeros(len(items))
        told = [Attended(item=item, attention=_share(weight)) for item, weight in zip(items, weights, strict=True)]
        back = [Attended(item=item, attention=0.0) for item in self.items.values() if item.state == "backtracked"]
        return View(
            session=name,
            goal=self.goal,
            focus=self.focus,
            client=self.client,
            used=self.used,
            capacity=CAPACITY,
            coherence=self.coherence(findings),
            items=(*sorted(told, key=lambda one: -one.attention), *back) if whole else (),
            findings=findings,
            compression=round(self.ever / max(1, self.used), 4),
        )

    def recall(self, question: str, limit: int) -> tuple[Attended, ...]:
        """The items that answer the question best, the best first; those without a word of it come by attention."""
        items = self.alive()
        if not items:
            return ()
        found = _scores([item.text for item in items], question)
        best = max(found.values(), default=1.0) or 1.0
        weights = self.attentions(items)
        scores = [ANSWERS * found.get(at, 0.0) / best + (1 - ANSWERS) * weights[at] for at in range(len(items))]
        order = sorted(range(len(items)), key=lambda at: -scores[at])[:limit]
        return tuple(
            Attended(item=items[at], attention=_share(weights[at]), score=round(float(scores[at]), 4)) for at in order
        )

    def findings(self) -> Iterator[Finding]:
        """What doesn't hold together among all that takes part."""
        for item in self.alive():
            if item.state == "open":
                yield Finding(kind="gap", items=(item.name,), reason=item.reason)
            if item.state == "doubted" and item.against in self.items:
                yield Finding(kind="contradiction", items=(item.against, item.name), reason=item.reason)

    def coherence(self, findings: Iterable[Finding] | None = None) -> float:
        """Part of the items that take part in no finding; 1 for an empty session."""
        touched = {name for one in (self.findings() if findings is None else findings) for name in one.items}
        alive = self.alive()
        return round(1.0 - len(touched) / len(alive), 4) if alive else 1.0

    def against(self, text: str, items: list[Item]) -> Iterator[tuple[Item, str]]:
        """The items that the statement contradicts, each with the reason."""
        said = claims(text)
        for item in items:
            reason = _apart(said, claims(item.text))
            if reason:
                yield item, reason

    def reaches(self, start: Iterable[str], goal: str) -> list[str]:
        """A way from one of the names to the goal along what rests on what; empty if there is none."""
        ways = [[name] for name in start]
        seen: set[str] = set()
        for way in ways:
            if way[-1] == goal:
                return way
            if way[-1] in seen or way[-1] not in self.items:
                continue
            seen.add(way[-1])
            ways += [[*way, name] for name in self.items[way[-1]].rests_on]
        return []

    def resting_on(self, name: str) -> list[Item]:
        """The items that rest on it, directly or not."""
        return [item for item in self.alive() if item.name != name and self.reaches(item.rests_on, name)]


def _scores(texts: list[str], question: str) -> dict[int, float]:
    """How well each text answers the question; words that only mean what was asked for count less."""
    asked, meant = wording(question)
    ranking = _ranking(texts, f"{asked} {meant}")
    scores = dict(ranking.best(asked, len(texts)))
    for place, score in ranking.best(meant, len(texts)) if meant else ():
        scores[place] = scores.get(place, 0.0) + MEANT * score
    return scores


def _ranking(texts: Iterable[str], question: str) -> Ranking:
    """The texts weighed for the question: the words that it does not ask for count for their lengths alone."""
    wanted = wanted_in(question).keys()
    return Ranking([_asked(text, wanted) for text in texts])


def _asked(text: str, wanted: Collection[str]) -> dict[str, int]:
    counted, total = _counted(text)
    found = {word: counted[word] for word in wanted if word in counted}
    found[OTHERS] = total - sum(found.values())
    return found


@functools.lru_cache(maxsize=1 << 14)
def _counted(text: str) -> tuple[Counter[str], int]:
    counted = Counter(words(text))
    return counted, counted.total()


def _apart(said: tuple[Claim, ...], held: tuple[Claim, ...]) -> str:
    """Why two statements can't both be so; most are about different things, which is seen first."""
    for one in said:
        for other in held:
            if about_the_same(one, other) and (reason := contradiction(one, other)):
                return reason
    return ""


def _size(item: Item) -> int:
    """Tokens that the item takes; one that was taken back takes none."""
    return attention.tokens(item.text) if item.state in ALIVE else 0


def _share(weight: float) -> float:
    return round(min(1.0, max(0.0, float(weight))), 4)
