"""Seeds of simulated runs, by blocks: so many as a rule, and many more for a soak."""

from typing import Any

import pytest


def blocks(usual: range, soak: int) -> list[Any]:
    """The first seed of each block; those after the usual ones run in a soak alone."""
    more = range(usual.stop, usual.start + soak, usual.step)
    return [*usual, *(pytest.param(first, marks=pytest.mark.soak) for first in more)]
