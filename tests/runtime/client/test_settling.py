"""A freeze is said to be complete when it is, however many hosts report."""

import pytest

from messages.kernel import control
from messages.kernel.control import FREEZABLE, Level, Mode
from runtime.client.settling import Settling, restrictions


def report(*verified: str, killed: tuple[str, ...] = (), took_s: float = 0.01) -> control.Settled:
    """What one supervisor says."""
    return control.Settled(level=Level.FOUNDATION, epoch=3, fence=40, verified=verified, killed=killed, took_s=took_s)


def settling(*expected: str) -> Settling:
    """A freeze of a level with these actors."""
    return Settling(Level.FOUNDATION, frozenset(expected))


def test_one_report_on_everybody_completes_the_freeze() -> None:
    frozen = settling("kublai", "jochi")
    frozen.hear(report("jochi", "kublai"))
    assert frozen.done


def test_a_report_on_some_does_not_complete_it_and_the_rest_from_another_host_does() -> None:
    frozen = settling("kublai", "sandbox")
    frozen.hear(report("kublai"))
    frozen.hear(report("kublai"))
    assert not frozen.done
    frozen.hear(report(killed=("sandbox",), took_s=2.0))
    assert frozen.done
    assert (frozen.result.verified, frozen.result.killed, frozen.result.took_s) == (("kublai",), ("sandbox",), 2.0)
    assert "1 verified, 1 killed, 2000 ms" in frozen.words()


def test_a_level_without_actors_is_frozen_once_it_is_reported_and_not_before() -> None:
    frozen = settling()
    assert not frozen.done
    frozen.hear(report())
    assert frozen.done


@pytest.mark.parametrize("mode", list(Mode))
def test_a_thaw_lifts_whatever_restricts_a_level(mode: Mode) -> None:
    record = control.Set(level=Level.FOUNDATION, mode=mode, epoch=1, reason="a zone is down")
    found = restrictions({Level.FOUNDATION: (7, record), Level.AUTONOMY: None}, FREEZABLE)
    assert found == ({} if mode is Mode.FULL else {Level.FOUNDATION: 7})
