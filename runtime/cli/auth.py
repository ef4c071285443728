"""`kurultai auth`: keys, and the configuration of servers of one's own."""

from pathlib import Path
from typing import Final

import click

from runtime.cli.exits import unwritable
from runtime.cli.groups import Group
from runtime.cli.invocation import Invocation
from runtime.cli.output import note

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
    from runtime.cli.provision import Provision

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
