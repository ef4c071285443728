"""The keeper of SOULs with scrivener and gate beside it, and real files: what each says is carried to the others."""

from collections import deque
from pathlib import Path
from typing import Any

from actors.soul.actor import Soul
from actors.soul.document import digest_of, parse
from actors.soul.scrivener import Scrivener
from bus.keys import Key, create
from bus.log import Draft
from bus.names import Names
from messages import soul
from messages.base import Message, encode
from messages.gate import approval, change
from messages.kernel import actor as life
from messages.kernel.control import Mode
from messages.task import Example
from messages.tools import tool
from runtime.envelope import subject_for
from runtime.signing import sign_order
from tests.actors.bench import Bench, only
from tests.actors.gate.line import Line
from tests.actors.soul.soul_cases import SOUL

OPERATOR = create()
CONVENED = life.Convened(council="kurultai", members=(), version="1")


class Desk:
    """One agent, `someone` by default, whose file holds what `SOUL` says before the council is launched."""

    def __init__(self, root: Path, text: str = SOUL, agent: str = "someone") -> None:
        self.agent = agent
        self.folder = root / agent
        self.file = self.folder / "SOUL.md"
        self.folder.mkdir(parents=True)
        self.file.write_text(text)
        self.bench = Bench(Soul, Soul.Settings(operator_key=OPERATOR.public, agents=(agent,)))
        self.scrivener = Scrivener(Scrivener.Settings(souls=str(root)))
        self.gate = Line()

    async def launched(self) -> "Desk":
        """The council has read the file."""
        await self.hears(CONVENED)
        return self

    async def hears(self, message: Message, key: Key | None = None, speaker: str = "someone") -> list[Message]:
        """All that keeper and scrivener say until neither has more to say."""
        return await self._carried(self._said(message, key, speaker))

    def _said(self, message: Message, key: Key | None, speaker: str) -> tuple[Message, ...]:
        subject, identity = (
            subject_for(Names(), message, "operator" if key else speaker),
            f"x-{len(self.bench.records)}",
        )
        made = Draft(subject, encode(message), identity, {"ce-id": identity})
        signed = sign_order(key, made, self.bench.now) if key else made
        return self.bench.receives(subject, made.data, signed.headers)

    async def _carried(self, first: tuple[Message, ...]) -> list[Message]:
        queue, said = deque(first), list[Message]()
        while queue:
            message = queue.popleft()
            if isinstance(message, change.Proposed):
                queue.extend(self.bench.hears(self.gate.verdict(message)))
                continue
            said.append(message)
            assert len(said) < 100, "it goes in circles"
            for answer in await works(self.scrivener, message):
                said.append(answer)
                if type(answer) in self.bench.actor.signature.hears:
                    queue.extend(self.bench.hears(answer))
        return said

    def passes(self, said: tuple[Message, ...], mode: Mode = Mode.FULL) -> tuple[Message, ...]:
        """What the keeper says next, after the gate has judged the change that is among those said."""
        return self.bench.hears(self.gate.verdict(only(said, change.Proposed)), mode=mode)

    async def proposes(self, section: str, text: str | None, key: Key | None = None, **more: Any) -> list[Message]:
        """What follows from the agent's own proposal, or from an operator's with his key."""
        base = more.pop("base", None)
        if base is None:
            found = parse(self.text).find(section)
            base = digest_of(found.text) if found else ""
        return await self.hears(
            soul.Propose(agent=self.agent, section=section, text=text, base=base, reason="a test"), key
        )

    async def edited(self, text: str | bytes) -> list[Message]:
        """What follows when a person has written this into the file, and it is looked at."""
        self.file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return await self.hears(soul.Check(agent=self.agent), OPERATOR)

    async def grants(self, requested: approval.Requested, digest: str | None = None) -> list[Message]:
        """What follows from a person's approval."""
        granted = approval.Granted(act=requested.act, digest=digest or requested.digest, operator="O")
        return await self.hears(granted)

    @property
    def text(self) -> str:
        """In force."""
        text: str = self.bench.state.books[self.agent].text
        return text

    @property
    def version(self) -> int:
        """In force."""
        version: int = self.bench.state.books[self.agent].version
        return version

    def asides(self) -> list[str]:
        """What was put aside, by name."""
        return sorted(path.name for path in self.folder.glob("SOUL.md.rejected-*"))


async def works(worker: Scrivener, message: Message) -> list[Message]:
    """What the worker says to the message, if it is for it."""
    handler = worker.signature.handlers.get(type(message))
    if handler is None:
        return []
    told: Any = getattr(worker, handler)(message)
    return [answer async for answer in told]


def registered(name: str = "count_words", goal: str = "count the words of a text", version: int = 1) -> tool.Registered:
    """A tool that `someone` has learnt."""
    spec = tool.Spec(
        name=name,
        description=goal,
        domain="general",
        source="def f(text):\n    return len(text.split())\n",
        entry="f",
        parameters=("text",),
        origin="candidate",
        mastery=0.9,
        digest="d" * 64,
        example=Example(args=("a b",), result=2),
        learned_by="someone",
    )
    return tool.Registered(task="T", version=version, spec=spec)
