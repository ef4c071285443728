"""How the embedded server says that it cannot do its work."""

from bus.errors import ServerUnavailable


class ServerTrouble(ServerUnavailable):
    """What is wrong with the server, where, and how to mend it."""

    def __init__(self, what: str, *, where: str, mend: str, log_tail: str = "") -> None:
        self.what = what
        self.where = where
        self.mend = mend
        self.log_tail = log_tail
        said = f"\nIts log ends:\n{log_tail}" if log_tail else ""
        super().__init__(f"{what} ({where}). {mend}{said}")


class ServerUnwell(ServerTrouble):
    """The server runs and stores nothing any more; only a new start can help, once the cause is gone."""
