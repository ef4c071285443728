"""Where a running council is, and with which key one comes to it."""

import asyncio
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from bus.errors import Denied, ServerUnavailable, UnsafeKey
from bus.keys import Key, load_or_create
from runtime.directory.home import Home
from runtime.directory.settings import Settings
from runtime.errors import BadSetting

SCHEMES: Final = ("nats", "tls", "ws", "wss")
"""What an address of a server may begin with. *cited*: NATS documentation, "Connecting"."""
PORT: Final = 4222
"""Where a server listens unless its address says otherwise. *cited*: NATS documentation, "Connecting"."""
LISTEN_LIMIT_S: Final = 3.0
"""Longest wait for a host to say whether anything listens there. *chosen*"""


class NoCouncil(ServerUnavailable):
    """No council runs where it was looked for."""


class NoKey(Denied):
    """The role's key is not there, so nobody can speak in the role."""


def reach(settings: Settings) -> Settings:
    """The settings with URL, keys and name of the council that runs; raises NoCouncil or BadSetting."""
    if settings.url:
        require_url(settings.url)
        return settings
    home = Home(settings)
    address = home.address()
    if address is None and (original := home.original()) is not None:
        raise NoCouncil(
            f"{settings.home} is a copy of {original}, and no council runs in the copy. "
            f"Name the original with --data-dir {original}, or start the copy with `kurultai up`"
        )
    if address is None:
        raise NoCouncil(
            f"no council runs at {settings.home}. Start it with `kurultai up`, or name a server with --url nats://HOST:4222"
        )
    if settings.council not in (Settings().council, address.council):
        raise NoCouncil(f"the council that runs at {settings.home} is {address.council}, not {settings.council}")
    return msgspec.structs.replace(
        settings, url=address.url, keys=settings.keys or address.keys, council=address.council
    )


def require_url(url: str) -> None:
    """Every address in the list can be one; raises BadSetting that names the one that can't."""
    for part in url.split(","):
        try:
            split = urlsplit(part if "://" in part else f"nats://{part}")
            good = split.scheme in SCHEMES and bool(split.hostname) and split.port != 0
        except ValueError:
            good = False
        if not good:
            raise BadSetting(f"url: {part!r} is not an address of a server; write it as nats://HOST:4222")


async def require_listener(url: str) -> None:
    """Something listens at one of the addresses; raises ServerUnavailable at once if nothing does."""
    reasons = []
    for part in url.split(","):
        split = urlsplit(part if "://" in part else f"nats://{part}")
        try:
            async with asyncio.timeout(LISTEN_LIMIT_S):
                _, writer = await asyncio.open_connection(split.hostname, split.port or PORT)
        except (OSError, TimeoutError) as error:
            reasons.append(f"{part}: {error or 'no answer'}")
        else:
            writer.close()
            return
    raise ServerUnavailable(f"nobody listens at {'; '.join(reasons)}. Is the server up (`kurultai up`)?")


def key_of(folder: Path, role: str) -> Key:
    """The role's key; raises NoKey instead of making one that no server knows."""
    path = folder / f"{role}.nk"
    if not path.exists():
        raise NoKey(f"no key of the {role} in {folder}. `kurultai up` makes the keys; name their directory with --keys")
    try:
        key = load_or_create(path)
    except UnsafeKey as error:
        raise Denied(str(error)) from error
    known = folder / f"{role}.pub"
    if known.exists() and known.read_text().strip() != key.public:
        raise Denied(
            f"{path} holds another key than the one that is known as the {role}'s ({known}). "
            "Restore it; a new key counts once `kurultai up` has been started again"
        )
    return key
