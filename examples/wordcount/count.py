"""A text to be counted, and its parts."""

from typing import Annotated

import msgspec

from messages.base import Command, Event, Identifier, Sequence, Task, Text


class Count(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Count the words of a text; published on `kurultai.task.count`."""

    text: Text
    top: Annotated[int, msgspec.Meta(ge=1, le=100)] = 3
    """How many of the most frequent words are wanted."""


class Tally(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Count this part."""

    task: Identifier
    part: Sequence
    text: Text


class Tallied(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The part is counted."""

    task: Identifier
    part: Sequence
    words: dict[str, int]
