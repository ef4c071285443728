"""Who makes a tool of which domain and who judges it: never the same for both."""

from typing import get_args

import pytest

from actors.agents.kublai.delegation import judge_of, maker_of
from messages.task import Domain


@pytest.mark.parametrize(
    ("domain", "maker", "judge"),
    [("general", "temujin", "jochi"), ("ml_ai", "jochi", "temujin"), ("system", "ogedei", "jochi")],
)
def test_each_domain_has_its_maker_and_its_judge(domain: Domain, maker: str, judge: str) -> None:
    assert (maker_of(domain), judge_of(domain)) == (maker, judge)


@pytest.mark.parametrize("domain", get_args(Domain))
def test_nobody_judges_what_he_made(domain: Domain) -> None:
    assert maker_of(domain) != judge_of(domain)
