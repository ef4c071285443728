"""The documents for machines: complete, and true to the signatures."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from actors.roster import ROSTER
from bus.names import Names
from messages.base import Command, type_name
from runtime.cli.console.exits import Exit
from runtime.cli.main import run
from runtime.export.asyncapi import document, message_schemas
from runtime.topology import edges, types_of


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    """The document as a reader of the file gets it."""
    decoded: dict[str, Any] = msgspec.json.decode(encode_document())
    return decoded


def encode_document() -> bytes:
    """The document of the council as JSON."""
    return msgspec.json.encode(document(ROSTER, Names("khan"), "1.2.3"))


def references(value: Any) -> list[str]:
    """Every reference in the document."""
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for each in value.values() for found in references(each)]
    return [found for each in value for found in references(each)] if isinstance(value, list) else []


def test_every_reference_leads_somewhere(made: dict[str, Any]) -> None:
    found = references(made)
    assert found
    for reference in found:
        place: Any = made
        for token in reference.removeprefix("#/").split("/"):
            place = place[token]


def test_every_message_on_the_log_has_a_channel_below_the_name_of_the_council(made: dict[str, Any]) -> None:
    for kind in types_of(ROSTER).values():
        channel = made["channels"][type_name(kind)]
        assert channel["address"].startswith("khan.")


def test_every_edge_of_the_topology_has_both_its_operations(made: dict[str, Any]) -> None:
    for edge in edges(ROSTER):
        assert made["operations"][f"{edge.speaker}-says-{edge.message}"]["action"] == "send"
        assert made["operations"][f"{edge.hearer}-hears-{edge.message}"]["action"] == "receive"


def test_nobody_is_said_to_say_what_is_not_on_the_signature(made: dict[str, Any]) -> None:
    speakers = {name.partition("-says-")[0] for name in made["operations"] if name.endswith("-says-control.Set")}
    assert speakers == {member.name for member in ROSTER.members if "Set" in _names(member.signature.says)}


def _names(kinds: Any) -> set[str]:
    return {kind.__name__ for kind in kinds if not issubclass(kind, Command)}


def test_every_query_has_an_answer(made: dict[str, Any]) -> None:
    answering = [operation for name, operation in made["operations"].items() if "-answers-" in name]
    assert len(answering) == sum(len(member.signature.answers) for member in ROSTER.members)
    assert all("reply" in operation for operation in answering)


def test_the_schemas_name_every_message_of_the_log() -> None:
    schemas = message_schemas(ROSTER)
    kinds = set(types_of(ROSTER).values())
    assert {f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}" for kind in kinds} <= set(schemas["properties"])


def test_both_files_are_written_where_they_are_wanted(tmp_path: Path) -> None:
    assert run(["schema", "--out", str(tmp_path / "new")]) == Exit.OK
    assert json.loads((tmp_path / "new" / "asyncapi.json").read_bytes())["asyncapi"] == "3.1.0"
    assert json.loads((tmp_path / "new" / "messages.schema.json").read_bytes())["$defs"]


def test_the_messages_alone_are_written_when_they_alone_are_wanted(tmp_path: Path) -> None:
    assert run(["schema", "--out", str(tmp_path / "new"), "--messages"]) == Exit.OK
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["messages.schema.json"]


@pytest.mark.parametrize("command", [["schema"], ["auth", "export", "--cluster", "3"]])
@pytest.mark.parametrize("out", ["/proc/x", "/etc/passwd/below"])
def test_a_place_that_nothing_can_be_written_to_is_named(
    command: list[str], out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*command, "--out", out]) == Exit.FAILED
    said = capsys.readouterr().err
    assert f"Error: {out}" in said
    assert "can't be written: " in said
    assert "name another directory with --out" in said


def test_the_document_is_the_same_for_the_same_roster() -> None:
    assert encode_document() == encode_document()
