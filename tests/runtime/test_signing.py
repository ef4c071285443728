"""Operators' signatures: over all that an order is, for a time that ends."""

import pytest

from bus.keys import create
from bus.log import Draft
from runtime.actor import Origin
from runtime.orders import Orders
from runtime.signing import EXPIRY, LIFE_S, MOST_LIFE_S, SIGNATURE, SKEW_S, TIME, sign_order

KEY = create()
NOW = 1_800_000_000.0
SUBJECT = "kurultai.command.order.Freeze.operator"


def signed(*, at: float = NOW, life_s: float = LIFE_S, identity: str = "o-1") -> Draft:
    return sign_order(KEY, Draft(SUBJECT, b'{"reason":"stop"}', identity, {"ce-id": identity}), at, life_s)


def in_hand(made: Draft, seq: int = 7, **headers: str) -> Origin:
    """The order as an actor has it in hand, with other headers where given."""
    return Origin(made.headers["ce-id"], "c", made.subject, seq, {**made.headers, **headers}, made.data)


def fault(origin: Origin, now: float) -> str | None:
    """What is told of an order that comes at this time."""
    orders = Orders()
    orders.take(origin, now)
    return orders.fault(KEY.public, origin)


def test_an_order_is_good_from_its_time_to_its_expiry() -> None:
    for now in (NOW, NOW + LIFE_S, NOW - SKEW_S, NOW + LIFE_S + SKEW_S):
        assert fault(in_hand(signed()), now) is None


@pytest.mark.parametrize(
    ("now", "told"), [(NOW + LIFE_S + SKEW_S + 1, "expired 301 s before"), (NOW - SKEW_S - 1, "301 s ahead")]
)
def test_an_order_outside_its_time_is_refused_with_the_clock_that_is_wrong(now: float, told: str) -> None:
    assert told in (fault(in_hand(signed()), now) or "")


@pytest.mark.parametrize(
    "headers", [{"ce-id": "o-2"}, {TIME: "2027-01-15T08:00:01Z"}, {EXPIRY: "2027-01-15T09:00:00Z"}, {EXPIRY: ""}]
)
def test_id_time_and_expiry_are_under_the_signature(headers: dict[str, str]) -> None:
    assert "altered" in (fault(in_hand(signed(), **headers), NOW) or "")


@pytest.mark.parametrize("life_s", [0.0, -5.0, MOST_LIFE_S + 1])
def test_an_order_with_a_senseless_life_is_refused(life_s: float) -> None:
    assert "hold for at most" in (fault(in_hand(signed(life_s=life_s)), NOW) or "")


@pytest.mark.parametrize("text", ["", "soon", "2027-01-15T08:05:00", "9999-12-31T23:59:59-14:00"])
def test_an_order_whose_expiry_is_no_time_is_refused(text: str) -> None:
    made = signed()
    headers = {**made.headers, EXPIRY: text}
    payload = f"kurultai order 2\n{SUBJECT}\no-1\n{headers[TIME]}\n{text}\n".encode() + made.data
    again = Draft(SUBJECT, made.data, made.id, {**headers, SIGNATURE: KEY.sign(payload).hex()})
    assert "order" in (fault(in_hand(again), NOW) or "")


def test_an_order_in_the_form_of_before_is_worth_nothing() -> None:
    data = b'{"reason":"stop"}'
    old = Draft(SUBJECT, data, "o-1", {"ce-id": "o-1", SIGNATURE: KEY.sign(f"{SUBJECT}\no-1\n".encode() + data).hex()})
    assert "older form" in (fault(in_hand(old), NOW) or "")


def test_an_order_is_good_once_and_its_own_redelivery_is_no_replay() -> None:
    orders, first, again = Orders(), in_hand(signed(), 7), in_hand(signed(), 8)
    orders.take(first, NOW)
    assert orders.fault(KEY.public, first) is None
    orders.take(again, NOW + 1)
    assert "given before, at 7" in (orders.fault(KEY.public, again) or "")
    assert orders.fault(KEY.public, first) is None
    rewritten = in_hand(signed(), 9, **{SIGNATURE: f" {signed().headers[SIGNATURE].upper()}"})
    orders.take(rewritten, NOW + 2)
    assert "given before, at 7" in (orders.fault(KEY.public, rewritten) or "")


def test_an_order_is_forgotten_when_it_has_expired_and_does_not_come_back() -> None:
    orders, late = Orders(), NOW + LIFE_S + SKEW_S + 1
    for number in range(50):
        orders.take(in_hand(signed(identity=f"o-{number}"), number), NOW)
    assert len(orders.taken) == 50
    orders.take(in_hand(signed(at=late, identity="late"), 99), late)
    assert [name.split()[0] for name in orders.taken] == ["late"]
    again = in_hand(signed(identity="o-1"), 100)
    for now in (late, NOW):
        orders.take(again, now)
        assert "expired" in (orders.fault(KEY.public, again) or ""), "not even when the log's clock was set back"


def test_a_forged_order_takes_no_id_from_the_real_one() -> None:
    orders, made = Orders(), signed()
    orders.take(in_hand(made, 7, **{SIGNATURE: "00" * 64}), NOW)
    orders.take(in_hand(made, 8), NOW)
    assert orders.fault(KEY.public, in_hand(made, 8)) is None
