"""Expected counts are those of logs that are drawn from the chain itself."""

import numpy as np
import pytest

from actors.cognition.mining.null import WEIGHTS, Null, foretold
from actors.cognition.mining.streams import Behaviour, streams
from actors.cognition.mining.words import repeated
from benchmarks.mining import NOISE, made


def noise(name: str, seed: int) -> list[Behaviour]:
    return made(NOISE[name]._replace(events=20_000, agents=2), seed).log


@pytest.mark.parametrize("reach", [1, 3])
def test_in_noise_words_are_as_frequent_as_expected(reach: int) -> None:
    cut = streams(noise("markov", 4), together=False)
    null = Null(cut, reach)
    triples = next(words for words in repeated(cut, reach, 3, 1) if words.steps.shape[1] == 3)
    often = triples.starts >= 15
    ratio = triples.starts[often] / null.expected(triples.steps[often])
    assert often.sum() > 50
    assert 0.85 < np.median(ratio) < 1.15


def test_agents_that_act_alike_share_one_chain_and_others_have_their_own() -> None:
    alike = Null(streams(noise("markov", 1), together=False), 1)
    apart = Null(streams(noise("by agent", 1), together=False), 1)
    assert alike.weight > apart.weight
    assert apart.weight < WEIGHTS[-1]


def test_a_chain_foretells_its_own_steps_better_than_mixed_ones() -> None:
    log = noise("by agent", 2)
    assert foretold(streams(log, together=False)) != foretold(streams(log, together=True))


def test_the_chance_of_a_step_is_its_share_after_the_one_before() -> None:
    steps = "ab" * 300 + "ac" * 100
    cut = streams([Behaviour(float(at), "one", step) for at, step in enumerate(steps)], together=False)
    null = Null(cut, 1)
    assert null.share(0, 1) == pytest.approx(0.75, abs=0.01)
    assert null.share(0, 2) == pytest.approx(0.25, abs=0.01)
