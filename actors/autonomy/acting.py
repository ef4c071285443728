"""Whether an approved proposal of autonomy comes into force, by the mode that it is approved in."""

import random
from typing import Final

from messages.gate.change import Dossier
from messages.kernel.control import Mode
from runtime.acts import WITHOUT_EFFECT

HALF: Final = 0.5
"""Part of the approved proposals that come into force in half mode. *cited*: specification of autonomy, section 7"""
AGAINST: Final = "the draw of half mode fell against it"
"""Why an approved proposal does not come into force that the draw was against."""


def obstacle(mode: Mode, dossier: Dossier) -> str:
    """Why an approved proposal does not come into force whatever is drawn; empty if nothing speaks against it."""
    if mode in WITHOUT_EFFECT:
        return f"approved, but autonomy is in {mode} mode"
    if dossier.review:
        return f"a person would have to agree: {'; '.join(dossier.review)}"[:2_000]
    return ""


def drawn(rng: random.Random) -> bool:
    """Whether the draw of half mode falls for a proposal."""
    return rng.random() < HALF
