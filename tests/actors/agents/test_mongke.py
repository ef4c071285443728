"""Möngke: what he finds is ranked, and he says what he would take."""

from actors.agents.mongke import Mongke
from messages.task import Example
from messages.tools import learning, library, memory, tool
from messages.tools.learning import Option
from tests.actors.bench import Bench, only

RESEARCH = learning.Research(task="L", goal="strip a text", domain="general")
NO_TOOLS = tool.Sought(task="L", tools=())
NO_ADVICE = memory.Reminded(task="L", advice="learn", reason="nothing that stands does this")
SHOUT = tool.Known(
    name="shout",
    description="upper case",
    entry="f",
    source="def f(t):\n    return t.upper()\n",
    parameters=("t",),
    examples=(Example(args=("a",), result="A"),),
    score=2.0,
    reliability=0.75,
)


def option(name: str, score: float, module: str = "builtins") -> Option:
    return Option(name=name, module=module, signature="", summary="", score=score, justification="its name says it")


def researched(*options: Option, sought: tool.Sought = NO_TOOLS, advice: memory.Reminded = NO_ADVICE) -> object:
    bench = Bench(Mongke, history=[RESEARCH, sought, advice])
    said = only(bench.hears(library.Found(task="L", options=options)), learning.Researched)
    assert bench.state.inquiries == {}
    return said


def test_research_asks_library_registry_and_memory() -> None:
    assert Bench(Mongke).hears(RESEARCH) == (
        library.Search(task="L", goal="strip a text", limit=12),
        tool.Seek(task="L", goal="strip a text", limit=5),
        memory.Remind(task="L", goal="strip a text"),
    )


def test_nothing_is_said_before_all_three_have_answered_in_whatever_order() -> None:
    bench = Bench(Mongke, history=[RESEARCH])
    assert bench.hears(library.Found(task="L", options=(option("str.lower", 3.0),))) == ()
    assert bench.hears(NO_ADVICE) == ()
    only(bench.hears(NO_TOOLS), learning.Researched)
    assert bench.hears(NO_TOOLS) == ()


def test_options_come_best_first_with_a_recommendation() -> None:
    said = researched(option("str.lower", 3.0), option("sub", 5.0, "re"))
    assert [known.path for known in said.options] == ["re.sub", "str.lower"]  # type: ignore[attr-defined]
    assert said.recommendation == "re.sub: its name says it; then str.lower"  # type: ignore[attr-defined]


def test_what_hardly_fits_is_left_out() -> None:
    said = researched(option("a", 10.0), option("b", 3.0), option("c", 2.9))
    assert [known.name for known in said.options] == ["a", "b"]  # type: ignore[attr-defined]


def test_a_library_without_an_answer_is_no_obstacle() -> None:
    said = researched()
    assert said.options == ()  # type: ignore[attr-defined]
    assert "nothing" in said.recommendation  # type: ignore[attr-defined]


def test_registered_tools_are_options_of_their_own_kind_and_go_along() -> None:
    said = researched(option("str.upper", 3.0), sought=tool.Sought(task="L", tools=(SHOUT,)))
    first = said.options[0]  # type: ignore[attr-defined]
    assert (first.path, first.kind, first.reliability) == ("shout", "tool", 0.75)
    assert "75%" in first.justification
    assert said.tools == (SHOUT,)  # type: ignore[attr-defined]


def test_experience_that_speaks_for_something_is_told_first() -> None:
    advice = memory.Reminded(task="L", advice="use", reason="shout succeeds in 90% of the cases: use it", name="shout")
    assert researched(option("str.upper", 3.0), advice=advice).recommendation.startswith("experience: shout")  # type: ignore[attr-defined]
