"""Where HTTP is listened to, and what can be a token."""

from pathlib import Path

import pytest

from runtime.errors import BadSetting
from runtime.mcp.place import Place, checked, new_token, place_of, token_in

GOOD = "0123456789abcdef"


@pytest.mark.parametrize(
    ("text", "place", "loopback"),
    [
        ("8000", Place("127.0.0.1", 8000), True),
        (":0", Place("127.0.0.1", 0), True),
        ("localhost:1", Place("localhost", 1), True),
        ("[::1]:8000", Place("::1", 8000), True),
        ("0.0.0.0:8000", Place("0.0.0.0", 8000), False),
        ("[::]:8000", Place("::", 8000), False),
        ("host.example:8000", Place("host.example", 8000), False),
        ("127.0.0.1.example:8000", Place("127.0.0.1.example", 8000), False),
    ],
)
def test_a_place_is_this_machine_unless_it_says_otherwise(text: str, place: Place, loopback: bool) -> None:
    assert place_of(text) == place
    assert place.is_loopback is loopback


@pytest.mark.parametrize("text", ["", "host", "host:", "1:99999", "1:-1", "a:b"])
def test_what_is_no_place_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="HOST:PORT"):
        place_of(text)


def test_a_token_that_is_made_is_a_token_and_no_other() -> None:
    assert checked(new_token(), "here") != new_token()


@pytest.mark.parametrize("text", ["", "short", "with a blank in it, long enough", "ümläute-are-no-part-of-it"])
def test_what_is_no_token_is_refused_and_never_shown(text: str) -> None:
    with pytest.raises(BadSetting) as caught:
        checked(text, "here")
    assert "here" in str(caught.value)
    assert not text or text not in str(caught.value)


def test_a_file_of_a_token_is_its_owner_s_alone(tmp_path: Path) -> None:
    file = tmp_path / "token"
    with pytest.raises(BadSetting, match="can't be read"):
        token_in(file)
    file.touch(0o600)
    file.write_text(f"{GOOD}\n")
    assert token_in(file) == GOOD
    file.chmod(0o640)
    with pytest.raises(BadSetting, match="chmod 600"):
        token_in(file)
