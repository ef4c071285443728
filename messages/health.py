"""The state of the council as the operator sees it."""

from typing import Literal

from messages.base import Event, Identifier, Text


class Reported(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A change in the council's health, and what is done about it."""

    state: Literal["well", "impaired", "ill"]
    about: Identifier
    reason: Text
    answer: Text
