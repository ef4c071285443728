"""What an operation does to a session: the events, and what is told to who asked.

A statement that contradicts what is held is settled by rank: pinned evidence before evidence, before hypotheses,
concepts and steps; of the same rank the one that was there first stays. A step that loses is taken back with its
reason, and so is what rests on it. Two pieces of evidence that contradict each other both stay, the later one in doubt.
A step that rests on what isn't there stays open until that comes, and one that would close a circle is taken back.
"""

from typing import Final

import msgspec

from actors.cognition.memory import attention
from actors.cognition.memory.session import CAPACITY, FULL_TO, Change, Session
from messages.cognition.session import (
    Conclude,
    Consolidated,
    Done,
    Focus,
    Focused,
    Forget,
    Forgotten,
    Item,
    Noted,
    Opened,
    Operation,
    Remember,
    Start,
    Think,
)

RANKS: Final = {"evidence": 2, "concept": 1, "hypothesis": 1, "step": 0}
"""Who gives way to whom. *chosen*: what was seen outweighs what was thought"""
PINNED: Final = 1
"""What pinning adds to the rank. *chosen*"""
LETTERS: Final = {"evidence": "e", "concept": "c", "hypothesis": "h", "step": "s"}
"""How the names of items begin. *chosen*"""


class Unfit(Exception):
    """The operations can't be done; nothing of them is."""


class Thinking:
    """The operations of one task on a copy of a session: what it says, and what it answers."""

    def __init__(self, m: Think, session: Session | None, client: str, forgotten: str) -> None:
        if session is None and not isinstance(m.operations[0], Start):
            raise Unfit(forgotten)
        self._name = m.session
        self._client = client
        self._operations = m.operations
        self.session = session.copy() if session is not None else Session()
        self.ended = False
        """The whole session is forgotten."""
        self.events: list[Change] = []
        self.done: list[Done] = []

    def run(self) -> "Thinking":
        """All operations are done, in order; raises Unfit."""
        for number, operation in enumerate(self._operations):
            if self.ended:
                raise Unfit(f"operations[{number}]: the session was forgotten by the operation before it")
            try:
                self._do(operation)
            except Unfit as error:
                raise Unfit(f"operations[{number}]: {error}") from error
        return self

    def _do(self, operation: Operation) -> None:
        match operation:
            case Start():
                self._say(Opened(session=self._name, goal=operation.goal, client=self._client))
                self._answer("start")
            case Focus():
                self._say(Focused(session=self._name, text=operation.text))
                self._answer("focus")
            case Remember():
                self._add(operation, operation.kind)
            case Conclude():
                self._add(operation, "step")
            case Forget():
                self._forget(operation)

    def _add(self, wanted: Remember | Conclude, kind: str) -> None:
        item = self._item(wanted, kind)
        self._room(item)
        settled, losers = self._settled(item)
        for loser, reason in losers:
            self._take_back(loser, reason)
        self._note(settled)
        if settled.state == "held":
            self._close_gaps()
        self._consolidate()
        self._reconsider()
        now = self.session.items.get(item.name, settled)
        self._answer("conclude" if kind == "step" else "remember", now.name, now.state, now.reason)

    def _item(self, wanted: Remember | Conclude, kind: str) -> Item:
        name = wanted.name or self._free(kind)
        if name in self.session.items:
            raise Unfit(f"there is an item {name!r} already; choose another name, or leave it out")
        held = attention.matrix([item.text for item in self.session.alive()])
        return Item(
            name=name,
            kind=kind,  # type: ignore[arg-type]
            text=wanted.text,
            importance=wanted.importance,
            pinned=isinstance(wanted, Remember) and wanted.pinned,
            rests_on=tuple(dict.fromkeys(wanted.rests_on)),
            novelty=round(attention.novelty(wanted.text, held), 4),
            at=self.session.clock + 1,
        )

    def _free(self, kind: str) -> str:
        number = self.session.clock + 1
        while f"{LETTERS[kind]}{number}" in self.session.items:
            number += 1
        return f"{LETTERS[kind]}{number}"

    def _room(self, item: Item) -> None:
        if not item.pinned and self.session.used < FULL_TO * CAPACITY:
            return
        pinned = sum(attention.tokens(one.text) for one in self.session.alive() if one.pinned)
        size = attention.tokens(item.text)
        if pinned + size > CAPACITY:
            raise Unfit(
                f"pinned items take {pinned} of {CAPACITY} tokens, and this one {size}: forget one of them first"
            )

    def _settled(self, item: Item) -> tuple[Item, list[tuple[Item, str]]]:
        """The item as it stands after the checks, and those that give way to it."""
        circle = self.session.reaches(item.rests_on, item.name)
        if circle:
            return _taken_back(item, f"it would rest on itself: {' -> '.join((item.name, *circle))}"), []
        losers: list[tuple[Item, str]] = []
        for other, reason in self.session.against(item.text, self.session.alive()):
            if _rank(other) < _rank(item):
                losers.append((other, f"{item.name} says otherwise: {reason}"))
            elif item.kind == "evidence":
                return _doubted(item, other, reason), []
            else:
                return _taken_back(item, f"{other.name} says otherwise: {reason}"), []
        return self._opened(item), losers

    def _opened(self, item: Item) -> Item:
        """The item, open if it rests on what isn't there or does not hold."""
        missing = [name for name in item.rests_on if name not in self.session.items]
        fallen = [name for name in item.rests_on if name not in missing and self.session.items[name].state != "held"]
        if not missing and not fallen:
            return msgspec.structs.replace(item, state="held", reason="")
        told = [f"{name} is not there" for name in missing]
        told += [f"{name} is {self.session.items[name].state}" for name in fallen]
        return msgspec.structs.replace(item, state="open", reason="; ".join(told))

    def _close_gaps(self) -> None:
        """Open items whose missing parts have come hold now, and so on."""
        waiting = True
        while waiting:
            waiting = False
            for item in self.session.alive():
                if item.state == "open" and (now := self._opened(item)).state == "held":
                    self._note(msgspec.structs.replace(now, reason="repaired: what it rests on has come"))
                    waiting = True

    def _reconsider(self) -> None:
        """An item in doubt whose opponent is gone holds now, unless another one contradicts it."""
        alive = self.session.alive()
        names = {item.name for item in alive}
        for item in alive:
            if item.state == "doubted" and item.against not in names:
                others = [other for other in alive if other.name != item.name]
                against = next(self.session.against(item.text, others), None)
                if against is not None:
                    self._note(_doubted(item, *against))
                else:
                    self._note(self._opened(msgspec.structs.replace(item, against=None)))
                    self._close_gaps()

    def _take_back(self, item: Item, reason: str) -> None:
        """The item doesn't hold any more, and what rests on it neither."""
        resting = self.session.resting_on(item.name)
        self._note(_taken_back(item, reason))
        for one in resting:
            self._note(_taken_back(one, f"it rests on {item.name}, which was taken back"))

    def _forget(self, operation: Forget) -> None:
        if operation.item is None:
            self._say(Forgotten(session=self._name, reason="asked for"))
            self.ended = True
            self._answer("forget")
            return
        item = self.session.items.get(operation.item)
        if item is None:
            raise Unfit(f"there is no item {operation.item!r}")
        resting = [one.name for one in self.session.resting_on(item.name)]
        if resting:
            raise Unfit(f"{', '.join(resting)} rest on {item.name}: forget those first")
        self._say(Forgotten(session=self._name, item=item.name, reason="asked for"))
        self._reconsider()
        self._answer("forget", item.name, "forgotten")

    def _consolidate(self) -> None:
        """A session that is too full sets aside what has the least attention and carries nothing."""
        before = self.session.used
        if before <= CAPACITY:
            return
        items = self.session.alive()
        weights = self.session.attentions(items)
        carrying = {name for item in items for name in item.rests_on}
        order = sorted(range(len(items)), key=lambda at: weights[at])
        aside: list[int] = []
        after = before
        for at in order:
            if after <= FULL_TO * CAPACITY:
                break
            if not items[at].pinned and items[at].name not in carrying:
                aside.append(at)
                after -= attention.tokens(items[at].text)
        kept = 1.0 - float(sum(weights[at] for at in aside)) / max(float(weights.sum()), 1e-12)
        names = tuple(items[at].name for at in aside)
        self._say(
            Consolidated(
                session=self._name, aside=names, before=before, after=after, kept=round(min(1.0, max(0.0, kept)), 4)
            )
        )

    def _note(self, item: Item) -> None:
        self._say(Noted(session=self._name, item=item))

    def _say(self, event: Change) -> None:
        self.session.fold(event)
        self.events.append(event)

    def _answer(self, do: str, item: str | None = None, state: str = "done", reason: str = "") -> None:
        self.done.append(
            Done(
                do=do,
                item=item,
                state=state,
                reason=reason,
                coherence=self.session.coherence(),
                used=self.session.used,
            )
        )


def _rank(item: Item) -> int:
    return RANKS[item.kind] + PINNED * item.pinned


def _doubted(item: Item, other: Item, reason: str) -> Item:
    told = f"{other.name} says otherwise: {reason}"
    return msgspec.structs.replace(item, state="doubted", reason=told, against=other.name)


def _taken_back(item: Item, reason: str) -> Item:
    return msgspec.structs.replace(item, state="backtracked", reason=reason)
