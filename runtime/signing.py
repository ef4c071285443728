"""Operators' orders: signed over what they say and where they stand, so that none can be altered or moved."""

from collections.abc import Mapping
from typing import Final

from bus.keys import Key, verify
from runtime.actor import Origin

SIGNATURE: Final = "kurultai-signature"
"""The header that holds the signature as hex. *chosen*"""
MANDATE: Final = "kurultai-mandate"
"""The header by which a further operator shows that the first one made it one. *chosen*"""
FURTHER: Final = "operator-"
"""How the names of further operators begin. *derived*: runtime.topology.CLIENTS"""


def signed_bytes(subject: str, identity: str, payload: bytes) -> bytes:
    """What a signature is made over: where the order stands, its own id, and every byte of it."""
    return f"{subject}\n{identity}\n".encode() + payload


def sign_order(key: Key, subject: str, identity: str, payload: bytes) -> str:
    """The signature for the header `kurultai-signature`; `identity` is the order's `ce-id`."""
    return key.sign(signed_bytes(subject, identity, payload)).hex()


def verify_order(public: str, subject: str, headers: Mapping[str, str], payload: bytes) -> bool:
    """Whether the owner of the public key gave exactly this order; one without id or signature is nobody's."""
    identity, signature = headers.get("ce-id", ""), headers.get(SIGNATURE, "")
    if not (public and identity):
        return False
    try:
        return verify(public, signed_bytes(subject, identity, payload), bytes.fromhex(signature))
    except ValueError:
        return False


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
    """Why the message in hand is not an order of the operator with this key; None if it is one."""
    if not public:
        return "no operator key is configured, so no order can be trusted"
    if SIGNATURE not in origin.headers:
        return f"the order is not signed: the header {SIGNATURE} is missing"
    key = key_of_speaker(public, origin)
    if not key:
        return "whoever gave the order has no mandate of the operator"
    if not verify_order(key, origin.subject, origin.headers, origin.data):
        return "the signature is not the operator's, or the order was altered after signing"
    return None
