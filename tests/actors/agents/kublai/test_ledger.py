"""Kublai's state: a task is open, ended or archived, and is followed up no later than its deadline."""

from typing import Any

from actors.agents.kublai import ledger as ledgers
from actors.agents.kublai.job import Job, Phase
from actors.agents.kublai.ledger import Ledger
from messages import task
from messages.gate import approval
from messages.tools import learning


def ledger(*names: str, **more: Any) -> Ledger:
    found = Ledger()
    for place, name in enumerate(names):
        found.open[name] = Job(name, "learn", {}, float(place), **more)
    return found


def test_an_answer_finds_the_task_that_waits_for_it() -> None:
    held = ledger("L", phase=Phase.PRACTICE, round=1)
    assert held.awaiting(learning.Stumped(task="L", round=1, reason="no")) is held.open["L"]
    assert held.awaiting(learning.Stumped(task="L", round=2, reason="no")) is None
    assert held.awaiting(learning.Stumped(task="M", round=1, reason="no")) is None


def test_an_approval_without_a_task_is_nobody_s() -> None:
    granted = approval.Granted(act="a", digest="d", operator="operator")
    assert ledger("L", phase=Phase.APPROVAL).awaiting(granted) is None


def test_the_deadline_comes_before_a_later_follow_up() -> None:
    held = ledger("L", deadline=5.0)
    held.expect(held.open["L"], 9.0)
    assert held.alarms.first() == 5.0
    held.expect(held.open["L"], 3.0)
    assert held.alarms.first() == 3.0


def test_the_oldest_ended_tasks_go_to_the_archive_and_then_are_forgotten(monkeypatch: Any) -> None:
    monkeypatch.setattr(ledgers, "REMEMBERED", 2)
    monkeypatch.setattr(ledgers, "ARCHIVED", 1)
    held = ledger("a", "b", "c", "d")
    for name in "abcd":
        held.end(name, "answered", 1)
    assert (list(held.ended), list(held.archive), held.open) == (["c", "d"], ["b"], {})
    assert held.on_log("a") is None
    assert held.on_log("b") is held.archive["b"]
    assert held.on_log("c") is None
    assert [view.task for view in held.views(task.Find()).tasks] == ["c", "d"]
