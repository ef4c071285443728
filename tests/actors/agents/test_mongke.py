"""Möngke: what he finds is ranked, and he says what he would take."""

from actors.agents.mongke import Mongke
from messages import learning, library
from messages.learning import Option
from tests.actors.bench import Bench, only


def option(name: str, score: float, module: str = "builtins") -> Option:
    return Option(name=name, module=module, signature="", summary="", score=score, justification="its name says it")


def test_research_asks_the_library_for_the_goal() -> None:
    said = Bench(Mongke).hears(learning.Research(task="L", goal="strip a text", domain="general"))
    assert said == (library.Search(task="L", goal="strip a text", limit=12),)


def test_options_come_best_first_with_a_recommendation() -> None:
    found = library.Found(task="L", options=(option("str.lower", 3.0), option("sub", 5.0, "re")))
    said = only(Bench(Mongke).hears(found), learning.Researched)
    assert [known.path for known in said.options] == ["re.sub", "str.lower"]
    assert said.recommendation == "re.sub: its name says it; then str.lower"


def test_what_hardly_fits_is_left_out() -> None:
    found = library.Found(task="L", options=(option("a", 10.0), option("b", 3.0), option("c", 2.9)))
    assert [known.name for known in only(Bench(Mongke).hears(found), learning.Researched).options] == ["a", "b"]


def test_a_library_without_an_answer_is_no_obstacle() -> None:
    said = only(Bench(Mongke).hears(library.Found(task="L", options=())), learning.Researched)
    assert said.options == ()
    assert "nothing" in said.recommendation
