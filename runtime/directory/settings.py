"""Settings: flag over environment over `./kurultai.toml` over the user's file; a misspelt one is named in the error."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec

from bus.names import Names
from runtime.errors import BadSetting
from runtime.roster import Roster

FILE: Final = "kurultai.toml"
"""Looked for in the working directory and in the user's configuration directory. *chosen*"""
PREFIX: Final = "KURULTAI_"
"""Environment variables are the setting's name in capitals behind this. *chosen*"""
OTHER: Final = ("KURULTAI_LOG", "KURULTAI_MCP_TOKEN", "KURULTAI_TESTS_MUST_RUN")
"""Variables with this prefix that are no settings. *derived*: runtime.hosting.logs, runtime.cli.launch.mcp, tests"""
Token = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]+$", min_length=1, max_length=32)]


def _data_home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "kurultai"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one council is launched and reached."""

    council: Token = "kurultai"
    """First token of every subject; councils of different names may share a server."""
    data_dir: str = ""
    """Log, keys and snapshots; by default below the user's data directory."""
    url: str = ""
    """An external server or cluster (`nats://a:4222,nats://b:4222`); without it an embedded one is started."""
    keys: str = ""
    """Directory of the identities' key files; by default below the data directory."""
    as_name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]*$", max_length=32)] = ""
    """As whom commands come: NAME of `kurultai auth add`; without it as the first of each role."""
    host: str = "127.0.0.1"
    """Interface of the embedded server."""
    port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 0
    """Port of the embedded server; 0 takes a free one."""
    sync_always: bool = True
    """Commits are on the disk before they are acknowledged; False is faster and may lose two minutes in a power cut."""
    server_sha256: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?$")] = ""
    """SHA-256 of a nats-server of one's own, which may be started besides those that are known to this version."""
    replicas: Annotated[int, msgspec.Meta(ge=1, le=5)] = 1
    """Copies of the log; more than one needs a cluster."""
    max_log_bytes: Annotated[int, msgspec.Meta(ge=-1)] = -1
    """The log takes no more than this; -1 leaves it to the disk."""
    stuck_s: Annotated[float, msgspec.Meta(ge=1, le=3_600)] = 10.0
    """A decision that takes longer counts as stuck, and its process is killed."""
    freeze_limit_s: Annotated[float, msgspec.Meta(ge=0.1, le=60)] = 2.0
    """An actor that has not stopped this long after a freeze is killed."""
    actors: dict[str, dict[str, Any]] = {}
    """Settings of single actors, by name."""

    @property
    def names(self) -> Names:
        """Where this council's things stand on the server."""
        return Names(self.council)

    @property
    def home(self) -> Path:
        """The directory of this council's data."""
        return Path(self.data_dir).expanduser() if self.data_dir else _data_home() / self.council

    @property
    def key_dir(self) -> Path:
        """The directory of the key files."""
        return Path(self.keys).expanduser() if self.keys else self.home / "keys"


def load(flags: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in force; raises BadSetting with where the wrong one stands, its name and the reason."""
    environment = os.environ if environment is None else environment
    merged: dict[str, Any] = {}
    config_home = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    for path in (config_home / "kurultai" / FILE, Path(FILE)):
        if path.is_file():
            merged |= _from_file(path)
    merged |= _from_environment(environment)
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    return _converted(merged | given, "the command line" if given else "settings")


def _from_file(path: Path) -> dict[str, Any]:
    try:
        found = msgspec.toml.decode(path.read_bytes())
    except (msgspec.DecodeError, OSError) as error:
        raise BadSetting(f"{path}: {error}") from error
    _converted(found, str(path))
    return dict(found)


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if environment.get("NATS_URL"):
        found["url"] = environment["NATS_URL"]
    for name, text in environment.items():
        if name.startswith(PREFIX) and name not in OTHER:
            found[name.removeprefix(PREFIX).lower()] = text
    if found:
        _converted(found, "the environment (variables KURULTAI_…)")
    return found


def _converted(values: dict[str, Any], where: str) -> Settings:
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        known = ", ".join(Settings.__struct_fields__)
        raise BadSetting(f"{where}: {error}. Known settings: {known}") from error


def actor_settings(
    settings: Settings, roster: Roster, provided: Callable[[str], Mapping[str, Any]]
) -> dict[str, msgspec.Struct]:
    """The settings of each member of the roster; raises BadSetting for an unknown actor or setting.

    `provided` gives, by a member's name, values for settings that nobody has set.
    """
    names = {child.member.name for child in roster.children}
    for name in settings.actors:
        if name not in names:
            raise BadSetting(f"[actors.{name}]: no such actor; known: {', '.join(sorted(names))}")
    found: dict[str, msgspec.Struct] = {}
    for child in roster.children:
        member = child.member
        fields = member.Settings.__struct_fields__
        base = {name: value for name, value in provided(member.name).items() if name in fields}
        base |= msgspec.to_builtins(child.settings) if child.settings is not None else {}
        given = settings.actors.get(member.name, {})
        try:
            found[member.name] = msgspec.convert({**base, **given}, member.Settings, strict=False)
        except msgspec.ValidationError as error:
            known = ", ".join(member.Settings.__struct_fields__) or "none"
            raise BadSetting(f"[actors.{member.name}]: {error}. Known settings: {known}") from error
        unknown = set(given) - set(member.Settings.__struct_fields__)
        if unknown:
            known = ", ".join(member.Settings.__struct_fields__) or "none"
            raise BadSetting(f"[actors.{member.name}]: unknown setting {sorted(unknown)[0]!r}. Known: {known}")
    return found
