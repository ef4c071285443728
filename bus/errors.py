"""Failures of the log, named by what the runtime does about them; a library's own errors end at this edge."""


class LogError(Exception):
    """Something that a connection to the log could not do."""


class Stale(LogError):
    """The fence is old: the level's control record has changed since; read control again."""


class Contended(LogError):
    """Another commit under the same fence was under way, as a cluster minds; nothing was committed: try again."""


class Duplicate(LogError):
    """A record with this id is committed already; read the log again to see what it says."""


class Denied(LogError):
    """The server refuses it to this identity; nothing reached the log."""


class Unreachable(LogError):
    """No answer in time; whether it was committed is not known until the log has been read."""


class Busy(LogError):
    """More questions came than are answered in a second; this one was not looked at: ask again."""


class Severed(LogError):
    """The server has closed the way on which records came; nothing is lost: ask for them anew."""


class TooLarge(LogError):
    """The record is larger than the log takes; it will never fit."""


class Full(LogError):
    """The log's disk or its limit is full; nothing was committed."""


class ServerUnavailable(LogError):
    """The server can't be started or reached; the text says why and how to mend it."""


class UnsafeKey(Exception):
    """The key file can't be trusted: others may read it, or it does not hold what it should; the text names it."""
