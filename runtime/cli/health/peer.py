"""`kurultai peer`: what is believed of each agent, from what it put on the log."""

import click

from messages.autonomy import peer as peers
from runtime.cli.console.groups import Group
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import emit_json, emit_table, note, output_option


@click.group(cls=Group)
def peer() -> None:
    """What is believed of each agent: aim, trust, reliability."""


@peer.command()
@output_option
@click.pass_obj
def ls(invocation: Invocation, output: str) -> None:
    """The agents that have been seen at work, with class, trust and what follows from it."""
    found = invocation.run(_find(invocation))
    if output == "json":
        emit_json(found)
        return
    head = ("AGENT", "CLASS", "TRUST", "BAND", "STANCE", "RELIABILITY", "AIM", "CERTAINTY", "SEEN", "ADVICE")
    emit_table(head, [_row(each) for each in found])
    if not found:
        note("no agent has been seen at work yet")


def _row(each: peers.Belief) -> tuple[object, ...]:
    trust, reliability, certainty = (f"{share:.2f}" for share in (each.trust, each.reliability, each.certainty))
    return (
        each.agent,
        each.kind,
        trust,
        each.band,
        each.stance,
        reliability,
        each.goal,
        certainty,
        each.seen,
        each.advice,
    )


async def _find(invocation: Invocation) -> tuple[peers.Belief, ...]:
    async with await invocation.client("auditor") as client:
        return (await client.query(peers.Find(), peers.Beliefs)).agents
