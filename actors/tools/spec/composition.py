"""The source of a tool together with the tools that it requires, as one source that the sandbox can run.

The sandbox has no registry. So each source goes along as the text that was registered, and is run in a namespace of its
own, in which the tools that it requires stand under their names; nothing else of one is seen by another.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from messages.tools.tool import Part, Spec

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

OWN: Final = "learnt"
"""The name of a tool that has none yet. *derived*: as the sandbox calls what it runs"""


def composed(spec: Spec, lookup: Lookup) -> str:
    """The tool's source with all that it requires; ValueError, with the reason, if the parts don't fit together."""
    return joined(spec.source, spec.entry, spec.requires, parts_of(spec.name, spec.requires, lookup))


def joined(source: str, entry: str, requires: Sequence[str], parts: Sequence[Part]) -> str:
    """The source as it is where it requires nothing, else in one with the parts; ValueError if that is too long."""
    if not requires:
        return source
    listed = [(part.name, part.entry, part.requires, part.source) for part in parts]
    whole = TEMPLATE.format(file=FILE, entry=entry, parts=[*listed, (OWN, entry, tuple(requires), source)])
    if len(whole) > LONGEST:
        raise ValueError(f"with the tools that it requires it has {len(whole)} characters; {LONGEST} are the most")
    return whole


def parts_of(name: str, requires: Sequence[str], lookup: Lookup) -> tuple[Part, ...]:
    """All that the tool requires, each once and behind what it requires; ValueError if that is not so."""
    placed: dict[str, Part] = {}

    def place(required: Sequence[str], above: tuple[str, ...]) -> None:
        for each in required:
            if each in above:
                circle = " -> ".join((*above[above.index(each) :], each))
                raise ValueError(f"it requires itself: {circle}")
            found = lookup(each)
            if isinstance(found, str):
                raise ValueError(f"it requires {each!r}, but {found}")
            if each not in placed:
                place(found.requires, (*above, each))
                placed[each] = Part(name=each, entry=found.entry, source=found.source, requires=found.requires)

    place(requires, (name,))
    size = sum(len(part.source) for part in placed.values())
    if size > LONGEST:
        raise ValueError(f"the tools that it requires have {size} characters; {LONGEST} are the most")
    return tuple(placed.values())


def faults(name: str, requires: Sequence[str], lookup: Lookup) -> Iterator[str]:
    """Why a tool can't be made with what it requires: all that is missing, else the first circle."""
    missing = [f"{each!r} ({found})" for each in requires if each != name and isinstance(found := lookup(each), str)]
    if missing:
        yield f"it requires tools that are not there: {', '.join(missing)}"
        return
    try:
        parts_of(name, requires, lookup)
    except ValueError as error:
        yield str(error)
