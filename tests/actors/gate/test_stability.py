"""The stability checker: figures from a window of cycles, and a score that is their product."""

import pytest

from actors.gate.stability import Stability
from messages import actor as life
from messages import change, clock, tool
from messages.base import Message
from messages.change import Dossier
from tests.actors.bench import Bench, only

SCREENED = change.Screened(
    dossier=Dossier(change="c-1", pattern="tool.register", subject="double", digest="d"), policy_class="standard"
)
CRASHED = life.Crashed(zone="council", actors=("kublai",), exit_code=-9, restarts=1)
DEAD = life.DeadLettered(actor="jochi", input=7, subject="s", phase="decide", attempts=6, error="KeyError")
RETURNED = tool.Returned(task="R", tool="double", version=1, value=6, wall_ms=1.0)


def raised(status: str) -> tool.Raised:
    return tool.Raised(task="R", tool="double", reason="r", status=status)


def assessed(*history: Message) -> change.Assessed:
    found: change.Assessed = only(Bench(Stability, history=history).hears(SCREENED), change.Assessed)
    return found


def test_a_quiet_council_scores_one() -> None:
    said = assessed()
    assert said.score == 1.0
    assert [condition.verdict for condition in said.conditions] == ["holds"] * 3


def test_the_score_is_the_product_of_the_margins() -> None:
    said = assessed(CRASHED, DEAD, DEAD)
    assert said.score == pytest.approx((1 - 1 / 5) * (1 - 2 / 5))


def test_five_crashes_violate_their_condition() -> None:
    said = assessed(*[CRASHED] * 5)
    assert said.score == 0.0
    assert {condition.name: condition.verdict for condition in said.conditions}["crashes"] == "violated"


def test_what_is_older_than_the_window_counts_no_more() -> None:
    def ticks(number: int) -> list[Message]:
        return [clock.Ticked(cycle=n + 1) for n in range(number)]

    assert assessed(CRASHED, *ticks(11)).score < 1.0
    assert assessed(CRASHED, *ticks(12)).score == 1.0


def test_tools_that_broke_count_by_their_share_of_calls() -> None:
    said = assessed(*[RETURNED] * 8, raised("timeout"), raised("killed"))
    assert {condition.name: condition.value for condition in said.conditions}["broken_calls"] == pytest.approx(0.2)


def test_calls_that_were_wrong_of_the_caller_speak_against_nobody() -> None:
    assert assessed(*[raised("")] * 10).score == 1.0
    assert assessed(*[raised("raised")] * 10).score == 1.0


def test_a_few_calls_have_no_share() -> None:
    assert assessed(*[raised("timeout")] * 4).score == 1.0
    assert assessed(*[raised("timeout")] * 5).score == 0.0


def test_a_window_of_one_cycle_forgets_at_every_tick() -> None:
    bench = Bench(Stability, Stability.Settings(cycles=1), history=[CRASHED, clock.Ticked(cycle=1)])
    assert only(bench.hears(SCREENED), change.Assessed).score == 1.0
