"""The fence proof: between a freeze and its thaw the log holds no effect of the frozen level.

The same fence shows the mode in which every record was said, so that what a level did in a mode in which it does not
act is found as well.
"""

import functools
from typing import Final

import msgspec

from messages.base import Message, Task, kind_of, type_name
from messages.catalogue import catalogue
from messages.kernel.actor import Convened
from messages.kernel.control import FREEZABLE, Level, Mode, Set, first_mode
from runtime.acts import speaker_in, trespasses
from runtime.audit.chain import Record
from runtime.envelope import read
from runtime.errors import Malformed
from runtime.topology import SUPERVISOR, role_of

VETO: Final = "veto"
"""The one mouth of control records. *derived*: the roster's only actor that says `control.Set`"""
LIFE: Final = "actor"
"""The flow that a frozen actor may speak in: it tells that it has stopped, and does nothing. *derived*"""
MOST: Final = 1_000
"""Violations and faults that a proof names; all are counted. *chosen*"""


class Violation(msgspec.Struct, frozen=True):
    """An effect of a frozen level, at `seq`, though the level was frozen at `freeze`."""

    seq: int
    speaker: str
    level: str
    freeze: int


class Trespass(msgspec.Struct, frozen=True):
    """What a member said at `seq` under a mode that forbids it; the mode is in force since `since`."""

    seq: int
    speaker: str
    level: str
    mode: str
    since: int


class Fault(msgspec.Struct, frozen=True):
    """A record by which the proof can't go."""

    seq: int
    what: str


class Frost(msgspec.Struct, frozen=True):
    """One freeze: it holds from `seq` to `thaw`, or still; `held` if no effect of the level stands between."""

    level: str
    seq: int
    thaw: int | None
    held: bool


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What the log says about its freezes."""

    members: int
    frosts: tuple[Frost, ...]
    violations: tuple[Violation, ...]
    violated: int
    """How many violations there are; `violations` names the first of them."""
    faults: tuple[Fault, ...]
    faulty: int
    trespasses: tuple[Trespass, ...] = ()
    trespassed: int = 0
    """How many trespasses there are; `trespasses` names the first of them."""

    @property
    def holds(self) -> bool:
        """No effect passed a fence or was had in a mode without any, and nothing stands in the proof's way."""
        return not self.violated and not self.trespassed and not self.faulty

    @property
    def freezes(self) -> int:
        """Freezes under which no effect of the level stands."""
        return sum(frost.held for frost in self.frosts)

    @property
    def thaws(self) -> int:
        """Those of them that have ended."""
        return sum(frost.held and frost.thaw is not None for frost in self.frosts)


class _Freeze(msgspec.Struct):
    seq: int
    held: bool = True


class FenceProof:
    """Takes the records in log order and keeps what the levels' modes forbid."""

    def __init__(self, council: str, mouth: str = VETO) -> None:
        self._council = council
        self._source = f"/{council}/{mouth}"
        self._levels: dict[str, Level] = {}
        self._frozen: dict[Level, _Freeze] = {}
        self._epochs: dict[Level, int | None] = dict.fromkeys(FREEZABLE, 0)
        self._frosts: list[Frost] = []
        self._violations: list[Violation] = []
        self._violated = 0
        self._modes: dict[Level, tuple[Mode, int]] = {level: (first_mode(level), 0) for level in Level}
        self._trespasses: list[Trespass] = []
        self._trespassed = 0
        self._faults: list[Fault] = []
        self._faulty = 0

    def take(self, record: Record) -> None:
        """The next record of the log is part of the proof."""
        tokens = record.subject.split(".")
        word = tokens[1] if len(tokens) > 1 else ""
        if word == "control":
            self._control(record, tokens)
        elif word in ("event", "command"):
            self._said(record, tokens)
        elif word == "task":
            self._asked(record)
        else:
            self._fault(record.seq, f"{record.subject!r} is no subject of the log")

    def finish(self) -> Proof:
        """The proof over all records taken."""
        lasting = [Frost(level, freeze.seq, None, freeze.held) for level, freeze in self._frozen.items()]
        return Proof(
            members=len(self._levels),
            frosts=tuple(sorted([*self._frosts, *lasting], key=lambda frost: frost.seq)),
            violations=tuple(self._violations),
            violated=self._violated,
            faults=tuple(self._faults),
            faulty=self._faulty,
            trespasses=tuple(self._trespasses),
            trespassed=self._trespassed,
        )

    def _said(self, record: Record, tokens: list[str]) -> None:
        if len(tokens) < 5:
            self._fault(record.seq, f"{record.subject!r} names no speaker")
            return
        flow, name, speaker = tokens[2:5]
        if f"{flow}.{name}" == type_name(Convened):
            self._convened(record, speaker)
        if flow == LIFE or speaker == SUPERVISOR or role_of(speaker):
            return
        level = self._levels.get(speaker)
        if level is None:
            if self._frozen:
                self._fault(record.seq, f"{speaker} speaks during a freeze, and no level is known for it")
            return
        freeze = self._frozen.get(level)
        if freeze is not None:
            freeze.held = False
            self._violated += 1
            if len(self._violations) < MOST:
                self._violations.append(Violation(record.seq, speaker, level, freeze.seq))
        else:
            self._held_to_mode(record, speaker, level)

    def _asked(self, record: Record) -> None:
        """A task; only what members of the council ask for is bound by a mode."""
        speaker = speaker_in(record.subject, record.headers, self._council)
        level = self._levels.get(speaker)
        if level is not None and level not in self._frozen:
            self._held_to_mode(record, speaker, level)

    def _held_to_mode(self, record: Record, speaker: str, level: Level) -> None:
        mode, since = self._modes[level]
        if trespasses(record.subject, level, mode, _types()):
            self._trespassed += 1
            if len(self._trespasses) < MOST:
                self._trespasses.append(Trespass(record.seq, speaker, level, mode, since))

    def _convened(self, record: Record, speaker: str) -> None:
        if speaker != SUPERVISOR:
            self._fault(record.seq, f"{speaker} says who belongs to the council; only {SUPERVISOR} may")
            return
        try:
            convened = read(record, {type_name(Convened): Convened})
        except Malformed as error:
            self._fault(record.seq, f"who belongs to the council can't be read: {error}")
            return
        assert isinstance(convened, Convened)
        for member in convened.members:
            before = self._levels.get(member.name, member.level)
            if before != member.level and before in self._frozen:
                self._fault(record.seq, f"{member.name} leaves the level {before} while it is frozen")
            self._levels[member.name] = member.level

    def _control(self, record: Record, tokens: list[str]) -> None:
        if len(tokens) != 3 or tokens[2] not in FREEZABLE:
            self._fault(record.seq, f"{record.subject!r} is the subject of no level that can be frozen")
            return
        level = Level(tokens[2])
        if record.headers.get("ce-source") != self._source:
            self._fault(record.seq, f"the control record of {level} does not come from {self._source}")
        try:
            control = read(record, {type_name(Set): Set})
        except Malformed as error:
            self._fault(record.seq, f"the control record of {level} can't be read: {error}")
            self._epochs[level] = None
            return
        assert isinstance(control, Set)
        if control.level != level:
            self._fault(record.seq, f"the control record of {level} speaks of {control.level}")
        self._count(record.seq, level, control.epoch)
        self._change(record.seq, level, control.mode)

    def _count(self, seq: int, level: Level, epoch: int) -> None:
        before = self._epochs[level]
        if before is not None and epoch != before + 1:
            self._fault(seq, f"epoch {epoch} of {level} follows epoch {before}")
        self._epochs[level] = epoch

    def _change(self, seq: int, level: Level, mode: Mode) -> None:
        self._modes[level] = mode, seq
        if mode is Mode.FROZEN:
            self._frozen.setdefault(level, _Freeze(seq))
            return
        freeze = self._frozen.pop(level, None)
        if freeze is not None:
            self._frosts.append(Frost(level, freeze.seq, seq, freeze.held))

    def _fault(self, seq: int, what: str) -> None:
        self._faulty += 1
        if len(self._faults) < MOST:
            self._faults.append(Fault(seq, what))


@functools.cache
def _types() -> dict[str, type[Message]]:
    """All types that are known here, by the name in their subjects."""
    return {f"task.{kind_of(kind)}" if issubclass(kind, Task) else name: kind for name, kind in catalogue().items()}
