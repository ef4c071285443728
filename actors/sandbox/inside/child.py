"""A child's life: lock in, read one request, answer each of its calls, end. It never returns to the template."""

import gc
import io
import json
import os
import random
import sys
import types
from collections.abc import Callable
from typing import Any, Final, NoReturn

from actors.sandbox.inside.asking import HostCallError, host_call
from actors.sandbox.inside.calling import answer_to, by_place, fault_of
from actors.sandbox.inside.capture import Capture
from actors.sandbox.inside.line import read, write
from actors.sandbox.inside.lockdown import Post, isolate, seal
from actors.sandbox.walls.namespaces import LIBRARY
from actors.sandbox.wire import LENGTH, LIMITS, MEMORY_EXIT, REFUSED_EXIT, WALLS_STAND, packed, to_text

SOURCE_NAME: Final = "<learnt>"
"""The file name foreign code is compiled under. *Chosen*: no path can be called so."""

MODULE_NAME: Final = "learnt"
"""What foreign code finds as its `__name__`. *Chosen*: no module of the library is called so."""

CRASH_EXIT: Final = 70
"""The exit code if the child's own code failed. *Cited*: EX_SOFTWARE of sysexits.h."""


def live(socket: int, post: Post) -> NoReturn:
    """The process has ended, and whatever it ran saw only the inside of the walls."""
    code = CRASH_EXIT
    try:
        limits = _locked(socket, post)
        _serve(*limits, files=post.files)
        code = 0
    except MemoryError:  # foreign code holds so much that there is no room left for the answer
        code = MEMORY_EXIT
    finally:
        os._exit(code)


def _locked(socket: int, post: Post) -> tuple[int, int]:
    """The output and standard output caps, once everything holds; an error ends the process before any code runs."""
    try:
        isolate(socket, post)
        memory_bytes, cpu_s, file_bytes, output_bytes, stdout_bytes, niceness = LIMITS.unpack(read(LIMITS.size))
        seal(post, memory_bytes, cpu_s, file_bytes, niceness)
        write(WALLS_STAND)
    except Exception as error:  # whatever failed: without all walls nothing may run
        write(packed(to_text({"status": "refused", "error": f"lockdown failed: {error!r}"[:500]})))
        os._exit(REFUSED_EXIT)
    return output_bytes, stdout_bytes


def _serve(output_bytes: int, stdout_bytes: int, files: bool) -> None:
    (size,) = LENGTH.unpack(read(LENGTH.size))
    request = json.loads(read(size))
    _refresh(files)
    captured = Capture(stdout_bytes)
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), captured, captured
    try:
        function = _load(request)
    except BaseException as error:  # foreign code may raise anything, SystemExit included
        fault = fault_of(error, SOURCE_NAME)
        answers = ({**fault, "stdout": captured.take()} for _ in request["calls"])
    else:
        answers = (answer_to(function, call, captured, SOURCE_NAME) for call in request["calls"])
    for answer in answers:
        output_bytes -= _say(answer, output_bytes)


def _load(request: dict[str, Any]) -> Callable[..., object]:
    """The callable that the request names, in foreign code or in a module that was preloaded."""
    entry: str = request["entry"]
    if "module" in request:
        function = getattr(sys.modules[request["module"]], entry)
    else:
        names = _module()
        exec(compile(request["source"], SOURCE_NAME, "exec", dont_inherit=True), names)
        if entry not in names:
            raise NameError(f"the source defines no {entry!r}")
        function = by_place(names[entry])
    if not callable(function):
        raise TypeError(f"{entry!r} is not callable")
    return function  # type: ignore[no-any-return]


def _module() -> dict[str, Any]:
    """The names of the module that foreign code is; the library looks a class's module up by its name."""
    module = types.ModuleType(MODULE_NAME)
    sys.modules[MODULE_NAME] = module
    module.__dict__.update({"__builtins__": __builtins__, "host_call": host_call, "HostCallError": HostCallError})
    return module.__dict__


def _refresh(files: bool) -> None:
    """This fork shares neither random state nor collector settings with its siblings, and imports from the library."""
    gc.enable()
    sys.path[:] = [LIBRARY] if files else []
    random.seed()
    numbers = sys.modules.get("numpy.random")
    if numbers is not None:
        numbers.seed()


def _say(answer: dict[str, Any], cap_bytes: int) -> int:
    """The answer is on its way, or a flood notice in its place; returns what it took."""
    try:
        frame = packed(to_text(answer))
    except ValueError:  # a lone surrogate somewhere: such a string is not Unicode
        frame = packed(to_text({"status": "raised", "error_type": "ValueError", "error": "the result is not Unicode"}))
    if len(frame) > cap_bytes:
        told = f"the answer takes {len(frame)} bytes; {max(0, cap_bytes)} were left of the run's limit"
        write(packed(to_text({"status": "flood", "error": told})))
        return 0
    write(frame)
    return len(frame)
