"""Writes hashes.txt anew: every package that Kurultai and its MCP bridge take, pinned, with the hashes of its files.

    make hashes

pip resolves, and names the hashes that its index gives; nothing is downloaded but what resolving takes. Files for
Windows are left out, since there is no council there.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pip._internal.commands import create_command
from pip._internal.models.wheel import Wheel

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "hashes.txt"
WANTED = (f"{ROOT}[mcp]", "setuptools>=77")
"""What is installed, and what builds it: `pip install --no-build-isolation .` fetches nothing more."""
HEAD = """\
# Made by `make hashes`, with Python {version}; newer ones take the same packages or fewer of them.
#
#   pip install --require-hashes -r hashes.txt && pip install --no-deps --no-build-isolation .
"""


def resolved() -> dict[str, str]:
    """The newest versions that go together, by name."""
    words = ["install", "--quiet", "--dry-run", "--ignore-installed", "--report", "-", *WANTED]
    done = subprocess.run([sys.executable, "-m", "pip", *words], stdout=subprocess.PIPE, text=True, check=True)
    found = [item["metadata"] for item in json.loads(done.stdout)["install"]]
    return {each["name"].lower().replace("_", "-"): each["version"] for each in found if each["name"] != "kurultai"}


def hashes_of(finder: Any, name: str, version: str) -> Iterator[str]:
    """The hashes of all files of the version that some system can use where a council runs."""
    for candidate in finder.find_all_candidates(name):
        link = candidate.link
        if str(candidate.version) == version and link.hash_name == "sha256" and "-win" not in link.filename:
            yield f"sha256:{link.hash}"


def main() -> None:
    """The file is whole, or an error says which package has no hash."""
    pins = resolved()
    Wheel.supported = lambda *_: True  # type: ignore[method-assign]  # files for other systems count too
    command: Any = create_command("download")
    lines = [HEAD.format(version=".".join(map(str, sys.version_info[:2])))]
    with command.main_context():
        options, _ = command.parse_args(["--quiet"])
        finder = command._build_package_finder(
            options, command.get_default_session(options), ignore_requires_python=True
        )
        for name, version in sorted(pins.items()):
            hashes = sorted(set(hashes_of(finder, name, version)))
            if not hashes:
                raise SystemExit(f"{name}=={version}: the index gives no hash")
            lines.append(" \\\n    ".join([f"{name}=={version}", *(f"--hash={each}" for each in hashes)]) + "\n")
    TARGET.write_text("".join(lines))


if __name__ == "__main__":
    main()
