"""Names of files inside the jail: where this host keeps its library and its packages is nobody's business."""

import _imp
import gc
import os
import sys
from collections.abc import Iterable
from types import FunctionType, ModuleType
from typing import Any, Final

from actors.sandbox.walls.namespaces import LIBRARY

PACKAGES: Final = "/packages"
"""Where packages seem to be. *Chosen*: nothing is there."""

PLACES: Final = ("__file__", "__cached__")
"""Attributes of a module that name a file. *Cited*: the language reference, 5.4."""

OWN: Final = ("origin", "_cached", "path", "archive")
"""Attributes of a module's specification and loader that name a file. *Cited*: `importlib.machinery`."""


class Aliases:
    """What the places of this host are called inside."""

    def __init__(self, packages: Iterable[str]) -> None:
        library = os.path.dirname(os.__file__)
        others = (place.rstrip("/") for place in packages if not place.startswith(library))
        found = {library: LIBRARY} | dict.fromkeys(others, PACKAGES)
        found |= dict.fromkeys((sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix), "")
        found |= {LIBRARY: LIBRARY, PACKAGES: PACKAGES}  # a list of places may belong to two: a module and its loader
        self._places = sorted(found.items(), key=lambda pair: -len(pair[0]))

    def of(self, text: str) -> str:
        """The text with places of this host by their names inside; a path to any other file is its last part."""
        for place, alias in self._places:
            if text == place or text.startswith(f"{place}/"):
                return alias + text[len(place) :]
        return f"{PACKAGES}/{os.path.basename(text)}" if text.startswith("/") else text

    def of_value(self, value: Any) -> Any:
        """The same of a text or of what a list or tuple of texts holds."""
        if isinstance(value, str):
            return self.of(value)
        if isinstance(value, list):
            value[:] = map(self.of_value, value)
        return tuple(map(self.of_value, value)) if type(value) is tuple else value


def hide_places(packages: Iterable[str]) -> None:
    """Modules, tracebacks and `sys` name no path of this host; packages find their modules in the jail's library."""
    aliases = Aliases(packages)
    for module in tuple(sys.modules.values()):
        if isinstance(module, ModuleType):
            _rename_module(module, aliases)
    for found in gc.get_objects():
        if type(found) is FunctionType and found.__code__.co_filename.startswith("/"):
            _imp._fix_co_filename(found.__code__, aliases.of(found.__code__.co_filename))  # type: ignore[attr-defined]
    for name, value in tuple(vars(sys).items()):
        if isinstance(value, str | list | tuple) and name not in ("path", "meta_path", "path_hooks"):
            setattr(sys, name, aliases.of_value(value))
    sys.executable = sys._base_executable = ""  # type: ignore[attr-defined]
    sys.argv[:] = sys.orig_argv[:] = [""]
    sys.path_importer_cache.clear()


def _rename_module(module: ModuleType, aliases: Aliases) -> None:
    for name in PLACES:
        if isinstance(place := vars(module).get(name), str):
            setattr(module, name, aliases.of(place))
    if isinstance(places := getattr(module, "__path__", None), list):
        aliases.of_value(places)
    spec = getattr(module, "__spec__", None)
    for part in (spec, getattr(module, "__loader__", None)):
        for name in OWN:
            if isinstance(place := getattr(part, "__dict__", {}).get(name), str):
                setattr(part, name, aliases.of(place))
    if isinstance(places := getattr(spec, "submodule_search_locations", None), list):
        aliases.of_value(places)
