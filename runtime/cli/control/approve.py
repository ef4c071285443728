"""`kurultai approve` and `deny`: an operator's word on an act that waits, bound to what exactly it is."""

import shlex
import time
from typing import Final

import click
import msgspec

from bus.log import Record
from messages.base import type_name
from messages.gate import approval
from messages.kernel import order
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Command
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import data_of, dated, emit_json, emit_text, note, output_option
from runtime.cli.control.exhibits import SHORT_DIGEST, Case, is_meant, lines_of, whole
from runtime.cli.control.look import glance, needed
from runtime.client.client import Client
from runtime.client.orders import hearing
from runtime.envelope import name_in, stamp
from runtime.visible import in_line

DIGEST_CHARS: Final = 64
"""Letters of a whole digest. *derived*: SHA-256 as hexadecimal"""
Word = order.Approve | order.Deny

digest_option: Final = click.option(
    "--digest", help="Of what is approved or denied, or its first 12 letters: no other content is meant."
)
reason_option: Final = click.option("--reason", default="", help="Goes on the log.")
dry_option: Final = click.option("--dry-run", is_flag=True, help="Show what waits, and order nothing.")


@click.command(cls=Command)
@click.argument("act", required=False)
@digest_option
@reason_option
@dry_option
@output_option
@click.pass_obj
def approve(
    invocation: Invocation, act: str | None, digest: str | None, reason: str, dry_run: bool, output: str
) -> None:
    """Let ACT happen, if its content still has this digest; without --digest, show what would happen.

    Without ACT, list what waits for a person.
    """
    if act is None or digest is None:
        invocation.run(_show(invocation, act, dry_run, output))
        return
    invocation.run(_order(invocation, order.Approve(act=act, digest=digest, reason=reason), dry_run, output))


@click.command(cls=Command)
@click.argument("act", required=False)
@digest_option
@reason_option
@dry_option
@output_option
@click.pass_obj
def deny(invocation: Invocation, act: str | None, digest: str | None, reason: str, dry_run: bool, output: str) -> None:
    """Refuse ACT, if its content still has this digest; without --digest, show it; without ACT, list what waits."""
    if act is None or digest is None:
        invocation.run(_show(invocation, act, dry_run, output))
        return
    invocation.run(_order(invocation, order.Deny(act=act, digest=digest, reason=reason), dry_run, output))


async def _show(invocation: Invocation, act: str | None, dry_run: bool, output: str) -> None:
    """What waits is shown; with an ACT the command ends there, since nothing is decided without the digest."""
    async with await invocation.client("operator") as client:
        waiting = (await client.query(approval.Find(), approval.Waiting)).acts
        if act is None:
            emit_json(waiting) if output == "json" else _list(waiting, invocation)
            return
        found = next((each for each in waiting if each.act == act), None)
        if found is None:
            known = ", ".join(each.act for each in waiting) or "nothing"
            text = f"no act {act!r} waits for a person; what waits: {known}"
            raise Ended(Exit.NOT_FOUND, text) if dry_run else Ended(Exit.USAGE, f"--digest is required, and {text}")
        case = await whole(client, found)
    _tell(case, output)
    if dry_run:
        note("nothing was ordered")
        return
    if output == "text":
        emit_text(how_to_decide(found, invocation))
    raise Ended(Exit.USAGE, "--digest is required: it says that this very content is meant")


def _tell(case: Case, output: str) -> None:
    """All that there is to see of the act."""
    if output == "json":
        emit_json({**dated(case.requested), "judged": case.judged})
        return
    for line in lines_of(case):
        emit_text(line)


def _list(waiting: tuple[approval.Requested, ...], invocation: Invocation) -> None:
    if not waiting:
        note("nothing waits for a person")
    for requested in waiting:
        note(f"{requested.act}  until {stamp(requested.expires_at)}  {requested.summary}")
        emit_text(how_to_decide(requested, invocation))


def how_to_decide(requested: approval.Requested, invocation: Invocation) -> str:
    """The commands that approve and deny it, ready to be pasted: for the council that this one was for."""
    program = f"  {invocation.program()}"
    what = in_line(f"{shlex.quote(requested.act)} --digest {shlex.quote(requested.digest[:SHORT_DIGEST])}")
    return f"{program} approve {what}\n{program} deny {what} --reason WHY"


async def _order(invocation: Invocation, message: Word, dry_run: bool, output: str) -> None:
    async with await invocation.client("operator") as client:
        if dry_run:
            _tell(await needed(_case(client, message), "the act"), output)
            note("nothing was ordered")
            return
        message = await _meant(client, message)
        seq, identity = await client.order(message)
        async with hearing(client, seq, identity) as records:
            async for record in records:
                if _decides(record, message):
                    break
    decision = _decision(record, message)
    note(f"{message.act} is {decision}")
    if output == "json":
        emit_json({"act": message.act, "digest": message.digest, "decision": decision, "seq": record.seq})


async def _case(client: Client, message: Word) -> Case:
    return await whole(client, await _waiting(client, message))


async def _meant(client: Client, message: Word) -> Word:
    """The word with the whole digest of the act that waits; as it was given, if that is whole and nothing is seen."""
    if len(message.digest) < DIGEST_CHARS:
        mend = f"With the whole digest ({DIGEST_CHARS} letters) it is ordered all the same"
        waiting: approval.Requested | None = await needed(_waiting(client, message), "what waits", mend)
    else:
        waiting = await glance(_waiting(client, message))
    if waiting is None:
        return message
    note(f"{waiting.act}: {waiting.summary}")
    return msgspec.structs.replace(message, digest=waiting.digest)


def _decision(record: Record, message: Word) -> str:
    """What was decided, as the log says it; ends the command when it was decided otherwise meanwhile."""
    decision = "approved" if record.subject.split(".")[3] == "Granted" else "denied"
    if (decision == "approved") is not isinstance(message, order.Approve):
        raise Ended(Exit.CONFLICT, f"{message.act} was {decision} meanwhile: {data_of(record).get('reason', '')}")
    return decision


async def _waiting(client: Client, message: Word) -> approval.Requested:
    """The request for the act; ends the command when there is none, or when it is about something else."""
    found: approval.Requested | None = None
    async for record in client.records(1, "event.approval.>"):
        if record.subject.split(".")[3] == "Requested":
            requested = msgspec.json.decode(record.data, type=approval.Requested)
            found = requested if requested.act == message.act else found
        elif data_of(record).get("act") == message.act:
            found = None
    if found is None:
        raise Ended(Exit.NOT_FOUND, f"no act {message.act!r} waits for a person")
    if found.expires_at < time.time():
        raise Ended(Exit.CONFLICT, f"the act {found.act} waited until {stamp(found.expires_at)}; that is over")
    if not is_meant(message.digest, found):
        raise Ended(Exit.CONFLICT, f"the act {found.act} has the digest {found.digest}, not {message.digest}")
    return found


def _decides(record: Record, message: Word) -> bool:
    """The record is the decision about the act, whoever gave it."""
    named = name_in(record.subject) in (type_name(approval.Granted), type_name(approval.Denied))
    return named and bool(data_of(record).get("act") == message.act)
