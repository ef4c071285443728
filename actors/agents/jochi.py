"""Jochi judges what others made: on examples that its maker never saw, on repetition, and at the edges.

He makes nothing himself, and his judgement is a figure with its failures; what follows from it is Kublai's.
"""

from typing import Annotated, Final

import msgspec

from actors.acquisition.validation.failures import fitting
from actors.acquisition.validation.trials import Trial, judge, trials_of
from messages import learning, sandbox
from messages.control import Level
from messages.task import Example
from runtime.actor import Actor, Emits

IN_HAND: Final = 1_000
"""Most judgements in hand; the oldest is forgotten, since its owner has given it up long before. *chosen*"""


class Jochi(Actor):
    """Every implementation that he is given is judged by at least ten tests."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        cases: dict[str, learning.Validate] = {}

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        run_s: Annotated[float, msgspec.Meta(gt=0, le=60)] = 10.0
        """All tests together may take this long."""

    state: State
    settings: Settings

    def apply_validate(self, m: learning.Validate) -> None:
        self.state.cases.pop(m.task, None)
        self.state.cases[m.task] = m
        if len(self.state.cases) > IN_HAND:
            del self.state.cases[next(iter(self.state.cases))]

    def on_validate(self, m: learning.Validate) -> Emits[sandbox.Run]:
        yield sandbox.Run(
            task=m.task,
            purpose=self._purpose(m),
            source=m.source,
            entry=m.entry,
            calls=tuple(trial.args for trial in _trials(m)),
            limit_s=self.settings.run_s,
        )

    def on_ran(self, m: sandbox.Ran) -> Emits[learning.Validated]:
        case = self.state.cases.get(m.task)
        if case is None or m.purpose != self._purpose(case):
            return
        trials = _trials(case)
        verdict = judge(_examples(case), trials, m.results)
        yield learning.Validated(
            task=m.task,
            round=case.round,
            mastery=verdict.mastery,
            passed=verdict.passed,
            failed=len(trials) - verdict.passed,
            failures=fitting(verdict.failures),
            critical=verdict.critical,
        )

    def apply_validated(self, m: learning.Validated) -> None:
        self.state.cases.pop(m.task, None)

    def _purpose(self, case: learning.Validate) -> str:
        return f"{self.name}:{case.round}"


def _examples(case: learning.Validate) -> tuple[Example, ...]:
    return (*case.unseen, *case.seen)


def _trials(case: learning.Validate) -> tuple[Trial, ...]:
    return trials_of(_examples(case))
