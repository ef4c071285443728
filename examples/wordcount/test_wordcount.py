"""The clerk alone, then the whole on a simulated log."""

import random

import pytest

from actors.agents.kublai.actor import Kublai
from actors.edge.intake import Intake
from messages import task
from messages.task import Cancel
from runtime.testing import CALM, STORM, Faults, Universe, given, run
from wordcount.clerk import Clerk
from wordcount.count import Count, Tallied, Tally
from wordcount.counter import Counter

SMALL = Clerk.Settings(part_words=2)


def accepted(text: str, top: int = 3) -> task.Accepted:
    return task.Accepted(task="T", kind="count", body={"text": text, "top": top})


def test_a_text_is_dealt_out_in_parts() -> None:
    said = given(Clerk, settings=SMALL).hears(accepted("to be or not to")).messages
    assert said == (
        Tally(task="T", part=0, text="to be"),
        Tally(task="T", part=1, text="or not"),
        Tally(task="T", part=2, text="to"),
    )


def test_the_last_part_completes_the_count() -> None:
    clerk = given(Clerk, [accepted("to be or to", top=2)], SMALL)
    assert clerk.hears(Tallied(task="T", part=1, words={"or": 1, "to": 1})).messages == ()
    said = clerk.hears(Tallied(task="T", part=0, words={"be": 1, "to": 1}))
    assert said.messages == (task.Done(task="T", result={"words": 4, "top": {"to": 2, "be": 1}}),)
    assert said.state.sheets == {}


def test_a_text_without_words_is_given_up() -> None:
    (said,) = given(Clerk).hears(accepted("  ")).messages
    assert said == task.GaveUp(task="T", reason="the text has no words")


def test_a_task_of_another_kind_is_none_of_his_business() -> None:
    clerk = given(Clerk)
    assert clerk.hears(task.Accepted(task="R", kind="run", body={"tool": "x"})).messages == ()
    assert clerk.actor.state.sheets == {}


def test_what_is_cancelled_is_forgotten() -> None:
    clerk = given(Clerk, [accepted("to be or")], SMALL)
    clerk.hears(task.Cancelled(task="T", reason="enough"))
    assert clerk.hears(Tallied(task="T", part=0, words={"be": 1})).messages == ()


async def counted(seed: int, faults: Faults) -> None:
    """Ten texts were counted right, each once, whatever happened meanwhile."""
    dice = random.Random(seed)
    texts = {f"text-{number}": dice.choices(("ash", "beech", "oak"), k=dice.randint(1, 900)) for number in range(10)}
    members = (Intake, Kublai, Clerk, Counter)
    async with Universe(members, kinds=(Count, Cancel), seed=seed, faults=faults, snapshots=True) as universe:
        for name, words in texts.items():
            await universe.publish_task(Count(id=name, text=" ".join(words)), identity=name)
        await universe.until(lambda: len(universe.said(task.Answered)) == len(texts), limit_s=600)
        await universe.calm()
        await universe.settled()
        answers = {answer.task: answer.result for answer in universe.said(task.Answered)}
        assert len(universe.said(task.Answered)) == len(answers) == len(texts)
        for name, words in texts.items():
            assert answers[name] == {"words": len(words), "top": {word: words.count(word) for word in set(words)}}


def test_texts_are_counted() -> None:
    run(counted(0, CALM))


@pytest.mark.parametrize("seed", range(20))
def test_texts_are_counted_right_whatever_is_lost_killed_or_cut(seed: int) -> None:
    run(counted(seed, STORM))
