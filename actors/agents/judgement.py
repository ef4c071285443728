"""How an agent judges what another made: on examples that its maker never saw, on tests, on repetition, at the edges.

The judgement is a figure with an outcome for each test; what follows from it is Kublai's. A test that kills its process
costs the others nothing: they go on in another one, a few times. What nobody asked for has short limits. Last the
growth of each argument is measured, and programs of like cost are compared close to the examples; both are told and not
judged.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Final, Literal

import msgspec

from actors.agents.turn import Turn
from actors.tools.spec.composition import joined
from actors.tools.validation import doubts
from actors.tools.validation.failures import fitting
from actors.tools.validation.growth import ENTRY as SIZED
from actors.tools.validation.growth import LIMIT_S, SOURCE_CHARS, Probe, probes_of, range_of, sized
from actors.tools.validation.suite import ENTRY, BadSuite, runnable
from actors.tools.validation.trials import INVENTED, Trial, declared_in, trials_for
from actors.tools.validation.verdict import Verdict, judge, was_made
from messages.base import Json
from messages.tools import learning, sandbox
from messages.tools.learning import Failure, Outcome
from messages.tools.sandbox import Result
from messages.tools.tool import Range
from runtime.actor import Emits

IN_HAND: Final = 1_000
"""Most judgements in hand; the oldest is forgotten, since its owner has given it up long before. *chosen*"""

RUNS: Final = 4
"""Most processes for the publisher's own calls, and for the suite. *chosen*: three tests may kill theirs"""

INVENTED_S: Final = 1.0
"""What the calls with invented arguments of one process may take. *chosen*: nobody waits for them"""

WRITTEN: Final = 3
"""How much longer a source may be when it is written as text within another one. *chosen*: twice, and the others"""

Group = Literal["own", "invented", "suite"]
"""Trials that run in the same process: the publisher's calls, those with invented arguments, the suite."""


class Hearing(msgspec.Struct):
    """A judgement under way."""

    order: learning.Validate
    results: list[Result] = []
    runs: int = 0
    tries: int = 0
    """Processes in a row for the group of trials that is under way."""
    grown: list[tuple[Result, ...]] = []
    """What came of the calls for each argument whose growth was measured."""
    compared: tuple[Result, ...] | None = None
    """What came of the calls to the implementation and to the programs beside it."""


class Judging(msgspec.Struct):
    """State of an agent that judges tools."""

    cases: dict[str, Hearing] = {}
    """Judgements under way, by the task."""

    def begin(self, order: learning.Validate) -> None:
        """Start a judgement in place of an earlier one of the same task; drop the oldest beyond the limit."""
        self.cases.pop(order.task, None)
        self.cases[order.task] = Hearing(order)
        if len(self.cases) > IN_HAND:
            del self.cases[next(iter(self.cases))]

    def forget(self, task: str) -> None:
        """Drop the task's judgement: it is given, or the task failed or was cancelled in the middle of it."""
        self.cases.pop(task, None)


def on_validate(
    judging: Judging, turn: Turn, m: learning.Validate
) -> Emits[sandbox.Run | learning.Continued | learning.Validated]:
    """Run the first group of trials."""
    try:
        trials = trials_for(m)
    except BadSuite as error:
        yield _unjudged(turn, m, str(error))
        return
    run = _next_run(turn, judging.cases[m.task], trials)
    yield run
    if run.limit_s > turn.settings.run_s:
        yield learning.Continued(task=m.task, round=m.round, within_s=run.limit_s)


def apply_ran(judging: Judging, agent: str, m: sandbox.Ran) -> None:
    """The results are kept, as far as the calls were made; of those with invented arguments each is made."""
    case = _hearing(judging, agent, m)
    if case is None:
        return
    case.runs += 1
    trials = trials_for(case.order)
    if len(case.results) == len(trials):
        if len(case.grown) < len(_probes(case.order, judge(trials, case.results))):
            case.grown.append(m.results)
        else:
            case.compared = m.results
        return
    group = _group(trials[len(case.results)])
    case.tries += 1
    made = [result for result in m.results if was_made(result)]
    case.results += m.results if case.tries == RUNS and group != "invented" else made
    if len(case.results) < len(trials) and _group(trials[len(case.results)]) != group:
        case.tries = 0


def on_ran(
    judging: Judging, turn: Turn, m: sandbox.Ran
) -> Emits[learning.Validated | learning.Continued | sandbox.Run]:
    """The verdict, or the next run, if these are tests of a case in hand."""
    case: Hearing | None = judging.cases.get(m.task)
    if case is None or m.purpose != _test_purpose(turn.agent, case.order, case.runs - 1):
        return
    trials = trials_for(case.order)
    run = _following(turn, case, trials) if m.results else None
    if run is None:
        yield _validated(turn, case, trials)
        return
    yield run
    if any(result.status == "timeout" for result in m.results):
        yield learning.Continued(task=m.task, round=case.order.round, within_s=run.limit_s)


def _hearing(judging: Judging, agent: str, m: sandbox.Ran) -> Hearing | None:
    case: Hearing | None = judging.cases.get(m.task)
    return case if case is not None and m.purpose == _test_purpose(agent, case.order, case.runs) else None


def _following(turn: Turn, case: Hearing, trials: tuple[Trial, ...]) -> sandbox.Run | None:
    """What is run next: more trials, then what is told of what is right; None after the last."""
    if len(case.results) < len(trials):
        return _next_run(turn, case, trials)
    verdict = judge(trials, case.results)
    probes = _probes(case.order, verdict)
    if len(case.grown) < len(probes):
        return _growth_run(turn, case, probes[len(case.grown)])
    calls = _compared(case.order) if case.compared is None and not verdict.wrong else ()
    return _doubts_run(turn, case, calls) if calls else None


def _next_run(turn: Turn, case: Hearing, trials: tuple[Trial, ...]) -> sandbox.Run:
    """All that is left of a group of trials."""
    order, left = case.order, trials[len(case.results) :]
    group = _group(left[0]) if left else "own"
    chosen = list(takewhile(lambda trial: _group(trial) == group, left))
    source, entry = _source(order), order.entry
    if group == "suite":
        source, entry = runnable(source, entry, order.asked.name, order.suite or ""), ENTRY
    limit_s = max([turn.settings.run_s, *(trial.timeout_s for trial in chosen if trial.kind == "test")])
    return sandbox.Run(
        task=order.task,
        purpose=_test_purpose(turn.agent, order, case.runs),
        source=source,
        entry=entry,
        calls=tuple(trial.args for trial in chosen),
        profile=order.asked.profile,
        hosts=order.asked.hosts,
        limit_s=INVENTED_S if group == "invented" else limit_s,
    )


def _growth_run(turn: Turn, case: Hearing, probe: Probe) -> sandbox.Run:
    order = case.order
    return sandbox.Run(
        task=order.task,
        purpose=_test_purpose(turn.agent, order, case.runs),
        source=sized(_source(order), order.entry),
        entry=SIZED,
        calls=probe.calls,
        profile=order.asked.profile,
        limit_s=LIMIT_S,
    )


def _doubts_run(turn: Turn, case: Hearing, calls: tuple[tuple[Json, ...], ...]) -> sandbox.Run:
    order = case.order
    return sandbox.Run(
        task=order.task,
        purpose=_test_purpose(turn.agent, order, case.runs),
        source=doubts.source_of(order, _source(order)),
        entry=doubts.ENTRY,
        calls=calls,
        limit_s=doubts.LIMIT_S,
    )


def _validated(turn: Turn, case: Hearing, trials: tuple[Trial, ...]) -> learning.Validated:
    verdict = judge(trials, case.results)
    measured = zip(_probes(case.order, verdict), case.grown, strict=False)
    return learning.Validated(
        task=case.order.task,
        round=case.order.round,
        mastery=verdict.mastery,
        passed=verdict.passed,
        failed=len(trials) - verdict.passed,
        failures=fitting(verdict.failures),
        critical=verdict.critical,
        judge=turn.agent,
        outcomes=verdict.outcomes,
        wrong=verdict.wrong,
        ranges=tuple(_ranges(measured)),
        halted=verdict.halted,
        doubts=tuple(doubts.doubts_of(case.order, _compared(case.order), case.compared or ())),
    )


def _unjudged(turn: Turn, m: learning.Validate, reason: str) -> learning.Validated:
    outcome = Outcome(name="suite", outcome="error", critical=True, detail=reason)
    return learning.Validated(
        task=m.task,
        round=m.round,
        mastery=0.0,
        passed=0,
        failed=1,
        failures=(Failure(args=(), expected=None, error=reason),),
        critical=1,
        judge=turn.agent,
        outcomes=(outcome,),
        wrong=1,
    )


def _test_purpose(agent: str, case: learning.Validate, run: int) -> str:
    return f"{agent}:tests:{case.round}:{run}"


def _group(trial: Trial) -> Group:
    if trial.kind == "suite":
        return "suite"
    return "invented" if trial.kind in INVENTED else "own"


def _source(order: learning.Validate) -> str:
    """The implementation with what it calls."""
    return joined(order.source, order.entry, order.asked.requires, order.parts)


def _probes(order: learning.Validate, verdict: Verdict) -> tuple[Probe, ...]:
    """What measures the growth; nothing for what is wrong, and no request goes out with invented arguments."""
    if verdict.wrong or verdict.critical or order.asked.hosts or len(_source(order)) > SOURCE_CHARS:
        return ()
    return probes_of(declared_in(order), (*order.unseen, *order.seen))


def _compared(order: learning.Validate) -> tuple[tuple[Json, ...], ...]:
    """The calls for which programs are compared; nothing for what may send requests, or is too long to be repeated."""
    if order.asked.hosts or len(_source(order)) > SOURCE_CHARS // WRITTEN:
        return ()
    return doubts.calls_of(order, declared_in(order))


def _ranges(measured: Iterable[tuple[Probe, Sequence[Result]]]) -> Iterator[Range]:
    for probe, results in measured:
        found = range_of(probe, results)
        if found is not None:
            yield found
