"""Flag over environment over the directory's file over the user's; a wrong one is named with where it stands."""

from pathlib import Path

import msgspec
import pytest

from runtime.actor import Actor
from runtime.directory.settings import Settings, actor_settings, load
from runtime.errors import BadSetting
from runtime.roster import Roster, zone


class Tuned(Actor):
    class Settings(msgspec.Struct, frozen=True, kw_only=True):
        speed: int = 1
        key: str = ""


TUNED = Roster(zones=(zone("z", Tuned),), kinds=())


def nothing(_member: str) -> dict[str, str]:
    return {}


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path, dict[str, str]]:
    """The directory's file, the user's file, and an environment that leads to it."""
    here, home = tmp_path / "here", tmp_path / "config" / "kurultai"
    here.mkdir()
    home.mkdir(parents=True)
    monkeypatch.chdir(here)
    return here / "kurultai.toml", home / "kurultai.toml", {"XDG_CONFIG_HOME": str(tmp_path / "config")}


def test_a_flag_wins_over_all_and_the_user_s_file_over_nothing(places: tuple[Path, Path, dict[str, str]]) -> None:
    here, home, environment = places
    assert load({}, environment).port == 0
    home.write_text("port = 1\ncouncil = 'mine'\n")
    assert load({}, environment).port == 1
    here.write_text("port = 2\n")
    assert load({}, environment).port == 2
    environment["KURULTAI_PORT"] = "3"
    assert load({}, environment).port == 3
    assert load({"port": 4, "council": None}, environment).port == 4
    assert load({}, environment).council == "mine"


def test_the_usual_variable_for_the_server_is_honoured(places: tuple[Path, Path, dict[str, str]]) -> None:
    environment = {**places[2], "NATS_URL": "nats://there:4222"}
    assert load({}, environment).url == "nats://there:4222"
    assert load({}, {**environment, "KURULTAI_URL": "nats://here:4222"}).url == "nats://here:4222"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("prot = 1", "prot"),
        ("port = 'many'", r"\$\.port"),
        ("port = 99999", r"\$\.port"),
        ("port = ", "kurultai.toml"),
        ("council = 'a b'", r"\$\.council"),
    ],
)
def test_a_wrong_setting_in_a_file_is_named_with_the_file(
    places: tuple[Path, Path, dict[str, str]], text: str, part: str
) -> None:
    places[0].write_text(text)
    with pytest.raises(BadSetting, match=part) as caught:
        load({}, places[2])
    assert "kurultai.toml" in str(caught.value)


def test_a_misspelt_variable_is_named(places: tuple[Path, Path, dict[str, str]]) -> None:
    with pytest.raises(BadSetting, match="prot"):
        load({}, {**places[2], "KURULTAI_PROT": "1"})


def test_variables_of_other_use_are_no_settings(places: tuple[Path, Path, dict[str, str]]) -> None:
    load({}, {**places[2], "KURULTAI_LOG": "debug"})


def test_an_actor_s_settings_come_from_its_table() -> None:
    found = actor_settings(Settings(actors={"tuned": {"speed": 3}}), TUNED, nothing)["tuned"]
    assert msgspec.to_builtins(found) == {"speed": 3, "key": ""}


def test_what_the_launch_provides_yields_to_what_was_set() -> None:
    def provided(member: str) -> dict[str, str]:
        return {"key": f"/keys/{member}", "unknown": "x"}

    assert actor_settings(Settings(), TUNED, provided)["tuned"] == Tuned.Settings(key="/keys/tuned")
    mine = Settings(actors={"tuned": {"key": "mine"}})
    assert actor_settings(mine, TUNED, provided)["tuned"] == Tuned.Settings(key="mine")


@pytest.mark.parametrize(
    ("actors", "part"),
    [
        ({"tuend": {}}, "no such actor"),
        ({"tuned": {"sped": 1}}, "sped"),
        ({"tuned": {"speed": "fast"}}, r"\$\.speed"),
    ],
)
def test_a_wrong_setting_of_an_actor_is_named(actors: dict[str, dict[str, object]], part: str) -> None:
    with pytest.raises(BadSetting, match=part):
        actor_settings(Settings(actors=actors), TUNED, nothing)
