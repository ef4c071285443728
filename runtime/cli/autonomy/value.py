"""`kurultai value`: the weights of the seven values, how far they have drifted, and how they came to be."""

import click

from messages.autonomy import value as values
from runtime.cli.console.groups import Group
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import emit_json, emit_table, note, output_option


@click.group(cls=Group)
def value() -> None:
    """The weights of the seven values: as they stand, and how they came to be."""


@value.command()
@output_option
@click.pass_obj
def show(invocation: Invocation, output: str) -> None:
    """The weights in force beside their baseline, with drift and coherence."""
    found = invocation.run(_find(invocation))
    if output == "json":
        emit_json(found)
        return
    rows = [
        (name, f"{weight:.3f}", f"{found.baseline[name]:.3f}", "slowed" if name in found.slowed else None)
        for name, weight in found.weights.items()
    ]
    emit_table(("DIMENSION", "WEIGHT", "BASELINE", ""), rows)
    note(f"drift {found.drift:.3f} ({found.kind}), coherence {found.coherence:.2f}")
    for pair, part in found.pressure.items():
        if part > 0:
            note(f"pressure of {pair}: {part:.2f}")
    if found.pending:
        note(f"proposed: {', '.join(found.pending)}")


@value.command()
@output_option
@click.pass_obj
def history(invocation: Invocation, output: str) -> None:
    """Each change of the weights, the oldest first."""
    found = invocation.run(_find(invocation))
    if output == "json":
        emit_json(found.history)
        return
    emit_table(("CYCLE", "DIMENSION", "BEFORE", "AFTER", "REASON"), [_row(one) for one in found.history])
    if not found.history:
        note("no weight has been changed yet")


def _row(one: values.Entry) -> tuple[object, ...]:
    if one.dimension is None:
        return (one.cycle, "all", None, None, one.reason)
    before, after = one.before[one.dimension], one.after[one.dimension]
    return (one.cycle, one.dimension, f"{before:.3f}", f"{after:.3f}", one.reason or "mutation")


async def _find(invocation: Invocation) -> values.Shown:
    async with await invocation.client("publisher") as client:
        return await client.query(values.Show(), values.Shown)
