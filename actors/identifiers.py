"""Whether a text that came from outside may serve as a name."""

import msgspec

from messages.base import Identifier


def is_identifier(text: str) -> bool:
    """The text has the form of an Identifier."""
    try:
        msgspec.convert(text, Identifier)
    except msgspec.ValidationError:
        return False
    return True
