"""Foreign code that wants out, or wants to take the host along."""

import os
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from actors.sandbox.jail import Jail
from actors.sandbox.outcome import Limits

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux has walls"),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def jail() -> AsyncIterator[Jail]:
    jail = await Jail.start()
    yield jail
    await jail.close()


# each does no harm where it gets through: signal 0, limits only asked for
REFUSED = {
    "open /etc/passwd": "open('/etc/passwd').read()",
    "open its own source": "open(os.__file__).read()",
    "list the root": "os.listdir('/')",
    "look at /proc": "os.listdir('/proc/1')",
    "make a directory": "os.mkdir('/tmp/x')",
    "link a file": "os.symlink('/etc/passwd', '/tmp/x')",
    "dial out": "socket.create_connection(('127.0.0.1', 80), 1)",
    "UDP": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "raw packets": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "netlink": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "the host's socket object": "socket.socket(fileno=3).recv(1, socket.MSG_OOB)",
    "pass descriptors": "socket.send_fds(socket.fromfd(3, 1, 1), [b'x'], [0])",
    "fork": "os.fork()",
    "popen": "os.popen('true').read()",
    "spawn": "os.posix_spawn('/bin/true', ['true'], dict())",
    "thread": "_thread.start_new_thread(print, ())",
    "kill the host": "os.kill({host}, 0)",
    "kill the group": "os.killpg(0, 0)",
    "kill all": "os.kill(-1, 0)",
    "ask for the host's limits": "resource.prlimit({host}, resource.RLIMIT_NOFILE)",
    "new session": "os.setsid()",
    "duplicate over the socket": "os.dup2(0, 3)",
    "executable memory": "mmap.mmap(-1, 4096, prot=7)",
    "raise its priority": "os.nice(-5)",
    "a pipe": "os.pipe()",
    "a memory file": "os.memfd_create('x')",
    "an event queue": "select.epoll()",
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_a_child_may_not_do_is_refused_it(jail: Jail, name: str) -> None:
    attack = REFUSED[name].format(host=os.getpid())
    source = f"import _thread, ctypes, mmap, os, resource, select, socket\ndef f():\n    return repr({attack})"
    outcome = await jail.call(source, "f", limits=Limits(wall_s=5))
    assert outcome.status in ("raised", "killed"), outcome
    if outcome.status == "raised":
        assert outcome.error_type in ("PermissionError", "OSError", "RuntimeError", "ModuleNotFoundError"), outcome
    else:
        assert "forbidden system call" in (outcome.error or "")


async def test_a_shell_command_is_not_run(jail: Jail) -> None:
    outcome = await jail.call("import os\ndef f():\n    return os.waitstatus_to_exitcode(os.system('true'))", "f")
    assert (outcome.status, outcome.value) == ("returned", 127), "127 is the C library's word for no shell"


async def test_new_machine_code_cannot_be_made_executable(jail: Jail) -> None:
    source = """
import ctypes, mmap
def f():
    page = mmap.mmap(-1, 4096)
    libc = ctypes.CDLL(None, use_errno=True)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return [libc.mprotect(ctypes.c_void_p(address), 4096, 5), ctypes.get_errno()]
"""
    outcome = await jail.call(source, "f")
    assert outcome.value == [-1, 1], outcome


@pytest.mark.parametrize(
    "call", ["execve", "ptrace", "unshare", "setns", "mount", "bpf", "keyctl", "pidfd_open", "setuid"]
)
async def test_a_hostile_system_call_ends_the_child(jail: Jail, call: str) -> None:
    source = f"""
import ctypes
from actors.sandbox.walls.numbers import number_of
def f():
    return ctypes.CDLL(None).syscall(number_of({call!r}), 0, 0, 0, 0, 0)
"""
    outcome = await jail.call(source, "f")
    assert outcome.status == "killed", outcome
    assert "SIGSYS" in (outcome.error or "")


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="only x86-64 has a second table of numbers")
async def test_the_x32_numbers_are_no_way_around(jail: Jail) -> None:
    source = "import ctypes\ndef f():\n    return ctypes.CDLL(None).syscall(0x40000000 | 41, 2, 1, 0)"
    outcome = await jail.call(source, "f")
    assert outcome.status == "killed", outcome


async def test_a_null_pointer_kills_the_child_alone(jail: Jail) -> None:
    outcome = await jail.call("import ctypes\ndef f():\n    return ctypes.string_at(0)", "f")
    assert (outcome.status, outcome.error) == ("killed", "killed by SIGSEGV")
    assert (await jail.call("def f(): return 1", "f")).value == 1


async def test_a_fork_bomb_makes_no_process(jail: Jail) -> None:
    source = """
import os
def f():
    made = 0
    for _ in range(200):
        try:
            os.fork() or os._exit(0)
            made += 1
        except OSError:
            pass
    return made
"""
    outcome = await jail.call(source, "f")
    assert (outcome.status, outcome.value) == ("returned", 0)


@pytest.mark.parametrize(
    "source", ["__import__('subprocess').run(['true'])", "__import__('multiprocessing').Process().start()"]
)
async def test_modules_that_start_processes_do_not(jail: Jail, source: str) -> None:
    outcome = await jail.call(f"def f():\n    {source}", "f")
    assert outcome.status == "raised"
    assert outcome.error_type in ("ModuleNotFoundError", "PermissionError")


async def test_a_flood_on_the_wire_is_cut(jail: Jail) -> None:
    source = "import os\ndef f():\n    while True:\n        os.write(3, b'\\xff' * 65536)"
    outcome = await jail.call(source, "f", limits=Limits(wall_s=5))
    assert outcome.status == "flood"
    assert outcome.wall_ms < 2000


async def test_a_flood_of_prints_ends_at_the_wall_limit(jail: Jail) -> None:
    outcome = await jail.call("def f():\n    while True:\n        print('x' * 1000)", "f", limits=Limits(wall_s=0.4))
    assert outcome.status == "timeout"
    assert outcome.max_rss_kb < 100_000


@pytest.mark.parametrize(
    "frame",
    [
        b"not json",
        b"[]",
        b'{"status":"victory"}',
        b'{"status":"timeout"}',
        b'{"status":"returned","value":NaN}',
        b'{"status":"returned","value":1e999}',
        b'{"status":"returned","surprise":1}',
        b'{"status":"returned","cpu_us":-1}',
        b'{"status":"returned","stdout":"\xff"}',
        b'{"status":"returned","value":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    ],
)
async def test_a_forged_answer_of_the_wrong_form_is_a_protocol_fault(jail: Jail, frame: bytes) -> None:
    source = """
import os, struct
def f(text):
    data = text.encode('latin-1')
    os.write(3, struct.pack('<I', len(data)) + data)
    os._exit(0)
"""
    outcome = await jail.call(source, "f", [frame.decode("latin-1")])
    assert outcome.status == "protocol", outcome
    assert outcome.value is None


async def test_half_an_answer_is_none(jail: Jail) -> None:
    outcome = await jail.call("import os\ndef f():\n    os.write(3, b'\\x10\\0\\0\\0{')\n    os._exit(0)", "f")
    assert outcome.status == "killed"
    assert "exit code 0" in (outcome.error or "")


async def test_going_on_after_the_last_answer_ends_in_death(jail: Jail) -> None:
    source = """
import os, struct
def f():
    data = b'{"status":"returned","value":1}'
    os.write(3, struct.pack('<I', len(data)) + data)
    while True:
        pass
"""
    outcome = await jail.call(source, "f", limits=Limits(wall_s=30))
    assert (outcome.status, outcome.value) == ("returned", 1)
    assert outcome.wall_ms < 5000


async def test_ending_itself_is_reported(jail: Jail) -> None:
    outcome = await jail.call("import os\ndef f():\n    os._exit(5)", "f")
    assert (outcome.status, outcome.error) == ("killed", "the child ended before it answered (exit code 5)")


async def test_deep_recursion_is_an_error_or_the_childs_death(jail: Jail) -> None:
    outcome = await jail.call("def f():\n    return f()", "f")
    assert (outcome.status, outcome.error_type) == ("raised", "RecursionError")
    unlimited = "import sys\ndef f():\n    sys.setrecursionlimit(10**9)\n    return [f()]"
    outcome = await jail.call(unlimited, "f", limits=Limits(memory_bytes=64 << 20))
    assert outcome.status in ("memory", "killed", "raised")


async def test_one_call_leaves_nothing_for_the_next(jail: Jail) -> None:
    await jail.call("import builtins, json\ndef f():\n    builtins.len = json.dumps = lambda *_, **__: 'mine'", "f")
    assert (await jail.call("def f(): return len([1, 2])", "f")).value == 2


async def test_the_environment_and_the_path_are_empty(jail: Jail) -> None:
    source = "import os, sys\ndef f():\n    return [dict(os.environ), sys.path, sys.stdin.read()]"
    outcome = await jail.call(source, "f")
    assert outcome.value == [{}, [], ""]


async def test_a_child_sees_its_five_descriptors_and_no_other(jail: Jail) -> None:
    source = """
import fcntl, os
def f():
    found = []
    for number in range(300):
        try:
            fcntl.fcntl(number, fcntl.F_GETFD)
            found.append(number)
        except OSError:
            pass
    return found
"""
    outcome = await jail.call(source, "f")
    assert outcome.status == "raised" or outcome.value == [0, 1, 2, 3], outcome


def is_on_the_host(path: str) -> bool:
    return Path(path).exists()


async def test_nothing_was_written_on_the_host(jail: Jail) -> None:
    path = f"/tmp/{uuid.uuid4().hex}"
    outcome = await jail.call("def f(path):\n    open(path, 'w').write('x')", "f", [path])
    assert (outcome.status, outcome.error_type) == ("raised", "PermissionError")
    assert not is_on_the_host(path)
