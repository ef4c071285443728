"""Freshness: an older history proves itself as well as the whole one did, and only what came from elsewhere tells."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from messages.kernel.audit import Checkpoint
from runtime.audit.checkpoint import Signer
from runtime.audit.freshness import Demand
from runtime.audit.heads import Unusable, append, heads_in, newest
from runtime.audit.report import Report
from runtime.audit.verify import verify_export
from tests.runtime.audit.audit_logs import Log, exported, joined, parsed
from tests.runtime.audit.audit_sealed import Lines, forged, spoken

NONCES = ("monday", "tuesday", "wednesday")


class Week:
    """A log that was sealed three times, with an export after each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key_file = folder / "scribe.nk"
        self.log = Log(self.key_file, every=8)
        self.key = self.log.signer.public
        self.exports: dict[str, Path] = {}
        for nonce in NONCES:
            for number in range(20):
                self.log.publish("camp.task.sum", b"%d" % number)
                self.log.now += 60
            seal = self.log.seal(nonce)
            self.exports[nonce] = folder / f"{nonce}.jsonl"
            self.exports[nonce].write_bytes(b"".join(exported(self.log.records, self.key, seal)))
        self.last = seal[-1].last

    def lines(self, nonce: str = "wednesday") -> Lines:
        return [parsed(line) for line in self.exports[nonce].read_bytes().splitlines()]

    def cuts(self) -> list[tuple[Checkpoint, Lines]]:
        """The newest export cut at each earlier checkpoint, its header and last line made to fit."""
        lines, found = self.lines(), []
        for line in lines[1:-1]:
            if ".audit.Checkpoint." in line["subject"] and (checkpoint := spoken(line)).last < self.last:
                header = {**lines[0], "last": checkpoint.last, "nonce": checkpoint.nonce}
                ending = {"seal": [msgspec.to_builtins(checkpoint)]}
                found.append((checkpoint, [header, *lines[1 : checkpoint.last + 1], ending]))
        return found

    def written(self, lines: Lines) -> Path:
        path = self.folder / "written.jsonl"
        path.write_bytes(joined(lines))
        return path

    def heads(self, *, log: Log | None = None, name: str = "heads.jsonl") -> Path:
        """A file with every head that the scribe of the log has published."""
        path = self.folder / name
        for checkpoint in (log or self.log).checkpoints():
            append(path, checkpoint)
        return path


@pytest.fixture
def week(tmp_path: Path) -> Week:
    return Week(tmp_path)


def verified(week: Week, path: Path, **demand: Any) -> Report:
    return verify_export(path, (week.key,), Demand(**demand))


def test_a_cut_at_an_earlier_seal_proves_only_how_far_it_goes(week: Week) -> None:
    sealed = [(checkpoint, cut) for checkpoint, cut in week.cuts() if checkpoint.nonce is not None]
    assert [checkpoint.nonce for checkpoint, _ in sealed] == ["monday", "tuesday"]
    for checkpoint, cut in sealed:
        report = verified(week, week.written(cut))
        assert (report.verdict, report.fresh) == ("good", ())
        assert (report.sealed_through, report.proved_at) == (checkpoint.last, cut[-2]["time"])


def test_every_cut_is_found_by_whatever_the_verifier_knows_from_elsewhere(week: Week) -> None:
    heads = week.heads()
    cuts = week.cuts()
    assert len(cuts) > 5
    for _, cut in cuts:
        path = week.written(cut)
        for demand in (
            {"nonce": "wednesday"},
            {"not_before_seq": week.last},
            {"not_before_at": week.log.records[week.last - 1].time},
            {"previous": week.exports["wednesday"]},
            {"heads": heads},
        ):
            report = verified(week, path, **demand)
            assert (report.verdict, report.fresh) == ("bad", ()), demand
            assert report.first_bad is not None
            assert report.first_bad.seq <= cut[0]["last"] + 1


def test_the_whole_export_meets_all_demands(week: Week) -> None:
    at = week.log.records[week.last - 1].time
    heads = week.folder / "heads.jsonl"
    for checkpoint in week.log.checkpoints():
        if checkpoint.last <= week.last:
            append(heads, checkpoint)
    demand = {"nonce": "wednesday", "not_before_seq": week.last, "not_before_at": at, "heads": heads}
    report = verified(week, week.exports["wednesday"], previous=week.exports["monday"], **demand)
    assert (report.verdict, len(report.fresh)) == ("good", 5), report.findings
    assert verified(week, week.exports["monday"], previous=week.exports["monday"]).verdict == "good"


def test_demands_that_a_step_more_would_break_are_exact(week: Week) -> None:
    at = week.log.records[week.last - 1].time
    for demand in ({"not_before_seq": week.last + 1}, {"not_before_at": at + 0.001}, {"nonce": "tuesday"}):
        assert verified(week, week.exports["wednesday"], **demand).verdict == "bad", demand


def restored(week: Week, *, kept: int, more: int) -> tuple[Log, Path]:
    """The scribe goes on from an older copy of the log, with its real key; the log that came of it, and an export."""
    log = Log(week.key_file, every=8)
    for record in week.log.records[:kept]:
        log.records.append(record)
        log.decider.take(record, record.time)
    log.now = week.log.now
    for number in range(more):
        log.publish("camp.task.sum", b"after the restore %d" % number)
    seal = log.seal("thursday")
    path = week.folder / "restored.jsonl"
    path.write_bytes(b"".join(exported(log.records, week.key, seal)))
    return log, path


@pytest.mark.parametrize("more", [0, 200])
def test_a_log_that_was_set_back_is_found_by_earlier_exports_and_by_heads(week: Week, more: int) -> None:
    log, path = restored(week, kept=30, more=more)
    assert (len(log.records) > len(week.log.records)) is bool(more)
    assert verified(week, path, nonce="thursday").verdict == "good", "the scribe itself has sealed it"
    assert verified(week, path, previous=week.exports["monday"]).verdict == "good", "monday's is a part of both"
    for demand in ({"previous": week.exports["wednesday"]}, {"heads": week.heads(name=f"heads-{more}")}):
        report = verified(week, path, **demand)
        assert report.verdict == "bad"
        assert "set back" in report.findings[-1].what


def test_an_earlier_export_that_proves_nothing_is_no_measure(week: Week) -> None:
    lines = week.lines("monday")
    lines[3]["data"] = "edited"
    report = verified(week, week.exports["wednesday"], previous=week.written(lines))
    assert "proves nothing: is not the record that was signed" in report.findings[0].what


def test_an_export_that_is_signed_anew_is_consistent_and_not_good(week: Week, tmp_path: Path) -> None:
    lines, thief = week.lines(), Signer(tmp_path / "thief.nk")
    lines[3]["data"] = "edited"
    forged(lines, thief, 1)
    lines[0]["key"] = thief.public
    report = verify_export(week.written(lines))
    assert (report.verdict, report.whole, report.good) == ("consistent", True, False)
    assert verify_export(week.written(lines), (week.key,)).verdict == "bad"
    against_heads = verify_export(week.written(lines), (), Demand(heads=week.heads()))
    assert against_heads.verdict == "bad"
    assert "is not signed by the key" in against_heads.findings[0].what


def test_a_name_that_stands_twice_is_refused_wherever_it_stands(week: Week) -> None:
    whole = week.exports["wednesday"].read_bytes()
    assert verified(week, week.written(week.lines())).verdict == "good"
    ending = whole.splitlines()[-1]
    for text, doubled in (
        (b'{"format":', b'{"last":3,"format":'),
        (b'{"seq":5,', b'{"seq":4,"seq":5,'),
        (b'"headers":{"Nats-Msg-Id":"m-5"', b'"headers":{"Nats-Msg-Id":"x","Nats-Msg-Id":"m-5"'),
        (ending, ending[:-1] + b"," + ending[1:]),
        (b'{"seal":[{"first":', b'{"seal":[{"first":1,"first":'),
    ):
        assert whole.count(text) == 1, text
        path = week.folder / "twice.jsonl"
        path.write_bytes(whole.replace(text, doubled))
        report = verified(week, path)
        assert report.verdict == "bad", text
        assert any("stands twice" in finding.what for finding in report.findings), report.findings


def test_an_export_that_was_only_written_otherwise_is_still_good(week: Week) -> None:
    spaced = b"".join(
        msgspec.json.format(line, indent=0) + b"\n" for line in week.exports["monday"].read_bytes().splitlines()
    )
    path = week.folder / "spaced.jsonl"
    path.write_bytes(spaced.replace(b":", b": ", 1))
    assert verified(week, path).verdict == "good"


def test_a_head_that_a_crash_cut_short_is_passed_over_and_later_ones_are_read(week: Week) -> None:
    path = week.folder / "torn.jsonl"
    one, two, *_ = week.log.checkpoints()
    append(path, one)
    path.write_bytes(path.read_bytes() + b'{"first":9,"last"')
    append(path, two)
    assert list(heads_in(path, (week.key,))) == [one, two]
    assert newest(path, (week.key,)) == two
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_no_file_of_heads_is_said_to_be_none(week: Week) -> None:
    path = week.folder / "other.jsonl"
    for text in (b'{"a":1}\n', b'{"first":1,"first":1}\n', b"[]\n"):
        path.write_bytes(text)
        with pytest.raises(Unusable, match="line 1"):
            list(heads_in(path, (week.key,)))
        assert verified(week, week.exports["monday"], heads=path).verdict == "bad"
    path.write_bytes(b"")
    assert "holds no head" in verified(week, week.exports["monday"], heads=path).findings[0].what
    assert verified(week, week.exports["monday"], heads=week.folder / "none").verdict == "bad"
    assert newest(week.folder / "none", (week.key,)) is None
