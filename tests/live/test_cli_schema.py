"""The AsyncAPI document before the parser of those who made the format."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from actors.roster import ROSTER
from bus.names import Names
from runtime.export.asyncapi import document

JS = Path(__file__).parent / "js"
READY = shutil.which("node") is not None and (JS / "node_modules" / "@asyncapi" / "parser").exists()

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(not READY, reason=f"needs Node.js, and `npm install` in {JS.name}"),
]


def parsed(made: dict[str, Any]) -> Any:
    """What the parser says."""
    done = subprocess.run(
        ["node", "parse.js"], cwd=JS, input=msgspec.json.encode(made), capture_output=True, timeout=60, check=True
    )
    return json.loads(done.stdout)


def test_the_document_of_the_council_passes_the_parser_without_a_word() -> None:
    made = document(ROSTER, Names(), "0.1.0")
    assert parsed(made) == {
        "parsed": True,
        "channels": len(made["channels"]),
        "operations": len(made["operations"]),
        "diagnostics": [],
    }


def test_the_parser_would_have_found_a_channel_that_is_not_there() -> None:
    made = document(ROSTER, Names(), "0.1.0")
    made["channels"].pop("change.Vetoed")
    assert parsed(made)["diagnostics"]
