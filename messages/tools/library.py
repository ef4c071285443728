"""Questions to the index of callables."""

from messages.base import Command, Event, Identifier, Text
from messages.tools.learning import Option


class Search(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Find the callables whose names, signatures and docstrings fit the goal."""

    task: Identifier
    goal: Text
    limit: int = 12


class Found(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The callables that fit, best first."""

    task: Identifier
    options: tuple[Option, ...]
