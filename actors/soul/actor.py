"""The keeper of what each agent is: a change of a SOUL is in force when the gate passed it and it was applied so.

Of two changes of one section the later is refused, since what it replaces is gone. What is risky waits for a person's
approval of exactly that change; nothing approves itself, and no agent changes what protects it.
"""

from collections.abc import Iterator
from typing import Final

from actors.soul.book import ENTRIES, MOST, Book
from actors.soul.change import Change, Edit, Entry, diff, edits_between, entry_of, holds_entry
from actors.soul.document import Document, Unreadable, digest_of, parse
from actors.soul.judgement import judge
from actors.soul.keeping import Keeping, Settled, Taken
from actors.soul.showing import standing
from messages import soul
from messages.gate import approval, change
from messages.gate.change import Dossier
from messages.gate.evidence import Author, Finding
from messages.kernel import actor as life
from messages.kernel import order
from messages.kernel.control import Level
from messages.tools import tool
from runtime.actor import Emits

REASON_CHARS: Final = 500
"""Most of a reason that is kept; the order itself stands on the log. *chosen*"""


class Soul(Keeping):
    """Every change that is asked for ends as applied, refused or failed."""

    level = Level.FOUNDATION

    # What is asked for: by an operator, signed, or by the agent itself.

    def apply_propose(self, m: soul.Propose) -> None:
        self._take()
        if self._unready(m.agent) is None:
            author: Author = "agent" if self.origin.speaker == m.agent else "operator"
            edits = (Edit(m.section, m.base, m.text),)
            self.queue(Change(m.agent, author, _plain(m.reason), self.origin.seq, edits=edits), MOST, admitted=False)

    def on_propose(self, m: soul.Propose) -> Emits[Taken | soul.Queued | order.Rejected]:
        yield from self._begun(m.agent, m.agent, self._unready(m.agent))

    def apply_restore(self, m: soul.Restore) -> None:
        self._take()
        if self._unrestorable(m) is None:
            self.queue(self._restoring(m), MOST, admitted=False)

    def on_restore(self, m: soul.Restore) -> Emits[Taken | soul.Queued | order.Rejected]:
        yield from self._begun(m.agent, "", self._unrestorable(m))

    def apply_check(self, m: soul.Check) -> None:
        self._take()

    def on_check(self, m: soul.Check) -> Emits[soul.Look | order.Rejected]:
        unheard = self._unheard(m.agent)
        yield self.look(m.agent) if unheard is None else self._rejected(unheard)

    def on_convened(self, m: life.Convened) -> Emits[soul.Look]:
        for agent in self.settings.agents:
            yield self.look(agent)

    def _begun(self, agent: str, unsigned: str, unfit: str | None) -> Emits[Taken | soul.Queued | order.Rejected]:
        """What follows at once from what was asked for."""
        name, asked = self.change_name(), self.origin.seq
        unheard = self._unheard(agent, unsigned)
        if unheard is not None:
            yield self._rejected(unheard)
        elif name not in self.book(agent).pending:
            reason = unfit or f"{MOST} changes of {agent} wait already; approve or deny some"
            yield soul.Refused(change=name, agent=agent, reason=reason, asked=asked)
        else:
            said = tuple(self.advance(agent, fresh=name))
            yield from said
            if not any(_is_about(name, message) for message in said):
                yield soul.Queued(change=name, agent=agent, asked=asked)

    # What is learnt: a tool's entry comes and goes with the tool.

    def apply_registered(self, m: tool.Registered) -> None:
        agent = m.spec.learned_by
        if agent in self.settings.agents:
            entry, reason = entry_of(m.spec, m.version), f"the tool {m.spec.name} was registered"
            self.queue(Change(agent, "tool", reason, self.origin.seq, entry=entry, task=m.task), ENTRIES)

    def on_registered(self, m: tool.Registered) -> Emits[Taken | soul.Look]:
        agent = m.spec.learned_by
        if agent not in self.settings.agents:
            return
        if self.change_name() not in self.book(agent).pending:
            reason = f"{ENTRIES} changes of {agent} wait already"
            yield soul.Refused(change=self.change_name(), agent=agent, reason=reason, asked=self.origin.seq)
        elif self.book(agent).text:
            yield from self.advance(agent)
        elif not self.book(agent).busy:
            yield self.look(agent)

    def apply_withdrawn(self, m: tool.Withdrawn) -> None:
        gone, reason = Entry(m.name, m.version, None), f"the tool {m.name} was withdrawn"
        for agent, book in self.state.books.items():
            flying = book.flying is not None and book.pending[book.flying].change.adds(gone)
            if flying or holds_entry(book.text, gone):
                self.queue(Change(agent, "tool", reason, self.origin.seq, entry=gone), ENTRIES)

    def on_withdrawn(self, m: tool.Withdrawn) -> Emits[Taken]:
        gone = Entry(m.name, m.version, None)
        for agent, book in self.state.books.items():
            for name, pending in book.pending.items():
                if pending.place != "flying" and pending.change.adds(gone):
                    yield self.refused(name, pending.change, "its tool was withdrawn")
            yield from self.advance(agent, without=gone)

    # The gate's word.

    def on_passed(self, m: change.Approved) -> Emits[Settled]:
        pending = self.book(m.dossier.subject).pending.get(m.dossier.change)
        if pending is not None and pending.place == "passed":
            yield from self.settled(m.dossier)
        else:
            yield from self.advance(m.dossier.subject)

    def on_not_passed(self, m: change.Refused) -> Emits[Taken]:
        yield from self._closed(m.dossier, m.reason, m.findings)

    def on_vetoed(self, m: change.Vetoed) -> Emits[Taken]:
        yield from self._closed(m.dossier, f"vetoed: {m.reason}", ())

    def _closed(self, dossier: Dossier, reason: str, findings: tuple[Finding, ...]) -> Iterator[Taken]:
        """What follows when the gate has not passed a change."""
        pending = self.book(dossier.subject).pending.get(dossier.change)
        closed = pending is not None and pending.place == "closed"
        if pending is not None and closed:
            yield from self.turned_down(dossier.change, pending, reason, findings)
        if pending is None or not (closed and pending.on_file):
            yield from self.advance(dossier.subject)

    # A person's word.

    def apply_granted(self, m: approval.Granted) -> None:
        for book in self.state.books.values():
            pending = book.pending.get(m.act)
            if pending is not None and pending.place == "parked":
                pending.granted, pending.place = m.digest, "queued"

    def on_granted(self, m: approval.Granted) -> Emits[Taken]:
        for agent, book in self.state.books.items():
            if m.act in book.pending:
                yield from self.advance(agent)

    def on_denied(self, m: approval.Denied) -> Emits[soul.Refused]:
        for book in self.state.books.values():
            if (pending := book.pending.get(m.act)) is not None:
                yield self.refused(m.act, pending.change, f"not approved: {m.reason}")

    # What the scrivener found, and did.

    def apply_found(self, m: soul.Found) -> None:
        if m.agent in self.settings.agents:
            book = self.kept(m.agent)
            book.asked = ""
            book.land()
            book.close_edits()
            if m.text is not None and m.digest != book.digest and (edit := _edit(m, book)) is not None:
                self.queue(edit, MOST, on_file=True)

    def on_found(self, m: soul.Found) -> Emits[Taken | soul.Edited]:
        book = self.book(m.agent)
        if m.agent not in self.settings.agents:
            return
        name = self.change_name()
        for older, pending in book.pending.items():
            if pending.place == "closed":
                yield self.refused(older, pending.change, "the file was edited again")
        if not m.fault and m.digest == book.digest:
            yield from self.advance(m.agent)
            return
        written = book.pending.get(name)
        if written is None or m.text is None:
            fault = m.fault or _outdated(m, book) or _fault_of(m.text or "") or "was edited, and too many changes wait"
            yield soul.Refused(change=name, agent=m.agent, reason=f"the file {fault}", asked=m.asked)
            yield soul.Mend(change=name, agent=m.agent, found=m.digest, text=book.text or None, reason=fault)
            return
        if book.text:
            yield _edited(name, written.change, book.text)
        yield from self.advance(m.agent)

    def apply_applied(self, m: soul.Applied) -> None:
        book = self.kept(m.agent)
        pending = book.pending.pop(m.change, None)
        if m.digest == book.digest:
            return
        made = pending.change if pending is not None else Change(m.agent, "person", "", 0)
        past = soul.Past(
            version=m.version,
            digest=m.digest,
            at=self.now,
            author=made.author,
            change=m.change,
            reason=made.reason,
            restored=made.restored,
        )
        book.turn(past, m.text)

    def on_applied(self, m: soul.Applied) -> Emits[Taken | soul.Restored]:
        past = self.book(m.agent).past(m.version)
        if past is not None and past.restored and past.change == m.change:
            yield soul.Restored(
                change=m.change, agent=m.agent, restored=past.restored, version=m.version, digest=m.digest
            )
        yield from self.advance(m.agent)

    def apply_mended(self, m: soul.Mended) -> None:
        self.kept(m.agent).asked = ""

    def on_mended(self, m: soul.Mended) -> Emits[Taken | soul.Look]:
        if self.book(m.agent).text:
            yield from self.advance(m.agent)
        else:
            yield self.look(m.agent)

    def apply_failed(self, m: soul.Failed) -> None:
        book = self.kept(m.agent)
        book.asked = ""
        if book.flying == m.change:
            del book.pending[m.change]

    def on_failed(self, m: soul.Failed) -> Emits[Taken]:
        yield from self.advance(m.agent)

    def due(self) -> float | None:
        moments = [book.handed_at + self.settings.answer_s for book in self.state.books.values() if book.busy]
        return min(moments, default=None)

    def on_due(self) -> Emits[Taken | soul.Look]:
        for agent, book in self.state.books.items():
            if not book.busy or book.handed_at + self.settings.answer_s > self.now:
                continue
            if book.asked or book.flying is not None:
                yield self.look(agent)
            else:
                yield from self.asked_again(agent)

    # Questions.

    def answer_find(self, m: soul.Find) -> soul.Souls:
        """The SOULs in force; of one alone also its text and its history."""
        books = {agent: book for agent, book in self.state.books.items() if book.text and m.agent in (None, agent)}
        return soul.Souls(souls=tuple(standing(agent, book, m) for agent, book in books.items()))

    # Who may ask for what.

    def _unheard(self, agent: str, unsigned: str = "") -> str | None:
        """Why the message in hand asks for nothing; `unsigned` needs no signature."""
        if agent not in self.settings.agents:
            return f"no agent {agent!r} has a SOUL; there are {', '.join(self.settings.agents)}"
        if unsigned and self.origin.speaker == unsigned:
            return None
        return self.state.orders.fault(self.settings.operator_key, self.origin)

    def _take(self) -> None:
        self.state.orders.take(self.origin, self.now)

    def _unready(self, agent: str) -> str | None:
        if self.book(agent).text:
            return None
        return f"the SOUL of {agent} was not read yet; `kurultai soul check {agent}` has it read"

    def _unrestorable(self, m: soul.Restore) -> str | None:
        """Why the order does not bring back an earlier version."""
        past = self.book(m.agent).past(m.version)
        if past is None:
            return f"{m.agent} has no version {m.version} in memory; `kurultai soul history {m.agent}` lists them"
        if past.digest != digest_of(m.text):
            return f"the text has not the digest {past.digest} of version {m.version}"
        return None

    def _restoring(self, m: soul.Restore) -> Change:
        book = self.book(m.agent)
        return Change(
            m.agent,
            "operator",
            _plain(m.reason),
            self.origin.seq,
            edits=_edits(book.text, m.text),
            whole=m.text,
            base=book.digest,
            restored=m.version,
        )

    def _rejected(self, reason: str) -> order.Rejected:
        return order.Rejected(order=self.origin.id, sequence=self.origin.seq, reason=reason)


def _is_about(name: str, message: Taken) -> bool:
    """The message shows that the change was taken up, or refused."""
    if isinstance(message, change.Proposed):
        return message.dossier.change == name
    return isinstance(message, soul.Refused) and message.change == name


def _edit(m: soul.Found, book: Book) -> Change | None:
    """What a person has written; None if it is no document, or one that was in force before."""
    text = m.text or ""
    if _fault_of(text) or _outdated(m, book):
        return None
    reason = "edited by hand" if book.text else "the file as it was found"
    return Change(m.agent, "person", reason, m.asked, edits=_edits(book.text, text), whole=text, base=book.digest)


def _outdated(m: soul.Found, book: Book) -> str:
    """The file was not written since an earlier version, as on another host or from a backup; empty if it was."""
    past = book.bears(m.digest)
    if past is None:
        return ""
    order = f"`kurultai soul restore {m.agent} {past.version}` brings it back"
    return f"holds version {past.version}, which is not in force; {order}"


def _edits(before: str, after: str) -> tuple[Edit, ...]:
    old, new = _document(before), parse(after)
    return edits_between(old, new, judge(old, new, "person").sections)


def _edited(name: str, wanted: Change, before: str) -> soul.Edited:
    after = wanted.whole or ""
    verdict = judge(parse(before), parse(after), "person")
    return soul.Edited(
        change=name,
        agent=wanted.agent,
        risk=verdict.risk,
        sections=verdict.sections,
        digest=wanted.digest(),
        diff=diff(before, after),
        asked=wanted.asked,
    )


def _plain(reason: str) -> str:
    """The reason as a line that may be shown on any terminal."""
    return "".join(char for char in " ".join(reason.split()) if char.isprintable())[:REASON_CHARS]


def _document(text: str) -> Document:
    return parse(text) if text else Document("", ())


def _fault_of(text: str) -> str:
    """Why the text is no SOUL; empty if it is one."""
    try:
        parse(text)
    except Unreadable as error:
        return f"is no SOUL: {error}"
    return ""
