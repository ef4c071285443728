"""What `kurultai status` remarks below its table."""

from messages import health
from messages.control import Mode
from runtime.cli.status import remarks

FREE = {"foundation": {"seq": 1, "mode": Mode.FULL, "reason": ""}}


def test_a_council_that_is_free_and_has_told_nothing_needs_no_remark() -> None:
    assert list(remarks(FREE, None)) == []


def test_the_health_that_was_told_last_is_remarked_with_its_reason() -> None:
    reported = health.Reported(state="impaired", about="sandbox", reason="the zone ended", answer="started again")
    assert list(remarks(FREE, reported)) == ["health: impaired, the zone ended"]


def test_a_frozen_level_is_remarked_with_its_place_and_reason() -> None:
    frozen = {"autonomy": {"seq": 7, "mode": Mode.FROZEN, "reason": "let me look"}}
    assert list(remarks(frozen, None)) == ["autonomy is frozen since 7: let me look"]
