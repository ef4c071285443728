"""Operators' orders: signed over what they say, where they stand and how long they hold, so that none can be altered.

An order is good once (`runtime.orders`) and not for ever: after its expiry nobody has to remember it any more.
"""

from collections.abc import Mapping
from typing import Final

from bus.keys import Key, verify
from bus.log import Draft
from runtime.actor import Origin
from runtime.envelope import stamp, unstamp

SIGNATURE: Final = "kurultai-signature"
"""The header that holds the signature as hex. *chosen*"""
TIME: Final = "ce-time"
"""When the order was given. *cited*: CloudEvents 1.0, section 3.1"""
EXPIRY: Final = "ce-expirytime"
"""From when on the order is worth nothing. *cited*: CloudEvents extensions, expirytime"""
LIFE_S: Final = 300.0
"""From an order's time to its expiry, as an operator's client sets it. *chosen*: far longer than it is on its way"""
MOST_LIFE_S: Final = 3_600.0
"""An order that claims a longer life is refused, which bounds how long its id is remembered. *chosen*"""
SKEW_S: Final = 300.0
"""The clocks of the operator's host and of the log may differ by this. *cited*: RFC 4120, section 8.2"""
_PURPOSE: Final = "kurultai order 2"
"""Before every order: what the key signs elsewhere, or signed in an older form, is no order. *chosen*"""
MANDATE: Final = "kurultai-mandate"
"""The header by which a further operator shows that the first one made it one. *chosen*"""
FURTHER: Final = "operator-"
"""How the names of further operators begin. *derived*: runtime.topology.CLIENTS"""


class Dated(Exception):
    """The order's time or expiry is missing, can't be read, or is not now."""


def signed_bytes(subject: str, headers: Mapping[str, str], payload: bytes) -> bytes:
    """What a signature is made over: where the order stands, its id, time and expiry, and every byte of it."""
    attributes = (headers.get(name, "") for name in ("ce-id", TIME, EXPIRY))
    return "\n".join((_PURPOSE, subject, *attributes, "")).encode() + payload


def sign_order(key: Key, made: Draft, at: float, life_s: float = LIFE_S) -> Draft:
    """The order as it is to be published at this time: with its expiry, and the signature over all that it is."""
    headers = {**made.headers, TIME: stamp(at), EXPIRY: stamp(at + life_s)}
    signature = key.sign(signed_bytes(made.subject, headers, made.data)).hex()
    return Draft(made.subject, made.data, made.id, {**headers, SIGNATURE: signature})


def verify_order(public: str, subject: str, headers: Mapping[str, str], payload: bytes) -> bool:
    """Whether the owner of the public key gave exactly this order; one without id or signature is nobody's."""
    if not (public and headers.get("ce-id")):
        return False
    try:
        return verify(public, signed_bytes(subject, headers, payload), bytes.fromhex(headers.get(SIGNATURE, "")))
    except ValueError:
        return False


def until(origin: Origin, now: float) -> float:
    """The moment after which the order in hand would be refused as expired; raises Dated if it is not good now."""
    try:
        given, expiry = (unstamp(origin.headers.get(name, "")) for name in (TIME, EXPIRY))
    except (ValueError, TypeError) as error:
        raise Dated(f"the order has no time or no expiry ({TIME}, {EXPIRY}); give it anew") from error
    if not 0 < expiry - given <= MOST_LIFE_S:
        raise Dated(f"the order holds for {expiry - given:g} s; orders hold for at most {MOST_LIFE_S:g} s")
    if now > expiry + SKEW_S:
        raise Dated(f"the order expired {now - expiry:.0f} s before it came; give it anew, or set the host's clock")
    if now < given - SKEW_S:
        raise Dated(f"the order's time is {given - now:.0f} s ahead of the log's; set the clock of the operator's host")
    return expiry + SKEW_S


def mandated(identity: str, public: str) -> bytes:
    """What a mandate is a signature over."""
    return f"kurultai operator 1\n{identity}\n{public}\n".encode()


def mandate(operator: Key, identity: str, public: str) -> str:
    """What goes with each order of a further operator: its key, and the first operator's signature over who it is."""
    return f"{public} {operator.sign(mandated(identity, public)).hex()}"


def key_of_speaker(public: str, origin: Origin) -> str:
    """The key that must have signed the message in hand: the operator's, or one that has the operator's mandate.

    A mandate is for the name in the subject, which the server lets nobody else use; empty if it does not hold.
    """
    speaker = (origin.subject.split(".") + [""] * 5)[4]
    if not speaker.startswith(FURTHER):
        return public
    own, _, signature = origin.headers.get(MANDATE, "").partition(" ")
    try:
        given = verify(public, mandated(speaker, own), bytes.fromhex(signature))
    except ValueError:
        return ""
    return own if given else ""


def fault_of_order(public: str, origin: Origin) -> str | None:
    """Why the message in hand is not an order of the operator with this key; None if it is one, whenever it came."""
    if not public:
        return "no operator key is configured, so no order can be trusted"
    if SIGNATURE not in origin.headers:
        return f"the order is not signed: the header {SIGNATURE} is missing"
    key = key_of_speaker(public, origin)
    if not key:
        return "whoever gave the order has no mandate of the operator"
    if not verify_order(key, origin.subject, origin.headers, origin.data):
        return "the signature is not the operator's, or the order was altered after signing, or signed in an older form"
    return None
