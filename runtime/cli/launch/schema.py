"""`kurultai schema`: what may be said, by whom, to whom, for machines."""

from pathlib import Path
from typing import Any

import click
import msgspec

from runtime.cli.console.exits import unwritable
from runtime.cli.console.groups import Command
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import emit_json, note
from runtime.export.asyncapi import document, message_schemas
from runtime.hosting.distribution import number


@click.command(cls=Command)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Write it there.")
@click.option("--messages", is_flag=True, help="The JSON Schema of every message instead of the AsyncAPI document.")
@click.pass_obj
def schema(invocation: Invocation, out: Path | None, messages: bool) -> None:
    """The AsyncAPI 3.1 document of the topology, from the signatures of the roster; no council need run.

    DIR gets asyncapi.json and messages.schema.json; with --messages the second alone.
    """
    roster = invocation.roster()
    if out is None:
        emit_json(message_schemas(roster) if messages else document(roster, invocation.settings().names, number()))
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        if not messages:
            _write(out / "asyncapi.json", document(roster, invocation.settings().names, number()))
        _write(out / "messages.schema.json", message_schemas(roster))
    except OSError as error:
        raise unwritable(error, out) from error


def _write(path: Path, value: Any) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
    note(f"wrote {path}")
