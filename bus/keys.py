"""Identity: an Ed25519 user key in NATS's nkey form, kept in a file that only its owner can read."""

import base64
import binascii
import os
import stat
import tempfile
from pathlib import Path
from typing import Final

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from bus.errors import UnsafeKey

_USER_BYTE: Final = 20 << 3
"""The prefix byte whose base32 letter is `U`: a user's public key. *cited*: nkeys README, "Encoding"."""

_SEED_BYTE: Final = 18 << 3
"""The prefix byte whose base32 letter is `S`: a seed. *cited*: nkeys README, "Encoding"."""

_RAW_KEY_BYTES: Final = 32
"""Length of an Ed25519 seed and of a public key. *cited*: RFC 8032, section 5.1.5."""

_CHECKSUM_BYTES: Final = 2
"""Length of the CRC-16/XMODEM that ends every nkey, little-endian. *cited*: nkeys README, "Encoding"."""

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
"""Any permission for the group or for others: a key with one of them is no secret. *derived*"""


class Key:
    """A user's signing key; its seed shows in neither `repr` nor `str`."""

    __slots__ = ("_signing", "public", "seed")

    def __init__(self, seed: bytes) -> None:
        self.seed: bytes = seed
        self._signing = SigningKey(_raw_seed(seed))
        self.public: str = _encode(bytes([_USER_BYTE]) + bytes(self._signing.verify_key))

    def sign(self, data: bytes) -> bytes:
        """The 64-byte Ed25519 signature of `data`."""
        return self._signing.sign(data).signature

    def __repr__(self) -> str:
        return f"Key({self.public})"


def create() -> Key:
    """A fresh key from the system's randomness, in memory alone."""
    raw = bytes(SigningKey.generate())
    first, second = _SEED_BYTE | _USER_BYTE >> 5, (_USER_BYTE & 0b11111) << 3
    return Key(_encode(bytes([first, second]) + raw).encode())


def load_or_create(path: Path) -> Key:
    """The key at `path`, which exists afterwards with mode 0600; of several first callers all get the same key."""
    if not path.exists():
        _write_once(path, create().seed)
    if not path.is_file():
        raise UnsafeKey(f"{path} is no file: move it away to get a new key")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & _OTHERS:
        raise UnsafeKey(f"{path} has mode {mode:04o}, so others may read it: make a new key, or run chmod 600 {path}")
    try:
        return Key(path.read_bytes().strip())
    except ValueError as error:
        raise UnsafeKey(f"{path} holds no user seed ({error}): restore it, or move it away to get a new key") from error
    except OSError as error:
        raise UnsafeKey(f"{path} can't be read ({error.strerror}): give it to its owner, who runs this") from error


def is_public(text: str) -> bool:
    """Whether the text is a user's public key, as it stands in a `.pub` file."""
    try:
        _raw_public(text)
    except ValueError:
        return False
    return True


def verify(public: str, data: bytes, signature: bytes) -> bool:
    """Whether the owner of the user key `public` signed exactly `data`; a malformed key or signature is a no."""
    try:
        VerifyKey(_raw_public(public)).verify(data, signature)
    except (BadSignatureError, ValueError):
        return False
    return True


def _write_once(path: Path, seed: bytes) -> None:
    """`path` exists whole or not at all: a link is made to a finished file, and the first link wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".key-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(seed + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        os.unlink(draft)


def _encode(body: bytes) -> str:
    checksum = binascii.crc_hqx(body, 0).to_bytes(_CHECKSUM_BYTES, "little")
    return base64.b32encode(body + checksum).decode().rstrip("=")


def _decode(text: bytes) -> bytes:
    """The bytes before the checksum; ValueError when the text is not base32 or the checksum is wrong."""
    raw = base64.b32decode(text + b"=" * (-len(text) % 8))
    body, checksum = raw[:-_CHECKSUM_BYTES], raw[-_CHECKSUM_BYTES:]
    if binascii.crc_hqx(body, 0).to_bytes(_CHECKSUM_BYTES, "little") != checksum:
        raise ValueError("wrong checksum")
    return body


def _raw_seed(seed: bytes) -> bytes:
    body = _decode(seed)
    expected = bytes([_SEED_BYTE | _USER_BYTE >> 5, (_USER_BYTE & 0b11111) << 3])
    if body[:2] != expected or len(body) != 2 + _RAW_KEY_BYTES:
        raise ValueError("not a user seed")
    return body[2:]


def _raw_public(public: str) -> bytes:
    body = _decode(public.encode())
    if body[:1] != bytes([_USER_BYTE]) or len(body) != 1 + _RAW_KEY_BYTES:
        raise ValueError("not a user's public key")
    return body[1:]
