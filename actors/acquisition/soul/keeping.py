"""How changes of SOULs are taken up: one at a time for each agent, each judged against the text then in force."""

from typing import Annotated, Final

import msgspec

from actors.acquisition.soul.book import TRIES, Book, Pending
from actors.acquisition.soul.change import Change, Entry, Stale, diff, resolved
from actors.acquisition.soul.document import Unreadable, parse
from actors.acquisition.soul.judgement import Verdict, judge
from actors.gate.acts import act_digest
from messages import approval, order, soul
from messages.control import Mode
from runtime.actor import Actor, Emits

CHANGE: Final = "soul.change"
"""The kind of act that a change is. *chosen*"""
AGENTS: Final = ("kublai", "mongke", "temujin", "jochi", "ogedei")
"""Whose SOULs ship with the council. *derived*: actors.agents.souls"""

Taken = soul.Proposed | soul.Refused | soul.Apply | approval.Requested
"""What is said of a change whose turn it is."""


class Keeping(Actor):
    """A change is in force only when the scrivener says so; until then it is queued, parked or being applied."""

    class State(msgspec.Struct):
        books: dict[str, Book] = {}
        """By the agent."""

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        operator_key: str = ""
        """Public key of the operator; without it every order is refused."""
        agents: tuple[soul.Agent, ...] = AGENTS
        """Who has a SOUL. One that does not ship needs a file before the council is launched."""
        approval_s: Annotated[float, msgspec.Meta(gt=0, le=604_800)] = 86_400.0
        """A change that waits for a person longer than this is denied."""
        answer_s: Annotated[float, msgspec.Meta(ge=1, le=86_400)] = 900.0
        """The scrivener is asked what the file holds if it has not answered for this long."""

    state: State
    settings: Settings

    # Taking up.

    def advance(self, agent: str, *, fresh: str = "", without: Entry | None = None) -> Emits[Taken]:
        """The changes whose turn it is, up to the first that is handed to the scrivener.

        `fresh` is one that is admitted now; those that add the entry `without` are passed over.
        """
        book = self.book(agent)
        if book.busy or not book.text:
            return
        for name, pending in book.pending.items():
            ready = pending.place == "queued" and (pending.admitted or name == fresh)
            if not ready or (without is not None and pending.change.adds(without)):
                continue
            for message in self._taken_up(name, pending, book):
                yield message
                if isinstance(message, soul.Apply):
                    return

    def _taken_up(self, name: str, pending: Pending, book: Book) -> Emits[Taken]:
        change = pending.change
        try:
            text = resolved(change, book.text)
            before, after = parse(book.text), parse(text)
        except (Stale, Unreadable) as error:
            yield self.refused(name, change, str(error))
            return
        verdict = judge(before, after, change.author)
        objection = _objection(pending, verdict, same=book.text == text)
        if objection is not None:
            yield self.refused(name, change, objection, verdict)
            return
        if not pending.judged:
            yield _proposed(name, change, verdict, diff(book.text, text))
        if self.needs_person(verdict) and pending.granted != self._act(change):
            yield self.request(name, change, verdict, book.text)
        else:
            yield _apply(name, change, text, book, before=book.digest)

    def needs_person(self, verdict: Verdict) -> bool:
        """The change is not in force without a person's approval."""
        return verdict.risk in ("high", "critical") or self.mode is Mode.ADVISORY

    def _act(self, change: Change) -> str:
        """What an approval must be for; a freeze or a thaw in between makes it another."""
        return act_digest(CHANGE, change.agent, change.digest(), self.epoch)

    # What is said.

    def refused(self, name: str, change: Change, reason: str, verdict: Verdict | None = None) -> soul.Refused:
        """The change is not made."""
        findings = verdict.findings if verdict is not None else ()
        return soul.Refused(change=name, agent=change.agent, reason=reason, findings=findings, asked=change.asked)

    def request(self, name: str, change: Change, verdict: Verdict, text: str) -> approval.Requested:
        """A person is asked about exactly this change of the text in force."""
        what = ", ".join(verdict.sections) or "the title"
        return approval.Requested(
            act=name,
            digest=self._act(change),
            summary=f"change {what} in the SOUL of {change.agent} ({verdict.risk}): {change.reason}",
            expires_at=self.now + self.settings.approval_s,
            task=change.task,
            exhibits=(approval.Exhibit(title="SOUL", text=resolved(change, text), before=text),),
        )

    def hand_over(self, name: str, change: Change, text: str, before: str) -> soul.Apply:
        """The scrivener shall write the text where the file holds the one before."""
        return _apply(name, change, text, self.book(change.agent), before)

    def look(self, agent: str) -> soul.Look:
        """The scrivener shall say what the file holds."""
        return soul.Look(agent=agent, digest=self.book(agent).digest, asked=self.origin.seq)

    # What it has said.

    def apply_queued(self, m: soul.Queued) -> None:
        self.kept(m.agent).pending[m.change].admitted = True

    def apply_proposed(self, m: soul.Proposed) -> None:
        pending = self.kept(m.agent).pending[m.change]
        pending.admitted = pending.judged = True

    def apply_rejected(self, m: order.Rejected) -> None:
        for book in self.state.books.values():
            book.pending.pop(_name_at(m.sequence), None)

    def apply_edited(self, m: soul.Edited) -> None:
        self.kept(m.agent).pending[m.change].judged = True

    def apply_requested(self, m: approval.Requested) -> None:
        for book in self.state.books.values():
            if m.act in book.pending:
                book.pending[m.act].place = "parked"

    def apply_refused(self, m: soul.Refused) -> None:
        self.book(m.agent).pending.pop(m.change, None)

    def apply_handed(self, m: soul.Apply) -> None:
        book = self.kept(m.agent)
        pending = book.pending[m.change]
        pending.place, pending.tries, book.handed_at = "flying", pending.tries + 1, self.now

    def apply_look(self, m: soul.Look) -> None:
        book = self.kept(m.agent)
        book.asked, book.handed_at = "look", self.now

    def apply_mend(self, m: soul.Mend) -> None:
        book = self.kept(m.agent)
        book.asked, book.handed_at = "mend", self.now

    # Books.

    def book(self, agent: str) -> Book:
        """The agent's book, to read; one that nobody keeps is empty."""
        return self.state.books.get(agent) or Book()

    def kept(self, agent: str) -> Book:
        """The agent's book, to write in."""
        return self.state.books.setdefault(agent, Book())

    def queue(self, change: Change, most: int, *, admitted: bool = True) -> None:
        """The change that the message in hand asks for waits for its turn, unless too many do."""
        pending = self.kept(change.agent).pending
        if len(pending) < most:
            pending[self.change_name()] = Pending(change, admitted=admitted)

    def change_name(self) -> str:
        """The name of the change that the message in hand asks for."""
        return _name_at(self.origin.seq)


def _name_at(seq: int) -> str:
    return f"soul-{seq}"


def _proposed(name: str, change: Change, verdict: Verdict, shown: str) -> soul.Proposed:
    return soul.Proposed(
        change=name,
        agent=change.agent,
        author=change.author,
        risk=verdict.risk,
        sections=verdict.sections,
        digest=change.digest(),
        diff=shown,
        reason=change.reason,
        asked=change.asked,
    )


def _apply(name: str, change: Change, text: str, book: Book, before: str) -> soul.Apply:
    return soul.Apply(change=name, agent=change.agent, version=book.version + 1, before=before, text=text)


def _objection(pending: Pending, verdict: Verdict, *, same: bool) -> str | None:
    """Why a change that could be made is not made."""
    if verdict.findings:
        return verdict.told
    if same:
        return "it would change nothing"
    if pending.tries >= TRIES:
        return f"it could not be applied in {TRIES} tries; `kurultai dead ls` may show why"
    return None
