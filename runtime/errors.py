"""Exceptions of handlers and of the runtime, named by what is done about them."""

from bus.errors import LogError


class Malformed(Exception):
    """The input can't be read as what its subject says; it is dead-lettered at once."""

    def __init__(self, reason: str, path: str = "$") -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path


class Transient(Exception):
    """Not now: the input is tried again after the delay, without using up the ordinary waits."""

    def __init__(self, reason: str, retry_after_s: float) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


class Passed(Exception):
    """Another instance of the worker may have the input by now; nothing more is done with it here."""


class Breach(Exception):
    """The decision has an effect that the mode of its level forbids; nothing of it is committed, and it is tried again.

    The input falters like any that could not be handled, and is dead-lettered in the end: it can be replayed.
    """


class BadSignature(TypeError):
    """A class that can't be an actor: the text names the method and what is missing."""


class BadRoster(ValueError):
    """A roster that can't run: the text names every actor and message that doesn't fit."""


class BadSetting(ValueError):
    """A setting that can't be used: the text names the file or variable, the setting and the reason."""


class Taken(LogError):
    """A zone runs elsewhere already."""


class SetBack(Exception):
    """The log is older than what was published of it; nothing is started on it before a person has looked."""


class Unsayable(ValueError):
    """A question or an order that its hearer could not read; it was not sent. The text names field and reason."""


class NotObeyed(Exception):
    """An order that its hearer refused; the text says why."""


class Unanswered(Exception):
    """An order of which nothing was heard in time; the text says where it stands on the log."""


class Unmeasured(Exception):
    """A figure could not be taken, for the reason given; whoever wanted it goes on without."""
