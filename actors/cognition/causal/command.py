"""`kurultai cause`: what causes what in a person's own table, and what would happen if. Needs no council."""

import sys
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from actors.cognition.causal import cells, council, deciding, explaining, knowledge, model, reading, telemetry, told
from actors.cognition.causal.asking import Answer, answer, shown
from actors.cognition.causal.building import built
from actors.cognition.causal.deciding import Objective
from actors.cognition.causal.effects import Effects
from actors.cognition.causal.knowledge import Knowledge
from actors.cognition.causal.learning import SAMPLES, learn
from actors.cognition.causal.mechanisms import Mechanisms
from actors.cognition.causal.model import Edge, Model
from actors.cognition.causal.question import LAYOUT, assignments, question, target
from actors.cognition.causal.question import place as variable
from actors.cognition.causal.reading import Wishes
from actors.cognition.causal.table import Table
from messages.autonomy.foundation import Observed
from messages.base import type_name
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Group
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import emit_json, emit_text, note, output_option

TOLD: Final = 60
"""Edges that are told to a person; -o json has all. *chosen*"""
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=Group)
def cause() -> None:
    """What causes what in a table of yours, and what would happen if. Needs no running council."""


@cause.command()
@click.argument("data", metavar="DATA.csv", type=FILE)
@click.option("--model", "place", type=click.Path(dir_okay=False, path_type=Path), help="Save it; DATA.cause else.")
@click.option("--knowledge", "known", type=FILE, help="TOML: required, forbidden, tiers.")
@click.option("--leave-out", multiple=True, metavar="COLUMN")
@click.option("--discrete", multiple=True, metavar="COLUMN", help="Numbers that are categories.")
@click.option("--continuous", multiple=True, metavar="COLUMN", help="Few whole numbers that are amounts.")
@click.option("--marks", metavar="COLUMN", help="Names, in each row, the variable that was set by somebody.")
@click.option("--lags", type=click.IntRange(0, 10), default=0, help="The rows are a series; rows that matter before.")
@click.option("--samples", type=click.IntRange(0, 1_000), default=SAMPLES, show_default=True, help="Bootstrap samples.")
@click.option("--seed", type=int, default=0, show_default=True)
@output_option
def build(data: Path, place: Path | None, known: Path | None, samples: int, seed: int, output: str, **how: Any) -> None:
    """Learn a model from DATA (CSV or JSON lines) and save it.

    The model holds the rows of DATA: whoever has it has the data.
    """
    read, left_out = _table(data, wishes(how))
    for each in read.notes:
        note(each)
    learned = learn(read, _known(known, read, left_out), seed, samples, _progress)
    _progress("")
    made = built(read, learned)
    place = place or data.with_suffix(".cause")
    place.write_bytes(model.saved(made))
    if output == "json":
        told = {"model": str(place), "rows": made.count, "confidence": made.confidence, "variables": made.columns}
        emit_json({**told, "edges": made.edges, "weak": made.weak, "notes": made.notes})
    else:
        emit_text("\n".join(_summary(made, place)))


@cause.command(epilog=f"\b\n{LAYOUT}")
@click.argument("place", metavar="MODEL", type=FILE)
@click.argument("questions", metavar="QUESTION...", nargs=-1, required=True)
@output_option
def ask(place: Path, questions: tuple[str, ...], output: str) -> None:
    """Ask MODEL what an intervention would do, or what would have been."""
    effects = Effects(opened(place))
    answers = [_answered(text, effects) for text in questions]
    if output == "json":
        emit_json(answers[0] if len(answers) == 1 else answers)
    else:
        emit_text("\n\n".join("\n".join(each.sentences) for each in answers))


@cause.command()
@click.argument("place", metavar="MODEL", type=FILE)
@click.argument("outcome", metavar="OUTCOME")
@click.option("--from", "start", metavar="CAUSE", help="Only paths that begin there.")
@click.option("--row", type=click.IntRange(1), help="Why OUTCOME is what it is in this row, counted from 1.")
@output_option
def why(place: Path, outcome: str, start: str | None, row: int | None, output: str) -> None:
    """Why OUTCOME is what it is: the paths that lead to it, or what each cause adds in one row."""
    made = opened(place)
    at = _place(outcome, made)
    if row is not None:
        try:
            case, _ = Mechanisms(made).case(row, ())
        except ValueError as error:
            raise Ended(Exit.NOT_FOUND, str(error)) from error
        found = explaining.attributed(made, at, case)
        emit_json(found) if output == "json" else emit_text("\n".join(told.explanation(found, row)))
        return
    paths = explaining.paths(made, at, _place(start, made) if start else None)
    emit_json(paths) if output == "json" else emit_text("\n".join(told.paths(paths, made.names[at], start)))


@cause.command()
@click.argument("place", metavar="MODEL", type=FILE)
@click.option("--maximise", "--maximize", "more", multiple=True, metavar="OUTCOME[:WEIGHT]")
@click.option("--minimise", "--minimize", "less", multiple=True, metavar="OUTCOME[:WEIGHT]")
@click.option("--action", "actions", multiple=True, metavar="NAME=VALUE", help="All that is possible if none is named.")
@click.option("--fixed", multiple=True, metavar="NAME", help="A variable that nobody can set.")
@click.option("--seed", type=int, default=0, show_default=True)
@output_option
def decide(place: Path, actions: tuple[str, ...], seed: int, output: str, **how: Any) -> None:
    """Rank actions by what they do to weighted objectives: `--maximise yield:2 --minimise P(fault=yes)`."""
    effects = Effects(opened(place))
    try:
        aims = [_objective(text, effects, 1.0) for text in how["more"]]
        aims += [_objective(text, effects, -1.0) for text in how["less"]]
        if not aims:
            raise ValueError("name what is wanted with --maximise or --minimise")
        fixed = [_place(each, effects.model) for each in how["fixed"]]
        acts = [assignments(each, effects.columns)[0] for each in actions]
        found = deciding.decide(effects, aims, acts or deciding.possible(effects, aims, fixed), seed)
    except ValueError as error:
        raise Ended(Exit.USAGE, str(error)) from error
    emit_json(found) if output == "json" else emit_text("\n".join(told.decision(found)))


@cause.command()
@click.argument("data", metavar="[TELEMETRY.csv]", type=FILE, required=False)
@click.option("--target", metavar="COLUMN", help="What got worse; found by itself else.")
@click.option("--from", "start", metavar="ROW|CELL", help="First row of the incident: its number, or a cell of it.")
@click.option("--to", "stop", metavar="ROW|CELL", help="Last row of the incident.")
@click.option(
    "--marked", metavar="COLUMN", help="Column that is 1, yes or true in the rows of incidents; the last counts."
)
@click.option("--knowledge", "known", type=FILE, help="TOML: required, forbidden, tiers.")
@click.option("--leave-out", multiple=True, metavar="COLUMN")
@click.option("--lags", type=click.IntRange(0, 3), default=0, show_default=True, help="Rows that matter before.")
@output_option
@click.pass_obj
def incident(
    invocation: Invocation, /, data: Path | None, target: str | None, known: Path | None, output: str, **how: Any
) -> None:
    """Find the root cause of the last (or the named) degradation in TELEMETRY: a row for each moment, in order.

    Without TELEMETRY, of the running council itself: a row for each of its latest cycles.
    """
    try:
        stated = knowledge.read(known.read_text()) if known else knowledge.Stated()
        names = tuple(name.strip() for each in how["leave_out"] for name in each.split(","))
        asked = telemetry.Asked(
            target=target, start=how["start"], stop=how["stop"], marked=how["marked"], leave_out=names, lags=how["lags"]
        )
        rows = data.read_bytes() if data is not None else council.telemetry(invocation.run(_observed(invocation)))
        found, notes = telemetry.found(cells.read(rows), asked, stated)
    except ValueError as error:
        raise Ended(Exit.USAGE, f"{data or 'the council'}: {error}") from error
    for each in notes:
        note(each)
    emit_json(found) if output == "json" else emit_text("\n".join(told.incident(found)))


async def _observed(invocation: Invocation) -> list[Observed]:
    """The latest cycles of the running council."""
    async with await invocation.client("auditor") as client:
        records = await client.latest(council.CYCLES, f"event.{type_name(Observed)}.*")
    return [msgspec.json.decode(record.data, type=Observed) for record in records]


def _place(name: str, made: Model) -> int:
    try:
        return variable(name, made.columns)
    except ValueError as error:
        raise Ended(Exit.USAGE, str(error)) from error


def _objective(text: str, effects: Effects, sign: float) -> Objective:
    name, colon, word = text.rpartition(":")
    weight = 1.0
    if colon:
        try:
            weight = float(word)
        except ValueError as error:
            raise ValueError(f"{text!r}: the weight {word!r} is no number") from error
        if not 0 < weight < float("inf"):
            raise ValueError(f"{text!r}: a weight is above 0; use --minimise for what should be less")
    outcome, category = target(name if colon else text, effects.columns)
    if category is None and effects.columns[outcome].kind == "discrete":
        words = ", ".join(effects.columns[outcome].categories)
        raise ValueError(f"{effects.columns[outcome].name} is one of {words}; write P({text.split(':')[0]}=...)")
    return Objective(outcome=outcome, category=category, weight=sign * weight)


def _answered(text: str, effects: Effects) -> Answer:
    try:
        return answer(question(text, effects.columns), text, effects)
    except ValueError as error:
        raise Ended(Exit.USAGE, str(error).split("\n")[0], "\n".join(str(error).split("\n")[1:])) from error


def wishes(how: dict[str, Any]) -> Wishes:
    """What the options say about the columns."""
    split = {key: tuple(name.strip() for each in how[key] for name in each.split(",")) for key in SEVERAL}
    return Wishes(split["leave_out"], split["discrete"], split["continuous"], how["marks"], how["lags"])


SEVERAL: Final = ("leave_out", "discrete", "continuous")
"""Options that name several columns. *derived*"""


def opened(place: Path) -> Model:
    """The model of a file; ends the command if it is none."""
    try:
        return model.opened(place.read_bytes())
    except ValueError as error:
        raise Ended(Exit.USAGE, f"{place}: {error}") from error


def _known(place: Path | None, read: Table, left_out: list[str]) -> Knowledge:
    """The knowledge of a file; what it says of columns that were left out counts for nothing."""
    try:
        stated = knowledge.read(place.read_text()) if place else knowledge.Stated()
        return knowledge.knowledge(stated, read.columns, left_out)
    except ValueError as error:
        raise Ended(Exit.USAGE, f"{place}: {error}") from error


def _table(place: Path, asked: Wishes) -> tuple[Table, list[str]]:
    """The table of a file, and the names of columns that were left out."""
    try:
        found = cells.read(place.read_bytes())
        read = reading.table(found, asked)
        return read, [name for name in found.names if name not in read.names]
    except ValueError as error:
        raise Ended(Exit.USAGE, f"{place}: {error}") from error


def _progress(text: str) -> None:
    """One line on standard error that is written over; nothing if nobody looks on."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{text}", err=True, nl=False)


def _summary(made: Model, place: Path) -> list[str]:
    directed = sum(edge.directed for edge in made.edges)
    kinds = [column.kind for column in made.columns]
    told = ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("continuous", "discrete") if kind in kinds)
    lines = [f"{made.count} rows, {len(made.columns)} variables ({told}); saved as {place}"]
    lines.append(
        f"{len(made.edges)} edges, {directed} directed, {len(made.edges) - directed} of which the data can't tell the "
        f"direction; mean confidence {made.confidence:.2f}"
    )
    lines += [_line(edge) for edge in made.edges[:TOLD]]
    if len(made.edges) > TOLD:
        lines.append(f"  and {len(made.edges) - TOLD} more (-o json)")
    for edge in made.weak:
        lines.append(
            f"  left out: {edge.cause} - {edge.effect}, in {edge.confidence:.0%} of the bootstrap samples only"
        )
    lines.append("It is taken for granted that nothing outside the table causes two of its variables.")
    return lines


def _line(edge: Edge) -> str:
    arrow = "->" if edge.directed else "- "
    told = f"  {edge.cause} {arrow} {edge.effect}: {edge.form}"
    if edge.coefficient is not None and edge.low is not None and edge.high is not None:
        told += f", {shown(edge.coefficient)} ({shown(edge.low)} to {shown(edge.high)}) for one unit"
    direction = f", direction {edge.direction_confidence:.0%}" if edge.directed else ""
    return f"{told}; partial correlation {edge.partial_correlation:.2f}; in {edge.confidence:.0%} of samples{direction}"
