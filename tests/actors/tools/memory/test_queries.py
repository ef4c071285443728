"""What the memory answers about domains, agents, prerequisites and rates."""

from hypothesis import given
from hypothesis import strategies as st

from messages.tools import memory, tool
from tests.actors.tools.memory.story import Memory, failed

NAMES = ("a", "b", "c", "d", "e")


def names(found: memory.Capabilities) -> list[str]:
    return [each.name for each in found.capabilities]


def stocked() -> Memory:
    made = Memory()
    made.learnt("clean_name", domain="general")
    made.learnt("send_note", domain="messaging")
    made.learnt("read_disk", domain="system", learned_by="ogedei")
    made.hears(failed(made.accepted("send_pigeon", domain="messaging")))
    return made


def test_capabilities_are_found_by_domain_and_in_use_first() -> None:
    made = stocked()
    assert names(made.asked(memory.Find(domain="messaging"))) == ["send_note", "send_pigeon"]
    made.ran("read_disk", "+")
    assert names(made.asked(memory.Find())) == ["read_disk", "clean_name", "send_note", "send_pigeon"]


def test_an_agent_can_do_what_stands_and_it_has_learnt() -> None:
    made = stocked()
    made.ran("read_disk", "+" * 5)
    found = made.asked(memory.Find(agent="ogedei"))
    assert [(each.name, each.proficiency) for each in found.capabilities] == [("read_disk", "proficient")]
    assert names(made.asked(memory.Find(agent="temujin"))) == ["clean_name", "send_note"]
    assert names(made.asked(memory.Find(agent="nobody"))) == []


def test_an_agent_can_not_do_what_was_withdrawn() -> None:
    made = stocked()
    made.hears(tool.Withdrawn(task="L3", name="read_disk", version=1))
    assert names(made.asked(memory.Find(agent="ogedei"))) == []


def test_a_limit_says_how_many_there_are() -> None:
    found = stocked().asked(memory.Find(limit=1))
    assert (len(found.capabilities), found.total) == (1, 4)


def test_rates_are_of_what_was_run_more_than_five_times() -> None:
    made = stocked()
    made.ran("clean_name", "+++++")
    made.ran("send_note", "++--++")
    assert names(made.asked(memory.Rates())) == ["send_note"]
    made.ran("clean_name", "+")
    found = made.asked(memory.Rates())
    assert [(each.name, each.rate, each.runs) for each in found.capabilities] == [
        ("clean_name", 1.0, 6),
        ("send_note", 4 / 6, 6),
    ]
    assert names(made.asked(memory.Rates(more_than=6))) == []


def test_rates_are_of_all_versions_together() -> None:
    made = stocked()
    made.ran("clean_name", "-" * 6)
    made.learnt("clean_name", version=2)
    made.ran("clean_name", "+" * 6, version=2)
    (found,) = made.asked(memory.Rates()).capabilities
    assert (found.runs, found.rate) == (12, 0.5)


def test_a_name_that_is_not_known_has_no_biography() -> None:
    made = Memory()
    assert made.asked(memory.Show(name="nothing")).capability is None
    assert not made.asked(memory.Requires(name="nothing")).known


# Prerequisites.


def test_prerequisites_are_told_in_the_order_in_which_they_are_needed() -> None:
    made = Memory()
    made.learnt("a")
    made.learnt("b", requires=("a",))
    made.learnt("c", requires=("b", "a", "lost"))
    found = made.asked(memory.Requires(name="c"))
    assert found.direct == ("b", "a", "lost")
    assert set(found.all) == {"a", "b", "lost"}
    assert found.all.index("a") < found.all.index("b")
    assert (found.missing, found.circles) == (("lost",), ())


def test_what_needs_nothing_has_no_prerequisites() -> None:
    made = Memory()
    made.learnt("a")
    assert made.asked(memory.Requires(name="a")) == memory.Prerequisites(known=True)


def test_circles_are_named() -> None:
    made = Memory()
    made.learnt("a", requires=("b",))
    made.learnt("b", requires=("c",))
    made.learnt("c", requires=("b",))
    made.learnt("d", requires=("d",))
    found = made.asked(memory.Requires(name="a"))
    assert found.circles == (("b", "c"),)
    assert set(found.all) == {"b", "c"}
    assert made.asked(memory.Requires(name="d")) == memory.Prerequisites(
        known=True, direct=("d",), all=(), circles=(("d",),)
    )


needs = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=4, unique=True).map(tuple))


@given(needs)
def test_prerequisites_are_all_that_can_be_reached_and_come_after_what_they_need(
    table: dict[str, tuple[str, ...]],
) -> None:
    made = Memory()
    for name, requires in table.items():
        made.learnt(name, requires=requires)
    for name in table:
        found = made.asked(memory.Requires(name=name))
        reached = reach(table, name)
        assert set(found.all) == reached - {name}
        assert set(found.missing) == {each for each in reached if each not in table}
        assert {each for circle in found.circles for each in circle} == {
            each for each in reached | {name} if each in reach(table, each)
        }
        for place, each in enumerate(found.all):
            later = [other for other in table.get(each, ()) if other in found.all[place + 1 :]]
            assert all(each in reach(table, other) for other in later)


def reach(table: dict[str, tuple[str, ...]], name: str) -> set[str]:
    """All that the name needs, by the definition."""
    found: set[str] = set()
    while True:
        more = (
            {other for each in {name, *found} for other in table.get(each, ())} if found else set(table.get(name, ()))
        )
        if more <= found:
            return found
        found |= more
