"""Jochi judges what the others made, and makes what has to do with learning machines; never both for one task.

His judgement is a figure with its failures; what follows from it is Kublai's.
"""

from actors.agents.specialist import Specialist


class Jochi(Specialist):
    """The judge, who makes what has to do with learning machines."""
