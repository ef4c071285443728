"""The state of the council as the operator sees it."""

from typing import Literal

from messages.base import Event, Identifier, Text

State = Literal["well", "impaired", "ill"]
"""Nothing wrong lately; something went wrong and was answered; a zone is down."""


class Reported(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A change in the council's health, and what is done about it."""

    for_people = True
    one_mouth = True

    state: State
    about: Identifier
    reason: Text
    answer: Text
