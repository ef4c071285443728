"""Task files: each bad field with its path, the reason and how to mend it."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.task import Learn, Run
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.tasks.form import Fault, checked, faults_of

GOOD: dict[str, Any] = {
    "goal": "double a number",
    "name": "double",
    "examples": [{"args": [n], "result": 2 * n} for n in range(4)],
}


def fault(**changes: Any) -> Fault:
    """The one fault of the good task with these changes."""
    (found,) = faults_of({**GOOD, **changes}, Learn)
    return found


def test_a_good_task_has_no_fault_and_is_published_as_it_is() -> None:
    assert list(faults_of(GOOD, Learn)) == []
    assert checked(GOOD, Learn, "task.json") is GOOD


def test_an_unknown_field_is_named_with_what_was_meant() -> None:
    found = fault(exmaples=[])
    assert (found.path, found.reason) == ("$.exmaples", "Unknown field")
    assert "'examples'" in found.mend


def test_a_missing_field_is_named_with_what_it_must_hold() -> None:
    document = {name: value for name, value in GOOD.items() if name != "goal"}
    (found,) = faults_of(document, Learn)
    assert (found.path, found.reason) == ("$.goal", "Missing")
    assert "string" in found.mend


def test_a_wrong_type_deep_inside_is_named_by_its_path() -> None:
    examples = [*GOOD["examples"], {"args": 3, "result": 1}]
    found = fault(examples=examples)
    assert found.path == "$.examples[4].args"
    assert "Expected `array`, got `int`" in found.reason


def test_a_value_out_of_a_choice_is_answered_with_the_choices() -> None:
    found = fault(domain="telefony")
    assert found.path == "$.domain"
    assert "telephony" in found.mend


def test_an_object_without_required_fields_is_asked_for_with_those_it_may_have() -> None:
    assert fault(about="x").mend.startswith("Give an object with any of category, bump")
    assert fault(candidate=3).path == "$.candidate"


@pytest.mark.parametrize("timeout_s", [-1, 0, 26])
def test_a_number_out_of_bounds_is_not_told_to_be_a_number(timeout_s: float) -> None:
    assert fault(about={"timeout_s": timeout_s}).mend == "Bring it within these bounds"


def test_too_few_examples_are_counted() -> None:
    with pytest.raises(Ended) as caught:
        checked({**GOOD, "examples": GOOD["examples"][:2]}, Learn, "task.json")
    assert "$.examples: 2 examples; at least 3 are needed. Give more, or tests in" in caught.value.message


def test_a_value_that_is_nested_too_deeply_is_told_as_that() -> None:
    deep: Any = 1
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(Ended, match="nested too deeply"):
        checked({**GOOD, "examples": [*GOOD["examples"], {"args": [deep], "result": 1}]}, Learn, "task.json")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": "class"}, "$.name: 'class' is a word of Python itself"),
        ({"tests": [{"name": "a", "args": [1], "result": 2, "raises": "ValueError"}]}, "$.tests[0]: `result` and"),
    ],
)
def test_what_no_code_could_ever_fulfil_is_refused_before_it_is_published(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(Ended) as caught:
        checked({**GOOD, **wrong}, Learn, "task.json")
    assert told in caught.value.message


def test_tests_stand_for_examples() -> None:
    document = {**GOOD, "examples": [], "suite": "def test_double(): assert double(1) == 2"}
    assert checked(document, Learn, "task.json") is document


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"examples": [*GOOD["examples"], {"args": [1], "result": 7}]}, "$.examples[4]: contradicts examples[1]"),
        ({"tests": [{"name": "a", "args": [1], "result": 7}]}, "$.tests[0]: contradicts examples[1]"),
        ({"tests": [{"name": "a", "args": [1], "raises": "ValueError"}]}, "$.tests[0]: contradicts examples[1]"),
        ({"requires": ["one", "two", "one"]}, "$.requires[2]: 'one' is required already"),
        ({"tests": [{"name": "a"}, {"name": "a"}]}, "$.tests[1].name"),
        ({"tests": [{"name": "a", "needs": ["b"]}, {"name": "b"}]}, "$.tests[0].needs"),
    ],
)
def test_what_does_not_go_together_is_named_by_its_path(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(Ended) as caught:
        checked({**GOOD, **changes}, Learn, "task.json")
    assert path in caught.value.message


def test_a_field_of_an_optional_part_is_named_by_its_path() -> None:
    found = fault(candidate={"source": "def f(x): return x"})
    assert (found.path, found.reason) == ("$.candidate.entry", "Missing")


def test_all_faults_are_told_at_once_and_nothing_is_published() -> None:
    with pytest.raises(Ended) as caught:
        checked({"goal": 3, "name": "Not A Name", "wat": 1}, Learn, "task.json")
    assert caught.value.exit_code == Exit.USAGE
    for told in ("$.goal", "$.name", "$.wat", "nothing was published"):
        assert told in caught.value.message


def test_what_is_no_object_is_no_task() -> None:
    (found,) = faults_of([1, 2], Run)
    assert (found.path, found.reason) == ("$", "Expected `object`, got `array`")


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(["goal", "name", "examples", "domain", "candidate", "timeout_s", "deadline", "id", "other"])


@given(st.dictionaries(fields, values, max_size=5), st.booleans())
def test_a_task_has_a_fault_exactly_when_the_council_could_not_read_it(changes: dict[str, Any], whole: bool) -> None:
    document = {**(GOOD if whole else {}), **changes}
    try:
        msgspec.convert(document, Learn)
    except msgspec.ValidationError:
        readable = False
    else:
        readable = True
    assert (list(faults_of(document, Learn)) == []) == readable
