"""The metronome: a cycle at every whole multiple of the interval."""

from actors.gate.metronome import Metronome
from messages.kernel import clock
from tests.actors.bench import START, Bench, only


def test_cycles_are_counted_at_multiples_of_the_interval() -> None:
    bench = Bench(Metronome)
    assert only(bench.at(START + 2), clock.Ticked).cycle == 1
    assert bench.actor.due() == START + 5
    assert bench.at(START + 4.9) == ()
    assert only(bench.at(START + 5), clock.Ticked).cycle == 2
    assert bench.state.next_at == START + 10


def test_cycles_that_passed_meanwhile_are_not_made_up() -> None:
    bench = Bench(Metronome, Metronome.Settings(interval_s=1.0))
    bench.at(START)
    assert only(bench.at(START + 100.5), clock.Ticked).cycle == 2
    assert bench.actor.due() == START + 101
