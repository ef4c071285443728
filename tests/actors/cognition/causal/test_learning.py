"""What is learnt from tables of known worlds."""

import msgspec
import numpy as np
import pytest

from actors.cognition.causal.boss import Boss, boss
from actors.cognition.causal.graph import essential
from actors.cognition.causal.knowledge import Stated, knowledge, read
from actors.cognition.causal.learning import learn
from actors.cognition.causal.scores import GaussianBic, bdeu, gaussian, grown
from actors.cognition.causal.tabu import tabu
from tests.actors.cognition.causal.worlds import arrows, kite, modelled, table


def test_a_linear_world_is_found_with_its_directions() -> None:
    assert arrows(modelled(kite())) == {"zx", "wx", "xm", "zy", "my"}


def test_the_fast_parents_are_those_of_the_plain_search() -> None:
    score = gaussian(kite(400))
    assert isinstance(score, GaussianBic)
    for child in range(5):
        ahead = frozenset(range(5)) - {child}
        fast, plain = score.parents(child, frozenset(), ahead), grown(score, child, frozenset(), ahead)
        assert fast[1] == plain[1]
        assert fast[0] == pytest.approx(plain[0])


def test_the_order_search_leads_most_starts_to_the_sparsest_graph() -> None:
    """Parents in an order against the causes give a denser graph, which the search has to leave."""
    data = kite()
    search = Boss(gaussian(data), knowledge(Stated(), data.columns))
    starts = [np.random.default_rng(seed).permutation(5).tolist() for seed in range(12)]
    before = [search.graph(start).sum() for start in starts]
    after = [search.graph(search.search(start)[1]).sum() for start in starts]
    assert sum(count == 5 for count in after) >= 5
    assert sum(count == 5 for count in before) <= 3


def test_what_has_no_relation_gets_no_edge() -> None:
    rows = np.random.default_rng(5).normal(size=(500, 6))
    assert arrows(modelled(table(rows, "abcdef"))) == set()


def test_a_direction_that_the_data_cannot_tell_is_left_open_until_it_is_known() -> None:
    rng = np.random.default_rng(2)
    a = rng.normal(size=1_000)
    read_ = table(np.column_stack([a, a + rng.normal(size=1_000)]), "ab")
    assert arrows(modelled(read_)) == {"a-b"}
    assert arrows(modelled(read_, Stated(tiers=(("b",), ("a",))))) == {"ba"}
    assert arrows(modelled(read_, Stated(required=(("a", "b"),)))) == {"ab"}
    assert arrows(modelled(read_, Stated(forbidden=(("a", "b"), ("b", "a"))))) == set()


def test_rows_in_which_a_variable_was_set_tell_its_direction() -> None:
    rng = np.random.default_rng(3)
    a = rng.normal(size=1_000)
    acted = np.zeros((1_000, 2), dtype=bool)
    acted[:500, 0] = True
    a[:500] = rng.normal(size=500) * 3
    read_ = table(np.column_stack([a, a + rng.normal(size=1_000)]), "ab")
    assert arrows(modelled(msgspec.structs.replace(read_, acted=acted))) == {"ab"}


def test_a_discrete_world_is_found() -> None:
    rng = np.random.default_rng(4)
    a, b = rng.integers(0, 2, (2, 3_000))
    c = np.where(rng.random(3_000) < 0.85, a | b, 1 - (a | b))
    d = np.where(rng.random(3_000) < 0.9, c, 1 - c)
    found = modelled(table(np.column_stack([a, b, c, d]).astype(float), "abcd", 2))
    assert arrows(found) == {"ac", "bc", "cd"}


def test_both_searches_find_the_same_class() -> None:
    data = kite()
    known = knowledge(Stated(), data.columns)
    one = boss(gaussian(data), known, 2, np.random.default_rng(0))
    other = tabu(gaussian(data), known, 3, np.random.default_rng(0))
    assert (essential(one) == essential(other)).all()


def test_bdeu_is_the_marginal_likelihood() -> None:
    """Four rows of one coin under a Beta(.5, .5) prior, by its product of predictions."""
    score = bdeu(table(np.array([[0.0], [0.0], [1.0], [0.0]]), "a", 2))
    likelihood = (0.5 / 1) * (1.5 / 2) * (0.5 / 3) * (2.5 / 4)
    assert score.local(0, frozenset()) == pytest.approx(np.log(likelihood))


def test_an_edge_that_few_samples_have_is_told_apart() -> None:
    rng = np.random.default_rng(9)
    a = rng.normal(size=60)
    read_ = table(np.column_stack([a, 0.5 * a + rng.normal(size=60)]), "ab")
    learned = learn(read_, knowledge(Stated(), read_.columns), 0, 40)
    assert learned.searched[0, 1]
    assert 0.1 < learned.present[0, 1] < 0.95
    assert learned.graph[0, 1] == (learned.present[0, 1] >= 0.70)


def test_a_contradiction_names_the_circle() -> None:
    stated = read('required = [["z", "w"], ["w", "x"], ["x", "z"]]')
    with pytest.raises(ValueError, match="z -> w -> x -> z"):
        knowledge(stated, kite(50).columns)
    with pytest.raises(ValueError, match="z -> w is required and forbidden"):
        knowledge(read('required = [["z", "w"]]\ntiers = [["w"], ["z"]]'), kite(50).columns)


def test_statements_that_are_misspelt_are_refused_with_what_is_known() -> None:
    with pytest.raises(ValueError, match="required, forbidden, tiers"):
        read('requird = [["a", "b"]]')
    with pytest.raises(ValueError, match="no variable is called 'zz'"):
        knowledge(read('required = [["zz", "w"]]'), kite(50).columns)
