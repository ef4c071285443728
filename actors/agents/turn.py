"""What the parts of an agent are told beside their own state: who decides, with which limits, and where on the log."""

from typing import NamedTuple

from actors.agents.work import CraftSettings


class Turn(NamedTuple):
    """The circumstances of one decision, passed to the pure modules that an agent delegates to."""

    agent: str
    """Name of the deciding agent; purposes of runs and names of questions begin with it."""
    settings: CraftSettings
    place: int
    """Sequence of the input on the log, which makes the name of a question unique."""
