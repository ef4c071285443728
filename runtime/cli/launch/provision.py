"""Keys and server configuration, laid out so that each trust zone holds no key but its own."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from bus.accounts import accounts
from bus.accounts.permissions import account_of
from bus.keys import Key, load_or_create
from bus.server.config import ServerSettings, render_config, write_private
from bus.server.export import CLIENT_PORT, MONITOR, export_cluster
from messages.kernel.control import Level
from runtime.client.identities import Identities
from runtime.directory.home import Home, signing
from runtime.directory.settings import Settings
from runtime.hosting.system import INSTALLER, accounts_of
from runtime.roster import Roster, Zone
from runtime.topology import BRIDGE, CLIENTS, FERRY, SUPERVISOR, grants_of, role_of, takes_tasks

KNOWN_TO_ALL: Final = "operator"
"""Whose public key every zone needs, to tell an order from a forgery. *derived*: `Home.provided`"""

FIRST: Final = (*CLIENTS, BRIDGE)
"""Clients that every council has from its start, with keys of its own. *derived*: runtime.topology"""


class Provision:
    """Writes what servers and zones need before any of them runs; what is there already is kept."""

    def __init__(self, settings: Settings, roster: Roster, out: Path) -> None:
        self._settings = settings
        self._roster = roster
        self._out = out
        self._grants = grants_of(roster, settings.names, Identities(settings.key_dir).names())

    def single(self, store: str | None) -> list[Path]:
        """The configuration of one server, with the keys where the council looks for them."""
        home = Home(self._settings)
        home.prepare()
        block = accounts_of(self._grants, home, self._settings)
        server = ServerSettings(
            data_dir=self._out, accounts=block, host=self._settings.host, sync_always=self._settings.sync_always
        )
        text = render_config(
            server,
            port=self._settings.port or CLIENT_PORT,
            store_dir=Path(store) if store else self._out.absolute() / "data",
            monitor=MONITOR,
            log_path=None,
            ports_dir=None,
        )
        self._out.mkdir(parents=True, exist_ok=True, mode=0o700)
        return [write_private(self._out / "nats.conf", text)]

    def cluster(self, hosts: tuple[str, ...]) -> list[Path]:
        """The configuration of each host, and a directory of keys for each zone and for people."""
        keys = self._zone_keys()
        block = accounts.render(
            [account_of(grant, keys[grant.name].public, self._settings.names) for grant in self._grants],
            prefix=self._settings.names.council,
            stream=self._settings.names.stream,
            installer_public_key=keys[INSTALLER].public,
        )
        return list(export_cluster(self._out, nodes=hosts, accounts=block, name=self._settings.council))

    def _zone_keys(self) -> dict[str, Key]:
        """Every identity's key; each stands in the directories of those who speak with it, and nowhere else."""
        folder, known = self._out / "keys", Identities(self._settings.key_dir)
        keys: dict[str, Key] = {}
        for zone in self._roster.zones:
            for name in _identities(zone):
                keys[name] = _shared(name, [folder / each.name for each in self._holders(name)])
        for name in (grant.name for grant in self._grants if role_of(grant.name)):
            keys[name] = _shared(name, [folder / "clients"], self._settings.key_dir)
        for zone in self._roster.zones:
            _publish(folder / zone.name, KNOWN_TO_ALL, keys[KNOWN_TO_ALL])
            # Whoever sets up the log makes an airlock for each publisher that was added.
            if known.path.exists():
                shutil.copy(known.path, folder / zone.name)
        for zone in self._roster.zones:
            for child in zone.children:
                if "key" in child.member.Settings.__struct_fields__:
                    stem = signing(child.member.name).removesuffix(".nk")
                    _publish(folder / "clients", stem, load_or_create(folder / zone.name / f"{stem}.nk"))
        return keys

    def _holders(self, name: str) -> list[Zone]:
        return [zone for zone in self._roster.zones if name in _identities(zone)]


def _identities(zone: Zone) -> Iterable[str]:
    """Who speaks from the zone: its members, the supervisor above it, and above the guard alone the installer."""
    names = [child.member.name for child in zone.children]
    guards = any(child.member.level is Level.GUARD for child in zone.children)
    ferry = (FERRY,) if any(takes_tasks(child.member) for child in zone.children) else ()
    return (*names, SUPERVISOR, *ferry, *((INSTALLER,) if guards else ()))


def _shared(name: str, folders: list[Path], added: Path | None = None) -> Key:
    """The one key of the identity, in each of the folders; the one from where it was added, if it was."""
    paths = [folder / f"{name}.nk" for folder in folders]
    known = [*paths, *([added / f"{name}.nk"] if added is not None and name not in FIRST else [])]
    there = next((path for path in known if path.exists()), paths[0])
    key = load_or_create(there)
    for path in paths:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(key.seed + b"\n")
    return key


def _publish(folder: Path, name: str, key: Key) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / f"{name}.pub").write_text(key.public + "\n")
