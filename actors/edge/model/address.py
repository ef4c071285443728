"""Where a model service stands: its address checked before anything is sent there."""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

WANTED: Final = "such as https://api.example.com/v1"
"""What a good address looks like. *chosen*"""


def checked(base_url: str) -> None:
    """The address is one that a question may be sent to; else ValueError with what is wrong with it."""
    try:
        parts = urlsplit(base_url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"base_url can't be read ({error}): give one {WANTED}") from error
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"base_url must begin with https:// or http://: give one {WANTED}")
    if not host or not base_url.isascii() or not base_url.isprintable() or " " in base_url:
        raise ValueError(f"base_url names no host: give one {WANTED}")
    if parts.username is not None or parts.password is not None:
        raise ValueError("base_url must hold no user and no password: the key belongs into the variable of key_env")
    if parts.query or parts.fragment:
        raise ValueError(f"base_url must hold no ? and no #: give one {WANTED}")


def host_of(base_url: str) -> str:
    """The host of a checked address."""
    return urlsplit(base_url).hostname or ""


def is_loopback(base_url: str) -> bool:
    """What is sent there does not leave this machine."""
    host = host_of(base_url)
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_readable_by_others(base_url: str) -> bool:
    """The key, and all that is asked, would go over the network in the clear."""
    return urlsplit(base_url).scheme == "http" and not is_loopback(base_url)


def completions(base_url: str) -> str:
    """Where questions are posted. *cited*: OpenAI API reference, "Chat completions"."""
    return f"{base_url.rstrip('/')}/chat/completions"
