"""What a client is told of a line that is no message."""

import mcp_types as types
import pytest

from runtime.mcp.parsing import refusal


def told(line: str) -> tuple[int, object]:
    with pytest.raises(Exception) as caught:
        types.jsonrpc_message_adapter.validate_json(line, by_name=False)
    said = refusal(caught.value)
    return said.error.code, said.id


@pytest.mark.parametrize(
    "line", ["garbage", '"\\ud800"', '{"id": 7, "a": "\\ud800"}', "[" * 300 + "]" * 300, "{", "\x00"]
)
def test_a_line_that_can_not_be_read_is_a_parse_error(line: str) -> None:
    assert told(line) == (-32700, None)


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("[]", None),
        ("7", None),
        ('{"jsonrpc": "2.0", "id": 7}', 7),
        ('{"jsonrpc": "2.0", "id": "a", "method": 5}', "a"),
        ('{"jsonrpc": "2.0", "id": [1]}', None),
        ('{"jsonrpc": "2.0", "id": true}', None),
    ],
)
def test_a_line_that_is_no_message_is_an_invalid_request_under_its_own_id(line: str, known: object) -> None:
    assert told(line) == (-32600, known)
