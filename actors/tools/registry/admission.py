"""Whether a call may be made, with which arguments and which code; and whether a tool may be registered."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from actors.tools.registry.catalogue import Catalogue, Figures, Tool, resolve
from actors.tools.spec.binding import bind, by_name
from actors.tools.spec.composition import composed, faults
from actors.tools.spec.fit import misfits
from actors.tools.spec.interface import digest_of, fingerprint_of, misfit
from actors.tools.spec.schema import open_schema
from actors.tools.trust.conditions import meets
from actors.tools.trust.sketch import sketches
from messages.base import Json
from messages.tools import tool
from messages.tools.deployment import Sketch
from messages.tools.tool import Spec


class Admitted(NamedTuple):
    """A call that may be made."""

    spec: Spec
    version: int
    args: tuple[Json, ...]
    source: str
    sketches: tuple[Sketch, ...]
    note: str


def admit(tools: Catalogue, call: tool.Call) -> Admitted | str:
    """The call as it may be made; a text that says why it may not."""
    found = resolve(tools, call.tool, call.version, call.semver)
    if isinstance(found, str):
        return found
    spec, version = found
    known = tools[call.tool]
    reason = _closed(known, version, trial=call.trial, client=call.client)
    if reason is not None:
        return f"the tool {call.tool!r} {reason}"
    args = bind(spec.parameters, spec.schema, call.args, call.named)
    if isinstance(args, str):
        return f"the tool {call.tool!r} {args}"
    arguments = by_name(spec.parameters, args)
    told = sketches(arguments)
    reason = _unfit(spec, args, arguments) or _failing(known.figures[version - 1], told, call.client)
    if reason is not None:
        return f"the tool {call.tool!r} {reason}"
    try:
        source = composed(spec, usable(tools))
    except ValueError as error:
        return f"the tool {call.tool!r} can't be called: {error}"
    return Admitted(spec, version, args, source, told, known.deprecated)


def _closed(known: Tool, version: int, *, trial: bool, client: str = "") -> str | None:
    """Why nobody, or not this caller, may call the version."""
    if known.disabled:
        return f"is disabled: {known.disabled}"
    figures = known.figures[version - 1]
    name = _name(known)
    alone = " for you alone" * (client in figures.restricted)
    whose = f" in calls of {', '.join(figures.clients)}" if figures.clients else ""
    match figures.level_for(client):
        case "disabled":
            return (
                f"is disabled{alone}: version {version} failed too often{whose}; call another version, or have an "
                f"operator enable it: kurultai tool enable {name} --reason WHY"
            )
        case "sandbox_only" if not trial:
            return (
                f"fails so often{whose} that version {version} is called{alone} as a trial alone: "
                f"kurultai tool run {name} --trial ARGS, or trial in the task"
            )
    return None


def _name(known: Tool) -> str:
    return next((spec.name for spec in known.versions if spec is not None), "NAME")


def _unfit(spec: Spec, args: tuple[Json, ...], arguments: dict[str, Json]) -> str | None:
    """Why the tool can't take the arguments."""
    wrong = misfit(spec.parameters, len(args))
    if wrong is not None:
        return wrong
    first = next(misfits(arguments, spec.schema), None)
    return f"can't take these arguments: {first}" if first is not None else None


def _failing(figures: Figures, told: tuple[Sketch, ...], client: str) -> str | None:
    """The known failing condition that the call meets, where the level says that it counts."""
    if figures.level_for(client) != "limited":
        return None
    met = next((each for each in figures.conditions if meets(each, told)), None)
    if met is None:
        return None
    return f"is known to fail when {met.text} ({met.failures} of its last calls did); {met.workaround}"


def usable(tools: Catalogue) -> Callable[[str], Spec | str]:
    """Looks up what a tool may be composed of: what any caller may call, by no trial."""

    def look_up(name: str) -> Spec | str:
        found = resolve(tools, name, None)
        if isinstance(found, str):
            return found
        reason = _closed(tools[name], found[1], trial=False)
        return found[0] if reason is None else f"{name!r} {reason}"

    return look_up


def whole(spec: Spec) -> Spec:
    """The tool with a schema and a fingerprint, as tools of older logs have none."""
    if spec.schema and spec.fingerprint:
        return spec
    schema = spec.schema or open_schema(spec.parameters)
    fingerprint = fingerprint_of(spec.source, spec.entry, schema, spec.requires)
    return msgspec.structs.replace(spec, schema=schema, fingerprint=fingerprint)


def objection(tools: Catalogue, spec: Spec) -> str | None:
    """Why the tool can't be registered as it is."""
    if spec.digest != digest_of(spec.source, spec.entry):
        return "the digest does not fit the source"
    if spec.fingerprint not in ("", fingerprint_of(spec.source, spec.entry, spec.schema, spec.requires)):
        return "the fingerprint does not fit source, schema and required tools"
    first = (spec.example,) if spec.example is not None else ()
    for example in (*first, *spec.examples) if spec.schema else ():
        wrong = next(misfits(by_name(spec.parameters, example.args), spec.schema), None)
        if wrong is not None:
            return f"an example does not fit the schema: {wrong}"
    fault = next(faults(spec.name, spec.requires, usable(tools)), None)
    if fault is not None:
        return fault
    try:
        composed(spec, usable(tools))
    except ValueError as error:
        return str(error)
    return None
