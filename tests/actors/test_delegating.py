"""Who gets a piece of work: trust lost takes work away, and some is left by which it can be earned back."""

import pytest

from actors.autonomy.peers import trust
from actors.delegating import TRIED, judge_of, pick
from messages.autonomy.peer import Band


@pytest.mark.parametrize(("band", "kept"), [("high", 20), ("moderate", 20), ("low", 5), ("minimal", 2)])
def test_the_usual_one_keeps_as_much_work_as_the_band_says(band: Band, kept: int) -> None:
    given = [pick("temujin", ("jochi", "ogedei"), {"temujin": band, "jochi": "high"}, turn) for turn in range(1, 21)]
    assert given.count("temujin") == kept
    assert given.count("jochi") == 20 - kept


def test_the_most_trusted_stands_in_and_the_first_among_equals() -> None:
    bands: dict[str, Band] = {"temujin": "minimal", "jochi": "low", "ogedei": "high"}
    assert pick("temujin", ("jochi", "ogedei"), bands, 1) == "ogedei"
    assert pick("temujin", ("jochi", "ogedei"), {"temujin": "low"}, 1) == "jochi"


@pytest.mark.parametrize("band", ["low", "minimal"])
def test_work_stays_where_nobody_is_trusted_more(band: Band) -> None:
    assert pick("temujin", ("jochi",), {"temujin": band, "jochi": band}, 1) == "temujin"
    assert pick("temujin", (), {"temujin": band}, 1) == "temujin"


def test_a_stranger_is_met_with_moderate_trust() -> None:
    assert trust.band(trust.START) == "moderate"
    assert pick("temujin", ("jochi",), {}, 1) == "temujin"


def test_nobody_judges_what_he_made() -> None:
    assert judge_of("temujin", ("temujin", "jochi"), {"jochi": "minimal"}) == "jochi"
    assert judge_of("jochi", ("jochi", "temujin", "ogedei"), {"temujin": "low", "ogedei": "high"}) == "ogedei"
    with pytest.raises(ValueError, match="nobody but jochi"):
        judge_of("jochi", ("jochi",), {})


def test_a_maker_that_fails_loses_work_and_earns_it_back_more_slowly_than_it_lost_it() -> None:
    def until(score: float, well: bool, kept: bool) -> tuple[float, int]:
        pieces = 0
        while (TRIED[trust.band(score)] == 1) is not kept:
            score, pieces = trust.adapt(score, float(well)), pieces + 1
        return score, pieces

    lowest, lost_after = until(0.8, well=False, kept=False)
    _, back_after = until(trust.adapt(lowest, 0.0), well=True, kept=True)
    bands: dict[str, Band] = {"temujin": "low", "jochi": "high"}
    pieces = sum(pick("temujin", ("jochi",), bands, turn) == "temujin" for turn in range(1, 101))
    assert lost_after == 9
    assert back_after * 100 / pieces > lost_after
