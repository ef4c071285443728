"""Tampering: whatever is done to an export, the first bad record is named; to a clean one nothing is said."""

import copy
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.audit.checkpoint import Signer
from tests.runtime.audit.audit_sealed import Lines, Sealed, edit_data, forged, fresh, logs, many, spoken


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
    "edit", [edit_data, _edit_header, _add_header, _drop_header, _edit_subject, _edit_time, _edit_place]
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
    lines.insert(place, fresh(place))
    return place


def _insert_and_renumber(lines: Lines, place: int, dice: random.Random) -> int:
    lines.insert(place, fresh(place))
    _renumbered(lines)
    return place


def _insert_a_far_place(lines: Lines, place: int, dice: random.Random) -> int:
    lines.insert(place, fresh(2**62))
    return place


def _append(lines: Lines, place: int, dice: random.Random) -> int:
    last = len(lines) - 1
    lines.insert(last, fresh(last))
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


@many
@given(script=logs, dice=st.randoms(use_true_random=False))
def test_a_chain_made_anew_without_the_key_is_named_at_its_first_checkpoint(
    folder: Path, script: Any, dice: random.Random
) -> None:
    sealed = Sealed(folder, script)
    thief = Signer(folder / "thief.nk")
    place = dice.randint(1, sealed.last)
    if ".audit.Checkpoint." not in sealed.lines[place]["subject"]:
        edit_data(sealed.lines[place])
    expected = forged(sealed.lines, thief, place)
    assert sealed.first_bad(sealed.lines, keys=()) == expected

    sealed.lines[0]["key"] = thief.public
    pinned = sealed.verified(sealed.lines)
    assert pinned.first_bad is not None
    assert "foreign key" in pinned.first_bad.what


@many
@given(script=logs, dice=st.randoms(use_true_random=False))
def test_one_checkpoint_made_anew_is_named_by_the_next_one(folder: Path, script: Any, dice: random.Random) -> None:
    script[0].extend([("camp.task.sum", b"", {})] * 20)
    sealed = Sealed(folder, script)
    whole = copy.deepcopy(sealed.lines)
    places = [line["seq"] for line in whole[1:-1] if ".audit.Checkpoint." in line["subject"]]
    place = dice.choice(places)
    checkpoint = spoken(whole[place])
    edited = dice.choice([each for each in range(checkpoint.first, checkpoint.last + 1) if each not in places])
    edit_data(sealed.lines[edited])
    forged(sealed.lines, Signer(folder / "thief.nk"), edited)
    sealed.lines[place + 1 :] = whole[place + 1 :]
    assert sealed.first_bad(sealed.lines) in (checkpoint.first, place)


@many
@given(script=logs, dice=st.randoms(use_true_random=False))
def test_an_export_cut_at_an_earlier_checkpoint_does_not_pass_for_the_promised_one(
    folder: Path, script: Any, dice: random.Random
) -> None:
    script[0].extend([("camp.task.sum", b"", {})] * 20)
    sealed = Sealed(folder, script)
    earlier = dice.choice([spoken(line) for line in sealed.lines[1:-1] if ".audit.Checkpoint." in line["subject"]])
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
    assert spoken(whole[second]).last < first
    edit_data(sealed.lines[2])
    forged(sealed.lines, Signer(folder / "thief.nk"), 2)
    sealed.lines[first + 1 :] = whole[first + 1 :]
    report = sealed.verified(sealed.lines)
    assert report.first_bad is not None
    assert (report.first_bad.seq, report.first_bad.what) == (
        1,
        "among the records 1 to 4 is one that is not as it was chained",
    )
