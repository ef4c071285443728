"""Whose process finds which secret in its environment, in a whole council as it is launched."""

import sys
from pathlib import Path
from typing import Any

import pytest

from actors.roster import ROSTER
from runtime.directory.settings import Settings, actor_settings
from runtime.hosting.environment import environment_of
from runtime.hosting.system import Council

SECRETS = {"OPENAI_API_KEY": "sk-of-the-model", "WEATHER_KEY": "weather-of-the-broker"}
ACTORS = {"sandbox": {"secrets": {"weather": {"variable": "WEATHER_KEY", "host": "api.test"}}}}


def holders(council: Council) -> dict[str, set[str]]:
    """Which of the secrets each zone's process was started with."""
    found = {}
    for cell in council._cells:
        environment = Path(f"/proc/{cell.pid}/environ").read_bytes()
        found[cell.zone.name] = {name for name, value in SECRETS.items() if value.encode() in environment}
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_a_secret_is_in_the_process_of_its_actor_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    council = Council(Settings(data_dir=str(tmp_path), actors=ACTORS), "actors.roster:ROSTER")
    try:
        await council._prepare_zones()
        found = holders(council)
    finally:
        await council.close()
    model, sandbox = (ROSTER.zone_of(name) for name in ("model", "sandbox"))
    assert model is not None
    assert sandbox is not None
    for zone in ROSTER.zones:
        mine = {"OPENAI_API_KEY"} if zone is model else {"WEATHER_KEY"} if zone is sandbox else set()
        assert found[zone.name] == mine, zone.name


def test_a_variable_that_is_nobodys_secret_reaches_every_zone() -> None:
    configured: Any = actor_settings(Settings(), ROSTER, lambda _name: {"key": "any"})
    for zone in ROSTER.zones:
        assert environment_of(zone, ROSTER, configured, {"LANG": "C", "MINE": "1"}) == {"LANG": "C", "MINE": "1"}
