"""The composition: three nodes, one container for each zone, and walls that do not depend on good behaviour."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
NODES = ("nats-1", "nats-2", "nats-3")
ZONES = ("guard", "sandbox", "council", "autonomy")
SERVERS = "nats://nats-1:4222,nats://nats-2:4222,nats://nats-3:4222"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return read


def source(mount: str) -> str:
    return mount.split(":")[0]


def test_three_nodes_each_with_its_own_exported_configuration_and_data(compose: dict[str, Any]) -> None:
    nodes = {name: each for name, each in compose["services"].items() if each["image"].startswith("nats:")}
    assert tuple(nodes) == NODES
    for name, node in nodes.items():
        assert node["image"] == "nats:2.15-alpine"
        assert node["command"] == ["-c", f"/config/{name}.conf"]
        assert node["volumes"] == ["config:/config:ro", f"{name}:/data"]
        assert node["depends_on"] == {"export": {"condition": "service_completed_successfully"}}
        assert any("/healthz" in word for word in node["healthcheck"]["test"])


def test_the_configuration_is_generated_for_exactly_these_nodes(compose: dict[str, Any]) -> None:
    export = compose["services"]["export"]
    assert export["command"] == ["auth", "export", "--cluster", ",".join(NODES), "--out", "/config"]
    assert export["network_mode"] == "none"
    assert "restart" not in export


def test_one_container_for_each_zone_waits_for_the_nodes(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"export", *NODES, *ZONES}
    for zone in ZONES:
        service = compose["services"][zone]
        assert service["command"] == ["up", "--zone", zone, "--url", SERVERS, "--keys", "/keys"]
        assert service["depends_on"] == {node: {"condition": "service_healthy"} for node in NODES}
        assert service["healthcheck"]["test"][0] == "CMD"


def test_nothing_is_published_but_the_clients_port_on_loopback(compose: dict[str, Any]) -> None:
    published = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert published == ["127.0.0.1:4222:4222"]


def test_the_sandbox_reaches_the_nodes_and_nothing_else(compose: dict[str, Any]) -> None:
    assert compose["services"]["sandbox"]["networks"] == ["sandbox"]
    assert compose["networks"]["sandbox"] == {"internal": True}
    neighbours = {name for name, each in compose["services"].items() if "sandbox" in each.get("networks", [])}
    assert neighbours == {"sandbox", *NODES}


def test_no_two_zones_share_a_network(compose: dict[str, Any]) -> None:
    for zone in ZONES:
        assert compose["services"][zone]["networks"] == [zone]
    assert {name for name, network in compose["networks"].items() if not network.get("internal")} == {"council"}


def test_no_container_can_gain_rights_or_change_itself_or_take_the_whole_host(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["read_only"] is True, name
        assert service["pids_limit"] > 0, name
        assert re.fullmatch(r"\d+[mg]", service["mem_limit"]), name
        assert not {"privileged", "cap_add", "devices", "pid", "ipc"} & set(service), name
        assert not [mount for mount in service["volumes"] if source(mount) not in compose["volumes"]], name


def test_each_zone_holds_its_own_keys_alone_and_cannot_change_them(compose: dict[str, Any]) -> None:
    for zone in ZONES:
        mounts = compose["services"][zone]["volumes"]
        assert mounts == [f"keys-{zone}:/keys:ro", f"data-{zone}:/data"]
    export = compose["services"]["export"]["volumes"]
    assert {f"keys-{zone}:/config/keys/{zone}" for zone in ZONES} <= set(export)


def test_no_secret_stands_in_the_composition(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service.get("environment", {})) <= {"KURULTAI_REPLICAS"}
    assert not re.search(r"\bS[UAOCN][A-Z2-7]{56}\b|password|token", (ROOT / "compose.yaml").read_text())


def test_the_image_runs_as_nobodys_user_and_keeps_no_build_tools() -> None:
    stages = (ROOT / "Dockerfile").read_text().split("FROM python:3.12-slim")
    assert len(stages) == 3
    final = stages[2]
    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE)
    assert re.search(r"pip uninstall .*\bpip\b", final)
    assert not re.search(r"pip install|apt-get", final)
    assert 'ENTRYPOINT ["kurultai"]' in final


def test_the_image_has_every_directory_that_a_volume_is_mounted_on(compose: dict[str, Any]) -> None:
    made = (ROOT / "Dockerfile").read_text().split()
    for name in ("export", *ZONES):
        for mount in compose["services"][name]["volumes"]:
            assert mount.split(":")[1] in made, mount


def test_the_image_is_built_from_the_packages_alone() -> None:
    lines = (ROOT / ".dockerignore").read_text().split()
    assert lines[0] == "*"
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    for name in " ".join(copied).split():
        assert f"!{name}" in lines or f"!{name}/" in lines, name
