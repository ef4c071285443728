"""`kurultai audit`: the log as a file, and the proof that it is whole and that every freeze held."""

import asyncio
import os
import time
from contextlib import aclosing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Group
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import emit_json, note, output_option, say
from runtime.client.client import Client

if TYPE_CHECKING:
    from messages.kernel.audit import Checkpoint
    from runtime.audit.freshness import Demand
    from runtime.audit.report import Report

SEAL_S: Final = 15.0
"""Longest wait for the scribe's answer to a seal. *chosen*"""
LEAST_NONCE: Final = 8
"""Letters that a nonce must have: a shorter one may stand on the log already. *chosen*"""
SHOWN: Final = 20
"""Most findings in a report for people; `-o json` has more. *chosen*"""

UNKNOWN: Final = "not shown; a shorter history can't be excluded (--nonce, --not-before, --previous, --heads)"
"""What is told of a proof that was held against nothing but itself. *chosen*"""
FOUND: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
"""A file that is there. *derived*"""


@click.group(cls=Group)
def audit() -> None:
    """Prove that the log is whole and that no frozen actor acted."""


@audit.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@click.option("--nonce", metavar="TEXT", help="A word that nobody knew before; the seal answers it, so it is new.")
@click.pass_obj
def export(invocation: Invocation, file: Path, force: bool, nonce: str | None) -> None:
    """Write the whole log to FILE, one record a line, under a seal that the scribe signs now."""
    _require_nonce(nonce)
    if file.exists() and not force:
        raise Ended(Exit.CONFLICT, f"{file} is there already; name another file, or give --force")
    if not file.parent.is_dir():
        raise Ended(Exit.USAGE, f"{file.parent} is no directory")
    count = invocation.run(_export(invocation, file, nonce))
    fresh = f" --nonce {nonce}" if nonce is not None else ""
    note(f"{count} records in {file}; `kurultai audit verify {file}{fresh} --key PUBLIC` proves them, on any host")


def _require_nonce(nonce: str | None) -> None:
    """Ends the command when the text can't be a nonce."""
    import msgspec

    from messages.kernel.audit import Seal

    if nonce is None:
        return
    try:
        msgspec.convert({"nonce": nonce}, Seal)
    except msgspec.ValidationError as error:
        raise click.BadParameter(str(error).partition(" - at")[0], param_hint="--nonce") from error
    if len(nonce) < LEAST_NONCE:
        raise click.BadParameter(f"it has {len(nonce)} letters; give {LEAST_NONCE} or more", param_hint="--nonce")


async def _export(invocation: Invocation, file: Path, nonce: str | None) -> int:
    async with await invocation.client("auditor") as client:
        return await export_to(client, file, nonce)


async def export_to(client: Client, file: Path, nonce: str | None = None) -> int:
    """The sealed log stands in the file, whole or not at all; returns the number of records."""
    from runtime.audit.export import Incomplete
    from runtime.audit.export import export as write

    key = signing_key(client)
    sealed = await seal(client, nonce)
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


async def seal(client: Client, nonce: str | None = None) -> "tuple[Checkpoint, ...]":
    """The scribe's checkpoint up to now, with those that it does not cover; ends the command when none comes."""
    from runtime.audit.export import Incomplete, answer

    first, nonce = await client.seal(nonce)
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
    from runtime.audit.checkpoint import SCRIBE
    from runtime.directory.home import Home, signing

    home = Home(client.settings)
    stem = signing(SCRIBE).removesuffix(".nk")
    if not any((home.keys / f"{stem}.{kind}").exists() for kind in ("nk", "pub")):
        raise Ended(Exit.NOT_FOUND, f"no public key of the scribe ({stem}.pub) in {home.keys}")
    return home.public(stem)


@audit.command()
@click.argument("file", required=False, type=FOUND)
@click.option("--live", is_flag=True, help="The log of the running council instead of a file.")
@click.option("--key", "pinned", multiple=True, metavar="PUBLIC", help="The scribe's key, not from the file.")
@click.option("--nonce", metavar="TEXT", help="The word that was given to `audit export`: FILE is no older.")
@click.option("--not-before", metavar="SEQ|TIME", help="The proof must reach this record, or this time (RFC 3339).")
@click.option("--previous", type=FOUND, help="An earlier export, which the log must continue.")
@click.option("--heads", type=FOUND, help="Heads that the scribe has published; the log must have had each of them.")
@output_option
@click.pass_obj
def verify(
    invocation: Invocation, /, file: Path | None, live: bool, pinned: tuple[str, ...], output: str, **wanted: Any
) -> None:
    """Find an edited, missing, inserted, moved or cut-off record, and any effect of a frozen actor.

    An old export, or a log that was set back, proves itself as it was: --nonce, --not-before, --previous and --heads
    say what it must be at least. Ends with 8 if nothing is wrong but the key is the file's own claim.
    """
    from bus.keys import is_public
    from runtime.audit.verify import verify_export

    if (file is None) is not live:
        raise click.UsageError("give a FILE, or --live for the log of the running council")
    for key in pinned:
        if not is_public(key):
            mend = "give the text of the file scribe-signing.pub, which begins with U"
            raise click.BadParameter(f"{key!r} is no public key; {mend}", param_hint="--key")
    demand = _demand(**wanted)
    if file is None:
        if demand.nonce is not None:
            raise click.UsageError("--live chooses a nonce of its own")
        report = invocation.run(_verify_live(invocation, pinned, demand))
    else:
        report = verify_export(file, pinned or _known_here(invocation, file), demand)
    if output == "json":
        emit_json(report)
    else:
        _tell(report, _claim(report, given=bool(pinned)))
    if report.verdict == "consistent":
        raise Ended(Exit.UNPROVED, "nothing shows that this council's scribe signed it: give its key with --key")
    if not report.good:
        raise Ended(Exit.FAILED, _first_fault(report))


def _demand(nonce: str | None, not_before: str | None, previous: Path | None, heads: Path | None) -> "Demand":
    from runtime.audit.freshness import Demand

    seq, at = 0, None
    if not_before is not None and not_before.isdecimal():
        seq = int(not_before)
    elif not_before is not None:
        at = _time(not_before)
    return Demand(nonce=nonce, not_before_seq=seq, not_before_at=at, previous=previous, heads=heads)


def _time(text: str) -> float:
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None:
            return found.timestamp()
    except (ValueError, OverflowError):
        pass
    mend = "write a place on the log, or a time with its offset such as 2026-01-31T12:00:00Z"
    raise click.BadParameter(f"{text!r} is neither; {mend}", param_hint="--not-before")


def _known_here(invocation: Invocation, file: Path) -> tuple[str, ...]:
    """The key that the file names, if it is that of this host's own scribe."""
    from bus.errors import UnsafeKey
    from runtime.audit.checkpoint import SCRIBE
    from runtime.audit.form import header_in
    from runtime.directory.home import Home, signing

    home, stem = Home(invocation.settings()), signing(SCRIBE).removesuffix(".nk")
    if not any((home.keys / f"{stem}.{kind}").exists() for kind in ("nk", "pub")):
        return ()
    try:
        with file.open("rb") as opened:
            claimed = header_in(opened.readline(1 << 16)).key
        return (claimed,) if claimed == home.public(stem) else ()
    except (ValueError, RecursionError, OSError, UnsafeKey):
        return ()


async def _verify_live(invocation: Invocation, keys: tuple[str, ...], demand: "Demand") -> "Report":
    import msgspec

    from runtime.audit.verification import Verification
    from runtime.audit.verify import resolved

    async with await invocation.client("auditor") as client:
        keys = keys or (signing_key(client),)
        demand = resolved(demand, keys)
        sealed = await seal(client)
        demand = msgspec.structs.replace(demand, nonce=sealed[-1].nonce)
        verification = Verification(client.names.council, keys, demand=demand)
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
    if report.fence.trespasses:
        trespass = report.fence.trespasses[0]
        return f"record {trespass.seq} was said by {trespass.speaker}, whose level may not in {trespass.mode} mode"
    if report.fence.faults:
        fault = report.fence.faults[0]
        return f"record {fault.seq} {fault.what}"
    return f"{report.unsealed} records after {report.sealed_through} are under no seal, so more may have been cut off"


def _claim(report: "Report", *, given: bool) -> str:
    """Where the key comes from that the signatures were held against."""
    if given:
        return "given by you"
    return "as this host has it" if report.pinned else "the file's own claim: give --key to be sure"


def _tell(report: "Report", claim: str) -> None:
    """The report in words, on standard output."""
    fence = report.fence
    held = sum(frost.held for frost in fence.frosts)
    say(f"council      {report.council}")
    say(f"records      {report.records}, {report.checkpoints} signed checkpoints")
    at = f" of {report.proved_at}" if report.proved_at is not None else ""
    say(f"proved       through {report.sealed_through}{at}; {report.unsealed} after it are not")
    say(f"end          {'sealed, then' if report.sealed else 'not sealed: the end is unproved'}")
    say(f"newness      {'; '.join(report.fresh) or UNKNOWN}")
    say(f"key          {', '.join(report.keys)} ({claim})")
    if report.unreadable:
        say(f"unreadable   {report.unreadable} records, whose header block is none; everybody skips them")
    say(f"freezes      {held} of {len(fence.frosts)} held; {fence.members} actors known")
    for finding in report.findings[:SHOWN]:
        say(f"  record {finding.seq} {finding.what}{f' (line {finding.line})' if finding.line else ''}")
    for violation in fence.violations[:SHOWN]:
        say(f"  record {violation.seq}: {violation.speaker} acted, though frozen at {violation.freeze}")
    for trespass in fence.trespasses[:SHOWN]:
        in_force = f"in {trespass.mode} mode{f' since {trespass.since}' if trespass.since else ''}"
        say(f"  record {trespass.seq}: {trespass.speaker} acted or proposed, though its level is {in_force}")
    for fault in fence.faults[:SHOWN]:
        say(f"  record {fault.seq} {fault.what}")
    say(_verdict(report))


def _verdict(report: "Report") -> str:
    if report.verdict == "bad":
        return "NOT GOOD"
    if report.verdict == "consistent":
        return "CONSISTENT, BUT WHOSE IT IS IS NOT PROVED"
    if report.fresh:
        return "GOOD"
    return f"GOOD THROUGH RECORD {report.sealed_through}; THAT THERE WERE NO MORE IS NOT PROVED"
