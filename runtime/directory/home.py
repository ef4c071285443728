"""What a council keeps on disk, and where: keys, server data, snapshots, and the note by which others find it.

Run as a program it ends with 0 if a council is ready in the directory that the settings name: a container's probe.
"""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

from bus.errors import UnsafeKey
from bus.keys import Key, is_public, load_or_create
from bus.server.process_mark import mark_of
from runtime.directory.presence import Presence
from runtime.directory.settings import Settings, load
from runtime.directory.whereabouts import Place, place_of, read_place, write_place
from runtime.errors import BadSetting


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a running council is, for commands on the same host."""

    council: str
    url: str
    keys: str
    pid: int
    roster: str
    zones: tuple[str, ...] = ()
    started: str = ""
    """The process's own mark, since another may get its number."""
    place: Place | None = None
    """The directory that the note was written in; one that lies in another was copied there."""


def signing(member: str) -> str:
    """The file of the key with which a member signs what it says; never the one that it connects with."""
    return f"{member}-signing.nk"


class Home:
    """The council's directory."""

    def __init__(self, settings: Settings) -> None:
        self._keys_apart = bool(settings.keys)
        self.path = settings.home
        self.keys = settings.key_dir
        self.server = self.path / "server"
        self.snapshots = self.path / "snapshots"
        self.run = self.path / "run"
        self._presence = Presence(self.run / "council.lock")
        self.souls = self.path / "souls"

    def prepare(self) -> None:
        """The directories are there, closed to others, and writable; raises BadSetting with what is in the way."""
        for folder in (self.path, self.keys, self.snapshots, self.run):
            try:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                if folder != self.keys:
                    tempfile.TemporaryFile(dir=folder).close()
            except OSError as error:
                setting = "keys" if folder == self.keys and self._keys_apart else "data_dir"
                reason = "it is no directory" if isinstance(error, FileExistsError) else error.strerror
                flag = f"--{setting.replace('_', '-')}"
                raise BadSetting(
                    f"{setting}: {folder} can't be used: {reason}. Name a directory with {flag}"
                ) from error

    def claim(self) -> Path | None:
        """A council lives here from now on, until `release` or its process's end; returns whose copy this directory is.

        A copy is a council of its own from here on: it forgets the port that belongs to the original.
        """
        if self._presence.take():
            self.forget_address()
        original, port = self.original(), self.port
        self.keep_port(port)
        return original

    def release(self) -> None:
        """No council of this process lives here any more."""
        self._presence.give_up()

    def original(self) -> Path | None:
        """The directory that this one is a copy of, if it is one and the original is still where it was."""
        known = read_place(self.run)
        if known is None or known.is_at(place_of(self.path)):
            return None
        there = Path(known.path)
        return there if there.is_dir() and known.is_at(place_of(there)) else None

    @property
    def port(self) -> int:
        """The port that the embedded server had here last; 0 if it had none yet."""
        known = read_place(self.run)
        return known.port if known is not None and known.is_at(place_of(self.path)) else 0

    def keep_port(self, port: int) -> None:
        """The next start takes this port again, if it is free."""
        write_place(self.run, msgspec.structs.replace(place_of(self.path), port=port))

    def require_kept(self, names: Iterable[str]) -> None:
        """No key of these names that was here has been lost; raises UnsafeKey with each that has.

        With one made anew its actor would wait for ever at a server that knows the old one, or sign as a stranger.
        """
        named = tuple(dict.fromkeys(names))
        log = self.server / "log"
        if not any(self.holds(name) for name in named) and log.is_dir() and any(log.iterdir()):
            raise UnsafeKey(
                f"{self.keys} holds no key, but {log} holds a log that was written with keys: restore them from a "
                f"backup, or move {self.server} away to begin anew"
            )
        lost = [name for name in named if not self.holds(name) and (self.keys / f"{name}.pub").exists()]
        if lost:
            files = ", ".join(f"{name}.nk" for name in lost)
            raise UnsafeKey(
                f"{files} in {self.keys} {'is' if len(lost) == 1 else 'are'} gone, but not the public key: "
                f"restore from a backup, or remove {', '.join(f'{name}.pub' for name in lost)} to have a new key made"
            )

    def require(self, names: Iterable[str]) -> None:
        """Every key file of these names that is there can be used; raises UnsafeKey with each that can't, and why."""
        faults: list[str] = []
        known: dict[str, str] = {}
        for name in filter(self.holds, names):
            try:
                public = self.key(name).public
            except UnsafeKey as error:
                faults.append(str(error))
                continue
            other = known.setdefault(public, name)
            if other != name:
                faults.append(
                    f"{self.keys / name}.nk and {other}.nk hold the same key, so one speaks as the other: "
                    "restore the wrong one, or move it away to get a new key"
                )
        if faults:
            raise UnsafeKey("\n".join(faults))

    def key(self, name: str) -> Key:
        """The identity's key; made when it is not there yet."""
        return load_or_create(self.keys / f"{name}.nk")

    def holds(self, name: str) -> bool:
        """The identity's secret key is on this host."""
        return (self.keys / f"{name}.nk").exists()

    def public(self, name: str) -> str:
        """The identity's public key; a host that does not hold the secret one has it in a file of its own."""
        path = self.keys / f"{name}.pub"
        if not self.holds(name) and path.exists():
            text = path.read_text(errors="replace").strip()
            if not is_public(text):
                raise UnsafeKey(f"{path} holds no user's public key: copy it again from the host that holds {name}.nk")
            return text
        public = self.key(name).public
        if not path.exists() or path.read_text(errors="replace").strip() != public:
            path.write_text(public + "\n")
        return public

    def provided(self, member: str) -> dict[str, str]:
        """Settings that the launch provides to any member that has them and was not given others."""
        return {"operator_key": self.public("operator"), **self.places(member)}

    def places(self, member: str) -> dict[str, str]:
        """Those of the provided settings that say where something stands; nothing is made."""
        return {"key": str(self.keys / signing(member)), "souls": str(self.souls.absolute())}

    def write_address(self, address: Address) -> None:
        """The running council can be found."""
        whole = msgspec.structs.replace(address, started=mark_of(address.pid), place=place_of(self.path))
        temporary = self.run / "council.new"
        temporary.write_bytes(msgspec.json.encode(whole))
        os.replace(temporary, self.run / "council.json")

    def forget_address(self) -> None:
        """Nobody looks for the council any more."""
        with contextlib.suppress(OSError):
            (self.run / "council.json").unlink()

    def address(self) -> Address | None:
        """Where the council runs, if one does on this host, in this directory and not in the one it was copied from."""
        try:
            address = msgspec.json.decode((self.run / "council.json").read_bytes(), type=Address)
        except (OSError, msgspec.DecodeError):
            return None
        copied = address.place is not None and not address.place.is_at(place_of(self.path))
        return address if not copied and self._presence.seen(address.pid, address.started) else None

    def blackbox(self, zone: str) -> Path:
        """The file in which the zone's process notes what its actors are doing."""
        return self.run / f"{zone}.blackbox"


if __name__ == "__main__":
    sys.exit(Home(load()).address() is None)
