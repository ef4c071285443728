"""The scribe: when it makes checkpoints, over what, and when it keeps silent."""

from pathlib import Path

import pytest

from actors.gate.scribe import Scribe, Settings, State
from bus.errors import UnsafeKey
from bus.log import Record
from messages.kernel.audit import Checkpoint
from messages.kernel.control import Level
from runtime.audit.chain import genesis, leaf_of, link
from runtime.audit.checkpoint import is_signed
from runtime.delivery.fold import Fold, state_at
from tests.runtime.audit.audit_logs import BEGAN, NAMES, Log


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "audit.nk"


def test_a_full_checkpoint_is_made_and_stands_for_exactly_the_records_before_it(key: Path) -> None:
    log = Log(key, every=4)
    for number in range(9):
        log.publish("camp.task.sum", b"%d" % number)
    one, two = log.checkpoints()
    assert [(one.first, one.last), (two.first, two.last)] == [(1, 4), (5, 8)]
    head = genesis("camp")
    for record in log.records[:4]:
        head = link(head, leaf_of(record))
    assert one.head == head.hex()
    assert one.leaves == "".join(leaf_of(record)[:8].hex() for record in log.records[:4])
    assert is_signed(one, log.signer.public)


def test_each_checkpoint_is_under_the_next_one(key: Path) -> None:
    log = Log(key, every=4)
    for _ in range(20):
        log.publish("camp.task.sum")
    checkpoints = log.checkpoints()
    ends = [0, *(checkpoint.last for checkpoint in checkpoints)]
    assert [checkpoint.first for checkpoint in checkpoints] == [end + 1 for end in ends[:-1]]


def test_a_quiet_log_is_covered_ten_seconds_after_its_first_uncovered_record(key: Path) -> None:
    log = Log(key, every=100)
    first = log.publish("camp.task.sum")
    log.wait(5)
    log.publish("camp.task.sum")
    assert log.scribe.due() == pytest.approx(first.time + 10, abs=1e-6)
    assert not log.checkpoints()
    log.wait(5)
    assert [(each.first, each.last) for each in log.checkpoints()] == [(1, 2)]


def test_an_idle_log_gets_no_checkpoint_about_a_checkpoint(key: Path) -> None:
    log = Log(key, every=1)
    log.publish("camp.task.sum")
    for _ in range(50):
        log.wait(60)
    assert len(log.checkpoints()) == 1
    assert log.scribe.due() is None
    log.publish("camp.task.sum")
    assert [(each.first, each.last) for each in log.checkpoints()] == [(1, 1), (2, 3)]


def test_a_seal_is_answered_at_once_with_its_nonce(key: Path) -> None:
    log = Log(key, every=100)
    log.publish("camp.task.sum")
    (checkpoint,) = log.seal("n-1")
    assert (checkpoint.first, checkpoint.last, checkpoint.nonce) == (1, 2, "n-1")
    assert is_signed(checkpoint, log.signer.public)


@pytest.mark.parametrize("data", [b"{}", b"\xff", b'{"nonce": "no spaces"}', b"[" * 100_000])
def test_an_unreadable_seal_is_a_record_like_any_other(key: Path, data: bytes) -> None:
    log = Log(key, every=100)
    log.publish("camp.command.audit.Seal.auditor", data)
    assert len(log.records) == 1
    assert log.seal("n-1")[-1].last == 2


@pytest.mark.parametrize(
    "subject", ["camp", "camp.event", "camp.event.audit", "other.x.y.z", "camp.command.audit.Seal"]
)
def test_no_subject_is_too_strange_for_the_chain(key: Path, subject: str) -> None:
    log = Log(key, every=100)
    log.publish("camp.task.sum")
    log.publish(subject, b"\x00\xff")
    assert log.seal("n-1")[-1].last == 3


@pytest.mark.parametrize("subject", ["camp.task.sum", "camp.event.audit.Checkpoint.scribe"])
def test_a_hole_in_the_log_is_said_in_time(key: Path, subject: str) -> None:
    log = Log(key, every=100)
    log.publish("camp.task.sum")
    log.wait(11)
    log.decider.take(Record(6, subject, b"", {}, log.now), log.now)
    log.wait(11)
    said = log.checkpoints()[-1]
    assert (said.first, said.last, said.missing) == (2, 6, ((3, 5),))
    assert len(said.leaves) == 2 * 16
    assert is_signed(said, log.signer.public)


def test_what_is_read_back_from_the_log_gives_the_same_state(key: Path) -> None:
    log = Log(key, every=4, lag=3)
    for number in range(30):
        log.publish("camp.task.sum", b"%d" % number)
        log.wait(number % 4 * 3.5)
    log.flush()
    live: State = log.scribe.state
    again = Scribe(Settings(key=str(key), every=4))
    assert state_at(again, {}, iter(log.records), len(log.records)) == live
    assert live.last == len(log.records) > 35


@pytest.mark.parametrize("before", [3, 4, 5, 6, 10])
@pytest.mark.parametrize("lag", [0, 1, 3])
def test_a_snapshot_in_the_middle_leads_to_the_same_state(key: Path, before: int, lag: int) -> None:
    log = Log(key, every=4, lag=lag)
    for _ in range(before):
        log.publish("camp.task.sum")
    snapshot = log.decider.fold.snapshot()
    middle = snapshot.cursor
    for _ in range(10):
        log.publish("camp.task.sum")
    log.flush()
    again = Fold(Scribe(Settings(key=str(key), every=4)), {})
    again.restore(snapshot)
    for record in log.records[middle:]:
        again.replay(record)
    again.finish(len(log.records))
    assert again.actor.state == log.scribe.state


def test_a_checkpoint_that_the_snapshot_holds_already_is_not_folded_in_again(key: Path) -> None:
    log = Log(key, every=6, lag=3)
    for _ in range(7):
        log.publish("camp.task.sum")
    snapshot = log.decider.fold.snapshot()
    for _ in range(2):
        log.publish("camp.task.sum")
    assert [(each.first, each.last) for each in log.checkpoints()] == [(1, 6)]
    again = Fold(Scribe(Settings(key=str(key), every=6)), {})
    again.restore(snapshot)
    for record in log.records[snapshot.cursor :]:
        again.replay(record)
    again.finish(len(log.records))
    assert again.actor.state == log.scribe.state
    assert len(log.scribe.state.leaves) == 4 * 8


def test_a_second_scribe_with_the_key_would_say_the_same_bytes(key: Path) -> None:
    logs = [Log(key, every=4) for _ in range(2)]
    for log in logs:
        for _ in range(9):
            log.publish("camp.task.sum")
    assert logs[0].records == logs[1].records


def test_two_timers_never_ring_for_the_same_moment(key: Path) -> None:
    log = Log(key, every=100)
    scribe, moments = log.scribe, []
    for seq in (1, 2, 3):
        log.decider.take(Record(seq, "camp.task.sum", b"", {}, BEGAN), BEGAN)
        moments.append(scribe.due())
        assert log.decider.on_time(scribe.due() or 0.0, BEGAN + 60)
    assert len(set(moments)) == 3


def test_a_key_that_others_may_read_stops_the_scribe_before_it_starts(key: Path) -> None:
    Log(key)
    key.chmod(0o644)
    with pytest.raises(UnsafeKey, match="others may read it"):
        Scribe(Settings(key=str(key)))


def test_the_scribe_is_never_frozen_and_says_checkpoints_alone() -> None:
    assert Scribe.level is Level.GUARD
    assert Scribe.hears_all
    assert Scribe.signature.says == {Checkpoint}
    assert NAMES.council == "camp"
