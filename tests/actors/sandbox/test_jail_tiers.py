"""Which walls a host can have: poorer hosts are made by an outer filter that takes something away."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from actors.sandbox import tiers
from actors.sandbox.jail import Jail
from tests.pace import patience

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has walls")

ROOT = Path(__file__).resolve().parents[3]
SITE = Path(msgspec.__file__).parents[1]

PROGRAM = """
import asyncio, json, sys
from actors.sandbox.jail import Jail
from actors.sandbox.walls import bpf
from actors.sandbox.walls.kernel import PR_SET_NO_NEW_PRIVS, prctl

denied, code, accept = json.loads(sys.argv[1])
if denied:
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    bpf.load(bpf.Filter(default=bpf.ALLOW).decide(denied, bpf.REFUSE | code).program())

async def main():
    jail = await Jail.start(accept_no_walls=accept)
    outcome = await jail.call("import os\\ndef f():\\n    return os.getuid()", "f")
    await jail.close()
    walls = jail.walls
    print(json.dumps([walls.tier, walls.layers, walls.turned_down, walls.reason, outcome.status, outcome.error]))

asyncio.run(main())
"""


def on_a_host_without(denied: list[str], code: int = 1, accept: bool = False, **process: Any) -> list[Any]:
    """Tier, layers, what was turned down, reason, and how a call ended, where the system calls fail so."""
    interpreter = process.pop("interpreter", sys.executable)
    finished = subprocess.run(
        [interpreter, "-c", PROGRAM, json.dumps([denied, code, accept])],
        env={"PYTHONPATH": f"{ROOT}:{SITE}", "HOME": "/"},
        capture_output=True,
        timeout=patience(60),
        check=False,
        **process,
    )
    assert finished.returncode == 0, finished.stderr.decode()[-2000:]
    answer: list[Any] = json.loads(finished.stdout)
    return answer


NAMESPACES = ["unshare", "setns", "mount", "pivot_root"]
LANDLOCK = ["landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"]


@linux_only
@pytest.mark.parametrize(
    ("denied", "code", "allowed"),
    [
        ([], 0, ("A", "B", "A-", "C")),
        (NAMESPACES, 1, ("B", "C")),
        (["mount", "pivot_root"], 13, ("B", "C")),
        (LANDLOCK, 38, ("A-", "C")),
        ([*NAMESPACES, *LANDLOCK], 1, ("C",)),
        (["pidfd_open", "clone3"], 38, ("A", "B", "A-", "C")),
    ],
)
def test_a_poorer_host_gets_the_next_tier_and_says_why(denied: list[str], code: int, allowed: tuple[str, ...]) -> None:
    tier, layers, turned_down, reason, status, error = on_a_host_without(denied, code)
    assert tier in allowed
    assert (status, reason) == ("returned", None), error
    assert "seccomp" in layers
    assert ("landlock" in layers) == (tier in ("A", "B"))
    assert ("namespaces" in layers) == (tier in ("A", "A-"))
    assert set(turned_down) == {name for name, *_ in tiers.TIERS[: [n for n, *_ in tiers.TIERS].index(tier)]}


@linux_only
@pytest.mark.parametrize(("code", "why"), [(22, "Invalid argument"), (0, "leak")])
def test_without_a_filter_that_bites_every_call_is_refused(code: int, why: str) -> None:
    tier, _, turned_down, reason, status, error = on_a_host_without(["seccomp"], code)
    assert tier is None
    assert status == "refused"
    assert error == reason
    assert set(turned_down) == {"A", "B", "A-", "C"}
    assert all(why in said for said in turned_down.values()), turned_down


@linux_only
def test_landlock_that_only_pretends_is_found_out() -> None:
    tier, _, turned_down, *_ = on_a_host_without(["landlock_restrict_self"], 0)
    assert tier not in ("A", "B", None)
    assert "refuses nothing" in turned_down["B"]


@linux_only
def test_no_walls_are_accepted_only_when_asked_for() -> None:
    tier, layers, _, _, status, _ = on_a_host_without(["seccomp"], 22, accept=True)
    assert (tier, status) == (None, "returned")
    assert set(layers) <= {"rlimits", "user"}


@linux_only
@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_gets_walls_too() -> None:
    somebody: dict[str, Any] = {"user": 65533, "group": 65533, "extra_groups": [], "cwd": "/"}
    usable = [path for path in (sys.executable, "/usr/bin/python3") if can_run(path, somebody)]
    if not usable:
        pytest.skip("no interpreter here is open to other users")
    tier, layers, _, _, status, error = on_a_host_without([], interpreter=usable[0], **somebody)
    assert tier is not None
    assert (status, "user" in layers) == ("returned", True), error


def can_run(interpreter: str, process: dict[str, Any]) -> bool:
    """Whether that user can start the interpreter and import what the jail needs."""
    try:
        finished = subprocess.run(
            [interpreter, "-c", "import msgspec"],
            env={"PYTHONPATH": str(SITE)},
            capture_output=True,
            timeout=patience(20),
            check=False,
            **process,
        )
    except OSError:
        return False
    return finished.returncode == 0


async def test_a_system_without_walls_refuses_and_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    jail = await Jail.start()
    outcome = await jail.call("def f(): return 1", "f")
    assert jail.walls.tier is None
    assert outcome.status == "refused"
    assert "darwin" in (outcome.error or "")
    await jail.close()
