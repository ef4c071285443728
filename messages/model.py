"""Questions to a model service: what one may cost, the question itself, and the code that came back."""

from typing import Annotated

import msgspec

from messages.base import Command, Event, Identifier, Intent, Name, Seconds, Text
from messages.gate.budget import Dollars
from messages.kernel.audit import Digest

Prompt = Annotated[str, msgspec.Meta(max_length=200_000)]
"""What a model reads."""
Proposed = Annotated[str, msgspec.Meta(max_length=50_000)]
"""Source text that a model wrote."""
Count = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
"""So many bytes, or tokens."""


class Quote(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Model: may a question of this size be asked, and what may it cost at most?"""

    act: Identifier
    task: Identifier
    agent: Identifier
    prompt_bytes: Count


class Quoted(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The question may be asked; with all its tries it costs no more, and takes no longer, than this."""

    act: Identifier
    task: Identifier
    agent: Identifier
    usd: Dollars
    within_s: Seconds


class Unavailable(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No question can be asked, for the reason given."""

    act: Identifier
    task: Identifier
    agent: Identifier
    reason: Text
    configured: bool
    """There is a model service, but something of it is missing."""


class Ask(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Model: put this to the model service, once the money for it is reserved."""

    act: Identifier
    task: Identifier
    agent: Identifier
    system: Prompt
    user: Prompt
    usd: Dollars
    """What is reserved for it."""


class Asked(Intent, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The question is about to leave this machine; from here on it may cost money."""

    for_people = True

    act: Identifier
    task: Identifier
    agent: Identifier
    model: str
    host: str
    """Where it goes."""
    prompt: Digest
    """Of the question, which stands in `Ask`: SHA-256 of `system`, a line feed, and `user`."""


class Answered(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the model proposes: foreign code, trusted no more than any other."""

    act: Identifier
    task: Identifier
    agent: Identifier
    source: Proposed
    entry: Name
    explanation: Text
    digest: Digest
    """Of source and entry, as in `tool.Spec`: by it the answer is found again in attempts and registry."""
    tokens_in: Count
    tokens_out: Count
    usd: Dollars
    """What it cost, with the tries that were lost."""


class Failed(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing of use came back, for the reason given."""

    act: Identifier
    task: Identifier
    agent: Identifier
    reason: Text
    misshapen: bool = False
    """The model answered, but not in the form that was asked for; told so, it may do better."""
    answer: Text = ""
    """How such an answer began."""
    usd: Dollars
    """What it cost all the same."""
