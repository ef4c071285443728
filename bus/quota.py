"""How many questions one identity answers: who asks more than that is told so at once, and costs next to nothing."""

from typing import Final

import msgspec

PACE_PER_S: Final = 200
"""Questions answered in a second, and after a pause at once. *chosen*: as many as tasks taken from one publisher"""
AT_ONCE: Final = 512
"""Questions that may wait for their answers when another comes. *chosen*: more than any worker has in hand"""
TOO_MANY: Final = msgspec.json.encode({"error": "too many questions; ask again in a second"})
"""The answer to every other question. *chosen*"""


class Quota:
    """What is left of the pace, and how many questions are in hand."""

    def __init__(self) -> None:
        self.in_hand = 0
        self._left = float(PACE_PER_S)
        self._looked_at: float | None = None

    def admits(self, now: float) -> bool:
        """Whether a question that comes at this time, in seconds of a clock that never goes back, is answered."""
        if self._looked_at is not None:
            self._left = min(PACE_PER_S, self._left + (now - self._looked_at) * PACE_PER_S)
        self._looked_at = now
        if self._left < 1 or self.in_hand >= AT_ONCE:
            return False
        self._left -= 1
        return True


def crowded(subject: str) -> str:
    """What an asker is told who was refused."""
    return f"too many questions come on {subject}, and this one was not looked at; ask again in a second"
