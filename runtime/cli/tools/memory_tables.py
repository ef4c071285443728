"""What the capability memory answers, as tables: a head, and a row for each thing."""

from collections.abc import Iterable, Sequence
from typing import Final

from messages.tools import memory as memories
from runtime.cli.console.output import emit_table, emit_text
from runtime.envelope import stamp

LINE_CHARACTERS: Final = 60
"""Most of a text in a cell; `-o json` gives all of it. *chosen*"""

Table = tuple[Sequence[str], Sequence[Sequence[object]]]


def capabilities(found: Iterable[memories.Capability]) -> Table:
    """Capabilities as they stand."""
    head = ("CAPABILITY", "DOMAIN", "STATUS", "TIER", "AGENT", "LEVEL", "RUNS", "SUCCESS", "DESCRIPTION")
    rows = [
        (
            each.name,
            each.domain,
            each.status,
            each.tier,
            each.agent,
            each.proficiency,
            each.runs,
            _percent(each.rate),
            _line(each.description),
        )
        for each in found
    ]
    return head, rows


def rates(found: Iterable[memories.Capability]) -> Table:
    """How often calls succeed."""
    head = ("CAPABILITY", "DOMAIN", "STATUS", "RUNS", "SUCCESSES", "SUCCESS", "MEAN_MS")
    rows = [
        (each.name, each.domain, each.status, each.runs, each.successes, _percent(each.rate), f"{each.mean_ms:.1f}")
        for each in found
    ]
    return head, rows


def versions(found: Iterable[memories.Version]) -> Table:
    """Registered versions."""
    head = ("VERSION", "AGENT", "ORIGIN", "MASTERY", "STANDS", "RUNS", "SUCCESSES", "AT")
    rows = [
        (
            each.version,
            each.agent,
            each.origin,
            f"{each.mastery:.2f}",
            "yes" if each.standing else "no",
            each.runs,
            each.successes,
            stamp(each.at),
        )
        for each in found
    ]
    return head, rows


def learnings(found: Iterable[memories.Learning]) -> Table:
    """Tasks of learning, with the last judgement of each."""
    rows = [
        (
            each.task,
            stamp(each.at),
            each.outcome,
            len(each.practices),
            f"{each.verdicts[-1].mastery:.2f}" if each.verdicts else None,
            _line(each.reason),
        )
        for each in found
    ]
    return ("TASK", "AT", "OUTCOME", "PRACTICES", "MASTERY", "REASON"), rows


def patterns(found: Iterable[memories.Pattern]) -> Table:
    """Ways in which things go wrong."""
    rows = [(each.capability, each.kind, each.count, each.cause, each.workaround) for each in found]
    return ("TOOL", "ERROR", "SEEN", "CAUSE", "WORKAROUND"), rows


def runs(found: Iterable[memories.Execution]) -> Table:
    """Single calls."""
    rows = [
        (stamp(each.at), each.tool, each.version, each.task, f"{each.wall_ms:.1f}" if each.ok else None, each.error)
        for each in found
    ]
    return ("AT", "TOOL", "VERSION", "TASK", "MS", "ERROR"), rows


def gaps(found: Iterable[memories.Gap]) -> Table:
    """What was asked for in vain."""
    rows = [
        (gap.name, gap.domain, gap.demand, gap.failed, gap.missing, stamp(gap.last_at), _line(gap.reason))
        for gap in found
    ]
    return ("CAPABILITY", "DOMAIN", "DEMAND", "FAILED", "MISSING", "LAST", "REASON"), rows


def matches(found: Iterable[memories.Match]) -> Table:
    """What may serve a text."""
    rows = [
        (
            match.capability.name,
            _percent(match.success),
            match.capability.runs,
            _percent(match.fit),
            f"{match.score:.2f}",
            _line(match.capability.description),
        )
        for match in found
    ]
    return ("CAPABILITY", "SUCCESS", "RUNS", "FIT", "SCORE", "DESCRIPTION"), rows


def emit_section(title: str, table: Table) -> None:
    """The table under a title, unless it is empty."""
    if table[1]:
        emit_text(f"\n{title}")
        emit_table(*table)


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share:.0%}"


def _line(text: str) -> str:
    return text.partition("\n")[0][:LINE_CHARACTERS]
