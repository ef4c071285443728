"""The assayer has a hypothesis tried in a jail of its own, in a child process that a freeze ends with all it started.

It remembers nothing; a trial that was cut off is made again.
"""

from typing import Final

import msgspec

from actors.cognition.beside import beside
from messages.cognition import incubation
from messages.kernel.control import Level
from messages.task import Example
from runtime.actor import Worker, Works

LIMIT_S: Final = 400.0
"""A trial takes at most this long. *derived*: six stages of at most 60 s each, and the start of a jail"""


class Assayer(Worker):
    """Every trial is answered, also one that no sandbox took."""

    level = Level.AUTONOMY
    idempotent = True
    timeout_s = LIMIT_S + 30.0

    async def on_begun(self, m: incubation.Begun) -> Works[incubation.Tried]:
        try:
            argument = {"hypothesis": m.hypothesis, "seed": m.seed}
            found = await beside("actors.cognition.incubator.conduct:conduct_beside", argument, limit_s=LIMIT_S)
        except TimeoutError:
            yield _not_tried(m, f"it took longer than {LIMIT_S:.0f} s")
        except ValueError as error:
            yield _not_tried(m, str(error)[:2_000])
        else:
            examples = msgspec.convert(found.pop("examples"), tuple[Example, ...])
            yield incubation.Tried(trial=m.trial, examples=examples, **found)


def _not_tried(m: incubation.Begun, reason: str) -> incubation.Tried:
    return incubation.Tried(trial=m.trial, graduated=False, ended_in="experiments", learnt=reason)
