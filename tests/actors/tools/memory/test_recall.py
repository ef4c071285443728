"""What experience says to a task."""

import pytest

from messages.tools import memory
from tests.actors.tools.memory.story import Memory

DAY_S = 86_400.0


def stocked() -> Memory:
    made = Memory()
    made.learnt("clean_name", "strip and capitalise the name of a person")
    made.learnt("email_domain", "give the domain of an email address")
    made.learnt("price_label", "write a price with its currency")
    return made


def relevant(made: Memory, text: str, **more: float) -> list[str]:
    found = made.asked(memory.Relevant(text=text, **more))
    return [match.capability.name for match in found.matches]


def test_what_speaks_of_the_text_is_relevant_best_first() -> None:
    made = stocked()
    assert relevant(made, "the domain of each email address")[0] == "email_domain"
    assert relevant(made, "clean the name of a person")[0] == "clean_name"
    assert relevant(made, "brew coffee") == []


def test_what_means_the_same_is_relevant_too() -> None:
    (match,) = stocked().asked(memory.Relevant(text="remove it")).matches
    assert (match.capability.name, match.fit) == ("clean_name", 1.0)


def test_what_fails_too_often_is_not_relevant() -> None:
    made = stocked()
    made.ran("email_domain", "+++----")
    assert relevant(made, "email domain") == []
    assert relevant(made, "email domain", minimum=0.4) == ["email_domain"]


def test_what_stands_no_more_is_not_relevant() -> None:
    made = Memory()
    made.accepted("email_domain", "give the domain of an email address")
    assert relevant(made, "email domain") == []


def test_a_few_runs_tell_nothing_yet_and_the_mastery_stands_for_them() -> None:
    made = stocked()
    made.ran("email_domain", "-----")
    (match,) = made.asked(memory.Relevant(text="email")).matches
    assert match.success == 0.9


@pytest.mark.parametrize(
    ("runs", "advice"),
    [
        ("", "use"),
        ("++++++++--", "use"),
        ("+++++++---", "practise"),
        ("+++++-----", "practise"),
        ("++++------", "learn"),
    ],
)
def test_the_advice_follows_from_success(runs: str, advice: str) -> None:
    made = stocked()
    made.ran("email_domain", runs)
    found = made.asked(memory.Recall(text="domain of an email address"))
    assert (found.advice, found.name) == (advice, "email_domain")


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        ("", "email_domain has not run yet; it was learnt with mastery 0.90: "),
        ("-", "email_domain ran 1 time, too seldom to tell; it was learnt with mastery 0.90: "),
        ("+++++", "email_domain ran 5 times, too seldom to tell; it was learnt with mastery 0.90: "),
        ("++++++++--", "email_domain succeeded in 80% of its last 10 runs: "),
        ("-" * 10 + "+" * 50, "email_domain succeeded in 100% of its last 50 runs: "),
    ],
)
def test_mastery_is_not_told_as_a_rate_of_success(runs: str, told: str) -> None:
    made = stocked()
    made.ran("email_domain", runs)
    assert made.asked(memory.Recall(text="domain of an email address")).reason.startswith(told)


def test_what_only_shares_a_word_is_not_advised() -> None:
    found = stocked().asked(memory.Recall(text="send an email to every person in the office"))
    assert (found.advice, found.name) == ("learn", None)
    assert "comes nearest" in found.reason
    assert found.matches


def test_what_fares_better_is_advised_before_what_fits_better() -> None:
    made = stocked()
    made.learnt("mail_domain", "give the domain of an email address, lower case")
    made.ran("email_domain", "+-" * 5)
    assert made.asked(memory.Recall(text="domain of an email address")).name == "mail_domain"


def test_executions_of_seven_days_and_errors_seen_twice_are_recalled() -> None:
    made = stocked()
    made.ran("price_label", "-")
    made.ran("email_domain", "-")
    text = "email domain"
    assert made.asked(memory.Recall(text=text)).patterns == ()
    made.ran("email_domain", "-+")
    found = made.asked(memory.Recall(text=text))
    assert [(pattern.kind, pattern.count) for pattern in found.patterns] == [("ValueError", 2)]
    assert [execution.ok for execution in found.executions] == [True, False, False]
    assert {execution.tool for execution in found.executions} == {"email_domain"}
    later = made.asked(memory.Recall(text=text, at=made.now + 7 * DAY_S + 10))
    assert later.executions == ()


def test_an_empty_memory_advises_to_learn() -> None:
    found = Memory().asked(memory.Recall(text="anything"))
    assert (found.advice, found.matches) == ("learn", ())


def test_a_text_without_a_telling_word_recalls_nothing() -> None:
    assert stocked().asked(memory.Recall(text="of the")).matches == ()
