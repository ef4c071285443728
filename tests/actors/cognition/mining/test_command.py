"""`kurultai mine` on files, as a person sees it."""

import json
from pathlib import Path

import pytest

from benchmarks.mining import KINDS, Kind, made
from runtime.cli.main import run


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log with one habit of five agents, after which things come out well more often."""
    planted = made(Kind(habits=1, events=3_000), seed=2)
    path = tmp_path / "log.jsonl"
    rows = [{"time": one.time, "who": one.who, "what": one.what} for one in planted.log]
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def test_the_patterns_of_a_file_are_told_with_their_figures(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mine", str(log)]) == 0
    told = capsys.readouterr().out
    assert "events of 5 agents, 30 different steps" in told
    assert " > ".join(made(Kind(habits=1, events=3_000), seed=2).habits[0]) in told
    assert "where chance gives" in told


def test_the_data_hold_what_the_sentence_says_and_one_pattern_is_shown_whole(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["mine", str(log), "-o", "json"]) == 0
    (pattern,) = json.loads(capsys.readouterr().out)["patterns"]
    assert tuple(pattern["steps"]) == made(Kind(habits=1, events=3_000), seed=2).habits[0]
    assert pattern["verdict"] == "habit"
    assert 10 * pattern["expected"] < pattern["count"]
    assert run(["mine", "show", pattern["pattern"], str(log)]) == 0
    told = capsys.readouterr().out
    for test in ("consistency: passed", "reproducibility: passed", "generality: passed", "utility: not measured"):
        assert test in told


def test_what_an_earlier_result_holds_is_not_new(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["mine", str(log), "-o", "json"])
    known = tmp_path / "known.json"
    known.write_text(capsys.readouterr().out)
    assert run(["mine", str(log), "-o", "json", "--known", str(known)]) == 0
    (pattern,) = json.loads(capsys.readouterr().out)["patterns"]
    assert pattern["novelty"] == pytest.approx(0.0, abs=1e-6)
    assert pattern["nearest"] == pattern["steps"]


def test_a_log_without_habits_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{one.time},{one.who},{one.what}" for one in made(Kind(habits=0, events=500), seed=1).log]
    path = tmp_path / "log.csv"
    path.write_text("\n".join(["time,who,what", *rows]))
    assert run(["mine", str(path)]) == 0
    assert "No pattern" in capsys.readouterr().out


def test_a_pattern_that_is_not_there_is_answered_with_those_that_are(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["mine", "show", "p-none", str(log)]) == 3
    assert "no pattern 'p-none'; there are: p-" in capsys.readouterr().err


WRONG = {
    "time,who,what\n1,a,x\nyesterday,a,y\n": "line 3: the time 'yesterday' can't be read; write seconds since 1970",
    "time,who,what\n1,a\n": "line 2: 2 cells under 3 columns",
    "when,who\n1,a\n": "line 1: no column 'what' among when, who",
    "time,what,outcome\n1,a,perhaps\n": "line 2: the outcome 'perhaps' is neither success nor failure",
    "time,what\n1,\n": "line 2: no 'what'; give every event one",
    '{"time": 1, "what": "x"}\n{"time": 2\n': "line 2: no JSON",
    '{"time": 1, "what": ["x"]}\n': "line 1: 'what' is",
    '{"time": 1, "what": "x"}\n[1]\n': "line 2: a JSON list, not an object",
    "": "is empty",
    "time,what\n": "holds no events",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_bad_row_is_told_with_its_line_and_the_way_out(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log"
    path.write_text(text)
    assert run(["mine", str(path)]) == 2
    assert WRONG[text] in capsys.readouterr().err


def test_a_file_of_another_encoding_and_one_that_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes("time,what\n1,öffnen\n".encode("latin-1"))
    assert run(["mine", str(path)]) == 2
    assert "line 2: this is not UTF-8" in capsys.readouterr().err
    assert run(["mine", str(tmp_path / "none")]) == 3


def test_dates_columns_by_other_names_and_semicolons_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planted = made(KINDS["handed over"]._replace(habits=1), seed=3)
    rows = [
        f"2026-01-{1 + at // 1440:02}T{at // 60 % 24:02}:{at % 60:02}:00Z;{one.who};{one.what}"
        for at, one in enumerate(planted.log)
    ]
    path = tmp_path / "log.csv"
    path.write_text("\n".join(["Timestamp;User;Activity", *rows]))
    assert run(["mine", str(path), "-o", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["first_at"].startswith("2026-01-01T00:00")
    assert [tuple(one["steps"]) for one in found["patterns"]] == planted.habits
    assert found["patterns"][0]["kind"] == "handover"


def test_calls_that_take_each_other_s_results_are_told_as_a_chain(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows: list[dict[str, object]] = []
    for number in range(8):
        value = f"value {number}"
        for what in ("cut", "sort", "join"):
            result = f"{value}, {what}"
            rows.append({"time": len(rows), "who": "a", "what": what, "args": [value], "result": result})
            value = result
    path = tmp_path / "calls.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    assert run(["mine", str(path), "-o", "json"]) == 0
    (chain,) = json.loads(capsys.readouterr().out)["chains"]
    assert (chain["tools"], chain["count"]) == (["cut", "sort", "join"], 8)
    rows[1]["args"] = "cut"
    path.write_text("\n".join(map(json.dumps, rows)))
    assert run(["mine", str(path)]) == 2
    assert "line 2: 'args' is no list" in capsys.readouterr().err
