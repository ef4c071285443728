"""The embedded nats-server: a child process that is ready when it says so, and whose troubles are said in words.

Costs one process of about 25 MB and a start of some tenths of a second. It never stays behind when the council is
gone, never serves one data directory twice, and never reports ready before the log can be written.
"""

import asyncio
import errno
import os
import secrets
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from bus.server import disk as server_disk
from bus.server import port as server_port
from bus.server.binary import find_binary, require_known
from bus.server.config import FREE_PORT, ServerSettings, render_config, write_private
from bus.server.errors import ServerTrouble, ServerUnwell
from bus.server.lock import DataLock, Holder
from bus.server.log import TAIL_LINES, ServerLog
from bus.server.monitor import Monitor
from bus.server.process import end, find_fault, launch

START_LIMIT_S: Final = 60.0
"""How long a start may take. *chosen*: an empty log takes 0.2 s; a long one is read through after an unclean end."""

RELOAD_LIMIT_S: Final = 15.0
"""How long a changed configuration may take to be in force. *chosen*: it takes milliseconds."""

MONITOR_TOKEN_BYTES: Final = 16
"""Random bytes in the path of the monitoring endpoint. *chosen*: nobody guesses it, and others' programs on this host
would else read who is connected and what the log holds"""

READINGS: Final = 2
"""How often a change is read. *measured* on 2.15.1: what a new account imports leads nowhere until a second reading."""

NO_SPACE: Final = os.strerror(errno.ENOSPC).lower()
"""How the server's log and health name a full disk. *measured*: it answers publishers with nothing at all."""

_POLL_S: Final = 0.02
"""Pause between two looks at a condition. *chosen*"""


class EmbeddedServer:
    """One nats-server on one data directory; may be started again after its end, on the same port."""

    def __init__(self, settings: ServerSettings, *, on_exit: Callable[[ServerTrouble], None] | None = None) -> None:
        """`on_exit` is called once for each unexpected death, in the event loop; after it `start` may be called."""
        self._settings = settings
        self._on_exit = on_exit
        self._lock = DataLock(settings.data_dir / "server.lock")
        self._log = ServerLog(settings.data_dir / "server.log", settings.data_dir / "server.out")
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._monitor: Monitor | None = None
        self._monitor_path = f"/{secrets.token_hex(MONITOR_TOKEN_BYTES)}"
        self._port = settings.port or FREE_PORT
        self._config_port = self._port
        self._stopping = False
        self.url = ""

    @property
    def pid(self) -> int | None:
        """The server's process, or None when it does not run."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    @property
    def config_path(self) -> Path:
        """The file the server reads, of mode 0600; written anew at each start and reload."""
        return self._settings.data_dir / "server.conf"

    @property
    def log_path(self) -> Path:
        """What the server writes about itself, turned over by size."""
        return self._log.path

    async def start(self) -> str:
        """The URL of a server that stores messages now; ServerTrouble says what is wrong and how to mend it."""
        if self.pid is not None:
            return self.url
        binary = find_binary()
        await asyncio.to_thread(require_known, binary, self._settings.binary_sha256)
        await asyncio.to_thread(self._claim)
        try:
            self._write_config(self._settings, self.config_path)
            arguments = ("-c", str(self.config_path))
            self._process = await launch(binary, arguments, self._log.printed, self._lock.descriptor)
            self._lock.note(Holder(council_pid=os.getpid(), server_pid=self._process.pid))
            await self._until_ready(self._process)
        except BaseException:
            await self.stop()
            raise
        self._stopping = False
        self._watch = asyncio.create_task(self._report_death(self._process))
        return self.url

    async def stop(self) -> None:
        """The server is gone and its data directory free; SIGKILL only if it does not obey in time."""
        await self._halt()
        self._lock.release()

    async def reload(self, accounts: str) -> None:
        """The new accounts are in force and who has none any more is cut off; no other connection is interrupted.

        ServerTrouble, and nothing has changed, when the server finds a fault in them.
        """
        if self.pid is None or self._process is None or self._monitor is None:
            raise self._died("The server does not run")
        settings = msgspec.structs.replace(self._settings, accounts=accounts)
        await self._require_valid(settings)
        self._settings = settings
        self._write_config(settings, self.config_path)
        for _ in range(READINGS):
            earlier = await self._monitor.configured_at()
            self._process.send_signal(signal.SIGHUP)
            await self._until_configured(self._monitor, earlier)

    async def check(self) -> None:
        """Returns when the log can be written; else ServerTrouble says why not (no room left, for example)."""
        if self.pid is None or self._monitor is None:
            raise self._died("The server does not run")
        try:
            health, storage = await self._monitor.health(), await self._monitor.storage()
        except (OSError, TimeoutError) as error:
            raise self._died(f"The server does not answer ({type(error).__name__})") from error
        if not health.ok:
            trouble = self._died(f"The server is unwell: {health.error}")
            raise ServerUnwell(trouble.what, where=trouble.where, mend=trouble.mend, log_tail=trouble.log_tail)
        if storage.used_bytes + self._settings.max_payload_bytes > storage.limit_bytes:
            why = f"{storage.used_bytes} of {storage.limit_bytes} bytes are used"
            raise server_disk.disk_full(self._store_dir, why)

    def log_tail(self, lines: int = TAIL_LINES) -> str:
        """The last lines that the server wrote, the newest last."""
        return self._log.tail(lines)

    @property
    def _ports_dir(self) -> Path:
        return self._settings.data_dir / "ports"

    @property
    def _store_dir(self) -> Path:
        return self._settings.data_dir / "log"

    def _claim(self) -> None:
        """The data directory is ours, has room, and a known port is free."""
        server_disk.prepare(self._settings.data_dir)
        self._lock.acquire()
        try:
            self._log.begin()
            for directory in (self._ports_dir, self._store_dir):
                directory.mkdir(mode=0o700, exist_ok=True)
            for leftover in self._ports_dir.iterdir():
                leftover.unlink()
            server_disk.require_room(self._store_dir)
            if self._port != FREE_PORT:
                server_port.require_free(self._settings.host, self._port)
        except BaseException:
            self._lock.release()
            raise
        self._config_port = self._port

    def _write_config(self, settings: ServerSettings, path: Path) -> None:
        """The configuration file is whole and ours alone."""
        text = render_config(
            settings,
            port=self._config_port,
            store_dir=self._store_dir,
            monitor=f"127.0.0.1:{FREE_PORT}",
            monitor_path=self._monitor_path,
            log_path=self.log_path,
            ports_dir=self._ports_dir,
        )
        write_private(path, text)

    async def _require_valid(self, settings: ServerSettings) -> None:
        """Returns only when the server itself finds no fault in what these settings would tell it."""
        draft = self.config_path.with_name("server.next.conf")
        self._write_config(settings, draft)
        try:
            fault = await find_fault(find_binary(), draft)
        finally:
            draft.unlink()
        if fault:
            raise ServerTrouble(
                "The server refuses the changed configuration",
                where=str(self.config_path),
                mend="The one before is still in force; correct what it names",
                log_tail=fault,
            )

    async def _until_configured(self, monitor: Monitor, earlier: str) -> None:
        """The server runs a configuration that it read after `earlier`."""
        try:
            async with asyncio.timeout(RELOAD_LIMIT_S):
                while True:
                    if await monitor.configured_at() != earlier:
                        return
                    await asyncio.sleep(_POLL_S)
        except (OSError, TimeoutError) as error:
            raise self._died("The server did not read its configuration again") from error

    async def _until_ready(self, process: asyncio.subprocess.Process) -> None:
        """`url` answers and the log can be written; ServerTrouble when the process ends first or takes too long."""
        try:
            async with asyncio.timeout(START_LIMIT_S):
                while not await self._answers(process.pid):
                    if process.returncode is not None:
                        raise self._died(f"The server ended while it started (exit code {process.returncode})")
                    await asyncio.sleep(_POLL_S)
        except TimeoutError as error:
            raise self._died(f"The server was not ready within {START_LIMIT_S:.0f} s") from error

    async def _answers(self, pid: int) -> bool:
        """Reads the ports the server took, then asks the client's port and the server's own judgement."""
        ports = self._ports_dir / f"nats-server_{pid}.ports"
        try:
            taken = msgspec.json.decode(ports.read_bytes(), type=dict[str, list[str]])
            url = taken["nats"][0]
            self._monitor = Monitor(taken["monitoring"][0], self._monitor_path)
            if b'"jetstream":true' not in await _greeting(url) or not (await self._monitor.health()).ok:
                return False
        except (OSError, TimeoutError, msgspec.DecodeError):
            return False
        self.url = url
        self._port = int(url.rpartition(":")[2])
        return True

    async def _report_death(self, process: asyncio.subprocess.Process) -> None:
        code = await process.wait()
        if self._stopping:
            return
        death = self._died(f"The server died (exit code {code})")
        if self._on_exit is not None:
            self._on_exit(death)

    async def _halt(self) -> None:
        """No process is left; its end is no death, and the lock is still ours."""
        self._stopping = True
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        if self._process is not None:
            await end(self._process)
        self._watch = self._process = self._monitor = None

    def _died(self, what: str) -> ServerTrouble:
        tail = self.log_tail()
        for line in (what, *tail.splitlines()):
            if NO_SPACE in line.lower():
                return server_disk.disk_full(self._store_dir, line)
        return ServerTrouble(what, where=str(self._settings.data_dir), mend="Its log says why", log_tail=tail)


async def _greeting(url: str) -> bytes:
    """The INFO line with which a server greets a client."""
    host, _, port = url.removeprefix("nats://").rpartition(":")
    async with asyncio.timeout(1.0):
        reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
        try:
            return await reader.readline()
        finally:
            writer.close()
