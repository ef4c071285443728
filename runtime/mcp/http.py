"""Streamable HTTP: bound to this machine unless told otherwise, for those who hold the token, and for no web page."""

import asyncio
import hmac
import socket
from collections.abc import Iterable
from typing import Any, Final

import uvicorn
from mcp.server import Server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from runtime.mcp.patience import Patience
from runtime.mcp.place import LOOPBACK, Place

PATH: Final = "/mcp"
"""Where the endpoint is. *chosen*: what clients expect"""
GRACE_S: Final = 1
"""How long open streams may last once the bridge ends. *chosen*"""


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
        app,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
        lifespan="on",
        ws="none",
        http=Patience,
    )
    server = uvicorn.Server(config)
    try:
        await server.serve(sockets=[at])
    except asyncio.CancelledError:
        server.should_exit = True
        raise
