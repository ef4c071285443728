"""The stability checker: figures from a window of cycles, and a score that is their product."""

import msgspec
import pytest

from actors.dossiers import sealed
from actors.gate.stability.actor import UNDER_WAY, Stability
from messages.base import Message
from messages.gate import change
from messages.gate.change import Dossier
from messages.kernel import actor as life
from messages.kernel import clock
from messages.tools import tool
from tests.actors.bench import Bench, only

DOSSIER = Dossier(change="c-1", pattern="tool.register", subject="double", digest="d")
PROPOSED = change.Proposed(dossier=DOSSIER)
SCREENED = change.Screened(dossier=sealed(DOSSIER, ()), policy_class="standard")
CRASHED = life.Crashed(zone="council", actors=("kublai",), exit_code=-9, restarts=1)
DEAD = life.DeadLettered(actor="jochi", input=7, subject="s", phase="decide", attempts=6, error="KeyError")
RETURNED = tool.Returned(task="R", tool="double", version=1, value=6, wall_ms=1.0)


def raised(status: str) -> tool.Raised:
    return tool.Raised(task="R", tool="double", reason="r", status=status)


def assessed(*history: Message) -> change.Assessed:
    found: change.Assessed = only(Bench(Stability, history=[*history, PROPOSED]).hears(SCREENED), change.Assessed)
    return found


def test_a_quiet_council_scores_one() -> None:
    said = assessed()
    assert said.score == 1.0
    assert {condition.verdict for condition in said.conditions} == {"holds"}
    known = {"crashes", "dead_letters", "broken_calls", "identity", "value_drift"}
    assert {condition.name for condition in said.conditions} == known, "what was never measured is left out"


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
    bench = Bench(Stability, Stability.Settings(cycles=1), history=[PROPOSED, CRASHED, clock.Ticked(cycle=1)])
    assert only(bench.hears(SCREENED), change.Assessed).score == 1.0


def test_a_dossier_that_was_not_proposed_or_in_another_form_scores_nothing_and_says_so() -> None:
    unproposed = only(Bench(Stability).hears(SCREENED), change.Assessed)
    assert (unproposed.score, unproposed.fault) == (0.0, "it was screened in another form than it was proposed")
    other = msgspec.structs.replace(DOSSIER, subject="triple")
    altered = change.Screened(dossier=sealed(other, ()), policy_class="standard")
    assert only(Bench(Stability, history=[PROPOSED]).hears(altered), change.Assessed).fault


def test_a_dossier_is_assessed_once_for_each_proposal() -> None:
    bench = Bench(Stability, history=[PROPOSED, SCREENED])
    assert only(bench.hears(SCREENED), change.Assessed).fault
    assert bench.state.proposed == {}


def test_the_memory_of_proposals_is_bounded() -> None:
    bench = Bench(Stability)
    for number in range(UNDER_WAY + 5):
        bench.hears(change.Proposed(dossier=msgspec.structs.replace(DOSSIER, change=f"c-{number}")))
    assert len(bench.state.proposed) == UNDER_WAY
