"""`kurultai audit`: the log as a file, and the proof that it is whole and that every freeze held."""

import asyncio
import os
import time
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from runtime.cli.exits import Ended, Exit
from runtime.cli.groups import Group
from runtime.cli.invocation import Invocation
from runtime.cli.output import emit_json, note, output_option
from runtime.client import Client

if TYPE_CHECKING:
    from messages.audit import Checkpoint
    from runtime.audit.report import Report

SEAL_S: Final = 15.0
"""Longest wait for the scribe's answer to a seal. *chosen*"""
SCRIBE: Final = "scribe"
"""Who signs checkpoints. *derived*: the roster's only actor that says `audit.Checkpoint`"""
SHOWN: Final = 20
"""Most findings in a report for people; `-o json` has more. *chosen*"""


@click.group(cls=Group)
def audit() -> None:
    """Prove that the log is whole and that no frozen actor acted."""


@audit.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@click.pass_obj
def export(invocation: Invocation, file: Path, force: bool) -> None:
    """Write the whole log to FILE, one record a line, under a seal that the scribe signs now."""
    if file.exists() and not force:
        raise Ended(Exit.CONFLICT, f"{file} is there already; name another file, or give --force")
    if not file.parent.is_dir():
        raise Ended(Exit.USAGE, f"{file.parent} is no directory")
    count = invocation.run(_export(invocation, file))
    note(f"{count} records in {file}; `kurultai audit verify {file}` proves them, on any host")


async def _export(invocation: Invocation, file: Path) -> int:
    async with await invocation.client("auditor") as client:
        return await export_to(client, file)


async def export_to(client: Client, file: Path) -> int:
    """The sealed log stands in the file, whole or not at all; returns the number of records."""
    from runtime.audit.export import Incomplete
    from runtime.audit.export import export as write

    key = signing_key(client)
    sealed = await seal(client)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as out:
            count = await write(out, client.records(1), names=client.names, key=key, seal=sealed, now=time.time())
        unfinished.replace(file)
    except Incomplete as error:
        raise Ended(Exit.FAILED, f"{error}; nothing was written to {file}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return count


async def seal(client: Client) -> "tuple[Checkpoint, ...]":
    """The scribe's checkpoint up to now, with those that it does not cover; ends the command when none comes."""
    from runtime.audit.export import Incomplete, answer

    first, nonce = await client.seal()
    try:
        async with (
            asyncio.timeout(SEAL_S),
            aclosing(client.records(first, "event.audit.>", follow=True)) as records,
        ):
            return await answer(records, nonce)
    except (TimeoutError, Incomplete):
        raise Ended(
            Exit.TIMEOUT, f"the scribe has not sealed the log within {SEAL_S:.0f} s; see `kurultai status`"
        ) from None


def signing_key(client: Client) -> str:
    """The scribe's public key as this host has it; ends the command when it has none."""
    from runtime.home import Home, signing

    home = Home(client.settings)
    stem = signing(SCRIBE).removesuffix(".nk")
    if not any((home.keys / f"{stem}.{kind}").exists() for kind in ("nk", "pub")):
        raise Ended(Exit.NOT_FOUND, f"no public key of the scribe ({stem}.pub) in {home.keys}")
    return home.public(stem)


@audit.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--live", is_flag=True, help="The log of the running council instead of a file.")
@click.option("--key", "pinned", multiple=True, metavar="PUBLIC", help="The scribe's key, not from the file.")
@output_option
@click.pass_obj
def verify(invocation: Invocation, file: Path | None, live: bool, pinned: tuple[str, ...], output: str) -> None:
    """Find an edited, missing, inserted, moved or cut-off record, and any effect of a frozen actor."""
    from bus.keys import is_public
    from runtime.audit.verify import verify_export

    if (file is None) is not live:
        raise click.UsageError("give a FILE, or --live for the log of the running council")
    for key in pinned:
        if not is_public(key):
            mend = "give the text of the file scribe-signing.pub, which begins with U"
            raise click.BadParameter(f"{key!r} is no public key; {mend}", param_hint="--key")
    report = invocation.run(_verify_live(invocation, pinned)) if file is None else verify_export(file, pinned)
    if output == "json":
        emit_json(report)
    else:
        _tell(report, _claim(live=live, given=bool(pinned)))
    if not report.good:
        raise Ended(Exit.FAILED, _first_fault(report))


async def _verify_live(invocation: Invocation, keys: tuple[str, ...]) -> "Report":
    from runtime.audit.verification import Verification

    async with await invocation.client("auditor") as client:
        verification = Verification(client.names.council, keys or (signing_key(client),))
        sealed = await seal(client)
        async with aclosing(client.records(1)) as records:
            async for record in records:
                if record.seq > sealed[-1].last:
                    break
                verification.take(record)
        verification.seal(sealed, sealed[-1].nonce)
    return verification.finish()


def _first_fault(report: "Report") -> str:
    if report.first_bad is not None:
        return f"record {report.first_bad.seq} {report.first_bad.what}"
    if report.fence.violations:
        first = report.fence.violations[0]
        return f"record {first.seq} is an effect of {first.speaker}, whose level was frozen at {first.freeze}"
    if report.fence.faults:
        fault = report.fence.faults[0]
        return f"record {fault.seq} {fault.what}"
    return f"{report.unsealed} records after {report.sealed_through} are under no seal, so more may have been cut off"


def _claim(*, live: bool, given: bool) -> str:
    """Where the key comes from that the signatures were held against."""
    if given:
        return "given by you"
    return "as this host has it" if live else "the file's own claim: give --key to be sure"


def _tell(report: "Report", claim: str) -> None:
    """The report in words, on standard output."""
    fence = report.fence
    held = sum(frost.held for frost in fence.frosts)
    click.echo(f"council      {report.council}")
    click.echo(f"records      {report.records}, {report.checkpoints} signed checkpoints")
    click.echo(f"proved       through {report.sealed_through}; {report.unsealed} after it are not")
    click.echo(f"end          {'sealed: nothing was cut off' if report.sealed else 'not sealed: the end is unproved'}")
    click.echo(f"key          {', '.join(report.keys)} ({claim})")
    if report.unreadable:
        click.echo(f"unreadable   {report.unreadable} records, whose header block is none; everybody skips them")
    click.echo(f"freezes      {held} of {len(fence.frosts)} held; {fence.members} actors known")
    for finding in report.findings[:SHOWN]:
        click.echo(f"  record {finding.seq} {finding.what}{f' (line {finding.line})' if finding.line else ''}")
    for violation in fence.violations[:SHOWN]:
        click.echo(f"  record {violation.seq}: {violation.speaker} acted, though frozen at {violation.freeze}")
    for fault in fence.faults[:SHOWN]:
        click.echo(f"  record {fault.seq} {fault.what}")
    click.echo("GOOD" if report.good else "NOT GOOD")
