"""The fence proof: an effect of a frozen level is found, and what a frozen actor may say is not one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messages.kernel import actor as life
from messages.kernel.control import Level, Mode
from runtime.audit.fence import FenceProof, Proof, Trespass, Violation
from runtime.audit.verify import verify_records
from runtime.cli.control.audit import _first_fault
from tests.runtime.audit.audit_logs import Log

FOUNDATION, AUTONOMY, GUARD = Level.FOUNDATION, Level.AUTONOMY, Level.GUARD
SPEAKERS = {"jochi": FOUNDATION, "kublai": FOUNDATION, "goals": AUTONOMY, "veto": GUARD, "scribe": GUARD}


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fence") / "audit.nk"


@pytest.fixture
def log(key: Path) -> Log:
    log = Log(key)
    log.convene(**SPEAKERS)
    return log


def proof_of(log: Log) -> Proof:
    proof = FenceProof("camp")
    for record in log.records:
        proof.take(record)
    return proof.finish()


def effect(log: Log, speaker: str) -> int:
    return log.publish(f"camp.event.tool.Finished.{speaker}").seq


def test_a_log_whose_freezes_held_is_proved(log: Log) -> None:
    effect(log, "jochi")
    freeze = log.control(FOUNDATION, Mode.FROZEN, 1)
    log.say("jochi", life.Froze(actor="jochi", level=FOUNDATION, epoch=1))
    effect(log, "goals")
    effect(log, "veto")
    log.publish("camp.task.sum")
    log.publish("camp.command.order.Thaw.operator")
    thaw = log.control(FOUNDATION, Mode.FULL, 2)
    effect(log, "jochi")
    proof = proof_of(log)
    assert proof.holds, (proof.violations, proof.faults)
    assert (proof.members, proof.freezes, proof.thaws) == (5, 1, 1)
    assert (proof.frosts[0].seq, proof.frosts[0].thaw) == (freeze.seq, thaw.seq)


def test_an_effect_past_a_freeze_is_named_with_its_freeze(log: Log) -> None:
    freeze = log.control(FOUNDATION, Mode.FROZEN, 1)
    seq = effect(log, "jochi")
    command = log.publish("camp.command.sandbox.Run.kublai.jail").seq
    proof = proof_of(log)
    assert proof.violations == (
        Violation(seq, "jochi", "foundation", freeze.seq),
        Violation(command, "kublai", "foundation", freeze.seq),
    )
    assert (proof.violated, proof.freezes, proof.holds) == (2, 0, False)


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.FROZEN])
def test_any_other_mode_is_a_thaw(log: Log, mode: Mode) -> None:
    log.control(AUTONOMY, Mode.FROZEN, 1)
    log.control(AUTONOMY, mode, 2)
    effect(log, "goals")
    assert proof_of(log).holds


def test_a_second_freeze_of_a_frozen_level_is_no_thaw(log: Log) -> None:
    freeze = log.control(AUTONOMY, Mode.FROZEN, 1)
    log.control(AUTONOMY, Mode.FROZEN, 2)
    effect(log, "goals")
    assert [each.freeze for each in proof_of(log).violations] == [freeze.seq]


def test_a_thaw_of_one_level_leaves_the_other_frozen(log: Log) -> None:
    log.control(FOUNDATION, Mode.FROZEN, 1)
    log.control(AUTONOMY, Mode.FROZEN, 1)
    log.control(FOUNDATION, Mode.FULL, 2)
    effect(log, "jochi")
    effect(log, "goals")
    proof = proof_of(log)
    assert [each.speaker for each in proof.violations] == ["goals"]
    assert (proof.freezes, proof.thaws) == (1, 1)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda log: log.publish("camp.control.foundation", b"{}", {"ce-source": "/camp/veto"}), "can't be read"),
        (lambda log: log.publish("camp.control.foundation", b"\xff", {"ce-source": "/camp/veto"}), "can't be read"),
        (lambda log: log.publish("camp.control.guard"), "no level that can be frozen"),
        (lambda log: log.publish("camp.control.foundation.more"), "no level that can be frozen"),
        (lambda log: log.publish("camp.control"), "no level that can be frozen"),
        (lambda log: log.control(FOUNDATION, Mode.FROZEN, 2), "epoch 2 of foundation follows epoch 0"),
        (lambda log: [log.control(AUTONOMY, Mode.HALF, 1) for _ in "ab"], "epoch 1 of autonomy follows epoch 1"),
        (lambda log: log.say("jochi", life.Convened(council="camp", members=(), version="1")), "only supervisor may"),
        (lambda log: log.publish("camp.event.actor.Convened.supervisor", b"{}"), "can't be read"),
        (lambda log: log.publish("camp.event.tool"), "names no speaker"),
        (lambda log: log.publish("camp.rumour.tool.Finished.jochi"), "is no subject of the log"),
        (lambda log: log.publish("camp"), "is no subject of the log"),
        (lambda log: [log.control(AUTONOMY, Mode.FROZEN, 1), effect(log, "nobody")], "no level is known"),
        (lambda log: [log.control(AUTONOMY, Mode.FROZEN, 1), log.convene(goals=GUARD)], "leaves the level autonomy"),
    ],
)
def test_a_record_by_which_no_proof_can_go_is_a_fault(log: Log, spoil: Callable[[Log], object], words: str) -> None:
    spoil(log)
    proof = proof_of(log)
    assert not proof.holds
    assert words in proof.faults[0].what


def test_a_control_record_must_come_from_the_veto(log: Log) -> None:
    honest = log.control(FOUNDATION, Mode.HALF, 1)
    log.publish(honest.subject, honest.data.replace(b":1", b":2"), {"ce-source": "/camp/jochi"})
    assert [fault.what for fault in proof_of(log).faults] == [
        "the control record of foundation does not come from /camp/veto"
    ]


def test_a_control_record_that_speaks_of_another_level_is_a_fault(log: Log) -> None:
    honest = log.control(FOUNDATION, Mode.HALF, 1)
    log.publish("camp.control.autonomy", honest.data, {"ce-source": "/camp/veto"})
    assert "speaks of foundation" in proof_of(log).faults[0].what


def test_an_unreadable_control_record_thaws_nothing(log: Log) -> None:
    freeze = log.control(FOUNDATION, Mode.FROZEN, 1)
    log.publish("camp.control.foundation", b"?", {"ce-source": "/camp/veto"})
    effect(log, "jochi")
    assert [each.freeze for each in proof_of(log).violations] == [freeze.seq]


def test_a_member_that_joins_later_is_under_the_freeze_too(log: Log) -> None:
    log.control(AUTONOMY, Mode.FROZEN, 1)
    log.convene(newcomer=AUTONOMY)
    seq = effect(log, "newcomer")
    assert [each.seq for each in proof_of(log).violations] == [seq]


def test_verification_carries_the_fence_proof(log: Log) -> None:
    log.control(FOUNDATION, Mode.FROZEN, 1)
    seq = effect(log, "jochi")
    log.seal("n-1")
    report = verify_records(log.records, "camp", (log.signer.public,))
    assert report.whole
    assert not report.good
    assert [each.seq for each in report.fence.violations] == [seq]


step = st.tuples(
    st.sampled_from(["say", "life", "set"]),
    st.sampled_from(sorted(SPEAKERS)),
    st.sampled_from([FOUNDATION, AUTONOMY]),
    st.sampled_from(list(Mode)),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(step, max_size=40))
def test_exactly_the_effects_past_a_freeze_are_violations(key: Path, steps: list[tuple[str, str, Level, Mode]]) -> None:
    log = Log(key)
    log.convene(**SPEAKERS)
    modes, epochs, expected = dict.fromkeys(Level, Mode.FULL), dict.fromkeys(Level, 0), []
    for what, speaker, level, mode in steps:
        if what == "set":
            epochs[level] += 1
            modes[level] = mode
            log.control(level, mode, epochs[level])
        elif what == "life":
            log.say(speaker, life.Froze(actor=speaker, level=SPEAKERS[speaker], epoch=1))
        else:
            seq = effect(log, speaker)
            if modes[SPEAKERS[speaker]] is Mode.FROZEN:
                expected.append(seq)
    proof = proof_of(log)
    assert [each.seq for each in proof.violations] == expected
    assert not proof.faults


def acts(log: Log, speaker: str) -> int:
    return log.publish(f"camp.event.goal.Begun.{speaker}").seq


def test_an_effect_of_autonomy_before_any_record_is_found(log: Log) -> None:
    seq = acts(log, "goals")
    effect(log, "goals")
    proof = proof_of(log)
    assert proof.trespasses == (Trespass(seq, "goals", "autonomy", "shadow", 0),)
    assert (proof.trespassed, proof.holds, proof.violated) == (1, False, 0)


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.FROZEN])
def test_an_effect_is_held_to_the_mode_at_its_place(log: Log, mode: Mode) -> None:
    since = log.control(AUTONOMY, mode, 1).seq
    seqs = [
        acts(log, "goals"),
        log.publish("camp.command.toy.Do.goals").seq,
        log.publish("camp.task.learn", headers={"ce-source": "/camp/goals"}).seq,
    ]
    for harmless in ("camp.command.order.Deny.goals", "camp.event.goal.Judged.goals"):
        log.publish(harmless)
    log.publish("camp.task.learn", headers={"ce-source": "/camp/publisher"})
    log.publish("camp.task.cancel", headers={"ce-source": "/camp/goals"})
    proposed = log.publish("camp.event.change.Proposed.goals").seq
    quiet = mode in (Mode.SHADOW, Mode.ADVISORY)
    wanted = [*(seqs if quiet else ()), *((proposed,) if mode is Mode.SHADOW else ())]
    proof = proof_of(log)
    assert [(each.seq, each.mode, each.since) for each in proof.trespasses] == [(seq, mode, since) for seq in wanted]
    assert proof.holds is not bool(wanted)


def test_an_effect_past_a_freeze_is_a_violation_and_no_trespass(log: Log) -> None:
    log.control(AUTONOMY, Mode.FROZEN, 1)
    seq = acts(log, "goals")
    proof = proof_of(log)
    assert [each.seq for each in proof.violations] == [seq]
    assert not proof.trespasses


def test_the_guard_is_bound_by_no_mode_and_the_other_level_by_its_own(log: Log) -> None:
    log.control(AUTONOMY, Mode.ADVISORY, 1)
    acts(log, "veto")
    acts(log, "jochi")
    log.publish("camp.command.sandbox.Run.kublai.jail")
    assert proof_of(log).holds
    log.control(FOUNDATION, Mode.ADVISORY, 1)
    seq = acts(log, "jochi")
    log.publish("camp.command.sandbox.Run.kublai.jail")
    assert [each.seq for each in proof_of(log).trespasses] == [seq]


def test_verification_names_an_effect_in_a_quiet_mode(log: Log) -> None:
    seq = acts(log, "goals")
    log.seal("n-1")
    report = verify_records(log.records, "camp", (log.signer.public,))
    assert report.whole
    assert not report.good
    assert _first_fault(report) == f"record {seq} was said by goals, whose level may not in shadow mode"
