"""A sealed export of a log, to be tampered with, and what a thief without the key can make of it."""

from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from messages.kernel.audit import Checkpoint
from runtime.audit.chain import genesis, leaf_of, link
from runtime.audit.checkpoint import Signer
from runtime.audit.form import record_in
from runtime.audit.freshness import Demand
from runtime.audit.report import Report
from runtime.audit.verify import verify_export
from tests.runtime.audit.audit_logs import NAMES, Log, exported, joined, parsed

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

    def verified(self, lines: Lines, keys: tuple[str, ...] | None = None, **demand: Any) -> Report:
        """What verification says of these lines, with the key and nonce that are right unless others are given."""
        self.path.write_bytes(joined(lines))
        keys = (self.key,) if keys is None else keys
        return verify_export(self.path, keys, Demand(**{"nonce": "nonce-1", **demand}))

    def first_bad(self, lines: Lines, **pins: Any) -> int | None:
        """The first bad record; None for a log that is whole."""
        report = self.verified(lines, **pins)
        assert report.whole == (report.first_bad is None)
        return report.first_bad.seq if report.first_bad is not None else None


def edit_data(line: dict[str, Any]) -> None:
    """The record's data are others, and no longer JSON."""
    line.update(data=line["data"] + "A=!"[len(line["data"]) % 4 :] + " ", base64=False)


def fresh(seq: int) -> dict[str, Any]:
    """A record that nobody said."""
    return {"seq": seq, "time": "2025-06-15T00:00:00.000000Z", "subject": "camp.task.new", "headers": {}, "data": "{}"}


def spoken(line: dict[str, Any]) -> Checkpoint:
    """The checkpoint that the record's line holds."""
    return msgspec.json.decode(line["data"], type=Checkpoint)


def forged(lines: Lines, signer: Signer, since: int) -> int:
    """Every checkpoint over a record from `since` on is made anew with another key; returns the first such place."""
    heads: dict[int, bytes] = {}
    leaves: dict[int, bytes] = {}
    head, place = genesis(NAMES.council), 0
    for line in lines[1:-1]:
        if ".audit.Checkpoint." in line["subject"] and spoken(line).last >= since:
            line["data"] = msgspec.json.encode(_again(spoken(line), heads, leaves, signer)).decode()
            place = place or int(line["seq"])
        leaf = leaf_of(record_in(msgspec.json.encode(line)))
        head = link(head, leaf)
        heads[line["seq"]], leaves[line["seq"]] = head, leaf
    seal = msgspec.convert(lines[-1]["seal"], tuple[Checkpoint, ...])
    again = [_again(each, heads, leaves, signer) if each.last >= since else each for each in seal]
    lines[-1]["seal"] = msgspec.to_builtins(again)
    return place or len(lines) - 1


def _again(old: Checkpoint, heads: dict[int, bytes], leaves: dict[int, bytes], signer: Signer) -> Checkpoint:
    short = "".join(leaves[seq][:8].hex() for seq in range(old.first, old.last + 1))
    return signer.sign(msgspec.structs.replace(old, leaves=short, head=heads[old.last].hex(), signature=""))
