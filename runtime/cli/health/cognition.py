"""What `kurultai status --cognition` shows: sessions of working memory, the catalogue of habits, and trials."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from messages.cognition import incubation, mining, session
from runtime.cli.control.look import unless_unseen
from runtime.client.client import Client
from runtime.visible import in_line

SILENT: Final = "not told: it does not answer"
"""What stands where the actor who would know does not run, or hangs. *chosen*"""


async def glance(client: Client) -> dict[str, Any]:
    """What each subsystem holds, as plain data; None for one that does not answer."""
    sessions = await unless_unseen(client.query(session.Show(), session.Views))
    habits = await unless_unseen(client.query(mining.Find(), mining.Catalogue))
    trials = await unless_unseen(client.query(incubation.Find(), incubation.Trials))
    return {
        "sessions": [_session(one) for one in sessions.sessions] if sessions is not None else None,
        "patterns": len(habits.patterns) if habits is not None else None,
        "chains": len(habits.chains) if habits is not None else None,
        "trials": [{"name": one.name, "state": one.state} for one in trials.trials] if trials is not None else None,
    }


def _session(view: session.View) -> dict[str, Any]:
    return {
        "session": view.session,
        "goal": view.goal,
        "tokens": view.used,
        "coherence": view.coherence,
        "findings": len(view.findings),
    }


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """The same, for a person."""
    sessions, trials = found["sessions"], found["trials"]
    if sessions is None:
        yield f"working memory: {SILENT}"
    else:
        yield f"working memory: {len(sessions)} sessions"
        for one in sessions:
            apart = f", {one['findings']} findings" if one["findings"] else ""
            told = f"coherence {one['coherence']:.0%}, {one['tokens']:,} tokens{apart}"
            yield f"  {one['session']}: {told}: {in_line(one['goal'])}"
    patterns = found["patterns"]
    yield f"habits: {SILENT}" if patterns is None else f"habits: {patterns} patterns, {found['chains']} chains of calls"
    if trials is None:
        yield f"incubator: {SILENT}"
    else:
        yield f"incubator: {len(trials)} trials"
        for one in trials:
            yield f"  {in_line(one['name'])}: {one['state']}"
