"""What a council keeps on disk, and where: keys, server data, snapshots, and the note by which others find it."""

import contextlib
import os
from pathlib import Path

import msgspec

from bus.keys import Key, load_or_create
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
        self.path = settings.home
        self.keys = settings.key_dir
        self.server = self.path / "server"
        self.snapshots = self.path / "snapshots"
        self.run = self.path / "run"
        self.souls = self.path / "souls"

    def prepare(self) -> None:
        """The directories are there, and closed to others."""
        for folder in (self.path, self.keys, self.snapshots, self.run):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

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
            return path.read_text().strip()
        public = self.key(name).public
        if not path.exists() or path.read_text().strip() != public:
            path.write_text(public + "\n")
        return public

    def provided(self, member: str) -> dict[str, str]:
        """Settings that the launch provides to any member that has them and was not given others."""
        return {
            "operator_key": self.public("operator"),
            "key": str(self.keys / signing(member)),
            "souls": str(self.souls.absolute()),
        }

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
