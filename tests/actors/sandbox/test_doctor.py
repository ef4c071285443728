"""What the doctor says of the walls."""

import subprocess
import sys

import msgspec

from actors.sandbox.doctor import finding
from actors.sandbox.outcome import Profile, Walls
from tests.pace import patience

WHOLE = Walls(
    tier="A",
    layers=("rlimits", "user", "namespaces", "landlock", "seccomp"),
    probes={"fork": "refused", "trace": "killed"},
    landlock_abi=7,
    landlock_masks={"files": 0xFFFF, "net": 3, "scoped": 1},
)


def test_the_walls_of_this_host_are_tried_and_told() -> None:
    command = [sys.executable, "-m", "actors.sandbox.doctor", "--walls"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=patience(60))
    found = msgspec.json.decode(done.stdout, type=dict[Profile, Walls])
    assert set(found) == {"pure", "files"}
    assert found["pure"].tier is None or "signal the host" in found["pure"].probes
    said = finding(found)
    assert said["state"] in ("ok", "warning")
    assert "tier" in said["text"] or "refused" in said["text"]


def test_a_host_without_walls_is_told_that_nothing_will_be_learnt() -> None:
    none = Walls(tier=None, reason="no seccomp")
    said = finding({"pure": none, "files": none})
    assert said["state"] == "warning"
    assert "refused here: no seccomp" in said["text"]
    assert said["mend"]


def test_what_landlock_really_handles_and_the_profiles_are_told() -> None:
    said = finding({"pure": WHOLE, "files": WHOLE})
    assert said["state"] == "ok"
    assert "2 attacks tried and stopped" in said["text"]
    assert "Landlock ABI 7 handles files 0xffff, net 0x3, scoped 0x1" in said["text"]
    assert said["text"].endswith("profiles: pure, files")


def test_missing_layers_and_profiles_are_named_with_the_reason() -> None:
    poorer = Walls(tier="B", layers=("landlock",), missing=("namespaces",), turned_down={"A": "unshare is denied"})
    said = finding({"pure": poorer, "files": Walls(tier=None, reason="it takes a mount namespace")})
    assert "missing: namespaces (tier A: unshare is denied)" in said["text"]
    assert "profiles: pure, not files: it takes a mount namespace" in said["text"]
