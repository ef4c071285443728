"""What of an agent's SOUL goes with the questions that it puts to a model service: who asks, and how it works."""

from typing import Final

from actors.soul.document import Unreadable, parse

TELLING: Final = ("Identity", "Core Truths", "Working Method")
"""Sections that say how something should be made. *chosen*: none of them is ever written by a tool or by its goal, as
the list of capabilities is"""
STANCE_CHARS: Final = 6_000
"""Most that is told. *chosen*: some 1,500 tokens, twice what ships"""


def stance_of(text: str) -> str:
    """These sections as they stand in the SOUL; empty where there are none."""
    try:
        document = parse(text)
    except Unreadable:
        return ""
    found = [section for name in TELLING if (section := document.find(name)) is not None and section.text]
    return "\n\n".join(f"{section.name}:\n{section.text}" for section in found)[:STANCE_CHARS]
