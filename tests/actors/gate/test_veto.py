"""The veto: the last word on changes, and the only hand on the modes."""

import msgspec
import pytest

from actors.dossiers import sealed
from actors.gate.veto import Veto
from bus.keys import create
from bus.log import Record
from messages.gate import change
from messages.gate.change import Condition, Dossier
from messages.kernel import actor as life
from messages.kernel import control, order
from messages.kernel.control import Level, Mode
from runtime.delivery.fold import Fold
from tests.actors.bench import Bench, only

OPERATOR = create()
STRANGER = create()
DOSSIER = sealed(Dossier(change="c-1", pattern="tool.register", subject="double", digest="d"), ())
SCREENED = change.Screened(dossier=DOSSIER, policy_class="standard")
HOLDS = Condition(name="crashes", value=1, bound=3, verdict="holds")
VIOLATED = Condition(name="crashes", value=3, bound=3, verdict="violated")
CONVENED = life.Convened(
    council="kurultai",
    version="1",
    members=(
        life.Member(name="veto", level=Level.GUARD, zone="guard"),
        life.Member(name="scribe", level=Level.GUARD, zone="guard"),
        life.Member(name="kublai", level=Level.FOUNDATION, zone="council"),
        life.Member(name="dreamer", level=Level.AUTONOMY, zone="dreams"),
    ),
)


def bench() -> Bench:
    return Bench(Veto, Veto.Settings(operator_key=OPERATOR.public))


def screened() -> Bench:
    made = bench()
    made.hears(SCREENED)
    return made


def frozen(*levels: Level) -> Bench:
    made = bench()
    made.hears(order.Freeze(reason="stop", levels=levels), key=OPERATOR)
    return made


def down(*actors: str) -> life.Down:
    return life.Down(zone="z", actors=actors, reason="crashes")


def modes(said: tuple[object, ...]) -> dict[Level, Mode]:
    return {message.level: message.mode for message in said if isinstance(message, control.Set)}


def test_a_stable_change_is_approved() -> None:
    said = only(screened().hears(change.Assessed(dossier=DOSSIER, score=0.9, conditions=(HOLDS,))), change.Approved)
    assert said.dossier == DOSSIER


def test_a_violated_condition_is_vetoed_with_its_figures() -> None:
    assessed = change.Assessed(dossier=DOSSIER, score=0.9, conditions=(HOLDS, VIOLATED))
    assert "crashes is 3, allowed below 3" in only(screened().hears(assessed), change.Vetoed).reason


def test_a_change_below_the_floor_is_vetoed() -> None:
    assessed = change.Assessed(dossier=DOSSIER, score=0.29, conditions=(HOLDS,))
    assert "0.29" in only(screened().hears(assessed), change.Vetoed).reason


def test_what_policy_has_not_screened_is_vetoed() -> None:
    assessed = change.Assessed(dossier=DOSSIER, score=1.0, conditions=(HOLDS,))
    assert only(bench().hears(assessed), change.Vetoed).reason == "policy has not screened it"


@pytest.mark.parametrize("field", ["sealed", "digest", "subject", "pattern", "review", "task"])
def test_a_dossier_that_differs_from_the_screened_one_in_any_part_is_vetoed(field: str) -> None:
    altered = msgspec.structs.replace(DOSSIER, **{field: ("why",) if field == "review" else "other"})
    assessed = change.Assessed(dossier=altered, score=1.0, conditions=(HOLDS,))
    assert "in which policy screened it" in only(screened().hears(assessed), change.Vetoed).reason


def test_a_screening_is_good_for_one_decision() -> None:
    made, assessed = screened(), change.Assessed(dossier=DOSSIER, score=1.0, conditions=(HOLDS,))
    only(made.hears(assessed), change.Approved)
    assert only(made.hears(assessed), change.Vetoed).reason == "policy has not screened it"


def test_what_the_stability_checker_could_not_assess_is_vetoed_with_its_reason() -> None:
    assessed = change.Assessed(dossier=DOSSIER, score=1.0, conditions=(HOLDS,), fault="another form")
    assert only(screened().hears(assessed), change.Vetoed).reason == "another form"


def test_a_freeze_without_levels_freezes_all_below_the_guard() -> None:
    said = bench().hears(order.Freeze(reason="stop"), key=OPERATOR, identity="order-1")
    assert modes(said) == {Level.FOUNDATION: Mode.FROZEN, Level.AUTONOMY: Mode.FROZEN}
    assert {message.epoch for message in said if isinstance(message, control.Set)} == {1}
    assert {message.order for message in said if isinstance(message, control.Set)} == {"order-1"}


def test_a_freeze_touches_only_the_levels_that_are_named() -> None:
    assert modes(bench().hears(order.Freeze(reason="stop", levels=(Level.AUTONOMY,)), key=OPERATOR)) == {
        Level.AUTONOMY: Mode.FROZEN
    }


def test_the_guard_is_never_frozen() -> None:
    said = bench().hears(order.Freeze(reason="stop", levels=(Level.GUARD, Level.FOUNDATION)), key=OPERATOR)
    assert said == (only(said, order.Rejected),)


def test_a_thaw_must_name_the_place_of_the_freeze_in_force() -> None:
    made = frozen(Level.FOUNDATION)
    fence = made.state.levels[Level.FOUNDATION].fence
    assert made.records[fence - 1].subject == "kurultai.control.foundation"
    wrong = order.Thaw(level=Level.FOUNDATION, fence=fence - 1, reason="go on")
    assert str(fence) in only(made.hears(wrong, key=OPERATOR), order.Rejected).reason
    said = only(made.hears(order.Thaw(level=Level.FOUNDATION, fence=fence, reason="go on"), key=OPERATOR), control.Set)
    assert (said.mode, said.epoch) == (Mode.FULL, 2)


def test_a_thaw_for_an_older_freeze_lifts_no_newer_one() -> None:
    made = frozen(Level.FOUNDATION)
    first = made.state.levels[Level.FOUNDATION].fence
    made.hears(order.Freeze(reason="and again", levels=(Level.FOUNDATION,)), key=OPERATOR)
    only(made.hears(order.Thaw(level=Level.FOUNDATION, fence=first, reason="go on"), key=OPERATOR), order.Rejected)
    assert made.state.levels[Level.FOUNDATION].mode is Mode.FROZEN


def test_a_freeze_that_is_not_meant_anew_leaves_alone_what_is_frozen() -> None:
    made = bench()
    made.hears(order.Freeze(reason="first", levels=(Level.FOUNDATION,)), key=OPERATOR)
    said = made.hears(order.Freeze(reason="second", anew=False), key=OPERATOR)
    assert [(each.level, each.epoch) for each in said] == [(Level.AUTONOMY, 1)]


def test_the_same_thaw_does_not_serve_twice() -> None:
    made = frozen(Level.FOUNDATION)
    thaw = order.Thaw(level=Level.FOUNDATION, fence=made.state.levels[Level.FOUNDATION].fence, reason="go on")
    only(made.hears(thaw, key=OPERATOR), control.Set)
    only(made.hears(thaw, key=OPERATOR), order.Rejected)


def test_epochs_of_a_level_count_up_by_one() -> None:
    made = bench()
    epochs = []
    for _ in range(3):
        freeze = order.Freeze(reason="stop", levels=(Level.AUTONOMY,))
        epochs.append(only(made.hears(freeze, key=OPERATOR), control.Set).epoch)
        fence = made.state.levels[Level.AUTONOMY].fence
        thaw = order.Thaw(level=Level.AUTONOMY, fence=fence, reason="go on")
        epochs.append(only(made.hears(thaw, key=OPERATOR), control.Set).epoch)
    assert epochs == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("key", [None, STRANGER])
def test_an_order_that_the_operator_did_not_sign_is_rejected(key: object) -> None:
    said = bench().hears(order.Freeze(reason="stop"), key=key, identity="order-1")  # type: ignore[arg-type]
    rejected = only(said, order.Rejected)
    assert (rejected.order, rejected.sequence) == ("order-1", 1)
    assert "sign" in rejected.reason


def test_without_an_operator_key_every_order_is_rejected() -> None:
    said = Bench(Veto).hears(order.Freeze(reason="stop"), key=OPERATOR)
    assert "no operator key" in only(said, order.Rejected).reason


def test_a_signature_does_not_serve_for_another_order() -> None:
    made = bench()
    made.hears(order.Freeze(reason="stop"), key=OPERATOR, identity="order-1")
    signed = made.records[0]
    for subject, data, headers in (
        (signed.subject, signed.data.replace(b"stop", b"halt"), signed.headers),
        (signed.subject, signed.data, {**signed.headers, "ce-id": "order-2"}),
        (signed.subject, signed.data, {**signed.headers, "ce-time": "2027-01-15T08:00:09Z"}),
        (signed.subject, signed.data, {**signed.headers, "ce-expirytime": "2027-01-15T08:59:00Z"}),
        ("kurultai.command.order.Freeze.other", signed.data, signed.headers),
        (signed.subject, signed.data, {**signed.headers, "kurultai-signature": "not hex"}),
    ):
        only(made.receives(subject, data, headers), order.Rejected)


def test_a_freeze_that_is_published_again_after_the_thaw_freezes_nothing() -> None:
    made = frozen(Level.FOUNDATION)
    freeze, fence = made.records[0], made.state.levels[Level.FOUNDATION].fence
    thaw = order.Thaw(level=Level.FOUNDATION, fence=fence, reason="go on")
    assert modes(made.hears(thaw, key=OPERATOR)) == {Level.FOUNDATION: Mode.FULL}
    said = made.receives(freeze.subject, freeze.data, freeze.headers)
    assert "good once" in only(said, order.Rejected).reason
    assert said == (only(said, order.Rejected),)
    assert made.state.levels[Level.FOUNDATION].mode is Mode.FULL


def test_a_freeze_whose_signature_has_the_form_of_before_is_history_that_holds() -> None:
    made = frozen(Level.FOUNDATION)
    old, *others = made.records
    payload = f"{old.subject}\n{old.headers['ce-id']}\n".encode() + old.data
    headers = {"ce-id": old.headers["ce-id"], "kurultai-signature": OPERATOR.sign(payload).hex()}
    fold = Fold(Veto(Veto.Settings(operator_key=OPERATOR.public)), made.types)
    for record in (Record(old.seq, old.subject, old.data, headers, old.time), *others):
        fold.replay(record)
    fold.finish(others[-1].seq)
    assert fold.actor.state.levels == made.state.levels
    assert "older form" in only(made.receives(old.subject, old.data, headers), order.Rejected).reason


def test_a_level_whose_zone_is_down_goes_to_advisory() -> None:
    made = bench()
    made.hears(CONVENED)
    assert modes(made.hears(down("kublai"))) == {Level.FOUNDATION: Mode.ADVISORY}
    assert made.hears(down("kublai")) == ()


def test_autonomy_is_frozen_when_a_guard_is_down() -> None:
    made = bench()
    made.hears(CONVENED)
    assert modes(made.hears(down("scribe"))) == {Level.AUTONOMY: Mode.FROZEN}


def test_a_failure_never_lifts_a_freeze() -> None:
    made = frozen(Level.FOUNDATION)
    made.hears(CONVENED)
    assert made.hears(down("kublai")) == ()


def test_the_operator_can_lift_advisory_as_he_lifts_a_freeze() -> None:
    made = bench()
    made.hears(CONVENED)
    made.hears(down("dreamer"))
    fence = made.state.levels[Level.AUTONOMY].fence
    said = made.hears(order.Thaw(level=Level.AUTONOMY, fence=fence, reason="repaired"), key=OPERATOR)
    assert modes(said) == {Level.AUTONOMY: Mode.SHADOW}


def test_what_is_not_restricted_can_not_be_thawed() -> None:
    said = bench().hears(order.Thaw(level=Level.FOUNDATION, fence=0, reason="go on"), key=OPERATOR)
    assert "not restricted" in only(said, order.Rejected).reason


def test_two_orders_in_one_turn_get_two_epochs() -> None:
    made = bench()
    freeze = order.Freeze(reason="stop", levels=(Level.AUTONOMY,))
    said = made.hears_at_once(freeze, freeze, key=OPERATOR)
    assert [message.epoch for message in said if isinstance(message, control.Set)] == [1, 2]
    fence = made.state.levels[Level.AUTONOMY].fence
    assert fence == made.records[-1].seq
    only(made.hears(order.Thaw(level=Level.AUTONOMY, fence=fence, reason="go on"), key=OPERATOR), control.Set)


def test_a_zone_of_guard_and_autonomy_that_is_down_sets_each_level_once() -> None:
    made = bench()
    made.hears(CONVENED)
    said = made.hears(down("scribe", "dreamer"))
    assert len(said) == 1
    assert modes(said) == {Level.AUTONOMY: Mode.FROZEN}
