"""What `kurultai status` remarks below its table."""

from typing import Any

import pytest

from bus.log import Record
from messages.base import encode
from messages.kernel import actor as life
from messages.kernel import health
from messages.kernel.control import Level, Mode, Set
from runtime.cli.health.doctor import modes_found
from runtime.cli.health.status import failures, remarks

FREE = {"foundation": {"seq": 1, "mode": Mode.FULL, "reason": ""}}


def test_a_council_that_is_free_and_has_told_nothing_needs_no_remark() -> None:
    assert list(remarks(FREE, None)) == []


def test_the_health_that_was_told_last_is_remarked_with_its_reason() -> None:
    reported = health.Reported(state="impaired", about="sandbox", reason="the zone ended", answer="started again")
    assert list(remarks(FREE, reported)) == ["health: impaired, the zone ended"]


def test_a_frozen_level_is_remarked_with_its_place_and_reason() -> None:
    frozen = {"autonomy": {"seq": 7, "mode": Mode.FROZEN, "reason": "let me look"}}
    assert list(remarks(frozen, None)) == [
        "autonomy is frozen since 7: let me look\n  lift it with  kurultai thaw --level autonomy --reason WHY"
    ]


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.FULL])
def test_any_restriction_is_remarked_with_its_reason_and_the_command_that_lifts_it(mode: Mode) -> None:
    (remark,) = remarks({"foundation": {"seq": 7, "mode": mode, "reason": "a zone is down"}}, None)
    assert f"foundation is {mode} since 7: a zone is down" in remark
    assert "kurultai thaw --level foundation" in remark


def failing(kind: type[life.Faltered] | type[life.DeadLettered], seq: int, at: float, **more: Any) -> Record:
    """A record that tells of a failure of the actor `mine`."""
    told = kind(actor="mine", input=7, error="ValueError('no')", **more)
    return Record(seq, f"kurultai.event.actor.{kind.__name__}.mine", encode(told), {}, at)


def test_a_bug_of_one_s_own_is_told_at_its_first_failure_with_its_line() -> None:
    trace = (
        'Traceback\n  File "/x/runtime/delivery/decider.py", line 1, in _decide\n'
        '  File "/own/mine.py", line 12, in on_count\n'
    )
    (told,) = failures([failing(life.Faltered, 9, 100.0, attempt=1, retry_at=104.0, traceback=trace)], 101.0)
    assert told == (
        "mine failed at input 7: ValueError('no') (File \"/own/mine.py\", line 12, in on_count); tried again in 3 s"
    )


def test_what_was_given_up_names_the_command_that_shows_it_and_old_failures_are_no_news() -> None:
    dead = failing(life.DeadLettered, 9, 100.0, subject="s", phase="decide", attempts=6)
    (told,) = failures([dead, failing(life.Faltered, 8, 99.0, attempt=5, retry_at=104.0)], 101.0)
    assert "given up after 6; `kurultai dead show 7`" in told
    assert failures([dead], 100.0 + 3_601) == []


def test_the_doctor_tells_of_a_restricted_level_and_how_it_is_lifted() -> None:
    advisory = Set(level=Level.FOUNDATION, mode=Mode.ADVISORY, epoch=1, reason="a zone is down")
    (found,) = modes_found({Level.FOUNDATION: (7, advisory)})
    assert (found.state, found.text) == ("warning", "foundation is advisory since 7: a zone is down")
    assert "kurultai thaw --level foundation" in found.mend
    free = Set(level=Level.FOUNDATION, mode=Mode.FULL, epoch=2, reason="mended")
    assert [found.state for found in modes_found({Level.FOUNDATION: (8, free)})] == ["ok"]
