"""Ögedei: health is told when it changes, and a fallen zone is tried again once."""

from actors.agents.ogedei import Ogedei
from messages.base import Message
from messages.kernel import actor as life
from messages.kernel import health
from tests.actors.bench import START, Bench, only

CRASHED = life.Crashed(zone="council", actors=("kublai",), exit_code=-9, restarts=1)
DOWN = life.Down(zone="sandbox", actors=("sandbox",), reason="crashed more than 8 times within 60 s")


def reports(said: tuple[Message, ...]) -> list[str]:
    return [message.state for message in said if isinstance(message, health.Reported)]


def test_an_incident_impairs_and_a_second_one_is_no_news() -> None:
    bench = Bench(Ogedei)
    assert reports(bench.hears(CRASHED)) == ["impaired"]
    assert bench.hears(CRASHED) == ()
    assert bench.state.reported == "impaired"


def test_every_kind_of_incident_is_told() -> None:
    dead = life.DeadLettered(actor="jochi", input=7, subject="s", phase="decide", attempts=6, error="KeyError")
    held = life.Held(actor="caller", input=7, intent={})
    stuck = life.Stuck(actor="jochi", step="deciding", input=7, for_s=11.0)
    for incident in (dead, held, stuck, CRASHED):
        assert reports(Bench(Ogedei).hears(incident)) == ["impaired"]


def test_a_minute_without_incidents_is_health() -> None:
    bench = Bench(Ogedei, history=[CRASHED])
    bench.hears(CRASHED, after_s=30)
    assert bench.at(START + 61) == ()
    assert reports(bench.at(START + 91)) == ["well"]
    assert bench.actor.due() is None


def test_a_zone_that_is_down_makes_ill_and_is_started_again_after_the_cool_down() -> None:
    bench = Bench(Ogedei)
    assert reports(bench.hears(DOWN)) == ["ill"]
    assert bench.at(START + 30) == ()
    said = bench.at(START + 31)
    assert only(said, life.Restart).zone == "sandbox"
    assert reports(said) == ["impaired"]
    assert reports(bench.at(START + 91)) == ["well"]


def test_a_zone_that_falls_again_soon_stays_down_and_a_person_is_called() -> None:
    bench = Bench(Ogedei, history=[DOWN])
    bench.at(START + 31)
    said = only(bench.hears(DOWN), health.Reported)
    assert said.state == "ill"
    assert "person" in said.answer
    assert bench.actor.due() is None
    assert bench.state.reported == "ill"


def test_a_zone_that_falls_again_much_later_is_started_again() -> None:
    bench = Bench(Ogedei, history=[DOWN])
    bench.at(START + 31)
    bench.hears(DOWN, after_s=4_000)
    assert only(bench.at(bench.actor.due()), life.Restart).zone == "sandbox"


def test_the_council_stays_ill_while_another_zone_is_down() -> None:
    bench = Bench(Ogedei, history=[DOWN])
    bench.hears(life.Down(zone="council", actors=("kublai",), reason="r"), after_s=10)
    said = bench.at(START + 31)
    assert only(said, life.Restart).zone == "sandbox"
    assert reports(said) == []
    assert reports(bench.at(START + 41)) == ["impaired"]


def test_a_held_effect_impairs_until_a_person_has_given_his_word() -> None:
    bench = Bench(Ogedei)
    bench.hears(life.Held(actor="model", input=7, intent={}))
    assert bench.actor.due() is None
    useless = life.Resolved(actor="model", input=7, word="happened", fault="nothing is held")
    bench.hears(useless, after_s=100)
    assert bench.actor.due() is None
    bench.hears(life.Resolved(actor="model", input=7, word="happened"))
    assert reports(bench.at(START + 200)) == ["well"]
