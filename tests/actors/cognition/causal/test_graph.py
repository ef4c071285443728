"""Essential graphs and parents in the class, against going through every graph there is."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.cognition.causal.graph import essential, meek, members, order, possible_parents
from actors.cognition.causal.table import Edges
from tests.actors.cognition.causal.worlds import edges

SIZE = 4


def colliders(graph: Edges) -> set[tuple[int, int, int]]:
    joined = graph | graph.T
    return {
        (int(one), node, int(other))
        for node in range(len(graph))
        for one, other in combinations(np.flatnonzero(graph[:, node]), 2)
        if not joined[one, other]
    }


def alike(graph: Edges) -> list[Edges]:
    """Every directed graph with the same neighbours and colliders."""
    pairs = np.argwhere(np.triu(graph | graph.T))
    found = []
    for turned in product([False, True], repeat=len(pairs)):
        trial = np.zeros_like(graph)
        for (one, other), turn in zip(pairs, turned, strict=True):
            trial[(other, one) if turn else (one, other)] = True
        try:
            order(trial)
        except ValueError:
            continue
        if colliders(trial) == colliders(graph):
            found.append(trial)
    return found


@st.composite
def graphs(draw: st.DrawFn) -> Edges:
    upper = draw(st.lists(st.booleans(), min_size=SIZE * SIZE, max_size=SIZE * SIZE))
    shuffled = draw(st.permutations(range(SIZE)))
    return np.asarray(np.triu(np.array(upper).reshape(SIZE, SIZE), 1)[np.ix_(shuffled, shuffled)])


@settings(max_examples=100, deadline=None)
@given(graphs())
def test_the_essential_graph_has_what_all_that_fit_agree_on(graph: Edges) -> None:
    assert (essential(graph) == np.any(alike(graph), axis=0)).all()


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_members_are_all_that_fit(graph: Edges) -> None:
    found = {each.tobytes() for each in members(essential(graph), 1_000)}
    assert found == {each.tobytes() for each in alike(graph)}


@settings(max_examples=60, deadline=None)
@given(graphs(), st.integers(0, SIZE - 1))
def test_possible_parents_are_those_of_some_member(graph: Edges, node: int) -> None:
    found = set(possible_parents(essential(graph), node, 1_000))
    assert found == {tuple(np.flatnonzero(each[:, node]).tolist()) for each in alike(graph)}


@settings(max_examples=100, deadline=None)
@given(graphs(), st.integers(0, 1 << (SIZE * SIZE)))
def test_known_directions_leave_what_all_that_fit_and_have_them_agree_on(graph: Edges, bits: int) -> None:
    chosen = np.array([bits >> at & 1 for at in range(SIZE * SIZE)], dtype=bool).reshape(SIZE, SIZE)
    known = graph & chosen
    left = [each for each in alike(graph) if each[known].all()]
    assert (essential(graph, known) == np.any(left, axis=0)).all()


def test_the_fourth_rule_of_meek() -> None:
    """x - k -> l -> y with x - l and x - y, k and y apart: y -> x would make a circle or a new collider."""
    graph = edges("xkly", "xk", "kx", "kl", "ly", "xl", "lx", "xy", "yx")
    assert (meek(graph) == edges("xkly", "xk", "kx", "kl", "ly", "xl", "lx", "xy")).all()


def test_an_intervention_directs_the_edges_at_its_target() -> None:
    chain = edges("abc", "ab", "bc")
    assert (essential(chain) == (chain | chain.T)).all()
    assert (essential(chain, targets=[frozenset({1})]) == chain).all()


def test_a_circle_has_no_order() -> None:
    with pytest.raises(ValueError, match="circle"):
        order(edges("ab", "ab", "ba"))
