"""For tests of actors: `given` one actor and its history, or a `Universe` with a whole council and its accidents."""

from bus.simulation.faults import CALM, STORM, Faults
from bus.simulation.virtual_time import run
from runtime.testing.given import Given, Said, given
from runtime.testing.universe import Broken, Universe

__all__ = ["CALM", "STORM", "Broken", "Faults", "Given", "Said", "Universe", "given", "run"]
