"""The running topology as an AsyncAPI document: channels are subjects, operations what each identity says and hears."""

import inspect
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from bus.names import Names
from messages.base import Message, Query, Task, flow_of, kind_of, type_name
from messages.kernel import audit
from messages.kernel.control import FREEZABLE, Set
from runtime.envelope import CURSOR, INPUT, event_subject, is_addressed
from runtime.roster import Roster
from runtime.signing import EXPIRY, SIGNATURE
from runtime.topology import (
    SUPERVISOR,
    SUPERVISOR_HEARS,
    SUPERVISOR_SAYS,
    consigned_by,
    orders_of,
    query_subject,
    says_of,
    types_heard,
)

VERSION: Final = "3.1.0"
"""Of the form of the document. *cited*: AsyncAPI specification"""
HEADERS: Final = "CloudEventsHeaders"
"""Name of the schema that the headers of every message follow. *chosen*"""
REFERENCES: Final = "#/components/schemas/{name}"
"""Where schemas stand in the document. *cited*: AsyncAPI specification, "Components Object"."""

Speech = tuple[str, Iterable[type[Message]], Iterable[type[Message]]]


def schemas_of(types: Iterable[type[msgspec.Struct]], template: str = REFERENCES) -> tuple[list[Any], dict[str, Any]]:
    """The JSON Schema of each type, in the order given, and of everything that they are made of."""
    schemas, components = msgspec.json.schema_components(list(types), ref_template=template)
    return [_plain(schema) for schema in schemas], {name: _plain(schema) for name, schema in components.items()}


def _plain(schema: Any) -> Any:
    """The schema without OpenAPI's `discriminator`, which JSON Schema does not know and AsyncAPI means otherwise."""
    if isinstance(schema, dict):
        return {
            key: _plain(value)
            for key, value in schema.items()
            if not (key == "discriminator" and isinstance(value, dict) and "propertyName" in value)
        }
    return [_plain(each) for each in schema] if isinstance(schema, list | tuple) else schema


def message_schemas(roster: Roster) -> dict[str, Any]:
    """One JSON Schema document with a definition for every message of the council, by its name on the log."""
    kinds = sorted(_kinds(roster), key=type_name)
    schemas, components = schemas_of(kinds, "#/$defs/{name}")
    named = {type_name(kind): schema for kind, schema in zip(kinds, schemas, strict=True)}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": named, "$defs": components}


def document(roster: Roster, names: Names, version: str) -> dict[str, Any]:
    """The AsyncAPI document of a council."""
    kinds = sorted(_kinds(roster), key=type_name)
    answers = {query: answer for member in roster.members for query, (_, answer) in member.signature.answers.items()}
    replies = sorted(set(answers.values()), key=lambda kind: kind.__qualname__)
    schemas, components = schemas_of([*kinds, *replies])
    payloads = dict(zip((*kinds, *replies), schemas, strict=True))
    speech = list(_speech(roster))
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for kind in kinds:
        if not issubclass(kind, Query):
            channels[type_name(kind)] = _channel(names, kind, speech)
    for name, says, hears in speech:
        operations |= {f"{name}-says-{type_name(kind)}": _operation(name, "send", kind) for kind in _sorted(says)}
        operations |= {f"{name}-hears-{type_name(kind)}": _operation(name, "receive", kind) for kind in _sorted(hears)}
    for member in roster.members:
        for query, (_, answer) in member.signature.answers.items():
            channels |= _query_channels(names, query, answer)
            operations[f"{member.name}-answers-{type_name(query)}"] = _answering(member.name, query)
    return {
        "asyncapi": VERSION,
        "info": {"title": f"Council {names.council}", "version": version, "description": _ABOUT},
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {
            "schemas": {**components, HEADERS: _headers()},
            "messages": {_key(kind): _message(kind, payloads[kind]) for kind in (*kinds, *replies)},
        },
    }


_ABOUT: Final = (
    "Every message is a CloudEvents 1.0 event in binary mode over NATS. The server refuses to each identity "
    "whatever is not one of its operations here."
)
"""What a reader of the document needs first. *chosen*"""


def _kinds(roster: Roster) -> set[type[Message]]:
    kinds: set[type[Message]] = {Set, *roster.kinds}
    for _, says, hears in _speech(roster):
        kinds |= {*says, *hears}
    for member in roster.members:
        kinds |= set(member.signature.answers)
    return kinds - {Task}


def _speech(roster: Roster) -> Iterable[Speech]:
    """Each identity, with what it says and what it hears."""
    for member in roster.members:
        yield member.name, says_of(member) | consigned_by(member), types_heard(member, roster).values()
    yield SUPERVISOR, SUPERVISOR_SAYS, SUPERVISOR_HEARS
    yield "publisher", roster.kinds, ()
    yield "operator", orders_of(roster), ()
    yield "auditor", (audit.Seal,), ()


def _sorted(kinds: Iterable[type[Message]]) -> list[type[Message]]:
    return sorted(set(kinds), key=type_name)


def _key(kind: type[msgspec.Struct]) -> str:
    return type_name(kind) if issubclass(kind, Message) else f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}"


def _channel(names: Names, kind: type[Message], speech: list[Speech]) -> dict[str, Any]:
    message = {_key(kind): {"$ref": f"#/components/messages/{_key(kind)}"}}
    if issubclass(kind, Task):
        return {"address": names.subject("task", kind_of(kind)), "messages": message}
    if kind is Set:
        level = {"description": "The level whose mode is set.", "enum": [str(each) for each in FREEZABLE]}
        return {"address": names.control("{level}"), "messages": message, "parameters": {"level": level}}
    parameters: dict[str, Any] = {
        "speaker": {"description": "Who said it, as the server checked it.", "enum": _speakers(kind, speech)}
    }
    hearer = None
    if is_addressed(kind):
        hearer = "{hearer}"
        parameters["hearer"] = {"description": "The actor that shall obey."}
    return {
        "address": event_subject(names, kind, "{speaker}", hearer),
        "messages": message,
        "parameters": parameters,
    }


def _speakers(kind: type[Message], speech: list[Speech]) -> list[str]:
    return sorted(name for name, says, _ in speech if kind in says)


def _operation(name: str, action: str, kind: type[Message]) -> dict[str, Any]:
    channel = f"#/channels/{type_name(kind)}"
    return {
        "action": action,
        "title": f"{name} {'says' if action == 'send' else 'hears'} {type_name(kind)}",
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{_key(kind)}"}],
        "tags": [{"name": name}],
    }


def _query_channels(names: Names, query: type[Query], answer: type[msgspec.Struct]) -> dict[str, Any]:
    name = f"query.{type_name(query)}"
    asked = {_key(query): {"$ref": f"#/components/messages/{_key(query)}"}}
    answered = {_key(answer): {"$ref": f"#/components/messages/{_key(answer)}"}}
    return {
        name: {"address": query_subject(names, query), "messages": asked},
        f"{name}.reply": {"address": None, "messages": answered},
    }


def _answering(name: str, query: type[Query]) -> dict[str, Any]:
    channel = f"#/channels/query.{type_name(query)}"
    return {
        "action": "receive",
        "title": f"{name} answers {type_name(query)}",
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{_key(query)}"}],
        "reply": {"channel": {"$ref": f"{channel}.reply"}},
        "tags": [{"name": name}],
    }


def _message(kind: type[msgspec.Struct], payload: Mapping[str, Any]) -> dict[str, Any]:
    told = {"name": _key(kind), "title": _key(kind), "summary": inspect.getdoc(kind) or "", "payload": dict(payload)}
    if not issubclass(kind, Message) or issubclass(kind, Query):
        return told
    correlation = {"location": "$message.header#/ce-correlationid"}
    tags = [{"name": flow_of(kind)}]
    return {
        **told,
        "headers": {"$ref": REFERENCES.format(name=HEADERS)},
        "correlationId": correlation,
        "tags": tags,
    }


def _headers() -> dict[str, Any]:
    """The attributes of CloudEvents, as headers; a plain publisher may leave all of them out of a task."""
    texts = {
        "ce-specversion": "Always 1.0.",
        "ce-id": "The message's own id; a second commit of it is a duplicate.",
        "ce-source": "Council and speaker.",
        "ce-type": "The type's name.",
        "ce-time": "RFC 3339 in UTC, to the microsecond: when it was decided.",
        "ce-correlationid": "Id of the task or order that began it all.",
        "ce-causationid": "Id of the message that it was decided on.",
        INPUT: "Place of that message on the log.",
        CURSOR: "Place of the last input that the speaker's state held.",
        SIGNATURE: "The operator's signature under an order, as hex.",
        EXPIRY: "RFC 3339 in UTC: from when on an order is worth nothing.",
        "traceparent": "W3C trace context.",
    }
    properties: dict[str, Any] = {name: {"type": "string", "description": text} for name, text in texts.items()}
    properties["ce-specversion"]["const"] = "1.0"
    properties["ce-time"]["format"] = properties[EXPIRY]["format"] = "date-time"
    return {"type": "object", "properties": properties}
