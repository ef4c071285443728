"""`kurultai auth`: keys, and the configuration of servers of one's own."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from runtime.cli.console.exits import Ended, Exit, unwritable
from runtime.cli.console.groups import Group
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.order_options import answer
from runtime.cli.console.output import emit_json, emit_table, emit_text, note, output_option

if TYPE_CHECKING:
    from runtime.client.identities import Role

CLIENTS: Final = ("publisher", "auditor", "operator")
"""What an identity can be. *derived*: runtime.topology.CLIENTS"""
APPLY_S: Final = 15.0
"""Longest wait until the running council has taken a change over. *chosen*"""
POLL_S: Final = 0.1
"""How often that is looked at. *chosen*"""

MOST_HOSTS: Final = 99
"""Most hosts of a cluster. *chosen*: each gets a file, so a slip of the finger must not make thousands"""


@click.group(cls=Group)
def auth() -> None:
    """Keys and server configuration for servers of your own."""


@auth.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR")
@click.option("--cluster", metavar="HOSTS", help="Hosts of a cluster, as nats-1,nats-2,nats-3; or how many.")
@click.option("--store", metavar="DIR", help="Where the one server keeps the log; in a cluster it is /data.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.pass_obj
def export(invocation: Invocation, out: Path, cluster: str | None, store: str | None, dry_run: bool) -> None:
    """Write nats-server configuration with exactly the rights that the roster needs; missing keys are made.

    For one server: DIR/nats.conf, and the keys where `kurultai up` looks for them. For a cluster: DIR/HOST.conf for
    each host, the keys of each trust zone in DIR/keys/ZONE, and those of people in DIR/keys/clients.
    """
    from runtime.cli.launch.provision import Provision

    provision = Provision(invocation.settings(), invocation.roster(), out)
    hosts = hosts_of(cluster) if cluster is not None else ()
    if dry_run:
        names = [f"{host}.conf" for host in hosts] or ["nats.conf"]
        note(f"would write {', '.join(names)} to {out}, and the keys that are missing")
        return
    try:
        written = provision.cluster(hosts) if hosts else provision.single(store)
    except OSError as error:
        raise unwritable(error, out) from error
    for path in written:
        note(f"wrote {path}")


@auth.command()
@click.argument("name")
@click.option("--role", type=click.Choice(CLIENTS), required=True, help="What it may do.")
@output_option
@click.pass_obj
def add(invocation: Invocation, name: str, role: "Role", output: str) -> None:
    """Make an identity of its own for a person or a program: NAME in the role.

    It has a key and an inbox of its own, and can be revoked alone. An operator's orders count by the mandate that the
    first operator's key signs here. The file of the key goes to standard output; commands use it with --as NAME.
    """
    from runtime.client.identities import Identities
    from runtime.client.reach import key_of
    from runtime.directory.home import Home

    home = Home(invocation.settings())
    home.prepare()
    operator = key_of(home.keys, "operator") if role == "operator" else None
    path = Identities(home.keys).add(role, name, operator)
    _until_applied(invocation, f"{role} {name} may connect")
    if output == "json":
        emit_json({"role": role, "name": name, "key": str(path)})
    else:
        emit_text(str(path))


@auth.command("ls")
@output_option
@click.pass_obj
def list_(invocation: Invocation, output: str) -> None:
    """Show whom clients' keys belong to: those of each role from the start, and those who were added."""
    from runtime.client.identities import Identities
    from runtime.directory.home import Home
    from runtime.topology import BRIDGE, role_of

    home = Home(invocation.settings())
    first = [(name, home.public(name)) for name in (*CLIENTS, BRIDGE) if (home.keys / f"{name}.pub").exists()]
    added = [(each.name, each.public) for each in Identities(home.keys).all()]
    rows = [(role_of(full), full.partition("-")[2] or "-", public) for full, public in (*first, *added)]
    if output == "json":
        emit_json([{"role": role, "name": name, "key": public} for role, name, public in rows])
    else:
        emit_table(("role", "name", "key"), rows)


@auth.command()
@click.argument("name")
@output_option
@click.pass_obj
def revoke(invocation: Invocation, name: str, output: str) -> None:
    """Let NAME connect no more, in whatever role; who is connected is cut off, and what still waits is dropped."""
    from runtime.client.identities import Identities
    from runtime.directory.home import Home

    gone = Identities(Home(invocation.settings()).keys).revoke(name)
    if not gone:
        raise Ended(Exit.NOT_FOUND, f"nobody of the name {name!r} was added; see `kurultai auth ls`")
    _until_applied(invocation, f"{', '.join(gone)} can't connect any more")
    answer({"revoked": gone}, output)


def _until_applied(invocation: Invocation, what: str) -> None:
    """Says when it is in force: at once on the embedded server of a council that runs, else later."""
    from runtime.client.identities import Identities
    from runtime.directory.home import Home

    settings = invocation.settings()
    home = Home(settings)
    if home.address() is None or settings.url:
        note(f"{what} once `kurultai up` has been started again; servers of your own need `kurultai auth export` anew")
        return
    end = time.monotonic() + APPLY_S
    while not Identities(home.keys).are_applied(home.run):
        if time.monotonic() > end:
            raise Ended(Exit.TIMEOUT, f"the running council has not taken it over within {APPLY_S:.0f} s; see its log")
        time.sleep(POLL_S)
    note(what)


def hosts_of(text: str) -> tuple[str, ...]:
    """The hosts that the option names, or as many as it says."""
    count = int(text) if text.isdecimal() else 0
    named = [f"nats-{number}" for number in range(1, min(count, MOST_HOSTS) + 1)] or text.split(",")
    hosts = tuple(host.strip() for host in named)
    wrong = [host for host in hosts if not host or not host.replace("-", "").replace(".", "").isalnum()]
    if wrong or len(set(hosts)) != len(hosts) or not 2 <= max(count, len(hosts)) <= MOST_HOSTS:
        mend = f"name 2 to {MOST_HOSTS} hosts of different names, such as nats-1,nats-2,nats-3, or say how many"
        raise click.BadParameter(f"{text!r} is no cluster; {mend}", param_hint="--cluster")
    return hosts
