"""All message types of this package."""

import importlib
import pkgutil

import messages
from messages.base import Command, Event, Intent, Message, Query, Task, type_name

ABSTRACT: tuple[type[Message], ...] = (Message, Event, Intent, Command, Query, Task)
"""Kinds of message, of which none stands on the log itself. *derived*"""


def catalogue() -> dict[str, type[Message]]:
    """Every type by its name."""
    found: dict[str, type[Message]] = {}
    for module in pkgutil.walk_packages(messages.__path__, "messages."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, Message) and value not in ABSTRACT:
                found[type_name(value)] = value
    return dict(sorted(found.items()))
