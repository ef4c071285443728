"""What must never be learnt: judged by the tool's name and by what its code touches, before anything runs.

It is a signpost and no wall: code that slips past it still meets the sandbox.
"""

import ast
from collections.abc import Iterator
from typing import Final, NamedTuple

FORBIDDEN: Final = (
    "execute_shell_command",
    "modify_system_files",
    "install_packages",
    "change_permissions",
    "access_ssh_keys",
    "read_environment_secrets",
    "network_scan",
    "exploit_vulnerability",
    "bypass_authentication",
    "escalate_privileges",
)
"""Tools that nobody may learn. *cited*: specification of acquisition, section 6"""

MODULES: Final = {
    **dict.fromkeys(("subprocess", "multiprocessing", "pty", "signal", "threading", "_thread"), "starts processes"),
    **dict.fromkeys(("concurrent", "asyncio", "sched"), "starts processes"),
    **dict.fromkeys(("socket", "_socket", "ssl", "http", "ftplib", "smtplib", "imaplib"), "opens the network"),
    **dict.fromkeys(("poplib", "telnetlib", "socketserver", "xmlrpc", "requests", "httpx"), "opens the network"),
    **dict.fromkeys(("urllib.request", "urllib3", "aiohttp", "paramiko", "webbrowser", "nats"), "opens the network"),
    **dict.fromkeys(("pathlib", "shutil", "tempfile", "glob", "fileinput", "mmap", "zipfile"), "touches files"),
    **dict.fromkeys(("tarfile", "sqlite3", "dbm", "shelve", "posix", "nt", "_io"), "touches files"),
    **dict.fromkeys(("os", "_os", "sys", "_sys", "platform", "pwd", "grp", "resource"), "reaches the host"),
    **dict.fromkeys(("importlib", "imp", "runpy", "pkgutil", "zipimport", "site"), "imports by name"),
    **dict.fromkeys(("builtins", "ctypes", "_ctypes", "cffi", "gc", "inspect", "code"), "reaches the interpreter"),
    **dict.fromkeys(("codeop", "marshal", "pickle", "dill", "cloudpickle", "faulthandler"), "reaches the interpreter"),
}
"""Modules that no tool may import or reach, and what they do. *chosen*: all that has use beyond computing"""

REACHED: Final = frozenset(
    ("os", "_os", "sys", "_sys", "subprocess", "socket", "builtins", "importlib", "_io", "posix", "_thread", "ctypes")
)
"""Modules that hang as attributes on harmless ones, as `random._os` does. *derived* from the standard library"""

CALLS: Final = {
    **dict.fromkeys(("eval", "exec", "compile"), "runs text as code"),
    "__import__": "imports by name",
    "open": "touches files",
    **dict.fromkeys(("globals", "locals", "vars"), "reaches the interpreter"),
}
"""Builtins that no tool may name. *cited*: specification of acquisition, section 6"""

GETTERS: Final = ("getattr", "setattr", "delattr", "hasattr")
"""Builtins that reach an attribute by text; with text that is not written out nobody can say which. *derived*"""

WALKS: Final = frozenset(
    (
        *("__subclasses__", "__globals__", "__builtins__", "__bases__", "__base__", "__mro__", "__code__"),
        *("__closure__", "__loader__", "__spec__", "__getattribute__", "__reduce__", "__reduce_ex__"),
        *("__import__", "__class__", "__dict__", "__self__", "__func__", "__wrapped__", "__objclass__"),
        *("f_globals", "f_builtins", "f_locals", "f_back", "tb_frame", "gi_frame", "gi_code", "cr_frame"),
        *("ag_frame", "environ", "attrgetter", "methodcaller"),
    )
)
"""Attributes by which code walks from a value to the interpreter. *cited*: the known escapes from Python jails"""

FINDINGS: Final = 20
"""Most findings that are told. *chosen*: the first is reason enough"""


class Finding(NamedTuple):
    """What the code does that no tool may do, and in which line."""

    line: int
    what: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}"


def forbidden_name(name: str) -> str | None:
    """The forbidden tool that this name stands for, words in any order; None if it stands for none."""
    words = set(name.lower().replace("-", "_").split("_"))
    return next((tool for tool in FORBIDDEN if set(tool.split("_")) <= words), None)


def findings(source: str) -> tuple[Finding, ...]:
    """What the code touches that no tool may touch, by line; source that is no Python touches nothing."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ()
    except (ValueError, RecursionError, MemoryError) as error:
        return (Finding(1, f"can't be read, so nobody knows what it does: {error}"),)
    found = {finding for node in ast.walk(tree) for finding in _of(node)}
    return tuple(sorted(found)[:FINDINGS])


def objection(name: str, source: str | None) -> str | None:
    """Why policy refuses to have this learnt; None if it has nothing against it."""
    if (tool := forbidden_name(name)) is not None:
        return f"policy: {tool} is never learnt, under no name"
    found = findings(source) if source is not None else ()
    if found:
        return "policy: the code does what no tool may do: " + "; ".join(map(str, found))
    return None


def _of(node: ast.AST) -> Iterator[Finding]:
    line = getattr(node, "lineno", 1)
    for what in _touches(node):
        yield Finding(line, what)


def _touches(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            for alias in names:
                yield from _module(alias.name)
        case ast.ImportFrom(module=module, names=names):
            for alias in names:
                yield from _module(f"{module}.{alias.name}" if module else alias.name)
                yield from _walk(alias.name)
        case ast.Name(id=name):
            if name in CALLS:
                yield f"{name} {CALLS[name]}"
            yield from _walk(name)
        case ast.Attribute(attr=attribute):
            if attribute in REACHED:
                yield f".{attribute} {MODULES[attribute]}"
            yield from _walk(attribute)
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in GETTERS:
            if len(arguments) < 2 or not isinstance(arguments[1], ast.Constant):
                yield f"{name} reaches an attribute that is not written out"
        case ast.Constant(value=str(text)):
            for walk in sorted(WALKS):
                if walk.startswith("__") and walk in text:
                    yield f"{walk} in text reaches the interpreter"


def _module(name: str) -> Iterator[str]:
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        if (what := MODULES.get(".".join(parts[:length]))) is not None:
            yield f"import {name} {what}"
            return


def _walk(name: str) -> Iterator[str]:
    if name in WALKS:
        yield f"{name} reaches the interpreter"
