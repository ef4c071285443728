"""`kurultai tune`: the configuration of a person's own system that serves an aim within limits, found by trying few."""

import statistics
import time
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from actors.cognition.evolution import history, program
from actors.cognition.evolution.history import Cycle, Verified
from actors.cognition.evolution.space import Configuration, Space, read
from actors.cognition.evolution.tuner import Tuner
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Command
from runtime.cli.console.output import emit_json, emit_text, note, output_option

LARGEST_BYTES: Final = 1 << 20
"""Largest file of a space. *chosen*"""


class Run(msgspec.Struct, frozen=True):
    """What a person asked for."""

    verify: str
    apply: str | None
    count: int
    limit_s: float


@click.command(cls=Command)
@click.argument("place", metavar="SPACE.toml", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--verify",
    required=True,
    metavar="COMMAND",
    help="A program that gets a configuration as JSON on standard input and prints its measures as JSON.",
)
@click.option("--apply", metavar="COMMAND", help="A program that gets the configuration to use, once a cycle.")
@click.option("--cycles", type=click.IntRange(1, 100_000), default=10, show_default=True)
@click.option("--verifications", "count", type=click.IntRange(2, 1_000), default=20, show_default=True, help="A cycle.")
@click.option("--every", "every_s", type=click.FloatRange(0), default=0.0, help="Seconds from a cycle to the next.")
@click.option("--timeout", "limit_s", type=click.FloatRange(min=0.01), default=60.0, help="Seconds for one COMMAND.")
@click.option(
    "--history", "kept", type=click.Path(dir_okay=False, path_type=Path), help="Keep cycles, and go on there."
)
@click.option("--seed", type=int, default=0, show_default=True)
@output_option
def tune(place: Path, cycles: int, every_s: float, kept: Path | None, seed: int, output: str, **how: Any) -> None:
    """Find the configuration of SPACE.toml that serves its aim within its limits, while the world may drift.

    In each cycle a few configurations are verified by your program, the most promising ones; the best of them that is
    within the limits in all likelihood is used. Needs no running council.
    """
    asked = Run(how["verify"], how["apply"], how["count"], how["limit_s"])
    space = _space(place, seed)
    past = _past(kept)
    tuner = history.resumed(space, seed, past, asked.count)
    first = past[-1].cycle + 1 if past else 1
    done: list[Cycle] = []
    for number in range(first, first + cycles):
        began = time.monotonic()
        done.append(_cycle(space, tuner, asked, number))
        if kept is not None:
            history.add(kept, done[-1])
        note(_line(space, tuner, done[-1]))
        if number < first + cycles - 1:
            time.sleep(max(0.0, every_s - (time.monotonic() - began)))
    if output == "json":
        emit_json({"space": space.whole, "weighed": len(space.configurations), "cycles": done})
    else:
        emit_text(_summary(space, tuner, done))


def _space(place: Path, seed: int) -> Space:
    data = place.read_bytes()
    if len(data) > LARGEST_BYTES:
        raise Ended(Exit.USAGE, f"{place} has {len(data)} bytes; a space has at most {LARGEST_BYTES}")
    try:
        space = read(data.decode(), seed)
    except ValueError as error:
        raise Ended(Exit.USAGE, f"{place}: {error}") from error
    if len(space.configurations) < space.whole:
        note(f"{space.whole} configurations; {len(space.configurations)} of them, drawn, are weighed")
    return space


def _past(kept: Path | None) -> list[Cycle]:
    try:
        return history.read(kept) if kept is not None else []
    except ValueError as error:
        raise Ended(Exit.USAGE, str(error)) from error


def _cycle(space: Space, tuner: Tuner, asked: Run, number: int) -> Cycle:
    """One cycle, verified, seen and applied; ends the command when nothing could be verified."""
    verified: dict[int, dict[str, float]] = {}
    fault = ""
    for place in tuner.places(asked.count):
        configuration = space.configurations[place]
        try:
            verified[place] = program.measures(asked.verify, configuration, space.measures, asked.limit_s)
        except program.Broken as error:
            fault = f"{_named(configuration)}: {error}"
            note(f"not verified: {fault}")
    if not verified:
        raise Ended(Exit.FAILED, f"--verify: no configuration of cycle {number} could be verified; the last, {fault}")
    tuner.see(verified)
    used = space.configurations[tuner.chosen]
    if asked.apply is not None:
        try:
            program.run(asked.apply, used, asked.limit_s)
        except program.Broken as error:
            raise Ended(Exit.FAILED, f"--apply: {_named(used)}: {error}") from error
    told = tuple(Verified(configuration=space.configurations[at], measures=one) for at, one in verified.items())
    return Cycle(cycle=number, verified=told, used=used)


def _line(space: Space, tuner: Tuner, cycle: Cycle) -> str:
    measured = _measured(cycle)
    limits = ", ".join(f"{name} {measured[name]:g} {_bound(space, name)}" for name in space.limits)
    within = "" if space.excess(measured) <= 0 else "; NO verified configuration is within the limits"
    told = f" ({limits})" if limits else ""
    count = f"{len(cycle.verified)} of {len(space.configurations)} verified"
    return f"cycle {cycle.cycle}: {_named(cycle.used)}: {space.aim} {measured[space.aim]:g}{told}; {count}{within}"


def _summary(space: Space, tuner: Tuner, done: list[Cycle]) -> str:
    aims = [_measured(cycle)[space.aim] for cycle in done]
    broken = sum(space.excess(_measured(cycle)) > 0 for cycle in done)
    tried = {msgspec.json.encode(one.configuration) for cycle in done for one in cycle.verified}
    lines = [
        f"use {_named(done[-1].used)}",
        f"{space.aim} {statistics.fmean(aims):.4g} on average over {len(done)} cycles, {aims[-1]:.4g} in the last",
        f"{len(tried)} of {space.whole} configurations were verified",
    ]
    if space.limits:
        chance = tuner.chance(tuner.chosen)
        lines.append(
            f"limits broken in {broken} of {len(done)} cycles; kept by what is used with probability {chance:.2f}"
        )
    return "\n".join(lines)


def _measured(cycle: Cycle) -> dict[str, float]:
    return next(one.measures for one in cycle.verified if one.configuration == cycle.used)


def _bound(space: Space, name: str) -> str:
    limit = space.limits[name]
    told = ("of at most", limit.most), ("of at least", limit.least)
    return " ".join(f"{words} {value:g}" for words, value in told if value is not None)


def _named(configuration: Configuration) -> str:
    return ", ".join(f"{name}={value}" for name, value in configuration.items())
