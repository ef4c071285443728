"""A domain that nobody knows is noticed, and a known one is not taken for unknown."""

import math
import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.autonomy.mirror import unknown
from actors.autonomy.mirror.capability import Skill
from actors.autonomy.mirror.novelty import Novelty
from actors.autonomy.mirror.unknown import Sight
from tests.actors.autonomy.mirror import reference

COUNTS = st.dictionaries(st.integers(0, unknown.BUCKETS - 1), st.integers(1, 9), min_size=1, max_size=12)


def vocabulary(rng: random.Random, words: int = 30) -> list[str]:
    return ["".join(rng.choices(string.ascii_lowercase, k=7)) for _ in range(words)]


def phrase(rng: random.Random, words: list[str], strange: list[str] | None = None, part: float = 0.0) -> str:
    return " ".join(rng.choice(strange if strange and rng.random() < part else words) for _ in range(12))


def knowing(rng: random.Random, domains: int = 6, tools: int = 10) -> tuple[Novelty, dict[str, Skill], list[list[str]]]:
    novelty, skills = Novelty(), {}
    vocabularies = [vocabulary(rng) for _ in range(domains)]
    for domain, words in enumerate(vocabularies):
        for place in range(tools):
            name = f"tool_{domain}_{place}"
            skills[name] = Skill(0.9, f"d{domain}")
            novelty.know(name, f"d{domain}", phrase(rng, words))
    return novelty, skills, vocabularies


@given(COUNTS, COUNTS)
def test_the_divergence_is_that_of_the_smoothed_distributions(task: dict[int, int], known: dict[int, int]) -> None:
    wanted = reference.kl(task, known, unknown.BUCKETS, unknown.SMOOTHING)
    assert unknown.divergence(task, known) == pytest.approx(wanted, abs=1e-9)


@given(COUNTS, COUNTS)
def test_similarity_is_a_cosine(one: dict[int, int], other: dict[int, int]) -> None:
    plain = [{str(key): float(count) for key, count in side.items()} for side in (one, other)]
    assert unknown.similarity(one, other) == pytest.approx(reference.cosine(*plain), abs=1e-9)


@pytest.mark.parametrize(
    ("sight", "number"),
    [
        (Sight(0.30, 2.0, 0.30, 3.0), 0),
        (Sight(0.29, 2.0, 0.30, 3.0), 1),
        (Sight(0.30, 2.1, 0.30, 3.0), 1),
        (Sight(0.30, 2.0, 0.29, 3.0), 1),
        (Sight(0.30, 2.0, 0.30, 3.1), 1),
        (Sight(0.29, 2.1, 0.29, 3.1), 4),
        (Sight(None, None, None, None), 0),
    ],
)
def test_the_signs_at_their_bounds(sight: Sight, number: int) -> None:
    assert unknown.signs(sight) == number


@pytest.mark.parametrize("which", [(a, b) for a in range(4) for b in range(a)])
def test_any_two_of_the_four_signs_are_enough(which: tuple[int, int]) -> None:
    shown: list[float] = [0.1, 9.0, 0.1, 9.0]
    quiet: list[float] = [0.9, 0.0, 0.9, 0.0]
    assert unknown.is_unknown(Sight(*[shown[k] if k in which else quiet[k] for k in range(4)]))
    assert not unknown.is_unknown(Sight(*[shown[k] if k == which[0] else quiet[k] for k in range(4)]))


@pytest.mark.parametrize("shared", [0.0, 0.2])
def test_planted_domains_are_found_nine_times_in_ten_also_with_some_known_words(shared: float) -> None:
    found = []
    for seed in range(40):
        rng = random.Random(seed)
        novelty, skills, known = knowing(rng)
        for task in range(5):
            text = phrase(rng, vocabulary(rng), known[task], shared)
            found.append(novelty.meet(f"u{task}", text, skills))
    assert sum(found) / len(found) >= 0.90


def test_tasks_of_known_domains_are_seldom_taken_for_unknown() -> None:
    false = []
    for seed in range(40):
        rng = random.Random(seed)
        novelty, skills, known = knowing(rng)
        false += [novelty.meet(f"k{task}", phrase(rng, known[task]), skills) for task in range(5)]
    assert sum(false) / len(false) <= 0.10


def test_the_recall_is_measured_on_planted_domains() -> None:
    novelty, skills, _ = knowing(random.Random(1))
    for cycle in range(19):
        novelty.plant(cycle, skills)
    assert novelty.recall() is None
    novelty.plant(20, skills)
    recall = novelty.recall()
    assert recall is not None
    assert recall >= 0.9
    assert Novelty(plants=[True, False] * 10).recall() == 0.5


def test_without_a_known_domain_nothing_is_unknown_and_nothing_is_planted() -> None:
    novelty = Novelty()
    assert not novelty.meet("t", "clean a telephone number", {})
    novelty.plant(5, {})
    assert novelty.plants == []


def test_an_end_that_nobody_expected_is_a_sign() -> None:
    rng = random.Random(2)
    novelty, skills, known = knowing(rng)
    strange = vocabulary(rng)
    novelty.errors = [0.1, 0.12] * 10
    novelty.meet("t", phrase(rng, known[0], strange, 0.5), skills)
    novelty.pending["t"].divergence = novelty.pending["t"].bound + 1
    assert novelty.end("t", learnt=False)
    assert not novelty.end("t", learnt=False)


def test_few_values_set_no_bound() -> None:
    assert unknown.standardised(9.0, [0.1] * 9) is None
    assert unknown.standardised(0.2, [0.1] * 10) == math.inf
    assert unknown.standardised(0.1, [0.1] * 10) == 0.0
    assert unknown.standardised(0.4, [0.1, 0.3] * 5) == pytest.approx(2.0)
    assert unknown.bound_of([1.0] * 9) == unknown.FAR
    assert unknown.bound_of([1.0, 2.0] * 5) == pytest.approx(2.5)


def test_words_that_every_goal_has_are_no_features() -> None:
    assert unknown.features("return the list of values") == {}
    assert sum(unknown.features("clean_name: Clean a name").values()) == 4
