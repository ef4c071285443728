"""How an agent judges what another made: on examples that its maker never saw, on repetition, and at the edges.

The judgement is a figure with its failures; what follows from it is Kublai's.
"""

from typing import Final

from actors.acquisition.validation.failures import fitting
from actors.acquisition.validation.trials import Trial, judge, trials_of
from actors.agents.work import CraftSettings
from messages import learning, sandbox
from messages.task import Example
from runtime.actor import Actor, Emits

IN_HAND: Final = 1_000
"""Most judgements in hand; the oldest is forgotten, since its owner has given it up long before. *chosen*"""


class Judgement(Actor):
    """Every implementation that is shown is judged by at least ten tests.

    An agent that judges has `cases` in its state, and calls `after_tests` for what the sandbox says.
    """

    settings: CraftSettings

    def apply_validate(self, m: learning.Validate) -> None:
        self.state.cases.pop(m.task, None)
        self.state.cases[m.task] = m
        if len(self.state.cases) > IN_HAND:
            del self.state.cases[next(iter(self.state.cases))]

    def on_validate(self, m: learning.Validate) -> Emits[sandbox.Run]:
        yield sandbox.Run(
            task=m.task,
            purpose=self._test_purpose(m),
            source=m.source,
            entry=m.entry,
            calls=tuple(trial.args for trial in _trials(m)),
            limit_s=self.settings.run_s,
        )

    def after_tests(self, m: sandbox.Ran) -> Emits[learning.Validated]:
        """The verdict, if these are the tests of a case in hand."""
        case: learning.Validate | None = self.state.cases.get(m.task)
        if case is None or m.purpose != self._test_purpose(case):
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
            judge=self.name,
        )

    def apply_validated(self, m: learning.Validated) -> None:
        self.state.cases.pop(m.task, None)

    def _test_purpose(self, case: learning.Validate) -> str:
        return f"{self.name}:tests:{case.round}"


def _examples(case: learning.Validate) -> tuple[Example, ...]:
    return (*case.unseen, *case.seen)


def _trials(case: learning.Validate) -> tuple[Trial, ...]:
    return trials_of(_examples(case))
