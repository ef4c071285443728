"""Golden records: what was once written must be read for ever.

`python -m tests.messages.golden` records types and fields that are new. It changes nothing that is recorded already.
"""

import typing
from pathlib import Path
from typing import Any

import msgspec

from messages.catalogue import catalogue
from messages.gate.evidence import Evidence
from messages.samples import sample

FILE = Path(__file__).with_name("golden.json")


class Golden(msgspec.Struct):
    """One type as it was when it was recorded, in the form it had then."""

    type: str
    required: list[str]
    fields: dict[str, Any]
    """JSON Schema of each field."""
    record: Any


def shape(kind: type[msgspec.Struct]) -> tuple[list[str], dict[str, Any]]:
    """Required fields, and the JSON Schema of every field."""
    _, components = msgspec.json.schema_components([kind])
    found: dict[str, Any] = components[kind.__name__]
    fields = {name: {"schema": field, "uses": components} for name, field in found.get("properties", {}).items()}
    plain = {name: _inlined(field["schema"], components) for name, field in fields.items()}
    return sorted(found.get("required", [])), plain


def _inlined(schema: Any, components: dict[str, Any]) -> Any:
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _inlined(components[schema["$ref"].rpartition("/")[2]], components)
        return {
            key: _inlined(value, components) for key, value in schema.items() if key not in ("description", "title")
        }
    if isinstance(schema, list | tuple):
        return [_inlined(part, components) for part in schema]
    return schema


def recorded_types() -> dict[str, type[msgspec.Struct]]:
    """Every message, and every kind of evidence, which stands inside one."""
    kinds = {f"evidence.{kind.__name__}": kind for kind in typing.get_args(Evidence)}
    return {**catalogue(), **kinds}


def load() -> list[Golden]:
    """All golden records."""
    return msgspec.json.decode(FILE.read_bytes(), type=list[Golden]) if FILE.exists() else []


def main() -> None:
    """Records what is new."""
    goldens = load()
    known = {golden.type: golden.fields.keys() for golden in goldens}
    for name, kind in recorded_types().items():
        required, fields = shape(kind)
        recorded = set().union(*(golden.fields for golden in goldens if golden.type == name))
        if name not in known or set(fields) - recorded:
            record = msgspec.json.decode(msgspec.json.encode(sample(kind)))
            goldens.append(Golden(name, required, fields, record))
            print("recorded", name)
    goldens.sort(key=lambda golden: golden.type)
    FILE.write_bytes(msgspec.json.format(msgspec.json.encode(goldens), indent=1) + b"\n")


if __name__ == "__main__":
    main()
