"""What can be known of a council's settings before a launch: what `kurultai up` would refuse, and what is idle."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from runtime.actor import Worker
from runtime.cli.health.safety import Finding
from runtime.directory.home import Home
from runtime.directory.settings import Settings, actor_settings
from runtime.errors import BadRoster, BadSetting
from runtime.hosting.zone import load_roster
from runtime.roster import Roster

IDLE: Final = (
    "NATS_CONTEXT",
    "NATS_CREDS",
    "NATS_NKEY",
    "NATS_USER",
    "NATS_PASSWORD",
    "NATS_TOKEN",
    "NATS_CERT",
    "NATS_KEY",
    "NATS_CA",
)
"""Variables by which other clients log in, and which nothing here reads. *cited*: `nats --help`"""


def setting_findings(settings: Settings, roster_place: str, environment: Mapping[str, str]) -> list[Finding]:
    """Data directory, settings of single actors, and variables that somebody may think are used."""
    return [*_place(settings), *_actors(settings, roster_place), *_environment(environment)]


def _place(settings: Settings) -> Iterator[Finding]:
    for flag, folder in (("--data-dir", settings.home), ("--keys", settings.key_dir)):
        nearest = next(path for path in (folder, *folder.parents) if path.exists())
        if not nearest.is_dir():
            mend = f"Name a directory with {flag}"
            yield Finding(name="place", state="unsafe", text=f"{nearest} is no directory", mend=mend)
            return
        if flag == "--data-dir" and not _can_write(nearest):
            mend = f"Give it to who runs this, or name another directory with {flag}"
            yield Finding(name="place", state="unsafe", text=f"nothing can be written in {nearest}", mend=mend)
            return
    if (original := Home(settings).original()) is not None:
        text = f"{settings.home} is a copy of {original}"
        mend = "Commands that name the copy never reach the original; `kurultai up` makes it a council of its own"
        yield Finding(name="place", state="warning", text=text, mend=mend)


def _can_write(folder: Path) -> bool:
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


def shortfalls(settings: Settings, roster: Roster) -> list[str]:
    """What workers would lack for their work, although each setting is right by itself."""
    found = actor_settings(settings, roster, Home(settings).places)
    return [
        f"{member.name}: {text}"
        for member in roster.members
        if issubclass(member, Worker) and (text := member(found[member.name]).shortfall())
    ]


def _actors(settings: Settings, roster_place: str) -> Iterator[Finding]:
    mend = "`kurultai up` refuses to start until it is mended"
    try:
        roster = load_roster(roster_place)
        lacking = shortfalls(settings, roster)
    except (BadRoster, BadSetting) as error:
        yield Finding(name="settings", state="unsafe", text=str(error), mend=mend)
        return
    if lacking:
        yield Finding(name="settings", state="warning", text="; ".join(lacking))
    else:
        yield Finding(name="settings", state="ok", text=f"those of {len(roster.members)} actors can be used")


def _environment(environment: Mapping[str, str]) -> Iterator[Finding]:
    idle = [name for name in IDLE if environment.get(name)]
    if idle:
        mend = "Each identity has a key file of its own; name their directory with --keys"
        text = f"{', '.join(idle)} {'is' if len(idle) == 1 else 'are'} set and not used"
        yield Finding(name="environment", state="warning", text=text, mend=mend)
