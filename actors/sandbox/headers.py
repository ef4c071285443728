"""The headers that a run may give to its requests: those that say something of the content, and none that steer."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}")
"""A header's name. *cited*: RFC 9110, section 5.1; *chosen*: of the signs there only these, since gateways take others
for `_` or `-`"""

VALUE: Final = re.compile(r"[\t\x20-\x7e]{0,4000}")
"""A header's value, without what could end the line. *cited*: RFC 9110, section 5.5"""

HEADERS: Final = 50
"""Most headers of one request. *chosen*: more than an API asks for"""

TOTAL_CHARACTERS: Final = 16_000
"""Most that they may have together. *chosen*: what servers take at least, twice"""

OURS: Final = frozenset(
    {
        *("host", "content-length", "transfer-encoding", "connection", "keep-alive", "te", "trailer", "upgrade"),
        *("expect", "accept-encoding", "max-forwards", "forwarded", "via", "http2-settings", "early-data"),
        *("cookie", "cookie2", "set-cookie", "content-encoding"),
        *("x-http-method", "x-method", "x-method-override", "x-real-ip", "x-client-ip", "x-cluster-client-ip"),
        *("client-ip", "true-client-ip", "cf-connecting-ip", "fastly-client-ip", "x-host", "x-url-scheme"),
        *("x-sendfile", "front-end-https", "destination", "origin"),
    }
)
"""Headers that frame, route or re-interpret a request, or speak for who sends it; not the code's to set.

*cited*: RFC 9110, sections 7.6 and 10.1, RFC 7239, RFC 6265; *chosen*: what common gateways and frameworks obey"""

OUR_BEGINNINGS: Final = (
    *("proxy-", "sec-", "x-http-method-", "x-forwarded", "x-original-", "x-rewrite-", "x-proxy-", "x-accel-"),
    *("x-envoy-", "x-amzn-", "access-control-"),
)
"""What such headers begin with. *chosen* from the same sources"""


class Unfit(Exception):
    """A header that is not the code's to set, or can't be sent; the text says which."""


def canonical(name: str) -> str:
    """The one name of all spellings that some server takes for the same: RFC 3875 makes `-` and `_` one."""
    return name.lower().replace("_", "-")


def checked(headers: Mapping[str, str], taken: Iterable[str]) -> dict[str, str]:
    """The headers in lower case; raises Unfit. `taken` are names that the host itself gives a value."""
    if len(headers) > HEADERS or sum(map(len, (*headers, *headers.values()))) > TOTAL_CHARACTERS:
        raise Unfit(f"at most {HEADERS} headers of {TOTAL_CHARACTERS} characters together are sent")
    closed = OURS | {canonical(name) for name in taken}
    seen: set[str] = set()
    for name, value in headers.items():
        one = canonical(name)
        if one in closed or one.startswith(OUR_BEGINNINGS):
            raise Unfit(f"the header {name[:80]!r} is not the code's to set")
        if not NAME.fullmatch(name) or not VALUE.fullmatch(value):
            raise Unfit(f"the header {name[:80]!r} has characters that a header may not have, or is too long")
        if one in seen:
            raise Unfit(f"the header {name[:80]!r} is there twice")
        seen.add(one)
    return {name.lower(): value for name, value in headers.items()}
