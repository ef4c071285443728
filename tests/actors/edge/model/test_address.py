"""The address of a model service: what is none is told with what to give instead."""

import pytest

from actors.edge.model.address import checked, completions, is_loopback, is_readable_by_others
from actors.edge.model.worker import Model
from runtime.directory.settings import Settings, actor_settings
from runtime.errors import BadSetting
from runtime.roster import Roster, zone

ALONE = Roster(zones=(zone("council", Model),), kinds=())


@pytest.mark.parametrize(
    ("base_url", "part"),
    [
        ("api.example.com/v1", "must begin with https"),
        ("file:///etc/passwd", "must begin with https"),
        ("https://", "names no host"),
        ("https://a b/v1", "names no host"),
        ("https://api.example.com/v1\nx", "names no host"),
        ("https://user:word@api.example.com/v1", "no user and no password"),
        ("https://api.example.com/v1?key=1", "no ?"),
        ("https://api.example.com:port/v1", "can't be read"),
        ("https://[::1/v1", "can't be read"),
    ],
)
def test_what_is_no_address_is_refused(base_url: str, part: str) -> None:
    with pytest.raises(ValueError, match=part.replace("?", r"\?")):
        checked(base_url)


@pytest.mark.parametrize("base_url", ["https://api.example.com/v1", "http://127.0.0.1:11434/v1", "http://[::1]:80"])
def test_what_is_one_is_taken(base_url: str) -> None:
    checked(base_url)
    assert completions(base_url) == f"{base_url}/chat/completions" == completions(f"{base_url}/")


@pytest.mark.parametrize(
    ("base_url", "loopback"),
    [
        ("http://127.0.0.1:1/v1", True),
        ("http://127.9.9.9/v1", True),
        ("http://localhost/v1", True),
        ("http://10.0.0.1/v1", False),
        ("http://localhost.example.com/v1", False),
    ],
)
def test_only_this_machine_is_taken_for_this_machine(base_url: str, loopback: bool) -> None:
    assert is_loopback(base_url) is loopback
    assert is_readable_by_others(base_url) is not loopback


def test_a_wrong_address_in_the_settings_is_named_when_the_council_starts() -> None:
    wrong = Settings(actors={"model": {"base_url": "api.example.com"}})
    with pytest.raises(BadSetting, match=r"\[actors\.model\].*must begin with https"):
        actor_settings(wrong, ALONE, lambda _name: {})


def test_a_key_in_the_settings_is_refused() -> None:
    wrong = Settings(actors={"model": {"key": "sk-1"}})
    with pytest.raises(BadSetting, match=r"\[actors\.model\]"):
        actor_settings(wrong, ALONE, lambda _name: {})


def test_the_longest_that_settings_allow_is_below_the_worker_s_own_limit() -> None:
    assert Model.Settings(timeout_s=180, tries=5, longest_wait_s=60).within_s < Model.timeout_s
