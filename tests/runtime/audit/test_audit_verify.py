"""Verification: what a report says of pins, seals, tails, and of files that are no exports."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given

from bus.log import Record
from messages.kernel.audit import Checkpoint
from runtime.audit.chain import genesis, leaf_of, link
from runtime.audit.checkpoint import Signer
from runtime.audit.export import Incomplete, answer, export
from runtime.audit.form import record_in
from runtime.audit.freshness import Demand
from runtime.audit.verify import verify_export, verify_records
from tests.runtime.audit.audit_logs import BEGAN, NAMES, Log, exported, joined, parsed, streamed
from tests.runtime.audit.audit_sealed import Sealed, edit_data, forged, fresh, logs, many


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("audit")


@many
@given(logs)
def test_an_export_gives_back_every_record_as_it_was(folder: Path, script: Any) -> None:
    sealed = Sealed(folder, script)
    back = [record_in(msgspec.json.encode(line)) for line in sealed.lines[1:-1]]
    for record, original in zip(back, sealed.log.records[: sealed.last], strict=True):
        assert (record.seq, record.subject, record.data) == (original.seq, original.subject, original.data)
        assert record.headers == original.headers
        assert leaf_of(record) == leaf_of(original)


def test_a_whole_log_under_a_thief_s_own_key_is_only_caught_by_pinning(folder: Path) -> None:
    sealed = Sealed(folder, ([("camp.task.sum", b"1", {})] * 20, 4, 0))
    thief = Signer(folder / "thief.nk")
    edit_data(sealed.lines[3])
    forged(sealed.lines, thief, 1)
    sealed.lines[0]["key"] = thief.public
    believed = sealed.verified(sealed.lines, keys=())
    assert believed.whole
    assert not believed.pinned
    assert not sealed.verified(sealed.lines).whole


def test_an_older_sealed_export_does_not_pass_for_a_newer_one(folder: Path) -> None:
    log = Log(folder / "audit.nk")
    log.publish("camp.task.sum")
    old = log.seal("old")
    log.publish("camp.task.sum")
    log.seal("new")
    path = folder / "old.jsonl"
    path.write_bytes(b"".join(exported(log.records, log.signer.public, old)))
    assert verify_export(path, keys=(log.signer.public,), demand=Demand(nonce="old")).good
    report = verify_export(path, keys=(log.signer.public,), demand=Demand(nonce="new"))
    assert report.first_bad is not None
    assert "promises the seal old, not new" in report.first_bad.what


@pytest.fixture
def sealed(folder: Path) -> Sealed:
    return Sealed(folder, ([("camp.task.sum", b"\xff", {"a": "b"})] * 30, 8, 1))


def test_a_wrong_pin_is_said_before_anything_else(sealed: Sealed, folder: Path) -> None:
    report = sealed.verified(sealed.lines, keys=(Signer(folder / "thief.nk").public,))
    assert report.first_bad is not None
    assert report.first_bad.seq == 0
    assert sealed.key in report.first_bad.what
    assert report.sealed_through == 0


def test_without_a_pin_the_report_says_that_the_key_is_a_claim(sealed: Sealed) -> None:
    report = sealed.verified(sealed.lines, keys=())
    assert (report.verdict, report.whole, report.good) == ("consistent", True, False)
    assert sealed.verified(sealed.lines).verdict == "good"
    assert report.keys == (sealed.key,)
    assert not report.pinned


def _said_in(records: list[Record]) -> list[Checkpoint]:
    return [msgspec.json.decode(each.data, type=Checkpoint) for each in records if ".audit.Checkpoint." in each.subject]


def test_a_tail_after_the_last_checkpoint_is_counted_as_unsealed(sealed: Sealed) -> None:
    records = sealed.log.records[:29]
    covered = max(each.last for each in _said_in(records))
    report = verify_records(records, "camp", (sealed.key,))
    assert report.whole
    assert (report.sealed_through, report.unsealed) == (covered, 29 - covered)
    assert not report.sealed


def test_an_export_that_never_promised_a_seal_is_whole_and_unsealed(sealed: Sealed) -> None:
    lines = [parsed(line) for line in exported(sealed.log.records, sealed.key, last=12)]
    report = sealed.verified(lines, nonce=None)
    assert report.whole
    assert not report.sealed
    assert not report.good
    assert report.records == 12


@pytest.mark.parametrize(
    "junk", [b"\n", b"{}\n", b"nonsense\n", b"\xff\xfe\n", b"[" * 50_000 + b"\n", b'{"seal": 1}\n']
)
@pytest.mark.parametrize("number", [1, 2, 7])
def test_a_line_that_cannot_be_read_is_named_by_its_number(sealed: Sealed, junk: bytes, number: int) -> None:
    lines = joined(sealed.lines).splitlines(keepends=True)
    sealed.path.write_bytes(b"".join([*lines[: number - 1], junk, *lines[number:]]))
    report = verify_export(sealed.path, keys=(sealed.key,), demand=Demand(nonce="nonce-1"))
    assert report.first_bad is not None
    assert report.first_bad.line == number
    assert report.first_bad.seq == number - 1
    assert "can't be read" in report.first_bad.what


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seq", 0),
        ("seq", "7"),
        ("seq", 2**64),
        ("time", "2025-06-15T00:00:00"),
        ("time", "yesterdayZ"),
        ("base64", True),
        ("data", None),
        ("headers", {"a": 1}),
        ("surplus", 1),
    ],
)
def test_a_record_of_the_wrong_shape_is_named(sealed: Sealed, field: str, value: object) -> None:
    sealed.lines[5].update({"data": "no base64!", "base64": False, field: value})
    report = sealed.verified(sealed.lines)
    assert report.first_bad is not None
    assert (report.first_bad.seq, report.first_bad.line) == (5, 6)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", "other"),
        ("first", 2),
        ("nonce", "other"),
        ("nonce", None),
        ("last", 3),
        ("last", 99),
        ("council", "x"),
    ],
)
def test_a_header_that_lies_is_found(sealed: Sealed, field: str, value: object) -> None:
    sealed.lines[0][field] = value
    report = sealed.verified(sealed.lines)
    assert not report.whole


def test_a_last_line_without_its_end_is_found(sealed: Sealed) -> None:
    whole = joined(sealed.lines)
    sealed.path.write_bytes(whole[:-20])
    report = verify_export(sealed.path, keys=(sealed.key,))
    assert report.first_bad is not None
    assert report.first_bad.seq == sealed.last + 1


def test_a_seal_that_was_taken_off_is_missed(sealed: Sealed) -> None:
    report = sealed.verified(sealed.lines[:-1])
    assert report.first_bad is not None
    assert (report.first_bad.seq, report.sealed) == (sealed.last + 1, False)
    assert "unsealed" in report.first_bad.what


def _signed(sealed: Sealed, first: int, last: int, leaves: int, council: str = NAMES.council) -> bytes:
    head = genesis(council)
    for record in sealed.log.records[:last]:
        head = link(head, leaf_of(record))
    short = "".join(leaf_of(record)[:8].hex() for record in sealed.log.records[first - 1 :][:leaves])
    plain = Checkpoint(first=first, last=last, leaves=short, head=head.hex(), signature="")
    return msgspec.json.encode(sealed.log.signer.sign(plain))


@pytest.mark.parametrize(("first", "last"), [(1, 4), (1, 12), (5, 12), (9, 14), (1, 10)])
def test_a_checkpoint_said_twice_or_over_more_than_it_need_does_no_harm(folder: Path, first: int, last: int) -> None:
    quiet = Sealed(folder, ([("camp.task.sum", b"%d" % each, {}) for each in range(20)], 4_000, 0))
    records = quiet.log.records[:20]
    for one, two in ((1, 10), (first, last)):
        said = _signed(quiet, one, two, two - one + 1)
        records.append(Record(len(records) + 1, "camp.event.audit.Checkpoint.scribe", said, {}, quiet.log.now))
    report = verify_records(records, "camp", (quiet.key,))
    assert report.whole, report.findings
    assert report.sealed_through == max(10, last)
    records[2] = msgspec.structs.replace(records[2], data=b"?")
    records[11] = msgspec.structs.replace(records[11], data=b"?")
    found = [each.seq for each in verify_records(records, "camp", (quiet.key,)).findings]
    assert found == ([3, 12] if last >= 12 else [3])


def test_a_head_that_does_not_fit_is_found_though_every_leaf_does(folder: Path) -> None:
    quiet = Sealed(folder, ([("camp.task.sum", b"%d" % each, {}) for each in range(20)], 4_000, 0))
    records = quiet.log.records[:20]
    for last, council in ((10, "camp"), (12, "other")):
        said = _signed(quiet, 1, last, last, council)
        records.append(Record(len(records) + 1, "camp.event.audit.Checkpoint.scribe", said, {}, quiet.log.now))
    report = verify_records(records, "camp", (quiet.key,))
    assert [(each.seq, each.what) for each in report.findings] == [
        (11, "among the records 11 to 12 is one that is not as it was chained")
    ]


def test_a_signed_checkpoint_that_contradicts_itself_covers_nothing(sealed: Sealed) -> None:
    place = len(sealed.log.records) + 1
    bad = Record(place, "camp.event.audit.Checkpoint.scribe", _signed(sealed, 1, place - 1, 3), {}, sealed.log.now)
    report = verify_records([*sealed.log.records, bad], "camp", (sealed.key,))
    assert report.first_bad is not None
    assert (report.first_bad.seq, report.first_bad.what) == (
        place,
        f"the checkpoint over 1 to {place - 1} contradicts itself",
    )


def test_what_stands_after_the_seal_is_found(sealed: Sealed) -> None:
    report = sealed.verified([*sealed.lines, fresh(sealed.last + 1)])
    assert report.first_bad is not None
    assert report.first_bad.what == "something stands after the seal"


def test_an_empty_file_is_no_log(folder: Path) -> None:
    path = folder / "empty.jsonl"
    path.write_bytes(b"")
    assert not verify_export(path).whole


def test_a_hole_that_the_scribe_had_seen_is_told_from_one_made_later(folder: Path) -> None:
    log = Log(folder / "audit.nk", every=100)
    log.publish("camp.task.sum")
    log.records += [Record(seq, "camp.task.lost", b"", {}, log.now) for seq in (2, 3)]
    log.publish("camp.task.sum")
    log.seal("n-1")
    for kept in (log.records, [each for each in log.records if each.subject != "camp.task.lost"]):
        report = verify_records(kept, "camp", (log.signer.public,))
        assert report.first_bad is not None
        assert report.first_bad.seq == 2
        assert any("missing already when the scribe read the log" in each.what for each in report.findings)
    inserted = verify_records(log.records, "camp", (log.signer.public,))
    assert [each.seq for each in inserted.findings if "was not on the log" in each.what] == [2, 3]


def test_a_log_of_another_council_has_another_chain(folder: Path, sealed: Sealed) -> None:
    moved = [msgspec.structs.replace(each, subject=f"camp2{each.subject[4:]}") for each in sealed.log.records]
    report = verify_records(moved, "camp2", (sealed.key,))
    assert report.first_bad is not None
    assert report.first_bad.seq == 1


def test_findings_are_all_counted_and_not_all_kept(folder: Path) -> None:
    log = Log(folder / "audit.nk", every=50)
    for _ in range(1_500):
        log.publish("camp.task.sum", b"1")
    log.seal("n-1")
    bad = [msgspec.structs.replace(each, time=each.time + 1) for each in log.records]
    report = verify_records(bad, "camp", (log.signer.public,))
    assert report.found > 1_500
    assert len(report.findings) == 1_000
    assert report.first_bad is not None
    assert report.first_bad.seq == 1


def test_the_answer_to_a_seal_is_found_among_the_records(sealed: Sealed) -> None:
    assert asyncio.run(answer(streamed(sealed.log.records), "nonce-1")) == sealed.seal
    with pytest.raises(Incomplete, match="has not answered"):
        asyncio.run(answer(streamed(sealed.log.records), "nonce-2"))


def test_an_export_of_a_log_that_ends_too_early_is_refused(sealed: Sealed, tmp_path: Path) -> None:
    short = sealed.log.records[: sealed.last - 1]
    with open(tmp_path / "short.jsonl", "wb") as out, pytest.raises(Incomplete, match=f"record {sealed.last} was"):
        asyncio.run(export(out, streamed(short), names=NAMES, key=sealed.key, seal=sealed.seal, now=BEGAN))
