"""Names of parameters as every client takes them, and back: many refuse a whole list for one name outside of ASCII."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from messages.base import Json

MOST: Final = 64
"""Most letters of a name. *cited*: what the APIs of model services take for the names of an object's properties"""

TAKEN: Final = re.compile(rf"[a-zA-Z0-9_.-]{{1,{MOST}}}")
"""A name that every client takes. *cited*: the same"""


def shown_names(names: Iterable[str]) -> dict[str, str]:
    """Each name with the one that clients see: itself if it can be, else one like it that no other has."""
    names = list(names)
    shown = {name: name for name in names if TAKEN.fullmatch(name)}
    taken = set(shown.values())
    for name in names:
        if name not in shown:
            shown[name] = _free(_likened(name), taken)
            taken.add(shown[name])
    return shown


def own_names(arguments: Mapping[str, Json], names: Iterable[str]) -> dict[str, Json]:
    """The arguments of a client under the names that the tool has for them."""
    back = {seen: name for name, seen in shown_names(names).items()}
    return {back.get(name, name): value for name, value in arguments.items()}


def _likened(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-zA-Z0-9_.-]+", "_", plain)[:MOST] or "argument"


def _free(wanted: str, taken: set[str]) -> str:
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted[: MOST - len(str(number)) - 1]}_{number}"
    return found
