"""What the log says of a worker's inputs: begun, failed, ended."""

import msgspec

from bus.log import Record
from messages.base import Intent, Message, type_name
from messages.kernel import actor as life
from runtime.actor import Worker
from runtime.envelope import INPUT, name_in


class Outcomes:
    """All that a worker must know of its inputs before it works on them; read from the log and kept up as it works."""

    def __init__(self, worker: Worker) -> None:
        self.attempts: dict[int, int] = {}
        """How often the input has failed."""
        self.intents: dict[int, Message] = {}
        """Effects that were announced and of which nothing is known yet."""
        self.announced: dict[int, int] = {}
        """How many intents to the input stand on the log."""
        self.done: set[int] = set()
        """Inputs that need no work any more."""
        self._speaker = worker.name
        self._said = {type_name(kind): kind for kind in worker.signature.says}

    def forget(self) -> None:
        """The log is about to be read again."""
        self.intents.clear()
        self.announced.clear()
        self.done.clear()

    def doubt(self, seqs: frozenset[int]) -> None:
        """The log is about to be read again for these inputs."""
        for seq in seqs:
            self.intents.pop(seq, None)
            self.announced.pop(seq, None)

    def replay(self, record: Record, only: frozenset[int] | None = None) -> None:
        """One more record in log order, if the worker said it of an input, or of one of these."""
        decided = record.headers.get(INPUT)
        tokens = record.subject.split(".")
        if decided is None or len(tokens) < 5 or tokens[4] != self._speaker:
            return
        seq, name = int(decided), name_in(record.subject)
        if only is not None and seq not in only:
            return
        if name == type_name(life.Faltered):
            faltered = msgspec.json.decode(record.data, type=life.Faltered)
            self.attempts[seq] = faltered.attempt
            self.intents.pop(seq, None)
        elif name == type_name(life.Resolved) and _is_begun(record):
            return
        elif (kind := self._said.get(name)) is not None and issubclass(kind, Intent):
            self.intents[seq] = msgspec.json.decode(record.data, type=kind)
            self.announced[seq] = self.announced.get(seq, 0) + 1
        else:
            self.done.add(seq)

    def said(self, seq: int, output: Message) -> None:
        """What was said to the input is on the log: an effect is announced, or what came of it is known."""
        if isinstance(output, Intent):
            self.intents[seq] = output
        else:
            self.intents.pop(seq, None)


def _is_begun(record: Record) -> bool:
    """The word was that the effect is to be tried again: what came of that is said after it."""
    resolved = msgspec.json.decode(record.data, type=life.Resolved)
    return resolved.word == "again" and not resolved.fault
