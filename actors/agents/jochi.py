"""Jochi judges what the others made, and makes what has to do with learning machines; never both for one task.

His judgement is a figure with its failures; what follows from it is Kublai's.
"""

import msgspec

from actors.agents.craft import Craft
from actors.agents.judgement import Hearing, Judgement
from actors.agents.work import CraftSettings, Work
from messages import learning, model, sandbox
from messages.control import Level
from runtime.actor import Emits


class Jochi(Judgement, Craft):
    """Every case ends as validated, every round of practice as practised or stumped."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        work: dict[str, Work] = {}
        """Rounds of practice under way, by the task."""
        cases: dict[str, Hearing] = {}
        """Judgements under way, by the task."""

    Settings = CraftSettings

    def apply_ran(self, m: sandbox.Ran) -> None:
        self.note_run(m)
        self.note_tests(m)

    def on_ran(
        self, m: sandbox.Ran
    ) -> Emits[
        learning.Attempted
        | learning.Practised
        | learning.Stumped
        | learning.Validated
        | sandbox.Synthesise
        | sandbox.Run
        | model.Quote
    ]:
        yield from self.after_run(m)
        yield from self.after_tests(m)
