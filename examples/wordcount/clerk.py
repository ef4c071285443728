"""The clerk deals a text out in parts and adds up what comes back; he counts nothing himself."""

from collections import Counter
from typing import Annotated

import msgspec

from messages import task
from runtime.actor import Actor, Emits
from wordcount.count import Count, Tallied, Tally


class Sheet(msgspec.Struct):
    """What is known of one text."""

    top: int
    missing: int
    """Parts that are not counted yet."""
    words: dict[str, int] = {}


class Clerk(Actor):
    """Every text that he takes ends in one `task.Done` or `task.GaveUp`; that its task has ended is Kublai's to say."""

    class State(msgspec.Struct):
        sheets: dict[str, Sheet] = {}

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        part_words: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 200
        """So many words are counted at a time."""

    state: State
    settings: Settings

    def apply_accepted(self, m: task.Accepted) -> None:
        if m.kind == "count":
            count = msgspec.convert(m.body, Count)
            self.state.sheets[m.task] = Sheet(top=count.top, missing=len(self._parts(count)))

    def on_accepted(self, m: task.Accepted) -> Emits[Tally | task.GaveUp]:
        if m.kind != "count":
            return
        parts = self._parts(msgspec.convert(m.body, Count))
        for number, text in enumerate(parts):
            yield Tally(task=m.task, part=number, text=text)
        if not parts:
            yield task.GaveUp(task=m.task, reason="the text has no words")

    def apply_tallied(self, m: Tallied) -> None:
        if (sheet := self.state.sheets.get(m.task)) is not None:
            sheet.missing -= 1
            sheet.words = dict(Counter(sheet.words) + Counter(m.words))

    def on_tallied(self, m: Tallied) -> Emits[task.Done]:
        sheet = self.state.sheets.get(m.task)
        if sheet is not None and sheet.missing == 0:
            by_rank = sorted(sheet.words.items(), key=lambda entry: (-entry[1], entry[0]))
            yield task.Done(task=m.task, result={"words": sum(sheet.words.values()), "top": dict(by_rank[: sheet.top])})

    def apply_done(self, m: task.Done) -> None:
        self.state.sheets.pop(m.task, None)

    def apply_gave_up(self, m: task.GaveUp) -> None:
        self.state.sheets.pop(m.task, None)

    def apply_cancelled(self, m: task.Cancelled) -> None:
        self.state.sheets.pop(m.task, None)

    def apply_failed(self, m: task.Failed) -> None:
        self.state.sheets.pop(m.task, None)

    def _parts(self, count: Count) -> list[str]:
        words, size = count.text.split(), self.settings.part_words
        return [" ".join(words[start : start + size]) for start in range(0, len(words), size)]
