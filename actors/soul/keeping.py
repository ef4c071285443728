"""How changes of SOULs are taken up: one at a time for each agent, judged by the gate against the text in force."""

from collections.abc import Iterator
from typing import Annotated, Final

import msgspec

from actors.dossiers import act_digest, is_passed
from actors.soul.book import TRIES, Book, Pending
from actors.soul.change import Change, Entry, Stale, diff, resolved
from actors.soul.document import Unreadable, digest_of, parse
from actors.soul.judgement import Verdict, judge
from messages import soul
from messages.gate import approval, change, evidence
from messages.gate.change import Dossier
from messages.kernel import order
from messages.kernel.control import Mode
from runtime.actor import Actor
from runtime.orders import Orders

CHANGE: Final = "soul.change"
"""The kind of decision that a change is. *chosen*"""
AGENTS: Final = ("kublai", "mongke", "temujin", "jochi", "ogedei")
"""Whose SOULs ship with the council. *derived*: actors.agents.souls"""

Taken = soul.Refused | soul.Apply | soul.Mend | change.Proposed
"""What is said of a change whose turn it is."""
Settled = Taken | soul.Proposed | approval.Requested
"""What is said of a change that the gate has answered."""


class Keeping(Actor):
    """A change is in force when the scrivener says so; until then it is queued, judged, parked or being applied."""

    class State(msgspec.Struct):
        books: dict[str, Book] = {}
        """By the agent."""
        orders: Orders = msgspec.field(default_factory=Orders)

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        operator_key: str = ""
        """Public key of the operator; without it every order is refused."""
        agents: tuple[soul.Agent, ...] = AGENTS
        """Who has a SOUL. One that does not ship needs a file before the council is launched."""
        approval_s: Annotated[float, msgspec.Meta(gt=0, le=604_800)] = 86_400.0
        """A change that waits for a person longer than this is denied."""
        answer_s: Annotated[float, msgspec.Meta(ge=1, le=86_400)] = 900.0
        """Scrivener and gate are asked once more if they have not answered for this long."""

    state: State
    settings: Settings

    # Taking up.

    def advance(self, agent: str, *, fresh: str = "", without: Entry | None = None) -> Iterator[Taken]:
        """Takes up the changes whose turn it is, up to the first that goes to the gate or to the scrivener.

        `fresh` is one that is admitted now; those that add the entry `without` are passed over.
        """
        book = self.book(agent)
        if book.busy:
            return
        for name, pending in book.in_order:
            ready = pending.place == "queued" and (pending.admitted or name == fresh)
            ready = ready and (bool(book.text) or pending.on_file)
            if not ready or (without is not None and pending.change.adds(without)):
                continue
            for message in self._taken_up(name, pending, book):
                yield message
                if not isinstance(message, soul.Refused):
                    return

    def _taken_up(self, name: str, pending: Pending, book: Book) -> Iterator[Taken]:
        wanted = pending.change
        try:
            text = resolved(wanted, book.text)
            parse(text)
        except (Stale, Unreadable) as error:
            yield from self.turned_down(name, pending, str(error))
            return
        objection = _objection(pending, same=book.text == text)
        if objection is not None:
            yield from self.turned_down(name, pending, objection)
        elif self._is_cleared(pending, book):
            yield self._application(name, pending, text, book)
        else:
            yield change.Proposed(dossier=_dossier(name, wanted, book.text, text))

    def asked_again(self, agent: str) -> Iterator[Taken]:
        """Proposes again the change on which the gate has not answered."""
        book = self.book(agent)
        if (name := book.judged) is not None:
            yield from self._taken_up(name, book.pending[name], book)

    def settled(self, passed: Dossier) -> Iterator[Settled]:
        """What follows for a change that the gate has passed: a person is asked, or the scrivener writes it."""
        agent, name = passed.subject, passed.change
        book = self.book(agent)
        pending = book.pending[name]
        wanted, text = pending.change, resolved(pending.change, book.text)
        if not is_passed(passed, _dossier(name, wanted, book.text, text)):
            yield from self.turned_down(name, pending, "what was approved is not what was proposed")
            return
        if not pending.shown and not pending.on_file:
            yield _shown(name, wanted, judge(parse(book.text), parse(text), wanted.author), diff(book.text, text))
        if self._needs_person(pending, book) and pending.granted != self._act(wanted):
            yield self._request(name, wanted, book.text, text)
            if pending.on_file:
                yield self.mend(name, pending, "it waits for a person's approval")
            else:
                yield from self.advance(agent)
        else:
            yield self._application(name, pending, text, book)

    def _is_cleared(self, pending: Pending, book: Book) -> bool:
        """The gate has passed this change of the text in force, and a person too where one is needed."""
        approved = not self._needs_person(pending, book) or pending.granted == self._act(pending.change)
        return pending.passed and pending.base == book.digest and approved

    def _needs_person(self, pending: Pending, book: Book) -> bool:
        """The change is not in force without a person's approval; the first text of all needs none."""
        return bool(book.text) and (pending.review or self.mode is Mode.ADVISORY)

    def _act(self, wanted: Change) -> str:
        """What an approval must be for; a freeze or a thaw in between makes it another."""
        return act_digest(CHANGE, wanted.agent, wanted.digest(), self.epoch)

    # What is said.

    def turned_down(
        self, name: str, pending: Pending, reason: str, findings: tuple[evidence.Finding, ...] = ()
    ) -> Iterator[soul.Refused | soul.Mend]:
        """The change is not made; where a person's file holds it, the text in force is written back."""
        wanted = pending.change
        told = f"what was written by hand is refused: {reason}" if pending.on_file else reason
        yield self.refused(name, wanted, told, findings)
        if pending.on_file:
            yield self.mend(name, pending, reason)

    def refused(
        self, name: str, wanted: Change, reason: str, findings: tuple[evidence.Finding, ...] = ()
    ) -> soul.Refused:
        """The change is not made."""
        return soul.Refused(change=name, agent=wanted.agent, reason=reason, findings=findings, asked=wanted.asked)

    def mend(self, name: str, pending: Pending, reason: str) -> soul.Mend:
        """The scrivener shall keep what a person wrote aside, and write the text in force."""
        wanted = pending.change
        text = self.book(wanted.agent).text or None
        found = digest_of(wanted.whole or "")
        return soul.Mend(change=name, agent=wanted.agent, found=found, text=text, reason=reason)

    def look(self, agent: str) -> soul.Look:
        """The scrivener shall say what the file holds."""
        return soul.Look(agent=agent, digest=self.book(agent).digest, asked=self.origin.seq)

    def _request(self, name: str, wanted: Change, before: str, after: str) -> approval.Requested:
        """A person is asked about exactly this change of the text in force."""
        verdict = judge(parse(before), parse(after), wanted.author)
        what = ", ".join(verdict.sections) or "the title"
        return approval.Requested(
            act=name,
            digest=self._act(wanted),
            summary=f"change {what} in the SOUL of {wanted.agent} ({verdict.risk}): {wanted.reason}",
            expires_at=self.now + self.settings.approval_s,
            task=wanted.task,
            exhibits=(approval.Exhibit(title="SOUL", text=after, before=before),),
        )

    def _application(self, name: str, pending: Pending, text: str, book: Book) -> soul.Apply:
        """The scrivener shall write the text where the file holds the one before."""
        wanted = pending.change
        before = digest_of(wanted.whole or "") if pending.on_file else book.digest
        return soul.Apply(change=name, agent=wanted.agent, version=book.version + 1, before=before, text=text)

    # What it has said.

    def apply_queued(self, m: soul.Queued) -> None:
        self.kept(m.agent).pending[m.change].admitted = True

    def apply_submitted(self, m: change.Proposed) -> None:
        book = self.kept(m.dossier.subject)
        pending = book.pending[m.dossier.change]
        pending.admitted, pending.place, pending.base = True, "judged", book.digest
        pending.passed, book.handed_at = False, self.now

    def apply_passed(self, m: change.Approved) -> None:
        pending = self.before_gate(m.dossier)
        if pending is None:
            return
        book = self.kept(m.dossier.subject)
        pending.passed, pending.review = pending.base == book.digest, bool(m.dossier.review)
        first = book.in_order[0][1]
        pending.place = "passed" if pending.passed and (pending.on_file or not first.on_file) else "queued"

    def apply_not_passed(self, m: change.Refused) -> None:
        self._close(m.dossier)

    def apply_vetoed(self, m: change.Vetoed) -> None:
        self._close(m.dossier)

    def _close(self, dossier: Dossier) -> None:
        pending = self.before_gate(dossier)
        if pending is not None:
            pending.place = "closed"

    def apply_proposed(self, m: soul.Proposed) -> None:
        self.kept(m.agent).pending[m.change].shown = True

    def apply_rejected(self, m: order.Rejected) -> None:
        for book in self.state.books.values():
            book.pending.pop(_name_at(m.sequence), None)

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
        for pending in book.pending.values():
            pending.on_file = False

    # Books.

    def book(self, agent: str) -> Book:
        """The agent's book, to read; one that nobody keeps is empty."""
        return self.state.books.get(agent) or Book()

    def kept(self, agent: str) -> Book:
        """The agent's book, to write in."""
        return self.state.books.setdefault(agent, Book())

    def before_gate(self, dossier: Dossier) -> Pending | None:
        """The change that the gate answers about; None if it no longer waits for that answer."""
        pending = self.book(dossier.subject).pending.get(dossier.change)
        return pending if pending is not None and pending.place == "judged" else None

    def queue(self, wanted: Change, most: int, *, admitted: bool = True, on_file: bool = False) -> None:
        """The change that the message in hand asks for waits for its turn, unless too many do."""
        pending = self.kept(wanted.agent).pending
        if len(pending) < most:
            pending[self.change_name()] = Pending(wanted, admitted=admitted, on_file=on_file)

    def change_name(self) -> str:
        """The name of the change that the message in hand asks for."""
        return _name_at(self.origin.seq)


def _name_at(seq: int) -> str:
    return f"soul-{seq}"


def _dossier(name: str, wanted: Change, before: str, after: str) -> Dossier:
    """The change as the gate judges it."""
    content = evidence.Soul(agent=wanted.agent, author=wanted.author, before=before, after=after, reason=wanted.reason)
    return Dossier(
        change=name,
        pattern=CHANGE,
        subject=wanted.agent,
        digest=digest_of(after),
        task=wanted.task,
        content=content,
    )


def _shown(name: str, wanted: Change, verdict: Verdict, shown: str) -> soul.Proposed:
    return soul.Proposed(
        change=name,
        agent=wanted.agent,
        author=wanted.author,
        risk=verdict.risk,
        sections=verdict.sections,
        digest=wanted.digest(),
        diff=shown,
        reason=wanted.reason,
        asked=wanted.asked,
    )


def _objection(pending: Pending, *, same: bool) -> str | None:
    """Why a change that could be made is not made."""
    if same:
        return "it would change nothing"
    if pending.tries >= TRIES:
        return f"it could not be applied in {TRIES} tries; `kurultai dead ls` may show why"
    return None
