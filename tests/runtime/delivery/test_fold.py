"""State is a fold: what was heard in order, and what was said where it was decided, whatever the order on the log."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bus.log import Draft, Record
from bus.names import Names
from messages.base import Event, Message, decode, encode
from messages.kernel import actor as life
from runtime.actor import Actor, Emits
from runtime.delivery.decider import Decider, Unhearable
from runtime.delivery.fold import Fold
from runtime.envelope import INPUT, event_subject


class Heard(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something to hear."""

    number: int


class Said(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something to say."""

    number: int


class Diary(Actor):
    """Writes down everything in the order in which it lived through it."""

    class State(msgspec.Struct):
        pages: list[str] = []

    def on_heard(self, m: Heard) -> Emits[Said]:
        if m.number % 7 == 3:
            raise ValueError("three")
        for _ in range(m.number % 3):
            yield Said(number=m.number)

    def apply_heard(self, m: Heard) -> None:
        self.state.pages.append(f"heard {m.number} at {self.now}")
        if m.number % 11 == 10:
            raise RuntimeError("ten")

    def apply_said(self, m: Said) -> None:
        self.state.pages.append(f"said {m.number} at {self.now}")


NAMES = Names()
TYPES: dict[str, type[Message]] = {"test_fold.Heard": Heard}


def heard(seq: int, number: int) -> Record:
    return Record(seq, event_subject(NAMES, Heard, "x"), encode(Heard(number=number)), {"ce-id": f"h{seq}"}, seq + 0.25)


class Life:
    """A diary that lives beside the log that it writes."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.fold = Fold(Diary(), TYPES)
        self.decider = Decider(self.fold.actor, self.fold, TYPES, NAMES, retries=())

    def hear(self, numbers: list[int], lag: int) -> None:
        """Hears them in turn; what is said lands `lag` inputs later, as in a group commit."""
        waiting: list[tuple[int, list[Draft]]] = []
        for index, number in enumerate(numbers):
            record = heard(len(self.records) + 1, number)
            self.records.append(record)
            waiting.append((index, self.decider.take(record, 0.0)))
            self.land([drafts for at, drafts in waiting if at == index - lag])
        self.land([drafts for at, drafts in waiting if at > len(numbers) - 1 - lag])

    def land(self, groups: list[list[Draft]]) -> None:
        for drafts in groups:
            for made in drafts:
                seq = len(self.records) + 1
                self.records.append(Record(seq, made.subject, made.data, made.headers, seq + 0.25))


def folded(records: list[Record]) -> list[str]:
    fold = Fold(Diary(), TYPES)
    for record in records:
        fold.replay(record)
    fold.finish(len(records))
    return list(fold.actor.state.pages)


@given(some.lists(some.integers(0, 9), max_size=40), some.integers(0, 6))
@settings(max_examples=200)
def test_the_fold_of_the_log_is_what_the_actor_lived_through(numbers: list[int], lag: int) -> None:
    life_ = Life()
    life_.hear(numbers, lag)
    assert folded(life_.records) == life_.fold.actor.state.pages


@given(some.lists(some.integers(0, 9), min_size=1, max_size=40), some.integers(0, 6), some.data())
@settings(max_examples=100)
def test_a_snapshot_at_any_place_leads_to_the_same_state(numbers: list[int], lag: int, data: some.DataObject) -> None:
    life_ = Life()
    life_.hear(numbers, lag)
    cut = data.draw(some.integers(0, len(life_.records)))
    first = Fold(Diary(), TYPES)
    for record in life_.records[:cut]:
        first.replay(record)
    through = first.cursor
    first.finish(through)
    second = Fold(Diary(), TYPES)
    second.restore(first.snapshot())
    for record in life_.records:
        if record.seq > through:
            second.replay(record)
    second.finish(len(life_.records))
    assert second.actor.state.pages == life_.fold.actor.state.pages


def test_an_input_whose_apply_raises_is_known_as_unhearable() -> None:
    with pytest.raises(Unhearable) as caught:
        Life().decider.take(heard(1, 10), 0.0)
    assert caught.value.record.seq == 1


def test_a_dead_input_that_could_not_be_heard_is_left_out_of_the_fold() -> None:
    fold = Fold(Diary(), TYPES)
    decider = Decider(fold.actor, fold, TYPES, NAMES)
    letter = decider.dead(heard(1, 10), "hear", 1, RuntimeError("ten"))
    records = [heard(1, 10), Record(2, letter.subject, letter.data, letter.headers, 2.0), heard(3, 1)]
    assert folded(records) == ["heard 1 at 3.25"]


def test_a_handler_that_raises_falters_and_then_is_dead() -> None:
    fold = Fold(Diary(), TYPES)
    decider = Decider(fold.actor, fold, TYPES, NAMES, retries=(1.5,))
    record = heard(1, 3)
    (faltered,) = decider.take(record, 100.0)
    first = decode(life.Faltered, faltered.data)
    assert (first.attempt, first.retry_at, first.input) == (1, 101.5, 1)
    assert 1 in fold.pending
    (dead,) = decider.retry(record, 101.5)
    assert decode(life.DeadLettered, dead.data).attempts == 2
    assert fold.pending == {}
    assert fold.dead == {1: "decide"}


def test_outputs_have_ids_that_another_try_would_give_again() -> None:
    first = [draft.id for draft in Life().decider.take(heard(5, 2), 0.0)]
    second = [draft.id for draft in Life().decider.take(heard(5, 2), 9.0)]
    assert first == second == ["5-diary-0", "5-diary-1"]


def test_an_output_names_the_input_that_it_was_decided_on() -> None:
    (draft,) = Life().decider.take(heard(5, 1), 0.0)
    assert draft.headers[INPUT] == "5"
    assert draft.headers["ce-causationid"] == "h5"
