"""How a function is called."""

import pytest

from actors.tools.spec.interface import digest_of, misfit, parameters_of


def test_parameters_are_written_as_in_a_signature() -> None:
    assert parameters_of("def f(a, /, b, c=1, *rest, d=2):\n    pass\n", "f") == ("a", "b", "c=", "*rest")
    assert parameters_of("def f(a, b=1, *, c, d=2, **more):\n    pass\n", "f") == ("a", "b=", "c", "d=")


def test_the_last_definition_of_a_name_counts() -> None:
    assert parameters_of("def f(a): pass\ndef f(a, b): pass\n", "f") == ("a", "b")


@pytest.mark.parametrize("source", ["f = 1", "def g(): pass", "def f(:", "x\x00"])
def test_what_is_no_function_has_no_parameters(source: str) -> None:
    with pytest.raises(ValueError):
        parameters_of(source, "f")


@pytest.mark.parametrize(
    ("parameters", "count", "fits"),
    [
        ((), 0, True),
        ((), 1, False),
        (("a", "b="), 0, False),
        (("a", "b="), 1, True),
        (("a", "b="), 2, True),
        (("a", "b="), 3, False),
        (("a", "*rest"), 0, False),
        (("a", "*rest"), 9, True),
    ],
)
def test_the_number_of_arguments_must_fit(parameters: tuple[str, ...], count: int, fits: bool) -> None:
    assert (misfit(parameters, count) is None) is fits


def test_the_digest_changes_with_source_and_with_entry() -> None:
    assert len({digest_of("a", "b"), digest_of("a", "c"), digest_of("b", "b")}) == 3
