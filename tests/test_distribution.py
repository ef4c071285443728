"""Under what name this is installed, and that nothing sends a reader to a package of somebody else's."""

import re
import tomllib
from pathlib import Path

from runtime.hosting.distribution import DISTRIBUTION, with_extra

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_the_distribution_is_the_one_that_the_program_asks_for_and_the_command_stays() -> None:
    assert PROJECT["name"] == DISTRIBUTION
    assert PROJECT["scripts"] == {"kurultai": "runtime.cli.main:main"}


def test_no_text_names_a_package_of_strangers() -> None:
    folders = ("actors", "bus", "messages", "runtime", "examples")
    texts = [*ROOT.glob("*.md"), *(path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())]
    wrong = re.compile(r"pip install [^\n]*['\" ]kurultai(?![-_])")
    found = [path.name for path in texts if path.suffix in (".py", ".md") and wrong.search(path.read_text())]
    assert found == []


def test_an_extra_is_installed_from_what_a_reader_has() -> None:
    assert with_extra("mcp").startswith("pip install '.[mcp]'")
    assert set(PROJECT["optional-dependencies"]) >= {"mcp", "bolt"}
