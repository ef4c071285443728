"""A tool of the registry as the Model Context Protocol shows it, and whether arguments fit it."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import jsonschema
import mcp_types as types
import msgspec

from messages.base import Json
from messages.tools.tool import Offer
from runtime.mcp.naming import own_names, shown_names

SHOWN: Final = 300
"""Characters of a complaint that are told. *chosen*: it may hold the whole value"""

WRAPPED: Final = "result"
"""Where a result stands that is no object. *cited*: MCP 2025-11-25, "Structured Content": it is an object"""


def as_tool(offer: Offer) -> types.Tool:
    """What a client is shown; hints are given only where the registry vouches for them."""
    return types.Tool(
        name=offer.name,
        title=offer.name.replace("_", " "),
        description=_description(offer),
        input_schema=shown_schema(offer),
        annotations=_hints() if offer.pure else None,
        _meta={"kurultai/version": offer.semver, "kurultai/status": offer.status, "kurultai/level": offer.level},
    )


def _hints() -> types.ToolAnnotations:
    return types.ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )


def _description(offer: Offer) -> str:
    lines = [offer.description]
    lines += [f"Deprecated: {offer.note}"] if offer.note else []
    lines += [f"Known to fail when {known.text}: {known.workaround}" for known in offer.conditions]
    return "\n".join(lines)


def schema_of(offer: Offer) -> dict[str, Any]:
    """JSON Schema of the arguments as one object; of a tool of which nothing is known, at least their names."""
    if offer.schema:
        return dict(offer.schema)
    properties: dict[str, Any] = {
        written.strip("*="): {"type": "array"} if written.startswith("*") else {} for written in offer.parameters
    }
    required = [written for written in offer.parameters if not written.startswith("*") and not written.endswith("=")]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def shown_schema(offer: Offer) -> dict[str, Any]:
    """The schema with names that every client takes; where one had to be changed, its own stands as the title."""
    schema = schema_of(offer)
    properties: dict[str, Any] = schema.get("properties", {})
    shown = shown_names(properties)
    if all(name == seen for name, seen in shown.items()):
        return schema
    named = {
        shown[name]: known if name == shown[name] else {"title": name, **known} for name, known in properties.items()
    }
    required = [shown.get(name, name) for name in schema.get("required", ())]
    return {**schema, "properties": named, "required": required}


def by_own_names(offer: Offer, arguments: Mapping[str, Json]) -> dict[str, Json]:
    """The arguments of a client as the tool names them."""
    return own_names(arguments, schema_of(offer).get("properties", {}))


def misfits(offer: Offer, arguments: Mapping[str, Json]) -> Iterator[str]:
    """Where the arguments, as a client names them, do not fit the schema, and why."""
    for error in jsonschema.Draft202012Validator(shown_schema(offer)).iter_errors(arguments):
        yield f"{error.json_path}: {error.message[:SHOWN]}"


def structured(value: Json) -> dict[str, Any]:
    """The result as an object."""
    return value if isinstance(value, dict) else {WRAPPED: value}


def text_of(value: Json) -> str:
    """The result as JSON."""
    return msgspec.json.encode(value).decode()


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint at what may have been meant; empty if nothing comes near."""
    near = difflib.get_close_matches(name, list(known), n=3)
    return f"; did you mean {' or '.join(near)}?" if near else ""
