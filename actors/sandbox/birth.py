"""How a template process comes to be: a fresh interpreter, told its plan, that says what it holds or why it cannot."""

import asyncio
import socket
import sys
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from actors.sandbox.wire import LENGTH, packed, to_text

ROOT: Final = Path(__file__).resolve().parents[2]
"""Where `actors` lies. *Derived* from this file's place."""

START_S: Final = 30.0
"""How long preloading and locking may take. *Measured*: under 0.3 s, with numpy 0.5 s; large libraries take more."""

BOOT: Final = "import sys; sys.path.append({root!r}); from actors.sandbox.inside.boot import main; main()"
"""What the template runs. *Derived*: isolated mode knows no other path."""


class Plan(NamedTuple):
    """What a template preloads and which walls it builds."""

    preload: tuple[str, ...]
    sys_path: tuple[str, ...]
    spares: int
    namespaces: bool = True
    landlock: bool = True
    seccomp: bool = True
    files: bool = False
    """Give each child a scratch directory, and the standard library to read; takes namespaces."""


class Hello(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A template's first word: what it holds, or why it cannot serve."""

    layers: tuple[str, ...] = ()
    landlock: dict[str, int] | None = None
    preload: str | None = None
    unfit: str | None = None


class Unfit(Exception):
    """This host cannot give the walls that were planned."""


async def launch(control: socket.socket) -> asyncio.subprocess.Process:
    """A fresh interpreter that knows nothing of this process but the socket; raises Unfit if there is none."""
    command = (sys.executable, "-I", "-S", "-B", "-c", BOOT.format(root=str(ROOT)))
    silent = asyncio.subprocess.DEVNULL
    try:
        return await asyncio.create_subprocess_exec(
            *command, stdin=control.fileno(), stdout=silent, stderr=silent, env={}, cwd="/", start_new_session=True
        )
    except OSError as error:
        raise Unfit(f"the template cannot be started: {error}") from error


async def introduce(control: socket.socket, plan: Plan) -> Hello:
    """The template stands as planned; raises Unfit, or ValueError if a module cannot be preloaded."""
    try:
        async with asyncio.timeout(START_S):
            await asyncio.get_running_loop().sock_sendall(control, packed(to_text(_words(plan))))
            (size,) = LENGTH.unpack(await _receive(control, LENGTH.size))
            hello = msgspec.json.decode(await _receive(control, size), type=Hello)
    except (TimeoutError, ConnectionError) as error:
        raise Unfit(f"the template was not ready: {str(error) or 'too slow'}") from error
    if hello.preload is not None:
        raise ValueError(f"preload: {hello.preload}")
    if hello.unfit is not None:
        raise Unfit(hello.unfit)
    return hello


async def _receive(control: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        chunk = await asyncio.get_running_loop().sock_recv(control, size - len(data))
        if not chunk:
            raise ConnectionError("it ended before it was ready")
        data += chunk
    return data


def _words(plan: Plan) -> dict[str, Any]:
    return {**plan._asdict(), "preload": list(plan.preload), "sys_path": list(plan.sys_path)}
