"""What a run asks of the broker, checked: a URL that can be read in one way only."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

import msgspec

from messages.task import Host

PORTS: Final = {"http": 80, "https": 443}
"""The schemes' own ports. *cited*: RFC 9110"""

URL: Final = re.compile(r"[\x21-\x5b\x5d-\x7e]+")
"""Printable ASCII without spaces and backslashes, which some readers take for slashes. *cited*: RFC 3986"""


class Refused(Exception):
    """What was asked for is not made, or failed; the text is for the code that asked."""


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The arguments of `host_call("http", ...)`."""

    url: Annotated[str, msgspec.Meta(max_length=8_000)]
    method: str = "GET"
    headers: dict[str, str] = {}
    body: str = ""
    json: Any = None
    """Sent as the body, in place of `body`."""

    @property
    def content(self) -> bytes:
        """The body of the request."""
        return msgspec.json.encode(self.json) if self.json is not None else self.body.encode()


class Target(NamedTuple):
    """Where a request goes: the host by the run's own list, and the path that the code wants of it."""

    host: Host
    path: str

    @property
    def port(self) -> int:
        """The port in force."""
        return port_of(self.host)

    @property
    def name(self) -> str:
        """The `Host` header."""
        name = f"[{self.host.host}]" if ":" in self.host.host else self.host.host
        return name if self.port == PORTS[self.host.scheme] else f"{name}:{self.port}"

    def at(self, address: str) -> str:
        """The URL with the address in the host's place."""
        literal = f"[{address}]" if ":" in address else address
        return f"{self.host.scheme}://{literal}:{self.port}{self.path}"


def port_of(host: Host) -> int:
    """The host's own port, or its scheme's."""
    return host.port or PORTS[host.scheme]


def read(name: str, arguments: Mapping[str, object]) -> Asked:
    """The arguments of the call by their names; raises Refused."""
    if name != "http":
        raise Refused(f"there is no host_call({name[:80]!r}); the only one is 'http'")
    try:
        return msgspec.convert(arguments, Asked)
    except msgspec.ValidationError as error:
        raise Refused(f"host_call('http'): {error}") from error


def find(asked: Asked, hosts: tuple[Host, ...]) -> Target:
    """The host on the run's list that the URL names, and by an allowed method; raises Refused."""
    url, port = _split(asked.url)
    for host in hosts:
        if (url.hostname, url.scheme, port) == (host.host.lower(), host.scheme, port_of(host)):
            if asked.method not in host.methods:
                raise Refused(f"{asked.method[:20]} is not among this run's methods: {', '.join(host.methods)}")
            return Target(host, f"{url.path or '/'}{f'?{url.query}' if url.query else ''}")
    allowed = ", ".join(f"{host.scheme}://{host.host}:{port_of(host)}" for host in hosts)
    raise Refused(f"{url.scheme}://{url.hostname}:{port} is not among this run's hosts: {allowed}")


def _split(text: str) -> tuple[SplitResult, int]:
    """The URL's parts and its port; raises Refused for one that two readers could read in two ways."""
    if not URL.fullmatch(text):
        raise Refused("the URL must be printable ASCII without spaces and backslashes; quote the rest with urllib")
    try:
        url = urlsplit(text)
        port = url.port or PORTS.get(url.scheme, 0)
    except ValueError as error:
        raise Refused(f"the URL can't be read: {error}") from error
    if "@" in url.netloc or not url.hostname or url.scheme not in PORTS:
        raise Refused("the URL must be http:// or https:// with a host, and without a user")
    return url, port
