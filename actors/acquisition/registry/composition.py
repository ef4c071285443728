"""The source of a tool together with the tools that it requires, as one source that the sandbox can run.

The sandbox has no registry. So each source goes along as the text that was registered, and is run in a namespace of its
own, in which the tools that it requires stand under their names; nothing else of one is seen by another.
"""

from collections.abc import Callable, Iterator
from typing import Final

from messages.tool import Spec

LONGEST: Final = 200_000
"""Most characters of a source. *cited*: messages.base.Source"""

FILE: Final = "<learnt>"
"""The file name under which each source is compiled, so that an error's line is told. *derived*: actors.sandbox"""

TEMPLATE: Final = """\
def _composed(parts):
    spaces = {{}}
    for name, entry, requires, source in parts:
        space = {{"__name__": name, **{{each: spaces[each] for each in requires}}}}
        exec(compile(source, {file!r}, "exec", dont_inherit=True), space)
        spaces[name] = space[entry]
    return spaces[name]


{entry} = _composed({parts!r})
"""

Lookup = Callable[[str], Spec | str]
"""The tool that a name stands for; a text that says why there is none."""


def composed(spec: Spec, lookup: Lookup) -> str:
    """The tool's own source where it requires nothing; ValueError, with the reason, if the parts don't fit together."""
    if not spec.requires:
        return spec.source
    parts = [(part.name, part.entry, part.requires, part.source) for part in in_order(spec, lookup)]
    whole = TEMPLATE.format(file=FILE, entry=spec.entry, parts=parts)
    if len(whole) > LONGEST:
        raise ValueError(f"with the tools that it requires it has {len(whole)} characters; {LONGEST} are the most")
    return whole


def in_order(spec: Spec, lookup: Lookup) -> tuple[Spec, ...]:
    """The tool behind all that it requires, each once; ValueError if one is not there or requires itself."""
    placed: dict[str, Spec] = {}

    def place(part: Spec, above: tuple[str, ...]) -> None:
        if part.name in above:
            circle = " -> ".join((*above[above.index(part.name) :], part.name))
            raise ValueError(f"it requires itself: {circle}")
        for name in part.requires:
            found = lookup(name)
            if isinstance(found, str):
                raise ValueError(f"it requires {name!r}, but {found}")
            if name not in placed:
                place(found, (*above, part.name))
        placed[part.name] = part

    place(spec, ())
    return tuple(placed.values())


def faults(spec: Spec, lookup: Lookup) -> Iterator[str]:
    """Why the tool can't be taken in as far as what it requires goes: all that is missing, else the first circle."""
    missing = [f"{name!r} ({found})" for name in spec.requires if isinstance(found := lookup(name), str)]
    if missing:
        yield f"it requires tools that are not there: {', '.join(missing)}"
        return
    try:
        composed(spec, lambda name: spec if name == spec.name else lookup(name))
    except ValueError as error:
        yield str(error)
