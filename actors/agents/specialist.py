"""What Temüjin and Jochi have in common: both make tools, and both judge what the other made.

Which of the two is asked for which is Kublai's to say; nobody is asked to judge what he made himself.
"""

import msgspec

from actors.agents.craft import Craft
from actors.agents.judgement import Hearing, Judgement
from actors.agents.work import CraftSettings, Work
from messages import model
from messages.kernel.control import Level
from messages.tools import learning, sandbox
from runtime.actor import Emits


class Specialist(Craft, Judgement):
    """Every round of practice ends as practised or stumped, every case as validated."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        work: dict[str, Work] = {}
        """Rounds of practice under way, by the task."""
        cases: dict[str, Hearing] = {}
        """Judgements under way, by the task."""
        stance: str = ""
        """What of its SOUL a model service is told."""

    Settings = CraftSettings

    def apply_ran(self, m: sandbox.Ran) -> None:
        self.note_run(m)
        self.note_tests(m)

    def on_ran(
        self, m: sandbox.Ran
    ) -> Emits[
        learning.Attempted
        | learning.Continued
        | learning.Practised
        | learning.Stumped
        | learning.Validated
        | sandbox.Synthesise
        | sandbox.Run
        | model.Quote
    ]:
        yield from self.after_run(m)
        yield from self.after_tests(m)
