"""`kurultai cause` as a person uses it: a file, a model, questions, answers."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from runtime.cli.main import program
from tests.actors.cognition.causal.test_incident import telemetry
from tests.actors.cognition.causal.worlds import kite


def cause(*words: str | Path) -> Result:
    return CliRunner().invoke(program, ["cause", *map(str, words)], standalone_mode=False)


def written(place: Path, rows: np.ndarray, names: str) -> Path:
    lines = [",".join(f"{cell:.6f}" for cell in row) for row in rows]
    place.write_text("\n".join([",".join(names), *lines]))
    return place


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("cause")
    done = cause("build", written(place / "kite.csv", kite().rows, "zwxmy"), "--samples", "5")
    assert done.exception is None
    assert "x -> m: linear, 1.2" in done.stdout
    assert "nothing outside the table" in done.stdout
    return place / "kite.cause"


def test_an_effect_is_a_sentence_with_its_interval(model: Path) -> None:
    told = cause("ask", model, "effect of x on y from 0 to 1").stdout
    assert told.startswith("Setting x from 0 to 1 changes y by 0.8")
    assert "95 %" in told


def test_answers_as_json_hold_the_figures(model: Path) -> None:
    told = json.loads(cause("ask", model, "y if x=3", "y if x=3 in row 7", "-o", "json").stdout)
    assert [each["identifiable"] for each in told] == [True, True]
    figure = told[0]["figures"][0]
    assert figure["low"] < 2.52 < figure["high"]


def test_an_unknown_variable_is_answered_with_the_nearest(model: Path) -> None:
    done = cause("ask", model, "effect of xx on y")
    assert done.exception is not None
    assert "did you mean x?" in str(done.exception)
    assert done.exception.exit_code == 2  # type: ignore[attr-defined]


def test_why_and_decide_speak_of_the_same_world(model: Path) -> None:
    assert "x -> m -> y: 0.8" in cause("why", model, "y", "--from", "x").stdout
    assert "In row 17, y is" in cause("why", model, "y", "--row", "17").stdout
    told = cause("decide", model, "--maximise", "y", "--action", "x=2", "--action", "x=-2").stdout
    assert told.startswith("Best: x=2: gain")
    assert "P(best) 1.00" in told


def test_an_incident_is_found_and_explained(tmp_path: Path) -> None:
    place = written(tmp_path / "t.csv", telemetry("q"), "lqdte")
    told = cause("incident", place, "--target", "e").stdout
    assert "Root cause: q, +" in told
    assert "It reaches the target by q -> t -> e." in told
    named = json.loads(cause("incident", place, "--target", "e", "--from", "701", "--to", "760", "-o", "json").stdout)
    assert (named["rows"], named["suspects"][0]["name"]) == (60, "q")


def test_a_calm_file_has_no_incident_to_explain(tmp_path: Path) -> None:
    done = cause("incident", written(tmp_path / "t.csv", telemetry(""), "lqdte"))
    assert "no degradation stands out" in str(done.exception)


def test_knowledge_that_contradicts_itself_ends_with_the_circle(tmp_path: Path) -> None:
    known = tmp_path / "known.toml"
    known.write_text('required = [["z", "w"], ["w", "z"]]')
    done = cause("build", written(tmp_path / "k.csv", kite(100).rows, "zwxmy"), "--knowledge", known)
    assert "goes in a circle: z -> w -> z" in str(done.exception)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    place = written(tmp_path / "k.csv", kite(20).rows, "zwxmy")
    assert "no model that `kurultai cause build` wrote" in str(cause("ask", place, "causes of y").exception)
