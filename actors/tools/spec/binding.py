"""Arguments, some by place and some by name, brought to the places at which the function takes them."""

from collections.abc import Mapping, Sequence

from actors.tools.spec.schema import Schema
from messages.base import Json


def bind(
    parameters: Sequence[str], schema: Schema, args: Sequence[Json], named: Mapping[str, Json]
) -> tuple[Json, ...] | str:
    """All arguments by place; a text that says why the named ones can't be given.

    Those by place are taken as they are: how many there may be is not judged here. A default that must be given because
    a later parameter is named is read from the schema.
    """
    if not named:
        return tuple(args)
    names = [written.strip("*=") for written in parameters]
    unknown = [name for name in named if name not in names]
    if unknown:
        return f"has no parameter {unknown[0]!r}; it takes {', '.join(parameters) or 'none'}"
    twice = [name for name in names[: len(args)] if name in named]
    if twice:
        return f"is given {twice[0]!r} by place and by name"
    bound = list(args)
    last = max(names.index(name) for name in named)
    for written, name in list(zip(parameters, names, strict=True))[len(args) : last + 1]:
        if written.startswith("*"):
            if not isinstance(named[name], list | tuple):
                return f"takes {name!r} as an array, since it stands for any number of arguments"
            bound.extend(named[name])
        elif name in named:
            bound.append(named[name])
        elif not written.endswith("="):
            return f"lacks the argument {name!r}"
        elif "default" in (known := schema.get("properties", {}).get(name, {})):
            bound.append(known["default"])
        else:
            return f"needs {name!r} too, since its default is not written out"
    return tuple(bound)


def by_name(parameters: Sequence[str], args: Sequence[Json]) -> dict[str, Json]:
    """The arguments as one object, by the names of their parameters; those beyond the last are left out."""
    found: dict[str, Json] = {}
    for place, written in enumerate(parameters):
        if written.startswith("*"):
            found[written[1:]] = list(args[place:])
        elif place < len(args):
            found[written.rstrip("=")] = args[place]
    return found
