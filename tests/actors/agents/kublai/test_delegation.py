"""Who makes a tool and who judges it: the usual one, unless another is trusted more; never the same for both."""

from typing import get_args

import pytest

from actors.agents.kublai.delegation import chosen, judge_of, maker_of
from messages.task import Domain


@pytest.mark.parametrize(
    ("domain", "maker", "judge"),
    [("general", "temujin", "jochi"), ("ml_ai", "jochi", "temujin"), ("system", "ogedei", "jochi")],
)
def test_without_trust_the_usual_ones_are_chosen(domain: Domain, maker: str, judge: str) -> None:
    assert (maker_of(domain), judge_of(domain)) == (maker, judge)


@pytest.mark.parametrize("trust", [None, {}, {"a": 0.5, "b": 0.5}, {"a": 0.6, "b": 0.5}])
def test_the_first_is_chosen_unless_a_later_one_is_trusted_more(trust: dict[str, float] | None) -> None:
    assert chosen(("a", "b"), trust) == "a"
    assert chosen(("a", "b"), {"a": 0.4, "b": 0.5}) == "b"


def test_one_candidate_is_chosen_whatever_his_trust() -> None:
    assert chosen(("a",), {"a": 0.0, "b": 1.0}) == "a"


@pytest.mark.parametrize("domain", get_args(Domain))
@pytest.mark.parametrize("trust", [{}, {"jochi": 1.0}, {"temujin": 1.0}])
def test_nobody_judges_what_he_made(domain: Domain, trust: dict[str, float]) -> None:
    assert maker_of(domain, trust) != judge_of(domain, trust)
