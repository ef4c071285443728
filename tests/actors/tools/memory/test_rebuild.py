"""Delete it, and the log makes it the same: whole, from a snapshot, and in every answer."""

from collections import Counter
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.tools.memory.actor import CapabilityMemory
from messages.tools import memory, tool
from runtime.delivery.fold import Fold
from tests.actors.tools.memory.story import (
    Memory,
    attempted,
    cancelled,
    failed,
    forbidden,
    practised,
    researched,
    stumped,
    validated,
)

NAMES = ("a", "b", "c")
TASKS = 6
AFTER_TASK = {
    "researched": researched,
    "attempted": lambda named: attempted(named, "a", failed=1),
    "practised": practised,
    "stumped": stumped,
    "validated": validated,
    "failed": failed,
    "cancelled": cancelled,
    "forbidden": forbidden,
}
QUESTIONS = (
    memory.Find(),
    memory.Find(agent="temujin"),
    memory.Rates(more_than=1),
    memory.Gaps(),
    memory.Recall(text="do a thing"),
    memory.Graph(),
    *(memory.Show(name=name) for name in NAMES),
    *(memory.Requires(name=name) for name in NAMES),
)

names = st.sampled_from(NAMES)
steps = st.one_of(
    st.tuples(st.just("accepted"), names),
    st.tuples(st.sampled_from(sorted(AFTER_TASK)), st.integers(1, TASKS)),
    st.tuples(st.just("registered"), st.integers(1, TASKS), names, st.integers(1, 3), st.lists(names, max_size=2)),
    st.tuples(st.just("withdrawn"), names, st.integers(1, 3)),
    st.tuples(st.just("ran"), names, st.text("+-", max_size=8), st.integers(1, 3)),
    st.tuples(st.just("missed"), names),
)
stories = st.lists(steps, max_size=40)


def told(story: list[tuple[Any, ...]]) -> Memory:
    """The memory that has heard it; tasks may be spoken of before, or after, they are."""
    made = Memory(recent=10)
    for word, *rest in story:
        match word:
            case "accepted":
                made.accepted(*rest)
            case "registered":
                number, name, version, requires = rest
                made.registered(f"L{number}", name, version=version, requires=tuple(requires))
            case "withdrawn":
                made.hears(tool.Withdrawn(task="L1", name=rest[0], version=rest[1]))
            case "ran":
                made.ran(rest[0], rest[1], version=rest[2])
            case "missed":
                made.missed(rest[0])
            case _:
                made.hears(AFTER_TASK[word](f"L{rest[0]}"))
    return made


def answers(actor: Any) -> list[bytes]:
    methods = actor.signature.answers
    return [msgspec.json.encode(getattr(actor, methods[type(each)][0])(each)) for each in QUESTIONS]


@given(stories, st.floats(0, 1))
@settings(max_examples=60)
def test_the_log_makes_it_the_same_with_and_without_a_snapshot(story: list[tuple[Any, ...]], share: float) -> None:
    made = told(story)
    records = made.bench.records
    middle = int(len(records) * share)
    first, whole, restored = (Fold(CapabilityMemory(made.bench.actor.settings), made.bench.types) for _ in range(3))
    for record in records[:middle]:
        first.replay(record)
    first.finish(middle)
    restored.restore(first.snapshot())
    for record in records:
        whole.replay(record)
        restored.replay(record)
    for fold in (whole, restored):
        fold.finish(len(records))
        assert msgspec.json.encode(fold.actor.state) == msgspec.json.encode(made.bench.actor.state)
        assert answers(fold.actor) == answers(made.bench.actor)


@given(stories)
@settings(max_examples=60)
def test_every_call_of_what_is_known_is_counted_and_every_name_is_settled(story: list[tuple[Any, ...]]) -> None:
    made = told(story)
    state = made.bench.actor.state
    calls: Counter[str] = Counter()
    known: set[str] = set()
    for word, *rest in story:
        known |= {rest[0]} if word == "accepted" else {rest[1]} if word == "registered" else set()
        calls += Counter({rest[0]: len(rest[1])}) if word == "ran" and rest[0] in known else Counter()
    assert set(state.capabilities) == known
    for name, each in state.capabilities.items():
        assert each.tally.runs == calls[name]
        assert sum(version.tally.runs for version in each.versions) <= each.tally.runs
        learns = any(learning.outcome == "open" for learning in each.learnings.values())
        assert (name in state.undone) is not (each.standing is not None or learns)
    assert set(state.undone) <= known
