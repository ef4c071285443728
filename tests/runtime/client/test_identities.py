"""Clients' identities beyond the first of each role: a file, keys, and an operator's mandate."""

from pathlib import Path

import pytest

from bus.keys import Key, create, load_or_create
from bus.log import Draft
from runtime.actor import Origin
from runtime.client.identities import Identities, mandate_of
from runtime.errors import BadSetting
from runtime.signing import MANDATE, fault_of_order, mandate, sign_order

FIRST = create()
START = 1_800_000_000.0
"""When every order is given, in seconds since the epoch."""


def ordered(speaker: str, key: Key, mandated: str = "") -> Origin:
    """An order as it stands on the log."""
    subject = f"kurultai.command.order.Freeze.{speaker}"
    headers = {"ce-id": "one", **({MANDATE: mandated} if mandated else {})}
    signed = sign_order(key, Draft(subject, b"{}", "one", headers), START)
    return Origin("one", "one", subject, 1, signed.headers, signed.data)


def test_an_operator_with_a_mandate_is_obeyed_and_the_first_one_too() -> None:
    alice = create()
    given = mandate(FIRST, "operator-alice", alice.public)
    assert fault_of_order(FIRST.public, ordered("operator", FIRST)) is None
    assert fault_of_order(FIRST.public, ordered("operator-alice", alice, given)) is None


def test_a_mandate_is_for_one_name_and_one_key_and_of_the_first_operator_alone() -> None:
    alice, mallory = create(), create()
    given = mandate(FIRST, "operator-alice", alice.public)
    forged = mandate(mallory, "operator-alice", mallory.public)
    for origin in (
        ordered("operator-alice", alice),
        ordered("operator-bob", alice, given),
        ordered("operator-alice", mallory, given),
        ordered("operator-alice", mallory, given.replace(alice.public, mallory.public)),
        ordered("operator-alice", mallory, forged),
        ordered("operator-alice", alice, "nonsense"),
        ordered("operator-alice", alice, f"{alice.public} zz"),
        ordered("operator", alice, given),
    ):
        assert fault_of_order(FIRST.public, origin) is not None


def test_who_is_added_has_a_key_of_its_own_and_is_gone_when_revoked(tmp_path: Path) -> None:
    known = Identities(tmp_path)
    path = known.add("publisher", "alice")
    known.add("operator", "alice", FIRST)
    known.add("auditor", "bob")
    assert path.stat().st_mode & 0o777 == 0o600
    assert known.names() == ("publisher-alice", "operator-alice", "auditor-bob")
    assert mandate_of(tmp_path, "operator-alice").startswith(load_or_create(tmp_path / "operator-alice.nk").public)
    before = known.all()[0].public
    assert known.revoke("alice") == ("publisher-alice", "operator-alice")
    assert known.names() == ("auditor-bob",)
    assert not path.exists()
    known.add("publisher", "alice")
    assert known.all()[-1].public != before
    assert known.revoke("nobody") == ()


@pytest.mark.parametrize("name", ["", "Alice", "a b", "../x", "a.b", "operator-x", "publisher", "x" * 33, "mcp"])
def test_what_can_be_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadSetting):
        Identities(tmp_path).add("publisher", name)


def test_nobody_is_added_twice(tmp_path: Path) -> None:
    Identities(tmp_path).add("publisher", "alice")
    with pytest.raises(BadSetting, match="already"):
        Identities(tmp_path).add("publisher", "alice")
