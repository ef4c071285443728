"""Named arguments find their places, or it is said why not."""

from typing import Any

import pytest

from actors.tools.spec.binding import bind

WRITTEN = ("text", "times=", "end=", "*rest")
SCHEMA = {"properties": {"text": {}, "times": {"default": 2}, "end": {}, "rest": {"type": "array"}}}


@pytest.mark.parametrize(
    ("args", "named", "bound"),
    [
        (["a"], {}, ("a",)),
        ([], {"text": "a"}, ("a",)),
        (["a"], {"times": 3}, ("a", 3)),
        ([], {"end": "!", "text": "a"}, ("a", 2, "!")),
        (["a", 1], {"end": "!", "rest": [4, 5]}, ("a", 1, "!", 4, 5)),
    ],
)
def test_arguments_stand_where_the_function_takes_them(args: list[Any], named: dict[str, Any], bound: object) -> None:
    assert bind(WRITTEN, SCHEMA, args, named) == bound


@pytest.mark.parametrize(
    ("args", "named", "told"),
    [
        (["a"], {"tims": 3}, "no parameter 'tims'"),
        (["a"], {"text": "b"}, "by place and by name"),
        ([], {"times": 3}, "lacks the argument 'text'"),
        (["a"], {"rest": [1]}, "needs 'end' too"),
        (["a", 1, "!"], {"rest": 1}, "as an array"),
    ],
)
def test_arguments_without_a_place_are_told(args: list[Any], named: dict[str, Any], told: str) -> None:
    assert told in str(bind(WRITTEN, SCHEMA, args, named))
