"""Temüjin makes most tools, and judges those that Jochi makes; never his own.

He runs nothing outside the sandbox, and sees only what he is shown.
"""

from actors.agents.specialist import Specialist


class Temujin(Specialist):
    """The maker, who judges what has to do with learning machines."""
