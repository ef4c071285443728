"""Which patterns take exponential time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.scan.patterns import explodes


@pytest.mark.parametrize(
    "pattern",
    [
        *("(a+)+$", "(a*)*b", "([a-z]+)*$", r"^(\w+\s?)*$", "(a|a)*b", "(a|aa)+$", "(?:x+x*)+y", "((a+))+", "(.*)*x"),
        *("(a+){20}", "(?P<n>(?:ab)?c+)+"),
    ],
)
def test_a_repetition_of_a_repetition_explodes(pattern: str) -> None:
    assert explodes(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "a+b+",
            r"(?:\d+,)+\d+",
            r"(\w+)@(\w+)\.com",
            "(a|b)*c",
            "(?:ab)+",
            "(ab|cd)*",
            r"\s+|\S+",
            "[a-z]*",
            "(a+)?b",
        ),
        *(r"(?:[^\"\\]|\\.)*", r"(\d+)(?:\.(\d+))*", "(", "a{3}", ""),
    ],
)
def test_ordinary_patterns_do_not(pattern: str) -> None:
    assert not explodes(pattern)


@given(st.text(alphabet="ab|*+?(){}[]^$\\d.-,1:=!<P>", max_size=30))
def test_no_pattern_breaks_it(pattern: str) -> None:
    explodes(pattern)
