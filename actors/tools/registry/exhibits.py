"""What a person sees of a tool before he approves it: its code beside the code in force, and what it would reach."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from messages.gate.approval import Exhibit
from messages.task import Host
from messages.tools.tool import Spec

BESIDE_BYTES: Final = 500_000
"""Most that the code in force and the new one may have together to be shown side by side. *derived*: half of the
record's 1 MiB, since JSON may write a character in two"""


def exhibits_of(spec: Spec, review: Sequence[str], current: Spec | None) -> tuple[Exhibit, ...]:
    """All that the approval would bring into force, most important first."""
    parts = (
        ("findings", "\n".join(review)),
        ("reaches", "\n".join(_reach(spec))),
        ("takes", ", ".join(spec.parameters)),
        ("examples", "\n".join(_examples(spec))),
    )
    told = tuple(Exhibit(title=title, text=text) for title, text in parts if text)
    return (Exhibit(title="code", text=spec.source, before=_beside(spec, current)), *told)


def _beside(spec: Spec, current: Spec | None) -> str | None:
    """The code in force, if both fit one record."""
    if current is None:
        return None
    size = sum(len(msgspec.json.encode(each.source)) for each in (spec, current))
    return current.source if size <= BESIDE_BYTES else None


def _reach(spec: Spec) -> Iterator[str]:
    yield from (_host(host) for host in spec.hosts)
    if spec.secrets:
        yield f"secrets: {', '.join(spec.secrets)}"
    if spec.requires:
        yield f"calls the tools {', '.join(spec.requires)}"
    if spec.capabilities:
        yield f"capabilities: {', '.join(spec.capabilities)}"
    if spec.profile != "pure":
        yield "a scratch directory for each call"
    if spec.pii:
        yield "data about persons"
    if spec.cost_usd:
        yield f"{spec.cost_usd:g} USD a call"


def _host(host: Host) -> str:
    port = f":{host.port}" if host.port is not None else ""
    secrets = f", with the secrets {', '.join(host.secrets)}" if host.secrets else ""
    return f"{', '.join(host.methods)} {host.scheme}://{host.host}{port}, {host.max_calls} requests a call{secrets}"


def _examples(spec: Spec) -> Iterator[str]:
    shown = ([spec.example] if spec.example is not None else []) + list(spec.examples)
    for example in dict.fromkeys(msgspec.json.encode([each.args, each.result]) for each in shown):
        args, result = msgspec.json.decode(example)
        yield f"{msgspec.json.encode(args).decode()} -> {msgspec.json.encode(result).decode()}"
    if spec.refuses:
        yield f"raises {', '.join(spec.refuses)} for what it should not take"
