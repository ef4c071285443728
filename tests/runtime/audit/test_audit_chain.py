"""The chain: what a leaf stands for, and what a signature covers."""

from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.log import Record
from messages.kernel.audit import Checkpoint
from runtime.audit.chain import genesis, leaf_of, link
from runtime.audit.checkpoint import Signer, is_signed, statement

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
records = st.builds(
    Record,
    seq=st.integers(1, 2**40),
    subject=text,
    data=st.binary(max_size=16),
    headers=st.dictionaries(text, text, max_size=3),
    time=st.integers(0, 4 * 10**15).map(lambda micros: micros / 1e6),
)


def what_it_is(record: Record) -> tuple[object, ...]:
    return (record.seq, record.subject, record.data, dict(record.headers), round(record.time * 1e6))


@given(records, records)
def test_two_records_have_one_leaf_only_if_they_are_the_same(one: Record, other: Record) -> None:
    assert (leaf_of(one) == leaf_of(other)) == (what_it_is(one) == what_it_is(other))


@given(st.lists(text, min_size=4, max_size=4), st.integers(0, 6))
def test_a_byte_cannot_move_from_one_part_of_a_record_to_the_next(parts: list[str], cut: int) -> None:
    subject, name, value, data = parts
    whole = Record(1, subject, data.encode(), {name: value}, 1.0)
    moved = Record(1, subject + name[:cut], data.encode(), {name[cut:]: value}, 1.0)
    assert (leaf_of(whole) == leaf_of(moved)) == (what_it_is(whole) == what_it_is(moved))


@pytest.mark.parametrize(
    "other",
    [
        Record(8, "camp.task.sum", b"{}", {"a": "b"}, 1.0),
        Record(7, "camp.task.sun", b"{}", {"a": "b"}, 1.0),
        Record(7, "camp.task.sum", b"{ }", {"a": "b"}, 1.0),
        Record(7, "camp.task.sum", b"{}", {"a": "c"}, 1.0),
        Record(7, "camp.task.sum", b"{}", {"A": "b"}, 1.0),
        Record(7, "camp.task.sum", b"{}", {}, 1.0),
        Record(7, "camp.task.sum", b"{}", {"a": "b"}, 1.000001),
    ],
)
def test_every_part_of_a_record_is_under_its_leaf(other: Record) -> None:
    assert leaf_of(other) != leaf_of(Record(7, "camp.task.sum", b"{}", {"a": "b"}, 1.0))


def test_the_way_a_record_was_read_is_not_under_its_leaf() -> None:
    delivered = Record(7, "camp.task.sum", b"{}", {"b": "2", "a": "1"}, 1.0, attempt=3, token="ack")
    read_back = Record(7, "camp.task.sum", b"{}", {"a": "1", "b": "2", "Nats-Sequence": "7"}, 1.0)
    assert leaf_of(delivered) == leaf_of(read_back)


def test_a_head_stands_for_the_order_and_the_council() -> None:
    one, two = (leaf_of(Record(seq, "camp.task.sum", b"", {}, 1.0)) for seq in (1, 2))
    start = genesis("camp")
    assert link(link(start, one), two) != link(link(start, two), one)
    assert genesis("camp") != genesis("other")


@dataclass
class Forgery:
    field: str
    value: object


@pytest.mark.parametrize(
    "forgery",
    [
        Forgery("first", 2),
        Forgery("last", 4),
        Forgery("leaves", "11" * 24),
        Forgery("head", "22" * 32),
        Forgery("missing", ((2, 2),)),
        Forgery("nonce", "other"),
        Forgery("nonce", None),
    ],
    ids=lambda forgery: f"{forgery.field}={str(forgery.value)[:8]}",
)
def test_no_field_of_a_signed_checkpoint_can_be_changed(forgery: Forgery, tmp_path: Path) -> None:
    signer = Signer(tmp_path / "audit.nk")
    plain = Checkpoint(first=1, last=3, leaves="00" * 24, head="00" * 32, nonce="n", signature="")
    signed = signer.sign(plain)
    assert is_signed(signed, signer.public)
    assert not is_signed(msgspec.structs.replace(signed, **{forgery.field: forgery.value}), signer.public)


def test_a_signature_of_another_key_is_none(tmp_path: Path) -> None:
    ours, theirs = Signer(tmp_path / "ours.nk"), Signer(tmp_path / "theirs.nk")
    signed = theirs.sign(Checkpoint(first=1, last=0, leaves="", head="00" * 32, signature=""))
    assert not is_signed(signed, ours.public)
    assert not is_signed(msgspec.structs.replace(signed, signature=""), ours.public)


def test_a_field_at_its_default_is_no_part_of_the_statement() -> None:
    plain = Checkpoint(first=1, last=3, leaves="00" * 24, head="00" * 32, signature="")
    said = msgspec.json.decode(statement(plain).partition(b"\n")[2])
    assert said == {"first": 1, "last": 3, "leaves": "00" * 24, "head": "00" * 32}
