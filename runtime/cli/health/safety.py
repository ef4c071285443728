"""What can be known of a server from outside, and whether a council's promises hold on it."""

import asyncio
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from bus.errors import LogError, ServerUnavailable
from bus.nats.link import Link
from runtime.client.reach import LISTEN_LIMIT_S, PORT, NoKey, key_of
from runtime.directory.home import Home
from runtime.directory.settings import Settings


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at; only `unsafe` breaks a promise."""

    name: str
    state: Literal["ok", "warning", "unsafe"]
    text: str
    mend: str = ""


async def greeting(url: str) -> dict[str, Any]:
    """What the first server of the list says of itself before anyone has logged in; raises OSError or TimeoutError."""
    first = url.split(",")[0]
    split = urlsplit(first if "://" in first else f"nats://{first}")
    async with asyncio.timeout(LISTEN_LIMIT_S):
        reader, writer = await asyncio.open_connection(split.hostname, split.port or PORT)
        try:
            line = await reader.readline()
        finally:
            writer.close()
    found: dict[str, Any] = msgspec.json.decode(line.removeprefix(b"INFO "))
    return found


async def require_asking(url: str) -> None:
    """The server asks everyone for a key; raises ServerUnavailable if a freeze would be a request and no fence."""
    try:
        info = await greeting(url)
    except (OSError, TimeoutError, msgspec.DecodeError) as error:
        raise ServerUnavailable(f"{url} does not greet as a NATS server: {error or 'no answer'}") from error
    finding = _identities(info)
    if finding.state == "unsafe":
        raise ServerUnavailable(f"{finding.text}. {finding.mend}")


async def stream_info(settings: Settings, url: str) -> dict[str, Any]:
    """What the server says of the log, to the auditor; raises LogError."""
    link = Link("auditor", "_INBOX_auditor")
    await link.open(url, key_of(settings.key_dir, "auditor").seed)
    try:
        answer = await link.request(settings.names.api("STREAM.INFO"), b"{}")
    finally:
        await link.client.close()
    found: dict[str, Any] = msgspec.json.decode(answer.data)
    if "error" in found:
        raise LogError(f"the server has no log of this council: {found['error'].get('description')}")
    return found


async def server_findings(settings: Settings, url: str, *, embedded: bool) -> list[Finding]:
    """Version, identities, durability and replicas of the server."""
    try:
        info = await greeting(url)
    except (OSError, TimeoutError, msgspec.DecodeError) as error:
        return [Finding(name="server", state="unsafe", text=f"{url} does not answer: {error}", mend="Start it")]
    known = [_version(info), _identities(info)]
    try:
        stream = await stream_info(settings, url)
    except NoKey:
        text = "what the server says of the log is for the auditor, whose key is not here"
        return [*known, Finding(name="log", state="warning", text=text, mend="Run `kurultai doctor` where it is")]
    except LogError as error:
        return [*known, Finding(name="log", state="unsafe", text=f"the log can't be asked about: {error}")]
    return [
        *known,
        _append_only(stream["config"]),
        _sync(settings, embedded),
        _replicas(stream, bool(info.get("cluster")), embedded),
    ]


def _version(info: dict[str, Any]) -> Finding:
    number = str(info.get("version", "0"))
    known = number.split(".")[:2]
    good = all(part.isdigit() for part in known) and tuple(map(int, known)) >= (2, 14)
    return Finding(
        name="server",
        state="ok" if good else "unsafe",
        text=f"nats-server {number}, {info.get('server_name', 'without a name')}",
        mend="" if good else "The fence needs atomic commits: use nats-server 2.14 or later",
    )


def _identities(info: dict[str, Any]) -> Finding:
    if info.get("auth_required"):
        return Finding(name="identities", state="ok", text="the server asks everyone for a key")
    mend = "Start it with the configuration of `kurultai auth export`; without it a freeze is only a request"
    return Finding(name="identities", state="unsafe", text="the server lets anyone in", mend=mend)


def _append_only(config: dict[str, Any]) -> Finding:
    wanted = ("deny_delete", "deny_purge", "allow_atomic")
    missing = [name for name in wanted if not config.get(name)]
    if not missing:
        return Finding(name="log", state="ok", text="append-only, with atomic commits")
    mend = "Run `kurultai up` against it once more: it mends the log's configuration"
    return Finding(name="log", state="unsafe", text=f"the log is without {', '.join(missing)}", mend=mend)


def _sync(settings: Settings, embedded: bool) -> Finding:
    if not embedded:
        mend = "See to `jetstream { sync_interval: always }` in its configuration, or to three replicas"
        text = "whether this server syncs before it acknowledges can't be seen from here"
        return Finding(name="sync", state="warning", text=text, mend=mend)
    configuration = Home(settings).server / "server.conf"
    if "sync_interval: always" in configuration.read_text():
        return Finding(name="sync", state="ok", text="commits are on the disk before they are acknowledged")
    text = "commits are acknowledged before they are on the disk; a power cut may lose two minutes"
    return Finding(name="sync", state="unsafe", text=text, mend="Launch without --no-sync and with sync_always = true")


def _replicas(stream: dict[str, Any], clustered: bool, embedded: bool) -> Finding:
    count = int(stream["config"].get("num_replicas", 1))
    peers = stream.get("cluster", {}).get("replicas") or []
    behind = [peer["name"] for peer in peers if not peer.get("current") or peer.get("offline")]
    if behind:
        text = f"{count} replicas, of which {', '.join(behind)} is behind or away"
        return Finding(name="replicas", state="warning", text=text, mend="Bring the server back")
    if count == 1 and (clustered or not embedded):
        text = "one copy of the log, on a server that is not the council's own"
        return Finding(name="replicas", state="warning", text=text, mend="Set replicas = 3 on a cluster of three")
    return Finding(name="replicas", state="ok", text=f"{count} cop{'y' if count == 1 else 'ies'} of the log")
