"""What the doctor says of the walls."""

import json
import subprocess
import sys

from actors.sandbox.doctor import finding
from actors.sandbox.outcome import Walls


def test_the_walls_of_this_host_are_tried_and_told() -> None:
    done = subprocess.run([sys.executable, "-m", "actors.sandbox.doctor"], capture_output=True, check=True, timeout=60)
    said = json.loads(done.stdout)
    assert said["state"] in ("ok", "warning")
    assert "tier" in said["text"] or "refused" in said["text"]


def test_a_host_without_walls_is_told_that_nothing_will_be_learnt() -> None:
    said = finding(Walls(tier=None, reason="no seccomp"))
    assert said["state"] == "warning"
    assert "refused here: no seccomp" in said["text"]
    assert said["mend"]


def test_missing_layers_are_named() -> None:
    assert "missing: landlock" in finding(Walls(tier="A-", layers=("userns",), missing=("landlock",)))["text"]
