"""A handler's annotation is the only declaration of what is heard and said."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from messages import task
from messages.base import Message
from messages.gate import change
from messages.kernel import clock, order
from messages.tools import tool
from runtime.actor import Actor, Answers, Emits, Worker, Works
from runtime.errors import BadSignature


class Judge(Actor):
    """Hears two, says two, folds one that it said and one that it only hears."""

    def on_assessed(self, m: change.Assessed) -> Emits[change.Approved | change.Vetoed]:
        yield change.Approved(dossier=m.dossier, score=m.score)

    def apply_vetoed(self, m: change.Vetoed) -> None:
        """Said: not heard."""

    def apply_ticked(self, m: clock.Ticked) -> None:
        """Heard without a decision."""

    def answer_find(self, q: task.Find) -> task.Views:
        return task.Views(tasks=())


class Doer(Worker):
    """Says by an async generator."""

    async def on_ticked(self, m: clock.Ticked) -> Works[order.Freeze]:
        yield order.Freeze(reason="x")


class Porter(Worker):
    """Has tasks done to answer."""

    async def answer_invoke(self, m: tool.Invoke) -> Answers[task.Run | task.Cancel | tool.Outcome]:
        ended = yield task.Run(tool=m.tool)
        yield tool.Outcome(error=ended.task)


def test_what_is_heard_is_handled_or_folded_and_not_said() -> None:
    assert Judge.signature.hears == {change.Assessed, clock.Ticked}


def test_what_is_said_is_in_the_return_annotation() -> None:
    assert Judge.signature.says == {change.Approved, change.Vetoed}
    assert Doer.signature.says == {order.Freeze}


def test_a_query_has_its_answer_s_type() -> None:
    assert Judge.signature.answers == {task.Find: ("answer_find", task.Views)}


def test_the_tasks_that_an_answer_needs_are_in_its_annotation() -> None:
    assert Porter.signature.answers == {tool.Invoke: ("answer_invoke", tool.Outcome)}
    assert Porter.signature.consigns == {tool.Invoke: {task.Run, task.Cancel}}
    assert Porter.signature.says == frozenset()


def test_the_name_is_the_class_in_lower_case() -> None:
    assert Judge.name == "judge"


def define(base: type = Actor, **methods: object) -> type:
    """A class with these methods, as if written down."""
    return type("Faulty", (base,), dict(methods))


def unsaid(self, m: clock.Ticked):
    yield


def untyped(self, m) -> Emits[clock.Ticked]:
    yield clock.Ticked(cycle=1)


def plain(self, m: clock.Ticked) -> int:
    return 1


def two(self, m: clock.Ticked, n: clock.Ticked) -> Emits[clock.Ticked]:
    yield m


def emits_a_number(self, m: clock.Ticked) -> Iterator[int]:
    yield 1


def emits_a_task(self, m: clock.Ticked) -> Emits[task.Cancel]:
    yield task.Cancel(task="x")


def good(self, m: clock.Ticked) -> Emits[clock.Ticked]:
    yield m


async def waits(self, m: tool.Invoke) -> Answers[task.Run | tool.Outcome]:
    yield tool.Outcome()


async def answers_two(self, m: tool.Invoke) -> Answers[task.Run | tool.Outcome | tool.Entries]:
    yield tool.Outcome()


async def awaits(self, m: clock.Ticked) -> Emits[clock.Ticked]:
    yield m


async def forgets(self, m: clock.Ticked) -> None:
    pass


async def ponders(self, q: task.Find) -> task.Views:
    return task.Views(tasks=())


def good_for_an_actor(self, m: clock.Ticked) -> Works[clock.Ticked]:
    yield m


def remembers(self, q: task.Find) -> task.Views:
    return task.Views(tasks=())


def answers_nothing(self, q: clock.Ticked) -> msgspec.Struct:
    return q


@pytest.mark.parametrize(
    ("methods", "part"),
    [
        ({"on_ticked": unsaid}, "must say what it emits"),
        ({"on_ticked": untyped}, "exactly one message"),
        ({"on_ticked": plain}, "not Emits"),
        ({"on_ticked": two}, "exactly one message"),
        ({"on_ticked": emits_a_number}, "not an event or a command"),
        ({"on_ticked": emits_a_task}, "not an event or a command"),
        ({"on_a": good, "on_b": good}, "clock.Ticked is taken by on_a already"),
        ({"answer_x": answers_nothing}, "must take a Query"),
        ({"answer_x": answers_two}, "which one Struct"),
        ({"answer_x": waits}, "an actor never waits"),
        ({"base": Worker, "answer_x": remembers}, "no state to answer from"),
        ({"on_ticked": awaits}, "on_ticked is `async def`: an actor decides at once"),
        ({"apply_ticked": forgets}, "apply_ticked is `async def`"),
        ({"answer_x": ponders}, "answer_x is `async def`"),
        ({"base": Worker, "on_ticked": good_for_an_actor}, "on_ticked is no `async def` that yields"),
    ],
)
def test_a_class_that_can_t_be_an_actor_fails_at_import_and_names_the_method(
    methods: dict[str, Any], part: str
) -> None:
    with pytest.raises(BadSignature, match=part) as caught:
        define(**methods)
    assert "Faulty." in str(caught.value)


def test_the_base_types_are_no_declaration() -> None:
    class Silent(Actor):
        def on_ticked(self, m: clock.Ticked) -> Emits[Message]:
            yield from ()

    assert Silent.signature.says == frozenset()
