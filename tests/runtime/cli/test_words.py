"""What commands make of words, and of records."""

import json
from typing import Any

import click
import msgspec
import pytest

from bus.log import Record
from messages import task as tasks
from messages.gate import approval
from messages.kernel import order
from runtime.audit.verification import Verification
from runtime.cli.console.exits import Ended, Exit, ended_by
from runtime.cli.console.output import cloud_event, emit_json, plain, text_line, without
from runtime.cli.control.approve import _decides, _decision
from runtime.cli.control.audit import _claim
from runtime.cli.launch.auth import hosts_of
from runtime.cli.tasks.tap import PATTERN, seconds_of
from runtime.cli.tasks.why import tree
from runtime.cli.tools.tool_words import agent_of, arguments_of, named_of, version_of
from runtime.errors import NotObeyed, Unanswered

TIME = 1_700_000_000.25


def record(
    seq: int, subject: str, data: bytes = b"{}", parent: int | None = None, headers: dict[str, str] | None = None
) -> Record:
    """A record of the log, decided on the one at `parent`."""
    inputs = {"ce-input": str(parent)} if parent is not None else {}
    return Record(seq, f"kurultai.{subject}", data, {**(headers or {}), **inputs}, TIME + seq / 1000)


def test_arguments_are_json_where_they_can_be_and_text_where_not() -> None:
    assert arguments_of(("3", '"3"', "three", "[1, 2]", "-1", "null"), None) == [3, "3", "three", [1, 2], -1, None]


def test_arguments_as_one_array_are_taken_whole() -> None:
    assert arguments_of((), '["3", {"a": 1}]') == ["3", {"a": 1}]


@pytest.mark.parametrize(("words", "array"), [(("1",), "[1]"), ((), "{}"), ((), "[1")])
def test_arguments_that_can_not_be_told_are_a_mistake_in_the_call(words: tuple[str, ...], array: str) -> None:
    with pytest.raises(click.UsageError):
        arguments_of(words, array)


def test_named_arguments_come_one_by_one_or_as_an_object() -> None:
    assert named_of(("n=3", "text=a=b", '{"flags": [true]}')) == {"n": 3, "text": "a=b", "flags": [True]}


@pytest.mark.parametrize("word", ["n", "{n: 3}", '{"n": 3'])
def test_named_arguments_that_can_not_be_told_are_a_mistake_in_the_call(word: str) -> None:
    with pytest.raises(click.BadParameter, match="write"):
        named_of((word,))


def test_a_version_is_a_number_or_a_semantic_version() -> None:
    assert version_of("2") == {"version": 2}
    assert version_of("1.0.2") == {"semver": "1.0.2"}
    assert version_of(None) == {}
    for word in ("0", "newest", "1.0", "-1"):
        with pytest.raises(click.BadParameter, match="semantic version"):
            version_of(word)


def test_an_agent_has_a_name() -> None:
    assert (agent_of("jochi"), agent_of(None)) == ("jochi", None)
    with pytest.raises(click.BadParameter, match="temujin"):
        agent_of("no one")


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("1.5h", 5_400), ("2d", 172_800)])
def test_a_length_of_time_is_read_with_its_unit(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "1", "h", "-1h", "1 h", "1w", "nan"])
def test_what_is_no_length_of_time_is_a_mistake_in_the_call(text: str) -> None:
    with pytest.raises(click.BadParameter, match="90s, 15m, 1h or 2d"):
        seconds_of(text)


@pytest.mark.parametrize("text", [">", "event.>", "event.*.Set", "control.*", "task.learn"])
def test_a_pattern_names_subjects(text: str) -> None:
    assert PATTERN.fullmatch(text)


@pytest.mark.parametrize("text", ["", ".", "event..x", ">.x", "event.>.x", "a b", "event.", "ev*nt", "$JS.API"])
def test_what_names_no_subjects_is_no_pattern(text: str) -> None:
    assert not PATTERN.fullmatch(text)


def test_a_cluster_is_named_or_counted() -> None:
    assert hosts_of("a, b-1,c.example") == ("a", "b-1", "c.example")
    assert hosts_of("3") == ("nats-1", "nats-2", "nats-3")


@pytest.mark.parametrize("text", ["", "a", "1", "0", "100", "a,a", "a,,b", "a,b c", "a,../b"])
def test_what_can_be_no_cluster_is_a_mistake_in_the_call(text: str) -> None:
    with pytest.raises(click.BadParameter, match="nats-1") as caught:
        hosts_of(text)
    assert caught.value.message.startswith(f"{text!r} is no cluster")


def test_a_plain_task_becomes_a_whole_cloud_event() -> None:
    event = cloud_event(record(7, "task.learn", b'{"goal":"g"}'))
    assert event == {
        "specversion": "1.0",
        "id": "t-7",
        "source": "/kurultai/publisher",
        "type": "task.learn",
        "time": "2023-11-14T22:13:20.257000Z",
        "datacontenttype": "application/json",
        "sequence": "7",
        "data": {"goal": "g"},
    }


def test_what_a_speaker_said_of_itself_is_kept_in_the_cloud_event() -> None:
    said = {"ce-id": "x-1", "ce-type": "change.Vetoed", "ce-correlationid": "c", "Nats-Msg-Id": "x-1"}
    event = cloud_event(record(7, "event.change.Vetoed.veto", b"{}", 6, said))
    assert (event["id"], event["type"], event["correlationid"], event["input"]) == ("x-1", "change.Vetoed", "c", "6")
    assert "Nats-Msg-Id" not in event


def test_a_record_that_is_no_json_is_shown_as_text() -> None:
    broken = record(1, "task.learn", b"\xffnope")
    assert plain(broken)["data"] == "�nope"
    assert "nope" in text_line(broken)


def test_a_line_of_text_is_one_line_and_not_too_long() -> None:
    line = text_line(record(1, "task.learn", b'{"goal":\n"' + b"x" * 5_000 + b'"}'))
    assert "\n" not in line
    assert len(line) < 300


def test_the_tree_shows_who_said_what_to_what_and_when() -> None:
    family = [
        record(10, "task.learn", b'{"goal":"g"}', headers={"ce-id": "t1"}),
        record(12, "event.task.Accepted.intake", b"{}", 10),
        record(14, "event.task.Progressed.kublai", b'{"phase":"research"}', 12),
        record(15, "event.task.Answered.kublai", b'{"result":4}', 12),
    ]
    head, *lines = tree(family, 14)
    assert "correlation t1" in head
    assert lines == [
        '      0.0 ms      10  task.learn  {"goal":"g"}',
        "      2.0 ms      12  └─ intake task.Accepted",
        '      4.0 ms      14     ├─ kublai task.Progressed  {"phase":"research"}  <--',
        '      5.0 ms      15     └─ kublai task.Answered  {"result":4}',
    ]


@pytest.mark.parametrize(
    ("subject", "data", "answered"),
    [
        ("event.approval.Granted.registry", {"act": "a"}, True),
        ("event.approval.Denied.registry", {"act": "a"}, True),
        ("event.approval.Granted.registry", {"act": "b"}, False),
        ("event.approval.Requested.registry", {"act": "a"}, False),
        ("event.order.Rejected.registry", {"order": "another"}, False),
    ],
)
def test_an_approval_is_answered_by_what_is_said_of_its_act(subject: str, data: Any, answered: bool) -> None:
    found = record(7, subject, msgspec.json.encode(data))
    assert _decides(found, order.Approve(act="a", digest="d")) is answered


def test_an_order_that_is_not_obeyed_ends_as_denied_and_one_that_nobody_answers_as_a_timeout() -> None:
    for error, exit_code in ((NotObeyed("wrong digest"), Exit.DENIED), (Unanswered("no word"), Exit.TIMEOUT)):
        ended = ended_by(error)
        assert ended is not None
        assert (ended.message, ended.exit_code) == (str(error), exit_code)


def test_a_field_that_the_answer_leaves_out_is_no_key_of_what_is_shown() -> None:
    view = tasks.View(task="t", kind="run", phase="answered", accepted_at=TIME)
    shown = {"task": "t", "kind": "run", "phase": "answered", "accepted_at": "2023-11-14T22:13:20.250000Z"}
    assert without("outcome", (view,)) == [shown]
    assert without("text", {"sections": [{"name": "Notes", "text": ""}]}) == {"sections": [{"name": "Notes"}]}


@pytest.mark.parametrize(("event", "said"), [("Granted", "approved"), ("Denied", "denied")])
def test_what_the_log_says_of_an_act_counts_and_another_decision_than_the_one_ordered_is_a_conflict(
    event: str, said: str
) -> None:
    found = record(9, f"event.approval.{event}.approvals", b'{"reason":"too late"}')
    orders = {"approved": order.Approve(act="a", digest="d"), "denied": order.Deny(act="a", digest="d")}
    assert _decision(found, orders.pop(said)) == said
    with pytest.raises(Ended, match=f"{said} meanwhile") as caught:
        _decision(found, orders.popitem()[1])
    assert caught.value.exit_code == Exit.CONFLICT


@pytest.mark.parametrize(
    ("pinned", "given", "said"),
    [(True, True, "by you"), (True, False, "this host"), (False, False, "own")],
)
def test_whence_the_key_is_that_proves_the_log_is_told_as_it_is(pinned: bool, given: bool, said: str) -> None:
    report = Verification("kurultai", (), pinned=pinned).finish()
    assert report.pinned is pinned
    assert said in _claim(report, given=given)


def test_moments_of_messages_are_told_as_stamps_and_what_a_tool_returned_as_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    view = tasks.View(task="t", kind="run", phase="answered", accepted_at=TIME, outcome={"at": 1.5, "begun_at": 2.5})
    emit_json((view, approval.Requested(act="a", digest="d", summary="s", expires_at=TIME)))
    shown, waiting = json.loads(capsys.readouterr().out)
    assert shown["accepted_at"] == waiting["expires_at"] == "2023-11-14T22:13:20.250000Z"
    assert shown["outcome"] == {"at": 1.5, "begun_at": 2.5}
