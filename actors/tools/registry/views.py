"""Tools as they are shown: whole, or in one line."""

from collections.abc import Sequence
from typing import Final

import msgspec

from actors.tools.registry.catalogue import Catalogue, Tool, copied_in
from messages.base import encode
from messages.tools import tool
from messages.tools.deployment import DeploymentLevel
from messages.tools.tool import Spec

OFFERED_BYTES: Final = 200_000
"""Most that the tools have together that are offered to a task. *chosen*: they travel beside examples and failures"""

LINE: Final = 200
"""Characters of a description that a list shows. *chosen*: a line or two"""

OPEN: Final[tuple[DeploymentLevel, ...]] = ("full", "limited")
"""Levels at which anyone may call a tool, by no trial. *derived*: actors.tools.registry.admission"""

PAGE_BYTES: Final = 262_144
"""Most that is offered in one answer, unless one tool alone takes more. *chosen*: a quarter of the server's message"""


def entries(tools: Catalogue, name: str | None) -> tool.Entries:
    """All tools without their source, or the one named with all that is known of it."""
    chosen = tools if name is None else {name: tools[name]} if name in tools else {}
    copies = copied_in(tools, name) if name is not None else ()
    found = (_entry(known, copies, whole=name is not None) for known in chosen.values())
    return tool.Entries(tools=tuple(entry for entry in found if entry is not None))


def _entry(known: Tool, copies: tuple[str, ...], *, whole: bool) -> tool.Entry | None:
    newest = known.newest()
    spec = known.spec(newest) if newest is not None else None
    if newest is None or spec is None:
        return None
    spec = msgspec.structs.replace(spec, status=known.status(newest))
    short = msgspec.structs.replace(
        spec, source="", takes=(), schema={}, returns={}, examples=(), ranges=(), halted=(), doubts=()
    )
    figures = known.figures[newest - 1]
    return tool.Entry(
        spec=spec if whole else short,
        version=newest,
        versions=sum(1 for version in known.versions if version is not None),
        calls=known.calls,
        failures=known.failures,
        level=figures.level,
        mean_ms=figures.mean_ms,
        note=known.disabled or known.deprecated,
        copied_in=copies,
        history=_history(known) if whole else (),
    )


def _history(known: Tool) -> tuple[tool.Past, ...]:
    return tuple(
        tool.Past(
            version=number,
            semver=spec.semver,
            changelog=spec.changelog,
            learned_at=spec.learned_at,
            fingerprint=spec.fingerprint,
            level=figures.level,
            conditions=figures.conditions,
            calls=figures.calls,
            failures=figures.failures,
            mean_ms=figures.mean_ms,
            clients=figures.clients,
            restricted=figures.restricted,
        )
        for number, (spec, figures) in enumerate(zip(known.versions, known.figures, strict=True), 1)
        if spec is not None
    )


def fits(known: Tool, spec: Spec, asked: tool.Discover) -> bool:
    """Whether the tool is of the category and status, and by the agent, that were asked for."""
    return (
        asked.category in (None, spec.category)
        and asked.agent in (None, spec.learned_by)
        and (asked.status is None or asked.status == known.status(known.newest() or 1))
    )


def listing(known: Tool, spec: Spec, score: float) -> tool.Listing:
    """The tool in one line."""
    version = known.newest() or 1
    return tool.Listing(
        name=spec.name,
        description=spec.description.partition("\n")[0][:LINE],
        parameters=spec.parameters,
        version=version,
        semver=spec.semver,
        category=spec.category,
        status=known.status(version),
        level=known.figures[version - 1].level,
        agent=spec.learned_by,
        mastery=spec.mastery,
        calls=known.calls,
        failures=known.failures,
        score=score,
    )


def may_be_part(known: Tool, spec: Spec) -> bool:
    """Anyone may call it, it stands by itself, and nothing speaks against building on it."""
    alone = not (spec.requires or spec.hosts) and spec.profile == "pure"
    version = known.newest()
    return (
        alone
        and version is not None
        and not (known.disabled or known.deprecated)
        and known.figures[version - 1].level == "full"
    )


def known(record: Tool, spec: Spec, score: float) -> tool.Known:
    """The tool as something new may be made of it."""
    shown = (spec.example,) if spec.example is not None else ()
    return tool.Known(
        name=spec.name,
        description=spec.description,
        entry=spec.entry,
        source=spec.source,
        parameters=spec.parameters,
        examples=(*shown, *spec.examples),
        score=score,
        reliability=1 - record.failures / record.calls if record.calls else None,
        cost_usd=spec.cost_usd,
        doc_url=spec.doc_url,
    )


def within(offered: Sequence[tool.Known]) -> tuple[tool.Known, ...]:
    """The first that together are small enough to travel with a task."""
    kept: list[tool.Known] = []
    room = OFFERED_BYTES
    for each in offered:
        room -= len(encode(each))
        if room < 0:
            break
        kept.append(each)
    return tuple(kept)


def offers(tools: Catalogue, asked: tool.Browse) -> tool.Offers:
    """What anyone may call now, by name, as far as it goes into one answer."""
    names = [asked.name] if asked.name is not None else sorted(tools)
    found: list[tool.Offer] = []
    size = 0
    for name in names:
        made = _offer(tools[name]) if name in tools and name > (asked.after or "") else None
        if made is None:
            continue
        size += len(msgspec.json.encode(made))
        if found and (len(found) == asked.limit or size > PAGE_BYTES):
            return tool.Offers(tools=tuple(found), more=True)
        found.append(made)
    return tool.Offers(tools=tuple(found))


def _offer(known: Tool) -> tool.Offer | None:
    """The tool as it is offered; None if not everybody may call it."""
    newest = known.newest()
    spec = known.spec(newest) if newest is not None else None
    if newest is None or spec is None or known.disabled:
        return None
    figures = known.figures[newest - 1]
    if figures.level not in OPEN:
        return None
    return tool.Offer(
        name=spec.name,
        description=spec.description,
        parameters=spec.parameters,
        schema=spec.schema,
        version=newest,
        semver=spec.semver,
        status=known.status(newest),
        level=figures.level,
        conditions=figures.conditions if figures.level == "limited" else (),
        note=known.deprecated,
        pure=spec.sandbox
        and spec.profile == "pure"
        and not (spec.hosts or spec.secrets or spec.capabilities or spec.requires),
    )
