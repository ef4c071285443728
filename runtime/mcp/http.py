"""Streamable HTTP: bound to this machine unless told otherwise, for those who hold the token, and for no web page."""

import asyncio
import hmac
import ipaddress
import os
import re
import secrets
import socket
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

import uvicorn
from mcp.server import Server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from runtime.errors import BadSetting

PATH: Final = "/mcp"
"""Where the endpoint is. *chosen*: what clients expect"""
LOOPBACK: Final = "127.0.0.1"
"""Where it listens unless told otherwise. *chosen*"""
TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]{16,1024}=*")
"""What a token may be. *cited*: RFC 6750, section 2.1; *chosen*: not to be guessed"""
GRACE_S: Final = 1
"""How long open streams may last once the bridge ends. *chosen*"""


class Place(NamedTuple):
    """Where to listen."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Nobody on another machine can come here."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def place_of(text: str) -> Place:
    """The place that `[HOST:]PORT` names; raises ValueError."""
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65_535:
        raise ValueError(f"{text!r} is no place to listen at; write PORT or HOST:PORT")
    return Place(host.strip("[]") or LOOPBACK, int(port))


def token_in(path: Path) -> str:
    """The token that the file holds; raises BadSetting if others may read it, or if it holds none."""
    try:
        mode, text = path.stat().st_mode, path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"the token can't be read: {error}") from error
    if stat.S_IMODE(mode) & 0o077 and os.name == "posix":
        raise BadSetting(f"others may read the token in {path}: chmod 600 {path}")
    return checked(text, str(path))


def checked(token: str, where: str) -> str:
    """The token itself; raises BadSetting that never shows it."""
    if not TOKEN.fullmatch(token):
        raise BadSetting(f"{where} holds no token: at least 16 letters, digits and . _ ~ + / -")
    return token


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(32)


class TokenGate:
    """Lets through who holds the token; anybody else is answered with 401."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._wanted = f"bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection."""
        if scope["type"] == "http" and not self._is_carried(scope["headers"]):
            text = b'{"error": "invalid_token", "error_description": "send Authorization: Bearer TOKEN"}'
            headers = [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(text)).encode()),
                (b"www-authenticate", b'Bearer error="invalid_token"'),
            ]
            await send({"type": "http.response.start", "status": 401, "headers": headers})
            await send({"type": "http.response.body", "body": text})
            return
        await self._app(scope, receive, send)

    def _is_carried(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        given = [value for name, value in headers if name == b"authorization"]
        if len(given) != 1:
            return False
        scheme, _, token = given[0].partition(b" ")
        return hmac.compare_digest(scheme.lower() + b" " + token, self._wanted)


def application(server: Server[Any], token: str, place: Place, names: Iterable[str]) -> ASGIApp:
    """The endpoint, for requests that name one of the hosts and come from no other origin than these."""
    local = (LOOPBACK, "localhost", "[::1]") if place.is_loopback else ()
    own = f"[{place.host}]" if ":" in place.host else place.host
    hosts = [*dict.fromkeys(f"{host}:{place.port}" for host in (own, *local)), *names]
    origins = [f"{scheme}://{host}" for host in hosts for scheme in ("http", "https")]
    app = server.streamable_http_app(
        streamable_http_path=PATH,
        host=place.host,
        transport_security=TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins),
    )
    app.user_middleware.insert(0, Middleware(TokenGate, token=token))
    return app


def listen(place: Place) -> socket.socket:
    """A socket at the place; raises OSError that names it."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    try:
        return socket.create_server((place.host, place.port), family=family)
    except OSError as error:
        raise OSError(f"nobody can listen at {place.host}:{place.port}: {error}") from error


async def serve(app: ASGIApp, at: socket.socket) -> None:
    """Requests are answered until the process is asked to end."""
    config = uvicorn.Config(
        app, log_config=None, access_log=False, timeout_graceful_shutdown=GRACE_S, lifespan="on", ws="none"
    )
    server = uvicorn.Server(config)
    try:
        await server.serve(sockets=[at])
    except asyncio.CancelledError:
        server.should_exit = True
        raise
