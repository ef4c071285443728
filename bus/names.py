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

    def inbox_consumer(self, name: str) -> str:
        """The consumer that delivers an identity's inputs."""
        return name

    def log_consumer(self, name: str) -> str:
        """The consumer that lets an identity read back what it heard and said."""
        return f"{name}-log"

    def api(self, verb: str, *tokens: str) -> str:
        """A subject of the server's own interface to the stream."""
        return ".".join(("$JS.API", verb, self.stream, *tokens))
