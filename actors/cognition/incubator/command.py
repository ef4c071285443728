"""`kurultai incubate FILE`: a hypothesis is tried in the strictest sandbox, and the verdict told with its figures."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Command
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.order_options import answer
from runtime.cli.console.output import emit_json, note, output_option, say

if TYPE_CHECKING:
    from actors.cognition.incubator.hypothesis import Hypothesis
    from actors.cognition.incubator.trial import Verdict


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--again", is_flag=True, help="Try it although it was tried unchanged before.")
@click.option("--seed", default=0, type=click.IntRange(0), help="Of the order of the measurements.")
@click.option("--order", "of_council", is_flag=True, help="Order the running council to try it, with --reason.")
@click.option("--reason", default="", help="Why; goes on the log.")
@click.option("--dry-run", is_flag=True, help="Check the hypothesis, and try nothing.")
@output_option
@click.pass_obj
def incubate(
    invocation: Invocation,
    file: Path,
    again: bool,
    seed: int,
    of_council: bool,
    reason: str,
    dry_run: bool,
    output: str,
) -> None:
    """Try the hypothesis in FILE in the strictest sandbox; no council need run.

    FILE is TOML or JSON: name, claim, [criterion] metric ("seconds" or "score") and at_least, [candidate] and
    [baseline] source and entry, cases (lists of arguments), and if wanted held_out, risk and [resources] seconds,
    memory_mb and pairs. Experiments are made in pairs; if the effect exceeds the criterion with a probability above .75
    it is validated in five phases. Each trial is kept beside FILE. Exit code 1 if the hypothesis does not graduate.
    """
    hypothesis = _read(file)
    if of_council:
        answer(invocation.run(_ordered(invocation, hypothesis, reason, dry_run=dry_run)), output)
        return
    if dry_run:
        note(f"{hypothesis.name} could be tried; nothing was")
        return
    _tell(_tried(file, hypothesis, again=again, seed=seed), output)


def _tried(file: Path, hypothesis: "Hypothesis", *, again: bool, seed: int) -> "Verdict":
    from actors.cognition.incubator import archive
    from actors.cognition.incubator.conduct import NoWalls, conduct
    from actors.cognition.incubator.hypothesis import fingerprint

    kept = archive.path_of(file)
    try:
        before = archive.earlier(kept, fingerprint(hypothesis))
    except archive.Unreadable as error:
        raise Ended(Exit.USAGE, str(error)) from None
    if before is not None and not again:
        raise Ended(
            Exit.CONFLICT,
            f"this was tried unchanged before: {before.learnt}. Change the hypothesis, or say --again",
        )
    try:
        verdict = asyncio.run(conduct(hypothesis, seed=seed, progress=note))
    except NoWalls as error:
        raise Ended(Exit.FAILED, str(error)) from None
    archive.keep(kept, verdict)
    return verdict


def _ordered(invocation: Invocation, hypothesis: "Hypothesis", reason: str, *, dry_run: bool) -> Any:
    from messages.cognition import incubation
    from runtime.cli.autonomy.ordered import looked_and_ordered

    if not reason.strip():
        raise Ended(Exit.USAGE, "an order needs --reason TEXT; it goes on the log")
    wish = incubation.Incubate(hypothesis=msgspec.to_builtins(hypothesis), reason=reason)
    told = f"{hypothesis.name} is tried by the council; `kurultai tap` shows the verdict"
    look = _trials(invocation)
    return looked_and_ordered(invocation, look, wish, incubation.Admitted, told, dry_run=dry_run, while_frozen=False)


async def _trials(invocation: Invocation) -> Any:
    from messages.cognition import incubation

    async with await invocation.client("publisher") as client:
        return await client.query(incubation.Find(), incubation.Trials)


def _read(file: Path) -> "Hypothesis":
    from actors.cognition.incubator.hypothesis import BadHypothesis, NoCriterion, read

    try:
        return read(file)
    except (NoCriterion, BadHypothesis) as error:
        raise Ended(Exit.USAGE, str(error)) from None
    except OSError as error:
        raise Ended(Exit.NOT_FOUND, f"{file} can't be read: {error.strerror}") from None


def _tell(verdict: "Verdict", output: str) -> None:
    if output == "json":
        emit_json(verdict)
    elif verdict.graduated:
        say(f"{verdict.hypothesis} graduates: {verdict.stages['experiments']}.")
    elif verdict.breached:
        say(f"{verdict.hypothesis} is archived: a breach ended it in {verdict.ended_in} ({verdict.told}).")
    else:
        say(f"{verdict.hypothesis} is archived: it fails in {verdict.ended_in}: {verdict.told}.")
    if not verdict.graduated:
        raise click.exceptions.Exit(int(Exit.FAILED))
