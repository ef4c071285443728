"""Who makes a tool of which domain and who judges it: never the same for both, and past whom work goes."""

from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.agents.kublai.actor import Kublai
from actors.agents.kublai.delegation import IN_PLACE, TURNS, Standing, judge_beside, judge_of, maker_of
from actors.agents.kublai.job import Job
from messages import task
from messages.autonomy import goal, peer
from messages.gate import policy
from messages.kernel import control
from messages.kernel.control import Level, Mode
from messages.task import Domain, Example
from messages.tools import learning
from tests.actors.bench import Bench, only

LEARN = task.Learn(name="double", goal="double it", examples=tuple(Example(args=(n,), result=2 * n) for n in range(6)))
BODY = msgspec.to_builtins(LEARN)


@pytest.mark.parametrize(
    ("domain", "maker", "judge"),
    [("general", "temujin", "jochi"), ("ml_ai", "jochi", "temujin"), ("system", "ogedei", "jochi")],
)
def test_each_domain_has_its_maker_and_its_judge(domain: Domain, maker: str, judge: str) -> None:
    assert (maker_of(domain), judge_of(domain)) == (maker, judge)


@pytest.mark.parametrize("domain", get_args(Domain))
def test_nobody_judges_what_he_made(domain: Domain) -> None:
    assert maker_of(domain) != judge_of(domain)


@given(st.sampled_from([*IN_PLACE, ""]), st.sampled_from(get_args(Domain)))
def test_nobody_judges_what_he_made_in_the_place_of_another(instead: str, domain: Domain) -> None:
    body = {**BODY, "domain": domain}
    job = Job("L", "learn", body, 0.0, instead=instead)
    assert job.judge != job.maker
    assert judge_beside(job.maker) in ("jochi", "temujin")


@pytest.mark.parametrize(("band", "turns"), TURNS.items())
def test_one_task_of_so_many_still_goes_to_an_agent_who_is_passed_over(band: peer.Band, turns: int) -> None:
    standing = Standing(mode=Mode.FULL, bands={"temujin": band})
    given_to = [standing.instead_of("temujin", IN_PLACE, place) for place in range(3 * turns)]
    assert given_to == [*["ogedei"] * (turns - 1), "temujin"] * 3


@pytest.mark.parametrize("mode", [Mode.FROZEN, Mode.SHADOW, Mode.ADVISORY])
def test_trust_counts_for_nothing_where_autonomy_does_not_act(mode: Mode) -> None:
    standing = Standing(mode=mode, bands={"temujin": "minimal"})
    assert standing.instead_of("temujin", IN_PLACE, 1) == "temujin"


def test_in_half_mode_trust_counts_for_half_of_the_tasks_by_a_draw_from_their_place() -> None:
    def draw() -> list[bool]:
        standing = Standing(mode=Mode.HALF, bands={"temujin": "low"})
        return [standing.distrusts("temujin", place) for place in range(400)]

    assert draw() == draw()
    assert 160 < sum(draw()) < 240


def test_where_nobody_else_is_trusted_the_usual_maker_keeps_the_work() -> None:
    standing = Standing(mode=Mode.FULL, bands=dict.fromkeys(IN_PLACE, "low"))
    assert standing.instead_of("temujin", IN_PLACE, 1) == "temujin"


@pytest.mark.parametrize("band", ["high", "moderate"])
def test_an_agent_who_is_trusted_keeps_the_work(band: peer.Band) -> None:
    standing = Standing(mode=Mode.FULL, bands={"temujin": band})
    assert standing.instead_of("temujin", IN_PLACE, 1) == "temujin"


# The same in messages.


def mode_of(mode: Mode) -> control.Set:
    return control.Set(level=Level.AUTONOMY, mode=mode, epoch=1, by="operator", reason="r")


def believed(band: peer.Band) -> peer.Believed:
    return peer.Believed(cycle=5, agent="temujin", kind="unknown", trust=0.3, band=band)


def spare(effort: float = 0.5, until: float = 4e9) -> goal.Spare:
    return goal.Spare(goal="g-1", resource="memory", effort=effort, until=until)


def practise(bench: Bench, name: str = "L") -> tuple[Any, Any]:
    """The note that the task begins with, and the command to practise."""
    begun = bench.hears(task.Accepted(task=name, kind="learn", body=BODY, sequence=1, client="ada"))
    agent = only(begun, policy.Judge).agent
    bench.hears(policy.Admitted(task=name, agent=agent, policy_class="standard"))
    researched = learning.Researched(task=name, options=(), recommendation="r")
    return only(begun, task.Progressed), only(bench.hears(researched), learning.Practise)


def test_a_tool_is_made_by_another_while_its_usual_maker_is_not_trusted() -> None:
    bench = Bench(Kublai, history=[mode_of(Mode.FULL), believed("low")])
    note, command = practise(bench)
    assert command.to == "ogedei"
    assert note.note == "ogedei makes the tool, since the trust in temujin is low"
    for message in (believed("moderate"),):
        bench.hears(message)
    assert practise(bench, "M")[1].to == "temujin"


@pytest.mark.parametrize(
    ("after", "effort"),
    [
        ([], 0.5),
        ([spare(0.25)], 0.25),
        ([goal.Ended(cycle=9, goal="g-1", how="completed", reason="r")], 1.0),
        ([mode_of(Mode.FROZEN)], 1.0),
        ([spare(until=1.0)], 1.0),
    ],
)
def test_searches_are_short_from_a_goal_that_saves_until_it_ends_or_autonomy_is_frozen(
    after: list[Any], effort: float
) -> None:
    bench = Bench(Kublai, history=[spare(), *after])
    note, command = practise(bench)
    assert command.effort == effort
    assert bool(note.note) is (effort < 1)
