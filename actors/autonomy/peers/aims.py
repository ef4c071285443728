"""The inference of goals over the council's own table, in plain lists as a state keeps them.

This module is what imports the numerics; the actor does so at the first act that it sees.
"""

from typing import Final

import numpy as np

from actors.autonomy.peers import goals, table

CHANCES: Final = goals.likelihoods(np.array(table.utilities()))[0]
"""By act, rationality and goal. *derived*: the council's table"""
DIGITS: Final = 8
"""Digits in which a belief is kept. *chosen*: the same on every machine"""


def after(known: list[list[float]], none: float, act: str) -> tuple[list[list[float]], float]:
    """The belief after one more act; an empty one is the prior."""
    before = goals.Belief(np.array(known), none) if known else goals.prior(len(table.GOALS))
    found = goals.update(before, CHANCES[table.ACTS.index(act)], len(table.ACTS))
    return np.round(found.known, DIGITS).tolist(), round(found.none, DIGITS)
