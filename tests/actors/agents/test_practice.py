"""Rounds of practice and judgements in hand: one for each task, the oldest dropped beyond the limit."""

import pytest

from actors.agents import judgement, practice
from actors.agents.jochi import Jochi
from actors.agents.judgement import Judging
from actors.agents.ogedei import Ogedei
from actors.agents.practice import Practice
from actors.agents.specialist import Specialist
from actors.agents.temujin import Temujin
from messages.task import Candidate, Example
from messages.tools import learning
from messages.tools.learning import Terms
from runtime.actor import Actor

EXAMPLES = (Example(args=(1,), result=2),)
TERMS = Terms(name="double", goal="double it", domain="general", iterations=7)


def order(task: str = "L", number: int = 1) -> learning.Practise:
    return learning.Practise(task=task, round=number, terms=TERMS, examples=EXAMPLES)


def test_a_round_takes_the_place_of_the_one_before() -> None:
    held = Practice()
    held.begin(order(number=1))
    held.begin(order(number=2))
    assert held.in_round("L", 1) is None
    assert held.in_round("L", 2) is held.work["L"]


def test_a_candidate_is_practised_first_and_else_there_is_a_search() -> None:
    held = Practice()
    held.begin(order())
    assert held.work["L"].stage == "search"
    held.begin(learning.Practise(task="L", round=1, examples=EXAMPLES, candidate=Candidate(source="x", entry="f")))
    assert (held.work["L"].stage, held.work["L"].source, held.work["L"].entry) == ("candidate", "x", "f")


def test_a_question_is_matched_by_act_and_stage() -> None:
    held = Practice()
    held.begin(order())
    held.work["L"].act, held.work["L"].stage = "temujin-ask-7", "quote"
    assert held.asking("L", "temujin-ask-7", "quote") is held.work["L"]
    assert held.asking("L", "temujin-ask-8", "quote") is None
    assert held.asking("L", "temujin-ask-7", "money") is None


def test_the_oldest_is_dropped_beyond_the_limit_and_one_that_is_over_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(practice, "IN_HAND", 2)
    monkeypatch.setattr(judgement, "IN_HAND", 2)
    held, judging = Practice(), Judging()
    for name in "abc":
        held.begin(order(name))
        judging.begin(learning.Validate(task=name, round=1, source="", entry="f", seen=(), unseen=()))
    assert list(held.work) == list(judging.cases) == ["b", "c"]
    held.forget("b")
    judging.forget("b")
    assert list(held.work) == list(judging.cases) == ["c"]


def test_terms_passed_whole_and_the_single_fields_of_old_logs_read_the_same() -> None:
    old = learning.Practise(
        task="L", round=1, examples=EXAMPLES, name="double", goal="double it", domain="general", iterations=7
    )
    assert old.asked == order().asked == TERMS
    judged = learning.Validate(task="L", round=1, source="", entry="f", seen=(), unseen=(), name="double")
    assert judged.asked == Terms(name="double")


@pytest.mark.parametrize("agent", [Temujin, Jochi, Ogedei])
def test_every_handler_of_an_agent_stands_in_one_class(agent: type[Actor]) -> None:
    owners = {
        cls
        for cls in agent.__mro__
        for name in vars(cls)
        if name.startswith(("on_", "apply_")) and cls is not Actor and issubclass(cls, Actor)
    }
    assert owners == {Ogedei if agent is Ogedei else Specialist}
