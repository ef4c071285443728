"""What the embedded server is told: its settings as a value, and the configuration file that they make."""

import json
import os
from pathlib import Path
from typing import Annotated, Final

import msgspec

PING_INTERVAL_S: Final = 20
"""Pause between the server's pings. *chosen*: a dead peer is noticed within a minute, and an idle council is quiet."""

PINGS_OUTSTANDING: Final = 2
"""Unanswered pings after which a connection is closed. *cited*: the server's default."""

WRITE_DEADLINE_S: Final = 10
"""How long one write to a client may block before it counts as too slow. *cited*: the server's default."""

LOG_LIMIT_BYTES: Final = 8 * 1024 * 1024
"""Size at which the server's log file is turned over. *chosen*"""

LOG_FILES: Final = 3
"""How many turned-over log files are kept. *chosen*"""

OPEN_BATCHES: Final = 1_000
"""Most atomic batches that may be open on the log. *cited*: the server's default for all its streams; with its default
of 50 for each, anyone who may publish could keep the others' commits out by some batches left open."""

BATCH_TIMEOUT: Final = "1s"
"""How long a batch may wait for its next record. *chosen*: ours are sent in one piece; the server's default is 10 s."""

FREE_PORT: Final = -1
"""The port number by which the server takes a free one. *cited*: nats-server configuration, `port`."""


class ClusterSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The server's place in a cluster."""

    name: str
    """The same on every node."""
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)]
    """Where the other nodes reach this one."""
    host: str = "127.0.0.1"
    """The interface on which the other nodes are heard."""
    routes: tuple[str, ...] = ()
    """`host:port` of every node; the node's own is harmless."""
    user: str = "route"
    """With `password`, what a node must show: whoever joins the cluster stands above all permissions."""
    password: str = ""
    """Empty means that any process that reaches the port may join: for tests on loopback alone."""


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One nats-server and its data."""

    data_dir: Path
    """Holds the log, the configuration, the lock and the server's own log file; made when absent."""
    accounts: str
    """The accounts block, as `bus.accounts.accounts.render` writes it."""
    host: str = "127.0.0.1"
    """The interface on which clients are heard."""
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    """0 takes a free one, and keeps it over restarts of the same EmbeddedServer."""
    name: str = "kurultai"
    """The server's name; in a cluster each node has its own."""
    sync_always: bool = True
    """True: an acknowledged message survives a power cut. False: faster, and the last two minutes may be lost."""
    max_payload_bytes: Annotated[int, msgspec.Meta(ge=1024, le=64 * 1024 * 1024)] = 1024 * 1024
    """The largest message."""
    max_connections: Annotated[int, msgspec.Meta(ge=1)] = 1024
    """Connections beyond it are refused."""
    max_file_store_bytes: Annotated[int, msgspec.Meta(ge=0)] = 0
    """The most that the log may take on disk; 0 leaves it to the server (three quarters of the disk)."""
    binary_sha256: str = ""
    """The digest of a program of one's own, which may run besides those that are known."""
    cluster: ClusterSettings | None = None
    """None: a single server."""


def render_config(
    settings: ServerSettings,
    *,
    port: int,
    store_dir: Path,
    monitor: str,
    log_path: Path | None,
    ports_dir: Path | None,
    monitor_path: str = "/",
) -> str:
    """The whole configuration file; without `log_path` the server logs to its standard error.

    The monitoring endpoint has no password: whoever is not to read it must not know its `monitor_path`.
    """
    lines = [
        f"server_name: {_quoted(settings.name)}",
        f"listen: {_quoted(f'{settings.host}:{port}')}",
        f"http: {_quoted(monitor)}",
        f"http_base_path: {_quoted(monitor_path)}",
        f"max_payload: {settings.max_payload_bytes}",
        f"max_connections: {settings.max_connections}",
        f'ping_interval: "{PING_INTERVAL_S}s"',
        f"ping_max: {PINGS_OUTSTANDING}",
        f'write_deadline: "{WRITE_DEADLINE_S}s"',
    ]
    if log_path is not None:
        lines += [f"log_file: {_quoted(str(log_path))}", f"logfile_size_limit: {LOG_LIMIT_BYTES}"]
        lines.append(f"logfile_max_num: {LOG_FILES}")
    if ports_dir is not None:
        lines.append(f"ports_file_dir: {_quoted(str(ports_dir))}")
    lines += [_jetstream(settings, store_dir), *([_cluster(settings.cluster)] if settings.cluster else [])]
    return "\n".join([*lines, settings.accounts])


def write_private(path: Path, text: str) -> Path:
    """`path` holds the text, whole, and at no moment can others read it."""
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    return draft.replace(path)


def _jetstream(settings: ServerSettings, store_dir: Path) -> str:
    entries = [f"store_dir: {_quoted(str(store_dir))}"]
    if settings.sync_always:
        entries.append("sync_interval: always")
    if settings.max_file_store_bytes:
        entries.append(f"max_file_store: {settings.max_file_store_bytes}")
    batches = f"max_inflight_per_stream: {OPEN_BATCHES}, max_inflight_total: {OPEN_BATCHES}, timeout: {BATCH_TIMEOUT}"
    entries.append(f"limits {{ batch {{ {batches} }} }}")
    return "jetstream {\n  " + "\n  ".join(entries) + "\n}"


def _cluster(cluster: ClusterSettings) -> str:
    entries = [f"name: {_quoted(cluster.name)}", f"listen: {_quoted(f'{cluster.host}:{cluster.port}')}"]
    entrance = ""
    if cluster.password:
        entries.append(f"authorization {{ user: {_quoted(cluster.user)}, password: {_quoted(cluster.password)} }}")
        entrance = f"{cluster.user}:{cluster.password}@"
    entries.append("routes: [" + ", ".join(_quoted(f"nats://{entrance}{route}") for route in cluster.routes) + "]")
    return "cluster {\n  " + "\n  ".join(entries) + "\n}"


def _quoted(text: str) -> str:
    """`text` as a string of the configuration language, in which a quote or a backslash ends nothing."""
    return json.dumps(text, ensure_ascii=False)
