"""What a council keeps on disk, and where: keys, server data, snapshots, and the note by which others find it."""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from bus.errors import UnsafeKey
from bus.keys import Key, is_public, load_or_create
from runtime.errors import BadSetting
from runtime.settings import Settings


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a running council is, for commands on the same host."""

    council: str
    url: str
    keys: str
    pid: int
    roster: str
    zones: tuple[str, ...] = ()


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
        self.souls = self.path / "souls"

    def prepare(self) -> None:
        """The directories are there, and closed to others; raises BadSetting with what is in the way."""
        for folder in (self.path, self.keys, self.snapshots, self.run):
            try:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            except OSError as error:
                setting = "keys" if folder == self.keys and self._keys_apart else "data_dir"
                reason = "it is no directory" if isinstance(error, FileExistsError) else error.strerror
                flag = f"--{setting.replace('_', '-')}"
                raise BadSetting(
                    f"{setting}: {folder} can't be used: {reason}. Name a directory with {flag}"
                ) from error

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
        temporary = self.run / "council.new"
        temporary.write_bytes(msgspec.json.encode(address))
        os.replace(temporary, self.run / "council.json")

    def forget_address(self) -> None:
        """Nobody looks for the council any more."""
        with contextlib.suppress(OSError):
            (self.run / "council.json").unlink()

    def address(self) -> Address | None:
        """Where the council runs, if one does on this host."""
        try:
            address = msgspec.json.decode((self.run / "council.json").read_bytes(), type=Address)
            os.kill(address.pid, 0)
        except (OSError, msgspec.DecodeError):
            return None
        return address

    def blackbox(self, zone: str) -> Path:
        """The file in which the zone's process notes what its actors are doing."""
        return self.run / f"{zone}.blackbox"
