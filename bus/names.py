"""Where things stand on a server: subjects, the stream and its consumers, all below the council's name."""

from typing import Final

import msgspec

REPUBLISHED: Final = "log"
"""Records are broadcast below this token once they are stored. *chosen*"""


class Names(msgspec.Struct, frozen=True):
    """The names of one council."""

    council: str = "kurultai"

    @property
    def stream(self) -> str:
        """The stream that is the log."""
        return self.council.upper()

    def subject(self, *tokens: str) -> str:
        """A subject of this council."""
        return ".".join((self.council, *tokens))

    def control(self, level: str) -> str:
        """Where the level's control records stand."""
        return self.subject("control", level)

    def alarm(self, level: str) -> str:
        """Where a freeze of the level is announced before its record is stored; the log does not keep these."""
        return self.subject("telemetry", "alarm", level)

    def inbox_consumer(self, name: str) -> str:
        """The consumer that delivers an identity's inputs."""
        return name

    def log_consumer(self, name: str, slot: int = 0) -> str:
        """The consumer that lets an identity read back what it heard and said; each of its instances has its own."""
        return f"{name}-log-{slot}" if slot else f"{name}-log"

    def reads_back(self, consumer: str) -> bool:
        """The consumer is one by which an identity reads back, so that what it has left is no backlog."""
        stem, _, slot = consumer.rpartition("-log")
        return bool(stem) and (not slot or slot.removeprefix("-").isdigit())

    def api(self, verb: str, *tokens: str) -> str:
        """A subject of the server's own interface to the stream."""
        return ".".join(("$JS.API", verb, self.stream, *tokens))

    def airlock(self, publisher: str) -> str:
        """The stream in which what the publisher says waits."""
        return f"{self.stream}_AIRLOCK_{publisher}"

    def airlock_subject(self, publisher: str, kind: str) -> str:
        """Where in the log's account a publisher's task of the kind comes out."""
        return self.subject("airlock", publisher, kind)

    def publisher_of(self, airlock: str) -> str:
        """The publisher whose airlock the stream is; empty if it is none."""
        prefix = self.airlock("")
        return airlock.removeprefix(prefix) if airlock.startswith(prefix) else ""

    @property
    def ferry_consumer(self) -> str:
        """The consumer by which an airlock is emptied."""
        return f"{self.council}-ferry"
