"""`kurultai memory export`: the graph in a file, or in a database that speaks Cypher."""

import os
import urllib.parse
from pathlib import Path
from typing import Final

import click
import msgspec

from messages.tools.memory import Edge, Graph, Node, Subgraph
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Command
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import note
from runtime.hosting.distribution import with_extra

SCHEMES: Final = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
"""*cited*: Neo4j Python Driver manual, "Connection URIs"."""


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """The whole graph of one council."""

    council: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@click.command(cls=Command)
@click.option(
    "--json", "file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it to FILE."
)
@click.option("--bolt", "target", metavar="URL", help="Write it to the database there: bolt://host:7687")
@click.option("--user", default="neo4j", show_default=True, help="Who signs in to the database.")
@click.option(
    "--password-env",
    default="NEO4J_PASSWORD",
    show_default=True,
    metavar="VARIABLE",
    help="Variable of the environment that holds the password.",
)
@click.option("--database", metavar="NAME", help="Not the server's default database but this one.")
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@click.option("--dry-run", is_flag=True, help="Say how large it is, and write nothing.")
@click.pass_obj
def export(
    invocation: Invocation,
    file: Path | None,
    target: str | None,
    user: str,
    password_env: str,
    database: str | None,
    force: bool,
    dry_run: bool,
) -> None:
    """Write the graph of all that is remembered: nodes and edges.

    A database holds the council's newest graph afterwards, and what else it held; it needs the driver of the extra
    `bolt`.
    """
    if file is None and target is None:
        raise click.UsageError("give --json FILE, or --bolt URL, or both")
    if file is not None:
        _check_file(file, force)
    password = _password(target, password_env) if target is not None and not dry_run else ""
    whole = invocation.run(_gathered(invocation))
    size = f"{len(whole.nodes)} nodes and {len(whole.edges)} edges"
    if dry_run:
        note(f"{size}; nothing was written")
        return
    if target is not None:
        note(f"{size} in {target}; {_write_bolt(target, whole, user, password, database)}")
    if file is not None:
        unfinished = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            unfinished.write_bytes(msgspec.json.format(msgspec.json.encode(whole), indent=1))
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
        note(f"{size} in {file}")


def _check_file(file: Path, force: bool) -> None:
    if file.exists() and not force:
        raise Ended(Exit.CONFLICT, f"{file} is there already; name another file, or give --force")
    if not file.parent.is_dir():
        raise Ended(Exit.USAGE, f"{file.parent} is no directory")


def _password(target: str, variable: str) -> str:
    """The password, when the address is one that can be written to; ends the command when anything is wrong."""
    parts = urllib.parse.urlsplit(target)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise click.BadParameter(f"{target!r} is no address such as bolt://host:7687", param_hint="--bolt")
    if parts.username is not None or parts.password is not None:
        raise click.BadParameter(
            "others on this host can read what stands on a command line; give --user, and the password in a variable",
            param_hint="--bolt",
        )
    if variable not in os.environ:
        raise click.UsageError(f"the variable {variable} is not set; put the password there, or name another variable")
    return os.environ[variable]


async def _gathered(invocation: Invocation) -> Whole:
    """All parts of the graph as one; what was forgotten between two parts is left out."""
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    async with await invocation.client("publisher") as client:
        after = None
        while True:
            part = await client.query(Graph(after=after), Subgraph)
            for node in part.nodes:
                known = nodes[node.id].properties if node.id in nodes else {}
                nodes[node.id] = msgspec.structs.replace(node, properties={**known, **node.properties})
            edges += part.edges
            after = part.next
            if after is None:
                break
    there = tuple(edge for edge in edges if edge.source in nodes and edge.target in nodes)
    return Whole(council=client.names.council, nodes=tuple(nodes.values()), edges=there)


def _write_bolt(target: str, whole: Whole, user: str, password: str, database: str | None) -> str:
    from runtime.export.bolt import NoDriver, NotWritten, write

    try:
        done = write(
            target, whole.nodes, whole.edges, council=whole.council, user=user, password=password, database=database
        )
    except NoDriver as error:
        raise Ended(Exit.USAGE, f"the driver for Bolt is not installed: {with_extra('bolt')} ({error})") from error
    except NotWritten as error:
        how = Exit.DENIED if error.denied else Exit.UNREACHABLE if error.unreachable else Exit.FAILED
        raise Ended(how, str(error)) from error
    return f"{done.deleted_nodes} nodes and {done.deleted_edges} edges that are no more were deleted"
