"""What the registry is told of a tool: its code, and what can be read from the code, the examples and the publisher."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from actors.tools.spec.interface import Formal, digest_of, fingerprint_of, formals_of
from actors.tools.spec.schema import Schema, arguments_schema, literal, seen
from messages.task import About, Category, Domain, Example, Note, Risk
from messages.tools import tool

CATEGORIES: Final[dict[Domain, Category]] = {
    "telephony": "communication",
    "messaging": "communication",
    "data_storage": "data",
    "external_api": "external_api",
    "ui_automation": "automation",
    "security": "security",
    "system": "system",
    "ml_ai": "analysis",
    "general": "data",
}
"""What a tool of each domain is for, unless its publisher says otherwise. *chosen*"""

RISKS: Final[dict[Category, Risk]] = {
    "communication": "medium",
    "external_api": "medium",
    "automation": "medium",
    "system": "high",
    "security": "high",
}
"""How much harm a wrong call can do; of the others little. *chosen*: what reaches other people, or the host"""

SHOWN: Final = 5
"""Most examples that are kept beside the first. *chosen*: enough to see what it does"""

SHOWN_BYTES: Final = 8_192
"""Most that they may have together. *chosen*: thousands of tools stay in one state"""

ANY: Final = (Formal("args", rest=True),)
"""The parameters of something callable that is no plain function. *derived*"""


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """An implementation that was validated, with what is known of it."""

    name: str
    goal: str
    domain: Domain
    source: str
    entry: str
    origin: str
    mastery: float
    examples: tuple[Example, ...] = ()
    """All that are known to be right; what the parameters take is read from them. Empty where tests alone show it."""
    requires: tuple[str, ...] = ()
    """Tools that it calls."""
    refuses: tuple[str, ...] = ()
    """Exceptions that its tests want of it, for arguments that it should not take."""
    about: About = About()
    ranges: tuple[tool.Range, ...] = ()
    halted: tuple[str, ...] = ()
    doubts: tuple[tool.Doubt, ...] = ()


def spec_of(m: Made, agent: str) -> tool.Spec:
    """All that is known of the tool before it is registered."""
    formals = _formals(m)
    example = next(iter(m.examples), None)
    schema = arguments_schema(formals, m.examples, m.about.parameters)
    category = m.about.category or CATEGORIES[m.domain]
    return tool.Spec(
        name=m.name,
        description=m.goal,
        domain=m.domain,
        source=m.source,
        entry=m.entry,
        parameters=tuple(formal.written for formal in formals),
        origin=m.origin,
        mastery=m.mastery,
        digest=digest_of(m.source, m.entry),
        example=example,
        learned_by=agent,
        category=category,
        changelog=m.about.changelog,
        takes=tuple(_parameters(formals, schema, example, m.about.parameters)),
        schema=schema,
        returns=seen(each.result for each in m.examples),
        examples=tuple(_shown(m.examples[1:])),
        doc_url=m.about.doc_url,
        timeout_s=m.about.timeout_s,
        requires=m.requires,
        refuses=m.refuses,
        ranges=m.ranges,
        halted=m.halted,
        doubts=m.doubts,
        secrets=m.about.secrets,
        capabilities=m.about.capabilities,
        risk=m.about.risk or RISKS.get(category, "low"),
        pii=m.about.pii,
        cost_usd=m.about.cost_usd,
        profile=m.about.profile,
        hosts=m.about.hosts,
        fingerprint=fingerprint_of(m.source, m.entry, schema, m.requires),
    )


def _formals(m: Made) -> tuple[Formal, ...]:
    """As written; any number where the entry is something callable but no plain function."""
    try:
        return formals_of(m.source, m.entry)
    except ValueError:
        return ANY


def _parameters(
    formals: Sequence[Formal], schema: Schema, example: Example | None, notes: dict[str, Note]
) -> Iterator[tool.Parameter]:
    for place, formal in enumerate(formals):
        note = notes.get(formal.name, Note())
        kinds = schema["properties"][formal.name].get("type", "any")
        yield tool.Parameter(
            name=formal.name,
            type=kinds if isinstance(kinds, str) else " or ".join(kinds),
            description=note.description,
            required=formal.default is None and not formal.rest,
            default=literal(formal.default)[1],
            example=example.args[place] if example is not None and place < len(example.args) else None,
            constraints=note.constraints,
        )


def _shown(examples: Sequence[Example]) -> Iterator[Example]:
    """The first few, as far as they are short."""
    room = SHOWN_BYTES
    for example in examples[:SHOWN]:
        room -= len(msgspec.json.encode(example))
        if room < 0:
            return
        yield example
