"""Programs of our own, started so that nothing in the working directory, or named by the environment, is imported.

`python -m` looks into the working directory first: a `messages.py` there would run in the guard's process. So a program
is started with `-I` and is told where to look: where this process looks, without the working directory, and last of all
where the roster was found, whose modules so never stand before one of the house's, of the library or of a package.
"""

import importlib.machinery
import importlib.util
import os
import sys
from pathlib import Path
from typing import Final

START: Final = (
    "import os, runpy, sys\n"
    "sys.path[:] = sys.argv.pop(1).split(os.pathsep)\n"
    "runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)\n"
)
"""What the interpreter runs first: its first arguments are the path and the module. *derived*: `python -m`"""


def isolated(module: str, *arguments: str, roster: str = "") -> tuple[str, ...]:
    """The command that runs the module; with `roster`, a place `module:NAME`, it also finds what stands beside that."""
    keep = ("-B",) if sys.dont_write_bytecode else ()
    path = os.pathsep.join(places(roster))
    return (sys.executable, "-I", *keep, "-c", START, path, module, *arguments)


def places(roster: str = "") -> list[str]:
    """Where a program of ours looks for modules, first place first."""
    here, house = os.getcwd(), str(Path(__file__).resolve().parents[2])
    known = [place for place in sys.path if os.path.isabs(place) and os.path.realpath(place) != here]
    if house not in map(os.path.realpath, known):
        known.insert(0, house)
    beside = place_of(roster.partition(":")[0]) if roster else None
    return known if beside is None or beside in known else [*known, beside]


def place_of(module: str) -> str | None:
    """The directory in which the module's outermost package is found; None if it is found nowhere."""
    found = _spec(module)
    if found is None:
        return None
    if found.submodule_search_locations:
        return str(Path(next(iter(found.submodule_search_locations))).absolute().parent)
    return str(Path(found.origin).absolute().parent) if found.has_location and found.origin else None


def look_here_too(module: str) -> None:
    """The working directory is the last place that is looked into, if the module is found in no other."""
    if _spec(module) is None and os.getcwd() not in sys.path:
        sys.path.append(os.getcwd())
        importlib.invalidate_caches()


def _spec(module: str) -> importlib.machinery.ModuleSpec | None:
    try:
        return importlib.util.find_spec(module.partition(".")[0])
    except (ImportError, ValueError):
        return None
