"""What a person decides on, in lines: the act, its code with what would change, how it was tested, and its digest."""

import difflib
from collections.abc import Iterator
from typing import Final

import msgspec

from bus.log import Record
from messages.gate import approval
from messages.tools import learning
from runtime.client.client import Client
from runtime.envelope import stamp
from runtime.visible import in_line

SHORT_DIGEST: Final = 12
"""Letters of a digest that are shown, and as many as are typed. *chosen*: 48 bits tell two contents of one act apart"""
FEWEST: Final = 8
"""Letters of a digest that an order must name. *chosen*"""
GUTTER: Final = "  | "
"""What stands before each line that strangers may have written, so that none looks like the program's own. *chosen*"""


class Case(msgspec.Struct, frozen=True):
    """An act that waits, and the last judgement on what it would bring into force."""

    requested: approval.Requested
    judged: learning.Validated | None = None


async def whole(client: Client, requested: approval.Requested) -> Case:
    """The act as it was put up, with everything that belongs to it; both stand on the log."""
    found, judged = requested, None
    async for record in client.records(1, "event.approval.Requested.*"):
        each = msgspec.json.decode(record.data, type=approval.Requested)
        if (each.act, each.digest) == (requested.act, requested.digest):
            found = each
    if requested.task is not None:
        async for record in client.records(1, "event.learning.Validated.*"):
            judged = _judgement(record, requested.task) or judged
    return Case(found, judged)


class _Named(msgspec.Struct):
    task: str


def _judgement(record: Record, task: str) -> learning.Validated | None:
    if msgspec.json.decode(record.data, type=_Named).task != task:
        return None
    return msgspec.json.decode(record.data, type=learning.Validated)


def lines_of(case: Case) -> Iterator[str]:
    """The case as it is shown."""
    requested = case.requested
    digest = requested.digest[:SHORT_DIGEST]
    yield in_line(f"{requested.act}  digest {digest}  waits until {stamp(requested.expires_at)}")
    yield from _set_off(requested.summary)
    for exhibit in requested.exhibits:
        yield from _exhibit(exhibit)
    if case.judged is not None:
        yield from _tests(case.judged)


def _exhibit(exhibit: approval.Exhibit) -> Iterator[str]:
    if exhibit.before is None:
        yield in_line(f"{exhibit.title}:")
        yield from _set_off(exhibit.text)
        return
    yield in_line(f"{exhibit.title}, with what would change (- in force, + asked for):")
    before, after = exhibit.before.splitlines(), exhibit.text.splitlines()
    changed = list(difflib.unified_diff(before, after, lineterm="", n=max(len(before), len(after))))[3:]
    yield from _set_off("\n".join(changed or (f" {line}" for line in after)))


def _tests(judged: learning.Validated) -> Iterator[str]:
    """The figures of the judge, and each test that was not passed."""
    figures = f"{judged.passed} passed, {judged.failed} failed, mastery {judged.mastery:.2f}"
    yield in_line(f"tests: {figures}, judged by {judged.judge}")
    for outcome in judged.outcomes:
        detail = f": {outcome.detail}" if outcome.detail else ""
        yield from _set_off(f"{outcome.outcome:<9} {outcome.name}{detail}")


def _set_off(text: str) -> Iterator[str]:
    yield from (f"{GUTTER}{line}" for line in text.splitlines())


def is_meant(digest: str, requested: approval.Requested) -> bool:
    """Whether the digest, or the beginning of one, is that of the act."""
    return len(digest) >= min(FEWEST, len(requested.digest)) and requested.digest.startswith(digest.lower())
