"""Links between dimensions are found with their lag and strength, and none is found where there is none."""

import numpy as np
import pytest

from actors.autonomy.mirror import kalman
from actors.autonomy.mirror.links import Link, links


def found(rows: np.ndarray) -> list[Link]:
    laws = kalman.estimate(rows)
    white = np.array([kalman.filtered(law, row)[1] for law, row in zip(laws, rows, strict=True) if law is not None])
    return links([f"d{place}" for place in range(len(rows))], rows, white)


def autoregressive(rng: np.random.Generator, persistence: float, length: int = 200) -> np.ndarray:
    row = np.zeros(length)
    for place in range(1, length):
        row[place] = persistence * row[place - 1] + rng.normal()
    return row


@pytest.mark.parametrize("lag", [1, 3, 5])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_planted_link_is_found_with_its_lag_and_sign(lag: int, sign: int) -> None:
    right = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        cause, effect = autoregressive(rng, 0.3), autoregressive(rng, 0.3)
        effect[lag:] += sign * 0.8 * cause[:-lag]
        one = [link for link in found(np.array([cause, effect, autoregressive(rng, 0.6)])) if link.source == "d0"]
        right += bool(one) and (one[0].target, one[0].lag, np.sign(one[0].strength)) == ("d1", lag, sign)
    assert right >= 18


def test_the_strength_is_in_standard_deviations() -> None:
    rng = np.random.default_rng(1)
    cause = rng.normal(size=1_000)
    effect = np.concatenate(([0.0], 30.0 * cause[:-1])) + 40.0 * rng.normal(size=1_000)
    (link,) = found(np.array([cause, effect]))
    assert link.strength == pytest.approx(0.6, abs=0.06)


def test_worlds_without_links_have_none_in_19_of_20() -> None:
    wrong = 0
    for seed in range(60):
        rng = np.random.default_rng(1_000 + seed)
        wrong += bool(found(np.array([autoregressive(rng, p) for p in (0.0, 0.3, 0.6, 0.9, 0.5, 0.1, 0.8, 0.2)])))
    assert wrong <= 7


def test_too_little_gives_no_links() -> None:
    assert links(["a"], np.ones((1, 50)), np.ones((1, 50))) == []
    assert links(["a", "b"], np.ones((2, 8)), np.ones((2, 8))) == []
