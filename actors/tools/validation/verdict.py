"""What the results of all trials are worth: an outcome for each, and the weighted share that passed."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, Literal, NamedTuple

import msgspec

from actors.synthesis.values import same
from actors.tools.validation.heart import BY_HEART, by_heart
from actors.tools.validation.trials import INVENTED, Trial
from messages.tools.learning import Failure, Outcome
from messages.tools.sandbox import Result

CRITICAL_WEIGHT: Final = 2
"""What a critical test counts beside an ordinary one. *cited*: specification of acquisition, section 5"""

LETHAL: Final = frozenset(("killed", "protocol", "refused"))
"""Ends of a call with invented arguments that are as bad as a critical test that fails. *chosen*: a result, an
exception and a limit of the sandbox are proper ends of what nobody asked for; a broken process is none"""

LIMITED: Final = frozenset(("timeout", "memory", "flood"))
"""Ends at a limit of the sandbox. *derived* from the sandbox's statuses"""

HALTED: Final = 5
"""Most calls that ended at a limit and are told of. *chosen*: enough to see which arguments they are"""

ARGUMENT_CHARS: Final = 100
"""Most of the arguments that is told with each. *chosen*: one line"""

FAULTLESS: Final = ""
"""What is wrong with a trial that went well. *chosen*"""

MUTATES: Final = "changes its arguments"
"""What is wrong with a call that gave the right result at a price. *chosen*"""

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
    wrong: int = 0
    """How many of the publisher's own examples and tests did not pass, or gave something else when called again."""
    halted: tuple[str, ...] = ()
    """Calls with invented arguments that a limit ended, each with the limit."""

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
        lethal = trial.kind in INVENTED and word != "passed" and was_made(result) and trial is not listed
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
    return Verdict(
        earned / total if total else 0.0,
        tuple(outcomes.values()),
        tuple(failures),
        sum(_is_wrong(trial, outcomes[trial.name]) for trial in trials),
        tuple(islice(_halted(trials, padded), HALTED)),
    )


def _is_wrong(trial: Trial, outcome: Outcome) -> bool:
    """The publisher's own word speaks against the implementation; what it does beside the result is another matter."""
    own = trial.kind not in (*INVENTED, "relation")
    return own and outcome.outcome in ("failed", "error", "timed_out") and outcome.detail != MUTATES


def _halted(trials: Sequence[Trial], results: Sequence[Result]) -> Iterator[str]:
    for trial, result in zip(trials, results, strict=False):
        if trial.kind in INVENTED and result.status in LIMITED:
            asked = msgspec.json.encode(trial.args).decode()
            short = asked if len(asked) <= ARGUMENT_CHARS else f"{asked[:ARGUMENT_CHARS]}..."
            yield f"{short}: {result.status}: {result.error}"[:DETAIL_CHARS]


def _weight(trial: Trial) -> int:
    return CRITICAL_WEIGHT if trial.critical else 1


def _word(trial: Trial, result: Result, results: Sequence[Result], before: dict[str, Outcome]) -> tuple[Word, str]:
    unmet = [name for name in trial.needs if name not in before or before[name].outcome != "passed"]
    if unmet:
        return "skipped", f"{unmet[0]} did not pass"
    if trial.kind not in INVENTED and (result.status == "timeout" or result.wall_ms > trial.timeout_s * 1000):
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
    if trial.kind in INVENTED:
        return f"ends with {result.status}: {result.error}" if result.status in LETHAL else FAULTLESS
    if trial.raises:
        return _fault_of_raising(trial.raises, result)
    if result.status != "returned":
        return f"{result.status}: {result.error}"
    if trial.kind != "repeat":
        return FAULTLESS if same(result.value, trial.expected) else "gives something else"
    if result.mutated:
        return MUTATES
    return FAULTLESS if same(result.value, results[trial.example].value) else "gives something else when called again"


def _fault_of_raising(wanted: str, result: Result) -> str:
    if result.status == "returned":
        return f"returns instead of raising {wanted}"
    raised = result.error.partition(":")[0].partition(" (line")[0]
    return FAULTLESS if result.status == "raised" and raised == wanted else f"does not raise {wanted}: {result.error}"
