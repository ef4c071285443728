"""The broker: makes the HTTP requests that a run may make, so that foreign code never has a socket or a secret.

A request goes to a host on the run's own list, by a method on it, to the address that was checked and no other; sizes,
numbers and time are capped, and redirects are told, not followed.
"""

import asyncio
import base64
import functools
import os
import socket
import ssl
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple, TypeAlias

import msgspec

from actors.sandbox.addresses import is_public
from actors.sandbox.blot import Blot
from actors.sandbox.errand import PORTS, Asked, Refused, Target, find, port_of, read
from actors.sandbox.headers import VALUE, Unfit, checked
from messages.task import Host
from messages.tools import sandbox

if TYPE_CHECKING:
    import httpx2

REQUEST_S: Final = 10.0
"""How long one request may take, the name's resolution included. *chosen*: the whole run has its own limit too"""

KEPT_REQUESTS: Final = 100
"""How many requests of a run go on the log. *chosen*: with `KEPT_CHARACTERS` a small part of a record's 1 MiB"""

KEPT_CHARACTERS: Final = 300
"""How much of a request's URL and error goes on the log. *chosen*"""

Resolver: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host's name; raises OSError if it has none."""


class Secret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A secret of this installation, and the one place it may go to."""

    variable: Annotated[str, msgspec.Meta(min_length=1)]
    """The environment variable of the sandbox's process that holds it."""
    host: Annotated[str, msgspec.Meta(min_length=1)]
    """The only host that gets it, whatever a run asks for."""
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] | None = None
    """The only port of it; without it the port that the scheme of the run's host has by itself."""
    header: Annotated[str, msgspec.Meta(min_length=1)] = "Authorization"
    prefix: str = ""
    """What stands before it in the header, such as `Bearer `."""


class Given(NamedTuple):
    """What the broker adds to a request: the header's value, and the secret in it."""

    value: str
    secret: str


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses that this system's resolver gives."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class HttpBroker:
    """The requests of one run: what it may still make, and what it has made."""

    def __init__(
        self,
        hosts: Sequence[Host],
        secrets: Mapping[str, Secret],
        *,
        allow_private: bool = False,
        resolver: Resolver = resolve,
        request_s: float = REQUEST_S,
    ) -> None:
        self.requests: list[sandbox.Request] = []
        self._hosts = tuple(hosts)
        self._secrets = secrets
        self._allow_private = allow_private
        self._resolver = resolver
        self._request_s = request_s
        self._made: Counter[Host] = Counter()

    async def answer(self, name: str, arguments: Mapping[str, object]) -> dict[str, object]:
        """The response as plain data under `value`, or under `error` why there is none."""
        began = time.monotonic()
        status, error = None, ""
        reply: dict[str, object]
        try:
            asked = read(name, arguments)
            value = await self._perform(asked, find(asked, self._hosts))
            status, reply = value["status"], {"value": value}
        except Refused as refusal:
            error = str(refusal)
            reply = {"error": error}
        self._note(arguments, status, error, (time.monotonic() - began) * 1000)
        return reply

    async def _perform(self, asked: Asked, target: Target) -> dict[str, Any]:
        """The response; raises Refused, in words that hold no secret."""
        host, body = target.host, asked.content
        if len(body) > host.max_bytes:
            raise Refused(f"the body has {len(body)} bytes; {host.host} takes {host.max_bytes}")
        given = self._given(host)
        try:
            headers = {**checked(asked.headers, given), **{header: each.value for header, each in given.items()}}
        except Unfit as error:
            raise Refused(str(error)) from error
        if self._made[host] >= host.max_calls:
            raise Refused(f"this run has made its {host.max_calls} requests to {host.host}")
        self._made[host] += 1
        blot = Blot(each.secret for each in given.values())
        try:
            async with asyncio.timeout(self._request_s):
                return await self._exchange(target, asked.method, headers, body, blot)
        except TimeoutError as error:
            raise Refused(f"{host.host} did not answer in full within {self._request_s:g} s") from error

    def _given(self, host: Host) -> dict[str, Given]:
        """What goes to the host besides, by the header's name; raises Refused if it can't be had."""
        found = {}
        for name in host.secrets:
            secret = self._secrets.get(name)
            if secret is None or not _is_for(secret, host):
                raise Refused(f"this installation has no secret {name!r} for {host.host}:{port_of(host)}")
            if host.scheme != "https" and not self._allow_private:
                raise Refused(f"secret {name!r} goes over https alone")
            value = os.environ.get(secret.variable, "")
            if not value:
                raise Refused(f"secret {name!r}: {secret.variable} is not set where the sandbox runs")
            if not VALUE.fullmatch(value):
                raise Refused(f"secret {name!r}: {secret.variable} has characters that no header may have")
            found[secret.header.lower()] = Given(secret.prefix + value, value)
        return found

    async def _exchange(
        self, target: Target, method: str, headers: Mapping[str, str], body: bytes, blot: Blot
    ) -> dict[str, Any]:
        import httpx2

        url = target.at(await self._address(target))
        own = {"host": target.name, "accept-encoding": "identity"}
        tls = {"sni_hostname": target.host.host}  # the certificate must be the host's, not the address's
        try:
            async with (
                httpx2.AsyncClient(verify=_trust(), trust_env=False, timeout=self._request_s) as client,
                client.stream(
                    method, url, headers={**headers, **own}, content=body or None, extensions=tls
                ) as response,
            ):
                return await _read(response, target.host.max_bytes, blot)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            said = blot.text(f"{target.host.host}: {type(error).__name__}: {error}")
            raise Refused(said[:KEPT_CHARACTERS]) from error

    async def _address(self, target: Target) -> str:
        """The address that the request goes to: the name is resolved once, so a second answer can't matter."""
        host = target.host.host
        try:
            found = await self._resolver(host, target.port)
        except (OSError, UnicodeError) as error:  # the second for a name that no resolver could be asked for
            raise Refused(f"{host} has no address: {error}") from error
        if not found:
            raise Refused(f"{host} has no address")
        closed = [address for address in found if not is_public(address)]
        if closed and not self._allow_private:
            raise Refused(f"{host} resolves to {closed[0]}, which is not a public address")
        return found[0]

    def _note(self, arguments: Mapping[str, object], status: int | None, error: str, wall_ms: float) -> None:
        if len(self.requests) < KEPT_REQUESTS:
            url, method = str(arguments.get("url", "")), str(arguments.get("method", "GET"))
            self.requests.append(
                sandbox.Request(
                    method=method[:16],
                    url=url.partition("?")[0][:KEPT_CHARACTERS],
                    status=status,
                    error=error[:KEPT_CHARACTERS],
                    wall_ms=wall_ms,
                )
            )


@functools.cache
def _trust() -> ssl.SSLContext:
    """The authorities that are trusted; reading them takes longer than a request."""
    import httpx2

    return httpx2.create_ssl_context(trust_env=False)


def _is_for(secret: Secret, host: Host) -> bool:
    """The secret goes to this host at this port."""
    return (secret.host.lower(), secret.port or PORTS[host.scheme]) == (host.host.lower(), port_of(host))


async def _read(response: "httpx2.Response", max_bytes: int, blot: Blot) -> dict[str, Any]:
    """The response as plain data, without secrets sent back; raises Refused if its body is too large.

    What came compressed all the same stays so: it counts as it is. With a secret it is refused, which could be in it.
    """
    if blot and response.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused("the response is compressed though it was not to be, and could hold a secret")
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > max_bytes:
            raise Refused(f"the response has more than {max_bytes} bytes")
    clean = blot.clean(bytes(body))
    headers = {blot.text(name): blot.text(value) for name, value in response.headers.items()}
    plain: dict[str, Any] = {"status": response.status_code, "headers": headers}
    try:
        return {**plain, "text": clean.decode()}
    except UnicodeDecodeError:
        return {**plain, "base64": base64.b64encode(clean).decode()}
