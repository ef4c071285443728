"""What must hold of every run, told from the log alone, and of every actor's state, told from a fold of its own."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from bus.accounts.accounts import covers
from bus.log import Record
from bus.names import Names
from messages.base import Message, decode, flow_of, type_name
from messages.kernel import actor as life
from messages.kernel.control import Level, Mode, Set, first_mode
from runtime.actor import Actor
from runtime.acts import speaker_in, trespasses
from runtime.delivery.fold import Fold, Snapshot
from runtime.envelope import INPUT, name_in
from runtime.topology import grant_of

LIFE = flow_of(life.Started)
"""The flow of what is no effect: actors say it of themselves, frozen or not. *derived*"""


def spoken(records: Iterable[Record], flow: str | None = None) -> Iterator[tuple[Record, str, str]]:
    """Each record that an actor said, with its flow and its speaker, as the server checked them."""
    for record in records:
        tokens = record.subject.split(".")
        if tokens[1] in ("event", "command") and (flow is None or tokens[2] == flow):
            yield record, tokens[2], tokens[4]


def fence_breaches(records: list[Record]) -> list[str]:
    """Each effect that a level has between its freeze and its thaw; members and levels as the log itself names them."""
    levels: dict[str, Level] = {}
    frozen: dict[Level, int] = {}
    breaches = []
    for record in records:
        tokens = record.subject.split(".")
        if tokens[1] == "control":
            control = decode(Set, record.data)
            if control.mode is Mode.FROZEN:
                frozen.setdefault(control.level, record.seq)
            else:
                frozen.pop(control.level, None)
        for _, flow, speaker in spoken((record,)):
            if flow == LIFE and tokens[3] == life.Convened.__name__:
                levels = {member.name: member.level for member in decode(life.Convened, record.data).members}
            since = frozen.get(levels.get(speaker, Level.GUARD))
            if flow != LIFE and since is not None:
                breaches.append(f"{record.subject} at {record.seq}, though {levels[speaker]} is frozen since {since}")
    return breaches


def mode_breaches(records: list[Record], types: Mapping[str, type[Message]], names: Names) -> list[str]:
    """Each record of a level that the mode in force at its place forbids, frozen levels' effects apart."""
    levels: dict[str, Level] = {}
    modes = {level: first_mode(level) for level in Level}
    breaches = []
    for record in records:
        tokens = record.subject.split(".")
        if tokens[1] == "control":
            control = decode(Set, record.data)
            modes[control.level] = control.mode
            continue
        if tokens[2:4] == [LIFE, life.Convened.__name__]:
            levels = {member.name: member.level for member in decode(life.Convened, record.data).members}
        level = levels.get(speaker_in(record.subject, record.headers, names.council), Level.GUARD)
        mode = modes[level]
        if LIFE not in tokens[2:3] and mode is not Mode.FROZEN and trespasses(record.subject, level, mode, types):
            breaches.append(f"{record.subject} at {record.seq}, though {level} is in {mode} mode")
    return breaches


def repetitions(records: list[Record]) -> list[str]:
    """Each effect that stands on the log twice: the same speaker's same answer to the same input."""
    seen: dict[str, int] = {}
    twice = []
    for record in records:
        identity = record.headers.get("ce-id")
        if identity is None or record.subject.split(".")[2] == LIFE:
            continue
        if identity in seen:
            twice.append(f"{record.subject} at {record.seq} says {identity} again, which stands at {seen[identity]}")
        seen[identity] = record.seq
    return twice


def dead_and_answered(records: list[Record]) -> list[str]:
    """Each input that its hearer both gave up and answered, though nobody ordered it to be tried again."""
    dead: dict[tuple[str, str], int] = {}
    faults = []
    for record, flow, speaker in spoken(records):
        if name_in(record.subject) == type_name(life.Replay):
            replay = decode(life.Replay, record.data)
            dead.pop((replay.actor, str(replay.input)), None)
        key = (speaker, record.headers.get(INPUT, ""))
        if flow == LIFE and name_in(record.subject) == type_name(life.DeadLettered):
            dead[key] = record.seq
        elif flow != LIFE and key in dead:
            faults.append(f"{speaker} gave input {key[1]} up at {dead[key]} and answered it at {record.seq}")
    return faults


def folded(
    fresh: Actor,
    types: Mapping[str, type[Message]],
    names: Names,
    records: Iterable[Record],
    snapshot: Snapshot | None = None,
) -> Fold:
    """The fold of what this actor may read, from the beginning or from a snapshot on."""
    fold = Fold(fresh, types)
    if snapshot is not None:
        fold.restore(snapshot)
    reads = grant_of(type(fresh), names).reads
    last, readable = 0, dict[str, bool]()
    for record in records:
        may = readable.get(record.subject)
        if may is None:
            may = readable[record.subject] = any(covers(pattern, record.subject) for pattern in reads)
        if may and record.seq > fold.cursor:
            fold.replay(record)
        last = record.seq
    fold.finish(last)
    return fold


def difference(live: Fold, fresh: Fold, how: str) -> str | None:
    """In what the two folds are not the same, byte by byte."""
    for what in ("state", "pending", "dead"):
        one, other = (
            msgspec.json.encode(fold.actor.state if what == "state" else getattr(fold, what)) for fold in (live, fresh)
        )
        if one != other:
            return f"{live.actor.name}'s {what} is {one!r}, but {how} it is {other!r}"
    return None
