"""What the results of all trials are worth: an outcome for each, and the weighted share that passed."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from actors.acquisition.synthesis.values import same
from actors.acquisition.validation.heart import BY_HEART, by_heart
from actors.acquisition.validation.trials import Trial
from messages.learning import Failure, Outcome
from messages.sandbox import Result

CRITICAL_WEIGHT: Final = 2
"""What a critical test counts beside an ordinary one. *cited*: specification of acquisition, section 5"""

WITHOUT_RESULT: Final = ("edge", "wrong-type")
"""Kinds of trial of which only the end is judged; one that kills its process is as bad as a critical test. *chosen*"""

LETHAL: Final = frozenset(("timeout", "killed", "memory", "flood", "protocol", "refused"))
"""Ends of a call that no edge case may bring about; an exception is a proper answer to it. *chosen*"""

FAULTLESS: Final = ""
"""What is wrong with a trial that went well. *chosen*"""

DETAIL_CHARS: Final = 300
"""Most that is told of one test. *chosen*: hundreds of them stand in one record"""

Word = Literal["passed", "failed", "skipped", "error", "timed_out"]
NOT_RUN: Final = "not run: "
"""How the error of a call begins that was never made. *derived*: actors.sandbox.exchange"""

UNFINISHED: Final = Result(status="killed", error=f"{NOT_RUN}the tests before it took too long")
"""What a trial without a result came to. *chosen*"""


class Verdict(NamedTuple):
    """What the results come to."""

    mastery: float
    outcomes: tuple[Outcome, ...]
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> int:
        """How many tests passed."""
        return sum(outcome.outcome == "passed" for outcome in self.outcomes)

    @property
    def critical(self) -> int:
        """How many critical tests did not pass."""
        return sum(outcome.critical and outcome.outcome != "passed" for outcome in self.outcomes)


def was_made(result: Result) -> bool:
    """The call was made, and not lost with the process of one before it."""
    return not result.error.startswith(NOT_RUN)


def judge(trials: Sequence[Trial], results: Sequence[Result]) -> Verdict:
    """The judgement; a trial without a result was never run, which counts as an error."""
    padded = [*results, *[UNFINISHED] * (len(trials) - len(results))]
    outcomes: dict[str, Outcome] = {}
    failures: list[Failure] = []
    listed = by_heart(trials, padded)
    for trial, result in zip(trials, padded, strict=False):
        word, detail = _word(trial, result, padded, outcomes)
        if trial is listed:
            word, detail = "failed", BY_HEART.format(result.error_type)
        lethal = trial.kind in WITHOUT_RESULT and word != "passed" and was_made(result) and trial is not listed
        outcomes[trial.name] = Outcome(
            name=trial.name,
            outcome=word,
            critical=trial.critical or lethal,
            detail=detail[:DETAIL_CHARS],
            wall_ms=result.wall_ms,
        )
        if word in ("failed", "error", "timed_out") and trial.kind != "suite":
            got = result.value if result.status == "returned" else None
            failures.append(Failure(args=trial.args, expected=trial.expected, got=got, error=detail))
    total = sum(_weight(trial) for trial in trials)
    earned = sum(_weight(trial) for trial in trials if outcomes[trial.name].outcome == "passed")
    return Verdict(earned / total if total else 0.0, tuple(outcomes.values()), tuple(failures))


def _weight(trial: Trial) -> int:
    return CRITICAL_WEIGHT if trial.critical else 1


def _word(trial: Trial, result: Result, results: Sequence[Result], before: dict[str, Outcome]) -> tuple[Word, str]:
    unmet = [name for name in trial.needs if name not in before or before[name].outcome != "passed"]
    if unmet:
        return "skipped", f"{unmet[0]} did not pass"
    if result.status == "timeout" or result.wall_ms > trial.timeout_s * 1000:
        return "timed_out", f"timeout: {result.error or f'took {result.wall_ms / 1000:.1f} s'}"
    if trial.kind == "suite":
        return _word_of_suite(result)
    fault = _fault(trial, result, results)
    if fault == FAULTLESS:
        return "passed", ""
    return ("failed" if result.status in ("returned", "raised") else "error"), fault


def _word_of_suite(result: Result) -> tuple[Word, str]:
    """What the runner of suites said."""
    if result.status != "returned":
        return "error", f"{result.status}: {result.error}"
    if result.value is None:
        return "passed", ""
    kind, _, detail = str(result.value).partition(": ")
    return ("skipped" if kind == "skipped" else "failed"), detail


def _fault(trial: Trial, result: Result, results: Sequence[Result]) -> str:
    """What is wrong with the result; empty if nothing is."""
    if trial.kind in WITHOUT_RESULT:
        return f"ends with {result.status}: {result.error}" if result.status in LETHAL else FAULTLESS
    if trial.raises:
        return _fault_of_raising(trial.raises, result)
    if result.status != "returned":
        return f"{result.status}: {result.error}"
    if trial.kind != "repeat":
        return FAULTLESS if same(result.value, trial.expected) else "gives something else"
    if result.mutated:
        return "changes its arguments"
    return FAULTLESS if same(result.value, results[trial.example].value) else "gives something else when called again"


def _fault_of_raising(wanted: str, result: Result) -> str:
    if result.status == "returned":
        return f"returns instead of raising {wanted}"
    raised = result.error.partition(":")[0].partition(" (line")[0]
    return FAULTLESS if result.status == "raised" and raised == wanted else f"does not raise {wanted}: {result.error}"
