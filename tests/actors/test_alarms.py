"""Alarms: the earliest first, no two at once, and nothing stale."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from actors.alarms import SLACK, Alarms

T = 1_800_000_000.0


def test_the_earliest_is_first() -> None:
    alarms = Alarms()
    alarms.set("b", T + 2)
    alarms.set("a", T + 1)
    assert alarms.first() == T + 1
    alarms.drop("a")
    assert alarms.first() == T + 2
    alarms.drop("b")
    assert alarms.first() is None


def test_a_key_that_is_set_again_rings_only_then() -> None:
    alarms = Alarms()
    alarms.set("a", T + 1)
    alarms.set("a", T + 5)
    assert alarms.first() == T + 5
    assert alarms.ripe(T + 4, 10) == ()
    assert alarms.ripe(T + 5, 10) == ("a",)


def test_no_two_keys_ring_in_the_same_microsecond() -> None:
    alarms = Alarms()
    for number in range(100):
        alarms.set(f"k{number}", T)
    moments = []
    while (first := alarms.first()) is not None:
        moments.append(round(first * 1e6))
        alarms.drop(alarms.ripe(first, 1)[0])
    assert len(set(moments)) == 100


def test_so_many_at_most_are_ripe_at_once() -> None:
    alarms = Alarms()
    for number in range(5):
        alarms.set(f"k{number}", T + number)
    assert alarms.ripe(T + 10, 3) == ("k0", "k1", "k2")


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.none() | st.integers(0, 20))))
def test_it_is_always_the_earliest_of_those_set(steps: list[tuple[str, int | None]]) -> None:
    alarms = Alarms()
    for key, at in steps:
        if at is None:
            alarms.drop(key)
        else:
            alarms.set(key, T + at)
        assert alarms.first() == min(alarms.at.values(), default=None)
        assert len(alarms.heap) <= 2 * len(alarms.at) + SLACK
        assert len(alarms.taken) == len(alarms.at)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(alarms), type=Alarms) == alarms
