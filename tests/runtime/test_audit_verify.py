"""Tampering: whatever is done to an export, the first bad record is named; to a clean one nothing is said."""

import asyncio
import copy
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bus.log import Record
from messages.audit import Checkpoint
from runtime.audit.chain import genesis, leaf_of, link
from runtime.audit.checkpoint import Signer
from runtime.audit.export import Incomplete, answer, export
from runtime.audit.form import record_in
from runtime.audit.report import Report
from runtime.audit.verify import verify_export, verify_records
from tests.runtime.audit_logs import BEGAN, NAMES, Log, exported, joined, parsed, streamed

Lines = list[dict[str, Any]]
"""An export's lines as plain values: the header, the records, the seal."""
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
said = st.tuples(
    st.sampled_from(["camp.task.sum", "camp.event.toy.Opened.clerk", "camp.command.toy.Do.clerk.doer"]),
    st.one_of(st.binary(max_size=24), text.map(str.encode)),
    st.dictionaries(text, text, max_size=3),
)
logs = st.tuples(st.lists(said, max_size=40), st.integers(1, 9), st.integers(0, 4))
many = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


class Sealed:
    """An exported log, with what is needed to tamper with it and to judge it."""

    def __init__(self, folder: Path, script: tuple[list[tuple[str, bytes, dict[str, str]]], int, int]) -> None:
        entries, every, lag = script
        self.path = folder / "log.jsonl"
        self.log = Log(folder / "audit.nk", every=every, lag=lag)
        for subject, data, headers in entries:
            self.log.publish(subject, data, headers)
        self.seal = self.log.seal("nonce-1")
        self.log.publish("camp.task.after")
        self.key = self.log.signer.public
        self.lines: Lines = [parsed(line) for line in exported(self.log.records, self.key, self.seal)]
        self.last = self.seal[-1].last

    def verified(self, lines: Lines, **pins: Any) -> Report:
        """What verification says of these lines."""
        self.path.write_bytes(joined(lines))
        return verify_export(self.path, **{"keys": (self.key,), "nonce": "nonce-1", **pins})

    def first_bad(self, lines: Lines, **pins: Any) -> int | None:
        """The first bad record; None for a log that is whole."""
        report = self.verified(lines, **pins)
        assert report.whole == (report.first_bad is None)
        return report.first_bad.seq if report.first_bad is not None else None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("audit")


@many
@given(logs)
def test_a_clean_log_is_whole_and_sealed_to_its_last_record(folder: Path, script: Any) -> None:
    sealed = Sealed(folder, script)
    report = sealed.verified(sealed.lines)
    assert report.good, report.findings
    assert (report.records, report.sealed_through, report.unsealed) == (sealed.last, sealed.last, 0)
    assert report.sealed
    assert report.seals == ("nonce-1",)
    assert report.pinned


@many
@given(logs)
def test_an_export_gives_back_every_record_as_it_was(folder: Path, script: Any) -> None:
    sealed = Sealed(folder, script)
    back = [record_in(msgspec.json.encode(line)) for line in sealed.lines[1:-1]]
    for record, original in zip(back, sealed.log.records[: sealed.last], strict=True):
        assert (record.seq, record.subject, record.data) == (original.seq, original.subject, original.data)
        assert record.headers == original.headers
        assert leaf_of(record) == leaf_of(original)


def _edit_data(line: dict[str, Any]) -> None:
    line.update(data=line["data"] + "A=!"[len(line["data"]) % 4 :] + " ", base64=False)


def _edit_header(line: dict[str, Any]) -> None:
    line["headers"]["Nats-Msg-Id"] += "x"


def _add_header(line: dict[str, Any]) -> None:
    line["headers"]["Nats-Rollup"] = "sub"


def _drop_header(line: dict[str, Any]) -> None:
    del line["headers"]["Nats-Msg-Id"]


def _edit_subject(line: dict[str, Any]) -> None:
    line["subject"] += "x"


def _edit_time(line: dict[str, Any]) -> None:
    digit = line["time"][-2]
    line["time"] = line["time"][:-2] + str((int(digit) + 1) % 10) + "Z"


def _edit_place(line: dict[str, Any]) -> None:
    line["headers"]["Nats-Sequence"] = "1"


@pytest.mark.parametrize(
    "edit", [_edit_data, _edit_header, _add_header, _drop_header, _edit_subject, _edit_time, _edit_place]
)
@many
@given(script=logs, dice=st.randoms(use_true_random=False))
def test_an_edited_record_is_named(
    folder: Path, edit: Callable[[dict[str, Any]], None], script: Any, dice: random.Random
) -> None:
    sealed = Sealed(folder, script)
    place = dice.randint(1, sealed.last)
    edit(sealed.lines[place])
    assert sealed.first_bad(sealed.lines) == place


def _renumbered(lines: Lines) -> Lines:
    for seq, line in enumerate(lines[1:-1], start=1):
        line["seq"] = seq
    return lines


def _fresh(seq: int) -> dict[str, Any]:
    return {"seq": seq, "time": "2025-06-15T00:00:00.000000Z", "subject": "camp.task.new", "headers": {}, "data": "{}"}


def _drop(lines: Lines, place: int, dice: random.Random) -> int:
    del lines[place]
    return place


def _drop_and_renumber(lines: Lines, place: int, dice: random.Random) -> int:
    del lines[place]
    _renumbered(lines)
    return place


def _swap(lines: Lines, place: int, dice: random.Random) -> int:
    other = dice.choice([each for each in range(1, len(lines) - 1) if each != place])
    lines[place], lines[other] = lines[other], lines[place]
    return min(place, other)


def _swap_and_renumber(lines: Lines, place: int, dice: random.Random) -> int:
    first = _swap(lines, place, dice)
    _renumbered(lines)
    return first


def _duplicate(lines: Lines, place: int, dice: random.Random) -> int:
    lines.insert(place + 1, copy.deepcopy(lines[place]))
    return place


def _duplicate_and_renumber(lines: Lines, place: int, dice: random.Random) -> int:
    lines.insert(place, copy.deepcopy(lines[place]))
    _renumbered(lines)
    return place + 1


def _insert(lines: Lines, place: int, dice: random.Random) -> int:
    lines.insert(place, _fresh(place))
    return place


def _insert_and_renumber(lines: Lines, place: int, dice: random.Random) -> int:
    lines.insert(place, _fresh(place))
    _renumbered(lines)
    return place


def _insert_a_far_place(lines: Lines, place: int, dice: random.Random) -> int:
    lines.insert(place, _fresh(2**62))
    return place


def _append(lines: Lines, place: int, dice: random.Random) -> int:
    last = len(lines) - 1
    lines.insert(last, _fresh(last))
    return last


def _append_and_promise_more(lines: Lines, place: int, dice: random.Random) -> int:
    lines[0]["last"] += 1
    return _append(lines, place, dice)


def _cut_before_the_seal(lines: Lines, place: int, dice: random.Random) -> int:
    del lines[place:-1]
    return place


def _cut_with_the_seal(lines: Lines, place: int, dice: random.Random) -> int:
    del lines[place:]
    return place


def _cut_and_promise_less(lines: Lines, place: int, dice: random.Random) -> int:
    del lines[place:-1]
    lines[0]["last"] = place - 1
    return place


@pytest.mark.parametrize(
    "tamper",
    [
        _drop,
        _drop_and_renumber,
        _swap,
        _swap_and_renumber,
        _duplicate,
        _duplicate_and_renumber,
        _insert,
        _insert_and_renumber,
        _insert_a_far_place,
        _append,
        _append_and_promise_more,
        _cut_before_the_seal,
        _cut_with_the_seal,
        _cut_and_promise_less,
    ],
)
@many
@given(script=logs, dice=st.randoms(use_true_random=False))
def test_a_moved_record_is_named(
    folder: Path, tamper: Callable[[Lines, int, random.Random], int], script: Any, dice: random.Random
) -> None:
    script[0].append(("camp.task.sum", b"", {}))
    sealed = Sealed(folder, script)
    place = dice.randint(1, sealed.last)
    expected = tamper(sealed.lines, place, dice)
    assert sealed.first_bad(sealed.lines) == expected


def _spoken(line: dict[str, Any]) -> Checkpoint:
    return msgspec.json.decode(line["data"], type=Checkpoint)


def _forged(lines: Lines, signer: Signer, since: int) -> int:
    """Every checkpoint over a record from `since` on is made anew with another key; returns the first such place."""
    heads: dict[int, bytes] = {}
    leaves: dict[int, bytes] = {}
    head, forged = genesis(NAMES.council), 0
    for line in lines[1:-1]:
        if ".audit.Checkpoint." in line["subject"] and _spoken(line).last >= since:
            line["data"] = msgspec.json.encode(_again(_spoken(line), heads, leaves, signer)).decode()
            forged = forged or int(line["seq"])
        leaf = leaf_of(record_in(msgspec.json.encode(line)))
        head = link(head, leaf)
        heads[line["seq"]], leaves[line["seq"]] = head, leaf
    seal = msgspec.convert(lines[-1]["seal"], tuple[Checkpoint, ...])
    again = [_again(each, heads, leaves, signer) if each.last >= since else each for each in seal]
    lines[-1]["seal"] = msgspec.to_builtins(again)
    return forged or len(lines) - 1


def _again(old: Checkpoint, heads: dict[int, bytes], leaves: dict[int, bytes], signer: Signer) -> Checkpoint:
    short = "".join(leaves[seq][:8].hex() for seq in range(old.first, old.last + 1))
    return signer.sign(msgspec.structs.replace(old, leaves=short, head=heads[old.last].hex(), signature=""))


@many
@given(script=logs, dice=st.randoms(use_true_random=False))
def test_a_chain_made_anew_without_the_key_is_named_at_its_first_checkpoint(
    folder: Path, script: Any, dice: random.Random
) -> None:
    sealed = Sealed(folder, script)
    thief = Signer(folder / "thief.nk")
    place = dice.randint(1, sealed.last)
    if ".audit.Checkpoint." not in sealed.lines[place]["subject"]:
        _edit_data(sealed.lines[place])
    expected = _forged(sealed.lines, thief, place)
    assert sealed.first_bad(sealed.lines, keys=()) == expected

    sealed.lines[0]["key"] = thief.public
    pinned = sealed.verified(sealed.lines)
    assert pinned.first_bad is not None
    assert "foreign key" in pinned.first_bad.what


def test_a_whole_log_under_a_thief_s_own_key_is_only_caught_by_pinning(folder: Path) -> None:
    sealed = Sealed(folder, ([("camp.task.sum", b"1", {})] * 20, 4, 0))
    thief = Signer(folder / "thief.nk")
    _edit_data(sealed.lines[3])
    _forged(sealed.lines, thief, 1)
    sealed.lines[0]["key"] = thief.public
    believed = sealed.verified(sealed.lines, keys=())
    assert believed.whole
    assert not believed.pinned
    assert not sealed.verified(sealed.lines).whole


@many
@given(script=logs, dice=st.randoms(use_true_random=False))
def test_one_checkpoint_made_anew_is_named_by_the_next_one(folder: Path, script: Any, dice: random.Random) -> None:
    script[0].extend([("camp.task.sum", b"", {})] * 20)
    sealed = Sealed(folder, script)
    whole = copy.deepcopy(sealed.lines)
    places = [line["seq"] for line in whole[1:-1] if ".audit.Checkpoint." in line["subject"]]
    place = dice.choice(places)
    checkpoint = _spoken(whole[place])
    edited = dice.choice([each for each in range(checkpoint.first, checkpoint.last + 1) if each not in places])
    _edit_data(sealed.lines[edited])
    _forged(sealed.lines, Signer(folder / "thief.nk"), edited)
    sealed.lines[place + 1 :] = whole[place + 1 :]
    assert sealed.first_bad(sealed.lines) in (checkpoint.first, place)


@many
@given(script=logs, dice=st.randoms(use_true_random=False))
def test_an_export_cut_at_an_earlier_checkpoint_does_not_pass_for_the_promised_one(
    folder: Path, script: Any, dice: random.Random
) -> None:
    script[0].extend([("camp.task.sum", b"", {})] * 20)
    sealed = Sealed(folder, script)
    earlier = dice.choice([_spoken(line) for line in sealed.lines[1:-1] if ".audit.Checkpoint." in line["subject"]])
    cut = [*sealed.lines[: earlier.last + 1], {"seal": [msgspec.to_builtins(earlier)]}]
    assert sealed.first_bad(cut) == earlier.last + 1
    cut[0]["last"] = earlier.last
    assert sealed.first_bad(cut) == earlier.last + 1
    cut[0]["nonce"] = earlier.nonce
    assert sealed.first_bad(cut) == 0
    assert not sealed.verified(cut, nonce=None).sealed


def test_the_chain_itself_accuses_what_stood_under_a_forged_checkpoint(folder: Path) -> None:
    sealed = Sealed(folder, ([("camp.task.sum", b"", {})] * 20, 4, 6))
    whole = copy.deepcopy(sealed.lines)
    first, second = (
        line["seq"] for line in whole[1:-1] if ".audit.Checkpoint." in line["subject"] and line["seq"] < 16
    )
    assert _spoken(whole[second]).last < first
    _edit_data(sealed.lines[2])
    _forged(sealed.lines, Signer(folder / "thief.nk"), 2)
    sealed.lines[first + 1 :] = whole[first + 1 :]
    report = sealed.verified(sealed.lines)
    assert report.first_bad is not None
    assert (report.first_bad.seq, report.first_bad.what) == (
        1,
        "among the records 1 to 4 is one that is not as it was chained",
    )


def test_an_older_sealed_export_does_not_pass_for_a_newer_one(folder: Path) -> None:
    log = Log(folder / "audit.nk")
    log.publish("camp.task.sum")
    old = log.seal("old")
    log.publish("camp.task.sum")
    log.seal("new")
    path = folder / "old.jsonl"
    path.write_bytes(b"".join(exported(log.records, log.signer.public, old)))
    assert verify_export(path, keys=(log.signer.public,), nonce="old").good
    report = verify_export(path, keys=(log.signer.public,), nonce="new")
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
    assert report.good
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
    report = verify_export(sealed.path, keys=(sealed.key,), nonce="nonce-1")
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


def _signed(sealed: Sealed, first: int, last: int, leaves: int) -> bytes:
    heads = genesis(NAMES.council)
    for record in sealed.log.records[:last]:
        heads = link(heads, leaf_of(record))
    short = "".join(leaf_of(record)[:8].hex() for record in sealed.log.records[first - 1 :][:leaves])
    plain = Checkpoint(first=first, last=last, leaves=short, head=heads.hex(), signature="")
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
    report = sealed.verified([*sealed.lines, _fresh(sealed.last + 1)])
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
