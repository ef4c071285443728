"""`kurultai improve`: a function of a person's own Python file made faster, or two versions of one compared."""

import ast
import asyncio
import difflib
import json
from pathlib import Path
from typing import Any, Final

import click

from actors.cognition.improvement.gate import Improvement
from actors.cognition.improvement.jailed import Refused, Trials
from actors.cognition.improvement.search import Proposal, compared
from actors.cognition.improvement.search import improve as improved
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Command
from runtime.cli.console.output import emit_json, emit_text, note, output_option

LARGEST_BYTES: Final = 1 << 20
"""Largest source, and largest file of inputs. *chosen*"""
COMPARED: Final = 2_000
"""Generated inputs of a comparison that was asked for alone. *chosen*: nobody waits for a rewrite after it"""
COMPARED_S: Final = 15.0
"""Time for them. *chosen*"""

FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(cls=Command)
@click.argument("place", metavar="FILE.py", type=FILE)
@click.option("--function", "entry", metavar="NAME", help="The function; not needed where the file has only one.")
@click.option("--inputs", "recorded", metavar="FILE.json", type=FILE, help="A list of lists of arguments, as JSON.")
@click.option(
    "--same", "other", metavar="B.py", type=FILE, help="Only say whether B.py does the same; nothing changes."
)
@click.option("--write", is_flag=True, help="Write the modified program into FILE.py, if it passed.")
@click.option("--without-walls", "unwalled", is_flag=True, help="Run the code even where this host has no jail for it.")
@click.option("--seed", type=int, default=0, show_default=True)
@output_option
def improve(place: Path, entry: str | None, recorded: Path | None, output: str, **how: Any) -> None:
    """Make a function of FILE.py faster without changing what it does.

    Each rewrite is compared with the original on the recorded inputs and on some hundred generated ones, and measured
    in 30 interleaved pairs; the result is proposed only if the lower bound of the improvement is at least 15 %. The
    code runs in the jail. Needs no running council.
    """
    source = _source(place)
    name = _function(place, source, entry)
    inputs = _inputs(recorded) if recorded is not None else []
    try:
        if how["other"] is not None:
            _say_same(asyncio.run(_same(source, _source(how["other"]), name, inputs, how)), output)
            return
        proposal = asyncio.run(_improve(source, name, inputs, how))
    except Refused as refused:
        raise Ended(Exit.FAILED, f"{place}: {name} could not be run: {refused}") from refused
    if how["write"] and proposal.deploy:
        place.write_text(proposal.after, encoding="utf-8")
    if output == "json":
        emit_json(_data(proposal))
    else:
        _show(place, proposal)
    if not proposal.deploy:
        raise Ended(Exit.FAILED, f"{name} stays as it is: {proposal.reason}")


def _source(place: Path) -> str:
    data = place.read_bytes()
    if len(data) > LARGEST_BYTES:
        raise Ended(Exit.USAGE, f"{place} has {len(data)} bytes; at most {LARGEST_BYTES} are read")
    try:
        source = data.decode()
        ast.parse(source)
    except (ValueError, SyntaxError) as error:
        raise Ended(Exit.USAGE, f"{place} is no Python source: {error}") from error
    return source


def _function(place: Path, source: str, entry: str | None) -> str:
    names = [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    told = ", ".join(names) or "none"
    if entry is None and len(names) == 1:
        return names[0]
    if entry is None:
        raise Ended(Exit.USAGE, f"{place}: name one of its functions with --function: {told}")
    if entry not in names:
        raise Ended(Exit.NOT_FOUND, f"{place} defines no function {entry!r}; it has: {told}")
    return entry


def _inputs(place: Path) -> list[str]:
    mend = "write a list with one list of arguments for each call, such as [[[3, 1, 2], 5], [[], 0]]"
    if place.stat().st_size > LARGEST_BYTES:
        raise Ended(Exit.USAGE, f"{place} has {place.stat().st_size} bytes; at most {LARGEST_BYTES} are read")
    try:
        calls = json.loads(place.read_bytes())
    except ValueError as error:
        raise Ended(Exit.USAGE, f"{place} is no JSON ({error}); {mend}") from error
    if not isinstance(calls, list) or not calls or not all(isinstance(each, list) for each in calls):
        raise Ended(Exit.USAGE, f"{place} holds no calls; {mend}")
    return [repr(each) for each in sorted(calls, key=lambda each: len(repr(each)))]


async def _improve(source: str, name: str, inputs: list[str], how: dict[str, Any]) -> Proposal:
    async with Trials(how["unwalled"]) as trials:
        note(f"the code runs in the jail of this host ({trials.walls})")
        return await improved(source, name, inputs, trials.ask, how["seed"], note)


async def _same(source: str, other: str, name: str, inputs: list[str], how: dict[str, Any]) -> dict[str, Any]:
    request = {"before": source, "after": other, "entry": name, "inputs": inputs, "seed": how["seed"]}
    async with Trials(how["unwalled"]) as trials:
        note(f"the code runs in the jail of this host ({trials.walls})")
        return await compared(trials.ask, {**request, "count": COMPARED, "seconds": COMPARED_S})


def _say_same(verdict: dict[str, Any], output: str) -> None:
    if output == "json":
        emit_json(verdict)
    if not verdict["same"]:
        raise Ended(Exit.FAILED, f"they differ: {verdict['reason']}")
    if output != "json":
        emit_text(
            f"no difference found: {verdict['cases']} inputs, on {verdict['returned']} of which the first returns; "
            "results, exceptions, prints and changed arguments are equal. This is evidence, no proof."
        )


def _show(place: Path, proposal: Proposal) -> None:
    lines = (proposal.before.splitlines(), proposal.after.splitlines())
    diff = "\n".join(difflib.unified_diff(*lines, str(place), f"{place} (modified)", lineterm=""))
    if diff:
        emit_text(diff)
    for tried in proposal.tried:
        note(f"{'kept' if tried.kept else 'refused'}: {tried.rewrite}: {tried.reason}")
    if proposal.recorded is not None and proposal.largest is not None:
        note(f"time saved on all inputs: {_told(proposal.recorded)}; on the largest: {_told(proposal.largest)}")
        note(f"equal on {proposal.cases} inputs: results, exceptions, prints and changed arguments")


def _told(saved: Improvement) -> str:
    return f"{saved.median:.1%} (95 % interval {saved.low:.1%} to {saved.high:.1%}; {saved.speed_up:.1f} times as fast)"


def _data(proposal: Proposal) -> dict[str, Any]:
    figures = {"recorded": proposal.recorded, "largest": proposal.largest}
    told = {name: saved._asdict() if saved is not None else None for name, saved in figures.items()}
    return {**proposal._asdict(), "tried": [each._asdict() for each in proposal.tried], **told}
