"""Programs from examples: that they generalise, keep to the budget, and never merely remember."""

import ast
import copy
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from actors.synthesis.problem import Budget, Contradiction, Example, Figures, Found, NotFound
from actors.synthesis.source import load
from actors.synthesis.synthesise import search, synthesise
from tests.pace import patience

ROOT = Path(__file__).parents[3]
SMALL = Budget(seconds=10.0, candidates=60_000)
PEOPLE = [{"name": "Ann", "age": 31, "city": "Oslo"}, {"name": "Bob", "age": 25, "city": "Rome"}]
MORE = [{"name": "Cid", "age": 47, "city": "Oslo"}, {"name": "Dee", "age": 19, "city": "Bonn"}, *PEOPLE]


def found(pairs: Sequence[tuple[Any, ...]], **settings: Any) -> str:
    """The source of a program for examples written as (argument, ..., result)."""
    examples = [Example(tuple(pair[:-1]), pair[-1]) for pair in pairs]
    answer = synthesise(examples, **{"budget": SMALL, **settings})
    assert isinstance(answer, Found), answer
    return answer.source


def run(source: str, *args: Any) -> Any:
    """What the program gives."""
    return load(source, "solve")(*copy.deepcopy(args))


@pytest.mark.parametrize(
    ("pairs", "unseen", "expected"),
    [
        ([(" a  b ", "a b"), ("x   y", "x y"), ("q", "q")], "  m \t n ", "m n"),
        ([("Ada Lovelace", "AL"), ("alan turing", "AT"), ("James Arthur Gosling", "JAG")], "kurt gödel", "KG"),
        (
            [("Hello, World!", "hello-world"), ("A Quick Fox", "a-quick-fox"), ("10 tips", "10-tips")],
            "So, it: is",
            "so-it-is",
        ),
        ([("ada@example.com", "example.com"), ("x.y@site.org", "site.org"), ("m@h.net", "h.net")], "q@w.e", "w.e"),
        ([("f(x)", "x"), ("see (note) below", "note"), ("Rome (Italy)", "Italy")], "go (now) on", "now"),
        (
            [("03/14/2024", "2024-03-14"), ("12/25/2023", "2023-12-25"), ("01/02/2020", "2020-01-02")],
            "7/4/1999",
            "1999-07-04",
        ),
        ([("2024-03-14", "Thursday"), ("2023-12-25", "Monday"), ("2020-01-02", "Thursday")], "2024-02-29", "Thursday"),
        ([(0, 32), (100, 212), (37, 98.6), (-40, -40)], 25, 77),
        ([(90, "1:30"), (5, "0:05"), (125, "2:05"), (600, "10:00")], 61, "1:01"),
        ([(1234567, "1,234,567"), (1000, "1,000"), (999, "999")], 45000, "45,000"),
        ([(255, "0xff"), (16, "0x10"), (10, "0xa")], 4096, "0x1000"),
        ([(4, "IV"), (1994, "MCMXCIV"), (58, "LVIII")], 2024, "MMXXIV"),
        (
            [("a=1;b=2", {"a": "1", "b": "2"}), ("x=y", {"x": "y"}), ("k=v;q=w", {"k": "v", "q": "w"})],
            "m=n",
            {"m": "n"},
        ),
        ([("a,b", ["a", "b"]), ('"S, J",42', ["S, J", "42"]), ('1,"t, u"', ["1", "t, u"])], '"a,b",c', ["a,b", "c"]),
        ([([1, 2, 3, 4], [4, 16]), ([6, 7, 8], [36, 64]), ([1, 3], [])], [10, 11], [100]),
        ([(PEOPLE, 56), (MORE[:3], 97), (MORE[:1], 47)], MORE, 122),
        (
            [(PEOPLE, ["Bob", "Ann"]), (MORE, ["Dee", "Bob", "Ann", "Cid"]), (MORE[:2], ["Dee", "Cid"])],
            MORE[1:3],
            ["Dee", "Ann"],
        ),
        (
            [
                (PEOPLE, {"Oslo": 31, "Rome": 25}),
                (MORE, {"Oslo": 78, "Bonn": 19, "Rome": 25}),
                (MORE[:1], {"Oslo": 47}),
            ],
            MORE[2:],
            {"Oslo": 31, "Rome": 25},
        ),
        (
            [
                ("Ann,31", {"name": "Ann", "age": 31}),
                ("Bob,25", {"name": "Bob", "age": 25}),
                ("C,4", {"name": "C", "age": 4}),
            ],
            "D,9",
            {"name": "D", "age": 9},
        ),
    ],
)
def test_a_program_found_from_a_few_examples_is_right_on_an_unseen_one(
    pairs: list[tuple[Any, Any]], unseen: Any, expected: Any
) -> None:
    assert run(found(pairs), unseen) == expected


def test_all_arguments_are_used_where_they_matter() -> None:
    source = found([("2024-02-27", 3, "2024-03-01"), ("2023-12-25", 10, "2024-01-04"), ("2020-01-02", 1, "2020-01-03")])
    assert run(source, "1999-12-31", 1) == "2000-01-01"


def test_a_choice_is_written_as_an_if_with_the_bound_that_the_goal_names() -> None:
    source = found([(55, "pass"), (48, "fail"), (80, "pass"), (10, "fail"), (95, "pass")], goal="pass from 50")
    assert "if number >= 50:" in source
    assert [run(source, points) for points in (50, 49)] == ["pass", "fail"]


def test_a_choice_may_compute_on_both_sides() -> None:
    source = found([(1, "1 item"), (2, "2 items"), (5, "5 items"), (0, "0 items"), (1, "1 item")])
    assert [run(source, count) for count in (1, 21)] == ["1 item", "21 items"]


def test_results_that_have_nothing_to_do_with_the_arguments_are_not_remembered() -> None:
    pairs = [("one", "kestrel"), ("two", "quarry"), ("three", "blimp"), ("four", "zodiac")]
    answer = synthesise([Example((a,), b) for a, b in pairs], budget=SMALL)
    assert isinstance(answer, NotFound)
    assert str(answer.figures.candidates) in answer.reason


def test_a_program_always_reads_an_argument() -> None:
    source = found([("ab", True), ("abc", False), ("abcd", True), ("x", False)])
    body = ast.parse(source).body[-1]
    assert any(isinstance(node, ast.Name) and node.id == "text" for node in ast.walk(body))


def test_contradicting_examples_are_named() -> None:
    with pytest.raises(Contradiction) as raised:
        synthesise([Example((1,), 2), Example((3,), 4), Example((1,), 5)])
    assert (raised.value.first, raised.value.second) == (0, 2)


def test_the_same_example_twice_is_no_contradiction() -> None:
    assert run(found([(1, 2), (1, 2), (5, 10), (7, 14)]), 8) == 16


@pytest.mark.parametrize(
    "examples",
    [[], [Example((), 1)], [Example((1,), 1), Example((1, 2), 2)], [Example(({1},), 1)], [Example((float("nan"),), 1)]],
)
def test_examples_that_cannot_be_searched_on_are_refused(examples: list[Example]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        synthesise(examples)


IMPOSSIBLE = [Example((f"{n * 7919 % 1000:03d} {n}",), f"{n * 104729 % 99991:x}") for n in range(1, 6)]


def test_the_time_of_the_budget_is_kept() -> None:
    started_s = time.process_time()
    answer = synthesise(IMPOSSIBLE, budget=Budget(seconds=0.5))
    assert isinstance(answer, NotFound)
    assert "0.5 s" in answer.reason
    assert time.process_time() - started_s < 2.0


@pytest.mark.parametrize("candidates", [1, 100, 5_000])
def test_no_more_candidates_are_tried_than_the_budget_allows(candidates: int) -> None:
    answer = synthesise(IMPOSSIBLE, budget=Budget(candidates=candidates))
    assert isinstance(answer, NotFound)
    assert answer.figures.candidates <= candidates


def test_no_more_values_are_kept_than_the_budget_allows() -> None:
    assert synthesise(IMPOSSIBLE, budget=Budget(kept=300)).figures.kept <= 300


def test_progress_is_told_while_searching() -> None:
    told: list[Figures] = []
    synthesise(IMPOSSIBLE, budget=Budget(candidates=50_000), progress=told.append)
    assert [figures.candidates for figures in told] == sorted({figures.candidates for figures in told})
    assert told


def test_a_researched_callable_that_no_table_has_is_used_when_it_is_hinted() -> None:
    pairs = [("appel", ["ape", "apple", "peach"], ["apple", "ape"]), ("wheel", ["while", "feel"], ["while"])]
    pairs = [(word, words, _close(word, words)) for word, words, _ in pairs] + [("x", ["y"], [])]
    source = found(pairs, hints=["difflib.get_close_matches"])
    assert "import difflib" in source
    assert run(source, "mitten", ["kitten", "dog"]) == ["kitten"]


def _close(word: str, words: list[str]) -> list[str]:
    import difflib

    return difflib.get_close_matches(word, words)


TOOL = '''
class Odd(Exception):
    pass


def solve(items):
    """Alternating sum."""
    if not isinstance(items, list):
        raise Odd("a list, please")
    total, sign = 0, 1
    while items:
        total += sign * items.pop(0)
        sign = -sign
    return total
'''


def test_an_example_beyond_the_first_ones_is_not_forgotten() -> None:
    pairs = [(n, "low" if n < 40 else "high") for n in (1, 45, 3, 50, 5, 60, 7, 70, 9, 80, 39, 40, 41)]
    source = found(pairs)
    assert [run(source, n) for n, _ in pairs] == [result for _, result in pairs]


def test_examples_that_are_too_long_are_refused() -> None:
    with pytest.raises(ValueError, match="longer than"):
        synthesise([Example(("x" * 300_000,), 1)])


def test_a_learnt_tool_is_used_and_its_source_comes_along() -> None:
    pairs = [("5 2 1", 4), ("10 1 7 2", 14), ("3 8", -5), ("6 1 1 9", -3)]
    source = found(pairs, tools={"alternating-sum": TOOL})
    assert "def alternating_sum(items):" in source
    assert run(source, "9 4 2") == 7


@pytest.mark.parametrize("name", ["solve", "text", "print", "re", "x", "match"])
def test_a_learnt_tool_whose_name_means_something_else_in_a_program_spoils_none(name: str) -> None:
    pairs = [("5 2 1", 4), ("10 1 7 2", 14), ("3 8", -5), ("6 1 1 9", -3)]
    source = found(pairs, tools={name: TOOL})
    assert f"def {name}_tool(items):" in source
    assert run(source, "9 4 2") == 7


def test_a_tool_that_cannot_be_loaded_is_left_out() -> None:
    source = found([("a", "A"), ("b", "B"), ("xy", "XY")], tools={"broken": "def solve(:", "missing": "x = 1"})
    assert run(source, "q") == "Q"


def test_huge_numbers_neither_exhaust_memory_nor_hang() -> None:
    script = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))\n"
        "from actors.synthesis.problem import Budget, Example\n"
        "from actors.synthesis.synthesise import synthesise\n"
        "rows = [Example((10**17 + 7919 * n, '9' * 18), f'{n * 7919 % 997:x}**') for n in range(5)]\n"
        "print(type(synthesise(rows, budget=Budget(seconds=8, candidates=80_000))).__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=patience(60), check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() in ("NotFound", "Found")


REQUEST: dict[str, Any] = {
    "examples": [
        {"args": [[{"k": "a", "n": 1}, {"k": "b", "n": 2}]], "result": "a:1 b:2"},
        {"args": [[{"k": "x", "n": 7}]], "result": "x:7"},
        {"args": [[{"k": "p", "n": 3}, {"k": "q", "n": 4}, {"k": "r", "n": 5}]], "result": "p:3 q:4 r:5"},
    ],
    "goal": "join keys and numbers",
    "candidates": 25_000,
}


def test_a_request_and_its_answer_are_plain_json() -> None:
    answer = search(json.loads(json.dumps(REQUEST)))
    assert json.loads(json.dumps(answer)) == answer
    assert answer["status"] == "found"
    assert run(answer["source"], [{"k": "z", "n": 9}]) == "z:9"
    assert answer["figures"]["candidates"] > 0


def test_a_request_is_refused_with_the_reason() -> None:
    assert search({"goal": "x"}) == {"status": "refused", "reason": "KeyError: 'examples'"}
    contradiction = search({"examples": [{"args": [1], "result": 1}, {"args": [1], "result": 2}]})
    assert contradiction["status"] == "contradiction"
    assert contradiction["examples"] == [0, 1]


def test_the_same_request_gives_the_same_program_whatever_the_hash_seed() -> None:
    script = f"from actors.synthesis.synthesise import search\nprint(search({REQUEST!r})['source'])"
    sources = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            timeout=patience(60),
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(sources) == 1
    assert "def solve(records):" in sources.pop()


def test_the_search_needs_nothing_but_the_standard_library() -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "import actors.synthesis, actors.library.index\n"
        "loaded = {name.split('.')[0] for name in sys.modules} - {'__main__', 'actors'}\n"
        "print(sorted(loaded - set(sys.stdlib_module_names)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", script],
        capture_output=True,
        text=True,
        timeout=patience(60),
        check=True,
    )
    assert done.stdout.strip() == "[]"
