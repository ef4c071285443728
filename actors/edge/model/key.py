"""The key of a model service: read from the environment when it is needed, kept nowhere, blotted out of all texts."""

from collections.abc import Mapping
from typing import Final

SHORTEST: Final = 8
"""Letters from which a key is taken for a secret. *chosen*: shorter ones, such as `none`, are placeholders"""

BLOT: Final = "[key]"
"""What stands in its place. *chosen*"""


def key_in(environment: Mapping[str, str], name: str) -> str:
    """The key; empty if there is none; ValueError if what is there can't be one."""
    key = environment.get(name, "").strip() if name else ""
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ValueError(f"the environment variable {name} holds characters that no key has")
    return key


def without_key(text: str, key: str) -> str:
    """The text, in which nobody will find the key: servers like to quote it in their errors."""
    return text.replace(key, BLOT) if len(key) >= SHORTEST else text
