"""Where HTTP is listened to, and the token that its clients show."""

import ipaddress
import os
import re
import secrets
import stat
from pathlib import Path
from typing import Final, NamedTuple

from runtime.errors import BadSetting

LOOPBACK: Final = "127.0.0.1"
"""Where it listens unless told otherwise. *chosen*"""
TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]{16,1024}=*")
"""What a token may be. *cited*: RFC 6750, section 2.1; *chosen*: not to be guessed"""


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
