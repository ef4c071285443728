"""How an agent judges what another made: on examples that its maker never saw, on tests, on repetition, at the edges.

The judgement is a figure with an outcome for each test; what follows from it is Kublai's. A test that kills its process
costs the others nothing: they go on in another one, a few times.
"""

from typing import Final

import msgspec

from actors.acquisition.composition import joined
from actors.acquisition.validation.failures import fitting
from actors.acquisition.validation.suite import ENTRY, BadSuite, runnable
from actors.acquisition.validation.trials import Trial, trials_for
from actors.acquisition.validation.verdict import judge, was_made
from actors.agents.forgetting import Forgetting
from actors.agents.work import CraftSettings
from messages import learning, sandbox
from messages.learning import Failure, Outcome
from messages.sandbox import Result
from runtime.actor import Emits

IN_HAND: Final = 1_000
"""Most judgements in hand; the oldest is forgotten, since its owner has given it up long before. *chosen*"""

RUNS: Final = 4
"""Most processes for one judgement beside the suite's own. *chosen*: three tests may kill theirs within a phase"""


class Hearing(msgspec.Struct):
    """A judgement under way."""

    order: learning.Validate
    results: list[Result] = []
    runs: int = 0


class Judgement(Forgetting):
    """Every implementation that is shown is judged by at least ten tests.

    An agent that judges has `cases` in its state, and calls `note_tests` and `after_tests` for what the sandbox says.
    """

    settings: CraftSettings

    def apply_validate(self, m: learning.Validate) -> None:
        self.state.cases.pop(m.task, None)
        self.state.cases[m.task] = Hearing(m)
        if len(self.state.cases) > IN_HAND:
            del self.state.cases[next(iter(self.state.cases))]

    def on_validate(self, m: learning.Validate) -> Emits[sandbox.Run | learning.Validated]:
        try:
            trials = trials_for(m)
        except BadSuite as error:
            yield self._unjudged(m, str(error))
            return
        yield self._next_run(self.state.cases[m.task], trials)

    def note_tests(self, m: sandbox.Ran) -> None:
        """The results are kept, as far as the calls were made."""
        case = self._hearing(m)
        if case is not None:
            made = [result for result in m.results if was_made(result)]
            case.results += made if case.runs + 1 < RUNS else m.results
            case.runs += 1

    def after_tests(self, m: sandbox.Ran) -> Emits[learning.Validated | sandbox.Run]:
        """The verdict, or the next run, if these are tests of a case in hand."""
        case: Hearing | None = self.state.cases.get(m.task)
        if case is None or m.purpose != self._test_purpose(case.order, case.runs - 1):
            return
        trials = trials_for(case.order)
        if m.results and len(case.results) < len(trials):
            yield self._next_run(case, trials)
        else:
            yield self._validated(case, trials)

    def apply_validated(self, m: learning.Validated) -> None:
        self.state.cases.pop(m.task, None)

    def forget(self, name: str) -> None:
        """Nothing of the task is in hand."""
        self.state.cases.pop(name, None)
        super().forget(name)

    def _hearing(self, m: sandbox.Ran) -> Hearing | None:
        case: Hearing | None = self.state.cases.get(m.task)
        return case if case is not None and m.purpose == self._test_purpose(case.order, case.runs) else None

    def _next_run(self, case: Hearing, trials: tuple[Trial, ...]) -> sandbox.Run:
        """All that is left of the calls on the implementation itself, or then of the suite."""
        order, left = case.order, trials[len(case.results) :]
        suite = left[:1] and left[0].kind == "suite"
        chosen = [trial for trial in left if (trial.kind == "suite") == bool(suite)]
        source, entry = joined(order.source, order.entry, order.requires, order.parts), order.entry
        if suite:
            source, entry = runnable(source, entry, order.name, order.suite or ""), ENTRY
        return sandbox.Run(
            task=order.task,
            purpose=self._test_purpose(order, case.runs),
            source=source,
            entry=entry,
            calls=tuple(trial.args for trial in chosen),
            profile=order.profile,
            hosts=order.hosts,
            limit_s=max([self.settings.run_s, *(trial.timeout_s for trial in chosen if trial.kind == "test")]),
        )

    def _validated(self, case: Hearing, trials: tuple[Trial, ...]) -> learning.Validated:
        verdict = judge(trials, case.results)
        return learning.Validated(
            task=case.order.task,
            round=case.order.round,
            mastery=verdict.mastery,
            passed=verdict.passed,
            failed=len(trials) - verdict.passed,
            failures=fitting(verdict.failures),
            critical=verdict.critical,
            judge=self.name,
            outcomes=verdict.outcomes,
        )

    def _unjudged(self, m: learning.Validate, reason: str) -> learning.Validated:
        outcome = Outcome(name="suite", outcome="error", critical=True, detail=reason)
        return learning.Validated(
            task=m.task,
            round=m.round,
            mastery=0.0,
            passed=0,
            failed=1,
            failures=(Failure(args=(), expected=None, error=reason),),
            critical=1,
            judge=self.name,
            outcomes=(outcome,),
        )

    def _test_purpose(self, case: learning.Validate, run: int) -> str:
        return f"{self.name}:tests:{case.round}:{run}"
