"""Clients' identities beyond those that a council has from its start: who they are, and an operator's mandate.

They stand in a file beside the keys. Whoever holds the first operator's key makes another operator: the mandate is that
key's signature over the other's name and key, and goes with each of the other's orders, so that those who obey need
nothing but the one key that they know.
"""

import os
import re
from pathlib import Path
from typing import Final, Literal

import msgspec

from bus.keys import Key, load_or_create
from runtime.errors import BadSetting
from runtime.signing import mandate
from runtime.topology import BRIDGE, CLIENTS, role_of

FILE: Final = "identities.json"
"""Who there is beside the first of each role. *chosen*"""
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
"""What can be a name. *derived*: it stands in subjects, accounts and file names"""
Role = Literal["publisher", "auditor", "operator"]


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """One client: `<role>-<name>`, and the key by which the server knows it."""

    name: str
    public: str


class Identities:
    """The file of identities and their keys in one directory."""

    def __init__(self, keys: Path) -> None:
        self._keys = keys
        self.path = keys / FILE

    def all(self) -> tuple[Identity, ...]:
        """Everyone who was added and not revoked; raises BadSetting if the file can't be read."""
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=tuple[Identity, ...])
        except FileNotFoundError:
            return ()
        except (OSError, msgspec.DecodeError) as error:
            raise BadSetting(f"{self.path} can't be read: {error}") from error

    def are_applied(self, run: Path) -> bool:
        """The running council's server knows exactly those who stand in the file."""
        try:
            return msgspec.json.decode((run / FILE).read_bytes(), type=tuple[Identity, ...]) == self.all()
        except (OSError, msgspec.DecodeError):
            return False

    def names(self) -> tuple[str, ...]:
        """The names of everyone who was added."""
        return tuple(identity.name for identity in self.all())

    def add(self, role: Role, name: str, operator: Key | None = None) -> Path:
        """The identity has a key, and an operator a mandate too; returns the file of the key."""
        full = named(role, name)
        if full in self.names() or full == BRIDGE:
            raise BadSetting(f"there is a {role} of the name {name!r} already; choose another name, or revoke it first")
        path = self._keys / f"{full}.nk"
        path.unlink(missing_ok=True)
        key = load_or_create(path)
        (self._keys / f"{full}.pub").write_text(key.public + "\n")
        if operator is not None:
            (self._keys / f"{full}.mandate").write_text(mandate(operator, full, key.public) + "\n")
        self._write((*self.all(), Identity(name=full, public=key.public)))
        return path

    def revoke(self, name: str) -> tuple[str, ...]:
        """Nobody of the name is known any more, in whatever role; returns who was, with the role."""
        known = self.all()
        gone = tuple(each.name for each in known if each.name == name or each.name.partition("-")[2] == name)
        self._write(tuple(each for each in known if each.name not in gone))
        for full in gone:
            for ending in ("nk", "pub", "mandate"):
                (self._keys / f"{full}.{ending}").unlink(missing_ok=True)
        return gone

    def _write(self, identities: tuple[Identity, ...]) -> None:
        draft = self.path.with_name(f".{FILE}.{os.getpid()}")
        draft.write_bytes(msgspec.json.format(msgspec.json.encode(identities), indent=2) + b"\n")
        draft.replace(self.path)


def tell_applied(run: Path, identities: tuple[Identity, ...]) -> None:
    """The running council's server knows exactly these; told beside its address, since keys may be read-only."""
    (run / FILE).write_bytes(msgspec.json.encode(identities))


def named(role: str, name: str) -> str:
    """The full name; raises BadSetting if it can't be one."""
    if role not in CLIENTS or NAME.fullmatch(name) is None or role_of(name):
        raise BadSetting(f"{name!r} is no name: 1 to 32 small letters, digits and -, and no role in front")
    return f"{role}-{name}"


def mandate_of(keys: Path, identity: str) -> str:
    """The mandate of a further operator; empty for who has none."""
    try:
        return (keys / f"{identity}.mandate").read_text(errors="replace").strip()
    except OSError:
        return ""
