"""Configuration of a whole cluster as files, for servers that something other than a council starts."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bus.server.config import ClusterSettings, ServerSettings, render_config, write_private

CLIENT_PORT: Final = 4222
"""Where each node hears clients. *cited*: the server's default."""

ROUTE_PORT: Final = 6222
"""Where each node hears the other nodes. *cited*: the server's default."""

MONITOR: Final = "127.0.0.1:8222"
"""Where each node answers its own health check, and nobody else. *chosen*"""

STORE_DIR: Final = Path("/data")
"""Where each node keeps its replica of the log. *chosen*"""

_EVERYWHERE: Final = "0.0.0.0"
"""Inside a container's own network this is the way in; what is published of it is the composition's matter."""


def export_cluster(
    directory: Path,
    *,
    nodes: Sequence[str],
    accounts: str,
    name: str = "kurultai",
    max_file_store_bytes: int = 0,
) -> tuple[Path, ...]:
    """One file `<node>.conf` for each node, of mode 0600; the nodes' common password outlives a repeated export."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    password = _route_password(directory / "route.password")
    written = []
    for node in nodes:
        settings = ServerSettings(
            data_dir=STORE_DIR,
            accounts=accounts,
            host=_EVERYWHERE,
            port=CLIENT_PORT,
            name=node,
            max_file_store_bytes=max_file_store_bytes,
            cluster=ClusterSettings(
                name=name,
                host=_EVERYWHERE,
                port=ROUTE_PORT,
                routes=tuple(f"{other}:{ROUTE_PORT}" for other in nodes),
                password=password,
            ),
        )
        config = render_config(
            settings, port=CLIENT_PORT, store_dir=STORE_DIR, monitor=MONITOR, log_path=None, ports_dir=None
        )
        written.append(write_private(directory / f"{node}.conf", config))
    return tuple(written)


def _route_password(path: Path) -> str:
    if not path.exists():
        write_private(path, secrets.token_urlsafe(32))
    return path.read_text()
